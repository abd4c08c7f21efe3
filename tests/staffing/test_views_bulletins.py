"""The pages of bulletins: from the figures to the receipts; what others get; statements."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.foundation.clock import local, now
from staffing import bulletins
from staffing.models import Bulletin
from tests.cast import DAY, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]


def url(name: str, *args: Any) -> str:
    return reverse(f"staffing:{name}", args=args)


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def published(cast: Cast, *codes: str, days_ago: int = 0) -> Bulletin:
    at = now()
    on = local(at).date() - days_ago * DAY
    row = bulletins.draft(cast.region("990100000000"), on=on, by=cast.oversight, at=at)
    ids = [cast.unit(code).pk for code in codes]
    return bulletins.publish(row.pk, unit_ids=ids, by=cast.oversight, at=at, version=None)


def test_from_the_figures_to_the_receipts(cast: Cast, enter: Callable) -> None:
    boss, today = enter("oversight"), local(now()).date().isoformat()
    assert boss.get(url("bulletin-new")).status_code == 200
    data = {"place_code": "990100000000", "on": today}
    assert boss.post(url("bulletin-new"), data | {"place_code": "990101001001001"}).status_code == 422
    assert boss.post(url("bulletin-new"), data).status_code == 302
    row = Bulletin.objects.get()
    assert "草稿" in text(boss.get(url("bulletin", row.pk)))
    assert boss.post(url("bulletin-renew", row.pk)).status_code == 302
    words = {"title": "配备通报", "opening": "现通报如下", "closing": "请抓紧补齐", "version": 2}
    assert boss.get(url("bulletin-edit", row.pk)).status_code == 200
    assert boss.post(url("bulletin-edit", row.pk), words).status_code == 302
    form = boss.get(url("bulletin-publish", row.pk)).context["form"]
    assert cast.unit("T1").pk in form.initial["units"]
    assert boss.post(url("bulletin-publish", row.pk), {"version": 3}).status_code == 422
    strange = {"version": 3, "units": [cast.unit("G1").pk]}
    assert boss.post(url("bulletin-publish", row.pk), strange).status_code == 422, "teams get no bulletins"
    sent = {"version": 3, "units": [cast.unit("T1").pk, cast.unit("CG").pk]}
    assert boss.post(url("bulletin-publish", row.pk), sent).status_code == 302
    handler = enter("handler")
    assert "待本单位签收" in text(handler.get(url("bulletins")))
    page = text(handler.get(url("bulletin", row.pk)))
    assert "请抓紧补齐" in page
    assert "list-unread" not in page, "who has read it concerns the region"
    assert handler.post(url("bulletin-sign", row.pk)).status_code == 302
    page = boss.get(url("bulletin", row.pk))
    assert [item.unit.code for item in page.context["read"]] == ["CG"]
    assert [item.unit.code for item in page.context["unread"]] == ["T1"]
    assert boss.post(url("bulletin-edit", row.pk), words | {"version": 4}).status_code == 409
    pdf = handler.get(url("bulletin-pdf", row.pk))
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")


def test_doors(cast: Cast, enter: Callable) -> None:
    row = published(cast, "T1")
    for name in ("outsider", "auditor", "administrator"):
        client = enter(name)
        for page in (url("bulletins"), url("bulletin", row.pk), url("bulletin-pdf", row.pk)):
            assert client.get(page).status_code == 404, name
        assert client.post(url("bulletin-sign", row.pk)).status_code == 404
    for name in ("town", "leader"):
        client = enter(name)
        assert client.get(url("bulletin", row.pk)).status_code == 200
        for page in (url("bulletin-edit", row.pk), url("bulletin-publish", row.pk), url("bulletin-new")):
            assert client.get(page).status_code == 403, name
        assert client.post(url("bulletin-renew", row.pk)).status_code == 403
    assert enter("far_town").get(url("bulletin", row.pk)).status_code == 404
    assert enter("worker").get(url("bulletins")).context["shown"] == 0


def test_navigation_leads_there(enter: Callable) -> None:
    assert url("bulletins") in text(enter("handler").get("/tickets/"))
    duty = text(enter("duty").get("/tickets/"))
    assert url("roster") in duty
    assert url("overview") + '"' not in duty


@pytest.mark.usefixtures("steady")
def test_the_list_filters_and_does_not_grow_statements(cast: Cast, enter: Callable) -> None:
    boss, counted = enter("oversight"), []
    boss.get(url("bulletins"))
    for number in (1, 3):
        while Bulletin.objects.count() < number:
            published(cast, "T1", "CG", days_ago=Bulletin.objects.count())
        with CaptureQueriesContext(connection) as seen:
            assert boss.get(url("bulletins")).context["shown"] == number
        counted.append(len(seen))
    assert counted == [6, 6]
    assert boss.get(url("bulletins"), {"state": "draft"}).context["shown"] == 0
    assert boss.get(url("bulletins"), {"place": "990101000000"}).context["shown"] == 0
