"""Keyset pages behind opaque cursors: a page costs the same however deep, and rows that arrive shift nothing."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from governance.foundation.api.strict import EARLIEST, LATEST
from governance.foundation.errors import Invalid

CURSOR_PARAM = "cursor"
Key = tuple[datetime, int]
Row = TypeVar("Row", bound=Model)
_EPOCH = EARLIEST
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where a page starts: after (towards older rows) or before the row with that time and id."""

    after: Key | None = None
    before: Key | None = None

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor of a link of ours. Raises Invalid for anything else."""
        if not text:
            return cls()
        try:
            raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
            way, micros, pk = raw.split(".")
            at = _EPOCH + int(micros) * _MICROSECOND
            if way not in {"a", "b"} or not EARLIEST <= at < LATEST or not 0 < int(pk) < 2**63:
                raise ValueError(raw)
            key = (at, int(pk))
        except (ValueError, OverflowError, binascii.Error) as error:
            raise Invalid(
                fields={CURSOR_PARAM: [_("This is not a cursor that was given out here")]}
            ) from error
        return cls(after=key) if way == "a" else cls(before=key)


def cursor_text(way: str, key: Key) -> str:
    """`a` (after) or `b` (before) that key, as an opaque word."""
    micros = (key[0] - _EPOCH) // _MICROSECOND
    return base64.urlsafe_b64encode(f"{way}.{micros}.{key[1]}".encode()).decode().rstrip("=")


def page_links(request: Request, next_key: Key | None, previous_key: Key | None) -> dict[str, str | None]:
    """The addresses of the neighbouring pages, with the filters kept; None where there is no page."""
    here = request.build_absolute_uri()
    return {
        "next": replace_query_param(here, CURSOR_PARAM, cursor_text("a", next_key)) if next_key else None,
        "previous": (
            replace_query_param(here, CURSOR_PARAM, cursor_text("b", previous_key)) if previous_key else None
        ),
    }


def window(
    rows: QuerySet[Row], field: str, cursor: Cursor, size: int
) -> tuple[list[Row], Key | None, Key | None]:
    """One page, newest by `field` (an instant or a day) first: (rows, key of the next page, key of the one before).

    One statement.
    """
    is_day = not isinstance(rows.model._meta.get_field(field), DateTimeField)

    def key_of(row: Any) -> Key:
        value = getattr(row, field)
        return datetime.combine(value, time(), tzinfo=UTC) if is_day else value, row.pk

    def beyond(way: str, key: Key) -> Q:
        value = key[0].date() if is_day else key[0]
        return Q(**{f"{field}__{way}": value}) | Q(**{field: value, f"pk__{way}": key[1]})

    if cursor.before is not None:
        newer = list(rows.filter(beyond("gt", cursor.before)).order_by(field, "pk")[: size + 1])
        found, more = newer[:size][::-1], len(newer) > size
        return found, key_of(found[-1]) if found else None, key_of(found[0]) if found and more else None
    if cursor.after is not None:
        rows = rows.filter(beyond("lt", cursor.after))
    older = list(rows.order_by(f"-{field}", "-pk")[: size + 1])
    found, more = older[:size], len(older) > size
    begins = cursor.after is None or not found
    return found, key_of(found[-1]) if more else None, None if begins else key_of(found[0])
