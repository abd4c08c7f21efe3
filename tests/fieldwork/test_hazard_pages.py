"""The pages of hazards: who finds them, what they show, dialogs, export, photos; a constant number of statements."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fieldwork.hazards.models import Hazard, HazardProof
from governance.audit.models import AuditEntry
from governance.foundation.clock import now
from incidents.models import Ticket
from tests.cast import DAY, MONDAY, Cast, MakeTicket
from tests.fieldwork.props_hazards import GENERAL, MAJOR, ORDER, hazard, picture, trace

pytestmark = pytest.mark.django_db
BACKEND = "governance.accounts.backends.NameOrPhoneBackend"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name).user, backend=BACKEND)
        return client

    return sign_in


def statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_who_finds_the_pages(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = hazard(cast)
    for name in ("worker", "community", "town", "oversight", "leader", "handler"):
        assert enter(name).get("/fieldwork/hazards/").status_code == 200, name
    for name in ("auditor", "administrator", "outsider", "mediator"):
        client = enter(name)
        assert client.get("/fieldwork/hazards/").status_code == 403, name
        assert client.get("/fieldwork/hazards/rate/").status_code == 403, name
        assert client.get("/fieldwork/hazards/export/").status_code == 403, name
        assert client.get(f"/fieldwork/hazards/{row.number}/").status_code == 404, name
        assert client.get("/fieldwork/hazards/new/").status_code == 403, name
    assert enter("far_town").get(f"/fieldwork/hazards/{row.number}/").status_code == 404
    assert Client().get("/fieldwork/hazards/").status_code == 302


def test_a_list_costs_the_same_with_one_and_three(cast: Cast, enter: Callable[[str], Client]) -> None:
    client = enter("town")
    hazard(cast, "rectifying")
    statements(client, "/fieldwork/hazards/")
    first = statements(client, "/fieldwork/hazards/")
    hazard(cast, "accepted")
    hazard(cast, "rectifying", major=True)
    assert statements(client, "/fieldwork/hazards/") == first == 6


def test_filters_and_the_lists_behind_the_rate(cast: Cast, enter: Callable[[str], Client]) -> None:
    client = enter("oversight")
    late = now() - 60 * DAY
    met = hazard(cast, "accepted", at=late)
    missed = hazard(cast, "rectifying", at=late)
    listed = hazard(cast, "rectifying", major=True, at=late)
    fresh = hazard(cast, at=now())
    span = f"since={(late).date()}&until={now().date()}"
    for query, rows in (
        ("", [fresh, listed, missed, met]),
        ("state=rectifying", [listed, missed]),
        ("state=nonsense", [fresh, listed, missed, met]),
        ("listed=1", [listed]),
        ("look=1", [listed]),
        ("late=1", [listed, missed]),
        ("open=1", [fresh, listed, missed]),
        ("grade=general", [missed, met]),
        ("place=990102000000", []),
        (f"q={met.number}", [met]),
        ("q=东苑路", [fresh, listed, missed, met]),
        (f"k42=due&{span}", [listed, missed, met]),
        (f"k42=met&{span}", [met]),
        (f"k42=missed&grade=general&{span}", [missed]),
        ("k42=due&since=2030-01-01&until=bad", []),
    ):
        shown = client.get(f"/fieldwork/hazards/?{query}").context["rows"]
        assert {row.hazard.number for row in shown} == {row.number for row in rows}, query
    page = client.get(f"/fieldwork/hazards/rate/?{span}")
    general, major = page.context["grades"]
    assert (general.met, general.due, major.met, major.due) == (1, 2, 0, 1)
    assert "50.00 %" in page.content.decode()
    assert "k42=missed&amp;grade=general" in page.content.decode()
    assert client.get("/fieldwork/hazards/?cursor=strange").status_code == 400


def test_one_hazard_shows_its_listing_story_and_buttons(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = hazard(cast, "rectifying", major=True)
    page = enter("town").get(f"/fieldwork/hazards/{row.number}/")
    body = page.content.decode()
    assert f"{row.number}-1" in body
    assert "停业封控，专人值守" in body
    assert [verb.name for verb, _url in page.context["buttons"]] == ["extend", "look"]
    proof = HazardProof.objects.get()
    url = f"/fieldwork/hazards/photos/{proof.attachment_id}/"
    assert url in body
    for name, query, kind in (("town", "", "image/jpeg"), ("handler", "?thumb=1", "image/webp")):
        photo = enter(name).get(url + query)
        assert photo.headers["Content-Type"] == kind
        assert b"".join(photo.streaming_content)  # type: ignore[attr-defined]  # a file
    for name in ("far_town", "auditor"):
        assert enter(name).get(url).status_code == 404
    assert enter("town").get(f"/fieldwork/hazards/photos/{uuid4()}/").status_code == 404
    accepted = hazard(cast, "accepted", major=True)
    assert "曾挂牌督办" in enter("worker").get(f"/fieldwork/hazards/{accepted.number}/").content.decode()


def test_the_form_of_a_report(cast: Cast, enter: Callable[[str], Client]) -> None:
    client = enter("worker")
    assert "一般事故隐患" in client.get("/fieldwork/hazards/new/").content.decode()
    data = {
        "key": str(uuid4()),
        "category": GENERAL,
        "content": "配电箱裸露",
        "region_code": "990101001001001",
        "origin": "patrol",
        "photos": [],
    }
    bad = client.post("/fieldwork/hazards/new/", data)
    assert bad.status_code == 422
    assert "请添加现场照片" in bad.content.decode()
    assert client.post("/fieldwork/hazards/new/", {**data, "region_code": ""}).status_code == 422
    data["photos"] = [str(picture(cast.worker, at=now()))]
    assert client.post("/fieldwork/hazards/new/", {**data, "region_code": "7"}).status_code == 422
    for _time in range(2):
        done = client.post("/fieldwork/hazards/new/", data, follow=True)
        assert done.status_code == 200
    row = Hazard.objects.get()
    assert (row.origin, row.title) == ("patrol", "配电箱裸露")
    assert "此前已上报" in done.content.decode()
    other = enter("neighbour")
    data["photos"] = [str(picture(cast.neighbour, at=now()))]
    assert other.post("/fieldwork/hazards/new/", data).status_code == 409


def test_a_dialog_orders_and_shows_the_load(cast: Cast, enter: Callable[[str], Client]) -> None:
    row, client = hazard(cast), enter("town")
    url = f"/fieldwork/hazards/{row.number}/do/order/"
    form = client.get(url, **HTMX).content.decode()
    assert "书院社区" in form
    assert "近 30 天已接任务 0 件" in form
    before = trace(row)
    assert client.post(url, {"unit": "", "measures": ""}, **HTMX).status_code == 422
    assert client.post(url, {**ORDER, "unit": 10**8, "version": 1}, **HTMX).status_code == 422
    assert client.post(url, {**ORDER, "unit": cast.unit("CG").pk, "version": 9}, **HTMX).status_code == 409
    assert enter("worker").get(url).status_code == 403
    refused = enter("worker").post(url, {**ORDER, "unit": cast.unit("CG").pk, "version": 1}, **HTMX)
    assert refused.status_code == 403
    assert trace(row) == before
    done = client.post(url, {**ORDER, "unit": cast.unit("CG").pk, "version": 1}, **HTMX)
    assert done.headers["HX-Redirect"] == f"/fieldwork/hazards/{row.number}/"
    again = client.get(url, **HTMX)
    assert again.status_code == 409
    assert "整改单位" in client.get(f"/fieldwork/hazards/{row.number}/").content.decode()
    plain = enter("handler").post(
        f"/fieldwork/hazards/{row.number}/do/submit/",
        {"opinion": "已修复", "photos": [str(picture(cast.handler))], "version": 2},
    )
    assert plain.status_code == 302
    assert client.get(f"/fieldwork/hazards/{row.number}/do/report/").status_code == 404


def test_the_export_is_harmless_and_on_record(cast: Cast, enter: Callable[[str], Client]) -> None:
    hazard(cast, "rectifying", party="=cmd|1")
    client = enter("oversight")
    answer = client.get("/fieldwork/hazards/export/?state=rectifying")
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed answer
    assert "'=cmd|1" in body
    assert body.count("\r\n") == 2
    assert AuditEntry.objects.filter(verb="hazards.export").count() == 1


def test_a_ticket_of_such_a_matter_becomes_a_hazard_once(
    cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket
) -> None:
    ticket, client = make_ticket("accepted", category=MAJOR), enter("town")
    url = f"/fieldwork/hazards/of/{ticket.number}/"
    assert url in client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "登记为隐患" in client.get(url, **HTMX).content.decode()
    data = {"key": str(uuid4()), "category": MAJOR, "content": "气瓶间无防爆设施", "party": "某餐馆"}
    assert client.post(url, data, **HTMX).status_code == 422
    assert client.post(url, {**data, "category": "0106"}, **HTMX).status_code == 422
    data["photos"] = [str(picture(cast.town, at=now()))]  # type: ignore[assignment]  # several values
    assert client.post(url, data, **HTMX).headers["HX-Redirect"] == f"/tickets/{ticket.number}/"
    row = Hazard.objects.get()
    assert (row.origin, row.ticket) == ("ticket", Ticket.objects.defer("search").get(pk=ticket.pk))
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert row.number in page
    assert url not in page
    assert ticket.number in client.get(f"/fieldwork/hazards/{row.number}/").content.decode()
    other = enter("far_town")
    assert other.get(url).status_code == 404
    data["photos"] = [str(picture(cast.dispatcher, at=now()))]  # type: ignore[assignment]  # several values
    assert enter("dispatcher").post(url, data).status_code == 409
    data |= {"key": str(uuid4())}
    assert enter("dispatcher").post(url, data).status_code == 302
    assert not Hazard.objects.filter(reported_at__lt=MONDAY).exists()
