"""A town in which everything has happened once, and what each person may see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select

from domain.frame import Frame
from domain.library import packaged
from domain.roles import RIGHTS, Account, Reach, Right, Role
from storage import attachments
from storage import tables as t
from storage.attachments import NewFile
from storage.founding import Founding, NewPerson, NewUnit
from storage.inbox import load_account
from storage.look import Look
from storage.session import Store
from tests.handlers.stage import Stage, read
from tests.storage.enrolling import invite_some
from tests.town import CITY, JOINED, Town, pair

HAPPENED = ("contact-points", "visit-high", "visit-first", "emergency", "emergency-mother")
PLACES = ("elm", "east", "pine", "far")
Codes = frozenset[str]


def fill_town(town: Town) -> dict[tuple[Role, str], int]:
    """Visits, scores, flags, alerts and points; and one person of every role in four places."""
    stage = Stage(town, "zh")
    for name in HAPPENED:
        for _ in stage.play(read(name, "zh")):
            pass
    for _ in stage.play(["@ 王妈妈 zh", "> 联系", "> [今天]", "> /排行"]):
        pass
    with town.store.work() as db:
        founding = Founding(db, town.store.keys)
        far = NewUnit("F", "centre", "远山市未保中心", "Far centre", "0577-0000001")
        town.units["far"] = founding.unit(far)
        found = {}
        for place in PLACES:
            for role in Role:
                code = f"{role.value}@{place}"
                person = NewPerson(code, code, role, JOINED)
                found[role, place] = founding.person(person, town.units[place])
        mother = found[Role.LOVING_MOTHER, "elm"]
        pair(founding, "P-elm", mother, town.children["小樟"], JOINED)
        send_files(town, db)
        invite_some(town, db)
    return found


def send_files(town: Town, db: Connection) -> None:
    """A file in every visit, and in a draft and a finished conversation of each visitor."""
    visits = list(db.execute(select(t.visit).order_by(t.visit.c.id)))
    talks = list(db.execute(select(t.talk.c.person_id, t.talk.c.number)))
    for number, (owner, talk, visit) in enumerate(
        [(each.visitor_id, 900, each.id) for each in visits]
        + [(each.person_id, each.number, None) for each in talks]
    ):
        new = NewFile(f"{number:022}.webp", owner, talk, "a.webp", b"picture")
        attachments.keep(db, town.store.keys, new, town.clock.now)
        if visit:
            attachments.bind(db, [f"{number:022}"], owner, talk, visit)


def rows(db: Connection) -> dict[str, list[Any]]:
    """Every row of every table."""
    tables = t.METADATA.sorted_tables
    return {table.name: list(db.execute(select(table)).all()) for table in tables}


def look_of(store: Store, db: Connection, person_id: int, town: Town) -> Look:
    account = load_account(db, person_id)
    assert account is not None
    return look_as(store, db, account, town)


def look_as(store: Store, db: Connection, account: Account, town: Town) -> Look:
    now = town.clock.now
    frame = Frame(now.astimezone(CITY).date(), now, "seed", "")
    return Look(db, store.keys, account, frame, packaged(), CITY)


@dataclass
class World:
    """What there is, read without any right; and what follows from the table of rights."""

    db: Connection
    account: Account
    every: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.every = {row.code: row for row in self.db.execute(select(t.child))}

    def reach(self, right: Right) -> Codes:
        """Children for whom domain.roles gives this account the right."""
        found: set[str] = set()
        for grant in self.account.grants:
            match RIGHTS[grant.role].get(right):
                case Reach.ASSIGNED:
                    found |= self._assigned
                case Reach.VILLAGE:
                    found |= {c for c, row in self.every.items() if row.unit_id == grant.unit_id}
                case Reach.TOWNSHIP | Reach.CITY:
                    found |= {c for c, row in self.every.items() if row.path.startswith(grant.path)}
        return frozenset(found)

    @cached_property
    def _assigned(self) -> set[str]:
        p = t.pairing.c
        rows = self.db.execute(
            select(p.child_id).where(p.mother_id == self.account.id, p.until.is_(None))
        )
        return {self.code(row.child_id) for row in rows}

    @property
    def whole(self) -> Codes:
        """Children of whom one may read what others recorded."""
        return self.reach(Right.LOG_VISIT) | self.reach(Right.SEE_SCORE)

    @property
    def logs(self) -> Codes:
        return self.reach(Right.LOG_VISIT) | self.reach(Right.LOG_CONTACT)

    def code(self, child_id: int | None) -> str:
        return next((code for code, row in self.every.items() if row.id == child_id), "")

    def codes_in(self, table: Any, *where: Any) -> Codes:
        """Children with a row in this table."""
        ids = self.db.execute(select(table.c.child_id).where(*where)).scalars()
        return frozenset(self.code(each) for each in ids if each is not None)

    @property
    def days(self) -> set[Any]:
        """Days on which anything was recorded."""
        return {row.day for row in self.visits()}

    def visits(self, *where: Any) -> list[Any]:
        return list(self.db.execute(select(t.visit).where(*where)).all())

    def below(self, right: Right, path: str) -> bool:
        """Does a place lie within the reach of a right that goes by places?"""
        return any(
            path.startswith(grant.path)
            for grant in self.account.grants
            if RIGHTS[grant.role].get(right) in (Reach.VILLAGE, Reach.TOWNSHIP, Reach.CITY)
        )

    def city(self, path: str) -> bool:
        """The ranking is open to all of a city who hold the right."""
        roots = {g.path.split("/")[1] for g in self.account.grants if self.account.may(RANKING)}
        return path.split("/")[1] in roots

    @property
    def files(self) -> Codes:
        """Every file of the town."""
        return frozenset(self.db.execute(select(t.attachment.c.id)).scalars())

    @property
    def files_due(self) -> set[str]:
        """Of visits one may read, of one's own while the child is in reach, of one's drafts."""
        me, open_ones = self.account.id, t.talk.c.state.in_(("active", "parked"))
        mine = select(t.talk.c.number).where(t.talk.c.person_id == me, open_ones)
        talks = set(self.db.execute(mine).scalars()) if self.account.grants else set()
        visits = {row.id: row for row in self.visits(t.visit.c.withdrawn_at.is_(None))}
        found = set()
        for row in self.db.execute(select(t.attachment)):
            own, visit = row.owner_id == me, visits.get(row.visit_id)
            child = self.code(visit.child_id) if visit else ""
            read = child in self.reach(Right.SEE_CHILD) and (own or child in self.whole)
            drafted = row.visit_id is None and own and row.talk in talks
            found |= {row.id} if read or drafted else set()
        return found

    @property
    def traces_due(self) -> set[str]:
        """Visits that one may read, also what counts no more; one's own while the child is seen."""
        seen, me = self.reach(Right.SEE_CHILD), self.account.id
        rows = {row.receipt: (self.code(row.child_id), row.visitor_id) for row in self.visits()}
        return {
            receipt
            for receipt, (code, visitor) in rows.items()
            if code in seen and (code in self.whole or visitor == me)
        }

    @property
    def alerts_open(self) -> set[str]:
        """Those about a child that are not closed, for whoever answers them."""
        told = (t.alert.c.child_id.is_not(None), t.alert.c.state.in_(("open", "acknowledged")))
        rows = self.db.execute(select(t.alert).where(*told))
        return {row.receipt for row in rows if self.below(Right.ANSWER_ALERT, row.path)}

    @property
    def units(self) -> Iterable[str]:
        """Paths of the units above and including one's own."""
        found = self.db.execute(select(t.unit.c.path)).scalars()
        return [path for path in found if any(g.path.startswith(path) for g in self.account.grants)]


RANKING = Right.RANKING
