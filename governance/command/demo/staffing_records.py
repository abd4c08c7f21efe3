"""What accumulates about the people of the demo city's grids from day to day. Written in bulk, from one seed."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from governance.accounts.models import OrgUnit, User
from governance.command.demo.names import person_name
from governance.command.demo.plan import SEED
from governance.command.demo.territory import Land
from governance.foundation.clock import local
from grids.models import GridAssignment, GridPost
from staffing.models import Presence, StationedDay, Stationing
from staffing.queries import workdays
from staffing.roster import instant

PRESENCE_DAYS = timedelta(days=24)
DAY = timedelta(days=1)
Kind = GridPost.Kind


def build_records(land: Land, *, at: datetime) -> None:
    """Presence on post, stationed staff. Call it after the people are in their posts."""
    rows = list(
        GridAssignment.objects.filter(post__kind=Kind.GRID_PATROLLER).select_related("user").order_by("id")
    )
    rng = random.Random(SEED + 28)
    _presence(rows, at, rng)
    _stationed(land, local(at).date(), rng)


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


DEEDS = (
    "入户走访独居老人，协助办理高龄津贴",
    "参与调解楼上漏水纠纷，双方达成协议",
    "协助开展电动自行车充电隐患排查",
    "整治背街小巷占道堆物",
    "开展反诈宣传，发放资料",
    "协助社区清理楼道杂物",
)


def _stationed(land: Land, today: date, rng: random.Random) -> None:
    """Four city departments have people in a dozen communities; one posting is over."""
    senders = list(OrgUnit.objects.filter(kind=OrgUnit.Kind.DEPARTMENT, tier="city").order_by("id")[:4])
    modes = Stationing.Mode.values
    rows = Stationing.objects.bulk_create(
        Stationing(
            name=person_name(rng),
            unit=senders[number % len(senders)],
            region=community,
            mode=modes[number % len(modes)],
            purpose="参与网格走访、矛盾纠纷化解和隐患排查",
            starts_on=today - timedelta(days=60),
            ends_on=today - timedelta(days=20) if number == 1 else None,
        )
        for number, community in enumerate(land.at_level("community")[::3][:12])
    )
    days = workdays(today - timedelta(days=60), today - timedelta(days=20))
    StationedDay.objects.bulk_create(
        StationedDay(stationing=row, on=day, deed=rng.choice(DEEDS) if rng.random() < 0.4 else "")
        for row in rows
        for day in days
        if rng.random() < 0.8
    )
