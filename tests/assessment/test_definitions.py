"""Definitions as data: read, waiting, broken; loaded from a file, followed by versions; the semantic layer's words."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessment.definitions import by_code, definitions, in_force, read
from assessment.freezing import freeze_due
from assessment.kinds import Fact, Kind
from assessment.loading import SHIPPED, faults_of, load, load_shipped, read_file
from assessment.models import IndicatorDefinition
from assessment.running import catch_up
from governance.foundation.errors import Invalid
from tests.assessment.props import LATER, NOVEMBER, figure, parts, take_in
from tests.cast import Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db
WAITING = {"K04", "K10", "K17"}
GOOD: dict[str, Any] = {
    "code": "X1",
    "name": "当场办结占比",
    "name_en": "On the spot",
    "shape": "rate",
    "whole": {"kind": "closed"},
    "part": {"kind": "closed", "all": ["self_handled"]},
    "formula": "-",
    "formula_en": "-",
    "basis": "-",
}


def row(**changes: Any) -> IndicatorDefinition:
    return IndicatorDefinition(**GOOD | {"version": 1, "valid_from": date(2020, 1, 1), "id": 9} | changes)


def written(folder: Path, *entries: dict[str, Any]) -> Path:
    path = folder / "own.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def test_the_shipped_ones_are_sound() -> None:
    load_shipped()
    assert load_shipped() == 0
    known = definitions()
    assert [item.code for item in known if item.fault] == []
    assert {item.code for item in known if item.awaited} == WAITING
    wanted = {f"K{number:02}" for number in (*range(1, 26), *range(31, 39), 42, 47, 53, 54)}
    assert {item.code.partition(".")[0] for item in known} == wanted
    assert all(item.formula and item.basis for item in known)
    assert [fault for entry in read_file(SHIPPED) for fault in faults_of(entry)] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"whole": {}}, "未指明"),
        ({"whole": "closed"}, "未指明"),
        ({"whole": {"kind": "closed", "any": []}}, "any"),
        ({"whole": {"kind": "closed", "all": ["purple"]}}, "purple"),
        ({"whole": {"kind": "closed", "all": "worker"}}, "列表"),
        ({"whole": {"kind": "closed", "all": ["worker"], "none": ["worker"]}}, "同一事实"),
        (
            {"whole": {"kind": "closed", "all": ["worker"]}, "part": {"kind": "closed", "none": ["worker"]}},
            "相反",
        ),
        ({"shape": "duration", "whole": {"kind": "closed"}}, "时长"),
        ({"shape": "circle"}, "circle"),
    ],
)
def test_a_broken_one_is_explained(changes: dict[str, Any], words: str) -> None:
    assert words in read(row(**changes)).fault
    assert not read(row(**changes)).can_count
    assert faults_of(GOOD | changes) != []


def test_beside_a_broken_one_the_others_are_counted(cast: Cast, make_ticket: MakeTicket) -> None:
    load_shipped()
    IndicatorDefinition.objects.filter(code="K01").update(part={"kind": "accept_due", "all": ["purple"]})
    make_ticket("accepted")
    take_in()
    found = figure("K01")
    assert (found.whole, found.percent) == (0, None)
    assert "purple" in found.reason
    assert parts("K15") == (0, 1)
    assert "响应" in figure("K10").reason or figure("K10").reason


def test_a_version_counts_its_own_days(cast: Cast, make_ticket: MakeTicket, tmp_path: Path) -> None:
    make_ticket("accepted", at=shanghai(10, 9))
    make_ticket("accepted", at=shanghai(20, 9), column=3)
    take_in()
    entry = next(dict(entry) for entry in read_file(SHIPPED) if entry["code"] == "K15")
    assert load(written(tmp_path, entry), since=date(2026, 11, 15)) == []
    entry |= {"part": {"kind": "accepted", "none": ["worker_first"]}, "formula": "试行口径"}
    assert load(written(tmp_path, entry), since=date(2026, 11, 15)) == ["K15"]
    assert figure("K15", period=NOVEMBER).whole == 0, "not before it has been summed up"
    catch_up(at=LATER)
    assert parts("K15") == (1, 2), "one by the old formula, one by the new"
    versions = by_code(definitions())["K15"]
    assert [item.version for item in versions] == [1, 2]
    assert in_force(versions, date(2026, 11, 14)).version == 1
    assert in_force(versions, date(2026, 11, 15)).formula == "试行口径"
    assert in_force(versions, date(1999, 1, 1)).version == 1
    assert versions[0].holds(date(2026, 11, 14))
    assert not versions[0].holds(date(2026, 11, 15))
    with pytest.raises(Invalid):
        load(written(tmp_path, entry | {"formula": "又改"}), since=date(2026, 11, 15))
    freeze_due(at=shanghai(5, 9, month=12))
    with pytest.raises(Invalid):
        load(written(tmp_path, entry | {"formula": "又改"}), since=date(2026, 11, 30))
    assert load(written(tmp_path, entry | {"formula": "又改"}), since=date(2026, 12, 1)) == ["K15"]
    catch_up(at=LATER)
    assert parts("K15") == (1, 2)


def test_a_file_with_faults_changes_nothing(db: None, tmp_path: Path) -> None:
    load_shipped()
    before = IndicatorDefinition.objects.count()
    for entries in (
        [{"code": "X1"}],
        [GOOD | {"colour": "red"}],
        [GOOD, GOOD | {"code": "X2", "shape": "circle"}],
    ):
        with pytest.raises(Invalid) as refused:
            load(written(tmp_path, *entries), since=date(2026, 1, 1))
        assert refused.value.fields
    for text in ("{", '{"code": 1}', "[1]"):
        path = tmp_path / "bad.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Invalid):
            read_file(path)
        with pytest.raises(CommandError):
            call_command("load_indicators", str(path), "--since", "2026-01-01")
    with pytest.raises(Invalid):
        read_file(tmp_path / "nowhere.json")
    assert IndicatorDefinition.objects.count() == before
    call_command("load_indicators", str(written(tmp_path, GOOD)), "--since", "2026-01-01")
    assert IndicatorDefinition.objects.count() == before + 1
    call_command("load_indicators", str(written(tmp_path, GOOD)), "--since", "2026-01-01")
    assert IndicatorDefinition.objects.count() == before + 1


def test_facts_are_bits_in_their_order() -> None:
    facts = tuple(Fact(name=name, label=name) for name in ("first", "second", "third"))
    kind = Kind(number=1, name="k", label="k", when="k", facts=facts)
    assert kind.mask(["first", "third", "third"]) == 5
    assert [fact.name for fact in kind.known(6)] == ["second", "third"]
    with pytest.raises(KeyError):
        kind.mask(["fourth"])
