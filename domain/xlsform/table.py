"""What is carried of XLSForm, what is asked in another way, and what is refused."""

from dataclasses import dataclass
from typing import Literal

How = Literal["carried", "otherwise", "refused"]


@dataclass(frozen=True, slots=True)
class Support:
    """One line of the support table."""

    what: Literal["type", "function", "feature"]
    name: str
    how: How
    en: str = ""
    zh: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """How many arguments a function takes, what it gives, and whether lxml has it already."""

    least: int
    most: int
    gives: Literal["number", "bool", "text", "nodes", "any"]
    native: bool = False


MANY = 1_000
TYPES: dict[str, tuple[str, ...]] = {
    "text": ("text", "string", "q string", "add text prompt", "phone number"),
    "integer": (
        "integer",
        "int",
        "q int",
        "add integer prompt",
        "percentage",
        "number of days in last month",
        "number of days in last six months",
        "number of days in last year",
    ),
    "decimal": ("decimal", "q decimal", "add decimal prompt"),
    "range": ("range",),
    "date": ("date", "q date", "add date prompt"),
    "time": ("time",),
    "dateTime": (
        "dateTime",
        "datetime",
        "date time",
        "q date time",
        "q dateTime",
        "add date time prompt",
        "add dateTime prompt",
    ),
    "select_one": ("select one", "select one external", "select one using", "q select1"),
    "select_multiple": ("select all that apply", "select multiple using", "q select"),
    "rank": ("rank",),
    "acknowledge": ("acknowledge", "trigger", "q acknowledge", "add acknowledge prompt"),
    "note": ("note", "q note", "add note prompt"),
    "calculate": ("calculate", "q calculate", "add calculate prompt"),
    "hidden": ("hidden",),
    "image": ("photo", "image", "q picture", "q image", "add image prompt", "add photo prompt"),
    "audio": ("audio", "q audio", "add audio prompt"),
    "file": ("file", "add file prompt"),
    "geopoint": ("geopoint", "gps", "location", "q geopoint", "q location", "add location prompt"),
    "start": ("start", "get start time", "start time"),
    "end": ("end", "get end time", "end time"),
    "today": ("today", "get today"),
    "username": ("username", "uri:username"),
    "deviceid": ("deviceid", "imei", "get device id", "device id", "uri:deviceid"),
}
"""The type of an item, and the words of XLSForm (as pyxform gives them) that mean it."""

OTHERWISE: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "video": (
        "file",
        ("video", "q video", "add video prompt"),
        "a document about it, films are not taken",
        "改交说明文件，不收视频",
    ),
    "barcode": (
        "text",
        ("barcode", "q barcode", "add barcode prompt"),
        "the digits are typed",
        "输入条码上的数字",
    ),
    "phonenumber": (
        "hidden",
        (
            "phonenumber",
            "get phone number",
            "uri:phonenumber",
            "email",
            "uri:email",
            "simserial",
            "sim id",
            "get sim id",
            "uri:simserial",
            "subscriberid",
            "subscriber id",
            "get subscriber id",
            "uri:subscriberid",
        ),
        "stays empty: a chat has no SIM card",
        "留空，聊天里没有电话卡信息",
    ),
}
"""Types asked in another way: the item's type, XLSForm's words, and how."""

REFUSED: dict[str, tuple[str, str]] = {
    "geotrace": ("a line cannot be drawn in a chat", "聊天里不能画线"),
    "geoshape": ("an area cannot be drawn in a chat", "聊天里不能画区域"),
    "osm": ("no map editor in a chat", "聊天里没有地图编辑"),
    "background-audio": ("nobody is recorded without knowing", "不在背后录音"),
    "start-geopoint": ("nobody is located without asking", "不在背后定位"),
    "background-geopoint": ("nobody is located without asking", "不在背后定位"),
    "xml-external": ("external data come as CSV", "外部数据请用 CSV"),
    "loop": ("use begin repeat", "请用 begin repeat"),
}
"""Types refused, and why."""

NOTES: dict[str, tuple[str, str]] = {
    "rank": ("numbers in order, as 2 1 3", "按顺序输入编号，如 2 1 3"),
    "range": ("a number from start to end by step", "从起点到终点的数"),
    "geopoint": (
        "latitude and longitude are typed, kept coarse with two decimal places",
        "输入纬度和经度，只记大概位置（两位小数）",
    ),
    "acknowledge": ("one button", "一个按钮"),
    "image": (
        "JPEG, PNG or WebP of at most 10 MB, written anew without its place; web chat, terminal",
        "JPEG、PNG、WebP，最大 10 MB，去掉拍摄地点；网页聊天、终端",
    ),
    "audio": (
        "MP3, M4A, AAC, OGG, WAV or WebM of at most 10 MB; web chat, terminal",
        "MP3、M4A、AAC、OGG、WAV、WebM，最大 10 MB；网页聊天、终端",
    ),
    "file": (
        "PDF, docx, xlsx, plain text or CSV of at most 10 MB, no macros; web chat, terminal",
        "PDF、docx、xlsx、纯文本、CSV，最大 10 MB，不收宏；网页聊天、终端",
    ),
}

