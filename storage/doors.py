"""The doors of the web chat: one-time sign-in links, and browser sessions.

Only keyed hashes of links and cookies are kept. A cookie has two parts: one names the browser
for as long as it is known, and says ("s." or "p.") whether it is shared; the other, its proof, is
new whenever its person has shown that it is she, by signing in or by her PIN.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from domain.roles import RIGHTS, Account, Reach, Right
from storage import invites, pins
from storage import tables as t
from storage.crypto import Keys
from storage.inbox import load_account

LONG = timedelta(days=30)
SHORT = timedelta(hours=8)
IDLE = timedelta(minutes=30)
TOUCH = timedelta(minutes=1)
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
YES = timedelta(minutes=10)
DIGITS = 6
SHARED, OWN = invites.SHARED, "p."
COOKIE = re.compile(r"[sp]\.[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{32}")
FRESH = timedelta(minutes=10)
"""How long a proof is good for what befell children."""


def make_link(db: Connection, keys: Keys, person_id: int, now: datetime, minutes: int = 15) -> str:
    """The secret end of a new link; it is shown once and can be spent once."""
    token = secrets.token_urlsafe(32)
    expires = now + timedelta(minutes=minutes)
    row = {"token": keys.hide(token), "person_id": person_id, "expires": expires}
    db.execute(insert(t.link).values(row))
    return token


def keep_yes(db: Connection, keys: Keys, said: str, person_id: int, now: datetime) -> None:
    """Somebody has said yes to a browser that asked; said once more it is still one yes."""
    token = keys.hide(said)
    if db.execute(select(t.link.c.token).where(t.link.c.token == token)).first():
        return
    row = {"token": token, "person_id": person_id, "expires": now + YES}
    db.execute(insert(t.link).values(row))
    _audit(db, person_id, "door.said_yes", now)


def peek_link(db: Connection, keys: Keys, token: str, now: datetime) -> int | None:
    """Whose link this is, as long as it can be spent; looking spends nothing."""
    person: int | None = db.execute(
        select(t.link.c.person_id).where(*_spendable(keys, token, now))
    ).scalar()
    return person


def spend_link(db: Connection, keys: Keys, token: str, now: datetime) -> int | None:
    """Of any number of parallel spends one gets the person, the others None."""
    spent = db.execute(update(t.link).where(*_spendable(keys, token, now)).values(spent_at=now))
    if spent.rowcount != 1:
        return None
    mine = t.link.c.token == keys.hide(token)
    return int(db.execute(select(t.link.c.person_id).where(mine)).scalar_one())


def _spendable(keys: Keys, token: str, now: datetime) -> tuple[Any, ...]:
    link = t.link.c
    return link.token == keys.hide(token), link.spent_at.is_(None), link.expires > now


def make_code(db: Connection, keys: Keys, person_id: int, now: datetime) -> str:
    """Six digits to be read out by phone; they replace the person's code from before."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    db.execute(delete(t.code).where(t.code.c.person_id == person_id))
    row = {"person_id": person_id, "token": keys.hide(_spoken(person_id, code))}
    db.execute(insert(t.code).values(**row, expires=now + CODE_LIFE, tries=0))
    return code


def _spoken(person_id: int, code: str) -> str:
    return f"code/{person_id}/{code}"


def spend_code(db: Connection, keys: Keys, who: str, code: str, now: datetime) -> int | None:
    """Whose code this is, by her name or number: it opens once. Each wrong one is one of five
    tries for everybody of this name, and what was never asked for gets the same answer."""
    named = (t.person.c.name == who) | (t.person.c.code == who.upper())
    live = (t.code.c.expires > now, t.code.c.tries < CODE_TRIES)
    rows = db.execute(
        select(t.code.c.person_id, t.code.c.token)
        .join(t.person, t.person.c.id == t.code.c.person_id)
        .where(named, t.person.c.active, *live)
        .order_by(t.code.c.person_id)
        .with_for_update(of=t.code)
    ).all()
    right = [row for row in rows if keys.hide(_spoken(row.person_id, code)) == row.token]
    ids = [row.person_id for row in right or rows]
    mine = t.code.c.person_id.in_(ids)
    if len(right) == 1:
        spent = db.execute(delete(t.code).where(mine, *live))
        return int(ids[0]) if spent.rowcount == 1 else None
    db.execute(update(t.code).where(mine).values(tries=t.code.c.tries + 1))
    return None


def open_session(
    db: Connection, keys: Keys, account: Account, now: datetime, shared: bool, device: str = ""
) -> str:
    """The value of the new session's cookie. Who is in needs her invitation no more."""
    invites.shut(db, account.id)
    named = (SHARED if shared else OWN) + secrets.token_urlsafe(32)
    proof = secrets.token_urlsafe(24)
    values = {
        "token": keys.hide(named),
        "person_id": account.id,
        "started": now,
        "touched": now,
        "expires": now + longest(account, shared),
        "until": now + known_for(shared),
        "proof": keys.hide(proof),
        "proved": now,
        "device": device[:80],
    }
    db.execute(insert(t.session).values(**values))
    _audit(db, account.id, "door.opened", now, shared=shared)
    return f"{named}.{proof}"


