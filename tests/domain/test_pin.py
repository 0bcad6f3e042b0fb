"""Which six digits may be a PIN."""

from __future__ import annotations

import pytest

from domain.pin import digits_of, fault


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12a456", "１２３４５６", "839271\n"])
def test_what_is_not_six_digits_is_none(pin: str) -> None:
    assert fault(pin) == "shape"


@pytest.mark.parametrize(
    "pin",
    ["000000", "111222", "121212", "123123", "123456", "456789", "567890", "098765"],
)
def test_what_everybody_would_try_first_is_too_easy(pin: str) -> None:
    assert fault(pin) == "easy"


@pytest.mark.parametrize("pin", ["839271", "112233", "100200", "120345"])
def test_what_she_made_up_herself_will_do(pin: str) -> None:
    assert fault(pin) == ""


def test_a_pin_is_read_as_it_is_typed() -> None:
    assert digits_of(" ８３９ 271") == "839271"
    assert digits_of("八三九") == ""
