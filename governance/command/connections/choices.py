"""What a client can be given, in the words of today: sources, regions and grids are not its to invent."""

from django.utils.translation import pgettext_lazy

from governance.exchange.scopes import ApiScope
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.catalogue import current as catalogue

SHORT = {
    ApiScope.READ.value: pgettext_lazy("scope of a key, short", "read"),
    ApiScope.REPORT.value: pgettext_lazy("scope of a key, short", "report"),
    ApiScope.ACT.value: pgettext_lazy("scope of a key, short", "act"),
    ApiScope.EVENTS.value: pgettext_lazy("scope of a key, short", "events"),
    ApiScope.FIGURES.value: pgettext_lazy("scope of a key, short", "figures"),
}
LEVELS = ("district", "town", "community")


def source_choices() -> list[tuple[str, str]]:
    """Active sources."""
    rows = [row for row in catalogue().sources.values() if row.is_active]
    return [(row.code, str(row)) for row in rows]


def region_choices() -> list[tuple[str, str]]:
    """Districts, towns and communities, each below the one that it belongs to."""
    land = territory()
    places = sorted(
        (place for place in land.by_path.values() if place.level in LEVELS), key=lambda row: row.path
    )
    return [(place.code, f"{'　' * LEVELS.index(place.level)}{label_of(place)}") for place in places]


def names_of_sources(codes: list[str]) -> list[str]:
    """The sources by name; one that is no more by its code."""
    known = dict(source_choices())
    return [known.get(code, code) for code in codes]


def names_of_regions(codes: list[str]) -> list[str]:
    """The regions by name; one that is no more by its code."""
    known = territory().by_code
    return [label_of(known[code]) if code in known else code for code in codes]


def names_of_scopes(codes: list[str]) -> list[str]:
    """What a key is good for, in a word each."""
    return [str(SHORT[code]) for code in ApiScope.values if code in codes]
