"""What a person may see of findings, warnings and projects: those of the places whose figures he or she reads, and the
projects that the own unit leads. Sensitive matters only where sensitive tickets are seen.
"""

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from analysis.states import READERS, WARNING_OPEN, WORKING
from assessment.rules import paths_of, sees_sensitive
from governance.accounts.actors import Actor
from grids import scope as scopes

if TYPE_CHECKING:
    from analysis.models import SpecialProject  # noqa: F401  # named in a base class below

Row = TypeVar("Row", bound=models.Model)


def reading_paths(actor: Actor) -> tuple[str, ...]:
    """The places whose analysis the actor reads."""
    if actor.is_api_client:
        return paths_of(actor)
    reaches = scopes.of(actor.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in READERS)


def leading_units(actor: Actor) -> list[int]:
    """The units of the actor that may lead a project."""
    reaches = scopes.of(actor.user).reaches
    return sorted({reach.unit_id for reach in reaches if reach.unit_id is not None and reach.role in WORKING})


def within(actor: Actor) -> Q:
    """The condition of lying in a place whose analysis the actor reads."""
    condition = Q(pk__in=[])
    for path in reading_paths(actor):
        condition |= Q(region_path__startswith=path)
    return condition


class PlacedQuerySet(models.QuerySet[Row]):
    """Adjectives of what lies in a place."""

    def visible_to(self, actor: Actor) -> "PlacedQuerySet[Row]":
        """In a place whose analysis the actor reads."""
        if actor.is_system:
            return self
        rows = self.filter(within(actor))
        return rows if sees_sensitive(actor) else rows.filter(is_sensitive=False)

    def open(self) -> "PlacedQuerySet[Row]":
        """Of warnings: those that wait for somebody."""
        return self.filter(state__in=WARNING_OPEN)


class ProjectQuerySet(models.QuerySet["SpecialProject"]):
    """Adjectives of projects."""

    def visible_to(self, actor: Actor) -> "ProjectQuerySet":
        """In a place whose analysis the actor reads, or led by a unit of the actor."""
        if actor.is_system:
            return self
        if actor.is_api_client:
            return self.filter(within(actor), is_sensitive=False)
        units = leading_units(actor)
        own = Q(lead_unit__in=units) if units else Q(pk__in=[])
        here = within(actor) if sees_sensitive(actor) else within(actor) & Q(is_sensitive=False)
        return self.filter(here | own)
