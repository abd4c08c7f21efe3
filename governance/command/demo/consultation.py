"""Whistle calls, consultations and meetings of the demo town, after its history, by real verbs and demo accounts."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from consultation import conferences, following, meetings, recurring, whistles
from consultation.conferences import DECIDABLE, Decision
from consultation.meetings import MeetingPlan, Point, Task
from consultation.models import CallLine, Consultation, WhistleCall
from consultation.recurring import SeriesPlan
from consultation.sweep import sweep
from consultation.whistles import CALLABLE, CallDraft
from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, User
from governance.accounts.roles import Role
from governance.command.demo.history import NOTICES_WITHIN
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from grids import scope
from grids.territory import Unit
from grids.territory import current as territory
from incidents.models import Notice, Ticket
from incidents.places import Spot

PART: Final = "consultation"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPEAKERS: Final = (Role.DEPT_HANDLER, Role.DEPT_LEAD, Role.POLICE_GRID_OFFICER, Role.MEDIATOR)
# what for, title, what is needed, hours ago, minutes until each answers (0: not yet), how far, points and words
CALLS: Final = (
    (
        "joint_enforcement",
        "夜市占道经营联合整治",
        "请携带执法文书，19 时在夜市东口会合，开展联合检查。",
        700,
        (35, 50, 200),
        "scored",
        ((5, "到场迅速，措施得力"), (4, ""), (3, "人员到位偏晚")),
    ),
    (
        "hard",
        "老旧小区化粪池反复外溢",
        "管网权属不清，请现场会商改造方案。",
        420,
        (300, 90),
        "scored",
        ((4, "方案可行"), (2, "只派人旁听，未提意见")),
    ),
    (
        "emergency",
        "施工挖断燃气管线",
        "现场已拉警戒，请立即到场关阀抢修、疏导交通。",
        96,
        (6, 9, 14),
        "scored",
        ((5, "十分钟到场"), (5, ""), (4, "")),
    ),
    (
        "joint_enforcement",
        "群租房消防安全检查",
        "请于明日 9 时在社区居委会集合，联合入户检查。",
        30,
        (40, 120),
        "done",
        (),
    ),
    ("hard", "河道旁违规养殖清退", "涉及多部门审批，请派员现场认定。", 20, (60, 0), "arrived", ()),
    ("hard", "停车场出入口长期积水", "请相关部门派员查勘排水管线。", 9, (0, 0), "called", ()),
    ("emergency", "沿街广告牌松动坠落风险", "大风预警，请立即到场拆除加固。", 0.6, (8, 0), "accepted", ()),
)
OPINIONS: Final = (
    ("not_ours", "依据三定规定，该事项不属本单位职责，建议由属地执法机构牵头，我单位提供技术认定。"),
    ("assists", "可以协助现场认定和法律文书送达，牵头单位请按职责清单确定。"),
)


@transaction.atomic
def build_consultation() -> int:
    """Write them once; returns how many calls, consultations and meetings there are then."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    town, community = _account("town"), _account("community")
    home = scope.of(community.user).paths[0]
    departments = _departments(home)
    count = sum(1 for _call in _calls(town, home, departments, at)) if departments else 0
    if departments:
        _requested(community, home, departments, at)
        count += 1 + sum(1 for _row in _consultations(departments, at))
    count += _meetings(town, community, departments, at)
    following.follow(at=at)
    while sweep(at=at):
        pass
    Notice.objects.filter(at__lt=at - NOTICES_WITHIN).exclude(key="").filter(
        url__startswith="/consultation/"
    ).delete()
    mark_done(JOB, PART, at=at, rows=count)
    return count


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _departments(path: str) -> list[tuple[Unit, Actor]]:
    """Departments that answer for the place, nearest first, each with somebody who speaks for it."""
    land = territory()
    units = [
        unit
        for unit in land.units.values()
        if unit.kind in CALLABLE and any(path.startswith(area) for area in land.areas.get(unit.id, ()))
    ]
    posts = Appointment.objects.filter(
        role__in=SPEAKERS, is_applied=True, user__unit__in=[u.id for u in units]
    )
    people: dict[int, Actor] = {}
    for post in posts.select_related("user__unit").order_by("pk"):
        assert post.user.unit_id is not None
        people.setdefault(post.user.unit_id, Actor(user=post.user, unit_id=post.user.unit_id))
    units.sort(key=lambda unit: (unit.tier != "town", unit.code))
    return [(unit, people[unit.id]) for unit in units if unit.id in people]


