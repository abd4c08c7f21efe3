"""吹哨报到: the verbs of a call, and those of a called department."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.states.names import LINE_UNFINISHED, CallState, LineState
from consultation.states.who import (
    COMMUNITY,
    DEPARTMENT,
    NOTE,
    PHOTOS,
    PLATFORM,
    REASON,
    SCOPE,
    SCORES,
    TOWN,
    at,
    words,
)
from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb

CALL_VERBS: Final = (
    Verb(
        name="request",
        label=pgettext_lazy("whistle", "Ask the town to whistle"),
        sources=frozenset(),
        target=CallState.REQUESTED,
        who=COMMUNITY,
        guard=_("A community whistles through its town"),
    ),
    Verb(
        name="call",
        label=pgettext_lazy("whistle", "Whistle"),
        sources=frozenset(),
        target=CallState.CALLED,
        who=TOWN,
        clock=_("each department's answer clock begins"),
    ),
    Verb(
        name="confirm",
        label=pgettext_lazy("whistle", "Confirm and call"),
        sources=at(CallState.REQUESTED),
        target=CallState.CALLED,
        who=TOWN,
        needs=(NOTE,),
        clock=_("each department's answer clock begins"),
    ),
    Verb(
        name="reject",
        label=pgettext_lazy("whistle", "Do not confirm"),
        sources=at(CallState.REQUESTED),
        target=CallState.REJECTED,
        who=TOWN,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("whistle", "Withdraw the request"),
        sources=at(CallState.REQUESTED),
        target=CallState.WITHDRAWN,
        who=COMMUNITY,
        needs=(REASON,),
        dangerous=True,
    ),
    Verb(
        name="call_more",
        label=pgettext_lazy("whistle", "Call more departments"),
        sources=at(CallState.CALLED),
        target="",
        who=TOWN,
        needs=(Need(name="units", kind=NeedKind.UNITS, label=_("Departments")), NOTE),
        clock=_("the answer clock of each begins"),
    ),
    Verb(
        name="end",
        label=pgettext_lazy("whistle", "End the call"),
        sources=at(CallState.CALLED),
        target=CallState.ENDED,
        who=TOWN,
        needs=(REASON,),
        dangerous=True,
        clock=_("every clock stops"),
    ),
    Verb(
        name="complete",
        label=pgettext_lazy("whistle", "Complete"),
        sources=at(CallState.CALLED),
        target=CallState.COMPLETED,
        who=PLATFORM,
        guard=_("Every department has given its result or is no longer needed"),
    ),
)

LINE_VERBS: Final = (
    Verb(
        name="accept",
        label=pgettext_lazy("whistle line", "We are coming"),
        sources=at(LineState.CALLED),
        target=LineState.ACCEPTED,
        who=DEPARTMENT,
        needs=(
            words(
                pgettext_lazy("whistle line", "Who comes, and when"),
                required=False,
                help_text=_("Name and phone of whoever leads on the spot"),
            ),
        ),
        clock=_("the answer is in; the arrival clock begins"),
    ),
    Verb(
        name="decline",
        label=pgettext_lazy("whistle line", "Decline"),
        sources=at(LineState.CALLED),
        target=LineState.DECLINED,
        who=DEPARTMENT,
        needs=(words(pgettext_lazy("whistle line", "Reason and basis")),),
        guard=_("A refusal is reported to oversight at once"),
        dangerous=True,
        clock=_("the clock stops"),
    ),
    Verb(
        name="arrive",
        label=pgettext_lazy("whistle line", "We have arrived"),
        sources=at(LineState.ACCEPTED),
        target=LineState.ARRIVED,
        who=DEPARTMENT,
        needs=(
            Need(
                name="position",
                kind=NeedKind.POSITION,
                label=_("Position"),
                required=False,
                help=_("Where you stand now; the distance to the place is noted"),
            ),
            PHOTOS,
            NOTE,
        ),
        clock=_("the result clock begins"),
    ),
    Verb(
        name="report",
        label=pgettext_lazy("whistle line", "Give the result"),
        sources=at(LineState.ACCEPTED, LineState.ARRIVED),
        target=LineState.DONE,
        who=DEPARTMENT,
        needs=(words(pgettext_lazy("whistle line", "What was done and what came of it")), PHOTOS),
        clock=_("the clock stops"),
        guard=_("With the last result the call is complete"),
    ),
    Verb(
        name="overrule",
        label=pgettext_lazy("whistle line", "Overrule the refusal"),
        sources=at(LineState.DECLINED),
        target=LineState.CALLED,
        who={Role.OVERSIGHT_OFFICER: SCOPE},
        needs=(REASON,),
        clock=_("the answer clock begins anew"),
    ),
    Verb(
        name="release",
        label=pgettext_lazy("whistle line", "No longer needed"),
        sources=frozenset(LINE_UNFINISHED),
        target=LineState.RELEASED,
        who=TOWN,
        needs=(REASON,),
        clock=_("the clock stops"),
        dangerous=True,
    ),
    Verb(
        name="score",
        label=pgettext_lazy("whistle line", "Score"),
        sources=at(LineState.DONE, LineState.DECLINED, LineState.RELEASED),
        target="",
        who=TOWN,
        needs=(
            Need(
                name="score",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("whistle line", "Points"),
                choices=SCORES,
                help=_("5 is best; 1 or 2 need words"),
            ),
            words(pgettext_lazy("whistle line", "In words"), required=False),
        ),
        guard=_("Once; whoever called scores"),
    ),
)
