"""What a task brought home, on its page: photos, lines not in order, findings; each for whoever may see it."""

from typing import Any

import pytest
from django.test import Client

from fieldwork import findings, recording
from fieldwork.findings import Found
from fieldwork.models import ChecklistItem, FieldTask, ObjectAnswer
from fieldwork.recording import Position, Report
from governance.foundation.clock import now
from tests import city
from tests.cast import Cast, Photo
from tests.fieldwork import props as field
from tests.fieldwork.test_recording import said
from tests.fieldwork.test_rounds import lately, sign_in
from tests.registers import props

pytestmark = pytest.mark.django_db
LON, LAT = city.centre(0)
HERE = Position(lon=LON, lat=LAT, accuracy=10)


def visited(cast: Cast, photo: Photo, thing: Any, **changes: Any) -> tuple[FieldTask, str]:
    """A task in which one thing was recorded with a photo; (task, address of the photo)."""
    task = lately(**changes)
    row, picture = field.target(task, thing), photo(cast.worker)
    report = Report(note="家中平安", photos=[picture], answers=said(row))
    recording.record(task.pk, row.pk, report, key=field.key(), by=cast.worker, at=now())
    return task, f"/fieldwork/tasks/{task.pk}/photos/{picture}/"


def status(client: Client, url: str) -> int:
    answer = client.get(url)
    if answer.streaming:
        assert answer.getvalue()
    return answer.status_code


def test_photos_of_a_home_are_for_those_who_keep_the_place(cast: Cast, client: Client, photo: Photo) -> None:
    task, url = visited(cast, photo, props.household())
    page = sign_in(client, "community").get(f"/fieldwork/tasks/{task.pk}/")
    assert f"{url}?thumb=1" in page.content.decode()
    assert status(client, url) == 200
    assert status(client, f"{url}?thumb=1") == 200
    other, _other_url = visited(cast, photo, props.household())
    assert status(client, url.replace(f"/{task.pk}/", f"/{other.pk}/")) == 404, "of another task"
    page = sign_in(client, "supervisor").get(f"/fieldwork/tasks/{task.pk}/")
    assert page.status_code == 200
    assert url not in page.content.decode()
    assert status(client, url) == 404
    assert status(sign_in(client, "far_community"), url) == 404
    assert status(sign_in(client, "worker"), url) == 200
    target = task.objects_of.get()
    assert url in client.get(f"/m/visits/{task.pk}/objects/{target.pk}/").content.decode()


def test_photos_of_a_place_are_for_whoever_sees_the_task(cast: Cast, client: Client, photo: Photo) -> None:
    task, url = visited(cast, photo, props.key_place(), work="patrol")
    page = sign_in(client, "supervisor").get(f"/fieldwork/tasks/{task.pk}/").content.decode()
    assert url in page
    assert status(client, url) == 200


def test_lines_not_in_order_and_findings_with_what_has_become_of_them(
    cast: Cast, client: Client, photo: Photo
) -> None:
    task, _url = visited(cast, photo, props.key_place(), work="patrol")
    target = task.objects_of.get()
    item = ChecklistItem.objects.filter(kind="yes_no").exclude(
        pk__in=ObjectAnswer.objects.filter(target=target).values("item")
    )[0]
    ObjectAnswer.objects.create(target=target, item=item, value="no", is_amiss=True, round=1)
    ObjectAnswer.objects.create(target=target, item=item, value="no", is_amiss=True, round=2)

    def tell(kind: str, category: str, *, is_confidential: bool = False) -> Any:
        found = Found(
            kind=kind, text=f"楼道堆物{category}", category=category, position=HERE,
            photos=[photo(cast.worker)], is_confidential=is_confidential,
        )  # fmt: skip
        return findings.report(task.pk, found, key=field.key(), by=cast.worker, at=now())

    plain, hazard = tell("ticket", "010101"), tell("hazard", "0606")
    secret = tell("ticket", "010101", is_confidential=True)
    page = sign_in(client, "community").get(f"/fieldwork/tasks/{task.pk}/").content.decode()
    assert page.count(item.name) == 1, "of the last round"
    assert f"/incidents/tickets/{plain.ticket.number}/" in page or plain.ticket.number in page
    assert "/fieldwork/hazards/" in page
    assert hazard.text in page
    assert secret.ticket.number not in page, "a confidential report stays with its readers"


def test_a_page_costs_the_same_for_one_and_three_objects(
    cast: Cast, client: Client, photo: Photo, django_assert_num_queries: Any, steady: None
) -> None:
    task, _url = visited(cast, photo, props.household())
    sign_in(client, "community")
    address = f"/fieldwork/tasks/{task.pk}/"
    client.get(address)
    with django_assert_num_queries(COST):
        client.get(address)
    for _number in range(2):
        row = field.target(task, props.household())
        report = Report(note="平安", photos=[photo(cast.worker)], answers=said(row))
        recording.record(task.pk, row.pk, report, key=field.key(), by=cast.worker, at=now())
    with django_assert_num_queries(COST):
        client.get(address)


COST = 12
