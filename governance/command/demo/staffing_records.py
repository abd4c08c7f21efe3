"""What accumulates about the people of the demo city's grids from day to day. Written in bulk, from one seed."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, User
from governance.command.demo.names import person_name
from governance.command.demo.plan import SEED
from governance.command.demo.territory import Land
from governance.foundation.clock import local
from grids.models import GridAssignment, GridPost, Region, TownRollout
from staffing import bulletins
from staffing.models import Coordinator, StationedDay, Stationing
from staffing.queries import workdays
from staffing.roster import instant

PRESENCE_DAYS = timedelta(days=40)
COPY_PRESENCE = (
    'COPY staffing_presence (user_id, "on", checked_at, is_on_post, whereabouts, decided_by_id, decided_at, note)'
    " FROM STDIN"
)
DAY = timedelta(days=1)
PILOTS = 2
Kind = GridPost.Kind


def build_records(land: Land, *, at: datetime) -> None:
    """Presence on post, stationed staff, coordinators, bulletins, stages of towns; once people are in their posts."""
    rows = list(
        GridAssignment.objects.filter(post__kind=Kind.GRID_PATROLLER).select_related("user").order_by("id")
    )
    rng = random.Random(SEED + 28)
    _presence(rows, at, rng)
    _stationed(land, local(at).date(), rng)
    _coordinators(land, local(at).date())
    _bulletins(land, at)
    _stages(land, local(at).date())


def _stages(land: Land, today: date) -> None:
    """Two pilot towns are in regular operation, the others follow them stage by stage."""
    towns = [land.regions[code] for code in sorted(land.regions)]
    towns = [town for town in towns if town.level == Region.Level.TOWN]
    stages = list(TownRollout.Stage)
    TownRollout.objects.bulk_create(
        TownRollout(
            region=town,
            stage=stage,
            is_pilot=number < PILOTS,
            begun_on=today - timedelta(days=390 - 60 * step - 5 * number),
            note="首批试点" if number < PILOTS else "",
        )
        for number, town in enumerate(towns)
        for step, stage in enumerate(stages if number < PILOTS else stages[: 2 + number % 3])
    )


def _presence(rows: Sequence[GridAssignment], at: datetime, rng: random.Random) -> None:
    """Nearly everybody checks in in the morning; some do it elsewhere, a few forget, staff confirm most of them."""
    keeper, today = User.objects.get(username="community").pk, local(at).date()
    days = workdays(today - PRESENCE_DAYS, today)  # read before: nothing else may be asked during a COPY
    with connection.cursor() as cursor, cursor.copy(COPY_PRESENCE) as copy:
        for day in days:
            morning = instant(day, time(8, 2))
            for row in rows:
                luck, checked_at = rng.random(), morning + timedelta(minutes=rng.randint(0, 32))
                is_held = row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)
                is_asked = row.user.username == "patroller" and day == today
                if is_held and luck < 0.965 and checked_at <= at and not is_asked:
                    copy.write_row((row.user_id, day, checked_at, *_check_in(luck, keeper, checked_at)))


def _check_in(luck: float, keeper: int, at: datetime) -> tuple[bool, str, int | None, datetime | None, str]:
    """Whether it counts, whereabouts, who has confirmed it and when, the note."""
    if luck < 0.93:
        return True, "inside", None, None, ""
    whereabouts = "outside" if luck < 0.95 else "unknown"
    if luck < 0.958:
        return True, whereabouts, keeper, at + timedelta(hours=3), "已电话核实，在社区参加会议"
    return False, whereabouts, None, None, ""


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


def _coordinators(land: Land, today: date) -> None:
    """Nearly every community has its coordinator; a few posts have become empty, one was handed on last month."""
    rng, rows = random.Random(SEED + 31), []
    for number, community in enumerate(land.at_level("community")):
        until = today - timedelta(days=11) if number % 19 == 6 else None
        begun = today - timedelta(days=rng.randint(120, 600))
        if number == 1:
            handed = today - timedelta(days=33)
            rows.append(_coordinator(community, number + 900, begun, handed - DAY, rng))
            begun = handed
        rows.append(_coordinator(community, number, begun, until, rng))
    Coordinator.objects.bulk_create(rows)


def _coordinator(
    community: Region, number: int, since: date, until: date | None, rng: random.Random
) -> Coordinator:
    return Coordinator(
        region=community,
        name=person_name(rng),
        phone=f"0990-{6_620_000 + number}",
        duty=rng.choice(("网格事务、入户协调", "矛盾纠纷、环境整治", "网格事务、便民代办")),
        starts_on=since,
        ends_on=until,
    )


def _bulletins(land: Land, at: datetime) -> None:
    """Two of the city, a week apart: the first one read by every unit, of the second one some are behind."""
    city, boss = land.at_level("city")[0], User.objects.get(username="oversight")
    by = Actor(user=boss, unit_id=boss.unit_id)
    units = [land.command_unit(town).pk for town in land.at_level("town")]
    for days, behind in ((9, 0), (2, 2)):
        on = local(at).date() - timedelta(days=days)
        row = bulletins.draft(city, on=on, by=by, at=at - timedelta(days=days))
        bulletins.publish(
            row.pk, unit_ids=units, by=by, at=at - timedelta(days=days, minutes=-40), version=None
        )
        readers = {user.unit_id: user for user in User.objects.filter(unit__in=units).order_by("-id")}
        for unit_id in units[: len(units) - behind]:
            reader = readers[unit_id]
            bulletins.sign(
                row.pk, by=Actor(user=reader, unit_id=unit_id), at=at - timedelta(days=days, hours=-5)
            )
