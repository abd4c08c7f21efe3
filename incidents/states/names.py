"""The words of a ticket: its states, and the closed lists that its facts are chosen from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Table 5a of the field: a ticket is in exactly one of these."""

    REGISTERED = "registered", _("Registered")
    VERIFYING = "verifying", _("Being verified")
    REJECTED = "rejected", _("Not accepted")
    MERGED = "merged", _("Merged")
    ACCEPTED = "accepted", _("Accepted")
    DISPATCHED = "dispatched", _("Dispatched, to be signed")
    HANDLING = "handling", _("Being handled")
    RETURNED = "returned", _("Returned, to be decided")
    SUSPENDED = "suspended", _("Suspended")
    FEEDBACK = "feedback", _("Fed back, to be checked")
    FOLLOW_UP = "follow_up", pgettext_lazy("state", "To be followed up")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")
    VOIDED = "voided", _("Voided")


FINAL = frozenset({State.REJECTED, State.MERGED, State.CLOSED, State.ARCHIVED, State.VOIDED})
OPEN = frozenset(set(State) - FINAL)


class Urgency(models.TextChoices):
    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")
    CRITICAL = "critical", _("Critical")


class DemandType(models.TextChoices):
    ENQUIRY = "enquiry", _("Enquiry")
    HELP = "help", _("Request for help")
    COMPLAINT = "complaint", _("Complaint")
    REPORT_VIOLATION = "report_violation", _("Report of a violation")
    SUGGESTION = "suggestion", _("Suggestion")
    PRAISE = "praise", _("Praise")


class RejectReason(models.TextChoices):
    """The six routes by which a demand is not taken in as a ticket."""

    EMERGENCY = "emergency", _("Emergency: transferred to the emergency line")
    LEGAL_WAY = "legal_way", _("Court, arbitration, discipline, review or petition: legal way told")
    SAME_MATTER = "same_matter", _("Same matter open or closed without new facts: progress told")
    SECRET = "secret", _("Secrets or privacy: explained")
    BEYOND_DUTY = "beyond_duty", _("Beyond the duties of government: told")
    UNLAWFUL = "unlawful", _("Unlawful or indecent: persuaded")


class ResultKind(models.TextChoices):
    RESOLVED = "resolved", _("Resolved")
    EXPLAINED = "explained", _("Explained")
    STAGE_RESULT = "stage_result", _("Stage result")


class FollowUpOutcome(models.TextChoices):
    SOLVED = "solved", _("Solved")
    PARTLY = "partly", _("Partly solved")
    UNSOLVED = "unsolved", _("Not solved")
    UNREACHABLE = "unreachable", _("Could not be reached")
    REFUSED = "refused", _("Declined to answer")


class Satisfaction(models.TextChoices):
    VERY_SATISFIED = "5", _("Very satisfied")
    SATISFIED = "4", _("Satisfied")
    BASICALLY_SATISFIED = "3", _("Basically satisfied")
    DISSATISFIED = "2", _("Dissatisfied")
    VERY_DISSATISFIED = "1", _("Very dissatisfied")


class RequestKind(models.TextChoices):
    """What a unit that handles may ask for."""

    RETURN = "return", pgettext_lazy("request", "Return")
    EXTENSION = "extension", pgettext_lazy("request", "Extension")
    SUSPENSION = "suspension", pgettext_lazy("request", "Suspension")


class PartState(models.TextChoices):
    """How a co-handler's part of a ticket stands."""

    ASSIGNED = "assigned", pgettext_lazy("part", "To be signed")
    WORKING = "working", pgettext_lazy("part", "At work")
    RETURNING = "returning", pgettext_lazy("part", "Return to be decided")
    ANSWERED = "answered", pgettext_lazy("part", "Answered")
    RELEASED = "released", pgettext_lazy("part", "Released")
    UNFINISHED = "unfinished", pgettext_lazy("part", "Not finished")


OPEN_PARTS = frozenset({PartState.ASSIGNED, PartState.WORKING, PartState.RETURNING})


class SuspensionCause(models.TextChoices):
    """Why a matter cannot be solved now."""

    LEGAL_PROCEDURE = "legal_procedure", _("A legal procedure has to end first")
    SEASON = "season", _("Season or weather does not allow it")
    FUNDS = "funds", _("Funds have to be granted first")
    OWNERSHIP = "ownership", _("Ownership has to be settled first")


class Finding(models.TextChoices):
    """What somebody found who went to look."""

    TRUE = "true", pgettext_lazy("finding", "True")
    FALSE = "false", pgettext_lazy("finding", "Not true")
    NOT_FOUND = "not_found", pgettext_lazy("finding", "Cannot be found")