def _calls(
    town: Actor, home: str, departments: list[tuple[Unit, Actor]], at: datetime
) -> Iterator[WhistleCall]:
    """Calls of the last month, from the finished ones to those that wait for an answer."""
    place = territory().by_path[home]
    for number, (kind, title, words, hours, answers, reached, points) in enumerate(CALLS):
        begun = at - timedelta(hours=hours)
        chosen = [departments[(number + step) % len(departments)] for step in range(len(answers))]
        chosen = list({unit.id: (unit, by) for unit, by in chosen}.values())
        draft = CallDraft(
            kind=kind,
            title=title,
            content=words,
            units=[unit.id for unit, _by in chosen],
            spot=Spot(region_code=place.code, text=f"{place.name}辖区"),
        )
        row = whistles.whistle(draft, by=town, at=begun)
        lines = {line.unit_id: line for line in row.lines.all()}
        for (unit, by), minutes in zip(chosen, answers, strict=False):
            if minutes:
                _answered(lines[unit.id], by, begun + minutes * MINUTE, reached)
        if reached == "scored":
            for (unit, _by), (score, said) in zip(chosen, points, strict=False):
                whistles.score(lines[unit.id].pk, by=town, at=begun + 3 * HOUR, score=score, opinion=said)
        yield row


def _answered(line: CallLine, by: Actor, at: datetime, reached: str) -> None:
    assert by.user is not None
    whistles.answer("accept", line.pk, by=by, at=at, opinion=f"{by.user.name}带队前往")
    if reached in {"arrived", "done", "scored"}:
        whistles.answer("arrive", line.pk, by=by, at=at + 20 * MINUTE, opinion="已到现场")
    if reached in {"done", "scored"}:
        words = "现场已联合处置完毕，责任单位签收整改通知，三日内复查。"
        whistles.answer("report", line.pk, by=by, at=at + 80 * MINUTE, opinion=words)


def _requested(community: Actor, home: str, departments: list[tuple[Unit, Actor]], at: datetime) -> None:
    """One that the community has asked its town for."""
    place = territory().by_path[home]
    draft = CallDraft(
        kind="hard",
        title="楼道堆物反复清理无效果",
        content="物业与业主意见不一，请执法和消防部门到社区共同约谈。",
        units=[unit.id for unit, _by in departments[:2]],
        spot=Spot(region_code=place.code, text=f"{place.name}居委会"),
    )
    whistles.whistle(draft, by=community, at=at - 2 * HOUR)


def _consultations(departments: list[tuple[Unit, Actor]], at: datetime) -> Iterator[Consultation]:
    """Four consultations on open tickets: one that nobody has answered yet, one heard, two decided."""
    dispatcher = _account("dispatcher")
    units = [unit.id for unit, _by in departments[:2]]
    rows = Ticket.objects.filter(
        state__in=sorted(DECIDABLE), lead_unit__in=units, is_final_assignment=False, is_sensitive=False
    )
    done = 0
    for ticket in rows.defer("search").order_by("-registered_at")[:30]:
        with suppress(Problem), transaction.atomic():
            begun = max(at - 5 * HOUR, ticket.registered_at + HOUR)
            row = conferences.convene(
                ticket.pk,
                by=dispatcher,
                at=begun,
                question="该事项涉及多个部门职责，请各单位书面说明由谁牵头、如何配合。",
                units=units,
            )
            for (_unit, by), (stance, words) in zip(departments[: done and 2], OPINIONS, strict=False):
                conferences.opine(row.pk, by=by, at=begun + HOUR, stance=stance, opinion=words)
            if done > 1:
                _decided(row, ticket, departments[:2], dispatcher, begun + 2 * HOUR)
            done += 1
            yield row
        if done == 4:
            return


