"""Bodies are cut off where they pass their limit, before Django collects them."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.test import Client, override_settings

from governance.foundation.bodies import BodyLimit, limit_for

MEGABYTE = 1024 * 1024


def ask(
    path: str, pieces: Sequence[bytes], headers: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, dict[str, str], bytes, int]:
    """(status, headers, body, how many pieces were taken) of a POST through Django under ASGI."""
    taken, sent, over = 0, [], asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if taken == len(pieces):
            await over.wait()
            return {"type": "http.disconnect"}
        taken += 1
        return {"type": "http.request", "body": pieces[taken - 1], "more_body": taken < len(pieces)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(BodyLimit(ASGIHandler())(scope, receive, send))
    start = sent[0]
    names = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], names, b"".join(item.get("body", b"") for item in sent[1:]), taken


def test_limits_by_door() -> None:
    assert limit_for("/api/v1/tickets", "application/json") == MEGABYTE
    assert limit_for("/api/v1/attachments", "multipart/form-data; boundary=x") > 20 * MEGABYTE
    assert limit_for("/tickets/new/", "multipart/form-data; boundary=x") == 128 * MEGABYTE


def test_a_declared_length_is_refused_unread() -> None:
    pieces = [b"x" * MEGABYTE] * 50
    headers = [(b"content-length", str(50 * MEGABYTE).encode()), (b"accept-language", b"en")]
    status, names, body, taken = ask("/api/v1/attachments", pieces, headers)
    assert status == 413
    assert names["content-type"] == "application/problem+json"
    assert names["x-request-id"] == json.loads(body)["instance"]
    assert json.loads(body)["title"] == "The file is too large"
    assert taken <= len(pieces)


def test_an_undeclared_length_is_cut_where_it_passes_the_limit() -> None:
    status, _names, body, _taken = ask("/api/v1/tickets", [b"x" * (MEGABYTE // 2)] * 3)
    assert (status, json.loads(body)["limit_bytes"]) == (413, MEGABYTE)


def test_a_short_body_in_chunks_is_read() -> None:
    status, _names, body, taken = ask("/api/v1/nowhere", [b'{"a"', b": 1}"])
    assert (status, taken) == (404, 2)
    assert json.loads(body)["code"] == "not_found"


@override_settings(BODY_MAX_BYTES=1000)
@pytest.mark.django_db
def test_a_page_answers_with_a_page() -> None:
    answer = Client().post("/accounts/login/", {"username": "x" * 2000})
    assert answer.status_code == 413
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("length", [b"", b"-1", b"x", b"9" * 30])
def test_a_length_that_is_no_number_counts_as_none(length: bytes) -> None:
    status, _names, _body, _taken = ask("/api/v1/nowhere", [b"{}"], [(b"content-length", length)])
    assert status in {400, 404}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/map/list/?q=%00", "/tickets/?category=a%00", "/bulletins/a%00/"])
def test_an_address_with_a_nul_is_explained(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "地址中含有无法识别的字符" in answer.content.decode()
    assert client.get("/api/v1/tickets?q=%00").status_code == 401, (
        "the API names the field itself, to whom it knows"
    )
