"""The state table of a policy notice as data: who writes, publishes, reminds and takes back. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Need, NeedKind, Reach, StateTable, Verb, Who
from grids.models import GridPost


class NoticeState(TextChoices):
    """From the draft to the end of its days."""

    DRAFT = "draft", pgettext_lazy("publicity", "Draft")
    PUBLISHED = "published", pgettext_lazy("publicity", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("publicity", "Withdrawn")


S = NoticeState
OWN, SCOPE = Reach.OWN, Reach.SCOPE
CENTRE: Final[Who] = {Role.OVERSIGHT_OFFICER.value: SCOPE, Role.TOWN_STAFF.value: SCOPE}
WRITERS: Final[Who] = {
    **CENTRE,
    Role.DISPATCHER.value: SCOPE,
    Role.DEPT_LEAD.value: OWN,
    Role.DEPT_HANDLER.value: OWN,
}
"""Command centre and town inside their own area; departments inside the area that their unit answers for."""
PUBLISHERS: Final[Who] = {**CENTRE, Role.DEPT_LEAD.value: OWN}
"""Who answers for what goes out: of a department its lead, of the centre the oversight officer."""

REASON: Final = Need(name="opinion", kind=NeedKind.TEXT, label=pgettext_lazy("publicity", "Reason"))

VERBS: Final = (
    Verb(
        name="prepare",
        label=pgettext_lazy("publicity", "Write a notice"),
        sources=frozenset(),
        target=S.DRAFT,
        who=WRITERS,
    ),
    Verb(
        name="edit",
        label=pgettext_lazy("publicity", "Edit"),
        sources=frozenset({S.DRAFT}),
        target=S.DRAFT,
        who=WRITERS,
    ),
    Verb(
        name="publish",
        label=pgettext_lazy("publicity", "Publish"),
        sources=frozenset({S.DRAFT}),
        target=S.PUBLISHED,
        who=PUBLISHERS,
        guard=pgettext_lazy(
            "publicity",
            "From its first day on everybody who stands in a post or role in the target regions gets it",
        ),
    ),
    Verb(
        name="remind",
        label=pgettext_lazy("publicity", "Remind"),
        sources=frozenset({S.PUBLISHED}),
        target="",
        who=PUBLISHERS,
        guard=pgettext_lazy("publicity", "Everybody who has not confirmed is told again, once a day at most"),
        aside=True,
    ),
    Verb(
        name="withdraw",
        label=pgettext_lazy("publicity", "Withdraw"),
        sources=frozenset({S.DRAFT, S.PUBLISHED}),
        target=S.WITHDRAWN,
        who=PUBLISHERS,
        needs=(REASON,),
        guard=pgettext_lazy("publicity", "Readers and the public do not see its text any more"),
        dangerous=True,
    ),
)
NOTICE_TABLE: Final = StateTable(
    NoticeState, {verb.name: verb for verb in VERBS}, frozenset({S.DRAFT, S.PUBLISHED})
)

OVERSEERS: Final = frozenset(
    {
        Role.OVERSIGHT_OFFICER,
        Role.DISPATCHER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.GRID_SUPERVISOR,
        Role.LEADER,
    }
)
"""Who sees, for the places that they cover, which people have read what was sent there."""
DEAF: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.API_CLIENT})
"""Roles that stand nowhere in the field."""
POSTS_WITHOUT_ROLE: Final = (
    GridPost.Kind.GRID_ADVISER,
    GridPost.Kind.GRID_MEDIATOR,
    GridPost.Kind.GRID_SAFETY_OFFICER,
)
AUDIENCES: Final = (
    *((role.value, role.label) for role in Role if role not in DEAF),
    *((kind.value, kind.label) for kind in POSTS_WITHOUT_ROLE),
)
"""To whom a notice can be narrowed: roles, and the posts of a grid that give no role."""
