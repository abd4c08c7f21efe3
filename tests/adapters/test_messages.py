"""Channels: each kind of message from its fixture; bad signatures, replays and bombs are refused, nothing stored."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from rest_framework.test import APIClient

from adapters import channels, contract
from adapters.models import Channel, MappedTicket
from adapters.translators import signed_json, sms
from governance.exchange.calllog import RECORDER
from governance.exchange.models import ApiClient, ExchangeCall, SpentNonce
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound
from incidents.models import Supplement, Ticket
from tests import city
from tests.adapters.props import mapping_of, order, released
from tests.api.conftest import _full_buckets
from tests.cast import MONDAY, Cast, MakeTicket

__all__ = ["_full_buckets"]
pytestmark = pytest.mark.django_db
FIXTURES = Path(__file__).parent / "fixtures"
NONCE = "nonce-00000000000001"


def fixture(name: str, **values: Any) -> bytes:
    """A message as the other side sends it, with its moving parts filled in."""
    text = (FIXTURES / name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"{{{{{key}}}}}", str(value))
    return text.encode()


@pytest.fixture
def open_channel(cast: Cast) -> Callable[..., Channel]:
    def make(kind: str, **facts: Any) -> Channel:
        channel = Channel(code=kind.replace("_", "-"))
        client = ApiClient.objects.get(code="hotline")
        given: dict[str, Any] = {
            "name": kind,
            "translator": kind,
            "client_id": client.pk,
            "mapping_id": None,
            "source": "hotline",
            "category": "1408",
            "region_code": city.GRIDS[0][:12],
            "app_id": "",
            "is_active": True,
        }
        channels.keep(channel, given | facts, by=cast.administrator, at=MONDAY)
        return channel

    return make


def at(seconds: int = 0) -> str:
    return str(int((now() + timedelta(seconds=seconds)).timestamp()))


def post(channel: Channel, body: bytes, kind: str, query: str = "", **headers: str) -> Any:
    address = f"/api/v1/adapters/{channel.code}/messages{query}"
    return APIClient().generic("POST", address, body, content_type=kind, headers=headers)


def wechat(
    channel: Channel, body: bytes, *, moment: str = "", nonce: str = "1372623149", secret: str = ""
) -> Any:
    moment = moment or at()
    signature = hashlib.sha1("".join(sorted((secret or channel.secret, moment, nonce))).encode()).hexdigest()
    query = urlencode({"signature": signature, "timestamp": moment, "nonce": nonce})
    return post(channel, body, "text/xml", f"?{query}")


def signed(channel: Channel, body: bytes, *, moment: str = "", nonce: str = NONCE, secret: str = "") -> Any:
    moment = moment or at()
    mark = signed_json.signature_of(secret or channel.secret, moment, nonce, body)
    headers = {signed_json.TIMESTAMP: moment, signed_json.NONCE: nonce, signed_json.SIGNATURE: mark}
    return post(channel, body, "application/json", **headers)


def gateway(channel: Channel, form: dict[str, str], *, sign: str = "") -> Any:
    form = {"time": at(), "nonce": NONCE} | form
    mark = sign or sms.signature_of(channel.secret, form)
    return post(channel, urlencode(form | {"sign": mark}).encode(), "application/x-www-form-urlencoded")


class TestWeChat:
    @pytest.fixture
    def channel(self, open_channel: Callable[..., Channel]) -> Channel:
        return open_channel("wechat")

    def test_words_become_a_ticket(self, channel: Channel) -> None:
        answer = wechat(channel, fixture("wechat_text.xml"))
        assert answer.status_code == 200, answer.content
        ticket = Ticket.objects.get()
        assert (ticket.external_no, ticket.content) == (
            "wx-6054768590064713728",
            "东苑小区门口路灯不亮 & 很黑",
        )
        assert (ticket.source.code, ticket.category.code) == ("hotline", "1408")
        root = ElementTree.fromstring(answer.content)
        assert root.findtext("ToUserName") == "oABC123"
        assert ticket.number in (root.findtext("Content") or "")
        note = MappedTicket.objects.get()
        assert (note.channel, note.version) == (channel, None)
        RECORDER.flush()
        assert ExchangeCall.objects.get().ticket == ""
        assert "路灯" not in ExchangeCall.objects.get().sent

    def test_a_position_becomes_a_ticket(self, channel: Channel) -> None:
        lon, lat = city.centre(0)
        assert wechat(channel, fixture("wechat_location.xml", lat=lat, lon=lon)).status_code == 200
        ticket = Ticket.objects.get()
        assert (ticket.datum, ticket.place) == ("gcj02", "书院路 8 号")
        assert ticket.lon is not None

    def test_others_are_answered_without_a_ticket(self, channel: Channel) -> None:
        image = wechat(channel, fixture("wechat_text.xml").replace(b"[text]", b"[image]"))
        assert "文字" in image.content.decode()
        event = wechat(channel, fixture("wechat_text.xml").replace(b"[text]", b"[event]"), nonce="22")
        assert event.content == b"success"
        assert not Ticket.objects.exists()

    def test_the_same_message_again_is_one_ticket(self, channel: Channel) -> None:
        for nonce in ("1", "2", "3"):
            assert wechat(channel, fixture("wechat_text.xml"), nonce=nonce).status_code == 200
        assert (Ticket.objects.count(), MappedTicket.objects.count()) == (1, 1)

    def test_it_greets(self, channel: Channel) -> None:
        moment = at()
        signature = hashlib.sha1("".join(sorted((channel.secret, moment, "7"))).encode()).hexdigest()
        facts = {"signature": signature, "timestamp": moment, "nonce": "7", "echostr": "echo-1"}
        answer = APIClient().get(f"/api/v1/adapters/{channel.code}/messages", facts)
        assert (answer.status_code, answer.content) == (200, b"echo-1")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<xml>",
            b"\xff\xfe",
            b"<xml><Content>" + b"x" * 70_000 + b"</Content></xml>",
            b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><xml><Content>&c;</Content></xml>',
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>',
        ],
    )
    def test_bombs_and_broken_documents(self, channel: Channel, body: bytes) -> None:
        answer = wechat(channel, body)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
        assert not Ticket.objects.exists()
        assert not SpentNonce.objects.exists(), "a message that was not taken may come again"

    def test_wrong_numbers(self, channel: Channel) -> None:
        body = fixture("wechat_text.xml").replace(b"6054768590064713728", b"x")
        assert list(wechat(channel, body).json()["errors"]) == ["/xml/MsgId"]
        body = fixture("wechat_location.xml", lat="north", lon=1)
        assert list(wechat(channel, body).json()["errors"]) == ["/xml/Location_X"]


class TestTownApp:
    @pytest.fixture
    def channel(self, open_channel: Callable[..., Channel], cast: Cast) -> Channel:
        return open_channel("town_app", mapping_id=released(cast).mapping_id)

    def test_its_json_goes_through_the_mapping(self, channel: Channel) -> None:
        lon, lat = city.centre(0)
        answer = signed(channel, fixture("town_app.json", lon=lon, lat=lat))
        assert answer.status_code == 200, answer.content
        numbers = {ticket.number for ticket in Ticket.objects.all()}
        assert {row["number"] for row in answer.json()["tickets"]} == numbers
        assert len(numbers) == 2
        assert all(note.version for note in MappedTicket.objects.all())

    def test_all_of_a_message_or_nothing(self, channel: Channel) -> None:
        body = json.dumps([order("A-1"), order("A-2", type="Z")]).encode()
        answer = signed(channel, body)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["/order/type"])
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"NaN", b"[" * 5000])
    def test_broken_documents(self, channel: Channel, body: bytes) -> None:
        assert signed(channel, body).status_code == 400

    def test_there_is_nothing_to_greet(self, channel: Channel) -> None:
        assert APIClient().get(f"/api/v1/adapters/{channel.code}/messages").status_code == 401

    def test_no_version_in_force(self, open_channel: Callable[..., Channel], cast: Cast) -> None:
        mapping = mapping_of(cast, code="empty")
        channel = open_channel("town_app", mapping_id=mapping.pk)
        assert signed(channel, b"{}").json()["code"] == "no_version"

    def test_it_needs_a_mapping_of_the_same_client(
        self, open_channel: Callable[..., Channel], cast: Cast
    ) -> None:
        other = mapping_of(cast, client="police", code="other")
        for facts in ({}, {"mapping_id": other.pk}, {"source": "police"}, {"translator": "fax"}):
            with pytest.raises(Invalid):
                open_channel("town_app", **facts)


class TestMessagesOfPhones:
    def test_a_short_message(self, open_channel: Callable[..., Channel]) -> None:
        channel = open_channel("sms")
        form = json.loads(fixture("sms.json"))
        answer = gateway(channel, form)
        assert (answer.status_code, answer.content) == (200, b"OK")
        ticket = Ticket.objects.get()
        assert (ticket.external_no, ticket.content) == (f"sms-{form['msgid']}", form["content"])
        assert ticket.requesters.get().phone == form["mobile"]
        assert ticket.needs_reply

    def test_a_short_message_that_is_not_whole(self, open_channel: Callable[..., Channel]) -> None:
        channel = open_channel("sms")
        assert sorted(gateway(channel, {"content": " "}).json()["errors"]) == ["content", "mobile", "msgid"]
        wrong = gateway(channel, json.loads(fixture("sms.json")), sign="0" * 64)
        assert wrong.json()["code"] == "signature_wrong"
        kind = "application/x-www-form-urlencoded"
        for body in (
            b"a=1&a=2",
            b"&".join(b"f%d=1" % number for number in range(30)),
            b"x" * 17_000,
            b"%ff=1",
        ):
            assert post(channel, body, kind).status_code == 400
        assert not Ticket.objects.exists()

    def test_a_recording_by_reference(
        self, open_channel: Callable[..., Channel], make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", source="hotline", external_no="DH-77")
        channel = open_channel("recordings")
        answer = signed(channel, fixture("recording.json", ticket="DH-77"))
        assert answer.json() == {"ok": True, "ticket": ticket.number}
        words = Supplement.objects.get().content["content"]
        assert "https://rec.example.cn/2026/77.mp3" in words
        assert "93 秒" in words
        again = signed(channel, fixture("recording.json", ticket=ticket.number), nonce="nonce-00000000000002")
        assert again.status_code == 200
        assert Supplement.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"url": "http://rec.example.cn/1"}, "/url"),
            ({"url": "file:///etc/passwd"}, "/url"),
            ({"url": "https://[::1"}, "/url"),
            ({"seconds": -1}, "/seconds"),
            ({"seconds": "93"}, "/seconds"),
            ({"more": 1}, "/more"),
            ({"ticket": "DH-unknown"}, "/ticket"),
        ],
    )
    def test_recordings_that_are_refused(
        self, open_channel: Callable[..., Channel], change: dict[str, Any], place: str
    ) -> None:
        body = json.loads(fixture("recording.json", ticket="DH-77")) | change
        answer = signed(open_channel("recordings"), json.dumps(body).encode())
        assert answer.status_code in {400, 422}
        assert list(answer.json()["errors"]) == [place]
        assert signed(Channel.objects.get(), b"5", nonce="nonce-00000000000002").status_code == 400


class TestProof:
    """Whose a message is, and that it counts once."""

    @pytest.fixture
    def channel(self, open_channel: Callable[..., Channel]) -> Channel:
        return open_channel("wechat")

    def test_a_wrong_signature(self, channel: Channel) -> None:
        body = fixture("wechat_text.xml")
        answers = [
            wechat(channel, body, secret="other"),
            post(channel, body, "text/xml"),
            post(channel, body, "text/xml", "?signature=%E4%B8%AD&timestamp=1&nonce=2"),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (401, "signature_wrong")
        assert not Ticket.objects.exists()

    def test_a_replay(self, channel: Channel) -> None:
        body, moment = fixture("wechat_text.xml"), at()
        assert wechat(channel, body, moment=moment).status_code == 200
        again = wechat(channel, body, moment=moment)
        assert (again.status_code, again.json()["code"]) == (401, "replayed")
        assert Ticket.objects.count() == 1

    @pytest.mark.parametrize("seconds", [-400, 400])
    def test_clocks_apart(self, channel: Channel, seconds: int) -> None:
        answer = wechat(channel, fixture("wechat_text.xml"), moment=at(seconds))
        assert (answer.status_code, answer.json()["code"]) == (401, "clock_skew")
        assert abs(answer.json()["server_time"] - int(at())) < 60

    def test_no_time_and_no_nonce(self, channel: Channel, open_channel: Callable[..., Channel]) -> None:
        assert wechat(channel, b"<xml/>", moment="soon").json()["code"] == "signature_missing"
        assert signed(open_channel("recordings"), b"{}", nonce="short").json()["code"] == "signature_missing"

    def test_another_kind_of_body(self, channel: Channel) -> None:
        moment, nonce = at(), "3"
        signature = hashlib.sha1("".join(sorted((channel.secret, moment, nonce))).encode()).hexdigest()
        query = urlencode({"signature": signature, "timestamp": moment, "nonce": nonce})
        assert post(channel, b"{}", "application/json", f"?{query}").status_code == 415

    def test_closed_channels_and_ended_clients(self, channel: Channel) -> None:
        body = fixture("wechat_text.xml")
        ApiClient.objects.filter(pk=channel.client_id).update(is_active=False)
        assert wechat(channel, body).status_code == 404
        ApiClient.objects.filter(pk=channel.client_id).update(is_active=True, networks=["203.0.113.0/24"])
        assert wechat(channel, body).json()["code"] == "address_not_allowed"
        ApiClient.objects.filter(pk=channel.client_id).update(networks=[], scopes=["read"])
        assert wechat(channel, body).json()["code"] == "scope_missing"
        Channel.objects.update(is_active=False)
        assert wechat(channel, body).status_code == 404
        assert not Ticket.objects.exists()

    def test_a_new_secret_ends_the_old_one(self, channel: Channel, cast: Cast) -> None:
        old = channel.secret
        fresh = channels.renew_secret(channel.pk, by=cast.administrator, at=MONDAY)
        assert fresh.secret != old
        assert fresh.sealing_key == ""
        assert wechat(channel, fixture("wechat_text.xml"), secret=old).status_code == 401
        assert wechat(channel, fixture("wechat_text.xml"), secret=fresh.secret).status_code == 200
        with pytest.raises(NotFound):
            channels.renew_secret(0, by=cast.administrator, at=MONDAY)
        Channel.objects.update(secret="")
        assert wechat(channel, fixture("wechat_text.xml"), nonce="5", secret="x").status_code == 401


def test_a_site_may_add_a_translator(cast: Cast) -> None:
    class Fax:
        about = contract.Translator(code="fax", label="Fax")

    contract.register(Fax())  # type: ignore[arg-type]  # only its code is asked for here
    assert contract.translator_of("fax") is not None
    assert [item.about.code for item in contract.translators()][-1] == "fax"
    contract.unregister("fax")
    assert contract.translator_of("fax") is None
