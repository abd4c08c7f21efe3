"""Forms: shape only. What the rooms refuse comes back beside the field."""

from staffing.forms.bulletins import BulletinForm, BulletinTextForm, PublishForm
from staffing.forms.commendations import CommendationForm, CommendationVerbForm
from staffing.forms.coordinators import CoordinatorEndForm, CoordinatorForm
from staffing.forms.ledgers import (
    AttendForm,
    IssueForm,
    MemberForm,
    PartyForm,
    ProfileForm,
    RowForm,
    TeamForm,
    TrainingForm,
)
from staffing.forms.organizations import OrganizationForm, ServeForm
from staffing.forms.people import (
    AssignForm,
    EndForm,
    FillForm,
    LeaveForm,
    LocalInput,
    MoveForm,
    OpinionForm,
    PresenceForm,
    ShiftForm,
    SwapForm,
)
from staffing.forms.searching import DayField, PickField, Searching
from staffing.forms.stationed import StationedDaysForm, StationedForm

__all__ = [
    "AssignForm",
    "AttendForm",
    "BulletinForm",
    "BulletinTextForm",
    "CommendationForm",
    "CommendationVerbForm",
    "CoordinatorEndForm",
    "CoordinatorForm",
    "DayField",
    "EndForm",
    "FillForm",
    "IssueForm",
    "LeaveForm",
    "LocalInput",
    "MemberForm",
    "MoveForm",
    "OpinionForm",
    "OrganizationForm",
    "PartyForm",
    "PickField",
    "PresenceForm",
    "ProfileForm",
    "PublishForm",
    "RowForm",
    "Searching",
    "ServeForm",
    "ShiftForm",
    "StationedDaysForm",
    "StationedForm",
    "SwapForm",
    "TeamForm",
    "TrainingForm",
]
