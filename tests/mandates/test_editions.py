"""Editions of lists: who may publish, from which day, what changed, what the journal keeps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, Unprocessable
from mandates.editions import ListFacts, changes_of, compare, publish
from mandates.models import DutyList, MandateVersion
from mandates.sheets import Row
from tests.cast import MONDAY, Cast
from tests.mandates.props import TODAY

pytestmark = pytest.mark.django_db
ROWS = [
    Row(number=2, item_class="basic", subject="乙", matter_code="0106"),
    Row(number=1, item_class="basic", subject="甲"),
]


def facts(cast: Cast, **changes: Any) -> ListFacts:
    place = cast.region(changes.pop("region", "990100000000"))
    found = ListFacts(
        code="WGSX", title="网格事项清单", kind="service", level="grid", region=place, valid_from=TODAY
    )
    return replace(found, **changes)


def test_an_edition_is_stored_in_order_and_written_down(cast: Cast) -> None:
    made = publish(facts(cast, note="首版"), ROWS, by=cast.oversight, at=MONDAY)
    assert [item.subject for item in made.items.order_by("pk")] == ["甲", "乙"]
    assert (made.edition, made.created_by_name, made.region_path) == (
        1,
        "韩督",
        cast.region("990100000000").path,
    )
    entry = AuditEntry.objects.get(verb="duty_list.publish")
    assert entry.details == {"code": "WGSX", "edition": 1, "items": 2}
    before = MandateVersion.objects.get().number
    later = publish(facts(cast, valid_from=TODAY + timedelta(days=1)), ROWS, by=cast.leader, at=MONDAY)
    assert later.edition == 2
    assert MandateVersion.objects.get().number == before + 1
    assert DutyList.objects.in_force(TODAY).get() == made


@pytest.mark.parametrize(
    "name", ["town", "community", "lead", "dispatcher", "far_oversight", "auditor", "outsider"]
)
def test_others_may_not(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        publish(facts(cast), ROWS, by=getattr(cast, name), at=MONDAY)
    assert not DutyList.objects.exists()
    assert not AuditEntry.objects.filter(verb="duty_list.publish").exists()


def test_a_town_keeps_its_own(cast: Cast) -> None:
    assert publish(facts(cast, region="990101001000"), ROWS, by=cast.town, at=MONDAY).edition == 1
    with pytest.raises(Forbidden):
        publish(facts(cast, region="990102001000"), ROWS, by=cast.town, at=MONDAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "有 空格"}, "code"),
        ({"title": "  "}, "title"),
        ({"kind": "other"}, "kind"),
        ({"level": "city"}, "kind"),
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"valid_to": TODAY - timedelta(days=1)}, "valid_to"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        publish(facts(cast, **changes), ROWS, by=cast.oversight, at=MONDAY)
    assert field in caught.value.fields
    assert not DutyList.objects.exists()


def test_a_list_without_items_is_refused(cast: Cast) -> None:
    with pytest.raises(Unprocessable) as caught:
        publish(facts(cast), [], by=cast.oversight, at=MONDAY)
    assert list(caught.value.fields) == ["file"]


@pytest.mark.parametrize("changes", [{"level": "town"}, {"kind": "power"}, {"region": "990101000000"}])
def test_an_edition_keeps_what_the_list_is(cast: Cast, changes: dict[str, Any]) -> None:
    publish(facts(cast), ROWS, by=cast.oversight, at=MONDAY)
    with pytest.raises(Unprocessable) as caught:
        publish(
            facts(cast, valid_from=TODAY + timedelta(days=1), **changes), ROWS, by=cast.oversight, at=MONDAY
        )
    assert list(caught.value.fields) == ["code"]


def test_an_edition_begins_after_the_one_before(cast: Cast) -> None:
    publish(facts(cast), ROWS, by=cast.oversight, at=MONDAY)
    with pytest.raises(Unprocessable) as caught:
        publish(facts(cast), ROWS, by=cast.oversight, at=MONDAY)
    assert list(caught.value.fields) == ["valid_from"]


def test_the_past_is_for_the_system_alone(cast: Cast) -> None:
    old = facts(cast, valid_from=TODAY - timedelta(days=99))
    assert publish(old, ROWS, by=SYSTEM_ACTOR, at=MONDAY).valid_from == old.valid_from


class TestChanges:
    def test_a_first_edition_has_none(self, cast: Cast) -> None:
        assert changes_of(publish(facts(cast), ROWS, by=cast.oversight, at=MONDAY)) is None

    def test_what_came_went_and_is_said_differently(self, cast: Cast) -> None:
        publish(facts(cast), ROWS, by=cast.oversight, at=MONDAY)
        after = [replace(ROWS[0], item_class="taken_back"), Row(number=9, item_class="basic", subject="丙")]
        day = TODAY + timedelta(days=1)
        found = changes_of(publish(facts(cast, valid_from=day), after, by=cast.oversight, at=MONDAY))
        assert found is not None
        assert [row.subject for row in found.added] == ["丙"]
        assert [row.subject for row in found.removed] == ["甲"]
        assert [(one.item_class, two.item_class) for one, two in found.altered] == [("basic", "taken_back")]
        assert not found.is_empty

    def test_a_new_number_alone_is_none(self) -> None:
        assert compare(ROWS, [replace(row, number=row.number + 5) for row in ROWS]).is_empty
