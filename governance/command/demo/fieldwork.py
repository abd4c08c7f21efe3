"""Hazards, mobile grid workers and flights of drones in the demo city, by the real verbs: a hazard in every state, two
listed ones, two groups that were invited and what their people have reported, flights and tickets that came of them.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from django.db import transaction

from assessment.pay import values
from fieldwork.flights import recording
from fieldwork.flights.recording import FlightDraft
from fieldwork.guests import inviting
from fieldwork.guests import reporting as guests
from fieldwork.guests.models import GuestPhoto
from fieldwork.guests.reporting import GuestDraft
from fieldwork.hazards import deeds, reporting, sweep
from fieldwork.hazards.models import Hazard
from fieldwork.hazards.reporting import HazardDraft
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.photos import Album, build_album
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.models import Grid, GridAssignment, GridPost
from incidents.models import Ticket
from incidents.places import Spot
from staffing import commending
from staffing.commending import Nomination

PART: Final = "fieldwork"
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
NAMESPACE: Final = UUID("7b0f6f2e-5f2b-4f0a-9a53-6d1f52c5a001")


class Story(NamedTuple):
    """One hazard: matter, what was found, who is liable, how far it is, days ago."""

    matter: str
    text: str
    party: str
    way: tuple[str, ...]
    ago: int


STORIES: Final = (
    Story("0606", "小餐馆疏散通道堆放酒箱，应急灯损坏", "迎客来小餐馆", ("order", "submit", "accept"), 32),
    Story(
        "0606",
        "网吧安全出口上锁，灭火器过期",
        "蓝天网吧",
        ("order", "submit", "send_back", "submit", "accept"),
        40,
    ),
    Story("0605", "出租房内飞线给电动车充电", "三单元房东", ("order", "submit"), 6),
    Story("0701", "五金作坊切割机无防护罩，电线裸露", "永兴五金加工点", ("order",), 24),
    Story("0708", "烧烤店气瓶间与明火间距不足", "老街烧烤", ("order", "submit", "send_back"), 18),
    Story("0709", "自建房墙体开裂，二层加盖未审批", "村民自建房", ("list", "control", "look"), 12),
    Story(
        "0702",
        "化工仓库超量存放溶剂，无防爆通风",
        "远达化工仓储",
        ("list", "control", "look", "submit", "lift"),
        45,
    ),
    Story("0607", "高层住宅常闭式防火门拆除，消防水带缺失", "锦绣苑物业", ("list",), 1),
    Story("0706", "小区电梯检验标志过期仍在运行", "锦绣苑物业", (), 2),
    Story("0608", "仓库门口堆放废旧泡沫板", "顺发仓储", ("dismiss",), 15),
)
WORDS: Final = {
    "list": "人员密集且短期内无法自行消除，可能造成群死群伤。",
    "dismiss": "现场核实为待运包装，当日已清运，不构成隐患。",
    "control": "已停止使用并设置围挡，安排专人值守。",
    "look": "围挡完好，人员已撤离，整改材料已进场。",
    "submit": "已按要求完成整改，附现场照片。",
    "send_back": "现场复查仍有一处未整改到位，请继续整改。",
    "accept": "现场复查，整改到位，同意销号。",
    "lift": "会同专家现场验收合格，同意摘牌。",
}
DOERS: Final = {"control": "handler", "submit": "handler", "look": "supervisor", "accept": "community"}
GROUPS: Final = (
    ("顺达快递站", "courier", ("小张", "小李", "小周")),
    ("银发志愿服务队", "volunteer", ("王阿姨",)),
)
REPORTS: Final = (
    ("0201", "路口井盖翘起，骑车经过险些摔倒", 3),
    ("0106", "小区南门垃圾堆放无人清运", 2),
    ("0601", "两辆私家车堵住消防通道", 1),
    ("", "公交站台座椅断裂，老人无法坐", 0),
)
MERITS: Final = (
    "全年上报数量和有效率居社区前列，及时发现燃气软管老化等隐患。",
    "牵头调解邻里纠纷十余起，走访按期完成，群众评价好。",
    "夜间联合巡逻带头，楼道飞线充电整治成效明显。",
)
WAYS: Final = (("publicise", "award"), ("publicise",), ())
"""How far each commendation of the year has come."""
WORTH: Final = (
    ("local_wage", "118600", "演示数据：市统计局年度公报"),
    ("points.reported", "2", "演示数据：网格员考核办法"),
    ("points.settled", "3", "演示数据：网格员考核办法"),
    ("points.tasks_done", "1", "演示数据：网格员考核办法"),
    ("points.tasks_late", "0.5", "演示数据：网格员考核办法"),
    ("points.joint_patrols", "2", "演示数据：网格员考核办法"),
    ("points.trainings", "2", "演示数据：网格员考核办法"),
)
FLIGHTS: Final = (
    ("秸秆禁烧高空巡查", "村北农田与堤防一带", 110, "未见焚烧，发现一处垃圾堆放。"),
    ("防汛巡查", "沿河堤防至水闸", 90, "堤防完好，水闸前有漂浮物。"),
    ("违法建设巡查", "集镇南侧在建地块", 80, "未见新增违建。"),
)


@transaction.atomic
def build_fieldwork() -> int:
    """Write them once; returns how many hazards there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    names = ("patroller", "handler", "supervisor", "community", "town", "oversight")
    actors = {name: _account(name) for name in names}
    album, grids = build_album(), _grids(actors["patroller"])
    for number, story in enumerate(STORIES):
        _tell(number, story, grids[number % len(grids)], album, actors, at)
    _invite(grids[0], album, actors["community"], at)
    _fly(grids[0], actors["town"], at)
    _commend(grids, actors, at)
    for name, value, basis in WORTH:
        year = local(at).year
        values.enter(name, year=year, value=Decimal(value), basis=basis, by=actors["oversight"], at=at)
    sweep.sweep(at=at)
    count = Hazard.objects.count()
    mark_done(JOB, PART, at=at, hazards=count)
    return count


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _grids(worker: Actor) -> list[Grid]:
    """The grids of the community in which the demo's patroller works."""
    own = Grid.objects.filter(valid_to=None, team=worker.unit_id).order_by("path")[0]
    return list(Grid.objects.filter(valid_to=None, community=own.community_id).order_by("path"))


