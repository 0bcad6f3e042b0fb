"""Whoever asks sees exactly what domain.roles says, by every method of Look, and no more.

Safety 5.2: deny by default; a right holds by role and relation at the moment of use. The
expected side is worked out from RIGHTS alone; a method of Look without a probe fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select, update

from domain.roles import RIGHTS, Reach, Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.look import Look
from storage.see.children import KNOWS, ChildRef
from tests.storage.conftest import Filled
from tests.storage.filled import World, look_of
from tests.town import JOINED

MONTH, YEAR = "2026-11", "2026"
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
NEAR = ("elm", "east", "pine")
SOME = frozenset(("小满-01", "谷雨-01", "芒种-01"))  # one child of each village
STATES = ("open", "acknowledged", "false_alarm", "closed")


@dataclass(frozen=True)
class Asked:
    """One account's look, what there is, and references to all children."""

    look: Look
    world: World
    refs: dict[str, ChildRef]

    @property
    def me(self) -> int:
        return self.look.account.id

    def may(self, right: Right) -> bool:
        return any(right in RIGHTS[grant.role] for grant in self.look.account.grants)


Side = Callable[[Asked], Iterable[object]]


@contextmanager
def asked(filled: Filled, person_id: int, *ended: object) -> Iterator[Asked]:
    """As this person; `ended` are statements that come first. Everything is taken back."""
    town = filled.town
    with town.store.engine.connect() as db, db.begin() as work:
        centre = look_of(town.store, db, town.people["何中心"], town)
        refs = {each.code: each for each in centre.my_children(Right.SEE_CHILD)}
        for statement in ended:
            db.execute(statement)  # type: ignore[call-overload]
        look = look_of(town.store, db, person_id, town)
        yield Asked(look, World(db, look.account), refs)
        work.rollback()


def granted(call: Callable[..., object], *given: object) -> bool:
    """Whether something comes back: not Refused, and not nothing."""
    try:
        return bool(call(*given))
    except Refused:
        return False


def by_child(call: Callable[[Look, ChildRef], object]) -> Side:
    """The children for whom something comes back."""
    return lambda a: {code for code, ref in a.refs.items() if granted(call, a.look, ref)}


def by_right(call: Callable[[Look, ChildRef, Right], object]) -> Side:
    """The same for every right, whether it is the right one for this method or not."""
    return lambda a: {
        (right, code)
        for right in Right
        for code in SOME
        if granted(call, a.look, a.refs[code], right)
    }


def known(a: Asked, among: Iterable[str] | None = None) -> set[object]:
    """Children whom the account knows, by the rights that mean knowing them."""
    wanted = set(a.refs) if among is None else set(among)
    return {(right, code) for right in KNOWS for code in a.world.reach(right) & wanted}


def some(a: Asked) -> set[object]:
    return known(a, SOME)


def whole_or_own(a: Asked) -> set[str]:
    """Children of whom others' visits may be seen, and those whom one has visited oneself."""
    stands = t.visit.c.withdrawn_at.is_(None)
    own = a.world.codes_in(t.visit, stands, t.visit.c.visitor_id == a.me)
    return set((a.world.codes_in(t.visit, stands) & a.world.whole) | own)


def held(a: Asked, form: str) -> set[str]:
    of_form = (t.visit.c.form == form, t.visit.c.withdrawn_at.is_(None))
    own = a.world.codes_in(t.visit, *of_form, t.visit.c.visitor_id == a.me)
    mine = own & a.world.reach(Right.LOG_CONTACT)
    return set((a.world.codes_in(t.visit, *of_form) & a.world.whole) | mine)


def alerts(a: Asked) -> set[str]:
    rows = a.world.db.execute(select(t.alert))
    return {row.receipt for row in rows if a.world.below(Right.ANSWER_ALERT, row.path)}


