"""Major changes of key people and key places, told to apps above, which register; nothing here knows them.

A follower runs in the transaction of the deed that made the change: what it causes is there with it or not at all.
Loading registers from files is no change of anybody's situation and tells nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from registers.models import KeyPerson, KeyPlace


class Major(TextChoices):
    """What counts as a major change."""

    OPENED = "opened", pgettext_lazy("major change", "New on the list of key people")
    RAISED = "raised", pgettext_lazy("major change", "Level of attention raised")
    MOVED = "moved", pgettext_lazy("major change", "Moved to another household")
    RISK = "risk", pgettext_lazy("major change", "Now at high risk")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change, of a key person or of a key place."""

    what: Major
    person: KeyPerson | None = None
    place: KeyPlace | None = None


Follower = Callable[[Change, Actor, datetime], None]
_FOLLOWERS: Final[dict[str, Follower]] = {}


def register(name: str, follower: Follower) -> None:
    """Called from an app's `ready()`; again is the same."""
    _FOLLOWERS[name] = follower


def tell(change: Change, *, by: Actor, at: datetime) -> None:
    """Every follower hears of it, in the transaction of the deed."""
    for follower in _FOLLOWERS.values():
        follower(change, by, at)
