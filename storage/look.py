"""Look: the only way to read. Each method starts from what the account may see now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy import Connection

from domain.form import Form
from domain.frame import Frame
from domain.library import Library
from domain.roles import Account
from storage.crypto import Keys
from storage.see import (
    around,
    children,
    closing,
    consent,
    drafts,
    enrolling,
    files,
    flagged,
    held,
    people,
    points,
    ranks,
    said,
    staff,
)
from storage.see import scores as risk


@dataclass(frozen=True)
class Look:
    """One account's view of one moment."""

    db: Connection
    keys: Keys
    account: Account
    frame: Frame
    library: Library
    zone: tzinfo
    done: tuple[str, ...] = ()
    day: date | None = None

    @property
    def today(self) -> date:
        """The day on which this conversation began."""
        return self.frame.today

    @property
    def this_day(self) -> date:
        """The day of this message: what "today" means in an answer that is given now."""
        return self.day or self.today

    def form(self, name: str, version: str = "") -> Form:
        """The current version, or the one that a draft began with."""
        return self.library.form(name, version)

    my_children = children.my_children
    child = children.child
    child_by_id = children.child_by_id
    last_held = held.last_held
    told_on = held.told_on
    directors_of = children.directors_of
    village_of = children.village_of
    traces = around.traces
    around = around.around
    visits = children.visits
    my_visits = children.my_visits
    paired = held.paired
    notes = held.notes
    held = held.held

    attachment = files.attachment
    file_named = files.file_named

    risks = risk.risks
    scores = risk.scores
    flags = risk.flags
    flag_now = risk.flag_now
    flag_story = flagged.flag_story
    closing = closing.closing
    alerts = risk.alerts
    alerts_of = risk.alerts_of
    alert_said = said.alert_said
    my_alerts = risk.my_alerts
    police_reports = risk.police_reports

    my_points = points.my_points
    my_entries = points.my_entries
    to_confirm = points.to_confirm

    ranking = ranks.ranking
    my_place = ranks.my_place
    directors = ranks.directors

    open_pairs = consent.open_pairs
    consent = consent.consent

    enrolled_by_me = enrolling.enrolled_by_me
    homes_of = enrolling.homes_of
    newcomers = enrolling.newcomers
    my_people = staff.my_people
    former_people = staff.former_people
    handover = staff.handover

    my_units = people.my_units
    units_below = people.units_below
    my_drafts = drafts.my_drafts
    last_cancelled = drafts.last_cancelled
    station_phone = people.station_phone
    phones = people.phones
