"""Reports in a client's own JSON: mapped, then exactly the ordinary intake; refusals name their places."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from adapters.models import MappedTicket
from governance.exchange.calllog import RECORDER
from governance.exchange.models import ApiClient, ExchangeCall
from incidents.models import Ticket
from tests import city
from tests.adapters.props import DOCUMENT, document, mapping_of, order, released
from tests.api.conftest import _full_buckets, caller
from tests.cast import Cast

__all__ = ["_full_buckets"]
pytestmark = pytest.mark.django_db
HERE = "/api/v1/adapters/hotline-json/tickets"


@pytest.fixture
def hotline(cast: Cast) -> APIClient:
    return caller(city.API_KEY)


def test_a_report_becomes_a_ticket_once(hotline: APIClient, cast: Cast) -> None:
    version = released(cast)
    made = hotline.post(HERE, order())
    assert made.status_code == 201, made.json()
    assert made["X-Mapping-Version"] == "hotline-json/1"
    ticket = Ticket.objects.select_related("category", "grid").get()
    assert made.json()["number"] == ticket.number
    assert (ticket.external_no, ticket.category.code) == ("DH-20261116-0001", "1408")
    assert ticket.title == "老人行动不便"
    assert ticket.grid is not None
    assert ticket.grid.code == city.GRIDS[0]
    assert (ticket.client_id, ticket.sides) == (ApiClient.objects.get(code="hotline").pk, ["adapters"])
    note = MappedTicket.objects.get()
    assert (note.ticket_id, note.version_id, note.external_category) == (ticket.pk, version.pk, "")
    again = hotline.post(HERE, order())
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert (Ticket.objects.count(), MappedTicket.objects.count()) == (1, 1)


def test_their_category_is_kept_in_words(hotline: APIClient, cast: Cast) -> None:
    released(cast, document(category=DOCUMENT["fields"]["category"] | {"unknown": "keep"}))
    assert hotline.post(HERE, order(type="物业/电梯")).status_code == 201
    assert MappedTicket.objects.get().external_category == "物业/电梯"


def test_refusals_name_their_places_and_store_nothing(hotline: APIClient, cast: Cast) -> None:
    released(cast)
    unknown = hotline.post(HERE, order(type="Z99"))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_code")
    assert list(unknown.json()["errors"]) == ["/order/type"]
    sent = order()
    sent["caller"]["tel"] = "call me"
    shape = hotline.post(HERE, sent)
    assert (shape.status_code, list(shape.json()["errors"])) == (400, ["/caller/tel"])
    sent = order()
    sent["where"]["xy"] = [10.0, 20.0]
    place = hotline.post(HERE, sent).json()
    assert (place["status"], place["code"]) == (422, "point_far_away")
    assert list(place["errors"]) == ["/where/xy/0"]
    early = hotline.post(HERE, order(time="2199-01-01 00:00"))
    assert (early.status_code, list(early.json()["errors"])) == (422, ["/order/time"])
    assert not Ticket.objects.exists()
    assert not MappedTicket.objects.exists()


def test_one_bad_row_among_good_ones(hotline: APIClient, cast: Cast) -> None:
    released(cast, DOCUMENT | {"answer": {"names": {"number": "orderNo"}}})
    rows: list[Any] = [order(f"N-{number}") for number in range(12)]
    rows[3] = order("N-3", type="Z")
    rows[7] = "no report"
    answer = hotline.post(HERE, {"data": {"rows": rows}})
    found = answer.json()
    assert (answer.status_code, found["succeeded"], found["failed"]) == (207, 10, 2)
    assert [row["status"] for row in found["results"]] == [201] * 3 + [422] + [201] * 3 + [422] + [201] * 4
    assert found["results"][3]["problem"]["errors"].keys() == {"/order/type"}
    assert found["results"][0]["ticket"].keys() == {"orderNo"}
    assert MappedTicket.objects.count() == Ticket.objects.count() == 10
    again = hotline.post(HERE, rows).json()
    assert [row["status"] for row in again["results"]].count(200) == 10


def test_an_answer_in_their_words(hotline: APIClient, cast: Cast) -> None:
    shape = {
        "names": {"number": "data.orderNo", "state": "/data/status", "created": "data.isNew"},
        "states": {"registered": "10"},
        "constants": {"code": 0, "msg": "ok"},
    }
    released(cast, DOCUMENT | {"answer": shape})
    answer = hotline.post(HERE, order()).json()
    number = Ticket.objects.get().number
    data = {"orderNo": number, "status": "10", "isNew": True}
    assert answer == {"code": 0, "msg": "ok", "data": data}


def test_the_limits_of_a_list(hotline: APIClient, cast: Cast) -> None:
    released(cast)
    many = hotline.post(HERE, [{}] * 1001)
    assert (many.status_code, many.json()["code"]) == (400, "batch_too_long")
    assert hotline.post(HERE, []).status_code == 400
    broken = hotline.generic("POST", HERE, b"[", content_type="application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed")
    more = hotline.generic("POST", HERE, b"{}", content_type="application/json", CONTENT_LENGTH=str(9 << 20))
    assert more.status_code == 413


def test_only_the_client_of_the_mapping(cast: Cast, hotline: APIClient) -> None:
    released(cast)
    other = caller(city.POLICE_KEY).post(HERE, order())
    assert other.status_code == 404
    assert hotline.post("/api/v1/adapters/nothing/tickets", order()).status_code == 404
    assert caller().post(HERE, order()).status_code == 401
    ApiClient.objects.filter(code="hotline").update(scopes=["read"])
    assert hotline.post(HERE, order()).json()["code"] == "scope_missing"
    assert not Ticket.objects.exists()


def test_another_source_than_its_own(hotline: APIClient, cast: Cast) -> None:
    """A source that the client had when the version was checked, and has lost since."""
    ApiClient.objects.filter(code="hotline").update(sources=["hotline", "police"])
    released(cast, document(source={"constant": "police"}))
    ApiClient.objects.filter(code="hotline").update(sources=["hotline"])
    answer = hotline.post(HERE, order())
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_source")
    assert not Ticket.objects.exists()


def test_outside_its_regions(hotline: APIClient, cast: Cast) -> None:
    released(cast)
    ApiClient.objects.filter(code="hotline").update(regions=["990102000000"])
    answer = hotline.post(HERE, order())
    assert (answer.status_code, answer.json()["code"]) == (422, "outside_regions")


def test_no_version_in_force_yet(hotline: APIClient, cast: Cast) -> None:
    mapping_of(cast)
    answer = hotline.post(HERE, order())
    assert (answer.status_code, answer.json()["code"]) == (503, "no_version")


def test_an_idempotency_key_and_the_log(hotline: APIClient, cast: Cast) -> None:
    released(cast)
    first = hotline.post(HERE, order(), headers={"idempotency-key": "k-1"})
    again = hotline.post(HERE, order(), headers={"idempotency-key": "k-1"})
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()
    RECORDER.flush()
    row = ExchangeCall.objects.order_by("id").first()
    assert row is not None
    assert (row.path, row.ticket) == (HERE, Ticket.objects.get().number)
    assert "张三丰" not in row.sent
    assert "13812345678" not in row.sent


def test_the_statements_of_a_report(
    hotline: APIClient, cast: Cast, steady: None, django_assert_num_queries: Any
) -> None:
    released(cast)
    hotline.post(HERE, order("warm"))
    with django_assert_num_queries(7):  # key, version, savepoint, ticket with its rows, note, mark, release
        assert hotline.post(HERE, order("counted")).status_code == 201
