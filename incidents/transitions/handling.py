"""Reporting the result of the work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import TIER_ORDER
from governance.foundation.errors import Unprocessable
from incidents.deadlines import Stage
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.states import ResultKind
from incidents.transitions.asking import lapse
from incidents.transitions.dispatching import known_unit
from incidents.transitions.moving import Move, moving
from incidents.transitions.partaking import excuse


def feedback(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    result_kind: str,
    opinion: str,
    missing: Mapping[str, str] | None = None,
    children_reason: str = "",
    attachments: Sequence[UUID] = (),
    version: int | None = None,
) -> Ticket:
    """Report the result; stops the handle clock and asks the dispatching unit to check (table 5a row 17).

    Co-handlers have answered their parts, or `missing` says for each why not, by the code of its unit.
    Photos are needed where the matter is checked on site. A tier below the matter's lowest level hands up
    instead, unless the dispatch was overridden.
    """
    with moving("feedback", ticket_id, by=by, at=at, version=version, attachments=attachments) as move:
        ticket = move.ticket
        move.say(opinion, required=True)
        _check_level(move)
        move.children_reason = children_reason.strip()
        excuse(move, missing or {})
        if (
            ticket.category.needs_after_photos
            and result_kind != ResultKind.EXPLAINED
            and not move.has_images()
        ):
            raise Unprocessable(fields={"attachments": [_("A photo of the result is needed")]})
        ticket.result_kind = ResultKind(result_kind)
        move.data["result_kind"] = ticket.result_kind
        ticket.feedback_at = at
        ticket.checked_at = None
        lapse(move)
        move.clocks.stop(Stage.HANDLE)
        ticket.holder_id = ticket.dispatched_unit_id or ticket.holder_id
        move.clocks.start_stage(Stage.CHECK, unit_id=ticket.holder_id)
        return ticket


def _check_level(move: Move) -> None:
    ticket = move.ticket
    unit = known_unit(ticket.holder_id)
    if TIER_ORDER[unit.tier] >= TIER_ORDER[ticket.min_level]:
        return
    last = ledger().last_dispatch(ticket)
    if not (last.get("override_reason") or last.get("lowered_by")):
        raise Unprocessable(
            _("This matter can only be closed by a higher tier; please escalate"), code="below_level"
        )
