"""Showing a citizen's name and phone in the clear: to those who need them, with a reason, on record."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from grids import scope as scopes
from incidents.models import Requester, Ticket

MIN_REASON = 5
REVEALERS = (
    Role.DUTY_OFFICER,
    Role.DISPATCHER,
    Role.OVERSIGHT_OFFICER,
    Role.TOWN_STAFF,
    Role.COMMUNITY_STAFF,
    Role.GRID_LEADER,
    Role.GRID_PATROLLER,
    Role.POLICE_GRID_OFFICER,
    Role.DEPT_HANDLER,
    Role.DEPT_LEAD,
    Role.MEDIATOR,
)


def reveal(ticket: Ticket, requester_id: int, *, by: Actor, at: datetime, reason: str) -> Requester:
    """The citizen in the clear; `ticket` must be one that `by` may see.

    Raises NotFound, Forbidden, Unprocessable (a reason of at least `MIN_REASON` characters).
    """
    requester = Requester.objects.filter(ticket=ticket, pk=requester_id).first()
    if requester is None:
        raise NotFound()
    actor = by.acting_as(revealing_role(ticket, by))
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise Unprocessable(fields={"reason": [_("Say in a few words what you need it for")]})
    with transaction.atomic():
        journal.record(
            "requester.reveal",
            by=actor,
            obj=requester,
            at=at,
            details={"ticket": ticket.number, "reason": reason},
        )
    return requester


def revealing_role(ticket: Ticket, by: Actor) -> str:
    """The role under which `by` may reveal. Raises Forbidden: leaders, auditors, clients see masks only."""
    scope = scopes.of(by.user)
    held = scope.roles_over(ticket.region_path) | {r.role for r in scope.reaches if r.unit_id is not None}
    for role in REVEALERS:
        if role in held:
            return role
    raise Forbidden(_("Personal data is shown masked to this role"), roles=[str(role) for role in REVEALERS])
