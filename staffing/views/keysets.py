"""Pages by key for lists in any order: the key is the row's own values of the order, so no row is skipped."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.utils.translation import gettext as _

from governance.foundation.errors import Invalid

Row = TypeVar("Row", bound=Model)
SIZE = 50


@dataclass(frozen=True)
class KeyPage(Generic[Row]):
    """One page and the cursors of its neighbours (None: there is none)."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None


def key_page(rows: QuerySet[Row], order: Sequence[str], cursor: str, *, size: int = SIZE) -> KeyPage[Row]:
    """The page at `cursor` of `rows` in `order` (field names, `-` for falling; the last one is unique).

    Raises Invalid for a cursor that is not ours.
    """
    direction, key = read(cursor, len(order))
    if direction == "p":
        turned = [name[1:] if name.startswith("-") else f"-{name}" for name in order]
        found = _take(rows, turned, key, size)
        more, found = len(found) > size, list(reversed(found[:size]))
        return KeyPage(
            found,
            write("n", found[-1], order) if found else None,
            write("p", found[0], order) if found and more else None,
        )
    found = _take(rows, order, key, size)
    more, found = len(found) > size, found[:size]
    return KeyPage(
        found,
        write("n", found[-1], order) if found and more else None,
        write("p", found[0], order) if found and key is not None else None,
    )


def _take(rows: QuerySet[Row], order: Sequence[str], key: Sequence[Any] | None, size: int) -> list[Row]:
    sorting = [_sorted(name) for name in order]
    try:
        wanted = rows.filter(_behind(order, key)) if key is not None else rows
        return list(wanted.order_by(*sorting)[: size + 1])
    except (ValueError, TypeError, ValidationError) as error:
        raise _unknown() from error


def _sorted(name: str) -> OrderBy:
    return F(name[1:]).desc() if name.startswith("-") else F(name).asc()


def _behind(order: Sequence[str], key: Sequence[Any]) -> Q:
    """The rows after the key: greater in the first field, or equal there and greater in the next, and so on."""
    condition, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, key, strict=True):
        field, way = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        condition |= equal & Q(**{f"{field}__{way}": value})
        equal &= Q(**{field: value})
    return condition


def write(direction: str, row: Model, order: Sequence[str]) -> str:
    """A cursor: `n` for what follows the row, `p` for what stands before it."""
    return pack(direction, [_value(row, name.lstrip("-")) for name in order])


def pack(direction: str, values: Sequence[object]) -> str:
    """A cursor from the values themselves."""
    return base64.urlsafe_b64encode(json.dumps([direction, *values]).encode()).decode().rstrip("=")


def _value(row: Model, name: str) -> Any:
    found: Any = row
    for part in name.split("__"):
        found = getattr(found, part)
    return found if isinstance(found, int) else str(found)


def read(text: str, length: int) -> tuple[str, list[Any] | None]:
    """(direction, key) of a cursor; no key for an empty one. Raises Invalid."""
    if not text:
        return "n", None
    try:
        direction, *key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise _unknown() from error
    if direction not in {"n", "p"} or len(key) != length or not all(isinstance(v, (str, int)) for v in key):
        raise _unknown()
    if any((isinstance(v, int) and not 0 <= v < 2**63) or (isinstance(v, str) and "\x00" in v) for v in key):
        raise _unknown()
    return direction, key


def _unknown() -> Invalid:
    return Invalid(_("This page of the list cannot be found; please start from the first one"))
