"""Chainable words about revisions of grids. Every list and every detail starts from `visible_to`."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.accounts.actors import Actor
from grids import scope as scopes
from grids.states import APPROVERS, PREPARERS, REGION_PREPARERS, RevisionState

if TYPE_CHECKING:
    from grids.models.regions import RegionRevision  # noqa: F401  # named in the base class below
    from grids.models.revision import GridRevision  # noqa: F401  # named in the base class below

DESKS = frozenset(PREPARERS) | frozenset(APPROVERS)
"""Who follows a revision from its first draft; everybody else sees what has been decided."""
DECIDED = (RevisionState.APPROVED, RevisionState.EFFECTIVE)


class GridRevisionQuerySet(models.QuerySet["GridRevision"]):
    """Adjectives of revisions."""

    def visible_to(self, actor: Actor) -> "GridRevisionQuerySet":
        """What concerns the area of this person: a grid of it or a community of its results lies there.

        Plans that are not decided yet are for those who prepare or approve there.
        """
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        desks = scopes.outermost(reach.path for reach in scope.reaches if reach.path and reach.role in DESKS)
        if not scope.paths:
            return self.none()
        return self.filter(_concerns(desks) | (Q(state__in=DECIDED) & _concerns(scope.paths)))

    def inside(self, path: str) -> "GridRevisionQuerySet":
        """Those that concern a place."""
        return self.filter(_concerns((path,)))


class RegionRevisionQuerySet(models.QuerySet["RegionRevision"]):
    """Adjectives of revisions of regions."""

    def visible_to(self, actor: Actor) -> "RegionRevisionQuerySet":
        """What concerns the area of this person, as for revisions of grids.

        Plans that are not decided yet are for those who prepare or approve there.
        """
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.paths:
            return self.none()
        desks = scopes.outermost(
            reach.path for reach in scope.reaches if reach.path and reach.role in REGION_DESKS
        )
        return self.filter(_touches(desks) | (Q(state__in=DECIDED) & _touches(scope.paths)))

    def inside(self, path: str) -> "RegionRevisionQuerySet":
        """Those that concern a place."""
        return self.filter(_touches((path,)))


REGION_DESKS = frozenset(REGION_PREPARERS) | frozenset(APPROVERS)


def _touches(paths: tuple[str, ...]) -> Q:
    """A source or a planned region lies inside one of the places, or holds it."""
    from grids.models.regions import RegionResult, RegionSource

    found = Q(pk__in=[])
    for path in paths:
        parts = path.rstrip("/").split("/")
        above = ["/".join(parts[: end + 1]) + "/" for end in range(len(parts))]
        sources = RegionSource.objects.filter(
            Q(region__path__startswith=path) | Q(region__path__in=above), revision=OuterRef("pk")
        )
        results = RegionResult.objects.filter(parent__path__startswith=path, revision=OuterRef("pk"))
        found |= Q(region_path__startswith=path) | Q(Exists(sources)) | Q(Exists(results))
    return found


def _concerns(paths: tuple[str, ...]) -> Q:
    """A source, a result or the whole lies inside one of the places."""
    from grids.models.revision import RevisionGrid, RevisionSource

    found = Q(pk__in=[])
    for path in paths:
        sources = RevisionSource.objects.filter(revision=OuterRef("pk"), grid__path__startswith=path)
        # A grid's own path is longer than that of its community: who covers one grid is found by its source.
        results = RevisionGrid.objects.filter(revision=OuterRef("pk"), community__path__startswith=path)
        found |= Q(region_path__startswith=path) | Q(Exists(sources)) | Q(Exists(results))
    return found
