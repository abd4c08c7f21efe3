"""The demo town has whistles, consultations and meetings in every stage, made once."""

from datetime import timedelta

import pytest

from consultation.models import ActionItem, CallLine, Consultation, Meeting, MeetingSeries, WhistleCall
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.consultation import build_consultation
from incidents.models import Notice, Ticket
from tests.command.founded import AT
from tests.command.test_demo import city

__all__ = ["city"]
pytestmark = pytest.mark.django_db


def test_every_page_shows_something_and_nothing_is_made_twice() -> None:
    count = build_consultation()
    assert count >= 8
    assert build_consultation() == 0
    states = set(WhistleCall.objects.values_list("state", flat=True))
    assert {"requested", "called", "completed"} <= states
    assert set(CallLine.objects.values_list("state", flat=True)) >= {"called", "accepted", "done"}
    assert CallLine.objects.filter(score__isnull=False).exists()
    assert set(Meeting.objects.values_list("state", flat=True)) >= {"planned"}
    assert MeetingSeries.objects.filter(is_active=True).count() == 1
    assert not ActionItem.objects.filter(next_alarm_at__lte=AT).exists()
    town = User.objects.get(username="town")
    assert WhistleCall.objects.visible_to(Actor(user=town, unit_id=town.unit_id)).exists()
    for row in Consultation.objects.filter(state__in=["decided", "closed"]):
        assert Ticket.objects.get(pk=row.ticket_id).is_final_assignment
    assert not Notice.objects.filter(url__startswith="/consultation/", at__lt=AT - timedelta(days=3)).exists()
