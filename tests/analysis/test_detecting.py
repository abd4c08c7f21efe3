"""The detectors on made-up cities: what is a surge or a hot spot, and what is not."""

import csv
import random
from collections import Counter
from pathlib import Path

import pytest

from analysis.detecting.clustering import neighbours, spots
from analysis.detecting.expecting import day_factors, fitted, kind_of, season_factor
from analysis.detecting.surging import Limits, evening, outstanding

LIMITS = Limits()
DAY = 1000
KINDS = {day: day % 7 for day in range(DAY + 1)}
ROOT = "0"


def city(places: int, mean: int, *, seed: int = 1) -> dict[tuple[str, str], Counter[int]]:
    """Places with about so many tickets a day over ten weeks, and their sum."""
    dice = random.Random(seed)
    found: dict[tuple[str, str], Counter[int]] = {(ROOT, ""): Counter()}
    for place in range(1, places + 1):
        days = Counter(dice.choice(range(DAY - 69, DAY + 1)) for _ticket in range(70 * mean))
        found[f"0{place}", ""] = days
        found[ROOT, ""].update(days)
    return found


def test_a_quiet_city_has_no_surge() -> None:
    for seed in range(5):
        assert evening(city(20, 3, seed=seed), KINDS, DAY, 0, root=ROOT, limits=LIMITS).surges(LIMITS) == []


def test_a_place_with_five_times_its_tickets_is_found_and_told_once() -> None:
    counts = city(20, 3)
    for day in range(DAY - 2, DAY + 1):
        counts["07", ""][day] += 12
        counts[ROOT, ""][day] += 12
    found = evening(counts, KINDS, DAY, 0, root=ROOT, limits=LIMITS)
    looks = found.surges(LIMITS)
    assert {look.key[0] for look in looks} == {"07"}
    assert {look.window for look in looks} == {1, 7}
    day = next(look for look in looks if look.window == 1)
    assert day.observed >= 12
    assert 2 < day.expected < 5, "what the place does by itself"
    assert day.q <= LIMITS.false_share
    assert len(outstanding(looks, lambda one, other: one == ROOT)) == 1


def test_when_everything_grows_only_the_city_is_a_surge() -> None:
    counts = city(20, 3)
    dice = random.Random(9)
    for place in range(1, 21):
        for _ticket in range(7 * 6):
            day = dice.choice(range(DAY - 6, DAY + 1))
            counts[f"0{place}", ""][day] += 1
            counts[ROOT, ""][day] += 1
    found = evening(counts, KINDS, DAY, 0, root=ROOT, limits=LIMITS)
    assert {look.key for look in found.surges(LIMITS)} == {(ROOT, "")}


def test_weekends_are_no_surge_where_they_are_always_busy() -> None:
    """Ten times as many on the seventh day of each week: expected on that day, a surge on another."""
    counts = {(ROOT, ""): Counter({day: 40 if day % 7 == DAY % 7 else 4 for day in range(DAY - 69, DAY + 1)})}
    assert evening(counts, KINDS, DAY, 0, root=ROOT, limits=LIMITS).surges(LIMITS) == []
    moved = {(ROOT, ""): Counter({day: count for day, count in counts[ROOT, ""].items() if day < DAY})}
    moved[ROOT, ""][DAY - 1] = 40
    assert evening(moved, KINDS, DAY - 1, 0, root=ROOT, limits=LIMITS).surges(LIMITS) != []


def test_nothing_is_judged_without_four_weeks_of_past() -> None:
    counts = {(ROOT, ""): Counter({DAY: 100})}
    found = evening(counts, KINDS, DAY, DAY - 20, root=ROOT, limits=LIMITS)
    assert (found.tests, found.looks, found.baseline_days) == (0, [], 14)


def test_a_few_tickets_are_never_a_surge() -> None:
    counts = city(5, 3) | {("0x", ""): Counter({DAY: 4})}
    assert "0x" not in {
        look.key[0] for look in evening(counts, KINDS, DAY, 0, root=ROOT, limits=LIMITS).surges(LIMITS)
    }


