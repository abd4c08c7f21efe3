"""The exchange log: one row a call, nothing about a person or a matter in it, and no caller waits for it."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.exchange import calllog, masks, tidying
from governance.exchange.calllog import RECORDER
from governance.exchange.models import ApiClient, ExchangeCall
from governance.foundation.clock import now
from tests import city
from tests.api.conftest import TICKETS, SignIn, caller, report, upload
from tests.cast import Cast
from tests.faults.processes import wait_for

pytestmark = pytest.mark.django_db
ME = "/api/v1/me"


def rows() -> list[ExchangeCall]:
    RECORDER.flush()
    return list(ExchangeCall.objects.order_by("id"))


def test_a_report_leaves_one_row_that_leads_to_its_ticket(hotline: APIClient) -> None:
    answer = hotline.post(TICKETS, report(), headers={"x-request-id": "call-000042"})
    (row,) = rows()
    assert (row.client.code, row.key_hint, row.method, row.path) == (
        "hotline",
        city.API_KEY[-6:],
        "POST",
        TICKETS,
    )
    assert (row.status, row.code, row.request_id, row.ticket) == (
        201,
        "",
        "call-000042",
        answer.json()["number"],
    )
    assert row.address == "127.0.0.1"
    assert row.sent_bytes > 300
    assert row.answered_bytes == len(answer.content)
    assert json.loads(row.answered)["created"] is True


def test_nothing_personal_and_no_word_of_the_matter_is_kept(hotline: APIClient) -> None:
    hotline.post(TICKETS, report(title="电话 13912345678", occurred_at="2026-11-01T10:00:00+08:00"))
    (row,) = rows()
    for word in ("张三丰", "13812345678", "13912345678", "欠款", "书院"):
        assert word not in row.sent + row.answered
    kept = json.loads(row.sent)
    assert (kept["source"], kept["external_no"], kept["category"]) == (
        "hotline",
        "12345-20261122-0001",
        "0411",
    )
    assert kept["occurred_at"] == "2026-11-01T10:00:00+08:00"
    assert kept["citizen"] == {"name": "[3 characters]", "phone": "[11 characters]", "needs_reply": True}
    assert kept["content"] == "[19 characters]"
    assert kept["point"]["lon"] == round(city.centre(0)[0], 2)


def test_a_refusal_is_kept_whole(hotline: APIClient) -> None:
    hotline.post(TICKETS, report(category="9999"))
    (row,) = rows()
    assert (row.status, row.code, row.is_refused) == (422, "unknown_category", True)
    assert "category" in json.loads(row.answered)["errors"]


def test_a_known_key_that_is_refused_is_logged_an_unknown_one_is_not(hotline: APIClient) -> None:
    ApiClient.objects.filter(code="hotline").update(is_active=False)
    hotline.get(ME)
    caller("wg_unknown").get(ME)
    caller().get(ME)
    assert [(row.client.code, row.status) for row in rows()] == [("hotline", 401)]


def test_people_are_not_logged_here(sign_in: SignIn) -> None:
    assert sign_in("duty").get(TICKETS).status_code == 200
    assert rows() == []


def test_files_and_what_is_no_json_are_told_by_their_size(hotline: APIClient) -> None:
    upload(hotline)
    hotline.generic("POST", TICKETS, b"{not json", content_type="application/json")
    hotline.generic(
        "POST", TICKETS, b'{"content": "' + b"x" * 70_000 + b'"}', content_type="application/json"
    )
    file, broken, large = rows()
    assert file.sent == f"[{file.sent_bytes} bytes, not kept]"
    assert (broken.sent, broken.status) == ("[not JSON, 9 bytes]", 400)
    assert large.sent == f"[{large.sent_bytes} bytes, not kept]"


def test_a_nul_in_an_address_is_no_reason_to_lose_the_row(cast: Cast) -> None:
    request = RequestFactory().get("/api/v1/x%00y")
    request.began, request.resolver_match = time.perf_counter(), None  # type: ignore[attr-defined]
    calllog.begin(request, ApiClient.objects.get(code="hotline"), hint="abcdef", at=now())
    calllog.finish(request, HttpResponse(b"{}", status=404))
    (row,) = rows()
    assert (row.path, row.status) == ("/api/v1/x?y", 404)


def test_the_caller_does_not_wait_for_it(hotline: APIClient, steady: None) -> None:
    with CaptureQueriesContext(connection) as statements:
        hotline.get(ME)
    assert len(statements) == 1
    for _call in range(3):
        hotline.get(ME)
    with CaptureQueriesContext(connection) as statements:
        assert RECORDER.flush() == 4
    assert len(statements) == 1
    assert RECORDER.flush() == 0


def test_while_the_database_is_away_rows_wait_up_to_a_bound(
    hotline: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(calllog, "MAX_WAITING", 2)
    for _call in range(3):
        hotline.get(ME)

    def away(rows: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(calllog, "insert_rows", away)
    with pytest.raises(OperationalError):
        RECORDER.flush()
    monkeypatch.undo()
    assert len(rows()) == 2
    assert "lost 1 rows" in caplog.text
    assert RECORDER.lost == 0


@pytest.mark.django_db(transaction=True)
def test_a_process_writes_by_itself_a_moment_later(cast: Cast) -> None:
    with override_settings(EXCHANGE_LOG_IN_BACKGROUND=True):
        caller(city.API_KEY).get(ME)
        wait_for(lambda: ExchangeCall.objects.count() == 1)


def test_rows_are_kept_for_half_a_year(hotline: APIClient) -> None:
    hotline.get(ME)
    RECORDER.flush()
    assert tidying.tidy(at=now() + timedelta(days=189)) == 0
    assert tidying.tidy(at=now() + timedelta(days=191)) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"phone": "110"}, {"phone": "[3 characters]"}),
        ({"words": "ok"}, {"words": "ok"}),
        ({"words": "call 13812345678"}, {"words": "[16 characters]"}),
        ({"words": "A13812345678"}, {"words": "[12 characters]"}),
        ({"external_no": "王五"}, {"external_no": "[2 characters]"}),
        ({"extra": 13812345678}, {"extra": "[number, 11 digits]"}),
        ({"version": 12345678}, {"version": 12345678}),
        ({"13812345678": True}, {"[11 characters]": True}),
        ({"张三": None}, {"[2 characters]": None}),
        ({"lat": 31.123456, "accuracy": 5.5}, {"lat": 31.12, "accuracy": 5.5}),
        ({"list": ["a", "甲", 1, False]}, {"list": ["a", "[1 characters]", 1, False]}),
    ],
)
def test_masks(value: Any, expected: Any) -> None:
    assert masks.masked(value) == expected


def test_masks_are_bounded() -> None:
    deep: Any = "x"
    for _level in range(40):
        deep = {"a": [deep]}
    assert "[deeper]" in masks.masked_json(json.dumps(deep).encode())
    long = masks.masked_json(json.dumps({f"k{n}": "v" for n in range(3000)}).encode())
    assert len(long) == masks.LONGEST + 1
    assert masks.leading([1, 2]) == "[2 rows]"
    assert masks.leading(None) == masks.problem(None) == masks.masked_json(b"") == ""
