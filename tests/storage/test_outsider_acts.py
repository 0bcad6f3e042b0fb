"""Nobody writes where the table of rights does not reach: Refused, and no row is changed.

Every public method of Act stands here: with what an outsider tries, or as one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from dialogue.registry import Answer
from dialogue.show import show_answer
from domain.roles import Grant, Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.act import Act
from storage.do.ledger import Award
from storage.do.visits import NewVisit
from storage.look import Look
from storage.see.children import ChildRef
from tests.storage import enrolling
from tests.storage.conftest import Filled
from tests.storage.filled import look_as, look_of
from tests.town import JOINED

DAY = date(2026, 11, 23)
OWN = {
    "audit": "writes the deed down under one's own name",
    "raise_for": "the call for help is everybody's; nothing of the child comes back",
    "tell": "queues a message; who is told is the handler's to choose",
    "set_language": "one's own",
    "set_large": "one's own",
    "set_ranked": "one's own",
    "sign_out": "one's own",
    "restore_draft": "one's own",
}


@dataclass
class Scene:
    """The filled town in one transaction, which is taken back at the end."""

    filled: Filled
    db: Connection
    number: int = 500

    def look(self, who: str | int) -> Look:
        town = self.filled.town
        person = town.people[who] if isinstance(who, str) else who
        return look_of(town.store, self.db, person, town)

    def act(self, who: str | int, *more: Grant) -> Act:
        """As this person, perhaps with further grants, in a conversation of her own."""
        look = self.look(who)
        account = replace(look.account, grants=(*look.account.grants, *more))
        self.number += 1
        town = self.filled.town
        look = look_as(town.store, self.db, account, town)
        return Act(look, town.clock.now, self.number, show_answer)

    def child(self, code: str) -> ChildRef:
        """A reference to any child, however one came by it."""
        return self.look("何中心").child(code, Right.SEE_CHILD)

    def one(self, table: Any, *where: Any) -> Any:
        return self.db.execute(select(table).where(*where).order_by(table.c.id)).first()

    @property
    def visit(self) -> Any:
        return self.one(t.visit, t.visit.c.kind == "visit")

    @property
    def contact(self) -> Any:
        return self.one(t.visit, t.visit.c.kind == "contact")

    @property
    def line(self) -> Any:
        """A line that waits: of 王妈妈, for 小榆."""
        return self.one(t.entry, t.entry.c.state == "pending")

    @property
    def flag(self) -> Any:
        return self.one(t.flag, t.flag.c.state == "suspected")

    @property
    def alert(self) -> Any:
        return self.one(t.alert, t.alert.c.state == "open")

    @property
    def noted(self) -> Any:
        """An alert of 李主任's of which he has noted that the police know."""
        return self.one(t.alert, t.alert.c.police_at.is_not(None))

    def leave(self, name: str) -> None:
        mine = t.post.c.person_id == self.filled.town.people[name]
        self.db.execute(update(t.post).where(mine).values(until=JOINED))

    def part(self, name: str) -> None:
        mine = t.pairing.c.mother_id == self.filled.town.people[name]
        self.db.execute(update(t.pairing).where(mine).values(until=JOINED))


@pytest.fixture
def scene(filled: Filled) -> Iterator[Scene]:
    with filled.town.store.engine.connect() as db, db.begin() as work:
        yield Scene(filled, db)
        work.rollback()


def new(child: ChildRef, kind: str = "visit", supersedes: int | None = None) -> NewVisit:
    held: dict[str, Any] = {"answers": {}, "whys": {}, "stale": {}, "urgent": []}
    return NewVisit(kind, child, DAY, "home", True, 30, kind, "1", held, None, supersedes)


def notice(receipt: str, phone: str, manned: bool) -> Answer:
    return Answer(f"{receipt} {phone} {manned}")


def task(codes: Iterable[str]) -> Callable[[str, str, bool], Answer]:
    return notice


def log(kind: str, code: str) -> Callable[[Scene, Act], object]:
    return lambda s, act: act.record(new(s.child(code), kind))


