"""Who acts in the tables of this app, and what their verbs ask for. Pure."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, Who
from supervision.names import (
    AppealState,
    BulletinState,
    InspectionState,
    InstructionState,
    TaskState,
)

T, A, L, I, B = TaskState, AppealState, InstructionState, InspectionState, BulletinState  # noqa: E741  # short
SCOPE, OWN = Reach.SCOPE, Reach.OWN
PLATFORM: Final[Who] = {SYSTEM: Reach.SYSTEM}
OVERSIGHT: Final[Who] = {Role.OVERSIGHT_OFFICER: SCOPE}
LEADING: Final[Who] = {Role.LEADER: SCOPE}
ORDERING: Final[Who] = {**OVERSIGHT, Role.TOWN_STAFF: SCOPE, Role.GRID_SUPERVISOR: SCOPE}
"""Who sends a supervision: oversight; town staff and grid supervisors what they have begun themselves."""
SPEAKERS: Final[Who] = {
    Role.DEPT_LEAD: OWN,
    Role.TOWN_STAFF: OWN,
    Role.COMMUNITY_STAFF: OWN,
    Role.POLICE_GRID_OFFICER: OWN,
    Role.DEPT_HANDLER: OWN,
}
"""Who answers for a unit; a handler only where the unit has no lead."""
CHECKERS: Final[Who] = {**OVERSIGHT, Role.GRID_SUPERVISOR: SCOPE}
"""Grid supervisors check grids only."""


def text_need(name: str, label: Text, *, required: bool = True, help: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help)


OPINION: Final = text_need("opinion", pgettext_lazy("supervision", "Opinion"), required=False)
REASON: Final = text_need("opinion", pgettext_lazy("supervision", "Reason"))
PLAN: Final = (
    text_need("plan", pgettext_lazy("supervision", "Plan of rectification")),
    text_need("person", pgettext_lazy("supervision", "Responsible person")),
)
PROOF: Final = Need(
    name="files",
    kind=NeedKind.PHOTOS,
    label=pgettext_lazy("supervision", "Proof"),
    required=False,
)
