"""Everybody lands where the work is."""

import pytest
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("dispatcher", "/inbox/"),
        ("lead", "/inbox/"),
        ("leader", "/dashboard/"),
        ("worker", "/m/"),
        ("police", "/m/"),
        ("part_timer", "/m/"),
        ("mediator", "/mediation/"),
        ("outsider", "/inbox/"),
    ],
)
def test_where_one_lands(client: Client, cast: Cast, who: str, where: str) -> None:
    client.force_login(cast.everybody[who].user)
    assert client.get("/").headers["Location"] == where
    assert client.get(where).status_code == 200


def test_the_path_above_a_ticket_leads_where_one_may_go(client: Client, cast: Cast) -> None:
    client.force_login(cast.mediator.user)
    data = {
        "key": "5d1d0a43-62c7-4d53-9c84-4c4c7b7f3f10", "source": "walk_in", "demand_type": "help",
        "urgency": "normal", "category": "0401", "content": "邻里争执，请求调解", "place": "书院社区",
        "region_code": "990101001001",
    }  # fmt: skip
    there = client.post("/tickets/new/", data).headers["Location"]
    page = client.get(there).content.decode()
    assert 'href="/inbox/"' not in page
    assert 'href="/tickets/"' in page
