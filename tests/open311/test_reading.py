"""Discovery, the list of services, definitions: what anybody may read, in both forms and both languages."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.foundation.clock import now
from incidents.catalogue import current as catalogue
from open311 import editions
from tests.open311.conftest import LAMP, LITTER, MANHOLE, TRIAL, V2, Door, edition, json_of, question, xml_of

pytestmark = pytest.mark.django_db


class TestDiscovery:
    @pytest.mark.parametrize("prefix", ["/open311", V2, TRIAL])
    def test_both_forms_say_the_same(self, door: Door, prefix: str) -> None:
        found = json_of(door.line.get(f"{prefix}/discovery.json"))
        root = xml_of(door.line.get(f"{prefix}/discovery.xml"))
        assert root.tag == "discovery"
        assert [root.findtext(name) for name in ("changeset", "contact", "key_service")] == [
            found["changeset"],
            found["contact"],
            found["key_service"],
        ]
        endpoints = root.findall("endpoints/endpoint")
        assert [item.findtext("type") for item in endpoints] == ["production", "test"]
        for item, row in zip(endpoints, found["endpoints"], strict=True):
            assert item.findtext("url") == row["url"]
            assert item.findtext("specification") == "http://wiki.open311.org/GeoReport_v2"
            assert [part.text for part in item.findall("formats/format")] == row["formats"]
            assert row["formats"] == ["text/xml", "application/json"]
            assert datetime.fromisoformat(row["changeset"]) < now()

    def test_every_address_of_it_answers(self, door: Door) -> None:
        found = json_of(door.line.get("/open311/discovery.json"))
        for row in found["endpoints"]:
            path = row["url"].removeprefix("http://testserver")
            assert door.line.get(f"{path}/services.xml").status_code == 200

    def test_the_changeset_follows_the_editions(self, door: Door) -> None:
        before = json_of(door.line.get("/open311/discovery.json"))["changeset"]
        edition({"code": LITTER})
        assert json_of(door.line.get("/open311/discovery.json"))["changeset"] > before


class TestServices:
    def test_the_shipped_edition_is_open(self, door: Door) -> None:
        rows = json_of(door.get("/services.json"))
        codes = [row["service_code"] for row in rows]
        assert codes == sorted(editions.shipped().by_code)
        assert len(codes) > 30
        litter = next(row for row in rows if row["service_code"] == LITTER)
        assert litter == {
            "service_code": LITTER,
            "service_name": "垃圾分类问题",
            "description": "投放点脏乱、混装混运、缺少分类容器。",
            "metadata": False,
            "type": "realtime",
            "keywords": "垃圾分类, 投放点",
            "group": "市容环境",
        }

    def test_both_forms_say_the_same(self, door: Door) -> None:
        rows = json_of(door.get("/services.json"))
        root = xml_of(door.get("/services.xml"))
        assert root.tag == "services"
        told = [{part.tag: part.text or "" for part in item} for item in root.findall("service")]
        assert told == [
            {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}
            for row in rows
        ]

    def test_an_english_reader_gets_english(self, door: Door) -> None:
        answer = door.line.get(f"{V2}/services.json", headers={"accept-language": "en"})
        litter = next(row for row in json_of(answer) if row["service_code"] == LITTER)
        assert (litter["service_name"], litter["group"]) == (
            "Waste-sorting problem",
            "City appearance and sanitation",
        )
        assert litter["keywords"] == "recycling, waste sorting"

    def test_what_is_sensitive_is_never_open(self, door: Door) -> None:
        """Whatever an edition says: 0505 (drugs) is sensitive, 01 is a whole class, 9999 is no matter."""
        edition({"code": LITTER}, {"code": "0505"}, {"code": "9999"})
        assert [row["service_code"] for row in json_of(door.get("/services.json"))] == [LITTER]
        assert door.get("/services/0505.json").status_code == 404

    def test_every_shipped_service_is_a_matter_that_can_be_open(self, door: Door) -> None:
        for code in editions.shipped().by_code:
            assert editions.is_open(catalogue().by_code[code]), code

    def test_two_statements_at_most(self, door: Door, steady: None) -> None:
        door.get("/services.json")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert door.get("/services.xml").status_code == 200
        assert len(queries) == 1, [row["sql"] for row in queries]


class TestDefinition:
    def test_the_questions_of_a_service(self, door: Door) -> None:
        found = json_of(door.get(f"/services/{MANHOLE}.json"))
        assert found["service_code"] == MANHOLE
        assert [row["order"] for row in found["attributes"]] == [1, 2, 3, 4]
        told, cover, state, _guarded = found["attributes"]
        assert (told["variable"], told["datatype"], told["required"], told["values"]) == (
            False,
            "text",
            False,
            [],
        )
        assert cover["datatype"] == "singlevaluelist"
        assert cover["required"] is True
        assert cover["datatype_description"] is None
        assert cover["values"][0] == {"key": "SEWER", "name": "雨水或污水"}
        assert state["datatype"] == "multivaluelist"

    def test_both_forms_say_the_same(self, door: Door) -> None:
        rows = json_of(door.get(f"/services/{LAMP}.json"))["attributes"]
        root = xml_of(door.get(f"/services/{LAMP}.xml"))
        assert (root.tag, root.findtext("service_code")) == ("service_definition", LAMP)
        attributes = root.findall("attributes/attribute")
        assert [item.findtext("datatype") for item in attributes] == ["string", "number", "datetime"]
        assert [item.findtext("code") for item in attributes] == [row["code"] for row in rows]
        assert [item.findtext("variable") for item in attributes] == ["true"] * 3
        assert attributes[0].find("values") is not None

    def test_a_service_without_questions_has_an_empty_list(self, door: Door) -> None:
        assert json_of(door.get(f"/services/{LITTER}.json")) == {"service_code": LITTER, "attributes": []}

    def test_values_in_xml(self, door: Door) -> None:
        edition({"code": LITTER, "questions": [question("Q", "singlevaluelist")]})
        root = xml_of(door.get(f"/services/{LITTER}.xml"))
        values = root.findall("attributes/attribute/values/value")
        assert [(item.findtext("key"), item.findtext("name")) for item in values] == [
            ("A", "选项A"),
            ("B", "选项B"),
        ]


class TestAddresses:
    def test_unknown_things_are_404_in_the_form_that_was_asked_for(self, door: Door) -> None:
        for path in ("/services/9999", "/requests/WG000", "/tokens/none"):
            root = xml_of(answer := door.get(f"{path}.xml"))
            assert (answer.status_code, root.tag, root.findtext("error/code")) == (404, "errors", "404")
            errors = json_of(answer := door.get(f"{path}.json"))
            assert answer.status_code == 404
            assert [row["code"] for row in errors] == [404]
            assert root.findtext("error/description") == errors[0]["description"]

    @pytest.mark.parametrize(
        "path", ["/services", "/services.yaml", "/nothing.xml", "/", "/requests/", "/services/.xml"]
    )
    def test_a_wrong_address_is_answered_in_xml(self, door: Door, path: str) -> None:
        answer = door.get(path)
        assert answer.status_code == 404
        assert xml_of(answer).findtext("error/code") == "404"

    def test_a_wrong_address_that_ends_with_json_in_json(self, door: Door) -> None:
        answer = door.get("/nothing.json")
        assert (answer.status_code, json_of(answer)[0]["code"]) == (404, 404)

    def test_jurisdictions(self, door: Door) -> None:
        for known in ("", "990100000000", "testserver"):
            assert door.get("/services.json", jurisdiction_id=known).status_code == 200
        answer = door.get("/services.json", jurisdiction_id="elsewhere.gov")
        assert (answer.status_code, json_of(answer)[0]["code"]) == (404, 404)

    def test_other_methods_are_refused_in_the_same_words(self, door: Door) -> None:
        answer = door.line.delete(f"{V2}/requests.xml")
        assert (answer.status_code, xml_of(answer).findtext("error/code")) == (405, "405")

    def test_programs_in_browsers_may_read(self, door: Door) -> None:
        assert door.get("/services.json")["Access-Control-Allow-Origin"] == "*"

    def test_head_is_answered(self, door: Door) -> None:
        answer = door.line.head(f"{V2}/services.json")
        assert (answer.status_code, answer.content) == (200, b"")


class TestLimit:
    def test_nobody_in_particular_is_limited(self, door: Door) -> None:
        edition({"code": LITTER}, per_minute=1)
        taken, refused = (door.get("/services.json") for _time in range(2))
        assert (taken.status_code, refused.status_code) == (200, 429)
        assert json_of(refused)[0]["code"] == 429
        assert int(refused["Retry-After"]) > 0
        assert taken["RateLimit-Policy"] == '"minute";q=1;w=60'

    def test_a_key_has_a_limit_of_its_own(self, door: Door) -> None:
        edition({"code": LITTER}, per_minute=1)
        keyed = [
            door.line.get(f"{V2}/services.json", {"api_key": "wg_test_app_key_0001"}) for _time in range(3)
        ]
        assert [answer.status_code for answer in keyed] == [200, 200, 200]
