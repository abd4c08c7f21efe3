"""The state tables of revisions as data, of grids and of regions: verb, from, to, who. Pure."""

from dataclasses import replace
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb


class RevisionState(models.TextChoices):
    """The states of a revision; an approved one takes effect by itself on its day."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", pgettext_lazy("revision", "Approved")
    EFFECTIVE = "effective", _("In effect")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = RevisionState
OPEN: Final = frozenset({S.DRAFT.value, S.SUBMITTED.value, S.APPROVED.value})

PREPARERS: Final = {
    Role.OVERSIGHT_OFFICER.value: Reach.SCOPE,
    Role.TOWN_STAFF.value: Reach.SCOPE,
    Role.COMMUNITY_STAFF.value: Reach.SCOPE,
}
"""Grid and post maintenance (domain table 4); a community prepares what lies inside it."""
APPROVERS: Final = {Role.OVERSIGHT_OFFICER.value: Reach.SCOPE, Role.LEADER.value: Reach.SCOPE}


def _opinion(label: object, *, required: bool) -> Need:
    return Need(name="opinion", kind=NeedKind.TEXT, label=label, required=required)  # type: ignore[arg-type]  # a lazy label


VERBS: Final = (
    Verb(
        name="prepare",
        label=pgettext_lazy("revision", "Prepare"),
        sources=frozenset(),
        target=S.DRAFT,
        who=PREPARERS,
        guard=_("No grid of it is in another open revision"),
    ),
    Verb(
        name="edit",
        label=pgettext_lazy("revision", "Edit"),
        sources=frozenset({S.DRAFT}),
        target=S.DRAFT,
        who=PREPARERS,
    ),
    Verb(
        name="submit",
        label=pgettext_lazy("revision", "Submit"),
        sources=frozenset({S.DRAFT}),
        target=S.SUBMITTED,
        who=PREPARERS,
        needs=(_opinion(pgettext_lazy("revision", "Note for the approver"), required=False),),
        guard=_("The check finds nothing that forbids it; a date is set"),
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("revision", "Send back"),
        sources=frozenset({S.SUBMITTED}),
        target=S.DRAFT,
        who=APPROVERS,
        needs=(_opinion(pgettext_lazy("revision", "What has to change"), required=True),),
    ),
    Verb(
        name="approve",
        label=pgettext_lazy("revision", "Approve"),
        sources=frozenset({S.SUBMITTED}),
        target=S.APPROVED,
        who=APPROVERS,
        needs=(_opinion(pgettext_lazy("revision", "Opinion"), required=False),),
        guard=_("Whoever prepared or submitted it cannot approve it; the check is run again"),
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("revision", "Withdraw"),
        sources=frozenset({S.DRAFT, S.SUBMITTED, S.APPROVED}),
        target=S.WITHDRAWN,
        who={**PREPARERS, Role.LEADER.value: Reach.SCOPE},
        needs=(_opinion(pgettext_lazy("revision", "Reason"), required=True),),
        dangerous=True,
    ),
    Verb(
        name="take_effect",
        label=pgettext_lazy("revision", "Take effect"),
        sources=frozenset({S.APPROVED}),
        target=S.EFFECTIVE,
        who={SYSTEM: Reach.SYSTEM},
        guard=_("The day has come, and no grid of it has changed since it was drafted"),
    ),
)

REVISION_TABLE: Final = StateTable(RevisionState, {verb.name: verb for verb in VERBS}, OPEN)

REGION_PREPARERS: Final = {
    Role.OVERSIGHT_OFFICER.value: Reach.SCOPE,
    Role.TOWN_STAFF.value: Reach.SCOPE,
}
"""A revision of regions reaches beyond a community: a town prepares what lies inside it."""
_REGION_GUARDS: Final = {
    "prepare": _("No region of it, above or below it, is in another open revision of regions"),
    "submit": _("The check finds nothing that forbids it; a date is set; no revision of grids is open there"),
    "take_effect": _("The day has come, and nothing in its regions has changed since it was drafted"),
}


def _for_regions(verb: Verb) -> Verb:
    who = {role: reach for role, reach in verb.who.items() if role != Role.COMMUNITY_STAFF.value}
    return replace(verb, who=who, guard=_REGION_GUARDS.get(verb.name, verb.guard))


REGION_TABLE: Final = StateTable(RevisionState, {verb.name: verb for verb in map(_for_regions, VERBS)}, OPEN)
"""The same way through the same states; communities do not prepare what changes communities."""
