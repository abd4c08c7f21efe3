"""Thin, named tasks of the people of the grids."""

from celery import shared_task

from governance.foundation.clock import now
from staffing import holes, upkeep


@shared_task(name="staffing.end_posts_of_inactive", ignore_result=True)
def end_posts_of_inactive() -> int:
    """Make posts of people who are no longer active vacant."""
    return upkeep.end_posts_of_inactive(at=now())


@shared_task(name="staffing.complete_profiles", ignore_result=True)
def complete_profiles() -> int:
    """Give everybody in a post a profile, and spell changed names anew."""
    return upkeep.complete_profiles() + upkeep.spell_again()


@shared_task(name="staffing.count_holes", ignore_result=True)
def count_holes() -> int:
    """Count the holes of the duty rosters for the navigation."""
    return holes.keep(at=now())
