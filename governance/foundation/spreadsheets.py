"""Lists as CSV that spreadsheets read well: a byte-order mark for the Chinese, no cell that acts as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        """The line itself."""
        return value


def harmless(value: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) or value.startswith(FORMULA) else value


def csv_lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a file with one line of heads; lazy texts are written in the reader's language."""
    writer = csv.writer(Echo())
    yield "\ufeff"
    yield str(writer.writerow([str(name) for name in head]))
    for row in rows:
        yield str(writer.writerow([harmless(str(value)) for value in row]))
