"""Statistical disclosure control of one table of counts: small cells are left out, and what would give them away. Pure.

Each row of the table and each column is a line: its cells and its total, and the totals themselves are lines as well.
A line gives a cell away when it is the only one left out, or when what is left out adds up to less than `least`. Then
the smallest cell that still stands is left out too, until no line tells anything.
"""

from collections.abc import Iterable, Mapping, Sequence

TOTAL = ""
Cell = tuple[str, str]


def table_of(counts: Mapping[Cell, int]) -> dict[Cell, int]:
    """The cells with the totals of rows, columns and everything (`TOTAL` as key)."""
    found: dict[Cell, int] = dict(counts)
    for (row, column), count in counts.items():
        for cell in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            found[cell] = found.get(cell, 0) + count
    return found


def lines_of(table: Mapping[Cell, int]) -> list[list[Cell]]:
    """Every sum that a reader can check: cells and total of each row and each column, the margins among them."""
    rows = {row for row, _column in table}
    columns = {column for _row, column in table}
    found = [[cell for cell in table if cell[0] == row] for row in sorted(rows)]
    return found + [[cell for cell in table if cell[1] == column] for column in sorted(columns)]


def left_out(table: Mapping[Cell, int], least: int) -> set[Cell]:
    """The cells that may not be shown: those from 1 to `least` - 1, and others until no line gives one away."""
    hidden = {cell for cell, count in table.items() if 0 < count < least}
    lines = lines_of(table)
    while (line := _telling(lines, table, hidden, least)) is not None:
        open_cells = [cell for cell in line if cell not in hidden and table[cell]]
        if not open_cells:
            break
        hidden.add(min(open_cells, key=lambda cell: (TOTAL in cell, table[cell], cell)))
    return hidden


def _telling(
    lines: Iterable[Sequence[Cell]], table: Mapping[Cell, int], hidden: set[Cell], least: int
) -> Sequence[Cell] | None:
    """A line that gives something away and still has a cell to leave out."""
    for line in lines:
        gone = [cell for cell in line if cell in hidden]
        if not gone or all(cell in hidden or not table[cell] for cell in line):
            continue
        inner = [cell for cell in gone if not _is_total_of(cell, line)]
        if len(gone) == 1 or (len(gone) == len(inner) and sum(table[cell] for cell in inner) < least):
            return line
    return None


def _is_total_of(cell: Cell, line: Sequence[Cell]) -> bool:
    """Whether the cell is the sum of the line's others."""
    same_row = all(other[0] == cell[0] for other in line)
    return cell[1] == TOTAL if same_row else cell[0] == TOTAL
