"""Who and what is found by plain words. Each finder starts from what the reader may see; groups come in one order.

Tickets are not among them: the page lists them by the filter of the ticket list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.command.map.reach import inside, paths_of
from governance.foundation.clock import local
from governance.foundation.errors import Text
from governance.foundation.masking import mask_phone
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.models import GridAssignment, GridPost, Region
from grids.territory import current as territory
from incidents import finding
from knowledge.finding import best
from knowledge.models import KnowledgeEntry
from mediation.models import MediationCase
from mediation.rules import may_read as reads_mediation
from registers.models import KeyPlace, Resident
from registers.querysets import inside as within
from registers.querysets import paths_for, visible_buildings
from registers.roles import KEEPERS
from staffing.rules import READERS as POST_READERS
from staffing.rules import paths_of as post_paths

FEW: Final = 6
LONGEST: Final = 60
LETTERS: Final = 2
"""Fewer Latin letters are the beginning of too many names."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One thing that was found, and where it leads."""

    label: str
    hint: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """What one finder has found. `more_url`: its own list with the same words, where there is one."""

    name: str
    label: Text
    icon: str
    hits: Sequence[Hit]
    more_url: str = ""


Find = Callable[[Actor, str, datetime, int], Sequence[Hit]]


@dataclass(frozen=True, kw_only=True)
class Finder:
    """`is_quick`: asked while somebody types; the others only where a person has asked for the page, as they are kept
    in the journal."""

    name: str
    label: Text
    icon: str
    find: Find
    more: Callable[[Actor, str], str] = lambda _actor, _words: ""
    is_quick: bool = True


def ground(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Regions and grids by name, pinyin, initials or code; names are for everybody with an appointment."""
    land, found = territory(), []
    for place in finding.search(finding.places(), words, limit=limit):
        above = " / ".join(label_of(item) for item in land.chain(place.path)[1:-1])
        kind = str(Region.Level(place.level).label) if place.level != "grid" else _("Grid")
        is_grid = place.level == "grid"
        url = f"{reverse('command:map')}?grid={place.code}" if is_grid else _list_of(place.code)
        found.append(
            Hit(label=label_of(place), hint=" · ".join(p for p in (kind, above, place.code) if p), url=url)
        )
    return found


def _list_of(code: str) -> str:
    return f"{reverse('command:search')}?{urlencode({'region': code})}"


def places(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Key places by words of their name or address."""
    rows = KeyPlace.objects.visible_to(actor).active()
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(address__icontains=word))
    return [
        Hit(
            label=row.name,
            hint=" · ".join(part for part in (str(row.get_kind_display()), row.address) if part),
            url=reverse("registers:place", args=[row.pk]),
        )
        for row in rows.only("name", "kind", "address").order_by("name", "pk")[:limit]
    ]


