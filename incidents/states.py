"""The ticket's states and THE table: verb · from · to · who · needs · clock effect. Pure data.

Guards, buttons, API endpoints, the diagram and the test matrix are all made from it. Rows that are not
available yet stand in the table so that nothing has to be rebuilt when they open.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


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


OPINION = Need(name="opinion", kind=NeedKind.TEXT, label=_("Opinion"), required=False)
REASON = Need(name="opinion", kind=NeedKind.TEXT, label=_("Reason"))
PHOTOS = Need(
    name="attachments",
    kind=NeedKind.PHOTOS,
    label=_("Photos"),
    required=False,
    help=_("Required where the matter is checked on site"),
)

SCOPE, TIER, OWN = Reach.SCOPE, Reach.TIER, Reach.OWN
HANDLERS: Who = {
    Role.TOWN_STAFF: OWN,
    Role.COMMUNITY_STAFF: OWN,
    Role.GRID_LEADER: OWN,
    Role.GRID_PATROLLER: OWN,
    Role.POLICE_GRID_OFFICER: OWN,
    Role.DEPT_HANDLER: OWN,
    Role.DEPT_LEAD: OWN,
}
INTAKE: Who = {
    Role.DUTY_OFFICER: SCOPE,
    Role.DISPATCHER: SCOPE,
    Role.TOWN_STAFF: TIER,
    Role.COMMUNITY_STAFF: TIER,
}
CHECKERS: Who = {
    Role.OVERSIGHT_OFFICER: SCOPE,
    Role.TOWN_STAFF: TIER,
    Role.COMMUNITY_STAFF: TIER,
    Role.GRID_LEADER: SCOPE,
    Role.GRID_PATROLLER: SCOPE,
    Role.GRID_SUPERVISOR: SCOPE,
    Role.POLICE_GRID_OFFICER: SCOPE,
}
VERIFIERS: Who = {
    Role.GRID_LEADER: SCOPE,
    Role.GRID_PATROLLER: SCOPE,
    Role.GRID_SUPERVISOR: SCOPE,
    Role.POLICE_GRID_OFFICER: SCOPE,
}
REPORTERS: Who = {
    Role.DUTY_OFFICER: SCOPE,
    Role.DISPATCHER: SCOPE,
    Role.TOWN_STAFF: SCOPE,
    Role.COMMUNITY_STAFF: SCOPE,
    Role.GRID_LEADER: SCOPE,
    Role.GRID_PATROLLER: SCOPE,
    Role.GRID_SUPERVISOR: SCOPE,
    Role.PART_TIME_WORKER: SCOPE,
    Role.POLICE_GRID_OFFICER: SCOPE,
    Role.DEPT_HANDLER: OWN,
    Role.DEPT_LEAD: OWN,
    Role.MEDIATOR: OWN,
    Role.API_CLIENT: OWN,
}


def _from(*states: State) -> frozenset[str]:
    return frozenset(states)


_ROWS = [
    Verb(
        row=1,
        name="register",
        label=_("Register"),
        sources=frozenset(),
        target=State.REGISTERED,
        who=REPORTERS,
        clock=_("starts the accept clock of the tier"),
        guard=_("category, place, description, source; a worker adds a photo and a position"),
    ),
    Verb(
        row=2,
        name="self_handle",
        label=_("Handle on the spot"),
        sources=frozenset(),
        target=State.CLOSED,
        who={
            Role.GRID_LEADER: SCOPE,
            Role.GRID_PATROLLER: SCOPE,
            Role.COMMUNITY_STAFF: SCOPE,
            Role.POLICE_GRID_OFFICER: SCOPE,
        },
        guard=_("the matter may be closed in the grid; photos before and after"),
    ),
    Verb(
        row=3,
        name="send_verification",
        label=_("Send to verify"),
        sources=_from(State.REGISTERED),
        target=State.VERIFYING,
        available=False,
        who={Role.DISPATCHER: SCOPE, Role.TOWN_STAFF: TIER, Role.COMMUNITY_STAFF: TIER},
        clock=_("starts the verification clock"),
    ),
    Verb(
        row=4,
        name="verify",
        label=_("Report verification"),
        sources=_from(State.VERIFYING),
        target=State.REGISTERED,
        available=False,
        who=VERIFIERS,
        clock=_("stops the verification clock"),
    ),
    Verb(
        row=5,
        name="reject",
        label=_("Do not accept"),
        sources=_from(State.REGISTERED),
        target=State.REJECTED,
        who=INTAKE,
        clock=_("stops the accept clock"),
        dangerous=True,
        guard=_("one of the six reasons and the wording sent"),
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=_("Reason not to accept"),
                choices=RejectReason.choices,
            ),
            Need(name="opinion", kind=NeedKind.TEXT, label=_("Wording sent to the citizen")),
        ),
    ),
    Verb(
        row=6,
        name="merge",
        label=_("Merge"),
        sources=_from(State.REGISTERED),
        target=State.MERGED,
        available=False,
        who=INTAKE,
        clock=_("stops the accept clock"),
    ),
    Verb(
        row=7,
        name="accept",
        label=_("Accept"),
        sources=_from(State.REGISTERED),
        target=State.ACCEPTED,
        who=INTAKE,
        clock=_("stops the accept clock, starts the dispatch clock"),
        guard=_("category, urgency and demand type; raising the urgency needs a reason"),
        needs=(
            Need(name="category", kind=NeedKind.CATEGORY, label=_("Category"), required=False),
            Need(
                name="urgency",
                kind=NeedKind.CHOICE,
                label=_("Urgency"),
                required=False,
                choices=Urgency.choices,
            ),
            Need(
                name="demand_type",
                kind=NeedKind.CHOICE,
                label=_("Demand type"),
                required=False,
                choices=DemandType.choices,
            ),
            OPINION,
        ),
    ),
    Verb(
        row=8,
        name="dispatch",
        label=_("Dispatch"),
        sources=_from(State.ACCEPTED),
        target=State.DISPATCHED,
        who={
            Role.DISPATCHER: SCOPE,
            Role.TOWN_STAFF: TIER,
            Role.COMMUNITY_STAFF: TIER,
            Role.GRID_LEADER: OWN,
        },
        clock=_("starts the handle clock the first time, and the unit's sign clock"),
        guard=_("a unit below the lowest level needs an override reason"),
        needs=(
            Need(name="to", kind=NeedKind.UNIT, label=_("Lead unit")),
            Need(name="co_handlers", kind=NeedKind.UNITS, label=_("Co-handlers"), required=False),
            Need(name="override_reason", kind=NeedKind.TEXT, label=_("Override reason"), required=False),
            OPINION,
        ),
    ),
    Verb(
        row=9,
        name="sign",
        label=_("Sign"),
        sources=_from(State.DISPATCHED),
        target=State.HANDLING,
        who={**HANDLERS, SYSTEM: Reach.SYSTEM},
        clock=_("stops the sign clock"),
        guard=_("signed automatically, with a mark, when the limit passes"),
    ),
    Verb(
        row=10,
        name="return",
        label=_("Return"),
        sources=_from(State.DISPATCHED, State.HANDLING),
        target=State.RETURNED,
        available=False,
        who=HANDLERS,
        clock=_("the handle clock keeps running"),
    ),
    Verb(
        row=11,
        name="grant_return",
        label=_("Grant return"),
        sources=_from(State.RETURNED),
        target=State.ACCEPTED,
        available=False,
        who={Role.DISPATCHER: SCOPE},
        clock=_("time is given back"),
    ),
    Verb(
        row=12,
        name="refuse_return",
        label=_("Refuse return"),
        sources=_from(State.RETURNED),
        target=State.HANDLING,
        available=False,
        who={Role.DISPATCHER: SCOPE},
        clock=_("no time is given back"),
    ),
    Verb(
        row=13,
        name="escalate",
        label=_("Escalate"),
        sources=_from(State.DISPATCHED, State.HANDLING),
        target=State.DISPATCHED,
        who={
            Role.GRID_LEADER: OWN,
            Role.GRID_PATROLLER: OWN,
            Role.POLICE_GRID_OFFICER: OWN,
            Role.COMMUNITY_STAFF: OWN,
            Role.TOWN_STAFF: OWN,
        },
        clock=_("new sign clock; the handle clock continues, or restarts where the level requires it"),
        guard=_("reason and measures taken"),
        needs=(REASON, Need(name="measures", kind=NeedKind.TEXT, label=_("Measures taken"))),
    ),
    Verb(
        row=14,
        name="extend",
        label=_("Extend"),
        sources=_from(State.HANDLING),
        target=State.HANDLING,
        available=False,
        who={Role.DEPT_LEAD: OWN, Role.OVERSIGHT_OFFICER: SCOPE},
        clock=_("moves the due time"),
    ),
    Verb(
        row=15,
        name="suspend",
        label=_("Suspend"),
        sources=_from(State.HANDLING),
        target=State.SUSPENDED,
        available=False,
        who={Role.OVERSIGHT_OFFICER: SCOPE},
        clock=_("pauses"),
    ),
    Verb(
        row=16,
        name="resume",
        label=_("Resume"),
        sources=_from(State.SUSPENDED),
        target=State.HANDLING,
        available=False,
        who={Role.DEPT_LEAD: OWN, Role.OVERSIGHT_OFFICER: SCOPE, SYSTEM: Reach.SYSTEM},
        clock=_("resumes"),
    ),
    Verb(
        row=17,
        name="feedback",
        label=_("Give feedback"),
        sources=_from(State.HANDLING),
        target=State.FEEDBACK,
        who=HANDLERS,
        clock=_("stops the handle clock, starts the check clock"),
        guard=_("result and text; photos where checked on site; co-handlers finished or a reason"),
        needs=(
            Need(name="result_kind", kind=NeedKind.CHOICE, label=_("Result"), choices=ResultKind.choices),
            Need(name="opinion", kind=NeedKind.TEXT, label=_("How it was handled")),
            Need(
                name="co_handler_note",
                kind=NeedKind.TEXT,
                label=_("What the co-handlers did"),
                required=False,
                help=_("Required where the ticket has co-handlers: finished, or why not"),
            ),
            PHOTOS,
        ),
    ),
    Verb(
        row=18,
        name="check",
        label=_("Pass check"),
        sources=_from(State.FEEDBACK),
        target=State.FOLLOW_UP,
        alternate=State.FEEDBACK,
        who=CHECKERS,
        clock=_("stops the check clock, starts the follow-up clock"),
        guard=_("the checker is not the handler; photos where checked on site"),
        needs=(OPINION, PHOTOS),
    ),
    Verb(
        row=19,
        name="rework",
        label=_("Send back to rework"),
        sources=_from(State.FEEDBACK),
        target=State.HANDLING,
        who=CHECKERS,
        clock=_("new limit: a quarter of the original, at least 1 workday"),
        guard=_("the checker is not the handler; reason"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=20,
        name="follow_up",
        label=_("Record follow-up"),
        sources=_from(State.FOLLOW_UP),
        target=State.FOLLOW_UP,
        who={
            Role.DUTY_OFFICER: SCOPE,
            Role.OVERSIGHT_OFFICER: SCOPE,
            Role.TOWN_STAFF: TIER,
            Role.COMMUNITY_STAFF: TIER,
            Role.API_CLIENT: OWN,
        },
        guard=_("the caller is not the handler"),
        needs=(
            Need(name="outcome", kind=NeedKind.CHOICE, label=_("Outcome"), choices=FollowUpOutcome.choices),
            Need(
                name="satisfaction",
                kind=NeedKind.CHOICE,
                label=_("Satisfaction"),
                required=False,
                choices=Satisfaction.choices,
            ),
            OPINION,
        ),
    ),
    Verb(
        row=20,
        name="close",
        label=_("Close"),
        sources=_from(State.FEEDBACK, State.FOLLOW_UP),
        target=State.CLOSED,
        who={
            Role.DISPATCHER: SCOPE,
            Role.OVERSIGHT_OFFICER: SCOPE,
            Role.TOWN_STAFF: TIER,
            Role.COMMUNITY_STAFF: TIER,
        },
        clock=_("stops every clock"),
        guard=_("checked and no citizen waits, or called back, or not reached three times on two days"),
        needs=(OPINION,),
    ),
    Verb(
        row=21,
        name="redo",
        label=_("Send back after follow-up"),
        sources=_from(State.FOLLOW_UP),
        target=State.HANDLING,
        who={Role.OVERSIGHT_OFFICER: SCOPE, Role.DUTY_OFFICER: SCOPE},
        clock=_("3 workdays"),
        guard=_("only when unsolved or dissatisfied"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=22,
        name="reopen",
        label=_("Reopen"),
        sources=_from(State.CLOSED),
        target=State.HANDLING,
        who={Role.OVERSIGHT_OFFICER: SCOPE},
        clock=_("3 workdays"),
        guard=_("at most 15 days after closing"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=23,
        name="archive",
        label=_("Archive"),
        sources=_from(State.CLOSED),
        target=State.ARCHIVED,
        who={SYSTEM: Reach.SYSTEM},
        guard=_("30 days after closing"),
    ),
    Verb(
        row=24,
        name="void",
        label=_("Void"),
        sources=OPEN,
        target=State.VOIDED,
        who={Role.OVERSIGHT_OFFICER: SCOPE},
        clock=_("stops every clock"),
        needs=(REASON,),
        dangerous=True,
    ),
]

TICKET_TABLE = StateTable(State, {verb.name: verb for verb in _ROWS}, OPEN)
MOVES = tuple(verb for verb in _ROWS if verb.sources and verb.available)
