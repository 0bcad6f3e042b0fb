"""The door for newcomers: a link or a spoken code is used once, then a person decides.

Whoever tries is a stranger: what is wrong, used, expired or unknown gets one answer after the
same work, and too many tries get it for nothing. Only keyed hashes of links, codes, telephones
and browsers are compared.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from domain.enrol import LETTERS, SPOKEN
from domain.roles import ENROLS, TWO_DECIDE, Role
from storage import tables as t
from storage.crypto import Keys
from storage.limits import Limit, Meter
from storage.rows import add, lock

OPEN_FOR = timedelta(hours=72)
WAITS = timedelta(days=7)
"""How long somebody who has used her invitation may wait for a person's word."""
HOUR = timedelta(hours=1)
CALLER = Limit("join.caller", 5, HOUR)
ABOUT = Limit("join.about", 5, HOUR)
"""Of one link or one telephone, whoever tries."""
ALL = Limit("join.all", 200, HOUR)
EVERYBODY = ""
SHARED = "s."
"""How the secret of a shared browser begins."""
I = t.invite.c  # noqa: E741


@dataclass(frozen=True)
class NewInvite:
    """Somebody to be asked in, for one role in one unit."""

    role: Role
    unit_id: int
    name: str
    phone: str


@dataclass(frozen=True)
class Ticket:
    """What the newcomer is given, once: the secret end of her link, and a code to be spoken."""

    token: str
    spoken: str


@dataclass(frozen=True)
class Tried:
    """The browser's secret when it was right, else ""; `alarm` when there are too many tries."""

    browser: str = ""
    invite_id: int = 0
    alarm: bool = False


@dataclass(frozen=True)
class Waiting:
    """What a newcomer's own browser may see."""

    id: int
    state: str
    enters: bool
    name: str
    role: str
    unit: dict[str, str]
    expires: datetime


@dataclass(frozen=True)
class Holder:
    """Whose account a telephone has: of somebody in office (`active`), or of who has left."""

    id: int
    code: str
    name: str
    active: bool


def holder_of(db: Connection, dial: str) -> Holder | None:
    """Those in office before those who have left, and of these the last."""
    p = t.person.c
    mine = select(p.id, p.code, p.name, p.active).where(p.dial == dial)
    row = db.execute(mine.order_by(p.active.desc(), p.id.desc())).first()
    return Holder(*row) if row else None


def dial_of(keys: Keys, phone: str) -> str:
    """A telephone to be compared with; it cannot be called."""
    return keys.hide(f"phone/{phone}")


def _spoken(keys: Keys, phone: str, code: str) -> str:
    return keys.hide(f"join/{phone}/{code}")


def make(db: Connection, keys: Keys, new: NewInvite, inviter: int, now: datetime) -> Ticket:
    """A new invitation; an open one for the same place and telephone no longer counts."""
    ticket = Ticket(
        secrets.token_urlsafe(16), "".join(secrets.choice(LETTERS) for _ in range(SPOKEN))
    )
    token, dial = keys.hide(f"join/{ticket.token}"), dial_of(keys, new.phone)
    same = (I.phone == dial, I.role == new.role.value, I.unit_id == new.unit_id)
    db.execute(update(t.invite).where(*same, I.state == "open").values(state="withdrawn"))
    who = orjson.dumps({"name": new.name, "phone": new.phone})
    row = {
        "token": token,
        "spoken": _spoken(keys, new.phone, ticket.spoken),
        "phone": dial,
        "who": keys.seal(who, f"invite:who:{token}"),
        "role": new.role.value,
        "unit_id": new.unit_id,
        "inviter_id": inviter,
        "at": now,
        "expires": now + OPEN_FOR,
    }
    db.execute(insert(t.invite).values(row))
    return ticket


def who_of(keys: Keys, row: Any) -> dict[str, str]:
    """Name and telephone, unsealed."""
    found: dict[str, str] = orjson.loads(keys.unseal(row.who, f"invite:who:{row.token}"))
    return found


@dataclass(frozen=True)
class Gate:
    """Where one stranger tries to come in at one moment; `caller` is her address, and the secret
    of a `shared` browser says that it is shared."""

    db: Connection
    keys: Keys
    now: datetime
    caller: str
    shared: bool = False

    def by_link(self, token: str, phone: str) -> Tried:
        """128 bits cannot be guessed: a live link opens also while guessing is paused."""
        row = self._row(I.token == self.keys.hide(f"join/{token}"), phone)
        return self._enter(row, f"link/{token}", guessed=False)

    def by_code(self, phone: str, code: str) -> Tried:
        row = self._row(I.spoken == _spoken(self.keys, phone, code), phone)
        return self._enter(row, f"phone/{phone}", guessed=True)

    def _row(self, named: Any, phone: str) -> Any:
        """The live invitation that is named so, if the telephone is hers."""
        mine = I.phone == dial_of(self.keys, phone)
        live = (I.state == "open", I.expires > self.now)
        return self.db.execute(select(I.id).where(named, mine, *live)).first()

    def _enter(self, row: Any, about: str, *, guessed: bool) -> Tried:
        """Counts first, so that of many at once none is too many; a right one is not counted."""
        meter = Meter(self.db, self.keys, self.now)
        if guessed and not meter.spare(ALL, EVERYBODY):
            return Tried()
        counted = self.db.begin_nested()
        room = meter.take(CALLER, self.caller) and meter.take(ABOUT, about)
        if row is not None and room:
            counted.rollback()
            return self._use(row.id)
        fits = room and meter.take(ALL, EVERYBODY)
        counted.commit()
        return Tried(alarm=fits and not meter.spare(ALL, EVERYBODY))

    def _use(self, invite_id: int) -> Tried:
        """Of any number of parallel uses one is let through."""
        browser = (SHARED if self.shared else "") + secrets.token_urlsafe(32)
        used = {"state": "used", "browser": self.keys.hide(browser), "expires": self.now + WAITS}
        mine = (I.id == invite_id, I.state == "open", I.expires > self.now)
        if self.db.execute(update(t.invite).where(*mine).values(used)).rowcount != 1:
            return Tried()
        add(
            self.db,
            t.audit,
            at=self.now,
            actor_id=None,
            action="invite.used",
            subject=f"invite:{invite_id}",
            detail={},
        )
        return Tried(browser, invite_id)