def alarm(code: str) -> Callable[[Scene, Act], object]:
    return lambda s, act: act.raise_alert("k", ("EM07",), s.child(code), notice)


Try = Callable[[Scene, Act], object]
TRIES: dict[str, list[tuple[str, Try]]] = enrolling.TRIES | {
    "record": [
        ("周主任", log("visit", "小满-01")),
        ("周主任", log("contact", "谷雨-01")),
        ("王妈妈", log("visit", "小满-01")),
        ("王妈妈", log("contact", "小满-02")),
        ("郑妈妈", log("contact", "小满-01")),
        ("陈站长", log("visit", "小满-01")),
        ("钱协调", log("visit", "小满-01")),
        ("周主任", lambda s, act: act.record(new(s.child("谷雨-01"), "visit", s.visit.id))),
    ],
    "withdraw": [
        (who, lambda s, act: act.withdraw(s.visit.id)) for who in ("周主任", "陈站长", "王妈妈")
    ]
    + [("李主任", lambda s, act: act.withdraw(s.contact.id))],
    "award": [
        ("郑妈妈", lambda s, act: act.award(Award("P01", "visit:X", DAY, s.child("小满-01").id))),
        ("王妈妈", lambda s, act: act.award(Award("P01", "visit:X", DAY, s.child("小满-02").id))),
        ("李主任", lambda s, act: act.award(Award("P01", "visit:X", DAY, s.child("小满-01").id))),
        ("李主任", lambda s, act: act.award(Award("P09", "meeting:X", DAY))),
    ],
    "settle": [
        (who, lambda s, act: act.settle(s.line.id, booked=True))
        for who in ("周主任", "王妈妈", "陈站长", "郑妈妈", "孙经理")
    ]
    + [("李主任", lambda s, act: act.settle(999_999, booked=True))],
    "raise_alert": [
        ("周主任", alarm("小满-01")),
        ("王妈妈", alarm("小满-02")),
        ("吴站长", alarm("小满-01")),
        ("钱协调", alarm("小满-01")),
        ("孙经理", alarm("小满-01")),
    ],
    "correct_police": [
        (who, lambda s, act: act.correct_police(s.noted.id))
        for who in ("王妈妈", "周主任", "吴站长", "钱协调")
    ]
    + [("王妈妈", lambda s, act: act.correct_police(s.alert.id))],
    "report_police": [
        (who, lambda s, act: act.report_police(s.alert.id))
        for who in ("周主任", "吴站长", "郑妈妈")
    ],
    "answer_alert": [
        (who, lambda s, act: act.answer_alert(s.alert.id, "false_alarm", "x"))
        for who in ("李主任", "王妈妈", "吴站长", "钱协调")
    ],
    "raise_priority": [
        (who, lambda s, act: act.raise_priority("k", s.child("小满-01"), {"P1": {}}, task))
        for who in ("周主任", "吴站长", "钱协调", "郑妈妈")
    ],
    "close_flag": [
        (who, lambda s, act: act.close_flag(s.flag.id, "x"))
        for who in ("李主任", "王妈妈", "吴站长", "钱协调")
    ],
    "decide_flag": [
        (who, lambda s, act: act.decide_flag(s.flag.id, confirmed=False, reason="x"))
        for who in ("李主任", "王妈妈", "吴站长", "钱协调")
    ],
}


def refused(scene: Scene, act: Act, deed: Try) -> None:
    before = changes(scene.db)
    with pytest.raises(Refused):
        deed(scene, act)
    assert changes(scene.db) == before


def changes(db: Connection) -> int:
    """Rows that were ever added, changed or removed here (SQLite counts them)."""
    return int(db.exec_driver_sql("SELECT total_changes()").scalar() or 0)


def test_every_method_of_act_is_tried_or_ones_own() -> None:
    methods = {name for name, what in vars(Act).items() if callable(what) and name[0] != "_"}
    assert methods == set(TRIES) | set(OWN)


