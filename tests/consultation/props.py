"""Calls, consultations and meetings as scenes need them, made by the real verbs."""

from datetime import datetime, timedelta
from typing import Any

from consultation import conferences, meetings, whistles
from consultation.meetings import MeetingPlan, Point
from consultation.models import CallLine, Consultation, Meeting, WhistleCall
from consultation.whistles import CallDraft
from governance.accounts.actors import Actor
from incidents.models import Ticket
from incidents.places import Spot
from tests.cast import DAY, HOUR, MONDAY, Cast

WORDS = "请到书院社区东门会合，联合处置占道经营"


def call(
    cast: Cast, *units: str, by: Actor | None = None, at: datetime = MONDAY, **changes: Any
) -> WhistleCall:
    """A whistle of the town for its first community."""
    facts: dict[str, Any] = {
        "kind": "hard",
        "title": "东门占道经营反复",
        "content": WORDS,
        "units": [cast.unit(code).pk for code in units or ("CG",)],
        "spot": Spot(region_code="990101001001"),
    }
    if "ticket" in changes:
        facts["spot"] = None
    return whistles.whistle(CallDraft(**facts | changes), by=by or cast.town, at=at)


def line(row: WhistleCall, code: str = "CG") -> CallLine:
    return row.lines.get(unit__code=code)


def answer(name: str, row: CallLine, by: Actor, *, at: datetime = MONDAY + HOUR, **more: Any) -> CallLine:
    data = {"opinion": "收到，马上安排"} | more
    return whistles.answer(name, row.pk, by=by, at=at, **data)


def convene(
    cast: Cast, ticket: Ticket, *units: str, by: Actor | None = None, at: datetime = MONDAY + HOUR
) -> Consultation:
    ids = [cast.unit(code).pk for code in units or ("CG", "E1")]
    return conferences.convene(
        ticket.pk, by=by or cast.dispatcher, at=at, question="商铺门前占道应由谁牵头", units=ids
    )


def plan(cast: Cast, **changes: Any) -> MeetingPlan:
    facts: dict[str, Any] = {
        "kind": "regular",
        "title": "网格工作周例会",
        "host": cast.unit("T1").pk,
        "starts_at": MONDAY + DAY,
        "ends_at": MONDAY + DAY + HOUR,
        "place": "街道三楼会议室",
        "units": [cast.unit("W1").pk, cast.unit("CG").pk],
        "people": [cast.police.user_id],
        "agenda": [Point(title="上周事件办理情况")],
    }
    return MeetingPlan(**facts | changes)


def meeting(cast: Cast, state: str = "planned", **changes: Any) -> Meeting:
    """A meeting of the town, in any state."""
    row = meetings.plan(plan(cast, **changes), by=cast.town, at=MONDAY)
    after = row.starts_at + timedelta(minutes=30)
    if state == "cancelled":
        return meetings.cancel(row.pk, by=cast.town, at=MONDAY, opinion="与防汛会议冲突")
    if state in {"held", "published"}:
        task = meetings.Task(
            text="清理东门占道摊点", unit=cast.unit("CG").pk, due_on=(after + 7 * DAY).date()
        )
        row = meetings.minute(row.pk, by=cast.town, at=after, minutes="会议议定两项", tasks=[task])
    if state == "published":
        row = meetings.publish(row.pk, by=cast.town, at=after + HOUR)
    return row
