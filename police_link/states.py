"""The state table of what passes between 110 and the centre, as data: offered, decided, handed back, handed over. Pure.

Roles of the police act in their area (`scope`) or for their own police unit (`own`); a system of the police acts with
its key. Whoever received a matter first keeps it until the other side has taken it (首接负责): that is what `lapse`
and `uphold` come down to, and why a matter that is being handed over stays with its holder.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class IncidentState(TextChoices):
    """Who has the matter, or that nobody has decided yet."""

    OFFERED = "offered", pgettext_lazy("police incident", "To be decided")
    DISPUTED = "disputed", pgettext_lazy("police incident", "Disputed")
    ACCEPTED = "accepted", pgettext_lazy("police incident", "With the centre")
    JOINT = "joint", pgettext_lazy("police incident", "Handled jointly")
    REFUSED = "refused", pgettext_lazy("police incident", "Not accepted")
    KEPT = "kept", pgettext_lazy("police incident", "Kept by the first receiver")
    HANDING = "handing", pgettext_lazy("police incident", "Handed over, not taken yet")
    TAKEN = "taken", pgettext_lazy("police incident", "Taken by 110")
    WITHDRAWN = "withdrawn", pgettext_lazy("police incident", "Withdrawn by 110")


class Direction(TextChoices):
    """Which way the matter came first."""

    IN = "in", pgettext_lazy("police direction", "From 110")
    OUT = "out", pgettext_lazy("police direction", "To 110")


class FirstReceiver(TextChoices):
    """Who received it first, and keeps it while nothing is decided."""

    POLICE = "police", pgettext_lazy("first receiver", "110")
    CENTRE = "centre", pgettext_lazy("first receiver", "Linkage centre")


class IncidentKind(TextChoices):
    """Kinds of non-police matters."""

    DISPUTE = "dispute", pgettext_lazy("police kind", "Dispute")
    HELP = "help", pgettext_lazy("police kind", "Call for help")
    FACILITY = "facility", pgettext_lazy("police kind", "Public facility")
    DISCHARGE = "discharge", pgettext_lazy("police kind", "Illegal discharge")
    NATURE = "nature", pgettext_lazy("police kind", "Trees and water")
    PROPERTY = "property", pgettext_lazy("police kind", "Property management")
    NOISE = "noise", pgettext_lazy("police kind", "Noise")
    PARKING = "parking", pgettext_lazy("police kind", "Moving a car")
    OTHER = "other", pgettext_lazy("police kind", "Other matter")


class RefusalReason(TextChoices):
    """Why the centre does not accept."""

    POLICE_DUTY = "police_duty", pgettext_lazy("refusal", "Belongs to the duties of the police")
    CRIME = "crime", pgettext_lazy("refusal", "Signs of a crime or an offence against public order")
    DANGER = "danger", pgettext_lazy("refusal", "Present danger: the police have to act first")
    OUTSIDE = "outside", pgettext_lazy("refusal", "Lies outside this city")
    LEGAL_WAY = "legal_way", pgettext_lazy("refusal", "A court or another legal way is open for it")
    INCOMPLETE = "incomplete", pgettext_lazy("refusal", "Place or matter cannot be made out")


class HandoverReason(TextChoices):
    """Why the centre gives a matter to 110."""

    CRIME = "crime", pgettext_lazy("refusal", "Signs of a crime or an offence against public order")
    DANGER = "danger", pgettext_lazy("refusal", "Present danger: the police have to act first")
    POLICE_DUTY = "police_duty", pgettext_lazy("refusal", "Belongs to the duties of the police")
    ESCALATED = "escalated", pgettext_lazy("refusal", "The conflict has grown sharper")


S = IncidentState
SCOPE, OWN = Reach.SCOPE, Reach.OWN
POLICE: Final[Who] = {
    Role.API_CLIENT.value: SCOPE,
    Role.POLICE_GRID_OFFICER.value: SCOPE,
    Role.DEPT_LEAD.value: OWN,
    Role.DEPT_HANDLER.value: OWN,
}
"""The side of the police: its system, officers in their area, people of police units."""
DESK: Final[Who] = {
    Role.DUTY_OFFICER.value: SCOPE,
    Role.DISPATCHER.value: SCOPE,
    Role.TOWN_STAFF.value: SCOPE,
}
"""Who decides for the centre."""
OVERSEERS: Final[Who] = {Role.OVERSIGHT_OFFICER.value: SCOPE}
CENTRE_READERS: Final = frozenset({*DESK, *OVERSEERS, Role.LEADER.value})
RECONCILERS: Final = frozenset({*DESK, *OVERSEERS})
"""Who enters a statement of a day by hand."""


def _text(name: str, label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help_text)


CATEGORY: Final = Need(
    name="category", kind=NeedKind.CATEGORY, label=pgettext_lazy("police", "Category of the ticket")
)
OPINION: Final = _text("opinion", pgettext_lazy("police", "Opinion"), required=False)
REASON: Final = _text("opinion", pgettext_lazy("police", "Reason"))
BASIS: Final = _text(
    "basis",
    pgettext_lazy("police", "Basis"),
    help_text=pgettext_lazy("police", "The rule or duty list that says so"),
)
OWN_NO: Final = _text("police_no", pgettext_lazy("police", "Number at 110"), required=False)

VERBS: Final = (
    Verb(
        name="offer",
        label=pgettext_lazy("police", "Register a transfer of 110"),
        sources=frozenset(),
        target=S.OFFERED,
        who={**POLICE, **DESK},
        clock=pgettext_lazy("police", "the limit to decide begins when 110 sent it"),
        row=1,
    ),
    Verb(
        name="accept",
        label=pgettext_lazy("police", "Accept"),
        sources=frozenset({S.OFFERED, S.DISPUTED}),
        target=S.ACCEPTED,
        who=DESK,
        needs=(CATEGORY, OPINION),
        clock=pgettext_lazy("police", "the limit to decide ends"),
        guard=pgettext_lazy("police", "A ticket with source 110 is registered"),
        row=2,
    ),
    Verb(
        name="joint",
        label=pgettext_lazy("police", "Handle jointly"),
        sources=frozenset({S.OFFERED, S.DISPUTED}),
        target=S.JOINT,
        who=DESK,
        needs=(CATEGORY, _text("opinion", pgettext_lazy("police", "Who does what"))),
        clock=pgettext_lazy("police", "the limit to decide ends"),
        guard=pgettext_lazy("police", "A ticket with source 110 is registered; the police report their part"),
        row=3,
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("police", "Do not accept"),
        sources=frozenset({S.OFFERED}),
        target=S.REFUSED,
        who=DESK,
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("police", "Ground"),
                choices=RefusalReason.choices,
            ),
            REASON,
            BASIS,
        ),
        clock=pgettext_lazy("police", "the limit to object begins"),
        row=4,
        dangerous=True,
    ),
    Verb(
        name="object",
        label=pgettext_lazy("police", "Object"),
        sources=frozenset({S.REFUSED}),
        target=S.DISPUTED,
        who=POLICE,
        needs=(REASON,),
        clock=pgettext_lazy("police", "the limit to settle the dispute begins"),
        guard=pgettext_lazy("police", "Once, and before the limit to object ends"),
        row=5,
    ),
    Verb(
        name="uphold",
        label=pgettext_lazy("police", "Decide by first receiver"),
        sources=frozenset({S.DISPUTED}),
        target=S.KEPT,
        alternate=S.ACCEPTED,
        who=OVERSEERS,
        needs=(REASON, BASIS),
        guard=pgettext_lazy("police", "Whoever received it first keeps it; whoever refused does not decide"),
        row=6,
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("police", "Withdraw"),
        sources=frozenset({S.OFFERED, S.DISPUTED}),
        target=S.WITHDRAWN,
        who=POLICE,
        needs=(REASON,),
        row=7,
        dangerous=True,
    ),
    Verb(
        name="hand_back",
        label=pgettext_lazy("police", "Hand back to 110"),
        sources=frozenset({S.ACCEPTED, S.JOINT}),
        target=S.HANDING,
        who={**DESK, **OVERSEERS},
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("police", "Ground"),
                choices=HandoverReason.choices,
            ),
            REASON,
        ),
        clock=pgettext_lazy("police", "the limit to take it begins"),
        guard=pgettext_lazy(
            "police", "The centre keeps the matter until 110 has taken it; after a refusal never again"
        ),
        row=8,
    ),
    Verb(
        name="hand_over",
        label=pgettext_lazy("police", "Hand over to 110"),
        sources=frozenset(),
        target=S.HANDING,
        who=DESK,
        needs=(
            Need(
                name="reason_code",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("police", "Ground"),
                choices=HandoverReason.choices,
            ),
            REASON,
        ),
        clock=pgettext_lazy("police", "the limit to take it begins"),
        guard=pgettext_lazy("police", "The ticket stays with its holder until 110 has taken the matter"),
        row=9,
    ),
    Verb(
        name="take",
        label=pgettext_lazy("police", "Take over"),
        sources=frozenset({S.HANDING}),
        target=S.TAKEN,
        who=POLICE,
        needs=(OWN_NO, OPINION),
        clock=pgettext_lazy("police", "the limit to take it ends"),
        row=10,
    ),
    Verb(
        name="decline",
        label=pgettext_lazy("police", "Do not take over"),
        sources=frozenset({S.HANDING}),
        target=S.ACCEPTED,
        who=POLICE,
        needs=(REASON, BASIS),
        clock=pgettext_lazy("police", "the limit to take it ends"),
        guard=pgettext_lazy("police", "The centre keeps the matter and may not hand it over again"),
        row=11,
        dangerous=True,
    ),
    Verb(
        name="report",
        label=pgettext_lazy("police", "Report the result of the police"),
        sources=frozenset({S.JOINT, S.TAKEN, S.KEPT, S.REFUSED}),
        target="",
        who=POLICE,
        needs=(_text("opinion", pgettext_lazy("police", "What the police have done")),),
        aside=True,
        row=12,
    ),
    Verb(
        name="lapse",
        label=pgettext_lazy("police", "Limit ended: the first receiver keeps it"),
        sources=frozenset({S.OFFERED, S.DISPUTED, S.HANDING}),
        target=S.KEPT,
        alternate=S.ACCEPTED,
        who={SYSTEM: Reach.SYSTEM},
        clock=pgettext_lazy("police", "the limit has ended"),
        row=13,
    ),
)
WAITING: Final = frozenset({S.OFFERED, S.DISPUTED, S.HANDING})
"""Somebody has to decide by a limit; `lapse` decides where nobody does."""
WITH_US: Final = frozenset({S.ACCEPTED, S.JOINT, S.HANDING})
OPEN: Final = frozenset({*WAITING, S.ACCEPTED, S.JOINT})
INCIDENT_TABLE: Final = StateTable(IncidentState, {verb.name: verb for verb in VERBS}, OPEN)
TONES: Final = {
    S.OFFERED.value: "work",
    S.DISPUTED.value: "work",
    S.ACCEPTED.value: "done",
    S.JOINT.value: "done",
    S.REFUSED.value: "stop",
    S.KEPT.value: "stop",
    S.HANDING.value: "wait",
    S.TAKEN.value: "done",
    S.WITHDRAWN.value: "stop",
}
