"""Named calendars from the tables, kept in each process and renewed when any process has edited them.

Database triggers renew `CalendarVersion` with every write to a calendar table, so no writer can forget it. A
process looks at that one row at most every `CHECK_SECONDS`: a ticket intake does not pay a query of its own.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from .calendar import DayKind, SpecialDay, WorkingCalendar
from .frames import parse_day
from .standard import STANDARD

if TYPE_CHECKING:
    from governance.foundation.models import CalendarDay

logger = logging.getLogger(__name__)

CHECK_SECONDS = 5.0

Row = TypeVar("Row")
Read = TypeVar("Read")


class UnknownCalendar(LookupError):
    """No calendar has this code."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """All calendars at one version of the tables; `default` is the code used when none is named."""

    version: UUID | None
    calendars: Mapping[str, WorkingCalendar]
    default: str


class CalendarStore:
    """One per process. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._checked = 0.0

    def load(self, code: str = "") -> WorkingCalendar:
        """The calendar of that code, or the default one; UnknownCalendar when there is none."""
        loaded = self._fresh()
        try:
            return loaded.calendars[code or loaded.default]
        except KeyError:
            raise UnknownCalendar(f"there is no working calendar {code!r}") from None

    def forget(self) -> None:
        """Look at the tables again at the next call (after an edit in this process)."""
        with self._lock:
            self._loaded = None

    def _fresh(self) -> Loaded:
        loaded = self._loaded
        if loaded is not None and self._clock() - self._checked < CHECK_SECONDS:
            return loaded
        if not self._lock.acquire(blocking=loaded is None):
            assert loaded is not None
            return loaded
        try:
            return self._renewed()
        finally:
            self._lock.release()

    def _renewed(self) -> Loaded:
        now, version, loaded = self._clock(), read_version(), self._loaded
        if loaded is None or loaded.version != version:
            loaded = read_tables(version)
        self._loaded, self._checked = loaded, now
        return loaded


def read_version() -> UUID | None:
    """The mark of the present content of the tables; None when nothing was ever written to them."""
    from governance.foundation.models import CalendarVersion

    return CalendarVersion.objects.values_list("token", flat=True).first()


def read_tables(version: UUID | None) -> Loaded:
    """All calendars in three queries; the standard ones stand in for those that the tables do not have.

    A row that cannot be read (written past the forms) is logged and left out: the others still work.
    """
    from governance.foundation.models import CalendarDay, CalendarYear, WorkCalendar

    confirmed = frozenset(CalendarYear.objects.confirmed().values_list("year", flat=True))
    days = [read for row in CalendarDay.objects.all() if (read := readable(special_day, row))]
    statutory = {day: special for owner, day, special in days if owner is None}
    found = {
        spec.code: WorkingCalendar(spec.code, spec.week, statutory, confirmed)
        if spec.follows_statutory
        else WorkingCalendar(spec.code, spec.week)
        for spec in STANDARD
    }
    default = next(spec.code for spec in STANDARD if spec.is_default)

    def working(row: WorkCalendar) -> WorkingCalendar:
        own = {day: special for owner, day, special in days if owner == row.pk}
        if not row.follows_statutory:
            return WorkingCalendar(row.code, row.week, own)
        return WorkingCalendar(row.code, row.week, {**statutory, **own}, confirmed)

    for row in WorkCalendar.objects.all():
        if calendar := readable(working, row):
            found[row.code] = calendar
            default = row.code if row.is_default else default
    return Loaded(version, found, default)


def special_day(row: "CalendarDay") -> tuple[int | None, date, SpecialDay]:
    """The calendar it belongs to (None: all that follow statutory days), the date, and what it is."""
    frames = None if row.frames is None else parse_day(row.frames)
    return row.calendar_id, row.date, SpecialDay(DayKind(row.kind), row.name, row.name_en, frames)


def readable(read: Callable[[Row], Read], row: Row) -> Read | None:
    """`read(row)`, or None with an error in the log when the row is malformed."""
    try:
        return read(row)
    except ValueError:
        logger.exception("calendar row left out: %r", row)
        return None


_STORE = CalendarStore()
load_calendar = _STORE.load
forget_calendars = _STORE.forget
