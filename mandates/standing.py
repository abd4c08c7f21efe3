"""What stands written, as one snapshot per process: editions of lists with their items, powers, granted applications.

A dispatch asks it and costs no statement. It is looked at again after `CHECK_SECONDS`, by a counter that every
change of a mandate bumps.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mandates.models import AccessApplication, DelegatedPower, DutyItem, DutyList, MandateVersion
from mandates.states import GRANTED, PowerState

CHECK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a list, with the days on which it was the one in force."""

    pk: int
    title: str
    edition: int
    level: str
    region_path: str
    since: date
    until: date

    def holds(self, path: str, on: date) -> bool:
        """Whether it is in force for a place on a day."""
        return self.since <= on <= self.until and path.startswith(self.region_path)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an edition."""

    pk: int
    number: int
    item_class: str
    subject: str
    matter_code: str
    legal_basis: str
    edition: Edition


@dataclass(frozen=True, slots=True)
class Grant:
    """A granted application or an approved power: a matter in places for some days."""

    number: str
    title: str
    matter_code: str
    level: str
    paths: tuple[str, ...]
    legal_basis: str
    since: date
    until: date

    def holds(self, code: str, path: str, on: date) -> bool:
        """Whether it speaks of this matter at this place on this day."""
        return (
            code.startswith(self.matter_code)
            and self.since <= on <= self.until
            and any(path.startswith(area) for area in self.paths)
        )


@dataclass(frozen=True)
class Standing:
    """All of it."""

    number: int
    editions: Sequence[Edition]
    items: Mapping[str, Sequence[Item]]  # by matter code
    grants: Sequence[Grant]
    powers: Sequence[Grant]

    def items_for(self, code: str) -> list[Item]:
        """The items that name the matter or something above it."""
        return [
            item for length in (2, 4, 6) for item in self.items.get(code[:length], ()) if len(code) >= length
        ]


def load() -> Standing:
    """Read everything that covers tasks or has covered them: six statements."""
    number = MandateVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    editions = _editions()
    items: dict[str, list[Item]] = defaultdict(list)
    rows = DutyItem.objects.exclude(matter_code="").order_by("duty_list_id", "number")
    for pk, list_id, place, item_class, subject, code, basis in rows.values_list(
        "id", "duty_list_id", "number", "item_class", "subject", "matter_code", "legal_basis"
    ):
        items[code].append(Item(pk, place, item_class, subject, code, basis, editions[list_id]))
    return Standing(number, list(editions.values()), items, _grants(), _powers())


def _editions() -> dict[int, Edition]:
    """Each with its last day: its own, or the day before the next edition of the code begins."""
    found: dict[int, Edition] = {}
    next_from: dict[str, date] = {}
    for row in DutyList.objects.order_by("code", "-edition"):
        until = row.valid_to or date.max
        if follower := next_from.get(row.code):
            until = min(until, follower - timedelta(days=1))
        next_from[row.code] = min(row.valid_from, next_from.get(row.code, date.max))
        found[row.pk] = Edition(
            row.pk, row.title, row.edition, row.level, row.region_path, row.valid_from, until
        )
    return found


def _grants() -> list[Grant]:
    rows = AccessApplication.objects.filter(state__in=GRANTED).order_by("number")
    return [
        Grant(
            row.number,
            row.title,
            row.matter_code,
            row.level,
            (row.region_path,),
            row.legal_basis,
            row.starts_on,
            row.ends_on,
        )
        for row in rows
    ]


def _powers() -> list[Grant]:
    rows = DelegatedPower.objects.filter(state=PowerState.APPROVED).order_by("number")
    return [
        Grant(
            row.number,
            row.title,
            row.matter_code,
            "town",
            tuple(town.path for town in row.towns.all()),
            row.legal_basis,
            row.starts_on,
            row.ends_on or date.max,
        )
        for row in rows.prefetch_related("towns")
    ]


class _Current:
    """The process's snapshot, swapped whole."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.snapshot: Standing | None = None
        self.checked_at = 0.0

    def get(self) -> Standing:
        snapshot = self.snapshot
        if snapshot is not None and time.monotonic() - self.checked_at < CHECK_SECONDS:
            return snapshot
        with self.lock:
            if self.snapshot is None or self._has_moved(self.snapshot):
                self.snapshot = load()
            self.checked_at = time.monotonic()
            return self.snapshot

    def _has_moved(self, snapshot: Standing) -> bool:
        number = MandateVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0
        return number != snapshot.number

    def forget(self) -> None:
        """Drop the snapshot (tests, and whoever has just written mandates)."""
        with self.lock:
            self.snapshot = None


_current = _Current()
current = _current.get
forget = _current.forget
