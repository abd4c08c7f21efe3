"""Key reports of the demo city, by the real verbs: of every origin and state, one late, one that nobody wrote."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit, User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.models import Grid, Region
from grids.territory import current as territory
from incidents.drafts import TicketDraft
from incidents.intake import register
from incidents.models import Ticket
from incidents.places import Spot
from key_reports import answering, deeds, drafting, zero
from key_reports.drafting import Draft
from key_reports.models import KeyReport, SensitivePeriod
from mediation.models import UrgentReport

PART: Final = "key_reports"
KEYS: Final = UUID("b8a3e0a4-4d3b-4f6e-8d52-6c1c0f0a7a11")
MINUTE: Final = timedelta(minutes=1)


class Story(NamedTuple):
    """What was known, where it stands, how many minutes ago it became known, and after how many each deed came."""

    category: str
    items: Mapping[str, str]
    known: int
    deeds: tuple[tuple[str, int], ...]
    is_confidential: bool = False


STORIES: Final = (
    Story(
        "1702",
        {
            "nature": "某楼盘延期交付，业主约40人在售楼部门前聚集，情绪激动，暂无过激行为。现场联系人13800001702",
            "source": "社区工作人员现场发现",
            "casualties": "无人员伤亡",
            "measures": "社区、派出所在场劝导，已通知开发企业负责人到场",
        },
        190,
        (("phone", 8), ("first", 26), ("receive", 31), ("relay", 44), ("follow", 110), ("follow", 165)),
    ),
    Story(
        "1706",
        {
            "nature": "某工地拖欠工资，约20名工人准备集体前往区政府反映，现仍在工地门口",
            "source": "工地安全员电话告知",
            "casualties": "无",
            "measures": "镇劳动保障所已到场登记",
        },
        2900,
        (("first", 71), ("receive", 76), ("relay", 95), ("follow", 190)),
    ),
    Story(
        "1519",
        {
            "nature": "一名男童在河边落水，已被救起送医，生命体征平稳",
            "source": "巡河网格员报告",
            "casualties": "1人轻伤，已送医",
            "measures": "现场设置警示，家属已到医院",
        },
        2600,
        (("phone", 5), ("first", 18), ("receive", 22), ("relay", 30), ("final", 400), ("close", 520)),
        True,
    ),
    Story(
        "1704",
        {"nature": "辖区一名重点关注人员失联，家属称其今晨携行李离家", "source": "家属到社区反映"},
        12,
        (("phone", 6),),
    ),
    Story(
        "1703",
        {"nature": "本地论坛出现某小区停水的集中发帖，浏览量上升较快", "source": "网络巡查"},
        1500,
        (("phone", 10), ("downgrade", 38)),
    ),
)
MORE: Final = (
    {"trend": "现场约剩15人，诉求集中在交付时间", "area": "售楼部门前人行道，未影响交通"},
    {"trend": "开发企业已书面答复，人员陆续离开", "measures": "住建部门约谈企业，社区逐户回访"},
)
ENDING: Final = {"cause": "岸边无护栏，儿童戏水滑落", "result": "儿童已康复出院，沿岸已加装护栏和警示牌"}
LINKED: Final = (
    ("1705", "市民来电称某投资公司门口张贴停业通知，多名投资人无法取回本金", "hotline", 130),
    ("1702", "市民反映某市场商户因租金上涨商议明日集体停业并到管委会反映", "phone_in", 14),
)


@transaction.atomic
def build_key_reports() -> int:
    """Write them once; returns how many there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    people = {name: _account(name) for name in ("town", "duty", "oversight", "leader")}
    town = Region.objects.get(path=_town_of(people["town"]))
    grids = grids_of(town)
    rows = [_tell(number, story, grids[number], at, people) for number, story in enumerate(STORIES)]
    tickets = [_linked(line, grids[6 + place], at, people) for place, line in enumerate(LINKED)]
    for told in UrgentReport.objects.filter(read_at=None).select_related("case").order_by("pk")[:3]:
        drafting.of_case(told.case, told.told_at, at=told.told_at)
    _account_for(rows[1], at, people)
    missed = KeyReport.objects.get(ticket=tickets[0])
    answering.suspect_missed(missed, at=missed.written_due_at + MINUTE)
    _period(at, people)
    count = KeyReport.objects.count()
    mark_done(JOB, PART, at=at, reports=count)
    return count


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _town_of(actor: Actor) -> str:
    return territory().areas[actor.unit_id or 0][0]


def grids_of(town: Region) -> list[Grid]:
    """Where it happens: grids of the demo town."""
    return list(Grid.objects.filter(valid_to=None, path__startswith=town.path).order_by("path")[:12])


