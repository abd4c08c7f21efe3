"""What supervision offers: to whom it is of use, when it is time, once; and with true words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.accounts.models import Appointment
from incidents.models import Ticket
from supervision.models import LeaderInstruction, SupervisionTask, TaskClock
from supervision.names import Cause
from supervision.views.ordering import quick_order, standard_demands
from tests.cast import Cast, MakeTicket, Photo
from tests.supervision.props import task
from tests.supervision.test_views import HOME, Ask, ask, late, send, text_of

__all__ = ["ask", "late", "send"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("days_ago", "cause"), [(0, "unsolved"), (60, "overdue")])
def test_one_click_says_what_is_wrong(
    cast: Cast, ask: Ask, make_ticket: MakeTicket, days_ago: int, cause: str
) -> None:
    ticket = make_ticket("handling", at=timezone.now() - timedelta(days=days_ago))
    order = quick_order(ticket)
    assert (order.cause, order.demands) == (cause, standard_demands(Cause(cause)))
    form = text_of(ask(cast.oversight, f"{HOME}tickets/{ticket.number}/order/"))
    assert f'value="{cause}" selected' in form


def test_nothing_graver_while_there_is_time(cast: Cast, ask: Ask, photo: Photo) -> None:
    at = timezone.now()
    row = task(cast, photo, "rectifying", at=at)
    escalate = f"{HOME}tasks/{row.number}/do/escalate/"
    assert escalate not in text_of(ask(cast.oversight, f"{HOME}tasks/{row.number}/"))
    TaskClock.objects.filter(task=row, stopped_at=None).update(due_at=at - timedelta(hours=1))
    SupervisionTask.objects.filter(pk=row.pk).update(due_at=at - timedelta(hours=1))
    assert escalate in text_of(ask(cast.oversight, f"{HOME}tasks/{row.number}/"))


def test_the_same_instruction_twice(cast: Cast, ask: Ask, send: Ask, late: Ticket) -> None:
    address, due = f"{HOME}tickets/{late.number}/instruct/", timezone.localdate().isoformat()
    first = send(cast.leader, address, text="抓紧办", due_on=due)
    assert first.headers["HX-Redirect"]
    row = LeaderInstruction.objects.get()
    again = send(cast.leader, address, text=" 抓紧办 ", due_on=due)
    assert again.status_code == 409
    assert row.number in text_of(again)
    assert send(cast.leader, address, text="再办一次", due_on=due).headers["HX-Redirect"]
    assert LeaderInstruction.objects.count() == 2


def test_only_who_may_object_is_offered_to(cast: Cast, ask: Ask, late: Ticket) -> None:
    appeal = f"{HOME}tickets/{late.number}/appeal/"
    assert appeal in text_of(ask(cast.lead, f"/tickets/{late.number}/"))
    assert appeal not in text_of(ask(cast.handler, f"/tickets/{late.number}/"))
    Appointment.objects.filter(user=cast.lead.user).update(is_applied=False)
    assert appeal in text_of(ask(cast.handler, f"/tickets/{late.number}/")), "nobody leads the unit any more"