def _photo(album: Album, key: str, number: int, by: Actor, at: datetime, *, is_after: bool = False) -> UUID:
    """An upload of one of the drawn scenes."""
    pictures = album.after if is_after else album.before
    row = pictures[number % len(pictures)].attachment(uuid5(NAMESPACE, key), by=by, at=at)
    row.save(force_insert=True)
    return row.pk


def _tell(
    number: int, story: Story, grid: Grid, album: Album, actors: dict[str, Actor], at: datetime
) -> None:
    """Reported, and as far as the story goes, the days shared out among its deeds."""
    moment, worker = at - story.ago * DAY, actors["patroller"]
    draft = HazardDraft(
        category=story.matter,
        content=story.text,
        party=story.party,
        spot=Spot(lon=grid.lon, lat=grid.lat, text=f"{grid.name}{number + 3}号"),
        origin="patrol" if number % 2 else "inspection",
        photos=[_photo(album, f"found-{number}", number, worker, moment)],
    )
    row = reporting.report(draft, by=worker, at=moment).hazard
    step = timedelta(days=story.ago) * 0.8 / max(1, len(story.way))
    for place, name in enumerate(story.way):
        moment += HOUR if place == 0 else step
        by = actors[DOERS.get(name, "town")]
        more: dict[str, Any] = {"opinion": WORDS[name]} if name in WORDS else {}
        if name in {"order", "list"}:
            more |= {
                "unit": actors["handler"].unit_id,
                "measures": "限期消除隐患，落实专人负责，整改前不得使用。",
            }
        if name in {"submit", "accept", "lift"}:
            key = f"{name}-{number}-{place}"
            more["photos"] = [_photo(album, key, number, by, moment, is_after=True)]
        deeds.perform(name, row.pk, by=by, at=moment, **more)


