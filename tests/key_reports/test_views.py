"""The pages of key reports."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from key_reports.models import KeyReport
from tests.cast import MINUTE, Cast
from tests.key_reports.props import ITEMS, data_for, report

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


def url(name: str, *args: Any) -> str:
    return reverse(f"key_reports:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def fresh(cast: Cast, state: str = "draft", **changes: Any) -> KeyReport:
    """A report of this minute."""
    at = now()
    return report(cast, state, at=at - 8 * MINUTE, known_at=at - 9 * MINUTE, occurred_at=None, **changes)


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "key": "5b0b7c52-7f0c-4b55-9d3a-0a3f4a3e0c11",
        "category": "1702",
        "known_at": f"{local(now()):%Y-%m-%dT%H:%M}",
        "nature": "约三十人聚集",
        "region_code": "990101001001",
    } | changes


def test_from_the_form_to_the_receipt(cast: Cast, enter: Enter) -> None:
    worker = enter("worker")
    assert "获知时间" in text(worker.get(url("new")))
    for changes in (
        {"nature": ""},
        {"category": "0106"},
        {"known_at": "2099-01-01T00:00"},
        {"region_code": "9"},
    ):
        assert worker.post(url("new"), typed(**changes)).status_code == 422, changes
    made = worker.post(url("new"), typed())
    row = KeyReport.objects.get()
    assert made["Location"] == url("report", row.number)
    assert worker.post(url("new"), typed()).status_code == 302
    assert KeyReport.objects.count() == 1
    dialog = url("verb", row.number, "first")
    assert "约三十人聚集" in text(worker.get(dialog, headers={"HX-Request": "true"})), (
        "nothing is typed twice"
    )
    assert worker.post(dialog, {"nature": "", "version": row.version}).status_code == 422
    assert worker.get(url("verb", row.number, "relay")).status_code == 409
    assert worker.get(url("verb", row.number, "prepare")).status_code == 404
    sent = worker.post(dialog, {**ITEMS, "version": row.version}, headers={"HX-Request": "true"})
    assert sent["HX-Redirect"] == url("report", row.number)
    assert worker.post(dialog, {**ITEMS, "version": row.version}).status_code == 409
    duty = enter("duty")
    page = text(duty.get(url("report", row.number)))
    assert "138****5678" in page
    assert "13812345678" not in page
    assert "暂不清楚" in page
    assert row.recipients.get(is_centre=True).opened_by == cast.duty.user
    call = duty.get(url("verb", row.number, "call"), headers={"HX-Request": "true"})
    assert "吕领" in text(call)
    assert duty.post(url("verb", row.number, "receive"), {}).status_code == 302
    assert enter("community").get(url("report", row.number)).status_code == 404


def test_numbers_are_shown_with_a_reason(cast: Cast, enter: Enter) -> None:
    row = fresh(cast, "first_reported")
    place = url("reveal", row.number, row.texts.get().pk)
    duty = enter("duty")
    assert duty.post(place, {"reason": "看"}).status_code == 422
    assert "13812345678" in text(duty.post(place, {"reason": "联系现场人员"}))
    assert AuditEntry.objects.latest("pk").verb == "key_report.reveal"
    assert enter("leader").post(place, {"reason": "联系现场人员"}).status_code == 403
    assert enter("town").post(place, {"reason": "联系现场人员"}).status_code == 404
    assert duty.post(url("reveal", row.number, 10**9), {"reason": "联系现场人员"}).status_code == 404


def test_a_confidential_reporter_is_named_nowhere(cast: Cast, enter: Enter) -> None:
    row = fresh(cast, "final", is_confidential=True)
    assert cast.worker.user is not None
    for who in ("duty", "oversight", "leader"):
        page = text(enter(who).get(url("report", row.number)))
        assert "身份保密" in page
        assert cast.worker.user.name not in page, who
    assert cast.worker.user.name in text(enter("worker").get(url("report", row.number)))


def test_who_opens_these_pages(cast: Cast, enter: Enter) -> None:
    row = fresh(cast, "relayed")
    for name in ("duty", "oversight", "leader", "worker", "police", "dispatcher"):
        assert enter(name).get(url("report", row.number)).status_code == 200, name
        assert len(enter(name).get(url("list")).context["rows"]) == 1, name
    for name in ("town", "far_oversight", "neighbour", "handler", "mediator"):
        client = enter(name)
        assert len(client.get(url("list")).context["rows"]) == 0, name
        for page in (url("report", row.number), url("verb", row.number, "follow")):
            assert client.get(page).status_code == 404, name
    for name in ("auditor", "administrator", "outsider"):
        for page in (url("list"), url("new")):
            assert enter(name).get(page).status_code == 403, name
    assert enter("leader").get(url("new")).status_code == 403
    assert Client().get(url("list")).status_code == 302


def test_lists_filter_and_do_not_grow_statements(cast: Cast, enter: Enter) -> None:
    boss, counted = enter("oversight"), []
    fresh(cast, "received")
    boss.get(url("list"))
    for number in (1, 3):
        while KeyReport.objects.count() < number:
            fresh(cast)
        with CaptureQueriesContext(connection) as seen:
            assert len(boss.get(url("list")).context["rows"]) == number
        counted.append(len(seen))
    assert counted[0] == counted[1] == 6, counted
    for query, found in (
        ({"state": "received"}, 1),
        ({"open": "1"}, 3),
        ({"overdue": "1"}, 0),
        ({"late": "1"}, 0),
        ({"kind": "1704"}, 0),
        ({"origin": "hand"}, 3),
        ({"q": "没有"}, 0),
    ):
        assert len(boss.get(url("list"), query).context["rows"]) == found, query
    row = KeyReport.objects.filter(state="received").get()
    with CaptureQueriesContext(connection) as seen:
        assert boss.get(url("report", row.number)).status_code == 200
    assert len(seen) <= 24, len(seen)
    assert data_for("call", cast)
