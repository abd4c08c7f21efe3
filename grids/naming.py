"""Names for grids that a split brings forth: `第N网格` goes on counting, any other name gets a number."""

import re
from collections.abc import Collection
from typing import Final

COUNTED: Final = re.compile(r"^(?P<before>.*第)(?P<number>\d+|[一二三四五六七八九十百]+)(?P<after>网格.*)$")
NUMERALS: Final = "零一二三四五六七八九"


def new_name(base: str, code: str, taken: Collection[str]) -> str:
    """A name that is not taken, after the pattern of `base`; the number is the serial of the code."""
    serial = int(code[-3:])
    match = COUNTED.match(base)
    if match:
        numeral = str(serial) if match["number"].isdigit() else chinese(serial)
        wanted = f"{match['before']}{numeral}{match['after']}"
        if wanted not in taken:
            return wanted
    numbers = (f"{base[:100]}({chinese(count)})" for count in range(2, 1000))
    return next(name for name in numbers if name not in taken)


def chinese(number: int) -> str:
    """A number from 1 to 999 in Chinese numerals."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{NUMERALS[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (NUMERALS[ones] if ones else "")
