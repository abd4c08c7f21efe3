"""The whole way of a re-cut grid in a real browser: drawn, put right, approved by another person, in force, followed.

The town splits a grid and closes a gap, oversight approves, the day comes; tickets, posts and figures follow on their
pages, the supervisor finds the new vacancies, and whoever stands outside sees borders at most.
"""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from governance.foundation.clock import local, now
from grids.models import Grid, GridAssignment, GridPost, GridRevision
from grids.tiles import store
from incidents import tasks
from incidents.models import Ticket
from incidents.places import Spot
from staffing.loading import load_dictionaries, load_template
from tests import city
from tests.browser.test_desk_story import look
from tests.browser.test_editor import checked, click, lat, lon, saved, wider
from tests.browser.test_map import pixel, settled, sign_in
from tests.cast import HOUR, Cast, MakeTicket

__all__ = ["sign_in", "wider"]

COMMUNITY = city.GRIDS[0][:12]
HALF, STRIP = f"{COMMUNITY}003", f"{COMMUNITY}004"
HALF_NAME = "第3网格"
SINCE = date(2026, 1, 1)


@pytest.fixture
def standing(cast: Cast, wider: None, make_ticket: MakeTicket, live_server: object) -> None:
    """Every grid needs a patroller; the first one has hers, two open tickets (one in each half) and a closed one."""
    load_dictionaries(since=SINCE)
    load_template("leader_worker_team", since=SINCE, at=now())
    post = GridPost.objects.create(grid=cast.grid(0), kind=GridPost.Kind.GRID_PATROLLER)
    GridAssignment.objects.create(post=post, user=cast.worker.user, starts_on=SINCE)
    for state, part in (("handling", 0.2), ("handling", 0.8), ("closed", 0.2)):
        spot = Spot(lon=lon(part), lat=lat(0.4), text="东苑小区")
        make_ticket(state, spot=spot, to="G1", at=now() - HOUR)


def verb(page: Page, name: str, opinion: str = "") -> None:
    """Press a verb of the adjustment's bar, say what has to be said, and wait for the page after it."""
    page.locator(f".action-bar a[href$='/do/{name}/']").click()
    page.locator("#dialog[open] form").wait_for()
    if opinion:
        page.fill("#dialog [name=opinion]", opinion)
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn").last.click()


