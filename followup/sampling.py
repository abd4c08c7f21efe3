"""Which tickets are called although nobody waits: a rate for each matter, drawn by the ticket's number.

The number decides, not chance: asking twice gives the same answer, and nobody can choose who is called.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from followup.models import SampleRate
from followup.states import CallKind
from incidents.models import Ticket

DATA: Final = Path(__file__).parent / "data"
PARTS = 10_000
"""A number falls on one of so many equal parts: hundredths of a percent."""


@cache
def shipped(name: str) -> Any:
    """What comes with the platform, for sites that have not written their own."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def rate(kind: str, category_code: str, on: date, rows: Iterable[SampleRate] | None = None) -> Decimal:
    """The percentage in force on a day: of the longest prefix, the newest row; else what is shipped."""
    if rows is None:
        rows = SampleRate.objects.filter(kind=kind, valid_from__lte=on)
    fitting = [
        row
        for row in rows
        if row.kind == kind and row.valid_from <= on and category_code.startswith(row.category_prefix)
    ]
    if not fitting:
        known: Mapping[str, int] = shipped("sampling")
        return Decimal(known[kind])
    best = max(fitting, key=lambda row: (len(row.category_prefix), row.valid_from, row.pk or 0))
    return Decimal(best.percent)


def part_of(number: str) -> int:
    """Where a ticket number falls among `PARTS`: always the same."""
    return int(hashlib.sha256(number.encode()).hexdigest()[:12], 16) % PARTS


def is_drawn(number: str, percent: Decimal) -> bool:
    """Whether a number falls inside the rate."""
    return part_of(number) < percent * PARTS / 100


def kind_of(ticket: Ticket) -> CallKind | None:
    """What a closed ticket would be drawn as; None where somebody was called anyway."""
    if ticket.is_confidential:
        return None
    if ticket.closure_kind == Ticket.ClosureKind.SELF_HANDLED:
        return CallKind.SELF_HANDLED
    return None if ticket.needs_reply else CallKind.NO_REPLY