def _decided(
    row: Consultation, ticket: Ticket, parties: list[tuple[Unit, Actor]], by: Actor, at: datetime
) -> None:
    assert ticket.lead_unit_id is not None
    others = [unit.id for unit, _by in parties if unit.id != ticket.lead_unit_id]
    decision = Decision(
        lead=ticket.lead_unit_id,
        co_handlers=others[:1],
        basis="《镇街职责清单》及部门三定规定",
        minutes="会商认为：现场处置与日常监管由现牵头单位负责，相关部门配合认定，三个工作日内反馈。",
        without="限时未提交，已电话听取意见",
        override_reason="会商议定",
    )
    conferences.decide(row.pk, decision, by=by, at=at)


def _meetings(town: Actor, community: Actor, departments: list[tuple[Unit, Actor]], at: datetime) -> int:
    """A weekly meeting, its last two with minutes, an inspection and a thematic consultation ahead."""
    assert town.unit_id is not None
    assert community.unit_id is not None
    units = [community.unit_id, *(unit.id for unit, _by in departments[:3])]
    host, place = town.unit_id, "镇街三楼会议室"
    today = local(at).date()
    series = SeriesPlan(
        kind="regular",
        title="网格工作周例会",
        every="week",
        weekday=1,
        starts_at=time(9),
        minutes=90,
        agenda="上周事件办理情况\n超时与退单分析\n本周重点任务",
        host=town.unit_id,
        place=place,
        units=tuple(units),
    )
    recurring.keep(series, by=town, at=at - 15 * DAY)
    monday = today - timedelta(days=today.weekday())
    plans = 0
    for weeks, published in ((1, True), (0, False)):
        begins = _instant(monday - weeks * 7 * DAY, 9)
        if begins >= at - 2 * HOUR:
            continue
        held = MeetingPlan(
            kind="regular",
            title="网格工作周例会",
            starts_at=begins,
            ends_at=begins + 90 * MINUTE,
            agenda=[Point(title=line) for line in series.agenda.splitlines()],
            host=host,
            units=units,
            place=place,
        )
        row = meetings.plan(held, by=town, at=begins - 3 * DAY)
        for _unit, by in departments[:2]:
            meetings.sign_in(row.pk, by=by, at=begins - 5 * MINUTE)
        meetings.sign_in(row.pk, by=community, at=begins - 8 * MINUTE)
        tasks = [
            Task(text="夜市占道经营固定值守，错时执法", unit=units[1], due_on=begins.date() + 5 * DAY),
            Task(text="完成楼道堆物台账并入户告知", unit=units[0], due_on=today + 3 * DAY),
        ]
        words = "会议通报上周事件办理情况，分析退单和超时原因。\n\n会议议定：对反复发生的事项实行清单销号，责任到人。"
        row = meetings.minute(row.pk, by=town, at=begins + 90 * MINUTE, minutes=words, tasks=tasks)
        if published:
            row = meetings.publish(row.pk, by=town, at=begins + 4 * HOUR)
            meetings.read(row, by=community, at=begins + 6 * HOUR)
        plans += 1
    for days, kind, title in (
        (2, "thematic", "老旧小区治理专题协商会"),
        (6, "inspection", "网格工作定期督查"),
    ):
        begins = _instant(today + timedelta(days=days), 14)
        ahead = MeetingPlan(
            kind=kind,
            title=title,
            starts_at=begins,
            ends_at=begins + 2 * HOUR,
            host=host,
            units=units,
            place=place,
        )
        meetings.plan(ahead, by=town, at=at - DAY)
        plans += 1
    return plans + recurring.plan_due(at=at)


def _instant(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))  # made aware here
