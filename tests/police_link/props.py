"""Matters between 110 and the centre as tests need them, brought about by the real deeds."""

from datetime import datetime
from typing import Any

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint_many
from governance.audit.models import AuditEntry
from incidents.models import Notice, Ticket
from incidents.places import Spot
from police_link import conduct, offering
from police_link.models import PoliceIncident, PoliceStep
from police_link.offering import Offer
from tests import city
from tests.cast import MINUTE, MONDAY, Cast

NUMBER = "J3301-20261116-0001"


def offered(**changes: Any) -> Offer:
    """A quarrel between neighbours in the first grid, handed over five minutes after the call."""
    lon, lat = city.centre(0)
    facts: dict[str, Any] = {
        "external_no": NUMBER,
        "content": "报警人称楼上漏水多次协商未果，双方发生争吵，民警到场后已平息",
        "received_at": MONDAY - 6 * MINUTE,
        "sent_at": MONDAY - MINUTE,
        "kind": "dispute",
        "spot": Spot(lon=lon, lat=lat, text="书院社区3号楼"),
        "caller_name": "张三丰",
        "caller_phone": "13812345678",
        "officer": "周警官",
        "police_unit": "文津派出所",
        "dealt": "已分开双方并劝离",
        "police_note": "其中一方有前科",
    }
    return Offer(**facts | changes)


def incident(
    cast: Cast, state: str = "offered", *, at: datetime = MONDAY, by: Actor | None = None, **changes: Any
) -> PoliceIncident:
    """A matter in that state, a minute for each deed."""
    row = offering.offer(offered(**changes), by=by or cast.other_client, at=at).row
    for name, who in WAYS[state]:
        at += MINUTE
        conduct.perform(name, row.pk, by=getattr(cast, who), at=at, **data_for(name))
    return PoliceIncident.objects.select_related("source", "ticket").get(pk=row.pk)


WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    "offered": (),
    "accepted": (("accept", "dispatcher"),),
    "joint": (("joint", "dispatcher"),),
    "refused": (("refuse", "duty"),),
    "disputed": (("refuse", "duty"), ("object", "other_client")),
    "kept": (("refuse", "duty"), ("object", "other_client"), ("uphold", "oversight")),
    "withdrawn": (("withdraw", "other_client"),),
    "handing": (("accept", "dispatcher"), ("hand_back", "duty")),
    "taken": (("accept", "dispatcher"), ("hand_back", "duty"), ("take", "other_client")),
}


def data_for(name: str) -> dict[str, Any]:
    """What a verb takes."""
    given: dict[str, dict[str, Any]] = {
        "accept": {"category": "0401", "opinion": "同意接收"},
        "joint": {"category": "0401", "opinion": "派出所维持秩序，社区组织调解"},
        "refuse": {"reason_code": "crime", "opinion": "现场有人受伤", "basis": "治安管理处罚法第四十三条"},
        "object": {"opinion": "伤情轻微，属邻里纠纷"},
        "uphold": {"opinion": "由首接单位办理", "basis": "国办发〔2022〕12号"},
        "withdraw": {"opinion": "重复推送"},
        "hand_back": {"reason_code": "danger", "opinion": "当事人持械"},
        "take": {"opinion": "已派警"},
        "decline": {"opinion": "现场无警情", "basis": "警情处置规范"},
        "report": {"opinion": "已训诫双方"},
        "lapse": {},
    }
    return given[name]


def trace(row: PoliceIncident) -> dict[str, Any]:
    """Everything that is stored about a matter: equal traces mean that nothing was done."""
    return {
        "row": PoliceIncident.objects.filter(pk=row.pk).values().get(),
        "steps": PoliceStep.objects.count(),
        "tickets": Ticket.objects.count(),
        "notices": Notice.objects.count(),
        "journal": AuditEntry.objects.count(),
    }


def police_desk(cast: Cast) -> Actor:
    """Somebody of the police station, as handler of that unit."""
    assert cast.outsider.user is not None
    station = cast.unit("P1")
    post = Post(user=cast.outsider.user, role="dept_handler", target=station, starts_on=MONDAY.date())
    appoint_many([post], at=MONDAY)
    return cast.again(cast.outsider)
