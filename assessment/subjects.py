"""Whose figures: a region by its code, or a unit by its id below zero; and what lies below a region."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import pgettext

from governance.accounts.models import OrgUnit
from governance.foundation.naming import label_of
from grids.models import Grid, Region
from grids.territory import current as territory

DIGITS: Final = {"city": 4, "district": 6, "town": 9, "community": 12, "grid": 15}
LEVELS: Final = {digits: level for level, digits in DIGITS.items()}
BELOW: Final = {"city": "town", "district": "town", "town": "community", "community": "grid"}
WIDTH: Final = 15


@dataclass(frozen=True, kw_only=True)
class Subject:
    """`key` is that of the sums. A place reaches over the fifteen-digit places [low, high)."""

    key: int
    name: str
    code: str = ""
    level: str = ""

    @property
    def is_unit(self) -> bool:
        return self.key < 0

    @property
    def low(self) -> int:
        return self.key * _scale(self.key)

    @property
    def high(self) -> int:
        return (self.key + 1) * _scale(self.key)

    @property
    def has_days(self) -> bool:
        """Whether there are sums of single days; of others occasions are counted."""
        return self.is_unit or self.level in {"city", "district", "town"}

    @property
    def has_months(self) -> bool:
        return self.level != "grid"


def _scale(key: int) -> int:
    """How many places a key of so many digits holds."""
    return int("1".ljust(WIDTH - len(str(key)) + 1, "0"))


def key_of(code: str, level: str) -> int:
    """The key of a region or grid."""
    return int(code[: DIGITS[level]])


def of_place(code: str, level: str, name: str) -> Subject:
    """A region or grid as a subject."""
    return Subject(key=key_of(code, level), name=name, code=code, level=level)


def of_unit(unit_id: int) -> Subject:
    """A unit as a subject."""
    known = territory().units.get(unit_id)
    if known is not None:
        return Subject(key=-unit_id, name=label_of(known), code=known.code)
    row = OrgUnit.objects.get(pk=unit_id)
    return Subject(key=-unit_id, name=row.label, code=row.code)


def below(subject: Subject) -> list[Subject]:
    """The places one level below, those that are no longer in force too, and at the end what lies at none of them."""
    level = BELOW.get(subject.level)
    if level is None:
        return []
    digits = DIGITS[level]
    names: dict[int, tuple[str, str]] = {}
    for code, name, is_past in _named(subject, level):
        key = int(code[:digits])
        if key not in names or not is_past:
            names[key] = (code, name)
    found = [
        Subject(key=key, name=name, code=code, level=level) for key, (code, name) in sorted(names.items())
    ]
    return [*found, *_nowhere(subject, level)]


def _named(subject: Subject, level: str) -> Iterable[tuple[str, str, bool]]:
    prefix = str(subject.key)
    if level == "grid":
        grids = Grid.objects.filter(code__startswith=prefix).only("code", "name", "name_en", "valid_to")
        return [(row.code, row.label, row.valid_to is not None) for row in grids]
    regions = Region.objects.filter(code__startswith=prefix, level=level)
    regions = regions.only("code", "name", "name_en", "valid_to")
    return [(row.code, row.label, row.valid_to is not None) for row in regions]


def _nowhere(subject: Subject, level: str) -> list[Subject]:
    """What lies in the place itself and in nothing below: zeros at the end."""
    name = {
        "town": pgettext("indicator", "In no town"),
        "community": pgettext("indicator", "In no community"),
        "grid": pgettext("indicator", "In no grid"),
    }[level]
    keys = [subject.key]
    if subject.level == "city":
        districts = Region.objects.filter(code__startswith=str(subject.key), level="district")
        keys = [
            subject.key * 100,
            *sorted({int(code[:6]) for code in districts.values_list("code", flat=True)}),
        ]
    step = DIGITS[level]
    return [
        Subject(key=key * 10 ** (step - len(str(key))), name=name, code="", level=level)
        for key in dict.fromkeys(keys)
    ]
