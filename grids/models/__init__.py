"""Tables of the territory, in reading order."""

from grids.models.coverage import CommunityCoverage, CoverageRun
from grids.models.history import GridEdition, GridSuccession
from grids.models.overlay import GridOverlay, PoliceGrid, ProfessionalGrid
from grids.models.places import Building, MicroGrid
from grids.models.posts import GridAssignment, GridPost
from grids.models.regions import (
    RegionEdition,
    RegionPart,
    RegionResult,
    RegionRevision,
    RegionRevisionStep,
    RegionSource,
    RegionSuccession,
)
from grids.models.revision import (
    GridRevision,
    GridStandard,
    Revision,
    RevisionGrid,
    RevisionSource,
    RevisionStep,
    StepOfRevision,
)
from grids.models.rollout import TownRollout
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
    "CoverageRun",
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
    "RegionEdition",
    "RegionPart",
    "RegionResult",
    "RegionRevision",
    "RegionRevisionStep",
    "RegionSource",
    "RegionSuccession",
    "Revision",
    "RevisionGrid",
    "RevisionSource",
    "RevisionStep",
    "StepOfRevision",
    "TownRollout",
    "UnitArea",
    "region_path",
]
