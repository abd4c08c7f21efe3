"""A mediator has an agreement signed on the tablet, seals it, and looks at papers, registers and figures."""

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from mediation.models import (
    GovernanceCentre,
    MediationPoint,
    Mediator,
    PointPerson,
    SealedPaper,
    Signature,
    StationedUnit,
)
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, Cast
from tests.mediation.conftest import BACKEND
from tests.mediation.papers import drafted, keeper
from tests.mediation.props import Way, terms
from tests.mediation.standing import SINCE

__all__ = ["sign_in"]
TABLET = {"width": 820, "height": 1180}
PHONE = {"width": 390, "height": 844}
PNG = re.compile(r"^data:image/png;base64,")


@pytest.fixture
def way(cast: Cast) -> Way:
    """A case with a second draft, and registers with something in them."""
    way = drafted(Way(cast, timezone.now() - 5 * DAY, category="0404", title="东苑小区3号楼加装电梯"))
    way.do("draft", agreement=terms(way.row, way.at, days=(10, 40, 70)))
    keeper(way)
    way.do(
        "plan_session",
        session_kind="department",
        starts_at=timezone.now() + timedelta(hours=1),
        minutes=90,
        place="东苑小区3号楼现场",
        opinion="",
    )
    Mediator.objects.filter(user=way.me.user).update(
        specialities=["neighbour", "housing"], languages=["mandarin"]
    )
    centre = GovernanceCentre.objects.create(
        name="文津街道综治中心",
        region=cast.region("990101001000"),
        unit=cast.unit("T1"),
        address="文津路8号",
        opens=time(8, 30),
        closes=time(17, 30),
    )
    for name, attendance, days in (
        ("文津派出所", "resident", [1, 2, 3, 4, 5]),
        ("东湖区人民法院", "rotating", [2, 4]),
        ("心理服务站", "on_call", []),
    ):
        StationedUnit.objects.create(
            centre=centre, name=name, attendance=attendance, weekdays=days, window="1号窗口", since=SINCE
        )
    point = MediationPoint.objects.create(
        name="书院邻里调解点",
        region=cast.region("990101001001"),
        body=way.bodies["community"],
        address="书院路2号",
        association="书院志愿调解协会",
        opened_on=SINCE,
    )
    PointPerson.objects.create(point=point, post="party", name="丁一", since=SINCE)
    return way


def visit(page, address: str, name: str) -> None:
    page.goto(address)
    look(page, f"mediation-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


def become(page, way: Way, url: str) -> None:
    """The mediator's session in the browser; a mediator lands outside the pages for which sign-in waits."""
    client = Client()
    client.force_login(way.me.user, backend=BACKEND)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


@pytest.mark.slow
def test_signed_on_the_tablet_and_sealed(way: Way, sign_in: Callable, live_server) -> None:
    page = sign_in("town")
    become(page, way, live_server.url)
    base = f"/mediation/case/{way.row.number}"
    visit(page, f"{base}/versions/", "versions")
    for name in ("bodies", "mediators", "centres", "points", "calendar", "figures", "again", "sifted"):
        visit(page, f"/mediation/{name}/", name)
    page.set_viewport_size(TABLET)
    for number, who in enumerate((*way.keys, "mediator")):
        page.goto(f"{base}/sign/{who}/")
        field = page.locator("[data-sign-field]")
        field.scroll_into_view_if_needed()
        box = field.bounding_box()
        assert box is not None
        left, top = box["x"] + 60, box["y"] + 60
        page.mouse.move(left, top)
        page.mouse.down()
        for step in range(1, 6):
            page.mouse.move(left + 40 * step, top + (50 if step % 2 else 0) + 5 * number)
        page.mouse.up()
        expect(page.locator("[name=picture]")).to_have_value(PNG)
        if number == 0:
            look(page, "mediation-sign-tablet")
        page.get_by_role("button", name="保存签名").click()
        page.wait_for_url(f"**{base}/papers/")
    page.get_by_role("button", name="加盖印章").click()
    expect(page.locator(".paper-hash")).to_be_visible()
    assert Signature.objects.count() == 3
    paper = SealedPaper.objects.get()
    page.set_viewport_size({"width": 1440, "height": 900})
    visit(page, f"{base}/papers/", "papers")
    page.set_viewport_size(PHONE)
    visit(page, f"{base}/papers/", "papers-phone")
    paper.file.delete(save=False)
