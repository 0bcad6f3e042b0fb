"""Where a child stands: the scorer's state, kept sealed, and the months that have ended."""

from __future__ import annotations

import orjson
from sqlalchemy import Connection

from domain.scorer import Month, State, default_rules, step
from storage import tables as t
from storage.crypto import Keys
from storage.rows import add, change, find


def load(db: Connection, keys: Keys, child_id: int) -> State:
    row = find(db, t.risk, ("state",), child_id=child_id)
    if row is None:
        return State()
    return State.from_dict(orjson.loads(keys.unseal(row.state, f"risk:state:{child_id}")))


def keep(db: Connection, keys: Keys, child_id: int, state: State) -> None:
    values: dict[str, object] = {
        "state": keys.seal(orjson.dumps(state), f"risk:state:{child_id}"),
        "total": state.now.scores.newest,
        "level": state.shown,
    }
    if change(db, t.risk, {"child_id": child_id}, **values) == 0:
        add(db, t.risk, child_id=child_id, **values)


def until(state: State, label: int, first: int | None = None) -> State:
    """The state when all months before `label` have ended; who did not come in them is missed.

    `first`: where the months begin while the state holds none. The same again changes nothing.
    """
    begin = first if state.label is None else state.label
    for ended in range(label if begin is None else begin, label):
        state = step(state, Month(ended), default_rules()).state
    return state
