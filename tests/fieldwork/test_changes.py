"""A major change of a key person or place is followed by a visit within 24 hours, with its source; once."""

from datetime import timedelta
from typing import Any

import pytest

from fieldwork.fairness.models import BlockedTask
from fieldwork.models import FieldStep, FieldTask, TaskObject, TaskRule
from fieldwork.planning import plan_day
from incidents.models import Notice
from mandates import standing
from registers.deeds import files, moving, places
from registers.deeds.files import FileFacts
from registers.models import KeyPerson
from tests import city
from tests.cast import HOUR, MONDAY, Cast
from tests.fieldwork import props as field
from tests.fieldwork.test_planning import leave
from tests.mandates.props import duty_list
from tests.registers import props

pytestmark = pytest.mark.django_db
LON, LAT = city.centre(0)
FRAIL = "frail_elderly"


def spot(**changes: Any) -> places.PlaceFacts:
    facts: dict[str, Any] = {"name": "老街烧烤", "kind": "small_restaurant", "lon": LON, "lat": LAT}
    return places.PlaceFacts(**facts | changes)


def opened(cast: Cast, **facts: Any) -> KeyPerson:
    facts = {"kind": FRAIL, "level": "2", "responsible_id": field.person("worker").pk} | facts
    resident = props.resident()
    row, _new = files.open_file(
        resident.pk, FileFacts(**facts), key=field.key(), by=cast.community, at=MONDAY
    )
    return row


def raise_level(row: KeyPerson, level: str, cast: Cast, *, at: Any) -> None:
    row.refresh_from_db()
    facts = FileFacts(kind=row.kind, level=level, responsible_id=row.responsible_id)
    files.change_file(row.pk, facts, version=row.version, by=cast.community, at=at)


def test_whoever_comes_onto_the_list_is_visited_within_a_day(cast: Cast) -> None:
    person = opened(cast)
    task, target = FieldTask.objects.get(), TaskObject.objects.get()
    assert (task.mode, task.work, task.state) == ("event", "visit", "assigned")
    assert task.assignee == field.person("worker")
    assert (task.due_at, task.starts_on) == (MONDAY + timedelta(hours=24), field.TODAY)
    assert task.note == "新列入重点人员"
    assert task.rule is not None
    assert "24小时" in task.rule.source
    assert (target.key_person, target.rule, target.state) == (person, task.rule, "open")
    step = FieldStep.objects.get()
    assert (step.verb, step.role, step.data) == ("plan", "system", {"change": "opened"})
    assert Notice.objects.filter(user=field.person("worker"), url=f"/m/visits/{task.pk}/").exists()
    again = files.open_file(
        person.resident_id,
        FileFacts(kind=FRAIL, level="2"),
        key=person.key,
        by=cast.community,
        at=MONDAY,
    )
    assert again == (person, False)
    raise_level(person, "1", cast, at=MONDAY + HOUR)
    assert FieldTask.objects.count() == 1, "the visit is still to be made"


def test_a_raised_level_is_followed_and_a_lowered_one_is_not(cast: Cast) -> None:
    person = opened(cast, level="3")
    TaskObject.objects.update(state="done", done_at=MONDAY)
    FieldTask.objects.update(state="submitted")
    raise_level(person, "2", cast, at=MONDAY + HOUR)
    assert FieldTask.objects.count() == 2
    second = FieldTask.objects.latest("pk")
    assert second.note == "关注等级上调"
    assert second.objects_of.get().rule is None, "the visit of the day counts once"
    FieldTask.objects.update(state="submitted")
    raise_level(person, "3", cast, at=MONDAY + 2 * HOUR)
    assert FieldTask.objects.count() == 2
    day = MONDAY + timedelta(days=2)
    raise_level(person, "1", cast, at=day)
    assert FieldTask.objects.latest("pk").objects_of.get().rule is not None
    assert plan_day(at=day).tasks >= 0, "the planner leaves rules that follow changes alone"
    assert not FieldTask.objects.filter(run__rule__period="event").exists()


def test_who_moves_is_visited_in_the_new_home(cast: Cast) -> None:
    person, other = opened(cast), props.household(1)
    FieldTask.objects.update(state="submitted")
    TaskObject.objects.update(state="done", done_at=MONDAY)
    at = MONDAY + timedelta(days=3)
    resident = person.resident
    moving.move(
        resident.pk, other.pk, on=at.date(), relation="", reason="投靠子女", key=field.key(),
        version=resident.version, by=cast.community, at=at,
    )  # fmt: skip
    task = FieldTask.objects.latest("pk")
    assert (task.region_path, task.note, task.grid) == (field.grid(1).path, "已迁居", field.grid(1))


def test_a_place_whose_risk_has_risen(cast: Cast) -> None:
    row, _new = places.register_place(spot(), key=field.key(), by=cast.community, at=MONDAY)
    assert not FieldTask.objects.exists()
    field.post("worker")
    row = places.change_place(row.pk, spot(risk="high"), version=row.version, by=cast.community, at=MONDAY)
    task = FieldTask.objects.get()
    assert (task.work, task.mode, task.note) == ("patrol", "event", "转为高风险")
    assert (task.assignee, task.state) == (field.person("worker"), "assigned")
    assert TaskObject.objects.get().lon == LON
    places.change_place(
        row.pk, spot(risk="high", name="老街烧烤店"), version=row.version, by=cast.community, at=MONDAY
    )
    places.register_place(spot(risk="high", name="二店"), key=field.key(), by=cast.community, at=MONDAY)
    assert FieldTask.objects.count() == 2


def test_leave_nobody_and_no_rule(cast: Cast) -> None:
    leave("worker", field.TODAY, field.LAST, substitute="grid_leader")
    opened(cast)
    task = FieldTask.objects.get()
    assert (task.assignee, task.stands_in_for) == (field.person("grid_leader"), field.person("worker"))
    field.person("grid_leader")
    leave("neighbour", field.TODAY, field.LAST)
    opened(cast, kind="key_youth", responsible_id=field.person("neighbour").pk)
    waiting = FieldTask.objects.latest("pk")
    assert (waiting.assignee, waiting.state) == (None, "planned")
    places.register_place(spot(risk="high"), key=field.key(), by=cast.community, at=MONDAY)
    assert FieldTask.objects.latest("pk").assignee is None, "nobody stands in the grid"
    TaskRule.objects.filter(period="event").update(valid_to=field.TODAY - timedelta(days=1))
    opened(cast, kind="drug_rehabilitation")
    assert FieldTask.objects.count() == 3


def test_what_no_access_item_covers_is_left_out_and_counted(cast: Cast) -> None:
    duty_list([("basic", "0106", "垃圾分类")])
    standing.forget()
    opened(cast)
    assert not FieldTask.objects.exists()
    stopped = BlockedTask.objects.get()
    assert (stopped.kind, stopped.matter_code, stopped.by) == ("visit", "1301", cast.community.user)
    assert KeyPerson.objects.count() == 1, "the register is written all the same"
