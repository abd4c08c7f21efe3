"""What 110 and the demo city passed between them, by the real verbs: a matter in every state, two reconciled days."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.exchange.models import ApiClient
from governance.foundation.clock import local
from grids.models import Grid, Region
from incidents.places import Spot
from police_link import conduct, offering, statements
from police_link.models import PoliceIncident
from police_link.offering import Offer

PART: Final = "police_link"
CLIENT: Final = "police110"
MINUTE: Final = timedelta(minutes=1)
LOST: Final = "0099"
"""A number of yesterday's statement that never arrived."""


class Story(NamedTuple):
    """One matter: kind, what was reported, what the police did, how far it is, minutes ago."""

    kind: str
    text: str
    dealt: str
    state: str
    ago: int


STORIES: Final = (
    Story("dispute", "楼上漏水多次协商未果，邻里发生争吵，请社区跟进调解", "已到场劝离双方", "offered", 20),
    Story("parking", "车辆堵住消防通道，车主联系不上，请协助挪车", "已拍照取证", "offered", 4),
    Story("noise", "广场舞音响声过大，居民多次报警反映", "已现场劝导", "accepted", 1700),
    Story("facility", "人行道井盖破损，夜间有行人绊倒", "已设置警示标志", "accepted", 1650),
    Story("property", "小区电梯停运，物业与业主发生争执", "已劝返聚集业主", "joint", 1600),
    Story("discharge", "餐饮店向雨水口倾倒油污", "已记录店名", "taken", 1580),
    Story("help", "老人独居数日未出门，邻居请求上门查看", "已联系家属", "kept", 1540),
    Story("dispute", "店铺转让费纠纷，双方扬言斗殴", "已口头警告双方", "disputed", 60),
    Story("other", "报警称被他人殴打致伤", "伤者已送医", "refused", 50),
    Story("nature", "河边大树倾斜，有倒伏危险", "已拉警戒线", "handing", 90),
    Story("noise", "重复推送的噪声警情", "", "withdrawn", 1500),
)
WAYS: Final = {
    "offered": (),
    "accepted": ("accept",),
    "joint": ("joint", "report"),
    "refused": ("refuse",),
    "disputed": ("refuse", "object"),
    "kept": ("refuse", "object", "uphold"),
    "handing": ("accept", "hand_back"),
    "taken": ("accept", "hand_back", "take"),
    "withdrawn": ("withdraw",),
}
WORDS: Final = {
    "accept": "属网格受理事项，同意接收。",
    "joint": "派出所维持现场秩序，街道牵头物业与业主协商。",
    "report": "已制止过激行为，未发生肢体冲突。",
    "refuse": "现场有人员受伤，涉嫌违反治安管理。",
    "object": "伤情轻微，双方同意调解，属矛盾纠纷。",
    "uphold": "责任争议未能商定，由首接单位先行处置。",
    "hand_back": "现场情况升级，存在现实危险。",
    "take": "已派警处置。",
    "withdraw": "与先前推送的警情重复。",
}


@transaction.atomic
def build_police_link() -> int:
    """Write them once; returns how many there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    actors = {
        "police": _system(),
        "desk": _account("dispatcher"),
        "duty": _account("duty"),
        "boss": _account("oversight"),
    }
    town = Region.objects.filter(level="town", valid_to=None).order_by("path")[0]
    grids = list(
        Grid.objects.filter(valid_to=None, path__startswith=town.path).order_by("path")[: len(STORIES)]
    )
    days: dict[str, list[str]] = {}
    for number, story in enumerate(STORIES, 1):
        row = _tell(number, story, grids[number % len(grids)], at, actors)
        days.setdefault(f"{row.day:%Y-%m-%d}", []).append(str(row.external_no))
    yesterday = local(at - timedelta(days=1)).date()
    named = days.get(f"{yesterday:%Y-%m-%d}", [])
    statements.state(
        yesterday, [*named[1:], f"110{yesterday:%Y%m%d}{LOST}"], by=actors["police"], at=at - MINUTE
    )
    count = PoliceIncident.objects.count()
    mark_done(JOB, PART, at=at, incidents=count)
    return count


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _system() -> Actor:
    client = ApiClient.objects.get(code=CLIENT)
    return Actor(
        role=Role.API_CLIENT,
        client="api",
        client_id=client.pk,
        client_name=client.name,
        source_codes=frozenset(client.sources),
    )


def _tell(number: int, story: Story, grid: Grid, at: datetime, actors: dict[str, Actor]) -> PoliceIncident:
    """Handed over, and as far as the story goes, two minutes for each deed."""
    sent = at - story.ago * MINUTE
    given = Offer(
        external_no=f"110{local(sent):%Y%m%d}{number:04d}",
        content=story.text,
        received_at=sent - 9 * MINUTE,
        sent_at=sent,
        kind=story.kind,
        spot=Spot(region_code=grid.code),
        caller_name="李某",
        caller_phone=f"138{number:08d}",
        officer="陈警官",
        police_unit="辖区派出所",
        dealt=story.dealt,
        police_note="双方此前有过报警记录",
    )
    row = offering.offer(given, by=actors["police"], at=sent).row
    for name in WAYS[story.state]:
        sent += 2 * MINUTE
        by = actors[
            "boss"
            if name == "uphold"
            else "duty"
            if name == "refuse"
            else "desk"
            if name in {"accept", "joint", "hand_back"}
            else "police"
        ]
        conduct.perform(
            name,
            row.pk,
            by=by,
            at=sent,
            category="",
            opinion=WORDS[name],
            basis="国办发〔2022〕12号",
            reason_code="crime" if name == "refuse" else "danger",
        )
    return PoliceIncident.objects.get(pk=row.pk)
