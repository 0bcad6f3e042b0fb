"""Ways in for one's people: beside what they have, or in its stead where a phone is lost; and the
end of a post, with what it opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from domain.privacy import DataClass
from domain.roles import Role
from domain.trouble import Refused
from storage import doors
from storage import tables as t
from storage.consents import stands
from storage.deed import Deed
from storage.fading import fade_person
from storage.founding import Founding
from storage.rows import lock
from storage.see.staff import former_people

O, P, U = t.post.c, t.person.c, t.unit.c  # noqa: E741
PAIR = t.pairing.c


@dataclass(frozen=True)
class Fresh:
    """New ways in, shown once; how many browsers were signed out for them."""

    token: str
    code: str
    ended: int = 0


@dataclass(frozen=True)
class Ended:
    """What came of the end of a post: pairings handed on, pairings ended, whether she is gone."""

    moved: int
    closed: int
    gone: bool


def replace_phone(act: Deed, person_id: int, notice: object) -> Fresh:
    """Every session, link and code of hers ends; a new link and code are made.

    Raises Refused as `_answered_for` does.
    """
    code = _answered_for(act, person_id, "new_phone.oneself")
    ended = doors.end_all(act.db, person_id, act.now)
    act.audit("person.new_phone", f"person:{code}", sessions=ended)
    act.tell(person_id, notice, f"new_phone/{act.key}", DataClass.INTERNAL)
    return Fresh(*_ways_in(act, person_id), ended)


def make_way_in(act: Deed, person_id: int, notice: object) -> Fresh:
    """A link and a code for somebody who has lost nothing: but for a code from before, which this
    one replaces, all that she has stays as it is.

    Raises Refused as `_answered_for` does.
    """
    code = _answered_for(act, person_id, "sign_in.oneself")
    act.audit("person.way_in", f"person:{code}")
    act.tell(person_id, notice, f"sign_in/{act.key}", DataClass.INTERNAL)
    return Fresh(*_ways_in(act, person_id))


def _answered_for(act: Deed, person_id: int, oneself: str) -> str:
    """Her code; she is locked from here on.

    Raises Refused for oneself, for who is not in office any more, and unless one answers for
    every post that she holds: else this would be a way into a higher account.
    """
    if person_id == act.account.id:
        raise Refused(oneself)
    lock(act.db, t.person, person_id)
    posts = _posts(act, person_id)
    if not posts:
        former = former_people(act.look)
        name = former.get(_code_of(act, person_id))
        raise Refused("staff.gone", name=name) if name else Refused("staff.not_yours")
    if not all(act.account.enrols(Role(row.role), row.path) for row in posts):
        raise Refused("staff.not_yours")
    return str(posts[0].code)


def _code_of(act: Deed, person_id: int) -> str:
    return str(act.db.execute(select(P.code).where(P.id == person_id)).scalar())


def _ways_in(act: Deed, person_id: int) -> tuple[str, str]:
    """A link and a code."""
    token = doors.make_link(act.db, act.keys, person_id, act.now)
    return token, doors.make_code(act.db, act.keys, person_id, act.now)


def end_post(act: Deed, post_id: int, successor: int | None, notice: object) -> Ended:
    """The post ends today and its rights with this transaction; who holds no other is signed out
    for good. `notice` goes to the successor.

    Raises Refused for oneself, out of reach, ended already, or a successor of another place.
    """
    post = _post(act, post_id)
    lock(act.db, t.person, post.person_id)
    closed = update(t.post).where(O.id == post_id, O.until.is_(None)).values(until=act.today)
    if act.db.execute(closed).rowcount == 0:
        raise Refused("staff.not_yours")
    _refuse_stranger(act, post, successor)
    left = _posts(act, post.person_id)
    moved, ended = _hand_on(act, post, successor, left)
    fade_person(act.db, act.keys, post.person_id, gone=not left)
    if not left:
        act.db.execute(update(t.person).where(P.id == post.person_id).values(active=False))
        doors.end_all(act.db, post.person_id, act.now)
    if successor is not None:
        act.tell(successor, notice, f"leave/{post_id}/{successor}", DataClass.INTERNAL)
    act.audit(
        "post.ended",
        f"person:{post.code}",
        role=post.role,
        unit=post.unit_id,
        successor=successor,
        moved=moved,
        closed=ended,
    )
    return Ended(moved, ended, not left)


def _posts(act: Deed, person_id: int) -> list[Any]:
    """What she holds now."""
    return list(
        act.db.execute(
            select(O.id, O.role, O.unit_id, O.person_id, U.path, P.code)
            .join(t.unit, U.id == O.unit_id)
            .join(t.person, P.id == O.person_id)
            .where(O.person_id == person_id, O.until.is_(None), P.active)
        )
    )


def _post(act: Deed, post_id: int) -> Any:
    owner = act.db.execute(select(O.person_id).where(O.id == post_id)).scalar()
    post = next((row for row in _posts(act, owner or 0) if row.id == post_id), None)
    if post is None or not act.account.enrols(Role(post.role), post.path):
        raise Refused("staff.not_yours")
    if owner == act.account.id:
        raise Refused("leave.oneself")
    return post


def _refuse_stranger(act: Deed, post: Any, successor: int | None) -> None:
    """Who takes over holds the same role in the same unit."""
    if successor is None:
        return
    same = {(row.role, row.unit_id) for row in _posts(act, successor)}
    if successor == post.person_id or (post.role, post.unit_id) not in same:
        raise Refused("staff.not_yours")


def _hand_on(act: Deed, post: Any, successor: int | None, left: list[Any]) -> tuple[int, int]:
    """Pairings go to the successor or end; they stay while another post of hers holds them."""
    held = any(row.role == Role.LOVING_MOTHER.value for row in left)
    if post.role != Role.LOVING_MOTHER.value or held:
        return 0, 0
    founding, moved = Founding(act.db, act.keys), 0
    pairs = act.db.execute(
        select(PAIR.id, PAIR.code, PAIR.child_id)
        .where(PAIR.mother_id == post.person_id, PAIR.until.is_(None))
        .order_by(PAIR.id)
    ).all()
    for pair in pairs:
        founding.part(pair.id, act.today)
        if successor is not None and _may_go_on(act, successor, pair.child_id):
            founding.pair(_next_code(act, pair.code), successor, pair.child_id, act.today)
            moved += 1
    return moved, len(pairs) - moved


def _may_go_on(act: Deed, mother_id: int, child_id: int) -> bool:
    """Not without the guardian's consent, and not where they are a pair already."""
    pair = (PAIR.mother_id == mother_id, PAIR.child_id == child_id, PAIR.until.is_(None))
    paired = act.db.execute(select(PAIR.id).where(*pair)).first() is not None
    return not paired and stands(act.db, child_id)


def _next_code(act: Deed, code: str) -> str:
    """P-01 is handed on as P-01.2, this as P-01.3."""
    begin = code.partition(".")[0]
    same = (PAIR.code == begin) | PAIR.code.startswith(f"{begin}.", autoescape=True)
    count = act.db.execute(select(func.count()).select_from(t.pairing).where(same)).scalar_one()
    return f"{begin}.{count + 1}"
