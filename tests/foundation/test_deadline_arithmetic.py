"""Deadlines: literal cases that a person can check, then properties against a count minute by minute."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from governance.foundation.calendars import (
    Clock,
    Extension,
    Limit,
    Pause,
    Unit,
    WorkingCalendar,
    due,
    due_with_pauses,
    duration,
    elapsed,
    fraction_point,
    next_workday_close,
    shift,
    warn_at,
)
from governance.foundation.calendars.calendar import SHANGHAI

FOUR_HOURS = Limit(4, Unit.HOUR, Clock.WORKING)
ONE_DAY = Limit(24, Unit.HOUR, Clock.NATURAL)
seeded = settings(derandomize=True, deadline=None, max_examples=150)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        pytest.param((2026, 3, 2, 8, 30), 4, (2026, 3, 2, 14, 30), id="from opening, over lunch"),
        pytest.param((2026, 3, 2, 8, 0), 4, (2026, 3, 2, 14, 30), id="before opening"),
        pytest.param((2026, 3, 2, 12, 0), 1, (2026, 3, 2, 15, 0), id="at the start of lunch"),
        pytest.param((2026, 3, 2, 13, 59), 1, (2026, 3, 2, 15, 0), id="within lunch"),
        pytest.param((2026, 3, 2, 14, 0), 1, (2026, 3, 2, 15, 0), id="at the end of lunch"),
        pytest.param(
            (2026, 3, 2, 8, 30), 7, (2026, 3, 2, 17, 30), id="ends with the day, not the next morning"
        ),
        pytest.param((2026, 3, 2, 17, 30), 1, (2026, 3, 3, 9, 30), id="at closing"),
        pytest.param((2026, 3, 6, 16, 0), 4, (2026, 3, 9, 11, 0), id="over a week-end"),
        pytest.param((2026, 3, 7, 10, 0), 4, (2026, 3, 9, 14, 30), id="on a Saturday"),
        pytest.param((2026, 9, 30, 16, 30), 2, (2026, 10, 8, 9, 30), id="over National Day"),
        pytest.param((2026, 10, 9, 16, 30), 2, (2026, 10, 10, 9, 30), id="into a make-up Saturday"),
        pytest.param((2026, 12, 31, 16, 30), 2, (2027, 1, 4, 9, 30), id="over New Year, provisional"),
        pytest.param(
            (2025, 12, 31, 16, 30), 2, (2026, 1, 4, 9, 30), id="into a make-up Sunday of the new year"
        ),
        pytest.param((2024, 2, 29, 17, 0), 1, (2024, 3, 1, 9, 0), id="leap day"),
        pytest.param((2026, 3, 2, 0, 0), 1, (2026, 3, 2, 9, 30), id="at midnight"),
        pytest.param((2026, 3, 1, 23, 59), 1, (2026, 3, 2, 9, 30), id="before midnight"),
    ],
)
def test_working_hours(
    office: WorkingCalendar, start: tuple[int, ...], hours: int, expected: tuple[int, ...]
) -> None:
    assert due(office, Limit(hours, Unit.HOUR, Clock.WORKING), at(*start)) == at(*expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param((2026, 3, 2, 8, 31), 1, (2026, 3, 3, 17, 30), id="Monday to Tuesday's close"),
        pytest.param(
            (2026, 3, 2, 0, 0), 1, (2026, 3, 3, 17, 30), id="the first instant of the day counts as it"
        ),
        pytest.param((2026, 3, 2, 23, 59), 1, (2026, 3, 3, 17, 30), id="and so does the last"),
        pytest.param((2026, 3, 6, 9, 0), 1, (2026, 3, 9, 17, 30), id="Friday to Monday"),
        pytest.param((2026, 3, 7, 9, 0), 1, (2026, 3, 9, 17, 30), id="Saturday to Monday"),
        pytest.param((2024, 2, 9, 9, 0), 1, (2024, 2, 18, 17, 30), id="2024-02-18, a make-up Sunday"),
        pytest.param((2024, 2, 2, 9, 0), 1, (2024, 2, 4, 17, 30), id="2024-02-04, a make-up Sunday"),
        pytest.param((2025, 1, 24, 9, 0), 2, (2025, 1, 27, 17, 30), id="2025-01-26, a make-up Sunday"),
        pytest.param((2026, 2, 13, 9, 0), 2, (2026, 2, 24, 17, 30), id="2026-02-14, then Spring Festival"),
        pytest.param((2026, 12, 28, 9, 0), 5, (2027, 1, 5, 17, 30), id="over New Year 2027"),
        pytest.param((2026, 12, 8, 9, 0), 15, (2026, 12, 29, 17, 30), id="fifteen workdays"),
        pytest.param((2024, 2, 28, 9, 0), 1, (2024, 2, 29, 17, 30), id="leap day"),
    ],
)
def test_workdays_end_at_the_close_of_the_nth_after_the_dispatch_day(
    office: WorkingCalendar, start: tuple[int, ...], days: int, expected: tuple[int, ...]
) -> None:
    assert due(office, Limit.workdays(days), at(*start)) == at(*expected)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (Limit(10, Unit.MINUTE, Clock.NATURAL), (2026, 12, 31, 23, 59, 30)),
        (Limit(2, Unit.HOUR, Clock.NATURAL), (2027, 1, 1, 1, 49, 30)),
        (Limit(30, Unit.DAY, Clock.NATURAL), (2027, 1, 30, 23, 49, 30)),
    ],
)
def test_natural_limits_are_exact(office: WorkingCalendar, limit: Limit, expected: tuple[int, ...]) -> None:
    assert due(office, limit, at(2026, 12, 31, 23, 49, 30)) == at(*expected)


def test_seconds_are_kept(office: WorkingCalendar) -> None:
    start = at(2026, 3, 2, 11, 59, 30).replace(microsecond=250_000)
    assert due(office, Limit(1, Unit.MINUTE, Clock.WORKING), start) == at(2026, 3, 2, 14, 0, 30).replace(
        microsecond=250_000
    )


def test_day_and_night_a_workday_is_a_whole_day(always: WorkingCalendar) -> None:
    assert due(always, Limit.workdays(1), at(2026, 10, 1, 9)) == at(2026, 10, 3, 0), "24:00 of the next day"
    assert due(always, FOUR_HOURS, at(2026, 12, 31, 22)) == at(2027, 1, 1, 2)


def test_a_counter_that_works_on_saturdays(window: WorkingCalendar) -> None:
    assert due(window, Limit.workdays(1), at(2026, 3, 6, 9)) == at(2026, 3, 7, 17)


@pytest.mark.parametrize(
    ("amount", "unit", "clock"),
    [
        (0, "hour", "working"),
        (-1, "hour", "working"),
        (1.5, "hour", "working"),
        (True, "hour", "working"),
        ("4", "hour", "working"),
        (10**9, "workday", "working"),
        (1, "week", "working"),
        (1, "hour", "lunar"),
        (1, "workday", "natural"),
        (1, "day", "working"),
    ],
)
def test_a_senseless_limit_is_refused(amount: object, unit: str, clock: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - every reason has its own words
        Limit(amount, unit, clock)  # type: ignore[arg-type]


def test_a_limit_may_be_given_as_the_catalogue_writes_it() -> None:
    assert Limit(4, "hour", "working") == FOUR_HOURS  # type: ignore[arg-type]
    assert FOUR_HOURS.minutes == 240
    assert str(FOUR_HOURS) == "4 hour (working)"
    with pytest.raises(ValueError, match="no fixed number"):
        _ = Limit.workdays(1).minutes


@pytest.mark.parametrize(
    ("limit", "start", "expected"),
    [
        (FOUR_HOURS, (2026, 3, 6, 16, 0), (2026, 3, 9, 10, 12)),
        (Limit.workdays(5), (2026, 3, 2, 8, 30), (2026, 3, 6, 16, 6)),
        (ONE_DAY, (2026, 3, 6, 16, 0), (2026, 3, 7, 11, 12)),
        (Limit(10, Unit.MINUTE, Clock.NATURAL), (2026, 3, 6, 16, 0), (2026, 3, 6, 16, 8)),
    ],
)
def test_amber_at_four_fifths_of_the_same_clock(
    office: WorkingCalendar, limit: Limit, start: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    end = due(office, limit, at(*start))
    assert warn_at(office, limit, at(*start), end) == at(*expected)
    assert warn_at(office, limit, at(*start), end, 1.0) == end


def test_amber_waits_for_a_pause(office: WorkingCalendar) -> None:
    start, pause = at(2026, 3, 2, 8, 30), Pause(at(2026, 3, 2, 9, 30), at(2026, 3, 3, 9, 30))
    end = due_with_pauses(office, FOUR_HOURS, start, [pause])
    assert end == at(2026, 3, 3, 14, 30)
    assert warn_at(office, FOUR_HOURS, start, end, pauses=[pause]) == at(2026, 3, 3, 11, 42)


def test_amber_before_a_later_pause_is_not_moved(office: WorkingCalendar) -> None:
    start, pause = at(2026, 3, 2, 8, 30), Pause(at(2026, 3, 2, 14, 10), at(2026, 3, 3, 14, 10))
    end = due_with_pauses(office, FOUR_HOURS, start, [pause])
    assert warn_at(office, FOUR_HOURS, start, end, pauses=[pause]) == at(2026, 3, 2, 11, 42)


def test_amber_of_a_limit_with_nothing_to_run_is_its_end(office: WorkingCalendar) -> None:
    saturday, sunday = at(2026, 3, 7, 9), at(2026, 3, 8, 9)
    assert warn_at(office, FOUR_HOURS, saturday, sunday) == sunday
    assert warn_at(office, ONE_DAY, sunday, saturday) == saturday, (
        "a due time given from outside, already past"
    )


@pytest.mark.parametrize("ratio", [-0.1, 1.1, float("nan")])
def test_a_ratio_is_a_share(office: WorkingCalendar, ratio: float) -> None:
    with pytest.raises(ValueError, match="ratio"):
        fraction_point(office, Clock.WORKING, at(2026, 3, 2), at(2026, 3, 3), ratio)


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        ((2026, 3, 2, 17, 30), 1, (2026, 3, 3, 17, 30)),
        ((2026, 3, 6, 17, 30), 1, (2026, 3, 9, 17, 30)),
        ((2026, 3, 6, 17, 30), 3, (2026, 3, 11, 17, 30)),
        ((2026, 9, 30, 12, 0), 1, (2026, 10, 8, 17, 30)),
        ((2026, 12, 31, 17, 30), 1, (2027, 1, 4, 17, 30)),
    ],
)
def test_the_urge_comes_at_the_next_workdays_close(
    office: WorkingCalendar, moment: tuple[int, ...], days: int, expected: tuple[int, ...]
) -> None:
    assert next_workday_close(office, at(*moment), days) == at(*expected)


def test_a_close_at_midnight_belongs_to_the_day_it_ends(
    always: WorkingCalendar, office: WorkingCalendar
) -> None:
    assert next_workday_close(always, at(2026, 3, 3, 0)) == at(2026, 3, 4, 0)
    assert next_workday_close(always, at(2026, 3, 3, 0, 1)) == at(2026, 3, 5, 0)
    assert next_workday_close(office, at(2026, 3, 3, 0)) == at(2026, 3, 4, 17, 30)


@pytest.mark.parametrize(
    ("limit", "more", "expected"),
    [
        (Limit.workdays(5), Limit.workdays(5), (2026, 3, 16, 17, 30)),
        (FOUR_HOURS, FOUR_HOURS, (2026, 3, 3, 9, 30)),
        (FOUR_HOURS, Limit.workdays(1), (2026, 3, 3, 17, 30)),
        (Limit.workdays(1), Limit(30, Unit.MINUTE, Clock.WORKING), (2026, 3, 4, 9, 0)),
        (ONE_DAY, Limit(2, Unit.DAY, Clock.NATURAL), (2026, 3, 5, 8, 30)),
        (ONE_DAY, Limit.workdays(1), (2026, 3, 4, 17, 30)),
    ],
)
def test_an_extension_adds(
    office: WorkingCalendar, limit: Limit, more: Limit, expected: tuple[int, ...]
) -> None:
    start = at(2026, 3, 2, 8, 30)
    assert due_with_pauses(office, limit, start, extensions=[Extension(more)]) == at(*expected)


def test_working_time_is_not_extended_on_the_natural_clock(office: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="extended in working time"):
        due_with_pauses(office, FOUR_HOURS, at(2026, 3, 2), extensions=[Extension(ONE_DAY)])


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        pytest.param([], (2026, 3, 2, 14, 30), id="none"),
        pytest.param([((2, 9, 0), (2, 10, 0))], (2026, 3, 2, 15, 30), id="one hour"),
        pytest.param([((2, 11, 0), (2, 15, 0))], (2026, 3, 2, 16, 30), id="lunch is not given back"),
        pytest.param([((2, 12, 0), (2, 14, 0))], (2026, 3, 2, 14, 30), id="lunch only"),
        pytest.param([((1, 9, 0), (2, 9, 0))], (2026, 3, 2, 15, 0), id="began before the clock did"),
        pytest.param([((2, 14, 30), (3, 14, 30))], (2026, 3, 2, 14, 30), id="began when it was due"),
        pytest.param([((2, 9, 0), (2, 10, 0)), ((2, 9, 30), (2, 10, 30))], (2026, 3, 2, 16, 0), id="overlap"),
        pytest.param(
            [((2, 15, 0), (2, 16, 0)), ((2, 9, 0), (2, 10, 0))], (2026, 3, 2, 16, 30), id="unordered"
        ),
        pytest.param([((2, 9, 0), (2, 9, 0))], (2026, 3, 2, 14, 30), id="empty"),
        pytest.param([((2, 10, 0), (9, 10, 0))], (2026, 3, 9, 14, 30), id="a week"),
    ],
)
def test_pauses(
    office: WorkingCalendar,
    pauses: list[tuple[tuple[int, ...], tuple[int, ...]]],
    expected: tuple[int, ...],
) -> None:
    stops = [Pause(at(2026, 3, *a), at(2026, 3, *b)) for a, b in pauses]
    assert due_with_pauses(office, FOUR_HOURS, at(2026, 3, 2, 8, 30), stops) == at(*expected)


def test_a_pause_must_be_aware_and_forward() -> None:
    with pytest.raises(ValueError, match="aware"):
        Pause(datetime(2026, 3, 2), datetime(2026, 3, 3))
    with pytest.raises(ValueError, match="before it starts"):
        Pause(at(2026, 3, 3), at(2026, 3, 2))


def test_naive_instants_and_negative_time_are_refused(office: WorkingCalendar) -> None:
    naive = datetime(2026, 3, 2, 9)
    for limit in (FOUR_HOURS, Limit.workdays(1), ONE_DAY):
        with pytest.raises(ValueError, match="aware"):
            due(office, limit, naive)
        with pytest.raises(ValueError, match="aware"):
            due_with_pauses(office, limit, naive, [Pause(at(2026, 3, 2), at(2026, 3, 3))])
        with pytest.raises(ValueError, match="aware"):
            warn_at(office, limit, naive, naive)
    for clock in Clock:
        with pytest.raises(ValueError, match="aware"):
            shift(office, clock, naive, 5)
        with pytest.raises(ValueError, match="aware"):
            elapsed(office, clock, naive, naive)
        with pytest.raises(ValueError, match="forward"):
            shift(office, clock, at(2026, 3, 2), -1)
    with pytest.raises(ValueError, match="aware"):
        next_workday_close(office, naive)


# Properties. The yardstick counts minute by minute and knows nothing of indexes.

minutes = st.integers(0, 4 * 366 * 24 * 60 - 1)
starts = minutes.map(lambda n: datetime(2023, 12, 20, tzinfo=UTC) + timedelta(minutes=n))
exact = st.builds(lambda start, us: start + timedelta(microseconds=us), starts, st.integers(0, 59_999_999))
codes = st.sampled_from(["office", "always", "window"])
working = st.builds(Limit, st.integers(1, 3000), st.just(Unit.MINUTE), st.just(Clock.WORKING))
workdays = st.integers(1, 30).map(Limit.workdays)
natural = st.builds(Limit, st.integers(1, 60), st.just(Unit.DAY), st.just(Clock.NATURAL))
limits = st.one_of(working, workdays, natural)
gaps = st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000)), max_size=4)


def working_minutes(calendar: WorkingCalendar, start: datetime) -> Iterator[datetime]:
    """The end of every working minute after `start`, one by one."""
    moment = start
    while True:
        local = moment.astimezone(SHANGHAI)
        minute = local.hour * 60 + local.minute
        moment += timedelta(minutes=1)
        if any(frame.start <= minute < frame.end for frame in calendar.frames_on(local.date())):
            yield moment


def inside(calendar: WorkingCalendar, moment: datetime) -> bool:
    return calendar.opening(moment) == moment


@seeded
@given(code=codes, limit=working, start=starts)
@example(
    code="office", limit=Limit(420, Unit.MINUTE, Clock.WORKING), start=datetime(2026, 12, 31, tzinfo=UTC)
)
def test_working_minutes_are_counted_one_by_one(
    calendars: dict[str, WorkingCalendar], code: str, limit: Limit, start: datetime
) -> None:
    counted = working_minutes(calendars[code], start)
    assert due(calendars[code], limit, start) == [next(counted) for _ in range(limit.amount)][-1]


@seeded
@given(code=codes, limit=workdays, start=exact)
def test_workdays_are_counted_one_by_one(
    calendars: dict[str, WorkingCalendar], code: str, limit: Limit, start: datetime
) -> None:
    calendar, day, left = calendars[code], start.astimezone(SHANGHAI).date(), limit.amount
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    close = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(
        minutes=calendar.frames_on(day)[-1].end
    )
    assert due(calendar, limit, start) == close


@seeded
@given(code=codes, limit=limits, first=exact, later=st.timedeltas(timedelta(0), timedelta(days=20)))
def test_a_later_start_is_never_due_earlier(
    calendars: dict[str, WorkingCalendar], code: str, limit: Limit, first: datetime, later: timedelta
) -> None:
    assert due(calendars[code], limit, first) <= due(calendars[code], limit, first + later)


@seeded
@given(code=codes, limit=st.one_of(working, workdays), start=exact)
def test_more_time_is_due_later(
    calendars: dict[str, WorkingCalendar], code: str, limit: Limit, start: datetime
) -> None:
    more = Limit(limit.amount + 1, limit.unit, limit.clock)
    assert start < due(calendars[code], limit, start) < due(calendars[code], more, start)


@seeded
@given(code=codes, limit=working, start=exact)
def test_the_time_from_start_to_due_is_the_limit(
    calendars: dict[str, WorkingCalendar], code: str, limit: Limit, start: datetime
) -> None:
    end = due(calendars[code], limit, start)
    assert elapsed(calendars[code], Clock.WORKING, start, end) == limit.amount


@seeded
@given(code=codes, limit=st.one_of(working, workdays), start=exact, pauses=gaps, more=st.integers(1, 900))
def test_a_working_limit_never_lands_outside_working_time(
    calendars: dict[str, WorkingCalendar],
    code: str,
    limit: Limit,
    start: datetime,
    pauses: list[tuple[int, int]],
    more: int,
) -> None:
    calendar, stops = calendars[code], _stops(start, pauses)
    extension = Extension(Limit(more, Unit.MINUTE, Clock.WORKING))
    end = due_with_pauses(calendar, limit, start, stops, [extension])
    assert inside(calendar, end)
    assert inside(calendar, warn_at(calendar, limit, start, end, pauses=stops))


@seeded
@given(code=codes, limit=limits, start=exact, pauses=gaps)
def test_pauses_add_exactly_what_they_covered(
    calendars: dict[str, WorkingCalendar],
    code: str,
    limit: Limit,
    start: datetime,
    pauses: list[tuple[int, int]],
) -> None:
    calendar, stops = calendars[code], _stops(start, pauses)
    plain, end = due(calendar, limit, start), due_with_pauses(calendar, limit, start, stops)
    covered = sum(
        (duration(calendar, limit.clock, stop.start, stop.end) for stop in stops if stop.start < end),
        timedelta(0),
    )
    assert duration(calendar, limit.clock, plain, end) == covered
    assert (
        duration(calendar, limit.clock, start, end) == duration(calendar, limit.clock, start, plain) + covered
    )


@seeded
@given(code=codes, limit=limits, start=exact, pauses=gaps, data=st.data())
def test_extensions_add_whatever_the_pauses(
    calendars: dict[str, WorkingCalendar],
    code: str,
    limit: Limit,
    start: datetime,
    pauses: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    calendar, stops = calendars[code], _stops(start, pauses)
    more = data.draw(st.integers(1, 20))
    longer = Limit(limit.amount + more, limit.unit, limit.clock)
    extension = Extension(Limit(more, limit.unit, limit.clock))
    extended = due_with_pauses(calendar, limit, start, stops, [extension])
    assert extended == due_with_pauses(calendar, longer, start, stops)
    assert extended > due_with_pauses(calendar, limit, start, stops)


@seeded
@given(code=codes, limit=limits, start=exact, pauses=gaps, ratio=st.floats(0.01, 0.99))
def test_amber_lies_between_start_and_due_and_grows_with_the_ratio(
    calendars: dict[str, WorkingCalendar],
    code: str,
    limit: Limit,
    start: datetime,
    pauses: list[tuple[int, int]],
    ratio: float,
) -> None:
    calendar, stops = calendars[code], _stops(start, pauses)
    end = due_with_pauses(calendar, limit, start, stops)
    amber = warn_at(calendar, limit, start, end, ratio, pauses=stops)
    assert start <= amber <= end
    assert amber <= warn_at(calendar, limit, start, end, min(1.0, ratio + 0.01), pauses=stops)


@seeded
@given(code=codes, clock=st.sampled_from(list(Clock)), start=exact, amount=st.integers(1, 5000))
def test_shifting_and_measuring_are_inverse(
    calendars: dict[str, WorkingCalendar], code: str, clock: Clock, start: datetime, amount: int
) -> None:
    calendar = calendars[code]
    assert elapsed(calendar, clock, start, shift(calendar, clock, start, amount)) == amount
    assert elapsed(calendar, clock, shift(calendar, clock, start, amount), start) == -amount


@seeded
@given(first=exact, second=exact, third=exact)
def test_worked_time_adds_up(
    office: WorkingCalendar, first: datetime, second: datetime, third: datetime
) -> None:
    parts = office.worked(first, second) + office.worked(second, third)
    assert parts == office.worked(first, third)


def test_every_day_of_six_years_has_a_deadline_across_each_new_year(office: WorkingCalendar) -> None:
    day = date(2023, 1, 1)
    while day < date(2029, 1, 1):
        start = datetime(day.year, day.month, day.day, 11, 59, tzinfo=SHANGHAI)
        assert due(office, FOUR_HOURS, start) < due(office, Limit.workdays(15), start)
        day += timedelta(days=1)


def _stops(start: datetime, gaps: list[tuple[int, int]]) -> list[Pause]:
    """Pauses one after another: minutes between them and minutes long, the first may begin with the clock."""
    stops, moment = [], start
    for wait, length in gaps:
        begins = moment + timedelta(minutes=wait)
        moment = begins + timedelta(minutes=length)
        stops.append(Pause(begins, moment))
    return stops
