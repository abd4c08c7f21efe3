"""Two state tables as data: an early warning, and a special-governance project that goes to the causes. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class WarningState(TextChoices):
    """From the evening on which a rule was met to the end of what was done about it."""

    OPEN = "open", pgettext_lazy("early warning", "Not acknowledged")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("early warning", "Acknowledged")
    ACTED = "acted", pgettext_lazy("early warning", "Being acted upon")
    DISMISSED = "dismissed", pgettext_lazy("early warning", "Dismissed")
    CLOSED = "closed", pgettext_lazy("early warning", "Closed")
    LAPSED = "lapsed", pgettext_lazy("early warning", "Over by itself")


class ProjectState(TextChoices):
    """From the draft to the closing review."""

    DRAFT = "draft", pgettext_lazy("special project", "Draft")
    RUNNING = "running", pgettext_lazy("special project", "Running")
    REVIEW = "review", pgettext_lazy("special project", "Closing review")
    CLOSED = "closed", pgettext_lazy("special project", "Closed")
    DROPPED = "dropped", pgettext_lazy("special project", "Dropped")


W, P = WarningState, ProjectState
WARNING_OPEN: Final = frozenset({W.OPEN, W.ACKNOWLEDGED, W.ACTED})
PROJECT_OPEN: Final = frozenset({P.DRAFT, P.RUNNING, P.REVIEW})
SCOPE, OWN = Reach.SCOPE, Reach.OWN
CENTRE: Final[Who] = {
    Role.OVERSIGHT_OFFICER.value: SCOPE,
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
}
"""Who answers warnings, each inside the own area: the centre, and a sub-centre for its town."""
PLANNERS: Final[Who] = {Role.OVERSIGHT_OFFICER.value: SCOPE, Role.TOWN_STAFF.value: SCOPE}
LEADING: Final[Who] = {Role.LEADER.value: SCOPE}
WORKING: Final[Who] = {Role.DEPT_LEAD.value: OWN, Role.DEPT_HANDLER.value: OWN}
"""People of the lead unit."""
READERS: Final = frozenset({*CENTRE, *LEADING, Role.COMMUNITY_STAFF.value})


def _text(name: str, label: Text, *, required: bool = True) -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required)


REASON: Final = _text("opinion", pgettext_lazy("analysis", "Reason"))
OPINION: Final = _text("opinion", pgettext_lazy("analysis", "Opinion"), required=False)

WARNING_VERBS: Final = (
    Verb(
        name="raise",
        label=pgettext_lazy("early warning", "Raise"),
        sources=frozenset(),
        target=W.OPEN,
        who={SYSTEM: Reach.SYSTEM},
        guard=pgettext_lazy("early warning", "A rule in force is met"),
    ),
    Verb(
        name="acknowledge",
        label=pgettext_lazy("early warning", "Acknowledge"),
        sources=frozenset({W.OPEN}),
        target=W.ACKNOWLEDGED,
        who=CENTRE,
        needs=(OPINION,),
    ),
    Verb(
        name="report",
        label=pgettext_lazy("early warning", "Open a ticket"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.ACTED,
        who=CENTRE,
        needs=(_text("task", pgettext_lazy("early warning", "What has to be done")),),
        guard=pgettext_lazy("early warning", "The ticket goes the way of every ticket, from acceptance on"),
    ),
    Verb(
        name="begin_project",
        label=pgettext_lazy("early warning", "Begin a special project"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.ACTED,
        who=PLANNERS,
        needs=(_text("goal", pgettext_lazy("special project", "Goal")),),
        guard=pgettext_lazy(
            "early warning", "A draft with the tickets of the warning; its figures so far are kept"
        ),
    ),
    Verb(
        name="dismiss",
        label=pgettext_lazy("early warning", "Dismiss"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.DISMISSED,
        who=CENTRE,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="close",
        label=pgettext_lazy("early warning", "Close"),
        sources=frozenset({W.ACTED}),
        target=W.CLOSED,
        who=CENTRE,
        needs=(_text("opinion", pgettext_lazy("early warning", "What came of it")),),
    ),
    Verb(
        name="lapse",
        label=pgettext_lazy("early warning", "Lapse"),
        sources=frozenset({W.OPEN, W.ACKNOWLEDGED}),
        target=W.LAPSED,
        who={SYSTEM: Reach.SYSTEM},
        guard=pgettext_lazy("early warning", "The rule has not been met for two weeks"),
    ),
)

PROJECT_VERBS: Final = (
    Verb(
        name="prepare",
        label=pgettext_lazy("special project", "Prepare a project"),
        sources=frozenset(),
        target=P.DRAFT,
        who=PLANNERS,
    ),
    Verb(
        name="edit",
        label=pgettext_lazy("special project", "Edit"),
        sources=frozenset({P.DRAFT}),
        target=P.DRAFT,
        who=PLANNERS,
    ),
    Verb(
        name="start",
        label=pgettext_lazy("special project", "Start"),
        sources=frozenset({P.DRAFT}),
        target=P.RUNNING,
        who={**LEADING, Role.OVERSIGHT_OFFICER.value: SCOPE},
        needs=(OPINION,),
        guard=pgettext_lazy("special project", "It has a lead unit, a goal and a last day that is to come"),
    ),
    Verb(
        name="add_measure",
        label=pgettext_lazy("special project", "Add a measure"),
        sources=frozenset({P.DRAFT, P.RUNNING}),
        target="",
        who={**PLANNERS, **WORKING},
        needs=(
            _text("words", pgettext_lazy("special project", "Measure")),
            Need(name="due_on", kind=NeedKind.DATE, label=pgettext_lazy("special project", "Due")),
        ),
        aside=True,
    ),
    Verb(
        name="finish_measure",
        label=pgettext_lazy("special project", "Measure carried out"),
        sources=frozenset({P.RUNNING}),
        target="",
        who={**PLANNERS, **WORKING},
        needs=(
            Need(name="measure", kind=NeedKind.CHOICE, label=pgettext_lazy("special project", "Measure")),
            _text("result", pgettext_lazy("special project", "Result")),
        ),
        aside=True,
    ),
    Verb(
        name="submit",
        label=pgettext_lazy("special project", "Submit for review"),
        sources=frozenset({P.RUNNING}),
        target=P.REVIEW,
        who={**PLANNERS, **WORKING},
        needs=(_text("opinion", pgettext_lazy("special project", "Causes and results")),),
        guard=pgettext_lazy(
            "special project", "Every measure is carried out; the figures of the last weeks are kept"
        ),
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("special project", "Send back"),
        sources=frozenset({P.REVIEW}),
        target=P.RUNNING,
        who={**LEADING, Role.OVERSIGHT_OFFICER.value: SCOPE},
        needs=(REASON,),
    ),
    Verb(
        name="close",
        label=pgettext_lazy("special project", "Close"),
        sources=frozenset({P.REVIEW}),
        target=P.CLOSED,
        who={**LEADING, Role.OVERSIGHT_OFFICER.value: SCOPE},
        needs=(_text("opinion", pgettext_lazy("special project", "Closing review")),),
        guard=pgettext_lazy("special project", "Whoever submitted it does not close it"),
    ),
    Verb(
        name="drop",
        label=pgettext_lazy("special project", "Drop"),
        sources=frozenset({P.DRAFT, P.RUNNING}),
        target=P.DROPPED,
        who={**LEADING, **PLANNERS},
        needs=(REASON,),
        dangerous=True,
    ),
)

WARNING_TABLE: Final = StateTable(WarningState, {verb.name: verb for verb in WARNING_VERBS}, WARNING_OPEN)
PROJECT_TABLE: Final = StateTable(ProjectState, {verb.name: verb for verb in PROJECT_VERBS}, PROJECT_OPEN)
