"""Who should handle it: lead department × region × lowest level, with the reason. The dispatcher decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import TIER_ORDER, Tier
from grids.territory import Territory, Unit
from grids.territory import current as territory
from incidents import directory
from incidents.mandate import level_at, of_the_base
from incidents.models import MatterCategory, Ticket
from mandates.queries import Covering


@dataclass(frozen=True)
class Reason:
    """One line of why: a sentence and the value it speaks of."""

    text: str | Promise
    value: str | Promise = ""


@dataclass(frozen=True)
class Proposal:
    """The unit proposed as lead, others that usually help, and why. `base`: what covers a task of grid or community."""

    lead: Unit | None
    co_handlers: Sequence[Unit]
    reasons: Sequence[Reason]
    base: Sequence[tuple[str, Covering]] = ()


def propose(ticket: Ticket, *, at: datetime) -> Proposal:
    """A proposal for the ticket at its place, by the category it is filed under and the powers handed down there."""
    land = territory()
    category = ticket.category
    level, power = level_at(ticket, at=at)
    reasons = [Reason(_("Lowest level that may close it"), Tier(level).label)]
    if power is not None:
        reasons.append(Reason(_("Handed down to towns"), power.label))
    rule = directory.match(ticket, at=at)
    if rule is not None:
        return _by_rule(land, ticket, rule, reasons, at)
    lead = _department(land, category, ticket, level) or _command(land, ticket, level, reasons)
    if lead is not None and lead.line and lead.line == category.lead_line:
        reasons.append(Reason(_("Lead department of the category"), lead.label))
    if ticket.grid_id is None:
        reasons.append(Reason(_("The place is in no grid: the nearest region counts")))
    reasons.append(Reason(_("Region"), _region_name(land, ticket)))
    helpers = [unit for line in category.support_lines for unit in _line(land, line, ticket)[:1]]
    others = [unit for unit in helpers if lead is None or unit.id != lead.id]
    base = of_the_base(ticket, at=at)
    return Proposal(lead=lead, co_handlers=others[:3], reasons=reasons, base=base)


def _by_rule(
    land: Territory, ticket: Ticket, rule: directory.Match, reasons: list[Reason], at: datetime
) -> Proposal:
    """What the dispatch directory says goes before the catalogue."""
    words = f"{rule.rule.name} · {_('version %(n)d') % {'n': rule.rule.version}}"
    reasons.insert(0, Reason(_("Dispatch directory"), words))
    if rule.rule.reason:
        reasons.insert(1, Reason(_("Reason of the rule"), rule.rule.reason))
    reasons.append(Reason(_("Region"), _region_name(land, ticket)))
    base = of_the_base(ticket, at=at)
    return Proposal(lead=rule.lead, co_handlers=rule.co_handlers, reasons=reasons, base=base)


def _department(land: Territory, category: MatterCategory, ticket: Ticket, level: str) -> Unit | None:
    """A unit of the lead line at exactly the lowest level; at district level the nearest one at or above."""
    floor = TIER_ORDER[level]
    units = land.line_units(category.lead_line, ticket.region_path) if category.lead_line else []
    if floor >= TIER_ORDER[Tier.DISTRICT]:
        return next((unit for unit in units if TIER_ORDER[unit.tier] >= floor), None)
    return next((unit for unit in units if TIER_ORDER[unit.tier] == floor), None)


def _command(land: Territory, ticket: Ticket, level: str, reasons: list[Reason]) -> Unit | None:
    unit = land.command_unit(ticket.region_path, level)
    if unit is not None:
        reasons.append(Reason(_("Small matters are solved where they arise")))
    return unit


def _line(land: Territory, line: str, ticket: Ticket) -> list[Unit]:
    if line == "TOWN":
        unit = land.command_unit(ticket.region_path, Tier.TOWN)
        return [unit] if unit else []
    if line == "COMM":
        unit = land.command_unit(ticket.region_path, Tier.COMMUNITY)
        return [unit] if unit else []
    return land.line_units(line, ticket.region_path)


def _region_name(land: Territory, ticket: Ticket) -> str:
    return " / ".join(place.label for place in land.chain(ticket.region_path)[1:])
