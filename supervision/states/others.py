"""Appeals, instructions, inspections and bulletins: their verbs. Pure."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb, Who
from supervision.states.who import (
    LEADING,
    OPINION,
    OVERSIGHT,
    OWN,
    PLATFORM,
    REASON,
    SCOPE,
    SPEAKERS,
    A,
    B,
    I,
    L,
    text_need,
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
        needs=(text_need("opinion", pgettext_lazy("supervision", "Answer")),),
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
        needs=(text_need("opinion", pgettext_lazy("supervision", "Summary")),),
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
            text_need("opening", pgettext_lazy("supervision", "Opening"), required=False),
            text_need("demands", pgettext_lazy("supervision", "Demands"), required=False),
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
