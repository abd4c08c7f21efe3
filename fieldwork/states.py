"""The state table of field tasks, as data: planned, assigned, under way, submitted, reviewed, missed, made up. Pure.

Planners and reviewers act in their place (`scope`); who goes out acts on the own tasks only (`own`).
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from fieldwork.terms import CancelReason
from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class TaskState(TextChoices):
    """How far a patrol or visit task is."""

    PLANNED = "planned", pgettext_lazy("field task", "Planned")
    ASSIGNED = "assigned", pgettext_lazy("field task", "Assigned")
    IN_PROGRESS = "in_progress", pgettext_lazy("field task", "Under way")
    SUBMITTED = "submitted", pgettext_lazy("field task", "Submitted")
    REVIEWED = "reviewed", pgettext_lazy("field task", "Reviewed")
    SENT_BACK = "sent_back", pgettext_lazy("field task", "Sent back")
    MISSED = "missed", pgettext_lazy("field task", "Missed")
    MADE_UP = "made_up", pgettext_lazy("field task", "Made up")
    CANCELLED = "cancelled", pgettext_lazy("field task", "Cancelled")


S = TaskState
SCOPE, OWN = Reach.SCOPE, Reach.OWN

RECORDERS: Final[Who] = dict.fromkeys(
    (
        Role.GRID_PATROLLER.value,
        Role.PART_TIME_WORKER.value,
        Role.POLICE_GRID_OFFICER.value,
        Role.GRID_LEADER.value,
        Role.GRID_SUPERVISOR.value,
        Role.COMMUNITY_STAFF.value,
        Role.TOWN_STAFF.value,
    ),
    OWN,
)
"""Who goes out and records (table 4), each on the own tasks."""
PLANNERS: Final[Who] = dict.fromkeys(
    (
        Role.GRID_LEADER.value,
        Role.COMMUNITY_STAFF.value,
        Role.TOWN_STAFF.value,
        Role.GRID_SUPERVISOR.value,
    ),
    SCOPE,
)
ASSIGNERS: Final[Who] = {
    Role.GRID_LEADER.value: SCOPE,
    Role.COMMUNITY_STAFF.value: SCOPE,
    SYSTEM: Reach.SYSTEM,
}
REVIEWERS: Final[Who] = {Role.GRID_SUPERVISOR.value: SCOPE, Role.GRID_LEADER.value: SCOPE}
READERS: Final = frozenset({*PLANNERS, Role.OVERSIGHT_OFFICER.value})
"""Who reads the tasks of others in the own place."""

UNFINISHED: Final = frozenset({S.PLANNED, S.ASSIGNED, S.IN_PROGRESS, S.SENT_BACK})
WORKABLE: Final = frozenset({S.ASSIGNED, S.IN_PROGRESS, S.SENT_BACK, S.MISSED})
"""Where the worker still has something to do; a missed one for as long as it can be made up."""
STARTABLE: Final = frozenset({S.ASSIGNED, S.SENT_BACK})
"""Where anybody of the team may set out; from then on it is that person's."""
RECORDABLE: Final = frozenset({S.IN_PROGRESS, S.MISSED})
DONE: Final = frozenset({S.SUBMITTED, S.REVIEWED})
LATE_DONE: Final = frozenset({S.MADE_UP})
FINAL: Final = frozenset({S.REVIEWED, S.MADE_UP, S.CANCELLED})


def _text(name: str, label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help_text)


OPINION: Final = _text("opinion", pgettext_lazy("field task", "Opinion"), required=False)
REASON: Final = _text("opinion", pgettext_lazy("field task", "Reason"))
POSITION: Final = Need(
    name="position",
    kind=NeedKind.POSITION,
    label=pgettext_lazy("field task", "Position"),
    required=False,
)
SHORT: Final = _text(
    "opinion",
    pgettext_lazy("field task", "Remark"),
    required=False,
    help_text=pgettext_lazy(
        "field task", "Needed when the time was shorter than planned or something was left out"
    ),
)
PERSON: Final = Need(
    name="person", kind=NeedKind.PERSON, label=pgettext_lazy("field task", "Worker"), required=True
)
TEAM: Final = Need(
    name="team",
    kind=NeedKind.CHOICE,
    label=pgettext_lazy("joint patrol", "Team"),
    required=False,
    help=pgettext_lazy(
        "joint patrol", "Of a patrol: everybody of the team sees it, and whoever sets out first carries it"
    ),
)

