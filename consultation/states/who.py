"""Who acts, by role and reach, and what several verbs ask for in the same words."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, Who

OWN, SCOPE, BY_SYSTEM = Reach.OWN, Reach.SCOPE, Reach.SYSTEM

TOWN: Final[Who] = {Role.TOWN_STAFF: OWN}
COMMUNITY: Final[Who] = {Role.COMMUNITY_STAFF: OWN}
DEPARTMENT: Final[Who] = {
    Role.DEPT_LEAD: OWN,
    Role.DEPT_HANDLER: OWN,
    Role.POLICE_GRID_OFFICER: OWN,
    Role.MEDIATOR: OWN,
}
CENTRE: Final[Who] = {Role.DISPATCHER: SCOPE, Role.OVERSIGHT_OFFICER: SCOPE}
INVITED: Final[Who] = {**DEPARTMENT, Role.TOWN_STAFF: OWN, Role.COMMUNITY_STAFF: OWN}
HOSTS: Final[Who] = {
    Role.OVERSIGHT_OFFICER: OWN,
    Role.DISPATCHER: OWN,
    Role.DUTY_OFFICER: OWN,
    Role.TOWN_STAFF: OWN,
    Role.COMMUNITY_STAFF: OWN,
    Role.DEPT_LEAD: OWN,
}
PLATFORM: Final[Who] = {SYSTEM: BY_SYSTEM}

SCORES: Final = tuple((str(score), str(score)) for score in range(5, 0, -1))
STANCES: Final = (
    ("leads", pgettext_lazy("stance", "We should lead")),
    ("assists", pgettext_lazy("stance", "We can assist")),
    ("not_ours", pgettext_lazy("stance", "Not our matter")),
)


def words(label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    return Need(name="opinion", kind=NeedKind.TEXT, label=label, required=required, help=help_text)


REASON: Final = words(pgettext_lazy("consultation", "Reason"))
NOTE: Final = words(pgettext_lazy("consultation", "Remark"), required=False)
PHOTOS: Final = Need(name="photos", kind=NeedKind.PHOTOS, label=_("Photos"), required=False)


def at(*states: str) -> frozenset[str]:
    return frozenset(states)
