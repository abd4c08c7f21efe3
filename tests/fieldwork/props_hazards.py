"""Hazards as tests need them, brought about by the real deeds."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from fieldwork.hazards import deeds, reporting
from fieldwork.hazards.models import Hazard, HazardListing, HazardProof, HazardStep
from fieldwork.hazards.reporting import HazardDraft
from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from incidents import evidence
from incidents.models import Attachment, Notice
from incidents.places import Spot
from tests import city
from tests.cast import DAY, MINUTE, MONDAY, Cast, jpeg

GENERAL, MAJOR = "0701", "0702"


def picture(by: Actor, *, at: datetime = MONDAY) -> UUID:
    """A photo that this person has just uploaded."""
    content = jpeg()
    return evidence.receive(io.BytesIO(content), name="spot.jpg", size=len(content), by=by, at=at).pk


def draft(by: Actor, **changes: Any) -> HazardDraft:
    """A blocked way out in a workshop of the first grid, with its photo; `column` moves it."""
    lon, lat = city.centre(changes.pop("column", 0))
    facts: dict[str, Any] = {
        "category": GENERAL,
        "content": "小作坊疏散通道堆满纸箱，应急灯不亮",
        "spot": Spot(lon=lon, lat=lat, text="东苑路12号作坊"),
        "party": "东苑路12号作坊",
    }
    if "photos" not in changes:
        facts["photos"] = [picture(by)]
    return HazardDraft(**facts | changes)


ORDER = {"measures": "清空通道，修复应急灯"}


def hazard(
    cast: Cast,
    state: str = "reported",
    *,
    major: bool = False,
    unit: str = "CG",
    at: datetime = MONDAY,
    by: Actor | None = None,
    **changes: Any,
) -> Hazard:
    """A hazard in that state. The worker finds it, the town orders or lists it, `CG` rectifies it."""
    finder = by or cast.worker
    row = reporting.report(draft(finder, **changes), by=finder, at=at).hazard
    if state == "dismissed":
        return deeds.perform("dismiss", row.pk, by=cast.town, at=at + MINUTE, opinion="已核实，不存在")
    if state == "reported":
        return Hazard.objects.get(pk=row.pk)
    data = {**ORDER, "unit": cast.unit(unit).pk}
    if major:
        deeds.perform("list", row.pk, by=cast.town, at=at + MINUTE, opinion="可能群死群伤", **data)
        deeds.perform("control", row.pk, by=cast.handler, at=at + 2 * MINUTE, opinion="停业封控，专人值守")
    else:
        deeds.perform("order", row.pk, by=cast.town, at=at + MINUTE, **data)
    if state in {"submitted", "accepted"}:
        proof = [picture(cast.handler)]
        deeds.perform("submit", row.pk, by=cast.handler, at=at + DAY, opinion="已清空", photos=proof)
    if state == "accepted":
        verb, proof = ("lift" if major else "accept"), [picture(cast.town)]
        deeds.perform(verb, row.pk, by=cast.town, at=at + 2 * DAY, opinion="现场复查合格", photos=proof)
    return Hazard.objects.get(pk=row.pk)


def data_for(name: str, cast: Cast, by: Actor) -> dict[str, Any]:
    """What a verb needs, as this person brings it."""
    more: dict[str, Any] = {"opinion": "现场情况属实"}
    if name in {"order", "list"}:
        more |= {**ORDER, "unit": cast.unit("CG").pk}
    if name == "extend":
        more["due_on"] = (MONDAY + 40 * DAY).date()
    if name in {"submit", "accept", "lift"} and by.user is not None:
        more["photos"] = [picture(by)]
    return more


def trace(row: Hazard) -> dict[str, Any]:
    """Everything that is stored about a hazard: equal traces mean that nothing was done."""
    return {
        "row": Hazard.objects.filter(pk=row.pk).values().get(),
        "listings": list(HazardListing.objects.filter(hazard=row).order_by("pk").values()),
        "steps": HazardStep.objects.count(),
        "proofs": HazardProof.objects.count(),
        "kept": Attachment.objects.filter(is_kept=True).count(),
        "journal": AuditEntry.objects.filter(verb__startswith="hazard.").count(),
        "notices": Notice.objects.count(),
        "hazards": Hazard.objects.count(),
    }