def drawn_by_the_town(page: Page) -> str:
    """The draft begun, split, put right, dated, stored and submitted; its number."""
    page.goto(f"/grids/revisions/new/?region={COMMUNITY}")
    for code in city.GRIDS[:2]:
        page.check(f"#grid-{code}")
    page.fill("#id_title", "书院社区网格拆分")
    page.fill("#id_reason", "户数过多，北侧地块尚无网格")
    page.locator(".form-actions .btn-primary").click()
    page.wait_for_url(re.compile("/edit/"))
    settled(page)
    checked(page)
    page.locator("[data-tool=split]").click()
    click(page, 0.5, 1.05)
    click(page, 0.5, -0.05)
    page.keyboard.press("Enter")
    expect(page.locator(".plan-list li")).to_have_count(3)
    checked(page)
    gap = page.locator(".finding-error")
    expect(gap).to_have_count(1)
    look(page, "story-split")
    before = page.url
    gap.click()
    expect(page).not_to_have_url(before)
    settled(page)
    page.locator("[data-tool=draw]").click()
    for column, part in ((-0.02, 1.0), (2.02, 1.0), (2.02, 1.32), (-0.02, 1.32)):
        click(page, column, part)
    page.keyboard.press("Enter")
    expect(page.locator(".plan-list li")).to_have_count(4)
    checked(page)
    expect(page.locator(".finding-error")).to_have_count(0)
    page.fill("#head-day", local(now()).date().isoformat())
    page.locator("#head-day").blur()
    page.locator(".map-canvas canvas").focus()
    saved(page)
    page.locator("[data-submit]").click()
    page.locator("#after-map[data-state=ready]").wait_for()
    verb(page, "submit")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def test_a_split_from_the_drawing_to_the_figures(sign_in: Callable, cast: Cast, standing: None) -> None:
    town = sign_in("town")
    number = drawn_by_the_town(town)
    expect(town.locator(".action-bar a[href$='/do/approve/']")).to_have_count(
        0
    )  # nobody approves an own draft

    oversight = sign_in("oversight")
    oversight.goto("/grids/revisions/")
    oversight.get_by_text("书院社区网格拆分").first.click()
    oversight.locator("#after-map[data-state=ready]").wait_for()
    look(oversight, "story-to-approve")
    verb(oversight, "approve", "同意，按期生效")

    tasks.apply_revisions()
    city.forget_snapshots()
    revision = GridRevision.objects.get(number=number)
    assert (revision.state, revision.trouble) == ("effective", "")
    half = Grid.objects.get(code=HALF)
    assert half.name == HALF_NAME

    # tickets: one in each half, the closed one stays where it was filed
    moved = sorted((ticket.grid.code, ticket.state) for ticket in Ticket.objects.select_related("grid"))
    heirs = {row.code: row.heir_of.code if row.heir_of else "" for row in revision.results.all()}
    kept = next(code for code, heir in heirs.items() if heir == city.GRIDS[0])
    assert {code for code, state in moved if state == "handling"} == {kept, HALF}
    assert [code for code, state in moved if state == "closed"] == [city.GRIDS[0]]
    town.goto(f"/tickets/?region={HALF}&open=1")
    expect(town.locator("[data-row]")).to_have_count(1)
    town.locator("[data-row] a").first.click()
    town.get_by_text("网格调整移交").first.wait_for()
    town.locator("#ticket-map[data-state=ready]").wait_for()
    look(town, "story-ticket")

    # figures: four grids today, two on any day before
    town.goto(f"/grids/?region={COMMUNITY}")
    expect(town.locator("tfoot td").nth(1)).to_have_text("4")
    look(town, "story-figures")
    town.goto(f"/grids/?region={COMMUNITY}&on=2026-06-30")
    expect(town.locator("tfoot td").nth(1)).to_have_text("2")
    community = sign_in("community")
    for ground, grids in (
        ("&ground=now", 2),
        ("&ground=then", 1),
    ):  # where the tickets lie today, and where they were filed
        community.goto(f"/dashboard/?period=week{ground}")
        expect(community.locator(".places tbody tr")).to_have_count(grids)

    # the map: the new grid with its vacancy, its neighbours' worker not in it
    town.goto(f"/map/?grid={HALF}")
    settled(town)
    expect(town.locator("#map-card h2")).to_have_text(HALF_NAME)
    expect(town.locator(".side-gaps li").first).to_be_visible()
    x, y = pixel(town, half.lon, half.lat)
    assert town.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", [x, y]) == "CANVAS"
    look(town, "story-map")

    # the supervisor finds every vacancy, the worker's post went to the heir
    supervisor = sign_in("supervisor")
    supervisor.goto("/staffing/vacancies/")
    for name in (HALF_NAME, "第4网格"):
        supervisor.locator("main").get_by_text(name).first.wait_for()
    look(supervisor, "story-vacancies")
    row = GridAssignment.objects.get(user=cast.worker.user, ends_on=None)
    assert row.post.grid.code == kept
    nothing_for_outsiders(cast, number)


def nothing_for_outsiders(cast: Cast, number: str) -> None:
    """Somebody of another town sees borders and names; who has no appointment, or only keeps the system, nothing."""
    tile = f"/map/tiles/{store.edition()}/grids/13/6794/3333.mvt"
    ticket = Ticket.objects.order_by("pk")[0].number
    client = Client()
    for by, hidden in (
        (
            cast.far_town,
            [f"/grids/revisions/{number}/", f"/grids/revisions/{number}/draft.json", f"/tickets/{ticket}/"],
        ),
        (cast.far_community, [f"/grids/revisions/{number}/", f"/tickets/{ticket}/"]),
        (cast.gas, [f"/grids/revisions/{number}/", f"/tickets/{ticket}/"]),
    ):
        client.force_login(by.user)
        for url in hidden:
            assert client.get(url).status_code == 404, (by.user, url)
        card = client.get(f"/map/card/{HALF}/")
        if by is not cast.gas:  # the gas company answers for the whole city
            assert card.status_code == 200
            assert "side-figures" not in card.content.decode()
            assert HALF not in client.get("/map/numbers.json").json()["codes"]
            assert client.get("/map/search", {"q": "王巡"}).json() == []
            assert client.get(f"/staffing/vacancies/?place={HALF}").status_code in {200, 403, 404}
            assert HALF_NAME not in client.get("/staffing/vacancies/").content.decode()
        assert client.get(tile).status_code == 200
    for by in (cast.auditor, cast.administrator, cast.outsider):
        client.force_login(by.user)
        for url in (
            f"/map/card/{HALF}/",
            "/map/search?q=王巡",
            "/map/numbers.json",
            "/map/places.json?box=1,1,2,2",
            tile,
        ):
            assert client.get(url).status_code == 403, (by.user, url)
        assert client.get(f"/grids/revisions/{number}/").status_code == 404
    machine = Client(headers={"Authorization": f"Bearer {city.POLICE_KEY}"})
    assert machine.get(f"/api/v1/tickets/{ticket}").status_code == 404
    assert machine.get("/api/v1/tickets").json()["results"] == []
