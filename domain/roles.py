"""Who may do what to whom: the one table of rights, deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of people."""

    LOVING_MOTHER = "loving_mother"
    CHILD_DIRECTOR = "child_director"
    FEDERATION_EXECUTIVE = "federation_executive"
    STATION_WORKER = "station_worker"
    SOCIAL_WORKER = "social_worker"
    EXPERT = "expert"
    DEPARTMENT_LIAISON = "department_liaison"
    ORGANISATION_WORKER = "organisation_worker"
    TEACHER = "teacher"
    GUARDIAN = "guardian"
    COORDINATOR = "coordinator"
    POINTS_MANAGER = "points_manager"
    CENTRE_OFFICER = "centre_officer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What can be done; each conversation and each Look method names one."""

    LOG_VISIT = "log_visit"
    LOG_CONTACT = "log_contact"
    RAISE_ALERT = "raise_alert"
    ANSWER_ALERT = "answer_alert"
    SEE_CHILD = "see_child"
    SEE_SCORE = "see_score"
    DECIDE_FLAG = "decide_flag"
    OWN_POINTS = "own_points"
    CONFIRM_POINTS = "confirm_points"
    RANKING = "ranking"
    ENROL = "enrol"
    RECORD_CONSENT = "record_consent"


class Reach(StrEnum):
    """How far a right reaches; it must hold at the moment of use."""

    SELF = "self"
    ASSIGNED = "assigned"
    VILLAGE = "village"
    TOWNSHIP = "township"
    CITY = "city"


R, A = Right, Reach
RIGHTS: dict[Role, dict[Right, Reach]] = {
    Role.LOVING_MOTHER: {
        R.LOG_CONTACT: A.ASSIGNED,
        R.RAISE_ALERT: A.ASSIGNED,
        R.SEE_CHILD: A.ASSIGNED,
        R.OWN_POINTS: A.SELF,
        R.RANKING: A.CITY,
    },
    Role.CHILD_DIRECTOR: {
        R.LOG_VISIT: A.VILLAGE,
        R.RAISE_ALERT: A.VILLAGE,
        R.SEE_CHILD: A.VILLAGE,
        R.SEE_SCORE: A.VILLAGE,
        R.CONFIRM_POINTS: A.VILLAGE,
        R.RANKING: A.CITY,
        R.RECORD_CONSENT: A.VILLAGE,
    },
    Role.FEDERATION_EXECUTIVE: {
        R.LOG_VISIT: A.VILLAGE,
        R.RAISE_ALERT: A.VILLAGE,
        R.SEE_CHILD: A.VILLAGE,
        R.RANKING: A.CITY,
    },
    Role.STATION_WORKER: {
        R.RAISE_ALERT: A.TOWNSHIP,
        R.ANSWER_ALERT: A.TOWNSHIP,
        R.SEE_CHILD: A.TOWNSHIP,
        R.SEE_SCORE: A.TOWNSHIP,
        R.DECIDE_FLAG: A.TOWNSHIP,
        R.RANKING: A.CITY,
        R.ENROL: A.TOWNSHIP,
        R.RECORD_CONSENT: A.TOWNSHIP,
    },
    Role.SOCIAL_WORKER: {},
    Role.EXPERT: {},
    Role.DEPARTMENT_LIAISON: {},
    Role.ORGANISATION_WORKER: {},
    Role.TEACHER: {},
    Role.GUARDIAN: {},
    Role.COORDINATOR: {R.CONFIRM_POINTS: A.CITY, R.RANKING: A.CITY, R.ENROL: A.CITY},
    Role.POINTS_MANAGER: {R.CONFIRM_POINTS: A.CITY, R.RANKING: A.CITY},
    Role.CENTRE_OFFICER: {
        R.RAISE_ALERT: A.CITY,
        R.ANSWER_ALERT: A.CITY,
        R.SEE_CHILD: A.CITY,
        R.SEE_SCORE: A.CITY,
        R.DECIDE_FLAG: A.CITY,
        R.RANKING: A.CITY,
        R.ENROL: A.CITY,
    },
    Role.MANAGER: {R.RANKING: A.CITY, R.ENROL: A.CITY},
    Role.ADMINISTRATOR: {},
    Role.AUDITOR: {},
}

HOMES: dict[Role, tuple[str, ...]] = {
    Role.LOVING_MOTHER: ("village", "station"),
    Role.CHILD_DIRECTOR: ("village",),
    Role.FEDERATION_EXECUTIVE: ("village",),
    Role.STATION_WORKER: ("station",),
    Role.COORDINATOR: ("centre",),
    Role.POINTS_MANAGER: ("centre",),
    Role.CENTRE_OFFICER: ("centre",),
    Role.MANAGER: ("centre",),
}
"""In which kinds of unit a role is held, for the roles that people are enrolled in."""

ENROLS: dict[Role, frozenset[Role]] = {
    Role.STATION_WORKER: frozenset(
        (
            Role.LOVING_MOTHER,
            Role.CHILD_DIRECTOR,
            Role.FEDERATION_EXECUTIVE,
            Role.STATION_WORKER,
        )
    ),
    Role.COORDINATOR: frozenset((Role.LOVING_MOTHER,)),
    Role.CENTRE_OFFICER: frozenset(HOMES),
    Role.MANAGER: frozenset(HOMES),
}
"""Whom somebody with the right to enrol may enrol: invite, approve, give a new phone, dismiss."""

SEES_ALL = frozenset(role for role, held in RIGHTS.items() if held.get(R.SEE_CHILD) is A.CITY)
TWO_DECIDE = SEES_ALL | {role for role, enrols in ENROLS.items() if enrols & SEES_ALL}
"""Roles that see every child, or enrol who does: one person invites and another approves."""


@dataclass(frozen=True)
class Grant:
    """A role held now in a unit; `path` is the unit's place in the tree, "/1/3/17/"."""

    role: Role
    unit_id: int
    path: str


@dataclass(frozen=True)
class Account:
    """A person as the program knows her while one message is taken."""

    id: int
    code: str
    name: str
    lang: str
    grants: tuple[Grant, ...]
    large: bool = False
    ranked: bool = True

    def may(self, right: Right) -> bool:
        return any(right in RIGHTS[grant.role] for grant in self.grants)

    def reaches(self, right: Right) -> list[tuple[Reach, Grant]]:
        """Every way in which this person holds the right, with its reach."""
        held = ((RIGHTS[grant.role].get(right), grant) for grant in self.grants)
        return [(reach, grant) for reach, grant in held if reach is not None]

    def enrols(self, role: Role, path: str) -> bool:
        """Whether this person answers for this role in the unit of this place."""
        ways = (grant for _, grant in self.reaches(Right.ENROL))
        return any(role in ENROLS[way.role] and path.startswith(way.path) for way in ways)

    def opens_files(self) -> bool:
        """Whether she sees more children than those assigned to her, with what befell them."""
        return any(reach is not Reach.ASSIGNED for reach, _ in self.reaches(Right.SEE_CHILD))

    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)
