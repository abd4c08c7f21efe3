"""Limits: their sources, how days are counted, and that no moment of the year breaks them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local
from incidents.models import Notice
from mediation import risk
from mediation.models import Callback, CaseClock
from mediation.sweep import _raise, next_alarm, sweep
from mediation.values import CALENDAR, callback_days, civil_end, end_of, statute, statutes, value
from tests.cast import DAY, HOUR, MINUTE, Cast, shanghai
from tests.mediation.props import Way

pytestmark = pytest.mark.django_db
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 10, 1), timezones=st.just(UTC))


def test_every_limit_has_its_source(cast: Cast) -> None:
    found = statutes()
    assert len(found) >= 19
    assert all(item.source for item in found)
    by_name = {item.rule: str(item.limit) for item in found}
    assert by_name["case"] == by_name["confirmation"] == "30 day (natural)"
    assert by_name["level.grid"] == "1 day (natural)"
    assert by_name["level.community"] == by_name["level.town"] == "2 day (natural)"
    assert by_name["labour"] == "15 day (natural)"
    assert callback_days(is_red=False) == [7, 30, 90]
    assert callback_days(is_red=True) == list(range(7, 91, 7))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=MOMENTS, days=st.integers(1, 60))
def test_civil_days_end_at_midnight_after_a_workday(cast: Cast, start: datetime, days: int) -> None:
    """The first day is not counted; the last one is a workday and runs to its end."""
    calendar = load_calendar(CALENDAR)
    end = civil_end(calendar, days, start)
    last = local(end - timedelta(microseconds=1)).date()
    assert (local(end).hour, local(end).minute) == (0, 0)
    assert calendar.is_workday(last)
    first = local(start).date() + timedelta(days=days)
    assert last >= first
    assert not any(calendar.is_workday(first + timedelta(days=n)) for n in range((last - first).days))
    assert civil_end(calendar, days, start + MINUTE) >= end


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=MOMENTS)
def test_every_limit_lies_ahead_of_its_beginning(cast: Cast, start: datetime) -> None:
    for rule in statutes():
        end = end_of(rule, start)
        assert end > start
        if rule.limit.unit == "day":
            assert end - start >= rule.limit.amount * DAY
    assert end_of(statute("level.town"), start) - start == 2 * DAY


def test_a_holiday_moves_the_last_day() -> None:
    calendar = load_calendar(CALENDAR)
    assert local(civil_end(calendar, 30, shanghai(6, 9, month=11))) == local(shanghai(8, 0, month=12)), (
        "a Sunday"
    )


RULES = {
    "violence": {"color": "red", "words": ["持刀"]},
    "crowd": {"color": "red", "people": 5},
    "amount": {"color": "orange", "amount": 50000},
    "kind": {"color": "orange", "categories": ["0405"]},
    "again": {"color": "orange", "again": 2},
    "both": {"color": "red", "words": ["上访"], "people": 3},
    "common": {"color": "yellow"},
}


def test_the_colour_is_the_most_dangerous_reason() -> None:
    def color(**facts: object) -> tuple[str, list[str]]:
        found = risk.propose(risk.Dispute(**{"words": "争吵"} | facts), RULES)  # type: ignore[arg-type]
        return found.color, [reason.rule for reason in found.reasons]

    assert color() == ("yellow", ["common"])
    assert color(words="持刀") == ("red", ["violence", "common"])
    assert color(people=5)[0] == "red"
    assert color(amount=Decimal(50000)) == ("orange", ["amount", "common"])
    assert color(amount=Decimal(49999)) == ("yellow", ["common"])
    assert color(category="0405", again=2) == ("orange", ["kind", "again", "common"])
    assert color(words="上访", people=2)[0] == "yellow"
    assert color(words="上访", people=3)[0] == "red"
    assert risk.propose(risk.Dispute(words=""), {}).color == "blue"
    assert not risk.propose(risk.Dispute(words=""), RULES).has("violence")


def test_the_sweep_tells_each_alarm_once(cast: Cast) -> None:
    way = Way(cast)
    clock = CaseClock.objects.get(case=way.row, kind="sort")
    assert clock.due_at - clock.started_at == 2 * HOUR
    assert sweep(at=clock.due_at - MINUTE) == 0
    assert sweep(at=clock.due_at) == 1
    assert sweep(at=clock.due_at) == 0
    assert sweep(at=clock.due_at + DAY) == 1
    assert sweep(at=clock.due_at + 9 * DAY) == 0
    way.to("agreed_written")
    confirm = CaseClock.objects.get(case=way.row, kind="confirm", stopped_at=None)
    for days in value("mediation.confirm_reminders"):
        at = confirm.due_at - timedelta(days=days)
        assert sweep(at=at) == 1, days
        assert sweep(at=at + MINUTE) == 0
    way.do("watch")
    done = Way(cast).to("performed")
    due = Callback.objects.filter(case=done.row).order_by("due_at").first()
    assert due is not None
    raised = sweep(at=due.due_at)
    assert raised >= 1
    planned = Way(cast, level="grid").to("accepted")
    planned.do(
        "plan_session", session_kind="grid", starts_at=planned.at + 20 * HOUR, minutes=60, place="现场"
    )
    sweep(at=planned.at + 2 * HOUR)
    assert planned.row.sessions.get().reminded_at is not None
    whole = CaseClock.objects.get(case=planned.row, kind="case", stopped_at=None)
    assert whole.alarm_at is not None
    assert whole.alarm_at < whole.due_at
    sweep(at=whole.alarm_at)
    whole.refresh_from_db()
    assert (whole.rung, whole.alarm_at) == (1, whole.due_at), "warned once, then told at its end"


def test_an_alarm_that_cannot_be_told_stops_nobody(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    lost, other = Way(cast), Way(cast)
    clock = CaseClock.objects.get(case=lost.row, kind="sort")
    CaseClock.objects.filter(pk=clock.pk).update(kind="unknown")
    at = clock.due_at
    assert sweep(at=at) == 1, "the other one's"
    assert "could not be raised" in caplog.text
    clock.refresh_from_db()
    assert (clock.alarm_at, clock.rung) == (at + timedelta(minutes=30), 0), "looked at again later"
    assert Notice.objects.filter(title__contains=other.row.number).exists()
    CaseClock.objects.filter(pk=clock.pk).update(kind="sort")
    assert sweep(at=at + timedelta(minutes=30)) == 1
    assert _raise(clock.pk, at + timedelta(minutes=30)) == 0, "another process has told it in the meantime"


def test_limits_of_others_are_told_to_those_who_can_act(cast: Cast) -> None:
    red = Way(cast, facts="双方多次争吵，一方扬言持刀报复对方")
    report = CaseClock.objects.get(case=red.row, kind="report")
    before = Notice.objects.filter(title__contains="紧急报告").count()
    sweep(at=report.due_at)
    assert Notice.objects.filter(title__contains="紧急报告").count() > before
    far = next_alarm(report, report.due_at + 2 * DAY)
    assert far is None, "told twice, then no more"


def test_statutes_run_for_those_whom_they_bind(cast: Cast) -> None:
    def running(way: Way) -> list[str]:
        rows = CaseClock.objects.filter(case=way.row, kind="statute", stopped_at=None)
        return list(rows.values_list("rule", flat=True))

    petition = Way(cast, origin="petition")
    assert running(petition) == ["petition_sort"]
    petition.to("triaged")
    assert running(petition) == []
    petition._accepted()
    assert running(petition) == ["petition_close"]
    office = Way(cast)
    body = office.bodies["town"]
    body.kind = "administrative"
    body.save()
    office.to("triaged")
    assert running(office) == ["administrative_accept"]
    office._accepted()
    assert running(office) == []
    wages = Way(cast, category="0405").to("accepted")
    assert running(wages) == ["labour"]
    clock = CaseClock.objects.get(case=wages.row, kind="statute", stopped_at=None)
    assert 14 * DAY < clock.due_at - clock.started_at < 25 * DAY
    wages._mediating()
    wages.do("agree_oral", party=wages.keys[1], content="当场付清", at_once=True)
    assert running(wages) == []
