"""Indicator K26: how many active records have every required field, and how many were confirmed lately.

Both are kept as numerator and denominator; a rate of nothing is no rate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from django.db import models
from django.db.models import Count, Q

from governance.accounts.actors import Actor
from grids.territory import Place
from grids.territory import current as territory
from registers.models import Household, KeyPlace, Register, Resident
from registers.models.rulings import RegisterRule
from registers.querysets import inside, paths_for
from registers.roles import REPORT_READERS
from registers.values import required_fields, rule_value

KNOWN: Mapping[str, Mapping[str, Q]] = {
    Register.HOUSEHOLDS: {
        "tenure": ~Q(tenure=""),
        "responsible": Q(responsible__isnull=False),
        "grid": Q(grid__isnull=False),
    },
    Register.RESIDENTS: {
        "name": ~Q(name=""),
        "sex": ~Q(sex=""),
        "birth_date": Q(birth_date__isnull=False),
        "identity_number": ~Q(identity_index=""),
        "phone": ~Q(phone_index=""),
        "relation": ~Q(relation=""),
        "origin": ~Q(origin=""),
    },
    Register.KEY_PLACES: {
        "address": ~Q(address=""),
        "contact_name": ~Q(contact_name=""),
        "contact_phone": ~Q(contact_phone=""),
        "responsible": Q(responsible__isnull=False),
        "grid": Q(grid__isnull=False),
    },
}
"""The fields that can be required, each with the condition that it is there."""

MODELS: Mapping[str, type[models.Model]] = {
    Register.HOUSEHOLDS: Household,
    Register.RESIDENTS: Resident,
    Register.KEY_PLACES: KeyPlace,
}
ACTIVE: Mapping[str, Q] = {
    Register.HOUSEHOLDS: Q(is_active=True),
    Register.RESIDENTS: Q(left_on=None),
    Register.KEY_PLACES: Q(is_active=True),
}
Row = TypeVar("Row")
NEXT_LEVEL = {
    "city": ("district", "town"),
    "district": ("town",),
    "town": ("community",),
    "community": ("grid",),
}


@dataclass
class Tally:
    """Counts of one register in one place."""

    active: int = 0
    complete: int = 0
    fresh: int = 0

    def add(self, other: "Tally") -> None:
        self.active += other.active
        self.complete += other.complete
        self.fresh += other.fresh

    @property
    def completeness(self) -> str:
        return rate_words(self.complete, self.active)

    @property
    def freshness(self) -> str:
        return rate_words(self.fresh, self.active)


@dataclass
class Line:
    """One place of the report with its tally of each register."""

    place: Place
    tallies: dict[str, Tally] = field(default_factory=lambda: {item.value: Tally() for item in Register})


@dataclass(frozen=True)
class Report:
    """The report below one place, or of everything that the reader covers."""

    whole: dict[str, Tally]
    lines: list[Line]
    fresh_days: int


def rate_words(part: int, whole: int) -> str:
    """A rate with two decimals, `–` where there is nothing to take a share of."""
    return f"{100 * part / whole:.2f}" if whole else "–"


def complete(register: str, *, on: date) -> Q:
    """The condition "has every field that is required on that day"."""
    condition = Q()
    for name in required_fields(on=on).get(register, ()):
        if name in KNOWN[register]:
            condition &= KNOWN[register][name]
    return condition


def fresh_since(*, on: date) -> date:
    """The first day of a confirmation that still counts."""
    return on - timedelta(days=rule_value(RegisterRule.Name.FRESH_DAYS, on=on))


def report(by: Actor, *, path: str, on: date) -> Report:
    """The report of what lies under `path` and is covered by `by`, one line for each place one level below.

    One statement for each register, whatever the size; counts only, no personal data.
    """
    lines = {place.path: Line(place) for place in places_below(path)}
    whole = {item.value: Tally() for item in Register}
    required, days = required_fields(on=on), rule_value(RegisterRule.Name.FRESH_DAYS, on=on)
    since = on - timedelta(days=days)
    for register, model in MODELS.items():
        condition = Q()
        for name in required.get(register, ()):
            condition &= KNOWN[register].get(name, Q())
        rows = model._default_manager.filter(
            ACTIVE[register], inside(paths_for(by, REPORT_READERS)), path__startswith=path
        )
        counted = (
            rows.order_by()
            .values_list("path")
            .annotate(
                n=Count("id"),
                complete=Count("id", filter=condition) if condition else Count("id"),
                fresh=Count("id", filter=Q(confirmed_on__gte=since)),
            )
        )
        for found, active, full, recent in counted:
            tally = Tally(active, full, recent)
            whole[register].add(tally)
            line = line_of(lines, found, path)
            if line is not None:
                line.tallies[register].add(tally)
    return Report(whole, [lines[key] for key in sorted(lines)], days)


def places_below(path: str) -> Iterable[Place]:
    """The places one level below, or at the first level where there are any."""
    land = territory()
    place = land.by_path.get(path)
    for level in NEXT_LEVEL.get(place.level if place else "city", ()):
        found = [item for item in land.by_path.values() if item.level == level and item.path.startswith(path)]
        if found:
            return found
    return []


def line_of(lines: Mapping[str, Row], found: str, path: str) -> Row | None:
    """The line whose place holds the record's path: some part of it."""
    end = len(path)
    while (end := found.find("/", end) + 1) > 0:
        line = lines.get(found[:end])
        if line is not None:
            return line
    return None
