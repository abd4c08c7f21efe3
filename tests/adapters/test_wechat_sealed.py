"""Encrypted mode of a WeChat account, with a message that another program (openssl) has encrypted."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from rest_framework.test import APIClient

from adapters import channels
from adapters.contract import Keys
from adapters.models import Channel
from adapters.translators.wechat import signature_of
from adapters.translators.wechat_sealed import sealed, unsealed
from governance.exchange.models import SpentNonce
from governance.foundation.errors import Invalid
from incidents.models import Ticket
from tests.adapters.test_messages import at, fixture, open_channel, post
from tests.api.conftest import _full_buckets
from tests.cast import MONDAY, Cast

__all__ = ["_full_buckets", "open_channel"]
pytestmark = pytest.mark.django_db
APP_ID = "wx2c2769f8efd9abc2"
KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2A"
"""Of the fixture: the bytes 65 to 96."""


@pytest.fixture
def channel(open_channel: Callable[..., Channel]) -> Channel:
    made = open_channel("wechat_sealed", app_id=APP_ID)
    made.sealing_key = KEY
    made.save(update_fields=["sealing_key"])
    return made


def envelope(text: str) -> bytes:
    return f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()


def send(
    channel: Channel, body: bytes, *, moment: str = "", nonce: str = "1372623149", **changes: str
) -> Any:
    """As WeChat sends it; `changes` put a parameter of the address wrong."""
    moment = moment or at()
    text = ElementTree.fromstring(body).findtext("Encrypt") or ""
    query = {
        "signature": signature_of(channel.secret, moment, nonce),
        "timestamp": moment,
        "nonce": nonce,
        "openid": "oABC123",
        "encrypt_type": "aes",
        "msg_signature": signature_of(channel.secret, moment, nonce, text),
    }
    return post(channel, body, "text/xml", f"?{urlencode(query | changes)}")


def test_a_message_of_wechat_becomes_a_ticket_and_the_answer_is_sealed(channel: Channel) -> None:
    answer = send(channel, fixture("wechat_sealed.xml"))
    assert answer.status_code == 200, answer.content
    ticket = Ticket.objects.get()
    assert (ticket.external_no, ticket.content) == ("wx-6054768590064713728", "东苑小区门口路灯不亮 & 很黑")
    outside = {child.tag: child.text or "" for child in ElementTree.fromstring(answer.content)}
    parts = (outside["TimeStamp"], outside["Nonce"], outside["Encrypt"])
    assert outside["MsgSignature"] == signature_of(channel.secret, *parts)
    inside = unsealed(outside["Encrypt"], channel.keys)
    assert inside is not None
    root = ElementTree.fromstring(inside)
    assert root.findtext("ToUserName") == "oABC123"
    assert ticket.number in (root.findtext("Content") or "")
    assert ticket.number not in answer.content.decode()


def test_an_event_is_answered_with_the_plain_word(channel: Channel) -> None:
    body = fixture("wechat_text.xml").replace(b"[text]", b"[event]")
    assert send(channel, envelope(sealed(body, channel.keys))).content == b"success"


def test_what_is_not_of_this_account_is_refused(channel: Channel) -> None:
    body = fixture("wechat_text.xml")
    other = Keys(secret="", app_id="wx0000000000000000", sealing_key=KEY)
    wrong_key = Keys(secret="", app_id=APP_ID, sealing_key=channels.new_sealing_key())
    cut = sealed(body, channel.keys)
    texts = [sealed(body, other), sealed(body, wrong_key), "", "?", "QUJD", cut[:-24] + "A" * 22 + "=="]
    for number, text in enumerate(texts):
        answer = send(channel, envelope(text), nonce=str(number))
        assert (answer.status_code, answer.json()["code"]) == (401, "wrong_account"), text
    assert not Ticket.objects.exists()
    assert not SpentNonce.objects.exists()


def test_the_signature_of_the_encrypted_text_counts(channel: Channel) -> None:
    body = fixture("wechat_sealed.xml")
    mark = signature_of("another", "1", "2")
    for changes in ({"msg_signature": mark}, {"msg_signature": ""}, {"signature": mark}):
        answer = send(channel, body, **changes)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_wrong")
    plain = fixture("wechat_text.xml")
    assert send(channel, plain).json()["code"] == "wrong_account", "plain mode is no way around"
    assert send(channel, b"<xml/>", timestamp="1").json()["code"] == "signature_wrong"
    assert not Ticket.objects.exists()


def test_the_address_is_tried_with_a_plain_signature(channel: Channel) -> None:
    moment, address = at(), f"/api/v1/adapters/{channel.code}/messages"
    facts = {"signature": signature_of(channel.secret, moment, "7"), "timestamp": moment, "nonce": "7"}
    answer = APIClient().get(address, facts | {"echostr": "echo-1"})
    assert (answer.status_code, answer.content) == (200, b"echo-1")
    assert APIClient().get(address, facts | {"signature": "x"}).status_code == 401


def test_a_replay_and_a_clock_apart(channel: Channel) -> None:
    body, moment = fixture("wechat_sealed.xml"), at()
    assert send(channel, body, moment=moment).status_code == 200
    assert send(channel, body, moment=moment).json()["code"] == "replayed"
    assert send(channel, body, moment=at(-400)).json()["code"] == "clock_skew"
    assert Ticket.objects.count() == 1


def test_bombs_inside_and_outside(channel: Channel) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><xml><Content>&c;</Content></xml>'
    answer = send(channel, envelope(sealed(bomb, channel.keys)))
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    moment = at()
    query = urlencode(
        {"signature": signature_of(channel.secret, moment, "1"), "timestamp": moment, "nonce": "1"}
    )
    for body in (bomb, b"", b"<xml>"):
        assert post(channel, body, "text/xml", f"?{query}").status_code == 400
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("length", [0, 1, 11, 12, 500])
def test_sealing_and_opening(length: int) -> None:
    keys = Keys(secret="", app_id=APP_ID, sealing_key=channels.new_sealing_key())
    assert unsealed(sealed(b"x" * length, keys), keys) == b"x" * length
    assert keys.sealing_key.isalnum()
    assert len(keys.sealing_key) == 43


def test_the_account_is_named_and_keys_are_given_when_they_are_needed(
    open_channel: Callable[..., Channel], cast: Cast
) -> None:
    with pytest.raises(Invalid) as caught:
        open_channel("wechat_sealed")
    assert list(caught.value.fields) == ["app_id"]
    channel = open_channel("wechat")
    secret = channel.secret
    assert channel.sealing_key == ""
    facts = {name: getattr(channel, name) for name in channels.FACTS}
    sealed_facts = facts | {"translator": "wechat_sealed", "app_id": APP_ID}
    given = channels.keep(channel, sealed_facts, by=cast.administrator, at=MONDAY)
    assert given is not None
    assert given.secret != secret
    assert given.sealing_key == channel.sealing_key
    assert channels.keep(channel, sealed_facts, by=cast.administrator, at=MONDAY) is None
    fresh = channels.renew_secret(channel.pk, by=cast.administrator, at=MONDAY)
    assert fresh.sealing_key not in {"", given.sealing_key}
