"""会商会办: the verbs of a consultation on a ticket."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consultation.states.names import CONSULTATION_OPEN, ConsultationState
from consultation.states.who import CENTRE, INVITED, NOTE, PLATFORM, REASON, SCOPE, STANCES, at, words
from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Verb

CONSULTATION_VERBS: Final = (
    Verb(
        name="convene",
        label=pgettext_lazy("consultation", "Convene a consultation"),
        sources=frozenset(),
        target=ConsultationState.CONVENED,
        who={**CENTRE, **PLATFORM},
        clock=_("the decision is due within 1 workday"),
        guard=_("One open consultation for a ticket; by the platform when it comes back a second time"),
    ),
    Verb(
        name="invite",
        label=pgettext_lazy("consultation", "Invite more units"),
        sources=frozenset(CONSULTATION_OPEN),
        target="",
        who=CENTRE,
        needs=(Need(name="units", kind=NeedKind.UNITS, label=_("Units")), NOTE),
    ),
    Verb(
        name="opine",
        label=pgettext_lazy("consultation", "Give an opinion"),
        sources=frozenset(CONSULTATION_OPEN),
        target=ConsultationState.OPINIONS,
        who=INVITED,
        needs=(
            Need(
                name="stance",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("consultation", "Position of the unit"),
                choices=STANCES,
            ),
            words(
                pgettext_lazy("consultation", "Opinion and basis"),
                help_text=_("Name the rule or duty list; it is read out and kept in the minutes"),
            ),
        ),
        guard=_("For a unit that is invited; it may be replaced until the decision"),
    ),
    Verb(
        name="recuse",
        label=pgettext_lazy("consultation", "Recuse"),
        sources=frozenset(CONSULTATION_OPEN),
        target="",
        who=CENTRE,
        needs=(REASON,),
        guard=_("Whoever has an interest in the matter does not decide it"),
    ),
    Verb(
        name="decide",
        label=pgettext_lazy("consultation", "Write the minutes and decide"),
        sources=frozenset(CONSULTATION_OPEN),
        target=ConsultationState.DECIDED,
        who={Role.DISPATCHER: SCOPE},
        needs=(
            Need(name="lead", kind=NeedKind.UNIT, label=_("Lead unit")),
            Need(name="co_handlers", kind=NeedKind.UNITS, label=_("Co-handlers"), required=False),
            Need(
                name="basis",
                kind=NeedKind.TEXT,
                label=_("Basis"),
                help=_("The rule or duty list on which the decision rests"),
            ),
            words(pgettext_lazy("consultation", "Minutes")),
            Need(
                name="without",
                kind=NeedKind.TEXT,
                label=pgettext_lazy("consultation", "Why without the missing opinions"),
                required=False,
                help=_("Required while an invited unit has not given its opinion"),
            ),
            Need(
                name="override_reason",
                kind=NeedKind.TEXT,
                label=_("Override reason"),
                required=False,
                help=_("Required where the duty lists do not cover the unit"),
            ),
        ),
        guard=_(
            "Final: the unit may not return it; whoever is recused or handled the matter does not decide"
        ),
        clock=_("the decision's clock stops; the ticket goes to the lead unit"),
    ),
    Verb(
        name="cancel",
        label=pgettext_lazy("consultation", "Cancel"),
        sources=frozenset(CONSULTATION_OPEN),
        target=ConsultationState.CANCELLED,
        who={**CENTRE, **PLATFORM},
        needs=(REASON,),
        dangerous=True,
        guard=_("By the platform when the ticket is finished or has gone another way"),
    ),
    Verb(
        name="close",
        label=pgettext_lazy("consultation", "Close"),
        sources=at(ConsultationState.DECIDED),
        target=ConsultationState.CLOSED,
        who={**CENTRE, **PLATFORM},
        needs=(NOTE,),
        guard=_("By the platform when the lead unit has signed"),
    ),
)
