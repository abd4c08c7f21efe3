"""The state table of an accountability case as data: suspected, notified, looked into, decided, appealed. Pure.

The platform keeps evidence and limits; what it says of anybody is a suspicion, until people decide.
"""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Text
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class AccountState(TextChoices):
    """How far it has come."""

    SUSPECTED = "suspected", pgettext_lazy("accountability", "Suspicion")
    NOTIFIED = "notified", pgettext_lazy("accountability", "To be explained")
    INVESTIGATING = "investigating", pgettext_lazy("accountability", "Being looked into")
    DECIDED = "decided", pgettext_lazy("accountability", "Decided")
    APPEALED = "appealed", pgettext_lazy("accountability", "Appealed")
    CLOSED = "closed", pgettext_lazy("accountability", "Closed")


class Suspicion(TextChoices):
    """What is suspected. Late is counted; the others are only ever suspected before people decide."""

    LATE = "late", pgettext_lazy("accountability", "Reported late")
    MISSED = "missed", pgettext_lazy("accountability", "Not reported (suspicion)")
    CONCEALED = "concealed", pgettext_lazy("accountability", "Concealed (suspicion)")
    FALSE = "false", pgettext_lazy("accountability", "Knowingly wrong (suspicion)")


class Decision(TextChoices):
    """What people decide."""

    NOT_ESTABLISHED = "not_established", pgettext_lazy("accountability", "Not established")
    REMINDED = "reminded", pgettext_lazy("accountability", "Reminded")
    CRITICISED = "criticised", pgettext_lazy("accountability", "Criticised in a notice")
    SCORED = "scored", pgettext_lazy("accountability", "Counted in the assessment")
    TRANSFERRED = "transferred", pgettext_lazy("accountability", "Transferred to discipline inspection")


class Capacity(TextChoices):
    """In which capacity somebody is named: by the post held at that time."""

    DIRECT = "direct", pgettext_lazy("accountability", "Directly in charge")
    SUPERVISOR = "supervisor", pgettext_lazy("accountability", "Supervised the worker")
    UNIT_LEAD = "unit_lead", pgettext_lazy("accountability", "Led the unit")
    TOWN_LEADER = "town_leader", pgettext_lazy("accountability", "Led the town")


S = AccountState
OWN, SCOPE = Reach.OWN, Reach.SCOPE
OVERSIGHT: Final[Who] = {Role.OVERSIGHT_OFFICER.value: SCOPE}
OVERSEERS: Final[Who] = {**OVERSIGHT, Role.LEADER.value: SCOPE}
SPEAKERS: Final[Who] = {
    role.value: OWN
    for role in (
        Role.DEPT_LEAD,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.DISPATCHER,
        Role.DUTY_OFFICER,
    )
}
"""Who speaks for the unit concerned. Whoever is named speaks for himself or herself as well."""


def _text(name: str, label: Text, *, required: bool = True, help_text: Text = "") -> Need:
    return Need(name=name, kind=NeedKind.TEXT, label=label, required=required, help=help_text)


