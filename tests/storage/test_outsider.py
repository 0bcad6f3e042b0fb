"""Whoever asks sees exactly what domain.roles says, by every method of Look, and no more.

Deny by default: a right holds by role and relation at the moment of use. The
expected side is worked out from RIGHTS alone; a method of Look without a probe fails.
"""

from __future__ import annotations

import pytest
from sqlalchemy import update

from domain.roles import RIGHTS, Reach, Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.look import Look
from tests.storage.conftest import Filled
from tests.storage.probes import NEAR, PROBES, YEAR, Asked, asked
from tests.town import JOINED


def check_all(a: Asked) -> None:
    for name, (probe, due) in PROBES.items():
        assert set(probe(a)) == set(due(a)), name


def test_every_method_of_look_has_a_probe() -> None:
    methods = {name for name, what in vars(Look).items() if callable(what) and name[0] != "_"}
    assert methods == set(PROBES)


@pytest.mark.parametrize(
    ("role", "place"),
    [(role, place) for role in Role for place in (NEAR if RIGHTS[role] else ("elm",))]
    + [(role, "far") for role in (Role.LOVING_MOTHER, Role.STATION_WORKER, Role.MANAGER)],
)
def test_each_role_sees_what_the_table_of_rights_says(
    filled: Filled, role: Role, place: str
) -> None:
    with asked(filled, filled.staff[role, place]) as a:
        check_all(a)


@pytest.mark.parametrize(
    "name",
    ["王妈妈", "李主任", "周主任", "陈站长", "何中心", "钱协调", "孙经理", "吴站长", "郑妈妈"],
)
def test_the_people_of_the_town_see_what_is_theirs(filled: Filled, name: str) -> None:
    with asked(filled, filled.town.people[name]) as a:
        check_all(a)


def test_there_is_something_to_be_seen(filled: Filled) -> None:
    """Else the tests above would find nothing because there is nothing."""
    with asked(filled, filled.town.people["李主任"]) as a:
        for name in ("risks", "scores", "visits", "held", "my_visits", "to_confirm", "paired"):
            assert list(PROBES[name][0](a)), name
        assert set(PROBES["attachment"][0](a)) not in (set(), a.world.files)
    with asked(filled, filled.town.people["陈站长"]) as a:
        for name in ("flags", "alerts"):
            assert list(PROBES[name][0](a)), name
    with asked(filled, filled.town.people["王妈妈"]) as a:
        for name in ("my_alerts", "my_points", "my_entries", "my_place", "last_held", "my_drafts"):
            assert list(PROBES[name][0](a)), name


OPEN = {"form", "village_of"}  # forms and names of places are public
HELP = {"station_phone", "phones"}  # whom to call in danger is told to everybody (decision 0020)
SELF = {"my_drafts", "my_alerts", "police_reports"}  # what one wrote oneself, without the child


def leave(person_id: int) -> object:
    return update(t.post).where(t.post.c.person_id == person_id).values(until=JOINED)


@pytest.mark.parametrize("name", ["李主任", "王妈妈", "陈站长", "何中心", "钱协调"])
def test_whose_post_has_ended_sees_nothing_any_more(filled: Filled, name: str) -> None:
    person = filled.town.people[name]
    with asked(filled, person, leave(person)) as a:
        check_all(a)
        for method, (probe, _) in PROBES.items():
            if method not in OPEN | HELP | SELF:
                assert set(probe(a)) <= {False}, method
        assert {each.child for each in a.look.my_drafts()} <= {None}
        assert {each.child_code for each in a.look.my_alerts()} <= {None}


def test_a_mother_whose_pairing_has_ended_keeps_her_points_and_sees_no_child(
    filled: Filled,
) -> None:
    mother = filled.town.people["王妈妈"]
    part = update(t.pairing).where(t.pairing.c.mother_id == mother).values(until=JOINED)
    with asked(filled, mother, part) as a:
        check_all(a)
        assert a.look.my_points(YEAR).booked > 0
        assert {each.child_code for each in a.look.my_alerts()} <= {None}
        assert [each.child for each in a.look.my_drafts()] == [None]
        for method in ("my_children", "child", "visits", "last_held", "my_visits", "held"):
            assert not set(PROBES[method][0](a)), method


def test_a_draft_names_its_child_while_the_child_is_in_reach(filled: Filled) -> None:
    with asked(filled, filled.town.people["王妈妈"]) as a:
        (draft,) = a.look.my_drafts()
        assert draft.child is not None
        assert (draft.child.code, draft.conversation) == ("小满-01", "contact")


def test_a_mother_is_not_told_when_the_next_visit_is_due(filled: Filled) -> None:
    """It would tell her the level: a red child is visited each week."""
    with asked(filled, filled.town.people["王妈妈"]) as a:
        (child,) = a.look.my_children(Right.SEE_CHILD)
        assert (child.next_visit, child.last_seen) == (None, None)


def test_totals_of_visits_are_shown_only_with_the_right_to_scores(filled: Filled) -> None:
    executive = filled.staff[Role.FEDERATION_EXECUTIVE, "elm"]
    with asked(filled, executive) as a:
        child = a.look.child("小满-02", Right.SEE_CHILD)
        assert [each.total for each in a.look.visits(child, Right.SEE_CHILD)] == [None]
    with asked(filled, filled.town.people["李主任"]) as a:
        child = a.look.child("小满-02", Right.SEE_CHILD)
        assert [each.total for each in a.look.visits(child, Right.SEE_CHILD)] == [83]


def test_a_child_who_has_left_is_seen_by_nobody(filled: Filled) -> None:
    gone = update(t.child).where(t.child.c.code == "小满-01").values(active=False)
    for name in ("王妈妈", "李主任", "陈站长", "何中心"):
        with asked(filled, filled.town.people[name], gone) as a:
            for right in Right:
                assert "小满-01" not in {each.code for each in a.look.my_children(right)}
                with pytest.raises(Refused):
                    a.look.child("小满-01", right)


def test_no_right_reaches_further_than_the_table_says() -> None:
    """Reaches by places are given to posts in places, ASSIGNED to loving mothers only."""
    assigned = {role for role, rights in RIGHTS.items() if Reach.ASSIGNED in rights.values()}
    assert assigned == {Role.LOVING_MOTHER}
    assert set(RIGHTS) == set(Role)
