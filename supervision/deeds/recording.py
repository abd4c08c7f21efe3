"""What was found at a place of an inspection: written down once; what is not in place becomes one supervision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, NotFound, Text, Unprocessable
from incidents.models import Attachment
from supervision.deeds.ordering import Order, order_now
from supervision.frame import bind
from supervision.models import Finding, InspectionTarget
from supervision.names import Cause, InspectionState, Kind, Severity


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was found about one item: in place, or how bad and in which words."""

    is_in_place: bool
    severity: str = ""
    text: str = ""


@transaction.atomic
def record(
    target_id: int,
    looks: Mapping[str, Look],
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    files: Sequence[UUID] = (),
) -> InspectionTarget:
    """Write down what was found at a place, once; what is not in place becomes one supervision of its unit.

    Raises NotFound, Forbidden (somebody else's place), Conflict (done, or not running), Unprocessable.
    """
    rows = InspectionTarget.objects.select_for_update(of=("self",)).select_related(
        "inspection__checklist", "grid", "region"
    )
    target = rows.filter(pk=target_id).first()
    if target is None:
        raise NotFound()
    if target.inspector_id != by.user_id:
        raise Forbidden(pgettext_lazy("supervision", "This place is assigned to somebody else"))
    if target.done_at is not None or target.inspection.state != InspectionState.RUNNING:
        raise Conflict(
            pgettext_lazy(
                "supervision", "What was found here is written down already, or the inspection is over"
            )
        )
    findings = list(_findings(target, looks))
    has_image = Attachment.objects.filter(pk__in=list(files), media_type__startswith="image/").exists()
    if any(not item.is_in_place for item in findings) and not has_image:
        told = pgettext_lazy("supervision", "A photo of what is not in place is needed")
        raise Unprocessable(fields={"files": [told]})
    Finding.objects.bulk_create(findings)
    bind(files, by, target=target)
    target.note, target.done_at = note.strip(), at
    target.task = _ordered(target, findings, at=at)
    target.save(update_fields=["note", "done_at", "task"])
    details: dict[str, Any] = {"findings": [item.plain() for item in findings]}
    journal.record("supervision.inspection.record", by=by, obj=target, at=at, details=details)
    return target


def _findings(target: InspectionTarget, looks: Mapping[str, Look]) -> Iterator[Finding]:
    missing: dict[str, list[Text]] = {}
    for item in target.inspection.checklist.items:
        look = looks.get(item["code"])
        if look is None:
            missing[item["code"]] = [pgettext_lazy("supervision", "Say whether it is in place")]
        elif not look.is_in_place and (look.severity not in Severity.values or not look.text.strip()):
            missing[item["code"]] = [pgettext_lazy("supervision", "Say how bad it is and what is missing")]
        else:
            is_bad = not look.is_in_place
            yield Finding(
                target=target,
                code=item["code"],
                label=item["text"][:160],
                is_in_place=look.is_in_place,
                severity=look.severity if is_bad else "",
                text=look.text.strip()[:400] if is_bad else "",
            )
    if missing:
        raise Unprocessable(fields=missing)


def _ordered(target: InspectionTarget, findings: Sequence[Finding], *, at: datetime) -> Any:
    """One supervision for everything that is not in place: an urge, or graver where something serious was found."""
    bad = [item for item in findings if not item.is_in_place]
    if not bad:
        return None
    is_serious = any(item.severity == Severity.SERIOUS for item in bad)
    demands = "\n".join(f"{number}. {item.label}：{item.text}" for number, item in enumerate(bad, 1))
    order = Order(
        kind=Kind.SUPERVISE if is_serious else Kind.URGE,
        cause=Cause.INSPECTION,
        title=f"{target.inspection.title} · {target.name}"[:160],
        demands=demands[:2000],
        unit_id=target.unit_id,
        grid=target.grid,
        region=None if target.grid_id else target.region,
        origin=f"target:{target.pk}",
    )
    return order_now(order, by=SYSTEM_ACTOR, at=at)
