"""Who used the platforms of the demo city day by day: its people on this one, and what two others have reported."""

import random
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from assessment.models import PlatformDay
from assessment.presence import keeping
from assessment.presence.keeping import Row
from governance.accounts.actors import Actor
from governance.accounts.models import ActiveDay, Appointment, User
from governance.command.demo.plan import BASE, JOB, SEED
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local

PART: Final = "presence"
DAYS: Final = 90
OTHERS: Final = (("云泽管家APP", 82_000, 0.06), ("云泽发布微信公众号", 26_000, 0.09))
"""Name, about how many people on a day, and by how much that goes up and down."""
WORKDAY, WEEKEND = 0.86, 0.34
"""The share of people with an appointment who sign in."""


@transaction.atomic
def build_presence() -> int:
    """Write once; returns how many days of other platforms stand, 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    user = User.objects.select_related("unit").get(username="oversight")
    by, rng = Actor(user=user, unit_id=user.unit_id), random.Random(f"{SEED}/presence")
    today = local(at).date()
    days = [today - timedelta(days=number) for number in range(1, DAYS + 1)]
    people = sorted(set(Appointment.objects.filter(user__is_active=True).values_list("user_id", flat=True)))
    ActiveDay.objects.bulk_create(
        (ActiveDay(user_id=pk, day=day) for day in days for pk in people if rng.random() < _share(day)),
        ignore_conflicts=True,
        batch_size=5000,
    )
    rows = [
        Row(platform=name, day=day, people=round(usual * (1 + rng.uniform(-swing, swing)) * _weekend(day)))
        for name, usual, swing in OTHERS
        for day in days
    ]
    keeping.store(rows, by=by, at=at)
    counted = PlatformDay.objects.count()
    mark_done(JOB, PART, at=at, days=counted)
    return counted


def _share(day: date) -> float:
    return WORKDAY if day.weekday() < 5 else WEEKEND


def _weekend(day: date) -> float:
    """Residents use what is for them a little more at weekends."""
    return 1.0 if day.weekday() < 5 else 1.07
