"""Print the ticket's state table and diagram as Markdown: `docs/ticket-states.md` is its output."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from incidents.states import TICKET_TABLE, State

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
below; *own* = what the person's unit holds.

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
    for verb in TICKET_TABLE:
        sources = ", ".join(f"`{name}`" for name in State.values if name in verb.sources) or "–"
        targets = ", ".join(f"`{name}`" for name in verb.targets)
        who = ", ".join(f"{role} ({reach.value})" for role, reach in verb.who.items())
        name = f"`{verb.name}`" if verb.available else f"*`{verb.name}`*"
        parts.append(
            f"| {verb.row} | {name} | {_chinese(verb.label)} | {sources} | {targets} | {who} "
            f"| {_english(verb.clock)} | {_english(verb.guard)} |\n"
        )
    parts.append(f"\n## Diagram\n\n```mermaid\n{TICKET_TABLE.mermaid()}\n```\n")
    return "".join(parts)


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
