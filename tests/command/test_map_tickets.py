"""Tickets on the map: cells with the worst lamp, the list beside it, areas, who sees what, nonsense in the address."""

import os
from datetime import timedelta
from time import perf_counter
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from exports import asking
from fieldwork.models import PatrolTour
from governance.accounts.actors import Actor
from governance.command.map import live
from governance.command.map.windows import window_of, zoom_of
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid
from incidents.areas import Window, area_of
from incidents.models import Ticket
from tests.cast import DUTY_OF_GRID, LITTER, MONDAY, Cast, MakeTicket
from tests.fieldwork.props import task as field_task

pytestmark = pytest.mark.django_db
ALL = Window(west=118.0, south=30.0, east=119.0, north=32.0)
BOX = "118,30,119,32"
LARGE = int(os.environ.get("MAP_TICKETS", "0"))
FIRST = "118.5,31.1;118.51,31.1;118.51,31.11;118.5,31.11"
"""The first grid."""


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str, **query: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


def rows(by: Actor, **wanted: Any) -> Any:
    return live.rows_for(by, live.Wanted(**wanted), MONDAY, local(MONDAY).date())


class TestCells:
    def test_far_away_they_come_together_near_they_part(self, cast: Cast, make_ticket: MakeTicket) -> None:
        for column in (0, 0, 1):
            make_ticket("accepted", column=column)
        far = live.cells(rows(cast.dispatcher), ALL, 5, MONDAY)
        assert [point[2] for point in far["points"]] == [3]
        near = live.cells(rows(cast.dispatcher), ALL, 16, MONDAY)
        assert sorted(point[2] for point in near["points"]) == [1, 2]
        assert far["sums"] == near["sums"]
        assert far["sums"]["total"] == 3
        west, south, east, north = far["boxes"][0]
        assert west < east
        assert south <= north

    def test_a_cell_shows_its_worst_lamp_and_the_sums_agree_with_the_rows(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        keys = [make_ticket("accepted").pk for _n in range(4)]
        hour = timedelta(hours=1)
        facts = [
            (MONDAY, None),
            (MONDAY + 2 * hour, MONDAY),
            (MONDAY + 2 * hour, MONDAY + hour),
            (None, None),
        ]
        for pk, (due, warn) in zip(keys, facts, strict=True):
            Ticket.objects.filter(pk=pk).update(next_due_at=due, next_warn_at=warn)
        found = live.cells(rows(cast.dispatcher), ALL, 10, MONDAY)
        assert found["points"][0][2:] == [4, "red"]
        assert found["sums"] == {"total": 4, "red": 1, "amber": 1, "green": 1, "grey": 1}
        for lamp, pk in zip(("red", "amber", "green", "grey"), keys, strict=True):
            (row,) = rows(cast.dispatcher, lamp=lamp)
            assert (row.pk, row.lamp(MONDAY)) == (pk, lamp)
        assert [live.worst(*counts) for counts in ((2, 0, 1, 1), (2, 0, 0, 2), (2, 0, 0, 1))] == [
            "amber",
            "grey",
            "green",
        ]

    def test_the_sums_hold_what_is_not_drawn(
        self, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for column in (0, 0, 1):
            make_ticket("accepted", column=column)
        monkeypatch.setattr(live, "MOST", 1)
        found = live.cells(rows(cast.dispatcher), ALL, 16, MONDAY)
        assert [point[2] for point in found["points"]] == [2]
        assert found["sums"]["total"] == 3
        nothing = live.cells(rows(cast.dispatcher), Window(west=1, south=1, east=2, north=2), 9, MONDAY)
        assert nothing == {"points": [], "boxes": [], "sums": dict.fromkeys(nothing["sums"], 0)}

    def test_only_what_the_reader_may_see_and_what_is_open(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("accepted", column=0)
        make_ticket("accepted", column=3)
        make_ticket("closed", column=0, to="G1", category=DUTY_OF_GRID)
        for by, count in (
            (cast.worker, 1),
            (cast.far_community, 1),
            (cast.dispatcher, 2),
            (cast.outsider, 0),
        ):
            assert live.cells(rows(by), ALL, 9, MONDAY)["sums"]["total"] == count, by
            assert rows(by).count() == count

    def test_a_text_of_the_search_language(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("accepted", category=LITTER)
        done = make_ticket("closed", to="G1", category=DUTY_OF_GRID)
        assert [row.pk for row in rows(cast.dispatcher, text="状态:已结案")] == [done.pk]
        assert rows(cast.dispatcher, text="类别:0106").count() == 1
        with pytest.raises(Invalid):
            rows(cast.dispatcher, text="状态:胡说")

    def test_an_area_drawn_by_hand(self, cast: Cast, make_ticket: MakeTicket) -> None:
        inside = make_ticket("accepted", column=0)
        make_ticket("accepted", column=1)
        assert [row.pk for row in rows(cast.dispatcher, area=area_of(FIRST))] == [inside.pk]
        slanted = area_of("118.49,31.09;118.53,31.09;118.49,31.099")
        assert rows(cast.dispatcher, area=slanted).count() == 0, "in the box, beside the triangle"

    def test_the_whole_city_is_drawn_from_the_index_alone(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("accepted")
        asked = (
            rows(cast.dispatcher)
            .filter(ALL.holds)
            .order_by()
            .values("lon", "lat", "next_due_at", "next_warn_at")
        )
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        assert "Index Only Scan using ticket_open_point" in asked.explain()


class TestWindows:
    def test_nonsense_is_refused_in_words(self) -> None:
        for text in ("", "1,2,3", "a,b,c,d", "nan,1,2,3", "inf,1,2,3", "2,1,1,2", "1,2,2,1", "1,2,3,4,5"):
            with pytest.raises(Invalid):
                window_of(text)
        for text in ("x", "nan", ""):
            with pytest.raises(Invalid):
                zoom_of(text)
        assert [zoom_of(text) for text in ("-3", "99", "12.5")] == [0.0, 22.0, 12.5]
        assert area_of("") is None
        many = ";".join(f"{n / 100},1" for n in range(61))
        for text in ("1,1;2,2", "1,1;1,1;1,1", "1,1;2,2;x", "1,1;2,2;200,1", many, "1,1;2,2;3,3);DROP"):
            with pytest.raises(Invalid):
                area_of(text)


class TestAnswers:
    def test_the_map_and_the_list_agree(self, get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("accepted", column=0, title="书院路井盖缺失")
        make_ticket("accepted", column=1)
        said = get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="11").json()
        part = get(cast.dispatcher, "/map/tickets/", box=BOX)
        assert said["sums"]["total"] == len(part.context["rows"]) == 2
        part = get(cast.dispatcher, "/map/tickets/", box=BOX, area=FIRST)
        assert [row.ticket.title for row in part.context["rows"]] == ["书院路井盖缺失"]
        assert "取消圈选" in part.content.decode()
        page = get(cast.dispatcher, "/map/", tickets="1")
        assert page.context["config"]["tickets"] == "/map/tickets.json"

    def test_an_area_is_a_filter_of_the_list_and_of_files(
        self, get: Any, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        """The list behind the map's area, and behind its window, has as many; so has an export of it."""
        for column in (0, 0, 1):
            make_ticket("accepted", column=column)
        for query, count in (({"area": FIRST}, 2), ({"box": BOX}, 3), ({"area": FIRST, "lamp": "red"}, 0)):
            part = get(cast.dispatcher, "/map/tickets/", **{"box": BOX, **query})
            address = part.context["list_query"]
            assert f"/tickets/?{escape(address)}" in part.content.decode()
            assert f"/exports/new/?{escape(address)}" in part.content.decode()
            listed = get(cast.dispatcher, f"/tickets/count/?{address}").content.decode()
            assert count == 0 or f">{count}<" in listed, (query, listed)
            found = asking.rows_of(cast.dispatcher, address, MONDAY)
            assert query.get("lamp") or found.count() == count
        assert "圈选区域" in get(cast.dispatcher, f"/tickets/?area={FIRST}").content.decode()
        for broken in ("nonsense", "1,1;2,2", "nan,1;2,2;3,3"):
            assert ">0<" in get(cast.dispatcher, f"/tickets/count/?area={broken}").content.decode()
        assert get(cast.dispatcher, "/map/tickets/", box=BOX, lamp="green").context["list_query"] == ""

    def test_longer_periods_by_one_click(self, get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("closed", at=now() - timedelta(days=20))
        assert get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="9").json()["sums"]["total"] == 0
        found = get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="9", q="created:30d").json()
        assert found["sums"]["total"] == 1
        part = get(cast.dispatcher, "/map/tickets/", box=BOX, q="created:30d")
        assert part.context["span"] == "近30天登记"
        assert (
            get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="9", q="created:7d").json()["sums"][
                "total"
            ]
            == 0
        )

    def test_bad_input_and_strangers(self, get: Any, cast: Cast, client: Client) -> None:
        for query in ({"box": "x"}, {"box": BOX, "zoom": "x"}, {"box": BOX, "zoom": "9", "lamp": "blue"}):
            said = get(cast.dispatcher, "/map/tickets.json", **query)
            assert said.status_code == 400
            assert said.json()["detail"]
        assert (
            "没有“胡说”"
            in get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="9", q="状态:胡说").json()["detail"]
        )
        assert get(cast.dispatcher, "/map/tickets/", box=BOX, area="1,1").status_code == 400
        for by in (cast.outsider, cast.auditor, cast.administrator):
            assert get(by, "/map/tickets.json", box=BOX, zoom="9").status_code == 403
        client.logout()
        assert client.get("/map/tickets.json").status_code == 401

    def test_further_rows_come_by_key(
        self, get: Any, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from governance.command.map import ticket_views

        monkeypatch.setattr(ticket_views, "SIZE", 2)
        for _n in range(3):
            make_ticket("accepted")
        first = get(cast.dispatcher, "/map/tickets/", box=BOX)
        assert len(first.context["rows"]) == 2
        rest = get(cast.dispatcher, f"/map/tickets/?{first.context['more']}")
        assert len(rest.context["rows"]) == 1
        assert "side-head" not in rest.content.decode()

    @pytest.mark.usefixtures("steady")
    def test_statements(self, get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
        counts = []
        for _n in range(2):
            make_ticket("accepted")
            get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="9")
            with CaptureQueriesContext(connection) as asked:
                get(cast.dispatcher, "/map/tickets.json", box=BOX, zoom="9")
            counts.append(len(asked))
        assert counts[0] == counts[1]


def test_who_is_on_patrol_by_right_and_without_a_position(get: Any, cast: Cast) -> None:
    task = field_task("in_progress", work="patrol")
    PatrolTour.objects.create(
        task=task, user=cast.worker.user, started_at=MONDAY, started_received_at=MONDAY, key=uuid4()
    )
    (feature,) = get(cast.supervisor, "/map/patrols.json").json()["features"]
    assert feature["properties"]["name"] == "王巡"
    assert "09:00" in feature["properties"]["kind"]
    grid = cast.grid(0)
    assert feature["geometry"]["coordinates"] == [round(grid.lon, 6), round(grid.lat, 6)]
    for other in (cast.far_town, cast.handler, cast.mediator):
        assert get(other, "/map/patrols.json").json()["features"] == []
    assert get(cast.auditor, "/map/patrols.json").status_code == 403
    PatrolTour.objects.update(stopped_at=MONDAY)
    assert get(cast.supervisor, "/map/patrols.json").json()["features"] == []


@pytest.mark.skipif(not LARGE, reason="set MAP_TICKETS to a number of open tickets")
def test_many_open_tickets_at_once(cast: Cast, make_ticket: MakeTicket) -> None:
    """Prints what cells, a window and the list take with so many open tickets (the bar: 100 ms)."""
    pattern = make_ticket("accepted")
    names = [
        field.column
        for field in Ticket._meta.concrete_fields
        if field.column not in {"id", "number", "lon", "lat"}
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO incidents_ticket (number, lon, lat, {columns}) "
            f"SELECT 'WGX' || n, 118.5 + (n %% 997) * 0.04 / 997, 31.1 + (n %% 101) * 0.01 / 101, {columns} "
            "FROM incidents_ticket, generate_series(1, %s) AS of(n) WHERE id = %s",
            [LARGE, pattern.pk],
        )
        cursor.execute("ANALYZE incidents_ticket")
    near = Window(west=118.505, south=31.102, east=118.515, north=31.108)
    for by in (cast.dispatcher, cast.town, cast.worker):
        for window, zoom in ((ALL, 9.0), (ALL, 13.0), (near, 16.0)):
            began = perf_counter()
            found = live.cells(rows(by), window, zoom, MONDAY)
            took = (perf_counter() - began) * 1000
            print(
                f"{by.user} zoom {zoom}: {found['sums']['total']} tickets, {len(found['points'])} cells, {took:.0f} ms"
            )
            assert len(found["points"]) <= live.MOST