def raised(a: Asked) -> set[object]:
    """One's own alerts, which stay one's own; the child only as long as it is in reach."""
    rows = a.world.db.execute(select(t.alert).where(t.alert.c.reporter_id == a.me))
    reach = a.world.reach(Right.RAISE_ALERT)
    return {
        (row.receipt, code if (code := a.world.code(row.child_id)) in reach else None)
        for row in rows
    }


def own_visits(a: Asked) -> set[str]:
    rows = a.world.visits(t.visit.c.visitor_id == a.me, t.visit.c.withdrawn_at.is_(None))
    return {row.receipt for row in rows if a.world.code(row.child_id) in a.world.logs}


def held_visits(a: Asked) -> set[str]:
    rows = a.world.visits()
    return {row.receipt for row in rows if granted(a.look.held, row.id)}


def pending(a: Asked) -> set[str]:
    e = t.entry.c
    rows = a.world.db.execute(select(t.entry).where(e.state == "pending", e.person_id != a.me))
    reach = a.world.reach(Right.CONFIRM_POINTS)
    return {row.source for row in rows if a.world.code(row.child_id) in reach}


def ranked(a: Asked) -> set[str]:
    s = t.total.c
    rows = a.world.db.execute(
        select(t.person.c.code, t.unit.c.path)
        .join(t.total, s.person_id == t.person.c.id)
        .join(t.unit, t.unit.c.id == t.person.c.unit_id)
        .where(s.period == MONTH, s.booked > 0)
    )
    return {row.code for row in rows if a.world.city(row.path)}


def directors(a: Asked) -> set[str]:
    """Child directors of villages with children, in the same city."""
    rows = a.world.db.execute(
        select(t.person.c.code, t.unit.c.path)
        .join(t.post, t.post.c.person_id == t.person.c.id)
        .join(t.unit, t.unit.c.id == t.post.c.unit_id)
        .where(t.post.c.role == Role.CHILD_DIRECTOR.value, t.post.c.until.is_(None))
        .where(t.unit.c.id.in_(select(t.child.c.unit_id)))
    )
    return {row.code for row in rows if a.world.city(row.path)}


def code_of(a: Asked, person_id: int) -> str:
    return str(a.world.db.execute(select(t.person.c.code).filter_by(id=person_id)).scalar())


def mine(a: Asked, table: object) -> set[object]:
    """{"mine"} where one holds the right to points and has a row."""
    found = a.world.db.execute(select(table.c.person_id))  # type: ignore[attr-defined]
    return {"mine"} if a.may(Right.OWN_POINTS) and a.me in found.scalars().all() else set()


def parked(a: Asked) -> set[object]:
    where = (t.talk.c.person_id == a.me, t.talk.c.state == "parked")
    return set(a.world.db.execute(select(t.talk.c.number).where(*where)).scalars())


def phones(a: Asked) -> set[object]:
    u = t.unit.c
    rows = a.world.db.execute(select(u.phone).where(u.path.in_(list(a.world.units)), u.phone != ""))
    return set(rows.scalars())


