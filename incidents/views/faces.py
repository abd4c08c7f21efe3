"""How tickets, clocks and steps look on a screen: plain facts for templates, from rows that are already read.

Only `rows_of` asks the database: the running clocks of one page in one statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.accounts.models import OrgUnit
from governance.foundation.calendars import Clock, WorkingCalendar, elapsed, load_calendar
from governance.foundation.naming import label_in, label_of, reads_english
from governance.foundation.prepared import fetch_all
from grids.models import Grid, Region
from grids.territory import Place, Unit
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import Deadline, MatterCategory, Ticket
from incidents.states import FINAL, State

DAY_MINUTES = 1440

# The tone of a state: work (somebody acts), wait (somebody must look), done, stop.
TONES = {
    State.REGISTERED: "wait",
    State.VERIFYING: "work",
    State.ACCEPTED: "wait",
    State.DISPATCHED: "wait",
    State.HANDLING: "work",
    State.RETURNED: "wait",
    State.SUSPENDED: "stop",
    State.FEEDBACK: "wait",
    State.FOLLOW_UP: "wait",
    State.CLOSED: "done",
    State.ARCHIVED: "done",
    State.REJECTED: "stop",
    State.MERGED: "stop",
    State.VOIDED: "stop",
}


def tone_of(state: str) -> str:
    """The tone of a state's word."""
    return TONES.get(State(state), "work")


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockFace:
    """What `parts/_clock.html` shows. `left` is minutes on the clock's own calendar, negative when over."""

    lamp: str
    due: datetime | None
    warn: datetime | None = None
    left: int = 0
    day: int = DAY_MINUTES
    runs_from: datetime | None = None
    runs_until: datetime | None = None
    unit: str = ""
    label: str = ""
    paused: str = ""


NO_CLOCK = ClockFace(lamp="grey", due=None)


def lamp_of(due: datetime | None, warn: datetime | None, at: datetime) -> str:
    """green, amber (80 % of the limit), red (over), grey (no clock)."""
    if due is None:
        return "grey"
    if at >= due:
        return "red"
    return "amber" if warn is not None and at >= warn else "green"


def clock_face(row: Deadline, at: datetime) -> ClockFace:
    """The face of a running clock at `at`; of a stopped one, how it stood when it was stopped."""
    if row.paused_at is not None and row.stopped_at is None:
        return replace(NO_CLOCK, paused=_("Stands still"), label=str(Deadline.Stage(row.stage).label))
    running = Running(row.ticket_id, row.stage, row.clock, row.calendar, row.due_at, row.warn_at)
    return Dial(at).face(running, row.stopped_at or at)


class Running(NamedTuple):
    """What is shown of a clock that neither stands still nor was stopped."""

    ticket_id: int
    stage: str
    clock: str
    calendar: str
    due_at: datetime
    warn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A calendar as seen at one instant: the working stretch of now (else the next one), a usual day's minutes."""

    calendar: WorkingCalendar
    runs_from: datetime
    runs_until: datetime
    day: int


def hours_of(code: str, at: datetime) -> Hours:
    """The calendar of that code at `at`."""
    calendar = load_calendar(code)
    begins, ends = _stretch(calendar, at)
    return Hours(calendar=calendar, runs_from=begins, runs_until=ends, day=workday_minutes(calendar))


class Dial:
    """Draws the clocks of one page: each calendar is looked at once, each word is translated once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.hours: dict[str, Hours] = {}
        self.stages: dict[str, str] = {}
        self.working_words = _("working time")

    def face(self, row: Running, moment: datetime) -> ClockFace:
        """The face of one clock as it stands at `moment`."""
        hours = self.hours.get(row.calendar) or self.hours.setdefault(
            row.calendar, hours_of(row.calendar, self.at)
        )
        label = self.stages.get(row.stage) or self.stages.setdefault(
            row.stage, str(Deadline.Stage(row.stage).label)
        )
        left = round(elapsed(hours.calendar, Clock(row.clock), moment, row.due_at))
        if moment >= row.due_at:
            left = min(left, -1)  # over is over, also before the first minute has been counted
        lamp = lamp_of(row.due_at, row.warn_at, moment)
        if row.clock != Clock.WORKING:
            return ClockFace(lamp=lamp, due=row.due_at, warn=row.warn_at, left=left, label=label)
        return ClockFace(
            lamp=lamp,
            due=row.due_at,
            warn=row.warn_at,
            left=left,
            day=hours.day,
            runs_from=hours.runs_from,
            runs_until=hours.runs_until,
            unit=self.working_words,
            label=label,
        )


def _stretch(calendar: WorkingCalendar, at: datetime) -> tuple[datetime, datetime]:
    opening = calendar.opening(at)
    for begins, ends in calendar.spans_on(calendar.local(opening).date()):
        if opening < ends:
            return begins, ends
    return _stretch(calendar, opening + timedelta(microseconds=1))


def workday_minutes(calendar: WorkingCalendar) -> int:
    """The working minutes of a usual day, for showing long times in workdays."""
    frames = next((day for day in calendar.week if day), ())
    return sum(frame.end - frame.start for frame in frames) or DAY_MINUTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a list, in words."""

    ticket: Ticket
    lamp: str
    clock: ClockFace
    tone: str
    state: str
    place: str
    category: str
    source: str
    sender: str
    holder: str


