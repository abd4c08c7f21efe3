"""Taking a ticket out of the assessment: a mark on it, and a step, from which whoever counts learns of it."""

from datetime import datetime

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from incidents.ledger import ledger
from incidents.models import Step, Ticket


def leave_out(ticket_id: int, *, by: Actor, at: datetime) -> bool:
    """Leave the ticket out of the assessment from now on; False where it is already. In the caller's transaction.

    Its version stays, so that a form which somebody has open is still good. Raises NotFound.
    """
    ticket = ledger().lock(ticket_id)
    if ticket is None:
        raise NotFound()
    if not Ticket.objects.filter(pk=ticket_id, excluded_from_assessment=False).update(
        excluded_from_assessment=True
    ):
        return False
    ledger().add(
        Step(
            ticket=ticket,
            verb="leave_out",
            from_state=ticket.state,
            to_state=ticket.state,
            at=at,
            actor_id=by.user_id,
            actor_name=by.name[:80],
            role=by.role,
            unit_id=by.unit_id,
            holder_id=ticket.holder_id,
            client=by.client,
        )
    )
    return True
