"""Reading what people type: numbers, times and places in Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from domain.trouble import Unreadable

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
CHINESE = re.compile(
    r"(?P<row>[零〇一二三四五六七八九]{1,15}|两)"
    r"|(?=.)((?P<hundreds>[一二三四五六七八九两])?(?P<hundred>百)(?=$|零|〇|.?十)[零〇]?)?"
    r"((?P<tens>[一二三四五六七八九])?(?P<ten>十))?(?P<ones>[一二三四五六七八九])?"
)
PLACE = re.compile(r"([-+]?\d{1,3}(?:\.\d{1,15})?)(?:\s*[,、]\s*|\s+)([-+]?\d{1,3}(?:\.\d{1,15})?)")
UNHEARD = {"Zs", "So", "Sk", "Mn", "Cf"}
TIME = re.compile(r"(\d{1,2})\s*[:点时]\s*(\d{1,2})?\s*分?$")


def half(text: str) -> str:
    """Full-width made half-width, as an input method for Chinese writes spaces and signs."""
    return unicodedata.normalize("NFKC", text).strip()


def plain(text: str) -> str:
    """As compared: half-width, lower case, no stop at the end."""
    return half(text).rstrip("。.!！").casefold()


def loose(text: str) -> str:
    """As the words of an option are compared: "5分钟", "很开心" without blanks and pictures."""
    heard = "".join(each for each in plain(text) if unicodedata.category(each) not in UNHEARD)
    return heard or plain(text)


def read_number(text: str) -> float:
    """`12`, `１２`, `12.5`, `三十`, `十二`, `-3`; raises Unreadable."""
    found = plain(text)
    if re.fullmatch(r"[-+]?\d{1,15}(\.\d{1,9})?", found):
        return float(found)
    if words := CHINESE.fullmatch(found):
        return float(chinese(words))
    raise Unreadable("read.number")


def chinese(found: re.Match[str]) -> int:
    """Up to 999 in words (十二, 三十, 一百零五), or digit by digit (二〇)."""
    if found["row"]:
        return int("".join(str(DIGITS[character]) for character in found["row"]))
    hundreds = DIGITS.get(found["hundreds"] or "一", 1) * 100 if found["hundred"] else 0
    tens = DIGITS.get(found["tens"] or "一", 1) * 10 if found["ten"] else 0
    return hundreds + tens + DIGITS.get(found["ones"] or "零", 0)


def short(number: float | None) -> str:
    """As it is kept and shown: no more figures than it has."""
    if number is None:
        return ""
    return str(int(number)) if number == int(number) else f"{Decimal(str(number)):f}"


def read_time(text: str) -> str:
    """`14:05`, `14点`, `14点5分` as "14:05"; raises Unreadable."""
    found = TIME.fullmatch(plain(text))
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Unreadable("read.time")
    return f"{int(found[1]):02}:{int(found[2] or 0):02}"


def read_place(text: str) -> str:
    """`28.6612 121.4249` (a comma will do) as "28.66 121.42 0 0": about a kilometre.

    Degrees, latitude first; raises Unreadable.
    """
    found = PLACE.fullmatch(plain(text).replace("°", ""))
    if not found:
        raise Unreadable("read.place")
    north, east = (round(float(degrees), 2) + 0.0 for degrees in found.groups())
    if abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise Unreadable("read.place_range")
    return f"{north:.2f} {east:.2f} 0 0"


def coarse(place: str) -> str:
    """A kept place as a person reads it: "28.66, 121.42"."""
    return ", ".join(place.split()[:2])
