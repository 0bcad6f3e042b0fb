"""Each trigger by hand: exactly at its number, and one below."""

import pytest

from domain.scorer import default_rules
from domain.scorer.memory import Standing
from domain.scorer.triggers import (
    Alarmed,
    Sustained,
    alarmed,
    evidence,
    fallen,
    grown,
    jumped,
    median,
    sustained,
    urgent,
)

RULES = default_rules()


@pytest.mark.parametrize(
    ("total", "smoothed", "fires"),
    [(10, 40.0, True), (49, 39.9, False), (50, 20.0, True), (40, 39.9, False), (100, 100.0, True)],
)
def test_sustained_needs_the_line_or_one_very_high_score(
    total: int, smoothed: float, fires: bool
) -> None:
    assert (sustained(total, smoothed, RULES.high) is not None) is fires


@pytest.mark.parametrize(
    ("totals", "rise"),
    [
        ((22, 23, 24, 36), 14),  # exactly 14, exactly at the floor
        ((23, 24, 25, 36), None),  # together 13
        ((21, 22, 23, 35), None),  # one below the floor
        ((22, 23, 23, 40), None),  # one step of 0
        ((30, 35, 40), None),  # only two steps
        ((50, 22, 27, 32, 37), 15),  # only the last three steps count
        ((15, 29, 33, 54), 39),
    ],
)
def test_growth_needs_three_rises_in_a_row(totals: tuple[int, ...], rise: int | None) -> None:
    found = grown(totals, RULES.growth)
    assert (found.rise if found else None) == rise


@pytest.mark.parametrize(
    ("totals", "rise"),
    [
        ((21, 21, 36), 15),  # exactly 15, exactly at the floor
        ((22, 22, 36), None),  # 14
        ((20, 20, 35), None),  # one below the floor
        ((10, 60), None),  # only one earlier assessment
        ((20, 24, 40), 18),  # median 22, MAD 2: the least sigma of 4 holds
        ((10, 20, 30, 40, 50), None),  # MAD 10: three sigma are 44.5
        ((90, 20, 20, 20, 20, 20, 40), 20),  # the window is five: 90 is out of sight
        ((14, 22, 30, 46), None),  # 24 over 22, MAD 8: 35.6 needed
        ((16, 22, 28, 49), 27),  # MAD 6: 26.7 needed
        ((16, 22, 28, 48), None),
    ],
)
def test_a_jump_is_measured_from_the_own_median(
    totals: tuple[int, ...], rise: float | None
) -> None:
    found = jumped(totals, RULES.jump)
    assert (found.rise if found else None) == rise


@pytest.mark.parametrize(
    ("totals", "verify"), [((30, 30, 15), True), ((30, 30, 16), False), ((30, 0), False)]
)
def test_a_fall_below_the_own_median_asks_to_verify(totals: tuple[int, ...], verify: bool) -> None:
    assert fallen(totals, RULES.jump) is verify


@pytest.mark.parametrize(
    ("level", "absent", "kind"),
    [
        ("red", 0, "standing"),
        ("red", 1, "standing"),
        ("red", 2, "new"),
        ("amber", 0, "standing"),
        ("amber", 1, "back"),
        ("amber", 2, "back"),
        ("amber", 3, "new"),
    ],
)
def test_an_emergency_is_new_again_after_two_months(level: str, absent: int, kind: str) -> None:
    known = [Standing("EM05b", level, 99 - absent)]
    assert alarmed("EM05b", level, known, 100, RULES.urgent) == kind


def test_amber_that_turns_red_is_new_and_red_that_turns_amber_is_not() -> None:
    amber, red = [Standing("EM11", "amber", 99)], [Standing("EM11", "red", 99)]
    assert alarmed("EM11", "red", amber, 100, RULES.urgent) == "new"
    assert alarmed("EM11", "amber", red, 100, RULES.urgent) == "standing"
    assert alarmed("EM10", "amber", red, 100, RULES.urgent) == "new"


@pytest.mark.parametrize(
    ("level", "last", "total", "flagged", "fires"),
    [
        ("red", None, 0, False, True),
        ("red", None, None, False, True),
        ("red", None, 0, True, True),
        ("red", 99, 0, True, False),  # stands, and the flag is open
        ("red", 99, 0, False, True),  # stands without a flag: never
        ("amber", None, 30, False, True),
        ("amber", None, 29, False, False),
        ("amber", 98, 23, False, True),
        ("amber", 98, 22, False, False),
        ("amber", 99, 90, False, False),
        ("amber", None, None, False, True),  # never assessed: not hidden
    ],
)
def test_emergencies_fire_by_level_novelty_and_total(
    level: str, last: int | None, total: int | None, flagged: bool, fires: bool
) -> None:
    known = [] if last is None else [Standing("EM10", level, last)]
    found = urgent({"EM10": level}, known, (100, total, flagged), RULES.urgent)
    assert bool(found) is fires


def test_the_evidence_is_plain_values() -> None:
    assert evidence(Sustained(44, 41.0, 40, 50)) == {
        "trigger": "A",
        "total": 44,
        "smoothed": 41.0,
        "line": 40,
        "single": 50,
    }
    assert evidence(Alarmed("EM04", "red", "new", None, None))["trigger"] == "D"


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert (median([3, 1, 2]), median([4, 1, 2, 3])) == (2, 2.5)


def test_a_level_that_is_neither_red_nor_amber_is_refused() -> None:
    with pytest.raises(ValueError, match="EM10: 'R1' is neither"):
        urgent({"EM10": "R1"}, [], (100, 10, False), RULES.urgent)
