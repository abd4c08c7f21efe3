"""Which deed carries out which verb of a report: once for the forms and for the API."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from key_reports.deeds import ending, passing, writing
from key_reports.frame import Move, moving
from key_reports.models import KeyReport

DEEDS: Final[Mapping[str, Callable[[Move, Mapping[str, Any]], None]]] = {
    **writing.DEEDS,
    **passing.DEEDS,
    **ending.DEEDS,
}


def perform(
    name: str, pk: int, *, by: Actor, at: datetime, data: Mapping[str, Any], version: int | None = None
) -> KeyReport:
    """Carry a verb out; the report as it is then.

    Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Conflict, Unprocessable.
    """
    if name not in DEEDS:
        raise NotFound()
    with moving(name, pk, by=by, at=at, version=version) as move:
        DEEDS[name](move, data)
    return move.row
