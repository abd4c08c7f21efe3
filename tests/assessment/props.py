"""What the tests of counting share: taking in what there is, and reading figures and their lists."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import Sum as Added

from assessment.definitions import definitions
from assessment.drilling import listing
from assessment.figures import Asked, Figure, figures
from assessment.loading import load_shipped
from assessment.models import Cell, DayCell, MonthCell, Occasion
from assessment.periods import Period
from assessment.running import catch_up
from assessment.subjects import Subject, of_place, of_unit
from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from tests.cast import DAY, MONDAY

CITY, TOWN, COMMUNITY = "990100000000", "990101001000", "990101001001"
LATER = MONDAY + 30 * DAY
NOVEMBER = Period(since=date(2026, 11, 1), until=date(2026, 12, 1))


def take_in(at: datetime = LATER) -> int:
    """Everything there is now, with the shipped definitions."""
    load_shipped()
    return catch_up(at=at)


def place(code: str) -> Subject:
    """A region or grid of the test city."""
    level = {4: "city", 6: "district", 9: "town", 12: "community", 15: "grid"}
    digits = len(code.rstrip("0")) if len(code) == 12 else 15
    known = {"990100000000": "city", "990101000000": "district", "990102000000": "district"}
    if len(code) == 15:
        return of_place(code, "grid", code)
    return of_place(
        code, known.get(code) or ("town" if code.endswith("000") else level.get(digits, "community")), code
    )


def unit(code: str) -> Subject:
    """A unit of the test city."""
    return of_unit(OrgUnit.objects.get(code=code).pk)


def asked(
    codes: Sequence[str], *subjects: Subject, period: Period = NOVEMBER, sensitive: bool = True
) -> Asked:
    """What is asked for, of the city unless it is said."""
    rows = [row for row in definitions() if not codes or row.code in codes]
    return Asked(definitions=rows, subjects=subjects or (place(CITY),), period=period, sensitive=sensitive)


def figure(
    code: str, subject: Subject | None = None, *, period: Period = NOVEMBER, sensitive: bool = True
) -> Figure:
    """One figure."""
    subject = subject or place(CITY)
    return figures(asked([code], subject, period=period, sensitive=sensitive))[code, subject.key]


def parts(code: str, subject: Subject | None = None, *, period: Period = NOVEMBER) -> tuple[int, int]:
    """Numerator and denominator."""
    found = figure(code, subject, period=period)
    return found.part, found.whole


def listed(
    by: Actor,
    code: str,
    subject: Subject,
    side: str,
    *,
    period: Period = NOVEMBER,
    limit: int = 2,
    sensitive: bool = True,
) -> int:
    """How many the list holds, page by page."""
    after, count = None, 0
    while True:
        question = asked([code], subject, period=period, sensitive=sensitive)
        found = listing(by, question, side, after=after, limit=limit)
        count += len(found.lines)
        after = found.after
        if after is None:
            return count


def cells() -> Iterator[tuple[object, ...]]:
    """Every sum that is not zero, to be compared with another time's."""
    for model, day in ((DayCell, "day"), (MonthCell, "month")):
        rows: Sequence[Cell] = list(model.objects.all())
        for row in rows:
            if row.whole or row.part:
                yield (
                    model.__name__,
                    row.slot,
                    row.subject,
                    getattr(row, day),
                    row.is_sensitive,
                    row.bin,
                    row.whole,
                    row.part,
                )


def occasions() -> list[tuple[object, ...]]:
    """Every occasion."""
    return list(Occasion.objects.order_by("item_id", "kind", "serial").values_list())


def total(model: type[DayCell] | type[MonthCell]) -> int:
    """All denominators together."""
    return int(model.objects.aggregate(found=Added("whole"))["found"] or 0)
