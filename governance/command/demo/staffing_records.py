"""What accumulates about the people of the demo city's grids from day to day. Written in bulk, from one seed."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from governance.accounts.models import User
from governance.command.demo.plan import SEED
from governance.command.demo.territory import Land
from governance.foundation.clock import local
from grids.models import GridAssignment, GridPost
from staffing.models import Presence
from staffing.queries import workdays
from staffing.roster import instant

PRESENCE_DAYS = timedelta(days=24)
DAY = timedelta(days=1)
Kind = GridPost.Kind


def build_records(land: Land, *, at: datetime) -> None:
    """Presence on post. Call it after the people are in their posts."""
    rows = list(
        GridAssignment.objects.filter(post__kind=Kind.GRID_PATROLLER).select_related("user").order_by("id")
    )
    rng = random.Random(SEED + 28)
    _presence(rows, at, rng)


def _presence(rows: Sequence[GridAssignment], at: datetime, rng: random.Random) -> None:
    """Nearly everybody checks in in the morning; some do it elsewhere, a few forget, staff confirm most of them."""
    keeper, today = User.objects.get(username="community"), local(at).date()
    made = []
    for day in workdays(today - PRESENCE_DAYS, today):
        for row in rows:
            if row.starts_on > day or (row.ends_on is not None and row.ends_on < day):
                continue
            checked_at = instant(day, time(8, rng.randint(2, 34)))
            luck = rng.random()
            if luck > 0.965 or checked_at > at or (row.user.username == "patroller" and day == today):
                continue
            made.append(_check_in(row.user_id, day, checked_at, luck, keeper))
    Presence.objects.bulk_create(made)


def _check_in(user_id: int, day: date, at: datetime, luck: float, keeper: User) -> Presence:
    if luck < 0.93:
        return Presence(user_id=user_id, on=day, is_on_post=True, checked_at=at, whereabouts="inside")
    is_confirmed = luck < 0.958
    return Presence(
        user_id=user_id,
        on=day,
        is_on_post=is_confirmed,
        checked_at=at,
        whereabouts="outside" if luck < 0.95 else "unknown",
        decided_by=keeper if is_confirmed else None,
        decided_at=at + timedelta(hours=3) if is_confirmed else None,
        note="已电话核实，在社区参加会议" if is_confirmed else "",
    )
