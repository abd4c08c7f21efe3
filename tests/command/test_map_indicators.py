"""Areas of the map by an indicator: the engine's own figures, by month, for the reader's places alone."""

from typing import Any

import pytest
from django.test import Client

from assessment.loading import load_shipped
from governance.accounts.actors import Actor
from governance.command.map.indicators import MONTHS, choices, months
from governance.foundation.clock import local
from tests import city
from tests.assessment.props import take_in
from tests.cast import DUTY_OF_GRID, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
MONTH, BOX = "2026-11", "118,30,119,32"


@pytest.fixture
def get(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("governance.command.map.indicators.now", lambda: MONDAY)
    load_shipped()

    def ask(by: Actor, **query: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get("/map/indicator.json", {"code": "K02", "month": MONTH} | query)

    return ask


def test_months_and_choices(cast: Cast) -> None:
    shown = months(local(MONDAY).date())
    assert (len(shown), shown[0], shown[-1], shown[-11]) == (MONTHS, "2024-12", "2026-11", "2026-01")
    take_in()
    assert "K02" in dict(choices(cast.leader))
    for by in (cast.handler, cast.lead, cast.worker, cast.outsider):
        assert choices(by) == [], "figures of places are not for everybody"


def test_communities_from_afar_and_grids_of_the_window(get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("closed", to="G1", category=DUTY_OF_GRID)
    make_ticket("closed", to="G1", category=DUTY_OF_GRID)
    take_in()
    said = get(cast.leader).json()
    found = dict(
        zip(said["codes"], zip(said["parts"], said["wholes"], said["values"], strict=True), strict=True)
    )
    assert set(found) == {"990101001001", "990101001002", "990102001001"}
    part, whole, value = found["990101001001"]
    assert whole > 0
    assert value == round(100 * part / whole, 2)
    assert found["990102001001"] == (0, 0, None)
    assert said["formula"]
    near = get(cast.leader, box=BOX).json()
    assert set(near["codes"]) == set(city.GRIDS)
    assert sum(near["wholes"]) == whole
    assert near["is_cut"] is False
    assert sum(get(cast.leader, month="2026-10").json()["wholes"]) == 0


def test_the_own_places_alone(get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("closed", to="G1", category=DUTY_OF_GRID)
    take_in()
    assert get(cast.far_town).json()["codes"] == ["990102001001"]
    assert get(cast.far_town, box=BOX).json()["codes"] == [city.GRIDS[3]]
    assert get(cast.worker).status_code == 403
    assert get(cast.auditor).status_code == 403


def test_nonsense(get: Any, cast: Cast) -> None:
    for month in ("", "2026-12", "1999-01", "x"):
        assert get(cast.leader, month=month).status_code == 400, month
    assert get(cast.leader, code="K99").status_code == 404
    assert get(cast.leader, box="x").status_code == 400
