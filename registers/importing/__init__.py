"""Buildings and residents from XLSX or CSV: all or nothing, every fault with its row, no number in any message."""

from registers.importing.buildings import import_buildings
from registers.importing.residents import import_residents

__all__ = ["import_buildings", "import_residents"]
