"""The map's pages and answers: who sees which numbers and people, search, points, the list."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.command.map.reach import paths_of
from governance.foundation.clock import local, now
from governance.settings.map import origins_of
from grids import revisions
from grids.models import Grid, GridAssignment, GridPost, MicroGrid
from grids.views.ground import grids_from
from registers.models import KeyPlace, PlaceKind
from staffing.models import Leave, PostRequirement, StaffingTemplate
from staffing.states import LeaveState
from tests import city
from tests.cast import Cast, MakeTicket

pytestmark = pytest.mark.django_db
FIRST = city.GRIDS[0]
CARD = f"/map/card/{FIRST}/"
DAY = date(2026, 1, 1)


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str, **query: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


def put_on_post(cast: Cast, by: Actor, column: int = 0, kind: str = "grid_leader") -> GridAssignment:
    post = GridPost.objects.create(grid=cast.grid(column), kind=kind)
    return GridAssignment.objects.create(post=post, user=by.user, starts_on=DAY)


@pytest.fixture
def one_leader_each() -> None:
    """Every grid has to have one leader, and no other post."""
    StaffingTemplate.objects.all().delete()
    template = StaffingTemplate.objects.create(code="one", name="一格一长", valid_from=city.FOUNDED_ON)
    PostRequirement.objects.create(template=template, kind="grid_leader", count=1)


class TestReach:
    def test_areas_of_the_own_units_stand_in_for_places(self, cast: Cast) -> None:
        assert paths_of(cast.town) == ("9901/990101/990101001/",)
        assert paths_of(cast.handler) == ("9901/",)
        assert paths_of(cast.enforcer) == ("9901/990101/990101001/",)
        assert paths_of(cast.outsider) == paths_of(cast.auditor) == ()

    @pytest.mark.parametrize(
        "url",
        [
            "/map/",
            "/map/list/",
            "/map/card/",
            CARD,
            "/map/numbers.json",
            "/map/search?q=d1",
            "/map/stations.json",
        ],
    )
    def test_nobody_without_an_appointment(self, get: Any, cast: Cast, client: Client, url: str) -> None:
        assert client.get(url).status_code in {302, 401}
        for by in (cast.outsider, cast.auditor, cast.administrator):
            answer = get(by, url)
            assert answer.status_code == 403
            assert "第1网格" not in answer.content.decode()


class TestPage:
    def test_it_names_the_tiles_and_the_readers_area(self, get: Any, cast: Cast) -> None:
        answer = get(cast.town, "/map/")
        assert answer.status_code == 200
        settings = answer.context["config"]
        assert settings["tiles"].startswith("/map/tiles/")
        assert settings["tiles"].endswith("/{layer}/{z}/{x}/{y}.mvt")
        assert settings["near"] == grids_from()
        west, south, east, north = settings["bounds"]
        assert west < city.WEST < city.WEST + 3 * city.SIDE < east < city.WEST + 3.5 * city.SIDE
        assert south < city.SOUTH < north
        assert settings["base"] == ""
        assert "我的辖区" in answer.content.decode()

    def test_a_grid_named_in_the_address_is_open(self, get: Any, cast: Cast) -> None:
        assert get(cast.town, "/map/", grid=FIRST).context["config"]["chosen"] == FIRST
        for code in ("990101001001", "nonsense"):
            assert get(cast.town, "/map/", grid=code).context["config"]["chosen"] == ""

    def test_the_navigation_leads_there(self, get: Any, cast: Cast) -> None:
        assert 'href="/map/"' in get(cast.worker, "/map/").content.decode()

    def test_the_overview_sums_and_ranks(
        self, get: Any, cast: Cast, make_ticket: MakeTicket, one_leader_each: None
    ) -> None:
        make_ticket(column=1)
        put_on_post(cast, cast.grid_leader)
        found = get(cast.town, "/map/card/").context["found"]
        assert (found.grids, found.households, found.open, found.vacancies) == (3, 1200, 1, 2)
        assert [place.code for place, _row in found.worst] == [city.GRIDS[1], city.GRIDS[2]]


class TestNumbers:
    def test_only_grids_of_the_own_area_and_visible_tickets(
        self, get: Any, cast: Cast, make_ticket: MakeTicket, one_leader_each: None
    ) -> None:
        make_ticket(column=0)
        make_ticket(column=3)
        put_on_post(cast, cast.grid_leader)
        table = get(cast.town, "/map/numbers.json").json()
        assert table["codes"] == list(city.GRIDS[:3])
        assert table["open"] == [1, 0, 0]
        assert sum(table["overdue"]) in {0, 1}
        assert table["households"] == [400, 400, 400]
        assert table["vacancies"] == [0, 1, 1]
        assert table["staffing"] == [100.0, 0.0, 0.0]
        assert table["household_range"] == [300, 800]
        assert table["communities"] == {
            "codes": [city.GRIDS[0][:12], city.GRIDS[2][:12]],
            "open": [1, 0],
            "overdue": [sum(table["overdue"]), 0],
            "households": [400, 400],
            "vacancies": [1, 1],
            "staffing": [50.0, 0.0],
        }
        assert get(cast.worker, "/map/numbers.json").json()["codes"] == [FIRST]
        assert get(cast.leader, "/map/numbers.json").json()["open"] == [1, 0, 0, 1]

    def test_a_grid_that_came_from_elsewhere_counts_where_it_lies(self, get: Any, cast: Cast) -> None:
        grid = cast.grid(2)
        grid.community = cast.grid(0).community
        grid.household_count = 700
        grid.save()
        table = get(cast.town, "/map/numbers.json").json()["communities"]
        assert (table["codes"], table["households"]) == ([FIRST[:12]], [500])

    def test_they_come_packed(self, get: Any, cast: Cast, client: Client) -> None:
        assert cast.leader.user is not None
        client.force_login(cast.leader.user)
        answer = client.get("/map/numbers.json", headers={"accept-encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"

    def test_no_template_no_rate(self, get: Any, cast: Cast) -> None:
        StaffingTemplate.objects.all().delete()
        assert get(cast.worker, "/map/numbers.json").json()["staffing"] == [None]

    @pytest.mark.parametrize("how_many", [1, 3])
    def test_a_handful_of_statements(self, get: Any, cast: Cast, steady: None, how_many: int) -> None:
        Grid.objects.exclude(code__in=city.GRIDS[:how_many]).update(valid_to="2026-01-01")
        city.forget_snapshots()
        get(cast.leader, "/map/numbers.json")
        with CaptureQueriesContext(connection) as queries:
            get(cast.leader, "/map/numbers.json")
        own = [
            query
            for query in queries
            if query["sql"] and "session" not in query["sql"] and "SAVEPOINT" not in query["sql"]
        ]
        assert len(own) <= 14


class TestCard:
    def test_people_duties_tickets_and_gaps(
        self, get: Any, cast: Cast, make_ticket: MakeTicket, one_leader_each: None
    ) -> None:
        make_ticket()
        put_on_post(cast, cast.grid_leader)
        MicroGrid.objects.create(grid=cast.grid(0), code=f"{FIRST}01", name="一单元", valid_from=DAY)
        answer = get(cast.town, CARD)
        text = answer.content.decode()
        card = answer.context["card"]
        assert (card.tickets.open, card.is_covered, card.may_adjust) == (1, True, True)
        assert card.people[0].phone == "139****0002"
        assert cast.grid_leader.user is not None
        assert cast.grid_leader.user.phone not in text
        assert "统筹本网格工作" in text
        assert "一单元" in text
        assert f"region={FIRST}" in card.tickets.open_url
        assert get(cast.town, f"/map/card/{city.GRIDS[1]}/").context["card"].vacancies[0].missing == 1

    def test_outside_the_own_area_only_name_and_border(
        self, get: Any, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket()
        put_on_post(cast, cast.grid_leader)
        text = get(cast.far_town, CARD).content.decode()
        assert "第1网格" in text
        for secret in (cast.grid_leader.name, "139****", "400", "在办工单"):
            assert secret not in text

    @pytest.mark.parametrize("code", ["990101001001", "0", "123456789012345"])
    def test_no_such_grid(self, get: Any, cast: Cast, code: str) -> None:
        assert get(cast.leader, f"/map/card/{code}/").status_code == 404

    def test_somebody_on_leave_has_a_substitute(self, get: Any, cast: Cast) -> None:
        put_on_post(cast, cast.grid_leader)
        today = local(now()).date()
        Leave.objects.create(
            user=cast.grid_leader.user,
            kind="annual",
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=30),
            reason="年假",
            substitute=cast.worker.user,
            state=LeaveState.APPROVED,
            asked_by=cast.grid_leader.user,
            asked_at=now(),
        )
        assert f"由{cast.worker.name}代岗" in get(cast.town, CARD).content.decode()

    def test_an_open_revision_is_named(self, get: Any, cast: Cast) -> None:
        plan = revisions.prepare([FIRST], title="第1网格拆分", by=cast.town, at=now())
        text = get(cast.town, CARD).content.decode()
        assert f"/grids/revisions/{plan.number}/" in text
        assert "调整此网格" not in text

    def test_counts_of_the_registers_only_for_their_readers(self, get: Any, cast: Cast) -> None:
        assert get(cast.town, CARD).context["card"].counts is not None
        assert get(cast.dispatcher, CARD).context["card"].counts is None


class TestReveal:
    def url(self, row: GridAssignment, code: str = FIRST) -> str:
        return f"/map/card/{code}/reveal/{row.pk}/"

    def test_a_reason_shows_the_phone_and_is_kept(self, cast: Cast, client: Client) -> None:
        row = put_on_post(cast, cast.grid_leader)
        client.force_login(cast.town.user)
        answer = client.post(self.url(row), {"reason": "核实工单现场情况"})
        assert cast.grid_leader.user.phone in answer.content.decode()
        entry = AuditEntry.objects.get(verb="grid_post.reveal")
        assert (entry.actor_id, entry.role) == (cast.town.user_id, "town_staff")
        assert entry.details == {"grid": FIRST, "post": "grid_leader", "reason": "核实工单现场情况"}

    def test_no_reason_no_phone(self, cast: Cast, client: Client) -> None:
        row = put_on_post(cast, cast.grid_leader)
        client.force_login(cast.town.user)
        answer = client.post(self.url(row), {"reason": " 无 "})
        assert answer.status_code == 422
        assert cast.grid_leader.user.phone not in answer.content.decode()
        assert not AuditEntry.objects.filter(verb="grid_post.reveal").exists()

    def test_who_may_not(self, cast: Cast, client: Client) -> None:
        row = put_on_post(cast, cast.grid_leader)
        for by in (cast.leader, cast.far_town, cast.auditor, cast.outsider):
            client.force_login(by.user)
            answer = client.post(self.url(row), {"reason": "核实工单现场情况"})
            assert answer.status_code == 403
            assert cast.grid_leader.user.phone not in answer.content.decode()
        assert not AuditEntry.objects.filter(verb="grid_post.reveal").exists()

    def test_a_person_of_another_grid_or_of_the_past(self, cast: Cast, client: Client) -> None:
        row = put_on_post(cast, cast.grid_leader)
        client.force_login(cast.town.user)
        assert client.post(self.url(row, city.GRIDS[1]), {"reason": "核实工单现场情况"}).status_code == 404
        GridAssignment.objects.filter(pk=row.pk).update(ends_on="2026-01-02")
        assert client.post(self.url(row), {"reason": "核实工单现场情况"}).status_code == 404


class TestSearch:
    @pytest.mark.parametrize("words", ["第1网格", "d1wg", "diyi", FIRST])
    def test_grids_by_name_initials_and_code(self, get: Any, cast: Cast, words: str) -> None:
        rows = get(cast.town, "/map/search", q=words).json()
        if words != "diyi":
            assert rows[0]["value"] == FIRST
            assert (rows[0]["lon"], rows[0]["lat"]) == city.centre(0)
            assert rows[0]["level"] == "grid"

    def test_people_by_name_and_pinyin_lead_to_their_grid(self, get: Any, cast: Cast) -> None:
        put_on_post(cast, cast.grid_leader)
        assert cast.grid_leader.user is not None
        for words in (cast.grid_leader.name, "zhaoge", "zg"):
            [row, *_] = get(cast.town, "/map/search", q=words).json()
            assert (row["value"], row["hint"]) == (FIRST, "第1网格")
            assert row["label"].startswith(cast.grid_leader.name)
            found = get(cast.far_town, "/map/search", q=words).json()
            assert not [other for other in found if cast.grid_leader.name in other["label"]]

    def test_regions_and_nothing(self, get: Any, cast: Cast) -> None:
        assert get(cast.town, "/map/search", q="书院社区").json()[0]["level"] == "community"
        assert get(cast.town, "/map/search").json() == []


class TestPoints:
    def test_key_places_of_the_window(self, get: Any, cast: Cast) -> None:
        lon, lat = city.centre(0)
        grid, kind = cast.grid(0), PlaceKind.values[0]
        kept = {"key": uuid4(), "path": grid.path, "created_at": now(), "updated_at": now()}
        facts = {"kind": kind, "lon": lon, "lat": lat, "community": grid.community, "grid": grid} | kept
        place = KeyPlace.objects.create(
            name="便民超市", contact_name="张三", contact_phone="13812345678", **facts
        )
        box = f"{city.WEST},{city.SOUTH},{city.WEST + city.SIDE},{city.SOUTH + city.SIDE}"
        [feature] = get(cast.town, "/map/places.json", box=box).json()["features"]
        assert feature["properties"]["name"] == place.name
        assert "138" not in str(feature)
        assert get(cast.far_town, "/map/places.json", box=box).json()["features"] == []
        assert get(cast.town, "/map/places.json", box="0,0,1,1").json()["features"] == []
        assert get(cast.town, "/map/places.json", box="here").status_code == 400

    def test_stations_stand_in_the_middle_of_their_regions(self, get: Any, cast: Cast) -> None:
        region = cast.region("990101001000")
        region.lon, region.lat = 118.51, 31.105
        region.save()
        [feature] = get(cast.worker, "/map/stations.json").json()["features"]
        assert feature["properties"]["tier"] == "town"
        assert feature["geometry"]["coordinates"] == [118.51, 31.105]


class TestList:
    def test_it_says_what_the_map_says(self, get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket()
        put_on_post(cast, cast.grid_leader)
        answer = get(cast.town, "/map/list/")
        rows = answer.context["found"].rows
        assert [row.grid.code for row in rows] == list(city.GRIDS[:3])
        assert (rows[0].leader, rows[0].numbers.open) == (cast.grid_leader.name, 1)
        assert f"?grid={FIRST}" in answer.content.decode()

    @pytest.mark.parametrize(
        ("query", "columns"),
        [
            ({"q": "第2"}, [1]),
            ({"q": "d3wg"}, [2]),
            ({"q": FIRST}, [0]),
            ({"region": "990101001002"}, [2]),
            ({"kind": "exclusive"}, []),
            ({"region": "990102000000"}, []),
            ({"region": "unknown"}, []),
        ],
    )
    def test_filters(self, get: Any, cast: Cast, query: dict[str, str], columns: list[int]) -> None:
        answer = get(cast.town, "/map/list/", **query)
        assert [row.grid.code for row in answer.context["found"].rows] == [city.GRIDS[c] for c in columns]
        assert columns or "没有符合条件的网格" in answer.content.decode()

    def test_pages_by_code(self, get: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        from governance.command.map import listing

        monkeypatch.setattr(listing.page, "__kwdefaults__", {"size": 2})
        first = get(cast.leader, "/map/list/")
        assert [row.grid.code for row in first.context["found"].rows] == list(city.GRIDS[:2])
        assert first.context["previous"] is None
        second = get(cast.leader, "/map/list/", cursor=first.context["next"])
        assert [row.grid.code for row in second.context["found"].rows] == list(city.GRIDS[2:])
        assert second.context["next"] is None
        back = get(cast.leader, "/map/list/", cursor=second.context["previous"])
        assert [row.grid.code for row in back.context["found"].rows] == list(city.GRIDS[:2])

    @pytest.mark.parametrize("how_many", [1, 3])
    def test_rows_cost_no_statement(self, get: Any, cast: Cast, steady: None, how_many: int) -> None:
        Grid.objects.exclude(code__in=city.GRIDS[:how_many]).update(valid_to="2026-01-01")
        city.forget_snapshots()
        get(cast.leader, "/map/list/")
        with CaptureQueriesContext(connection) as queries:
            assert len(get(cast.leader, "/map/list/").context["found"].rows) == how_many
        grids = [query for query in queries if "grids_grid" in (query["sql"] or "")]
        assert len(grids) <= 6

    def test_an_export_is_kept_in_the_journal_and_harmless(self, get: Any, cast: Cast) -> None:
        Grid.objects.filter(code=FIRST).update(name="=1+1")
        body = b"".join(get(cast.oversight, "/map/list/export.csv").streaming_content).decode()
        assert "'=1+1" in body
        assert AuditEntry.objects.get(verb="grids.export").details["rows"] == 4
        assert get(cast.worker, "/map/list/export.csv").status_code == 403


class TestBaseLayer:
    def test_origins_follow_the_address(self) -> None:
        assert origins_of("") == []
        assert origins_of("https://tiles.example:8443/{z}/{x}/{y}.png?key=1") == [
            "https://tiles.example:8443"
        ]

    @pytest.mark.parametrize(
        "url",
        ["ftp://tiles.example/{z}/{x}/{y}", "https://tiles.example/{z}/{x}", "https://{s}.t/{z}/{x}/{y}"],
    )
    def test_a_malformed_address_stops_the_start(self, url: str) -> None:
        from django.core.exceptions import ImproperlyConfigured

        with pytest.raises(ImproperlyConfigured):
            origins_of(url)
