"""Which professional grids and overlays a person may see: those of the places that his or her scope covers."""

from django.db.models import Exists, OuterRef, QuerySet

from governance.accounts.actors import Actor
from grids import scope as scopes
from grids.models import GridOverlay, ProfessionalGrid


def visible_overlays(by: Actor) -> QuerySet[GridOverlay]:
    """Overlays of the governance grids that `by` covers, of professional grids in force."""
    rows = GridOverlay.objects.filter(professional_grid__valid_to=None)
    return rows if by.is_system else rows.filter(scopes.of(by.user).within("grid__path"))


def visible_professional_grids(by: Actor) -> QuerySet[ProfessionalGrid]:
    """Professional grids in force whose town `by` covers, or that lie over a grid that `by` covers."""
    rows = ProfessionalGrid.objects.filter(valid_to=None)
    if by.is_system:
        return rows
    scope = scopes.of(by.user)
    over = GridOverlay.objects.filter(scope.within("grid__path"), professional_grid=OuterRef("pk"))
    return rows.filter(scope.within("town__path") | Exists(over))