PROBES: dict[str, tuple[Side, Side]] = {
    "form": (lambda a: {a.look.form("visit").name}, lambda a: {"visit"}),
    "village_of": (
        lambda a: a.look.village_of("/1/").values(),
        lambda a: {"玉苗市未保中心", "Yumiao centre"},
    ),
    "my_children": (
        lambda a: {(right, ref.code) for right in Right for ref in a.look.my_children(right)},
        known,
    ),
    "child": (by_right(lambda look, ref, right: look.child(ref.code, right)), some),
    "child_by_id": (by_right(lambda look, ref, right: look.child_by_id(ref.id, right)), some),
    "last_held": (
        lambda a: {
            (form, code)
            for form in ("visit", "contact")
            for code, ref in a.refs.items()
            if a.look.last_held(ref, form)
        },
        lambda a: {(form, code) for form in ("visit", "contact") for code in held(a, form)},
    ),
    "held": (held_visits, own_visits),
    "directors_of": (
        by_child(lambda look, ref: look.directors_of(ref)),
        lambda a: a.world.reach(Right.SEE_CHILD),
    ),
    "visits": (
        by_right(lambda look, ref, right: look.visits(ref, right)),
        lambda a: known(a, whole_or_own(a) & SOME),
    ),
    "my_visits": (lambda a: {each.receipt for each in a.look.my_visits(limit=99)}, own_visits),
    "paired": (
        by_right(lambda look, ref, right: look.paired(ref, right) != "none"),
        lambda a: known(a, a.world.codes_in(t.pairing, t.pairing.c.until.is_(None)) & SOME),
    ),
    "risks": (
        lambda a: {a.world.code(child_id) for child_id in a.look.risks()},
        lambda a: a.world.reach(Right.SEE_SCORE) & a.world.codes_in(t.risk),
    ),
    "scores": (
        by_child(lambda look, ref: look.scores(ref)),
        lambda a: a.world.reach(Right.SEE_SCORE) & a.world.codes_in(t.score, t.score.c.current),
    ),
    "flags": (
        lambda a: {each.child_code for each in a.look.flags(("suspected", "confirmed"))},
        lambda a: a.world.reach(Right.DECIDE_FLAG) & a.world.codes_in(t.flag),
    ),
    "alerts": (lambda a: {each.receipt for each in a.look.alerts(STATES)}, alerts),
    "my_alerts": (
        lambda a: {(each.receipt, each.child_code) for each in a.look.my_alerts()},
        raised,
    ),
    "my_points": (
        lambda a: {"mine"} if a.look.my_points(YEAR).booked else set(),
        lambda a: mine(a, t.total),
    ),
    "my_entries": (
        lambda a: {"mine"} if a.look.my_entries() else set(),
        lambda a: mine(a, t.entry),
    ),
    "to_confirm": (lambda a: {each.source for each in a.look.to_confirm()}, pending),
    "ranking": (
        lambda a: {code_of(a, each.person_id) for each in a.look.ranking(MONTH, "/", limit=99)},
        ranked,
    ),
    "my_place": (
        lambda a: {"mine"} if a.look.my_place(MONTH, "/") else set(),
        lambda a: {"mine"} & {"mine" for code in ranked(a) if code == a.look.account.code},
    ),
    "directors": (
        lambda a: {
            code_of(a, each.person_id) for each in a.look.directors(SINCE, UNTIL, "/", limit=99)
        },
        directors,
    ),
    "my_units": (lambda a: {each.path for each in a.look.my_units()}, lambda a: a.world.units),
    "my_drafts": (lambda a: {each.number for each in a.look.my_drafts()}, parked),
    "station_phone": (
        lambda a: {bool(a.look.station_phone())},
        lambda a: {bool(phones(a))},
    ),
}


def check_all(a: Asked) -> None:
    for name, (probe, due) in PROBES.items():
        assert set(probe(a)) == set(due(a)), name


def test_every_method_of_look_has_a_probe() -> None:
    methods = {name for name, what in vars(Look).items() if callable(what) and name[0] != "_"}
    assert methods == set(PROBES)


@pytest.mark.parametrize(
    ("role", "place"),
    [(role, place) for role in Role for place in (NEAR if RIGHTS[role] else ("elm",))]
    + [(role, "far") for role in (Role.LOVING_MOTHER, Role.STATION_WORKER, Role.MANAGER)],
)
def test_each_role_sees_what_the_table_of_rights_says(
    filled: Filled, role: Role, place: str
) -> None:
    with asked(filled, filled.staff[role, place]) as a:
        check_all(a)


@pytest.mark.parametrize(
    "name",
    ["王妈妈", "李主任", "周主任", "陈站长", "何中心", "钱协调", "孙经理", "吴站长", "郑妈妈"],
)
def test_the_people_of_the_town_see_what_is_theirs(filled: Filled, name: str) -> None:
    with asked(filled, filled.town.people[name]) as a:
        check_all(a)


