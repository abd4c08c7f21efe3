"""Who coordinates which community, and which ones have nobody since when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from grids.models import Region
from staffing.models import Coordinator
from staffing.rules import inside


def in_force(on: date) -> Q:
    """The condition of those who coordinate on that day."""
    return Q(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


@dataclass(frozen=True, kw_only=True)
class Uncoordinated:
    """A community without a coordinator since the day `since`."""

    region: Region
    since: date


def uncoordinated(paths: Sequence[str], *, on: date) -> list[Uncoordinated]:
    """Communities in force inside `paths` that have nobody that day, by path: two statements."""
    named = Coordinator.objects.filter(in_force(on)).values("region")
    rows = Region.objects.filter(
        inside("path", paths), level=Region.Level.COMMUNITY, valid_to=None, valid_from__lte=on
    )
    missing = list(rows.exclude(pk__in=named).defer("boundary").order_by("path"))
    last = dict(
        Coordinator.objects.filter(region__in=missing, ends_on__lt=on)
        .values_list("region")
        .annotate(Max("ends_on"))
        .order_by()
    )
    return [
        Uncoordinated(
            region=region,
            since=last[region.pk] + timedelta(days=1) if region.pk in last else region.valid_from,
        )
        for region in missing
    ]


def count_uncoordinated(paths: Sequence[str], *, on: date) -> int:
    """How many communities inside `paths` have nobody that day."""
    named = Coordinator.objects.filter(in_force(on)).values("region")
    rows = Region.objects.filter(
        inside("path", paths), level=Region.Level.COMMUNITY, valid_to=None, valid_from__lte=on
    )
    return rows.exclude(pk__in=named).count()


def coordinators_of(region_ids: Collection[int], *, on: date) -> dict[int, Coordinator]:
    """Who coordinates these communities that day, by community: one statement."""
    rows = Coordinator.objects.filter(in_force(on), region__in=region_ids).select_related("user")
    return {row.region_id: row for row in rows}
