"""The rule file: its interim numbers, and what is said about a bad one."""

import tomllib
from hashlib import sha256
from importlib.resources import files

import pytest

from domain.scorer import RulesError, default_rules, load_rules

DATA = files("domain.scorer").joinpath("rules.toml").read_bytes()


def test_the_interim_numbers_are_those_of_the_paper() -> None:
    rules = default_rules()
    assert (rules.high.line, rules.high.single, rules.closing.line) == (40, 50, 34)
    assert (rules.growth.rise, rules.growth.floor) == (14, 36)
    assert (rules.jump.rise, rules.jump.floor) == (15, 36)
    assert (rules.urgent.new, rules.urgent.back, rules.levels.yellow) == (30, 23, 30)


def test_a_ruleset_is_named_by_the_sha256_of_its_file() -> None:
    assert default_rules().sha256 == sha256(DATA).hexdigest()
    assert load_rules(DATA + b"# other\n").sha256 != default_rules().sha256


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("line = 40", "", "high.line: missing"),
        ("line = 40", 'line = "40"', "high.line: a whole number is needed, not '40'"),
        ("line = 40", "line = 40.5", "high.line: a whole number is needed"),
        ("line = 40", "line = true", "high.line: a whole number is needed"),
        ("line = 40", "line = -1", "high.line: must lie between 0 and 100"),
        ("sigma = 3.0", "sigma = nan", "jump.sigma: must lie between 0 and 100"),
        ("line = 40", "line = 40\nlime = 3", "high.lime: unknown"),
        ("[trend]", "[trent]", "trent: unknown"),
        ("[trend]\npause = 2", "", "trend: this table is missing"),
        ('version = "0.2-interim"', "", "version: a text is needed"),
        ("single = 50", "single = 39", "high.single: not under high.line"),
        ("line = 34", "line = 41", "closing.line: not over high.line"),
        ("newest = 0.6", "newest = 0", "smoothing.newest: above 0"),
        ("rises = 3", "rises = 6", "growth.rises: from 1 to jump.window"),
        ("back = 23", "back = 31", "urgent.back: not over urgent.new"),
        ("[high]", "[high", "not a TOML file"),
    ],
)
def test_a_bad_file_names_its_key(old: str, new: str, complaint: str) -> None:
    text = DATA.decode()
    text = "\n".join(line.partition("  #")[0].rstrip() for line in text.splitlines())
    assert old in text
    with pytest.raises(RulesError, match=complaint):
        load_rules(text.replace(old, new, 1).encode())


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(RulesError, match="not a TOML file"):
        load_rules("版本".encode("gbk"))


def test_both_languages_have_the_same_words() -> None:
    words = tomllib.loads(files("domain.scorer").joinpath("words.toml").read_text("utf-8"))
    assert set(words) == {"zh", "en"}
    assert set(words["zh"]) == set(words["en"])
