"""The measurement of routing on a city's own events: what it learns, what it asks, and on real events where given."""

import csv
import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks import routing
from benchmarks.routing import COLUMNS, Event, learn, main, measure, read, rules_of

FIRST = date(2026, 1, 1)
EVENTS = os.environ.get("ROUTING_EVENTS", "")


def event(number: int, code: str = "010101", path: str = "甲街道/一社区/", unit: str = "城管") -> Event:
    return Event(FIRST + timedelta(days=number), code, path, "12345", unit)


def written(folder: Path) -> Path:
    """A hundred days: roads go to a bureau, stalls to the team of each street."""
    path = folder / "events.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(100):
            street = ("甲街道", "乙街道")[number // 2 % 2]
            matter = ("市政", "道路", "破损") if number % 2 else ("市容", "占道", "摊贩")
            unit = "交通局" if number % 2 else f"{street}执法队"
            facts = (f"{FIRST + timedelta(days=number)}", *matter, street, "一社区", "12345", unit)
            writer.writerow(dict(zip(COLUMNS, facts, strict=True)))
    return path


def test_what_is_read(tmp_path: Path) -> None:
    events = read(written(tmp_path))
    assert len(events) == 100
    assert events[0].day == FIRST
    assert {item.code for item in events} == {"010101", "020101"}
    assert events[0].path == "甲街道/一社区/"


def test_a_rule_is_kept_only_where_it_helps() -> None:
    events = [event(number) for number in range(10)]
    assert [(lesson.code, lesson.unit) for lesson in learn(events)] == [("", "城管")]
    events += [event(number, path="乙街道/二社区/", unit="乙执法队") for number in range(8)]
    found = learn(events)
    assert [(lesson.path, lesson.unit) for lesson in found] == [("乙街道/", "乙执法队"), ("", "城管")]
    assert sum(lesson.gain for lesson in found) == 18
    assert len(learn(events, most=1)) == 1
    assert [rule.region_path for rule in rules_of(found)] == ["乙街道/", ""]


def test_the_later_part_is_asked_with_the_platforms_matching(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = read(written(tmp_path))
    found = measure(events, split=0.7)
    assert (found.train, found.test, found.boundary) == (70, 30, FIRST + timedelta(days=70))
    assert (found.right, found.named, found.unseen_unit) == (1.0, 1.0, 0.0)
    assert found.most_frequent == 0.5
    assert found.by_matter == pytest.approx(0.75, abs=0.04)
    main([str(tmp_path / "events.csv")])
    assert "right unit: 100.0%" in capsys.readouterr().out


def test_a_day_is_never_on_both_sides() -> None:
    events = [event(number // 10) for number in range(100)]
    found = measure(events, split=0.75)
    assert (found.train, found.test) == (70, 30)


@pytest.mark.skipif(not EVENTS, reason="ROUTING_EVENTS names no file of real events")
def test_real_events() -> None:
    events = read(Path(EVENTS))
    found = measure(events, split=0.7)
    assert found.right > found.by_matter > found.most_frequent
    assert found.rules <= routing.MOST_RULES
    assert max(Counter(item.unit for item in events).values()) < len(events)
