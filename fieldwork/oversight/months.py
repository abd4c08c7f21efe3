"""The objects of a month that is over, put down once for the indicators that count by distinct object (K22, K25).

The numbers are those of field oversight for that month. What was done without a line may still come in: until
`OPEN_DAYS` into the next month an object may turn from not met to met, never back.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from fieldwork.models import CountStep, MonthObject
from fieldwork.oversight import measures
from fieldwork.oversight.measures import Period
from fieldwork.terms import Subject
from governance.foundation.clock import local
from grids.territory import current as territory
from registers.models import KeyPerson, KeyPlace

OPEN_DAYS: Final = 10
BATCH: Final = 2000
Key = tuple[str, str, int]


def close_month(*, at: datetime) -> int:
    """Put down the month before, or what has come in for it since; how many objects. Run again, what is new."""
    today = local(at).date()
    if today.day > OPEN_DAYS:
        return 0
    last = today.replace(day=1) - timedelta(days=1)
    return count_month(last.replace(day=1), at=at)


@transaction.atomic
def count_month(month: date, *, at: datetime) -> int:
    """Put down the objects of a month; how many are new or have been met since."""
    paths = [place.path for place in territory().by_path.values() if place.level == "city"]
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    wanted = {row[:3]: row for row in _objects(paths, Period(first=month, last=last))}
    rows = MonthObject.objects.select_for_update().filter(month=month)
    known = {(row.measure, row.subject, row.object_id): row for row in rows}
    new = [
        MonthObject(
            measure=measure, subject=subject, object_id=pk, month=month, region_path=path, is_met=is_met
        )
        for (measure, subject, pk), (_m, _s, _k, path, is_met) in wanted.items()
        if (measure, subject, pk) not in known
    ]
    risen = [row for key, row in known.items() if not row.is_met and key in wanted and wanted[key][4]]
    for row in risen:
        row.is_met = True
    MonthObject.objects.bulk_create(new, batch_size=BATCH)
    MonthObject.objects.bulk_update(risen, ["is_met"], batch_size=BATCH)
    touched = [row.pk for row in (*new, *risen)]
    CountStep.objects.bulk_create(
        CountStep(at=at, ids=touched[start : start + BATCH]) for start in range(0, len(touched), BATCH)
    )
    return len(touched)


def _objects(paths: Sequence[str], period: Period) -> Iterable[tuple[str, str, int, str, bool]]:
    """Measure, subject, key, place and whether it is met, of everything that counts in the month."""
    visited = set(measures.visited(paths, period).values_list("pk", flat=True))
    for pk, path in measures.places(paths).values_list("pk", "path"):
        yield MonthObject.Measure.PATROL.value, Subject.KEY_PLACE.value, pk, path, pk in visited
    walked, grids = measures.walked_grids(paths, period), territory().grids
    for pk in measures.grids_inside(paths):
        yield MonthObject.Measure.GRID.value, Subject.GRID.value, pk, grids[pk].path, pk in walked
    found = measures.key_objects(paths, period)
    places = _paths(KeyPlace, [item.key for item in found if item.subject == Subject.KEY_PLACE])
    people = _paths(KeyPerson, [item.key for item in found if item.subject == Subject.KEY_PERSON])
    for item in found:
        path = (people if item.subject == Subject.KEY_PERSON else places)[item.key]
        yield MonthObject.Measure.KEY.value, str(item.subject), item.key, path, item.is_met


def _paths(model: type[KeyPlace] | type[KeyPerson], keys: Sequence[int]) -> dict[int, str]:
    return dict(model._default_manager.filter(pk__in=keys).values_list("pk", "path"))
