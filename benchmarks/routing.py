"""How often a dispatch directory names the unit that really disposed of a matter: learned on the past, asked later.

`python -m benchmarks.routing events.csv [--split 0.7]` reads a city's own events (UTF-8 CSV with `create_time`,
`type`, `main_type`, `sub_type`, `street`, `community`, `source`, `dispose_unit`), turns the earlier part into routing
rules of the platform and lets the platform's own matching decide about the later part. Nothing is stored.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incidents.models import RoutingRule

COLUMNS = ("create_time", "type", "main_type", "sub_type", "street", "community", "source", "dispose_unit")
MOST_RULES, LEAST_GAIN = 500, 2
# From general to particular: digits of the code, parts of the place, whether the source counts.
TEMPLATES = (
    (0, 0, False),
    (2, 0, False),
    (2, 1, False),
    (4, 0, False),
    (4, 1, False),
    (6, 0, False),
    (6, 1, False),
    (6, 2, False),
    (6, 0, True),
    (6, 1, True),
)


@dataclass(frozen=True)
class Event:
    """One event, its matter as a code of two digits a level and its place as a path."""

    day: date
    code: str
    path: str
    source: str
    unit: str


@dataclass(frozen=True)
class Lesson:
    """A rule as it was learned: `gain` more training events right than without it."""

    code: str
    path: str
    source: str
    unit: str
    gain: int


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Shares of the later events; `named` by some rule, the rest left to the dispatcher."""

    train: int
    test: int
    boundary: date
    rules: int
    right: float
    named: float
    most_frequent: float
    by_matter: float
    unseen_unit: float


def read(path: Path) -> list[Event]:
    """The events of a file, oldest first. KeyError for a missing column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{name: row[name].strip() for name in COLUMNS} for row in csv.DictReader(file)]
    codes = _codes({(row["type"], row["main_type"], row["sub_type"]) for row in rows})
    events = [
        Event(
            day=date.fromisoformat(row["create_time"][:10]),
            code=codes[row["type"], row["main_type"], row["sub_type"]],
            path="".join(f"{part}/" for part in (row["street"], row["community"])),
            source=row["source"],
            unit=row["dispose_unit"],
        )
        for row in rows
        if row["dispose_unit"]
    ]
    return sorted(events, key=lambda event: event.day)


def _codes(matters: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """Six digits for each matter, two a level, in the order of their names."""
    children: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for matter in sorted(set(matters)):
        for depth in range(3):
            above, name = matter[:depth], matter[depth]
            if name not in children[above]:
                children[above].append(name)
    return {
        matter: "".join(f"{children[matter[:depth]].index(matter[depth]) + 1:02d}" for depth in range(3))
        for matter in set(matters)
    }


def learn(events: Sequence[Event], *, most: int = MOST_RULES) -> list[Lesson]:
    """Rules from general to particular; one is kept where it sets `LEAST_GAIN` events right that were wrong before."""
    said: dict[Event, str] = {}
    counts = Counter(events)
    kept: list[Lesson] = []
    for digits, parts, is_by_source in TEMPLATES:
        groups: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
        for event in counts:
            source = event.source if is_by_source else ""
            place = "".join(f"{part}/" for part in event.path.split("/")[:parts])
            groups[event.code[:digits], place, source].append(event)
        for (code, path, source), members in sorted(groups.items()):
            units: Counter[str] = Counter()
            for event in members:
                units[event.unit] += counts[event]
            unit, hits = min(units.items(), key=lambda item: (-item[1], item[0]))
            gain = hits - sum(counts[event] for event in members if said.get(event) == event.unit)
            if gain >= LEAST_GAIN:
                kept.append(Lesson(code, path, source, unit, gain))
                said |= dict.fromkeys(members, unit)
    best = set(sorted(kept, key=lambda lesson: -lesson.gain)[:most])
    return [lesson for lesson in reversed(kept) if lesson in best]


def rules_of(lessons: Sequence[Lesson]) -> "list[RoutingRule]":
    """The lessons as rules of the platform, in order, not stored."""
    from incidents.models import RoutingRule

    return [
        RoutingRule(
            name=lesson.unit,
            position=position,
            category_prefix=lesson.code,
            region_path=lesson.path,
            sources=[lesson.source] if lesson.source else [],
            starts_on=date.min,
        )
        for position, lesson in enumerate(lessons, 1)
    ]


def measure(events: Sequence[Event], *, split: float) -> Accuracy:
    """Learn on the days before the split, ask about the days from it on; a day is never on both sides."""
    from incidents.directory import Facts, holds

    boundary = events[int(len(events) * split)].day
    past = [event for event in events if event.day < boundary]
    later = [event for event in events if event.day >= boundary]
    lessons = learn(past)
    rules = rules_of(lessons)
    right = named = 0
    for event in later:
        at = datetime.combine(event.day, datetime.min.time(), tzinfo=UTC)
        facts = Facts(
            category=event.code, path=event.path, source=event.source, urgency="normal", text="", at=at
        )
        first = next((rule for rule in rules if holds(rule, facts)), None)
        named += first is not None
        right += first is not None and first.name == event.unit
    known = {event.unit for event in past}
    usual = Counter(event.unit for event in past).most_common(1)[0][0]
    return Accuracy(
        train=len(past),
        test=len(later),
        boundary=boundary,
        rules=len(rules),
        right=right / len(later),
        named=named / len(later),
        most_frequent=sum(event.unit == usual for event in later) / len(later),
        by_matter=_by_matter(past, later, usual),
        unseen_unit=sum(event.unit not in known for event in later) / len(later),
    )


def _by_matter(past: Sequence[Event], later: Sequence[Event], usual: str) -> float:
    """The share that "the unit that had most of this matter before" would get right."""
    units: dict[str, Counter[str]] = defaultdict(Counter)
    for event in past:
        units[event.code][event.unit] += 1
    said = {code: found.most_common(1)[0][0] for code, found in units.items()}
    return sum(said.get(event.code, usual) == event.unit for event in later) / len(later)


def main(words: Sequence[str]) -> None:
    """Print one line for each figure."""
    import django

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", type=float, default=0.7)
    options = parser.parse_args(words)
    django.setup()
    found = measure(read(options.file), split=options.split)
    print(
        f"learned on {found.train} events before {found.boundary}, asked about {found.test} from that day on"
    )
    print(f"rules: {found.rules}; name a unit for {found.named:.1%} of the later events")
    print(f"right unit: {found.right:.1%}")
    print(f"baseline, most frequent unit of all: {found.most_frequent:.1%}")
    print(f"baseline, most frequent unit of the matter: {found.by_matter:.1%}")
    print(f"units that had never appeared before: {found.unseen_unit:.1%} of the later events")


if __name__ == "__main__":
    main(sys.argv[1:])
