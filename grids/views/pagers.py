"""Pages of a list by key: (instant or day, id), newest or earliest first, with an opaque cursor."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.foundation.errors import Invalid

Row = TypeVar("Row", bound=Model)
Key = tuple[datetime, int]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows with the cursors of the pages beside them."""

    rows: list[Row]
    next: str | None
    previous: str | None


def page_of(
    rows: QuerySet[Any], field: str, text: str, size: int, *, is_ascending: bool = False
) -> Page[Any]:
    """The page at a cursor, ordered by an instant or a day and the id, newest first unless `is_ascending`.

    `next` and `o` lead onwards in that order. Raises Invalid for a strange cursor.
    """
    direction, key = read(text)
    is_back = direction == "n"
    if key is not None:
        rows = rows.filter(_beyond(field, key, "gt" if is_back != is_ascending else "lt"))
    order = (field, "pk") if is_back != is_ascending else (f"-{field}", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    key_of: Callable[[Any], Key] = lambda row: (_moment(getattr(row, field)), row.pk)  # noqa: E731  # two short uses
    older = has_more or is_back
    newer = has_more if is_back else key is not None
    return Page(
        found,
        write("o", key_of(found[-1])) if found and older else None,
        write("n", key_of(found[0])) if found and newer else None,
    )


def _moment(value: date | datetime) -> datetime:
    """A day as its beginning in the city's own time, which a date column reads as the same day."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time(0), timezone.get_default_timezone())


def _beyond(field: str, key: Key, lookup: str) -> Q:
    return Q(**{f"{field}__{lookup}": key[0]}) | Q(**{field: key[0], f"pk__{lookup}": key[1]})


def write(direction: str, key: Key) -> str:
    """A key as an opaque word: `o` towards older rows, `n` towards newer ones."""
    plain = f"{direction}|{key[0].isoformat()}|{key[1]}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def read(text: str) -> tuple[str, Key | None]:
    """Direction and key of a cursor; no key for the first page."""
    if not text:
        return "o", None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        direction, moment, pk = plain.split("|")
        key = (datetime.fromisoformat(moment), int(pk))
        if key[0].tzinfo is None or not 0 < key[1] < 2**63 or direction not in {"o", "n"}:
            raise ValueError(plain)
    except (ValueError, binascii.Error) as error:
        raise Invalid(_("This page of the list cannot be found; please start from the first one")) from error
    return direction, key
