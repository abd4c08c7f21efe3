"""Numbers that people enter with a basis: the local average wage of a year, and points for each figure. Never edited:
a later entry for the same year stands for the earlier one, a later year for all years before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.translation import pgettext, pgettext_lazy

from assessment.models import PayValue
from assessment.pay.rules import must_enter
from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Text, Unprocessable
from staffing import contributions

WAGE: Final = "local_wage"
POINTS: Final = "points."


@dataclass(frozen=True, kw_only=True)
class Values:
    """What holds in a year. The wage is of that very year; nothing is carried over to a year that has none."""

    wage: PayValue | None
    points: Mapping[str, Decimal]

    def score(self, figures: Mapping[str, int]) -> Decimal | None:
        """The points of these figures; None while nobody has said what a figure is worth."""
        if not self.points:
            return None
        return sum((worth * figures.get(code, 0) for code, worth in self.points.items()), Decimal(0))


def names() -> list[tuple[str, Text]]:
    """What may be entered, and what it is called."""
    words = pgettext("pay", "Points for each: %(figure)s")
    return [
        (WAGE, pgettext_lazy("pay", "Local average wage, yuan a year")),
        *((f"{POINTS}{code}", words % {"figure": label}) for code, label in contributions.labels().items()),
    ]


def of_year(year: int) -> Values:
    """One statement."""
    newest: dict[str, PayValue] = {}
    rows = PayValue.objects.filter(year__lte=year).select_related("entered_by")
    for row in rows.order_by("year", "entered_at", "pk"):
        newest[row.name] = row
    wage = newest.get(WAGE)
    points = {name.removeprefix(POINTS): row.value for name, row in newest.items() if name.startswith(POINTS)}
    return Values(wage=wage if wage is not None and wage.year == year else None, points=points)


@transaction.atomic
def enter(name: str, *, year: int, value: Decimal, basis: str, by: Actor, at: datetime) -> PayValue:
    """Write a value for a year. Raises Forbidden, Unprocessable."""
    must_enter(by)
    if name not in dict(names()):
        raise Unprocessable(fields={"name": [pgettext("pay", "Choose what is entered")]})
    if name == WAGE and value <= 0:
        raise Unprocessable(fields={"value": [pgettext("pay", "A wage is more than nothing")]})
    if not basis.strip():
        raise Unprocessable(fields={"basis": [pgettext("pay", "Say where the number comes from")]})
    assert by.user is not None, "people enter, not the platform"
    row = PayValue.objects.create(
        name=name, year=year, value=value, basis=basis.strip(), entered_by=by.user, entered_at=at
    )
    details = {"name": name, "year": year, "value": str(value), "basis": row.basis}
    journal.record("pay.enter", by=by, obj=row, at=at, details=details)
    return row
