"""Rows of mandates as tests need them, without the verbs that lead there."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from governance.foundation.clock import local
from grids.models import Region
from mandates.models import AccessApplication, DelegatedPower, DutyItem, DutyList, MandateVersion
from tests.cast import MONDAY, Cast

TODAY = local(MONDAY).date()


def duty_list(
    items: Sequence[tuple[str, str, str]],
    *,
    code: str = "WGSX",
    edition: int = 1,
    level: str = "grid",
    region: str = "990100000000",
    since: date = TODAY - timedelta(days=30),
    until: date | None = None,
) -> DutyList:
    """An edition with items of (class, matter code, subject)."""
    place = Region.objects.get(code=region)
    row = DutyList.objects.create(
        code=code,
        edition=edition,
        title="网格事项清单",
        kind="service",
        level=level,
        region=place,
        region_path=place.path,
        valid_from=since,
        valid_to=until,
        created_at=MONDAY,
    )
    DutyItem.objects.bulk_create(
        DutyItem(
            duty_list=row,
            number=number,
            item_class=item_class,
            matter_code=matter,
            subject=subject,
            legal_basis="测试依据",
        )
        for number, (item_class, matter, subject) in enumerate(items, 1)
    )
    MandateVersion.bump()
    return row


def application(cast: Cast, **changes: Any) -> AccessApplication:
    """An application of the city's management bureau for the grids of Wenjin."""
    place = Region.objects.get(code=changes.pop("region", "990101001000"))
    count = AccessApplication.objects.count() + 1
    assert cast.lead.user is not None
    facts = {
        "number": f"ZR202611169{count:05d}",
        "title": "垃圾分类入户宣传",
        "matter_code": changes.pop("code", "0106"),
        "level": "grid",
        "unit": cast.unit("CG"),
        "content": "每月入户一次",
        "legal_basis": "生活垃圾管理条例",
        "money": "部门承担",
        "training": "上岗前培训两小时",
        "starts_on": changes.pop("since", TODAY),
        "ends_on": changes.pop("until", TODAY + timedelta(days=90)),
        "prepared_by": cast.lead.user,
        "prepared_at": changes.pop("at", MONDAY),
    }
    row = AccessApplication.objects.create(region=place, region_path=place.path, **facts | changes)
    MandateVersion.bump()
    return row


def power(cast: Cast, **changes: Any) -> DelegatedPower:
    """A power of the management bureau for Wenjin."""
    count = DelegatedPower.objects.count() + 1
    towns = changes.pop("towns", ["990101001000"])
    assert cast.lead.user is not None
    facts = {
        "number": f"XF202611169{count:05d}",
        "title": "道路破损行政处罚",
        "matter_code": changes.pop("code", "0202"),
        "from_line": "CG",
        "legal_basis": "下放决定",
        "starts_on": TODAY - timedelta(days=3),
        "proposed_by": cast.lead.user,
        "proposed_at": MONDAY,
    }
    row = DelegatedPower.objects.create(**facts | changes)
    row.towns.set(Region.objects.filter(code__in=towns))
    MandateVersion.bump()
    return row
