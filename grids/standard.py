"""Which standard for grids is in force on a day: the newest row begun by then, else the usual one."""

from datetime import date

from grids.checks.plan import Standard
from grids.models import GridStandard


def standard_on(day: date) -> Standard:
    """The standard of that day; without any row the defaults of `Standard` hold."""
    row = GridStandard.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if row is None:
        return Standard()
    return Standard(
        household_min=row.household_min,
        household_max=row.household_max,
        gap_m2=row.gap_m2,
        overlap_m2=row.overlap_m2,
        outside_m2=row.outside_m2,
        sliver_m=row.sliver_m,
    )
