"""Online opinion of the demo city, by the real verbs: one in every state, with spread, tickets and a late answer."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.models import Grid, Region
from opinions import conduct, finding
from opinions.finding import Finding
from opinions.models import OnlineOpinion, OpinionPost

PART: Final = "opinions"
HOUR: Final = timedelta(hours=1)


class Story(NamedTuple):
    """One opinion: where, what, how negative, how far it spread, how far it is, hours ago."""

    platform: str
    title: str
    text: str
    sentiment: str
    views: int
    state: str
    level: str
    hours: int


STORIES: Final = (
    Story(
        "short_video",
        "网传夜市油烟直排扰民",
        "住在夜市楼上，油烟熏到半夜，希望有人管。",
        "negative",
        18600,
        "closed",
        "larger",
        150,
    ),
    Story(
        "weibo",
        "网友反映小区连续停水",
        "已经停水两天了，没有任何通知。",
        "negative",
        42300,
        "closed",
        "major",
        120,
    ),
    Story(
        "forum",
        "质疑老旧小区改造偷工减料",
        "外墙保温刚做完就开裂，施工方说是正常现象。",
        "negative",
        5200,
        "responded",
        "larger",
        40,
    ),
    Story(
        "message_board",
        "建议增设校门口临时停车位",
        "上下学时段校门口拥堵，建议划设限时车位。",
        "neutral",
        310,
        "assigned",
        "general",
        20,
    ),
    Story(
        "short_video",
        "视频称电动车在楼道充电起火",
        "视频显示楼道有明火，发布者称无人处置。",
        "negative",
        96800,
        "assigned",
        "grave",
        6,
    ),
    Story(
        "wechat",
        "文章点赞网格员冒雨送药",
        "网格员连续三天给独居老人送药，邻居都看在眼里。",
        "positive",
        7400,
        "watching",
        "general",
        30,
    ),
    Story(
        "news",
        "河道垃圾清理后反弹",
        "记者回访发现河道再次出现漂浮垃圾。",
        "negative",
        2800,
        "registered",
        "",
        1,
    ),
    Story(
        "forum",
        "转帖称本市将取消老年卡",
        "帖子无出处，评论区要求说明。",
        "negative",
        1500,
        "dismissed",
        "",
        70,
    ),
)
WAYS: Final = {
    "registered": (),
    "watching": ("watch",),
    "assigned": ("assign",),
    "responded": ("assign", "respond"),
    "closed": ("assign", "respond", "close"),
    "dismissed": ("dismiss",),
}
WORDS: Final = {
    "watch": "传播平稳，持续关注评论走向。",
    "assign": "情况基本属实，请尽快核实处置并公开回应。",
    "respond": "已到现场核查并落实整改，同步在原平台发布情况说明，联系发布人当面沟通。",
    "close": "问题整改到位，评论区情绪平稳，予以办结。",
    "dismiss": "经核实为旧帖转载，不涉及本市，不予处置。",
}


@transaction.atomic
def build_opinions() -> int:
    """Write them once; returns how many there are now, 0 when they were there already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    boss, lead, worker = (_account(name) for name in ("oversight", "deptlead", "community"))
    town = Region.objects.filter(level="town", valid_to=None).order_by("path")[0]
    assert worker.user is not None
    OpinionPost.objects.create(user=worker.user, region=town, starts_on=local(at).date() - timedelta(days=60))
    grids = list(
        Grid.objects.filter(valid_to=None, path__startswith=town.path).order_by("path")[: len(STORIES)]
    )
    for number, story in enumerate(STORIES):
        _tell(story, grids[number % len(grids)].code, at - story.hours * HOUR, boss, lead)
    raising = OnlineOpinion.objects.filter(state="assigned").order_by("pk").last()
    if raising is not None:
        conduct.perform("raise_ticket", raising.pk, by=_account("dispatcher"), at=at - HOUR)
    count = OnlineOpinion.objects.count()
    mark_done(JOB, PART, at=at, opinions=count)
    return count


def _account(username: str) -> Actor:
    user = User.objects.select_related("unit").get(username=username)
    return Actor(user=user, unit_id=user.unit_id)


def _tell(story: Story, place: str, at: datetime, boss: Actor, lead: Actor) -> None:
    """Found, weighed up within the hour, and as far as the story goes; it spreads on the way."""
    found = Finding(
        platform=story.platform,
        title=story.title,
        text=story.text,
        place=place,
        found_at=at,
        poster="本地网友",
        sentiment=story.sentiment,
        views=story.views // 4,
        comments=story.views // 90,
        shares=story.views // 160,
    )
    row = finding.register(found, by=boss, at=at)
    spread = {"views": story.views, "comments": story.views // 30, "shares": story.views // 60}
    conduct.perform("observe", row.pk, by=boss, at=at + HOUR / 4, **spread)
    for number, name in enumerate(WAYS[story.state], 1):
        data: dict[str, Any] = {
            "opinion": WORDS[name],
            "response": WORDS[name],
            "level": story.level,
            "unit": lead.unit_id,
            "result": "settled",
        }
        by = lead if name == "respond" else boss
        conduct.perform(name, row.pk, by=by, at=at + number * HOUR * 3 / 4, **data)
