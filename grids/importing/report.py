"""What an import did or would do, and every fault with the number of its row and, on the ground, its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from governance.foundation.errors import Invalid, Text


class Unreadable(Invalid):
    """The file as a whole cannot be taken; the words are put together in the language of the reader."""

    def __init__(self, text: Text, **values: Any) -> None:
        self.text, self.values = text, values
        super().__init__(str(text) % values if values else text)

    @property
    def fault(self) -> "Fault":
        """As the one fault of a report."""
        return Fault(1, self.text, self.values)


@dataclass(frozen=True)
class Fault:
    """One row that cannot be taken. `row` counts as a reader of the file does; `place` is (lon, lat) in WGS-84."""

    row: int
    text: Text
    values: Mapping[str, Any] = field(default_factory=dict)
    place: tuple[float, float] | None = None

    @property
    def words(self) -> str:
        """The reason in the reader's language."""
        return str(self.text) % self.values if self.values else str(self.text)

    @property
    def reason(self) -> str:
        """The reason in English, for the terminal."""
        with translation.override("en"):
            return self.words

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"


@dataclass
class Report:
    """Counts of rows, and the faults. Nothing was written when there is one, or on a dry run.

    `reshaped` are the codes of known grids whose outline changes; `renamed` is (code, before, after) of regions;
    `ended` are the codes of regions that end.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    faults: list[Fault] = field(default_factory=list)
    is_dry_run: bool = False
    reshaped: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    @property
    def is_written(self) -> bool:
        return self.is_sound and not self.is_dry_run

    @property
    def is_sound(self) -> bool:
        """Without faults, and with something to do."""
        return not self.faults and bool(self.created or self.changed or self.ended)

    def lines(self, noun: str) -> Iterator[str]:
        """The report as it is printed."""
        for fault in sorted(self.faults, key=lambda item: item.row):
            yield str(fault)
        would = "would be " if self.is_dry_run else ""
        if self.faults:
            yield f"{len(self.faults)} faults: nothing was written."
            return
        yield (
            f"{noun}: {self.created} {would}created, {self.changed} {would}changed, "
            f"{self.unchanged} unchanged, {self.skipped} skipped."
        )
        if self.ended:
            yield f"{len(self.ended)} {'would end' if self.is_dry_run else 'ended'}: {', '.join(self.ended)}"
