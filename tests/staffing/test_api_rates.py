"""Staffing over REST: rates of one's own places, no names, nothing for clients."""

from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.foundation.api.throttling import BUCKETS
from grids.models import GridAssignment, GridPost
from staffing.queries.standard import requirements
from tests import city
from tests.cast import Cast

pytestmark = pytest.mark.django_db
URL = "/api/v1/staffing"


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    BUCKETS.clear()


@pytest.fixture
def get(cast: Cast) -> Any:
    def ask(name: str, **query: str) -> Any:
        client = APIClient()
        client.force_login(
            cast.everybody[name].user, backend="governance.accounts.backends.NameOrPhoneBackend"
        )
        return client.get(URL, query)

    return ask


def test_rates_of_the_own_places_without_names(get: Any, cast: Cast) -> None:
    post = GridPost.objects.create(grid=cast.grid(0), kind="grid_patroller")
    GridAssignment.objects.create(post=post, user=cast.worker.user, starts_on=date(2026, 1, 1))
    answer = get("oversight", on="2026-11-20")
    assert answer.status_code == 200
    rows = answer.json()["results"]
    wanted = [row for row in requirements(date(2026, 11, 20)) if row.is_required]
    if wanted:
        assert [row["place"]["name"] for row in rows] == ["文津街道", "石桥镇"]
        assert rows[0]["total"]["filled"] <= rows[0]["total"]["required"]
        assert [row["place"]["name"] for row in get("town", on="2026-11-20").json()["results"]] == [
            "文津街道"
        ]
        assert len(get("oversight", level="grid", on="2026-11-20").json()["results"]) == 4
    assert "王巡" not in answer.content.decode()


def test_a_region_narrows_and_cannot_widen(get: Any) -> None:
    codes = [row["place"]["code"] for row in get("town", region="990102001000").json()["results"]]
    assert codes == []
    assert get("town", region="990199000000").status_code == 422
    assert get("town", region="1").status_code == 400
    assert get("town", level="village").status_code == 400


def test_not_for_clients_workers_or_outsiders(get: Any, cast: Cast) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {city.API_KEY}")
    assert client.get(URL).status_code == 403
    assert APIClient().get(URL).status_code == 401
    for name in ("worker", "handler", "auditor", "outsider"):
        assert get(name).status_code == 403, name


def test_what_has_not_changed_is_304(get: Any, cast: Cast) -> None:
    etag = get("oversight", on="2026-11-20")["ETag"]
    client = APIClient()
    client.force_login(cast.oversight.user, backend="governance.accounts.backends.NameOrPhoneBackend")
    again = client.get(URL, {"on": "2026-11-20"}, headers={"if-none-match": etag})
    assert again.status_code == 304
