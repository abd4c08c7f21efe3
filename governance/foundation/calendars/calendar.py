"""The working calendar: which minutes of which days count. Immutable, in memory, knows nothing of tables.

Each year is indexed once (instants of its frames with running sums), so that a question costs a bisection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .frames import DAY_MINUTES, Frames, Week

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_YEAR = 9998


class NoWorkingTime(ValueError):
    """The calendar has no working time left to count, so a deadline on it would never come."""


class DayKind(StrEnum):
    """Why a date differs from its weekday."""

    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that differs from its weekday; `frames` None: closed on a holiday, else the usual hours."""

    kind: DayKind
    name: str = ""
    name_en: str = ""
    frames: Frames | None = None


class YearIndex(NamedTuple):
    """The frames of one local year as instants in microseconds, with the work done up to the end of each."""

    starts: list[int]
    ends: list[int]
    sums: list[int]
    workdays: list[int]
    closes: list[int]

    @property
    def total(self) -> int:
        """Working microseconds of the whole year."""
        return self.sums[-1] if self.sums else 0

    def done(self, at: int) -> int:
        """Working microseconds of this year before the instant `at`."""
        i = bisect_right(self.starts, at) - 1
        return self.sums[i] - max(0, self.ends[i] - at) if i >= 0 else 0

    def instant(self, work: int) -> int:
        """The first instant by which `work` microseconds (0 < work <= total) are done."""
        i = bisect_left(self.sums, work)
        return self.ends[i] - (self.sums[i] - work)


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware instant; ValueError for a naive one."""
    if at.utcoffset() is None:
        raise ValueError(f"an aware instant is needed, not {at!r}")
    return (at - EPOCH) // MICROSECOND


def instant(microseconds: int) -> datetime:
    """The inverse of `micros`, in UTC."""
    return EPOCH + timedelta(microseconds=microseconds)


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """Frames per weekday from Monday, special days by date, and the years whose special days are confirmed.

    `confirmed_years` None means that the calendar follows no yearly announcement and is always confirmed.
    NoWorkingTime when neither a weekday nor a special day has any working time.
    """

    code: str
    week: Week
    days: Mapping[date, SpecialDay] = field(default_factory=dict)
    confirmed_years: frozenset[int] | None = None
    tz: ZoneInfo = SHANGHAI
    _years: dict[int, YearIndex] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        if not any(self.week) and not any(special.frames for special in self.days.values()):
            raise NoWorkingTime(f"the calendar {self.code!r} has no working time at all")

    def is_confirmed(self, year: int) -> bool:
        """Whether the holidays and make-up workdays of `year` are known; else plain weekdays are counted."""
        return self.confirmed_years is None or year in self.confirmed_years

    def frames_on(self, day: date) -> Frames:
        """The working frames of a local date; empty when it is closed."""
        usual = self.week[day.weekday()]
        special = self.days.get(day)
        if special is None:
            return usual
        if special.frames is not None:
            return special.frames
        if special.kind is DayKind.MAKEUP_WORKDAY:
            return usual or next((frames for frames in self.week if frames), ())
        return () if special.kind is DayKind.HOLIDAY else usual

    def is_workday(self, day: date) -> bool:
        """Whether any minute of the local date counts."""
        return bool(self.frames_on(day))

    def local(self, at: datetime) -> datetime:
        """`at` in the calendar's own time zone; ValueError for a naive instant."""
        if at.utcoffset() is None:
            raise ValueError(f"an aware instant is needed, not {at!r}")
        return at.astimezone(self.tz)

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """The frames of a local date as pairs of instants in UTC."""
        return [(instant(a), instant(b)) for a, b in self._spans(day)]

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; negative when `end` comes first."""
        if end < start:
            return -self.worked(end, start)
        first, last = self.local(start).year, self.local(end).year
        work = self._year(last).done(micros(end)) - self._year(first).done(micros(start))
        return timedelta(microseconds=work + sum(self._year(year).total for year in range(first, last)))

    def after(self, at: datetime, work: timedelta) -> datetime:
        """The first instant by which `work` is done since `at`; for no work, the next instant that counts."""
        if work < timedelta(0):
            raise ValueError("working time is counted forward only")
        if not work:
            return self.opening(at)
        year, left = self.local(at).year, work // MICROSECOND
        left += self._year(year).done(micros(at))
        while left > (total := self._year(year).total):
            left -= total
            year = self._next(year)
        return instant(self._year(year).instant(left))

    def opening(self, at: datetime) -> datetime:
        """`at` itself within a frame (both edges count), else the start of the next frame."""
        moment, year = micros(at), self.local(at).year
        while True:
            index = self._year(year)
            i = bisect_left(index.ends, moment)
            if i < len(index.ends):
                return instant(max(moment, index.starts[i]))
            year = self._next(year)

    def close_after(self, day: date, workdays: int) -> datetime:
        """The end of the last frame of the `workdays`-th workday (>= 1) after the local date `day`."""
        if workdays < 1:
            raise ValueError("workdays are counted from one")
        year, ordinal = day.year, day.toordinal()
        while True:
            index = self._year(year)
            i = bisect_right(index.workdays, ordinal) + workdays - 1
            if i < len(index.closes):
                return instant(index.closes[i])
            workdays = i - len(index.closes) + 1
            year = self._next(year)

    def _next(self, year: int) -> int:
        """The following year, or NoWorkingTime when nothing can come any more."""
        last = LAST_YEAR if any(self.week) else max(day.year for day in self.days)
        if year >= last:
            raise NoWorkingTime(f"the calendar {self.code!r} has no working time after {year}")
        return year + 1

    def _spans(self, day: date) -> Iterator[tuple[int, int]]:
        for frame in self.frames_on(day):
            start, end = self._edge(day, frame.start), self._edge(day, frame.end)
            if start < end:
                yield start, end

    def _edge(self, day: date, minute: int) -> int:
        """The instant of a wall-clock minute of a local date; minute 1440 is the next midnight."""
        days, rest = divmod(minute, DAY_MINUTES)
        wall = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), self.tz)
        return micros(wall)

    def _year(self, year: int) -> YearIndex:
        index = self._years.get(year)
        if index is None:
            index = self._years[year] = self._index(year)
        return index

    def _index(self, year: int) -> YearIndex:
        index, total = YearIndex([], [], [], [], []), 0
        for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
            for start, end in self._spans(date.fromordinal(ordinal)):
                total += end - start
                index.starts.append(start)
                index.ends.append(end)
                index.sums.append(total)
                if not index.workdays or index.workdays[-1] != ordinal:
                    index.workdays.append(ordinal)
                    index.closes.append(end)
                index.closes[-1] = end
        return index
