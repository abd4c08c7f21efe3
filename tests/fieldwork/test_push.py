"""Web push: sealed for one browser, proved by our key, to allowed addresses only, once; it tells nobody's affairs."""

import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from fieldwork.devices import trusting
from fieldwork.models import PushSubscription, TrustedDevice
from fieldwork.push import keys, sealing, sending, subscribing
from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from governance.settings import push as push_settings
from incidents import channels, telling
from incidents.models import NoticeMark, NoticeMessage
from tests.cast import DAY, Cast

pytestmark = pytest.mark.django_db
PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """The receiving side of RFC 8291, written for the tests."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"

    @property
    def point(self) -> str:
        return keys.encoded(keys.point_of(self.key))

    def opened(self, body: bytes) -> dict[str, Any]:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        assert (size, length) == (4096, 65)
        sender, content = body[21:86], body[86:]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )

        def derived(length: int, salt: bytes, info: bytes, material: bytes) -> bytes:
            return HKDF(hashes.SHA256(), length, salt, info).derive(material)

        info = b"WebPush: info\x00" + keys.point_of(self.key) + sender
        material = derived(32, self.secret, info, shared)
        key = derived(16, salt, b"Content-Encoding: aes128gcm\x00", material)
        nonce = derived(12, salt, b"Content-Encoding: nonce\x00", material)
        text = AESGCM(key).decrypt(nonce, content, None)
        assert text[-1:] == b"\x02"
        found: dict[str, Any] = json.loads(text[:-1])
        return found


@pytest.fixture(autouse=True)
def _every_test_has_it(push_site: None) -> None:
    """The site of these tests sends push messages."""


@pytest.fixture
def push_site(settings: Any) -> Iterator[None]:
    """A site with a key, which may call this machine."""
    settings.WEB_PUSH_PRIVATE_KEY, settings.WEB_PUSH_CONTACT = PRIVATE, "mailto:duty@example.gov.cn"
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.WEBHOOK_HTTP_HOSTS = ["127.0.0.1"]
    settings.WEBHOOK_TIMEOUT_SECONDS = 5
    channels.register(sending.CHANNEL)
    yield
    channels.unregister("push")


@dataclass(frozen=True)
class Got:
    """One request of ours."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """A push service on this machine: `answer` says with which status, `got` is what has come."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answer: Callable[[Got], int] = lambda _got: 201
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.got.append(got)
                self.send_response(receiver.answer(got))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Nothing on the screen of the tests."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver()
    running.thread.start()
    yield running
    running.server.shutdown()
    running.thread.join()
    running.server.server_close()


def phone(cast: Cast, name: str = "worker") -> TrustedDevice:
    return trusting.trust(by=getattr(cast, name), at=now(), label="手机").device


def subscribed(
    cast: Cast, url: str, browser: Browser, device: TrustedDevice | None = None, *, at: datetime | None = None
) -> PushSubscription:
    return subscribing.subscribe(
        device or phone(cast), endpoint=url, public_key=browser.point, secret=keys.encoded(browser.secret),
        by=cast.worker, at=at or now(),
    )  # fmt: skip


def told(cast: Cast, number: int = 1, url: str = "/m/visits/7/") -> None:
    assert cast.worker.user_id is not None
    telling.tell(
        key=f"test:{number}", kind="overdue", title="王秀兰家漏访，请补访", url=url, at=now(),
        user_ids=[cast.worker.user_id],
    )  # fmt: skip


def test_the_example_of_the_standard() -> None:
    """RFC 8291, section 5: key, salt and text are given, the body has to come out to the byte."""
    key = ec.derive_private_key(int.from_bytes(raw(PRIVATE), "big"), ec.SECP256R1())
    body = sealing.sealed(
        b"When I grow up, I want to be a watermelon",
        raw(POINT), raw(SECRET), salt=raw("DGv6ra1nlYgDCS1FRnbzlw"), key=key,
    )  # fmt: skip
    assert urlsafe_b64encode(body).rstrip(b"=").decode() == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    with pytest.raises(ValueError, match="short"):
        sealing.sealed(b"x" * 4000, raw(POINT), raw(SECRET))