FUNCTIONS: dict[str, Signature] = {
    # XPath 1.0
    "last": Signature(0, 0, "number", native=True),
    "count": Signature(1, 1, "number", native=True),
    "local-name": Signature(0, 1, "text", native=True),
    "name": Signature(0, 1, "text", native=True),
    "contains": Signature(2, 2, "bool", native=True),
    "starts-with": Signature(2, 2, "bool", native=True),
    "substring-before": Signature(2, 2, "text", native=True),
    "substring-after": Signature(2, 2, "text", native=True),
    "substring": Signature(2, 3, "text", native=True),
    "string-length": Signature(0, 1, "number", native=True),
    "normalize-space": Signature(0, 1, "text", native=True),
    "translate": Signature(3, 3, "text", native=True),
    "not": Signature(1, 1, "bool", native=True),
    "boolean": Signature(1, 1, "bool", native=True),
    "true": Signature(0, 0, "bool", native=True),
    "false": Signature(0, 0, "bool", native=True),
    "floor": Signature(1, 1, "number", native=True),
    "ceiling": Signature(1, 1, "number", native=True),
    "position": Signature(0, 1, "number"),
    "string": Signature(0, 1, "text"),
    "number": Signature(0, 1, "number"),
    "concat": Signature(1, MANY, "text"),
    "sum": Signature(1, 1, "number"),
    "round": Signature(1, 2, "number"),
    # ODK XForms: of selects
    "selected": Signature(2, 2, "bool"),
    "selected-at": Signature(2, 2, "text"),
    "count-selected": Signature(1, 1, "number"),
    "jr:choice-name": Signature(2, 2, "text"),
    "jr:itext": Signature(1, 1, "text"),
    # of control
    "if": Signature(3, 3, "any"),
    "coalesce": Signature(2, 2, "any"),
    "once": Signature(1, 1, "any"),
    "regex": Signature(2, 2, "bool"),
    "boolean-from-string": Signature(1, 1, "bool"),
    "checklist": Signature(3, MANY, "bool"),
    "weighted-checklist": Signature(4, MANY, "bool"),
    "version": Signature(0, 0, "text"),
    # of nodes
    "instance": Signature(1, 1, "nodes"),
    "current": Signature(0, 0, "nodes"),
    "indexed-repeat": Signature(3, 7, "nodes"),
    "pulldata": Signature(4, 4, "text"),
    "count-non-empty": Signature(1, 1, "number"),
    # of text
    "join": Signature(2, MANY, "text"),
    "substr": Signature(2, 3, "text"),
    "ends-with": Signature(2, 2, "bool"),
    "digest": Signature(2, 3, "text"),
    "base64-decode": Signature(1, 1, "text"),
    # of numbers
    "int": Signature(1, 1, "number"),
    "min": Signature(1, MANY, "number"),
    "max": Signature(1, MANY, "number"),
    "pow": Signature(2, 2, "number"),
    "abs": Signature(1, 1, "number"),
    "sqrt": Signature(1, 1, "number"),
    "log": Signature(1, 1, "number"),
    "log10": Signature(1, 1, "number"),
    "exp": Signature(1, 1, "number"),
    "exp10": Signature(1, 1, "number"),
    "sin": Signature(1, 1, "number"),
    "cos": Signature(1, 1, "number"),
    "tan": Signature(1, 1, "number"),
    "asin": Signature(1, 1, "number"),
    "acos": Signature(1, 1, "number"),
    "atan": Signature(1, 1, "number"),
    "atan2": Signature(2, 2, "number"),
    "pi": Signature(0, 0, "number"),
    "random": Signature(0, 0, "number"),
    "uuid": Signature(0, 1, "text"),
    # of time
    "today": Signature(0, 0, "text"),
    "now": Signature(0, 0, "text"),
    "date": Signature(1, 1, "text"),
    "date-time": Signature(1, 1, "text"),
    "decimal-date-time": Signature(1, 1, "number"),
    "decimal-time": Signature(1, 1, "number"),
    "format-date": Signature(2, 2, "text"),
    "format-date-time": Signature(2, 2, "text"),
    # of places
    "area": Signature(1, 1, "number"),
    "distance": Signature(1, MANY, "number"),
}

