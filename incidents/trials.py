"""Trying a rule on past tickets before it is stored: where it would have sent them, beside where they went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from governance.accounts.actors import Actor
from grids.territory import Unit
from grids.territory import current as territory
from incidents import directory
from incidents.models import RoutingRule, Ticket

MOST_TICKETS, MOST_SHOWN, DAYS = 3_000, 200, 90


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One past ticket: the unit that led it, and the one that the rule names."""

    ticket: Ticket
    was: str
    would_be: Unit


@dataclass(frozen=True, kw_only=True)
class Trial:
    """`elsewhere` of the `matched` tickets would have gone to another unit; `shown` are the newest of them.

    `is_cut`: there were more past tickets than were looked at.
    """

    looked_at: int
    matched: int
    elsewhere: int
    shown: Sequence[Outcome]
    is_cut: bool
    since: datetime


def trial(rule: RoutingRule, *, by: Actor, at: datetime, lineage: UUID | None = None) -> Trial:
    """Try an unsaved rule in its place among the present ones, on the reader's tickets of the last ninety days.

    What a rule above it takes, it does not get. Each ticket is asked at the moment of its first dispatch, and the
    days of the rule are left out: the question is what it would have done.
    """
    since = at - timedelta(days=DAYS)
    ahead = _ahead(lineage)
    rows = Ticket.objects.visible_to(by).filter(first_dispatched_at__gte=since, first_dispatched_at__lte=at)
    if rule.category_prefix:
        rows = rows.filter(category__code__startswith=rule.category_prefix)
    if rule.region_path:
        rows = rows.filter(region_path__startswith=rule.region_path)
    if rule.sources:
        rows = rows.filter(source__code__in=rule.sources)
    if rule.urgencies:
        rows = rows.filter(urgency__in=rule.urgencies)
    rows = rows.select_related("category", "source").defer("search").order_by("-registered_at", "-id")
    tickets = list(rows[: MOST_TICKETS + 1])
    return _weigh(rule, ahead, tickets[:MOST_TICKETS], is_cut=len(tickets) > MOST_TICKETS, since=since)


def _ahead(lineage: UUID | None) -> list[RoutingRule]:
    """The rules that are asked before: all present ones for a new rule."""
    rules = directory.present()
    places = [number for number, item in enumerate(rules) if item.lineage == lineage]
    return rules[: places[0]] if places else rules


def _weigh(
    rule: RoutingRule,
    ahead: Sequence[RoutingRule],
    tickets: Sequence[Ticket],
    *,
    is_cut: bool,
    since: datetime,
) -> Trial:
    units = territory().units
    rule.starts_on, rule.ends_on, rule.is_active = since.date() - timedelta(days=1), None, True
    matched, elsewhere, shown = 0, 0, list[Outcome]()
    for ticket in tickets:
        assert ticket.first_dispatched_at is not None
        found = directory.first((*ahead, rule), directory.facts_of(ticket, ticket.first_dispatched_at))
        if found is None or found.rule is not rule:
            continue
        matched += 1
        if found.lead.id == ticket.lead_unit_id:
            continue
        elsewhere += 1
        if len(shown) < MOST_SHOWN:
            was = units.get(ticket.lead_unit_id or 0)
            shown.append(Outcome(ticket=ticket, was=was.name if was else "", would_be=found.lead))
    return Trial(
        looked_at=len(tickets),
        matched=matched,
        elsewhere=elsewhere,
        shown=shown,
        is_cut=is_cut,
        since=since,
    )
