"""The verbs of a case, the only writers of its state. Each runs in the frame: see `mediation.frame`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from governance.accounts.actors import Actor
from governance.foundation.errors import NotFound
from mediation.frame import Move, moving
from mediation.models import MediationCase
from mediation.transitions import (
    agreeing,
    calling,
    confirming,
    elsewhere,
    ending,
    opening,
    pausing,
    platform,
    sitting,
    sorting,
)

DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    **sorting.DEEDS,
    **opening.DEEDS,
    **sitting.DEEDS,
    **pausing.DEEDS,
    **agreeing.DEEDS,
    **ending.DEEDS,
    **confirming.DEEDS,
    **calling.DEEDS,
    **elsewhere.DEEDS,
    **platform.DEEDS,
}


def perform(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None, **data: Any
) -> MediationCase:
    """Do one of the verbs. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable, Conflict."""
    if name not in DEEDS:
        raise NotFound()
    with moving(name, pk, by=by, at=at, version=version) as move:
        DEEDS[name](move, data)
    return move.row
