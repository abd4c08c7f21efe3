"""The goal panel over REST: the same numbers as the page, targets, roles, statements."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.models import User
from governance.command.goals.figures import panel, place_of
from governance.command.goals.measures import MEASURES
from governance.command.models import GoalTarget
from governance.foundation.clock import local, now
from tests import city
from tests.assessment.props import take_in
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
PANEL, TARGETS = "/api/v1/goals", "/api/v1/goals/targets"
CITY, TOWN, FAR_TOWN = "990100000000", "990101001000", "990102001000"


@pytest.fixture
def enter(cast: Cast, steady: None) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        client = Client()
        backend = "governance.accounts.backends.NameOrPhoneBackend"
        client.force_login(User.objects.get(username=name), backend=backend)
        return client

    return sign_in


def test_the_same_numbers_as_the_page(
    cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = MONDAY + HOUR
    monkeypatch.setattr("governance.command.goals.api.views.now", lambda: at)
    for column in (0, 1, 3):
        make_ticket("accepted", at=MONDAY, column=column)
    take_in(at)
    shown = enter("leader").get(PANEL).json()
    found = panel(cast.leader, place_of(cast.leader, CITY), at=at)
    figures = [item for _goal, some in found.goals for item in some]
    assert (shown["place"], shown["name"]) == (CITY, found.place.name)
    assert [(item["key"], item["part"]["count"], item["whole"]["count"]) for item in shown["figures"]] == [
        (item.measure.key, item.rate.part, item.rate.whole) for item in figures
    ]
    share = next(item for item in shown["figures"] if item["key"] == "worker_share")
    assert share["whole"]["count"] == 3
    assert share["whole"]["url"].startswith("/assessment/indicators/K15/items/?")
    assert {line["code"] for line in shown["lines"]} >= {TOWN, FAR_TOWN}
    assert all(set(line["rates"]) == {measure.key for measure in MEASURES} for line in shown["lines"])
    town = enter("town").get(PANEL).json()
    assert town["place"] == TOWN
    assert next(item for item in town["figures"] if item["key"] == "worker_share")["whole"]["count"] == 2


def test_who_reads_what(cast: Cast, enter: Callable[[str], Client], client: Client) -> None:
    assert enter("town").get(PANEL, {"place": FAR_TOWN}).status_code == 404
    assert enter("town").get(PANEL, {"place": "x"}).status_code == 400
    for name in ("worker", "lead", "auditor", "outsider"):
        for url in (PANEL, TARGETS):
            assert enter(name).get(url).status_code == 403
    assert client.get(PANEL).status_code == 401
    assert client.get(PANEL, headers={"authorization": f"Bearer {city.API_KEY}"}).status_code == 403


def test_targets(cast: Cast, enter: Callable[[str], Client]) -> None:
    boss, today = enter("oversight"), local(now()).date()
    before = {item["measure"]: item for item in boss.get(TARGETS).json()}
    assert (before["on_time"]["valid_from"], before["on_time"]["last_id"]) == (None, 0)
    wanted: dict[str, Any] = {
        "measure": "on_time",
        "value": 97.5,
        "starts_on": f"{today}",
        "reason": "考核办法",
        "last_id": 0,
    }

    def send(client: Client, **changes: Any) -> Any:
        return client.post(TARGETS, wanted | changes, content_type="application/json")

    for changes, status in (
        ({"value": 0}, 422),
        ({"value": 100.5}, 400),
        ({"measure": "luck"}, 400),
        ({"starts_on": "2020-01-01"}, 422),
        ({"reason": ""}, 400),
    ):
        assert send(boss, **changes).status_code == status, changes
    for name in ("leader", "town"):
        assert send(enter(name)).status_code == 403
    assert not GoalTarget.objects.exists()
    made = send(boss)
    assert made.status_code == 201
    after = {item["measure"]: item for item in made.json()}
    assert (after["on_time"]["value"], after["on_time"]["valid_from"]) == ("97.50", f"{today}")
    assert send(boss).status_code == 409
    assert GoalTarget.objects.count() == 1


def test_statements_do_not_grow(make_ticket: MakeTicket, enter: Callable[[str], Client]) -> None:
    boss, counted = enter("oversight"), []
    boss.get(PANEL)
    for number in (1, 3):
        make_ticket("registered", column=number)
        with CaptureQueriesContext(connection) as seen:
            assert boss.get(PANEL).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 16
