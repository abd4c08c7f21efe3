"""Print the ticket's state table and diagram as Markdown: `docs/ticket-states.md` is its output."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from governance.foundation.state_machine import Verb
from incidents.states import PART_TABLE, TICKET_TABLE, PartState, State

HEAD = """# Ticket states

Printed by `./run state_table` from `incidents/states/`; a test keeps the two the same.
Rows in italics stand in the table but are not open yet.

## States

| State | 中文 | Open |
|---|---|---|
"""
ROWS = """
## Verbs

Reach: *scope* = inside the region of the appointment; *tier* = of that, what is held at the person's tier or
below; *own* = what the person's unit holds; *sent* = what it has given away and may still take back.

| Row | Verb | 中文 | From | To | Who (reach) | Clock | Guard |
|---|---|---|---|---|---|---|---|
"""
PARTS = """
## Parts of co-handlers

Each co-handler's part has a state and clocks of its own; the ticket's state does not move. They move while the ticket
is dispatched, handled or returned. Here *own* = the unit of the part, *lead* = the unit that leads the ticket.

| Row | Verb | 中文 | From | To | Who (reach) | Clock | Guard |
|---|---|---|---|---|---|---|---|
"""


def markdown() -> str:
    """The whole page."""
    parts = [HEAD]
    for state in State:
        parts.append(
            f"| `{state.value}` | {_chinese(state.label)} | {'yes' if state in TICKET_TABLE.open_states else ''} |\n"
        )
    parts.append(ROWS)
    parts += [_row(verb, State.values) for verb in TICKET_TABLE]
    parts.append(PARTS)
    parts += [_row(verb, PartState.values) for verb in PART_TABLE]
    parts.append(f"\n## Diagram\n\n```mermaid\n{TICKET_TABLE.mermaid()}\n```\n")
    return "".join(parts)


def _row(verb: Verb, states: Sequence[str]) -> str:
    sources = ", ".join(f"`{name}`" for name in states if name in verb.sources) or "–"
    targets = ", ".join(f"`{name}`" for name in verb.targets) if verb.target else "stays"
    who = ", ".join(f"{role} ({reach.value})" for role, reach in verb.who.items())
    name = f"`{verb.name}`" if verb.available else f"*`{verb.name}`*"
    return (
        f"| {verb.row} | {name} | {_chinese(verb.label)} | {sources} | {targets} | {who} "
        f"| {_english(verb.clock)} | {_english(verb.guard)} |\n"
    )


def _chinese(text: Any) -> str:
    with translation.override("zh-hans"):
        return str(text)


def _english(text: Any) -> str:
    with translation.override("en"):
        return str(text)


class Command(BaseCommand):
    help = "Print the ticket's state table as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(markdown(), ending="")
