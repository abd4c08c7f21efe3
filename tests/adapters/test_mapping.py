"""Rules of a mapping: paths, codes, times, defaults, joined texts; every fault by its place."""

from typing import Any

import pytest

from adapters.document import Plan, read_document
from adapters.mapping import Mapped, turn
from adapters.paths import MISSING, look, pointer_of, put, tokens_of
from governance.foundation.errors import Unprocessable
from tests import city
from tests.adapters.props import DOCUMENT, document, order


def turned(sent: Any, **fields: Any) -> Mapped:
    return turn(read_document(document(**fields)), sent)


def codes(found: Mapped) -> dict[str, tuple[str, str]]:
    return {fault.name: (fault.pointer, fault.code) for fault in found.faults}


class TestPaths:
    @pytest.mark.parametrize(
        ("text", "tokens"),
        [
            ("/a/b~1c/0", ("a", "b/c", "0")),
            ("a.b.0", ("a", "b", "0")),
            ("/a~0b", ("a~b",)),
            ("单号", ("单号",)),
        ],
    )
    def test_two_spellings(self, text: str, tokens: tuple[str, ...]) -> None:
        assert tokens_of(text) == tokens

    @pytest.mark.parametrize(
        "text", ["", "/", "a..b", "/a//b", "/a~2", "a\nb", "x" * 201, ".".join("a" * 13)]
    )
    def test_no_path(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"(?s).*"):
            tokens_of(text)

    def test_what_is_not_there_is_missing(self) -> None:
        sent = {"a": [{"b": None}], "c": "text"}
        assert look(sent, ("a", "0", "b")) is None
        for tokens in (("a", "1"), ("a", "-1"), ("a", "01"), ("a", "x"), ("c", "0"), ("d",)):
            assert look(sent, tokens) is MISSING
        assert not MISSING

    def test_a_pointer_leads_back(self) -> None:
        assert tokens_of(pointer_of(("a/b", "c~d"))) == ("a/b", "c~d")

    def test_put_makes_the_way(self) -> None:
        found: dict[str, Any] = {"a": 1}
        put(found, ("a", "b"), 2)
        put(found, ("c",), 3)
        assert found == {"a": {"b": 2}, "c": 3}


class TestTurning:
    def test_a_whole_report(self) -> None:
        found = turned(order())
        lon, lat = city.centre(0)
        assert found.faults == []
        assert found.body == {
            "source": "hotline",
            "external_no": "DH-20261116-0001",
            "demand_type": "complaint",
            "category": "1408",
            "urgency": "normal",
            "title": "老人行动不便",
            "content": "老人行动不便。请上门代办手续",
            "place": "书院社区东门",
            "point": {"lon": lon, "lat": lat, "coord_system": "wgs84"},
            "citizen": {"name": "张三丰", "phone": "13812345678", "needs_reply": True},
            "occurred_at": "2026-11-16T08:30:00+08:00",
        }
        assert {item.name: item.how for item in found.turned}["category"] == "code"

    def test_unknown_codes_by_policy(self) -> None:
        rule = DOCUMENT["fields"]["category"]
        sent = order(type="Z99")
        refused = turned(sent)
        assert codes(refused) == {"category": ("/order/type", "unknown_code")}
        with pytest.raises(Unprocessable) as caught:
            refused.must_be_whole()
        assert (caught.value.code, list(caught.value.fields)) == ("unknown_code", ["/order/type"])
        fallen = turned(sent, category=rule | {"unknown": "default"})
        assert (fallen.body["category"], fallen.words, fallen.faults) == ("1408", "", [])
        kept = turned(sent, category=rule | {"unknown": "keep"})
        assert (kept.body["category"], kept.words) == ("1408", "Z99")
        assert {item.name: item.how for item in kept.turned}["category"] == "kept"

    def test_numbers_as_codes_and_codes_of_flags(self) -> None:
        sent = order(level=1)
        sent["caller"]["back"] = "N"
        found = turned(sent)
        assert (found.body["urgency"], found.body["citizen"]["needs_reply"]) == ("critical", False)

    @pytest.mark.parametrize(
        ("rule", "given", "wanted"),
        [
            ({"format": "epoch"}, 1795683600, "2026-11-26T09:00:00+00:00"),
            ({"format": "epoch_ms"}, "1795683600000", "2026-11-26T09:00:00+00:00"),
            ({"format": "iso"}, "2026-11-25T18:00:00Z", "2026-11-25T18:00:00+00:00"),
            ({"format": "iso", "zone": "UTC"}, "2026-11-25T18:00", "2026-11-25T18:00:00+00:00"),
            ({"format": "%d.%m.%Y %H:%M"}, "25.11.2026 18:00", "2026-11-25T18:00:00+08:00"),
            ({"format": "%Y-%m-%dT%H:%M:%S%z"}, "2026-11-25T18:00:00+0900", "2026-11-25T18:00:00+09:00"),
        ],
    )
    def test_times(self, rule: dict[str, str], given: Any, wanted: str) -> None:
        found = turned(order(due=given), external_due_at={"path": "/order/due"} | rule)
        assert found.body["external_due_at"] == wanted

    @pytest.mark.parametrize("given", ["tomorrow", True, {"x": 1}, 1e300, "2026-13-01", [1]])
    @pytest.mark.parametrize("wanted", ["iso", "epoch", "%Y-%m-%d"])
    def test_no_times(self, given: Any, wanted: str) -> None:
        found = turned(order(due=given), external_due_at={"path": "/order/due", "format": wanted})
        assert codes(found) == {"external_due_at": ("/order/due", "wrong_time")}

    def test_wrong_types_are_told_where_they_stand(self) -> None:
        sent = order(no={"a": 1}, title=True)
        sent["where"]["xy"] = [[1], "north"]
        sent["caller"]["back"] = "perhaps"
        assert codes(turned(sent)) == {
            "external_no": ("/order/no", "wrong_type"),
            "title": ("/order/title", "wrong_type"),
            "content": ("/order/title", "wrong_type"),
            "point.lon": ("/where/xy/0", "wrong_type"),
            "point.lat": ("/where/xy/1", "wrong_type"),
            "citizen.needs_reply": ("/caller/back", "unknown_code"),
        }

    @pytest.mark.parametrize("given", [True, "是", "Y", 1, "true"])
    def test_yes_without_a_table(self, given: Any) -> None:
        assert (
            turned(order(secret=given), confidential={"path": "/order/secret"}).body["confidential"] is True
        )

    def test_no_and_neither(self) -> None:
        rule = {"path": "/order/secret"}
        assert turned(order(secret="否"), confidential=rule).body["confidential"] is False
        assert codes(turned(order(secret="2"), confidential=rule)) == {
            "confidential": ("/order/secret", "wrong_type")
        }

    def test_files(self) -> None:
        rule = {"path": "/order/files"}
        assert turned(order(files=["a"]), attachments=rule).body["attachments"] == ["a"]
        assert codes(turned(order(files="a"), attachments=rule))["attachments"][1] == "wrong_type"

    def test_what_is_needed_and_missing(self) -> None:
        assert codes(turned({})) == {
            "external_no": ("/order/no", "missing_value"),
            "content": ("/order/title", "missing_value"),
        }, "the category has a default"
        assert codes(turned([])) == {"": ("/", "not_an_object")}
        with pytest.raises(Unprocessable) as caught:
            turned(order(type="Z", time="x")).must_be_whole()
        assert caught.value.code == "unmappable"

    def test_a_whole_number_loses_its_fraction(self) -> None:
        assert turned(order(20261116.0)).body["external_no"] == "20261116"


