"""Chainable words about revisions of grids. Every list and every detail starts from `visible_to`."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.accounts.actors import Actor
from grids import scope as scopes
from grids.states import APPROVERS, PREPARERS, RevisionState

if TYPE_CHECKING:
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
