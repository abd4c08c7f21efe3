"""Signed requests: what is refused, and that a nonce counts once."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from governance.exchange import clients, signature, tidying
from governance.exchange.models import ApiClient, SpentNonce
from governance.foundation.clock import now
from incidents.models import Ticket
from tests.api.conftest import TICKETS, caller, report
from tests.cast import Cast, at_once, jpeg
from tests.exchange.test_clients import FACTS

ME = "/api/v1/me"
Post = Callable[..., Any]


class Signer:
    """A program of the other side that signs, and may do it wrong."""

    def __init__(self, key: str, secret: str) -> None:
        self.client, self.secret, self.count = caller(key), secret, 0

    def headers(self, method: str, target: str, body: bytes, **wrong: str) -> dict[str, str]:
        import hashlib

        self.count += 1
        seconds = wrong.get("seconds", str(int(now().timestamp())))
        nonce = wrong.get("nonce", f"nonce-of-a-test-{self.count:04d}")
        digest = hashlib.sha256(wrong.get("signed_body", "").encode() or body).hexdigest()
        lines = signature.message(method, wrong.get("signed_target", target), seconds, nonce, digest)
        return {
            "x-signature-timestamp": seconds,
            "x-signature-nonce": nonce,
            "x-signature": wrong.get("signature") or signature.sign(wrong.get("secret", self.secret), lines),
        }

    def get(self, target: str, **wrong: str) -> Any:
        return self.client.get(target, headers=self.headers("GET", target, b"", **wrong))

    def post(self, body: dict[str, Any], **wrong: str) -> Any:
        sent = json.dumps(body).encode()
        headers = self.headers("POST", TICKETS, sent, **wrong)
        return self.client.generic("POST", TICKETS, sent, content_type="application/json", headers=headers)


@pytest.fixture
def signer(cast: Cast) -> Signer:
    made = clients.create("signer", by=cast.administrator, at=now(), facts=FACTS | {"must_sign": True})
    return Signer(made.key, made.secret)


@pytest.mark.django_db
class TestSignatures:
    """One client that has to sign."""

    def test_a_signed_report_is_taken(self, signer: Signer) -> None:
        assert signer.post(report()).status_code == 201
        assert SpentNonce.objects.count() == 1
        assert signer.get(f"{TICKETS}?limit=1&q=%E4%B9%A6").status_code == 200

    def test_without_a_signature_nothing_is_taken(self, signer: Signer) -> None:
        answer = signer.client.post(TICKETS, report())
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_missing")
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
        assert Ticket.objects.count() == 0

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"secret": "wgs_other"}, "signature_wrong"),
            ({"signed_body": "{}"}, "signature_wrong"),
            ({"signed_target": "/api/v1/tickets?x=1"}, "signature_wrong"),
            ({"signature": "v1=00"}, "signature_wrong"),
            ({"signature": "v2=x"}, "signature_wrong"),
            ({"nonce": "short"}, "signature_missing"),
            ({"nonce": "has spaces in it, long enough"}, "signature_missing"),
            ({"seconds": "soon"}, "signature_missing"),
            ({"seconds": "1"}, "clock_skew"),
        ],
    )
    def test_a_wrong_signature(self, signer: Signer, wrong: dict[str, str], code: str) -> None:
        answer = signer.post(report(), **wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert abs(answer.json()["server_time"] - now().timestamp()) < 60
        assert (Ticket.objects.count(), SpentNonce.objects.count()) == (0, 0)

    @pytest.mark.parametrize(("seconds", "expected"), [(-290, 201), (290, 201), (-310, 401), (310, 401)])
    def test_clocks_may_differ_by_five_minutes(self, signer: Signer, seconds: int, expected: int) -> None:
        answer = signer.post(report(), seconds=str(int(now().timestamp()) + seconds))
        assert answer.status_code == expected

    def test_a_replay_is_refused(self, signer: Signer) -> None:
        nonce = "the-same-nonce-again"
        assert signer.post(report(), nonce=nonce).status_code == 201
        again = signer.post(report(external_no="other"), nonce=nonce)
        assert (again.status_code, again.json()["code"]) == (401, "replayed")
        assert Ticket.objects.count() == 1

    def test_another_client_may_use_the_same_nonce(self, signer: Signer, cast: Cast) -> None:
        made = clients.create("second", by=cast.administrator, at=now(), facts=FACTS)
        other, nonce = Signer(made.key, made.secret), "a-nonce-of-both-of-us"
        assert [one.get(ME, nonce=nonce).status_code for one in (signer, other)] == [200, 200]

    def test_who_need_not_sign_but_does_must_do_it_well(self, cast: Cast) -> None:
        made = clients.create("free", by=cast.administrator, at=now(), facts=FACTS)
        free = Signer(made.key, made.secret)
        assert free.client.get(ME).status_code == 200
        assert free.get(ME).status_code == 200
        assert free.get(ME, secret="wgs_wrong").status_code == 401

    def test_the_secret_before_a_rotation_signs_as_long_as_its_key(self, signer: Signer, cast: Cast) -> None:
        row = ApiClient.objects.get(code="signer")
        made = clients.rotate(row.pk, by=cast.administrator, at=now(), overlap=timedelta(hours=1))
        new = Signer(made.key, made.secret)
        new.count = 100
        assert (signer.get(ME).status_code, new.get(ME).status_code) == (200, 200)
        ApiClient.objects.filter(code="signer").update(previous_until=now() - timedelta(seconds=1))
        assert new.get(ME, secret=signer.secret).status_code == 401

    def test_a_file_is_signed_as_it_is_sent(self, signer: Signer) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        url = "/api/v1/attachments"
        sent = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.jpg", jpeg())})
        headers = signer.headers("POST", url, sent)
        answer = signer.client.generic("POST", url, sent, content_type=MULTIPART_CONTENT, headers=headers)
        assert answer.status_code == 201
        headers = signer.headers("POST", url, sent + b"x")
        answer = signer.client.generic("POST", url, sent, content_type=MULTIPART_CONTENT, headers=headers)
        assert answer.status_code == 401

    def test_it_costs_one_statement(self, signer: Signer, steady: None) -> None:
        for turn in range(2):
            with CaptureQueriesContext(connection) as statements:
                assert signer.post(report(external_no=f"n{turn}")).status_code == 201
        assert len(statements) == 3

    def test_old_nonces_are_forgotten(self, signer: Signer) -> None:
        signer.get(ME)
        assert tidying.tidy(at=now() + timedelta(minutes=14)) == 0
        assert tidying.tidy(at=now() + timedelta(minutes=16)) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_replays_at_once_one_is_taken(cast: Cast) -> None:
    made = clients.create("signer", by=cast.administrator, at=now(), facts=FACTS | {"must_sign": True})

    def once(number: int) -> int:
        status: int = (
            Signer(made.key, made.secret).post(report(), nonce="one-nonce-for-everybody").status_code
        )
        return status

    found = at_once([partial(once, number) for number in range(6)])
    assert sorted(found) == [201, 401, 401, 401, 401, 401]
    assert Ticket.objects.count() == SpentNonce.objects.count() == 1


def test_the_description_can_be_followed_by_hand() -> None:
    """The example of the documents: what an integrator compares with."""
    lines = signature.message(
        "post", "/api/v1/tickets?x=1", "1795678800", "k3Jx0aVb9QpLmN4t", "e3b0c44298fc1c149afbf4c8996fb924"
    )
    assert lines == (
        b"v1\nPOST\n/api/v1/tickets?x=1\n1795678800\nk3Jx0aVb9QpLmN4t\ne3b0c44298fc1c149afbf4c8996fb924"
    )
    assert APIClient is not None
    assert signature.sign("wgs_secret", lines).startswith("v1=")
