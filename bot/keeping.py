"""The rows that an exchange leaves behind, written together when its group commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.drafts import OpenTalk, pack
from bot.house import House
from storage.inbox import Somebody

Row = dict[str, Any]


@dataclass
class Keeping:
    """Rows of conversations and people; the last word on a row wins, as one statement may not
    hold a row twice."""

    talks: list[Row] = field(default_factory=list)
    new_talks: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)

    def talk(self, house: House, owner: int, talk: OpenTalk, now: datetime) -> None:
        row = pack(house.keys, owner, talk) | {"touched": now}
        if talk.state == "active":
            house.underway.put((owner, talk.number), talk.draft.walks)
        if talk.is_new:
            named = {"conversation": talk.conversation.name, "started": now}
            _put(self.new_talks, row | named, {"person_id": owner, "number": talk.number})
        else:
            _put(self.talks, row, {"p": owner, "n": talk.number})

    def person(self, who: Somebody) -> None:
        if who.counters == who.stored and not self.people:
            return
        row = {"talks": who.talks, "talk": who.talk, "greeted": who.greeted}
        _put(self.people, row, {"p": who.account.id})


def _put(rows: list[Row], row: Row, key: dict[str, int]) -> None:
    rows[:] = [other for other in rows if any(other[name] != key[name] for name in key)]
    rows.append(row | key)
