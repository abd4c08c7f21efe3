"""Codes of regions and grids: what is proposed for a new one, and what a piece gets where it goes. Pure.

The serial digits tell the kind (rules for statistical division codes): towns 001-099 are streets, 100-199 towns,
200-399 townships, 400-599 others; communities 001-199 are residents' committees, 200-399 villages, 400-599 others.
"""

from collections.abc import Collection, Iterable
from typing import Final

from grids.recutting import CannotCut, next_codes

PREFIX: Final = {"town": 6, "community": 9}
CLASSES: Final = {
    "town": (range(1, 100), range(100, 200), range(200, 400), range(400, 600), range(600, 1000)),
    "community": (range(1, 200), range(200, 400), range(400, 500), range(500, 600), range(600, 1000)),
}


def serial_of(code: str, level: str) -> int:
    """The three digits that number a region inside its parent."""
    begin = PREFIX[level]
    return int(code[begin : begin + 3])


def begins_right(code: str, level: str, parent: str) -> bool:
    """Whether the code is the parent's digits, a serial and the zeros of its level."""
    end = PREFIX[level] + 3
    return (
        code.startswith(parent[: PREFIX[level]])
        and code[end:] == "0" * (12 - end)
        and serial_of(code, level) > 0
    )


def proposed(level: str, parent: str, *, like: str, spent: Collection[str], keep: bool = False) -> str:
    """A code below `parent` that nobody has or had, of the same kind as the code `like`.

    `keep`: with the serial of `like` where that is free. Empty when every serial is spent.
    """
    wanted = serial_of(like, level)
    same = next(numbers for numbers in CLASSES[level] if wanted in numbers or wanted == 0)
    others = [number for numbers in CLASSES[level] if numbers is not same for number in numbers]
    first = [wanted] if keep and wanted else []
    for serial in (*first, *same, *others):
        code = f"{parent[: PREFIX[level]]}{serial:03d}".ljust(12, "0")
        if code not in spent:
            return code
    return ""


def grid_codes(community: str, old: Iterable[str], *, spent: Collection[str]) -> dict[str, str]:
    """For grids that come to a community their new codes, in the order given; empty where none is left."""
    pieces = list(old)
    if not pieces:
        return {}
    try:
        return dict(zip(pieces, next_codes(community, spent, len(pieces)), strict=True))
    except CannotCut:
        return dict.fromkeys(pieces, "")


def community_codes(town: str, old: Iterable[str], *, spent: Collection[str]) -> dict[str, str]:
    """For communities that come to a town their new codes; each keeps its serial where that is free."""
    taken = set(spent)
    found = {}
    for code in old:
        found[code] = proposed("community", town, like=code, spent=taken, keep=True)
        taken.add(found[code])
    return found
