"""The state table of a bulletin as data: drafted, approved by somebody else, published, recalled. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who


class BulletinState(TextChoices):
    """From the draft to what was taken back."""

    DRAFT = "draft", pgettext_lazy("period bulletin", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("period bulletin", "Awaiting approval")
    PUBLISHED = "published", pgettext_lazy("period bulletin", "Published")
    RECALLED = "recalled", pgettext_lazy("period bulletin", "Recalled")


S = BulletinState
SCOPE: Final = Reach.SCOPE
WRITERS: Final[Who] = {Role.OVERSIGHT_OFFICER.value: SCOPE, Role.TOWN_STAFF.value: SCOPE}
APPROVERS: Final[Who] = {Role.LEADER.value: SCOPE, Role.OVERSIGHT_OFFICER.value: SCOPE}
REASON: Final = Need(name="opinion", kind=NeedKind.TEXT, label=pgettext_lazy("period bulletin", "Reason"))
OPINION: Final = Need(
    name="opinion", kind=NeedKind.TEXT, label=pgettext_lazy("period bulletin", "Opinion"), required=False
)

VERBS: Final = (
    Verb(
        name="prepare",
        label=pgettext_lazy("period bulletin", "Draft a bulletin"),
        sources=frozenset(),
        target=S.DRAFT,
        who={SYSTEM: Reach.SYSTEM, **WRITERS},
    ),
    Verb(
        name="edit",
        label=pgettext_lazy("period bulletin", "Edit"),
        sources=frozenset({S.DRAFT}),
        target=S.DRAFT,
        who=WRITERS,
    ),
    Verb(
        name="redraw",
        label=pgettext_lazy("period bulletin", "Draw the figures again"),
        sources=frozenset({S.DRAFT}),
        target=S.DRAFT,
        who=WRITERS,
        guard=pgettext_lazy("period bulletin", "Figures as they stand now; texts are kept"),
    ),
    Verb(
        name="submit",
        label=pgettext_lazy("period bulletin", "Submit for approval"),
        sources=frozenset({S.DRAFT}),
        target=S.SUBMITTED,
        who=WRITERS,
        needs=(OPINION,),
    ),
    Verb(
        name="publish",
        label=pgettext_lazy("period bulletin", "Approve and publish"),
        sources=frozenset({S.SUBMITTED}),
        target=S.PUBLISHED,
        who=APPROVERS,
        needs=(OPINION,),
        guard=pgettext_lazy("period bulletin", "Whoever wrote or submitted it does not approve it"),
    ),
    Verb(
        name="send_back",
        label=pgettext_lazy("period bulletin", "Send back"),
        sources=frozenset({S.SUBMITTED}),
        target=S.DRAFT,
        who=APPROVERS,
        needs=(REASON,),
    ),
    Verb(
        name="recall",
        label=pgettext_lazy("period bulletin", "Recall"),
        sources=frozenset({S.PUBLISHED}),
        target=S.RECALLED,
        who=APPROVERS,
        needs=(REASON,),
        guard=pgettext_lazy(
            "period bulletin", "Units see that it was recalled and why, and no longer its text"
        ),
        dangerous=True,
    ),
)
BULLETIN_TABLE: Final = StateTable(
    BulletinState, {verb.name: verb for verb in VERBS}, frozenset({S.DRAFT, S.SUBMITTED})
)
