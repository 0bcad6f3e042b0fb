"""For every method of Look: what an account got from it, and what its rights promise it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from domain.roles import RIGHTS, Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.look import Look
from storage.see.children import KNOWS, ChildRef
from storage.see.drafts import unseal_talk
from tests.storage import enrolling
from tests.storage.conftest import Filled
from tests.storage.filled import World, look_of

MONTH, YEAR = "2026-11", "2026"
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)
NEAR = ("elm", "east", "pine")
SOME = frozenset(("小满-01", "谷雨-01", "芒种-01"))  # one child of each village
ANSWER = Right.ANSWER_ALERT
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


def said_alerts(a: Asked) -> dict[int, str]:
    """Alerts that keep what was answered, and where each is."""
    rows = a.world.db.execute(select(t.alert).where(t.alert.c.said.is_not(None)))
    return {row.id: row.path for row in rows}


def raised(a: Asked) -> set[object]:
    """One's own alerts, which stay one's own; the child only as long as it is in reach."""
    rows = a.world.db.execute(select(t.alert).where(t.alert.c.reporter_id == a.me))
    reach = a.world.reach(Right.RAISE_ALERT)
    return {
        (row.receipt, code if (code := a.world.code(row.child_id)) in reach else None)
        for row in rows
    }


def police_noted(a: Asked) -> set[object]:
    """Where the police are noted: by oneself, or within reach to answer; never with the child."""
    noted = (t.audit.c.actor_id == a.me, t.audit.c.action == "alert.police")
    own = set(a.world.db.execute(select(t.audit.c.subject).where(*noted)).scalars())
    rows = a.world.db.execute(select(t.alert).where(t.alert.c.police_at.is_not(None)))
    return {
        (row.receipt, None)
        for row in rows
        if f"alert:{row.receipt}" in own or a.world.below(Right.ANSWER_ALERT, row.path)
    }


def home(a: Asked) -> str:
    """Where somebody was enrolled."""
    unit = select(t.person.c.unit_id).where(t.person.c.id == a.me).scalar_subquery()
    return str(a.world.db.execute(select(t.unit.c.path).where(t.unit.c.id == unit)).scalar_one())


def phones_above(a: Asked, path: str) -> set[object]:
    """Telephones are public: of the units on the way up from one's own."""
    u = t.unit.c
    rows = a.world.db.execute(select(u.path, u.phone).where(u.phone != ""))
    return {row.phone for row in rows if path.startswith(row.path)}


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


def below(a: Asked) -> set[str]:
    """The places directly below one's own; they are public."""
    paths = a.look.db.execute(select(t.unit.c.path)).scalars().all()
    own = max(a.world.units, default="?")
    return {path for path in paths if path.startswith(own) and path[len(own) :].count("/") == 1}


def parked(a: Asked) -> set[object]:
    where = (t.talk.c.person_id == a.me, t.talk.c.state == "parked")
    return set(a.world.db.execute(select(t.talk.c.number).where(*where)).scalars())


def called_off(a: Asked) -> set[object]:
    """One's own newest conversation that was called off and still holds answers."""
    k = t.talk.c
    where = (k.person_id == a.me, k.state == "cancelled")
    rows = a.world.db.execute(select(k.number, k.answers).where(*where).order_by(k.number.desc()))
    for number, sealed in rows:
        held = sealed and unseal_talk(a.look.keys, "answers", a.me, number, sealed)
        if held and held["answers"]:
            return {number}
    return set()


def phones(a: Asked) -> set[object]:
    u = t.unit.c
    rows = a.world.db.execute(select(u.phone).where(u.path.in_(list(a.world.units)), u.phone != ""))
    return set(rows.scalars())


