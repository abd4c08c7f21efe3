"""The state table of leave: asked, approved or refused, taken back, ended early. Pure data."""

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
