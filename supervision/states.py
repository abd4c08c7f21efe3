"""The state tables as data: supervision tasks (table 5d), appeals, instructions, inspections, bulletins. Pure."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who
from supervision.names import (
    AppealState,
    BulletinState,
    InspectionState,
    InstructionState,
    Recheck,
    TaskState,
)

T, A, L, I, B = TaskState, AppealState, InstructionState, InspectionState, BulletinState  # noqa: E741  # short
SCOPE, OWN = Reach.SCOPE, Reach.OWN
PLATFORM: Final[Who] = {SYSTEM: Reach.SYSTEM}
OVERSIGHT: Final[Who] = {Role.OVERSIGHT_OFFICER: SCOPE}
LEADING: Final[Who] = {Role.LEADER: SCOPE}
ORDERING: Final[Who] = {**OVERSIGHT, Role.TOWN_STAFF: SCOPE, Role.GRID_SUPERVISOR: SCOPE}
"""Who sends a supervision: oversight; town staff and grid supervisors what they have begun themselves."""
SPEAKERS: Final[Who] = {
    Role.DEPT_LEAD: OWN,
    Role.TOWN_STAFF: OWN,
    Role.COMMUNITY_STAFF: OWN,
    Role.POLICE_GRID_OFFICER: OWN,
    Role.DEPT_HANDLER: OWN,
}
"""Who answers for a unit; a handler only where the unit has no lead."""
CHECKERS: Final[Who] = {**OVERSIGHT, Role.GRID_SUPERVISOR: SCOPE}
"""Grid supervisors check grids only."""


def _text(name: str, label: Text, *, required: bool = True, help: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help)


OPINION: Final = _text("opinion", pgettext_lazy("supervision", "Opinion"), required=False)
REASON: Final = _text("opinion", pgettext_lazy("supervision", "Reason"))
PLAN: Final = (
    _text("plan", pgettext_lazy("supervision", "Plan of rectification")),
    _text("person", pgettext_lazy("supervision", "Responsible person")),
)
PROOF: Final = Need(
    name="files",
    kind=NeedKind.PHOTOS,
    label=pgettext_lazy("supervision", "Proof"),
    required=False,
)

TASK_VERBS: Final = (
    Verb(
        row=1,
        name="create",
        label=pgettext_lazy("supervision", "Create"),
        sources=frozenset(),
        target=T.CREATED,
        who={**ORDERING, **LEADING, **PLATFORM},
        clock=pgettext_lazy("supervision", "starts the clock to be sent"),
    ),
    Verb(
        row=2,
        name="notify",
        label=pgettext_lazy("supervision", "Send the notice"),
        sources=frozenset({T.CREATED, T.ESCALATED}),
        target=T.NOTIFIED,
        who={**ORDERING, **PLATFORM},
        clock=pgettext_lazy("supervision", "starts the sign clock"),
        needs=(
            Need(
                name="unit", kind=NeedKind.UNIT, label=pgettext_lazy("supervision", "Unit that has to answer")
            ),
            _text("demands", pgettext_lazy("supervision", "Demands")),
        ),
    ),
    Verb(
        row=3,
        name="sign",
        label=pgettext_lazy("supervision", "Sign and plan"),
        sources=frozenset({T.NOTIFIED}),
        target=T.RECTIFYING,
        who={**SPEAKERS, **PLATFORM},
        clock=pgettext_lazy("supervision", "stops the sign clock, starts the rectification clock"),
        needs=PLAN,
    ),
    Verb(
        row=3,
        name="plan",
        label=pgettext_lazy("supervision", "Change the plan"),
        sources=frozenset({T.RECTIFYING}),
        target="",
        who=SPEAKERS,
        needs=PLAN,
    ),
    Verb(
        row=4,
        name="submit",
        label=pgettext_lazy("supervision", "Report the rectification"),
        sources=frozenset({T.RECTIFYING}),
        target=T.SUBMITTED,
        who=SPEAKERS,
        clock=pgettext_lazy("supervision", "stops the rectification clock, starts the check clock"),
        guard=pgettext_lazy("supervision", "Proof is needed for everything graver than an urge"),
        needs=(_text("opinion", pgettext_lazy("supervision", "Report")), PROOF),
    ),
    Verb(
        row=5,
        name="accept",
        label=pgettext_lazy("supervision", "Accept"),
        sources=frozenset({T.SUBMITTED}),
        target=T.ACCEPTED,
        who=CHECKERS,
        clock=pgettext_lazy("supervision", "stops the check clock"),
        guard=pgettext_lazy(
            "supervision", "Whoever answers for it does not check it; a grid is checked on site, with a photo"
        ),
        needs=(OPINION, PROOF),
    ),
    Verb(
        row=5,
        name="reject",
        label=pgettext_lazy("supervision", "Reject"),
        sources=frozenset({T.SUBMITTED}),
        target=T.REJECTED,
        who=CHECKERS,
        guard=pgettext_lazy("supervision", "Whoever answers for it does not check it"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        row=6,
        name="again",
        label=pgettext_lazy("supervision", "To be rectified again"),
        sources=frozenset({T.REJECTED}),
        target=T.RECTIFYING,
        who=PLATFORM,
        clock=pgettext_lazy("supervision", "half the limit"),
    ),
    Verb(
        row=7,
        name="escalate",
        label=pgettext_lazy("supervision", "Escalate"),
        sources=frozenset({T.RECTIFYING}),
        target=T.ESCALATED,
        who={**OVERSIGHT, **PLATFORM},
        clock=pgettext_lazy("supervision", "ends the rectification clock as late"),
        guard=pgettext_lazy("supervision", "The rectification is overdue"),
        needs=(OPINION,),
        dangerous=True,
    ),
    Verb(
        row=7,
        name="interview",
        label=pgettext_lazy("supervision", "Record the interview"),
        sources=frozenset({T.NOTIFIED, T.RECTIFYING, T.SUBMITTED}),
        target="",
        who={**OVERSIGHT, **LEADING},
        guard=pgettext_lazy("supervision", "Only where the unit is called for an interview"),
        needs=(
            Need(name="held_on", kind=NeedKind.DATE, label=pgettext_lazy("supervision", "Held on")),
            _text("opinion", pgettext_lazy("supervision", "What was said and promised")),
        ),
    ),
    Verb(
        row=8,
        name="close",
        label=pgettext_lazy("supervision", "Score and close"),
        sources=frozenset({T.ACCEPTED}),
        target=T.CLOSED,
        who=OVERSIGHT,
        clock=pgettext_lazy("supervision", "starts the clock to look again"),
        needs=(
            Need(
                name="score",
                kind=NeedKind.INTEGER,
                label=pgettext_lazy("supervision", "Score (1 to 100)"),
            ),
            OPINION,
        ),
    ),
    Verb(
        row=8,
        name="recheck",
        label=pgettext_lazy("supervision", "Look again"),
        sources=frozenset({T.CLOSED}),
        target="",
        who=CHECKERS,
        guard=pgettext_lazy("supervision", "Once, for what has come back"),
        needs=(
            Need(
                name="outcome",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("supervision", "What was found"),
                choices=Recheck.choices,
            ),
            OPINION,
        ),
    ),
    Verb(
        row=9,
        name="withdraw",
        label=pgettext_lazy("supervision", "Withdraw"),
        sources=frozenset({T.CREATED, T.NOTIFIED, T.RECTIFYING, T.SUBMITTED, T.ESCALATED}),
        target=T.WITHDRAWN,
        who={**OVERSIGHT, **PLATFORM},
        needs=(REASON,),
        dangerous=True,
    ),
)

APPEAL_VERBS: Final = (
    Verb(
        name="lodge",
        label=pgettext_lazy("supervision", "Appeal"),
        sources=frozenset(),
        target=A.LODGED,
        who=SPEAKERS,
    ),
    Verb(
        name="review",
        label=pgettext_lazy("supervision", "Review"),
        sources=frozenset({A.LODGED}),
        target=A.REVIEWED,
        who=OVERSIGHT,
        guard=pgettext_lazy("supervision", "Whoever made the objection does not review it"),
        needs=(
            Need(
                name="advice",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("supervision", "Advice"),
                choices=(
                    ("grant", pgettext_lazy("supervision", "Take it out of the assessment")),
                    ("refuse", pgettext_lazy("supervision", "Keep it")),
                ),
            ),
            REASON,
        ),
    ),
    Verb(
        name="grant",
        label=pgettext_lazy("supervision", "Grant"),
        sources=frozenset({A.REVIEWED}),
        target=A.GRANTED,
        who={**OVERSIGHT, **LEADING},
        guard=pgettext_lazy("supervision", "Neither whoever made the objection nor the reviewer decides"),
        needs=(OPINION,),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("supervision", "Refuse"),
        sources=frozenset({A.REVIEWED}),
        target=A.REFUSED,
        who={**OVERSIGHT, **LEADING},
        guard=pgettext_lazy("supervision", "Final: it cannot be appealed again"),
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("supervision", "Withdraw"),
        sources=frozenset({A.LODGED, A.REVIEWED}),
        target=A.WITHDRAWN,
        who=SPEAKERS,
        needs=(REASON,),
        dangerous=True,
    ),
)

INSTRUCTION_VERBS: Final = (
    Verb(
        name="instruct",
        label=pgettext_lazy("supervision", "Instruct"),
        sources=frozenset(),
        target=L.GIVEN,
        who=LEADING,
    ),
    Verb(
        name="route",
        label=pgettext_lazy("supervision", "Route"),
        sources=frozenset({L.GIVEN}),
        target=L.ROUTED,
        who=PLATFORM,
        guard=pgettext_lazy("supervision", "Its supervision has been sent to the unit"),
    ),
    Verb(
        name="answer",
        label=pgettext_lazy("supervision", "Answer the leader"),
        sources=frozenset({L.ROUTED}),
        target=L.ANSWERED,
        who=OVERSIGHT,
        guard=pgettext_lazy("supervision", "The unit has reported and the report was accepted"),
        needs=(_text("opinion", pgettext_lazy("supervision", "Answer")),),
    ),
    Verb(
        name="press",
        label=pgettext_lazy("supervision", "Supervise further"),
        sources=frozenset({L.ANSWERED}),
        target=L.GIVEN,
        who=LEADING,
        guard=pgettext_lazy("supervision", "Only whoever gave the instruction"),
        needs=(REASON,),
    ),
    Verb(
        name="conclude",
        label=pgettext_lazy("supervision", "Conclude"),
        sources=frozenset({L.ANSWERED}),
        target=L.CONCLUDED,
        who=LEADING,
        guard=pgettext_lazy("supervision", "Only whoever gave the instruction"),
        needs=(OPINION,),
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("supervision", "Withdraw"),
        sources=frozenset({L.GIVEN, L.ROUTED}),
        target=L.WITHDRAWN,
        who=LEADING,
        guard=pgettext_lazy("supervision", "Only whoever gave the instruction"),
        needs=(REASON,),
        dangerous=True,
    ),
)

INSPECTORS: Final[Who] = {**OVERSIGHT, Role.TOWN_STAFF: SCOPE, Role.DEPT_LEAD: OWN}
"""Who carries inspections out: over their own place, or for their own department."""

INSPECTION_VERBS: Final = (
    Verb(
        name="plan",
        label=pgettext_lazy("supervision", "Put on the yearly plan"),
        sources=frozenset(),
        target=I.PLANNED,
        who=OVERSIGHT,
        guard=pgettext_lazy("supervision", "The quota of the year is not used up"),
    ),
    Verb(
        name="propose",
        label=pgettext_lazy("supervision", "Propose outside the plan"),
        sources=frozenset(),
        target=I.PROPOSED,
        who={**INSPECTORS, **PLATFORM},
    ),
    Verb(
        name="approve",
        label=pgettext_lazy("supervision", "Approve"),
        sources=frozenset({I.PROPOSED}),
        target=I.PLANNED,
        who=LEADING,
        needs=(OPINION,),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("supervision", "Refuse"),
        sources=frozenset({I.PROPOSED}),
        target=I.REFUSED,
        who=LEADING,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="begin",
        label=pgettext_lazy("supervision", "Begin"),
        sources=frozenset({I.PLANNED}),
        target=I.RUNNING,
        who=INSPECTORS,
        guard=pgettext_lazy("supervision", "Nobody inspects the place of his or her own unit"),
    ),
    Verb(
        name="close",
        label=pgettext_lazy("supervision", "Close with a summary"),
        sources=frozenset({I.RUNNING}),
        target=I.CLOSED,
        who=INSPECTORS,
        guard=pgettext_lazy("supervision", "Every place has been looked at"),
        needs=(_text("opinion", pgettext_lazy("supervision", "Summary")),),
    ),
    Verb(
        name="cancel",
        label=pgettext_lazy("supervision", "Cancel the inspection"),
        sources=frozenset({I.PROPOSED, I.PLANNED, I.RUNNING}),
        target=I.CANCELLED,
        who=INSPECTORS,
        needs=(REASON,),
        dangerous=True,
    ),
)

BULLETIN_VERBS: Final = (
    Verb(
        name="draft",
        label=pgettext_lazy("supervision", "Draft a bulletin"),
        sources=frozenset(),
        target=B.DRAFT,
        who=OVERSIGHT,
    ),
    Verb(
        name="edit",
        label=pgettext_lazy("supervision", "Change the words"),
        sources=frozenset({B.DRAFT}),
        target="",
        who=OVERSIGHT,
        needs=(
            _text("opening", pgettext_lazy("supervision", "Opening"), required=False),
            _text("demands", pgettext_lazy("supervision", "Demands"), required=False),
        ),
    ),
    Verb(
        name="retake",
        label=pgettext_lazy("supervision", "Take the lines anew"),
        sources=frozenset({B.DRAFT}),
        target="",
        who=OVERSIGHT,
    ),
    Verb(
        name="publish",
        label=pgettext_lazy("supervision", "Publish"),
        sources=frozenset({B.DRAFT}),
        target=B.PUBLISHED,
        who=OVERSIGHT,
        guard=pgettext_lazy("supervision", "Nothing can be changed afterwards; every unit named has to sign"),
    ),
    Verb(
        name="discard",
        label=pgettext_lazy("supervision", "Discard"),
        sources=frozenset({B.DRAFT}),
        target=B.DISCARDED,
        who=OVERSIGHT,
        needs=(REASON,),
        dangerous=True,
    ),
)

TASK_OPEN: Final = frozenset(set(T) - {T.CLOSED, T.WITHDRAWN})
APPEAL_OPEN: Final = frozenset({A.LODGED, A.REVIEWED})
INSTRUCTION_OPEN: Final = frozenset({L.GIVEN, L.ROUTED, L.ANSWERED})
INSPECTION_OPEN: Final = frozenset({I.PROPOSED, I.PLANNED, I.RUNNING})

TASK_TABLE: Final = StateTable(TaskState, {verb.name: verb for verb in TASK_VERBS}, TASK_OPEN)
APPEAL_TABLE: Final = StateTable(AppealState, {verb.name: verb for verb in APPEAL_VERBS}, APPEAL_OPEN)
INSTRUCTION_TABLE: Final = StateTable(
    InstructionState, {verb.name: verb for verb in INSTRUCTION_VERBS}, INSTRUCTION_OPEN
)
INSPECTION_TABLE: Final = StateTable(
    InspectionState, {verb.name: verb for verb in INSPECTION_VERBS}, INSPECTION_OPEN
)
BULLETIN_TABLE: Final = StateTable(
    BulletinState, {verb.name: verb for verb in BULLETIN_VERBS}, frozenset({B.DRAFT})
)
