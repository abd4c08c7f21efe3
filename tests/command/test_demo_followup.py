"""Callbacks, messages and links of the demo city: every page has something to show, made by the real verbs, once."""

import time

import pytest

from followup.models import CallScript, CallTask, Evaluation, Message, OutsideAnswer, SampleRate, SignedLink
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.followup import build_followup
from governance.command.demo.history import Historian, pending
from governance.command.demo.open311 import build_open311
from incidents import transitions
from incidents.models import Ticket
from open311.models import OpenReport
from tests.command.founded import AT


@pytest.fixture
def city(founded: None) -> None:
    """The history of the demo accounts' own community beside the base; one result has just been checked."""
    Historian(AT).write_all(pending(20_000)[:1])
    fed_back = Ticket.objects.filter(state="feedback", needs_reply=True).order_by("pk").first()
    assert fed_back is not None
    user = User.objects.get(username="oversight")
    transitions.check(fed_back.pk, by=Actor(user=user, unit_id=user.unit_id), at=AT)


@pytest.mark.slow
@pytest.mark.usefixtures("city")
def test_every_page_shows_something() -> None:
    began = time.process_time()
    assert build_followup() > 20
    assert time.process_time() - began < 30
    owed = set(Ticket.objects.filter(state="follow_up").values_list("pk", flat=True))
    assert owed
    assert owed == set(CallTask.objects.filter(ticket__in=owed).values_list("ticket", flat=True))
    assert set(Message.objects.values_list("state", flat=True)) & {"sent", "failed"}
    assert not Message.objects.filter(phone__regex=r"^[0-9]{11}$").exists()
    assert CallScript.objects.count() == 1
    assert SampleRate.objects.count() == 2
    assert SignedLink.objects.filter(purpose="outside").exists() == OutsideAnswer.objects.exists()
    assert Evaluation.objects.count() <= 1
    assert build_followup() == 0
    made = build_open311()
    assert made > 3
    assert build_open311() == 0
    assert OpenReport.objects.filter(ticket__sides__contains=["open311"]).count() == made
    assert not OpenReport.objects.filter(words__regex=r"1[3-9][0-9]{9}").exists()
