"""The verbs about what runs at authorities: an administrative body decides or passes on; labour arbitration."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.foundation.state_machine import Need, NeedKind, Verb
from mediation.states.names import AwardKind, CaseState
from mediation.states.who import CONDUCT, NOTE, REASON, SORTERS, text

S = CaseState

OVER: Final = frozenset({S.FAILED, S.REFUSED, S.FOLLOW_UP})
DECIDED: Final = Need(
    name="decided_on", kind=NeedKind.DATE, label=pgettext_lazy("mediation", "Day of the decision")
)
ELSEWHERE_VERBS: Final = (
    Verb(
        name="complicate",
        label=pgettext_lazy("mediation verb", "Complex: more time to decide"),
        sources=frozenset({S.TRIAGED}),
        target="",
        who=CONDUCT,
        needs=(REASON,),
        clock=pgettext_lazy("mediation", "10 workdays instead of 5 to decide on acceptance"),
        guard=pgettext_lazy("mediation", "Administrative mediation only, once, before the limit is over"),
        row=36,
        aside=True,
    ),
    Verb(
        name="pass_on",
        label=pgettext_lazy("mediation verb", "Pass on to the competent body"),
        sources=frozenset({S.TRIAGED}),
        target="",
        who={**CONDUCT, **SORTERS},
        needs=(
            Need(name="body", kind=NeedKind.CHOICE, label=pgettext_lazy("mediation", "Mediation body")),
            REASON,
        ),
        clock=pgettext_lazy("mediation", "3 workdays to pass on; the other body's limits begin"),
        guard=pgettext_lazy("mediation", "Administrative mediation only: the matter is not this authority's"),
        row=37,
        aside=True,
    ),
    Verb(
        name="arbitrate",
        label=pgettext_lazy("mediation verb", "Arbitration was accepted"),
        sources=OVER,
        target="",
        who=CONDUCT,
        needs=(
            text("number", pgettext_lazy("mediation", "Number at the arbitration commission")),
            Need(name="accepted_on", kind=NeedKind.DATE, label=pgettext_lazy("mediation", "Accepted on")),
            NOTE,
        ),
        clock=pgettext_lazy("mediation", "45 days of the arbitration begin"),
        guard=pgettext_lazy("mediation", "Labour disputes in which no agreement was reached"),
        row=38,
        aside=True,
    ),
    Verb(
        name="prolong_arbitration",
        label=pgettext_lazy("mediation verb", "Arbitration was prolonged"),
        sources=OVER,
        target="",
        who=CONDUCT,
        needs=(REASON,),
        clock=pgettext_lazy("mediation", "15 days more for the arbitration"),
        guard=pgettext_lazy("mediation", "Once, before the 45 days are over"),
        row=39,
        aside=True,
    ),
    Verb(
        name="award",
        label=pgettext_lazy("mediation verb", "Arbitration has ended"),
        sources=OVER,
        target="",
        who=CONDUCT,
        needs=(
            Need(
                name="result_kind",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "How it ended"),
                choices=AwardKind.choices,
            ),
            DECIDED,
            NOTE,
        ),
        clock=pgettext_lazy("mediation", "the limit of the arbitration ends"),
        guard=pgettext_lazy("mediation", "An arbitration is under way"),
        row=40,
        aside=True,
    ),
)
