"""Tables of fieldwork, in reading order."""

from fieldwork.fairness.models import BlockedTask
from fieldwork.flights.models import Flight, FlightFinding
from fieldwork.guests.models import GuestInvitation, GuestPass, GuestPhoto, GuestReport
from fieldwork.hazards.models import Hazard, HazardListing, HazardProof, HazardStep
from fieldwork.models.counting import CountStep, MonthObject
from fieldwork.models.devices import TrustedDevice
from fieldwork.models.onsite import Arrival, HelpCall
from fieldwork.models.phone_limits import PhoneLimit
from fieldwork.models.records import CheckIn, FieldFinding, ObjectAnswer, PatrolPresence
from fieldwork.models.ruling import Checklist, ChecklistItem, FieldValue, TaskRule
from fieldwork.models.sync import SentPhoto, SyncAction
from fieldwork.models.tasks import FieldCampaign, FieldStep, FieldTask, PlanningRun, TaskObject
from fieldwork.models.tracks import PatrolTour, TrackPart
from fieldwork.push.models import PushSubscription
from fieldwork.validity.models import ReportReview

__all__ = [
    "Arrival",
    "BlockedTask",
    "CheckIn",
    "Checklist",
    "ChecklistItem",
    "CountStep",
    "FieldCampaign",
    "FieldFinding",
    "FieldStep",
    "FieldTask",
    "FieldValue",
    "Flight",
    "FlightFinding",
    "GuestInvitation",
    "GuestPass",
    "GuestPhoto",
    "GuestReport",
    "Hazard",
    "HazardListing",
    "HazardProof",
    "HazardStep",
    "HelpCall",
    "MonthObject",
    "ObjectAnswer",
    "PatrolPresence",
    "PatrolTour",
    "PhoneLimit",
    "PlanningRun",
    "PushSubscription",
    "ReportReview",
    "SentPhoto",
    "SyncAction",
    "TaskObject",
    "TaskRule",
    "TrackPart",
    "TrustedDevice",
]
