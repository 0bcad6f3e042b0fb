"""A draft of the old year, read in the new one: its days say their year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from tests.town import Somebody, Town

LAST_DAY = datetime(2026, 12, 31, 1, tzinfo=UTC)


def test_a_draft_of_december_says_its_year_in_january(town: Town) -> None:
    town.clock.now = LAST_DAY
    mother = Somebody(town.turns(conversations, packaged()), town.people["王妈妈"])
    for words in ("联系", "今天", "电话", "2", "1", "1"):
        mother.say(words)
    assert "请核对：12月31日 周四" in mother.text
    mother.say("帮助")
    town.clock.now += timedelta(days=2)
    mother.say("草稿")
    assert "请核对：2026年12月31日 周四" in mother.text
    mother.say("1")
    assert "已记录2026年12月31日 周四" in mother.text


def test_a_day_of_the_new_year_that_is_chosen_in_an_old_draft_says_none(town: Town) -> None:
    town.clock.now = LAST_DAY
    mother = Somebody(town.turns(conversations, packaged()), town.people["王妈妈"])
    mother.say("联系")
    town.clock.now += timedelta(days=2)
    for words in ("今天", "电话", "2", "1", "1"):
        mother.say(words)
    assert "请核对：1月2日 周六" in mother.text
