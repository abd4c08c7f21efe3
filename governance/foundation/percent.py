"""How a share is told: two decimals, half up, nothing for a zero denominator (common rules of the indicators)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

CENT: Final = Decimal("0.01")


def percent_of(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """`123, 126` -> `97.62`; None where there is nothing to divide by."""
    if not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(CENT, ROUND_HALF_UP)


def percent_words(part: int, whole: int) -> str:
    """`97.62 %`, or a dash where there is nothing to divide by."""
    value = percent_of(part, whole)
    return "–" if value is None else f"{value} %"
