"""Beginning a supervision: from a ticket's page in a dialog, or of a unit, a place or an item of a list."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from incidents.models import Ticket
from incidents.rules import is_past_due
from mandates.models import DutyItem, DutyList
from supervision.deeds.ordering import Order, order_now
from supervision.forms import FreeOrderForm, OrderForm, place_of
from supervision.ground import answering_unit
from supervision.ladder import DEMANDS
from supervision.names import Cause, Kind
from supervision.rules import covers_as, may_order, role_to_order
from supervision.states import ORDERING, TASK_TABLE
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import supervised_ticket

MOST_ITEMS = 400


def quick_order(ticket: Ticket) -> Order:
    """What one click orders: a supervision with the words of the ladder for what is wrong with the ticket now."""
    is_late = ticket.feedback_at is None and is_past_due(ticket, now())
    cause = Cause.OVERDUE if is_late else Cause.UNSOLVED
    return Order(
        kind=Kind.SUPERVISE,
        cause=cause,
        title=ticket.title,
        demands=standard_demands(cause),
        ticket=ticket,
    )


def standard_demands(cause: Cause) -> str:
    """What is demanded for that cause where nobody writes it anew, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(DEMANDS[cause])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def order_ticket(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """A supervision of this ticket, filled in so far that sending it is one click."""
    ticket = supervised_ticket(actor, number)
    role_to_order(
        TASK_TABLE["notify"],
        actor,
        path=ticket.region_path,
        kind=Kind.SUPERVISE,
        object_kind="ticket",
    )
    quick = quick_order(ticket)
    initial = {
        "kind": quick.kind,
        "cause": quick.cause,
        "demands": quick.demands,
        "unit": answering_unit(ticket),
    }

    def do(data: dict[str, Any]) -> tuple[str, str]:
        order = Order(
            kind=data["kind"],
            cause=data["cause"],
            title=ticket.title,
            demands=data["demands"],
            unit_id=data["unit"],
            ticket=ticket,
            limit_on=data["limit_on"],
        )
        task = order_now(order, by=actor, at=now())
        return task.get_absolute_url(), sent_words(task.number)

    dialog = Dialog(
        title=f"{pgettext('supervision', 'Supervise')} · {ticket.number}",
        url=reverse("supervision:order", args=[number]),
        back=reverse("incidents:ticket", args=[number]),
        verb=pgettext("supervision", "Send the notice"),
        make=lambda data: OrderForm(data, initial=initial, may_list=may_list(actor, ticket.region_path)),
        deed=do,
        path=ticket.region_path,
    )
    return serve(request, actor, dialog)


def may_list(actor: Actor, path: str = "") -> bool:
    """Only oversight lists and calls for interviews."""
    if not path:
        return covers_as(actor, {Role.OVERSIGHT_OFFICER})
    return Role.OVERSIGHT_OFFICER in scopes.of(actor.user).roles_over(path)


def sent_words(number: str) -> str:
    """What is said when a notice is on its way."""
    return pgettext("supervision", "%(number)s was sent to the unit") % {"number": number}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def order_free(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A supervision of a unit as such, of a place, or of an item of a duty list."""
    if not may_order(actor):
        raise Forbidden(
            pgettext("supervision", "Oversight, town staff and grid supervisors begin supervisions"),
            roles=sorted(ORDERING),
        )

    def do(data: dict[str, Any]) -> tuple[str, str]:
        region, grid = place_of(data["place"])
        order = Order(
            kind=data["kind"],
            cause=data["cause"],
            title=data["title"],
            demands=data["demands"],
            unit_id=data["unit"],
            region=region if not data["item"] else None,
            grid=grid if not data["item"] else None,
            item=item_of(actor, data["item"]),
            limit_on=data["limit_on"],
        )
        task = order_now(order, by=actor, at=now())
        return task.get_absolute_url(), sent_words(task.number)

    dialog = Dialog(
        title=pgettext("supervision", "New supervision"),
        url=reverse("supervision:order-free"),
        back=reverse("supervision:tasks"),
        verb=pgettext("supervision", "Send the notice"),
        make=lambda data: FreeOrderForm(data, items=items(actor), may_list=may_list(actor)),
        deed=do,
    )
    return serve(request, actor, dialog)


def items(actor: Actor) -> list[tuple[str, str]]:
    """The items in force as choices."""
    today = local(now()).date()
    current = DutyList.objects.visible_to(actor).in_force(today).values("pk")
    rows = DutyItem.objects.visible_to(actor).filter(duty_list__in=current)
    found = rows.order_by("duty_list__code", "number").values_list("pk", "matter_code", "subject")
    return [(str(pk), f"{code} {subject}".strip()) for pk, code, subject in found[:MOST_ITEMS]]


def item_of(actor: Actor, key: str) -> DutyItem | None:
    """The item of that key, if this person may see it."""
    return DutyItem.objects.visible_to(actor).filter(pk=key).first() if key else None