def _fly(grid: Grid, by: Actor, at: datetime) -> None:
    """Flights over the community; the newest tickets of drones that the town sees came of them."""
    seen = Ticket.objects.visible_to(by).filter(source__code=recording.SOURCE, registered_at__lte=at)
    tickets = list(seen.order_by("-registered_at")[: len(FLIGHTS)])
    for number, (purpose, area, height, result) in enumerate(FLIGHTS):
        ticket = tickets[number] if number < len(tickets) else None
        landed = (ticket.registered_at if ticket is not None else at - (number + 1) * DAY) - HOUR / 4
        draft = FlightDraft(
            purpose=purpose,
            aircraft=f"M30T-{number + 1:02}",
            pilot=by.name,
            took_off_at=landed - HOUR / 2,
            landed_at=landed,
            spot=Spot(region_code=grid.code[:12], text=area),
            height_m=height,
            result=result,
            key=uuid5(NAMESPACE, f"flight-{number}"),
        )
        flight = recording.record(draft, by=by, at=landed + HOUR / 4).flight
        if ticket is not None:
            recording.add_finding(flight.number, ticket.number, by=by, at=at)


def _commend(grids: list[Grid], actors: dict[str, Actor], at: datetime) -> None:
    """The community nominates patrollers of its grids, the town publicises and awards."""
    posts = GridAssignment.objects.filter(
        post__grid__in=grids, post__kind=GridPost.Kind.GRID_PATROLLER, ends_on=None
    )
    people = User.objects.filter(pk__in=posts.values("user")).order_by("pk")
    for person, merits, way in zip(people, MERITS, WAYS, strict=False):
        moment = at - (20 * DAY if "award" in way else 2 * DAY)
        facts = Nomination(user_id=person.pk, year=local(moment).year, merits=merits)
        row = commending.nominate(facts, by=actors["community"], at=moment)
        if "publicise" in way:
            until = local(moment).date() + 7 * DAY
            commending.perform("publicise", row.pk, by=actors["town"], at=moment + HOUR, until=until)
        if "award" in way:
            said: dict[str, Any] = {"honour": "优秀网格员", "document": f"网格办〔{facts.year}〕12号"}
            commending.perform("award", row.pk, by=actors["town"], at=moment + 10 * DAY, **said)


def _invite(grid: Grid, album: Album, by: Actor, at: datetime) -> None:
    """Two groups of the community with their people and reports."""
    began = at - 10 * DAY
    for name, kind, people in GROUPS:
        wanted = inviting.Invited(
            name=name,
            kind=kind,
            place_code=grid.code[:12],
            ends_on=local(at).date() + 170 * DAY,
            most_members=30,
        )
        row = inviting.invite(wanted, by=by, at=began)
        holder, token = inviting.holder(name), inviting.token_of(row)
        passes = [
            inviting.join(token, name=one, phone="", address=one, by=holder, at=began + HOUR)
            for one in people
        ]
        for number, (matter, text, ago) in enumerate(REPORTS[:: 1 if kind == "courier" else 3]):
            guest, moment = passes[number % len(passes)], at - ago * DAY - HOUR
            key = f"guest-{kind}-{number}"
            photo = _photo(album, key, number, holder, moment)
            GuestPhoto.objects.create(guest=guest, attachment_id=photo)
            draft = GuestDraft(
                key=uuid5(NAMESPACE, f"{key}-report"),
                content=text,
                category=matter,
                spot=Spot(lon=grid.lon, lat=grid.lat, text=grid.name),
                photos=[photo],
            )
            guests.report(inviting.token_of(guest), draft, by=holder, at=moment)
