"""Patrols and visits done without a line: the same deeds, once for each id of the phone, and what the phone keeps."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fieldwork import transitions
from fieldwork.models import CheckIn, FieldTask, PatrolTour, TrackPart
from fieldwork.rounds.deeds import DEEDS
from fieldwork.rounds.sending import kept, tour_of
from fieldwork.sync import kinds
from fieldwork.sync.kinds import Done, Sent
from fieldwork.sync.packing import Section
from governance.foundation.errors import Conflict, NotFound, Unprocessable
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
    name: str,
    task: FieldTask,
    cast: Cast,
    *,
    id: UUID | None = None,
    after: int = 0,
    ahead: int = 0,
    **data: Any,
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
        device_at=done_at + timedelta(seconds=ahead),
        occurred_at=done_at,
        skew_seconds=ahead,
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


def test_a_tour_that_the_phone_has_named_by_a_clock_that_is_a_day_ahead(cast: Cast) -> None:
    task, tour, day = field.task(work="patrol"), uuid4(), 86_400
    send("patrol_start", task, cast, ahead=day, tour=tour)
    found = tour_of(cast.worker, LATER).data
    assert found == {"tour": str(tour), "task": str(task.pk)}
    seconds = int(MONDAY.timestamp()) + day
    points = ";".join(f"{seconds + step * 60},{LON},{LAT + step / 10000}" for step in range(3))
    key = uuid4()
    for _time in range(2):
        send(
            "track", task, cast, id=key, ahead=day, tour=tour, points=[points, f"{seconds + 200},{LON},{LAT}"]
        )
    part = TrackPart.objects.get()
    assert (part.count, part.first_at) == (4, MONDAY)
    send("patrol_stop", task, cast, after=30, ahead=day)
    assert tour_of(cast.worker, LATER) == Section(data=None)
    assert PatrolTour.objects.get().stopped_at == MONDAY + timedelta(minutes=30)


def test_a_phone_changed_in_the_middle_of_a_patrol(cast: Cast) -> None:
    task, tour = field.task(work="patrol"), uuid4()
    send("patrol_start", task, cast, tour=tour)
    named = tour_of(cast.worker, LATER).data["tour"]  # what the other phone learns from its pack
    seconds = int(MONDAY.timestamp())
    for minute in (1, 2):  # a part from each phone
        point = f"{seconds + minute * 60},{LON},{LAT + minute / 10000}"
        send("track", task, cast, tour=named, points=[point])
    send("patrol_stop", task, cast, after=10)
    send("patrol_stop", task, cast, after=20)  # the first phone, which does not know
    assert [part.count for part in TrackPart.objects.order_by("first_at")] == [1, 1]
    assert PatrolTour.objects.get().stopped_at == MONDAY + timedelta(minutes=10)
    send("patrol_start", task, cast, after=30, tour=uuid4())
    assert PatrolTour.objects.count() == 2, "pressed again it is another tour"


def test_a_start_that_came_too_late_says_what_was_done_meanwhile(cast: Cast) -> None:
    task = field.task(work="patrol")
    transitions.cancel(task.pk, by=cast.community, at=MONDAY + timedelta(hours=1), reason_code="moved")
    with pytest.raises(Conflict) as late:
        send("patrol_start", task, cast, tour=uuid4())
    assert (late.value.extra["changed_by"], late.value.extra["changed_to"]) == (
        cast.community.name,
        "取消任务",
    )
    assert not PatrolTour.objects.exists()
    fresh = field.task(work="visit", starts_on=MONDAY.date() + timedelta(days=1))
    with pytest.raises(Conflict) as early:
        send("visit_start", fresh, cast)
    assert "changed_by" not in early.value.extra, "nobody has touched it"


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
    address = f"/m/visits/{row.task_id}/"
    before = dict(page for page in found.pages if not isinstance(page, str))[address]
    field.target(row.task, state="done")
    after = dict(page for page in kept(cast.worker, MONDAY).pages if not isinstance(page, str))[address]
    assert before != after, "what was recorded elsewhere is seen without a line, too"
    assert f"/m/visits/{row.task_id}/objects/{row.pk}/" in addresses
    assert f"/m/visits/{row.task_id}/findings/new/" in addresses
