"""The surge detector on streams of real tickets: false alarms a week, and how soon injected surges are found.

`python -m benchmarks.surges FOLDER` reads `pingshan_events.csv` (a district's grid centre) and
`boston311_2011_first20000.csv.gz` where they are, and prints the tables of docs/analysis.md.
"""

import csv
import gzip
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from analysis.detecting.expecting import kind_of
from analysis.detecting.surging import Key, Limits, evening, outstanding

ROOT = "all"
SHORT = Limits(baseline_days=28, least_days=28)
INJECTED = 60
AWAY = 28
LASTS = 7
Days = dict[Key, Counter[int]]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A stream as series by place and kind, and the days that are judged."""

    name: str
    series: Days
    kinds: Mapping[int, int]
    first: int
    judged: range
    limits: Limits


def pingshan(folder: Path) -> Stream:
    """Communities and types, June to October; September on is denser because of how the sample was drawn."""
    with (folder / "pingshan_events.csv").open(encoding="utf-8") as file:
        rows = [
            (date.fromisoformat(row["create_time"][:10]).toordinal(), row["community"], row["type"])
            for row in csv.DictReader(file)
        ]
    first = date(2018, 6, 1).toordinal()
    judged = range(date(2018, 8, 6).toordinal(), date(2018, 10, 29).toordinal())
    kinds = {}
    known = {}
    with (folder / "cn_holidays.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            known[date.fromisoformat(row["date"]).toordinal()] = row["kind"]
    for day in range(first - 400, judged.stop):
        kinds[day] = kind_of(date.fromordinal(day).weekday(), known.get(day, ""))
    return Stream(
        name="Pingshan",
        series=_series(row for row in rows if row[0] >= first),
        kinds=kinds,
        first=first,
        judged=judged,
        limits=Limits(),
    )


def boston(folder: Path) -> Stream:
    """Neighbourhoods and departments' queues, two months; the baseline has four weeks."""
    with gzip.open(folder / "boston311_2011_first20000.csv.gz", "rt", encoding="utf-8") as file:
        rows = [
            (date.fromisoformat(row["open_dt"][:10]).toordinal(), row["neighborhood"] or "-", row["reason"])
            for row in csv.DictReader(file)
        ]
    first = min(row[0] for row in rows)
    last = max(row[0] for row in rows)
    kinds = {day: date.fromordinal(day).weekday() for day in range(first, last + 1)}
    return Stream(
        name="Boston",
        series=_series(iter(rows)),
        kinds=kinds,
        first=first,
        judged=range(first + 34, last),
        limits=SHORT,
    )


def _series(rows: Iterator[tuple[int, str, str]]) -> Days:
    found: Days = defaultdict(Counter)
    for day, place, kind in rows:
        for key in ((ROOT, ""), (ROOT, kind), (place, ""), (place, kind)):
            found[key][day] += 1
    return dict(found)


def scattered(stream: Stream, seed: int) -> Days:
    """The same tickets, each moved to a day of the same kind within four weeks: slow changes stay, surges are gone."""
    dice = random.Random(seed)
    days = range(stream.first, stream.judged.stop)
    same = {
        day: [
            other for other in days if abs(other - day) <= AWAY and stream.kinds[other] == stream.kinds[day]
        ]
        for day in days
    }
    rows = [
        (dice.choice(same[day]), key[0], key[1])
        for key, series in sorted(stream.series.items())
        if key[0] != ROOT and key[1]
        for day in series.elements()
        if day in same
    ]
    return _series(iter(rows))


def alarms(series: Days, stream: Stream) -> list[tuple[int, Key]]:
    """New alarms, one for each story: what was a surge in the week before is the same one."""
    found: list[tuple[int, Key]] = []
    seen: dict[Key, int] = {}
    for day in stream.judged:
        tonight = evening(series, stream.kinds, day, stream.first, root=ROOT, limits=stream.limits)
        for look in outstanding(tonight.surges(stream.limits), lambda one, other: one == ROOT != other):
            if day - max(seen.get(look.key, -100), seen.get((look.key[0], ""), -100)) > 7:
                found.append((day, look.key))
        seen |= {look.key: day for look in tonight.surges(stream.limits)}
    return found


def delays(stream: Stream, extra: float, *, place: bool, seed: int) -> list[int | None]:
    """Days until an injected surge is found (0: the evening of its first day), None where it is not within a week."""
    dice = random.Random(seed)
    keys = sorted(
        key
        for key, series in stream.series.items()
        if key[1] and (key[0] != ROOT) == place and sum(series.values()) >= 30
    )
    found: list[int | None] = []
    for _turn in range(INJECTED):
        key = dice.choice(keys)
        start = dice.choice(range(stream.judged.start, stream.judged.stop - LASTS))
        mean = sum(stream.series[key].values()) / (stream.judged.stop - stream.first)
        series = dict(stream.series)
        for touched in {key, (ROOT, key[1]), (key[0], ""), (ROOT, "")}:
            series[touched] = Counter(series[touched])
        for day in range(start, start + LASTS):
            added = _poisson(dice, max(extra * mean, 1.0 if place else extra * mean))
            for touched in {key, (ROOT, key[1]), (key[0], ""), (ROOT, "")}:
                series[touched][day] += added
        found.append(_found_after(series, stream, key, start))
    return found


def _found_after(series: Days, stream: Stream, key: Key, start: int) -> int | None:
    for day in range(start, start + LASTS):
        tonight = evening(series, stream.kinds, day, stream.first, root=ROOT, limits=stream.limits)
        if any(look.key == key for look in tonight.surges(stream.limits)):
            return day - start
    return None


def _poisson(dice: random.Random, mean: float) -> int:
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count += 1
        left += dice.expovariate(1)
    return count


def report(stream: Stream) -> dict[str, Any]:
    """The figures of one stream."""
    weeks = len(stream.judged) / 7
    real = alarms(stream.series, stream)
    change = date(2018, 9, 1).toordinal()
    early = [day for day in stream.judged if day < change]
    chance = [len(alarms(scattered(stream, seed), stream)) / weeks for seed in range(3)]
    found: dict[str, Any] = {
        "series": len(stream.series),
        "weeks": round(weeks, 1),
        "alarms_a_week": round(len(real) / weeks, 2),
        "alarms_a_week_before_september": (
            round(7 * sum(day < change for day, _key in real) / len(early), 2) if early else None
        ),
        "of_chance_a_week": round(sum(chance) / len(chance), 2),
    }
    for place in (False, True):
        for extra in (1.0, 2.0, 4.0):
            days = delays(stream, extra, place=place, seed=int(extra * 10) + place)
            hits = [day for day in days if day is not None]
            name = f"{'one place' if place else 'whole city'} x{1 + extra:g}"
            found[name] = (
                f"{100 * len(hits) / len(days):.0f} % found, median day {median(hits) + 1:g}"
                if hits
                else "none found"
            )
    return found


def main() -> None:
    """Print every stream that is there."""
    folder = Path(sys.argv[1])
    for read, name in ((pingshan, "pingshan_events.csv"), (boston, "boston311_2011_first20000.csv.gz")):
        if (folder / name).exists():
            stream = read(folder)
            print(stream.name)
            for key, value in report(stream).items():
                print(f"  {key}: {value}")


if __name__ == "__main__":
    main()
