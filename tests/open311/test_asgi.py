"""Forms as the running server gets them: signed, in pieces, with the key inside, and sent again."""

import asyncio
import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from governance.exchange import signature
from governance.exchange.models import ApiClient, SpentNonce
from governance.foundation.bodies import BodyLimit
from governance.foundation.clock import now
from incidents.models import Attachment, Ticket
from tests import city
from tests.cast import jpeg
from tests.open311.conftest import FORM, KEY, LITTER, V2

SECRET = "wgs_only-for-tests"
TARGET = f"{V2}/requests.json"


def ask(body: bytes, content_type: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """One request through the application, its body in two pieces: (status, body)."""
    half = len(body) // 2
    pieces, sent = [body[:half], body[half:]], []

    async def run() -> None:
        over = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if not pieces:
                await over.wait()
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Any) -> None:
            sent.append(message)

        given = {
            "host": "localhost",
            "content-type": content_type,
            "content-length": str(len(body)),
            **headers,
        }
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": TARGET,
            "raw_path": TARGET.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await BodyLimit(ASGIHandler())(scope, receive, send)
        await sync_to_async(connections.close_all)()

    asyncio.run(run())
    return sent[0]["status"], b"".join(item.get("body", b"") for item in sent[1:])


def signed(body: bytes, nonce: str) -> dict[str, str]:
    seconds = str(int(now().timestamp()))
    lines = signature.message("POST", TARGET, seconds, nonce, hashlib.sha256(body).hexdigest())
    return {
        "x-signature-timestamp": seconds,
        "x-signature-nonce": nonce,
        "x-signature": signature.sign(SECRET, lines),
    }


@pytest.mark.django_db(transaction=True)
def test_signed_forms_of_both_kinds_once(app: ApiClient) -> None:
    app.must_sign, app.signing_secret = True, SECRET
    app.save()
    fields = {"api_key": KEY, "service_code": LITTER, "address_id": city.GRIDS[0], "description": "签名"}
    plain = urlencode(fields).encode()
    parts = encode_multipart(BOUNDARY, fields)[: -len(f"--{BOUNDARY}--\r\n")]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n\r\n'
    whole = parts + head.encode() + jpeg() + f"\r\n--{BOUNDARY}--\r\n".encode()
    for number, (body, kind) in enumerate(((plain, FORM), (whole, MULTIPART_CONTENT)), 1):
        status, words = ask(body, kind, {})
        assert status == 403, words
        answers = [
            ask(
                body,
                kind,
                signed(body, f"nonce-of-a-test-{number}{again}") | {"idempotency-key": f"key-{number}"},
            )
            for again in range(2)
        ]
        assert [status for status, _words in answers] == [200, 200], answers
        assert answers[0] == answers[1]
        assert Ticket.objects.count() == number
        replayed, _words = ask(body, kind, signed(body, f"nonce-of-a-test-{number}0"))
        assert replayed == 403
        assert SpentNonce.objects.count() == 2 * number
    assert Attachment.objects.filter(ticket__isnull=False).count() == 1
