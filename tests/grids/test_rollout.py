"""Pilots and stages of towns: the newest that has begun counts, on any day; they go along when a town changes."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from grids.admin import TownRolloutAdmin
from grids.models import Region, TownRollout
from grids.statistics import counts_on
from incidents.handover.recasting import apply_region_revision
from tests import city
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.recast import FAR_TOWN, TOWN, moved

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + DAY
SPRING, SUMMER, LATER = date(2026, 3, 1), date(2026, 7, 1), date(2027, 1, 1)


def region(code: str) -> Region:
    return Region.objects.get(code=code, valid_to=None)


@pytest.fixture
def staged(cast: Cast) -> None:
    """The far town is a pilot: it was divided in spring, runs since summer, and is planned to be regular."""
    for day, stage in ((SPRING, "dividing"), (SUMMER, "running"), (LATER, "regular")):
        TownRollout.objects.create(region=region(FAR_TOWN), stage=stage, is_pilot=True, begun_on=day)


def test_what_a_town_had_reached_on_a_day(staged: None) -> None:
    def told(day: date) -> dict[str, tuple[str, bool]]:
        return {row.name: (row.stage, row.is_pilot) for row in counts_on(day, ["9901/"])}

    assert told(city.FOUNDED_ON) == {"文津街道": ("", False), "石桥镇": ("", False)}
    assert told(date(2026, 4, 1))["石桥镇"] == ("划分网格", True)
    assert told(SUMMER) == {"文津街道": ("", False), "石桥镇": ("试运行", True)}
    assert {row.stage for row in counts_on(SUMMER, [region(FAR_TOWN).path])} == {""}, "communities have none"


def test_on_the_page_and_in_the_file(staged: None, cast: Cast, client: Client) -> None:
    assert cast.leader.user is not None
    client.force_login(cast.leader.user)
    page = client.get("/grids/?on=2026-11-16").content.decode()
    assert "推进阶段" in page
    assert "试运行" in page
    assert '<span class="tag">试点</span>' in page
    file = b"".join(client.get("/grids/statistics.csv?on=2026-11-16")).decode()  # type: ignore[arg-type]
    (line,) = [line for line in file.splitlines() if "石桥镇" in line]
    assert line.endswith("试运行,试点")
    (other,) = [line for line in file.splitlines() if "文津街道" in line]
    assert other.endswith(",,")
    assert "推进阶段" not in client.get("/grids/?on=2026-02-01").content.decode()


def test_a_town_that_becomes_another_is_as_far_as_before(staged: None, cast: Cast) -> None:
    old = region(FAR_TOWN)
    revision = moved([FAR_TOWN], "990101000000", by=cast.oversight, approver=cast.leader, at=MONDAY + HOUR)
    apply_region_revision(revision.pk, at=TUESDAY)
    new = region("990101002000")
    rows = TownRollout.objects.filter(region=new).order_by("begun_on")
    assert list(rows.values_list("stage", "is_pilot", "begun_on")) == [
        ("running", True, date(2026, 11, 17)),
        ("regular", True, LATER),
    ]
    kept = TownRollout.objects.filter(region=old).order_by("begun_on")
    assert list(kept.values_list("stage", flat=True)) == ["dividing", "running"]


def test_what_has_begun_is_not_edited(staged: None, rf: Any) -> None:
    page = TownRolloutAdmin(TownRollout, None)  # type: ignore[arg-type]
    past = TownRollout.objects.get(begun_on=SPRING)
    future = TownRollout(region=region(TOWN), stage="preparing", begun_on=date(2099, 1, 1))
    assert page.get_readonly_fields(rf.get("/"), past) == ("region", "stage", "is_pilot", "begun_on")
    assert page.get_readonly_fields(rf.get("/"), future) == page.get_readonly_fields(rf.get("/")) == ()
    assert not page.has_delete_permission(rf.get("/"), past)
    assert "石桥镇" in str(past)
