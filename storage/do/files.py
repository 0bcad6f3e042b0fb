"""Recording a visit with the files among its answers."""

from __future__ import annotations

from storage import attachments
from storage.deed import Deed
from storage.do import visits
from storage.do.visits import NewVisit, Recorded


def record(act: Deed, new: NewVisit) -> Recorded:
    """Records a visit; its files are from then on seen by whoever may read about the child."""
    done = visits.record(act, new)
    ids = attachments.named(new.held["answers"].values()) if done.fresh else []
    if ids:
        attachments.bind(act.db, ids, act.account.id, act.number, done.id)
    return done
