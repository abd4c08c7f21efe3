"""The state table of a mapping's version as data: drafted, checked, released; what is released never changes. Pure."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.roles import Role
from governance.foundation.state_machine import Reach, StateTable, Verb

KEEPERS: Final = {Role.ADMINISTRATOR.value: Reach.SYSTEM}


class VersionState(TextChoices):
    """From the first line to the moment on which it counts."""

    DRAFT = "draft", pgettext_lazy("version of a mapping", "Draft")
    CHECKED = "checked", pgettext_lazy("version of a mapping", "Checked")
    RELEASED = "released", pgettext_lazy("version of a mapping", "Released")
    DISCARDED = "discarded", pgettext_lazy("version of a mapping", "Discarded")


OPEN: Final = frozenset({VersionState.DRAFT.value, VersionState.CHECKED.value})

TABLE: Final = StateTable(
    states=VersionState,
    open_states=OPEN,
    verbs={
        verb.name: verb
        for verb in (
            Verb(
                name="edit",
                label=pgettext_lazy("verb of a mapping", "Edit"),
                sources=OPEN,
                target=VersionState.DRAFT,
                who=KEEPERS,
            ),
            Verb(
                name="check",
                label=pgettext_lazy("verb of a mapping", "Check"),
                sources=frozenset({VersionState.DRAFT}),
                target=VersionState.CHECKED,
                who=KEEPERS,
                guard=pgettext_lazy(
                    "verb of a mapping", "every rule can be read and every sample comes out as kept"
                ),
            ),
            Verb(
                name="release",
                label=pgettext_lazy("verb of a mapping", "Put into force"),
                sources=frozenset({VersionState.CHECKED}),
                target=VersionState.RELEASED,
                who=KEEPERS,
                guard=pgettext_lazy("verb of a mapping", "not before now and not before an earlier version"),
            ),
            Verb(
                name="discard",
                label=pgettext_lazy("verb of a mapping", "Discard"),
                sources=OPEN,
                target=VersionState.DISCARDED,
                who=KEEPERS,
                dangerous=True,
            ),
        )
    },
)
