"""What came in for trial: the one rule that keeps it off desks, hints, warnings, calls and figures of the real city.

Sources whose codes begin with `trial` belong to systems that are being connected. Their tickets go the whole way, are
found in the list by whoever may see them and told to the system that sent them; nobody else is bothered by them.
Without such a source no question is asked besides.
"""

from typing import Final

from django.db.models import Q

from incidents.catalogue import current as catalogue
from incidents.models import Ticket

NOTHING: Final = Q()


def is_trial(ticket: Ticket) -> bool:
    """Whether the ticket came in for trial."""
    return ticket.source_id in catalogue().trial_sources


def apart(ticket: str = "ticket") -> Q:
    """The condition of belonging to real tickets, for rows that name one by this path."""
    trial = catalogue().trial_sources
    return ~Q(**{f"{ticket}__source_id__in": trial}) if trial else NOTHING


def clause(alias: str) -> str:
    """The same for SQL: ` AND …` about the table of tickets under that alias, or nothing."""
    trial = ", ".join(str(pk) for pk in catalogue().trial_sources)
    return f" AND {alias}.source_id NOT IN ({trial})" if trial else ""


def ids() -> list[int]:
    """The sources themselves, for SQL that takes them as a parameter."""
    return list(catalogue().trial_sources)
