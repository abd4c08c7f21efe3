"""Writing, publishing, reminding, withdrawing and confirming: what is stored, and what is refused."""

import io
from datetime import timedelta
from typing import Any

import pytest

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Unprocessable
from incidents import evidence
from incidents.models import Attachment, Notice
from publicity import writing
from publicity.models import NoticeReceipt, PolicyNotice
from tests.cast import DAY, MINUTE, MONDAY, Cast, Photo, at_once, jpeg
from tests.publicity.props import (
    CITY,
    COMMUNITY,
    FAR_TOWN,
    GRID,
    NEXT_GRID,
    TODAY,
    TOWN,
    draft,
    notice,
    readers,
    trace,
)

pytestmark = pytest.mark.django_db


def test_a_draft_keeps_its_places_without_those_inside_others(cast: Cast) -> None:
    row = writing.prepare(
        draft(GRID, COMMUNITY, NEXT_GRID), unit_id=cast.town.unit_id, by=cast.town, at=MONDAY
    )
    assert [target.code for target in row.targets.all()] == [COMMUNITY]
    assert row.region_path.endswith(f"{COMMUNITY}/")
    row = writing.edit(row.pk, draft(GRID, NEXT_GRID), by=cast.town, at=MONDAY, version=1)
    assert {target.code for target in row.targets.all()} == {GRID, NEXT_GRID}
    assert row.region_path.endswith(f"{COMMUNITY}/"), "the smallest place that holds both grids"
    assert (row.version, row.number[:2]) == (2, "ZC")
    assert [step.verb for step in row.steps.order_by("pk")] == ["prepare", "edit"]
    with pytest.raises(StaleVersion):
        writing.edit(row.pk, draft(GRID), by=cast.town, at=MONDAY, version=1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"title": "  "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"body": ""}, "body"),
        ({"valid_to": TODAY - DAY}, "valid_to"),
        ({"targets": ()}, "targets"),
        ({"targets": ["9"] * 501}, "targets"),
        ({"targets": ["990199999999"]}, "targets"),
        ({"audience": ["auditor"]}, "audience"),
    ],
)
def test_bad_drafts_are_told_beside_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        writing.prepare(draft(**changes), unit_id=cast.oversight.unit_id, by=cast.oversight, at=MONDAY)
    assert list(refused.value.fields) == [field]
    assert not PolicyNotice.objects.exists()


def test_nobody_writes_without_a_unit(cast: Cast) -> None:
    with pytest.raises(Unprocessable):
        writing.prepare(draft(TOWN), unit_id=None, by=cast.oversight, at=MONDAY)


def test_publishing_tells_everybody_there_once(cast: Cast) -> None:
    row = notice(cast, TOWN)
    assert readers(row) >= {"worker", "neighbour", "grid_leader", "community", "town", "police", "enforcer"}
    assert not readers(row) & {"far_town", "far_community", "dispatcher", "auditor", "outsider", "oversight"}
    told = Notice.objects.filter(key__startswith=f"policy:{row.pk}:")
    assert set(told.values_list("user__username", flat=True)) == readers(row)
    urls = dict(told.values_list("user__username", "url"))
    assert urls["worker"] == f"/m/policies/{row.number}/", "workers read on the phone"
    assert urls["town"] == f"/policies/{row.number}/"
    assert {notice.title for notice in told} == {"请阅知：高龄津贴发放办法"}
    assert (row.round, row.published_by) == (1, cast.oversight.user)


def test_it_is_not_published_after_its_last_day(cast: Cast) -> None:
    row = notice(cast, state="draft")
    with pytest.raises(Unprocessable) as refused:
        writing.publish(row.pk, by=cast.oversight, at=MONDAY + 40 * DAY)
    assert "valid_to" in refused.value.fields
    with pytest.raises(NotFound):
        writing.publish(row.pk + 99, by=cast.oversight, at=MONDAY)


def test_before_its_first_day_nobody_gets_it(cast: Cast) -> None:
    row = notice(cast, valid_from=TODAY + timedelta(days=2))
    assert row.state == "published"
    assert readers(row) == set()
    with pytest.raises(Conflict) as refused:
        writing.remind(row.pk, by=cast.oversight, at=MONDAY)
    assert refused.value.code == "not_in_force"


