"""Every conversation, begun by every role: it opens for those with the right, and for them only."""

from __future__ import annotations

import pytest

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from dialogue.say import put, say
from domain.library import packaged
from domain.roles import RIGHTS, Role
from storage import tables as t
from storage.founding import Founding, NewPerson
from tests.town import JOINED, Somebody, Town


def newcomer(town: Town, role: Role) -> Somebody:
    """Somebody of this role in 榆树村 who has met the bot."""
    with town.store.work() as db:
        person = NewPerson(role.value, role.value, role, JOINED)
        made = Founding(db, town.store.keys).person(person, town.units["elm"])
        db.execute(t.person.update().values(greeted=True))
    return Somebody(town.turns(conversations, packaged()), made)


@pytest.mark.parametrize("role", Role)
def test_a_conversation_opens_for_roles_with_the_right_only(fresh_town: Town, role: Role) -> None:
    who = newcomer(fresh_town, role)
    refusal = put(say("not_allowed"), "zh")
    for name, conversation in conversations.by_name.items():
        who.say(f"/{name}")
        allowed = conversation.needs is None or conversation.needs in RIGHTS[role]
        assert (refusal not in who.text) == allowed, name


@pytest.mark.parametrize(
    "role", [Role.LOVING_MOTHER, Role.CHILD_DIRECTOR, Role.STATION_WORKER, Role.EXPERT]
)
def test_the_menu_and_the_help_offer_nothing_that_would_be_refused(
    fresh_town: Town, role: Role
) -> None:
    who = newcomer(fresh_town, role)
    who.say("菜单")
    offered = [button["data"] for button in who.body["buttons"]]
    assert offered
    for word in offered:
        who.say(word)
        assert put(say("not_allowed"), "zh") not in who.text, word
        who.say("取消")


def test_a_role_that_ends_in_the_middle_ends_the_conversation(fresh_town: Town) -> None:
    director = Somebody(fresh_town.turns(conversations, packaged()), fresh_town.people["李主任"])
    director.say("走访 小榆")
    with fresh_town.store.work() as db:
        mine = t.post.c.person_id == director.person_id
        db.execute(t.post.update().where(mine).values(until=JOINED))
    director.say("今天")
    assert put(say("not_allowed"), "zh") in director.text
    director.say("草稿")
    assert "哪一天" not in director.text


def test_a_child_who_is_handed_over_in_the_middle_ends_the_draft(fresh_town: Town) -> None:
    """Nothing that was kept of her is recorded, and nothing further is shown."""
    director = Somebody(fresh_town.turns(conversations, packaged()), fresh_town.people["李主任"])
    director.say("走访")
    director.say("小榆")
    director.say("今天")
    with fresh_town.store.work() as db:
        moved = t.child.c.code == "小满-01"
        other = t.unit.c.id == fresh_town.units["camphor"]
        path = db.execute(t.unit.select().where(other)).one().path
        values = {"unit_id": fresh_town.units["camphor"], "path": path}
        db.execute(t.child.update().where(moved).values(values))
    director.press("入户")
    assert "已不再有效" in director.text or "职责范围" in director.text
    assert "见到孩子本人" not in director.text