def buildings(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Buildings by words of their name or address; each leads to its households."""
    rows = visible_buildings(actor)
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(address__icontains=word))
    home = reverse("registers:households")
    return [
        Hit(label=row.name, hint=row.address, url=f"{home}?{urlencode({'building': row.pk})}")
        for row in rows.only("name", "address").order_by("name", "pk")[:limit]
    ]


def posts(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """People on posts of grids in the reader's area, by name, pinyin or initials; telephones are masked."""
    today = local(at).date()
    rows = GridAssignment.objects.filter(
        inside(paths_of(actor), "post__grid__path"),
        Q(ends_on=None) | Q(ends_on__gte=today),
        starts_on__lte=today,
    )
    plain = words.strip().lower()
    called = Q(user__name__icontains=plain)
    if plain.isascii():
        if len(plain) < LETTERS or plain.isdigit():
            return []
        sound = plain.replace(" ", "")
        called = Q(user__worker_profile__pinyin__startswith=sound) | Q(
            user__worker_profile__pinyin__contains=f" {sound}"
        )
    rows = rows.filter(called).select_related("user", "post__grid").defer("post__grid__polygon")
    reads = bool(post_paths(actor, POST_READERS))
    found = []
    for row in rows.order_by("user__name", "post__grid__code", "pk")[:limit]:
        hint = f"{GridPost.Kind(row.post.kind).label} · {label_of(row.post.grid)} · {mask_phone(row.user.phone or '')}"
        page = reverse("staffing:person", args=[row.user_id]) if reads else ""
        card = f"{reverse('command:map')}?grid={row.post.grid.code}"
        found.append(Hit(label=row.user.name, hint=hint.rstrip(" ·"), url=page or card))
    return found


def units(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Units by name, pinyin, initials or code; each leads to the tickets that it holds."""
    if not scopes.of(actor.user).reaches:
        return []
    home = reverse("incidents:list")
    return [
        Hit(label=label_of(unit), hint=unit.code, url=f"{home}?{urlencode({'holder': unit.id, 'open': 1})}")
        for unit in finding.search(finding.units(), words, limit=limit)
    ]


def disputes(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Mediation cases by number or words of the title, newest first."""
    if not reads_mediation(actor):
        return []
    rows = MediationCase.objects.visible_to(actor)
    rows = rows.filter(Q(number=words.upper()) | Q(external_no=words) | Q(title__icontains=words))
    return [
        Hit(
            label=row.title,
            hint=f"{row.number} · {row.get_state_display()}",
            url=reverse("mediation:case", args=[row.number]),
        )
        for row in rows.only("number", "title", "state").order_by("-registered_at", "-pk")[:limit]
    ]


def answers(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Published knowledge entries that answer what is asked in own words, or by pinyin."""
    if not scopes.of(actor.user).reaches:
        return []
    return [
        Hit(
            label=item.entry.question,
            hint=item.entry.unit.name,
            url=reverse("knowledge:entry", args=[item.entry.number]),
        )
        for item in best(words, KnowledgeEntry.objects.published(), most=limit)
    ]


def residents(actor: Actor, words: str, at: datetime, limit: int) -> list[Hit]:
    """Present residents by the beginning of their name, for those who keep them; the rows are masked."""
    name = words.strip()
    paths = paths_for(actor, KEEPERS)
    if not paths or len(name) < LETTERS or name.isascii() or " " in name:
        return []
    rows = Resident.objects.visible_to(actor).present().filter(within(paths), name__startswith=name)
    return [
        Hit(
            label=row.masked_name,
            hint=row.household.masked_address,
            url=reverse("registers:resident", args=[row.pk]),
        )
        for row in rows.select_related("household__building").order_by("-pk")[:limit]
    ]


def _more(name: str) -> Callable[[Actor, str], str]:
    return lambda _actor, words: f"{reverse(name)}?{urlencode({'q': words})}"


FINDERS: Final = (
    Finder(
        name="ground",
        label=pgettext_lazy("search", "Regions and grids"),
        icon="layout-grid",
        find=ground,
        more=_more("command:map-list"),
    ),
    Finder(
        name="posts",
        label=pgettext_lazy("search", "People on posts"),
        icon="users-group",
        find=posts,
        more=lambda actor, words: (
            f"{reverse('staffing:people')}?{urlencode({'q': words})}"
            if post_paths(actor, POST_READERS)
            else ""
        ),
    ),
    Finder(name="units", label=pgettext_lazy("search", "Units"), icon="building-community", find=units),
    Finder(
        name="places",
        label=pgettext_lazy("search", "Key places"),
        icon="building-store",
        find=places,
        more=_more("registers:places"),
    ),
    Finder(name="buildings", label=pgettext_lazy("search", "Buildings"), icon="building", find=buildings),
    Finder(
        name="disputes",
        label=pgettext_lazy("search", "Mediation cases"),
        icon="scale",
        find=disputes,
        more=_more("mediation:cases"),
    ),
    Finder(
        name="answers",
        label=pgettext_lazy("search", "Knowledge"),
        icon="book",
        find=answers,
        more=_more("knowledge:entries"),
    ),
    Finder(
        name="residents",
        label=pgettext_lazy("search", "Residents"),
        icon="user",
        find=residents,
        is_quick=False,
    ),
)


def groups(actor: Actor, words: str, at: datetime, *, is_quick: bool, limit: int = FEW) -> list[Group]:
    """What the finders have found, without those that found nothing."""
    words = " ".join(words.split())[:LONGEST]
    found = []
    for finder in FINDERS if words else ():
        if is_quick and not finder.is_quick:
            continue
        hits = finder.find(actor, words, at, limit)
        if hits:
            more = finder.more(actor, words) if len(hits) == limit else ""
            found.append(
                Group(name=finder.name, label=finder.label, icon=finder.icon, hits=hits, more_url=more)
            )
    return found