class TestReading:
    def faults(self, data: Any) -> dict[str, Any]:
        with pytest.raises(Unprocessable) as caught:
            read_document(data)
        assert caught.value.code == "bad_mapping"
        return dict(caught.value.fields)

    def test_the_whole_document(self) -> None:
        plan = read_document(DOCUMENT)
        assert isinstance(plan, Plan)
        assert plan.pointer("citizen.phone") == "/caller/tel"
        assert plan.pointer("point") == "/where/xy/0"
        assert plan.pointer("source") == "source", "a constant has no place of theirs"

    @pytest.mark.parametrize(
        "rule",
        [
            "text",
            {},
            {"path": "/a", "constant": "b"},
            {"path": ["/a", "/b"]},
            {"path": 5},
            {"path": "a..b"},
            {"path": "/a", "constant": {"x": 1}},
            {"path": "/a", "default": "x" * 121},
            {"path": "/a", "eval": "1+1"},
            {"path": "/a", "codes": [1]},
            {"path": "/a", "codes": {"1": 2}},
            {"path": "/a", "unknown": "guess"},
            {"path": "/a", "unknown": ["x"]},
            {"path": "/a", "unknown": "default"},
            {"path": "/a", "unknown": "keep", "default": "normal"},
            {"path": "/a", "separator": "x" * 9},
        ],
    )
    def test_faults_of_a_rule(self, rule: Any) -> None:
        assert list(self.faults(document(urgency=rule))) == ["urgency"]

    @pytest.mark.parametrize(
        "rule",
        [
            {"format": "%Q"},
            {"format": "noon"},
            {"format": "%H:%M"},
            {"format": 5},
            {"zone": "Mars/Base"},
            {"zone": "../etc"},
        ],
    )
    def test_faults_of_a_time(self, rule: Any) -> None:
        assert list(self.faults(document(occurred_at={"path": "/a"} | rule))) == ["occurred_at"]

    def test_codes_where_there_are_none(self) -> None:
        assert list(self.faults(document(title={"path": "/a", "codes": {"a": "b"}}))) == ["title"]

    @pytest.mark.parametrize(
        ("more", "place"),
        [
            ({"rows": "a..b"}, "rows"),
            ({"answer": {"text": 1}}, "answer"),
            ({"answer": 5}, "answer"),
            ({"answer": {"names": [1]}}, "answer"),
            ({"answer": {"names": {"title": "x"}}}, "answer.names"),
            ({"answer": {"names": {"number": ""}}}, "answer.names"),
            ({"answer": {"states": {"lost": "1"}}}, "answer.states"),
            ({"answer": {"constants": {"code": [0]}}}, "answer.constants"),
            ({"program": "x"}, "program"),
        ],
    )
    def test_faults_beside_the_fields(self, more: dict[str, Any], place: str) -> None:
        assert list(self.faults(DOCUMENT | more)) == [place]

    def test_no_mapping_at_all(self) -> None:
        for data in (None, [], {"fields": []}):
            assert list(self.faults(data)) == ["fields"]
        needed = ["category", "content", "external_no", "source"]
        assert sorted(self.faults({"fields": {"colour": {"path": "/a"}}})) == sorted(["colour", *needed])
