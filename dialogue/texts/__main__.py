"""`python -m dialogue.texts`: both languages have the same keys and place-holders (0) or not (1),
and every key that the code names exists."""

import re
import sys
from pathlib import Path

from dialogue.texts import FOLDERS, Entry, catalogue

NAMED = re.compile(r'\bsay\(\s*"([a-z_0-9.]+)"')
RAISED = re.compile(r'\b(?:Unreadable|Refused)\(\s*"([a-z_0-9.]+)"')
PLACE = re.compile(r"\{(\w+)\}")
PACKAGES = ("bot", "handlers", "dialogue", "reminders", "storage", "domain")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def faults() -> list[str]:
    """Everything that is wrong with the texts, in words."""
    found = []
    zh, en = (catalogue(lang) for lang in FOLDERS)
    for key in sorted(zh.keys() ^ en.keys()):
        found.append(f"{key}: only in {'Chinese' if key in zh else 'English'}")
    for key in sorted(zh.keys() & en.keys()):
        if places(zh[key]) != places(en[key]):
            found.append(f"{key}: other place-holders in Chinese than in English")
        if not words_of(zh[key]).strip() or not words_of(en[key]).strip():
            found.append(f"{key}: empty")
        if CHINESE.search(words_of(en[key])) and not key.startswith(("menu.language", "web.")):
            found.append(f"{key}: Chinese characters in the English text")
    found += [f"{key}: named by {where}, but no text has it" for key, where in missing(set(zh))]
    return found


def places(entry: Entry) -> set[str]:
    return set(PLACE.findall(words_of(entry)))


def words_of(entry: Entry) -> str:
    return entry if isinstance(entry, str) else " ".join(entry)


def missing(known: set[str]) -> list[tuple[str, str]]:
    root = Path(__file__).parents[2]
    found = []
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            text = path.read_text("utf-8")
            for key in NAMED.findall(text) + RAISED.findall(text):
                if key not in known:
                    found.append((key, str(path.relative_to(root))))
    return found


if __name__ == "__main__":
    wrong = faults()
    for line in wrong:
        sys.stderr.write(line + "\n")
    sys.exit(1 if wrong else 0)
