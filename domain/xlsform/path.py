"""Rewrites an expression of a form, once, into XPath that lxml evaluates as ODK does.

`${name}` becomes a path from the root (`$r`) or, within a shared repeat, from the place of
the expression (`$c`). Functions that lxml lacks or does otherwise get the prefix `y:`; dates are
compared and counted as days. On the way it is noted which items the expression looks at.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from domain.xlsform.item import Item
from domain.xlsform.rule import Look
from domain.xlsform.scope import Kind, Scope, item_kind, nearest
from domain.xlsform.table import FUNCTIONS, REFUSED_FUNCTIONS
from domain.xlsform.xpath import Binary, Call, Expr, Negate, Number, Path, Ref, XPathError, parse
from domain.xlsform.xpath import Literal as Text

Said = tuple[str, Kind]
Special = Mapping[str, Callable[..., Said]]
DATE_GIVERS = ("date", "date-time")
NAME = re.compile(r"[\w.\-·]+")


class Writer:
    """Writes one expression anew, for the item where it stands."""

    def __init__(self, scope: Scope, home: str, special: Special) -> None:
        self.scope = scope
        self.home = home.split("/") if home else []
        self.special = special
        self.looks: dict[Look, None] = {}
        self.wants: set[str] = set()
        self.randoms = self.uuids = 0
        self.place = self.opaque = self.kept = False
        self.inside = 0

    def whole(self, source: str, wanted: Literal["bool", "any"]) -> str:
        """The expression rewritten; as a boolean where one is wanted."""
        expr = parse(source)
        return self.truth(expr) if wanted == "bool" else self.write(expr)[0]

    def write(self, expr: Expr) -> Said:
        match expr:
            case Number(text):
                return text, "number"
            case Text(text):
                return quote(text), "text"
            case Ref(name):
                return self.ref(self.scope.named(name))
            case Negate(of):
                return f"(-{self.amount(of)})", "number"
            case Binary():
                return self.binary(expr)
            case Call():
                return self.call(expr)
            case Path():
                return self.path(expr)

    # Operators

    def binary(self, expr: Binary) -> Said:
        if expr.op in ("and", "or"):
            return f"({self.truth(expr.left)} {expr.op} {self.truth(expr.right)})", "bool"
        if expr.op == "|":
            return f"({self.write(expr.left)[0]} | {self.write(expr.right)[0]})", "nodes"
        if expr.op in ("=", "!=", "<", "<=", ">", ">="):
            return self.compared(expr.op, self.write(expr.left), self.write(expr.right)), "bool"
        return f"({self.amount(expr.left)} {expr.op} {self.amount(expr.right)})", "number"

    def compared(self, op: str, left: Said, right: Said) -> str:
        kinds = {left[1], right[1]}
        plain = kinds <= {"number", "amounts"}
        if op in ("=", "!="):
            plain = plain or kinds <= {"text", "nodes", "amounts"}
        if plain:
            return f"({left[0]} {op} {right[0]})"
        return f"y:compare('{op}', {left[0]}, {right[0]})"

    def amount(self, expr: Expr) -> str:
        text, kind = self.write(expr)
        return text if kind in ("number", "amounts", "bool") else f"y:number({text})"

    def truth(self, expr: Expr) -> str:
        text, kind = self.write(expr)
        if kind == "bool":
            return text
        return f"boolean({text})" if kind in ("number", "text") else f"y:bool({text})"

    # Places

    def look(self, path: str, shared: int, many: bool) -> None:
        self.looks[Look(path, shared, many)] = None

    def ref(self, target: Item, itself: bool = False) -> Said:
        """`${name}` from where the expression stands; `itself` for the repeat around it."""
        steps = target.path.split("/")
        shared = self.shared(target.path, itself)
        beyond = [depth for depth in self.scope.repeats(target.path) if depth > shared]
        self.look(target.path, shared, bool(beyond))
        rest = steps[shared:]
        start = ["$c", *[".."] * (len(self.home) - shared)] if shared else ["$r"]
        return "/".join([*start, *rest]), item_kind(target)

    def shared(self, path: str, itself: bool) -> int:
        """How many steps lead to the innermost repeat around both this place and the target."""
        steps = path.split("/")
        common = 0
        for mine, other in zip(self.home, steps, strict=False):
            if mine != other:
                break
            common += 1
        most = min(common, len(steps) if itself else len(steps) - 1)
        return max((depth for depth in self.scope.repeats(path) if depth <= most), default=0)

    def path(self, expr: Path) -> Said:
        match expr.base:
            case None if expr.absolute:
                return self.from_root(expr)
            case None:
                return self.from_here(expr)
            case Call("current", ()):
                return "$c" + self.steps(expr), self.follow(self.home, expr)
            case Call("instance"):
                start, _ = self.call(expr.base)
                return start + self.steps(expr), "nodes"
            case Ref(name):
                target = self.scope.named(name)
                before = dict(self.looks)
                start, _ = self.ref(target)
                self.looks = before
                kind = self.beyond(target, expr)
                return start + self.steps(expr), kind
            case _:
                start, _ = self.write(expr.base)
                self.opaque = True
                return f"({start}){self.steps(expr)}", "any"

    def from_root(self, expr: Path) -> Said:
        first, *rest = expr.steps
        if first.before == "//" or first.test not in self.scope.roots or first.predicates:
            if first.before == "/" and first.test != "*":
                raise XPathError(
                    f"/{first.test} is not the root of this form",
                    f"/{first.test} 不是本表单的根",
                )
            self.opaque = True
            return "$r/.." + self.steps(expr), "nodes"
        tail = Path(None, (), True, tuple(rest))
        kind = self.follow([], tail)
        return "$r" + self.steps(tail), kind

    def from_here(self, expr: Path) -> Said:
        text = self.steps(expr)
        if self.inside:
            return text, "nodes"
        return text, self.follow(self.home, expr)

    def beyond(self, target: Item, expr: Path) -> Kind:
        """What a path that starts at `${name}` looks at."""
        shared = self.shared(target.path, itself=False)
        return self.follow(target.path.split("/"), expr, shared)

    def follow(self, start: list[str], expr: Path, shared: int | None = None) -> Kind:
        """Note the item at which plain steps arrive; what is not plain makes the rule opaque."""
        here = list(start)
        kept = len(start) if shared is None else shared
        self.opaque = self.opaque or bool(expr.predicates)
        for step in expr.steps:
            test = step.test.removeprefix("child::")
            if ":" in test.replace("::", ""):
                raise XPathError(f"there is no {test} in this form", f"本表单里没有 {test}")
            if step.predicates or step.before == "//" or not NAME.fullmatch(test):
                self.opaque = True
                return "nodes"
            if test == "..":
                if here:
                    here.pop()
                kept = min(kept, len(here))
            elif test != ".":
                here.append(test)
        return self.arrive("/".join(here), kept)

    def arrive(self, path: str, shared: int) -> Kind:
        if not path:
            self.opaque = True
            return "nodes"
        target = self.scope.by_path.get(path)
        if target is None:
            name = path.rpartition("/")[2]
            hint = nearest(name, self.scope.by_name)
            raise XPathError(
                f"there is no {path} in this form{hint[0]}", f"本表单里没有 {path}{hint[1]}"
            )
        many = any(depth > shared for depth in self.scope.repeats(path))
        self.look(path, shared, many)
        return item_kind(target)

    def steps(self, expr: Path) -> str:
        """The predicates and steps of a path as text."""
        text = self.predicates(expr.predicates)
        for step in expr.steps:
            # A hidden node is called "_": no name finds it, and `*` must not either.
            hidden = "[not(self::_)]" if step.test.endswith("*") else ""
            text += step.before + step.test + hidden + self.predicates(step.predicates)
        return text

    def predicates(self, found: tuple[Expr, ...]) -> str:
        self.inside += 1
        text = "".join(f"[{self.write(one)[0]}]" for one in found)
        self.inside -= 1
        return text

    # Functions

    def call(self, expr: Call) -> Said:
        self.known(expr)
        self.scope.used[expr.name] += 1
        if special := self.special.get(expr.name):
            return special(self, *expr.args)
        signature = FUNCTIONS[expr.name]
        written = ", ".join(self.write(arg)[0] for arg in expr.args)
        name = expr.name if signature.native else f"y:{expr.name}"
        gives: Kind = "dates" if expr.name in DATE_GIVERS else signature.gives
        return f"{name}({written})", gives

    def known(self, expr: Call) -> None:
        signature = FUNCTIONS.get(expr.name)
        if signature is None:
            why = REFUSED_FUNCTIONS.get(expr.name)
            en, zh = (f": {why[0]}", f":{why[1]}") if why else nearest(expr.name, FUNCTIONS)
            raise XPathError(
                f"the function {expr.name}() is not carried{en}",
                f"不支持函数 {expr.name}(){zh}",
            )
        if not signature.least <= len(expr.args) <= signature.most:
            raise XPathError(
                f"{expr.name}() does not take {len(expr.args)} arguments",
                f"{expr.name}() 不接受 {len(expr.args)} 个参数",
            )


def quote(text: str) -> str:
    mark = "'" if "'" not in text else '"'
    return f"{mark}{text}{mark}"
