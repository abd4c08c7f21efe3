"""A grid has grown too large: the town cuts it in two, oversight approves, and on the day everything follows."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from governance.command.figures import dashboard
from governance.command.periods import period
from governance.foundation.clock import local, now
from grids import locator_cache
from grids.models import Grid, GridAssignment, GridPost, GridRevision
from incidents.handover import apply_due
from incidents.models import Ticket
from incidents.places import Spot
from incidents.queries import TicketFilter, filtered
from incidents.views.links import list_url
from registers.models import Household
from staffing import queries as staffing
from staffing.loading import load_dictionaries, load_template
from staffing.views import vacancies
from tests import city
from tests.cast import DAY, HOUR, Cast, MakeTicket
from tests.registers.props import building, household

pytestmark = pytest.mark.django_db
FIRST = city.GRIDS[0]
WEST, EAST = ((city.WEST + part * city.SIDE, city.SOUTH + 0.4 * city.SIDE) for part in (0.2, 0.8))
MIDDLE = city.WEST + 0.5 * city.SIDE
LINE = [[MIDDLE, city.SOUTH - 0.001], [MIDDLE, city.SOUTH + city.SIDE + 0.001]]
SINCE = date(2026, 1, 1)


class Person:
    """Somebody at the desk, in the editor of one revision or elsewhere."""

    def __init__(self, actor: Actor) -> None:
        assert actor.user is not None
        self.client = Client()
        self.client.force_login(actor.user)

    def get(self, url: str) -> Any:
        return self.client.get(url)

    def send(self, number: str, what: str, **body: Any) -> Any:
        url = f"/grids/revisions/{number}/{what}.json"
        return self.client.post(url, json.dumps(body), content_type="application/json")

    def do(self, number: str, verb: str, **data: Any) -> Any:
        return self.client.post(f"/grids/revisions/{number}/do/{verb}/", data)


def spot(point: tuple[float, float]) -> Spot:
    return Spot(lon=point[0], lat=point[1], text="东苑小区")


def test_a_grid_is_cut_in_two_and_everything_follows(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    load_dictionaries(since=SINCE)
    load_template("leader_worker_team", since=SINCE, at=at)
    post = GridPost.objects.create(grid=cast.grid(0), kind="grid_patroller")
    GridAssignment.objects.create(post=post, user=cast.worker.user, starts_on=SINCE)
    for point in (WEST, EAST):
        household(building=building(0, lon=point[0], lat=point[1], household_count=400))
    done = make_ticket("closed", spot=spot(WEST), at=at - 3 * HOUR)
    held = make_ticket("handling", to="G1", spot=spot(WEST), at=at - 2 * HOUR)
    due = held.due_at

    number = the_town_prepares_and_cures_it(Person(cast.town))
    nobody_else_sees_it(cast, number)
    oversight_approves(cast, number)
    assert apply_due(at=now()) == 0, "its day has not come"
    assert Ticket.objects.get(pk=held.pk).grid == cast.grid(0)

    tomorrow = at + DAY
    assert apply_due(at=tomorrow) == 1
    city.forget_snapshots()
    revision = GridRevision.objects.get(number=number)
    assert (revision.state, revision.trouble) == ("effective", "")
    old, new = Grid.objects.get(code=FIRST), Grid.objects.get(code=f"{FIRST[:12]}003")

    held = Ticket.objects.select_related("grid", "holder").get(pk=held.pk)
    assert (held.grid, held.holder, held.due_at) == (new, new.team, due)
    done = Ticket.objects.get(pk=done.pk)
    assert (done.grid_id, done.now_grid_id) == (old.pk, new.pk)
    assert sorted(Household.objects.values_list("grid__code", flat=True)) == [old.code, new.code]
    assert locator_cache.locate(*WEST).code == new.code  # type: ignore[union-attr]

    day = local(tomorrow).date()
    vacant = staffing.vacancies_of([old.pk, new.pk], on=day)
    assert {row.kind for row in vacant[new.pk]} == {"grid_leader", "grid_patroller"}
    assert {row.kind for row in vacant[old.pk]} == {"grid_leader"}, "the patroller stays where he was"
    monkeypatch.setattr(vacancies, "now", lambda: tomorrow)
    supervisor_finds_the_vacancies(cast, new)
    the_figures_add_up(cast, old, new, at)
    outsiders_see_nothing(cast, number, held)


def the_town_prepares_and_cures_it(town: Person) -> str:
    """Cuts the grid, forgets a strip, is shown the gap, draws it again and submits."""
    begun = town.client.post("/grids/revisions/new/", {"grids": [FIRST], "title": "东苑网格一分为二"})
    assert begun.status_code == 302
    number = GridRevision.objects.get().number
    draft = town.get(f"/grids/revisions/{number}/draft.json").json()
    halves = town.send(number, "split", code=FIRST, line=LINE, results=draft["results"]).json()["results"]
    assert [row["properties"]["code"] for row in halves["features"]] == [FIRST, f"{FIRST[:12]}003"]

    broken = json.loads(json.dumps(halves))
    ring = broken["features"][1]["geometry"]["coordinates"][0]
    for position in ring:
        position[0] = min(position[0], MIDDLE - 0.002)
    report = town.send(number, "check", results=broken).json()
    gap = next(item for item in report["findings"] if item["kind"] == "gap")
    assert (gap["severity"], gap["geometry"]["type"]) == ("error", "Polygon")
    tomorrow = (local(now()).date() + timedelta(days=1)).isoformat()
    facts = {"title": draft["title"], "reason": "户数过多", "effective_on": tomorrow}
    stored = town.send(number, "draft", version=draft["version"], results=broken, **facts).json()
    refused = town.do(number, "submit", version=stored["version"])
    assert refused.status_code == 422
    assert GridRevision.objects.get().state == "draft"

    cured = town.send(number, "draft", version=stored["version"], results=halves, **facts).json()
    assert cured["report"]["counts"]["error"] == 0
    stale = town.send(number, "draft", version=stored["version"], results=broken, **facts)
    assert stale.status_code == 409
    assert town.do(number, "submit", version=cured["version"]).status_code == 302
    assert town.do(number, "approve").status_code == 403, "not by whoever prepared it"
    return number


def nobody_else_sees_it(cast: Cast, number: str) -> None:
    url = f"/grids/revisions/{number}/"
    for who in ("far_town", "far_community", "auditor", "administrator", "outsider"):
        assert Person(getattr(cast, who)).get(url).status_code in {403, 404}, who
    assert Client().get(url).status_code == 302


def oversight_approves(cast: Cast, number: str) -> None:
    oversight = Person(cast.oversight)
    assert oversight.get(f"/grids/revisions/{number}/").status_code == 200
    assert oversight.do(number, "approve", opinion="同意").status_code == 302
    assert GridRevision.objects.get(number=number).state == "approved"


def supervisor_finds_the_vacancies(cast: Cast, new: Grid) -> None:
    page = Person(cast.again(cast.supervisor)).get("/staffing/vacancies/")
    assert page.status_code == 200
    assert new.name in page.content.decode()


def the_figures_add_up(cast: Cast, old: Grid, new: Grid, at: Any) -> None:
    community = cast.again(cast.community)
    counts = {}
    for as_filed in (True, False):
        found = dashboard(community, period("week", at + DAY), as_filed=as_filed)
        counts[as_filed] = {row.place.code: row.intake.count for row in found.places if row.place}
        for row in found.places:
            listed = filtered(Ticket.objects.visible_to(community), row.intake.wanted)
            assert listed.count() == row.intake.count
    assert counts == {True: {old.code: 2}, False: {new.code: 2}}
    desk = Person(community)
    for as_filed, shown in ((False, 2), (True, 0)):
        url = list_url(TicketFilter(path=new.path, as_filed=as_filed))
        assert desk.get(url).content.decode().count("data-row") == shown
    page = desk.get(f"/tickets/{Ticket.objects.get(grid=new).number}/").content.decode()
    assert "网格调整移交" in page


def outsiders_see_nothing(cast: Cast, number: str, ticket: Ticket) -> None:
    for who in ("far_town", "far_community", "outsider", "auditor"):
        person = Person(cast.again(getattr(cast, who)))
        assert person.get(f"/tickets/{ticket.number}/").status_code in {403, 404}, who
        assert person.get(f"/grids/revisions/{number}/").status_code in {403, 404}, who
        households = person.get("/registers/households/")
        assert households.status_code in {403, 404} or "东苑" not in households.content.decode(), who
