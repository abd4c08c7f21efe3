"""The arithmetic of a deadline line by line, for the screen: every line says what counted and why.

The minutes of all lines add up to the time between start and due on the limit's clock, and the last line is
the due instant itself; each move of the due time is made by the same functions that `due_with_pauses` uses.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .arithmetic import MINUTE, after_pause, due, duration, effective, extended
from .calendar import DayKind, SpecialDay, WorkingCalendar, instant, micros
from .limits import Clock, Extension, Limit, Pause, Unit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ONE_DAY = timedelta(days=1)


class LineKind(StrEnum):
    """What a line is about; the screen takes its icon and colour from it."""

    START = "start"
    WAIT = "wait"
    NATURAL = "natural"
    FRAME = "frame"
    DISPATCH_DAY = "dispatch_day"
    WORKDAY = "workday"
    MAKEUP_WORKDAY = "makeup_workday"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    EXTENSION = "extension"
    PAUSE = "pause"
    UNCONFIRMED = "unconfirmed"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Line:
    """From `starts_at` to `ends_at` (UTC) `minutes` were counted, which makes `total` since the start.

    `workday` is the ordinal of a counted workday, else 0. A `pause` counts what it gave back at the end.
    """

    kind: LineKind
    starts_at: datetime
    ends_at: datetime
    minutes: float
    total: float
    message: "_StrPromise"
    values: Mapping[str, Any] = field(default_factory=dict)
    workday: int = 0

    @property
    def text(self) -> str:
        """One phrase, in the language active now, without the times that the screen shows beside it."""
        return str(self.message % self.values)


@dataclass(frozen=True, slots=True)
class DayNames:
    """The names of special days, chosen by the reader's language when shown."""

    days: tuple[SpecialDay, ...]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        names = ((day.name_en or day.name) if english else (day.name or day.name_en) for day in self.days)
        return (", " if english else "、").join(dict.fromkeys(filter(None, names)))


_LIMITS = {
    (Unit.WORKDAY, Clock.WORKING): ngettext_lazy("Limit: %(n)d workday", "Limit: %(n)d workdays", "n"),
    (Unit.DAY, Clock.NATURAL): ngettext_lazy("Limit: %(n)d calendar day", "Limit: %(n)d calendar days", "n"),
    (Unit.HOUR, Clock.WORKING): ngettext_lazy("Limit: %(n)d working hour", "Limit: %(n)d working hours", "n"),
    (Unit.HOUR, Clock.NATURAL): ngettext_lazy("Limit: %(n)d hour", "Limit: %(n)d hours", "n"),
    (Unit.MINUTE, Clock.WORKING): ngettext_lazy(
        "Limit: %(n)d working minute", "Limit: %(n)d working minutes", "n"
    ),
    (Unit.MINUTE, Clock.NATURAL): ngettext_lazy("Limit: %(n)d minute", "Limit: %(n)d minutes", "n"),
}
_EXTENSIONS = {
    (Unit.WORKDAY, Clock.WORKING): ngettext_lazy(
        "Extended by %(n)d workday", "Extended by %(n)d workdays", "n"
    ),
    (Unit.DAY, Clock.NATURAL): ngettext_lazy(
        "Extended by %(n)d calendar day", "Extended by %(n)d calendar days", "n"
    ),
    (Unit.HOUR, Clock.WORKING): ngettext_lazy(
        "Extended by %(n)d working hour", "Extended by %(n)d working hours", "n"
    ),
    (Unit.HOUR, Clock.NATURAL): ngettext_lazy("Extended by %(n)d hour", "Extended by %(n)d hours", "n"),
    (Unit.MINUTE, Clock.WORKING): ngettext_lazy(
        "Extended by %(n)d working minute", "Extended by %(n)d working minutes", "n"
    ),
    (Unit.MINUTE, Clock.NATURAL): ngettext_lazy("Extended by %(n)d minute", "Extended by %(n)d minutes", "n"),
}


def explain(
    calendar: WorkingCalendar,
    limit: Limit,
    start: datetime,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
) -> list[Line]:
    """How `due_with_pauses` with the same arguments comes to its answer; ValueError as there."""
    account = _Account(calendar, limit, instant(micros(start)))
    account.count()
    for extension in extensions:
        account.extend(extension)
    for pause in effective(pauses, account.start):
        account.pause(pause)
    account.finish()
    return account.lines


