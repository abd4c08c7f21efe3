"""The ground plan of the fictional demo city: adjacent polygons without gaps or overlaps, codes and names.

Pure and deterministic: the same seed gives the same city, to the last digit.
"""

from grids.tessellation.city import build_city
from grids.tessellation.places import DemoCity, DemoGrid, DemoRegion, ExclusiveType

__all__ = ["DemoCity", "DemoGrid", "DemoRegion", "ExclusiveType", "build_city"]
