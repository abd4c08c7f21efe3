"""Submitting, sending back, approving and withdrawing a revision of regions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.errors import IllegalTransition
from grids.models import RegionRevision
from grids.regions.guards import must_be_fresh, must_be_sound, must_have_day
from grids.revisions.frame import REGIONS, revising_in


def submit(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> RegionRevision:
    """Hand the plan to whoever approves: the check finds nothing that forbids it and a day is set."""
    with revising_in(REGIONS, "submit", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        _must_be_ready(move.revision, at=at)
    return move.revision


def send_back(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> RegionRevision:
    """Back to the draft, with what has to change."""
    with revising_in(REGIONS, "send_back", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.revision


def approve(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> RegionRevision:
    """Let the plan take effect on its day. The check is run again; whoever had a hand in it may not approve."""
    with revising_in(REGIONS, "approve", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        _must_be_ready(move.revision, at=at)
        move.revision.decided_by_id = by.user_id
        move.revision.decided_at = at
        move.revision.trouble = ""
    return move.revision


def withdraw(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> RegionRevision:
    """Give the plan up; its regions are free for another."""
    with revising_in(REGIONS, "withdraw", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.revision


def _must_be_ready(revision: RegionRevision, *, at: datetime) -> None:
    regions = must_be_fresh(revision)
    must_have_day(revision, regions, at=at)
    must_be_sound(revision, at=at)


DECISIONS = {"submit": submit, "send_back": send_back, "approve": approve, "withdraw": withdraw}


def perform(
    name: str,
    revision_id: int,
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> RegionRevision:
    """Do the verb of that name with what its form gave. Raises IllegalTransition for one without a form."""
    if name not in DECISIONS:
        raise IllegalTransition(verb=name)
    opinion = str((data or {}).get("opinion") or "")
    return DECISIONS[name](revision_id, by=by, at=at, version=version, opinion=opinion)
