"""Names as they sound: full pinyin or initials, every reading of each character."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

MOST = 64


def sounds_like(names: Iterable[str], wanted: str, *, whole: bool = True) -> bool:
    """`xiaoyu`, `xiǎo yú`, `xy` or `yu` for 小榆; at least two letters, and only Latin ones. Where
    the beginning will do (not `whole`), `xiaoy` as well."""
    spoken = toneless(wanted).replace(" ", "").replace("'", "")
    if len(spoken) < 2 or not (spoken.isascii() and spoken.isalpha()):
        return False
    if whole:
        return any(spoken in readings(name) for name in names)
    return any(each.startswith(spoken) for name in names for each in readings(name))


def toneless(text: str) -> str:
    """Without the marks of the tones; ü as it is typed: v."""
    apart = unicodedata.normalize("NFD", text.replace("ü", "v"))
    bare = "".join(each for each in apart if unicodedata.category(each) != "Mn" or each == "\u0308")
    return bare.replace("u\u0308", "v")


@lru_cache(8192)
def readings(name: str) -> frozenset[str]:
    """Every way in which a name may be typed: 小榆 -> xiaoyu, xy, yu."""
    syllables = _syllables(name)
    found: set[str] = set()
    for reading in list(product(*syllables))[:MOST]:
        found.add("".join(reading))
        found.add("".join(syllable[0] for syllable in reading))
        found.add("".join(reading[1:]))
    return frozenset(found)


def _syllables(name: str) -> Sequence[Sequence[str]]:
    from pypinyin import Style, pinyin  # slow to import, and only needed for a typed name

    return [
        [syllable for syllable in each if syllable]
        for each in pinyin(name, style=Style.NORMAL, heteronym=True)
    ]
