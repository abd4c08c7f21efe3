"""Tables of fieldwork, in reading order."""

from fieldwork.fairness.models import BlockedTask
from fieldwork.guests.models import GuestInvitation, GuestPass, GuestPhoto, GuestReport
from fieldwork.hazards.models import Hazard, HazardListing, HazardProof, HazardStep
from fieldwork.models.devices import TrustedDevice
from fieldwork.models.onsite import Arrival, HelpCall
from fieldwork.models.phone_limits import PhoneLimit
from fieldwork.models.records import CheckIn, FieldFinding, ObjectAnswer
from fieldwork.models.ruling import Checklist, ChecklistItem, FieldValue, TaskRule
from fieldwork.models.sync import SentPhoto, SyncAction
from fieldwork.models.tasks import FieldCampaign, FieldStep, FieldTask, PlanningRun, TaskObject
from fieldwork.models.tracks import PatrolTour, TrackPart

__all__ = [
    "Arrival",
    "BlockedTask",
    "CheckIn",
    "Checklist",
    "ChecklistItem",
    "FieldCampaign",
    "FieldFinding",
    "FieldStep",
    "FieldTask",
    "FieldValue",
    "GuestInvitation",
    "GuestPass",
    "GuestPhoto",
    "GuestReport",
    "Hazard",
    "HazardListing",
    "HazardProof",
    "HazardStep",
    "HelpCall",
    "ObjectAnswer",
    "PatrolTour",
    "PhoneLimit",
    "PlanningRun",
    "SentPhoto",
    "SyncAction",
    "TaskObject",
    "TaskRule",
    "TrackPart",
    "TrustedDevice",
]
