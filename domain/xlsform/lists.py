"""The choices of a form: lists of its own, CSV files beside it, and how expressions see them."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from domain.xlsform.func import SPACE, Function, Key, common
from domain.xlsform.item import FormError, Item, Option, Texts, say
from domain.xlsform.value import Value, to_text

MOST_LINES = 100_000
BAD = re.compile(r"[^\w.\-·]")


@dataclass(frozen=True, eq=False)
class Choices:
    """One list: its options in order, and the same as XML for `instance(..)` and filters."""

    name: str
    options: tuple[Option, ...]
    root: etree._Element
    words: Mapping[str, Texts] = field(default_factory=dict)
    """The labels by itextId."""


def choices_of(name: str, options: Sequence[Option], language: str) -> Choices:
    """A list of the choices sheet."""
    root = etree.SubElement(etree.Element("instance"), "root")
    words: dict[str, Texts] = {}
    for number, option in enumerate(options):
        key = f"{name}-{number}"
        words[key] = option.label
        cells = {"name": option.value, "label": say(option.label, language), "itextId": key}
        add_row(root, {**cells, **option.extra}, number)
    return Choices(name, tuple(options), root, words)


def add_row(root: etree._Element, cells: Mapping[str, str], number: int) -> None:
    row = etree.SubElement(root, "item", n=str(number))
    for name, text in cells.items():
        etree.SubElement(row, column_name(name)).text = "".join(filter(writable, text))


def writable(letter: str) -> bool:
    """Whether XML can hold the letter."""
    return letter >= " " and letter not in "￾￿" or letter in "\t\n\r"


def column_name(name: str) -> str:
    """A column's name as the name of an XML element."""
    clean = BAD.sub("_", name.strip()) or "_"
    return clean if clean[0].isalpha() or clean[0] == "_" else "_" + clean


def read_table(name: str, data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file; FormError when it cannot be read."""
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FormError(name, None, "is neither UTF-8 nor GBK", "编码既不是 UTF-8 也不是 GBK")
    try:
        rows = [
            {str(k): v for k, v in row.items() if k and isinstance(v, str)}
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]
    except csv.Error as error:
        raise FormError(name, None, f"is no CSV file: {error}", "不是 CSV 文件") from error
    if len(rows) > MOST_LINES:
        raise FormError(name, MOST_LINES, "has too many rows", "行数太多")
    return rows


def choices_from(name: str, rows: Sequence[Mapping[str, str]], columns: tuple[str, str]) -> Choices:
    """A list from a CSV file; `columns` hold value and label."""
    root = etree.SubElement(etree.Element("instance"), "root")
    value, label = columns
    options = []
    for number, row in enumerate(rows):
        add_row(root, row, number)
        words = {"default": row.get(label, "") or row.get(value, "")}
        extra = {k: v for k, v in row.items() if k not in columns}
        options.append(Option(row.get(value, ""), words, extra))
    return Choices(name, tuple(options), root)


def functions_of(
    lists: Mapping[str, Choices],
    tables: Mapping[str, Sequence[Mapping[str, str]]],
    by_path: Mapping[str, Item],
) -> dict[Key, Function]:
    """All functions of one form; its lists and tables may still grow until the first call."""
    words: dict[str, Texts] = {}

    def itext(_: object, key: Value, lang: Value) -> str:
        if not words:
            words.update({k: v for found in lists.values() for k, v in found.words.items()})
        return say(words.get(to_text(key), {}), to_text(lang))

    def choice_name(_: object, value: Value, path: str, lang: Value) -> str:
        return label_of(by_path[path].options, to_text(value), to_text(lang))

    def instance(_: object, name: str) -> list[etree._Element]:
        parent = lists[name].root.getparent()
        return [] if parent is None else [parent]

    found: dict[str, Function] = {
        "itext": itext,
        "choice-name": choice_name,
        "instance": instance,
        "pulldata": puller(tables),
    }
    return {**common(), **{(SPACE, name): run for name, run in found.items()}}


def label_of(options: Sequence[Option], value: str, lang: str) -> str:
    """The label of the option with that value; the value itself when there is none."""
    for option in options:
        if option.value == value:
            return say(option.label, lang) or value
    return value


def puller(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Callable[..., str]:
    """`pulldata(file, column, key column, key)`: the cell, looked up by an index made once."""
    index: dict[tuple[str, str], dict[str, Mapping[str, str]]] = {}

    def pulldata(_: object, file: str, column: Value, by: Value, key: Value) -> str:
        keys = (file, to_text(by))
        if keys not in index:
            rows = reversed(tables.get(file, ()))
            index[keys] = {row.get(keys[1], ""): row for row in rows}
        return index[keys].get(to_text(key), {}).get(to_text(column), "")

    return pulldata
