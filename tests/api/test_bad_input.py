"""What bad input gets: the right status, a localized problem that names the field, and nothing stored."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from governance.audit.models import AuditEntry
from incidents.models import Attachment, Requester, Step, Ticket
from tests import city
from tests.api.conftest import TICKETS, report, upload
from tests.cast import jpeg

pytestmark = pytest.mark.django_db

LON, LAT = city.centre(0)
HUGE = "9" * 5000


def point(**changes: Any) -> dict[str, Any]:
    return {"lon": LON, "lat": LAT, "coord_system": "wgs84"} | changes


@pytest.fixture(autouse=True)
def _nothing_is_stored(hotline: APIClient) -> Any:
    yield
    for model in (Ticket, Step, Requester, AuditEntry):
        assert model.objects.count() == 0, model


def refused(answer: Any, status: int, *fields: str) -> dict[str, Any]:
    """The problem document, checked for its form."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"] == f"urn:governance:problem:{body['code']}"
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == answer["X-Request-ID"]
    assert sorted(body.get("errors", {})) == sorted(fields)
    assert all(texts and all(texts) for texts in body.get("errors", {}).values())
    return body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": None}, "content"),
        ({"content": ""}, "content"),
        ({"content": "  \n "}, "content"),
        ({"content": 5}, "content"),
        ({"content": ["a"]}, "content"),
        ({"content": {"a": 1}}, "content"),
        ({"content": True}, "content"),
        ({"content": "前\x00后"}, "content"),
        ({"content": "\ud800"}, "content"),
        ({"content": "长" * 10_001}, "content"),
        ({"title": "长" * 121}, "title"),
        ({"external_no": 12345}, "external_no"),
        ({"external_no": "n" * 81}, "external_no"),
        ({"external_no": "a\x00b"}, "external_no"),
        ({"place": "长" * 201}, "place"),
        ({"source": None}, "source"),
        ({"category": 411}, "category"),
        ({"category": "0411000"}, "category"),
        ({"urgency": "very"}, "urgency"),
        ({"urgency": 1}, "urgency"),
        ({"urgency": ["normal"]}, "urgency"),
        ({"demand_type": "\ud800"}, "demand_type"),
        ({"confidential": "yes"}, "confidential"),
        ({"confidential": 1}, "confidential"),
        ({"confidential": None}, "confidential"),
        ({"citizen": "张三丰"}, "citizen"),
        ({"citizen": []}, "citizen"),
        ({"citizen": {"phone": "call me"}}, "citizen.phone"),
        ({"citizen": {"phone": 13812345678}}, "citizen.phone"),
        ({"citizen": {"name": "长" * 61}}, "citizen.name"),
        ({"citizen": {"needs_reply": "true"}}, "citizen.needs_reply"),
        ({"citizen": {"id_card": "3"}}, "citizen.id_card"),
        ({"point": [LON, LAT]}, "point"),
        ({"point": point(lon=str(LON))}, "point.lon"),
        ({"point": point(lon=True)}, "point.lon"),
        ({"point": point(lat=None)}, "point.lat"),
        ({"point": {"lon": LON, "lat": LAT}}, "point.coord_system"),
        ({"point": point(coord_system="cgcs2000")}, "point.coord_system"),
        ({"point": point(coord_system="WGS84")}, "point.coord_system"),
        ({"point": point(accuracy=-1)}, "point.accuracy"),
        ({"point": point(altitude=3)}, "point.altitude"),
        ({"region_code": "99"}, "region_code"),
        ({"region_code": "99010100１001"}, "region_code"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": 1763800000}, "occurred_at"),
        ({"occurred_at": "2026-02-30T10:00:00+08:00"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+08:00"}, "occurred_at"),
        ({"external_due_at": "9999-12-31T23:59:59Z"}, "external_due_at"),
        ({"attachments": "x"}, "attachments"),
        ({"attachments": [1]}, "attachments"),
        ({"attachments": {"a": 1}}, "attachments"),
        ({"attachments": [str(uuid4()) for _ in range(21)]}, "attachments"),
    ],
)
def test_a_wrong_shape_is_400_and_names_the_field(
    hotline: APIClient, changes: dict[str, Any], field: str
) -> None:
    body = refused(
        hotline.post(TICKETS, json.dumps(report(**changes)), content_type="application/json"), 400, field
    )
    assert body["code"] == "invalid"


@pytest.mark.parametrize(
    "name",
    ["state", "reporter", "reporter_id", "client_id", "role", "unit_id", "number", "version", "is_overdue"],
)
def test_a_forged_identity_or_fact_is_an_unknown_field(hotline: APIClient, name: str) -> None:
    refused(hotline.post(TICKETS, report(**{name: 1})), 400, name)


def test_all_faults_are_told_at_once(hotline: APIClient) -> None:
    refused(
        hotline.post(TICKETS, {"source": "hotline", "conten": "x", "urgency": "?"}),
        400,
        "conten",
        "content",
        "category",
        "urgency",
    )


def test_names_of_unknown_fields_cannot_break_the_answer(hotline: APIClient) -> None:
    raw = json.dumps(report() | {"\ud800\x00": 1})
    refused(hotline.post(TICKETS, raw, content_type="application/json"), 400, "??")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"category": "9999"}, "unknown_category", "category"),
        ({"category": "04"}, "unknown_category", "category"),
        ({"source": "nowhere"}, "unknown_source", "source"),
        ({"source": "police"}, "unknown_source", "source"),
        ({"source": "phone_in"}, "unknown_source", "source"),
        ({"occurred_at": "2199-01-01T00:00:00+08:00"}, "future_time", "occurred_at"),
        ({"external_due_at": "2020-01-01T00:00:00+08:00"}, "past_time", "external_due_at"),
        ({"point": point(lon=LAT, lat=LON)}, "bad_point", "point"),
        ({"point": point(lon=1e300)}, "bad_point", "point"),
        ({"point": point(lon=2.35, lat=48.85)}, "point_far_away", "point"),
        ({"point": None, "region_code": "990100999999"}, "unknown_region", "region_code"),
        ({"point": None, "place": ""}, "unprocessable", "place"),
    ],
)
def test_what_is_against_a_rule_is_422(
    hotline: APIClient, changes: dict[str, Any], code: str, field: str
) -> None:
    assert refused(hotline.post(TICKETS, report(**changes)), 422, field)["code"] == code


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"not json",
        b" ",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff\xfe{",
        b'{"content": "\xe4\xb8"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"version": ' + HUGE.encode() + b"}",
    ],
)
def test_a_body_that_is_no_json_is_400(hotline: APIClient, raw: bytes) -> None:
    assert refused(hotline.post(TICKETS, raw, content_type="application/json"), 400)["code"] == "malformed"


