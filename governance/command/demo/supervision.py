"""Supervision of the demo city, by the real verbs after the tickets have been written: tasks in every state, a leader's
instructions, appeals, a bulletin, an inspection of the towns, a review campaign, regular supervision.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.photos import Album, build_album
from governance.command.demo.plan import BASE, CITY_CODE, JOB, SEED
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from grids import scope
from grids.models import Region
from incidents import transitions
from incidents.intake import Citizen, TicketDraft, register
from incidents.models import Ticket
from incidents.places import Spot
from incidents.states import FINAL, OPEN, State
from supervision import checklists, ladder
from supervision.deeds import (
    announcing,
    answering,
    appealing,
    checking,
    inspecting,
    instructing,
    ordering,
    rectifying,
    recurring,
    watching,
)
from supervision.deeds.inspecting import InspectionDraft
from supervision.deeds.recording import Look, record
from supervision.models import (
    Checklist,
    Inspection,
    RecurrenceCursor,
    RecurrenceWarning,
    SupervisionTask,
)

PART: Final = "supervision"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_BEGOTTEN: Final = 30
MATTERS_OF_CALLER: Final = 3
BACK_AGAIN: Final = (
    ("0301", "路口流动摊贩占道经营，影响通行，请处理。"),
    ("0301", "摊贩清走后又回来占道，晚高峰堵路。"),
    ("0301", "占道摊点第三次出现，噪声和油烟扰民。"),
    ("0106", "楼道口垃圾多日未清运，异味很大。"),
    ("0302", "沿街店铺门前堆物占用盲道。"),
)
"""What is reported at one street corner within eleven days; the last ones by the same person."""
DEMANDS: Final = (
    "立即现场处置，三个工作日内报送整改结果，并说明未按时办理的原因。",
    "逐项核对群众诉求，当面沟通，形成书面答复。",
    "建立长效巡查机制，防止问题反弹。",
)


class Stage:
    """The people and pictures of the play; a picture is used once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.album: Album = build_album()
        self.keys = (
            UUID(int=random.Random(f"{SEED}/supervision/{number}").getrandbits(128)) for number in count()
        )
        self.oversight, self.leader = _account("oversight"), _account("leader")
        self.lead, self.town, self.supervisor = _account("deptlead"), _account("town"), _account("supervisor")

    def photo(self, by: Actor, at: datetime) -> UUID:
        """An uploaded picture of a place in order."""
        key = next(self.keys)
        picture = self.album.after[key.int % len(self.album.after)]
        picture.attachment(key, by=by, at=at).save(force_insert=True)
        return key


