"""Tables of the territory, in reading order."""

from grids.models.coverage import CommunityCoverage
from grids.models.history import GridEdition, GridSuccession
from grids.models.overlay import GridOverlay, PoliceGrid, ProfessionalGrid
from grids.models.places import Building, MicroGrid
from grids.models.posts import GridAssignment, GridPost
from grids.models.revision import GridRevision, GridStandard, RevisionGrid, RevisionSource, RevisionStep
from grids.models.territory import (
    SIGNIFICANT_DIGITS,
    ExclusiveType,
    Grid,
    GridVersion,
    Named,
    Region,
    UnitArea,
    region_path,
)

__all__ = [
    "SIGNIFICANT_DIGITS",
    "Building",
    "CommunityCoverage",
    "ExclusiveType",
    "Grid",
    "GridAssignment",
    "GridEdition",
    "GridOverlay",
    "GridPost",
    "GridRevision",
    "GridStandard",
    "GridSuccession",
    "GridVersion",
    "MicroGrid",
    "Named",
    "PoliceGrid",
    "ProfessionalGrid",
    "Region",
    "RevisionGrid",
    "RevisionSource",
    "RevisionStep",
    "UnitArea",
    "region_path",
]
