"""Frames and the working calendar: what counts, what is refused, and that every search ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from governance.foundation.calendars import (
    DayKind,
    Frame,
    NoWorkingTime,
    SpecialDay,
    WorkingCalendar,
    parse_day,
    parse_week,
)
from governance.foundation.calendars.calendar import SHANGHAI
from governance.foundation.calendars.frames import write_week

CLOSED = ((), (), (), (), (), (), ())


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "frame"),
    [("08:30-12:00", Frame(510, 720)), ("0:00-24:00", Frame(0, 1440)), (" 14:00-17:30 ", Frame(840, 1050))],
)
def test_a_frame_is_written_as_people_write_it(text: str, frame: Frame) -> None:
    assert Frame.parse(text) == frame


@pytest.mark.parametrize(
    "text",
    ["", "8-12", "12:00-12:00", "12:00-08:30", "00:00-24:01", "25:00-26:00", "08:60-09:00", "08:30–12:00"],
)
def test_a_malformed_frame_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="frame"):
        Frame.parse(text)


@pytest.mark.parametrize("day", ["08:30-12:00", [["08:30", "12:00"]], None, 7, {"a": 1}, [None]])
def test_a_day_of_the_wrong_shape_is_refused(day: object) -> None:
    with pytest.raises(ValueError, match="a day is a list"):
        parse_day(day)  # type: ignore[arg-type]


def test_overlapping_frames_are_refused_and_touching_ones_are_not() -> None:
    with pytest.raises(ValueError, match="overlap"):
        parse_day(["08:00-12:00", "11:59-13:00"])
    assert parse_day(["12:00-13:00", "08:00-12:00"]) == (Frame(480, 720), Frame(720, 780))


def test_a_week_survives_writing_and_parsing() -> None:
    written = {"mon": ["08:30-12:00", "14:00-17:30"], "sat": ["09:00-24:00"]}
    assert write_week(parse_week(written)) == written


@pytest.mark.parametrize("week", [{"monday": []}, [], "mon", {1: []}])
def test_a_week_with_other_keys_is_refused(week: object) -> None:
    with pytest.raises(ValueError, match="a week is an object"):
        parse_week(week)  # type: ignore[arg-type]


def test_a_holiday_is_closed_and_a_makeup_workday_has_usual_hours(
    office: WorkingCalendar, window: WorkingCalendar
) -> None:
    assert not office.is_workday(date(2026, 10, 1))
    assert office.frames_on(date(2026, 9, 20)) == office.frames_on(date(2026, 9, 21)), (
        "a Sunday, like a Monday"
    )
    assert window.is_workday(date(2026, 9, 19)), "an ordinary Saturday"
    assert not window.is_workday(date(2026, 10, 3)), "a Saturday within National Day"
    assert window.is_workday(date(2026, 10, 10))


def test_own_hours_replace_those_of_the_weekday() -> None:
    week = parse_week({"wed": ["08:00-12:00"]})
    days = {
        date(2026, 3, 4): SpecialDay(DayKind.CUSTOM, frames=parse_day(["10:00-11:00"])),
        date(2026, 3, 11): SpecialDay(DayKind.CUSTOM, frames=()),
        date(2026, 3, 13): SpecialDay(DayKind.MAKEUP_WORKDAY, frames=parse_day(["09:00-10:00"])),
        date(2026, 3, 15): SpecialDay(DayKind.MAKEUP_WORKDAY),
    }
    calendar = WorkingCalendar("court", week, days)
    assert calendar.worked(at(2026, 3, 1), at(2026, 3, 31)) == timedelta(hours=1 + 1 + 4 + 8)


def test_a_calendar_without_working_time_is_refused_when_made() -> None:
    with pytest.raises(NoWorkingTime, match="no working time"):
        WorkingCalendar("never", CLOSED)
    with pytest.raises(ValueError, match="seven days"):
        WorkingCalendar("short", CLOSED[:6])  # type: ignore[arg-type]


def test_a_calendar_of_single_days_ends_with_the_last_of_them() -> None:
    days = {date(2026, 5, 9): SpecialDay(DayKind.CUSTOM, frames=parse_day(["08:00-10:00"]))}
    fair = WorkingCalendar("fair", CLOSED, days)
    assert fair.after(at(2025, 1, 1), timedelta(hours=2)) == at(2026, 5, 9, 10)
    for search in (
        lambda: fair.after(at(2026, 5, 9), timedelta(hours=3)),
        lambda: fair.opening(at(2026, 5, 9, 10, 1)),
        lambda: fair.close_after(date(2026, 5, 9), 1),
    ):
        with pytest.raises(NoWorkingTime, match="after 2026"):
            search()


def test_a_makeup_workday_needs_hours_from_somewhere() -> None:
    days = {
        date(2026, 5, 9): SpecialDay(DayKind.MAKEUP_WORKDAY),
        date(2026, 5, 10): SpecialDay(DayKind.CUSTOM, frames=parse_day(["08:00-10:00"])),
    }
    assert not WorkingCalendar("fair", CLOSED, days).is_workday(date(2026, 5, 9))


def test_a_year_without_data_is_unconfirmed_and_counts_plain_weekdays(office: WorkingCalendar) -> None:
    assert office.is_confirmed(2026)
    assert not office.is_confirmed(2027)
    assert not office.is_confirmed(2050)
    assert [office.is_workday(date(2050, 10, day)) for day in range(1, 8)] == [False, False, *[True] * 5]


def test_a_calendar_that_follows_no_announcement_is_always_confirmed(always: WorkingCalendar) -> None:
    assert always.is_confirmed(2050)


@pytest.mark.parametrize("moment", [(2026, 3, 2, 8, 30), (2026, 3, 2, 12, 0), (2026, 3, 2, 9, 15)])
def test_an_open_instant_opens_at_once(office: WorkingCalendar, moment: tuple[int, ...]) -> None:
    assert office.opening(at(*moment)) == at(*moment)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ((2026, 3, 2, 12, 0, 1), (2026, 3, 2, 14, 0)),
        ((2026, 3, 6, 17, 30, 1), (2026, 3, 9, 8, 30)),
        ((2026, 12, 31, 18, 0), (2027, 1, 4, 8, 30)),
        ((2026, 9, 30, 23, 59), (2026, 10, 8, 8, 30)),
    ],
)
def test_a_closed_instant_waits_for_the_next_frame(
    office: WorkingCalendar, moment: tuple[int, ...], opening: tuple[int, ...]
) -> None:
    assert office.opening(at(*moment)) == at(*opening)


def test_results_are_in_utc_whatever_zone_is_asked(office: WorkingCalendar) -> None:
    asked = at(2026, 3, 2, 7).astimezone(UTC)
    assert office.opening(asked).tzinfo is UTC
    assert office.opening(asked) == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


def test_worked_time_may_be_asked_backwards(office: WorkingCalendar) -> None:
    monday, friday = at(2025, 12, 29), at(2026, 1, 9)
    assert office.worked(monday, friday) == timedelta(hours=7 * 8), "2026-01-01 to 03 off, Sunday 04 worked"
    assert office.worked(friday, monday) == -office.worked(monday, friday)


def test_a_naive_instant_is_refused_everywhere(office: WorkingCalendar) -> None:
    naive, aware = datetime(2026, 3, 2, 9), at(2026, 3, 2, 9)
    for question in (
        lambda: office.local(naive),
        lambda: office.opening(naive),
        lambda: office.worked(naive, naive),
        lambda: office.after(naive, timedelta(minutes=1)),
        lambda: office.after(naive, timedelta(0)),
    ):
        with pytest.raises(ValueError, match="aware"):
            question()
    with pytest.raises((ValueError, TypeError)):
        office.worked(aware, naive)


def test_time_is_counted_forward_only(office: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="forward"):
        office.after(at(2026, 3, 2), timedelta(minutes=-1))
    with pytest.raises(ValueError, match="from one"):
        office.close_after(date(2026, 3, 2), 0)


def test_a_zone_with_summer_time_counts_the_hours_that_exist() -> None:
    week = parse_week({"sun": ["01:00-05:00"]})
    calendar = WorkingCalendar("abroad", week, tz=ZoneInfo("America/New_York"))
    assert calendar.worked(at(2026, 3, 1), at(2026, 3, 3)) == timedelta(hours=4)
    assert calendar.worked(at(2026, 3, 8), at(2026, 3, 10)) == timedelta(hours=3), "02:00 became 03:00"
    gap = WorkingCalendar("abroad", parse_week({"sun": ["02:00-03:00"]}), tz=ZoneInfo("America/New_York"))
    assert gap.opening(at(2026, 3, 8)) > at(2026, 3, 14), "the frame of that Sunday does not exist"
