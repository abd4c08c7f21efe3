"""Two state tables as data: an application that a task may reach the base, and a power handed down to towns. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb


class AccessState(TextChoices):
    """From the draft of a department to the end of what it was allowed."""

    DRAFT = "draft", pgettext_lazy("access application", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("access application", "Submitted")
    REVIEWED = "reviewed", pgettext_lazy("access application", "Reviewed")
    APPROVED = "approved", pgettext_lazy("access application", "Approved")
    REFUSED = "refused", pgettext_lazy("access application", "Refused")
    IN_FORCE = "in_force", pgettext_lazy("access application", "In force")
    EXPIRED = "expired", pgettext_lazy("access application", "Expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("access application", "Withdrawn")


class PowerState(TextChoices):
    """A power of a department's line that towns exercise."""

    PROPOSED = "proposed", pgettext_lazy("delegated power", "Proposed")
    APPROVED = "approved", pgettext_lazy("delegated power", "Approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("delegated power", "Withdrawn")


A, P = AccessState, PowerState
ACCESS_OPEN: Final = frozenset({A.DRAFT, A.SUBMITTED, A.REVIEWED, A.APPROVED, A.IN_FORCE})
GRANTED: Final = frozenset({A.APPROVED, A.IN_FORCE})
"""What covers tasks between its dates; the sweep of the day only writes down what the dates say."""

OWN, SCOPE = Reach.OWN, Reach.SCOPE
APPLICANTS: Final = {Role.DEPT_LEAD.value: OWN, Role.DEPT_HANDLER.value: OWN}
CENTRE: Final = {Role.OVERSIGHT_OFFICER.value: SCOPE, Role.TOWN_STAFF.value: SCOPE}
"""Who reviews, over what lies inside their own area: the centre, and a sub-centre for its town."""
LEADING: Final = {Role.LEADER.value: SCOPE}
KEEPERS: Final = {**CENTRE, **LEADING}
"""Who puts a new edition of a duty list into force."""


def _opinion(label: object, *, required: bool) -> Need:
    return Need(name="opinion", kind=NeedKind.TEXT, label=label, required=required)  # type: ignore[arg-type]  # a lazy label


REASON: Final = _opinion(pgettext_lazy("mandates", "Reason"), required=True)
OPINION: Final = _opinion(pgettext_lazy("mandates", "Opinion"), required=False)
FINDINGS: Final = (
    Need(name="legal_finding", kind=NeedKind.TEXT, label=_("Legal basis: finding")),
    Need(name="money_finding", kind=NeedKind.TEXT, label=_("Money and people: finding")),
    Need(name="training_finding", kind=NeedKind.TEXT, label=_("Training: finding")),
    Need(name="level_finding", kind=NeedKind.TEXT, label=_("Right level: finding")),
)

ACCESS_VERBS: Final = (
    Verb(
        name="prepare",
        label=pgettext_lazy("access application", "Prepare"),
        sources=frozenset(),
        target=A.DRAFT,
        who=APPLICANTS,
    ),
    Verb(
        name="edit",
        label=pgettext_lazy("access application", "Edit"),
        sources=frozenset({A.DRAFT}),
        target=A.DRAFT,
        who=APPLICANTS,
    ),
    Verb(
        name="submit",
        label=pgettext_lazy("access application", "Submit"),
        sources=frozenset({A.DRAFT}),
        target=A.SUBMITTED,
        who={Role.DEPT_LEAD.value: OWN},
        needs=(OPINION,),
        guard=_("Legal basis, money, training and an end date are given"),
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("access application", "Send back"),
        sources=frozenset({A.SUBMITTED}),
        target=A.DRAFT,
        who=CENTRE,
        needs=(_opinion(pgettext_lazy("access application", "What has to change"), required=True),),
    ),
    Verb(
        name="review",
        label=pgettext_lazy("access application", "Review"),
        sources=frozenset({A.SUBMITTED}),
        target=A.REVIEWED,
        who=CENTRE,
        needs=(*FINDINGS, OPINION),
        guard=_("Whoever applied cannot review"),
    ),
    Verb(
        name="approve",
        label=pgettext_lazy("access application", "Approve"),
        sources=frozenset({A.REVIEWED}),
        target=A.APPROVED,
        who=LEADING,
        needs=(OPINION,),
        guard=_("Whoever applied or reviewed cannot decide; its last day is not over"),
    ),
    Verb(
        name="refuse",
        label=pgettext_lazy("access application", "Refuse"),
        sources=frozenset({A.REVIEWED}),
        target=A.REFUSED,
        who=LEADING,
        needs=(REASON,),
        guard=_("Whoever applied or reviewed cannot decide"),
        dangerous=True,
    ),
    Verb(
        name="take_effect",
        label=pgettext_lazy("access application", "Take effect"),
        sources=frozenset({A.APPROVED}),
        target=A.IN_FORCE,
        who={SYSTEM: Reach.SYSTEM},
        guard=_("Its first day has come"),
    ),
    Verb(
        name="expire",
        label=pgettext_lazy("access application", "Expire"),
        sources=frozenset({A.APPROVED, A.IN_FORCE}),
        target=A.EXPIRED,
        who={SYSTEM: Reach.SYSTEM},
        guard=_("Its last day is over"),
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("access application", "Withdraw"),
        sources=ACCESS_OPEN,
        target=A.WITHDRAWN,
        who={Role.DEPT_LEAD.value: OWN, Role.OVERSIGHT_OFFICER.value: SCOPE, **LEADING},
        needs=(REASON,),
        dangerous=True,
    ),
)

POWER_VERBS: Final = (
    Verb(
        name="propose",
        label=pgettext_lazy("delegated power", "Propose"),
        sources=frozenset(),
        target=P.PROPOSED,
        who={Role.DEPT_LEAD.value: OWN, **CENTRE},
    ),
    Verb(
        name="approve",
        label=pgettext_lazy("delegated power", "Approve"),
        sources=frozenset({P.PROPOSED}),
        target=P.APPROVED,
        who=LEADING,
        needs=(OPINION,),
        guard=_("Whoever proposed it cannot approve it"),
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("delegated power", "Withdraw"),
        sources=frozenset({P.PROPOSED, P.APPROVED}),
        target=P.WITHDRAWN,
        who={Role.DEPT_LEAD.value: OWN, Role.OVERSIGHT_OFFICER.value: SCOPE, **LEADING},
        needs=(REASON,),
        dangerous=True,
    ),
)

ACCESS_TABLE: Final = StateTable(AccessState, {verb.name: verb for verb in ACCESS_VERBS}, ACCESS_OPEN)
POWER_TABLE: Final = StateTable(
    PowerState, {verb.name: verb for verb in POWER_VERBS}, frozenset({P.PROPOSED, P.APPROVED})
)
