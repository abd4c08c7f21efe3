"""What the duty lists say about giving a ticket to units: the one answer for the guard of dispatch, the proposal and
the dialog. Lists protect the base (grid teams and workstations of communities); delegated powers lower the level.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import TIER_ORDER, OrgUnit, Tier
from governance.foundation.clock import local
from governance.foundation.errors import Text, Unprocessable
from grids.territory import Unit
from grids.territory import current as territory
from incidents.models import BlockedDispatch, Ticket
from mandates.queries import Covering, Part, covering, delegated

BASE_KINDS = frozenset({OrgUnit.Kind.GRID_TEAM, OrgUnit.Kind.WORKSTATION})
BELOW_LEVEL, NOT_COVERED = BlockedDispatch.Why.BELOW_LEVEL, BlockedDispatch.Why.NOT_COVERED


class Blocked(Unprocessable):
    """A dispatch that needs an override reason and has none. `why` and `unit` say what stood in the way."""

    code = "needs_override"

    def __init__(self, text: Text, *, why: str, unit: Unit) -> None:
        super().__init__(fields={"override_reason": [text]}, code=why)
        self.why, self.unit = why, unit


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What holds for giving a ticket to these units on a day."""

    ticket: Ticket
    lead: Unit
    lowered: Covering | None
    base: Sequence[tuple[Unit, Covering]]
    is_lead_settled: bool = False

    @property
    def is_below_level(self) -> bool:
        return (
            not self.is_lead_settled
            and TIER_ORDER[self.lead.tier] < TIER_ORDER[self.ticket.min_level]
            and self.lowered is None
        )

    @property
    def uncovered(self) -> tuple[Unit, Covering] | None:
        """The first unit of the base that nothing covers."""
        return next((pair for pair in self.base if not pair[1].is_covered), None)

    def must_be_free(self, reason: str) -> None:
        """Raises Blocked where an override reason is needed and there is none."""
        if reason:
            return
        if self.is_below_level:
            text: Text = _("This unit is below the lowest level of the matter; give a reason")
            raise Blocked(text, why=BELOW_LEVEL, unit=self.lead)
        if self.uncovered is not None:
            unit, found = self.uncovered
            text = _("%(unit)s: %(why)s. Choose another unit, or give a reason") % {
                "unit": unit.name,
                "why": found.why_not,
            }
            raise Blocked(text, why=NOT_COVERED, unit=unit)

    def facts(self, by: Actor) -> dict[str, Any]:
        """What the step keeps: what covered the task of the base, and what has lowered the level."""
        kept: dict[str, Any] = {}
        if self.lowered is not None and TIER_ORDER[self.lead.tier] < TIER_ORDER[self.ticket.min_level]:
            kept["lowered_by"] = _facts(self.lowered)
        counted = [pair for pair in self.base if pair[1].kind != "no_lists"]
        if counted:
            unit, found = self.uncovered or counted[0]
            line = line_of(by, self.ticket)
            kept["covering"] = _facts(found) | {"unit": unit.code, "line": line}
        return kept


def ruling(ticket: Ticket, lead: Unit, others: Sequence[Unit] = (), *, at: datetime) -> Ruling:
    """What holds for a dispatch to `lead` with `others` as co-handlers."""
    on = local(at).date()
    parts: list[tuple[Unit, Part]] = [(lead, "lead"), *((unit, "co_handler") for unit in others)]
    base = [
        (unit, covering(ticket.category.code, unit.tier, ticket.region_path, on, part=part))
        for unit, part in parts
        if unit.kind in BASE_KINDS
    ]
    return Ruling(ticket=ticket, lead=lead, lowered=_lowered(ticket, lead, base, on), base=base)


def helping(ticket: Ticket, unit: Unit, *, at: datetime) -> Ruling:
    """What holds for `unit` as a further co-handler of a ticket that has its lead already."""
    found = ruling(ticket, unit, at=at)
    if not found.base:
        return replace(found, is_lead_settled=True, lowered=None)
    on = local(at).date()
    part = covering(ticket.category.code, unit.tier, ticket.region_path, on, part="co_handler")
    return replace(found, is_lead_settled=True, lowered=None, base=[(unit, part)])


def _lowered(ticket: Ticket, lead: Unit, base: Sequence[tuple[Unit, Covering]], on: date) -> Covering | None:
    """What lets `lead` take a matter of a higher level: a delegated power, or an approved access application."""
    if TIER_ORDER[lead.tier] >= TIER_ORDER[Tier.TOWN]:
        return delegated(ticket.category.code, ticket.region_path, on)
    return next((found for unit, found in base if unit.id == lead.id and found.kind == "access"), None)


def level_at(ticket: Ticket, *, at: datetime) -> tuple[str, Covering | None]:
    """The lowest level that may close the ticket here, and the power that has lowered it."""
    if TIER_ORDER[ticket.min_level] <= TIER_ORDER[Tier.TOWN]:
        return ticket.min_level, None
    power = delegated(ticket.category.code, ticket.region_path, local(at).date())
    return (Tier.TOWN.value, power) if power is not None else (ticket.min_level, None)


def of_the_base(ticket: Ticket, *, at: datetime) -> list[tuple[str, Covering]]:
    """(level, what covers a task there as lead), for the dialog: the grid and its community."""
    on = local(at).date()
    return [
        (level, covering(ticket.category.code, level, ticket.region_path, on))
        for level in (Tier.GRID.value, Tier.COMMUNITY.value)
    ]


def line_of(by: Actor, ticket: Ticket) -> str:
    """The department line from which a task comes: the sender's own; for a command unit that of the matter."""
    unit = territory().units.get(by.unit_id or 0)
    own = unit.line if unit is not None else ""
    return own if own and own != "CMD" else ticket.category.lead_line


def attempt(refusal: Blocked, ticket: Ticket, *, by: Actor, at: datetime) -> BlockedDispatch:
    """The unsaved row that counts a dispatch that was stopped."""
    return BlockedDispatch(
        ticket_id=ticket.pk,
        at=at,
        why=refusal.why,
        unit_id=refusal.unit.id,
        by_id=by.user_id,
        line=line_of(by, ticket),
        region_path=ticket.region_path,
    )


def _facts(found: Covering) -> dict[str, str]:
    names = ("kind", "label", "basis", "reference", "gap")
    return {name: str(getattr(found, name)) for name in names if getattr(found, name)}