@pytest.mark.parametrize(
    ("method", "number"),
    [(name, number) for name, tries in TRIES.items() for number in range(len(tries))],
)
def test_an_outsider_changes_nothing(scene: Scene, method: str, number: int) -> None:
    who, deed = TRIES[method][number]
    refused(scene, scene.act(who), deed)


@pytest.mark.parametrize("method", TRIES)
def test_somebody_without_any_role_changes_nothing(scene: Scene, method: str) -> None:
    nobody = scene.filled.staff[Role.ADMINISTRATOR, "elm"]
    for _, deed in TRIES[method]:
        refused(scene, scene.act(nobody), deed)


def test_a_director_whose_post_has_ended_changes_nothing(scene: Scene) -> None:
    scene.leave("李主任")
    for deed in (
        log("visit", "小满-01"),
        lambda s, act: act.withdraw(s.visit.id),
        lambda s, act: act.settle(s.line.id, booked=True),
        alarm("小满-01"),
    ):
        refused(scene, scene.act("李主任"), deed)


def test_a_mother_whose_pairing_has_ended_changes_nothing(scene: Scene) -> None:
    contact = scene.db.execute(
        update(t.visit)
        .where(t.visit.c.kind == "contact")
        .values(recorded_at=scene.filled.town.clock.now)
    )
    assert contact.rowcount
    scene.part("王妈妈")
    for deed in (
        log("contact", "小满-01"),
        lambda s, act: act.withdraw(s.contact.id),
        lambda s, act: act.award(Award("P01", "visit:X", DAY, s.child("小满-01").id)),
        alarm("小满-01"),
    ):
        refused(scene, scene.act("王妈妈"), deed)


def test_a_reporter_may_always_say_that_the_police_know(scene: Scene) -> None:
    """Her own alert, also after her post: nothing is shown, and the child is safer."""
    alert = scene.one(t.alert, t.alert.c.reporter_id == scene.filled.town.people["王妈妈"])
    scene.leave("王妈妈")
    receipt, _ = scene.act("王妈妈").report_police(alert.id)
    assert receipt == alert.receipt


def test_the_call_for_help_is_open_to_everybody(scene: Scene) -> None:
    """A coordinator, somebody without any role: of the place where they belong, of no child."""
    nobody = scene.filled.staff[Role.ADMINISTRATOR, "elm"]
    for who in ("钱协调", nobody):
        act = scene.act(who)
        raised = act.raise_alert(f"k/{who}", ("EM07",), None, notice)
        row = scene.one(t.alert, t.alert.c.id == raised.id)
        assert (row.child_id, row.reporter_id) == (None, act.account.id)
        assert "centre" in raised.told or raised.told == {"only_centre"}


def test_a_call_about_a_child_out_of_reach_shows_nothing_of_the_child(scene: Scene) -> None:
    """Her draft was begun when the child was hers: the child's own station hears of it."""
    act = scene.act("周主任")
    raised = act.raise_for("k", ("EM07",), "芒种-01", notice)
    told = select(t.notice.c.person_id).where(t.notice.c.alert_id == raised.id)
    people = scene.filled.town.people
    heard = set(scene.db.execute(told).scalars())
    assert people["吴站长"] in heard
    assert people["陈站长"] not in heard
    (mine,) = [each for each in act.look.my_alerts() if each.id == raised.id]
    assert mine.child_code is None
    with pytest.raises(Refused):
        act.look.child("芒种-01", Right.SEE_CHILD)


def test_a_wrong_report_to_the_police_is_corrected_and_both_stay_in_the_audit(
    scene: Scene,
) -> None:
    for who in ("李主任", "陈站长"):
        scene.act("李主任").report_police(scene.alert.id)
        alert = scene.noted
        scene.act(who).correct_police(alert.id)
        assert scene.one(t.alert, t.alert.c.id == alert.id).police_at is None
        deeds = select(t.audit.c.action).where(t.audit.c.subject == f"alert:{alert.receipt}")
        assert {"alert.police", "alert.police.wrong"} <= set(scene.db.execute(deeds).scalars())
        refused(scene, scene.act(who), lambda s, act: act.correct_police(alert.id))  # noqa: B023


