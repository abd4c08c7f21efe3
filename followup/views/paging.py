"""Pages of a list by key, the earliest instant first."""

from typing import Any

from django.db.models import Q, QuerySet

from grids.views.pagers import Page, read, write


def due_page(rows: QuerySet[Any], field: str, text: str, size: int) -> Page[Any]:
    """The page at a cursor, ordered by an instant and the id, earliest first. Raises Invalid for a strange cursor.

    `o` goes on towards later rows, `n` back towards earlier ones.
    """
    direction, key = read(text)
    is_back = direction == "n"
    if key is not None:
        lookup = "lt" if is_back else "gt"
        rows = rows.filter(
            Q(**{f"{field}__{lookup}": key[0]}) | Q(**{field: key[0], f"pk__{lookup}": key[1]})
        )
    order = (f"-{field}", "-pk") if is_back else (field, "pk")
    found = list(rows.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_back:
        found.reverse()
    has_later = has_more or is_back
    has_earlier = has_more if is_back else key is not None
    return Page(
        found,
        write("o", (getattr(found[-1], field), found[-1].pk)) if found and has_later else None,
        write("n", (getattr(found[0], field), found[0].pk)) if found and has_earlier else None,
    )
