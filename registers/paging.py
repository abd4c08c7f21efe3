"""Pages by key in any order of columns: no page is ever counted through, and none shows a row twice."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from governance.foundation.errors import Invalid

Row = TypeVar("Row", bound=Model)
Key = list[Any]
FORWARD, BACK = "o", "n"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of a page and the cursors of its neighbours (None: there is none)."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None

    @property
    def total(self) -> int | None:
        """How many rows there are, where this page is all of them."""
        return len(self.rows) if self.next is None and self.previous is None else None


def page_of(rows: "QuerySet[Row]", order: Sequence[str], *, size: int, cursor: str = "") -> "Page[Row]":
    """One page in `order` (attribute names, `-` for falling; the last one unique). Raises Invalid."""
    is_back, key = read_cursor(cursor, len(order)) if cursor else (False, None)
    towards = [_turned(name) for name in order] if is_back else list(order)
    try:
        wanted = rows if key is None else rows.filter(beyond(towards, key))
        # The keys first: what a row shows is joined for the rows of the page alone, not for all that are sorted.
        keys = wanted.select_related(None).order_by(*towards).values("pk")[: size + 1]
        found = list(rows.filter(pk__in=keys).order_by(*towards))
    except (ValueError, TypeError, OverflowError) as error:
        raise _lost() from error
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    if not found:
        return Page([], None, None)
    has_next, has_previous = (True, has_more) if is_back else (has_more, key is not None)
    return Page(
        found,
        write_cursor(FORWARD, _key(found[-1], order)) if has_next else None,
        write_cursor(BACK, _key(found[0], order)) if has_previous else None,
    )


def beyond(order: Sequence[str], key: Key) -> Q:
    """The condition "after `key` in `order`"; its first column alone bounds it too, for the index."""
    condition, same = Q(), Q()
    for name, value in zip(order, key, strict=True):
        column = name.lstrip("-")
        later = Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        condition |= same & later
        same &= Q(**{column: value})
    first, value = order[0].lstrip("-"), key[0]
    return Q(**{f"{first}__{'lte' if order[0].startswith('-') else 'gte'}": value}) & condition


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _key(row: Model, order: Sequence[str]) -> Key:
    return [getattr(row, name.lstrip("-")) for name in order]


def write_cursor(direction: str, key: Key) -> str:
    """A key as an opaque word."""
    plain = json.dumps([direction, *key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read_cursor(text: str, length: int) -> tuple[bool, Key]:
    """(whether it leads back, the key). Raises Invalid for a cursor that is not ours."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        direction, *key = plain
    except (ValueError, TypeError, binascii.Error) as error:
        raise _lost() from error
    if direction not in {FORWARD, BACK} or len(key) != length:
        raise _lost()
    if any(isinstance(item, bool) or not isinstance(item, (int, str)) for item in key):
        raise _lost()
    if any(isinstance(item, int) and abs(item) >= 2**63 for item in key) or "\0" in str(key):
        raise _lost()
    return direction == BACK, key


def _lost() -> Invalid:
    return Invalid(_("This page of the list cannot be found; please start from the first one"))
