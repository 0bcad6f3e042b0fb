"""The demo city: the counts of the source, the same city for the same seed, nothing unbalanced."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from bot.seed import Seeded, Size, find_demo_people, seed_part
from bot.seed.agenda import Call
from bot.seed.families import Kid
from bot.seed.odds import table
from bot.seed.plan import Plan, make_plan
from bot.seed.sheets import Story
from bot.settings import Settings
from bot.turn import Turns
from dialogue.registry import conversations
from domain.age import age_on
from domain.formscore import scores_of
from domain.library import packaged
from domain.roles import Role
from domain.scorer import default_rules
from storage import migrations, operator
from storage import tables as t
from storage.see.children import unseal_answers
from storage.session import Store, Unavailable, open_store
from tests.conftest import both
from tests.town import Clock, Somebody

TODAY = date(2026, 11, 23)
YEAR = (12, 1, TODAY)
SHORT = (3, 1, TODAY)


@dataclass
class City:
    """A seeded store."""

    store: Store
    seeded: Seeded

    def rows(self, query: Any) -> list[Any]:
        with self.store.work() as db:
            return list(db.execute(query).all())


def quiet(stage: str, done: int, total: int) -> None:
    assert 0 <= done <= total, stage


@contextmanager
def build(path: Path, size: Size, make: tuple[int, int, date]) -> Iterator[City]:
    store = open_store(path)
    try:
        migrations.upgrade(store.engine)
        yield City(store, seed_part(store, Settings(data=path), size, make=make, progress=quiet))
    finally:
        store.close()


@pytest.fixture(scope="module")
def full() -> Plan:
    return make_plan(Size(), *YEAR)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with build(tmp_path_factory.mktemp("city"), Size().part(1 / 30), YEAR) as found:
        yield found


# --- the plan, without a database --------------------------------------------------------


def test_the_plan_has_the_counts_of_the_source(full: Plan) -> None:
    kinds = Counter(place.new.kind for place in full.network.places)
    assert kinds == {"centre": 1, "station": 11, "village": 236}
    assert len(full.network.those(Role.CHILD_DIRECTOR)) == 228
    assert len(full.network.vacant) == 8
    assert Counter(mother.new.core for mother in full.mothers) == {True: 76, False: 150}
    assert (len(full.pairs), len(full.kids)) == (421, 1051)
    assert Counter(call.kind for call in full.calls)["visit"] == 14_000


def test_every_home_has_somebody_who_collects(full: Plan) -> None:
    doubled = [one for one in full.network.those(Role.CHILD_DIRECTOR) if len(one.homes) > 1]
    assert {one.homes[1] for one in doubled} < full.network.vacant
    assert all(full.rota.main(home) for home in full.network.station_of)


def test_a_station_has_one_worker_and_an_invented_phone(full: Plan) -> None:
    assert len(full.network.those(Role.STATION_WORKER)) == len(full.network.stations) == 11
    phones = [p.new.phone for p in full.network.places if p.new.kind != "village"]
    assert all(phone.startswith("0576-000") for phone in phones)
    assert len(set(phones)) == len(phones)


def test_names_and_codes_are_unique_where_they_must_be(full: Plan) -> None:
    for found in (
        [worker.code for worker in full.people],
        [worker.new.name for worker in full.people],
        [kid.code for kid in full.kids],
        [place.new.name for place in full.network.places],
        [place.new.name_en for place in full.network.places],
    ):
        assert len(set(found)) == len(found)


def test_a_fifth_of_the_children_is_under_six(full: Plan) -> None:
    ages = [age_on(kid.birth, TODAY) for kid in full.kids]
    assert sum(age < 6 for age in ages) / len(ages) == pytest.approx(0.217, abs=0.0005)
    assert (min(ages), max(ages)) == (0, 17)


def test_brothers_and_sisters_share_home_and_carer(full: Plan) -> None:
    together: dict[object, list[Kid]] = {}
    for kid in full.kids:
        if household := kid.new.identity.get("household"):
            together.setdefault(household, []).append(kid)
    pairs = [kids for kids in together.values() if len(kids) > 1]
    assert len(pairs) > len(full.kids) / 20
    for kids in pairs:
        assert len({(kid.home, kid.new.identity["carer"]) for kid in kids}) == 1


def test_a_mother_has_at_most_three_open_pairings(full: Plan) -> None:
    for pair in full.pairs:
        same = [each for each in full.pairs if each.mother == pair.mother]
        assert sum(_open(each, pair.since) for each in same) <= 3
        child = [each for each in full.pairs if each.child == pair.child]
        assert sum(_open(each, pair.since) for each in child) == 1


def _open(pair: Any, day: date) -> bool:
    return bool(pair.since <= day and (pair.until is None or day < pair.until))


def test_nobody_is_visited_before_enrolment_nor_today(full: Plan) -> None:
    for call in full.calls:
        assert full.kid[call.child].new.enrolled <= call.day < TODAY


def test_one_in_a_hundred_calls_is_a_whole_conversation(full: Plan) -> None:
    talked = Counter(call.kind for call in full.calls if call.talked)
    assert talked["visit"] == 140
    assert talked["contact"] == round(sum(c.kind == "contact" for c in full.calls) / 100)


def test_another_seed_is_another_city() -> None:
    size = Size().part(1 / 30)
    assert make_plan(size, *SHORT).calls == make_plan(size, *SHORT).calls
    assert make_plan(size, *SHORT).calls != make_plan(size, 3, 2, TODAY).calls


def test_the_odds_name_items_of_the_form_in_the_order_of_their_scores() -> None:
    form = packaged().form("visit")
    for odds in table(form).items:
        scores = scores_of(form.item(odds.path))
        found = [scores[value] for value in odds.options]
        assert found == sorted(found), odds.name
    asked = {
        item.name for item in form.questions() if any(o.extra.get("score") for o in item.options)
    }
    assert {odds.name for odds in table(form).items} == asked - {"E4"}


def test_a_child_is_told_the_same_way_each_time(full: Plan) -> None:
    kid, form = full.kids[0], packaged().form("visit")
    calls = [call for call in full.calls if call.child == kid.code and call.kind == "visit"]
    first, second = Story(kid, form, 1), Story(kid, form, 1)
    assert [first.visit(call) for call in calls] == [second.visit(call) for call in calls]


# --- the city as written -----------------------------------------------------------------


def test_everything_planned_is_recorded(city: City) -> None:
    plan = make_plan(Size().part(1 / 30), *YEAR)
    kinds = Counter(row.kind for row in city.rows(select(t.visit.c.kind)))
    assert kinds == Counter(call.kind for call in plan.calls)
    assert city.seeded.counts["child"] == len(plan.kids)
    assert city.seeded.counts["pairing"] == len(plan.pairs)


def test_the_kept_totals_are_the_sums_of_the_ledger(city: City) -> None:
    with city.store.work() as db:
        assert operator.unbalanced(db) == []
    states = Counter(row.state for row in city.rows(select(t.entry.c.state)))
    assert states["pending"] > 0
    assert states["booked"] > states["pending"]


def test_the_parts_of_every_score_add_up(city: City) -> None:
    s = t.score.c
    rows = city.rows(select(s.total, s.detail, s.visit_id, s.rules_sha))
    assert rows
    for row in rows:
        detail = orjson.loads(city.store.keys.unseal(row.detail, f"score:detail:{row.visit_id}"))
        assert sum(Decimal(points) for _, points in detail["parts"]) == row.total
        assert row.rules_sha == default_rules().sha256


def test_levels_and_totals_are_alive(city: City) -> None:
    levels = {row.level for row in city.rows(select(t.score.c.level))}
    assert len(levels) >= 3
    totals = [row.total for row in city.rows(select(t.score.c.total))]
    assert 12 <= sum(totals) / len(totals) <= 24


def test_visits_are_recorded_by_day_of_those_who_may(city: City) -> None:
    v, o = t.visit.c, t.post.c
    zone = Settings().tz
    for row in city.rows(select(v.day, v.recorded_at)):
        local = row.recorded_at.astimezone(zone)
        assert local.date() == row.day
        assert 8 <= local.hour <= 20
    there = select(o.id).where(o.person_id == v.visitor_id, o.unit_id == t.child.c.unit_id)
    strangers = select(v.id).join(t.child, t.child.c.id == v.child_id).where(~there.exists())
    assert city.rows(strangers.where(v.kind == "visit")) == []


def test_the_people_of_the_demo_are_who_they_are_said_to_be(city: City) -> None:
    wanted = {
        city.seeded.mother: "loving_mother",
        city.seeded.director: "child_director",
        city.seeded.coordinator: "coordinator",
        city.seeded.manager: "manager",
    }
    rows = city.rows(select(t.post.c.person_id, t.post.c.role))
    assert {row.person_id: row.role for row in rows if row.person_id in wanted} == wanted
    with city.store.work() as db:
        assert find_demo_people(db) == {role: person for person, role in wanted.items()}


def test_a_house_of_real_people_has_no_people_of_the_demo(store: Store) -> None:
    with store.work() as db:
        assert find_demo_people(db) == {}


def test_a_city_is_not_written_over_people(city: City) -> None:
    with pytest.raises(Unavailable, match="already"):
        seed_part(city.store, Settings(), Size().part(1 / 30), make=SHORT, progress=quiet)


# --- the same city again -----------------------------------------------------------------


def test_who_turns_eighteen_is_refused_in_words_and_nothing_is_left_stuck(city: City) -> None:
    """The demo goes on after it was seeded, and its children grow."""
    plan = make_plan(Size().part(1 / 30), *YEAR)
    kid = min(plan.kids, key=lambda each: each.birth)
    birthday = kid.birth.replace(year=kid.birth.year + 18)
    director = plan.rota.main(kid.home)
    (row,) = city.rows(select(t.person.c.id).where(t.person.c.code == director))
    for days, grown in ((-1, False), (0, True), (400, True)):
        moment = datetime.combine(birthday + timedelta(days), time(10), Settings().tz)
        turns = Turns(city.store, Clock(moment), Settings().tz, conversations, packaged())
        who = Somebody(turns, row.id)
        said = []
        for words in (f"走访 {kid.code}", "今天"):
            who.say(words)
            said.append(who.text)
        assert any("18 岁" in text for text in said) is grown
        who.say("取消")
    with city.store.work() as db:
        assert operator.dead_letters(db) == 0
        assert db.execute(select(t.stuck.c.id)).all() == []


def visits_of(city: City) -> list[dict[str, Any]]:
    """Every visit by what it says, without the numbers that a conversation bears."""
    v, c, p = t.visit.c, t.child.c, t.person.c
    query = (
        select(v.key, v.kind, c.code, p.code.label("by"), v.day, v.mode, v.seen, v.minutes)
        .add_columns(v.form, v.version, v.total, v.assessed, v.due, v.recorded_at)
        .add_columns(v.answers, v.scoring)
        .join(t.child, c.id == v.child_id)
        .join(t.person, p.id == v.visitor_id)
        .order_by(v.recorded_at, v.day, c.code, v.id)
    )
    return [_opened(city.store, row._asdict()) for row in city.rows(query)]


def _opened(store: Store, row: dict[str, Any]) -> dict[str, Any]:
    key, sealed, scoring = row.pop("key"), row.pop("answers"), row.pop("scoring")
    row["held"] = unseal_answers(store.keys, key, sealed)
    if scoring:
        row["scoring"] = orjson.loads(store.keys.unseal(scoring, f"visit:scoring:{key}"))
    return row


def digest(city: City) -> str:
    """Everything that the same seed must give again."""
    a, f, e = t.alert.c, t.flag.c, t.entry.c
    found = [
        visits_of(city),
        city.rows(select(t.unit.c.code, t.unit.c.name, t.unit.c.path).order_by(t.unit.c.id)),
        city.rows(select(t.person.c.code, t.person.c.name).order_by(t.person.c.id)),
        city.rows(select(t.pairing.c.code, t.pairing.c.until).order_by(t.pairing.c.id)),
        city.rows(select(a.codes, a.state, a.at, a.answered_at, a.receipt).order_by(a.id)),
        city.rows(select(f.triggers, f.level, f.state, f.opened_at).order_by(f.id)),
        city.rows(select(e.rule, e.state, e.points, e.day, e.source).order_by(e.id)),
        city.rows(select(t.total).order_by(t.total.c.person_id, t.total.c.period)),
        city.rows(select(t.risk.c.child_id, t.risk.c.total, t.risk.c.level)),
    ]
    return hashlib.sha256(orjson.dumps(found, default=_plain)).hexdigest()


def _plain(thing: Any) -> Any:
    return list(thing) if isinstance(thing, tuple) else str(thing)


TINY = Size(
    stations=2,
    homes=4,
    directors=3,
    executives=2,
    core=2,
    ordinary=2,
    pairings=6,
    children=10,
    collections=130,
)


def test_the_same_seed_gives_the_same_city(tmp_path: Path) -> None:
    with build(tmp_path / "one", TINY, SHORT) as one, build(tmp_path / "two", TINY, SHORT) as two:
        assert digest(one) == digest(two)


def test_a_city_written_by_conversation_is_the_one_written_by_acts(tmp_path: Path) -> None:
    with build(tmp_path / "acts", replace(TINY, talked=0.0), SHORT) as city:
        acted = visits_of(city)
    with build(tmp_path / "talks", replace(TINY, talked=1.0), SHORT) as city:
        assert visits_of(city) == acted


def test_an_emergency_comes_by_conversation_as_it_comes_by_act(tmp_path: Path) -> None:
    """The alarm is raised in the middle, the draft is resumed, the visit is recorded."""
    size = replace(TINY, children=4, homes=2, directors=2, pairings=2)
    make = (2, _alarming(size), TODAY)
    a = t.alert.c
    query = select(a.codes, a.level, a.child_id, a.at, a.state).order_by(a.at)
    with build(tmp_path / "acts", replace(size, talked=0.0), make) as city:
        acted = city.rows(query), visits_of(city)
    with build(tmp_path / "talks", replace(size, talked=1.0), make) as city:
        assert (city.rows(query), visits_of(city)) == acted
    assert acted[0]


def _alarming(size: Size) -> int:
    """A seed whose small city has an emergency."""
    form = packaged().form("visit")
    for seed in range(1, 500):
        plan = make_plan(size, 2, seed, TODAY)
        stories = {kid.code: Story(kid, form, seed) for kid in plan.kids}
        visits = [call for call in plan.calls if call.kind == "visit"]
        if any(stories[call.child].visit(call).codes for call in visits):
            return seed
    raise AssertionError("no seed has an emergency")


@both()
def test_both_databases_carry_a_city(store: Store) -> None:
    with_talks = replace(TINY, talked=0.1)
    found = seed_part(store, Settings(), with_talks, make=(2, 1, TODAY), progress=quiet)
    assert found.counts["child"] == TINY.children
    with store.work() as db:
        assert operator.unbalanced(db) == []


def test_months_must_be_some() -> None:
    with pytest.raises(ValueError, match="0 months"):
        make_plan(TINY, 0, 1, TODAY)


def test_calls_are_in_the_order_of_time(full: Plan) -> None:
    moments = [call.moment(Settings().tz) for call in full.calls[::50]]
    assert moments == sorted(moments)
    assert isinstance(full.calls[0], Call)
    assert full.calls[0].day >= TODAY - timedelta(366)
