"""Two decimals, half up; nothing out of nothing is no rate."""

from decimal import Decimal

import pytest

from governance.foundation.percent import percent_of, percent_words


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (123, 126, "97.62"),
        (911, 972, "93.72"),
        (157, 157, "100.00"),
        (0, 3, "0.00"),
        (1, 800, "0.13"),
        (3, 800, "0.38"),
    ],
)
def test_half_up(part: int, whole: int, told: str) -> None:
    assert percent_of(part, whole) == Decimal(told)
    assert percent_words(part, whole) == f"{told} %"


def test_a_zero_denominator_has_no_rate() -> None:
    assert percent_of(0, 0) is None
    assert percent_words(0, 0) == "–"