def test_a_notice_goes_out_once_sealed_and_without_anybodys_affairs(cast: Cast, receiver: Receiver) -> None:
    browser = Browser()
    subscribed(cast, f"{receiver.url}/push/1", browser)
    assert NoticeMark.objects.get(user=cast.worker.user).message == ["alarm", "work"]
    told(cast)
    told(cast)
    assert NoticeMessage.objects.filter(channel="push").count() == 1
    assert (channels.send_due(at=now()), channels.send_due(at=now() + DAY)) == (1, 0)
    assert len(receiver.got) == 1
    got = receiver.got[0]
    shown = browser.opened(got.body)
    assert shown["url"] == "/m/visits/7/"
    assert "王秀兰" not in json.dumps(shown, ensure_ascii=False)
    assert shown["tag"] == f"notice-{NoticeMessage.objects.get().pk}"
    assert "王秀兰".encode() not in got.body
    assert (got.headers["content-encoding"], got.headers["ttl"]) == ("aes128gcm", "86400")
    assert len(got.headers["topic"]) == 32
    is_proved(got)
    assert PushSubscription.objects.get().sent_at is not None
    told(cast, 2, url="/tickets/WG1/")
    channels.send_due(at=now())
    assert browser.opened(receiver.got[1].body)["url"] == "/m/notices/", (
        "pages of the desk are not for phones"
    )


def is_proved(got: Got) -> None:
    """The header of RFC 8292: signed by the key that it names, for this push service, for at most a day."""
    fields = dict(part.strip().split("=", 1) for part in got.headers["authorization"][6:].split(","))
    head, claims, signature = fields["t"].split(".")
    told = json.loads(raw(claims))
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    assert told["aud"].startswith("http://127.0.0.1:")
    assert 0 < told["exp"] - now().timestamp() <= 86400
    assert told["sub"] == "mailto:duty@example.gov.cn"
    assert fields["k"] == keys.public_key()
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(fields["k"]))
    both = raw(signature)
    numbers = encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big"))
    point.verify(numbers, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_what_the_push_service_answers(cast: Cast, receiver: Receiver) -> None:
    first, second = Browser(), Browser()
    subscribed(cast, f"{receiver.url}/gone", first)
    subscribed(cast, f"{receiver.url}/busy", second)
    receiver.answer = lambda got: 410 if got.path == "/gone" else 503
    told(cast)
    assert channels.send_due(at=now()) == 0, "tried again later"
    assert [row.endpoint for row in PushSubscription.objects.all()] == [f"{receiver.url}/busy"]
    message = NoticeMessage.objects.get()
    assert (message.tries, message.note, message.failed_at) == (1, "503", None)
    receiver.answer = lambda _got: 201
    assert channels.send_due(at=now() + DAY) == 1
    receiver.answer = lambda _got: 404
    told(cast, 2)
    assert channels.send_due(at=now() + DAY) == 1, "nobody is left to tell: settled"
    assert not PushSubscription.objects.exists()
    told(cast, 3)
    assert NoticeMessage.objects.count() == 2, "no phone, no message"


def test_it_ends_with_the_trust_of_the_phone(cast: Cast, receiver: Receiver) -> None:
    device, browser = phone(cast), Browser()
    subscribed(cast, f"{receiver.url}/push", browser, device)
    assert cast.worker.user is not None
    assert sending.reaches(cast.worker.user)
    TrustedDevice.objects.filter(pk=device.pk).update(expires_at=now() - DAY)
    assert not sending.reaches(cast.worker.user)
    TrustedDevice.objects.filter(pk=device.pk).update(expires_at=now() + DAY)
    trusting.call_back(device.pk, by=cast.worker, at=now())
    assert not PushSubscription.objects.exists()
    with pytest.raises(Forbidden):
        subscribed(cast, f"{receiver.url}/push", browser, TrustedDevice.objects.get())
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("endpoint", "point", "secret", "field"),
    [
        ("https://10.0.0.8/push", POINT, SECRET, "endpoint"),
        ("http://push.example.com/x", POINT, SECRET, "endpoint"),
        ("https://169.254.169.254/latest", POINT, SECRET, "endpoint"),
        ("https://push.example.com/x", "AAAA", SECRET, "keys"),
        ("https://push.example.com/x", POINT, "AAAA", "keys"),
        ("https://push.example.com/x", "é", SECRET, "keys"),
    ],
)
def test_addresses_and_keys_that_are_refused(
    cast: Cast, endpoint: str, point: str, secret: str, field: str
) -> None:
    with pytest.raises(Unprocessable) as refusal:
        subscribing.subscribe(
            phone(cast), endpoint=endpoint, public_key=point, secret=secret, by=cast.worker, at=now()
        )
    assert set(refusal.value.fields) == {field}
    assert not PushSubscription.objects.exists()


