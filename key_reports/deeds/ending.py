"""How a report ends: closed after the final report, or downgraded to an ordinary matter, which then is a ticket."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import pgettext_lazy

from governance.foundation.errors import Forbidden, Invalid, Unprocessable
from incidents import sides
from incidents.catalogue import current as catalogue
from incidents.drafts import TicketDraft
from incidents.intake import register
from incidents.places import Spot
from key_reports import clocks
from key_reports.drafting import SIDE
from key_reports.frame import Move, refuse
from key_reports.telling import tell_recipient, tell_reporters

SOURCE: Final = "phone_in"
"""The source of a ticket that a downgraded report becomes: it came in to the centre."""


def _close(move: Move, data: Mapping[str, Any]) -> None:
    move.say(data)
    move.row.closed_at = move.at
    clocks.end(move.row, at=move.at, is_dropped=True)


def _downgrade(move: Move, data: Mapping[str, Any]) -> None:
    row = move.row
    move.say(data)
    if row.ticket_id is None:
        _open_ticket(move, str(data.get("category") or ""))
    row.closed_at = move.at
    clocks.end(row, at=move.at, is_dropped=True)
    tell_reporters(row, "downgrade", at=move.at, by=move.by)
    for item in row.recipients.order_by("pk"):
        tell_recipient(item, "downgrade", at=move.at, by=move.by)


def _open_ticket(move: Move, code: str) -> None:
    """What has no ticket yet becomes one of an ordinary kind."""
    row = move.row
    category = catalogue().by_code.get(code)
    if category is None or category.is_key_report or not category.is_selectable:
        refuse("category", pgettext_lazy("key report", "Choose the ordinary category of the ticket"))
    draft = TicketDraft(
        source=SOURCE,
        category=code,
        title=row.title,
        content=row.items.get("nature") or row.title,
        spot=Spot(
            lon=row.lon,
            lat=row.lat,
            region_code="" if row.lon is not None else _code(row.region_path),
            text=row.place,
        ),
        external_no=f"key:{row.key}",
        occurred_at=row.occurred_at,
        is_confidential=row.is_confidential,
    )
    try:
        ticket = register(draft, by=move.by, at=move.at).ticket
    except (Invalid, Forbidden) as problem:
        raise Unprocessable(problem.detail, code=problem.code) from problem
    row.ticket = ticket
    move.data["ticket"] = ticket.number
    sides.mark(ticket.pk, SIDE)


def _code(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


DEEDS: Final[Mapping[str, Callable[[Move, Mapping[str, Any]], None]]] = {
    "close": _close,
    "downgrade": _downgrade,
}
