"""Who acts on tickets, by role and reach, and what several verbs ask for in the same words."""

from django.utils.translation import gettext_lazy as _

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Reach, Who
from incidents.states.names import State

OPINION = Need(name="opinion", kind=NeedKind.TEXT, label=_("Opinion"), required=False)
REASON = Need(name="opinion", kind=NeedKind.TEXT, label=_("Reason"))
CHILDREN_REASON = Need(
    name="children_reason",
    kind=NeedKind.TEXT,
    label=_("Why before its child tickets"),
    required=False,
    help=_("Required while child tickets are not finished"),
)
PHOTOS = Need(
    name="attachments",
    kind=NeedKind.PHOTOS,
    label=_("Photos"),
    required=False,
    help=_("Required where the matter is checked on site"),
)

SCOPE, TIER, OWN, SENT = Reach.SCOPE, Reach.TIER, Reach.OWN, Reach.SENT
HANDLERS: Who = {
    Role.TOWN_STAFF: OWN,
    Role.COMMUNITY_STAFF: OWN,
    Role.GRID_LEADER: OWN,
    Role.GRID_PATROLLER: OWN,
    Role.POLICE_GRID_OFFICER: OWN,
    Role.DEPT_HANDLER: OWN,
    Role.DEPT_LEAD: OWN,
}
ANSWERABLE: Who = {
    Role.DEPT_LEAD: OWN,
    Role.TOWN_STAFF: OWN,
    Role.COMMUNITY_STAFF: OWN,
    Role.POLICE_GRID_OFFICER: OWN,
}
"""Those who speak for a unit that handles; grid teams hand up instead."""

INTAKE: Who = {
    Role.DUTY_OFFICER: SCOPE,
    Role.DISPATCHER: SCOPE,
    Role.TOWN_STAFF: TIER,
    Role.COMMUNITY_STAFF: TIER,
}
CHECKERS: Who = {
    Role.OVERSIGHT_OFFICER: SCOPE,
    Role.TOWN_STAFF: TIER,
    Role.COMMUNITY_STAFF: TIER,
    Role.GRID_LEADER: SCOPE,
    Role.GRID_PATROLLER: SCOPE,
    Role.GRID_SUPERVISOR: SCOPE,
    Role.POLICE_GRID_OFFICER: SCOPE,
}
VERIFIERS: Who = {
    Role.GRID_LEADER: SCOPE,
    Role.GRID_PATROLLER: SCOPE,
    Role.GRID_SUPERVISOR: SCOPE,
    Role.POLICE_GRID_OFFICER: SCOPE,
}
REPORTERS: Who = {
    Role.DUTY_OFFICER: SCOPE,
    Role.DISPATCHER: SCOPE,
    Role.TOWN_STAFF: SCOPE,
    Role.COMMUNITY_STAFF: SCOPE,
    Role.GRID_LEADER: SCOPE,
    Role.GRID_PATROLLER: SCOPE,
    Role.GRID_SUPERVISOR: SCOPE,
    Role.PART_TIME_WORKER: SCOPE,
    Role.POLICE_GRID_OFFICER: SCOPE,
    Role.DEPT_HANDLER: OWN,
    Role.DEPT_LEAD: OWN,
    Role.MEDIATOR: OWN,
    Role.API_CLIENT: OWN,
}


def at(*states: State) -> frozenset[str]:
    """The states that a verb leaves."""
    return frozenset(states)
