"""The bell on the phone: a number that is right, a list, and a notice that opens on the phone's own page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents import outbox
from incidents.models import Notice, NoticeReading
from incidents.queries import NOTICE_CAP
from incidents.views import phone_notices
from tests.cast import DUTY_OF_GRID, Cast, MakeTicket
from tests.incidents.test_reading import told, unread

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(client: Client, cast: Cast) -> Client:
    """The grid worker's."""
    client.force_login(cast.worker.user)
    return client


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", ["/m/", "/m/report/", "/m/me/", "/m/notices/"])
def test_every_page_rings(phone: Client, cast: Cast, path: str) -> None:
    quiet = text(phone, path)
    assert 'id="bell"' in quiet
    assert 'href="/m/notices/"' in quiet
    assert 'class="bell-count"' not in quiet
    told(cast, 1, unit="G1")
    told(cast, 2, unit="G1")
    page = text(phone, path)
    assert "2 条未读通知" in page
    assert '<span class="bell-count" aria-hidden="true">2</span>' in page
    assert 'hx-get="/m/notices/bell/"' in page


def test_the_bell_alone_is_asked_for_anew(phone: Client, cast: Cast) -> None:
    told(cast, unit="G1")
    part = text(phone, "/m/notices/bell/")
    assert part.lstrip().startswith('<a id="bell"')
    assert 'href="/m/notices/"' in part
    assert '<span class="bell-count" aria-hidden="true">1</span>' in part


def test_many_are_said_to_be_more(phone: Client, cast: Cast) -> None:
    for number in range(NOTICE_CAP - 1):
        told(cast, number, unit="G1")
    assert 'aria-hidden="true">99</span>' in text(phone, "/m/notices/bell/")
    told(cast, NOTICE_CAP, unit="G1")
    part = text(phone, "/m/notices/bell/")
    assert 'aria-hidden="true">99+</span>' in part
    assert "99+ 条未读通知" in part


def test_a_notice_of_a_ticket_opens_the_phone_s_page_which_reads_it(
    phone: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched", to="G1", category=DUTY_OF_GRID)
    outbox.deliver(at=ticket.registered_at)
    notice = Notice.objects.get(kind="dispatch")
    assert f'href="/m/notices/{notice.pk}/"' in text(phone, "/m/notices/")
    assert unread(cast.worker) == 1, "looking reads nothing"
    assert f"/notices/seen/{ticket.number}/" in text(phone, f"/m/tickets/{ticket.number}/")
    answer = phone.get(f"/m/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/m/tickets/{ticket.number}/")
    assert unread(cast.worker) == 0
    assert f"/notices/seen/{ticket.number}/" not in text(phone, f"/m/tickets/{ticket.number}/")


def test_any_other_leads_where_it_says(phone: Client, cast: Cast) -> None:
    assert phone.get(f"/m/notices/{told(cast, unit='G1').pk}/")["Location"] == "/guest/"
    blank = told(cast, 2, unit="G1", url="")
    assert phone.get(f"/m/notices/{blank.pk}/")["Location"] == "/m/notices/"


def test_what_is_somebody_else_s_is_not_there(phone: Client, cast: Cast) -> None:
    theirs = told(cast, unit="G2")
    assert theirs.title not in text(phone, "/m/notices/")
    assert phone.get(f"/m/notices/{theirs.pk}/").status_code == 404
    assert not NoticeReading.objects.exists()


def test_unread_only_everything_read_and_pages(
    phone: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_notices, "SIZE", 2)
    notices = [told(cast, number, unit="G1") for number in range(3)]
    phone.get(f"/m/notices/{notices[2].pk}/")
    page = text(phone, "/m/notices/?unread=1")
    assert [notice.title in page for notice in notices] == [True, True, False]
    older = text(phone, f"/m/notices/?cursor=a{notices[1].pk}")
    assert [notice.title in older for notice in notices] == [True, False, False]
    answer = phone.post("/m/notices/read/")
    assert (answer.status_code, answer["Location"]) == (302, "/m/notices/")
    assert unread(cast.worker) == 0
    assert "没有符合筛选条件的通知" in text(phone, "/m/notices/?unread=1")
    assert phone.get("/m/notices/read/").status_code == 405


def test_an_empty_list_says_what_would_be_here(phone: Client) -> None:
    page = text(phone, "/m/notices/")
    assert 'class="empty-state' in page
    assert "phone:notices-read" not in page


def test_nobody_unknown(client: Client) -> None:
    assert client.get("/m/notices/").status_code == 302


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("how_many", [1, 3])
def test_its_price_does_not_grow(phone: Client, cast: Cast, how_many: int) -> None:
    for number in range(how_many):
        told(cast, number, unit="G1")
    phone.get("/m/notices/")
    with CaptureQueriesContext(connection) as queries:
        phone.get("/m/notices/")
    assert len(queries) == 8, [query["sql"] for query in queries]
