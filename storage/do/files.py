"""Recording a visit with the files among its answers, and taking it back with them."""

from __future__ import annotations

from storage import attachments
from storage import tables as t
from storage.deed import Deed
from storage.do import visits
from storage.do.visits import NewVisit, Recorded
from storage.rows import find


def record(act: Deed, new: NewVisit) -> Recorded:
    """Records a visit; its files are from then on seen by whoever may read about the child.

    A correction takes over those that it keeps; what it has replaced stays with the old version.
    """
    done = visits.record(act, new)
    ids = attachments.named(new.held["answers"].values()) if done.fresh else []
    if ids:
        attachments.bind(act.db, ids, act.account.id, act.number, done.id)
        if new.supersedes is not None:
            attachments.hand_on(act.db, ids, new.supersedes, done.id)
    return done


def withdraw(act: Deed, visit_id: int) -> str:
    """Takes one's own visit back, and gives the version before it its files again."""
    receipt = visits.withdraw(act, visit_id)
    row = find(act.db, t.visit, ("key", "supersedes"), id=visit_id)
    if row.supersedes is not None:
        talk = int(row.key.rpartition("/")[2])
        attachments.hand_back(act.db, visit_id, row.supersedes, talk)
    return receipt
