"""The verbs that end mediation without an agreement: a party stops it, or it fails."""

from typing import Final

from django.utils.translation import pgettext_lazy

from governance.foundation.state_machine import Need, NeedKind, Verb
from mediation.states.names import CaseState, FailReason
from mediation.states.who import CONDUCT, GUIDANCE, PARTY, REASON

S = CaseState

ENDING_VERBS: Final = (
    Verb(
        name="stop",
        label=pgettext_lazy("mediation verb", "A party ends mediation"),
        sources=frozenset({S.ACCEPTED, S.MEDIATING}),
        target=S.FAILED,
        who=CONDUCT,
        needs=(PARTY, REASON, *GUIDANCE),
        clock=pgettext_lazy("mediation", "every limit ends; callbacks after 7, 30 and 90 days"),
        guard=pgettext_lazy(
            "mediation", "Each party may end it at any time (People's Mediation Law art. 23)"
        ),
        row=22,
        dangerous=True,
    ),
    Verb(
        name="fail",
        label=pgettext_lazy("mediation verb", "End without agreement"),
        sources=frozenset({S.MEDIATING}),
        target=S.FAILED,
        who=CONDUCT,
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("mediation", "Ground"),
                choices=[item for item in FailReason.choices if item[0] != FailReason.STOPPED],
            ),
            REASON,
            *GUIDANCE,
        ),
        clock=pgettext_lazy("mediation", "every limit ends; callbacks after 7, 30 and 90 days"),
        guard=pgettext_lazy("mediation", "A notice of termination with the ways that are open (art. 26)"),
        row=23,
        dangerous=True,
    ),
)