def waiting(db: Connection, keys: Keys, browser: str, now: datetime) -> Waiting | None:
    """How it stands with the invitation that this browser has used."""
    u = t.unit.c
    mine = (I.browser == keys.hide(browser), I.expires > now)
    row = db.execute(
        select(I.id, I.state, I.enters, I.role, I.who, I.token, I.expires, u.name, u.name_en)
        .join(t.unit, u.id == I.unit_id)
        .where(*mine)
    ).first()
    if row is None:
        return None
    unit = {"zh": row.name, "en": row.name_en}
    name = who_of(keys, row)["name"]
    return Waiting(row.id, row.state, row.enters, name, row.role, unit, row.expires)


def let_in(db: Connection, keys: Keys, browser: str, now: datetime) -> int | None:
    """The new person, once, in the browser that used her invitation; else None."""
    mine = (I.browser == keys.hide(browser), I.expires > now)
    ready = (I.state == "approved", I.enters)
    row = db.execute(select(I.id, I.person_id).where(*mine, *ready)).first()
    if row is None:
        return None
    lock(db, t.person, row.person_id)  # first, as whoever cuts her phone off does
    spent = update(t.invite).where(I.id == row.id, I.enters).values(enters=False, browser="")
    return int(row.person_id) if db.execute(spent).rowcount == 1 else None


def shut(db: Connection, person_id: int) -> None:
    """No browser that used an invitation of hers is let in by it any more, nor sees it."""
    hers = (I.person_id == person_id, I.enters | (I.browser != ""))
    db.execute(update(t.invite).where(*hers).values(enters=False, browser=""))


def approvers(db: Connection, invite_id: int) -> list[int]:
    """Who is told that somebody waits: the inviter, or who else answers for this place; all of
    them where it takes two."""
    row = db.execute(
        select(I.inviter_id, I.role, t.unit.c.path)
        .join(t.unit, t.unit.c.id == I.unit_id)
        .where(I.id == invite_id)
    ).one()
    role = Role(row.role)
    held = _enrolling(db, role, row.path)
    one = role not in TWO_DECIDE and row.inviter_id in held
    return [row.inviter_id] if one else held


def others(db: Connection, row: Any, me: int) -> list[int]:
    """Who else may approve this invitation: neither `me` nor the newcomer herself."""
    hers = t.person.c.dial == row.phone
    herself = db.execute(select(t.person.c.id).where(hers)).scalars().all()
    held = _enrolling(db, Role(row.role), row.path)
    return [each for each in held if each != me and each not in herself]


def seconds(db: Connection, row: Any, me: int) -> list[int] | None:
    """Where it takes two and `me` has invited: who else may approve, perhaps nobody as after the
    founding. None where one's own word is enough."""
    if Role(row.role) not in TWO_DECIDE or row.inviter_id != me:
        return None
    return others(db, row, me)


def _enrolling(db: Connection, role: Role, path: str) -> list[int]:
    """People in office who may enrol for this role at this place."""
    p, o, u = t.person.c, t.post.c, t.unit.c
    roles = [each.value for each, enrols in ENROLS.items() if role in enrols]
    rows = db.execute(
        select(o.person_id, u.path)
        .join(t.unit, u.id == o.unit_id)
        .join(t.person, p.id == o.person_id)
        .where(o.until.is_(None), p.active, o.role.in_(roles))
        .order_by(o.person_id)
    )
    return list(dict.fromkeys(row.person_id for row in rows if path.startswith(row.path)))


def alarmed(db: Connection) -> list[int]:
    """Who is told that somebody guesses: managers and the centre."""
    o = t.post.c
    roles = (Role.MANAGER.value, Role.CENTRE_OFFICER.value)
    rows = db.execute(
        select(o.person_id)
        .join(t.person, t.person.c.id == o.person_id)
        .where(o.until.is_(None), t.person.c.active, o.role.in_(roles))
    )
    return sorted(set(rows.scalars()))


def area(db: Connection) -> dict[str, str]:
    """The name of the whole, which is public."""
    u = t.unit.c
    row = db.execute(select(u.name, u.name_en).where(u.parent_id.is_(None)).order_by(u.id)).first()
    return {"zh": row.name, "en": row.name_en} if row else {}


def forget(db: Connection, before: datetime) -> int:
    """Of invitations that ended long ago nothing is kept but their lines in the audit."""
    return int(db.execute(delete(t.invite).where(I.expires < before)).rowcount)
