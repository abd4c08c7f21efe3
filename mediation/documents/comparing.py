"""Two versions of an agreement, side by side: what was taken out and what was put in, character by character. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Change = Literal["same", "out", "in"]
ALIKE: Final = 0.3
"""Below this share of common characters two lines are different lines, not one that was changed."""


@dataclass(frozen=True)
class Piece:
    """Some characters, and what became of them."""

    change: Change
    text: str


def compared(old: Sequence[str], new: Sequence[str]) -> list[list[Piece]]:
    """Line by line. Joining all but the `in` pieces gives the old lines, all but the `out` ones the new lines."""
    found: list[list[Piece]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [[Piece("same", line)] for line in old[i:j]]
        else:
            found += _changed(old[i:j], new[k:m])
    return found


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Piece]]:
    """Lines that were changed, paired in their order while they are alike."""
    pairs = min(len(old), len(new))
    for before, after in zip(old[:pairs], new[:pairs], strict=True):
        if SequenceMatcher(None, before, after, autojunk=False).ratio() < ALIKE:
            yield [Piece("out", before)]
            yield [Piece("in", after)]
        else:
            yield list(_pieces(before, after))
    yield from ([Piece("out", line)] for line in old[pairs:])
    yield from ([Piece("in", line)] for line in new[pairs:])


def _pieces(old: str, new: str) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", old[i:j])
        else:
            if old[i:j]:
                yield Piece("out", old[i:j])
            if new[k:m]:
                yield Piece("in", new[k:m])
