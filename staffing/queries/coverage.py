"""Party coverage of grids (K29), grids without a team, and training coverage (K50)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from grids.models import Grid, GridAssignment
from grids.territory import Place
from grids.territory import current as territory
from staffing.models import PartyOrganization, ServiceTeam, TrainingAttendance
from staffing.queries.rates import NOTHING, Rate
from staffing.rules import inside


@dataclass
class CoverageRow:
    """How many grids of a place have what is counted."""

    place: Place
    rate: Rate = NOTHING


def grids_in_force(paths: Sequence[str], *, on: date) -> QuerySet[Grid]:
    """The grids of that day inside `paths`."""
    return Grid.objects.filter(
        inside("path", paths), Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on
    )


def lasting(on: date) -> Q:
    """The condition of teams and organisations that exist on that day."""
    return Q(Q(ended_on=None) | Q(ended_on__gte=on), founded_on__lte=on)


def party_coverage(paths: Sequence[str], *, on: date, level: str = "town") -> list[CoverageRow]:
    """Grids with a party organisation of their own, by place of `level`."""
    rows = grids_by_party(paths, on=on).values_list("path", "has")
    land, found = territory(), dict[str, CoverageRow]()
    for path, has in rows:
        place = land.at_level(path, level)
        if place is not None:
            row = found.setdefault(place.path, CoverageRow(place))
            row.rate += Rate(int(has), 1)
    return [found[path] for path in sorted(found)]


def grids_by_party(paths: Sequence[str], *, on: date) -> QuerySet[Any]:
    """The grids of that day; `has` says whether there is a party organisation of its own."""
    own = PartyOrganization.objects.filter(lasting(on), grid=OuterRef("pk"))
    return grids_in_force(paths, on=on).annotate(has=Exists(own))


def grids_without_party(paths: Sequence[str], *, on: date) -> QuerySet[Grid]:
    """The grids that no party organisation covers."""
    own = PartyOrganization.objects.filter(lasting(on), grid=OuterRef("pk"))
    return grids_in_force(paths, on=on).exclude(Exists(own)).order_by("path")


def grids_without_team(paths: Sequence[str], *, on: date) -> QuerySet[Grid]:
    """The grids without a service team of their own."""
    own = ServiceTeam.objects.filter(lasting(on), grid=OuterRef("pk"))
    return grids_in_force(paths, on=on).exclude(Exists(own)).order_by("path")


@dataclass(frozen=True)
class TrainingCoverage:
    """Distinct people trained between two days, of the people in posts on the last one."""

    rate: Rate
    since: date
    until: date


def training_coverage(paths: Sequence[str], *, since: date, until: date) -> TrainingCoverage:
    """K50 for the posts of grids inside `paths`."""
    on_post = GridAssignment.objects.filter(
        inside("post__grid__path", paths), Q(ends_on=None) | Q(ends_on__gte=until), starts_on__lte=until
    )
    people = set(on_post.values_list("user_id", flat=True))
    trained = set(
        TrainingAttendance.objects.filter(
            has_attended=True, session__held_on__range=(since, until), user_id__in=people
        ).values_list("user_id", flat=True)
    )
    return TrainingCoverage(Rate(len(trained), len(people)), since, until)
