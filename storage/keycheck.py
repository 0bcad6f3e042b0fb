"""One database, one key: a process with another key may not write a single sealed field."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from storage import tables as t
from storage.crypto import Keys, WrongKey

ONLY = 1


def prove_key(db: Connection, keys: Keys, *, write: bool) -> None:
    """The first key that opens a database leaves its mark there. Raises WrongKey for another.

    An encrypted SQLite file would not even open; on PostgreSQL nothing else would notice.
    """
    found = _mark(db)
    if found is None and write:
        _try_a_child(db, keys)
        try:
            with db.begin_nested():
                db.execute(insert(t.fingerprint).values(id=ONLY, mark=keys.mark))
        except IntegrityError:  # another process was first
            found = _mark(db)
    if found not in (None, keys.mark):
        raise WrongKey(
            "这个数据库使用的是另一把密钥，没有改动任何数据。"
            "请把建库机器上的密钥文件（data/yumiao.key）复制到这里。"
            "This database was sealed with another key; nothing was changed. "
            "Copy the key file of the machine that made it (data/yumiao.key) to this one."
        )


def _try_a_child(db: Connection, keys: Keys) -> None:
    """A database that is older than its mark: what it holds must open. Raises WrongKey."""
    row = db.execute(select(t.child.c.code, t.child.c.identity).limit(1)).first()
    if row:
        keys.unseal(row.identity, f"child:identity:{row.code}")


def _mark(db: Connection) -> str | None:
    found: str | None = db.execute(select(t.fingerprint.c.mark)).scalar()
    return found
