"""From steps to notices: who must know is told exactly once."""

import pytest

from governance.accounts.actors import SYSTEM_ACTOR
from grids import territory
from grids.models import Grid, UnitArea
from incidents import outbox, tasks, telling, transitions
from incidents.models import Notice, Step, Ticket
from incidents.sweep import sweep_all
from tests.cast import DAY, GAS_LEAK, HOUR, MINUTE, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def told(ticket: Ticket) -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(ticket=ticket).order_by("step_id", "audience")
    return list(rows.values_list("kind", "unit__code", "audience"))


def test_each_step_is_delivered_once(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    assert outbox.deliver(at=MONDAY) == 4
    assert outbox.deliver(at=MONDAY) == 0
    assert told(ticket) == [("dispatch", "CG", "handlers")]
    assert set(Step.objects.values_list("delivered_at", flat=True)) == {MONDAY}


@pytest.mark.django_db(transaction=True)
def test_the_bells_of_the_units_are_told(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[set[str]] = []
    monkeypatch.setattr(telling, "publish_on_commit", lambda topics, event: said.append(set(topics)))
    make_ticket("registered")
    outbox.deliver(at=MONDAY)
    assert said == [], "an ordinary report waits in the inbox"
    make_ticket("dispatched")
    outbox.deliver(at=MONDAY)
    assert said == [{f"notices:{cast.unit('CG').pk}"}]


def test_the_way_of_a_ticket_in_notices(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("follow_up")
    at = MONDAY + HOUR
    transitions.follow_up(ticket.pk, by=cast.duty, at=at, outcome="unsolved", satisfaction="1")
    transitions.redo(ticket.pk, by=cast.oversight, at=at, opinion="未解决")
    transitions.feedback(ticket.pk, by=cast.handler, at=at, result_kind="resolved", opinion="重办")
    transitions.rework(ticket.pk, by=cast.oversight, at=at, opinion="返工")
    outbox.deliver(at=at)
    assert told(ticket) == [
        ("dispatch", "CG", "handlers"),
        ("feedback", "CMD", "handlers"),
        ("redo", "CG", "handlers"),
        ("redo", "CG", "leads"),
        ("feedback", "CMD", "handlers"),
        ("rework", "CG", "handlers"),
    ]


def test_an_ordinary_report_waits_in_the_inbox_an_urgent_one_is_told(make_ticket: MakeTicket) -> None:
    quiet, loud = make_ticket(), make_ticket(urgency="urgent")
    outbox.deliver(at=MONDAY)
    assert told(quiet) == []
    assert told(loud) == [("register", "CMD", "handlers")]


def test_a_signature_is_news_only_when_the_platform_had_to(cast: Cast, make_ticket: MakeTicket) -> None:
    own, forced = make_ticket("handling"), make_ticket("dispatched")
    transitions.sign(forced.pk, by=SYSTEM_ACTOR, at=MONDAY + DAY)
    outbox.deliver(at=MONDAY + DAY)
    assert ("sign", "CG", "leads") not in told(own)
    assert ("sign", "CG", "leads") in told(forced)


def test_alarms_tell_the_unit_that_is_late_and_its_lead(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    row = ticket.deadlines.get(stage="handle")
    for at in (row.warn_at, row.due_at, row.due_at + 3 * DAY):
        sweep_all(at=at)
    outbox.deliver(at=MONDAY)
    assert told(ticket)[1:] == [
        ("warn", "CG", "handlers"),
        ("overdue", "CG", "handlers"),
        ("overdue", "CG", "leads"),
        ("urge", "CG", "handlers"),
        ("urge", "CG", "leads"),
    ]


def test_every_climb_tells_the_duty_officer(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", category=GAS_LEAK, to="G1")
    start = ticket.deadlines.get(stage="sign").started_at
    for count in range(1, 6):
        sweep_all(at=start + count * 10 * MINUTE)
    outbox.deliver(at=MONDAY)
    climbs = [row for row in told(ticket) if row[0] == "climb"]
    assert climbs == [
        ("climb", "CMD", "duty"),
        ("climb", "W1", "handlers"),
        ("climb", "CMD", "duty"),
        ("climb", "T1", "handlers"),
        ("climb", "CMD", "duty"),
        ("climb", "D1", "handlers"),
        ("climb", "CMD", "duty"),
        ("climb", "CMD", "handlers"),
        ("climb", "CMD", "duty"),
        ("climb", "CMD", "handlers"),
    ]


def test_batches_are_bounded(make_ticket: MakeTicket) -> None:
    make_ticket("closed")
    assert outbox.deliver(at=MONDAY, limit=3) == 3
    assert outbox.deliver(at=MONDAY, limit=3) == 3
    assert outbox.deliver(at=MONDAY, limit=3) == 2


def test_the_task_empties_the_outbox(make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ticket("closed")
    assert tasks.deliver_steps() == 8
    assert tasks.deliver_steps() == 0
    assert not Step.objects.filter(delivered_at=None).exists()
    make_ticket()
    monkeypatch.setattr(outbox, "deliver", lambda *, at: 1)
    assert tasks.deliver_steps() == 100, "bounded"


def test_a_place_without_a_centre_still_tells_the_unit(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", category=GAS_LEAK, to="CG")
    outbox.deliver(at=MONDAY)
    UnitArea.objects.filter(duty="command").delete()
    Grid.objects.update(team=None)
    territory.forget()
    sweep_all(at=MONDAY + 13 * MINUTE)
    outbox.deliver(at=MONDAY)
    assert [row for row in told(ticket) if row[0] == "climb"] == [("climb", "CG", "handlers")]
