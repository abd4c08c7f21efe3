"""Statistical disclosure control of one list of counts that adds up to a total: small ones are left out, and others
until nobody can work one out from the rest. Pure.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from governance.foundation.percent import percent_of

WHOLE_PERCENT: Final = Decimal(1)


def left_out(counts: Mapping[str, int | None], total: int | None, least: int) -> set[str]:
    """Those from 1 to `least` - 1, those that are not known, and the smallest others as long as a reader who takes the
    shown ones from the total would learn a single count, or a rest below `least`. Without a total nothing is learned.
    """
    hidden = {key for key, count in counts.items() if count is None or 0 < count < least}
    if total is None:
        return hidden
    while hidden:
        shown = {key: count for key, count in counts.items() if key not in hidden and count}
        rest = total - sum(shown.values())
        if not shown or (len(hidden) > 1 and rest >= least):
            return hidden
        hidden.add(min(shown, key=lambda key: (shown[key], key)))
    return hidden


def told_rate(part: int, whole: int, least: int) -> tuple[Decimal | None, bool]:
    """The percentage, and whether it is rounded to whole percents: so where one of the two sides is small. None for a
    group below `least`, and for nothing at all.
    """
    percent = percent_of(part, whole)
    if percent is None or whole < least:
        return None, False
    if 0 < min(part, whole - part) < least:
        return percent.quantize(WHOLE_PERCENT, ROUND_HALF_UP), True
    return percent, False
