"""The part of the ledger in memory that keeps requests, what is learned from returns, and reports that were merged."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models

from governance.accounts.actors import Actor
from incidents.ledger import Ledger
from incidents.models import Requester, Ticket, TicketRequest, TicketUrge
from incidents.states import OPEN, RequestKind

Way = tuple[str, int, int, int | None]


class AskedInMemory(Ledger):
    """Needs `tickets` and `of_ticket` of the whole."""

    tickets: dict[int, Ticket]
    of_ticket: dict[tuple[type[models.Model], int], list[Any]]

    def __init__(self) -> None:
        self.ways: dict[tuple[str, Way], list[tuple[Ticket, datetime]]] = defaultdict(list)

    def _requests(self, ticket: Ticket, kind: str = "") -> Sequence[TicketRequest]:
        return [row for row in self.of_ticket[TicketRequest, ticket.pk] if kind in {"", row.kind}]

    def waiting_request(self, ticket: Ticket, kind: str) -> TicketRequest | None:
        return next((row for row in self._requests(ticket, kind) if not row.outcome), None)

    def decide_request(
        self, ticket: Ticket, kind: str, outcome: str, *, by: Actor, at: datetime
    ) -> TicketRequest | None:
        row = self.waiting_request(ticket, kind)
        if row is not None:
            row.outcome, row.decided_by_id, row.decided_at = outcome, by.user_id, at
        return row

    def requests(self, ticket: Ticket, kind: str) -> list[TicketRequest]:
        return list(self._requests(ticket, kind))

    def lapse_requests(self, ticket: Ticket, at: datetime, *, but: str = "") -> None:
        for row in self._requests(ticket):
            if not row.outcome and row.kind != but:
                row.outcome, row.decided_at = TicketRequest.Outcome.LAPSED, at

    def granted_return(self, ticket: Ticket) -> TicketRequest | None:
        rows = self._requests(ticket, RequestKind.RETURN)
        granted = [row for row in rows if row.outcome == TicketRequest.Outcome.GRANTED]
        return granted[-1] if granted else None

    def count_routing(
        self, what: str, ticket: Ticket, *, from_unit_id: int, to_unit_id: int | None, at: datetime
    ) -> None:
        way = (ticket.category.code, ticket.town_id or ticket.region_id, from_unit_id, to_unit_id)
        self.ways[what, way].append((ticket, at))

    def write_ways(self) -> None:
        """Count what was learned, in an order that every writer keeps."""
        for (what, way), seen in sorted(self.ways.items(), key=lambda item: str(item[0])):
            for ticket, at in seen:
                super().count_routing(what, ticket, from_unit_id=way[2], to_unit_id=way[3], at=at)

    def open_children(self, ticket: Ticket) -> list[str]:
        children = (row for row in self.tickets.values() if row.parent_id == ticket.pk)
        return [row.number for row in children if row.state in OPEN]

    def parent_of(self, ticket: Ticket) -> Ticket:
        return self.tickets[ticket.parent_id or 0]

    def link_requesters(self, child: Ticket, parent: Ticket) -> None:
        self._copy(parent, child, parent.pk, needs_reply=False)

    def urge_of(self, ticket_id: int, key: str) -> TicketUrge | None:
        rows = self.of_ticket[TicketUrge, ticket_id]
        return next((row for row in rows if row.key == key), None)

    def find(self, number: str, by: Actor) -> int | None:
        return next((key for key, ticket in self.tickets.items() if ticket.number == number), None)

    def lock_pair(self, ticket_id: int, main_id: int | None) -> Ticket | None:
        wanted = main_id if main_id is not None else self.tickets[ticket_id].merged_into_id
        return self.tickets.get(wanted or 0)

    def carry_over(self, ticket: Ticket, main: Ticket) -> None:
        self._copy(ticket, main, ticket.pk)

    def _copy(self, source: Ticket, to: Ticket, key: int, **changes: Any) -> None:
        for row in list(self.of_ticket[Requester, source.pk]):
            own = {name: getattr(row, name) for name in ("name", "phone", "needs_reply", "at")}
            self.add(Requester(ticket=to, carried_from_id=row.carried_from_id or key, **own | changes))
