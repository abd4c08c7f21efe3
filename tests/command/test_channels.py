"""The gateway of messages as a channel of notices: offered only where one is connected."""

from typing import ClassVar

import pytest
from django.test import override_settings

from followup.messages import Outgoing, Refused
from governance.accounts.models import User
from governance.command import channels as composed
from incidents import channels

pytestmark = pytest.mark.django_db
OURS = "tests.command.test_channels.Gateway"


class Gateway:
    """Keeps what it gets; refuses or breaks on demand."""

    sent: ClassVar[list[Outgoing]] = []
    fault: ClassVar[Exception | None] = None

    def send(self, message: Outgoing) -> str:
        if Gateway.fault is not None:
            raise Gateway.fault
        self.sent.append(message)
        return "ok"


def letter(phone: str = "13900000001") -> channels.Letter:
    person = User(username="someone", phone=phone)
    return channels.Letter(key="notice-1", person=person, text="督办单已下达", url="/x/")


def test_the_carrier_that_writes_to_the_log_is_not_offered() -> None:
    composed.offer()
    assert channels.channels() == ()


@override_settings(MESSAGE_BACKEND=OURS)
def test_a_connected_gateway_is_offered_and_gets_the_words() -> None:
    Gateway.sent.clear()
    try:
        composed.offer()
        channel = channels.channels()[0]
        assert (channel.name, channel.reaches(letter().person), channel.reaches(letter("").person)) == (
            "message", True, False,
        )  # fmt: skip
        channel.send(letter())
    finally:
        channels.unregister("message")
    assert Gateway.sent == [Outgoing(key="notice-1", kind="notice", phone="13900000001", text="督办单已下达")]


@override_settings(MESSAGE_BACKEND=OURS)
@pytest.mark.parametrize("fault", [Refused("no such number"), ConnectionError("away")])
def test_a_fault_is_said(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gateway, "fault", fault)
    with pytest.raises(channels.NotDelivered):
        composed.send(letter())
