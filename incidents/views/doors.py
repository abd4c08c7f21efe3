"""Which ticket a person may open on a desk page, and which nudges it listens to."""

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from grids import scope as scopes
from incidents.catalogue import with_matter
from incidents.models import Ticket
from incidents.querysets import TicketQuerySet


def visible_ticket(rows: TicketQuerySet, actor: Actor, number: str) -> Ticket:
    """The ticket of that number among `rows`, if this person may see it. Raises NotFound otherwise."""
    ticket = next(iter(rows.visible_to(actor).filter(number=number)), None)
    if ticket is None:
        raise NotFound()
    return with_matter(ticket)


def topics_of(actor: Actor) -> str:
    """The live topics of a person's own units, for `data-live`."""
    return " ".join(f"unit:{unit_id}" for unit_id in sorted(scopes.of(actor.user).unit_ids))
