"""The verbs of a revision of regions (区划调整). Nobody else writes its state.

Prepared as a draft, checked, submitted, approved by somebody else, in effect from its day on.
"""

from grids.regions.checking import Finding, in_words
from grids.regions.deciding import approve, perform, send_back, submit, withdraw
from grids.regions.drafting import Draft, DraftRegion, parse_draft
from grids.regions.effect import RegionEffect, effect_of
from grids.regions.planning import draft_of, setting_of
from grids.regions.preparing import Way, edit, prepare
from grids.regions.taking import due, note_trouble, take_effect

__all__ = [
    "Draft",
    "DraftRegion",
    "Finding",
    "RegionEffect",
    "Way",
    "approve",
    "draft_of",
    "due",
    "edit",
    "effect_of",
    "in_words",
    "note_trouble",
    "parse_draft",
    "perform",
    "prepare",
    "send_back",
    "setting_of",
    "submit",
    "take_effect",
    "withdraw",
]
