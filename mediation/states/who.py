"""Who does what to a case, and the needs that many verbs share.

`scope` is everything at the places of the appointment. `own` is conducting: the case's own mediators, and, while none
is named, whoever mediates for the body that has it.
"""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, Who
from mediation.states.names import Guidance

SCOPE, OWN = Reach.SCOPE, Reach.OWN
CONDUCT: Final[Who] = {
    Role.MEDIATOR.value: OWN,
    Role.TOWN_STAFF.value: OWN,
    Role.COMMUNITY_STAFF.value: OWN,
    Role.GRID_LEADER.value: OWN,
    Role.POLICE_GRID_OFFICER.value: OWN,
}
"""Who mediates: a mediator, or somebody of the line who is named for this case."""
REGISTRARS: Final[Who] = {
    Role.COMMUNITY_STAFF.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
    Role.GRID_LEADER.value: SCOPE,
    Role.GRID_PATROLLER.value: SCOPE,
    Role.POLICE_GRID_OFFICER.value: SCOPE,
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.MEDIATOR.value: OWN,
    Role.DEPT_HANDLER.value: OWN,
    Role.DEPT_LEAD.value: OWN,
    Role.API_CLIENT.value: SCOPE,
}
SORTERS: Final[Who] = {
    Role.TOWN_STAFF.value: SCOPE,
    Role.COMMUNITY_STAFF.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
}
TOWN: Final[Who] = {Role.TOWN_STAFF.value: SCOPE}
CALLERS: Final[Who] = {Role.COMMUNITY_STAFF.value: SCOPE, Role.GRID_LEADER.value: SCOPE}
PLATFORM: Final[Who] = {SYSTEM: Reach.SYSTEM}


def text(name: str, label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    """A need of words."""
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help_text)


REASON: Final = text("opinion", pgettext_lazy("mediation", "Reason"))
NOTE: Final = text("opinion", pgettext_lazy("mediation", "Note"), required=False)
PARTY: Final = Need(name="party", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Party"))


def _guidance(*ways: Guidance) -> tuple[Need, Need]:
    way = Need(
        name="way",
        kind=NeedKind.CHOICE,
        label=pgettext_lazy("mediation", "Way that is open"),
        choices=[(item.value, item.label) for item in ways],
    )
    told = text(
        "guidance",
        pgettext_lazy("mediation", "Guidance given"),
        help_text=pgettext_lazy("mediation", "What the parties were told: where to go, by when, with what"),
    )
    return way, told


GUIDANCE: Final = _guidance(*(item for item in Guidance if item != Guidance.ENFORCEMENT))
"""People's Mediation Law art. 26: whoever ends mediation tells the other ways."""
BROKEN: Final = _guidance(*Guidance)
"""An agreement that a court has confirmed is enforced (art. 33); any other one is sued upon (art. 32)."""
