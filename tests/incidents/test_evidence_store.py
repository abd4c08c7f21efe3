"""Evidence in an S3-compatible store: a small server that keeps objects and believes only signatures that are right."""

import hashlib
import hmac
import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.test import Client, override_settings

from governance.foundation.errors import Unavailable
from governance.settings.environment import Environment
from governance.settings.evidence import s3_store
from incidents.evidence import masking, purge_unbound, receive
from incidents.models import Attachment
from tests.cast import DAY, MONDAY, Cast
from tests.incidents import files

KEY, SECRET, BUCKET = "grid", "only-for-this-test", "evidence"


def signed(*parts: bytes | str) -> bytes:
    """The HMAC chain of AWS Signature Version 4."""
    key = parts[0] if isinstance(parts[0], bytes) else parts[0].encode()
    for part in parts[1:]:
        key = hmac.digest(key, part.encode() if isinstance(part, str) else part, hashlib.sha256)
    return key


class Store(BaseHTTPRequestHandler):
    """PUT, GET, HEAD and DELETE of objects, each with a signature."""

    objects: ClassVar[dict[str, bytes]] = {}
    refused: ClassVar[list[str]] = []
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def is_believed(self, body: bytes) -> bool:
        words = self.headers.get("Authorization", "")
        if not words.startswith("AWS4-HMAC-SHA256 "):
            return False
        facts = dict(
            part.strip().split("=", 1) for part in words.removeprefix("AWS4-HMAC-SHA256 ").split(",")
        )
        key, day, region, service, end = facts["Credential"].split("/")
        said = self.headers["x-amz-content-sha256"]
        if said != "UNSIGNED-PAYLOAD" and said != hashlib.sha256(body).hexdigest():
            return False
        parts = urlsplit(self.path)
        query = "&".join(
            f"{quote(name, safe='~')}={quote(value, safe='~')}"
            for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
        )
        names = facts["SignedHeaders"].split(";")
        headers = "".join(f"{name}:{' '.join(self.headers[name].split())}\n" for name in names)
        request = "\n".join((self.command, parts.path, query, headers, ";".join(names), said))
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = "\n".join(
            ("AWS4-HMAC-SHA256", self.headers["x-amz-date"], f"{day}/{region}/{service}/{end}", digest)
        )
        wanted = signed(f"AWS4{SECRET}", day, region, service, end, text).hex()
        return key == KEY and hmac.compare_digest(wanted, facts["Signature"])

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.md5(body).hexdigest()}"')
        self.send_header("Last-Modified", "Mon, 16 Nov 2026 01:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if not self.is_believed(body):
            self.refused.append(path)
            return self.answer(403)
        if self.command == "PUT":
            self.objects[path] = body
            return self.answer(200)
        if self.command == "DELETE":
            self.objects.pop(path, None)
            return self.answer(204)
        found = self.objects.get(path)
        return self.answer(404) if found is None else self.answer(200, found)


for method in ("PUT", "GET", "HEAD", "DELETE"):
    setattr(Store, f"do_{method}", Store.handle_one)


@pytest.fixture
def store() -> Iterator[dict[str, bytes]]:
    """A server, and the platform's settings for it."""
    Store.objects.clear()
    Store.refused.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with override_settings(STORAGES=settings.STORAGES | {"default": variables(server.server_port)}):
            yield Store.objects
        server.shutdown()
        thread.join()


def variables(port: int, secret: str = SECRET) -> dict[str, object]:
    return s3_store(
        Environment(
            {
                "S3_BUCKET": BUCKET,
                "S3_ENDPOINT": f"http://127.0.0.1:{port}",
                "S3_ACCESS_KEY": KEY,
                "S3_SECRET_KEY": secret,
            }
        )
    )


@pytest.mark.django_db
def test_the_life_of_a_photo_in_a_bucket(client: Client, cast: Cast, store: dict[str, bytes]) -> None:
    content = files.picture("PNG", (40, 40), (255, 255, 255))
    row = receive(io.BytesIO(content), name="a.png", size=len(content), by=cast.worker, at=MONDAY)
    folder = f"/{BUCKET}/evidence/2026/11/16/{row.pk}-"
    assert set(store) == {f"{folder}1.png", f"{folder}1-small.webp", f"{folder}original.sealed"}
    assert store[f"{folder}original.sealed"].startswith(b"SEALED1\n")
    assert content not in store[f"{folder}original.sealed"]
    client.force_login(cast.worker.user)
    answer = client.get(f"/attachments/{row.pk}/", headers={"Range": "bytes=1-3"})
    assert (answer.status_code, b"".join(answer.streaming_content)) == (206, b"PNG")
    masking.mask(row.pk, [[10, 10, 50, 50]], by=cast.worker, at=MONDAY, version=1)
    assert set(store) == {f"{folder}2.png", f"{folder}2-small.webp", f"{folder}original.sealed"}
    assert masking.open_original(row.pk, by=cast.worker, at=MONDAY, reason="核对原始画面")[1] == content
    store.pop(f"{folder}2.png")
    assert client.get(f"/attachments/{row.pk}/").status_code == 404, "the store has lost it"
    assert purge_unbound(before=MONDAY + DAY) == 1
    assert store == {}
    assert Store.refused == []


@pytest.mark.django_db
def test_a_wrong_secret_is_refused_and_nothing_is_half_stored(cast: Cast, store: dict[str, bytes]) -> None:
    port = int(urlsplit(default_storage.endpoint_url).port or 0)
    with (
        override_settings(STORAGES=settings.STORAGES | {"default": variables(port, "wrong")}),
        pytest.raises(Unavailable),
    ):
        receive(io.BytesIO(files.PDF), name="a.pdf", size=len(files.PDF), by=cast.worker, at=MONDAY)
    assert (store, bool(Store.refused)) == ({}, True)
    assert not Attachment.objects.filter(is_stored=True).exists()


@pytest.mark.parametrize("missing", ["S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY"])
def test_a_bucket_needs_all_of_its_settings(missing: str) -> None:
    known = {"S3_BUCKET": "b", "S3_ENDPOINT": "https://s3", "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s"}
    known.pop(missing)
    with pytest.raises(ImproperlyConfigured, match=missing):
        s3_store(Environment(known))


def test_a_site_that_stores_on_disk_does_not_load_the_library() -> None:
    code = (
        "import sys, django; django.setup(); import incidents.views.evidence, incidents.tasks; "
        "from django.core.files.storage import default_storage; default_storage.exists('x'); "
        "sys.exit(bool({'boto3', 'botocore', 'storages'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0
