"""A PIN: six digits that somebody chose herself, and that nobody guesses first."""

from __future__ import annotations

import re

DIGITS = 6
SHAPE = re.compile(rf"[0-9]{{{DIGITS}}}")
RUNS = ("01234567890", "09876543210")
VARIED = 3  # different digits at least


def fault(pin: str) -> str:
    """What is wrong with a PIN that is to be set: "shape", "easy", or nothing."""
    if not SHAPE.fullmatch(pin):
        return "shape"
    halves = pin[: DIGITS // 2] == pin[DIGITS // 2 :]
    if halves or len(set(pin)) < VARIED or any(pin in run for run in RUNS):
        return "easy"
    return ""


def digits_of(typed: str) -> str:
    """What was typed as plain digits: also those of a Chinese keyboard, and with spaces."""
    return "".join(str(int(letter)) for letter in typed if letter.isdecimal())
