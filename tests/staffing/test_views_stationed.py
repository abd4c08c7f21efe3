"""The pages of stationed staff: doors, the form, days, sums that lead to their postings, files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.foundation.clock import local, now
from staffing.models import StationedDay, Stationing
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"staffing:{name}", args=args)


def text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def station(cast: Cast, name: str = "罗下沉", region: str = "990101001001") -> Stationing:
    return Stationing.objects.create(
        name=name,
        unit=cast.unit("CG"),
        region=cast.region(region),
        mode="permanent",
        starts_on=local(now()).date(),
    )


def test_doors(cast: Cast, enter: Callable) -> None:
    row = station(cast)
    item = StationedDay.objects.create(stationing=row, on=row.starts_on)
    for name in ("town", "community", "oversight", "supervisor", "leader"):
        client = enter(name)
        assert client.get(url("stationed")).status_code == 200
        assert client.get(url("stationing", row.pk)).status_code == 200
    for name in ("outsider", "handler", "auditor", "worker"):
        assert enter(name).get(url("stationed")).status_code == 403
    far = enter("far_town")
    for page in (url("stationing", row.pk), url("stationed-edit", row.pk), url("stationed-days", row.pk)):
        assert far.get(page).status_code == 404
        assert enter("supervisor").get(page).status_code == (
            200 if page == url("stationing", row.pk) else 403
        )
    assert far.post(url("stationed-day-remove", item.pk)).status_code == 404
    assert enter("leader").post(url("stationed-day-remove", item.pk)).status_code == 403
    assert StationedDay.objects.exists()


def test_from_the_form_to_the_days(cast: Cast, enter: Callable) -> None:
    town, today = enter("town"), local(now()).date().isoformat()
    data = {
        "name": "罗下沉",
        "unit": cast.unit("CG").pk,
        "place_code": "990101001001",
        "mode": "rotating",
        "starts_on": today,
    }
    for bad in ({"name": " "}, {"place_code": "990101001000"}, {"ends_on": "2020-01-01"}, {"unit": ""}):
        assert town.post(url("stationed-new"), data | bad).status_code == 422, bad
    assert town.post(url("stationed-new"), data).status_code == 302
    row = Stationing.objects.get()
    assert town.get(url("stationed-edit", row.pk)).status_code == 200
    assert (
        town.post(url("stationed-edit", row.pk), data | {"version": 1, "purpose": "走访"}).status_code == 302
    )
    assert town.post(url("stationed-edit", row.pk), data | {"version": 1}).status_code == 409
    assert town.post(url("stationed-days", row.pk), {"first": "2020-01-01"}).status_code == 422
    answer = town.post(url("stationed-days", row.pk), {"first": today, "deed": "入户走访独居老人"})
    assert answer.status_code == 302
    assert "入户走访独居老人" in text(town.get(url("stationing", row.pk)))
    assert town.post(url("stationed-day-remove", row.days.get().pk)).status_code == 302
    assert not row.days.exists()
    assert town.post(url("stationed-day-remove", 10**6)).status_code == 404


def test_the_list_filters_and_sums(cast: Cast, enter: Callable) -> None:
    row = station(cast)
    station(cast, "石桥人", "990102001001")
    boss = enter("oversight")
    page = boss.get(url("stationed"))
    assert page.context["shown"] == 2
    assert f"?unit={row.unit_id}" in text(page)
    assert "?place=990102001000" in text(page)
    for query, count in (
        ({"unit": row.unit_id, "place": "990101001000"}, 1),
        ({"q": "石桥"}, 1),
        ({"state": "ended"}, 0),
        ({"state": "current"}, 2),
    ):
        assert boss.get(url("stationed"), query).context["shown"] == count
    lines = text(boss.get(url("stationed-export"))).splitlines()
    assert len(lines) == 3


@pytest.mark.usefixtures("steady")
def test_the_list_does_not_grow_statements(cast: Cast, enter: Callable) -> None:
    boss, counted = enter("oversight"), []
    boss.get(url("stationed"))
    for number in (1, 3):
        while Stationing.objects.count() < number:
            StationedDay.objects.create(stationing=station(cast), on=local(now()).date())
        with CaptureQueriesContext(connection) as seen:
            assert boss.get(url("stationed")).context["shown"] == number
        counted.append(len(seen))
    assert counted == [9, 9]
