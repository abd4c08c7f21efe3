"""What a door hands to intake, and what it gets back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from governance.audit import journal
from incidents.models import Supplement, Ticket
from incidents.places import Spot
from incidents.states import DemandType

OPENING, SHORTEST = 40, 12
CLAUSE_ENDS = "。！？；，,;!?…"  # Chinese marks


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """Who brought the matter."""

    name: str = ""
    phone: str = ""
    needs_reply: bool = True


@dataclass(frozen=True, kw_only=True)
class TicketDraft:
    """A report as it comes in; shapes are checked by the door, everything else here."""

    source: str
    category: str
    content: str
    title: str = ""
    spot: Spot = field(default_factory=Spot)
    demand_type: str = DemandType.HELP.value
    urgency: str = ""
    external_no: str | None = None
    citizen: Citizen | None = None
    is_confidential: bool = False
    occurred_at: datetime | None = None
    external_due_at: datetime | None = None
    attachments: Sequence[UUID] = ()

    def digest(self) -> str:
        """Two posts with the same digest say the same."""
        parts = {**vars(self), "spot": vars(self.spot), "citizen": self.citizen and vars(self.citizen)}
        return journal.digest(parts)


@dataclass(frozen=True)
class Intake:
    """What became of a report: the ticket, whether it is new, and the supplement kept from a repeat."""

    ticket: Ticket
    created: bool
    supplement: Supplement | None = None


def opening_of(content: str) -> str:
    """The title of a report that has none: its first words, up to the end of a clause; a cut inside one is shown."""
    line = " ".join(content.split())
    if len(line) <= OPENING:
        return line
    end = max(line.rfind(mark, SHORTEST, OPENING + 1) for mark in CLAUSE_ENDS)
    return line[:end] if end > 0 else f"{line[: OPENING - 1]}…"
