"""Alarms: warned, late, climbed to the duty roster, each a row; a faulty row stops nobody; nothing is ever silent."""

from datetime import timedelta
from typing import Any

import pytest

from consultation import notices
from consultation.models import ActionItem, Alarm, CallLine
from consultation.sweep import PUSH_FORWARD, sweep
from consultation.tasks import sweep as task
from incidents.models import Notice
from staffing.models import DutyShift
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai
from tests.consultation.props import answer, call, convene, line, meeting

pytestmark = pytest.mark.django_db


def kinds(**of: Any) -> list[str]:
    return list(Alarm.objects.filter(**of).order_by("pk").values_list("kind", flat=True))


def test_an_unanswered_emergency_climbs_to_the_duty_roster(cast: Cast) -> None:
    row = call(cast, "CG", kind="emergency")
    DutyShift.objects.create(
        unit=cast.unit("CMD"), user=cast.duty.user, kind="main", starts_at=MONDAY - HOUR, ends_at=MONDAY + DAY
    )
    assert sweep(at=MONDAY + 23 * MINUTE) == 0
    for minutes in (24, 30, 40):
        assert sweep(at=MONDAY + minutes * MINUTE) == 1
        assert sweep(at=MONDAY + minutes * MINUTE) == 0
    assert kinds(line=line(row)) == ["warn", "overdue", "climb"]
    told = {alarm.kind: alarm.told for alarm in Alarm.objects.all()}
    assert told["overdue"]["units"] == sorted([cast.unit("CG").pk, cast.unit("T1").pk])
    assert told["climb"]["people"] == [cast.duty.user_id]
    assert Notice.objects.filter(user=cast.duty.user, kind="climb").count() == 1
    assert Notice.objects.filter(unit__code="CG", audience="leads", kind="overdue").count() == 1
    assert Notice.objects.filter(unit__code="CMD", audience="oversight", kind="climb").count() == 1
    assert line(row).next_alarm_at is None
    assert sweep(at=MONDAY + 30 * DAY) == 0


def test_a_hole_in_the_roster_is_not_silence(cast: Cast) -> None:
    call(cast, "CG", kind="emergency")
    for minutes in (24, 30, 40):
        sweep(at=MONDAY + minutes * MINUTE)
    assert Notice.objects.filter(unit__code="CMD", audience="duty", kind="climb", user=None).count() == 1


def test_an_answer_begins_the_next_clock_with_alarms_of_its_own(cast: Cast) -> None:
    row = call(cast, "CG", kind="emergency")
    sweep(at=MONDAY + 25 * MINUTE)
    answer("accept", line(row), cast.handler, at=MONDAY + 26 * MINUTE)
    for minutes in (50, 56, 70):
        sweep(at=MONDAY + minutes * MINUTE)
    assert kinds(stage="answer") == ["warn"]
    assert kinds(stage="arrive") == ["warn", "overdue", "climb"]
    answer("report", line(row), cast.handler, at=MONDAY + 71 * MINUTE)
    assert sweep(at=MONDAY + 30 * DAY) == 0


def test_an_ordinary_call_climbs_at_the_next_workdays_close(cast: Cast) -> None:
    row = call(cast, "CG")
    sweep(at=shanghai(17, 17, 0))
    sweep(at=shanghai(17, 17, 30))
    assert line(row).next_alarm_at == shanghai(18, 17, 30)


def test_a_decision_that_is_due_climbs_as_well(cast: Cast, make_ticket: MakeTicket) -> None:
    row = convene(cast, make_ticket("returned"))
    for day, hour in ((17, 17), (17, 18), (18, 18)):
        assert sweep(at=shanghai(day, hour)) == 1
    assert kinds(consultation=row) == ["warn", "overdue", "climb"]
    row.refresh_from_db()
    assert (row.lamp(shanghai(17, 9)), row.lamp(shanghai(18, 9))) == ("green", "red")


def test_an_action_item_is_chased_until_it_is_done(cast: Cast) -> None:
    row = meeting(cast, "published")
    item = row.actions.get()
    begin = item.next_alarm_at
    assert begin == shanghai(24, 0) - DAY + timedelta(days=1)
    at = begin
    for _round in range(5):
        assert sweep(at=at) == 1
        item.refresh_from_db()
        at = item.next_alarm_at
    assert kinds(action=item) == ["warn", "overdue", "overdue", "climb", "overdue"]
    assert at - begin == timedelta(days=1 + 4 * 2)


def test_after_a_long_silence_an_item_is_chased_once(cast: Cast) -> None:
    item = meeting(cast, "published").actions.get()
    late = item.next_alarm_at + 30 * DAY
    assert sweep(at=late) == 1
    item.refresh_from_db()
    assert item.next_alarm_at > late
    assert sweep(at=late) == 0


def test_a_faulty_row_is_pushed_forward_and_stops_nobody(cast: Cast, monkeypatch: Any, caplog: Any) -> None:
    first = line(call(cast, "CG", kind="emergency"))
    second = line(call(cast, "CG", kind="emergency"))
    real = notices.told_alarm

    def fail(row: Any, *of: Any) -> Any:
        if row.pk == first.pk:
            raise RuntimeError("kaputt")
        return real(row, *of)

    monkeypatch.setattr(notices, "told_alarm", fail)
    at = MONDAY + 25 * MINUTE
    assert sweep(at=at) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.next_alarm_at, first.rung) == (at + PUSH_FORWARD, 0)
    assert second.rung == 1
    assert "could not be raised" in caplog.text
    monkeypatch.setattr(notices, "told_alarm", real)
    assert sweep(at=at + PUSH_FORWARD) == 2
    assert kinds(line=first) == ["warn"]


def test_the_task_is_safe_to_run_twice(cast: Cast) -> None:
    call(cast, "CG", kind="emergency")
    assert task() == 1
    assert Alarm.objects.count() == 1
    assert CallLine.objects.get().rung == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_raise_one_alarm(cast: Cast) -> None:
    call(cast, "CG", kind="emergency")
    at_once([lambda: sweep(at=MONDAY + 25 * MINUTE)] * 2)
    assert Alarm.objects.count() == 1
    assert ActionItem.objects.count() == 0
