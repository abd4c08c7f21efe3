"""Looking before accepting (table 5a rows 3 and 4): a team is sent, and reports with a photo from the place itself.

The accept clock stands still meanwhile: whoever waits for the answer does not become late by waiting.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.foundation.errors import Unprocessable
from grids.coordinates import InvalidPoint, metres_between, to_wgs84
from grids.territory import Unit
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.models import Assignment, Ticket
from incidents.places import BAD_POINTS
from incidents.rules import is_looked_at
from incidents.states import Finding
from incidents.transitions.dispatching import known_unit
from incidents.transitions.moving import Move, moving


def send_verification(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    to: int | None = None,
    opinion: str = "",
    version: int | None = None,
) -> Ticket:
    """Send the team of the grid, or another unit, to look whether it is so."""
    with moving("send_verification", ticket_id, by=by, at=at, version=version) as move:
        ticket = move.ticket
        move.say(opinion)
        _check_matter(ticket)
        unit = known_unit(to) if to else _team_of(ticket)
        move.data |= {"to": unit.code}
        ledger().add_many(
            [
                Assignment(
                    ticket=ticket,
                    unit_id=unit.id,
                    role=Assignment.Role.VERIFIER,
                    from_unit_id=ticket.holder_id,
                    at=at,
                )
            ]
        )
        move.clocks.pause(Stage.ACCEPT, reason="verification")
        move.clocks.start_stage(Stage.VERIFY, unit_id=unit.id)
        ticket.holder_id = unit.id
        return ticket


def _check_matter(ticket: Ticket) -> None:
    if not is_looked_at(ticket):
        raise Unprocessable(
            _(
                "Nobody has to look: a worker reported it from the place, or the category is not checked before"
            ),
            code="no_need",
        )


def _team_of(ticket: Ticket) -> Unit:
    place = territory().grids.get(ticket.grid_id or 0)
    if place is None or place.team_id is None:
        raise Unprocessable(fields={"to": [_("The place is in no grid: choose who looks")]})
    return known_unit(place.team_id)


def verify(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    finding: str,
    position: Mapping[str, Any],
    attachments: Sequence[UUID],
    opinion: str = "",
    version: int | None = None,
) -> Ticket:
    """Report what was found, from the place itself; the ticket goes back to the pool that asked.

    `position`: lon, lat, and optionally coord_system and accuracy, as for a report.
    """
    with moving("verify", ticket_id, by=by, at=at, version=version, attachments=attachments) as move:
        ticket = move.ticket
        move.say(opinion)
        if not move.has_images():
            raise Unprocessable(fields={"attachments": [_("A photo from the place is needed")]})
        move.data |= {"finding": Finding(finding).value, **_position(ticket, position)}
        _back_to_pool(move)
        return ticket


def _position(ticket: Ticket, position: Mapping[str, Any]) -> dict[str, Any]:
    """Where the worker stood; raises Unprocessable when that is too far from the place."""
    try:
        lon, lat = to_wgs84(position["lon"], position["lat"], position.get("coord_system") or "wgs84")
    except InvalidPoint as error:
        raise Unprocessable(fields={"position": [BAD_POINTS[error.reason]]}, code="bad_point") from error
    found: dict[str, Any] = {"lon": round(lon, 7), "lat": round(lat, 7)}
    if position.get("accuracy") is not None:
        found["accuracy"] = position["accuracy"]
    if ticket.lon is None or ticket.lat is None:
        return found
    metres = round(metres_between(ticket.lon, ticket.lat, lon, lat))
    most = int(catalogue().policy("verify.tolerance_metres"))
    if metres > most:
        words = _("You stand %(metres)d m from the place; at most %(most)d m are accepted")
        raise Unprocessable(fields={"position": [words % {"metres": metres, "most": most}]}, code="too_far")
    return found | {"metres": metres}


def _back_to_pool(move: Move) -> None:
    """The accept clock knows whose pool it is, also after a revision of grids; it stands still while verified."""
    ticket = move.ticket
    accept = move.clocks.running[Stage.ACCEPT]
    ledger().end_assignments(ticket, move.at)
    move.clocks.stop(Stage.VERIFY)
    move.clocks.resume(Stage.ACCEPT, reason="verification")
    ticket.holder_id = accept.unit_id
