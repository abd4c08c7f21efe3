"""The map's search box: regions and grids by name, pinyin, initials or code; people on posts by name or pinyin."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from governance.accounts.actors import Actor
from governance.command.map.reach import inside, paths_of
from governance.foundation.naming import label_of
from governance.foundation.spelling import pinyin_of
from grids.models import GridAssignment, GridPost
from grids.territory import current as territory
from incidents import finding
from incidents.views.pickers import place_rows

MAX_PEOPLE = 8
Row = dict[str, Any]


def search(actor: Actor, words: str, on: date) -> list[Row]:
    """Rows for the picker: what was typed first, then the people whose name it is. Nothing for no words."""
    if not words:
        return []
    land = territory()
    places = finding.search(finding.places(), words)
    rows = place_rows(land, places)
    for row, place in zip(rows, places, strict=True):
        row["level"] = place.level
    return [*people(actor, words, on), *rows][: finding.MAX_FOUND]


def people(actor: Actor, words: str, on: date) -> list[Row]:
    """People on posts in the reader's area; each leads to the grid."""
    rows = GridAssignment.objects.filter(
        inside(paths_of(actor), "post__grid__path"), Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on
    )
    land, found = territory(), []
    for pk, name, kind in _named(rows, words.strip().lower()):
        place = land.grids.get(pk)
        if place is not None:
            label = f"{name} · {GridPost.Kind(kind).label}"
            found.append((place, label))
        if len(found) == MAX_PEOPLE:
            break
    shown = place_rows(land, [place for place, _label in found])
    for row, (place, label) in zip(shown, found, strict=True):
        row |= {"label": label, "hint": label_of(place), "level": "grid"}
    return shown


def _named(rows: QuerySet[GridAssignment], words: str) -> Iterator[tuple[int, str, str]]:
    """(grid, name, kind of post) of those whose name, or its sound when Latin letters were typed, has the words."""
    columns = ("post__grid_id", "user__name", "post__kind")
    ordered = rows.order_by("user__name", "post__grid__code", "id")
    if not words.isascii():
        yield from ordered.filter(user__name__icontains=words).values_list(*columns)[: 2 * MAX_PEOPLE]
    elif len(words) > 1 and not words.isdigit():
        for grid_id, name, kind, spelled in ordered.values_list(
            *columns, "user__worker_profile__pinyin"
        ).iterator():
            if any(sound.startswith(words) for sound in (spelled or pinyin_of(name)).split()):
                yield grid_id, name, kind
