"""Whole questions about the registers that other rooms ask."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from governance.foundation.masking import mask_name, mask_phone
from registers.models import Household, KeyPlace, PlaceKind, Resident


@dataclass(frozen=True, kw_only=True)
class PlaceOnMap:
    """A key place as a map or a card shows it; `contact` is masked. `kind_label` is in the reader's language."""

    id: int
    kind: str
    kind_label: str
    name: str
    address: str
    lon: float
    lat: float
    risk: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class GridCounts:
    """What is registered in one grid now."""

    households: int = 0
    residents: int = 0
    migrants: int = 0
    key_places: int = 0


def key_places_in(path: str, *, limit: int = 500) -> list[PlaceOnMap]:
    """The key places in operation under `path`, riskiest kinds together, at most `limit`.

    The caller has made sure that the reader covers `path`.
    """
    rows = KeyPlace.objects.active().inside(path).order_by("kind", "name", "id")
    return [
        PlaceOnMap(
            id=row.pk,
            kind=row.kind,
            kind_label=str(PlaceKind(row.kind).label),
            name=row.name,
            address=row.address,
            lon=row.lon,
            lat=row.lat,
            risk=row.risk,
            contact=" ".join(
                part for part in (mask_name(row.contact_name), mask_phone(row.contact_phone)) if part
            ),
        )
        for row in rows[:limit]
    ]


def counts_of_grids(paths: Iterable[str]) -> dict[str, GridCounts]:
    """What is registered in each of these grids (by the grid's path): three statements, no personal data."""
    wanted = sorted(set(paths))
    households = dict(
        Household.objects.active()
        .filter(path__in=wanted)
        .order_by()
        .values_list("path")
        .annotate(n=Count("id"))
    )
    places = dict(
        KeyPlace.objects.active()
        .filter(path__in=wanted)
        .order_by()
        .values_list("path")
        .annotate(n=Count("id"))
    )
    people = {
        path: (residents, migrants)
        for path, residents, migrants in Resident.objects.present()
        .filter(path__in=wanted)
        .order_by()
        .values_list("path")
        .annotate(n=Count("id"), migrants=Count("id", filter=Q(kind=Resident.Kind.MIGRANT)))
    }
    return {
        path: GridCounts(
            households=households.get(path, 0),
            residents=people.get(path, (0, 0))[0],
            migrants=people.get(path, (0, 0))[1],
            key_places=places.get(path, 0),
        )
        for path in wanted
    }
