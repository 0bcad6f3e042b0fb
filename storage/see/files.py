"""Files that were sent: who may see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from domain.roles import Right
from storage import tables as t
from storage.attachments import is_drafted, place
from storage.see.children import STANDS, whole_file
from storage.sight import Sight, children_in_reach

A = t.attachment.c


@dataclass(frozen=True)
class Attachment:
    """A file as it is handed out; `child` is the code of the child whose record it is in,
    empty while it is a draft."""

    kind: str
    media_type: str
    name: str
    child: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class FileRef:
    """What a file is called, and its size in bytes."""

    name: str
    size: int


def _seen(look: Sight, id: str, *columns: Any) -> Any:
    """The row of a file that this account may see."""
    if not look.account.grants:
        return None
    mine = A.owner_id == look.account.id
    recorded = STANDS & children_in_reach(look, Right.SEE_CHILD) & or_(whole_file(look), mine)
    found = (
        select(*columns)
        .outerjoin(t.visit, t.visit.c.id == A.visit_id)
        .outerjoin(t.child, t.child.c.id == t.visit.c.child_id)
        .where(A.id == id, or_(mine & is_drafted(), A.visit_id.is_not(None) & recorded))
    )
    return look.db.execute(found).first()


def file_named(look: Sight, id: str) -> FileRef | None:
    """A file that one may see, without its content."""
    row = _seen(look, id, A.name, A.size)
    if row is None:
        return None
    return FileRef(look.keys.unseal(row.name, place("name", id)).decode(), row.size)


def attachment(look: Sight, id: str) -> Attachment | None:
    """One's own while it is a draft; then that of every visit which one may read, and of
    one's own visits as long as the child is in reach. None for all else, whatever the reason.
    """
    row = _seen(look, id, A.kind, A.media_type, A.name, A.content, t.child.c.code)
    if row is None:
        return None
    name = look.keys.unseal(row.name, place("name", id)).decode()
    content = look.keys.unseal(row.content, place("content", id))
    return Attachment(row.kind, row.media_type, name, row.code or "", content)