def _tell(number: int, story: Story, grid: Grid, at: datetime, people: Mapping[str, Actor]) -> KeyReport:
    """Drafted three minutes after it became known, and as far as the story goes."""
    known = at - story.known * MINUTE
    items = {"when": f"{local(known - 4 * MINUTE):%Y-%m-%d %H:%M}", "place": grid.name, **story.items}
    draft = Draft(
        key=uuid5(KEYS, str(number)),
        category=story.category,
        known_at=known,
        occurred_at=known - 4 * MINUTE,
        spot=Spot(region_code=grid.code, text=grid.name),
        items=items,
        is_confidential=story.is_confidential,
    )
    row = drafting.prepare(draft, by=people["town"], at=known + 3 * MINUTE).row
    told = 0
    for name, minutes in story.deeds:
        if name == "follow":
            items = items | MORE[told % len(MORE)]
            told += 1
        who = people["duty"] if name in {"receive", "relay", "close", "downgrade"} else people["town"]
        data = _data(name, items, row)
        row = deeds.perform(name, row.pk, by=who, at=known + minutes * MINUTE, data=data)
    return row


def _data(name: str, items: Mapping[str, str], row: KeyReport) -> dict[str, Any]:
    police = territory().line_units("GA", row.region_path)
    given: dict[str, dict[str, Any]] = {
        "phone": {"to": "市联动中心值班室", "opinion": "已口头报告基本情况"},
        "first": dict(items),
        "follow": dict(items),
        "final": {**items, **ENDING},
        "relay": {"units": [unit.id for unit in police[:2]], "leaders": True},
        "downgrade": {"opinion": "经核实为计划检修停水，已公告，转一般事项处理", "category": "1408"},
    }
    return given.get(name, {})


def _linked(line: tuple[str, str, str, int], grid: Grid, at: datetime, people: Mapping[str, Actor]) -> Ticket:
    """A ticket of such a kind, and the draft that comes of it."""
    category, text, source, ago = line
    moment = at - ago * MINUTE
    draft = TicketDraft(
        source=source,
        category=category,
        content=text,
        spot=Spot(region_code=grid.code, text=grid.name),
        external_no=f"key-demo-{category}",
    )
    ticket = register(draft, by=people["duty"], at=moment).ticket
    ticket = Ticket.objects.select_related("source", "category").get(pk=ticket.pk)
    drafting.of_ticket(ticket, at=moment)
    return ticket


def _account_for(row: KeyReport, at: datetime, people: Mapping[str, Actor]) -> None:
    """The late one: opened, explained, being looked into."""
    words = "首报距获知71分钟，超出40分钟时限；期间平台无电话报告记录。"
    case = answering.open_case(
        "late", report=row, grounds=words, by=people["oversight"], at=at - 1500 * MINUTE
    )
    answering.perform(
        "notify",
        case.pk,
        by=people["oversight"],
        at=at - 1480 * MINUTE,
        data={"opinion": "请说明首报逾期的原因及整改措施"},
    )
    answering.perform(
        "explain",
        case.pk,
        by=people["town"],
        at=at - 1200 * MINUTE,
        data={"opinion": "接报后先行到场处置，未按规定先电话报告，已组织学习报送规定"},
    )


def _period(at: datetime, people: Mapping[str, Actor]) -> SensitivePeriod:
    """A period that began two days ago: the demo town has reported, another one has not."""
    today = local(at).date()
    towns = OrgUnit.objects.filter(kind=OrgUnit.Kind.SUB_CENTER, is_active=True).exclude(pk=plan_unit(people))
    city = next(place for place in territory().by_path.values() if place.level == "city")
    plan = zero.Plan(
        key=uuid5(KEYS, "period"),
        name="重要会议保障期",
        region_code=city.code,
        starts_on=today - timedelta(days=2),
        ends_on=today + timedelta(days=4),
        due_time=time(17, 0),
        units=[plan_unit(people), *towns.order_by("code").values_list("pk", flat=True)[:5]],
    )
    row = zero.begin(plan, by=people["oversight"], at=at - timedelta(days=2))
    for days in (2, 1):
        moment = datetime.combine(today - timedelta(days=days), time(16, 20 + days), local(at).tzinfo)
        zero.report(row.pk, plan_unit(people), words="", by=people["town"], at=moment)
    return row


def plan_unit(people: Mapping[str, Actor]) -> int:
    """The demo town's own unit."""
    assert people["town"].unit_id is not None
    return people["town"].unit_id
