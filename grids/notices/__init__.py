"""Public notice sheets (网格公示牌): who looks after a grid, where it ends, and whom one calls; for printing on A4."""

from grids.notices.content import Notice, Person, notices_of
from grids.notices.printing import pdf, png

__all__ = ["Notice", "Person", "notices_of", "pdf", "png"]
