"""Supervision tasks: every verb of table 5d. Pure."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.foundation.state_machine import Need, NeedKind, Verb
from supervision.names import (
    Recheck,
)
from supervision.states.who import (
    CHECKERS,
    LEADING,
    OPINION,
    ORDERING,
    OVERSIGHT,
    PLAN,
    PLATFORM,
    PROOF,
    REASON,
    SPEAKERS,
    T,
    text_need,
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
            text_need("demands", pgettext_lazy("supervision", "Demands")),
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
        needs=(text_need("opinion", pgettext_lazy("supervision", "Report")), PROOF),
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
            text_need("opinion", pgettext_lazy("supervision", "What was said and promised")),
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
