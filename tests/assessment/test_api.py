"""Indicators over REST: the numbers of the pages, for people by their posts and for systems by scope and region."""

from typing import Any

import pytest
from django.test import Client

from governance.accounts.models import User
from governance.exchange.models import ApiClient
from governance.exchange.scopes import ApiScope
from governance.foundation.api.throttling import BUCKETS, SHARED
from tests import city
from tests.assessment.props import CITY, COMMUNITY, TOWN, parts, take_in
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
BASE = "/api/v1/indicators"
DAYS = {"since": "2026-11-01", "last": "2026-11-30"}


@pytest.fixture(autouse=True)
def _month(cast: Cast, make_ticket: MakeTicket) -> None:
    BUCKETS.clear()
    SHARED.clear()
    make_ticket("closed")
    make_ticket("returned", at=MONDAY + HOUR, column=3)
    make_ticket("dispatched", at=MONDAY + 2 * HOUR, column=1)
    take_in()


def person(name: str) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(username=name), backend="governance.accounts.backends.NameOrPhoneBackend"
    )
    return client


def system(scopes: list[str], regions: list[str]) -> Client:
    ApiClient.objects.filter(code="hotline").update(scopes=scopes, regions=regions)
    return Client(headers={"Authorization": f"Bearer {city.API_KEY}"})


def figures(client: Client, **given: Any) -> dict[tuple[str, str], tuple[int, int]]:
    found = client.get(f"{BASE}/figures", DAYS | given)
    assert found.status_code == 200, found.content
    return {
        (row["code"], row["subject"]): (row["numerator"], row["denominator"])
        for row in found.json()["figures"]
    }


def test_the_same_numbers_as_the_engine() -> None:
    leader = person("leader")
    shown = figures(leader, codes="K02,K15,K54", below="1")
    assert shown["K02", CITY] == parts("K02") == (3, 3)
    assert shown["K15", TOWN] == (0, 2)
    assert shown["K54", CITY] == (None, 3)
    assert len(figures(leader)) == 54
    catalogue = leader.get(BASE).json()
    assert len(catalogue) == 54
    assert next(row for row in catalogue if row["code"] == "K17")["reason"]
    trend = leader.get(f"{BASE}/K02/trend", DAYS).json()
    assert [(day["day"], day["numerator"], day["denominator"], day["percent"]) for day in trend["days"]] == [
        ("2026-11-16", 3, 3, "100.00")
    ]
    assert leader.get(f"{BASE}/K54/trend", DAYS).json()["days"][0]["median_minutes"] == 2
    assert figures(leader, unit="CG", codes="K02") == {("K02", "CG"): (3, 3)}
    found = leader.get(f"{BASE}/figures", DAYS | {"codes": "K05", "place": "990102001000"}).json()["figures"]
    assert (found[0]["denominator"], found[0]["percent"]) == (0, None)


def test_lists_hold_as_many_as_the_number(cast: Cast) -> None:
    leader = person("leader")
    found = leader.get(f"{BASE}/K02/items", DAYS | {"side": "part"}).json()
    assert found["count"] == len(found["items"]) == 3
    assert found["after"] is None
    assert all(item["number"].startswith("WG") and item["in_numerator"] for item in found["items"])
    assert leader.get(f"{BASE}/K02/items", DAYS | {"after": "2026-11-16.1.0"}).json()["items"] == []
    assert person("community").get(f"{BASE}/K02/items", DAYS).json()["count"] == 2


def test_systems_read_what_they_were_given() -> None:
    assert ApiScope.FIGURES not in ApiClient().scopes
    assert system([ApiScope.READ], []).get(BASE).status_code == 403
    town = system([ApiScope.FIGURES], [TOWN])
    assert figures(town, codes="K02") == {("K02", TOWN): (2, 2)}
    assert figures(town, codes="K02", place=COMMUNITY) == {("K02", COMMUNITY): (2, 2)}
    for given in ({"place": CITY}, {"place": "990102001000"}, {"unit": "CG"}):
        assert town.get(f"{BASE}/figures", given).status_code == 404
    assert town.get(f"{BASE}/K02/items", DAYS).status_code == 403
    assert figures(system([ApiScope.FIGURES], []), codes="K02") == {("K02", CITY): (3, 3)}
    assert Client().get(BASE).status_code == 401
    assert system([ApiScope.FIGURES], ["999999999999"]).get(f"{BASE}/figures").status_code == 403


BAD = (
    ("figures", {"place": "12"}, 400),
    ("figures", {"codes": "K02;drop"}, 400),
    ("figures", {"codes": "K02,"}, 400),
    ("figures", {"since": "tomorrow"}, 400),
    ("figures", {"month": "2026-13"}, 422),
    ("figures", {"since": "2026-12-01", "last": "2026-11-01"}, 422),
    ("figures", {"since": "2001-01-01", "last": "2026-11-01"}, 422),
    ("figures", {"place": "999999999999"}, 404),
    ("figures", {"colour": "red"}, 400),
    ("K99/trend", {}, 404),
    ("K02/items", {"side": "sideways"}, 400),
    ("K02/items", {"after": "x"}, 400),
    ("K02/items", {"after": "2026-99-99.1.1"}, 422),
    ("K17/items", {}, 404),
)


def test_bad_questions() -> None:
    leader = person("leader")
    for address, given, status in BAD:
        assert leader.get(f"{BASE}/{address}", given).status_code == status, (address, given)


def test_nobody_elses_numbers() -> None:
    for name in ("auditor", "administrator", "worker", "handler", "outsider"):
        for address in ("", "/figures", "/K02/trend", "/K02/items"):
            assert person(name).get(f"{BASE}{address}").status_code == 403
    assert person("town").get(f"{BASE}/figures", {"place": "990102001000"}).status_code == 404
