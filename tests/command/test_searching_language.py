"""The search language: every filter of the list in both languages and both directions, faults with their places."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override

from governance.command.searching.language import Reading, examples, read, suggestions, written
from governance.command.searching.language.keys import KEYS, known_keys
from incidents.catalogue import current as catalogue
from incidents.views.links import FLAGS, LISTS, NUMBERS, SINCES, TEXTS, UNTILS, filter_from
from tests import city
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)


def asked(text: str, person: int | None = 7) -> Reading:
    return read(text, person=person, today=TODAY)


def query(text: str) -> dict[str, list[str]]:
    reading = asked(text)
    assert not reading.faults, [fault.words for fault in reading.faults]
    return {key: reading.query.getlist(key) for key in reading.query}


READ: list[tuple[str, dict[str, list[str]]]] = [
    ("路灯 不亮", {"q": ["路灯 不亮"]}),
    ('"占道 经营" 10:30', {"q": ["占道 经营 10:30"]}),
    ("状态:办理中", {"state": ["handling"]}),
    ("state：handling", {"state": ["handling"]}),
    ("状态:已结案,已归档", {"state": ["closed", "archived"]}),
    ("镇街:文津街道", {"region": ["990101001000"]}),
    ("镇街:wjjd 垃圾", {"region": ["990101001000"], "q": ["垃圾"]}),
    ("社区:书院社区", {"region": ["990101001001"]}),
    ("grid:990101001001001", {"region": ["990101001001001"]}),
    ("地点:9901/990101/990101009/", {"path": ["9901/990101/990101009/"]}),
    ("地点:9901/990101/", {"region": ["990101000000"]}),
    ("超期:是", {"late": ["1"]}),
    ("-曾超期:是", {"overdue": ["0"]}),
    ("urged:no", {"urged": ["0"]}),
    ("-urged:no", {"urged": ["1"]}),
    ("创建:>2026-01-01", {"since": ["2026-01-02"]}),
    ("创建:>=2026-01-01", {"since": ["2026-01-01"]}),
    ("登记:<2026-01-01", {"until": ["2025-12-31"]}),
    ("created:≤2026-01-01", {"until": ["2026-01-01"]}),
    ("created:2026-02", {"since": ["2026-02-01"], "until": ["2026-02-28"]}),
    ("created:2026-01-03..2026-01-05", {"since": ["2026-01-03"], "until": ["2026-01-05"]}),
    ("created:..2026-01", {"until": ["2026-01-31"]}),
    ("created:7天", {"since": ["2026-11-10"]}),
    ("created:>=7d", {"since": ["2026-11-10"]}),
    ("到期:今天", {"due_since": ["2026-11-16"], "due_until": ["2026-11-16"]}),
    ("due:yesterday", {"due_since": ["2026-11-15"], "due_until": ["2026-11-15"]}),
    ("办结:本月", {"closed_since": ["2026-11-01"], "closed_until": ["2026-11-16"]}),
    ("closed:this-week", {"closed_since": ["2026-11-16"], "closed_until": ["2026-11-16"]}),
    ("closed:今年", {"closed_since": ["2026-01-01"], "closed_until": ["2026-11-16"]}),
    ("due:<2026-11-22T20:30:06", {"due_until": ["2026-11-22T20:30:06"]}),
    ("登记人:我", {"reporter": ["7"]}),
    ("reporter:12", {"reporter": ["12"]}),
    ("紧急程度:紧急", {"urgency": ["urgent"]}),
    ("类别:03", {"category": ["03"]}),
    ("层级:city", {"level": ["city"]}),
]


@pytest.mark.usefixtures("cast")
def test_texts_become_the_query_of_the_list() -> None:
    for text, wanted in READ:
        assert query(text) == wanted, text


def test_units_and_categories_by_name_code_and_initials(cast: Cast) -> None:
    unit = cast.unit("CG")
    name = next(row for row in catalogue().selectable() if row.code == "0106")
    for text in ("主办:CG", "lead:城市管理局", "当前单位:cg"):
        (found,) = query(text).values()
        assert found == [str(unit.pk)], text
    assert query("lead:rq") == {"lead": [str(cast.unit("RQ").pk)]}
    assert query("lead:yzrqgs") == {"lead": [str(cast.unit("RQ").pk)]}
    assert query("主办:城市管理局") == {"lead": [str(unit.pk)]}
    assert query(f"类别:{name.label}")["category"] == ["0106"]


@pytest.mark.usefixtures("cast")
def test_minus_takes_all_the_others() -> None:
    found = query("-状态:办理中")["state"]
    assert "handling" not in found
    assert {"registered", "closed"} <= set(found)
    assert asked("-状态:办理中").chips[0].value == "≠ 办理中"


FAULTS = [
    ("路灯 状态:处理", 6, 8, "没有“处理”"),
    ("状況:办理中", 0, 2, "是否要用“状态”"),
    ("xyz:1", 0, 3, "没有“xyz”"),
    ("创建:明年", 3, 5, "不是日期"),
    ("创建:2026-13", 3, 10, "不是日期"),
    ("创建:9999-12-31..2026-01-01", 3, 25, "截止日"),
    ("创建:..", 3, 5, "至少要有一个日期"),
    ("超期:否", 3, 4, "只能写“是”"),
    ("催办:也许", 3, 5, "只能写"),
    ("镇街:东苑", 3, 5, "没有名为"),
    ("社区:社区", 3, 5, "对应多项"),
    ("-镇街:文津街道", 4, 8, "不能取反"),
    ("状态:", 0, 3, "缺少内容"),
    ("状态:,", 3, 4, "缺少内容"),
    ("紧急程度:紧急,特急", 5, 10, "只能写一个值"),
    ("催办:是 催办:否", 8, 9, "写了两次"),
    ("镇街:文津街道 社区:书院社区", 11, 15, "写了两次"),
    ("登记人:他", 4, 5, "只能写“我”"),
    ("创建:>0001-01-01 到期:<0001-01-01", 18, 29, "不是日期"),
]


@pytest.mark.usefixtures("cast")
def test_faults_say_where_and_why() -> None:
    for text, start, end, words in FAULTS:
        (fault,) = asked(text).faults
        assert (fault.start, fault.end) == (start, end), (text, fault)
        assert words in fault.words, (text, fault.words)
        assert fault.before + fault.marked + fault.after == text
        assert fault.place == start + 1


@pytest.mark.usefixtures("cast")
def test_several_faults_are_told_together_and_nothing_breaks_on_nonsense() -> None:
    assert len(asked("状态:x 催办:y 来源:z").faults) == 3
    for text in (
        '"',
        "“",
        ":::",
        "状态:\x00",
        "-",
        "--:",
        "a" * 5000,
        "创建:" + "9" * 300,
        "地点:../..",
        "' OR 1=1",
    ):
        asked(text)
    assert len(asked("长" * 900).text) <= 400


@pytest.mark.usefixtures("cast")
def test_a_chip_can_be_taken_away() -> None:
    first, second = asked("路灯 状态:办理中 超期:是").chips
    assert (first.label, first.value, first.without) == ("状态", "办理中", "路灯 超期:是")
    assert query(second.without) == {"q": ["路灯"], "state": ["handling"]}


def samples(cast: Cast) -> dict[str, Any]:
    """One value for every key that the list's query knows."""
    known: dict[str, Any] = dict.fromkeys(FLAGS, "1") | {"late": "1", "in_time": "0", "ground": "then"}
    known |= dict.fromkeys(SINCES, "2026-11-01") | dict.fromkeys(UNTILS, "2026-11-22T20:30:06")
    known |= {
        "holder": str(cast.unit("CG").pk),
        "lead": str(cast.unit("E1").pk),
        "reporter": "12",
        "hour": "8",
    }
    known |= {"q": "路灯", "category": "0106", "urgency": "urgent", "demand": "help", "without": "grid"}
    known |= {"area": "118.1,30.1;118.2,30.1;118.2,30.2"}
    known |= {"level": "city", "asked": "return", "closure": "handled", "region": "990101001001001"}
    return known | {"state": ["handling", "closed"], "source": [next(iter(catalogue().sources))]}


