"""The page of access compliance: figures in the reader's area, and the tickets behind each of them."""

from typing import Any

import pytest
from django.test import Client

from governance.accounts.actors import Actor
from governance.foundation.clock import local, now
from governance.foundation.errors import Unprocessable
from incidents import transitions
from mandates import standing
from tests.cast import DUTY_OF_GRID, ERRAND, LITTER, Cast, MakeTicket
from tests.mandates.props import duty_list

pytestmark = pytest.mark.django_db
URL, ROWS = "/mandates/compliance/", "/mandates/compliance/tickets/"


@pytest.fixture
def told(cast: Cast, make_ticket: MakeTicket) -> None:
    """One covered task, one given for a reason, one stopped; today."""
    at = now()
    duty_list([("basic", LITTER, "分类"), ("taken_back", ERRAND, "代办")], since=local(at).date())
    standing.forget()
    make_ticket("dispatched", category=LITTER, to="G1", at=at)
    make_ticket("dispatched", category=ERRAND, to="G1", at=at, override_reason="节日慰问")
    stopped = make_ticket("accepted", category=DUTY_OF_GRID, at=at)
    with pytest.raises(Unprocessable):
        transitions.dispatch(stopped.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=at)


def ask(client: Client, by: Actor, url: str, **query: Any) -> Any:
    client.force_login(by.user)  # type: ignore[arg-type]
    return client.get(url, query)


@pytest.mark.usefixtures("told")
class TestPage:
    def test_figures(self, client: Client, cast: Cast) -> None:
        answer = ask(client, cast.oversight, URL)
        text = answer.content.decode()
        assert "50.0 %" in text
        assert answer.context["whole"].blocked == 1
        assert "文津街道" in text
        assert ask(client, cast.far_town, URL).context["whole"].tasks == 0

    def test_who_may(self, client: Client, cast: Cast) -> None:
        for name in ("lead", "handler", "leader", "town", "community", "dispatcher"):
            assert ask(client, getattr(cast, name), URL).status_code == 200
        for name in ("worker", "auditor", "outsider"):
            assert ask(client, getattr(cast, name), URL).status_code == 403
            assert ask(client, getattr(cast, name), ROWS).status_code == 403

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({}, 2),
            ({"what": "covered"}, 1),
            ({"what": "uncovered"}, 1),
            ({"what": "blocked"}, 1),
            ({"what": "strange"}, 2),
            ({"line": "CG"}, 1),
            ({"what": "blocked", "line": "RQ"}, 0),
            ({"since": "2020-01-01", "until": "2020-02-01"}, 0),
            ({"since": "2020-02-01", "until": "2020-01-01"}, 2),
            ({"since": "x", "until": "y"}, 2),
        ],
    )
    def test_the_tickets_behind(self, client: Client, cast: Cast, query: dict[str, str], count: int) -> None:
        answer = ask(client, cast.oversight, ROWS, **query)
        assert (answer.status_code, len(answer.context["rows"])) == (200, count)

    def test_of_a_town(self, client: Client, cast: Cast) -> None:
        here, there = cast.region("990101001000").path, cast.region("990102001000").path
        assert len(ask(client, cast.oversight, ROWS, town=here).context["rows"]) == 2
        assert ask(client, cast.oversight, ROWS, town=there).context["rows"] == []

    def test_what_the_rows_say(self, client: Client, cast: Cast) -> None:
        text = ask(client, cast.oversight, ROWS, what="uncovered").content.decode()
        assert "节日慰问" in text
        assert "上级收回" in text
        assert "无有效事项依据" in ask(client, cast.oversight, ROWS, what="blocked").content.decode()


def test_without_lists_it_says_so(client: Client, cast: Cast) -> None:
    answer = ask(client, cast.oversight, URL)
    assert "任务下达不受限制" in answer.content.decode()
    assert "—" in answer.content.decode()
