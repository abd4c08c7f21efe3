"""Professional grids laid over ours (双网融合、多网融合): suggested by shared ground, decided by a person.

Nothing is mapped by area alone: a suggestion counts for nothing until somebody who answers for the grid has
confirmed it. Decisions stand while the two still share enough ground.
"""

from grids.overlays.deciding import bulk_candidates, confirm_above, decide, deciding_role
from grids.overlays.matching import Match, Thresholds, match, most_of
from grids.overlays.progress import Progress, progress, progress_of
from grids.overlays.suggesting import Changed, follow, suggest, thresholds
from grids.overlays.visible import visible_overlays, visible_professional_grids

__all__ = [
    "Changed",
    "Match",
    "Progress",
    "Thresholds",
    "bulk_candidates",
    "confirm_above",
    "decide",
    "deciding_role",
    "follow",
    "match",
    "most_of",
    "progress",
    "progress_of",
    "suggest",
    "thresholds",
    "visible_overlays",
    "visible_professional_grids",
]
