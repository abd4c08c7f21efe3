"""Policy notices as tests need them, brought about by the real deeds."""

from datetime import timedelta
from typing import Any

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from publicity import writing
from publicity.models import NoticeReceipt, NoticeStanding, NoticeStep, PolicyNotice
from publicity.writing import NoticeDraft
from tests.cast import MONDAY, Cast

TODAY = local(MONDAY).date()
CITY, TOWN, FAR_TOWN = "990100000000", "990101001000", "990102001000"
COMMUNITY, FAR_COMMUNITY = "990101001001", "990102001001"
GRID, NEXT_GRID, FAR_GRID = "990101001001001", "990101001001002", "990102001001001"


def draft(*targets: str, **changes: Any) -> NoticeDraft:
    """A policy for a town, a month long."""
    facts: dict[str, Any] = {
        "kind": "policy",
        "title": "高龄津贴发放办法",
        "body": "年满八十周岁的老人，本人或家属可向社区申请。",
        "targets": targets or (TOWN,),
        "valid_from": TODAY,
        "valid_to": TODAY + timedelta(days=30),
    }
    return NoticeDraft(**facts | changes)


def notice(
    cast: Cast, *targets: str, by: Actor | None = None, state: str = "published", **changes: Any
) -> Any:
    """A notice of the centre in that state."""
    who = by or cast.oversight
    row = writing.prepare(draft(*targets, **changes), unit_id=who.unit_id, by=who, at=MONDAY)
    if state in {"published", "withdrawn"}:
        row = writing.publish(row.pk, by=who, at=MONDAY)
    if state == "withdrawn":
        row = writing.withdraw(row.pk, by=who, at=MONDAY, opinion="内容有误")
    return PolicyNotice.objects.get(pk=row.pk)


def readers(row: PolicyNotice) -> set[str]:
    """Who gets it: those who stand somewhere."""
    rows = NoticeReceipt.objects.filter(notice=row, standings__isnull=False)
    return set(rows.values_list("user__username", flat=True))


def trace(row: PolicyNotice) -> dict[str, Any]:
    """Everything that is stored about a notice: equal traces mean that nothing was done."""
    return {
        "row": PolicyNotice.objects.filter(pk=row.pk).values().get(),
        "targets": list(row.targets.order_by("code").values("code", "region_path")),
        "receipts": list(NoticeReceipt.objects.filter(notice=row).order_by("pk").values()),
        "standings": NoticeStanding.objects.filter(receipt__notice=row).count(),
        "steps": NoticeStep.objects.count(),
        "notices": PolicyNotice.objects.count(),
    }
