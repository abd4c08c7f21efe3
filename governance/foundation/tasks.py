"""Chores of the ground floor: thin, named, safe to run twice."""

from celery import shared_task

from governance.foundation.calendars.alerts import report_unconfirmed
from governance.foundation.clock import now


@shared_task(name="foundation.check_calendars")
def check_calendars() -> list[int]:
    """Warns in the log of years whose statutory holidays nobody has confirmed; meant for once a day."""
    return report_unconfirmed(now())
