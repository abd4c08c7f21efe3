"""Tables of supervision, in reading order."""

from supervision.models.appeal import Appeal
from supervision.models.bulletin import BulletinItem, BulletinReceipt, SupervisionBulletin
from supervision.models.inspection import (
    Checklist,
    Finding,
    Inspection,
    InspectionPlan,
    InspectionTarget,
)
from supervision.models.instruction import LeaderInstruction
from supervision.models.recurrence import RecurrenceCursor, RecurrenceTicket, RecurrenceWarning
from supervision.models.recurring import RecurringSupervision
from supervision.models.rules import SupervisionRule
from supervision.models.steps import OversightStep, Proof
from supervision.models.task import SupervisionTask, TaskClock

__all__ = [
    "Appeal",
    "BulletinItem",
    "BulletinReceipt",
    "Checklist",
    "Finding",
    "Inspection",
    "InspectionPlan",
    "InspectionTarget",
    "LeaderInstruction",
    "OversightStep",
    "Proof",
    "RecurrenceCursor",
    "RecurrenceTicket",
    "RecurrenceWarning",
    "RecurringSupervision",
    "SupervisionBulletin",
    "SupervisionRule",
    "SupervisionTask",
    "TaskClock",
]
