"""Who says whether a worker's report is valid, and until when: asked by the deed and by the button."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import pgettext_lazy

from fieldwork import values
from fieldwork.models import FieldValue
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from incidents.catalogue import current as catalogue
from incidents.models import Ticket

REVIEWERS: Final = (
    Role.GRID_SUPERVISOR.value,
    Role.COMMUNITY_STAFF.value,
    Role.DISPATCHER.value,
    Role.OVERSIGHT_OFFICER.value,
)


def worker_sources() -> frozenset[int]:
    """The sources through which grid workers report. No statement."""
    return frozenset(row.pk for row in catalogue().sources.values() if row.kind == "worker")


def open_until(ticket: Ticket) -> datetime:
    """Until when it may be reviewed; then it counts as valid."""
    return ticket.registered_at + timedelta(
        days=values.value(FieldValue.Name.REPORT_DAYS, on=local(ticket.registered_at).date())
    )


def role_for(ticket: Ticket, by: Actor) -> str:
    """The role under which `by` reviews the report. Raises Forbidden: nobody reviews the own one."""
    if by.user_id is not None and by.user_id == ticket.reporter_id:
        raise Forbidden(pgettext_lazy("report review", "Nobody reviews the own report"), code="own_work")
    held = scopes.of(by.user).roles_over(ticket.region_path)
    for role in REVIEWERS:
        if role in held:
            return role
    raise Forbidden(
        pgettext_lazy("report review", "This belongs to another role or place"), roles=sorted(REVIEWERS)
    )
