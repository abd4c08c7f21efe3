"""What becomes a key report without being typed again, and the alarms that are never silent."""

from datetime import datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from governance.foundation.errors import Problem
from incidents import transitions
from incidents.models import Notice, Ticket
from key_reports import causes, deeds, drafting, sweep
from key_reports.models import AccountabilityCase, CauseMark, KeyReport, ReportClock
from mediation.models import MediationCase, UrgentReport
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket
from tests.key_reports.props import ITEMS, data_for, report, trace
from tests.mediation.props import case as make_case

pytestmark = pytest.mark.django_db
SOON = MONDAY + MINUTE


def hotline_ticket(make_ticket: MakeTicket, **changes: object) -> Ticket:
    return make_ticket("registered", source="hotline", category="1702", **changes)  # type: ignore[arg-type]


def test_a_ticket_of_such_a_kind_drafts_a_report_once(
    cast: Cast, make_ticket: MakeTicket, client: Client
) -> None:
    causes.follow(at=MONDAY)
    ticket = hotline_ticket(make_ticket)
    make_ticket("registered")
    for _time in range(2):
        causes.follow(at=SOON)
        drafting.of_ticket(ticket, at=SOON)
    row = KeyReport.objects.get()
    assert (row.ticket, row.origin, row.known_at) == (ticket, "ticket", ticket.registered_at)
    assert (row.items["nature"], row.unit) == (ticket.content, cast.unit("T1"))
    assert row.writer is None
    told = set(
        Notice.objects.filter(key__startswith=f"keyreport:{row.pk}:").values_list("unit__code", flat=True)
    )
    assert told == {"T1", "CMD"}
    ticket.refresh_from_db()
    assert "key_report" in ticket.sides
    assert cast.duty.user is not None
    client.force_login(cast.duty.user)
    for page in (f"/tickets/{ticket.number}/", f"/m/tickets/{ticket.number}/"):
        assert f'href="/key-reports/{row.number}/"' in client.get(page).content.decode(), page
    done = deeds.perform("first", row.pk, by=cast.town, at=SOON, data=ITEMS)
    assert done.writer == cast.town.user


def test_a_ticket_that_becomes_one_later_is_heard(cast: Cast, make_ticket: MakeTicket) -> None:
    causes.follow(at=MONDAY)
    ticket = make_ticket("registered")
    causes.follow(at=SOON)
    assert not KeyReport.objects.exists()
    data = {"category": "1702", "demand_type": "help", "opinion": "实为聚集"}
    transitions.perform("accept", ticket.pk, by=cast.dispatcher, at=SOON, data=data)
    causes.follow(at=SOON)
    assert KeyReport.objects.get().ticket == ticket


def test_what_cannot_be_drafted_is_tried_again(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    causes.follow(at=MONDAY)
    ticket = hotline_ticket(make_ticket)
    with monkeypatch.context() as broken:

        def fail(*_args: object, **_more: object) -> None:
            raise Problem("broken")

        broken.setattr(drafting, "of_ticket", fail)
        causes.follow(at=SOON)
    assert CauseMark.objects.get(name="tickets").left == [ticket.pk]
    causes.follow(at=SOON)
    assert CauseMark.objects.get(name="tickets").left == []
    assert KeyReport.objects.get().ticket == ticket


def test_a_red_dispute_drafts_a_report_and_a_restricted_one_tells_nothing(cast: Cast) -> None:
    causes.follow(at=MONDAY)
    open_one, closed_one = make_case(cast), make_case(cast)
    MediationCase.objects.filter(pk=closed_one.pk).update(is_sensitive=True)
    for row in (open_one, closed_one):
        for cause in ("red", "crowd"):
            UrgentReport.objects.create(case=row, cause=cause, told_at=SOON, due_at=SOON + HOUR)
    causes.follow(at=SOON + MINUTE)
    found = {row.case_id: row for row in KeyReport.objects.all()}
    assert set(found) == {open_one.pk, closed_one.pk}
    assert found[open_one.pk].items["nature"] == open_one.facts
    assert found[closed_one.pk].items["nature"] == found[closed_one.pk].title == "群体聚集苗头"
    assert found[open_one.pk].known_at == SOON


def test_alarms_climb_and_are_never_silent(cast: Cast) -> None:
    row = report(cast, known_at=MONDAY, occurred_at=None)
    raised: list[tuple[int, set[str | None]]] = []
    at = MONDAY
    for minutes in (16, 20, 30, 40, 50, 60, 120):
        at = MONDAY + minutes * MINUTE
        before = set(Notice.objects.values_list("pk", flat=True))
        sweep.sweep(at=at)
        assert sweep.sweep(at=at) == 0, "once for each rung"
        new = Notice.objects.exclude(pk__in=before)
        raised.append((minutes, set(new.values_list("audience", flat=True))))
        running = ReportClock.objects.filter(report=row, stopped_at=None)
        assert all(clock.next_alarm_at > at for clock in running)
    said = dict(raised)
    assert "duty" not in said[16] or said[16] <= {"duty", "handlers", "leads"}
    assert "duty" in said[20]
    assert "oversight" in said[30]
    assert Notice.objects.filter(user=cast.leader.user).exists(), "the leaders of the place at last"
    before_trace = trace(row)
    sweep.sweep(at=at)
    assert trace(row) == before_trace


def test_silent_recipients_and_the_relay_alarm_too(cast: Cast) -> None:
    row = report(cast, "first_reported")
    sweep.sweep(at=MONDAY + 13 * MINUTE)
    late = Notice.objects.filter(kind="overdue", user=cast.leader.user)
    assert late.count() == 1
    row = deeds.perform("receive", row.pk, by=cast.duty, at=MONDAY + 14 * MINUTE, data={})
    sweep.sweep(at=MONDAY + HOUR)
    assert Notice.objects.filter(kind="overdue", title__contains="转报").exists()
    deeds.perform("downgrade", row.pk, by=cast.duty, at=MONDAY + HOUR, data=data_for("downgrade", cast))
    assert sweep.sweep(at=MONDAY + DAY) == 0, "what has ended alarms nobody"


def test_what_others_knew_and_the_unit_did_not_report_is_a_suspicion(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    row = drafting.of_ticket(hotline_ticket(make_ticket), at=SOON)
    assert row is not None
    own = report(cast, known_at=MONDAY, occurred_at=None)
    sweep.sweep(at=MONDAY + 39 * MINUTE)
    assert not AccountabilityCase.objects.exists()
    for hours in (1, 2, 3):
        sweep.sweep(at=MONDAY + hours * HOUR)
    found = AccountabilityCase.objects.get()
    assert (found.kind, found.report, found.state, found.opened_by) == ("missed", row.row, "suspected", None)
    assert found.report != own


LIMITS = {"oral": 20, "written": 40, "receipt": 10, "relay": 30, "follow": 120, "final": 1440}


@pytest.mark.parametrize(("stage", "minutes"), LIMITS.items())
def test_limits_are_minutes_of_the_clock_on_the_wall(cast: Cast, stage: str, minutes: int) -> None:
    """Nights, weekends and holidays count like any minute; the reminder lies inside the limit."""
    from key_reports import values

    @given(st.integers(0, 60 * 24 * 365))
    def holds(offset: int) -> None:
        start: datetime = MONDAY + offset * MINUTE
        due = values.due_at(stage, start)
        assert due - start == minutes * MINUTE
        assert start < values.warn_at(start, due) < due

    holds()