@transaction.atomic
def build_supervision() -> int:
    """Write it once; returns how many tasks there are now, 0 when it was there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    checklists.load_shipped()
    stage = Stage(at)
    _tasks(stage, list(_tickets(stage, 6)))
    ladder.follow_tickets(at=at, limit=MOST_BEGOTTEN)
    _instruct(stage)
    _appeal(stage)
    _announce(stage)
    _watch(stage)
    _inspect(stage)
    _repeat(stage)
    made = SupervisionTask.objects.count()
    mark_done(JOB, PART, at=at, tasks=made)
    return made


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _tickets(stage: Stage, size: int) -> Iterator[Ticket]:
    """Tickets that the demo bureau leads, late ones first."""
    rows = Ticket.objects.filter(lead_unit=stage.lead.unit_id, is_sensitive=False).defer("search")
    yield from rows.order_by("-is_overdue", "-registered_at")[:size]


def _tasks(stage: Stage, tickets: Sequence[Ticket]) -> None:
    """One for each way that a supervision goes."""
    ways = (
        ("closed", "supervise", "unsolved", 20),
        ("accepted", "supervise", "refused", 6),
        ("submitted", "supervise", "overdue", 4),
        ("rejected", "urge", "overdue", 5),
        ("rectifying", "listed_supervision", "unsolved", 7),
        ("notified", "supervise", "overdue", 0),
    )
    for number, (ticket, (state, kind, cause, days)) in enumerate(zip(tickets, ways, strict=False)):
        order = ordering.Order(
            kind=kind,
            cause=cause,
            title=ticket.title,
            demands=DEMANDS[number % len(DEMANDS)],
            ticket=ticket,
            unit_id=stage.lead.unit_id,
        )
        _bring(stage, order, state, stage.at - days * DAY - 2 * HOUR)


def _bring(stage: Stage, order: ordering.Order, state: str, at: datetime) -> None:
    """The deeds that lead to the state."""
    row = ordering.order_now(order, by=stage.oversight, at=at)
    if state == "notified":
        return
    rectifying.sign(
        row.pk,
        by=stage.lead,
        at=at + HOUR,
        plan="分管负责人带队现场处置，两日内完成。",
        person=stage.lead.name,
    )
    if state == "rectifying":
        return
    photo = stage.photo(stage.lead, at + DAY)
    words = "已现场整改，当事人当面确认。"
    rectifying.submit(row.pk, by=stage.lead, at=at + DAY, opinion=words, files=[photo])
    if state == "submitted":
        return
    if state == "rejected":
        checking.reject(
            row.pk, by=stage.oversight, at=at + DAY + HOUR, opinion="现场仍有堆放，照片与实际不符。"
        )
        return
    checking.accept(row.pk, by=stage.oversight, at=at + 2 * DAY, opinion="现场核验属实。")
    if state == "closed":
        checking.close(row.pk, by=stage.oversight, at=at + 3 * DAY, score=92, opinion="整改及时。")


def _instruct(stage: Stage) -> None:
    at, today = stage.at, local(stage.at).date()
    open_one = Ticket.objects.filter(
        lead_unit=stage.lead.unit_id, state__in=sorted(OPEN), has_instruction=False
    )
    ticket = open_one.defer("search").order_by("-registered_at").first()
    if ticket is not None:
        wanted = instructing.Instruction(
            text="请综合执法局牵头尽快解决，结果报我。", due_on=today + 5 * DAY, ticket=ticket
        )
        instructing.instruct(wanted, by=stage.leader, at=at - 3 * HOUR)
    free = instructing.Instruction(
        text="近期群众反映学校周边上下学时段拥堵，请研究疏导方案并抓好落实。",
        due_on=local(at - 3 * DAY).date(),
        subject="学校周边交通拥堵治理",
    )
    row = instructing.instruct(free, by=stage.leader, at=at - 9 * DAY)
    assert row.task is not None
    _carry(stage, row.task.pk, at - 8 * DAY)
    words = "已设置临停即走区，增派护学岗，拥堵时长由四十分钟降至十五分钟。"
    instructing.answer(row.pk, by=stage.oversight, at=at - 5 * DAY, opinion=words)


def _carry(stage: Stage, pk: int, at: datetime) -> None:
    """From the notice to an accepted report."""
    ordering.notify(
        pk, by=stage.oversight, at=at, unit_id=stage.lead.unit_id, demands="研究疏导方案，一周内见效。"
    )
    rectifying.sign(pk, by=stage.lead, at=at + HOUR, plan="划设临停区，增派护学岗。", person=stage.lead.name)
    photo = stage.photo(stage.lead, at + 2 * DAY)
    rectifying.submit(pk, by=stage.lead, at=at + 2 * DAY, opinion="已落实。", files=[photo])
    checking.accept(pk, by=stage.oversight, at=at + 2 * DAY + HOUR, opinion="现场查看属实。")


def _appeal(stage: Stage) -> None:
    """One that waits for its review and one that was granted, where a late result is recent enough."""
    at, lodged = stage.at, []
    rows = Ticket.objects.filter(lead_unit=stage.lead.unit_id, is_overdue=True).order_by("-registered_at")
    for pk in list(rows.values_list("pk", flat=True)[:20]):
        wanted = appealing.Objection(
            kind="overdue",
            reason="受台风天气影响，按应急指挥部要求暂停户外作业两日，附停工通知。",
            files=[stage.photo(stage.lead, at - 2 * HOUR)],
        )
        try:
            with transaction.atomic():
                lodged.append(appealing.lodge(pk, wanted, by=stage.lead, at=at - 2 * HOUR))
        except Problem:
            continue
        if len(lodged) == 2:
            break
    for row in lodged[1:]:
        words = "停工通知属实，建议剔除。"
        appealing.review(row.pk, by=stage.oversight, at=at - HOUR, advice="grant", opinion=words)
        appealing.grant(row.pk, by=stage.leader, at=at, opinion="同意。")


def _announce(stage: Stage) -> None:
    """One that was published a week ago, and a draft of today."""
    for days, is_published in ((7, True), (0, False)):
        at = stage.at - days * DAY
        title = f"督办通报（{local(at):%Y-%m-%d}）"
        row = announcing.draft(title=title, by=stage.oversight, at=at)
        announcing.edit(
            row.pk,
            by=stage.oversight,
            at=at,
            opening="现将挂牌督办和超期五个工作日以上的事项通报如下。",
            demands="被通报单位应于三个工作日内整改到位，并签阅本通报。",
        )
        if is_published and row.items.exists():
            announcing.publish(row.pk, by=stage.oversight, at=at)


def _inspect(stage: Stage) -> None:
    """The quotas of two years; an inspection of all towns that is over, a review of the demo town's grids that runs,
    and one that a department proposes beside the plan.
    """
    at, by = stage.at, stage.oversight
    year = local(at).year
    inspecting.set_quota(year - 1, 18, note="上年度督查检查计划", by=by, at=at)
    inspecting.set_quota(year, 12, note="较上年压减三分之一", by=by, at=at)
    city = Region.objects.get(code=CITY_CODE)
    towns = _planned(
        stage, "网格化工作“五个到位”督查", "inspection", "town", city, at - 25 * DAY, every="quarterly"
    )
    _look(stage, towns, at - 20 * DAY, most=None)
    summary = "各镇街总体到位，个别镇街人员配备、经费拨付存在短板，已下发整改。"
    inspecting.close(towns.pk, by=by, at=at - 14 * DAY, opinion=summary)
    home = Region.objects.get(path=scope.of(stage.town.user).paths[0], valid_to=None)
    grids = _planned(stage, "网格划分调整“回头看”", "review_campaign", "grid", home, at - 3 * DAY)
    _look(stage, grids, at - 2 * DAY, most=9)
    beside = _draft(stage, "占道经营专项检查", "inspection", "town", city, at)
    inspecting.propose(beside, by=stage.lead, at=at - HOUR)


def _draft(
    stage: Stage, title: str, kind: str, level: str, region: Region, at: datetime, every: str = ""
) -> InspectionDraft:
    return InspectionDraft(
        kind=kind,
        title=title,
        checklist=Checklist.objects.filter(level=level, is_active=True).order_by("pk")[0],
        region=region,
        starts_on=local(at).date(),
        ends_on=local(at + 14 * DAY).date(),
        purpose="对照清单逐点查看，发现问题当场交办，限期整改后复查。",
        every=every,
        inspector_ids=[actor.user_id for actor in (stage.oversight, stage.supervisor) if actor.user_id],
    )


def _planned(
    stage: Stage, title: str, kind: str, level: str, region: Region, at: datetime, every: str = ""
) -> Inspection:
    row = inspecting.plan(_draft(stage, title, kind, level, region, at, every), by=stage.oversight, at=at)
    return inspecting.begin(row.pk, by=stage.oversight, at=at)


def _look(stage: Stage, row: Inspection, at: datetime, *, most: int | None) -> None:
    """Write down what was found at the places, at so many of them; here and there something is missing."""
    rng = random.Random(f"{SEED}/{row.number[-6:]}")
    actors = {actor.user_id: actor for actor in (stage.oversight, stage.supervisor)}
    for number, target in enumerate(row.targets.order_by("region_path")[:most]):
        by, moment = actors[target.inspector_id], at + number * HOUR / 2
        looks = {
            item["code"]: Look(
                is_in_place=rng.random() > 0.12, severity=item["severity"], text="现场查看未落实"
            )
            for item in row.checklist.items
        }
        has_gap = any(not look.is_in_place for look in looks.values())
        files = [stage.photo(by, moment)] if has_gap else []
        record(target.pk, looks, by=by, at=moment, files=files)


def _watch(stage: Stage) -> None:
    """A street where stalls are put up again and again, somebody who calls again and again, and what is done."""
    duty = _account("duty")
    path = scope.of(stage.town.user).paths[0]
    near = Ticket.objects.filter(region_path__startswith=path, lon__isnull=False, community__isnull=False)
    spot, last = near.defer("search").order_by("-pk").first(), Ticket.objects.order_by("-pk").first()
    if spot is None or last is None:
        return
    caller = Citizen(name="程素芬", phone="13900005127")
    for number, (category, words) in enumerate(BACK_AGAIN):
        at = stage.at - (11 - 2 * number) * DAY
        is_caller = number >= len(BACK_AGAIN) - MATTERS_OF_CALLER
        citizen = caller if is_caller else Citizen(name="居民", phone=f"1390000610{number}")
        place = Spot(lon=spot.lon, lat=spot.lat, text=spot.place)
        draft = TicketDraft(source="phone_in", category=category, content=words, spot=place, citizen=citizen)
        ticket = register(draft, by=duty, at=at).ticket
        if number < len(BACK_AGAIN) - 1:  # the last one lies where reports lie until somebody takes them in
            _settled(stage, ticket, duty, at)
    RecurrenceCursor.objects.update_or_create(pk=1, defaults={"last_ticket": last.pk})
    watching.watch(at=stage.at, limit=MOST_BEGOTTEN)
    row = RecurrenceWarning.objects.filter(kind="place", region_path__startswith=path).order_by("pk").first()
    if row is not None:
        answering.acknowledge(
            row.pk,
            by=stage.town,
            at=stage.at,
            person=stage.town.name,
            measure="与综合执法局错峰值守，在路口设置隔离桩，并逐户约谈经营户。",
        )


def _settled(stage: Stage, ticket: Ticket, duty: Actor, at: datetime) -> None:
    """Taken in, dispatched to the bureau, handled, checked, called back about and closed within the day."""
    unit = stage.lead.unit_id
    assert unit is not None
    transitions.accept(ticket.pk, by=duty, at=at + HOUR / 6)
    words = "同一点位反复，由主管部门统一处置"
    by = _account("dispatcher")
    transitions.dispatch(ticket.pk, by=by, at=at + HOUR / 4, to=unit, override_reason=words)
    transitions.sign(ticket.pk, by=stage.lead, at=at + HOUR / 2)
    done = at + 2 * HOUR
    photos = [stage.photo(stage.lead, done)]
    transitions.feedback(
        ticket.pk,
        by=stage.lead,
        at=done,
        result_kind="resolved",
        opinion="已现场清理，恢复通行。",
        attachments=photos,
    )
    row = transitions.check(ticket.pk, by=stage.oversight, at=done + HOUR / 2)
    if row.state == State.FOLLOW_UP:
        call: dict[str, Any] = {
            "outcome": "solved",
            "satisfaction": "4",
            "opinion": "群众表示当时已清理，但担心再次发生。",
        }
        row = transitions.follow_up(ticket.pk, by=duty, at=done + HOUR, **call)
    if row.state not in FINAL:
        transitions.close(ticket.pk, by=stage.oversight, at=done + 2 * HOUR)


def _repeat(stage: Stage) -> None:
    today = local(stage.at).date()
    for title, every, kind in (
        ("每月报送超期工单清零情况", "monthly", "supervise"),
        ("每周夜间占道经营抽查", "weekly", "urge"),
    ):
        wanted = recurring.Routine(
            title=title,
            demands="报送本期工作情况、存在问题和下一步措施。",
            kind=kind,
            unit_id=stage.lead.unit_id or 0,
            every=every,
            first_on=today + 2 * DAY,
        )
        recurring.make(wanted, by=stage.oversight, at=stage.at)
