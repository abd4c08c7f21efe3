"""The words of this app: kinds and states, and which states are open."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class CallKind(TextChoices):
    """For what a town may call departments."""

    HARD = "hard", pgettext_lazy("whistle", "Hard problem")
    JOINT_ENFORCEMENT = "joint_enforcement", pgettext_lazy("whistle", "Joint enforcement")
    EMERGENCY = "emergency", pgettext_lazy("whistle", "Emergency")


class CallState(TextChoices):
    """From the whistle to the last result."""

    REQUESTED = "requested", pgettext_lazy("whistle", "To be confirmed by the town")
    CALLED = "called", pgettext_lazy("whistle", "Departments called")
    COMPLETED = "completed", pgettext_lazy("whistle", "All have reported")
    ENDED = "ended", pgettext_lazy("whistle", "Ended by the caller")
    REJECTED = "rejected", pgettext_lazy("whistle", "Not confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("whistle", "Withdrawn")


class LineState(TextChoices):
    """What one called department has done so far."""

    CALLED = "called", pgettext_lazy("whistle line", "To be answered")
    ACCEPTED = "accepted", pgettext_lazy("whistle line", "Coming")
    DECLINED = "declined", pgettext_lazy("whistle line", "Declined")
    ARRIVED = "arrived", pgettext_lazy("whistle line", "On the spot")
    DONE = "done", pgettext_lazy("whistle line", "Result given")
    RELEASED = "released", pgettext_lazy("whistle line", "No longer needed")


class ConsultationState(TextChoices):
    """From the invitation to a decision that has been carried out."""

    CONVENED = "convened", pgettext_lazy("consultation", "Convened")
    OPINIONS = "opinions", pgettext_lazy("consultation", "Opinions come in")
    DECIDED = "decided", pgettext_lazy("consultation", "Decided")
    CLOSED = "closed", pgettext_lazy("consultation", "Carried out")
    CANCELLED = "cancelled", pgettext_lazy("consultation", "Cancelled")


class MeetingKind(TextChoices):
    """The three standing mechanisms."""

    REGULAR = "regular", pgettext_lazy("meeting", "Regular work meeting")
    INSPECTION = "inspection", pgettext_lazy("meeting", "Periodic inspection")
    THEMATIC = "thematic", pgettext_lazy("meeting", "Thematic consultation")


class MeetingState(TextChoices):
    """From the plan to minutes that everybody can read."""

    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    HELD = "held", pgettext_lazy("meeting", "Held, minutes in draft")
    PUBLISHED = "published", pgettext_lazy("meeting", "Minutes published")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


CALL_OPEN: Final = frozenset({CallState.REQUESTED, CallState.CALLED})
LINE_OPEN: Final = frozenset({LineState.CALLED, LineState.ACCEPTED, LineState.ARRIVED})
"""A clock runs: to answer, to arrive, to give the result."""
LINE_UNFINISHED: Final = LINE_OPEN | {LineState.DECLINED}
"""What keeps a call open: a refusal is settled by the caller or by oversight, never by time."""
CONSULTATION_OPEN: Final = frozenset({ConsultationState.CONVENED, ConsultationState.OPINIONS})
MEETING_OPEN: Final = frozenset({MeetingState.PLANNED, MeetingState.HELD})