PROBES: dict[str, tuple[Side, Side]] = enrolling.PROBES | {
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
            if a.look.last_held(ref, form, a.look.today)
        },
        lambda a: {(form, code) for form in ("visit", "contact") for code in held(a, form)},
    ),
    "held": (held_visits, own_visits),
    "told_on": (
        lambda a: {
            told.receipt
            for kind in ("visit", "contact")
            for ref in a.refs.values()
            for day in a.world.days
            for told in a.look.told_on(ref, kind, day)
        },
        own_visits,
    ),
    "notes": (
        by_child(lambda look, ref: look.notes(ref, ("A/A1",))),
        lambda a: a.world.codes_in(t.visit, t.visit.c.form == "visit") & a.world.whole,
    ),
    "directors_of": (
        by_child(lambda look, ref: look.directors_of(ref)),
        lambda a: a.world.reach(Right.SEE_CHILD),
    ),
    "around": (
        by_child(lambda look, ref: look.around(ref)),
        lambda a: a.world.reach(Right.SEE_CHILD),
    ),
    "traces": (
        lambda a: {each.receipt for ref in a.refs.values() for each in a.look.traces(ref)},
        lambda a: a.world.traces_due,
    ),
    "visits": (
        by_right(lambda look, ref, right: look.visits(ref, right)),
        lambda a: known(a, whole_or_own(a) & SOME),
    ),
    "my_visits": (lambda a: {each.receipt for each in a.look.my_visits(limit=99)}, own_visits),
    "paired": (
        by_right(lambda look, ref, right: look.paired(ref, right, look.today) != "none"),
        lambda a: known(a, a.world.codes_in(t.pairing, t.pairing.c.until.is_(None)) & SOME),
    ),
    "file_named": (
        lambda a: {file for file in a.world.files if a.look.file_named(file)},
        lambda a: a.world.files_due,
    ),
    "attachment": (
        lambda a: {file for file in a.world.files if a.look.attachment(file)},
        lambda a: a.world.files_due,
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
    "flag_now": (
        by_child(lambda look, ref: look.flag_now(ref)),
        lambda a: (
            a.world.reach(Right.SEE_SCORE) & a.world.codes_in(t.flag, t.flag.c.state != "withdrawn")
        ),
    ),
    "flag_story": (
        by_child(lambda look, ref: look.flag_story(ref)),
        lambda a: (
            a.world.reach(Right.SEE_SCORE) & a.world.codes_in(t.flag, t.flag.c.state != "withdrawn")
        ),
    ),
    "closing": (
        lambda a: {code for code, ref in a.refs.items() if a.look.closing(ref.id)},
        lambda a: a.world.reach(Right.DECIDE_FLAG) & a.world.codes_in(t.flag),
    ),
    "alert_said": (
        lambda a: {each for each in said_alerts(a) if a.look.alert_said(each)},
        lambda a: {each for each, path in said_alerts(a).items() if a.world.below(ANSWER, path)},
    ),
    "alerts": (lambda a: {each.receipt for each in a.look.alerts(STATES)}, alerts),
    "alerts_of": (
        lambda a: {each.receipt for ref in a.refs.values() for each in a.look.alerts_of(ref)},
        lambda a: a.world.alerts_open,
    ),
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
            code_of(a, each.person_id)
            for each in a.look.directors(SINCE, UNTIL, "/", limit=99).listed
        },
        directors,
    ),
    "units_below": (
        lambda a: {
            each.path for unit in a.look.my_units()[:1] for each in a.look.units_below(unit)
        },
        below,
    ),
    "my_units": (lambda a: {each.path for each in a.look.my_units()}, lambda a: a.world.units),
    "last_cancelled": (lambda a: {a.look.last_cancelled()} - {None}, called_off),
    "my_drafts": (lambda a: {each.number for each in a.look.my_drafts()}, parked),
    "police_reports": (
        lambda a: {(each.receipt, each.child_code) for each in a.look.police_reports()},
        police_noted,
    ),
    "phones": (
        lambda a: {phone for _, phone in a.look.phones()},
        lambda a: phones_above(
            a, a.look.account.grants[0].path if a.look.account.grants else home(a)
        ),
    ),
    "station_phone": (
        lambda a: {bool(a.look.station_phone())},
        lambda a: {bool(phones(a) or phones_above(a, home(a)))},
    ),
}
