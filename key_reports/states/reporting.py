"""The state table of a key report as data: drafted, phoned, written, received, relayed, followed, ended. Pure.

`scope`: everything inside the area of the appointment. `own`: what one writes oneself or what one's unit has to
report; of the verbs of receipt, what has been sent to oneself or to one's unit.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class ReportState(TextChoices):
    """How far the information has come."""

    DRAFT = "draft", pgettext_lazy("key report", "Drafted")
    PHONED = "phoned", pgettext_lazy("key report", "Phoned")
    FIRST_REPORTED = "first_reported", pgettext_lazy("key report", "First report sent")
    RECEIVED = "received", pgettext_lazy("key report", "Received")
    RELAYED = "relayed", pgettext_lazy("key report", "Relayed")
    FOLLOWING = "following", pgettext_lazy("key report", "Being followed up")
    FINAL = "final", pgettext_lazy("key report", "Final report sent")
    CLOSED = "closed", pgettext_lazy("key report", "Closed")
    DOWNGRADED = "downgraded", pgettext_lazy("key report", "Downgraded")


class TextKind(TextChoices):
    """The three kinds of written report."""

    FIRST = "first", pgettext_lazy("key report", "First report")
    FOLLOW = "follow", pgettext_lazy("key report", "Follow-up report")
    FINAL = "final", pgettext_lazy("key report", "Final report")


class Origin(TextChoices):
    """What the report came out of."""

    HAND = "hand", pgettext_lazy("key report origin", "Entered by hand")
    TICKET = "ticket", pgettext_lazy("key report origin", "Ticket")
    FINDING = "finding", pgettext_lazy("key report origin", "Patrol or visit")
    CASE = "case", pgettext_lazy("key report origin", "Mediation case")


class Stage(TextChoices):
    """What a clock measures."""

    ORAL = "oral", pgettext_lazy("key report clock", "Report by phone")
    WRITTEN = "written", pgettext_lazy("key report clock", "Written first report")
    RECEIPT = "receipt", pgettext_lazy("key report clock", "Receipt")
    RELAY = "relay", pgettext_lazy("key report clock", "Relay")
    FOLLOW = "follow", pgettext_lazy("key report clock", "Next follow-up report")
    FINAL = "final", pgettext_lazy("key report clock", "Final report after the end")


S = ReportState
OWN, SCOPE = Reach.OWN, Reach.SCOPE
STAFF: Final = (
    Role.DUTY_OFFICER,
    Role.DISPATCHER,
    Role.OVERSIGHT_OFFICER,
    Role.TOWN_STAFF,
    Role.COMMUNITY_STAFF,
    Role.GRID_LEADER,
    Role.GRID_PATROLLER,
    Role.GRID_SUPERVISOR,
    Role.PART_TIME_WORKER,
    Role.POLICE_GRID_OFFICER,
    Role.DEPT_HANDLER,
    Role.DEPT_LEAD,
    Role.MEDIATOR,
)
WRITERS: Final[Who] = {role.value: OWN for role in STAFF} | {Role.DUTY_OFFICER.value: SCOPE}
"""Whoever serves may report; the duty officer also writes on for others."""
DUTY: Final[Who] = {Role.DUTY_OFFICER.value: SCOPE, Role.OVERSIGHT_OFFICER.value: SCOPE}
RECIPIENTS: Final[Who] = {
    role.value: OWN
    for role in (
        Role.DUTY_OFFICER,
        Role.OVERSIGHT_OFFICER,
        Role.LEADER,
        Role.DEPT_LEAD,
        Role.DEPT_HANDLER,
        Role.DISPATCHER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.POLICE_GRID_OFFICER,
    )
}
SCOPE_READERS: Final = frozenset({Role.DUTY_OFFICER, Role.OVERSIGHT_OFFICER, Role.LEADER})
"""Who reads every key report of the own area; everybody else reads what is his or her own, or was sent there."""
READERS: Final = frozenset({*SCOPE_READERS, *STAFF})

ITEMS: Final[dict[str, Text]] = {
    "when": pgettext_lazy("key report item", "Time"),
    "place": pgettext_lazy("key report item", "Place"),
    "source": pgettext_lazy("key report item", "Source of the information"),
    "nature": pgettext_lazy("key report item", "Nature and course"),
    "casualties": pgettext_lazy("key report item", "Casualties and losses"),
    "area": pgettext_lazy("key report item", "Area and people affected"),
    "trend": pgettext_lazy("key report item", "Trend"),
    "measures": pgettext_lazy("key report item", "Measures taken"),
}
"""What a written report says. What is not known is left empty and shown as not known yet."""
ENDING: Final[dict[str, Text]] = {
    "cause": pgettext_lazy("key report item", "Cause"),
    "result": pgettext_lazy("key report item", "Result of the handling"),
}
NEEDED: Final = {"nature"}


def _text(name: str, label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help_text)


CONTENT: Final = tuple(_text(name, label, required=name in NEEDED) for name, label in ITEMS.items())
REASON: Final = _text("opinion", pgettext_lazy("key report", "Reason"))
REMARK: Final = _text("opinion", pgettext_lazy("key report", "Remark"), required=False)
SEND_TO: Final = Need(
    name="units", kind=NeedKind.UNITS, label=pgettext_lazy("key report", "Further recipients"), required=False
)
LEADERS: Final = Need(
    name="leaders",
    kind=NeedKind.FLAG,
    label=pgettext_lazy("key report", "Also the leaders of the place"),
    required=False,
)
WRITTEN: Final = frozenset({S.FIRST_REPORTED, S.RECEIVED, S.RELAYED, S.FOLLOWING, S.FINAL})
RUNNING: Final = frozenset({S.FIRST_REPORTED, S.RECEIVED, S.RELAYED, S.FOLLOWING})
OPEN: Final = frozenset({S.DRAFT, S.PHONED, *WRITTEN})

VERBS: Final = (
    Verb(
        name="prepare",
        label=pgettext_lazy("key report", "New key report"),
        sources=frozenset(),
        target=S.DRAFT,
        who=WRITERS,
        clock=pgettext_lazy("key report", "the limits begin when the fact became known"),
        row=1,
    ),
    Verb(
        name="phone",
        label=pgettext_lazy("key report", "Note the report by phone"),
        sources=frozenset({S.DRAFT}),
        target=S.PHONED,
        who=WRITERS,
        needs=(
            _text("to", pgettext_lazy("key report", "Whom you phoned")),
            Need(
                name="called_at",
                kind=NeedKind.INSTANT,
                label=pgettext_lazy("key report", "When"),
                required=False,
                help=pgettext_lazy("key report", "Empty: now"),
            ),
            REMARK,
        ),
        clock=pgettext_lazy("key report", "the limit of the report by phone ends"),
        row=2,
        next_in=frozenset({S.DRAFT}),
    ),
    Verb(
        name="first",
        label=pgettext_lazy("key report", "Send the first report"),
        sources=frozenset({S.DRAFT, S.PHONED}),
        target=S.FIRST_REPORTED,
        who=WRITERS,
        needs=(*CONTENT, SEND_TO),
        clock=pgettext_lazy(
            "key report", "the limit of the first report ends; each recipient's receipt begins"
        ),
        guard=pgettext_lazy(
            "key report",
            "What you do not know yet stays empty. It goes to the centre on duty, to the department in charge and "
            "to the leaders of the place; it cannot be changed afterwards, only followed up.",
        ),
        row=3,
        next_in=frozenset({S.PHONED}),
    ),
    Verb(
        name="receive",
        label=pgettext_lazy("key report", "Confirm receipt"),
        sources=frozenset({S.FIRST_REPORTED}),
        target=S.RECEIVED,
        alternate=S.FIRST_REPORTED,
        who=RECIPIENTS,
        needs=(REMARK,),
        clock=pgettext_lazy(
            "key report", "one's own limit ends; the centre's receipt begins the limit to relay"
        ),
        guard=pgettext_lazy("key report", "The centre on duty makes it received"),
        row=4,
        next_in=frozenset({S.FIRST_REPORTED}),
    ),
    Verb(
        name="acknowledge",
        label=pgettext_lazy("key report", "Confirm receipt"),
        sources=frozenset({S.RECEIVED, S.RELAYED, S.FOLLOWING, S.FINAL}),
        target="",
        who=RECIPIENTS,
        needs=(REMARK,),
        row=5,
    ),
    Verb(
        name="call",
        label=pgettext_lazy("key report", "Note a call to a recipient"),
        sources=WRITTEN,
        target="",
        who=DUTY,
        needs=(
            Need(name="recipient", kind=NeedKind.INTEGER, label=pgettext_lazy("key report", "Recipient")),
            _text("opinion", pgettext_lazy("key report", "What was said")),
        ),
        aside=True,
        row=6,
    ),
    Verb(
        name="relay",
        label=pgettext_lazy("key report", "Relay"),
        sources=frozenset({S.RECEIVED}),
        target=S.RELAYED,
        who=DUTY,
        needs=(SEND_TO, LEADERS, REMARK),
        clock=pgettext_lazy("key report", "the limit to relay ends; each recipient's receipt begins"),
        guard=pgettext_lazy("key report", "At least one unit, or the leaders"),
        row=7,
        next_in=frozenset({S.RECEIVED}),
    ),
    Verb(
        name="relay_more",
        label=pgettext_lazy("key report", "Relay to more"),
        sources=frozenset({S.RELAYED, S.FOLLOWING, S.FINAL}),
        target="",
        who=DUTY,
        needs=(SEND_TO, LEADERS, REMARK),
        aside=True,
        row=8,
    ),
    Verb(
        name="follow",
        label=pgettext_lazy("key report", "Send a follow-up report"),
        sources=RUNNING,
        target=S.FOLLOWING,
        who=WRITERS,
        needs=CONTENT,
        clock=pgettext_lazy("key report", "the limit of the next follow-up report begins anew"),
        guard=pgettext_lazy("key report", "Everybody who has the first report gets it"),
        row=9,
        next_in=frozenset({S.RELAYED}),
    ),
    Verb(
        name="end",
        label=pgettext_lazy("key report", "The event is over"),
        sources=RUNNING,
        target="",
        who=WRITERS,
        needs=(
            Need(
                name="ended_at",
                kind=NeedKind.INSTANT,
                label=pgettext_lazy("key report", "Over since"),
                required=False,
                help=pgettext_lazy("key report", "Empty: now"),
            ),
            REMARK,
        ),
        clock=pgettext_lazy("key report", "follow-up reports end; the limit of the final report begins"),
        row=10,
    ),
    Verb(
        name="final",
        label=pgettext_lazy("key report", "Send the final report"),
        sources=frozenset({S.RECEIVED, S.RELAYED, S.FOLLOWING}),
        target=S.FINAL,
        who=WRITERS,
        needs=(*CONTENT, *(_text(name, label) for name, label in ENDING.items())),
        clock=pgettext_lazy("key report", "the limit of the final report ends"),
        guard=pgettext_lazy("key report", "Cause and result are given; the event is over"),
        row=11,
        next_in=frozenset({S.FOLLOWING}),
    ),
    Verb(
        name="close",
        label=pgettext_lazy("key report", "Close"),
        sources=frozenset({S.FINAL}),
        target=S.CLOSED,
        who={**WRITERS, **DUTY},
        needs=(REMARK,),
        row=12,
        next_in=frozenset({S.FINAL}),
    ),
    Verb(
        name="downgrade",
        label=pgettext_lazy("key report", "Downgrade to an ordinary matter"),
        sources=frozenset({S.DRAFT, S.PHONED, *RUNNING}),
        target=S.DOWNGRADED,
        who=DUTY,
        needs=(
            REASON,
            Need(
                name="category",
                kind=NeedKind.CATEGORY,
                label=pgettext_lazy("key report", "Category of the ticket"),
                required=False,
                help=pgettext_lazy("key report", "Needed where there is no ticket yet: one is registered"),
            ),
        ),
        clock=pgettext_lazy("key report", "every limit ends"),
        guard=pgettext_lazy(
            "key report", "Reported in good faith: whoever reported has nothing to fear from it"
        ),
        row=13,
        dangerous=True,
    ),
    Verb(
        name="overrun",
        label=pgettext_lazy("key report", "The limit of the first report has passed"),
        sources=frozenset(),
        target="",
        who={SYSTEM: SCOPE},
        guard=pgettext_lazy("key report", "Noted by the platform; nobody may do it"),
        row=14,
        available=False,
    ),
)
REPORT_TABLE: Final = StateTable(ReportState, {verb.name: verb for verb in VERBS}, OPEN)
WRITING: Final = frozenset({"phone", "first", "follow", "end", "final", "close"})
RECEIVING: Final = frozenset({"receive", "acknowledge"})
TONES: Final = {
    S.DRAFT.value: "work",
    S.PHONED.value: "work",
    S.FIRST_REPORTED.value: "wait",
    S.RECEIVED.value: "wait",
    S.RELAYED.value: "work",
    S.FOLLOWING.value: "work",
    S.FINAL.value: "done",
    S.CLOSED.value: "done",
    S.DOWNGRADED.value: "stop",
}
