"""Key reports as tests need them, brought about by the real deeds."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from incidents.models import Notice, Ticket
from incidents.places import Spot
from key_reports import deeds, drafting
from key_reports.drafting import Draft
from key_reports.models import KeyReport, KeyStep, ReportClock, ReportRecipient, ReportText
from tests.cast import MINUTE, MONDAY, Cast

GATHERING = "1702"
ITEMS = {
    "when": "11月16日8时50分",
    "place": "书院社区东门",
    "source": "网格员巡查发现",
    "nature": "约三十人在售楼处门口聚集，联系人13812345678",
    "measures": "网格员在现场劝导",
}


def draft(**changes: Any) -> Draft:
    """A gathering in the first community, known for five minutes."""
    facts: dict[str, Any] = {
        "key": uuid4(),
        "category": GATHERING,
        "known_at": MONDAY - 5 * MINUTE,
        "occurred_at": MONDAY - 10 * MINUTE,
        "spot": Spot(region_code="990101001001", text="书院社区东门"),
        "items": ITEMS,
    }
    return Draft(**facts | changes)


WAY: tuple[tuple[str, str, str], ...] = (
    ("phoned", "phone", "worker"),
    ("first_reported", "first", "worker"),
    ("received", "receive", "duty"),
    ("relayed", "relay", "duty"),
    ("following", "follow", "worker"),
    ("final", "final", "worker"),
    ("closed", "close", "duty"),
)


def data_for(name: str, cast: Cast) -> dict[str, Any]:
    """What a verb takes."""
    given: dict[str, dict[str, Any]] = {
        "phone": {"to": "值班室 褚值"},
        "first": ITEMS,
        "follow": ITEMS | {"trend": "人数减少", "casualties": "无"},
        "final": ITEMS | {"cause": "延期交房", "result": "开发商承诺，人员散去"},
        "relay": {"units": [cast.unit("P1").pk]},
        "relay_more": {"units": [cast.unit("RQ").pk]},
        "downgrade": {"opinion": "经核实为排队购房", "category": "1408"},
        "call": {"opinion": "已电话告知"},
    }
    return given.get(name, {})


def report(
    cast: Cast, state: str = "draft", *, at: datetime = MONDAY, by: Actor | None = None, **changes: Any
) -> KeyReport:
    """A report in that state, a minute for each deed."""
    row = drafting.prepare(draft(**changes), by=by or cast.worker, at=at).row
    if state == "downgraded":
        deeds.perform("downgrade", row.pk, by=cast.duty, at=at + MINUTE, data=data_for("downgrade", cast))
    elif state != "draft":
        for reached, name, who in WAY:
            at += MINUTE
            actor = (by or cast.worker) if who == "worker" else getattr(cast, who)
            deeds.perform(name, row.pk, by=actor, at=at, data=data_for(name, cast))
            if reached == state:
                break
    return KeyReport.objects.get(pk=row.pk)


def trace(row: KeyReport) -> dict[str, Any]:
    """Everything that is stored about a report: equal traces mean that nothing was done."""
    return {
        "row": KeyReport.objects.filter(pk=row.pk).values().get(),
        "steps": KeyStep.objects.count(),
        "texts": ReportText.objects.count(),
        "recipients": list(ReportRecipient.objects.order_by("pk").values()),
        "clocks": list(ReportClock.objects.order_by("pk").values()),
        "tickets": Ticket.objects.count(),
        "notices": Notice.objects.count(),
        "journal": AuditEntry.objects.count(),
    }
