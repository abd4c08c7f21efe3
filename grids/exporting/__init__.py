"""Handing the territory out, in the forms in which it can be brought in again."""

from grids.exporting.layers import FORMATS, Format, write_layer
from grids.exporting.regions import region_lines

__all__ = ["FORMATS", "Format", "region_lines", "write_layer"]
