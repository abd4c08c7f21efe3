"""The arithmetic on the screen: literal accounts, and that every account adds up to the due instant."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.foundation.calendars import (
    Clock,
    DayKind,
    Extension,
    Limit,
    Line,
    LineKind,
    Pause,
    SpecialDay,
    Unit,
    WorkingCalendar,
    due_with_pauses,
    elapsed,
    explain,
    parse_week,
)
from governance.foundation.calendars.calendar import SHANGHAI

FOUR_HOURS = Limit(4, Unit.HOUR, Clock.WORKING)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]


def told(lines: list[Line]) -> list[tuple[str, str, float, str]]:
    """Kind, local span, minutes and English text of each line."""
    with translation.override("en"):
        return [(line.kind.value, span(line), line.minutes, line.text) for line in lines]


def span(line: Line) -> str:
    starts, ends = (moment.astimezone(SHANGHAI) for moment in (line.starts_at, line.ends_at))
    return f"{starts:%m-%d %H:%M} {ends:%m-%d %H:%M}"


def test_working_hours_over_a_weekend(office: WorkingCalendar) -> None:
    assert told(explain(office, FOUR_HOURS, at(2026, 3, 6, 13, 0))) == [
        ("start", "03-06 13:00 03-06 13:00", 0, "Limit: 4 working hours"),
        ("wait", "03-06 13:00 03-06 14:00", 0, "Outside working time"),
        ("frame", "03-06 14:00 03-06 17:30", 210, "Working time"),
        ("closed", "03-07 00:00 03-09 00:00", 0, "Weekend"),
        ("frame", "03-09 08:30 03-09 09:00", 30, "Working time"),
        ("due", "03-09 09:00 03-09 09:00", 0, "Due"),
    ]


def test_working_hours_into_a_makeup_day(office: WorkingCalendar) -> None:
    assert told(explain(office, Limit(1, Unit.HOUR, Clock.WORKING), at(2026, 10, 9, 17, 30))) == [
        ("start", "10-09 17:30 10-09 17:30", 0, "Limit: 1 working hour"),
        ("wait", "10-09 17:30 10-10 00:00", 0, "Outside working time"),
        (
            "makeup_workday",
            "10-10 08:30 10-10 09:30",
            60,
            "Working time on a make-up workday (National Day)",
        ),
        ("due", "10-10 09:30 10-10 09:30", 0, "Due"),
    ]


def test_workdays_over_a_holiday_with_extension_and_pause(office: WorkingCalendar) -> None:
    lines = explain(
        office,
        Limit.workdays(2),
        at(2026, 2, 13, 16, 0),
        [Pause(at(2026, 2, 24, 16, 0), at(2026, 2, 25, 9, 0)), Pause(at(2026, 6, 1), at(2026, 6, 2))],
        [Extension(Limit.workdays(1))],
    )
    assert told(lines) == [
        ("start", "02-13 16:00 02-13 16:00", 0, "Limit: 2 workdays"),
        ("dispatch_day", "02-13 16:00 02-14 00:00", 90, "The day it begins is not counted as a workday"),
        (
            "makeup_workday",
            "02-14 08:30 02-14 17:30",
            420,
            "Workday 1 of 2, a make-up workday (Chinese New Year (Spring Festival))",
        ),
        ("holiday", "02-15 00:00 02-24 00:00", 0, "Closed for Chinese New Year (Spring Festival)"),
        ("workday", "02-24 08:30 02-24 17:30", 420, "Workday 2 of 2"),
        ("extension", "02-24 17:30 02-25 17:30", 420, "Extended by 1 workday"),
        ("pause", "02-24 16:00 02-25 09:00", 120, "Clock stopped: this time is added at the end"),
        ("due", "02-26 10:30 02-26 10:30", 0, "Due"),
    ]
    assert [line.workday for line in lines if line.workday] == [1, 2]


def test_natural_time_is_one_line(office: WorkingCalendar) -> None:
    assert told(explain(office, Limit(30, Unit.DAY, Clock.NATURAL), at(2026, 12, 10, 9))) == [
        ("start", "12-10 09:00 12-10 09:00", 0, "Limit: 30 calendar days"),
        ("natural", "12-10 09:00 01-09 09:00", 43200, "Every minute counts, day and night"),
        ("due", "01-09 09:00 01-09 09:00", 0, "Due"),
    ]


def test_an_unconfirmed_year_is_said(office: WorkingCalendar) -> None:
    lines = told(explain(office, Limit.workdays(1), at(2026, 12, 31, 9)))
    assert [line[0] for line in lines] == [
        "start",
        "dispatch_day",
        "holiday",
        "workday",
        "unconfirmed",
        "due",
    ]
    assert lines[-2][3] == "The holidays of 2027 are not confirmed; the due time may still move"


def test_a_day_closed_without_a_name() -> None:
    days = {datetime(2026, 3, 3).date(): SpecialDay(DayKind.CUSTOM, frames=())}
    calendar = WorkingCalendar("own", parse_week({"mon": ["08:00-09:00"], "tue": ["08:00-09:00"]}), days)
    lines = told(explain(calendar, Limit.workdays(1), at(2026, 3, 2, 8)))
    assert ("closed", "03-03 00:00 03-09 00:00", 0, "Closed") in lines


def test_midnight_ends_no_extra_day(always: WorkingCalendar) -> None:
    lines = told(explain(always, Limit.workdays(1), at(2026, 3, 2, 8)))
    assert [line[:2] for line in lines[1:]] == [
        ("dispatch_day", "03-02 08:00 03-03 00:00"),
        ("workday", "03-03 00:00 03-04 00:00"),
        ("due", "03-04 00:00 03-04 00:00"),
    ]


def test_names_of_days_follow_the_reader() -> None:
    days = {
        datetime(2026, 3, 3).date(): SpecialDay(DayKind.HOLIDAY, "甲节", "A day"),
        datetime(2026, 3, 4).date(): SpecialDay(DayKind.HOLIDAY, "乙节"),
    }
    week = parse_week({day: ["08:00-09:00"] for day in ("mon", "tue", "wed", "thu")})
    line = explain(WorkingCalendar("own", week, days), Limit.workdays(1), at(2026, 3, 2, 8))[2]
    with translation.override("en"):
        assert str(line.values["name"]) == "A day, 乙节"
    with translation.override("zh-hans"):
        assert str(line.values["name"]) == "甲节、乙节"


def test_a_naive_start_is_refused(office: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="aware"):
        explain(office, FOUR_HOURS, datetime(2026, 3, 2))


limits = st.one_of(
    st.builds(Limit, st.integers(1, 4000), st.just(Unit.MINUTE), st.just(Clock.WORKING)),
    st.integers(1, 30).map(Limit.workdays),
    st.builds(Limit, st.integers(1, 60), st.just(Unit.DAY), st.just(Clock.NATURAL)),
)
moments = st.timedeltas(timedelta(0), timedelta(days=1400)).map(
    lambda d: datetime(2023, 12, 20, tzinfo=UTC) + d
)
gaps = st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 9000)), max_size=3)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    code=st.sampled_from(["office", "always", "window"]),
    limit=limits,
    start=moments,
    gaps=gaps,
    more=st.integers(0, 5),
)
def test_every_account_adds_up_to_the_due_instant(
    calendars: dict[str, WorkingCalendar],
    code: str,
    limit: Limit,
    start: datetime,
    gaps: list[tuple[int, int]],
    more: int,
) -> None:
    calendar, pauses, moment = calendars[code], [], start
    for wait, length in gaps:
        pauses.append(Pause(moment + timedelta(minutes=wait), moment + timedelta(minutes=wait + length)))
        moment = pauses[-1].end
    extensions = [Extension(Limit(more, limit.unit, limit.clock))] if more else []
    end = due_with_pauses(calendar, limit, start, pauses, extensions)
    lines = explain(calendar, limit, start, pauses, extensions)

    assert lines[0].kind is LineKind.START
    assert (lines[-1].kind, lines[-1].starts_at, lines[-1].ends_at) == (LineKind.DUE, end, end)
    assert lines[-1].total == elapsed(calendar, limit.clock, start, end)
    assert sum(line.minutes for line in lines) == pytest.approx(lines[-1].total)
    assert [line.workday for line in lines if line.workday] == list(
        range(1, limit.amount + 1) if limit.unit is Unit.WORKDAY else []
    )
    counted = [line for line in lines if line.kind not in {LineKind.PAUSE, LineKind.UNCONFIRMED}]
    for before, after in pairwise(counted):
        assert before.starts_at <= before.ends_at <= after.starts_at
    assert all(line.text for line in lines)
