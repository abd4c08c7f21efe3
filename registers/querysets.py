"""Chainable words of the registers. Every list and every detail starts from `visible_to`."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from grids import scope as scopes
from registers.roles import FILE_READERS, PLACE_READERS, READERS

if TYPE_CHECKING:
    from grids.models import Building  # named in a base class below
    from registers.models import Household, HouseholdLink, KeyPerson, KeyPlace, Resident  # noqa: F401  # named in a base class below


def paths_for(by: Actor, roles: Collection[str]) -> tuple[str, ...]:
    """The paths that the person covers in one of these roles, outermost only."""
    return scopes.outermost(
        reach.path for reach in scopes.of(by.user).reaches if reach.path and reach.role in roles
    )


def inside(paths: Sequence[str], field: str = "path") -> Q:
    """The condition "lies inside one of the paths"; nothing for none."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


REACH = 0.0003
"""Degrees around a building within which a place counts as standing there: some thirty metres."""


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Adjectives of households."""

    def visible_to(self, by: Actor) -> "HouseholdQuerySet":
        return self.filter(inside(paths_for(by, READERS)))

    def active(self) -> "HouseholdQuerySet":
        return self.filter(is_active=True)

    def inside(self, path: str) -> "HouseholdQuerySet":
        return self.filter(path__startswith=path)

    def for_rows(self) -> "HouseholdQuerySet":
        """What a row shows, with one statement."""
        return self.select_related("building", "responsible").defer("building__address")


class ResidentQuerySet(models.QuerySet["Resident"]):
    """Adjectives of residents."""

    def visible_to(self, by: Actor) -> "ResidentQuerySet":
        return self.filter(inside(paths_for(by, READERS)))

    def present(self) -> "ResidentQuerySet":
        return self.filter(left_on=None)

    def inside(self, path: str) -> "ResidentQuerySet":
        return self.filter(path__startswith=path)

    def with_identity(self, number: str) -> "ResidentQuerySet":
        """Exactly this identity number, through its keyed hash."""
        return self._hashed("identity_index", number)

    def with_phone(self, phone: str) -> "ResidentQuerySet":
        """Exactly this phone, through its keyed hash."""
        return self._hashed("phone_index", phone)

    def _hashed(self, name: str, plain: str) -> "ResidentQuerySet":
        digest = self.model._meta.get_field(name).digest(plain)  # type: ignore[union-attr]  # a sealed field
        return self.filter(**{name: digest}) if digest else self.none()


class LinkQuerySet(models.QuerySet["HouseholdLink"]):
    """Adjectives of household links."""

    def visible_to(self, by: Actor) -> "LinkQuerySet":
        return self.filter(inside(paths_for(by, READERS), "household__path"))


class KeyPlaceQuerySet(models.QuerySet["KeyPlace"]):
    """Adjectives of key places."""

    def visible_to(self, by: Actor) -> "KeyPlaceQuerySet":
        return self.filter(inside(paths_for(by, PLACE_READERS)))

    def active(self) -> "KeyPlaceQuerySet":
        return self.filter(is_active=True)

    def inside(self, path: str) -> "KeyPlaceQuerySet":
        return self.filter(path__startswith=path)

    def standing_at(self, house: "Building") -> "KeyPlaceQuerySet":
        """Of the building's community: whose address names it, or whose point lies within some thirty metres of it."""
        near = Q(
            lon__range=(house.lon - REACH, house.lon + REACH),
            lat__range=(house.lat - REACH, house.lat + REACH),
        )
        return self.filter(Q(address__contains=house.name) | near, community=house.community_id)


class KeyPersonQuerySet(models.QuerySet["KeyPerson"]):
    """Adjectives of files."""

    def visible_to(self, by: Actor, *, on: date) -> "KeyPersonQuerySet":
        """The line of the place, the responsible worker, and readers named for that very file."""
        if by.user_id is None or not scopes.of(by.user).reaches:
            return self.none()
        named = Q(readers__user_id=by.user_id) & (Q(readers__until=None) | Q(readers__until__gte=on))
        own = Q(responsible_id=by.user_id)
        if not paths_for(by, FILE_READERS):
            own = Q(pk__in=[])  # responsible in name only: without an appointment over a place, nothing
        known = self.model._default_manager.filter(named).values("pk")
        return self.filter(inside(paths_for(by, FILE_READERS)) | own | Q(pk__in=known))

    def open(self) -> "KeyPersonQuerySet":
        return self.filter(closed_on=None)


def visible_buildings(by: Actor, roles: Collection[str] = READERS) -> "models.QuerySet[Building]":
    """The buildings that the person sees; those in no grid are seen by whoever covers their community."""
    from grids.models import Building

    paths = paths_for(by, roles)
    return Building.objects.filter(inside(paths) | (Q(path="") & inside(paths, "community__path")))
