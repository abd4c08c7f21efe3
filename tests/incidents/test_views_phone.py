"""The phone's pages: my tasks, a report in all its ways, one ticket with its verbs, me."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.foundation.clock import now
from incidents.models import Attachment, Step, Ticket
from incidents.states import State
from incidents.views import phone, phone_report
from tests import city
from tests.cast import DUTY_OF_GRID, HOUR, LITTER, ROAD_DAMAGE, Cast, MakeTicket, Photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Any:
    """Signs one of the cast in."""

    def sign_in(actor: Actor) -> Client:
        assert actor.user is not None
        client.force_login(actor.user)
        return client

    return sign_in


@pytest.fixture
def report(cast: Cast, photo: Photo) -> Any:
    """What the worker's phone posts: a photo, the middle of a grid, a matter."""

    def fill(by: Actor | None = None, **changes: Any) -> dict[str, Any]:
        column = changes.pop("column", 0)
        lon, lat = city.centre(column)
        body = {
            "key": str(uuid4()),
            "attachments": [str(photo(by or cast.worker, at=now()))],
            "lon": f"{lon:.7f}",
            "lat": f"{lat:.7f}",
            "accuracy": "12",
            "category": LITTER,
            "content": "",
        }
        return body | changes

    return fill


def test_my_tasks_are_what_my_team_holds(signed_in: Any, cast: Cast, make_ticket: MakeTicket) -> None:
    mine = make_ticket("dispatched", to="G1", category=DUTY_OF_GRID)
    theirs = make_ticket("dispatched", to="G2", category=DUTY_OF_GRID, column=1)
    page = signed_in(cast.worker).get("/m/").content.decode()
    assert mine.number in page
    assert theirs.number not in page
    assert f'href="/m/tickets/{mine.number}/"' in page
    part = signed_in(cast.worker).get("/m/?queue=handling", headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="tasks"')
    assert mine.number not in part


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("how_many", [1, 3])
def test_my_tasks_cost_the_same(signed_in: Any, cast: Cast, make_ticket: MakeTicket, how_many: int) -> None:
    for _ in range(how_many):
        make_ticket("dispatched", to="G1", category=DUTY_OF_GRID)
    browser = signed_in(cast.worker)
    browser.get("/m/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/m/")
    assert len(queries) == 7, [query["sql"] for query in queries]


def test_nothing_waits(signed_in: Any, cast: Cast) -> None:
    assert "本网格暂无待办任务" in signed_in(cast.worker).get("/m/").content.decode()


def test_a_report_becomes_a_ticket(signed_in: Any, cast: Cast, report: Any) -> None:
    answer = signed_in(cast.worker).post("/m/report/", report())
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/m/tickets/{ticket.number}/"
    assert (ticket.state, ticket.source.code, ticket.accuracy) == (State.REGISTERED, "worker", 12)
    assert ticket.title == ticket.category.name
    assert ticket.grid is not None
    assert ticket.grid.code == city.GRIDS[0]
    assert Attachment.objects.get(ticket=ticket).phase == Attachment.Phase.BEFORE
    assert Step.objects.get(ticket=ticket).client == "phone"
    assert answer.cookies["governance_taken"].value == "%2Fm%2Freport%2F"


def test_who_reports_in_confidence_is_given_away_by_nothing(signed_in: Any, cast: Cast, report: Any) -> None:
    """Not by name, nor by role and team, of which a grid has but one; nor by a list of what a person has reported."""
    signed_in(cast.worker).post("/m/report/", report(is_confidential="on"))
    ticket, person = Ticket.objects.get(), cast.worker.user
    assert person is not None
    client = signed_in(cast.dispatcher)
    for page in (f"/tickets/{ticket.number}/", f"/m/tickets/{ticket.number}/"):
        text = client.get(page).content.decode()
        assert "保密上报人" in text, page
        assert "保密上报人 · " not in text, page
    assert ticket.number in client.get("/tickets/?confidential=1").content.decode()
    assert ticket.number not in client.get(f"/tickets/?reporter={person.pk}").content.decode()
    (step,) = client.get(f"/api/v1/tickets/{ticket.number}").json()["timeline"]
    assert (step["actor"], step["role"], step["unit"]) == ("", "", None)


def test_pressing_twice_makes_one_ticket(signed_in: Any, cast: Cast, report: Any) -> None:
    body = report(content="同一件事")
    browser = signed_in(cast.worker)
    first = browser.post("/m/report/", body)
    second = browser.post("/m/report/", body)
    assert first["Location"] == second["Location"]
    ticket = Ticket.objects.get()
    assert ticket.external_no == f"phone:{body['key']}"
    assert list(Step.objects.values_list("verb", flat=True)) == ["register"]


def test_a_point_from_the_map_has_no_accuracy(signed_in: Any, cast: Cast, report: Any) -> None:
    signed_in(cast.worker).post("/m/report/", report(accuracy=""))
    assert Ticket.objects.get().accuracy is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"attachments": []}, "请先拍照"),
        ({"lon": "", "lat": ""}, "请获取定位，或在地图上点选位置"),
        ({"lat": ""}, "id_region_code_error"),
        ({"category": ""}, "请选择事项"),
        ({"is_self_handled": "on", "opinion": "", "after": []}, "请补充处置后照片"),
        ({"lon": "10.0", "lat": "10.0"}, "id_region_code_error"),
        ({"attachments": [str(uuid4())]}, "phone-report"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_stored(
    signed_in: Any, cast: Cast, report: Any, changes: dict[str, Any], words: str
) -> None:
    answer = signed_in(cast.worker).post("/m/report/", report(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Ticket.objects.exists()


def test_handled_on_the_spot_with_photos_before_and_after(
    signed_in: Any, cast: Cast, report: Any, photo: Photo
) -> None:
    body = report(is_self_handled="on", after=[str(photo(cast.worker, at=now(), seed=2))], opinion="已清扫")
    answer = signed_in(cast.worker).post("/m/report/", body)
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    assert (ticket.state, ticket.closure_kind) == (State.CLOSED, "self_handled")
    assert sorted(Attachment.objects.values_list("phase", flat=True)) == ["after", "before"]
    assert Step.objects.get().opinion == "已清扫"


@pytest.mark.parametrize(
    ("changes", "words"), [({"category": ROAD_DAMAGE}, ""), ({"column": 1}, "不能自行处置")]
)
def test_what_may_not_be_handled_on_the_spot_stays_unsaved(
    signed_in: Any, cast: Cast, report: Any, photo: Photo, changes: dict[str, Any], words: str
) -> None:
    after = [str(photo(cast.worker, at=now(), seed=2))]
    body = report(is_self_handled="on", after=after, opinion="已处置", **changes)
    answer = signed_in(cast.worker).post("/m/report/", body)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exclude(ticket=None).exists()


def test_handling_on_the_spot_is_offered_to_those_who_may(signed_in: Any, cast: Cast) -> None:
    for actor, is_offered in ((cast.worker, True), (cast.grid_leader, True), (cast.part_timer, False)):
        page = signed_in(actor).get("/m/report/").content.decode()
        assert ("data-self-handle" in page) is is_offered


def test_a_report_next_door_is_taken_and_shown_to_its_reporter(
    signed_in: Any, cast: Cast, report: Any
) -> None:
    answer = signed_in(cast.worker).post("/m/report/", report(column=3))
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/m/tickets/{ticket.number}/"
    assert signed_in(cast.worker).get(f"/m/tickets/{ticket.number}/").status_code == 200
    assert signed_in(cast.part_timer).get(f"/m/tickets/{ticket.number}/").status_code == 404


def test_finds_of_other_colleagues_do_not_count_as_the_workers(
    signed_in: Any, cast: Cast, report: Any
) -> None:
    signed_in(cast.community).post("/m/report/", report(cast.community))
    assert Ticket.objects.get().source.code == "dept_transfer"


def test_who_may_not_report(signed_in: Any, cast: Cast) -> None:
    assert signed_in(cast.leader).get("/m/report/").status_code == 403
    assert signed_in(cast.outsider).get("/m/report/").status_code == 403


def test_favourites_are_the_own_ones_first(signed_in: Any, cast: Cast, report: Any) -> None:
    browser = signed_in(cast.worker)
    for category in (DUTY_OF_GRID, DUTY_OF_GRID, LITTER):
        browser.post("/m/report/", report(category=category))
    found = [row.code for row in phone_report.favourites(cast.worker)]
    assert found[:2] == [DUTY_OF_GRID, LITTER]
    assert len(found) == len(set(found)) == phone_report.FAVOURITES
    rows = browser.get("/m/pick/categories", {"q": "bllj"}).json()
    assert all({"value", "label", "hint", "level"} <= row.keys() for row in rows)
    assert [row["value"] for row in browser.get("/m/pick/categories").json()] == found


def test_what_is_written_names_its_matter(signed_in: Any, cast: Cast) -> None:
    ask = signed_in(cast.worker).get
    found = ask("/m/pick/categories", {"about": "东门口垃圾乱堆，店外经营占了半条路"}).json()
    assert 0 < len(found) <= 3
    assert "店外经营" in [row["label"] for row in found]
    assert ask("/m/pick/categories", {"about": "……"}).json() == []


def test_a_tickets_page_shows_what_may_be_done(signed_in: Any, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=LITTER)
    page = signed_in(cast.worker).get(f"/m/tickets/{ticket.number}/").content.decode()
    for verb in ("sign", "escalate"):
        assert f'data-dialog="/m/tickets/{ticket.number}/do/{verb}/"' in page
    assert f'href="geo:{ticket.lat:.6f},{ticket.lon:.6f}' in page, "the way is shown by the phone's own map"
    assert "/do/feedback/" not in page
    assert "张三丰" not in page
    assert "13812345678" not in page
    part = signed_in(cast.worker).get(f"/m/tickets/{ticket.number}/", headers={"HX-Request": "true"})
    assert part.content.decode().startswith('<article id="case"')


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("state", ["dispatched", "closed"])
def test_a_tickets_page_costs_the_same(
    signed_in: Any, cast: Cast, make_ticket: MakeTicket, state: str
) -> None:
    ticket = make_ticket(state, to="G1", category=LITTER)
    browser = signed_in(cast.worker)
    browser.get(f"/m/tickets/{ticket.number}/")
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/m/tickets/{ticket.number}/")
    assert len(queries) == 9, [query["sql"] for query in queries]


def test_sign_and_give_feedback_from_the_phone(
    signed_in: Any, cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket("dispatched", to="G1", category=LITTER, at=now() - HOUR)
    browser, base = signed_in(cast.worker), f"/m/tickets/{ticket.number}/"
    signed = browser.post(f"{base}do/sign/", {"version": ticket.version}, headers={"HX-Request": "true"})
    assert signed["HX-Redirect"] == base
    dialog = browser.get(f"{base}do/feedback/", headers={"HX-Request": "true"}).content.decode()
    assert f'hx-post="{base}do/feedback/"' in dialog
    told = browser.post(
        f"{base}do/feedback/",
        {"result_kind": "resolved", "opinion": "已清运", "attachments": [str(photo(cast.worker, at=now()))]},
    )
    assert told["Location"] == base
    ticket.refresh_from_db()
    assert ticket.state == State.FEEDBACK
    assert set(Step.objects.filter(verb__in=["sign", "feedback"]).values_list("client", flat=True)) == {
        "phone"
    }


def test_without_scripts_a_verb_has_its_own_page(signed_in: Any, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling", to="G1", category=LITTER)
    page = signed_in(cast.worker).get(f"/m/tickets/{ticket.number}/do/escalate/").content.decode()
    assert "<html" in page
    assert "phone-bar" in page


def test_someone_elses_ticket_is_not_there(signed_in: Any, cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="G1", category=LITTER)
    for name in ("neighbour", "far_community", "outsider"):
        browser = signed_in(getattr(cast, name))
        assert browser.get(f"/m/tickets/{ticket.number}/").status_code == 404
        assert browser.post(f"/m/tickets/{ticket.number}/do/sign/").status_code == 404
    ticket.refresh_from_db()
    assert ticket.state == State.DISPATCHED


def test_me(signed_in: Any, cast: Cast, report: Any) -> None:
    browser = signed_in(cast.worker)
    browser.post("/m/report/", report())
    page = browser.get("/m/me/")
    text = page.content.decode()
    assert page.context["counts"] == {"all": 1, "open": 1, "self_handled": 0}
    assert "王巡" in text
    assert "第1网格" in text
    assert Ticket.objects.get().title in text
    assert 'action="/logout/"' in text


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("how_many", [1, 3])
def test_me_costs_the_same(signed_in: Any, cast: Cast, report: Any, how_many: int) -> None:
    browser = signed_in(cast.worker)
    for _ in range(how_many):
        browser.post("/m/report/", report())
    browser.get("/m/me/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/m/me/")
    assert len(queries) == 9, [query["sql"] for query in queries]


def test_posts_in_words(cast: Cast) -> None:
    assert cast.handler.user is not None
    assert [where for _role, where in phone.posts_of(cast.handler.user)] == ["城市管理局"]


@pytest.mark.parametrize("url", ["/m/", "/m/report/", "/m/me/", "/m/tickets/WG1/", "/m/tickets/WG1/do/sign/"])
def test_signed_out(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_who_only_reports_is_told_so(signed_in: Any, cast: Cast) -> None:
    assert "及时上报" in signed_in(cast.part_timer).get("/m/").content.decode()
    assert "及时上报" not in signed_in(cast.worker).get("/m/").content.decode()
