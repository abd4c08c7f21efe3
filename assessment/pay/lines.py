"""The lines: everybody who held a post of a grid in the year, with figures and points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from assessment.pay.values import Values
from governance.accounts.models import User
from grids.models import GridAssignment
from staffing import contributions
from staffing.posting import overlapping
from staffing.rules import inside


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person's year."""

    user: User
    figures: Mapping[str, int]
    score: Decimal | None


def people(paths: Sequence[str], year: int) -> QuerySet[User]:
    """Who held a post inside `paths` on any day of the year, by home unit and name."""
    posts = GridAssignment.objects.filter(
        inside("post__grid__path", paths),
        overlapping(date(year, 1, 1), date(year, 12, 31)),
        user=OuterRef("pk"),
    )
    return User.objects.filter(Exists(posts)).select_related("unit").order_by("unit__code", "name", "pk")


def lines_of(users: Sequence[User], year: int, values: Values) -> list[Line]:
    """Their lines, with as many statements as there are counts, however many people."""
    counted = contributions.of_year([user.pk for user in users], year)
    return [Line(user=user, figures=counted[user.pk], score=values.score(counted[user.pk])) for user in users]
