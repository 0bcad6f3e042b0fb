"""Checks the columns of a form: a misspelt one is refused, a foreign one is named."""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.xlsform.item import FormError


def named(text: str) -> frozenset[str]:
    return frozenset(text.split())


OWN_SURVEY = ("how", "ports", "ages", "channel", "ask", "carry", "short")
OWN_CHOICES = ("score", "urgent", "alone")
MEDIA = ("image", "big-image", "audio", "video", "media")
SURVEY = named(
    """type name label hint guidance_hint guidance required required_message requiredmsg
    relevant relevance constraint constraint_message constraining_message calculation calculate
    appearance default readonly read_only trigger choice_filter repeat_count count jr:count
    parameters note notes comment comments remark remarks disabled autoplay rows caption command
    tag value bind control body instance intent noapperrorstring no_app_error_string save_to
    sms_field sms_option compact_tag query list_name buttontext"""
) | {*OWN_SURVEY, *MEDIA}
CHOICES = named(
    "list_name name label value caption geometry note notes comment comments remark"
) | {*OWN_CHOICES, *MEDIA}
SETTINGS = named(
    """form_title set_form_title title form_id set_form_id id_string name version
    default_language style instance_name instance_id public_key submission_url auto_send
    auto_delete allow_choice_duplicates namespaces attribute clean_text_values omit_instanceid
    client_editable sms_keyword sms_separator sms_allow_media sms_date_format
    sms_datetime_format sms_response prefix delimiter compact_prefix compact_delimiter flat
    add_none_option instance_xmlns"""
)
SHEETS = {
    "survey": SURVEY,
    "choices": CHOICES,
    "external_choices": CHOICES,
    "settings": SETTINGS,
}
KNOWN_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
PREFIXED = {"bind", "control", "body", "instance", "attribute", "media"}
WORD = re.compile(r"[^\W\d][\w.\-]*")
FORMULAS = ("choice_filter", "calculation", "relevant", "constraint", "default", "parameters")
VALUES = {
    "ask": ("", "review", "never"),
    "channel": ("", "web"),
    "carry": ("", "yes", "no"),
}
CHOICE_VALUES = {"alone": ("", "yes", "none")}


def check_sheets(names: Sequence[str]) -> None:
    """Refuses a sheet whose name is nearly one that XLSForm knows."""
    present = {name.lower() for name in names}
    for name in names:
        right = misspelt(name.lower(), [known for known in KNOWN_SHEETS if known not in present])
        if right and name.lower() not in KNOWN_SHEETS and not name.startswith("_"):
            raise FormError(
                name, None, f"the sheet should be called {right}", f"工作表应叫 {right}"
            )


def check_columns(sheet: str, headers: Iterable[str], used: frozenset[str]) -> list[str]:
    """Refuses misspelt columns of a sheet; gives one line for each foreign column."""
    known = SHEETS[sheet]
    foreign = []
    for header in headers:
        head = first_part(header)
        if not head or head in known or header in used or header.startswith(("_", "#")):
            continue
        if right := misspelt(head, known):
            raise FormError(
                sheet,
                1,
                f"the column {header} is unknown: did you mean {right}?",
                f"没有“{header}”这一列，是不是 {right}？",
            )
        foreign.append(f"{sheet}: the column {header} is not of XLSForm and is kept as it is")
    return foreign


def first_part(header: str) -> str:
    """The column's own name: without language, lower case, with underscores."""
    divider = "::" if "::" in header else ":"
    head = header.strip() if header.startswith("jr:") else header.split(divider)[0]
    return "_".join(head.split()).lower()


def used_columns(rows: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The words in the formulas of the survey: the choices columns that they may use."""
    found: set[str] = set()
    for row in rows:
        for header, text in row.items():
            if first_part(header) in FORMULAS or header.startswith("bind"):
                found.update(WORD.findall(str(text)))
    return frozenset(found)


def misspelt(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty when none is near."""
    for right in sorted(known):
        allowed = 1 if len(right) <= 5 else 2
        near = len(right) > 3 or len(name) == len(right)
        if near and name != right and distance(name, right, allowed) <= allowed:
            return right
    return ""


def distance(a: str, b: str, most: int) -> int:
    """Letters to change, add, drop or swap between two words; `most + 1` when they are more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def check_values(extra: Mapping[str, str], sheet: str, row: int) -> list[str]:
    """One line for each of our own columns whose word we do not know."""
    return [
        f"{sheet} row {row}: {column} is '{extra[column]}', expected {' or '.join(words[1:])}"
        for column, words in (CHOICE_VALUES if "choices" in sheet else VALUES).items()
        if extra.get(column, "") not in words
    ]
