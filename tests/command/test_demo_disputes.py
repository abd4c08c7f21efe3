"""Disputes of the demo city: one case or more in every state, the lift in the archive, written once."""

import time

import pytest

from governance.command.demo.disputes import build_disputes
from governance.command.demo.mediation_words import COUNTS
from governance.command.demo.plan import BASE, JOB
from governance.command.demo.villages import TURNS
from governance.command.models import mark_done
from governance.foundation.clock import local
from mediation.models import CaseClock, MediationCase, ScreeningReturn, SealKeeper, Session
from mediation.states import CaseState
from tests.cast import HOUR, MONDAY, Cast
from tests.mediation.props import SINCE, bodies


@pytest.mark.django_db
def test_the_demo_shows_every_state(cast: Cast) -> None:
    at = MONDAY + 5 * HOUR
    mark_done(JOB, BASE, at=at)
    SealKeeper.objects.create(body=bodies(cast)["town"], user=cast.mediator.user, since=SINCE)
    began = time.monotonic()
    assert build_disputes() == sum(count for count, _days in COUNTS.values()) + 6 + 3 + len(TURNS)
    print(f"disputes of the demo: {time.monotonic() - began:.1f} s")
    assert build_disputes() == 0
    assert set(MediationCase.objects.values_list("state", flat=True)) == set(CaseState.values)
    lift = MediationCase.objects.get(category_code="0404", ticket__isnull=False)
    assert (lift.state, lift.session_count) == ("archived", 5)
    red = MediationCase.objects.get(risk_color="red")
    assert red.reports.filter(read_at=None).exists()
    clocks = CaseClock.objects.filter(kind="arbitration").order_by("started_at")
    assert [
        (item.case.state, item.due_at > item.original_due_at, item.stopped_at is None) for item in clocks
    ] == [
        ("archived", True, False),
        ("follow_up", False, True),
    ]
    office = MediationCase.objects.get(kind="administrative")
    assert (office.state, office.steps.filter(verb="complicate").count()) == ("mediating", 1)
    assert MediationCase.objects.get(steps__verb="pass_on").body.kind == "people"  # type: ignore[union-attr]
    hours = {
        local(at).hour for at in Session.objects.filter(state="held").values_list("starts_at", flat=True)
    }
    assert hours <= set(range(7, 20)), "at hours at which people meet"
    assert ScreeningReturn.objects.filter(is_zero=True).count() == 1
    assert MediationCase.objects.filter(paused_at__isnull=False).count() == 2
    assert MediationCase.objects.filter(steps__verb="resume").count() == 1
    assert MediationCase.objects.filter(steps__verb="level_up").count() == 2
    settled = MediationCase.objects.filter(agreed_at__isnull=False).exclude(state="breached")
    small = settled.filter(level__in=("grid", "community")).count()
    assert small > settled.count() / 2, "small matters do not leave the village"
    latest = MediationCase.objects.order_by("-registered_at").values_list("registered_at", flat=True)[0]
    assert latest < at
