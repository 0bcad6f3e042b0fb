"""The way home: first words, menu, help, language, large print, signing out everywhere."""

from __future__ import annotations

from dialogue.ask import Choice, Pick
from dialogue.read import plain
from dialogue.registry import Answer, Opening, conversation, conversations
from dialogue.say import lines, say
from domain.privacy import DataClass
from storage.act import Act
from storage.look import Look

NAMES = {"zh": "中文", "en": "English"}


def greet(act: Act, _: None) -> Answer:
    """It is a bot, what is recorded, who sees it; said once at the start and on request."""
    return Answer(say("greeting", name=act.account.name))


@conversation("start", needs=None, then=greet, carries=DataClass.INTERNAL)
async def start(look: Look) -> None:
    return None


def show_menu(act: Act, _: None) -> Answer:
    return Answer(say("menu"))


@conversation("menu", needs=None, then=show_menu, carries=DataClass.INTERNAL)
async def menu(look: Look) -> None:
    return None


def show_help(act: Act, _: None) -> Answer:
    """What this person can say, with its words; and whom to call."""
    known = [
        say("help.line", word=Opening(each.name), what=say(f"about.{each.name}"))
        for each in sorted(conversations.by_name.values(), key=lambda each: each.menu or 99)
        if each.open_to(act.account)
    ]
    phone = act.look.station_phone()
    people = say("help.people", phone=phone) if phone else None
    return Answer(lines(say("help.head"), *known, say("help.controls"), people))


@conversation("help", needs=None, then=show_help, carries=DataClass.INTERNAL, menu=31)
async def help_(look: Look) -> None:
    return None


def speak(act: Act, lang: str) -> Answer:
    act.set_language(lang)
    return Answer(say("language.now"), lang=lang)


@conversation("language", needs=None, then=speak, carries=DataClass.INTERNAL, menu=30)
async def language(look: Look) -> str:
    other = "en" if look.account.lang == "zh" else "zh"
    said = plain(look.frame.said)
    for code, name in NAMES.items():
        if said in (code, plain(name)):
            return code
    picks = [Pick(code, NAMES[code]) for code in (other, look.account.lang)]
    return await Choice("language", say("language.which"), picks=picks)


def enlarge(act: Act, large: bool) -> Answer:
    act.set_large(large)
    return Answer(say("large.on" if large else "large.off"))


@conversation("large", needs=None, then=enlarge, carries=DataClass.INTERNAL)
async def large(look: Look) -> bool:
    return not look.account.large


def leave(act: Act, _: None) -> Answer:
    act.sign_out()
    return Answer(say("signed_out"))


@conversation("signout", needs=None, then=leave, carries=DataClass.INTERNAL)
async def sign_out(look: Look) -> None:
    return None