class _Account:
    """Writes the lines in order; `due_at` is the due instant as it stands after each of them."""

    def __init__(self, calendar: WorkingCalendar, limit: Limit, start: datetime) -> None:
        self.calendar, self.limit, self.start = calendar, limit, start
        self.due_at = due(calendar, limit, start)
        self.total = timedelta(0)
        self.lines: list[Line] = []

    def count(self) -> None:
        unit, clock = self.limit.unit, self.limit.clock
        self.write(LineKind.START, self.start, self.start, _LIMITS[unit, clock], n=self.limit.amount)
        if clock is Clock.NATURAL:
            self.write(LineKind.NATURAL, self.start, self.due_at, _("Every minute counts, day and night"))
            return
        closed: list[date] = []
        counted = 0
        for day in self.dates():
            if not self.calendar.is_workday(day):
                closed.append(day)
                continue
            self.closed(closed)
            closed = []
            if unit is not Unit.WORKDAY:
                self.frames(day)
            elif day == self.calendar.local(self.start).date():
                self.dispatch_day(day)
            else:
                counted += 1
                self.workday(day, counted)

    def extend(self, extension: Extension) -> None:
        before, more = self.due_at, extension.limit
        self.due_at = extended(self.calendar, self.limit, before, extension)
        message = _EXTENSIONS[more.unit, more.clock]
        self.write(LineKind.EXTENSION, before, self.due_at, message, n=more.amount)

    def pause(self, pause: Pause) -> None:
        if pause.start >= self.due_at:
            return
        self.due_at = after_pause(self.calendar, self.limit.clock, self.due_at, pause)
        self.write(LineKind.PAUSE, pause.start, pause.end, _("Clock stopped: this time is added at the end"))

    def finish(self) -> None:
        if self.limit.clock is Clock.WORKING:
            years = range(self.calendar.local(self.start).year, self.calendar.local(self.due_at).year + 1)
            for year in years:
                if not self.calendar.is_confirmed(year):
                    message = _("The holidays of %(year)d are not confirmed; the due time may still move")
                    self.write(LineKind.UNCONFIRMED, self.due_at, self.due_at, message, year=year)
        self.write(LineKind.DUE, self.due_at, self.due_at, pgettext_lazy("deadline account", "Due"))

    def dates(self) -> Iterator[date]:
        """The local dates from the start to the due instant; a due time of 24:00 adds no new day."""
        day, end = self.calendar.local(self.start).date(), self.calendar.local(self.due_at)
        while day < end.date() or (day == end.date() and end.time() > time(0)):
            yield day
            day += ONE_DAY

    def closed(self, days: list[date]) -> None:
        """One line for a run of closed days: the holiday they belong to, else the week-end."""
        if not days:
            return
        starts, ends = max(self.start, self.midnight(days[0])), self.midnight(days[-1] + ONE_DAY)
        special = tuple(self.calendar.days[day] for day in days if day in self.calendar.days)
        if str(DayNames(special)):
            self.write(LineKind.HOLIDAY, starts, ends, _("Closed for %(name)s"), name=DayNames(special))
        elif special or any(day.weekday() < 5 for day in days):
            self.write(LineKind.CLOSED, starts, ends, pgettext_lazy("deadline account", "Closed"))
        else:
            self.write(LineKind.CLOSED, starts, ends, _("Weekend"))

    def frames(self, day: date) -> None:
        """The frames of an open day as far as they lie between start and due."""
        spans = self.calendar.spans_on(day)
        if self.midnight(day) <= self.start:
            opening = next((max(begins, self.start) for begins, ends in spans if ends > self.start), None)
            self.wait(opening or self.midnight(day + ONE_DAY))
        special = self.calendar.days.get(day)
        for begins, ends in spans:
            begins, ends = max(begins, self.start), min(ends, self.due_at)
            if begins >= ends:
                continue
            if special is not None and special.kind is DayKind.MAKEUP_WORKDAY:
                names = DayNames((special,))
                message = _("Working time on a make-up workday (%(name)s)")
                self.write(LineKind.MAKEUP_WORKDAY, begins, ends, message, name=names)
            else:
                self.write(LineKind.FRAME, begins, ends, _("Working time"))

    def wait(self, until: datetime) -> None:
        """The time between the start and the first counted minute of the same day."""
        if self.start < until:
            self.write(LineKind.WAIT, self.start, until, _("Outside working time"))

    def dispatch_day(self, day: date) -> None:
        message = _("The day it begins is not counted as a workday")
        self.write(LineKind.DISPATCH_DAY, self.start, self.midnight(day + ONE_DAY), message)

    def workday(self, day: date, number: int) -> None:
        spans = self.calendar.spans_on(day)
        special = self.calendar.days.get(day)
        if special is not None and special.kind is DayKind.MAKEUP_WORKDAY:
            kind, message = LineKind.MAKEUP_WORKDAY, _("Workday %(i)d of %(n)d, a make-up workday (%(name)s)")
        else:
            kind, message = LineKind.WORKDAY, _("Workday %(i)d of %(n)d")
        values = {"i": number, "n": self.limit.amount, "name": DayNames((special,) if special else ())}
        self.write(kind, spans[0][0], spans[-1][1], message, number, **values)

    def midnight(self, day: date) -> datetime:
        """The instant in UTC at which the local date begins."""
        return instant(micros(datetime.combine(day, time(0), self.calendar.tz)))

    def write(
        self,
        kind: LineKind,
        starts: datetime,
        ends: datetime,
        message: "_StrPromise",
        workday: int = 0,
        **values: Any,
    ) -> None:
        counted = duration(self.calendar, self.limit.clock, starts, ends)
        self.total += counted
        minutes = counted / MINUTE, self.total / MINUTE
        self.lines.append(Line(kind, starts, ends, *minutes, message, values, workday))
