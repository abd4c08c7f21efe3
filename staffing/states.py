"""The state tables of leave (asked, approved or refused, taken back, ended early) and of commendations. Pure data."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb


class LeaveState(TextChoices):
    ASKED = "asked", pgettext_lazy("leave", "Asked for")
    APPROVED = "approved", pgettext_lazy("leave", "Approved")
    REFUSED = "refused", pgettext_lazy("leave", "Refused")
    CANCELLED = "cancelled", pgettext_lazy("leave", "Taken back")
    RETURNED = "returned", pgettext_lazy("leave", "Returned early")


S = LeaveState
OPEN: Final = frozenset({S.ASKED, S.APPROVED})
KEEPERS: Final = {
    Role.OVERSIGHT_OFFICER.value: Reach.SCOPE,
    Role.TOWN_STAFF.value: Reach.SCOPE,
    Role.COMMUNITY_STAFF.value: Reach.SCOPE,
    SYSTEM: Reach.SYSTEM,
}
SELF: Final = "self"  # the person who is away


def _opinion(*, required: bool) -> Need:
    return Need(name="opinion", kind=NeedKind.TEXT, label=_("Opinion"), required=required)


VERBS: Final = (
    Verb(
        name="ask",
        label=pgettext_lazy("leave", "Ask for leave"),
        sources=frozenset(),
        target=S.ASKED,
        who={SELF: Reach.OWN, **KEEPERS},
    ),
    Verb(
        name="approve",
        label=pgettext_lazy("leave", "Approve"),
        sources=frozenset({S.ASKED}),
        target=S.APPROVED,
        who=KEEPERS,
        needs=(_opinion(required=False),),
        guard=_("Nobody approves his or her own leave"),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("leave", "Refuse"),
        sources=frozenset({S.ASKED}),
        target=S.REFUSED,
        who=KEEPERS,
        needs=(_opinion(required=True),),
        guard=_("Nobody decides about his or her own leave"),
    ),
    Verb(
        name="cancel",
        label=pgettext_lazy("leave", "Take back"),
        sources=frozenset({S.ASKED, S.APPROVED}),
        target=S.CANCELLED,
        who={SELF: Reach.OWN, **KEEPERS},
        needs=(_opinion(required=True),),
        guard=_("Before its first day"),
        dangerous=True,
    ),
    Verb(
        name="return_early",
        label=pgettext_lazy("leave", "Return early"),
        sources=frozenset({S.APPROVED}),
        target=S.RETURNED,
        who={SELF: Reach.OWN, **KEEPERS},
        needs=(_opinion(required=False),),
        guard=_("After its first day and before its last day is over"),
    ),
)

LEAVE_TABLE: Final = StateTable(LeaveState, {verb.name: verb for verb in VERBS}, OPEN)


class CommendationState(TextChoices):
    NOMINATED = "nominated", pgettext_lazy("commendation", "Nominated")
    PUBLICISED = "publicised", pgettext_lazy("commendation", "Publicised")
    AWARDED = "awarded", pgettext_lazy("commendation", "Awarded")
    REFUSED = "refused", pgettext_lazy("commendation", "Not awarded")
    WITHDRAWN = "withdrawn", pgettext_lazy("commendation", "Withdrawn")


C = CommendationState
DECIDERS: Final = {Role.OVERSIGHT_OFFICER.value: Reach.SCOPE, Role.TOWN_STAFF.value: Reach.SCOPE}
NOMINATORS: Final = {role: reach for role, reach in KEEPERS.items() if role != SYSTEM}
KNOWN_TO_ALL: Final = frozenset({C.PUBLICISED, C.AWARDED})
"""What everybody in service reads: publicity is for colleagues."""
NOT_OWN = pgettext_lazy(
    "commendation", "Nobody decides about himself or herself, or about the own nomination"
)

COMMENDATION_VERBS: Final = (
    Verb(
        name="nominate",
        label=pgettext_lazy("commendation", "Nominate"),
        sources=frozenset(),
        target=C.NOMINATED,
        who=NOMINATORS,
        guard=pgettext_lazy("commendation", "Somebody in a post of that year, once a year, never oneself"),
    ),
    Verb(
        name="publicise",
        label=pgettext_lazy("commendation", "Publicise"),
        sources=frozenset({C.NOMINATED}),
        target=C.PUBLICISED,
        who=DECIDERS,
        needs=(
            Need(
                name="until",
                kind=NeedKind.DATE,
                label=pgettext_lazy("commendation", "Last day of publicity"),
                help=pgettext_lazy("commendation", "Everybody in service reads it from today until then"),
            ),
        ),
        guard=NOT_OWN,
    ),
    Verb(
        name="award",
        label=pgettext_lazy("commendation", "Award"),
        sources=frozenset({C.PUBLICISED}),
        target=C.AWARDED,
        who=DECIDERS,
        needs=(
            Need(name="honour", kind=NeedKind.TEXT, label=pgettext_lazy("commendation", "Honour")),
            Need(name="document", kind=NeedKind.TEXT, label=pgettext_lazy("commendation", "Document number")),
        ),
        guard=pgettext_lazy("commendation", "After the last day of publicity; not about the own nomination"),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("commendation", "Do not award"),
        sources=frozenset({C.NOMINATED, C.PUBLICISED}),
        target=C.REFUSED,
        who=DECIDERS,
        needs=(_opinion(required=True),),
        guard=NOT_OWN,
        dangerous=True,
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("commendation", "Withdraw the nomination"),
        sources=frozenset({C.NOMINATED, C.PUBLICISED}),
        target=C.WITHDRAWN,
        who=NOMINATORS,
        needs=(_opinion(required=True),),
        dangerous=True,
    ),
)
COMMENDATION_TABLE: Final = StateTable(
    CommendationState,
    {verb.name: verb for verb in COMMENDATION_VERBS},
    frozenset({C.NOMINATED, C.PUBLICISED}),
)