@pytest.mark.parametrize("raw", [b"[]", b'"text"', b"1", b"true"])
def test_a_body_that_is_no_object_is_400(hotline: APIClient, raw: bytes) -> None:
    refused(hotline.post(TICKETS, raw, content_type="application/json"), 400, "")


def test_an_empty_body_names_what_is_missing(hotline: APIClient) -> None:
    for raw in (b"", b"{}"):
        refused(
            hotline.post(TICKETS, raw, content_type="application/json"), 400, "source", "content", "category"
        )
    refused(hotline.post(TICKETS, b"null", content_type="application/json"), 400, "")


def test_a_number_that_overflows_is_400(hotline: APIClient) -> None:
    raw = json.dumps(report()).replace(str(LON), "1e999")
    refused(hotline.post(TICKETS, raw, content_type="application/json"), 400, "point.lon")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_kind_of_body_is_415(hotline: APIClient, kind: str) -> None:
    refused(hotline.post(TICKETS, "source=hotline", content_type=kind), 415)


def test_a_body_that_is_too_large_is_413(hotline: APIClient) -> None:
    raw = json.dumps(report(content="长" * 400_000))
    body = refused(hotline.post(TICKETS, raw, content_type="application/json"), 413)
    assert body["limit_bytes"] == 1024 * 1024


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_problems_speak_the_language_of_the_caller(hotline: APIClient, language: str) -> None:
    body = refused(
        hotline.post(TICKETS, report(category="9999"), headers={"accept-language": language}), 422, "category"
    )
    expected = {"zh-hans": "未知的事项类别", "en": "Unknown category"}
    assert body["errors"]["category"] == [expected[language]]


def test_unknown_addresses_and_methods_are_problems(hotline: APIClient) -> None:
    refused(hotline.get("/api/v1/nowhere"), 404)
    refused(hotline.get("/api/v1/tickets/"), 404)
    refused(hotline.get("/api/v1/tickets/%00"), 404)
    refused(hotline.get("/api/v1/attachments/no-uuid"), 404)
    refused(hotline.post("/api/v1/tickets/WG20261122000001/send_verification", {}), 404)
    answer = hotline.delete(TICKETS)
    assert refused(answer, 405)["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


class TestFiles:
    """Uploads that are not what they say, or too much."""

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"<html><script>alert(1)</script></html>", "photo.jpg"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo.svg"),
            (b"MZ\x90\x00" + b"\x00" * 100, "photo.png"),
            (b"\xff\xd8\xff\xe0<html>", "photo.jpeg"),
            (b"PK\x03\x04" + b"\x00" * 40, "paper.docx"),
        ],
    )
    def test_content_counts_not_the_name(self, hotline: APIClient, content: bytes, name: str) -> None:
        refused(upload(hotline, content, name), 415)
        assert Attachment.objects.count() == 0

    def test_an_empty_file(self, hotline: APIClient) -> None:
        refused(upload(hotline, b""), 400, "file")

    def test_more_than_a_file_may_have(self, hotline: APIClient) -> None:
        body = refused(upload(hotline, jpeg() + b"\0" * (21 * 1024 * 1024)), 413)
        assert body["limit_bytes"] == 20 * 1024 * 1024

    def test_fifty_megabytes_are_not_even_read(self, hotline: APIClient) -> None:
        class Tap:
            """A body that counts what is taken from it."""

            taken = 0
            readline = None

            def read(self, size: int = -1) -> bytes:
                self.taken += size
                return b"\0" * max(0, size)

        tap = Tap()
        answer = hotline.generic(
            "POST",
            "/api/v1/attachments",
            **{
                "wsgi.input": tap,
                "CONTENT_TYPE": "multipart/form-data; boundary=x",
                "CONTENT_LENGTH": str(50 * 1024 * 1024),
            },
        )
        refused(answer, 413)
        assert tap.taken == 0

    @override_settings(API_UPLOAD_MAX_BYTES=1000)
    def test_the_parser_has_the_limit_too(self, hotline: APIClient) -> None:
        refused(upload(hotline, jpeg() * 200), 413)

    def test_fields_that_nobody_reads(self, hotline: APIClient) -> None:
        url = "/api/v1/attachments"
        refused(hotline.post(url, {"ticket": "WG1"}, format="multipart"), 400, "ticket")
        refused(hotline.post(url, {}, format="multipart"), 400, "file")
        refused(hotline.post(url, b"broken", content_type="multipart/form-data"), 400)
        refused(hotline.post(url, {"file": "x"}, format="json"), 415)
        assert Attachment.objects.count() == 0
