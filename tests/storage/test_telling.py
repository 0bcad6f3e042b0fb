"""Telling somebody something: once under its key, in her language."""

from __future__ import annotations

from sqlalchemy import func, select

from dialogue.registry import Answer
from dialogue.say import say
from dialogue.show import show_answer
from domain.privacy import DataClass
from storage import inbox
from storage import tables as t
from storage.telling import Telling, tell
from tests.conftest import both
from tests.town import Town


@both()
def test_a_message_is_queued_once_under_its_key_in_the_readers_language(town: Town) -> None:
    mother = town.people["王妈妈"]
    with town.store.work() as db:
        db.execute(t.person.update().where(t.person.c.id == mother).values(lang="en"))
        telling = Telling(db, town.store.keys, town.clock.now, show_answer)
        told = [tell(telling, mother, Answer(say("menu")), "k", DataClass.INTERNAL) for _ in "ab"]
        assert told == [1, 0]
        assert db.execute(select(func.count()).select_from(t.outgoing)).scalar_one() == 1
        ((_, _, body),) = inbox.told(db, town.store.keys, mother)
    assert body["text"] == "What would you like to do?"
