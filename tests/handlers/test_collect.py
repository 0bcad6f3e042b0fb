"""From a filled form to the scorer: also forms that others wrote, with several ticks that score."""

from __future__ import annotations

from decimal import Decimal

from dialogue.fill import Found
from domain.formscore import scored_items
from handlers.collect import collect
from tests.forms.kit import fill, survey

FORM = survey(
    "type | name | label",
    "begin_group | how | The visit",
    "text | mode | Mode",
    "text | seen | Seen",
    "end_group | | ",
    "begin_group | A | Home",
    "select_multiple worries | worries | Worries",
    "select_one yes | meals | Meals",
    "end_group | | ",
    choices=(
        "list_name | name | label | score",
        "worries | damp | Damp | 2",
        "worries | dark | Dark | 3",
        "worries | cold | Cold | 1",
        "worries | none | None | 0",
        "yes | yes | Yes | 0",
        "yes | no | No | 4",
    ),
)


def test_several_ticks_score_their_sum() -> None:
    filling = fill(FORM, A__worries="damp dark", A__meals="no")
    _, scored = collect(Found(filling), {}, "6-17")
    assert scored is not None
    assert scored.assessment.total == 90  # 100 x (2 + 3 + 4) / (6 + 4)
    assert sum(part.points for part in scored.assessment.parts) == Decimal(90)
    (sub,) = scored.assessment.subs
    assert (sub.points, sub.maximum) == (9, 10)


def test_what_was_ticked_last_time_counts_as_much_when_it_was_not_asked() -> None:
    filling = fill(FORM, A__meals="yes")
    found = Found(filling, {"A/worries": "not_asked"})
    held, scored = collect(found, {"answers": {"A/worries": "damp dark cold"}}, "6-17")
    assert held.stale == {"A/worries": ("damp dark cold", 1)}
    assert scored is not None
    assert scored.assessment.total == 60


def test_the_highest_score_is_the_forms_own() -> None:
    items = {item.code: item for item in scored_items(fill(FORM))}
    assert (items["worries"].maximum, items["worries"].middle) == (6, 2)
    assert (items["meals"].maximum, items["meals"].middle) == (4, 4)