def test_there_is_something_to_be_seen(filled: Filled) -> None:
    """Else the tests above would find nothing because there is nothing."""
    with asked(filled, filled.town.people["李主任"]) as a:
        for name in ("risks", "scores", "visits", "held", "my_visits", "to_confirm", "paired"):
            assert list(PROBES[name][0](a)), name
    with asked(filled, filled.town.people["陈站长"]) as a:
        for name in ("flags", "alerts"):
            assert list(PROBES[name][0](a)), name
    with asked(filled, filled.town.people["王妈妈"]) as a:
        for name in ("my_alerts", "my_points", "my_entries", "my_place", "last_held", "my_drafts"):
            assert list(PROBES[name][0](a)), name


OPEN = {"form", "village_of"}  # forms and names of places are public
SELF = {"my_drafts", "my_alerts"}  # what one wrote oneself, without the child


def leave(person_id: int) -> object:
    return update(t.post).where(t.post.c.person_id == person_id).values(until=JOINED)


@pytest.mark.parametrize("name", ["李主任", "王妈妈", "陈站长", "何中心", "钱协调"])
def test_whose_post_has_ended_sees_nothing_any_more(filled: Filled, name: str) -> None:
    person = filled.town.people[name]
    with asked(filled, person, leave(person)) as a:
        check_all(a)
        for method, (probe, _) in PROBES.items():
            if method not in OPEN | SELF:
                assert set(probe(a)) <= {False}, method
        assert {each.child_code for each in a.look.my_alerts()} <= {None}


def test_a_mother_whose_pairing_has_ended_keeps_her_points_and_sees_no_child(
    filled: Filled,
) -> None:
    mother = filled.town.people["王妈妈"]
    part = update(t.pairing).where(t.pairing.c.mother_id == mother).values(until=JOINED)
    with asked(filled, mother, part) as a:
        check_all(a)
        assert a.look.my_points(YEAR).booked > 0
        assert {each.child_code for each in a.look.my_alerts()} <= {None}
        for method in ("my_children", "child", "visits", "last_held", "my_visits", "held"):
            assert not set(PROBES[method][0](a)), method


def test_a_mother_is_not_told_when_the_next_visit_is_due(filled: Filled) -> None:
    """It would tell her the level: a red child is visited each week."""
    with asked(filled, filled.town.people["王妈妈"]) as a:
        (child,) = a.look.my_children(Right.SEE_CHILD)
        assert (child.next_visit, child.last_seen) == (None, None)


def test_totals_of_visits_are_shown_only_with_the_right_to_scores(filled: Filled) -> None:
    executive = filled.staff[Role.FEDERATION_EXECUTIVE, "elm"]
    with asked(filled, executive) as a:
        child = a.look.child("小满-02", Right.SEE_CHILD)
        assert [each.total for each in a.look.visits(child, Right.SEE_CHILD)] == [None]
    with asked(filled, filled.town.people["李主任"]) as a:
        child = a.look.child("小满-02", Right.SEE_CHILD)
        assert [each.total for each in a.look.visits(child, Right.SEE_CHILD)] == [83]


def test_a_child_who_has_left_is_seen_by_nobody(filled: Filled) -> None:
    gone = update(t.child).where(t.child.c.code == "小满-01").values(active=False)
    for name in ("王妈妈", "李主任", "陈站长", "何中心"):
        with asked(filled, filled.town.people[name], gone) as a:
            for right in Right:
                assert "小满-01" not in {each.code for each in a.look.my_children(right)}
                with pytest.raises(Refused):
                    a.look.child("小满-01", right)


def test_no_right_reaches_further_than_the_table_says() -> None:
    """Reaches by places are given to posts in places, ASSIGNED to loving mothers only."""
    assigned = {role for role, rights in RIGHTS.items() if Reach.ASSIGNED in rights.values()}
    assert assigned == {Role.LOVING_MOTHER}
    assert set(RIGHTS) == set(Role)
