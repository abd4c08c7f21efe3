"""What the frame of every page shows: where one is, who is on duty, the bell, and the pages one may open.

Everything is worked out when a template asks for it, so that a part for htmx costs nothing; a whole page
costs two statements.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property, lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.command.menu import PAGES, Page
from governance.command.public_board import setting as public_board
from governance.foundation.clock import now
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.scope import Scope
from grids.territory import current as territory
from incidents import queries
from incidents.views.faces import unit_name

NAMED_PLACES = 2
PAGE_TAKES = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the side navigation. `count` None: no number; `note` says what is counted."""

    label: str
    url: str
    icon: str
    count: str | None = None
    lamp: str = ""
    note: str = ""
    is_active: bool = False


@dataclass(frozen=True)
class Pages:
    """The pages that somebody may open, with their addresses. `key` tells two of them apart."""

    lines: tuple[tuple[Page, str], ...]
    key: str

    def here(self, path: str) -> str:
        """The address of the page that `path` belongs to; empty for none."""
        return max((url for _page, url in self.lines if path.startswith(url)), key=len, default="")


class Menu:
    """The lines of the side navigation, the present one marked. They are put into words when somebody asks."""

    def __init__(self, request: HttpRequest, user: User, pages: Pages) -> None:
        self.pages, self.here = pages, pages.here(request.path)
        scope = scopes.of(user)
        counted = ((url, page.count(request, user, scope)) for page, url in pages.lines if page.count)
        self.counted = {url: found for url, found in counted if found is not None}

    @property
    def key(self) -> str:
        """What tells two of them apart in one language: the rendered lines are kept under it."""
        counts = (f"{url} {found.words} {found.lamp} {found.note}" for url, found in self.counted.items())
        return ";".join((self.pages.key, self.here, *counts))

    def __bool__(self) -> bool:
        return bool(self.pages.lines)

    def __iter__(self) -> Iterator[Entry]:
        for page, url in self.pages.lines:
            counted = self.counted.get(url)
            yield Entry(
                label=str(page.label),
                url=url,
                icon=page.icon,
                count=counted.words if counted is not None else None,
                lamp=counted.lamp if counted is not None else "",
                note=counted.note if counted is not None else "",
                is_active=url == self.here,
            )


class Frame:
    """The top bar of one person's page."""

    def __init__(self, request: HttpRequest, user: User | AnonymousUser | None) -> None:
        self.request, self.user = request, user

    @property
    def scope(self) -> Scope:
        """What the person covers."""
        return scopes.of(self.user)

    @cached_property
    def city(self) -> str:
        """The name of the city; empty where there is none, or while the database is away."""
        try:
            places = territory().by_path.values()
        except DatabaseError:
            return ""
        return next((label_of(place) for place in places if place.level == "city"), "")

    @cached_property
    def unit(self) -> str:
        """The person's own unit."""
        return unit_name(self.user.unit_id) if isinstance(self.user, User) else ""

    @cached_property
    def role(self) -> str:
        """The roles in force, in words."""
        return _role_words(self.scope.roles, get_language())

    @property
    def duty_name(self) -> str:
        """Who is on duty by the roster; where it names nobody, the duty officer who signed in last."""
        return self._sign.duty_name

    @property
    def has_no_shift(self) -> bool:
        """Whether the roster names nobody now."""
        return not self._sign.is_rostered

    @cached_property
    def bell_count(self) -> int:
        """Notices not read yet, counted up to a bound."""
        return self._sign.notices

    @property
    def bell_words(self) -> str:
        """The number on the bell; at the bound only that there are more."""
        bound = queries.NOTICE_CAP
        return f"{bound - 1}+" if self.bell_count >= bound else str(self.bell_count)

    @property
    def notify_url(self) -> str:
        """Where the browser asks what it shows by itself; empty for those who did not choose that."""
        return reverse("incidents:notices-fresh") if self._sign.browser else ""

    @cached_property
    def _sign(self) -> queries.Sign:
        user_id = self.user.pk if isinstance(self.user, User) else None
        return queries.sign(self.scope, user_id, at=now())

    home_url = "/"
    stream_url = "/events/"

    @property
    def search_url(self) -> str:
        """The search page, which takes `?q=`."""
        return address("command:search")

    @property
    def stream_since(self) -> str:
        """From when on the page's stream has to look for what it missed: before its contents were read."""
        return (now() - PAGE_TAKES).isoformat()

    @property
    def figures_url(self) -> str:
        """The figures for everybody while the city shows them; empty while it does not, or the database is away."""
        try:
            is_open = public_board.current().is_open
        except DatabaseError:
            return ""
        return address("public-figures:page") if is_open else ""

    @property
    def bell_url(self) -> str:
        """The list of notices."""
        return address("incidents:notices")

    @property
    def bell_part_url(self) -> str:
        """The bell alone, with its count of now."""
        return address("incidents:bell")

    @property
    def bell_topics(self) -> str:
        """What the bell listens to: the notices of the person's units, and the person's own."""
        units = [f"notices:{unit_id}" for unit_id in sorted(self.scope.unit_ids)]
        own = [f"notices:person-{self.user.pk}"] if isinstance(self.user, User) else []
        return " ".join([*units, *own])


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`frame`, `navigation` and `scope_label` for every template."""
    user = getattr(request, "user", None)
    frame = Frame(request, user)
    return {
        "frame": frame,
        "navigation": SimpleLazyObject(lambda: menu_of(request, user)),
        "scope_label": SimpleLazyObject(lambda: scope_words(frame.scope)),
    }


def menu_of(request: HttpRequest, user: User | AnonymousUser | None) -> Menu | None:
    """The pages that this person may open; None for a visitor."""
    if not isinstance(user, User):
        return None
    scope = scopes.of(user)
    # Who holds no post may still keep the system, which is written elsewhere and may change.
    pages = _known_pages(user, scope, user.is_staff) if scope.reaches else _pages(user, scope)
    return Menu(request, user, pages)


def _pages(user: User, scope: Scope) -> Pages:
    found = ((page, address(page.name)) for page in PAGES if page.is_for(user, scope))
    lines = tuple((page, url) for page, url in found if url)
    return Pages(lines, " ".join(url for _page, url in lines))


@lru_cache(1024)
def _known_pages(user: User, scope: Scope, _is_staff: bool) -> Pages:
    """As long as somebody holds the same posts, the pages are the same."""
    return _pages(user, scope)


@lru_cache(256)
def _role_words(roles: frozenset[str], _language: str | None) -> str:
    return "、".join(str(role.label) for role in Role if role in roles)


@cache
def address(name: str) -> str:
    """The address of a page, empty where this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def scope_words(scope: Scope) -> str:
    """Which places and units one sees: names of the first ones, and how many more."""
    land = territory()
    places = [label_of(land.by_path[path]) for path in scope.paths if path in land.by_path]
    if places:
        return _summed(places)
    units = [name for name in map(unit_name, sorted(scope.unit_ids)) if name]
    return _summed(units) if units else _("No area yet")


def _summed(names: list[str]) -> str:
    shown, more = "、".join(names[:NAMED_PLACES]), len(names) - NAMED_PLACES
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {
        "names": shown,
        "n": more,
    }
