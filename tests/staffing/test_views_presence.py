"""The pages of presence: doors, numbers that lead to their lists, recording in a form, files."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local, now
from staffing.models import Presence
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
PATROLLER = "grid_patroller"


def workday() -> str:
    """The last working day up to today."""
    day = local(now()).date()
    while not load_calendar().is_workday(day):
        day -= timedelta(days=1)
    return day.isoformat()


def url(name: str) -> str:
    return reverse(f"staffing:{name}")


def text(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def test_doors(cast: Cast, enter: Callable) -> None:
    for screen in ("presence", "presence-days", "presence-export", "presence-days-export"):
        for name in ("town", "community", "oversight", "supervisor", "leader"):
            assert enter(name).get(url(screen)).status_code == 200, name
        for name in ("outsider", "handler", "auditor", "worker", "duty"):
            assert enter(name).get(url(screen)).status_code == 403, name
        assert enter("far_town").get(url(screen), {"place": "990101001000"}).status_code == 404
    assert enter("supervisor").get(url("presence-record")).status_code == 403


def test_numbers_lead_to_their_lists(cast: Cast, enter: Callable, put: Callable) -> None:
    put(cast.worker.user, 0, PATROLLER)
    town = enter("town")
    page = town.get(url("presence"), {"on": workday()})
    assert page.context["total"].whole == 1
    assert f"{url('presence-days')}?place=990101001001" in text(page)
    assert "to=" + workday() in page.context["urls"]["absent"]
    listed = town.get(page.context["urls"]["absent"])
    assert listed.context["shown"] == 1
    assert "王巡" in text(listed)
    month = town.get(url("presence"), {"period": "month", "on": workday()})
    assert month.context["by_day"].rows
    grids = town.get(url("presence"), {"place": "990101001001", "on": workday()})
    assert "第1网格" in text(grids)
    for bad in ({"on": "gestern"}, {"from": "x"}):
        assert town.get(url("presence" if "on" in bad else "presence-days"), bad).status_code == 400
    assert town.get(url("presence-days"), {"cursor": "%%"}).status_code == 400


def test_recording(cast: Cast, enter: Callable, put: Callable) -> None:
    put(cast.worker.user, 0, PATROLLER)
    put(cast.far_community.user, 3, PATROLLER)
    data = {"user": cast.worker.user_id, "on": workday(), "is_on_post": "yes", "note": ""}
    community = enter("community")
    assert "王巡" in text(community.get(url("presence-record"), {"user": cast.worker.user_id}))
    assert community.post(url("presence-record"), data | {"is_on_post": "no"}).status_code == 422
    other = community.post(url("presence-record"), data | {"user": cast.far_community.user_id})
    assert other.status_code == 422, "somebody whom one does not see is not known"
    assert not Presence.objects.exists()
    assert community.post(url("presence-record"), data).status_code == 302
    assert Presence.objects.get().is_on_post
    assert AuditEntry.objects.latest("id").verb == "presence.record"
    assert enter("supervisor").post(url("presence-record"), data).status_code == 403


def test_files(cast: Cast, enter: Callable, put: Callable) -> None:
    put(cast.worker.user, 0, PATROLLER)
    town = enter("town")
    lines = text(town.get(url("presence-export"), {"on": workday()})).splitlines()
    assert lines[1] == f"990101001001,书院社区,{workday()},{workday()},0.00 %,0,1,1,0,0"
    lines = text(town.get(url("presence-days-export"), {"from": workday()})).splitlines()
    assert len(lines) == 2
    assert "王巡" in lines[1]


@pytest.mark.usefixtures("steady")
def test_lists_do_not_grow_statements(cast: Cast, enter: Callable, put: Callable, person: Callable) -> None:
    town = enter("town")
    for screen in ("presence-days", "presence"):
        town.get(url(screen))
    counted = []
    for number in (1, 3):
        while Presence.objects.count() < number:
            user = person("G1")
            put(user, Presence.objects.count() % 3, PATROLLER)
            Presence.objects.create(
                user=user, on=workday(), is_on_post=True, checked_at=now(), whereabouts="inside"
            )
        with CaptureQueriesContext(connection) as listed:
            assert town.get(url("presence-days"), {"from": workday()}).context["shown"] == number
        with CaptureQueriesContext(connection) as summed:
            assert town.get(url("presence"), {"on": workday()}).status_code == 200
        counted.append((len(listed), len(summed)))
    assert counted == [(8, 11), (8, 11)]


def test_one_tap_on_the_phone(cast: Cast, enter: Callable[[str], Client], put: Callable) -> None:
    put(cast.worker.user, 0, PATROLLER)
    worker = enter("worker")
    assert "data-check-in" in text(worker.get("/m/me/"))
    answer = worker.post("/m/me/check-in/", {"lon": "118.505", "lat": "31.105", "accuracy": "20"})
    assert answer.status_code == 302
    row = Presence.objects.get()
    assert (row.user_id, row.whereabouts, row.is_on_post) == (cast.worker.user_id, "inside", True)
    page = text(worker.get("/m/me/"))
    assert "data-check-in" not in page
    assert "已到岗" in page


@pytest.mark.parametrize("lon", ["", "nan", "east", "999"])
def test_a_position_that_is_none_waits(cast: Cast, enter: Callable, put: Callable, lon: str) -> None:
    put(cast.worker.user, 0, PATROLLER)
    enter("worker").post("/m/me/check-in/", {"lon": lon, "lat": "31.1", "accuracy": "5"})
    assert Presence.objects.get().whereabouts == "unknown"


def test_without_a_post_there_is_nothing_to_tap(cast: Cast, enter: Callable) -> None:
    worker = enter("worker")
    assert "data-check-in" not in text(worker.get("/m/me/"))
    assert worker.post("/m/me/check-in/").status_code == 302
    assert not Presence.objects.exists()
