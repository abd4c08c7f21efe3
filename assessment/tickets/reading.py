"""Tickets for the engine: what the steps after a cursor touched, and what a list shows of a ticket."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from assessment.sources import Changes, Item, Source
from assessment.tickets.deriving import derive
from assessment.tickets.words import TOLD
from governance.accounts.actors import Actor
from governance.foundation.horizon import reach
from incidents.models import Step, Ticket
from incidents.states import State


def horizon() -> int:
    """The last step up to which none is missing."""
    return reach(Step)


def changed(after: int, upto: int, limit: int) -> Changes:
    """The tickets of the next `limit` steps."""
    rows = list(
        Step.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk").values_list("pk", "ticket_id")[:limit]
    )
    reached = rows[-1][0] if len(rows) == limit else upto
    return Changes(ids=sorted({ticket_id for _pk, ticket_id in rows}), reached=reached, steps=len(rows))


def last_item() -> int:
    """The highest key that a ticket has."""
    return Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def pending(ids: Sequence[int], after: int) -> set[int]:
    """Those of the tickets that have a step after the cursor."""
    return set(Step.objects.filter(ticket_id__in=ids, pk__gt=after).values_list("ticket_id", flat=True))


def items(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Those of the tickets that the reader may see."""
    rows = Ticket.objects.visible_to(by, along="few").filter(pk__in=ids)
    return {
        pk: Item(
            number=number,
            title=title,
            url=reverse("incidents:ticket", args=[number]),
            words=str(State(state).label),
        )
        for pk, number, title, state in rows.values_list("pk", "number", "title", "state")
    }


SOURCE = Source(
    name="tickets",
    kinds=tuple(told.kind for told in TOLD),
    horizon=horizon,
    changed=changed,
    last_item=last_item,
    pending=pending,
    derive=derive,
    items=items,
)
