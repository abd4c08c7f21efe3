"""Categories, units, and the document of the API itself."""

from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from incidents.catalogue import current as catalogue
from incidents.states import MOVES
from tests.api.conftest import SignIn

pytestmark = pytest.mark.django_db


def test_categories(hotline: APIClient) -> None:
    rows = hotline.get("/api/v1/categories").json()
    assert len(rows) == len(catalogue().selectable()) == 263
    assert {row["level"] for row in rows} == {2, 3}
    found = next(row for row in rows if row["code"] == "0411")
    assert (found["name"], found["full_name"], found["parent_code"]) == (
        "借贷债务纠纷",
        "矛盾纠纷 / 借贷债务纠纷",
        "04",
    )
    english = hotline.get("/api/v1/categories", headers={"accept-language": "en"}).json()
    assert next(row for row in english if row["code"] == "0411")["name"].isascii()


def test_units(hotline: APIClient, sign_in: SignIn) -> None:
    rows = hotline.get("/api/v1/units").json()
    assert {"CMD", "T1", "W1", "G1", "CG"} <= {row["code"] for row in rows}
    assert next(row for row in rows if row["code"] == "W1")["parent"] == "T1"
    grids = sign_in("worker").get("/api/v1/units", {"tier": "grid"}).json()
    assert [row["code"] for row in grids] == ["G1", "G2", "G3", "G4"]
    assert hotline.get("/api/v1/units", {"tier": "moon"}).status_code == 400


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_the_document_is_valid_and_complete(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "api.yaml"))


def test_the_document_is_served_without_a_key(nobody: APIClient) -> None:
    answer = nobody.get("/api/schema/", headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert nobody.get("/api/docs/").status_code == 200


@pytest.mark.parametrize("verb", MOVES, ids=lambda verb: verb.name)
def test_every_verb_is_described_with_its_own_body(document: dict[str, Any], verb: Any) -> None:
    operation = document["paths"][f"/api/v1/tickets/{{number}}/{verb.name}"]["post"]
    assert operation["operationId"] == f"tickets_{verb.name}"
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    name = reference.rsplit("/", 1)[1]
    assert name == "".join(part.title() for part in verb.name.split("_")) + "Request"
    body = document["components"]["schemas"][name]
    assert set(body["properties"]) == {need.name for need in verb.needs} | {"version"}
    assert set(body.get("required", ())) == {need.name for need in verb.needs if need.required}


SIGNED_BY_THEIR_SENDER = {"/api/v1/adapters/{code}/messages"}
"""Channels that cannot send a key of ours; their own signature is judged."""


def test_problems_and_the_key_are_described(document: dict[str, Any]) -> None:
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        if path.startswith("/api/v1/")
        for method, operation in methods.items()
    ]
    verbs = {f"/api/v1/tickets/{{number}}/{verb.name}" for verb in MOVES}
    assert verbs <= {path for path, *_ in operations}
    for path, method, operation in operations:
        expected = {"400", "401", "429", "503"}
        if method == "post":
            expected |= {"403", "409", "413", "415", "422"}
        if "{" in path:
            expected.add("404")
        assert expected <= set(operation["responses"]), (path, method)
        for status in expected:
            media = operation["responses"][status]["content"]["application/problem+json"]
            assert media["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert path in SIGNED_BY_THEIR_SENDER or {"apiKey": []} in operation["security"], path
        assert operation["summary"]
    scheme = document["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
