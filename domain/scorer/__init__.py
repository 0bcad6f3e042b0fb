"""The shared scorer: answers to a total, months to flag and level, each with its reason.

Standard library only and nothing of the project, so that other programs can take it as it is.
It sorts visits and attention; it is not a forecast and decides nothing.
"""

from .answers import AnswerState, Assessment, ItemAnswer, Part, SubScore, assess
from .flags import Against, against_closing
from .history import Step, replay, step, uphold
from .memory import RANK, Flag, Level, Month, State, month_label, month_name
from .reason import Explanation, explain, sentence
from .rules import RulesError, Ruleset, default_rules, load_rules
from .triggers import Alarmed, Firing, Grown, Jumped, Sustained, evidence

__all__ = [
    "RANK",
    "Against",
    "Alarmed",
    "AnswerState",
    "Assessment",
    "Explanation",
    "Firing",
    "Flag",
    "Grown",
    "ItemAnswer",
    "Jumped",
    "Level",
    "Month",
    "Part",
    "Ruleset",
    "RulesError",
    "State",
    "Step",
    "SubScore",
    "Sustained",
    "against_closing",
    "assess",
    "default_rules",
    "evidence",
    "explain",
    "load_rules",
    "month_label",
    "month_name",
    "replay",
    "sentence",
    "step",
    "uphold",
]
