"""From the name of a handling unit to a unit; unknown ones become departments where the mapping says so."""

import hashlib

from governance.accounts.models import OrgUnit
from governance.command.importing.mapping import TicketMapping
from grids.models import GridVersion, UnitArea
from grids.territory import Place


class UnitFinder:
    """Looks units up by code or name, and creates what is allowed to be created, once."""

    def __init__(self, mapping: TicketMapping, root: Place) -> None:
        self.rule, self.name, self.root = mapping.unit, mapping.name, root
        units = OrgUnit.objects.filter(is_active=True).order_by("-id")
        self.by_name: dict[str, OrgUnit] = {unit.name: unit for unit in units}
        self.by_code = {unit.code: unit for unit in self.by_name.values()}
        self.created = 0

    def wanted(self, cells: dict[str, str]) -> str:
        """The name or code that the row stands for; empty when there is none."""
        text = cells[self.rule.column]
        return self.rule.values.get(text, text) or self.rule.default

    def find(self, wanted: str) -> OrgUnit | None:
        """The unit, if it exists."""
        return self.by_code.get(wanted) or self.by_name.get(wanted)

    def is_possible(self, wanted: str) -> bool:
        """True for a unit that exists or may be created."""
        return bool(wanted) and (self.rule.creates or self.find(wanted) is not None)

    def get(self, wanted: str) -> OrgUnit:
        """The unit, created with the root as its area where it is new. Call it in a transaction."""
        unit = self.find(wanted)
        if unit is not None:
            return unit
        digest = hashlib.sha256(wanted.encode()).hexdigest()[:10]
        unit = OrgUnit.objects.create(
            code=f"{self.name[:24]}-{digest}",
            name=wanted,
            kind=self.rule.kind,
            tier=self.rule.tier,
        )
        UnitArea.objects.create(unit=unit, region_id=self.root.region_id)
        GridVersion.bump()
        self.by_name[wanted] = self.by_code[unit.code] = unit
        self.created += 1
        return unit
