"""Rows of supervision as tests need them, brought about by the real deeds."""

from datetime import date, datetime, timedelta
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from supervision.deeds import checking, ordering, rectifying
from supervision.deeds.inspecting import InspectionDraft, begin, plan, set_quota
from supervision.deeds.ordering import Order
from supervision.models import (
    Appeal,
    Checklist,
    Inspection,
    LeaderInstruction,
    OversightStep,
    SupervisionTask,
)
from tests.cast import MINUTE, MONDAY, Cast, Photo

TODAY = local(MONDAY).date()


def order(cast: Cast, **changes: Any) -> Order:
    """A supervision of the city's management bureau."""
    facts: dict[str, Any] = {
        "kind": "supervise",
        "cause": "unsolved",
        "title": "占道经营反复",
        "demands": "限期整改并报告原因",
        "unit_id": cast.unit("CG").pk,
    }
    return Order(**facts | changes)


def task(
    cast: Cast, photo: Photo, state: str = "notified", *, at: datetime = MONDAY, **changes: Any
) -> SupervisionTask:
    """A task in that state, a minute for each deed."""
    wanted = order(cast, **changes)
    row = ordering.create(wanted, by=cast.oversight, at=at)
    way = ("notified", "rectifying", "submitted", "accepted", "closed")
    for name in way[: way.index(state) + 1] if state in way else ():
        at += MINUTE
        row = _step(name, row, cast, photo, at)
    if state == "withdrawn":
        row = rectifying.withdraw(row.pk, by=cast.oversight, at=at + MINUTE, opinion="误发")
    return SupervisionTask.objects.get(pk=row.pk)


def _step(name: str, row: SupervisionTask, cast: Cast, photo: Photo, at: datetime) -> SupervisionTask:
    lead = cast.lead if row.unit.code == "CG" else cast.community
    files = [photo(lead, at=at)]
    seen = [photo(cast.oversight, at=at)]
    if name == "notified":
        return ordering.notify(row.pk, by=cast.oversight, at=at)
    if name == "rectifying":
        return rectifying.sign(row.pk, by=lead, at=at, plan="三日内清理", person="秦长")
    if name == "submitted":
        return rectifying.submit(row.pk, by=lead, at=at, opinion="已清理", files=files)
    if name == "accepted":
        return checking.accept(row.pk, by=cast.oversight, at=at, files=seen)
    return checking.close(row.pk, by=cast.oversight, at=at, score=90)


def put(row: Any, state: str) -> Any:
    """The row as if some deeds had led there: for matrices, which ask what may follow."""
    type(row).objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()
    return row


def trace(row: SupervisionTask | Appeal | LeaderInstruction | Inspection) -> dict[str, Any]:
    """Everything that is stored about a row: equal traces mean that nothing was done."""
    found: dict[str, Any] = {"row": type(row).objects.filter(pk=row.pk).values().get()}
    found["steps"] = OversightStep.objects.count()
    if isinstance(row, SupervisionTask):
        found["clocks"] = list(row.clocks.order_by("pk").values())
        found["tasks"] = SupervisionTask.objects.count()
    return found


def checklist(level: str = "grid") -> Checklist:
    """The one that is shipped for that level."""
    return Checklist.objects.get(level=level)


def inspection_draft(cast: Cast, *people: Actor, **changes: Any) -> InspectionDraft:
    """A review campaign of the grids of Wenjin."""
    facts: dict[str, Any] = {
        "kind": "review_campaign",
        "title": "网格回头看",
        "checklist": checklist(),
        "region": cast.region("990101001000"),
        "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=7),
        "inspector_ids": [actor.user_id for actor in people or (cast.oversight,)],
    }
    return InspectionDraft(**facts | changes)


def running(cast: Cast, *people: Actor, quota: int = 5, **changes: Any) -> Inspection:
    """An inspection that has begun."""
    set_quota(changes.get("starts_on", TODAY).year, quota, note="", by=cast.oversight, at=MONDAY)
    row = plan(inspection_draft(cast, *people, **changes), by=cast.oversight, at=MONDAY)
    return begin(row.pk, by=cast.oversight, at=MONDAY)


def in_days(days: int) -> date:
    """That many days from today."""
    return TODAY + timedelta(days=days)
