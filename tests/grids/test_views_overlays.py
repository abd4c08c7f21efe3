"""Overlay pages: who sees which numbers, lists behind them, decisions and the bulk confirmation."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from shapely.geometry import box

from governance.accounts.actors import Actor
from grids import locator_cache, overlays
from grids.geometry import to_geojson
from grids.models import GridOverlay, ProfessionalGrid, Region
from tests import city
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
PAGE, LIST, BULK = "/grids/overlays/", "/grids/overlays/list/", "/grids/overlays/confirm/"


def beat(code: str, west: float, east: float, town: str = "990101001000") -> ProfessionalGrid:
    low, high = city.WEST + west * city.SIDE, city.WEST + east * city.SIDE
    return ProfessionalGrid.objects.create(
        system="police",
        code=code,
        name=f"警务网格{code}",
        polygon=to_geojson(box(low, city.SOUTH, high, city.SOUTH + city.SIDE)),
        town=Region.objects.get(code=town),
        valid_from=date(2026, 1, 1),
    )


@pytest.fixture
def rows(cast: Cast) -> dict[str, GridOverlay]:
    """Two police grids in the first town, one in the far one."""
    beat("A", 0, 1)
    beat("B", 1, 3)
    beat("C", 3, 4, "990102001000")
    locator_cache.forget()
    overlays.suggest("police", by=cast.oversight, at=MONDAY)
    return {row.grid.code: row for row in GridOverlay.objects.select_related("grid")}


@pytest.fixture
def ask(client: Client) -> Any:
    def get(by: Actor, url: str, data: dict[str, str] | None = None, *, post: bool = False) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.post(url, data) if post else client.get(url, data)

    return get


def test_progress_by_town_with_links(ask: Any, cast: Cast, rows: Any) -> None:
    overlays.decide(rows[city.GRIDS[0]].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
    text = ask(cast.town, PAGE).content.decode()
    assert "50.0%" in text
    assert "石桥镇" not in text
    assert f"{LIST}?system=police&amp;region=990101001000&amp;standing=waiting" in text
    assert "石桥镇" in ask(cast.oversight, PAGE).content.decode()


@pytest.mark.parametrize("name", ["handler", "auditor", "administrator", "outsider"])
def test_without_an_area_there_is_no_page(ask: Any, cast: Cast, name: str) -> None:
    for url in (PAGE, LIST, BULK):
        assert ask(cast.everybody[name], url).status_code == 403


def test_without_professional_grids_it_says_what_would_be_here(ask: Any, cast: Cast) -> None:
    assert "导入后" in ask(cast.town, PAGE).content.decode()
    assert "导入后" in ask(cast.town, LIST).content.decode()


def test_the_list_can_be_filtered(ask: Any, cast: Cast, rows: Any) -> None:
    def codes(**query: str) -> list[str]:
        return [row.code for row in ask(cast.oversight, LIST, query).context["rows"]]

    overlays.decide(rows[city.GRIDS[0]].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
    overlays.decide(rows[city.GRIDS[3]].pk, "refused", seen="suggested", by=cast.oversight, at=MONDAY)
    assert codes() == ["A", "B", "C"]
    assert codes(standing="confirmed") == ["A"]
    assert codes(standing="waiting") == ["B"]
    assert codes(standing="none") == ["C"]
    assert codes(region="990102001000") == ["C"]
    assert codes(system="fire") == []
    assert codes(q="网格B") == ["B"]
    assert ask(cast.oversight, LIST, {"after": "x"}).status_code == 400
    assert [row.code for row in ask(cast.town, LIST).context["rows"]] == ["A", "B"]


def test_pages_follow_one_another(ask: Any, cast: Cast, rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grids.views.overlays.SIZE", 2)
    first = ask(cast.oversight, LIST)
    assert [row.code for row in first.context["rows"]] == ["A", "B"]
    second = ask(cast.oversight, LIST, {"after": str(first.context["next"])})
    assert [row.code for row in second.context["rows"]] == ["C"]


@pytest.mark.usefixtures("steady")
def test_one_row_or_three_cost_the_same(
    ask: Any, cast: Cast, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(by: Actor) -> int:
        ask(by, LIST)
        with CaptureQueriesContext(connection) as found:
            ask(by, LIST)
        return len(found)

    assert statements(cast.far_oversight) == statements(cast.oversight)


def test_a_professional_grid_shows_shares_and_a_map(ask: Any, cast: Cast, rows: Any) -> None:
    row = rows[city.GRIDS[1]]
    answer = ask(cast.town, f"{PAGE}{row.professional_grid_id}/")
    text = answer.content.decode()
    assert "50%" in text
    assert len(answer.context["areas"]["features"]) == 3
    assert 'name="state" value="confirmed"' in text
    assert 'name="state"' not in ask(cast.leader, f"{PAGE}{row.professional_grid_id}/").content.decode()
    assert ask(cast.far_town, f"{PAGE}{row.professional_grid_id}/").status_code == 404
    assert answer.context["next"] == rows[city.GRIDS[0]].professional_grid_id


def test_a_decision_is_made_and_taken_back(ask: Any, cast: Cast, rows: Any) -> None:
    row = rows[city.GRIDS[0]]
    url = f"{PAGE}{row.pk}/decide/"
    answer = ask(cast.town, url, {"state": "confirmed", "seen": "suggested"}, post=True)
    assert answer.url == f"{PAGE}{row.professional_grid_id}/"
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("confirmed", cast.town.user)
    stale = ask(cast.oversight, url, {"state": "refused", "seen": "suggested"}, post=True)
    assert stale.status_code == 409
    assert "冯镇" in stale.content.decode()
    ask(cast.oversight, url, {"state": "suggested", "seen": "confirmed"}, post=True)
    row.refresh_from_db()
    assert row.state == "suggested"


@pytest.mark.parametrize(
    ("name", "status"), [("worker", 403), ("leader", 403), ("far_town", 404), ("outsider", 404)]
)
def test_others_do_not_decide(ask: Any, cast: Cast, rows: Any, name: str, status: int) -> None:
    row = rows[city.GRIDS[0]]
    data = {"state": "confirmed", "seen": "suggested"}
    assert ask(cast.everybody[name], f"{PAGE}{row.pk}/decide/", data, post=True).status_code == status
    row.refresh_from_db()
    assert row.state == "suggested"


def test_the_bulk_confirmation_shows_what_it_would_do(ask: Any, cast: Cast, rows: Any) -> None:
    preview = ask(cast.town, BULK, {"system": "police", "percent": "90"})
    assert (preview.context["total"], preview.status_code) == (3, 200)
    data = {"system": "police", "percent": "90", "region": "", "expected": "3"}
    assert ask(cast.town, BULK, data, post=True).url == PAGE
    assert GridOverlay.objects.filter(state="confirmed").count() == 3
    again = ask(cast.town, BULK, data, post=True)
    assert again.status_code == 409
    assert "预览之后" in again.content.decode()


def test_the_bulk_confirmation_refuses_what_is_no_share_or_no_right(ask: Any, cast: Cast, rows: Any) -> None:
    assert ask(cast.town, BULK, {"percent": "0"}).status_code == 400
    assert ask(cast.town, BULK, {"percent": "abc"}).status_code == 400
    assert ask(cast.leader, BULK).status_code == 403
    assert ask(cast.police, BULK, {"system": "fire"}).status_code == 403
    assert ask(cast.police, BULK, {"system": "police", "percent": "90"}).context["total"] == 2
