"""Patrols and visits of the demo city: last week's, done by the real verbs, missed and drawn; this week's, planned.

A campaign runs in the community whose households are known.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fieldwork import campaigns, recording, teaming, touring, transitions
from fieldwork.campaigns import CampaignFacts, HandFacts
from fieldwork.checklists import list_of
from fieldwork.models import FieldTask, TaskObject
from fieldwork.packing import Point
from fieldwork.planning import plan_day
from fieldwork.recording import Position, Report
from fieldwork.terms import AnswerKind, ObjectState, PatrolKind, Subject, Work
from fieldwork.validity.reviewing import review
from fieldwork.validity.rules import worker_sources
from fieldwork.validity.settling import settle
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.history import NOTICES_WITHIN
from governance.command.demo.plan import SEED
from governance.foundation.clock import local
from grids import scope as scopes
from incidents.models import Notice, Ticket
from staffing.models import ServiceTeam

WEEK: Final = timedelta(days=7)
MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
MOST_DONE, MOST_OBJECTS = 6, 12
HEADS: Final = ("household__building", "key_place", "key_person__resident__household__building")
NOTES: Final = (
    "家中平安，已提醒用电安全",
    "老人身体状况良好，子女每周探望",
    "燃气软管已更换，通道畅通",
    "已宣传反诈知识，住户表示支持",
    "反映楼道灯偶有不亮，已记录",
)


def build_rounds(*, at: datetime) -> dict[str, int]:
    """Write both weeks and the campaign; how many tasks. In a transaction."""
    people = {user.username: user for user in User.objects.filter(username__in=["patroller", "community"])}
    if len(people) < 2:
        return {}
    worker, staff = (
        Actor(user=people[name], unit_id=people[name].unit_id) for name in ("patroller", "community")
    )
    place = scopes.of(people["community"]).paths[0]
    monday = local(at).replace(hour=0, minute=25, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    plan_day(at=monday - WEEK, path=place)
    rng = random.Random(SEED)
    begun = FieldTask.objects.filter(assignee=people["patroller"]).order_by("due_at", "pk")
    for number, task in enumerate(list(begun[:MOST_DONE])):
        _walk(task, worker, monday - WEEK + timedelta(days=number % 5, hours=9), rng)
    transitions.miss_overdue(at=monday)
    transitions.draw_sample(at=monday)
    plan_day(at=at)
    _campaign(staff, place, at)
    _joint(staff, worker, at)
    _review_reports(staff, place, at)
    Notice.objects.filter(at__lt=at - NOTICES_WITHIN).delete()  # bells hold the last days
    return {"field_tasks": FieldTask.objects.count()}


def _walk(task: FieldTask, by: Actor, at: datetime, rng: random.Random) -> None:
    """One task from the start to the end, with check-ins, and a track where it is a patrol."""
    keys = _keys(rng)
    if task.starts_on > local(at).date():
        at += timedelta(days=(task.starts_on - local(at).date()).days)
    rows = TaskObject.objects.filter(task=task, state=ObjectState.OPEN).select_related(
        "task__campaign", *HEADS
    )
    targets = list(rows.order_by("position")[:MOST_OBJECTS])
    tour = next(keys)
    if task.work == Work.PATROL:
        touring.begin(task.pk, key=tour, by=by, at=at)
    walked: list[Point] = []
    for target in targets:
        at += timedelta(minutes=rng.randint(6, 15))
        point = recording.point_of(target)
        where = Position(lon=point[0] + 0.0002, lat=point[1], accuracy=18) if point else None
        recording.check_in(
            task.pk,
            target_id=target.pk,
            position=where,
            words="" if where else "楼道无信号",
            key=next(keys),
            by=by,
            at=at,
        )
        if where is not None:
            walked.append(Point(at, where.lon, where.lat))
        recording.record(task.pk, target.pk, _report(target, at, rng), key=next(keys), by=by, at=at)
    at += max(MINUTE, task.minutes_needed * MINUTE)
    if task.work == Work.PATROL:
        touring.keep_track(tour, walked, key=next(keys), by=by, at=at)
    transitions.finish(task.pk, by=by, at=at, opinion="其余对象外出，下周补走")


def _report(target: TaskObject, at: datetime, rng: random.Random) -> Report:
    sheet = list_of(target, on=local(at).date())
    lines = list(sheet.items.all()) if sheet is not None else []
    amiss = rng.random() < 0.15
    answers = {
        line.pk: "no" if amiss and number == 1 else "yes"
        for number, line in enumerate(lines)
        if line.kind == AnswerKind.YES_NO
    }
    return Report(note=rng.choice(NOTES), answers=answers)


def _campaign(by: Actor, path: str, at: datetime) -> None:
    code = path.rstrip("/").rpartition("/")[2]
    today = local(at).date()
    facts = CampaignFacts(
        name="冬季用火用电用气安全走访",
        purpose="逐户查看燃气软管、报警器和取暖设备，宣传冬季防火和防一氧化碳中毒知识",
        work=Work.VISIT,
        subject=Subject.HOUSEHOLD,
        region_code=code,
        starts_on=today,
        ends_on=today + timedelta(days=13),
        kinds=("rented",),
    )
    row = campaigns.write(facts, key=UUID(int=SEED), by=by, at=at)
    campaigns.launch(row.pk, by=by, at=at)


def _joint(by: Actor, worker: Actor, at: datetime) -> None:
    """Patrols of the worker's team by night: yesterday's is walked, with who was along; today's waits for the first."""
    team = (
        ServiceTeam.objects.filter(members__user=worker.user_id, members__left_on=None, level="grid")
        .order_by("pk")
        .first()
    )
    if team is None or team.grid_id is None or worker.user_id is None:
        return
    for ago in (1, 0):
        began = at - ago * DAY
        facts = HandFacts(
            work=Work.PATROL,
            title="夜间联合巡逻",
            grid_id=team.grid_id,
            person_id=worker.user_id,
            starts_on=local(began).date(),
            ends_on=local(began).date(),
            note="网格员、社区民警和志愿者一起，查看楼道充电、沿街商铺和车棚",
            minutes=40,
            patrol_kind=PatrolKind.STREET,
            team_id=team.pk,
        )
        task = campaigns.put(facts, by=by, at=began - 3 * MINUTE)
        if ago:
            touring.begin(task.pk, key=UUID(int=SEED + ago), by=worker, at=began)
            for companion in list(teaming.companions(task, worker))[:3]:
                teaming.note(task.pk, companion.member.pk, by=worker, at=began + MINUTE)
            transitions.finish(task.pk, by=worker, at=began + 45 * MINUTE)


def _review_reports(by: Actor, path: str, at: datetime) -> None:
    """What the community says of workers' reports: a few are not valid, of the rest silence is consent."""
    rows = Ticket.objects.visible_to(by).filter(
        region_path__startswith=path,
        source__in=worker_sources(),
        registered_at__range=(at - 30 * DAY, at - DAY),
    )
    found = rows.exclude(reporter=by.user_id).exclude(state="voided").order_by("registered_at", "pk")
    grounds = ("vague", "", "untrue", "", "no_matter", "")
    for ticket, ground in zip(found[:: max(1, found.count() // len(grounds))], grounds, strict=False):
        review(ticket.pk, ground=ground, words="", by=by, at=ticket.registered_at + DAY / 2)
    settle(at=at)


def _keys(rng: random.Random) -> Iterator[UUID]:
    while True:
        yield UUID(int=rng.getrandbits(128))