def resume(db: Connection, keys: Keys, cookie: str, account: Account, now: datetime) -> str:
    """Signed in anew in her own browser, whose time was up: what waits there to be sent under its
    name is hers. The cookie from now on; "" where it was another's, still open or ended."""
    session = t.session.c
    row = None if is_shared(cookie) else _row(db, keys, cookie)
    if row is None or row.ended_at or row.expires > now or row.person_id != account.id:
        return ""
    mine = session.token == row.token
    db.execute(update(t.session).where(mine).values(started=now, until=now + LONG))
    _audit(db, account.id, "door.opened", now, again=True)
    return prove(db, keys, cookie, account, now)


def is_over(db: Connection, keys: Keys, cookie: str) -> bool:
    """Whether a cookie was ended, or never began: then nothing of hers stays in the browser."""
    row = _row(db, keys, cookie)
    return row is None or row.ended_at is not None or not row.active


def _row(db: Connection, keys: Keys, cookie: str) -> Any:
    """Its row, whatever has become of it, if it is the newest cookie of its browser."""
    if not COOKIE.fullmatch(cookie):
        return None
    named, _, proof = cookie.rpartition(".")
    session = t.session.c
    names = ("token", "person_id", "ended_at", "until", "touched", "expires", "proof", "proved")
    row = db.execute(
        select(*(session[name] for name in names), t.person.c.active)
        .join(t.person, t.person.c.id == session.person_id)
        .where(session.token == keys.hide(named))
    ).first()
    return row if row and hmac.compare_digest(row.proof, keys.hide(proof)) else None


def prove(db: Connection, keys: Keys, cookie: str, account: Account, now: datetime) -> str:
    """Its person has shown that it is she: the cookie from now on; the one before opens nothing."""
    named, proof = lasting(cookie), secrets.token_urlsafe(24)
    session = t.session.c
    mine = session.token == keys.hide(named)
    until = db.execute(select(session.until).where(mine)).scalar_one()
    values = {
        "proof": keys.hide(proof),
        "proved": now,
        "touched": now,
        "expires": min(until, now + longest(account, is_shared(cookie))),
    }
    db.execute(update(t.session).where(mine).values(**values))
    return f"{named}.{proof}"


def lasting(cookie: str) -> str:
    """What of a cookie stays the same while the browser is known."""
    return cookie.rpartition(".")[0] if COOKIE.fullmatch(cookie) else cookie


def _audit(db: Connection, person_id: int, action: str, now: datetime, **detail: object) -> None:
    row = {"at": now, "actor_id": person_id, "action": action, "subject": f"person:{person_id}"}
    db.execute(insert(t.audit).values(**row, detail=detail))


def longest(account: Account, shared: bool) -> timedelta:
    """30 days for those who see only the children assigned to them, else a working day."""
    reaches = {RIGHTS[grant.role].get(Right.SEE_CHILD) for grant in account.grants}
    return LONG if reaches == {Reach.ASSIGNED} and not shared else SHORT


def known_for(shared: bool) -> timedelta:
    """How long a browser is known: one's own may be opened again by the PIN alone."""
    return SHORT if shared else LONG


def session_of(db: Connection, keys: Keys, cookie: str, now: datetime) -> int | None:
    """The person behind a cookie; None when it never opened anything or no longer does."""
    row = _session(db, keys, cookie, now)
    return row.person_id if row else None


def account_of(db: Connection, keys: Keys, cookie: str, now: datetime) -> Account | None:
    """Who is signed in. A role taken up since then shortens what an old sign-in is good for."""
    row = _session(db, keys, cookie, now)
    account = load_account(db, row.person_id) if row else None
    if account is None or now >= row.proved + longest(account, is_shared(cookie)):
        return None
    return account


def is_fresh(db: Connection, keys: Keys, cookie: str, now: datetime) -> bool:
    """Whether its person has shown just now that it is she."""
    row = _session(db, keys, cookie, now)
    return row is not None and now - row.proved < FRESH


def locked_out(db: Connection, keys: Keys, cookie: str, now: datetime) -> Account | None:
    """Who is no longer signed in, in a browser that her PIN opens again."""
    row = None if is_shared(cookie) else _known(db, keys, cookie, now)
    if row is None or not pins.is_set(db, row.person_id) or account_of(db, keys, cookie, now):
        return None
    return load_account(db, row.person_id)


