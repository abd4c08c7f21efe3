"""Regular supervision: each time once, missed days once, stopped when its unit is closed."""

from datetime import date

import pytest

from governance.accounts.models import OrgUnit
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from supervision.deeds import recurring
from supervision.deeds.recurring import Routine
from supervision.models import RecurringSupervision, SupervisionTask
from tests.cast import DAY, MONDAY, Cast, at_once
from tests.supervision.props import TODAY, in_days

pytestmark = pytest.mark.django_db


def routine(cast: Cast, **changes: object) -> Routine:
    facts: dict[str, object] = {
        "title": "每周值班抽查",
        "demands": "报告值班情况",
        "kind": "urge",
        "unit_id": cast.unit("CG").pk,
        "every": "weekly",
        "first_on": TODAY,
    }
    return Routine(**facts | changes)  # type: ignore[arg-type]


def test_each_time_once(cast: Cast) -> None:
    row = recurring.make(routine(cast, ends_on=in_days(14)), by=cast.oversight, at=MONDAY)
    assert [recurring.follow_days(at=MONDAY) for _run in range(2)] == [1, 0]
    task = SupervisionTask.objects.get()
    assert (task.state, task.cause, task.kind, task.origin) == (
        "notified",
        "recurring",
        "urge",
        f"recurring:{row.pk}:{TODAY}",
    )
    assert recurring.follow_days(at=MONDAY + 12 * DAY) == 1, "a day that was missed begets one task"
    row.refresh_from_db()
    assert row.next_on == in_days(14)
    assert recurring.follow_days(at=MONDAY + 14 * DAY) == 1
    assert recurring.follow_days(at=MONDAY + 60 * DAY) == 0


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once(cast: Cast) -> None:
    recurring.make(routine(cast), by=cast.oversight, at=MONDAY)
    assert sum(at_once([lambda: recurring.follow_days(at=MONDAY)] * 3)) == 1
    assert SupervisionTask.objects.count() == 1


def test_what_begot_its_task_before_it_was_killed_only_moves_on(cast: Cast) -> None:
    row = recurring.make(routine(cast), by=cast.oversight, at=MONDAY)
    recurring.follow_days(at=MONDAY)
    RecurringSupervision.objects.filter(pk=row.pk).update(next_on=TODAY)
    assert recurring.follow_days(at=MONDAY) == 0
    row.refresh_from_db()
    assert row.next_on == in_days(7)


def test_stopping_and_going_on(cast: Cast) -> None:
    row = recurring.make(routine(cast), by=cast.oversight, at=MONDAY)
    recurring.switch(row.pk, is_active=False, by=cast.oversight, at=MONDAY)
    assert recurring.follow_days(at=MONDAY + 8 * DAY) == 0
    again = recurring.switch(row.pk, is_active=True, by=cast.oversight, at=MONDAY + 8 * DAY)
    assert again.next_on == in_days(14)
    with pytest.raises(Forbidden):
        recurring.switch(row.pk, is_active=False, by=cast.leader, at=MONDAY)
    with pytest.raises(NotFound):
        recurring.switch(0, is_active=False, by=cast.oversight, at=MONDAY)


def test_a_closed_unit_stops_it(cast: Cast) -> None:
    row = recurring.make(routine(cast), by=cast.oversight, at=MONDAY)
    OrgUnit.objects.filter(code="CG").update(is_active=False)
    assert recurring.follow_days(at=MONDAY) == 0
    row.refresh_from_db()
    assert not row.is_active


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": ""}),
        ("demands", {"demands": " "}),
        ("kind", {"kind": "interview"}),
        ("every", {"every": "daily"}),
        ("first_on", {"first_on": date(2020, 1, 1)}),
        ("ends_on", {"ends_on": in_days(-1)}),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, field: str, changes: dict[str, object]) -> None:
    with pytest.raises(Unprocessable) as refused:
        recurring.make(routine(cast, **changes), by=cast.oversight, at=MONDAY)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("name", ["town", "leader", "lead", "far_oversight", "outsider"])
def test_only_oversight_of_the_place(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden):
        recurring.make(routine(cast), by=getattr(cast, name), at=MONDAY)
    assert RecurringSupervision.objects.count() == 0
