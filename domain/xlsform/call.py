"""The functions that need more than their name when an expression is rewritten."""

import re
from datetime import datetime
from typing import Literal

from lxml import etree

from domain.xlsform.date import format_stamp
from domain.xlsform.func import SPACE, Function, Key, pattern
from domain.xlsform.item import Item
from domain.xlsform.path import Said, Special, Writer, quote
from domain.xlsform.rule import Rule
from domain.xlsform.scope import Kind, Scope, item_kind, nearest
from domain.xlsform.xpath import Expr, Path, Ref, Step, XPathError
from domain.xlsform.xpath import Literal as Text

Functions = dict[Key, Function]
HERE = Path(None, (), False, (Step("", "."),))
SAMPLE = datetime(2024, 1, 2)  # noqa: DTZ001  any day, to try a format on


def negation(write: Writer, arg: Expr) -> Said:
    return f"not({write.truth(arg)})", "bool"


def boolean(write: Writer, arg: Expr) -> Said:
    return write.truth(arg), "bool"


def floor(write: Writer, arg: Expr) -> Said:
    return f"floor({write.amount(arg)})", "number"


def ceiling(write: Writer, arg: Expr) -> Said:
    return f"ceiling({write.amount(arg)})", "number"


def number(write: Writer, arg: Expr | None = None) -> Said:
    return f"y:number({write.write(arg or HERE)[0]})", "number"


def string(write: Writer, arg: Expr | None = None) -> Said:
    return f"y:string({write.write(arg or HERE)[0]})", "text"


def string_length(write: Writer, arg: Expr | None = None) -> Said:
    return f"string-length({string(write, arg)[0]})", "number"


def normalize_space(write: Writer, arg: Expr | None = None) -> Said:
    return f"normalize-space({string(write, arg)[0]})", "text"


def substring(write: Writer, text: Expr, *spots: Expr) -> Said:
    numbers = ", ".join(write.amount(spot) for spot in spots)
    return f"substring({string(write, text)[0]}, {numbers})", "text"


def choose(write: Writer, test: Expr, yes: Expr, no: Expr) -> Said:
    first, second = write.write(yes), write.write(no)
    kind: Kind = first[1] if first[1] == second[1] else "any"
    return f"y:if({write.truth(test)}, {first[0]}, {second[0]})", kind


def coalesce(write: Writer, one: Expr, other: Expr) -> Said:
    first, second = write.write(one), write.write(other)
    kind: Kind = first[1] if first[1] == second[1] else "any"
    return f"y:coalesce({first[0]}, {second[0]})", kind


def regex(write: Writer, value: Expr, wanted: Expr) -> Said:
    if isinstance(wanted, Text):
        try:
            pattern(wanted.text)
        except re.error as error:
            raise XPathError(
                f"'{wanted.text}' is no regular expression: {error}",
                f"“{wanted.text}”不是正则表达式：{error}",
            ) from error
    return f"y:regex({write.write(value)[0]}, {write.write(wanted)[0]})", "bool"


def format_date(write: Writer, value: Expr, wanted: Expr) -> Said:
    if isinstance(wanted, Text):
        try:
            format_stamp(SAMPLE, wanted.text)
        except ValueError as error:
            raise XPathError(
                f"%{error} is no sign of a date format", f"日期格式里没有 %{error}"
            ) from error
    return f"y:format-date({write.write(value)[0]}, {write.write(wanted)[0]})", "text"


def now(write: Writer) -> Said:
    write.wants.add("now")
    return "$now", "dates"


def today(write: Writer) -> Said:
    write.wants.add("today")
    return "$today", "dates"


def random(write: Writer) -> Said:
    write.randoms += 1
    return f"$random{write.randoms - 1}", "number"


def uuid(write: Writer, length: Expr | None = None) -> Said:
    write.uuids += 1
    name = f"$uuid{write.uuids - 1}"
    return (f"y:substr({name}, 0, {write.amount(length)})" if length else name), "text"


def once(write: Writer, arg: Expr) -> Said:
    write.kept = True
    return write.write(arg)


def version(write: Writer) -> Said:
    return quote(write.scope.version), "text"


def current(write: Writer) -> Said:
    return "$c", write.follow(write.home, Path(None, (), False, ()))


def position(write: Writer, arg: Expr | None = None) -> Said:
    if arg is None:
        return "position()", "number"
    write.place = True
    if isinstance(arg, Ref):
        return f"y:position({write.ref(write.scope.named(arg.name), itself=True)[0]})", "number"
    return f"y:position({write.write(arg)[0]})", "number"


def indexed_repeat(write: Writer, target: Expr, *pairs: Expr) -> Said:
    """The node in the instance of so many repeats: each is picked by its number."""
    if not isinstance(target, Ref) or len(pairs) % 2:
        raise XPathError(
            "indexed-repeat() takes ${name}, ${repeat}, number",
            "indexed-repeat() 的写法是 ${字段}, ${重复组}, 序号",
        )
    goal = write.scope.named(target.name)
    text, path = "", ""
    for repeat, at in zip(pairs[::2], pairs[1::2], strict=True):
        step = write.scope.named(repeat.name) if isinstance(repeat, Ref) else None
        if step is None or step.kind != "repeat" or not goal.path.startswith(step.path + "/"):
            raise XPathError(
                f"indexed-repeat() needs a repeat around ${{{target.name}}}",
                f"indexed-repeat() 需要一个包含 ${{{target.name}}} 的重复组",
            )
        start = write.ref(step)[0] if not path else text + step.path[len(path) :]
        text, path = f"y:at({start}, {write.amount(at)})", step.path
    write.look(goal.path, write.shared(goal.path[: len(path)], itself=False), many=True)
    return text + goal.path[len(path) :], item_kind(goal)


