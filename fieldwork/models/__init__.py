"""Tables of fieldwork, in reading order."""

from fieldwork.models.records import CheckIn, FieldFinding, ObjectAnswer
from fieldwork.models.ruling import Checklist, ChecklistItem, FieldValue, TaskRule
from fieldwork.models.tasks import FieldCampaign, FieldStep, FieldTask, PlanningRun, TaskObject
from fieldwork.models.tracks import PatrolTour, TrackPart

__all__ = [
    "CheckIn",
    "Checklist",
    "ChecklistItem",
    "FieldCampaign",
    "FieldFinding",
    "FieldStep",
    "FieldTask",
    "FieldValue",
    "ObjectAnswer",
    "PatrolTour",
    "PlanningRun",
    "TaskObject",
    "TaskRule",
    "TrackPart",
]
