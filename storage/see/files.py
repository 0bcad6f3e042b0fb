"""Files that were sent: who may see them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import or_, select

from domain.roles import Right
from storage import tables as t
from storage.attachments import is_drafted, place
from storage.see.children import STANDS, whole_file
from storage.sight import Sight, children_in_reach


@dataclass(frozen=True)
class Attachment:
    """A file as it is handed out; `child` is the code of the child whose record it is in,
    empty while it is a draft."""

    kind: str
    media_type: str
    name: str
    child: str
    content: bytes = field(repr=False)


def attachment(look: Sight, id: str) -> Attachment | None:
    """One's own while it is a draft; then that of every visit which one may read, and of
    one's own visits as long as the child is in reach. None for all else, whatever the reason.
    """
    if not look.account.grants:
        return None
    a, me = t.attachment.c, look.account.id
    mine = a.owner_id == me
    recorded = STANDS & children_in_reach(look, Right.SEE_CHILD) & or_(whole_file(look), mine)
    row = look.db.execute(
        select(a.kind, a.media_type, a.name, a.content, t.child.c.code)
        .outerjoin(t.visit, t.visit.c.id == a.visit_id)
        .outerjoin(t.child, t.child.c.id == t.visit.c.child_id)
        .where(a.id == id, or_(mine & is_drafted(), a.visit_id.is_not(None) & recorded))
    ).first()
    if row is None:
        return None
    name = look.keys.unseal(row.name, place("name", id)).decode()
    content = look.keys.unseal(row.content, place("content", id))
    return Attachment(row.kind, row.media_type, name, row.code or "", content)
