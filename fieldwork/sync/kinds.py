"""The registry of what a phone may do without a line. An app part registers its kinds in `FieldworkConfig.ready()`.

    def check_in(sent: Sent, *, by: Actor, at: datetime) -> Done:
        row = patrols.check_in(int(sent.one("stop")), by=by, at=at, position=sent.position)
        return Done(words=_("Checked in: %(place)s") % {"place": row.label}, url=..., version=row.version)

    kinds.register(Kind(name="check_in", label=_("Check in"), do=check_in))

Contract of a handler:
* it runs in a transaction of its own, once for each id that a phone gives; what it raises undoes all it did, so deeds
  need no savepoints of their own;
* `Conflict` (409: the object has moved on) and any other refusal of foundation (`Invalid`, `Forbidden`, `NotFound`)
  become the kept answer, in the words of the problem; `Unavailable` and `TooMany` keep nothing and are tried again;
* `by` is the person who is signed in, acting by phone, and nobody else; who may is the handler's own rule;
* `at` is the moment of receipt and the only one that runs clocks; `sent.occurred_at` is when it was done, by the
  phone's clock as corrected. It never lies after `at`;
* photos arrive before: in `sent` the ids that the phone gave are already those of the person's own attachments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.http import QueryDict

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Text
from staffing.presence import Position

__all__ = ["Done", "Kind", "Position", "Sent", "known", "register"]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One action as a handler gets it: its shape is checked, its photos are there.

    `data` holds what the form held, every field as a list of texts. `subject` names what is kept in order
    (`ticket:WG…`, `patrol:7`); `position` is where the phone was, None where it did not say.
    """

    id: UUID
    kind: str
    subject: str
    data: Mapping[str, Sequence[str]]
    device_at: datetime
    occurred_at: datetime
    received_at: datetime
    skew_seconds: int = 0
    position: Position | None = None

    def one(self, name: str) -> str:
        """The only (or last) value of a field; empty where there is none."""
        values = self.data.get(name) or ("",)
        return values[-1]

    def many(self, name: str) -> list[str]:
        """All values of a field that are not empty."""
        return [value for value in self.data.get(name) or () if value]

    def form_data(self) -> QueryDict:
        """The same as a form that was posted, for the forms of the pages."""
        found = QueryDict(mutable=True)
        for name, values in self.data.items():
            found.setlist(name, list(values))
        return found


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of an action: words for the worker, where to look at it, and what it stands for.

    `version` is that of the object after the deed, so that the next action of the same worker on the same subject,
    done without a line as well, is not taken for one that somebody else got ahead of.
    """

    words: str
    url: str = ""
    number: str = ""
    version: int | None = None
    ticket_id: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


class Handler(Protocol):
    """Does one action."""

    def __call__(self, sent: Sent, *, by: Actor, at: datetime) -> Done: ...


class Meanwhile(Protocol):
    """Asked once a conflict has undone what a handler did. Adds to `problem.extra` who has changed what; answers Done
    where what was wanted has been done by somebody else, None where it is a conflict.
    """

    def __call__(self, sent: Sent, problem: Conflict, *, by: Actor, at: datetime) -> Done | None: ...


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of action. `label` is what the worker's list of actions calls it."""

    name: str
    label: Text
    do: Handler
    meanwhile: Meanwhile | None = None


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Called from the app's `ready()`; a name belongs to one kind."""
    for kind in kinds:
        present = _KINDS.setdefault(kind.name, kind)
        if present.do is not kind.do:
            raise ValueError(f"two kinds are called {kind.name}")


def known() -> Mapping[str, Kind]:
    """Every kind by name."""
    return _KINDS
