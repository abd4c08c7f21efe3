"""Bringing a real territory in: the division tree from CSV, grids from GeoJSON. All or nothing, every fault listed."""

from grids.importing.grids import import_grids
from grids.importing.regions import import_regions
from grids.importing.report import Fault, Report

__all__ = ["Fault", "Report", "import_grids", "import_regions"]
