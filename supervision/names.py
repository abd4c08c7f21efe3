"""The closed lists of supervision: kinds, causes, objects, stages of a clock and states of each machine."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """How grave a supervision is, from mild to grave."""

    URGE = "urge", pgettext_lazy("supervision kind", "Urge")
    SUPERVISE = "supervise", pgettext_lazy("supervision kind", "Supervise")
    LISTED = "listed_supervision", pgettext_lazy("supervision kind", "Listed supervision")
    INTERVIEW = "interview", pgettext_lazy("supervision kind", "Interview")


LADDER: Final = (Kind.URGE, Kind.SUPERVISE, Kind.LISTED, Kind.INTERVIEW)
GRAVE: Final = frozenset({Kind.LISTED, Kind.INTERVIEW})
"""What a bulletin names."""


def one_up(kind: str) -> str | None:
    """The next graver kind; None above the interview, where accountability begins."""
    place = LADDER.index(Kind(kind)) + 1
    return LADDER[place] if place < len(LADDER) else None


class Cause(models.TextChoices):
    """Why it was begun."""

    OVERDUE = "overdue", pgettext_lazy("supervision cause", "Overdue")
    REFUSED = "refused", pgettext_lazy("supervision cause", "Refused to take it")
    UNSOLVED = "unsolved", pgettext_lazy("supervision cause", "Could be solved and was not")
    DISSATISFIED = "dissatisfied", pgettext_lazy("supervision cause", "Citizen dissatisfied twice")
    REWORK = "rework", pgettext_lazy("supervision cause", "Reworked twice")
    REPEATED = "repeated", pgettext_lazy("supervision cause", "Repeated complaints")
    INSTRUCTION = "instruction", pgettext_lazy("supervision cause", "Leader's instruction")
    INSPECTION = "inspection", pgettext_lazy("supervision cause", "Found by an inspection")
    BULLETIN = "bulletin", pgettext_lazy("supervision cause", "Named in a bulletin")
    RECURRING = "recurring", pgettext_lazy("supervision cause", "Regular supervision")
    RELAPSE = "relapse", pgettext_lazy("supervision cause", "Back after rectification")


BY_HAND: Final = (Cause.OVERDUE, Cause.REFUSED, Cause.UNSOLVED, Cause.BULLETIN, Cause.DISSATISFIED)
"""What a person may name; the others follow from what happened."""


class ObjectKind(models.TextChoices):
    """What is supervised."""

    TICKET = "ticket", pgettext_lazy("supervision object", "Ticket")
    UNIT = "unit", pgettext_lazy("supervision object", "Unit")
    GRID = "grid", pgettext_lazy("supervision object", "Grid")
    REGION = "region", pgettext_lazy("supervision object", "Region")
    ITEM = "item", pgettext_lazy("supervision object", "List item")


class Stage(models.TextChoices):
    """What a clock runs for."""

    SEND = "send", pgettext_lazy("supervision stage", "To be sent")
    SIGN = "sign", pgettext_lazy("supervision stage", "To be signed")
    RECTIFY = "rectify", pgettext_lazy("supervision stage", "To be rectified")
    CHECK = "check", pgettext_lazy("supervision stage", "To be checked")
    SCORE = "score", pgettext_lazy("supervision stage", "To be scored")
    RECHECK = "recheck", pgettext_lazy("supervision stage", "To be looked at again")


class TaskState(models.TextChoices):
    """Table 5d of the field, and the way out for what was begun by mistake."""

    CREATED = "created", pgettext_lazy("supervision task", "Created, to be sent")
    NOTIFIED = "notified", pgettext_lazy("supervision task", "Sent, to be signed")
    RECTIFYING = "rectifying", pgettext_lazy("supervision task", "Being rectified")
    SUBMITTED = "submitted", pgettext_lazy("supervision task", "Reported, to be checked")
    ACCEPTED = "accepted", pgettext_lazy("supervision task", "Accepted, to be scored")
    REJECTED = "rejected", pgettext_lazy("supervision task", "Rejected")
    ESCALATED = "escalated", pgettext_lazy("supervision task", "Escalated")
    CLOSED = "closed", pgettext_lazy("supervision task", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("supervision task", "Withdrawn")


class AppealState(models.TextChoices):
    """From the objection to a decision that is final."""

    LODGED = "lodged", pgettext_lazy("appeal", "Lodged, to be reviewed")
    REVIEWED = "reviewed", pgettext_lazy("appeal", "Reviewed, to be decided")
    GRANTED = "granted", pgettext_lazy("appeal", "Granted")
    REFUSED = "refused", pgettext_lazy("appeal", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal", "Withdrawn")


class AppealKind(models.TextChoices):
    """Against which result."""

    OVERDUE = "overdue", pgettext_lazy("appeal kind", "Counted as overdue")
    DISSATISFIED = "dissatisfied", pgettext_lazy("appeal kind", "Counted as dissatisfied")


class InstructionState(models.TextChoices):
    """What a leader wrote, on its way and back."""

    GIVEN = "given", pgettext_lazy("instruction", "Given, with oversight")
    ROUTED = "routed", pgettext_lazy("instruction", "Sent to the unit")
    ANSWERED = "answered", pgettext_lazy("instruction", "Answered")
    CONCLUDED = "concluded", pgettext_lazy("instruction", "Concluded")
    WITHDRAWN = "withdrawn", pgettext_lazy("instruction", "Withdrawn")


class InspectionState(models.TextChoices):
    """From the yearly plan, or a leader's approval, to the summary."""

    PROPOSED = "proposed", pgettext_lazy("inspection", "Outside the plan, to be approved")
    PLANNED = "planned", pgettext_lazy("inspection", "Planned")
    REFUSED = "refused", pgettext_lazy("inspection", "Refused")
    RUNNING = "running", pgettext_lazy("inspection", "Running")
    CLOSED = "closed", pgettext_lazy("inspection", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("inspection", "Cancelled")


class BulletinState(models.TextChoices):
    """A bulletin is drafted, then published or discarded."""

    DRAFT = "draft", pgettext_lazy("supervision bulletin", "Draft")
    PUBLISHED = "published", pgettext_lazy("supervision bulletin", "Published")
    DISCARDED = "discarded", pgettext_lazy("supervision bulletin", "Discarded")


class RecurrenceKind(models.TextChoices):
    """What comes again and again."""

    PLACE = "place", pgettext_lazy("recurrence", "Place")
    PERSON = "person", pgettext_lazy("recurrence", "Person")


class RecurrenceState(models.TextChoices):
    """A warning stands until it is dealt with, or nothing comes any more."""

    OPEN = "open", pgettext_lazy("recurrence", "To be taken in hand")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("recurrence", "In hand")
    RESOLVED = "resolved", pgettext_lazy("recurrence", "Resolved")
    EXPIRED = "expired", pgettext_lazy("recurrence", "Lapsed")
    DISMISSED = "dismissed", pgettext_lazy("recurrence", "No recurrence")


class Severity(models.TextChoices):
    """How bad a finding is, and so which kind of supervision it leads to."""

    MINOR = "minor", pgettext_lazy("finding", "Minor")
    SERIOUS = "serious", pgettext_lazy("finding", "Serious")


class Period(models.TextChoices):
    """How often something comes again."""

    WEEKLY = "weekly", pgettext_lazy("period", "Weekly")
    MONTHLY = "monthly", pgettext_lazy("period", "Monthly")
    QUARTERLY = "quarterly", pgettext_lazy("period", "Quarterly")
    YEARLY = "yearly", pgettext_lazy("period", "Yearly")


class Recheck(models.TextChoices):
    """What was found when somebody looked again."""

    HELD = "held", pgettext_lazy("recheck", "Stayed in order")
    RELAPSED = "relapsed", pgettext_lazy("recheck", "Is back")
