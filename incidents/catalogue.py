"""The catalogue, the sources and the rule values as one snapshot per process; and their loading.

A snapshot is looked at again after `CHECK_SECONDS`; editions and rule values are only ever added, so an old
snapshot is never wrong about what it knows.
"""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from governance.foundation.calendars import Clock, Limit, Unit
from governance.foundation.clock import now
from incidents.models import CatalogueVersion, MatterCategory, Policy, Ticket, TicketSource

CHECK_SECONDS = 2.0
CLASS_DIGITS: Final = 2
TRIAL: Final = "trial"
SHIPPED_POLICIES: Final = Path(__file__).parent / "data" / "policies.json"
LimitRow = Sequence[Any]


@dataclass(frozen=True)
class Catalogue:
    """What intake and transitions need to know, without asking the database.

    `editions_of`: by the code of a category, its ids in all editions.
    """

    version_id: int
    by_code: Mapping[str, MatterCategory]
    by_id: Mapping[int, MatterCategory]
    sources: Mapping[str, TicketSource]
    policies: Mapping[str, Any]
    editions_of: Mapping[str, tuple[int, ...]]

    @cached_property
    def trial_sources(self) -> tuple[int, ...]:
        """Ids of the sources for trying, by which systems are connected: their codes begin with `trial`."""
        return tuple(row.pk for code, row in self.sources.items() if code.startswith(TRIAL))

    @cached_property
    def classes(self) -> list[str]:
        """The codes of the classes of all editions, in order."""
        return sorted({row.code[:CLASS_DIGITS] for row in self.by_id.values()})

    @cached_property
    def class_numbers(self) -> list[int]:
        """For each id of a category from 1 on, its class as a place in `classes`, counted from 1; 0: no category."""
        place = {code: number for number, code in enumerate(self.classes, 1)}
        numbers = [0] * max(self.by_id, default=0)
        for key, row in self.by_id.items():
            numbers[key - 1] = place[row.code[:CLASS_DIGITS]]
        return numbers

    def policy(self, key: str) -> Any:
        """The value in force; the one that is shipped where nobody has set one. KeyError for an unknown key."""
        return self.policies[key]

    def stage_limit(self, stage: str, urgency: str) -> Limit:
        """The limit of a stage that the category does not set (dispatch, check, follow-up)."""
        return as_limit(self.policies[f"limit.{stage}"][urgency])

    def selectable(self) -> list[MatterCategory]:
        """Categories that tickets can be filed under, in code order."""
        return [item for item in self.by_code.values() if item.is_selectable]


def as_limit(row: LimitRow) -> Limit:
    """`[amount, unit, clock]` as a limit."""
    amount, unit, clock = row
    return Limit(int(amount), Unit(unit), Clock(clock))


@cache
def shipped_policies() -> dict[str, Any]:
    """The rule values that come with the platform: what a site that has just been brought up to date begins with."""
    found: dict[str, Any] = json.loads(SHIPPED_POLICIES.read_text(encoding="utf-8"))
    return found


def load(at: datetime) -> Catalogue:
    """Read the edition in force at `at`, the codes of all editions, the sources and the rule values: five
    statements.
    """
    version = CatalogueVersion.objects.filter(valid_from__lte=at).order_by("-number").first()
    rows = MatterCategory.objects.filter(version=version).order_by("code") if version else ()
    categories = {row.code: row for row in rows}
    editions: dict[str, list[int]] = {}
    for code, pk in MatterCategory.objects.order_by("pk").values_list("code", "pk"):
        editions.setdefault(code, []).append(pk)
    policies = dict(shipped_policies())
    for key, value in (
        Policy.objects.filter(valid_from__lte=at).order_by("valid_from").values_list("key", "value")
    ):
        policies[key] = value
    return Catalogue(
        version_id=version.pk if version else 0,
        by_code=categories,
        by_id={row.pk: row for row in categories.values()},
        sources={row.code: row for row in TicketSource.objects.all()},
        policies=policies,
        editions_of={code: tuple(found) for code, found in editions.items()},
    )


class _Current:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Catalogue | None = None
        self.stamp: tuple[int, int, int] = (-1, -1, -1)
        self.checked_at = 0.0

    def get(self) -> Catalogue:
        snapshot = self.snapshot
        if snapshot is not None and time.monotonic() - self.checked_at < CHECK_SECONDS:
            return snapshot
        with self.lock:
            stamp = _stamp()
            if self.snapshot is None or stamp != self.stamp:
                self.snapshot, self.stamp = load(now()), stamp
            self.checked_at = time.monotonic()
            return self.snapshot

    def forget(self) -> None:
        with self.lock:
            self.snapshot = None


def _stamp() -> tuple[int, int, int]:
    """Changes when an edition or rule value takes effect or a source is added or switched."""
    moment = now()
    return (
        CatalogueVersion.objects.filter(valid_from__lte=moment).count(),
        Policy.objects.filter(valid_from__lte=moment).count(),
        sum(row[0] * (2 if row[1] else 1) for row in TicketSource.objects.values_list("id", "is_active")),
    )


_current = _Current()
current = _current.get
forget = _current.forget


def with_matter(ticket: Ticket) -> Ticket:
    """The ticket with its category and source from the process's snapshot; an older edition's is read when asked."""
    category = current().by_id.get(ticket.category_id)
    if category is not None:
        ticket.category = category
    return with_source(ticket)


def with_source(ticket: Ticket) -> Ticket:
    """The ticket with its source from the process's snapshot; one that is not in it yet is read when asked."""
    source = next((row for row in current().sources.values() if row.pk == ticket.source_id), None)
    if source is not None:
        ticket.source = source
    return ticket