REASON: Final = _text("opinion", pgettext_lazy("accountability", "Reason"))
REMARK: Final = _text("opinion", pgettext_lazy("accountability", "Remark"), required=False)
DECIDING: Final = (
    Need(
        name="decision",
        kind=NeedKind.CHOICE,
        label=pgettext_lazy("accountability", "Decision"),
        choices=Decision.choices,
    ),
    _text("opinion", pgettext_lazy("accountability", "Findings and reasons")),
    _text(
        "knowing",
        pgettext_lazy("accountability", "What shows that it was done knowingly"),
        required=False,
        help_text=pgettext_lazy(
            "accountability",
            "Needed to establish that something was concealed or knowingly wrong; a report made in good faith is "
            "not punished",
        ),
    ),
)
VERBS: Final = (
    Verb(
        name="open",
        label=pgettext_lazy("accountability", "Open a suspicion"),
        sources=frozenset(),
        target=S.SUSPECTED,
        who={**OVERSEERS, SYSTEM: Reach.SYSTEM},
        guard=pgettext_lazy("accountability", "With what it rests on; nothing is decided by it"),
        row=1,
    ),
    Verb(
        name="name",
        label=pgettext_lazy("accountability", "Name somebody"),
        sources=frozenset({S.SUSPECTED, S.NOTIFIED, S.INVESTIGATING}),
        target="",
        who=OVERSIGHT,
        needs=(
            Need(name="person", kind=NeedKind.PERSON, label=pgettext_lazy("accountability", "Person")),
            Need(
                name="capacity",
                kind=NeedKind.CHOICE,
                label=pgettext_lazy("accountability", "Capacity"),
                choices=Capacity.choices,
            ),
            REMARK,
        ),
        aside=True,
        row=2,
    ),
    Verb(
        name="notify",
        label=pgettext_lazy("accountability", "Ask the unit to explain"),
        sources=frozenset({S.SUSPECTED}),
        target=S.NOTIFIED,
        who=OVERSIGHT,
        needs=(_text("opinion", pgettext_lazy("accountability", "What has to be explained")),),
        clock=pgettext_lazy("accountability", "the limit to explain begins"),
        row=3,
        next_in=frozenset({S.SUSPECTED}),
    ),
    Verb(
        name="drop",
        label=pgettext_lazy("accountability", "Drop the suspicion"),
        sources=frozenset({S.SUSPECTED}),
        target=S.CLOSED,
        who=OVERSIGHT,
        needs=(REASON,),
        row=4,
    ),
    Verb(
        name="explain",
        label=pgettext_lazy("accountability", "Explain"),
        sources=frozenset({S.NOTIFIED}),
        target=S.INVESTIGATING,
        who=SPEAKERS,
        needs=(_text("opinion", pgettext_lazy("accountability", "Explanation")),),
        clock=pgettext_lazy("accountability", "the limit to explain ends"),
        row=5,
        next_in=frozenset({S.NOTIFIED}),
    ),
    Verb(
        name="investigate",
        label=pgettext_lazy("accountability", "Go on without an explanation"),
        sources=frozenset({S.NOTIFIED}),
        target=S.INVESTIGATING,
        who={**OVERSIGHT, SYSTEM: Reach.SYSTEM},
        needs=(REMARK,),
        guard=pgettext_lazy("accountability", "The limit to explain is over"),
        row=6,
    ),
    Verb(
        name="decide",
        label=pgettext_lazy("accountability", "Decide"),
        sources=frozenset({S.INVESTIGATING}),
        target=S.DECIDED,
        who=OVERSIGHT,
        needs=DECIDING,
        clock=pgettext_lazy("accountability", "the limit to appeal begins"),
        guard=pgettext_lazy("accountability", "Whoever is concerned does not decide"),
        row=7,
        next_in=frozenset({S.INVESTIGATING}),
    ),
    Verb(
        name="appeal",
        label=pgettext_lazy("accountability", "Appeal"),
        sources=frozenset({S.DECIDED}),
        target=S.APPEALED,
        who=SPEAKERS,
        needs=(_text("opinion", pgettext_lazy("accountability", "Grounds of the appeal")),),
        guard=pgettext_lazy("accountability", "Before the limit to appeal ends"),
        row=8,
    ),
    Verb(
        name="rule",
        label=pgettext_lazy("accountability", "Decide on the appeal"),
        sources=frozenset({S.APPEALED}),
        target=S.CLOSED,
        who=OVERSEERS,
        needs=DECIDING,
        guard=pgettext_lazy(
            "accountability", "Whoever decided or is concerned does not decide on the appeal"
        ),
        row=9,
        next_in=frozenset({S.APPEALED}),
    ),
    Verb(
        name="close",
        label=pgettext_lazy("accountability", "Close"),
        sources=frozenset({S.DECIDED}),
        target=S.CLOSED,
        who={**OVERSIGHT, SYSTEM: Reach.SYSTEM},
        needs=(REMARK,),
        guard=pgettext_lazy("accountability", "The limit to appeal is over"),
        row=10,
    ),
)
ACCOUNT_OPEN: Final = frozenset({S.SUSPECTED, S.NOTIFIED, S.INVESTIGATING, S.DECIDED, S.APPEALED})
ACCOUNT_TABLE: Final = StateTable(AccountState, {verb.name: verb for verb in VERBS}, ACCOUNT_OPEN)
ACCOUNT_TONES: Final = {
    S.SUSPECTED.value: "wait",
    S.NOTIFIED.value: "work",
    S.INVESTIGATING.value: "work",
    S.DECIDED.value: "done",
    S.APPEALED.value: "work",
    S.CLOSED.value: "stop",
}