def test_every_filter_of_the_list_can_be_written_and_read_again(cast: Cast) -> None:
    known = samples(cast)
    assert {*TEXTS, *LISTS, *NUMBERS, *FLAGS, *SINCES, *UNTILS} <= set(known), "a filter without words"
    for language in ("zh-hans", "en"):
        with override(language):
            for name, value in known.items():
                one = QueryDict(mutable=True)
                one.setlist(name, value if isinstance(value, list) else [value])
                again = asked(written(one, today=TODAY))
                assert not again.faults, (name, written(one, today=TODAY), again.faults)
                assert filter_from(again.query, MONDAY) == filter_from(one, MONDAY), (
                    name,
                    written(one, today=TODAY),
                )
    everything = QueryDict(mutable=True)
    for name, value in known.items():
        everything.setlist(name, value if isinstance(value, list) else [value])
    text = written(everything, today=TODAY)
    assert filter_from(asked(text).query, MONDAY) == filter_from(everything, MONDAY)
    assert written(QueryDict("cursor=x&view=3"), today=TODAY) == ""
    assert asked(written(QueryDict("path=9901/990101/990101009/"), today=TODAY)).query["path"]


@pytest.mark.usefixtures("cast")
def test_words_of_keys_are_unambiguous_and_examples_can_be_read() -> None:
    assert len({id(key) for key in known_keys().values()}) == len(KEYS)
    for language in ("zh-hans", "en"):
        with override(language):
            for text in examples():
                assert asked(text).chips, text
                assert not asked(text).faults, text


def completed(text: str) -> list[str]:
    cursor = text.index("|")
    plain = text.replace("|", "")
    return [plain[: item.start] + item.text + plain[item.end :] for item in suggestions(plain, cursor)]


@pytest.mark.usefixtures("cast")
def test_completion_of_keys_and_values() -> None:
    assert "状态:" in completed("|")
    assert len(completed("|")) == 10
    assert completed("状|") == ["状态:"]
    assert completed("路灯 状| 垃圾") == ["路灯 状态: 垃圾"]
    assert completed("-urg|") == ["-紧急程度:", "-催办:"]
    assert completed("状态:办|") == ["状态:办理中"]
    assert completed("状态:已结案,已归|") == ["状态:已结案,已归档"]
    assert completed("催办:|") == ["催办:是", "催办:否"]
    assert completed("超期:|") == ["超期:是"]
    assert "创建:今天" in completed("创建:|")
    assert completed("登记人:|") == ["登记人:我"]
    assert completed("镇街:wj|") == ["镇街:文津街道"]
    assert len(completed("网格:|")) == len(city.GRIDS)
    assert completed("网格:" + city.GRIDS[0] + "|")[0].startswith("网格:")
    assert completed("主办:rq|") == ["主办:云泽燃气公司"]
    assert completed("类别:0106|")[0].startswith("类别:")
    assert completed("状况:办|") == completed("天气晴|") == []
    assert completed("路灯|") == []
