"""GET /events: one goes on where one stopped; who may read, and what is refused."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.exchange.models import ApiClient
from incidents import transitions
from tests.cast import HOUR, MONDAY, Cast, MakeTicket

EVENTS = "/api/v1/events"


@pytest.mark.django_db
class TestOverRest:
    """The same through the door."""

    def test_one_goes_on_where_one_stopped(
        self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling", source="hotline", by=cast.client)
        first = hotline.get(EVENTS, {"limit": 3}).json()
        assert [len(first["events"]), first["has_more"]] == [3, True]
        assert first["events"][0]["type"] == "ticket.registered"
        assert first["events"][2]["unit"]["code"]
        rest = hotline.get(EVENTS, {"after": first["after"]}).json()
        assert [row["type"] for row in rest["events"]] == ["ticket.signed"]
        assert rest["has_more"] is False
        again = hotline.get(EVENTS, {"after": rest["after"]}).json()
        assert again == {"events": [], "after": rest["after"], "has_more": False}
        transitions.urge(ticket.pk, by=cast.duty, at=MONDAY + HOUR, opinion="请尽快")
        news = hotline.get(EVENTS, {"after": rest["after"]}).json()
        assert [row["type"] for row in news["events"]] == ["ticket.urged"]

    def test_from_now_on(self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket(source="hotline", by=cast.client)
        start = hotline.get(EVENTS, {"after": "latest"}).json()
        assert start["events"] == []
        later = make_ticket(source="hotline", by=cast.client)
        rows = hotline.get(EVENTS, {"after": start["after"]}).json()["events"]
        assert [row["ticket"] for row in rows] == [later.number]

    @pytest.mark.parametrize(
        "query", ["after=-1", "after=x", "limit=0", "limit=5001", "since=1", "after=" + "9" * 19]
    )
    def test_what_is_refused(self, hotline: APIClient, query: str) -> None:
        assert hotline.get(f"{EVENTS}?{query}").status_code == 400

    def test_a_cursor_from_the_future_waits(
        self, hotline: APIClient, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket(source="hotline", by=cast.client)
        found = hotline.get(EVENTS, {"after": "9" * 18}).json()
        assert found == {"events": [], "after": "9" * 18, "has_more": False}

    def test_people_and_other_keys_do_not_read_it(self, cast: Cast, sign_in: Any, hotline: APIClient) -> None:
        assert sign_in("dispatcher").get(EVENTS).status_code == 403
        ApiClient.objects.filter(code="hotline").update(scopes=["read", "report", "act"])
        assert hotline.get(EVENTS).json()["code"] == "scope_missing"
