"""The verbs of a grid revision (网格调整). Nobody else writes its state.

Prepared as a draft, checked, submitted, approved by somebody else, in effect from its day on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.errors import IllegalTransition
from grids.models import GridRevision
from grids.revisions.deciding import approve, send_back, submit, withdraw
from grids.revisions.drafting import Draft, DraftGrid, parse_results
from grids.revisions.effect import Effect, effect_of
from grids.revisions.guards import MovedSources
from grids.revisions.planning import check_revision, results_of, setting_of
from grids.revisions.preparing import TakenElsewhere, edit, prepare, settled
from grids.revisions.taking import NotYet, due, note_trouble, take_effect

__all__ = [
    "Draft",
    "DraftGrid",
    "Effect",
    "MovedSources",
    "NotYet",
    "TakenElsewhere",
    "approve",
    "check_revision",
    "due",
    "edit",
    "effect_of",
    "note_trouble",
    "parse_results",
    "perform",
    "prepare",
    "results_of",
    "send_back",
    "setting_of",
    "settled",
    "submit",
    "take_effect",
    "withdraw",
]

DECISIONS = {"submit": submit, "send_back": send_back, "approve": approve, "withdraw": withdraw}


def perform(
    name: str,
    revision_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> GridRevision:
    """Do the verb of that name with what its form gave. Raises IllegalTransition for one without a form."""
    if name not in DECISIONS:
        raise IllegalTransition(verb=name)
    opinion = str((data or {}).get("opinion") or "")
    return DECISIONS[name](revision_id, by=by, at=at, version=version, opinion=opinion)