VERBS: Final = (
    Verb(
        name="plan",
        label=pgettext_lazy("field task", "Plan"),
        sources=frozenset(),
        target=S.PLANNED,
        alternate=S.ASSIGNED,
        who={**PLANNERS, SYSTEM: Reach.SYSTEM},
        clock=pgettext_lazy("field task", "the period begins and ends with the rule"),
        guard=pgettext_lazy("field task", "With a responsible worker it is assigned at once"),
        row=1,
    ),
    Verb(
        name="assign",
        label=pgettext_lazy("field task", "Assign"),
        sources=frozenset({S.PLANNED, S.ASSIGNED, S.SENT_BACK}),
        target=S.ASSIGNED,
        who=ASSIGNERS,
        needs=(PERSON, TEAM, OPINION),
        guard=pgettext_lazy("field task", "Leave: to the substitute"),
        row=2,
    ),
    Verb(
        name="start",
        label=pgettext_lazy("field task", "Start"),
        sources=frozenset({S.ASSIGNED, S.SENT_BACK}),
        target=S.IN_PROGRESS,
        who=RECORDERS,
        needs=(POSITION,),
        row=3,
    ),
    Verb(
        name="submit",
        label=pgettext_lazy("field task", "Submit"),
        sources=frozenset({S.IN_PROGRESS}),
        target=S.SUBMITTED,
        who=RECORDERS,
        needs=(SHORT,),
        guard=pgettext_lazy("field task", "Objects recorded, minimum time reached, or a remark why not"),
        row=4,
    ),
    Verb(
        name="review",
        label=pgettext_lazy("field task", "Pass the review"),
        sources=frozenset({S.SUBMITTED}),
        target=S.REVIEWED,
        who=REVIEWERS,
        needs=(OPINION,),
        clock=pgettext_lazy("field task", "3 workdays after the sample was drawn"),
        guard=pgettext_lazy("field task", "Nobody reviews the own work"),
        row=5,
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("field task", "Send back"),
        sources=frozenset({S.SUBMITTED}),
        target=S.SENT_BACK,
        who=REVIEWERS,
        needs=(REASON,),
        clock=pgettext_lazy("field task", "2 workdays to put it right"),
        guard=pgettext_lazy("field task", "Nobody reviews the own work"),
        row=6,
        dangerous=True,
    ),
    Verb(
        name="miss",
        label=pgettext_lazy("field task", "Period over"),
        sources=frozenset({S.PLANNED, S.ASSIGNED, S.IN_PROGRESS, S.SENT_BACK}),
        target=S.MISSED,
        who={SYSTEM: Reach.SYSTEM},
        clock=pgettext_lazy("field task", "2 workdays to make it up"),
        row=7,
    ),
    Verb(
        name="explain",
        label=pgettext_lazy("field task", "Explain"),
        sources=frozenset({S.MISSED}),
        target="",
        who=RECORDERS,
        needs=(REASON,),
        aside=True,
        row=8,
    ),
    Verb(
        name="make_up",
        label=pgettext_lazy("field task", "Submit late"),
        sources=frozenset({S.MISSED}),
        target=S.MADE_UP,
        alternate=S.SUBMITTED,
        who=RECORDERS,
        needs=(SHORT,),
        clock=pgettext_lazy("field task", "within 2 workdays; counted separately"),
        guard=pgettext_lazy("field task", "Finished in time without a line counts as submitted in time"),
        row=9,
    ),
    Verb(
        name="cancel",
        label=pgettext_lazy("field task", "Cancel"),
        sources=frozenset({S.PLANNED, S.ASSIGNED, S.IN_PROGRESS, S.SENT_BACK, S.SUBMITTED, S.MISSED}),
        target=S.CANCELLED,
        who={Role.COMMUNITY_STAFF.value: SCOPE, Role.TOWN_STAFF.value: SCOPE},
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("field task", "Ground"),
                choices=CancelReason.choices,
            ),
            OPINION,
        ),
        row=10,
        dangerous=True,
    ),
)
TASK_TABLE: Final = StateTable(TaskState, {verb.name: verb for verb in VERBS}, open_states=UNFINISHED)
