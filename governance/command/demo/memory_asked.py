"""The part of the ledger in memory that keeps requests, what is learned from returns, and reports that were merged."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models

from governance.accounts.actors import Actor
from incidents.ledger import Ledger
from incidents.models import Requester, Ticket, TicketRequest
from incidents.states import RequestKind

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

    def find(self, number: str, by: Actor) -> int | None:
        return next((key for key, ticket in self.tickets.items() if ticket.number == number), None)

    def lock_pair(self, ticket_id: int, main_id: int | None) -> Ticket | None:
        wanted = main_id if main_id is not None else self.tickets[ticket_id].merged_into_id
        return self.tickets.get(wanted or 0)

    def carry_over(self, ticket: Ticket, main: Ticket) -> None:
        for row in self.of_ticket[Requester, ticket.pk]:
            names = ("name", "phone", "needs_reply", "at")
            own = {name: getattr(row, name) for name in names}
            self.add(Requester(ticket=main, carried_from_id=row.carried_from_id or ticket.pk, **own))
