"""A form as a conversation, and small forms to hold it with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from dialogue.ask import Question, Review
from dialogue.fill import Found, fill
from dialogue.replay import Done, Draft, Said, Typed, Waiting
from dialogue.show import show_question
from domain.form import Form
from domain.frame import Frame
from tests.dialogue.twin import advance_twice
from tests.forms.kit import survey

FRAME = Frame(date(2026, 11, 23), datetime(2026, 11, 23, 1, tzinfo=UTC), "seed")
PLAIN = (
    "list_name | name | label | urgent | only",
    "care | mother | Mother | | a",
    "care | uncle | Uncle | | b",
    "care | nobody | Nobody | EM06 | a",
    "marks | none | None | | a",
    "marks | few | A few | | b",
    "marks | many | Many | EM04 | b",
    "marks | grave | Grave | EM04 EM01 | b",
)


class Chat:
    """A form as a conversation, with the review that handlers put behind it."""

    def __init__(self, form: Form, **more: Any) -> None:
        self.form, self.more, self.draft = form, more, Draft()
        self.passed: tuple[str, ...] = ()
        self.outcome: Any = advance_twice(self.talk, self.draft)

    async def talk(self) -> Found:
        found = await fill(self.form, "小满-01", FRAME, passed=self.passed, **self.more)
        if not found.urgent:
            await Review("review", found.below_notes("Right?"), lines=found.lines)
        return found

    def say(self, *said: str | Said) -> Chat:
        for each in said:
            words = Typed(each) if isinstance(each, str) else each
            self.outcome = advance_twice(self.talk, self.draft, words)
        return self

    @property
    def question(self) -> Question[Any]:
        assert isinstance(self.outcome, Waiting), self.outcome
        return self.outcome.question

    @property
    def name(self) -> str:
        return self.question.key.rpartition("小满-01/")[2]

    @property
    def shown(self) -> str:
        return str(show_question(self.outcome, self.draft, "en", str)["text"])

    @property
    def found(self) -> Found:
        assert isinstance(self.outcome, Done), self.outcome
        assert isinstance(self.outcome.result, Found)
        return self.outcome.result

    @property
    def answers(self) -> Mapping[str, str]:
        return self.found.answers


def form(*rows: str, columns: str = "type | name | label") -> Form:
    return survey(columns, *rows, choices=PLAIN)


HOME = form(
    "begin_group | home | Home",
    "select_one care | carer | Who cares?",
    "select_one marks | marks | Marks?",
    "text | words | Words?",
    "end_group | |",
    "integer | age | Age?",
)
