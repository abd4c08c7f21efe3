"""Whether a worker's report is valid information: by whom, how often, until when; on the ticket's page."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from fieldwork.models import ReportReview
from fieldwork.validity.panel import buttons
from fieldwork.validity.reviewing import review
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from incidents.models import Ticket
from tests.cast import DAY, HOUR, LITTER, MONDAY, Cast, MakeTicket, Photo
from tests.fieldwork import props as field
from tests.fieldwork.test_rounds import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> Callable[..., Ticket]:
    """Reports of the worker, each with its photo."""

    def made(at: datetime = MONDAY) -> Ticket:
        return make_ticket(
            "registered", source="worker", by=cast.worker, at=at, category=LITTER,
            attachments=[photo(cast.worker, at=at)],
        )  # fmt: skip

    return made


def test_once_in_time_by_somebody_else(
    cast: Cast, make_ticket: MakeTicket, report: Callable[..., Ticket]
) -> None:
    ticket = report()
    with pytest.raises(NotFound):
        review(ticket.pk, ground="", words="", by=cast.far_community, at=MONDAY + HOUR)
    for by in (cast.worker, cast.handler):
        with pytest.raises((Forbidden, NotFound)):
            review(ticket.pk, ground="", words="", by=by, at=MONDAY + HOUR)
    with pytest.raises(Unprocessable):
        review(ticket.pk, ground="ugly", words="", by=cast.community, at=MONDAY + HOUR)
    assert not ReportReview.objects.exists()
    assert buttons(ticket, cast.community, MONDAY + HOUR)
    row = review(ticket.pk, ground="vague", words=" 地点不清 ", by=cast.community, at=MONDAY + HOUR)
    assert (row.is_valid, row.ground, row.words) == (False, "vague", "地点不清")
    with pytest.raises(Conflict):
        review(ticket.pk, ground="", words="", by=cast.community, at=MONDAY + 2 * HOUR)
    late = report()
    with pytest.raises(Conflict):
        review(late.pk, ground="", words="", by=cast.community, at=MONDAY + 3 * DAY)
    hotline = make_ticket("registered", at=MONDAY)
    with pytest.raises(NotFound):
        review(hotline.pk, ground="", words="", by=cast.community, at=MONDAY + HOUR)
    assert not buttons(hotline, cast.community, MONDAY + HOUR)
    assert not buttons(late, cast.worker, MONDAY + HOUR), "nobody reviews the own report"
    assert not buttons(field.again(ticket), cast.community, MONDAY + HOUR)
    assert ReportReview.objects.count() == 1


def test_on_the_page_of_the_ticket(cast: Cast, report: Callable[..., Ticket], client: Client) -> None:
    ticket = report(now() - HOUR)
    url = f"/fieldwork/reports/{ticket.number}/review/"
    sign_in(client, "community")
    page = ticket.get_absolute_url()
    assert url in client.get(page).content.decode()
    assert "有效信息" in client.get(url).content.decode()
    assert client.post(url, {"ground": "ugly"}).status_code == 422
    assert client.post(url, {"ground": ""}, headers={"HX-Request": "true"})["HX-Redirect"] == page
    assert client.post(url, {"ground": ""}).status_code == 409
    shown = client.get(page).content.decode()
    assert url not in shown
    assert "有效信息" in shown
    phone = sign_in(client, "worker").get(f"/m/tickets/{ticket.number}/").content.decode()
    assert "有效信息" in phone, "whoever reported reads it"
    assert sign_in(client, "handler").get(url).status_code in {403, 404}
