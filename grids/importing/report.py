"""What an import did or would do, and every fault with the number of its row."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Fault:
    """One row that cannot be taken. `row` counts as a reader of the file does."""

    row: int
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


@dataclass
class Report:
    """Counts of rows, and the faults. Nothing was written when there is one, or on a dry run."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list)
    is_dry_run: bool = False

    @property
    def is_written(self) -> bool:
        return not self.faults and not self.is_dry_run and bool(self.created or self.changed)

    def lines(self, noun: str) -> Iterator[str]:
        """The report as it is printed."""
        for fault in sorted(self.faults):
            yield str(fault)
        would = "would be " if self.is_dry_run else ""
        if self.faults:
            yield f"{len(self.faults)} faults: nothing was written."
            return
        yield (
            f"{noun}: {self.created} {would}created, {self.changed} {would}changed, "
            f"{self.unchanged} unchanged, {self.skipped} skipped."
        )
