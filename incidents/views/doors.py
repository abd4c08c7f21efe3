"""Which ticket a person may open on a desk page, and which nudges it listens to."""

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from grids import scope as scopes
from incidents.catalogue import current as catalogue
from incidents.models import Ticket
from incidents.querysets import TicketQuerySet


def visible_ticket(rows: TicketQuerySet, actor: Actor, number: str) -> Ticket:
    """The ticket of that number among `rows`, if this person may see it. Raises NotFound otherwise."""
    ticket = next(iter(rows.visible_to(actor).filter(number=number)), None)
    if ticket is None:
        raise NotFound()
    return with_matter(ticket)


def with_matter(ticket: Ticket) -> Ticket:
    """The ticket with its category and source from the process's snapshot; an older edition's is read when asked."""
    book = catalogue()
    category = book.by_id.get(ticket.category_id)
    if category is not None:
        ticket.category = category
    source = next((row for row in book.sources.values() if row.pk == ticket.source_id), None)
    if source is not None:
        ticket.source = source
    return ticket


def topics_of(actor: Actor) -> str:
    """The live topics of a person's own units, for `data-live`."""
    return " ".join(f"unit:{unit_id}" for unit_id in sorted(scopes.of(actor.user).unit_ids))
