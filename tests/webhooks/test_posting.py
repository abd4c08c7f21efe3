"""One POST: what goes out, what is read of the answer, and receivers that hang, trickle, flood, lie or redirect."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from governance.exchange import posting
from governance.exchange.posting import Answer, Poster, _unchunked, seconds_of
from tests.webhooks.receiving import Receiver, Reply

BODY = '{"type":"ticket.closed","data":"办结"}'.encode()
Talk = Callable[[socket.socket], None]


@contextmanager
def stranger(talk: Talk, wrap: Callable[[socket.socket], socket.socket] | None = None) -> Iterator[int]:
    """A server that does with each connection whatever it likes; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            try:
                with connection, wrap(connection) if wrap else connection as line:
                    line.settimeout(10)
                    line.recv(65536)
                    talk(line)
            except OSError:
                pass  # the caller has gone, as it should

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(15)


def post(url: str, *, timeout: float = 5.0) -> Answer:
    with Poster(timeout=timeout) as poster:
        return poster.post(url, {"webhook-id": "msg_1"}, BODY).result(30)


def hold(until: threading.Event) -> None:
    until.wait(30)


def say(text: bytes) -> Talk:
    return lambda line: line.sendall(text)


def test_a_message_arrives_whole(receiver: Receiver) -> None:
    receiver.answer = lambda _got: Reply(200, "收到，谢谢\x07".encode())
    answer = post(receiver.url + "?a=b")
    (got,) = receiver.got
    assert (got.path, got.body, got.headers["host"]) == ("/hook?a=b", BODY, f"127.0.0.1:{receiver.port}")
    assert got.headers["webhook-id"] == "msg_1"
    assert (answer.status, answer.error, answer.excerpt, answer.is_taken) == (200, "", "收到，谢谢", True)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answer = lambda _got: Reply(307, headers=(("Location", "http://127.0.0.1:1/inside"),))
    answer = post(receiver.url)
    assert (answer.status, answer.is_taken, len(receiver.got)) == (307, False, 1)


@pytest.mark.parametrize(
    ("said", "status", "excerpt"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more", 200, "ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, ""),
        (b"HTTP/1.0 500\r\n\r\nbroken", 500, "broken"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
            200,
            "abcde",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
    ],
)
def test_answers_as_servers_give_them(said: bytes, status: int, excerpt: str) -> None:
    def talk(line: socket.socket) -> None:
        line.sendall(said)

    with stranger(talk) as port:
        answer = post(f"http://127.0.0.1:{port}/")
    assert (answer.status, answer.error, answer.excerpt) == (status, "", excerpt)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", "no_connection"),
        (b"HTTP/1.1 200 OK\r\n", "no_connection"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not_http"),
        (b"HTTP/1.1 999 Odd\r\n\r\n", "not_http"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", "not_http"),
    ],
)
def test_what_is_no_answer(said: bytes, error: str) -> None:
    with stranger(say(said)) as port:
        answer = post(f"http://127.0.0.1:{port}/")
    assert (answer.status, answer.error, answer.is_taken) == (0, error, False)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/").error == "no_connection"