def rows_of(tickets: Sequence[Ticket], at: datetime) -> list[Row]:
    """The lines of one page: one statement for the running clocks, names from the process's snapshots."""
    names, running, dial = Names(tickets), soonest_clocks(tickets), Dial(at)
    faces = {row.ticket_id: dial.face(row, at) for row in running}
    states = {
        str(state): (str(State(state).label), tone_of(state)) for state in {row.state for row in tickets}
    }
    return [
        _row(ticket, faces.get(ticket.pk, NO_CLOCK), names, states[ticket.state], at) for ticket in tickets
    ]


def _row(ticket: Ticket, face: ClockFace, names: "Names", state: tuple[str, str], at: datetime) -> Row:
    words, tone = state
    return Row(
        ticket=ticket,
        lamp="" if ticket.state in FINAL else ticket.lamp(at),
        clock=face,
        tone=tone,
        state=words,
        place=names.place(ticket),
        category=names.category(ticket),
        source=names.source(ticket),
        sender=names.sender(ticket),
        holder=names.unit(ticket.holder_id),
    )


_RUNNING = """
SELECT DISTINCT ON (ticket_id) ticket_id, stage, clock, calendar, due_at, warn_at
  FROM incidents_deadline
 WHERE ticket_id = ANY(%s) AND stopped_at IS NULL AND paused_at IS NULL AND assignment_id IS NULL
 ORDER BY ticket_id, due_at
"""


def soonest_clocks(tickets: Iterable[Ticket]) -> list[Running]:
    """The running clock of each ticket that is due first; a co-handler's own is not the ticket's."""
    ids = [ticket.pk for ticket in tickets if ticket.next_due_at is not None]
    return [Running(*row) for row in fetch_all(_RUNNING, [ids])] if ids else []


class Names:
    """Names of what tickets point to. Whatever has ended since is not in the snapshots and is read at once."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        land, book, english = territory(), catalogue(), reads_english()
        self.sources = {row.pk: label_in(row, english=english) for row in book.sources.values()}
        self.categories = {ticket.category_id: "" for ticket in tickets}
        regions = {pk: "" for ticket in tickets for pk in (ticket.community_id, ticket.town_id) if pk}
        grids = {ticket.grid_id: "" for ticket in tickets if ticket.grid_id}
        units = {pk: "" for ticket in tickets for pk in (ticket.holder_id, ticket.dispatched_unit_id) if pk}
        self.regions = _filled(regions, land.regions, Region, english)
        self.grids = _filled(grids, land.grids, Grid, english)
        self.units = _filled(units, land.units, OrgUnit, english)
        missing = [pk for pk in self.categories if pk not in book.by_id]
        self.categories = {
            pk: label_in(book.by_id[pk], english=english) for pk in self.categories if pk in book.by_id
        }
        for row in MatterCategory.objects.filter(pk__in=missing) if missing else ():
            self.categories[row.pk] = row.label

    def place(self, ticket: Ticket) -> str:
        """Community and grid, the town where there is no community, else the words of the reporter."""
        region = self.regions.get(ticket.community_id or ticket.town_id or 0, "")
        grid = self.grids.get(ticket.grid_id or 0, "")
        return " · ".join(part for part in (region, grid) if part) or ticket.place or _("Whole city")

    def sender(self, ticket: Ticket) -> str:
        """From whom: the unit that dispatched it where there is one, else the source."""
        if ticket.dispatched_unit_id and ticket.dispatched_unit_id != ticket.holder_id:
            return self.unit(ticket.dispatched_unit_id)
        return self.source(ticket)

    def category(self, ticket: Ticket) -> str:
        """The category that the ticket is filed under."""
        return self.categories.get(ticket.category_id, "")

    def source(self, ticket: Ticket) -> str:
        """The channel it came by."""
        return self.sources.get(ticket.source_id, "")

    def unit(self, unit_id: int | None) -> str:
        """The name of a unit."""
        return self.units.get(unit_id or 0, "")


def _filled(
    wanted: dict[int, str],
    known: Mapping[int, Place | Unit],
    model: type[Region | Grid | OrgUnit],
    english: bool,
) -> dict[int, str]:
    """The names of the ids in `wanted`: from the snapshot, those that it does not have in one statement."""
    found = {pk: label_in(known[pk], english=english) for pk in wanted if pk in known}
    missing = [pk for pk in wanted if pk not in known]
    rows = model._default_manager.filter(pk__in=missing).values_list("id", "name") if missing else ()
    return found | dict(rows)


def unit_name(unit_id: int | None) -> str:
    """The name of a unit in the reader's language; empty for none or one that is no longer active."""
    unit = territory().units.get(unit_id or 0)
    return label_of(unit) if unit is not None else ""


def amount_words(amount: int, unit: str) -> str:
    """A length of time in the unit of a limit."""
    words = {
        "workday": ngettext("%(n)d workday", "%(n)d workdays", amount),
        "day": ngettext("%(n)d day", "%(n)d days", amount),
        "hour": ngettext("%(n)d hour", "%(n)d hours", amount),
        "minute": ngettext("%(n)d minute", "%(n)d minutes", amount),
    }
    return words[unit] % {"n": amount}
