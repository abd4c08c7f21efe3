"""What every list of fieldwork over REST does: filters by place, one page, what a row shows beside its columns."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from governance.foundation.api.paging import Cursor, page_links, window
from governance.foundation.api.shapes import Base
from governance.foundation.errors import Unprocessable
from grids.territory import current as territory
from incidents.api.listing import DEFAULT_LIMIT


class Shown:
    """A row with what does not stand in its columns."""

    def __init__(self, row: Any, **more: Any) -> None:
        self.row, self.more = row, more

    def __getattr__(self, name: str) -> Any:
        return self.more[name] if name in self.more else getattr(self.row, name)


def code_of(path: str) -> str:
    """The code of a place of now; empty for one that is no more."""
    place = territory().by_path.get(path)
    return place.code if place is not None else ""


def inside(code: str) -> Q:
    """The condition of a region or grid; everything for none. Raises Unprocessable for an unknown one."""
    if not code:
        return Q()
    place = territory().by_code.get(code)
    if place is None:
        raise Unprocessable(fields={"region": [_("Unknown region or grid")]}, code="unknown_region")
    return Q(region_path__startswith=place.path)


def page_answer(
    request: Request,
    rows: QuerySet[Any],
    field: str,
    wanted: Mapping[str, Any],
    shape: Base,
    show: Callable[[list[Any]], list[Shown]],
) -> Response:
    """One page as the document describes it."""
    cursor, size = Cursor.read(wanted.get("cursor", "")), wanted.get("limit", DEFAULT_LIMIT)
    found, next_key, previous_key = window(rows, field, cursor, size)
    results = [shape.to_representation(row) for row in show(found)]
    return Response({**page_links(request, next_key, previous_key), "results": results})
