"""XPath 1.0 with the `${name}` of XLSForm, read into a tree by a real tokenizer."""

import re
from dataclasses import dataclass
from functools import lru_cache

NAME = r"[^\W\d][\w.\-·]*"
TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<literal>"[^"]*"|'[^']*')
    |\$\{{\s*(?P<ref>(?:last-saved\#)?{NAME}(?::{NAME})?)\s*\}}
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<name>{NAME}(?::(?!:)(?:{NAME}|\*))?)
    |(?P<mark>//|\.\.|::|!=|<=|>=|[()\[\].,@/|+\-=<>*])""",
    re.VERBOSE,
)
REFERENCE = re.compile(rf"\$\{{\s*((?:last-saved\#)?{NAME}(?::{NAME})?)\s*\}}")
BINDS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
NODE_TESTS = ("text", "node", "comment", "processing-instruction")
DEEPEST = 60
LONGEST = 10_000


class XPathError(ValueError):
    """An expression that is no XPath; the message says what and where."""

    def __init__(self, said: str, zh: str = "") -> None:
        super().__init__(said)
        self.zh = zh or said


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted string, without its quotes."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """`${name}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    args: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between them."""

    op: str
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True)
class Negate:
    """The minus before a number."""

    of: "Expr"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: what is before it (`/`, `//` or nothing), what it tests, and where."""

    before: str
    test: str
    predicates: tuple["Expr", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """A path from the context, from the root (`absolute`), or from another expression."""

    base: "Expr | None"
    predicates: tuple["Expr", ...]
    absolute: bool
    steps: tuple[Step, ...]


Expr = Number | Literal | Ref | Call | Binary | Negate | Path


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text and where it begins."""

    kind: str
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """The tokens of an expression, without the space between them."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = TOKEN.match(source, at)
        if match is None:
            raise broken(source, at)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(kind), at))
        at = match.end()
    return found


def broken(source: str, at: int) -> XPathError:
    rest = source[at : at + 20]
    return XPathError(
        f"cannot read the expression '{source}' at '{rest}'",
        f"表达式“{source}”在“{rest}”处读不懂",
    )


@lru_cache(maxsize=4096)
def parse(source: str) -> Expr:
    """The tree of an expression; XPathError when it is none."""
    if len(source) > LONGEST:
        raise XPathError("the expression is too long", "表达式太长")
    return Parser(source).whole()


class Parser:
    """A recursive-descent parser over one expression."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0
        self.depth = 0

    def whole(self) -> Expr:
        expr = self.binary(0)
        if self.at < len(self.tokens):
            raise self.wrong()
        return expr

    def wrong(self) -> XPathError:
        if self.at < len(self.tokens):
            return broken(self.source, self.tokens[self.at].at)
        return XPathError(
            f"the expression '{self.source}' ends too early", f"表达式“{self.source}”没有写完"
        )

    def peek(self, ahead: int = 0) -> Token:
        spot = self.at + ahead
        return self.tokens[spot] if spot < len(self.tokens) else Token("end", "", -1)

    def take(self) -> Token:
        token = self.peek()
        if token.kind == "end":
            raise self.wrong()
        self.at += 1
        return token

    def sees(self, *marks: str) -> bool:
        token = self.peek()
        return token.kind in ("mark", "name") and token.text in marks

    def skip(self, mark: str) -> bool:
        found = self.peek().kind == "mark" and self.peek().text == mark
        self.at += found
        return found

    def need(self, mark: str) -> None:
        if not self.skip(mark):
            raise self.wrong()

    def binary(self, level: int) -> Expr:
        if level == len(BINDS):
            return self.unary()
        left = self.binary(level + 1)
        while self.sees(*BINDS[level]):
            left = Binary(self.take().text, left, self.binary(level + 1))
        return left

    def unary(self) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise XPathError("the expression is nested too deeply", "表达式嵌套太深")
        expr: Expr = Negate(self.unary()) if self.skip("-") else self.union()
        self.depth -= 1
        return expr

    def union(self) -> Expr:
        left = self.path()
        while self.skip("|"):
            left = Binary("|", left, self.path())
        return left

    def path(self) -> Expr:
        token = self.peek()
        if token.kind == "mark" and token.text in ("/", "//"):
            return Path(None, (), True, self.steps(self.take().text))
        if not self.primary_next():
            return Path(None, (), False, self.steps(""))
        base = self.primary()
        predicates = self.predicates()
        steps = self.steps(self.take().text) if self.sees("/", "//") else ()
        return Path(base, predicates, False, steps) if predicates or steps else base

    def primary_next(self) -> bool:
        token = self.peek()
        if token.kind in ("literal", "number", "ref"):
            return True
        if token.kind == "name":
            return self.peek(1).text == "(" and token.text not in NODE_TESTS
        return token.text == "("

    def primary(self) -> Expr:
        token = self.take()
        if token.kind == "literal":
            return Literal(token.text[1:-1])
        if token.kind == "number":
            return Number(token.text)
        if token.kind == "ref":
            return Ref(token.text)
        if token.kind == "name":
            return Call(token.text, self.arguments())
        inner = self.binary(0)
        self.need(")")
        return inner

    def arguments(self) -> tuple[Expr, ...]:
        self.need("(")
        if self.skip(")"):
            return ()
        found = [self.binary(0)]
        while self.skip(","):
            found.append(self.binary(0))
        self.need(")")
        return tuple(found)

    def predicates(self) -> tuple[Expr, ...]:
        found = []
        while self.skip("["):
            found.append(self.binary(0))
            self.need("]")
        return tuple(found)

    def steps(self, before: str) -> tuple[Step, ...]:
        found = [Step(before, self.test(), self.predicates())]
        while self.sees("/", "//"):
            before = self.take().text
            found.append(Step(before, self.test(), self.predicates()))
        return tuple(found)

    def test(self) -> str:
        token = self.take()
        if token.text in (".", "..", "*"):
            return token.text
        if token.text == "@":
            return "@" + self.take().text
        if token.kind != "name":
            self.at -= 1
            raise self.wrong()
        if self.skip("::"):
            return f"{token.text}::{self.test()}"
        if token.text in NODE_TESTS and self.skip("("):
            self.need(")")
            return f"{token.text}()"
        return token.text
