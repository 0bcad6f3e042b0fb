"""The whole plan of the demo city, made without a database and without a clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.seed.agenda import Call, Rota, make_calls, plan_contacts, plan_visits, rota_of
from bot.seed.families import Kid, Pair, PairBook, plan_children, plan_mothers, plan_pairs
from bot.seed.network import Network, Worker, plan_network
from bot.seed.size import Size, Span, span_of


@dataclass(frozen=True)
class Plan:
    """Who there is and who goes to whom; `calls` in the order of time."""

    seed: int
    span: Span
    network: Network
    mothers: tuple[Worker, ...]
    kids: tuple[Kid, ...]
    pairs: tuple[Pair, ...]
    calls: tuple[Call, ...]
    rota: Rota

    @cached_property
    def kid(self) -> Mapping[str, Kid]:
        """Children by code."""
        return {kid.code: kid for kid in self.kids}

    @cached_property
    def desk(self) -> Mapping[str, str]:
        """The station worker who answers for each home."""
        worker = {one.homes[0]: one.code for one in self.network.staff}
        return {home: worker[above] for home, above in self.network.station_of.items()}

    @property
    def people(self) -> tuple[Worker, ...]:
        return (*self.network.staff, *self.mothers)


def make_plan(size: Size, months: int, seed: int, today: date) -> Plan:
    span = span_of(today, months)
    network = plan_network(size, span, seed)
    kids = plan_children(size, network, span, seed)
    mothers = plan_mothers(size, network, span, seed)
    pairs = plan_pairs(PairBook(network.station_of, mothers, kids), size.pairings, span, seed)
    rota = rota_of(network)
    visits = make_calls("visit", plan_visits(size, kids, rota, span, seed), size, seed)
    met = [*plan_contacts(pairs, mothers, kids, span, seed)]
    calls = sorted([*visits, *make_calls("contact", met, size, seed)], key=lambda call: call.place)
    return Plan(seed, span, network, tuple(mothers), tuple(kids), tuple(pairs), tuple(calls), rota)
