"""Tables of what the base has to do and may be asked to do."""

from mandates.models.access import AccessApplication
from mandates.models.edition import MandateVersion
from mandates.models.lists import DutyItem, DutyList, ItemClass, Level, ListKind
from mandates.models.powers import DelegatedPower
from mandates.models.steps import MandateStep

__all__ = [
    "AccessApplication",
    "DelegatedPower",
    "DutyItem",
    "DutyList",
    "ItemClass",
    "Level",
    "ListKind",
    "MandateStep",
    "MandateVersion",
]
