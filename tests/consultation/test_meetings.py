"""A meeting from the plan to published minutes, who came and who has read, and what was agreed."""

from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest

from consultation import meetings, recurring
from consultation.meetings import Point, Task
from consultation.models import AgendaItem, Meeting, MeetingSeries, MinutesRead
from consultation.recurring import SeriesPlan
from consultation.tasks import plan_meetings
from governance.foundation.errors import (
    Forbidden,
    IllegalTransition,
    NotFound,
    StaleVersion,
    Unprocessable,
)
from incidents.models import Notice
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai
from tests.consultation.props import call, convene, meeting, plan

pytestmark = pytest.mark.django_db


class TestPlanning:
    def test_everybody_is_told(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        points = [
            Point(title="", reference=ticket.number.lower()),
            Point(title="联合执法", reference=call(cast).number),
            Point(title="退单", reference=convene(cast, ticket).number),
            Point(title="其他"),
        ]
        row = meeting(cast, agenda=[points[0], points[1], points[3]])
        titles = list(row.agenda.order_by("position").values_list("title", "ticket__number", "call__number"))
        assert titles[0] == (ticket.title, ticket.number, None)
        assert titles[1][0] == "联合执法"
        assert row.number.startswith("HY20261116")
        assert Notice.objects.filter(unit__code__in=["W1", "CG"], kind="meeting").count() == 2
        assert Notice.objects.filter(user=cast.police.user, kind="meeting").count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": "party"}, "kind"),
            ({"title": " "}, "title"),
            ({"place": ""}, "place"),
            ({"ends_at": MONDAY}, "ends_at"),
            ({"units": [], "people": []}, "units"),
            ({"units": [10**9]}, "units"),
            ({"people": [10**9]}, "people"),
            ({"people": list(range(1, 102))}, "units"),
            ({"agenda": [Point(title="x", reference="WG20000101000001")]}, "agenda"),
            ({"agenda": [Point(title="x", reference="ZZ1")]}, "agenda"),
            ({"agenda": [Point(title=" ")]}, "agenda"),
        ],
    )
    def test_what_cannot_be_is_said(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            meeting(cast, **changes)
        assert field in refused.value.fields
        assert not Meeting.objects.exists()

    @pytest.mark.parametrize("name", ["community", "leader", "handler", "worker", "outsider", "auditor"])
    def test_only_the_host_plans(self, cast: Cast, name: str) -> None:
        with pytest.raises(Forbidden):
            meetings.plan(plan(cast), by=getattr(cast, name), at=MONDAY)

    def test_a_change_keeps_who_has_signed_in(self, cast: Cast) -> None:
        row = meeting(cast)
        meetings.sign_in(row.pk, by=cast.lead, at=row.starts_at)
        wanted = plan(cast, units=[cast.unit("E1").pk], people=[], place="二楼")
        row = meetings.change(row.pk, wanted, by=cast.town, at=MONDAY, version=row.version)
        assert set(row.attendees.values_list("unit__code", flat=True)) == {"CG", "E1"}
        assert (row.place, row.agenda.count()) == ("二楼", 1)
        assert Notice.objects.filter(unit__code="E1", title__startswith="会议变更").count() == 1
        with pytest.raises(StaleVersion):
            meetings.change(row.pk, wanted, by=cast.town, at=MONDAY, version=1)
        with pytest.raises(Unprocessable):
            meetings.change(row.pk, plan(cast, host=cast.unit("CMD").pk), by=cast.town, at=MONDAY)
        with pytest.raises(NotFound):
            meetings.change(10**9, wanted, by=cast.town, at=MONDAY)

    def test_a_cancelled_one_is_over(self, cast: Cast) -> None:
        row = meeting(cast, "cancelled")
        assert Notice.objects.filter(unit__code="CG", title__startswith="会议取消").count() == 1
        with pytest.raises(IllegalTransition):
            meetings.sign_in(row.pk, by=cast.lead, at=row.starts_at)


class TestSigningIn:
    def test_for_oneself_or_ones_unit_the_first_time_counts(self, cast: Cast) -> None:
        row = meeting(cast)
        at = row.starts_at - 5 * MINUTE
        assert meetings.sign_in(row.pk, by=cast.police, at=at).user == cast.police.user
        assert meetings.sign_in(row.pk, by=cast.handler, at=at).unit.code == "CG"
        assert meetings.sign_in(row.pk, by=cast.lead, at=at + HOUR).signed_in_at == at
        assert row.attendees.filter(signed_in_at__isnull=False).count() == 2

    def test_not_before_the_hour_and_not_without_being_expected(self, cast: Cast) -> None:
        row = meeting(cast)
        with pytest.raises(Unprocessable):
            meetings.sign_in(row.pk, by=cast.lead, at=row.starts_at - 2 * HOUR)
        with pytest.raises(Forbidden):
            meetings.sign_in(row.pk, by=cast.gas, at=row.starts_at)
        with pytest.raises(NotFound):
            meetings.sign_in(10**9, by=cast.lead, at=MONDAY)
        assert not row.attendees.exclude(signed_in_at=None).exists()


class TestMinutes:
    def test_written_published_read_and_done(self, cast: Cast) -> None:
        row = meeting(cast, "held")
        item = row.actions.get()
        assert item.next_alarm_at is None, "nothing is chased before the minutes are published"
        with pytest.raises(IllegalTransition):
            meetings.finish(item.pk, by=cast.lead, at=MONDAY, note="完成")
        meetings.read(row, by=cast.lead, at=MONDAY)
        assert not MinutesRead.objects.exists()
        row = meetings.publish(row.pk, by=cast.town, at=row.starts_at + HOUR)
        for _twice in range(2):
            meetings.read(row, by=cast.lead, at=MONDAY + 2 * DAY)
        assert MinutesRead.objects.get().user == cast.lead.user
        assert Notice.objects.filter(unit__code="CG", title__startswith="会议纪要请阅").count() == 1
        with pytest.raises(Forbidden):
            meetings.finish(item.pk, by=cast.town, at=MONDAY, note="完成")
        with pytest.raises(Unprocessable):
            meetings.finish(item.pk, by=cast.handler, at=MONDAY, note=" ")
        with pytest.raises(StaleVersion):
            meetings.finish(item.pk, by=cast.handler, at=MONDAY, note="完成", version=9)
        with pytest.raises(NotFound):
            meetings.finish(10**9, by=cast.handler, at=MONDAY, note="完成")
        done = meetings.finish(item.pk, by=cast.handler, at=MONDAY + 3 * DAY, note="摊点已清理", version=1)
        assert (done.done_at, done.next_alarm_at) == (MONDAY + 3 * DAY, None)
        with pytest.raises(IllegalTransition):
            meetings.finish(item.pk, by=cast.lead, at=MONDAY + 3 * DAY, note="完成")
        with pytest.raises(IllegalTransition):
            meetings.minute(row.pk, by=cast.town, at=MONDAY + 3 * DAY, minutes="改", tasks=[])

    def test_not_before_it_has_begun(self, cast: Cast) -> None:
        row = meeting(cast)
        with pytest.raises(Unprocessable):
            meetings.minute(row.pk, by=cast.town, at=MONDAY, minutes="纪要", tasks=[])

    def test_what_is_agreed_is_checked(self, cast: Cast) -> None:
        row = meeting(cast)
        at, unit = row.starts_at + HOUR, cast.unit("CG").pk
        for task in (
            Task(text=" ", unit=unit, due_on=at.date()),
            Task(text="清理", unit=10**9, due_on=at.date()),
            Task(text="清理", unit=unit, due_on=at.date() - DAY),
        ):
            with pytest.raises(Unprocessable) as refused:
                meetings.minute(row.pk, by=cast.town, at=at, minutes="纪要", tasks=[task])
            assert "tasks" in refused.value.fields
        for words in (" ", "长" * 20_001):
            with pytest.raises(Unprocessable):
                meetings.minute(row.pk, by=cast.town, at=at, minutes=words, tasks=[])
        assert not row.actions.exists()

    def test_minutes_may_be_written_again_before_they_are_published(self, cast: Cast) -> None:
        row = meeting(cast, "held")
        row = meetings.minute(row.pk, by=cast.town, at=row.starts_at + HOUR, minutes="修订稿", tasks=[])
        assert (row.minutes, row.actions.count()) == ("修订稿", 0)


class TestVisibility:
    def test_hosts_attendees_those_with_tasks_and_the_leader(self, cast: Cast) -> None:
        meeting(cast, "published", units=[cast.unit("W1").pk])
        names = {name for name, actor in cast.everybody.items() if Meeting.objects.visible_to(actor).exists()}
        assert names == {"town", "community", "supervisor", "police", "handler", "lead", "leader", "system"}


def series(cast: Cast, **changes: Any) -> SeriesPlan:
    facts: dict[str, Any] = {
        "kind": "regular",
        "title": "网格工作周例会",
        "host": cast.unit("T1").pk,
        "every": "week",
        "weekday": 1,
        "starts_at": time(9, 0),
        "minutes": 90,
        "place": "街道三楼会议室",
        "units": (cast.unit("W1").pk, cast.unit("CG").pk),
        "agenda": "上周办理情况\n本周重点",
    }
    return SeriesPlan(**facts | changes)


class TestRecurring:
    def test_the_next_meeting_is_planned_some_days_before_once(self, cast: Cast) -> None:
        kept = recurring.keep(series(cast), by=cast.town, at=MONDAY)
        assert kept.next_on == date(2026, 11, 23)
        assert recurring.plan_due(at=MONDAY - DAY) == 0
        assert recurring.plan_due(at=MONDAY) == 1
        assert recurring.plan_due(at=MONDAY) == 0
        row = Meeting.objects.get()
        assert (row.starts_at, row.ends_at) == (shanghai(23, 9), shanghai(23, 10, 30))
        assert (row.series, row.agenda.count(), row.planned_by) == (kept, 2, None)
        kept.refresh_from_db()
        assert kept.next_on == date(2026, 11, 30)

    def test_a_holiday_moves_it_to_the_next_workday(self, cast: Cast) -> None:
        at = shanghai(28, 9, month=9)
        recurring.keep(series(cast, weekday=4), by=cast.town, at=at)
        assert recurring.plan_due(at=at) == 1
        assert Meeting.objects.get().starts_at == shanghai(8, 9, month=10)

    @pytest.mark.parametrize(
        ("day", "after", "next_on"),
        [
            (31, date(2026, 11, 16), date(2026, 11, 30)),
            (10, date(2026, 11, 16), date(2026, 12, 10)),
            (10, date(2026, 12, 16), date(2027, 1, 10)),
            (16, date(2026, 11, 16), date(2026, 12, 16)),
        ],
    )
    def test_days_of_the_month(self, day: int, after: date, next_on: date) -> None:
        assert recurring.following(MeetingSeries(every="month", day=day), after) == next_on

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"kind": "x"}, "kind"),
            ({"title": ""}, "title"),
            ({"place": " "}, "place"),
            ({"every": "year"}, "every"),
            ({"weekday": None}, "weekday"),
            ({"every": "month", "day": 32}, "day"),
            ({"minutes": 5}, "minutes"),
            ({"units": ()}, "units"),
            ({"units": (10**9,)}, "units"),
            ({"people": (10**9,)}, "people"),
        ],
    )
    def test_what_cannot_be_is_said(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as refused:
            recurring.keep(series(cast, **changes), by=cast.town, at=MONDAY)
        assert field in refused.value.fields
        assert not MeetingSeries.objects.exists()

    def test_it_may_be_changed_and_stopped(self, cast: Cast) -> None:
        kept = recurring.keep(series(cast), by=cast.town, at=MONDAY)
        monthly = series(cast, every="month", day=20, is_active=False)
        changed = recurring.keep(monthly, by=cast.town, at=MONDAY, pk=kept.pk, version=1)
        assert (changed.weekday, changed.day, changed.next_on) == (None, 20, date(2026, 11, 20))
        assert recurring.plan_due(at=MONDAY + 5 * DAY) == 0
        with pytest.raises(StaleVersion):
            recurring.keep(monthly, by=cast.town, at=MONDAY, pk=kept.pk, version=1)
        with pytest.raises(Unprocessable):
            recurring.keep(
                series(cast, host=cast.unit("T1").pk, weekday=9), by=cast.town, at=MONDAY, pk=kept.pk
            )
        with pytest.raises(NotFound):
            recurring.keep(series(cast), by=cast.town, at=MONDAY, pk=10**9)
        with pytest.raises(Forbidden):
            recurring.keep(series(cast), by=cast.far_town, at=MONDAY)

    def test_the_host_of_a_plan_does_not_change(self, cast: Cast) -> None:
        kept = recurring.keep(series(cast), by=cast.town, at=MONDAY)
        with pytest.raises(Unprocessable):
            recurring.keep(series(cast, host=cast.unit("CMD").pk), by=cast.dispatcher, at=MONDAY, pk=kept.pk)

    def test_what_is_past_is_not_planned(self, cast: Cast) -> None:
        kept = recurring.keep(series(cast), by=cast.town, at=MONDAY)
        assert recurring.plan_due(at=MONDAY + 20 * DAY) == 0
        kept.refresh_from_db()
        assert kept.next_on > (MONDAY + 20 * DAY).date()

    def test_a_plan_that_cannot_be_followed_is_told_to_its_host(self, cast: Cast, caplog: Any) -> None:
        kept = recurring.keep(series(cast), by=cast.town, at=MONDAY)
        MeetingSeries.objects.filter(pk=kept.pk).update(units=[10**9])
        for _twice in range(2):
            assert recurring.plan_due(at=MONDAY) == 0
        assert "could not be planned" in caplog.text
        assert Notice.objects.filter(unit__code="T1", title__startswith="下一次会议").count() == 1

    def test_a_calendar_without_workdays_leaves_the_day(self, cast: Cast, monkeypatch: Any) -> None:
        class Closed:
            def spans_on(self, _day: date) -> list[Any]:
                return []

        monkeypatch.setattr(recurring, "load_calendar", lambda _code: Closed())
        row = MeetingSeries(host=cast.unit("T1"))
        assert recurring.held_on(row, date(2026, 11, 23)) == date(2026, 11, 23)

    def test_the_task(self, cast: Cast) -> None:
        assert plan_meetings() == 0


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_minutes_at_once(self, cast: Cast) -> None:
        row = meeting(cast)
        at = row.starts_at + HOUR

        def write(words: str) -> Meeting:
            return meetings.minute(row.pk, by=cast.town, at=at, minutes=words, tasks=[], version=row.version)

        results = at_once([lambda: write("甲稿"), lambda: write("乙稿")])
        assert sorted(type(result).__name__ for result in results) == ["Meeting", "StaleVersion"]
        written = next(result for result in results if isinstance(result, Meeting))
        row.refresh_from_db()
        assert row.minutes == written.minutes

    def test_two_planners_make_one_meeting(self, cast: Cast) -> None:
        recurring.keep(series(cast), by=cast.town, at=MONDAY)
        at_once([lambda: recurring.plan_due(at=MONDAY)] * 2)
        assert Meeting.objects.count() == 1
        assert AgendaItem.objects.count() == 2

    def test_two_of_a_unit_sign_in_at_once(self, cast: Cast) -> None:
        row = meeting(cast, units=[cast.unit("CG").pk], people=[])
        signers = [cast.lead, cast.handler]
        at_once([partial(meetings.sign_in, row.pk, by=by, at=row.starts_at) for by in signers])
        assert row.attendees.filter(signed_in_at=row.starts_at).count() == 1


def test_an_end_of_a_day_is_the_next_midnight() -> None:
    assert meetings.end_of_day(date(2026, 11, 22)) == shanghai(23, 0)
    assert timedelta(0) < meetings.end_of_day(date(2026, 11, 22)) - MONDAY
