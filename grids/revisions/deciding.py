"""Submitting, sending back, approving and withdrawing a revision."""

from datetime import datetime

from governance.accounts.actors import Actor
from grids.models import GridRevision
from grids.revisions.frame import revising
from grids.revisions.guards import must_be_fresh, must_be_sound, must_have_day


def submit(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> GridRevision:
    """Hand the plan to whoever approves: the check finds nothing that forbids it and a day is set."""
    with revising("submit", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        _must_be_ready(move.revision, at=at)
    return move.revision


def send_back(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> GridRevision:
    """Back to the draft, with what has to change."""
    with revising("send_back", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.revision


def approve(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> GridRevision:
    """Let the plan take effect on its day. The check is run again; whoever had a hand in it may not approve."""
    with revising("approve", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
        _must_be_ready(move.revision, at=at)
        move.revision.decided_by_id = by.user_id
        move.revision.decided_at = at
        move.revision.trouble = ""
    return move.revision


def withdraw(
    revision_id: int, *, by: Actor, at: datetime, version: int | None = None, opinion: str = ""
) -> GridRevision:
    """Give the plan up; its grids are free for another."""
    with revising("withdraw", revision_id, by=by, at=at, version=version) as move:
        move.say(opinion)
    return move.revision


def _must_be_ready(revision: GridRevision, *, at: datetime) -> None:
    grids = must_be_fresh(revision)
    must_have_day(revision, grids, at=at)
    must_be_sound(revision, at=at)
