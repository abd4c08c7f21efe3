"""Units that are called or consulted for a ticket take part in it: they see it, and stay among those who have."""

from collections.abc import Iterable
from datetime import datetime

from incidents.models import Assignment


def invite(ticket_id: int, unit_ids: Iterable[int], *, at: datetime) -> int:
    """Let these units see the ticket. Part of the caller's transaction; those that take part already stay as they are.

    Returns how many are new.
    """
    wanted = set(unit_ids)
    known = Assignment.objects.filter(ticket=ticket_id, unit__in=wanted).values_list("unit", flat=True)
    fresh = sorted(wanted - set(known))
    role = Assignment.Role.INVITED
    Assignment.objects.bulk_create(
        [Assignment(ticket_id=ticket_id, unit_id=unit_id, role=role, at=at) for unit_id in fresh]
    )
    return len(fresh)