def test_nobody_confirms_her_own_points(scene: Scene) -> None:
    """Not even with the right to confirm for that child."""
    town = scene.filled.town
    village = town.units["elm"]
    path = scene.one(t.unit, t.unit.c.id == village).path
    act = scene.act("王妈妈", Grant(Role.CHILD_DIRECTOR, village, path))
    assert act.account.may(Right.CONFIRM_POINTS)
    assert scene.line.person_id == act.account.id
    assert act.look.to_confirm() == []
    refused(scene, act, lambda s, act: act.settle(s.line.id, booked=True))


def test_points_of_another_village_are_settled_by_its_own_director(scene: Scene) -> None:
    """What the director of 樟树村 was refused, the one of 榆树村 does, once."""
    line = scene.line
    scene.act("李主任").settle(line.id, booked=True)
    refused(scene, scene.act("李主任"), lambda s, act: act.settle(line.id, booked=False))


def test_an_alert_that_is_over_is_not_answered_again(scene: Scene) -> None:
    alert = scene.alert
    scene.act("陈站长").answer_alert(alert.id, "acknowledged", "")
    answer_again(scene, alert.id, "acknowledged")
    scene.act("陈站长").answer_alert(alert.id, "closed", "seen and well")
    for state in ("acknowledged", "false_alarm", "closed", "open", "deleted"):
        answer_again(scene, alert.id, state)


def answer_again(scene: Scene, alert_id: int, state: str) -> None:
    def deed(_: Scene, act: Act) -> object:
        return act.answer_alert(alert_id, state, "x")

    refused(scene, scene.act("陈站长"), deed)


def test_a_flag_is_decided_once(scene: Scene) -> None:
    flag = scene.flag
    scene.act("陈站长").decide_flag(flag.id, confirmed=True, reason="seen")

    def again(_: Scene, act: Act) -> object:
        act.decide_flag(flag.id, confirmed=False, reason="x")
        return None

    refused(scene, scene.act("何中心"), again)


def test_a_forged_reference_to_a_child_is_looked_up_again(scene: Scene) -> None:
    """A code in reach with another child's id: what is recorded is about the code's child."""
    forged = replace(scene.child("小满-01"), id=scene.child("芒种-01").id)
    done = scene.act("李主任").record(new(forged))
    kept = scene.one(t.visit, t.visit.c.id == done.id)
    assert kept.child_id == scene.child("小满-01").id


def test_ones_own_settings_touch_nobody_else(scene: Scene) -> None:
    others = t.person.c.id != scene.filled.town.people["王妈妈"]
    before = scene.db.execute(select(t.person).where(others)).all()
    act = scene.act("王妈妈")
    act.set_language("en")
    act.set_large(True)
    act.set_ranked(False)
    act.sign_out()
    assert scene.db.execute(select(t.person).where(others)).all() == before


def test_a_false_alarm_and_a_withdrawn_visit_close_the_flags_that_stood_on_them(
    scene: Scene,
) -> None:
    child = scene.child("小满-02")
    act = scene.act("李主任")
    key = f"flag/{child.id}/made-up"
    values = {"key": key, "child_id": child.id, "path": child.path, "triggers": "A"}
    sealed = scene.filled.town.store.keys.seal(b"{}", f"flag:evidence:{key}")
    scene.db.execute(
        insert(t.flag).values(
            **values, level="red", evidence=sealed, state="suspected", opened_at=act.now
        )
    )
    visit = scene.one(t.visit, t.visit.c.child_id == child.id)
    now = {"recorded_at": act.now}
    scene.db.execute(update(t.visit).where(t.visit.c.id == visit.id).values(now))
    act.withdraw(visit.id)
    states = scene.db.execute(select(t.flag.c.state).where(t.flag.c.child_id == child.id))
    assert set(states.scalars()) == {"withdrawn"}