def test_confirming_counts_the_first_time(cast: Cast) -> None:
    row = notice(cast)
    receipt = writing.confirm(row.pk, by=cast.worker, at=MONDAY + MINUTE)
    assert receipt.read_at == MONDAY + MINUTE
    assert writing.confirm(row.pk, by=cast.worker, at=MONDAY + DAY).read_at == MONDAY + MINUTE
    assert AuditEntry.objects.filter(verb="policy.confirm").count() == 1
    for nobody in (cast.far_town, cast.auditor, Actor()):
        with pytest.raises(NotFound):
            writing.confirm(row.pk, by=nobody, at=MONDAY)


def test_a_reminder_reaches_those_who_have_not_confirmed(cast: Cast) -> None:
    row = notice(cast)
    writing.confirm(row.pk, by=cast.worker, at=MONDAY)
    again = writing.remind(row.pk, by=cast.town, at=MONDAY + DAY)
    assert (again.round, again.reminded_at) == (2, MONDAY + DAY)
    told = Notice.objects.filter(key__startswith=f"policy:{row.pk}:2:")
    assert set(told.values_list("user__username", flat=True)) == readers(row) - {"worker"}
    assert {item.title for item in told} == {"请尽快阅读并确认：高龄津贴发放办法"}
    before = trace(row)
    with pytest.raises(Conflict) as refused:
        writing.remind(row.pk, by=cast.oversight, at=MONDAY + DAY + MINUTE)
    assert refused.value.code == "reminded"
    assert trace(row) == before
    assert writing.remind(row.pk, by=cast.oversight, at=MONDAY + 2 * DAY).round == 3


def test_what_is_withdrawn_is_not_confirmed_any_more(cast: Cast) -> None:
    row = notice(cast)
    for opinion in (" ", "长" * 501):
        with pytest.raises(Unprocessable):
            writing.withdraw(row.pk, by=cast.oversight, at=MONDAY, opinion=opinion)
    writing.withdraw(row.pk, by=cast.oversight, at=MONDAY, opinion="数字有误")
    with pytest.raises(Conflict):
        writing.confirm(row.pk, by=cast.worker, at=MONDAY)
    assert not NoticeReceipt.objects.filter(notice=row, read_at__isnull=False).exists()
    assert row.steps.latest("pk").opinion == "数字有误"


def test_an_attachment_is_kept_and_let_go(cast: Cast, photo: Photo) -> None:
    first, second = photo(cast.oversight), photo(cast.oversight, seed=2)
    row = writing.prepare(
        draft(attachment=first), unit_id=cast.oversight.unit_id, by=cast.oversight, at=MONDAY
    )
    assert Attachment.objects.get(pk=first).is_kept
    writing.edit(row.pk, draft(attachment=second), by=cast.oversight, at=MONDAY)
    assert [Attachment.objects.get(pk=key).is_kept for key in (first, second)] == [False, True]
    writing.edit(row.pk, draft(attachment=second), by=cast.dispatcher, at=MONDAY)
    writing.edit(row.pk, draft(), by=cast.oversight, at=MONDAY)
    assert not Attachment.objects.get(pk=second).is_kept
    content = jpeg(7)
    strange = evidence.receive(io.BytesIO(content), name="a.jpg", size=len(content), by=cast.town, at=MONDAY)
    with pytest.raises(Unprocessable) as refused:
        writing.edit(row.pk, draft(attachment=strange.pk), by=cast.oversight, at=MONDAY)
    assert list(refused.value.fields) == ["attachment"], "somebody else's upload"


@pytest.mark.django_db(transaction=True)
def test_two_publish_at_once_and_one_does(cast: Cast) -> None:
    row = notice(cast, CITY, state="draft")
    deed = lambda: writing.publish(row.pk, by=cast.oversight, at=MONDAY, version=row.version)  # noqa: E731  # twice
    found = at_once([deed, deed])
    assert sum(isinstance(item, PolicyNotice) for item in found) == 1
    assert sum(isinstance(item, Conflict) for item in found) == 1
    told = Notice.objects.filter(key__startswith=f"policy:{row.pk}:").count()
    assert told == NoticeReceipt.objects.filter(notice=row).count()
    assert FAR_TOWN not in row.region_path
