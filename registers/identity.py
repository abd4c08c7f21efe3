"""The 18-digit citizen identity number (GB 11643-1999): its check digit, its date, its sex digit. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from governance.foundation.errors import Text

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS: Final = "10X98765432"
SHAPE: Final = re.compile(r"\d{17}[\dX]\Z", re.ASCII)
OLDEST: Final = date(1880, 1, 1)


@dataclass(frozen=True)
class Identity:
    """What a valid number says of its holder. `sex` is `male` or `female`."""

    number: str
    birth_date: date
    sex: str


class WrongIdentity(ValueError):
    """A number that cannot be right; `reason` says in one sentence why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def normalise_identity(text: str) -> str:
    """One spelling for each number: no blanks, full-width digits and a small x replaced."""
    plain = text.translate({0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF38: "X", 0xFF58: "X"})
    return re.sub(r"[\s-]", "", plain).upper()


def normalise_phone(text: str) -> str:
    """Digits only, without the country's prefix."""
    plain = text.translate({0xFF10 + digit: str(digit) for digit in range(10)})
    return re.sub(r"\D", "", re.sub(r"^\s*(?:\+|00)86", "", plain))


def check_digit(first: str) -> str:
    """The eighteenth digit that belongs to the first seventeen."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def read_identity(text: str, *, on: date) -> Identity:
    """What the number says, read on the day `on`. Raises WrongIdentity with one sentence and its cure."""
    number = normalise_identity(text)
    if len(number) != 18:
        raise WrongIdentity(_("An identity number has 18 digits; this one has %(n)d") % {"n": len(number)})
    if not SHAPE.match(number):
        raise WrongIdentity(_("An identity number has digits only; its last one may be X"))
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise WrongIdentity(_("Digits 7 to 14 are no date: please compare them with the card")) from error
    if not OLDEST <= born <= on:
        raise WrongIdentity(_("The date of birth in digits 7 to 14 cannot be: please compare with the card"))
    if check_digit(number[:17]) != number[17]:
        raise WrongIdentity(_("The last digit does not fit the others: a digit was mistyped"))
    return Identity(number, born, "male" if int(number[16]) % 2 else "female")