def test_an_address_that_turns_inwards_is_not_called(cast: Cast, receiver: Receiver, settings: Any) -> None:
    subscribed(cast, f"{receiver.url}/push", Browser())
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    told(cast)
    assert channels.send_due(at=now()) == 0
    assert receiver.got == []
    assert NoticeMessage.objects.get().note == "address_refused"


def test_only_the_own_trusted_phone(cast: Cast, settings: Any) -> None:
    facts = {"endpoint": "https://push.example.com/x", "public_key": POINT, "secret": SECRET, "at": now()}
    for device in (None, phone(cast, "neighbour")):
        with pytest.raises(Forbidden):
            subscribing.subscribe(device, by=cast.worker, **facts)
    settings.WEB_PUSH_PRIVATE_KEY = ""
    with pytest.raises(Conflict):
        subscribing.subscribe(phone(cast), by=cast.worker, **facts)
    assert keys.public_key() == ""
    assert not PushSubscription.objects.exists()


def test_switched_on_and_off_on_the_phone(cast: Cast, settings: Any) -> None:
    client = Client()
    assert cast.worker.user is not None
    client.force_login(cast.worker.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    told = {"endpoint": "https://push.example.com/x", "keys": {"p256dh": POINT, "auth": SECRET}}
    kind = {"content_type": "application/json"}
    assert client.post("/m/api/push", json.dumps(told), **kind).status_code == 403, "not trusted yet"
    assert client.post("/m/api/device", json.dumps({"label": "手机"}), **kind).status_code == 201
    page = client.get("/m/me/").content.decode()
    assert f'data-push="{keys.public_key()}"' in page
    assert client.post("/m/api/push", json.dumps(told | {"keys": 1}), **kind).status_code == 400
    for _twice in range(2):
        assert client.post("/m/api/push", json.dumps(told), **kind).status_code == 204
    assert PushSubscription.objects.get().endpoint == told["endpoint"]
    for _twice in range(2):
        assert client.post("/m/api/push", "{}", **kind).status_code == 204
    assert not PushSubscription.objects.exists()
    assert AuditEntry.objects.filter(verb="fieldwork.unsubscribe").count() == 1
    settings.WEB_PUSH_PRIVATE_KEY = ""
    assert "data-push" not in client.get("/m/me/").content.decode()


def test_malformed_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("AAAA", "****"):
        monkeypatch.setenv("WEB_PUSH_PRIVATE_KEY", text)
        with pytest.raises(ImproperlyConfigured):
            push_settings.read_push_key("WEB_PUSH_PRIVATE_KEY")
    monkeypatch.setenv("WEB_PUSH_PRIVATE_KEY", PRIVATE)
    assert push_settings.read_push_key("WEB_PUSH_PRIVATE_KEY") == PRIVATE
    monkeypatch.setenv("WEB_PUSH_CONTACT", "somebody")
    with pytest.raises(ImproperlyConfigured):
        push_settings.read_push_contact("WEB_PUSH_CONTACT", PRIVATE)
    monkeypatch.delenv("WEB_PUSH_CONTACT")
    assert push_settings.read_push_contact("WEB_PUSH_CONTACT", "") == ""
