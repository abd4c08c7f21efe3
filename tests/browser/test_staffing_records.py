"""Presence, stationed staff and bulletins in a real browser: one tap on the phone, pages to read and to print."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local, now
from grids.models import GridAssignment, GridPost
from staffing import bulletins, presence
from staffing.loading import load_dictionaries, load_template
from staffing.models import Bulletin, Presence, StationedDay, Stationing
from tests.browser.test_desk_story import look, sign_in  # noqa: F401  # a fixture
from tests.browser.test_staffing import PHONE, SINCE, narrow
from tests.cast import Cast


@pytest.fixture
def worked(cast: Cast, live_server: object) -> Cast:
    """Two people in posts, days of presence, a posting, a published bulletin and a draft."""
    at = now()
    today = local(at).date()
    load_dictionaries(since=SINCE)
    load_template("leader_worker_team", since=SINCE, at=at)
    for column, actor in ((0, cast.worker), (1, cast.neighbour), (3, cast.far_community)):
        post = GridPost.objects.create(grid=cast.grid(column), kind="grid_patroller")
        GridAssignment.objects.create(post=post, user=actor.user, starts_on=SINCE)
    days = [today - timedelta(days=number) for number in range(1, 12)]
    for day in filter(load_calendar().is_workday, days):
        presence.record(cast.neighbour.user_id or 0, day, is_on_post=True, by=cast.town, at=at)
    presence.check_in(by=cast.neighbour, at=at)
    row = Stationing.objects.create(
        name="罗下沉",
        unit=cast.unit("CG"),
        region=cast.region("990101001001"),
        mode="rotating",
        purpose="参与网格走访和隐患排查",
        starts_on=days[-1],
    )
    for day in days[:5]:
        StationedDay.objects.create(stationing=row, on=day, deed="入户走访独居老人，协助办理高龄津贴")
    city = cast.region("990100000000")
    sent = bulletins.draft(city, on=days[-1], by=cast.oversight, at=at)
    bulletins.publish(sent.pk, unit_ids=[cast.unit("T1").pk], by=cast.oversight, at=at, version=None)
    bulletins.draft(city, on=today, by=cast.oversight, at=at)
    return cast


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_presence_stationed_staff_and_bulletins(
    sign_in: Callable,  # noqa: F811
    worked: Cast,
) -> None:
    worker = sign_in("worker")
    worker.context.grant_permissions(["geolocation"])
    worker.context.set_geolocation({"longitude": 118.505, "latitude": 31.105, "accuracy": 15})
    narrow(worker, "/m/me/", "presence-me")
    worker.locator("[data-check-in] .btn-primary").click()
    worker.get_by_text("已到岗").wait_for()
    assert Presence.objects.get(user=worked.worker.user_id).whereabouts == "inside"

    boss = sign_in("oversight")
    boss.set_viewport_size({"width": 1440, "height": 900})
    published, draft = Bulletin.objects.order_by("on")
    pages = {
        "presence": "/staffing/presence/?period=month",
        "presence-days": "/staffing/presence/days/",
        "presence-record": "/staffing/presence/record/",
        "stationed": "/staffing/stationed/",
        "stationing": f"/staffing/stationed/{Stationing.objects.get().pk}/",
        "bulletins": "/staffing/bulletins/",
        "bulletin-draft": f"/staffing/bulletins/{draft.pk}/",
        "bulletin-publish": f"/staffing/bulletins/{draft.pk}/publish/",
        "bulletin": f"/staffing/bulletins/{published.pk}/",
    }
    for name, path in pages.items():
        boss.goto(path)
        look(boss, f"staffing-{name}")
    boss.emulate_media(media="print")
    assert boss.locator(".bulletin").is_visible()
    assert not boss.locator(".bulletin-receipts").is_visible()
    boss.emulate_media(media="screen")
    narrow(boss, pages["presence"], "staffing-presence")
    narrow(boss, pages["bulletin"], "staffing-bulletin")

    town = sign_in("town")
    town.set_viewport_size(PHONE)
    town.goto(pages["bulletin"])
    town.locator(".bulletin-sign .btn-primary").click()
    town.get_by_text("已代表本单位签收").first.wait_for()
    assert published.receipts.get().read_by == worked.town.user
