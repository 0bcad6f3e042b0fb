"""Telephones and spoken codes, as people write and hear them."""

from __future__ import annotations

import pytest

from domain.enrol import LETTERS, phone_of, spaced, spoken_of
from domain.roles import ENROLS, HOMES, RIGHTS, SEES_ALL, TWO_DECIDE, Account, Grant, Right, Role


@pytest.mark.parametrize(
    "text",
    [
        "13800138001",
        "138 0013 8001",
        "138-0013-8001",
        "+86 138 0013 8001",
        "8613800138001",
        "0086-138-0013-8001",
        "１３８００１３８００１",
        " 138.0013.8001 ",
    ],
)
def test_a_mobile_number_is_read_however_it_is_written(text: str) -> None:
    assert phone_of(text) == "13800138001"


@pytest.mark.parametrize(
    "text",
    ["", "1380013800", "138001380011", "12800138001", "0576-85551234", "一三八", "1380013800a"],
)
def test_what_is_no_mobile_number_is_none(text: str) -> None:
    assert phone_of(text) == ""


@pytest.mark.parametrize(
    "text",
    ["AB10-GH0K", "ab10gh0k", "ABIO GHOK", "AbLo—gh0k", "a b l 0 - g h o k", "ＡＢ１０ＧＨ０Ｋ"],
)
def test_a_spoken_code_is_read_as_it_may_have_been_heard(text: str) -> None:
    assert spoken_of(text) == "AB10GH0K"


@pytest.mark.parametrize(
    "text", ["", "AB10GH0", "AB10GH0KK", "AB10GH0U", "AB10GH0!", "口令口令口令口令"]
)
def test_what_is_no_spoken_code_is_none(text: str) -> None:
    assert spoken_of(text) == ""


def test_a_spoken_code_has_forty_bits_and_no_letter_that_sounds_like_another() -> None:
    assert len(set(LETTERS)) == 32
    assert not set("ILOU") & set(LETTERS)
    assert spaced("AB10GH0K") == "AB10-GH0K"


def test_nobody_enrols_without_the_right_and_everybody_with_it_enrols_somebody() -> None:
    assert set(ENROLS) == {role for role, rights in RIGHTS.items() if Right.ENROL in rights}
    assert all(ENROLS.values())


def test_a_station_enrols_for_its_township_and_nobody_above_it() -> None:
    station = Account(1, "S-01", "陈站长", "zh", (Grant(Role.STATION_WORKER, 2, "/1/2/"),))
    assert station.enrols(Role.CHILD_DIRECTOR, "/1/2/4/")
    assert station.enrols(Role.STATION_WORKER, "/1/2/")
    assert not station.enrols(Role.CHILD_DIRECTOR, "/1/3/5/")
    assert not station.enrols(Role.STATION_WORKER, "/1/")
    for role in HOMES.keys() - ENROLS[Role.STATION_WORKER]:
        assert not station.enrols(role, "/1/2/")
    assert not {Role.CENTRE_OFFICER, Role.MANAGER, Role.COORDINATOR} & ENROLS[Role.STATION_WORKER]


def test_a_coordinator_enrols_loving_mothers_only() -> None:
    coordinator = Account(1, "K-01", "钱协调", "zh", (Grant(Role.COORDINATOR, 1, "/1/"),))
    assert [role for role in Role if coordinator.enrols(role, "/1/2/4/")] == [Role.LOVING_MOTHER]


def test_roles_that_open_every_childs_file_or_give_that_away_take_two() -> None:
    assert {Role.CENTRE_OFFICER} == SEES_ALL
    assert {Role.CENTRE_OFFICER, Role.MANAGER} == TWO_DECIDE
