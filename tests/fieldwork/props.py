"""Props of the tests of patrols and visits: who holds the posts of the small city, and tasks in any state."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from fieldwork.models import FieldTask, TaskObject
from fieldwork.planning.windows import midnight_after
from fieldwork.states import TaskState
from governance.accounts.models import User
from grids.models import Grid, GridAssignment, GridPost
from registers.models import Household, KeyPerson, KeyPlace
from tests import city
from tests.cast import MONDAY
from tests.registers import props

TODAY = date(2026, 11, 16)
AT: datetime = MONDAY
LAST = TODAY + timedelta(days=6)


def grid(column: int = 0) -> Grid:
    return Grid.objects.get(code=city.GRIDS[column])


def person(name: str) -> User:
    return User.objects.get(username=name)


def post(name: str, column: int = 0, kind: str = "grid_patroller") -> GridAssignment:
    """The person fills a post of the grid."""
    place = GridPost.objects.create(grid=grid(column), kind=kind)
    return GridAssignment.objects.create(post=place, user=person(name), starts_on=date(2026, 1, 1))


def task(state: str = "assigned", *, who: str = "worker", column: int = 0, **changes: Any) -> FieldTask:
    """A task of the week of the tests' Monday."""
    place = grid(column)
    facts: dict[str, Any] = {
        "work": "visit",
        "mode": "regular",
        "coverage": "universal",
        "title": "住户每季度普遍走访",
        "grid": place,
        "region_path": place.path,
        "assignee": person(who) if who else None,
        "state": state,
        "starts_on": TODAY,
        "ends_on": LAST,
        "due_at": midnight_after(changes.get("ends_on", LAST)),
        "planned_at": AT,
    }
    if changes.get("work") == "patrol":
        facts["patrol_kind"] = "daily"
    if state == TaskState.MISSED:
        facts |= {"missed_at": AT, "make_up_until": AT + timedelta(days=2)}
    if state in {TaskState.SUBMITTED, TaskState.REVIEWED, TaskState.MADE_UP}:
        facts |= {"submitted_at": AT, "received_at": AT}
    return FieldTask.objects.create(**facts | changes)


def target(
    of: FieldTask, thing: Household | KeyPerson | KeyPlace | None = None, **changes: Any
) -> TaskObject:
    """One object of the task; a household of its grid unless another is given."""
    thing = thing or props.household(city.GRIDS.index(of.grid.code) if of.grid else 0)
    name = {Household: "household", KeyPerson: "key_person", KeyPlace: "key_place"}[type(thing)]
    number = TaskObject.objects.filter(task=of).count() + 1
    facts: dict[str, Any] = {"task": of, "position": number, "subject": name, name: thing}
    row = TaskObject.objects.create(**facts | changes)
    FieldTask.objects.filter(pk=of.pk).update(object_count=number)
    return row


def key() -> UUID:
    return uuid4()


def again(row: Any) -> Any:
    row.refresh_from_db()
    return row
