"""The notice centre's pages: reading by opening, filters, choices, receipts; nobody sees other people's."""

import pytest
from django.test import Client

from incidents import outbox
from incidents.models import Notice, NoticeMark, NoticeReading
from incidents.views import notices as pages
from tests.cast import Cast, MakeTicket
from tests.incidents.test_reading import told, unread

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, cast: Cast) -> Client:
    """The department's handler."""
    client.force_login(cast.handler.user)
    return client


def test_looking_at_the_list_reads_nothing_opening_does(desk: Client, cast: Cast) -> None:
    notice = told(cast)
    page = desk.get("/notices/").content.decode()
    assert f'href="/notices/{notice.pk}/"' in page
    assert unread(cast.handler) == 1
    answer = desk.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/guest/")
    assert unread(cast.handler) == 0
    assert desk.head(f"/notices/{told(cast, 2).pk}/").status_code == 405


def test_a_ticket_notice_leads_to_the_ticket_which_reads_it(
    desk: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched")
    outbox.deliver(at=ticket.registered_at)
    notice = Notice.objects.get(kind="dispatch")
    assert f"/notices/seen/{ticket.number}/" in desk.get(f"/tickets/{ticket.number}/").content.decode()
    assert desk.post(f"/notices/seen/{ticket.number}/").json() == {"read": 1}
    assert f"/notices/seen/{ticket.number}/" not in desk.get(f"/tickets/{ticket.number}/").content.decode()
    assert desk.get(f"/notices/{notice.pk}/")["Location"] == f"/tickets/{ticket.number}/"
    desk.force_login(cast.far_community.user)
    assert desk.post(f"/notices/seen/{ticket.number}/").status_code == 404
    assert desk.get(f"/notices/{notice.pk}/").status_code == 404


def test_filters_and_pages(desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SIZE", 2)
    for number in range(3):
        told(cast, number)
    told(cast, 8, kind="overdue")
    told(cast, 9, kind="warn")
    for query, titles in (
        ("lamp=red", {"通知8"}),
        ("lamp=amber", {"通知9"}),
        ("lamp=red&kind=warn", set()),
        ("topic=alarm", {"通知8", "通知9"}),
        ("kind=guest", {"通知1", "通知2"}),
        (f"unit={cast.unit('RQ').pk}", set()),
        ("unread=1", {"通知8", "通知9"}),
        ("lamp=blue&topic=weather&kind=<b>&unit=x&cursor=zz", {"通知8", "通知9"}),
    ):
        page = desk.get(f"/notices/?{query}").content.decode()
        assert {f"通知{n}" for n in (0, 1, 2, 8, 9) if f"通知{n}" in page} == titles, query
    page = desk.get("/notices/").context
    older = desk.get(f"/notices/?cursor={page['next']}").context
    assert [face.title for face in older["faces"]] == ["通知2", "通知1"]
    assert older["previous"]


def test_marking_as_read(desk: Client, cast: Cast) -> None:
    rows = [told(cast, number) for number in range(3)]
    told(cast, 9, kind="overdue")
    answer = desk.post("/notices/read/", {"id": rows[0].pk, "back": "/notices/?unread=1"})
    assert answer["Location"] == "/notices/?unread=1"
    assert unread(cast.handler) == 3
    desk.post("/notices/read/", {"filtered": "1", "topic": "alarm"})
    assert unread(cast.handler) == 2
    answer = desk.post("/notices/read/", {"back": "//evil.example/notices/"})
    assert (answer["Location"], unread(cast.handler), unread(cast.lead)) == ("/notices/", 0, 4)
    other = told(cast, 20, unit="RQ")
    assert desk.post("/notices/read/", {"id": other.pk}).status_code == 404
    assert not NoticeReading.objects.filter(notice=other).exists()


def test_choices(desk: Client, cast: Cast) -> None:
    page = desk.get("/notices/choices/").content.decode()
    assert 'name="message"' not in page, "this site has no channel"
    answer = desk.post(
        "/notices/choices/",
        {"bell": ["work", "decision"], "browser": ["alarm"], "quiet_from": "22:00", "quiet_until": "07:00"},
    )
    assert answer.status_code == 302
    mark = NoticeMark.objects.get(user=cast.handler.user)
    assert mark.muted == ["citizen", "consultation", "follow_up", "opinion", "other", "oversight", "policy"]
    assert (mark.browser, mark.quiet_from.hour, mark.quiet_until.hour) == (["alarm"], 22, 7)
    for wrong in ({"quiet_from": "25:99"}, {"quiet_from": "22:00"}, {"browser": ["weather"]}):
        answer = desk.post("/notices/choices/", wrong)
        assert (answer.status_code, b"form-errors" in answer.content) == (422, True)
    assert NoticeMark.objects.get(user=cast.handler.user).muted == mark.muted


def test_what_the_browser_shows(desk: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told(cast, 1, kind="overdue")
    NoticeMark.objects.create(user=cast.handler.user, browser=["alarm", "other"])
    assert "data-notify" in desk.get("/notices/").content.decode()
    assert desk.get("/notices/fresh/").json() == {"last": first.pk, "notices": []}
    second, third = told(cast, 2, kind="overdue"), told(cast, 3)
    told(cast, 4, url="/supervision/1/")
    body = desk.get(f"/notices/fresh/?after={first.pk}").json()
    assert [row["id"] for row in body["notices"]] == [third.pk, second.pk]
    assert body["notices"][1]["body"] == "通知2"
    monkeypatch.setattr(pages, "is_quiet", lambda _mark: True)
    body = desk.get(f"/notices/fresh/?after={first.pk}").json()
    assert [row["id"] for row in body["notices"]] == [second.pk], "alarms break through"
    NoticeMark.objects.update(browser=[])
    assert "data-notify" not in desk.get("/notices/").content.decode()
    assert desk.get(f"/notices/fresh/?after={first.pk}").json()["notices"] == []


def test_receipts_are_for_the_sender_and_the_readers(
    client: Client, cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("dispatched")
    outbox.deliver(at=ticket.registered_at)
    notice = Notice.objects.get(kind="dispatch")
    client.force_login(cast.dispatcher.user)
    page = client.get("/notices/sent/").content.decode()
    assert f"/notices/{notice.pk}/receipt/" in page
    assert "0/" in page
    names = client.get(f"/notices/{notice.pk}/receipt/").content.decode()
    assert "朱办" in names
    for actor, status in (
        (cast.handler, 200),
        (cast.gas, 404),
        (cast.far_community, 404),
        (cast.auditor, 404),
    ):
        client.force_login(actor.user)
        assert client.get(f"/notices/{notice.pk}/receipt/").status_code == status
    client.force_login(cast.gas.user)
    assert f"/notices/{notice.pk}/" not in client.get("/notices/sent/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_every_number(
    desk: Client, cast: Cast, count: int, django_assert_max_num_queries, steady: None
) -> None:
    for number in range(count):
        told(cast, number, sender_id=cast.unit("CG").pk, is_important=True)
    desk.get("/notices/")
    with django_assert_max_num_queries(8):
        desk.get("/notices/")
    with django_assert_max_num_queries(11):
        desk.get("/notices/sent/")
