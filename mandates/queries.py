"""Whether a task may reach a level of the base, and by what: a duty item, an approved application, a delegated power.

Where no list has been drawn up for a level and place, everything is covered: a city that has not begun is not blocked.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _

from governance.accounts.models import TIER_ORDER
from governance.foundation.errors import Text
from mandates.models import ItemClass
from mandates.standing import Grant, Item
from mandates.standing import current as standing

Kind = Literal["duty_item", "access", "delegated", "none", "no_lists"]
Part = Literal["lead", "co_handler"]

GAPS: Final[dict[str, Text]] = {
    "unlisted": _("No item in force covers this matter at this level"),
    "cooperating": _("By the list this level only cooperates in this matter; another unit leads"),
    "taken_back": _("Superiors have taken this matter back from this level"),
}


@dataclass(frozen=True, kw_only=True)
class Covering:
    """What covers a task, in words: `label` names it, `basis` is its legal basis, `reference` its number or id."""

    kind: Kind
    label: str = ""
    basis: str = ""
    reference: str = ""
    gap: str = ""

    @property
    def is_covered(self) -> bool:
        return self.kind != "none"

    @property
    def why_not(self) -> Text:
        """What is missing, for a task that nothing covers."""
        return GAPS.get(self.gap, "")


NO_LISTS: Final = Covering(kind="no_lists")


def covering(matter_code: str, level: str, region_path: str, on: date, *, part: Part = "lead") -> Covering:
    """What covers a task of this matter for a unit of `level` (grid, community, town) at `region_path` on a day.

    The item that names the matter most closely decides, the level's own before a lower one's. A cooperating item
    covers a co-handler, not the lead. What an application lets through is covered whatever the lists say.
    """
    snapshot = standing()
    item = _closest(matter_code, level, region_path, on)
    is_governed = any(row.level == level and row.holds(region_path, on) for row in snapshot.editions)
    if item is not None and _lets(item, part):
        return _by_item(item)
    for grant in snapshot.grants:
        if TIER_ORDER[grant.level] <= TIER_ORDER[level] and grant.holds(matter_code, region_path, on):
            return _by_grant("access", grant)
    if level == "town" and (power := delegated(matter_code, region_path, on)) is not None:
        return power
    if not is_governed:
        return NO_LISTS
    gap = "unlisted" if item is None else item.item_class
    named = _by_item(item) if item is not None else Covering(kind="none")
    return Covering(kind="none", gap=gap, label=named.label, basis=named.basis, reference=named.reference)


def delegated(matter_code: str, region_path: str, on: date) -> Covering | None:
    """The power by which the town of this place may close the matter itself, if there is one."""
    powers = [power for power in standing().powers if power.holds(matter_code, region_path, on)]
    if not powers:
        return None
    return _by_grant("delegated", max(powers, key=lambda power: len(power.matter_code)))


def has_lists(region_path: str, on: date) -> bool:
    """Whether any list of the base is in force at a place."""
    return any(
        edition.level in {"grid", "community"} and edition.holds(region_path, on)
        for edition in standing().editions
    )


def _closest(code: str, level: str, path: str, on: date) -> Item | None:
    found = [
        item
        for item in standing().items_for(code)
        if TIER_ORDER[item.edition.level] <= TIER_ORDER[level] and item.edition.holds(path, on)
    ]
    if not found:
        return None
    return max(
        found,
        key=lambda item: (
            len(item.matter_code),
            TIER_ORDER[item.edition.level],
            len(item.edition.region_path),
            item.item_class == ItemClass.TAKEN_BACK,
            -item.number,
        ),
    )


def _lets(item: Item, part: Part) -> bool:
    if item.item_class == ItemClass.BASIC:
        return True
    return item.item_class == ItemClass.COOPERATING and part == "co_handler"


def _by_item(item: Item) -> Covering:
    label = f"{item.edition.title} · {item.number} {item.subject}"
    return Covering(kind="duty_item", label=label, basis=item.legal_basis, reference=str(item.pk))


def _by_grant(kind: Kind, grant: Grant) -> Covering:
    label = f"{grant.number} {grant.title}"
    return Covering(kind=kind, label=label, basis=grant.legal_basis, reference=grant.number)
