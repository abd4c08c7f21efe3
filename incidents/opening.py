"""Opening one ticket by its number, on a page or over REST: one statement that is planned once."""

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from governance.foundation.prepared import fetch_models
from incidents.catalogue import with_matter, with_source
from incidents.models import Ticket
from incidents.sight import sight_of

# All but the words for searching, which nothing outside the database reads.
FIELDS = tuple(field.attname for field in Ticket._meta.concrete_fields if field.attname != "search")
# What tells who sees it.
SEEN = ("seen_from", "is_sensitive", "source_id")


def visible_ticket(actor: Actor, number: str) -> Ticket:
    """The ticket of that number with its matter and source. Raises NotFound when it is not there or not seen."""
    return with_matter(_found(actor, number, FIELDS))


def visible_key(actor: Actor, number: str) -> int:
    """Its key alone, for a deed that locks and reads it anyway. Raises NotFound as `visible_ticket` does."""
    return _found(actor, number, SEEN).pk


def _found(actor: Actor, number: str, fields: tuple[str, ...]) -> Ticket:
    for ticket in fetch_models(Ticket, "WHERE number = %s", [number], fields):
        if sight_of(actor).takes_in(with_source(ticket)):
            return ticket
    raise NotFound()
