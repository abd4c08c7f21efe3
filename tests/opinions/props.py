"""Online opinions as tests need them, brought about by the real deeds."""

from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from incidents.models import Notice, Ticket
from opinions import conduct, finding
from opinions.finding import Finding
from opinions.models import OnlineOpinion, OpinionPost, OpinionReading, OpinionStep
from tests.cast import MINUTE, MONDAY, Cast

TODAY = local(MONDAY).date()
TOWN, FAR_TOWN, GRID = "990101001000", "990102001000", "990101001001001"


def found(**changes: Any) -> Finding:
    """A video about a market in the first grid."""
    facts: dict[str, Any] = {
        "platform": "short_video",
        "title": "网传文津街道夜市油烟扰民",
        "text": "住在夜市楼上，每天油烟熏到半夜，打了几次电话没人管。",
        "place": GRID,
        "found_at": MONDAY,
        "link": "https://video.example.com/v/1",
        "poster": "文津居民小李",
        "sentiment": "negative",
        "views": 1200,
        "comments": 86,
        "shares": 40,
    }
    return Finding(**facts | changes)


def opinion(cast: Cast, state: str = "registered", **changes: Any) -> OnlineOpinion:
    """An opinion in that state, a minute for each deed."""
    at = MONDAY
    row = finding.register(found(**changes), by=cast.oversight, at=at)
    ways: dict[str, tuple[tuple[str, Actor, dict[str, Any]], ...]] = {
        "registered": (),
        "watching": (("watch", cast.oversight, {"level": "general", "opinion": "持续关注"}),),
        "dismissed": (("dismiss", cast.oversight, {"opinion": "与本市无关"}),),
    }
    assign = (
        "assign",
        cast.oversight,
        {"level": "larger", "unit": cast.unit("CG").pk, "opinion": "请核实回应"},
    )
    respond = ("respond", cast.lead, {"response": "已责令停业整改并发布通报"})
    close = ("close", cast.oversight, {"result": "settled", "opinion": "舆情平息"})
    ways |= {"assigned": (assign,), "responded": (assign, respond), "closed": (assign, respond, close)}
    for name, by, data in ways[state]:
        at += MINUTE
        conduct.perform(name, row.pk, by=by, at=at, **data)
    return OnlineOpinion.objects.get(pk=row.pk)


def data_for(cast: Cast, name: str) -> dict[str, Any]:
    """What a verb takes."""
    given: dict[str, dict[str, Any]] = {
        "observe": {"views": 5000, "comments": 300, "shares": 90},
        "watch": {"level": "general", "opinion": "持续关注"},
        "assign": {"level": "major", "unit": cast.unit("CG").pk, "opinion": "请核实回应"},
        "respond": {"response": "已核实处置", "response_link": "https://www.example.com/n/2"},
        "send_back": {"opinion": "回应未说明整改时限"},
        "close": {"result": "explained", "opinion": "已说明"},
        "dismiss": {"opinion": "与本市无关"},
        "raise_ticket": {},
    }
    return given[name]


def hold_post(actor: Actor, cast: Cast, code: str = TOWN, **days: Any) -> OpinionPost:
    """The actor holds the post of online opinion for that region."""
    return OpinionPost.objects.create(
        user=actor.user, region=cast.region(code), **{"starts_on": TODAY, **days}
    )


def trace(row: OnlineOpinion) -> dict[str, Any]:
    """Everything that is stored about an opinion: equal traces mean that nothing was done."""
    return {
        "row": OnlineOpinion.objects.filter(pk=row.pk).values().get(),
        "steps": OpinionStep.objects.count(),
        "readings": OpinionReading.objects.count(),
        "tickets": Ticket.objects.count(),
        "notices": Notice.objects.count(),
    }