def _session(db: Connection, keys: Keys, cookie: str, now: datetime) -> Any:
    """Its row, if it stands. A look at it touches it, so that it is not idle."""
    row = _known(db, keys, cookie, now)
    if row is None or row.expires <= now or _idle(row.touched, cookie, now):
        return None
    if now - row.touched >= TOUCH:
        mine = t.session.c.token == row.token
        db.execute(update(t.session).where(mine).values(touched=now))
    return row


def _known(db: Connection, keys: Keys, cookie: str, now: datetime) -> Any:
    """Its row, if it is the newest cookie of a known browser of somebody in office."""
    row = _row(db, keys, cookie)
    return row if row and not row.ended_at and row.until > now and row.active else None


def _idle(touched: datetime, cookie: str, now: datetime) -> bool:
    return is_shared(cookie) and now - touched >= IDLE


def is_shared(cookie: str) -> bool:
    return cookie.startswith(SHARED)


def open_among(
    db: Connection, keys: Keys, cookies: Iterable[str], now: datetime
) -> dict[str, bool]:
    """Those cookies whose browsers are still open, and whether their people have shown just now
    that it is they. Being watched does not touch a session, nor need its proof be the newest."""
    hidden = {keys.hide(lasting(cookie)): cookie for cookie in cookies}
    session = t.session.c
    rows = db.execute(
        select(session.token, session.touched, session.proved)
        .join(t.person, t.person.c.id == session.person_id)
        .where(session.ended_at.is_(None), session.expires > now, t.person.c.active)
        .where(session.token.in_(list(hidden)))
    )
    return {
        hidden[row.token]: now - row.proved < FRESH
        for row in rows
        if not _idle(row.touched, hidden[row.token], now)
    }


@dataclass(frozen=True)
class Browser:
    """A signed-in browser of somebody's; `mark` names it and opens nothing."""

    mark: str
    device: str
    started: datetime
    touched: datetime

    def seen_in(self, zone: tzinfo) -> Browser:
        """By the clock on the wall there."""
        started, touched = self.started.astimezone(zone), self.touched.astimezone(zone)
        return replace(self, started=started, touched=touched)


MARK = 16


def mark_of(keys: Keys, cookie: str) -> str:
    """What names a session in a list."""
    return keys.hide(lasting(cookie))[:MARK]


def browsers(db: Connection, account: Account, now: datetime) -> list[Browser]:
    """Those in which she is signed in or her PIN is enough, the one used last first."""
    s = t.session.c
    last = s.until if pins.is_set(db, account.id) else s.expires
    rows = db.execute(
        select(s.token, s.device, s.started, s.touched)
        .where(s.person_id == account.id, s.ended_at.is_(None), last > now)
        .order_by(s.touched.desc())
    )
    return [Browser(row.token[:MARK], row.device, row.started, row.touched) for row in rows]


def end_browser(db: Connection, person_id: int, mark: str, now: datetime) -> bool:
    """Signs one of her browsers out."""
    s = t.session.c
    found = update(t.session).where(
        s.person_id == person_id, s.ended_at.is_(None), func.substr(s.token, 1, MARK) == mark
    )
    if db.execute(found.values(ended_at=now)).rowcount == 0:
        return False
    _audit(db, person_id, "door.closed", now, browser=mark)
    return True


def end_session(db: Connection, keys: Keys, cookie: str, now: datetime) -> None:
    mine = (t.session.c.token == keys.hide(lasting(cookie)), t.session.c.ended_at.is_(None))
    person = db.execute(select(t.session.c.person_id).where(*mine)).scalar()
    if person is not None:
        db.execute(update(t.session).where(*mine).values(ended_at=now))
        _audit(db, person, "door.closed", now)


def end_all(db: Connection, person_id: int, now: datetime) -> int:
    """A lost phone: every session of this person ends; no link, code, PIN or invitation of hers
    opens any more."""
    link, session = t.link.c, t.session.c
    pins.drop(db, person_id)
    invites.shut(db, person_id)
    db.execute(delete(t.code).where(t.code.c.person_id == person_id))
    db.execute(
        update(t.link).where(link.person_id == person_id, link.expires > now).values(expires=now)
    )
    ended = db.execute(
        update(t.session)
        .where(session.person_id == person_id, session.ended_at.is_(None))
        .values(ended_at=now)
    )
    return int(ended.rowcount)


def end_everywhere(db: Connection, person_id: int, now: datetime) -> None:
    """Signed out on every device by her own hand."""
    _audit(db, person_id, "person.signed_out", now, sessions=end_all(db, person_id, now))


def forget(db: Connection, before: datetime) -> int:
    """Links and sessions that ended long ago; the audit keeps what happened."""
    ends = (t.link.c.expires, t.session.c.until, t.code.c.expires)
    old = [delete(end.table).where(end < before) for end in ends]
    return sum(int(db.execute(each).rowcount) for each in old)


def answers(db: Connection) -> bool:
    """Whether the database answers at all."""
    return bool(db.execute(select(literal(1))).scalar())
