"""Thin, named tasks of the command centre: safe to run twice."""

from typing import Final

from celery import shared_task

from governance.command.burden import counting
from governance.command.goals import snapshots
from governance.command.searching import following
from governance.foundation.clock import now

FILLS: Final = 5
"""Batches of months that one turn fills."""


@shared_task(name="command.take_goals", ignore_result=True)
def take_goals() -> int:
    """Count the figures of the goal panel for the present month, and for those that are not frozen yet."""
    return snapshots.take_due(at=now())


@shared_task(name="command.tell_followers", ignore_result=True)
def tell_followers() -> int:
    """Tell people of tickets that have come to match the filters that they follow."""
    return following.tell_followers(at=now())


@shared_task(name="command.count_burden", ignore_result=True)
def count_burden() -> int:
    """Count what has been issued to the base: the present months anew, and some that nobody has counted yet."""
    return counting.count_due(at=now())


@shared_task(name="command.fill_burden", ignore_result=True)
def fill_burden() -> int:
    """Count months of the burden that nobody has counted yet, batch by batch, until none is left or it is enough."""
    done = 0
    for _batch in range(FILLS):
        counted = counting.fill(at=now())
        done += counted
        if not counted:
            break
    return done