def test_last_year_raises_the_expectation_of_a_season() -> None:
    """The same weeks a year ago had three times as many as the weeks before them."""
    counts = Counter(dict.fromkeys(range(DAY - 100, DAY + 1), 10))
    counts.update(dict.fromkeys(range(DAY - 364 - 100, DAY - 364 - 14), 10))
    counts.update(dict.fromkeys(range(DAY - 364 - 14, DAY - 364 + 15), 30))
    for day in range(DAY - 6, DAY + 1):
        counts[day] = 19
    known = {(ROOT, ""): counts}
    assert evening(known, KINDS, DAY, 0, root=ROOT, limits=LIMITS).surges(LIMITS) == []
    without = {(ROOT, ""): Counter({day: n for day, n in counts.items() if day > DAY - 200})}
    assert evening(without, KINDS, DAY, DAY - 200, root=ROOT, limits=LIMITS).surges(LIMITS) != []


def test_an_old_surge_does_not_hide_a_new_one() -> None:
    usual = fitted([4] * 56, [1.0] * 56)
    spoilt = fitted([4] * 50 + [60] * 6, [1.0] * 56)
    assert usual.level == pytest.approx(4, abs=0.05)
    assert spoilt.level < 7, "days far above the model are cut"


def test_factors_are_drawn_towards_one() -> None:
    assert day_factors([], [])[3] == 1.0
    factors = day_factors([1, 0, 0, 0, 0, 0, 0], list(range(7)))
    assert 1.0 < factors[0] < 1.1
    assert season_factor(10, 0, 10, 56) == 1.0
    assert season_factor(10_000, 29, 56, 56) == 2.0
    assert season_factor(0, 29, 5600, 56) == 0.5


def test_kinds_of_days() -> None:
    assert [kind_of(2, ""), kind_of(2, "holiday"), kind_of(6, "makeup_workday")] == [2, 6, 0]


class TestHotSpots:
    def field(self, size: int = 12) -> dict[int, tuple[float, float]]:
        """Grids a kilometre apart."""
        return {
            row * size + column: (118.5 + column * 0.0105, 31.1 + row * 0.009)
            for row in range(size)
            for column in range(size)
        }

    def test_neighbours_are_the_nearest_four_within_reach(self) -> None:
        near = neighbours(self.field(), 1500)
        assert sorted(near[13]) == [1, 12, 14, 25]
        assert sorted(near[0]) == [1, 12, 13], "a corner has three within reach"

    def test_a_cluster_is_found_once_at_its_peak(self) -> None:
        dice = random.Random(3)
        points = self.field()
        counts = Counter(dice.choice(list(points)) for _ticket in range(288))
        counts.update({65: 14, 66: 20, 67: 13, 54: 9, 78: 9})
        found = spots(counts, neighbours(points, 1500), false_share=0.05, least=6, times=1.5)
        assert [spot.peak for spot in found] == [66]
        assert found[0].z > 4
        assert found[0].q < 0.05
        assert found[0].observed > 5 * found[0].expected

    def test_chance_makes_no_hot_spot(self) -> None:
        points = self.field()
        near = neighbours(points, 1500)
        for seed in range(8):
            dice = random.Random(seed)
            counts = Counter(dice.choice(list(points)) for _ticket in range(400))
            assert spots(counts, near, false_share=0.05, least=6, times=1.5) == []

    def test_too_few_grids_or_tickets_say_nothing(self) -> None:
        few = {1: (118.5, 31.1), 2: (118.51, 31.1)}
        assert spots(Counter({1: 50}), neighbours(few, 1500), false_share=0.05, least=6, times=1.5) == []
        assert spots(Counter(), neighbours(self.field(), 1500), false_share=0.05, least=6, times=1.5) == []


REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.skipif(
    not (REAL / "pingshan_events.csv").exists(), reason="the real stream is not on this machine"
)
def test_a_real_stream_is_mostly_quiet() -> None:
    """The district's own stream for two weeks: at most five new stories a week, and the day of a burst among them."""
    from benchmarks import surges

    with (REAL / "pingshan_events.csv").open(encoding="utf-8") as file:
        assert sum(1 for _row in csv.DictReader(file)) == 6952
    stream = surges.pingshan(REAL)
    found = surges.alarms(stream.series, stream)
    weeks = len(stream.judged) / 7
    assert 0 < len(found) / weeks <= 5
