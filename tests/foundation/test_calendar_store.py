"""Calendars in tables: seeding, the copy in each process, edits by hand and the alert. Real PostgreSQL."""

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from governance.foundation.calendars import UnknownCalendar, load_calendar, store
from governance.foundation.calendars.alerts import report_unconfirmed, unconfirmed_years
from governance.foundation.calendars.calendar import SHANGHAI
from governance.foundation.calendars.seed import default_years, seed
from governance.foundation.calendars.store import CHECK_SECONDS, CalendarStore
from governance.foundation.models import CalendarDay, CalendarVersion, CalendarYear, WorkCalendar

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2026, 11, 22, tzinfo=UTC)
STATUTORY = {"calendar": None}


class Seconds:
    """A clock that the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def copy(seconds: Seconds) -> CalendarStore:
    """The copy of another process."""
    return CalendarStore(seconds)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    store.forget_calendars()
    yield
    store.forget_calendars()


def facts() -> set[tuple[Any, ...]]:
    return set(CalendarDay.objects.values_list("pk", "date", "kind", "name", "origin", "updated_at"))


def test_without_any_row_the_standard_calendars_count_plain_weekdays() -> None:
    office = load_calendar()
    assert office.code == "office"
    assert office.is_workday(date(2026, 10, 1)), "a Thursday"
    assert not office.is_confirmed(2026)
    assert load_calendar("always").is_confirmed(2026)
    with pytest.raises(UnknownCalendar, match="'nowhere'"):
        load_calendar("nowhere")


def test_seeding_fills_calendars_days_and_years() -> None:
    done = seed(at=AUTUMN)
    assert (done.calendars, done.added, done.changed, done.removed) == (3, CalendarDay.objects.count(), 0, 0)
    assert done.unconfirmed == (2027,)
    assert list(CalendarYear.objects.confirmed().values_list("year", flat=True)) == list(
        range(2026, 2019, -1)
    )
    assert WorkCalendar.objects.get(is_default=True).code == "office"

    office, always, window = map(load_calendar, ("office", "always", "window"))
    assert not office.is_workday(date(2026, 10, 1))
    assert office.is_workday(date(2026, 10, 10)), "a make-up Saturday"
    assert always.is_workday(date(2026, 10, 1))
    assert window.is_workday(date(2026, 11, 21)), "a Saturday"
    assert [office.is_confirmed(year) for year in (2019, 2026, 2027)] == [False, True, False]


def test_seeding_again_changes_nothing() -> None:
    seed(at=AUTUMN)
    before = facts()
    again = seed(at=AUTUMN)
    assert (again.calendars, again.added, again.changed, again.removed) == (0, 0, 0, 0)
    assert facts() == before


def test_seeding_keeps_what_a_person_wrote_and_mends_what_it_wrote_itself() -> None:
    seed(at=AUTUMN)
    WorkCalendar.objects.filter(code="office").update(frames={"mon": ["09:00-10:00"]})
    CalendarDay.objects.filter(date=date(2026, 10, 1)).update(kind="makeup_workday", origin="manual")
    CalendarDay.objects.create(date=date(2026, 11, 26), kind="holiday", name="本市纪念日")
    CalendarDay.objects.filter(date=date(2026, 10, 2)).update(name="旧名")
    CalendarDay.objects.filter(date=date(2026, 10, 3)).delete()
    CalendarDay.objects.create(date=date(2026, 7, 1), kind="holiday", origin="seed")
    done = seed(at=AUTUMN)
    assert (done.added, done.changed, done.removed) == (1, 1, 1)
    assert WorkCalendar.objects.get(code="office").frames == {"mon": ["09:00-10:00"]}
    assert CalendarDay.objects.get(date=date(2026, 10, 1)).kind == "makeup_workday"
    assert CalendarDay.objects.get(date=date(2026, 10, 2)).name == "国庆节"
    assert CalendarDay.objects.filter(date__in=[date(2026, 10, 3), date(2026, 11, 26)]).count() == 2
    assert not CalendarDay.objects.filter(date=date(2026, 7, 1)).exists()


def test_seeding_keeps_a_default_calendar_and_a_year_that_a_person_confirmed() -> None:
    WorkCalendar.objects.create(code="own", name="自设", frames={"mon": ["08:00-09:00"]}, is_default=True)
    CalendarYear.objects.create(year=2027, confirmed_at=AUTUMN, confirmed_by="zhang")
    assert seed(at=AUTUMN).unconfirmed == ()
    assert load_calendar().code == "own"
    assert CalendarYear.objects.get(year=2027).confirmed_by == "zhang"


def test_a_year_that_becomes_known_is_confirmed_by_the_next_seeding() -> None:
    CalendarYear.objects.create(year=2026)
    seed(at=AUTUMN, years=[2026])
    assert CalendarYear.objects.get(year=2026).confirmed_at == AUTUMN


def test_the_default_years_end_with_next_year_in_local_time() -> None:
    assert default_years(AUTUMN) == range(2020, 2028)
    assert default_years(datetime(2026, 12, 31, 16, tzinfo=UTC)) == range(2020, 2029)


def test_the_command_says_what_is_missing() -> None:
    out = StringIO()
    call_command("seed_calendars", "--years", "2026", "2027", stdout=out)
    assert "3 calendars added" in out.getvalue()
    assert "not announced yet" in out.getvalue()
    assert not CalendarDay.objects.exclude(date__year__in=[2026, 2027]).exists()
    with pytest.raises(CommandError, match="two years in order"):
        call_command("seed_calendars", "--years", "2027", "2026", stdout=out)


def test_loading_costs_no_query_within_the_interval_and_one_after_it(
    copy: CalendarStore, seconds: Seconds
) -> None:
    seed(at=AUTUMN)
    with CaptureQueriesContext(
        connection,
    ) as first:
        office = copy.load("office")
    assert len(first) == 4
    seconds.now += CHECK_SECONDS - 0.1
    with CaptureQueriesContext(connection) as soon:
        assert copy.load("office") is office
    assert len(soon) == 0
    seconds.now += 0.2
    with CaptureQueriesContext(connection) as later:
        assert copy.load("office") is office
    assert len(later) == 1


def test_while_one_thread_looks_the_others_keep_the_old_copy(copy: CalendarStore, seconds: Seconds) -> None:
    old = copy.load("office")
    seconds.now += CHECK_SECONDS
    with copy._lock, CaptureQueriesContext(connection) as queries:
        assert copy.load("office") is old
    assert len(queries) == 0


@pytest.mark.parametrize("change", ["calendar", "day", "new day", "removed day", "year"])
def test_an_edit_by_anyone_reaches_the_copy_of_another_process(
    copy: CalendarStore, seconds: Seconds, change: str
) -> None:
    seed(at=AUTUMN, years=[2026])
    before = copy.load("office")
    match change:
        case "calendar":
            WorkCalendar.objects.filter(code="office").update(frames={"mon": ["09:00-10:00"]})
        case "day":
            CalendarDay.objects.filter(date=date(2026, 10, 1)).update(kind="makeup_workday")
        case "new day":
            CalendarDay.objects.create(date=date(2026, 11, 26), kind="holiday")
        case "removed day":
            CalendarDay.objects.filter(date=date(2026, 10, 1)).delete()
        case "year":
            CalendarYear.objects.create(year=2027, confirmed_at=AUTUMN)
    assert copy.load("office") is before, "not looked at yet"
    seconds.now += CHECK_SECONDS
    after = copy.load("office")
    assert after is not before
    assert (after.week, dict(after.days), after.confirmed_years) != (
        before.week,
        dict(before.days),
        before.confirmed_years,
    )


def test_a_rolled_back_edit_renews_nothing() -> None:
    seed(at=AUTUMN, years=[2026])
    token = CalendarVersion.objects.get().token
    with transaction.atomic():
        CalendarDay.objects.all().delete()
        transaction.set_rollback(True)
    assert CalendarVersion.objects.get().token == token


def test_own_days_of_a_calendar_go_before_statutory_ones() -> None:
    seed(at=AUTUMN, years=[2026])
    counter = WorkCalendar.objects.get(code="window")
    CalendarDay.objects.create(
        calendar=counter, date=date(2026, 10, 1), kind="custom", frames=["09:00-11:00"]
    )
    store.forget_calendars()
    assert load_calendar("window").is_workday(date(2026, 10, 1))
    assert not load_calendar("office").is_workday(date(2026, 10, 1))


def test_a_row_written_past_the_forms_stops_no_other_calendar(caplog: pytest.LogCaptureFixture) -> None:
    seed(at=AUTUMN, years=[2026])
    WorkCalendar.objects.create(code="broken", name="坏", frames={"mon": ["late"]})
    CalendarDay.objects.create(date=date(2026, 7, 1), kind="custom", frames="never")
    with caplog.at_level(logging.ERROR):
        assert load_calendar("office").is_workday(date(2026, 7, 1))
    assert caplog.text.count("calendar row left out") == 2
    with pytest.raises(UnknownCalendar):
        load_calendar("broken")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (WorkCalendar(code="a", name="a", frames={}), "frames"),
        (WorkCalendar(code="a", name="a", frames={"mon": ["late"]}), "frames"),
        (WorkCalendar(code="a", name="a", frames=["08:00-09:00"]), "frames"),
        (WorkCalendar(code="a", name="a", frames={"mon": []}), "frames"),
        (CalendarDay(date=date(2026, 7, 1), kind="custom"), "frames"),
        (CalendarDay(date=date(2026, 7, 1), kind="holiday", frames=["08:00-09:00"]), "frames"),
        (CalendarDay(date=date(2026, 7, 1), kind="custom", frames=[["08:00", "09:00"]]), "frames"),
        (CalendarDay(date=date(2026, 7, 1), kind="workday"), "kind"),
    ],
)
def test_the_forms_refuse_in_words(row: WorkCalendar | CalendarDay, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert field in refused.value.message_dict


@pytest.mark.parametrize(
    "rows",
    [
        [WorkCalendar(code="a", name="a", frames={})],
        [WorkCalendar(code=code, name="a", is_always_open=True, is_default=True) for code in "ab"],
        [CalendarDay(date=date(2026, 7, 1), kind="holiday") for _ in range(2)],
        [CalendarDay(date=date(2026, 7, 1), kind="holiday", frames=[])],
        [CalendarDay(date=date(2026, 7, 1), kind="custom")],
    ],
)
def test_the_tables_refuse_it_too(rows: list[WorkCalendar | CalendarDay]) -> None:
    *others, last = rows
    for row in others:
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        last.save()


@pytest.mark.parametrize(
    ("at", "missing"),
    [
        (datetime(2026, 11, 30, 12, tzinfo=SHANGHAI), []),
        (datetime(2026, 12, 1, 0, tzinfo=SHANGHAI), [2027]),
        (datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI), [2027]),
        (datetime(2027, 1, 1, 0, tzinfo=SHANGHAI), [2027]),
        (datetime(2027, 12, 1, 0, tzinfo=SHANGHAI), [2027, 2028]),
    ],
)
def test_the_alert_comes_in_december(
    at: datetime, missing: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    seed(at=AUTUMN)
    assert unconfirmed_years(at) == missing
    with caplog.at_level(logging.WARNING):
        assert report_unconfirmed(at) == missing
    assert [str(year) in caplog.text for year in missing] == [True] * len(missing)
    assert len(caplog.records) == len(missing)


def test_the_alert_needs_an_aware_instant() -> None:
    with pytest.raises(ValueError, match="aware"):
        unconfirmed_years(datetime(2026, 12, 1))


def request_of(username: str) -> Any:
    request = RequestFactory().post("/")
    request.user = get_user_model().objects.create(username=username)
    request.session = SessionBase()
    request._messages = FallbackStorage(request)
    return request


def test_what_an_administrator_saves_is_theirs(django_capture_on_commit_callbacks: Any) -> None:
    seed(at=AUTUMN, years=[2026])
    assert not load_calendar("office").is_workday(date(2026, 10, 1))
    day, request = CalendarDay.objects.get(date=date(2026, 10, 1)), request_of("zhang")
    page = admin.site._registry[CalendarDay]
    day.kind = "makeup_workday"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_model(request, day, None, change=True)
        page.log_change(request, day, [{"changed": {}}])
    assert CalendarDay.objects.get(pk=day.pk).origin == "manual"
    assert load_calendar("office").is_workday(date(2026, 10, 1)), "seen at once in this process"


def test_a_new_calendar_is_usable_as_soon_as_it_is_saved(django_capture_on_commit_callbacks: Any) -> None:
    with pytest.raises(UnknownCalendar):
        load_calendar("night")
    page, request = admin.site._registry[WorkCalendar], request_of("zhang")
    form = page.get_form(request)({"code": "night", "name": "夜间", "is_always_open": "on", "frames": ""})
    with django_capture_on_commit_callbacks(execute=True):
        night = form.save()
        page.log_addition(request, night, [{"added": {}}])
    assert load_calendar("night").is_workday(date(2026, 10, 1))
    day = CalendarDay.objects.create(calendar=night, date=date(2026, 7, 1), kind="holiday")
    with django_capture_on_commit_callbacks(execute=True):
        admin.site._registry[CalendarDay].log_deletions(request, CalendarDay.objects.filter(pk=day.pk))
        day.delete()
    assert load_calendar("night").is_workday(date(2026, 7, 1))


def test_a_calendar_form_without_hours_is_refused() -> None:
    page, request = admin.site._registry[WorkCalendar], request_of("zhang")
    form = page.get_form(request)({"code": "night", "name": "夜间", "frames": ""})
    assert set(form.errors) == {"frames"}


def test_names_follow_the_language_of_the_reader() -> None:
    calendar = WorkCalendar(code="a", name="机关", name_en="Office")
    with translation.override("en"):
        assert str(calendar) == "Office"
        assert str(WorkCalendar(code="a", name="机关")) == "机关"
    with translation.override("zh-hans"):
        assert str(calendar) == "机关"
    assert str(CalendarDay(date=date(2026, 7, 1), kind="holiday", name="节")) == "2026-07-01 节"
    assert str(CalendarYear(year=2026)) == "2026"


def test_an_administrator_confirms_a_year_once() -> None:
    seed(at=AUTUMN, years=[2026, 2027])
    page, request = admin.site._registry[CalendarYear], request_of("zhang")
    page.confirm(request, CalendarYear.objects.all())  # type: ignore[attr-defined]
    assert dict(CalendarYear.objects.values_list("year", "confirmed_by")) == {2026: "holidays", 2027: "zhang"}
    assert unconfirmed_years(datetime(2026, 12, 1, tzinfo=SHANGHAI)) == []


def test_what_seeding_needs_cannot_be_deleted() -> None:
    seed(at=AUTUMN, years=[2026])
    request = request_of("zhang")
    request.user.is_superuser = request.user.is_active = True
    seeded = CalendarDay.objects.get(date=date(2026, 10, 1))
    manual = CalendarDay(date=date(2026, 7, 1), kind="holiday")
    days = admin.site._registry[CalendarDay]
    assert not days.has_delete_permission(request, seeded)
    assert days.has_delete_permission(request, manual)
    assert "delete_selected" not in days.get_actions(request)
    assert not admin.site._registry[WorkCalendar].has_delete_permission(request)
    assert not admin.site._registry[CalendarYear].has_delete_permission(request)
