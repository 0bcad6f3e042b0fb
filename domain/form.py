"""One form being filled: answers by instance path, and what follows from them."""

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from domain.xlsform.answer import fits
from domain.xlsform.date import date_text, stamp_text
from domain.xlsform.func import shuffled
from domain.xlsform.item import Form, FormError, Given, Item, Node, Option, Texts, plain, say
from domain.xlsform.lists import label_of
from domain.xlsform.markup import submission
from domain.xlsform.rule import Look, Result, Rule
from domain.xlsform.run import Finish, expand, run, where
from domain.xlsform.tree import Tree
from domain.xlsform.value import Value, texts, to_bool, to_number, to_text

__all__ = [
    "Filling",
    "Form",
    "FormError",
    "Given",
    "Item",
    "Node",
    "Option",
    "Texts",
]

MANY = ("select_multiple", "rank")
MOST_INSTANCES = 200
MOST_TRIGGERS = 20


class Filling:
    """One form being filled: answers by instance path, and what follows from them.

    Nothing here is written down: the same form, answers and `Given` always say the same. A
    question without answer has its default as value, as in other clients; an empty answer has
    none.
    """

    def __init__(
        self,
        form: Form,
        given: Given,
        answers: Mapping[str, str],
        instances: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.form = form
        self.given = given
        self.given_answers = dict(answers)
        self.instances = {} if instances is None else instances
        self.remembers = True
        """Whether results are taken from and put into the memory of the form's expressions."""
        self.forget()

    def forget(self) -> None:
        """Drop what was worked out: an answer has changed."""
        self.values: dict[str, str] = {}
        self.shown: dict[str, bool] = {}
        self.keys: dict[str, Sequence[str]] = {}
        self.busy: set[str] = set()
        self.tree: Tree | None = None
        self.cold = bool(self.form.order)

    def warm(self) -> None:
        """Works long chains out from their beginning: from the end they go too deep."""
        self.cold = False
        for name in self.form.order:
            for path in expand(self, [], name.split("/")):
                self.is_shown(path)
                self.value(path)

    # What is there

    def node(self, path: str) -> Node | None:
        """The node at an instance path; None when the form has no such item."""
        item = self.form.by_path.get(plain(path))
        return Node(item, path) if item else None

    def nodes(self, parent: Node | None = None) -> list[Node]:
        """The children in document order; a repeat gives one node for each instance."""
        above = parent.path if parent else ""
        still = self.form.still.get(above)
        if still is not None:
            return list(still)
        found = []
        for item in parent.item.children if parent else self.form.items:
            base = f"{above}/{item.name}" if above else item.name
            if item.kind != "repeat":
                found.append(Node(item, base))
            else:
                found += [Node(item, f"{base}[{key}]") for key in self.ids(base)]
        return found

    def ids(self, base: str) -> Sequence[str]:
        """The instance ids of a repeat; those of a counted one are its numbers."""
        if self.form.rules[plain(base)].count is None:
            found = tuple(self.instances.get(base, ()))
            if found != self.keys.setdefault(base, found):
                # Whoever fills the form has added an instance since.
                self.forget()
                self.keys[base] = found
        elif base not in self.keys:
            self.keys[base] = [str(one + 1) for one in range(self.counted(base) or 0)]
        return self.keys[base]

    def count(self, repeat: Node) -> int | None:
        """How many instances repeat_count demands; None when the person decides."""
        path = repeat.path
        return self.counted(path.rpartition("[")[0] if path.endswith("]") else path)

    def counted(self, base: str) -> int | None:
        rule = self.form.rules[plain(base)].count
        if rule is None:
            return None
        if base in self.busy:
            return 0
        self.busy.add(base)
        number = to_number(str(self.run(rule, base.rpartition("/")[0], to_text)))
        self.busy.discard(base)
        return int(min(max(number, 0), MOST_INSTANCES)) if number == number else 0

    # What holds

    def relevant(self, node: Node) -> bool:
        """Whether the node and everything above it is to be asked."""
        return self.is_shown(node.path)

    def is_shown(self, path: str) -> bool:
        if self.cold:
            self.warm()
        found = self.shown.get(path)
        if found is None:
            gate = self.form.gates.get(path, path)
            if gate != path:
                found = self.shown[path] = not gate or self.is_shown(gate)
                return found
            # While it is worked out it counts as shown; the form was checked for circles.
            self.shown[path] = True
            found = self.shown[path] = self.work_shown(path)
        return found

    def work_shown(self, path: str) -> bool:
        above = path.rpartition("/")[0]
        if above and not self.is_shown(above):
            return False
        rule = self.form.rules[plain(path)].relevant
        return rule is None or self.run(rule, path, to_bool) is True

    def required(self, node: Node) -> bool:
        rule = self.form.rules[node.item.path].required
        return rule is not None and self.run(rule, node.path, to_bool) is True

    def complaint(self, node: Node, value: str) -> Texts | None:
        """What is wrong with a value, by language; empty when the form has no words for it."""
        if not value:
            return None
        if not fits(node.item, value, self.allowed(node)):
            return {}
        rule = self.form.rules[node.item.path].constraint
        if rule is None:
            return None
        trial = self.trial(node.path, value)
        if trial.run(rule, node.path, to_bool) is True:
            return None
        words = node.item.constraint_text
        return {lang: trial.said(node, text, lang) for lang, text in words.items()}

    def fixed(self, node: Node) -> bool:
        """Whether no other answer decides which values of this question are good."""
        rules = self.form.rules[node.item.path]
        dynamic = (rules.constraint, rules.filter, rules.source)
        return all(rule is None for rule in dynamic) and not any(
            isinstance(rule, Rule) for rule in rules.urgent.values()
        )

    def allowed(self, node: Node) -> set[str]:
        selects = node.item.type in ("select_one", *MANY)
        return {option.value for option in self.options(node)} if selects else set()

    def trial(self, path: str, value: str) -> "Filling":
        """The same filling with one answer changed."""
        answers = {**self.given_answers, path: value}
        return Filling(self.form, self.given, answers, self.instances)

    def urgent(self, node: Node, value: str) -> tuple[str, ...]:
        """The emergency codes of the chosen options, in their order."""
        said = self.form.rules[node.item.path].urgent
        codes: dict[str, None] = {}
        for one in value.split() if node.item.type in MANY else [value]:
            rule = said.get(one, ())
            if isinstance(rule, Rule):
                found = str(self.trial(node.path, value).run(rule, node.path, to_text)).split()
            else:
                found = list(rule)
            codes |= dict.fromkeys(found)
        return tuple(codes)

    # Values

    def value(self, path: str) -> str:
        """The answer, calculation, preload or default at a path; empty when not relevant."""
        found = self.values.get(path)
        if found is None:
            if self.cold:
                self.warm()
                return self.value(path)
            if path in self.busy:
                return self.given_answers.get(path, "")
            self.busy.add(path)
            found = self.raw(path) if self.is_shown(path) else ""
            self.busy.discard(path)
            self.values[path] = found
        return found

    def raw(self, path: str) -> str:
        item = self.form.by_path[plain(path)]
        rules = self.form.rules[item.path]
        own = self.given_answers.get(path)
        if rules.computed and rules.calculation and not (own and rules.calculation.kept):
            return self.calculated(rules.calculation, path, item)
        return own if own is not None else self.preset(path, item)

    def default(self, node: Node) -> str:
        """The value offered where nothing was answered; empty when there is none."""
        return self.preset(node.path, node.item)

    def preset(self, path: str, item: Item) -> str:
        rules = self.form.rules[item.path]
        if item.type in ("start", "end", "today", "username", "deviceid"):
            return self.preload(item.type)
        if rules.default is not None:
            return self.calculated(rules.default, path, item)
        if rules.fixed or rules.calculation is None:
            return rules.fixed
        pulled = [at for name in rules.triggers for at in self.near(name, path)]
        if rules.triggers and not any(self.value(at) for at in pulled):
            return ""
        return self.calculated(rules.calculation, path, item)

    def preload(self, kind: str) -> str:
        match kind:
            case "today":
                return self.given.today.isoformat()
            case "username":
                return self.given.username
            case "deviceid":
                return self.given.deviceid
            case _:
                return self.given.now.isoformat(timespec="milliseconds")

    def calculated(self, rule: Rule, path: str, item: Item) -> str:
        """The result of an expression as a value of the item's type."""
        as_date = {"date": date_text, "dateTime": stamp_text}.get(item.type)

        def finish(value: Value) -> Result:
            if as_date and isinstance(value, float):
                return as_date(value)
            return to_text(value)

        return str(self.run(rule, path, finish))

    def set(self, path: str, value: str) -> None:
        """Answer a question; what has it as trigger is worked out anew."""
        if plain(path) not in self.form.watched:
            self.given_answers[path] = value
            self.values.pop(path, None)
            self.tree = None
            return
        changed = [path] if self.value(path) != value else []
        self.given_answers[path] = value
        self.forget()
        for _ in range(MOST_TRIGGERS):
            if not changed:
                return
            changed = [at for source in changed for at in self.triggered(source)]

    def triggered(self, source: str) -> list[str]:
        """Works out what one changed answer triggers; the paths that have changed by it."""
        name = plain(source)
        found = []
        for item in self.form.by_path.values():
            rules = self.form.rules[item.path]
            if name not in rules.triggers:
                continue
            for path in self.near(item.path, source):
                rule = rules.calculation
                new = self.calculated(rule, path, item) if rule and self.is_shown(path) else ""
                if new != self.given_answers.get(path, ""):
                    self.given_answers[path] = new
                    found.append(path)
        if found:
            self.forget()
        return found

    def near(self, name: str, path: str) -> list[str]:
        """The instance paths of an item as seen from another: shared steps keep their ids."""
        mine, steps = path.split("/"), name.split("/")
        shared = 0
        while shared < min(len(mine), len(steps)) and plain(mine[shared]) == steps[shared]:
            shared += 1
        return expand(self, mine[: min(shared, len(steps) - 1)], steps)

    # Words

    def options(self, node: Node) -> list[Option]:
        """The options offered now: filtered, shuffled, or taken from a repeat."""
        rules = self.form.rules[node.item.path]
        found = list(node.item.options)
        if rules.source is not None:
            values = self.run(rules.source, node.path, lambda value: tuple(texts(value)))
            found = [Option(one, {"default": one}, {}) for one in several(values)]
        elif rules.filter is not None and rules.root is not None:
            kept = self.run(rules.filter, node.path, numbers_of, rules.root)
            found = [found[int(number)] for number in several(kept)]
        if rules.shuffle:
            seed = self.given.random(node.path) * 2147483646 + 1
            if rules.seed is not None:
                seed = to_number(str(self.run(rules.seed, node.path, to_text)))
            found = shuffled(found, seed if seed == seed else 1.0)
        return found

    def label(self, node: Node, lang: str) -> str:
        """The question as a person reads it; a calculated note says its value."""
        text = self.said(node, say(node.item.label, lang), lang)
        if node.item.type == "note" and self.form.rules[node.item.path].computed:
            text = f"{text} {self.value(node.path)}".strip()
        return text or node.item.name

    def hint(self, node: Node, lang: str) -> str:
        return self.said(node, say(node.item.hint, lang), lang)

    def guidance(self, node: Node, lang: str) -> str:
        return self.said(node, say(node.item.guidance, lang), lang)

    def choice_label(self, node: Node, option: Option, lang: str) -> str:
        return self.said(node, say(option.label, lang), lang) or option.value

    def said(self, node: Node, text: str, lang: str) -> str:
        """A text with each `${name}` replaced by what was answered there."""
        pieces = self.form.rules[node.item.path].words.get(text)
        if pieces is None:
            return text
        return "".join(
            piece if isinstance(piece, str) else self.spoken(piece, node.path, lang)
            for piece in pieces
        )

    def speaks_alike(self, node: Node) -> bool:
        """Whether the words of a question and its options hold nothing of what was answered."""
        rules = self.form.rules[node.item.path]
        return not rules.words and rules.source is None

    def spoken(self, look: Look, path: str, lang: str) -> str:
        item = self.form.by_path[look.path]
        comma = "、" if lang == "zh" else ", "
        words = []
        for at in where(self, look, path):
            value = self.value(at)
            parts = value.split() if item.type in MANY else [value]
            words += [label_of(item.options, part, lang) for part in parts]
        return comma.join(word for word in words if word)

    # Results

    def run(
        self, rule: Rule, path: str, finish: Finish, root: etree._Element | None = None
    ) -> Result:
        return run(self, rule, path, finish, root)

    def answers(self) -> dict[str, str]:
        """The relevant answers and calculations in document order; what is empty is left out."""
        if self.form.stands:  # what is not asked has no value either
            return {path: found for path in self.form.asked if (found := self.value(path))}
        return dict(self.filled(None))

    def filled(self, parent: Node | None) -> Iterator[tuple[str, str]]:
        for node in self.nodes(parent):
            if not self.relevant(node):
                continue
            if node.item.kind != "question":
                yield from self.filled(node)
            elif node.item.type != "note" and (value := self.value(node.path)):
                yield node.path, value

    def xml(self) -> bytes:
        """The answers as the body of an OpenRosa submission."""
        return submission(self)


def numbers_of(value: Value) -> tuple[str, ...]:
    """The numbers of the options that a filter has kept."""
    return tuple(node.get("n", "") for node in value) if isinstance(value, list) else ()


def several(result: Result) -> tuple[str, ...]:
    return result if isinstance(result, tuple) else ()
