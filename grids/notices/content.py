"""What stands on the notice sheet of each grid: a handful of statements, however many grids."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from governance.accounts.models import COMMAND_KINDS, TIER_ORDER, OrgUnit
from grids import locator_cache
from grids.geometry import Area, area_m2, parse_area
from grids.models import Grid, GridAssignment, GridPost
from grids.notices.duties import DUTIES, ORDER
from grids.notices.sketch import Frame, sketch
from grids.territory import Territory
from grids.territory import current as territory

LANGUAGE = "zh-hans"
SQUARE_KM = 1_000_000


@dataclass(frozen=True)
class Person:
    """Somebody in a post. `name` empty: the post is vacant."""

    role: str
    name: str
    phone: str
    duty: str


@dataclass(frozen=True)
class Notice:
    """One sheet, ready to be set."""

    code: str
    name: str
    kind: str
    places: str
    area: str
    households: int
    people: tuple[Person, ...]
    supervision_unit: str
    supervision_phone: str
    sketch: str
    qr: str
    qr_leads_to_page: bool
    on: str


def notices_of(grids: Sequence[Grid], *, on: date) -> list[Notice]:
    """The sheets of these grids on that day, in Chinese: they hang in the street."""
    with translation.override(LANGUAGE):
        people, phones = _people(grids, on), _phones()
        return [_notice(grid, people[grid.pk], phones, on) for grid in grids]


def _notice(grid: Grid, people: Sequence[Person], phones: Mapping[int, str], on: date) -> Notice:
    land, area = territory(), parse_area(grid.polygon)
    unit, phone = _supervision(land, grid.path, phones)
    link = settings.NOTICE_LINK.replace("{code}", grid.code)
    surface = area_m2(area) / SQUARE_KM
    return Notice(
        code=grid.code,
        name=grid.name,
        kind=str(grid.get_kind_display()),
        places=" · ".join(place.name for place in land.chain(grid.path) if place.level != "grid"),
        area=f"{surface:.2f}" if surface >= 1 else f"{surface:.3f}",
        households=grid.household_count,
        people=tuple(people),
        supervision_unit=unit,
        supervision_phone=phone,
        sketch=sketch(area, _neighbours(grid, area), grid.name),
        qr=_code(link or f"tel:{phone}"),
        qr_leads_to_page=bool(link),
        on=on.isoformat(),
    )


def _people(grids: Sequence[Grid], on: date) -> dict[int, list[Person]]:
    """Who fills the posts of each grid, in the order of the posts; vacant ones are shown as such."""
    ids = [grid.pk for grid in grids]
    posts = GridPost.objects.filter(grid__in=ids).values_list("id", "grid_id", "kind")
    there = GridAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), post__grid__in=ids, starts_on__lte=on, user__is_active=True
    )
    holders = defaultdict(list)
    for post_id, name, phone in there.order_by("id").values_list("post_id", "user__name", "user__phone"):
        holders[post_id].append((name, phone or ""))
    found: dict[int, list[Person]] = defaultdict(list)
    kinds = {kind.value: rank for rank, kind in enumerate(ORDER)}
    for post_id, grid_id, kind in sorted(posts, key=lambda row: (kinds.get(row[2], len(kinds)), row[0])):
        role, duty = str(GridPost.Kind(kind).label), str(DUTIES.get(kind, ""))
        for name, phone in holders[post_id] or [("", "")]:
            found[grid_id].append(Person(role, name, phone, duty))
    return found


def _supervision(land: Territory, path: str, phones: Mapping[int, str]) -> tuple[str, str]:
    """The centre that hears complaints: of the town, or of the next level that has a phone."""
    for tier in ("town", "district", "city"):
        unit = land.command_unit(path, tier)
        if unit is not None and TIER_ORDER[unit.tier] >= TIER_ORDER[tier] and phones.get(unit.id):
            return unit.name, phones[unit.id]
    unit = land.command_unit(path, "town")
    return (unit.name if unit else ""), settings.SUPERVISION_PHONE


def _phones() -> dict[int, str]:
    """The phones of the command units."""
    rows = OrgUnit.objects.filter(kind__in=COMMAND_KINDS, is_active=True).exclude(phone="")
    return dict(rows.values_list("id", "phone"))


def _neighbours(grid: Grid, area: Area) -> list[tuple[str, Area]]:
    """Names and outlines of the grids that the drawing shows besides this one."""
    snapshot = locator_cache.current()
    near = snapshot.locator.touching(*Frame.around(area).box.bounds)
    return [(snapshot.grids[pk].name, snapshot.areas[pk]) for pk in near if pk != grid.pk]


def _code(content: str) -> str:
    """A QR code as SVG."""
    import segno  # read when it is used: it is large

    return str(segno.make(content, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff"))