def test_a_header_that_trickles_ends_at_the_limit() -> None:
    """Each byte arrives in time; the whole does not."""

    def talk(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for _second in range(200):
            line.sendall(b"X: y\r\n")
            time.sleep(0.05)

    with stranger(talk) as port:
        began = time.monotonic()
        answer = post(f"http://127.0.0.1:{port}/", timeout=0.5)
        assert time.monotonic() - began < 5
    assert (answer.status, answer.error) == (0, "timeout")
    assert answer.took_ms >= 500


def test_a_body_without_end_is_read_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "BODY_SECONDS", 0.3)
    sent = []

    def flood(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent.append(line.send(b"a" * 65536))

    def hang(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nso far")
        line.recv(1)

    with stranger(flood) as port:
        answer = post(f"http://127.0.0.1:{port}/")
        assert (answer.status, answer.excerpt) == (200, "a" * posting.EXCERPT)
    with stranger(hang) as port:
        answer = post(f"http://127.0.0.1:{port}/")
        assert (answer.status, answer.excerpt, answer.is_taken) == (200, "so far", True)


def test_a_hundred_that_hang_take_nothing_from_one_that_answers(receiver: Receiver) -> None:
    release = threading.Event()
    with stranger(lambda _line: hold(release)) as port, Poster(timeout=20) as poster:
        hanging = [poster.post(f"http://127.0.0.1:{port}/", {}, BODY) for _number in range(100)]
        assert poster.post(receiver.url, {"webhook-id": "msg_2"}, BODY).result(15).is_taken
        assert not any(future.done() for future in hanging)
        release.set()


def test_the_address_that_was_checked_is_the_one_that_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A name that says something else the second time is asked only once."""
    settings.WEBHOOK_HTTP_HOSTS = ["rebind.example.cn"]
    asked = []

    def resolve(host: str, port: int, **_options: Any) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "192.168.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(posting.socket, "getaddrinfo", resolve)
    url = f"http://rebind.example.cn:{receiver.port}/hook"
    with Poster(timeout=5) as poster:
        assert poster.post(url, {"webhook-id": "1"}, BODY).result(10).is_taken
        assert asked == ["rebind.example.cn"]
        assert receiver.got[0].headers["host"] == f"rebind.example.cn:{receiver.port}"
        assert poster.post(url, {"webhook-id": "2"}, BODY).result(10).error == "address_refused"
    assert len(receiver.got) == 1


def test_one_bad_address_among_good_ones_is_enough(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_a, **_o: found)
    assert post("https://example.cn/").error == "address_refused"


def test_the_second_address_is_tried_and_an_unknown_name_is_said(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.WEBHOOK_HTTP_HOSTS = ["two.example.cn"]
    found = [(2, 1, 6, "", (address, receiver.port)) for address in ("127.0.0.9", "127.0.0.1")]
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_a, **_o: found)
    assert post(f"http://two.example.cn:{receiver.port}/").is_taken

    def unknown(*_arguments: Any, **_options: Any) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(posting.socket, "getaddrinfo", unknown)
    assert post("https://nowhere.example.cn/").error == "name_unknown"

    def broken(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("something nobody thought of")

    monkeypatch.setattr(posting.socket, "getaddrinfo", broken)
    assert post("https://nowhere.example.cn/").error == "failed_here"


def certificate(folder: Path, name: str) -> Path:
    """A certificate of its own authority for a name, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_text = key.private_bytes(serialization.Encoding.PEM, *plain)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key_text)
    return file


def test_tls_is_for_the_name_that_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path, "hook.example.cn")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    asked: list[str | None] = []
    server.sni_callback = lambda _line, name, _context: asked.append(name)
    trusting = ssl.create_default_context(cafile=str(file))
    monkeypatch.setattr(posting, "_tls", lambda: trusting)
    with stranger(
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        lambda line: server.wrap_socket(line, server_side=True),
    ) as port:
        found = [(2, 1, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_a, **_o: found)
        assert post(f"https://hook.example.cn:{port}/").status == 200
        assert post(f"https://other.example.cn:{port}/").error == "tls"
        monkeypatch.setattr(posting, "_tls", ssl.create_default_context)
        assert post(f"https://hook.example.cn:{port}/").error == "tls", "nobody vouches for it"
    assert asked[0] == "hook.example.cn"


def test_leaving_the_block_ends_what_is_under_way() -> None:
    release = threading.Event()
    with stranger(lambda _line: hold(release)) as port:
        began = time.monotonic()
        with Poster(timeout=20) as poster:
            future = poster.post(f"http://127.0.0.1:{port}/", {}, BODY)
        assert time.monotonic() - began < 15
        assert future.cancelled()
        release.set()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120.0), ("0", 0.0), ("9" * 9, 86400.0), ("", None), ("soon", None), ("-5", None), ("1.5", None)],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert seconds_of(text) == seconds


def test_retry_after_as_a_date() -> None:
    at = datetime.now(UTC)
    assert 3500 < (seconds_of(format_datetime(at + timedelta(hours=1), usegmt=True)) or 0) <= 3600
    assert seconds_of(format_datetime(at - timedelta(hours=1), usegmt=True)) == 0


def test_chunks_that_are_cut_off_or_nonsense() -> None:
    assert _unchunked(b"5\r\nab") == b"ab"
    assert _unchunked(b"zz\r\nab") == b""
    assert _unchunked(b"-1\r\nab") == b""
