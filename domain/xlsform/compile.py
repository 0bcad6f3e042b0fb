"""Compiles the expressions of a form's items, each complaint with its sheet and row."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from lxml import etree

from domain.xlsform.build import FALSE, TRUE, Builder, as_map, as_text
from domain.xlsform.call import SPECIAL, Functions, compiled, filtered
from domain.xlsform.item import FormError, Item, walk
from domain.xlsform.lists import functions_of, read_table
from domain.xlsform.path import Writer
from domain.xlsform.rule import Look, Rule, Rules, Words
from domain.xlsform.scope import Scope
from domain.xlsform.sheet import Json, type_bind
from domain.xlsform.xpath import REFERENCE, XPathError

CODES = re.compile(r"(?:[A-Z]{1,4}\d{0,3}[a-z]?)(?:\s+[A-Z]{1,4}\d{0,3}[a-z]?)*")
"""One or several emergency codes, as they stand in the column `urgent`."""
COMPUTED = ("hidden", "note")


@contextmanager
def at(sheet: str, row: int) -> Iterator[None]:
    """Whatever is wrong with an expression inside is said with its sheet and row."""
    try:
        yield
    except XPathError as error:
        raise FormError(sheet, row, str(error), error.zh) from error


class Compiler:
    """Compiles the expressions of a form's items."""

    def __init__(self, builder: Builder, items: tuple[Item, ...]) -> None:
        self.builder = builder
        self.by_path = {item.path: item for item in walk(items)}
        settings = builder.sheets.json
        self.scope = Scope(
            by_path=self.by_path,
            roots=frozenset({"data", *names(settings, "name", "id_string")}),
            lists=frozenset(name for name in builder.lists if " " not in name),
            version=as_text(settings.get("version")),
        )
        self.tables: dict[str, list[dict[str, str]]] = {}
        self.functions: Functions = functions_of(builder.lists, self.tables, self.by_path)

    def pull(self) -> None:
        """Reads the files that pulldata() named."""
        for stem in sorted(self.scope.pulled):
            data = self.builder.media.get(f"{stem}.csv")
            if data is None:
                self.builder.warnings.append(f"pulldata(): the file {stem}.csv is missing")
            else:
                self.tables[stem] = read_table(f"{stem}.csv", data)

    def rules(self, item: Item) -> Rules:
        """The expressions of one item."""
        row = self.builder.cells[item.path]
        bind = {**type_bind(as_text(row.get("type"))), **as_map(row.get("bind"))}
        default = as_text(row.get("default"))
        dynamic = bool(row.get("_dynamic_default"))
        calculation = as_text(bind.get("calculate"))
        triggers = self.triggers(item, row)
        shuffle, seed = self.shuffle(item)
        quiet = item.type == "calculate" or (bool(calculation) and item.type in COMPUTED)
        return Rules(
            relevant=self.rule(item, bind.get("relevant"), "bool"),
            required=self.rule(item, bind.get("required"), "bool"),
            constraint=self.rule(item, bind.get("constraint"), "bool"),
            calculation=self.rule(item, calculation),
            default=self.rule(item, default) if dynamic else None,
            fixed="" if dynamic else default,
            count=self.count(item, row),
            filter=self.filter(item, row),
            source=self.source(item, row),
            root=self.root(item, row),
            urgent=self.urgents(item),
            triggers=triggers,
            words=self.words(item),
            computed=quiet and not triggers and not dynamic,
            shuffle=shuffle,
            seed=seed,
        )

    def rule(
        self, item: Item, source: object, wanted: Literal["bool", "any"] = "any"
    ) -> Rule | None:
        text = as_text(source).strip()
        if not text or (wanted == "bool" and text.lower() in FALSE):
            return None
        if wanted == "bool" and text.lower() in TRUE:
            text = "true()"
        with at("survey", item.row):
            return compiled(self.scope, self.functions, text, item.path, wanted)

    def count(self, item: Item, row: Json) -> Rule | None:
        source = as_text(as_map(row.get("control")).get("jr:count"))
        if item.kind != "repeat" or not source:
            return None
        with at("survey", item.row):
            above = item.path.rpartition("/")[0]
            return compiled(self.scope, self.functions, source, above)

    def filter(self, item: Item, row: Json) -> Rule | None:
        source = as_text(row.get("choice_filter"))
        if not source or as_text(row.get("itemset")).startswith("${"):
            return None
        with at("survey", item.row):
            return filtered(self.scope, self.functions, source, item.path)

    def source(self, item: Item, row: Json) -> Rule | None:
        """The nodes of a repeat that are the options: `select_one ${name}`."""
        name = as_text(row.get("itemset"))
        if not name.startswith("${"):
            return None
        source = as_text(row.get("choice_filter"))
        with at("survey", item.row):
            return filtered(self.scope, self.functions, source, item.path, name[2:-1].strip())

    def root(self, item: Item, row: Json) -> etree._Element | None:
        name = as_text(row.get("itemset"))
        if not item.options or not row.get("choice_filter"):
            return None
        if as_text(row.get("type")) == "select one external":
            name = f"external {as_text(row.get('query')) or name}"
        return self.builder.choices(row, name).root

    def triggers(self, item: Item, row: Json) -> tuple[str, ...]:
        named = row.get("trigger")
        found = [str(name) for name in named] if isinstance(named, list | tuple) else []
        with at("survey", item.row):
            return tuple(self.scope.named(name).path for name in found)

    def shuffle(self, item: Item) -> tuple[bool, Rule | None]:
        if item.parameters.get("randomize") != "true":
            return False, None
        return True, self.rule(item, item.parameters.get("seed"))

    def urgents(self, item: Item) -> Mapping[str, Rule | tuple[str, ...]]:
        """What the column `urgent` says of each option: codes, or an expression giving them."""
        found: dict[str, Rule | tuple[str, ...]] = {}
        for option in item.options:
            said = option.extra.get("urgent", "").strip()
            if CODES.fullmatch(said):
                found[option.value] = tuple(said.split())
            elif said:
                with at("choices", self.builder.option_rows[option]):
                    found[option.value] = compiled(self.scope, self.functions, said, item.path)
        return found

    def words(self, item: Item) -> Mapping[str, Words]:
        """The pieces of every text of an item that holds `${name}`."""
        groups = (item.label, item.hint, item.guidance, item.required_text, item.constraint_text)
        with at("survey", item.row):
            found = self.pieces(item, (text for group in groups for text in group.values()))
        for option in item.options:
            with at("choices", self.builder.option_rows.get(option, item.row)):
                found |= self.pieces(item, option.label.values())
        return found

    def pieces(self, item: Item, texts: Iterable[str]) -> dict[str, Words]:
        found: dict[str, Words] = {}
        for text in texts:
            if "${" in text:
                found[text] = tuple(
                    self.looked(item, piece) if odd % 2 else piece
                    for odd, piece in enumerate(REFERENCE.split(text))
                )
        return found

    def looked(self, item: Item, name: str) -> Look:
        writer = Writer(self.scope, item.path, SPECIAL)
        writer.ref(self.scope.named(name))
        return next(iter(writer.looks))


def names(settings: Json, *keys: str) -> list[str]:
    return [as_text(settings.get(key)) for key in keys if settings.get(key)]
