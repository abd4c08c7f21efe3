"""Other people's words for what a server must answer: the published JSON schemas, and the client `georeport`.

The schemas are not part of this project. They are read from `OPEN311_SCHEMAS`, or from where they lie beside it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from georeport import GeoReport
from jsonschema import Draft7Validator, FormatChecker
from requests import HTTPError

from governance.foundation.clock import now
from incidents import transitions
from incidents.models import Ticket
from tests import city
from tests.cast import Cast
from tests.open311.conftest import KEY, LAMP, LITTER, MANHOLE, Door, json_of, number_of

BESIDE = Path(__file__).parents[3] / "shared" / "data" / "open311"
SCHEMAS = Path(os.environ.get("OPEN311_SCHEMAS") or BESIDE)
needs_schemas = pytest.mark.skipif(
    not (SCHEMAS / "schema-request.json").is_file(), reason="the published schemas are not here"
)


def faults(name: str, value: Any) -> list[str]:
    """What a schema has against a value."""
    schema = json.loads((SCHEMAS / f"schema-{name}.json").read_text(encoding="utf-8"))
    return [
        error.message for error in Draft7Validator(schema, format_checker=FormatChecker()).iter_errors(value)
    ]


def filled(door: Door, cast: Cast) -> list[str]:
    """Requests in several states, one of them with everything that a form can carry."""
    answers = {"attribute[COVER]": "SEWER", "attribute[STATE][]": ["BROKEN", "NOISY"]}
    whole = {
        "address_string": "东门",
        "email": "a@example.org",
        "media_url": "https://pictures.example/1.jpg",
    }
    made = [
        number_of(door.post()),
        number_of(door.post(service_code=MANHOLE, **answers, **whole)),
        number_of(door.post(service_code=LAMP, lat=None, long=None, address_id=city.GRIDS[1])),
    ]
    first, second = (Ticket.objects.get(number=number).pk for number in made[:2])
    transitions.accept(second, by=cast.dispatcher, at=now())
    transitions.reject(first, by=cast.dispatcher, at=now(), reason_code="beyond_duty", opinion="不属受理范围")
    return made


@needs_schemas
@pytest.mark.django_db
class TestSchemas:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_services_and_definitions(self, door: Door, language: str) -> None:
        line = door.line
        rows = json_of(line.get("/open311/v2/services.json", headers={"accept-language": language}))
        assert isinstance(rows, list)
        assert rows
        for row in rows:
            assert faults("service", row) == []
            definition = json_of(line.get(f"/open311/v2/services/{row['service_code']}.json"))
            assert faults("service-definition", definition) == []

    def test_requests(self, door: Door, cast: Cast) -> None:
        made = filled(door, cast)
        for params in ({}, {"api_key": KEY}, {"extensions": "true", "api_key": KEY}):
            rows = json_of(door.get("/requests.json", **params))
            assert isinstance(rows, list)
            assert len(rows) == len(made)
            for row in rows:
                assert faults("request", row) == []
        for number in made:
            (row,) = json_of(door.get(f"/requests/{number}.json"))
            assert faults("request", row) == []

    def test_the_schemas_themselves_refuse_something(self) -> None:
        assert faults("request", {"service_request_id": 1, "status": "pending"})
        assert faults("service", {"service_code": 1})
        assert faults("service-definition", {"service_code": "1", "attributes": [{"variable": "true"}]})


@pytest.mark.django_db(transaction=True)
def test_the_client_of_others_reads_everything(door: Door, cast: Cast, live_server: Any) -> None:
    made = filled(door, cast)
    for form in ("json", "xml"):
        client = GeoReport(f"{live_server.url}/open311/v2/", output_format=form)
        services = client.get_service_list()
        assert {row["service_code"] for row in services} >= {LITTER, MANHOLE, LAMP}
        definition = client.get_service_definition(MANHOLE)
        attributes = definition["attributes"]
        assert len(attributes if form == "json" else attributes["attribute"]) == 4
        rows = client.get_service_requests()
        assert [row["service_request_id"] for row in rows] == made[::-1]
        assert [row["service_request_id"] for row in client.get_service_requests(status="open")] == made[
            :0:-1
        ]
        both = client.get_service_requests(service_request_id=",".join(made[:2]))
        assert {row["status"] for row in both} == {"open", "closed"}
        one = client.get_service_request(made[1])
        assert (one["service_code"], one["description"]) == (MANHOLE, "投放点垃圾满溢，已有三天")
        lon, lat = city.centre(0)
        assert (float(one["lat"]), float(one["long"])) == (pytest.approx(lat), pytest.approx(lon))
        with pytest.raises(HTTPError, match="404"):
            client.get_service_request("WG00000000000000")
        with pytest.raises(HTTPError, match="400"):
            client.get_service_requests(status="pending")
    elsewhere = GeoReport(f"{live_server.url}/open311/v2", jurisdiction="elsewhere.gov")
    with pytest.raises(HTTPError, match="404"):
        elsewhere.get_service_list()
