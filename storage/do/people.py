"""One's own settings."""

from __future__ import annotations

from sqlalchemy import update

from storage import doors
from storage import tables as t
from storage.deed import Deed


def _set(act: Deed, **values: object) -> None:
    db, me = act.db, act.account
    db.execute(update(t.person).where(t.person.c.id == me.id).values(**values))
    act.audit("person.settings", f"person:{me.code}", **values)


def set_language(act: Deed, lang: str) -> None:
    _set(act, lang=lang)


def set_large(act: Deed, large: bool) -> None:
    _set(act, large=large)


def set_ranked(act: Deed, ranked: bool) -> None:
    """Whether the ranking names this person; her points stay as they are."""
    _set(act, ranked=ranked)


def sign_out(act: Deed) -> None:
    """Ends every browser session of this person."""
    ended = doors.end_all(act.db, act.account.id, act.now)
    act.audit("person.signed_out", f"person:{act.account.code}", sessions=ended)


def restore_draft(act: Deed, number: int) -> bool:
    """Puts one's own cancelled conversation back among the drafts; False when it is gone."""
    k = t.talk.c
    mine = (k.person_id == act.account.id, k.number == number, k.state == "cancelled")
    held = update(t.talk).where(*mine, k.answers != b"").values(state="parked", touched=act.now)
    return act.db.execute(held).rowcount == 1
