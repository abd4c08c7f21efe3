"""Patrols and visits done without a line: the same deeds, once for each id of the phone, and what the phone keeps."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fieldwork.models import CheckIn, FieldTask, PatrolTour, TrackPart
from fieldwork.rounds.deeds import DEEDS
from fieldwork.rounds.sending import kept
from fieldwork.sync import kinds
from fieldwork.sync.kinds import Done, Sent
from governance.foundation.errors import NotFound, Unprocessable
from registers.models import HouseholdVisit
from tests import city
from tests.cast import MONDAY, Cast
from tests.fieldwork import props as field
from tests.fieldwork.test_recording import said
from tests.registers import props

pytestmark = pytest.mark.django_db
LON, LAT = city.centre(0)
LATER = MONDAY + timedelta(hours=5)


def send(
    name: str, task: FieldTask, cast: Cast, *, id: UUID | None = None, after: int = 0, **data: Any
) -> Done:
    """What a phone did `after` minutes on Monday and sent five hours later."""
    done_at = MONDAY + timedelta(minutes=after)
    fields = {"task": [str(task.pk)], "lon": [str(LON)], "lat": [str(LAT)], "accuracy": ["9"]}
    fields |= {key: value if isinstance(value, list) else [str(value)] for key, value in data.items()}
    sent = Sent(
        id=id or uuid4(),
        kind=name,
        subject=f"field:{task.pk}",
        data=fields,
        device_at=done_at,
        occurred_at=done_at,
        received_at=LATER,
    )
    return kinds.known()[name].do(sent, by=cast.worker, at=LATER)


def test_every_deed_is_an_action_of_the_phone() -> None:
    assert set(DEEDS) <= set(kinds.known())


def test_a_patrol_of_the_morning_sent_at_noon(cast: Cast) -> None:
    task, tour = field.task(work="patrol", minutes_needed=60), uuid4()
    place = field.target(task, props.key_place())
    send("patrol_start", task, cast, id=tour)
    assert send("patrol_start", task, cast, id=tour).url == f"/m/patrols/{task.pk}/"
    seconds = int(MONDAY.timestamp())
    send(
        "track", task, cast, tour=tour, points=[f"{seconds + 60},{LON},{LAT}", f"{seconds + 120},{LON},{LAT}"]
    )
    answers = {f"item_{pk}": value for pk, value in said(place).items()}
    send("visit", task, cast, after=30, target=place.pk, was_met="1", **answers)
    send("patrol_stop", task, cast, after=90)
    assert "已提交" in send("submit", task, cast, after=91).words
    assert (field.again(task).minutes, task.submitted_at) == (90, MONDAY + timedelta(minutes=91))
    assert (task.received_at, task.has_doubt) == (LATER, False)
    assert PatrolTour.objects.get().stopped_at == MONDAY + timedelta(minutes=90)
    assert TrackPart.objects.get().count == 2
    assert CheckIn.objects.get().occurred_at == MONDAY + timedelta(minutes=30)


def test_the_same_visit_twice_is_one(cast: Cast) -> None:
    row, number = field.target(field.task()), uuid4()
    facts = {"target": row.pk, "was_met": "1", "note": "平安", "purpose": "care"}
    facts |= {f"item_{pk}": value for pk, value in said(row).items()}
    send("visit_start", row.task, cast)
    send("visit", row.task, cast, id=number, **facts)
    send("visit", row.task, cast, id=number, **facts)
    assert HouseholdVisit.objects.count() == 1


def test_what_is_refused_says_why(cast: Cast) -> None:
    row = field.target(field.task(who="grid_leader"))
    with pytest.raises(NotFound):
        send("submit", row.task, cast)
    lost = FieldTask(pk=0)
    lost.pk = "x"  # type: ignore[assignment]  # what a phone may send
    with pytest.raises(Unprocessable) as refused:
        send("submit", lost, cast)
    assert list(refused.value.fields) == ["task"]


def test_the_phone_keeps_my_tasks_and_their_pages(cast: Cast) -> None:
    row = field.target(field.task())
    field.target(field.task(who="grid_leader"))
    found = kept(cast.worker, MONDAY)
    assert [task["id"] for task in found.data] == [row.task_id]
    addresses = [page if isinstance(page, str) else page[0] for page in found.pages]
    assert f"/m/visits/{row.task_id}/objects/{row.pk}/" in addresses
    assert f"/m/visits/{row.task_id}/findings/new/" in addresses