REFUSED_FUNCTIONS: dict[str, tuple[str, str]] = {
    "randomize": ("use randomize=true in parameters", "请在 parameters 里写 randomize=true"),
    "extract-signed": ("signed data are not read", "不读签名数据"),
    "geofence": ("places are coarse here", "这里只有粗略位置"),
    "intersects": ("places are coarse here", "这里只有粗略位置"),
    "search": ("use select_one_from_file", "请用 select_one_from_file"),
    "id": ("forms have no XML ids", "表单没有 XML id"),
    "lang": ("forms have no xml:lang", "表单没有 xml:lang"),
    "namespace-uri": ("forms have no namespaces", "表单没有命名空间"),
    "property": ("nothing is read from the phone", "不读手机信息"),
}
"""Functions that the specification knows and that are refused, and why."""

FEATURES: tuple[Support, ...] = (
    Support("feature", "begin group", "carried", "a section", "一个部分"),
    Support(
        "feature",
        "begin repeat",
        "carried",
        "“add another”, or repeat_count",
        "“再加一个”或 repeat_count",
    ),
    Support("feature", "or_other", "carried", "one more text question", "多一道文字题"),
    Support("feature", "select_one_from_file", "carried", "CSV", "CSV"),
    Support("feature", "select_one ${name}", "carried", "choices from a repeat", "选项取自重复组"),
    Support("feature", "choice_filter", "carried"),
    Support(
        "feature", "required, relevant, constraint", "carried", "with their messages", "及其提示"
    ),
    Support("feature", "default, calculation, trigger", "carried"),
    Support("feature", "translations", "carried", "the code in brackets", "取括号里的代码"),
    Support("feature", "hint, guidance_hint", "carried"),
    Support(
        "feature", "csv-external, pulldata", "carried", "CSV beside the form", "表单旁边的 CSV"
    ),
    Support("feature", "randomize", "carried", "with seed", "含 seed"),
    Support("feature", "read_only", "otherwise", "shown as a note", "作为说明显示"),
    Support("feature", "appearance", "otherwise", "ignored", "忽略"),
    Support(
        "feature",
        "media::image, audio, video",
        "otherwise",
        "left out, named by check",
        "不显示，check 会列出",
    ),
    Support("feature", "audit", "otherwise", "the system's own log", "系统自己的日志"),
    Support(
        "feature", "entities, save_to", "otherwise", "ignored, named by check", "忽略，check 会列出"
    ),
    Support(
        "feature",
        "public_key",
        "otherwise",
        "answers are encrypted by the system",
        "答案由系统加密",
    ),
    Support(
        "feature",
        "last-saved#",
        "refused",
        "the bot offers last answers itself",
        "机器人自会提供上次答案",
    ),
    Support(
        "feature", "search()", "refused", "use select_one_from_file", "请用 select_one_from_file"
    ),
)


def kinds() -> dict[str, str]:
    """The type of an item by each word that XLSForm has for it."""
    found = {word: name for name, words in TYPES.items() for word in words}
    for name, words, _en, _zh in OTHERWISE.values():
        found |= dict.fromkeys(words, name)
    return found


def listed(word: str) -> str:
    """The line of the table on which a type stands."""
    for name, (_type, words, _en, _zh) in OTHERWISE.items():
        if word in words:
            return name
    return kinds().get(word, word)


def lines() -> tuple[Support, ...]:
    """The whole table: types, features, functions."""
    carried = [Support("type", name, "carried", *NOTES.get(name, ("", ""))) for name in TYPES]
    otherwise = [
        Support("type", name, "otherwise", en, zh)
        for name, (_type, _words, en, zh) in OTHERWISE.items()
    ]
    refused = [Support("type", name, "refused", *why) for name, why in REFUSED.items()]
    functions = [Support("function", name, "carried") for name in FUNCTIONS]
    missing = [
        Support("function", name, "refused", *why) for name, why in REFUSED_FUNCTIONS.items()
    ]
    return (*carried, *otherwise, *refused, *FEATURES, *functions, *missing)


HOW: dict[How, tuple[str, str]] = {
    "carried": ("支持", "carried"),
    "otherwise": ("换一种方式", "asked in another way"),
    "refused": ("不支持", "refused"),
}
"""The three ways, in Chinese and English."""


def as_markdown() -> str:
    """The table as it stands in docs/forms.md."""
    head = ["| | name | in a chat | 在聊天中 |", "|---|---|---|---|"]
    rows = [
        f"| {line.what} | `{line.name}` | {': '.join(filter(None, (HOW[line.how][1], line.en)))} "
        f"| {'：'.join(filter(None, (HOW[line.how][0], line.zh)))} |"
        for line in lines()
    ]
    return "\n".join([*head, *rows])
