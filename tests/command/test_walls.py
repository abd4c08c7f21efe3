"""Walls: a link opens one place and nothing else, until it ends; no person is on them; scenes are rows; keepers."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.command.models import WallLink, WallScene
from governance.command.walls import keeping, links, scenes, views
from governance.command.walls.picture import WallPicture
from governance.command.walls.rules import may_keep
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from grids.territory import current as territory
from incidents.models import Ticket
from tests.assessment.props import CITY, TOWN, take_in
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
FAR = "990102001000"
NOON = MONDAY + 6 * HOUR


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (views, keeping):
        monkeypatch.setattr(module, "now", lambda: NOON)


@pytest.fixture
def today(cast: Cast, make_ticket: MakeTicket) -> None:
    """Tickets of today in both towns, one of them sensitive."""
    for column in (0, 1, 3):
        make_ticket("handling", at=MONDAY, column=column)
    sensitive = make_ticket(at=MONDAY + HOUR)
    Ticket.objects.filter(pk=sensitive.pk).update(is_sensitive=True)
    take_in()


def made(cast: Cast, place: str = TOWN, days: int = 30) -> links.Made:
    return links.make("指挥大厅", place, days=days, by=cast.leader, at=NOON)


def shown(client: Client) -> dict[str, Any]:
    return client.get("/wall/numbers.json").json()["set"]


def test_a_link_opens_one_place_without_anybody_signed_in(today: None, cast: Cast, client: Client) -> None:
    link = made(cast)
    assert link.token not in json.dumps(list(WallLink.objects.values()), default=str)
    answer = client.get(f"/wall/k/{link.token}/")
    assert (answer.status_code, answer["Location"]) == (302, "/wall/")
    assert answer["Referrer-Policy"] == "no-referrer"
    cookie = answer.cookies["wall"]
    assert (cookie["httponly"], cookie["path"]) == (True, "/wall/")
    page = client.get("/wall/")
    assert page.status_code == 200
    html = page.content.decode()
    assert link.token not in html
    assert "/tickets/" not in html
    assert not re.search(r"WG\d", html)
    figures = {item["key"]: item["value"] for item in shown(client)["figures"]}
    assert figures["intake"] == "2", "of the town, without what is sensitive"
    assert WallLink.objects.get().seen_at is not None
    assert "sessionid" not in client.cookies
    other = Client()
    other.cookies["wall"] = made(cast, CITY).token
    assert {item["key"]: item["value"] for item in shown(other)["figures"]}["intake"] == "3"
    assert client.get("/dashboard/").status_code == 302, "it opens nothing else"
    assert client.get(f"/wall/?place={CITY}").context["name"] != other.get("/wall/").context["name"]


@pytest.mark.parametrize("end", ["revoked", "expired", "unknown", "gone"])
def test_a_link_that_does_not_hold_says_why(today: None, cast: Cast, client: Client, end: str) -> None:
    link, words = made(cast), "无效"
    client.get(f"/wall/k/{link.token}/")
    token = link.token
    if end == "revoked":
        links.revoke(link.link.pk, by=cast.leader, at=NOON)
        words = "停用"
        with pytest.raises(Conflict):
            links.revoke(link.link.pk, by=cast.leader, at=NOON)
    elif end == "expired":
        WallLink.objects.update(made_at=NOON - 3 * DAY, expires_at=NOON - DAY)
        words = "到期"
    elif end == "gone":
        WallLink.objects.update(region=cast.region(FAR))
        territory().by_path.pop(cast.region(FAR).path)
        words = "撤并"
    else:
        token = "x" * 43
        client.cookies["wall"] = token
    for address in ("/wall/", f"/wall/k/{token}/"):
        page = client.get(address)
        if address == "/wall/":
            assert page.status_code == 403
            assert words in page.content.decode()
        else:
            assert page.status_code == 403
            assert page.cookies["wall"].value == ""
        client.cookies["wall"] = token
    numbers = client.get("/wall/numbers.json")
    assert numbers.status_code == 403
    assert words in numbers.json()["detail"]
    request = RequestFactory().get("/wall/events/")
    request.COOKIES["wall"], request.user = token, AnonymousUser()
    refused = views._authorize(request)
    assert isinstance(refused, HttpResponse)
    assert refused.status_code == 403


def test_without_a_link_only_who_covers_the_place_sees_it(today: None, cast: Cast, client: Client) -> None:
    page = client.get("/wall/")
    assert page.status_code == 403
    assert "accounts/login" not in page.content.decode(), "no sign-in at night"
    client.force_login(User.objects.get(username="town"))
    assert client.get("/wall/").context["wall"].place.code == TOWN
    assert client.get("/wall/", {"place": FAR}).status_code == 404
    assert client.get("/wall/numbers.json", {"place": FAR}).status_code == 404
    client.cookies["wall"] = "y" * 43
    assert client.get("/wall/").status_code == 403, "the screen's own link comes first"
    assert client.get("/wall/", {"place": TOWN}).status_code == 200, "a person asks for a place by its code"
    del client.cookies["wall"]
    client.force_login(User.objects.get(username="worker"))
    assert client.get("/wall/").status_code == 403


def test_every_section_is_counts_and_names_of_places(today: None, cast: Cast) -> None:
    found = WallPicture(territory().by_code[CITY])
    cells = found.snapshot(NOON).cells
    assert set(cells) == {
        "figures", "rhythm", "sources", "stages", "limits", "places", "heat", "deciding", "holders", "month",
    }  # fmt: skip
    assert sum(count for _name, count in cells["sources"]) == 3
    assert sum(place["intake"] for place in cells["places"]) == 3
    assert sum(cells["limits"].values()) == 3
    assert sum(cell[2] for cell in cells["heat"]["cells"]) == 3
    month = cells["month"]
    assert next(rate["whole"] for rate in month["rates"]) == sum(month["intake"]) == 3
    text = json.dumps(cells, ensure_ascii=False)
    for name in User.objects.exclude(name="").values_list("name", flat=True):
        assert name not in text
    later = found.snapshot(NOON + HOUR).cells
    assert later["month"] is not month, "after a minute it is counted again"


def test_who_keeps_them(cast: Cast) -> None:
    admin = User.objects.create(username="keeper", name="系统管理员")
    admin.groups.add(Group.objects.get_or_create(name="administrator")[0])
    keepers = [cast.leader, cast.oversight, Actor(user=admin)]
    assert all(may_keep(by) for by in keepers)
    for by in (cast.town, cast.duty, cast.worker, cast.outsider, cast.auditor, Actor(role="system")):
        assert not may_keep(by)
        with pytest.raises(Forbidden):
            links.make("x", TOWN, days=1, by=by, at=NOON)
        with pytest.raises(Forbidden):
            scenes.set_up(by=by, at=NOON)
    assert not WallLink.objects.exists()
    assert not WallScene.objects.exists()
    for place, days in (("nowhere", 1), (TOWN, 0), (TOWN, 367), ("990101001001001", 5)):
        with pytest.raises(Unprocessable):
            links.make("x", place, days=days, by=cast.leader, at=NOON)
    with pytest.raises(NotFound):
        links.revoke(0, by=cast.leader, at=NOON)


def test_scenes_are_rows_that_take_turns(cast: Cast) -> None:
    assert [row.kind for row in scenes.running()] == list(WallScene.Kind.values)
    assert scenes.set_up(by=cast.leader, at=NOON) == 5
    assert scenes.set_up(by=cast.leader, at=NOON) == 0
    row = scenes.every()[0]
    facts = scenes.facts_of(row) | {"title": "晨会", "seconds": 45}
    changed = scenes.change(row.pk, facts, version=0, by=cast.leader, at=NOON)
    assert changed.shown_title == "晨会"
    with pytest.raises(StaleVersion):
        scenes.change(row.pk, facts, version=0, by=cast.leader, at=NOON)
    scenes.add(facts | {"position": 0}, by=cast.leader, at=NOON)
    assert scenes.running()[0].title == "晨会"
    scenes.remove(row.pk, by=cast.leader, at=NOON)
    with pytest.raises(NotFound):
        scenes.remove(row.pk, by=cast.leader, at=NOON)
    WallScene.objects.update(is_active=False)
    assert len(scenes.running()) == 5, "an empty rotation shows the platform's"
    assert AuditEntry.objects.filter(verb__startswith="wall.scene").count() == 4


def test_the_pages(cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(username="leader"))
    assert "屏幕与链接" in client.get("/walls/").content.decode()
    answer = client.post("/walls/links/new/", {"name": "一楼大厅", "region": TOWN, "days": 30})
    address = re.search(r"/wall/k/([\w-]{43})/", answer.content.decode())
    assert address is not None
    assert answer["Cache-Control"] == "no-store"
    assert client.get("/walls/links/new/").status_code == 200
    assert client.post("/walls/links/new/", {"name": "", "region": TOWN, "days": 30}).status_code == 422
    assert client.post("/walls/links/new/", {"name": "x", "region": TOWN, "days": 999}).status_code == 422
    link = WallLink.objects.get()
    assert address[1] not in client.get("/walls/").content.decode()
    assert client.get(f"/walls/links/{link.pk}/end/").status_code == 200
    assert client.post(f"/walls/links/{link.pk}/end/").status_code == 302
    assert "已停用" in client.get("/walls/").content.decode()
    assert client.post("/walls/scenes/").status_code == 302
    row = scenes.every()[0]
    assert client.get(f"/walls/scenes/{row.pk}/").status_code == 200
    facts = {"kind": "heat", "title": "夜间", "seconds": 30, "position": 3, "is_active": "on"}
    assert client.post(f"/walls/scenes/{row.pk}/", facts | {"version": 0}).status_code == 302
    assert client.post(f"/walls/scenes/{row.pk}/", facts | {"version": 0}).status_code == 409
    assert client.post("/walls/scenes/new/", facts | {"seconds": 1}).status_code == 422
    assert client.post("/walls/scenes/new/", facts).status_code == 302
    assert client.post(f"/walls/scenes/{row.pk}/remove/").status_code == 302
    for address_ in (f"/walls/scenes/{row.pk}/", f"/walls/scenes/{row.pk}/remove/", "/walls/links/0/end/"):
        assert client.get(address_).status_code == 404
    client.force_login(User.objects.get(username="town"))
    for name in ("walls", "wall-link-new", "wall-scene-new"):
        assert client.get(reverse(f"command:{name}")).status_code == 403
    assert client.post("/walls/scenes/").status_code == 403
