"""Asking the dispatch directory: the first rule in order that holds for a ticket and names a unit at its place.

The rules are one snapshot per process, looked at again after `CHECK_SECONDS`: a dispatch asks them for nothing.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from governance.foundation.clock import local
from grids.territory import Unit
from grids.territory import current as territory
from incidents.models import RoutingRule, Ticket

CHECK_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a rule may ask about a ticket; `at` is the local moment of the dispatch."""

    category: str
    path: str
    source: str
    urgency: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Match:
    """The rule that speaks for a ticket, and whom it names."""

    rule: RoutingRule
    lead: Unit
    co_handlers: tuple[Unit, ...] = ()

    def facts(self, chosen: int) -> dict[str, Any]:
        """What the step of the dispatch keeps: the rule, its version, and whether it was followed."""
        return {
            "name": self.rule.name,
            "lineage": str(self.rule.lineage),
            "version": self.rule.version,
            "to": self.lead.code,
            "is_followed": chosen == self.lead.id,
        }


def facts_of(ticket: Ticket, at: datetime) -> Facts:
    """The facts of a ticket with its category and source."""
    return Facts(
        category=ticket.category.code,
        path=ticket.region_path,
        source=ticket.source.code,
        urgency=ticket.urgency,
        text=f"{ticket.title}\n{ticket.content}".lower(),
        at=local(at),
    )


def match(ticket: Ticket, *, at: datetime) -> Match | None:
    """The first rule in force that holds for the ticket now."""
    return first(current(), facts_of(ticket, at))


def first(rules: Iterable[RoutingRule], facts: Facts) -> Match | None:
    """The first of the rules that holds and whose unit exists at the place; then nothing else is asked."""
    for rule in rules:
        if holds(rule, facts) and (lead := target_of(rule, facts.path)) is not None:
            units = territory().unit_by_code
            helpers = (units[code] for code in rule.co_handlers if code in units)
            return Match(
                rule=rule, lead=lead, co_handlers=tuple(unit for unit in helpers if unit.id != lead.id)
            )
    return None


def holds(rule: RoutingRule, facts: Facts) -> bool:
    """Whether all conditions of the rule hold; an empty one always does."""
    return (
        rule.is_active
        and facts.category.startswith(rule.category_prefix)
        and facts.path.startswith(rule.region_path)
        and (not rule.sources or facts.source in rule.sources)
        and (not rule.urgencies or facts.urgency in rule.urgencies)
        and _in_time(rule, facts.at)
        and _in_words(rule, facts.text)
    )


def _in_time(rule: RoutingRule, at: datetime) -> bool:
    """Between its days, on its weekdays (1 is Monday), in its window; a window may go past midnight."""
    day, clock = at.date(), at.time()
    if day < rule.starts_on or (rule.ends_on is not None and day > rule.ends_on):
        return False
    if rule.weekdays and at.isoweekday() not in rule.weekdays:
        return False
    begin, end = rule.time_from, rule.time_to
    if begin is None or end is None:
        return True
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def _in_words(rule: RoutingRule, text: str) -> bool:
    if not rule.keywords:
        return True
    found = (word.lower() in text for word in rule.keywords)
    return all(found) if rule.keyword_mode == RoutingRule.Mode.ALL else any(found)


def target_of(rule: RoutingRule, path: str) -> Unit | None:
    """The active unit that the rule names for a place."""
    land = territory()
    if rule.unit_id is not None:
        return land.units.get(rule.unit_id)
    return next((unit for unit in land.line_units(rule.line, path) if unit.tier == rule.tier), None)


class _Current:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rules: Sequence[RoutingRule] | None = None
        self.stamp: tuple[Any, ...] = ()
        self.checked_at = 0.0

    def get(self) -> Sequence[RoutingRule]:
        """The present versions in order."""
        if self.rules is not None and time.monotonic() - self.checked_at < CHECK_SECONDS:
            return self.rules
        with self.lock:
            stamp = _stamp()
            if self.rules is None or stamp != self.stamp:
                self.rules, self.stamp = present(), stamp
            self.checked_at = time.monotonic()
            return self.rules

    def forget(self) -> None:
        """Drop the snapshot (tests, and whoever has just changed a rule)."""
        with self.lock:
            self.rules = None


def _stamp() -> tuple[Any, ...]:
    """Changes with every new version, move and switch."""
    found = RoutingRule.objects.aggregate(Max("changed_at"), Count("pk"))
    return tuple(found.values())


def present() -> list[RoutingRule]:
    """The present versions in order, those switched off included."""
    rows = RoutingRule.objects.filter(replaced_at=None).select_related("region", "unit")
    return list(rows.order_by("position", "pk"))


_current = _Current()
current = _current.get
forget = _current.forget
