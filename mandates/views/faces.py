"""How mandates look on a screen: tones of states, entries of the story, names of departments, pages by key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.accounts.roles import SYSTEM, Role
from governance.foundation.errors import Invalid
from governance.foundation.state_machine import StateTable
from mandates.models import MandateStep
from mandates.states import FINDINGS

TONES = {
    "draft": "work",
    "submitted": "wait",
    "reviewed": "wait",
    "proposed": "wait",
    "approved": "done",
    "in_force": "done",
    "refused": "stop",
    "expired": "stop",
    "withdrawn": "stop",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One step of the story."""

    title: str
    at: datetime
    who: str
    role: str = ""
    unit: str = ""
    text: str = ""
    tone: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def entries(steps: Iterable[MandateStep], table: StateTable) -> list[Entry]:
    """The story, as given."""
    return [
        Entry(
            title=str(table[step.verb].label),
            at=step.at,
            who=step.actor_name if step.role != SYSTEM else _("System"),
            role=str(Role(step.role).label) if step.role in Role.values else "",
            text=step.opinion,
            tone=TONES.get(step.to_state, ""),
            facts=[
                (str(need.label), str(step.data[need.name])) for need in FINDINGS if need.name in step.data
            ],
        )
        for step in steps
    ]


@dataclass(frozen=True)
class Page:
    """Rows with the cursors of the pages beside them."""

    rows: list[Any]
    next: str | None
    previous: str | None


def page_by_key(rows: QuerySet[Any], cursor: str, size: int) -> Page:
    """A page in the order of the key; `cursor` is `o` or `n` and a key. Raises Invalid for a strange one."""
    direction, key = cursor[:1], cursor[1:]
    if cursor and not (direction in "on" and key.isascii() and key.isdigit() and len(key) < 19):
        raise Invalid(_("This page of the list cannot be found; please start from the first one"))
    is_back = direction == "n"
    if cursor:
        rows = rows.filter(**{"pk__lt" if is_back else "pk__gt": int(key)})
    found = list(rows.order_by("-pk" if is_back else "pk")[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    mark: Callable[[str, Any], str] = lambda word, row: f"{word}{row.pk}"  # noqa: E731  # two short uses
    return Page(
        found,
        mark("o", found[-1]) if found and (has_more or is_back) else None,
        mark("n", found[0]) if found and (has_more if is_back else bool(cursor)) else None,
    )
