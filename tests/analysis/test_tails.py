"""Tails against values worked out by hand, and the correction for many tests."""

import math

import pytest

from analysis.detecting.tails import adjusted, tail


@pytest.mark.parametrize(
    ("observed", "mean", "expected"),
    [
        (0, 3.0, 1.0),
        (1, 2.0, 1 - math.exp(-2)),
        (3, 2.0, 1 - math.exp(-2) * (1 + 2 + 2)),
        (10, 2.0, 4.6498e-05),
        (5, 0.0, 0.0),
    ],
)
def test_without_dispersion_it_is_poisson(observed: int, mean: float, expected: float) -> None:
    assert tail(observed, mean, 0.0) == pytest.approx(expected, rel=1e-4)


def test_a_dispersion_of_one_is_the_geometric_distribution() -> None:
    """P(Y ≥ k) = (μ / (1 + μ)) ** k."""
    for count in (1, 2, 5, 12):
        assert tail(count, 4.0, 1.0) == pytest.approx((4 / 5) ** count, rel=1e-9)


def test_scatter_makes_a_large_number_less_of_a_surprise() -> None:
    assert tail(20, 8.0, 0.0) < tail(20, 8.0, 0.1) < tail(20, 8.0, 0.5) < 0.2


def test_the_share_of_false_alarms_follows_benjamini_and_hochberg() -> None:
    assert adjusted([0.01, 0.04, 0.03, 0.005], 4) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert adjusted([0.001], 100) == pytest.approx([0.1])
    assert adjusted([0.5, 0.9], 100) == [1.0, 1.0]
    assert adjusted([], 10) == []
