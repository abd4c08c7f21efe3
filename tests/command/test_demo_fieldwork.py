"""The demo's hazards and mobile grid workers: a hazard in every state, listed ones, reports by link; written once."""

import pytest

from fieldwork.flights.models import Flight, FlightFinding
from fieldwork.guests.models import GuestInvitation, GuestReport
from fieldwork.hazards.models import Hazard, HazardListing
from fieldwork.hazards.states import HazardState
from fieldwork.models import ReportReview
from governance.accounts.models import User
from governance.command.demo.fieldwork import STORIES, build_fieldwork
from governance.command.demo.plan import BASE, JOB
from governance.command.demo.rounds import _review_reports
from governance.command.models import mark_done
from governance.foundation.clock import now
from tests.cast import DAY, LITTER, MONDAY, Cast, MakeTicket, Photo


@pytest.mark.django_db
def test_the_demo_shows_every_state_of_a_hazard(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("registered", source="uav", at=MONDAY)
    User.objects.filter(username="worker").update(username="patroller")
    mark_done(JOB, BASE, at=now())
    assert build_fieldwork() == len(STORIES)
    assert build_fieldwork() == 0
    assert set(Hazard.objects.values_list("state", flat=True)) == set(HazardState.values)
    assert HazardListing.objects.filter(lifted_at=None).count() == 2
    assert HazardListing.objects.exclude(lifted_at=None).count() == 1
    assert (GuestInvitation.objects.count(), GuestReport.objects.count()) == (2, 6)
    assert (Flight.objects.count(), FlightFinding.objects.count()) == (3, 1)


@pytest.mark.django_db
def test_the_community_says_which_reports_are_valid(
    cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    at = MONDAY + 20 * DAY
    for number in range(9):
        moment = MONDAY + number * DAY
        make_ticket(
            "registered", source="worker", by=cast.worker, at=moment, category=LITTER,
            attachments=[photo(cast.worker, at=moment)],
        )  # fmt: skip
    _review_reports(cast.community, cast.region("990101001001").path, at)
    found = ReportReview.objects.values_list("is_valid", "ground").order_by("pk")
    assert sorted(ground for is_valid, ground in found if not is_valid) == ["no_matter", "untrue", "vague"]
    assert ReportReview.objects.count() == 9, "of the rest silence is consent"
