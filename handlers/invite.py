"""Stations, the centre and managers ask people in: for one role, in one place, by telephone."""

from __future__ import annotations

from datetime import timedelta

from dialogue.ask import Choice, Line, Pick, Review, Words
from dialogue.dial import Dial, grouped
from dialogue.registry import Answer, conversation, way
from dialogue.say import lines, near, say
from domain.enrol import spaced
from domain.privacy import DataClass
from domain.roles import Right, Role
from domain.trouble import Refused
from storage.act import Act
from storage.invites import OPEN_FOR, NewInvite
from storage.look import Look
from storage.see.people import UnitRef

LONGEST = 40
SHOWN = 12
HOURS = OPEN_FOR // timedelta(hours=1)


def send(act: Act, new: NewInvite) -> Answer:
    """The link and the code are shown this once: nothing that is kept gives them back."""
    ticket = act.invite(new)
    until = near(act.local + OPEN_FOR, act.today)
    path = f"/join/{ticket.token}"
    text = lines(
        say("invite.made", name=new.name, hours=HOURS, until=until),
        say("invite.link", path=path),
        say("invite.spoken", code=spaced(ticket.spoken), phone=grouped(new.phone)),
        say("invite.then"),
    )
    return Answer(text, (way("invite"), way("newcomers")), link=f"{path}/card")


@conversation("invite", needs=Right.ENROL, then=send, carries=DataClass.ADULT, menu=10)
async def invite(look: Look) -> NewInvite:
    role = await _role(look)
    unit = await _unit(look, role)
    name = await Words(
        "invite.name",
        say("invite.name"),
        optional=False,
        longest=LONGEST,
        verdict=lambda said: None if _is_name(said) else say("invite.name_odd"),
    )
    phone = await Dial("invite.phone", say("invite.phone", name=name))
    await Review(
        "invite.review",
        say("invite.review"),
        lines=[
            Line("invite.role", say("invite.line.role"), say(f"role.{role.value}")),
            Line("invite.unit", say("invite.line.unit"), unit.names),
            Line("invite.name", say("invite.line.name"), name),
            Line("invite.phone", say("invite.line.phone"), grouped(phone)),
        ],
        submit=say("invite.submit"),
    )
    return NewInvite(role, unit.id, name, phone)


def _is_name(said: str) -> bool:
    """A telephone typed one step early is none."""
    return said.isprintable() and any(letter.isalpha() for letter in said)


async def _role(look: Look) -> Role:
    picks = [Pick(each.value, say(f"role.{each.value}")) for each in look.enrolled_by_me()]
    return Role(await Choice("invite.role", say("invite.role"), picks=picks))


async def _unit(look: Look, role: Role) -> UnitRef:
    """Kept by its number: the names of places may change."""
    homes = look.homes_of(role)
    if not homes:
        raise Refused("invite.no_home", role=say(f"role.{role.value}"))
    picks = [Pick(str(each.id), each.names) for each in homes]
    ask = say("invite.unit", role=say(f"role.{role.value}"))
    chosen = await Choice("invite.unit", ask, picks=picks, shown=SHOWN)
    return next(each for each in homes if str(each.id) == chosen)
