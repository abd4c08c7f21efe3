"""What other apps show on a ticket's page: each registers a `Side`; nothing here knows any of them.

`Ticket.sides` names the apps that hold something for a ticket, so that a page asks only those. An app marks and
unmarks a ticket in the transaction of its own deed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, F, Func, Value

from governance.accounts.actors import Actor
from governance.foundation.prepared import fetch_all
from incidents.models import Ticket


@dataclass(frozen=True, kw_only=True)
class SideButton:
    """Something else that may be begun for a ticket: opened in the dialog of the page.

    `name` and `api` say how the same is begun over REST; empty where only the page offers it. `stands_out`: beside the
    ticket's verbs, not in the menu; `on_phone`: its dialog is good on a phone as well.
    """

    label: str
    url: str
    is_wide: bool = False
    stands_out: bool = False
    on_phone: bool = False
    name: str = ""
    api: str = ""


@dataclass(frozen=True, kw_only=True)
class Side:
    """An app's part of the ticket's page.

    `panel` answers the context of `template` (None: nothing to show to this person) and is asked only for tickets
    that carry `name` in `sides`. `buttons` is asked for every ticket: it answers from the scope and the ticket's
    columns, with one statement more for those few whose right depends on somebody else. `phone` is the template of
    the page on the phone; without it the phone does not show the part.
    """

    name: str
    template: str
    panel: Callable[[Ticket, Actor, datetime], Mapping[str, Any] | None]
    buttons: Callable[[Ticket, Actor, datetime], Sequence[SideButton]] = field(default=lambda *_of: ())
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What the page includes."""

    name: str
    template: str
    context: Mapping[str, Any]


_SIDES: dict[str, Side] = {}


def register(side: Side) -> None:
    """Called from an app's `ready()`."""
    _SIDES[side.name] = side


def panels_of(ticket: Ticket, actor: Actor, at: datetime, *, on_phone: bool = False) -> Iterator[Panel]:
    """The parts that have something to show, in the order of the apps."""
    for name, side in _SIDES.items():
        template = side.phone if on_phone else side.template
        if name not in ticket.sides or not template:
            continue
        context = side.panel(ticket, actor, at)
        if context is not None:
            yield Panel(name=name, template=template, context=context)


def buttons_of(ticket: Ticket, actor: Actor, at: datetime) -> list[SideButton]:
    """What this person may begin beside the ticket's own verbs."""
    return [button for side in _SIDES.values() for button in side.buttons(ticket, actor, at)]


def mark(ticket_id: int, name: str) -> None:
    """The app has something for this ticket. Part of the caller's transaction; safe to repeat."""
    mark_many([ticket_id], name)


def mark_many(ticket_ids: Sequence[int], name: str) -> None:
    """The same for several tickets, in one statement."""
    if ticket_ids:
        fetch_all(_MARK, [name, list(ticket_ids), [name]])


_MARK = """
UPDATE incidents_ticket SET sides = array_append(sides, %s::varchar) WHERE id = ANY(%s) AND NOT sides @> %s::varchar[]
"""


def unmark(ticket_id: int, name: str) -> None:
    """Nothing of the app is left to show."""
    Ticket.objects.filter(pk=ticket_id, sides__contains=[name]).update(sides=_array("array_remove", name))


def _array(function: str, name: str) -> Func:
    return Func(
        F("sides"),
        Value(name, output_field=CharField(max_length=16)),
        function=function,
        output_field=ArrayField(CharField(max_length=16)),
    )
