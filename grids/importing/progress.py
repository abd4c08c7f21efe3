"""What the import commands share: the bar of a long run, and names of properties given on the command line."""

from collections.abc import Iterable, Sequence
from typing import Final

from django.core.management.base import CommandError, OutputWrapper

WIDTH: Final = 40


class Bar:
    """A bar on a terminal; silent where nobody looks, and for runs of one step."""

    def __init__(self, out: OutputWrapper, noun: str) -> None:
        self.out, self.noun, self.is_open = out, noun, False

    def show(self, done: int, total: int) -> None:
        """`done` of `total` are written."""
        if not self.out.isatty() or (done >= total and not self.is_open):
            return
        filled = WIDTH * done // max(total, 1)
        bar = "█" * filled + "░" * (WIDTH - filled)
        self.out.write(f"\r{bar} {done:,} / {total:,} {self.noun}", ending="")
        self.out.flush()
        self.is_open = True

    def close(self) -> None:
        """End the line of the bar."""
        if self.is_open:
            self.out.write("")


def name_map(pairs: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """`name=WGMC` as {"name": "WGMC"}. Raises CommandError for a fact that is not taken."""
    found = {}
    for pair in pairs:
        fact, mark, name = pair.partition("=")
        if not mark or not name or fact not in known:
            raise CommandError(f"--map takes FACT=NAME with one of {', '.join(known)}, not {pair!r}")
        found[fact] = name
    return found
