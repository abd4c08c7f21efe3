"""Thin, named tasks of fieldwork: safe to run twice, in bounded batches."""

from celery import shared_task

from fieldwork import planning, teaming, touring, transitions
from fieldwork.guests import inviting
from fieldwork.hazards import sweep
from fieldwork.oversight import months
from fieldwork.planning import running
from fieldwork.validity import settling
from governance.foundation.clock import now


@shared_task(name="fieldwork.watch_hazards", ignore_result=True)
def watch_hazards() -> int:
    """Tell who is late with judging, controlling, rectifying, checking or looking at a hazard."""
    return sweep.sweep(at=now())


@shared_task(name="fieldwork.forget_guest_addresses", ignore_result=True)
def forget_guest_addresses() -> int:
    """Forget from where people have joined a group, after a day."""
    return inviting.forget_addresses(at=now())


@shared_task(name="fieldwork.plan_day", ignore_result=True)
def plan_day() -> int:
    """Plan the patrols and visits that are due today; what a leave takes away goes to the substitute."""
    at = now()
    planned = planning.plan_day(at=at)
    return planned.tasks + running.follow_leaves(at=at)


@shared_task(name="fieldwork.miss_overdue", ignore_result=True)
def miss_overdue() -> int:
    """Miss what its period has left behind; free what can be made up no longer."""
    at = now()
    return transitions.miss_overdue(at=at) + transitions.release_lapsed(at=at)


@shared_task(name="fieldwork.follow_teams", ignore_result=True)
def follow_teams() -> int:
    """Give the open patrols of a team to those who have joined it, and take them from those who have left."""
    return teaming.follow_members(at=now())


@shared_task(name="fieldwork.draw_sample", ignore_result=True)
def draw_sample() -> int:
    """Draw the tasks of yesterday that are reviewed."""
    return transitions.draw_sample(at=now())


@shared_task(name="fieldwork.forget_tracks", ignore_result=True)
def forget_tracks() -> int:
    """Delete the tracks whose time is over."""
    return touring.forget_old(at=now())


@shared_task(name="fieldwork.close_month", ignore_result=True)
def close_month() -> int:
    """Put down, in the first days of a month, what the month before is counted by."""
    return months.close_month(at=now())


@shared_task(name="fieldwork.settle_reports", ignore_result=True)
def settle_reports() -> int:
    """Reports of workers that nobody has reviewed in time are valid; repeats of the worker's own are not."""
    return settling.settle(at=now())
