"""What people type and read out when they are enrolled: telephones, links, spoken codes."""

from __future__ import annotations

import re
import unicodedata

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
ALIKE = str.maketrans("OIL", "011")
GAPS = re.compile(r"[\s\-‐-―·.]")
MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
SPOKEN = 8
TOKEN = r"[A-Za-z0-9_-]{22}"
"""A link's secret end: 128 bits."""


def phone_of(text: str) -> str:
    """A mobile number as eleven digits, whatever stands between or before them; "" if none."""
    found = MOBILE.fullmatch(GAPS.sub("", unicodedata.normalize("NFKC", text)).strip("()"))
    return found[1] if found else ""


def spoken_of(text: str) -> str:
    """A spoken code as eight letters, whatever was heard or typed; "" if it is none."""
    heard = GAPS.sub("", unicodedata.normalize("NFKC", text)).upper().translate(ALIKE)
    return heard if len(heard) == SPOKEN and set(heard) <= set(LETTERS) else ""


def spaced(code: str) -> str:
    """As it is read out: ABCD-EFGH."""
    return f"{code[:4]}-{code[4:]}"