def instance(write: Writer, arg: Expr) -> Said:
    if not isinstance(arg, Text) or arg.text not in write.scope.lists:
        name = arg.text if isinstance(arg, Text) else "…"
        hint = nearest(name, write.scope.lists)
        raise XPathError(
            f"instance('{name}') is no list of this form{hint[0]}",
            f"本表单没有列表 instance('{name}'){hint[1]}",
        )
    return f"y:instance({quote(arg.text)})", "nodes"


def pulldata(write: Writer, file: Expr, *rest: Expr) -> Said:
    if not isinstance(file, Text):
        raise XPathError(
            "pulldata() needs the file's name in quotes", "pulldata() 的文件名要加引号"
        )
    name = file.text.removesuffix(".csv")
    write.scope.pulled.add(name)
    written = ", ".join(write.write(arg)[0] for arg in rest)
    return f"y:pulldata({quote(name)}, {written})", "text"


def jr_choice_name(write: Writer, value: Expr, question: Expr) -> Said:
    target = asked(write, question)
    write.wants.add("lang")
    return f"y:choice-name({write.write(value)[0]}, {quote(target.path)}, $lang)", "text"


def asked(write: Writer, question: Expr) -> Item:
    """The question that jr:choice-name speaks of: `'${name}'`, or a path in quotes."""
    if isinstance(question, Ref):
        return write.scope.named(question.name)
    text = question.text.strip() if isinstance(question, Text) else ""
    if match := re.fullmatch(r"\$\{\s*([^}]+?)\s*\}", text):
        return write.scope.named(match.group(1))
    first, _, path = text.removeprefix("/").partition("/")
    if first in write.scope.roots and path in write.scope.by_path:
        return write.scope.by_path[path]
    raise XPathError(
        "jr:choice-name() needs the question as '${name}'",
        "jr:choice-name() 的第二个参数写作 '${字段}'",
    )


def jr_itext(write: Writer, arg: Expr) -> Said:
    write.wants.add("lang")
    return f"y:itext({write.write(arg)[0]}, $lang)", "text"


SPECIAL: Special = {
    "not": negation,
    "boolean": boolean,
    "floor": floor,
    "ceiling": ceiling,
    "number": number,
    "string": string,
    "string-length": string_length,
    "normalize-space": normalize_space,
    "substring": substring,
    "if": choose,
    "coalesce": coalesce,
    "regex": regex,
    "format-date": format_date,
    "format-date-time": format_date,
    "now": now,
    "today": today,
    "random": random,
    "uuid": uuid,
    "once": once,
    "version": version,
    "current": current,
    "position": position,
    "indexed-repeat": indexed_repeat,
    "instance": instance,
    "pulldata": pulldata,
    "jr:choice-name": jr_choice_name,
    "jr:itext": jr_itext,
}


def compiled(
    scope: Scope,
    functions: Functions,
    source: str,
    home: str,
    wanted: Literal["bool", "any"] = "any",
) -> Rule:
    """An expression that stands at an item, ready to run; XPathError says what is wrong."""
    writer = Writer(scope, home, SPECIAL)
    return finished(writer, functions, source, writer.whole(source, wanted))


def filtered(scope: Scope, functions: Functions, source: str, home: str, nodes: str = "") -> Rule:
    """A choice_filter: the items of a list, or the nodes of a repeat, for which it holds."""
    writer = Writer(scope, home, SPECIAL)
    if nodes:
        target = scope.named(nodes)
        around = around_of(scope, target)
        start, _ = writer.ref(around)
        writer.ref(target)
        rest = target.path[len(around.path) + 1 :]
        test = held(writer, source)
        text = f"{start}[y:bool({rest}) and {test}]/{rest}"
        writer.opaque = True
    else:
        text = f"item[{held(writer, source)}]"
    return finished(writer, functions, source, text)


def held(writer: Writer, source: str) -> str:
    """The filter as a boolean, its bare names meaning columns."""
    if not source:
        return "true()"
    writer.inside += 1
    text = writer.whole(source, "bool")
    writer.inside -= 1
    return text


def around_of(scope: Scope, target: Item) -> Item:
    depths = scope.repeats(target.path)
    steps = target.path.split("/")
    if not depths or depths[-1] == len(steps):
        raise XPathError(
            f"${{{target.name}}} is not in a repeat: no choices come from it",
            f"${{{target.name}}} 不在重复组里，不能作为选项来源",
        )
    return scope.by_path["/".join(steps[: depths[-1]])]


def finished(writer: Writer, functions: Functions, source: str, text: str) -> Rule:
    try:
        run = etree.XPath(
            text, namespaces={SPACE: SPACE}, extensions=functions, smart_strings=False
        )
    except etree.XPathError as error:
        raise XPathError(f"cannot read '{source}': {error}", f"读不懂“{source}”") from error
    looks = tuple(writer.looks)
    fickle = writer.opaque or writer.kept or writer.place or writer.randoms or writer.uuids
    items = writer.scope.by_path
    moving = any(x.many or x.shared or items[x.path].kind != "question" for x in looks)
    return Rule(
        source=source,
        run=run,
        looks=looks,
        wants=frozenset(writer.wants),
        randoms=writer.randoms,
        uuids=writer.uuids,
        place=writer.place,
        opaque=writer.opaque,
        kept=writer.kept,
        steady=None if fickle or moving or writer.wants else tuple(x.path for x in looks),
    )
