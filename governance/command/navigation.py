"""What the frame of every page shows: where one is, who is on duty, the bell, and the pages one may open.

Everything is worked out when a template asks for it, so that a part for htmx costs nothing; a whole page
costs two statements.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from consultation.rules import WHISTLE_READERS
from followup.rules import RESULT_READERS
from followup.states import CALLERS
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import WORKERS, Role
from governance.foundation.clock import now
from governance.foundation.errors import Text
from grids import scope as scopes
from grids.scope import Scope
from grids.territory import current as territory
from incidents import queries
from incidents.states import TICKET_TABLE
from incidents.states.who import INTAKE
from incidents.views.desk.workbench import READERS as BENCH_READERS
from incidents.views.faces import label_of, unit_name
from mandates.rules import READERS as MANDATE_READERS
from registers.roles import REPORT_READERS
from staffing import holes
from staffing.querysets import roster_unit_ids
from staffing.rules import READERS as STAFF_READERS
from staffing.rules import ROSTER_READERS
from supervision.rules import PAGE_READERS as SUPERVISION_READERS

OVERVIEW = frozenset(
    {
        Role.LEADER,
        Role.DUTY_OFFICER,
        Role.DISPATCHER,
        Role.OVERSIGHT_OFFICER,
        Role.TOWN_STAFF,
        Role.COMMUNITY_STAFF,
        Role.DEPT_LEAD,
    }
)
BULLETIN_UNITS = frozenset({Role.DEPT_LEAD, Role.DEPT_HANDLER})
REPORTERS = frozenset(TICKET_TABLE["register"].who)
NAMED_PLACES = 2
MOST_HOLES = 99
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


def is_administrator(user: User) -> bool:
    """Whether the person keeps the system; asked only of those who have no place or unit."""
    return user.groups.filter(name=Role.ADMINISTRATOR).exists()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that some people may open."""

    label: Text
    name: str
    icon: str
    is_for: Callable[[User, Scope], bool]
    count: "Callable[[HttpRequest, User, Scope], Counted | None] | None" = None


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a page's line tells besides its name."""

    words: str
    lamp: str = ""
    note: str = ""


def inbox_count(request: HttpRequest, user: User, scope: Scope) -> Counted:
    """What waits in the inbox; its own page has counted it already."""
    found: queries.Waiting | None = getattr(request, "waiting", None)
    waiting = found or queries.waiting(scope, now())
    return Counted(words=waiting.words, lamp="red" if waiting.late else "")


def roster_count(request: HttpRequest, user: User, scope: Scope) -> Counted | None:
    """Holes of the rosters that the person reads, as they were counted lately; nothing where all is filled."""
    if not scope.roles & ROSTER_READERS:
        return None
    found = holes.known(roster_unit_ids(Actor(user=user, unit_id=user.unit_id)))
    if found is None or not found.count:
        return None
    return Counted(
        words=f"{MOST_HOLES}+" if found.count > MOST_HOLES else str(found.count),
        lamp="red" if found.now else "amber",
        note=_("holes in the duty roster in the next 7 days"),
    )


PAGES = (
    Page(
        label=pgettext_lazy("navigation", "Dashboard"),
        name="command:dashboard",
        icon="dashboard",
        is_for=lambda user, scope: bool(scope.roles & OVERVIEW),
    ),
    Page(
        label=pgettext_lazy("navigation", "My work"),
        name="incidents:inbox",
        icon="inbox",
        is_for=lambda user, scope: bool(queries.actionable_states(scope.roles)),
        count=inbox_count,
    ),
    Page(
        label=pgettext_lazy("navigation", "Dispatch desk"),
        name="incidents:desk",
        icon="layout-columns",
        is_for=lambda user, scope: bool(scope.roles & set(INTAKE)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Workbench"),
        name="incidents:workbench",
        icon="briefcase",
        is_for=lambda user, scope: bool(scope.roles & BENCH_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Picture"),
        name="incidents:picture",
        icon="eye",
        is_for=lambda user, scope: Role.LEADER in scope.roles,
    ),
    Page(
        label=pgettext_lazy("navigation", "Register a report"),
        name="incidents:register",
        icon="edit",
        is_for=lambda user, scope: bool(scope.roles & REPORTERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Tickets"),
        name="incidents:list",
        icon="list-details",
        is_for=lambda user, scope: bool(scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Map"),
        name="command:map",
        icon="map-2",
        is_for=lambda user, scope: bool(scope.reaches),
    ),
    Page(
        label=pgettext_lazy("navigation", "Grids"),
        name="grids:statistics",
        icon="layout-grid",
        is_for=lambda user, scope: bool(scope.paths),
    ),
    Page(
        label=pgettext_lazy("navigation", "Registers"),
        name="registers:home",
        icon="address-book",
        is_for=lambda user, scope: bool(scope.roles & REPORT_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Grid staff"),
        name="staffing:overview",
        icon="users-group",
        is_for=lambda user, scope: bool(scope.roles & STAFF_READERS),
        count=roster_count,
    ),
    Page(
        label=pgettext_lazy("navigation", "Grid staff"),
        name="staffing:roster",
        icon="users-group",
        is_for=lambda user, scope: bool(scope.roles & ROSTER_READERS) and not scope.roles & STAFF_READERS,
        count=roster_count,
    ),
    Page(
        label=pgettext_lazy("navigation", "Staffing bulletins"),
        name="staffing:bulletins",
        icon="speakerphone",
        is_for=lambda user, scope: bool(scope.roles & BULLETIN_UNITS) and not scope.roles & ROSTER_READERS,
    ),
    Page(
        label=pgettext_lazy("navigation", "My leave"),
        name="staffing:leaves",
        icon="calendar-off",
        is_for=lambda user, scope: bool(scope.roles & WORKERS) and not scope.roles & STAFF_READERS,
    ),
    Page(
        label=pgettext_lazy("navigation", "Follow-up"),
        name="followup:queue",
        icon="phone-call",
        is_for=lambda user, scope: bool(scope.roles & set(CALLERS)),
    ),
    Page(
        label=pgettext_lazy("navigation", "Follow-up results"),
        name="followup:results",
        icon="mood-check",
        is_for=lambda user, scope: bool(scope.roles & RESULT_READERS) and not scope.roles & set(CALLERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Supervision"),
        name="supervision:board",
        icon="gavel",
        is_for=lambda user, scope: bool(scope.roles & SUPERVISION_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Duty lists"),
        name="mandates:lists",
        icon="list-check",
        is_for=lambda user, scope: bool(scope.roles & MANDATE_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Whistle and consultation"),
        name="consultation:calls",
        icon="speakerphone",
        is_for=lambda user, scope: bool(scope.roles & WHISTLE_READERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Phone view"),
        name="phone:tasks",
        icon="device-mobile",
        is_for=lambda user, scope: bool(scope.roles & WORKERS),
    ),
    Page(
        label=pgettext_lazy("navigation", "Territory as files"),
        name="grids:files",
        icon="file-export",
        is_for=lambda user, scope: not scope.reaches and is_administrator(user),
    ),
    Page(
        label=pgettext_lazy("navigation", "Settings"),
        name="admin:index",
        icon="settings",
        is_for=lambda user, scope: user.is_staff,
    ),
)


class Frame:
    """The top bar of one person's page."""

    def __init__(self, request: HttpRequest, user: User | AnonymousUser | None) -> None:
        self.request, self.user = request, user

    @property
    def scope(self) -> Scope:
        """What the person covers."""
        return scopes.of(self.user)

    @property
    def city(self) -> str:
        """The name of the city; empty where there is none, or while the database is away."""
        try:
            places = territory().by_path.values()
        except DatabaseError:
            return ""
        return next((label_of(place) for place in places if place.level == "city"), "")

    @property
    def unit(self) -> str:
        """The person's own unit."""
        return unit_name(self.user.unit_id) if isinstance(self.user, User) else ""

    @property
    def role(self) -> str:
        """The roles in force, in words."""
        return "、".join(str(Role(role).label) for role in Role.values if role in self.scope.roles)

    @property
    def duty_name(self) -> str:
        """Who is on duty by the roster; where it names nobody, the duty officer who signed in last."""
        return self._sign.duty_name

    @property
    def has_no_shift(self) -> bool:
        """Whether the roster names nobody now."""
        return not self._sign.is_rostered

    @property
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
        """The list, which takes `?q=`."""
        return address("incidents:list")

    @property
    def stream_since(self) -> str:
        """From when on the page's stream has to look for what it missed: before its contents were read."""
        return (now() - PAGE_TAKES).isoformat()

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
        "navigation": SimpleLazyObject(lambda: list(entries(request, user))),
        "scope_label": SimpleLazyObject(lambda: scope_words(frame.scope)),
    }


def entries(request: HttpRequest, user: User | AnonymousUser | None) -> Iterator[Entry]:
    """The pages that this person may open, the present one marked."""
    if not isinstance(user, User):
        return
    scope = scopes.of(user)
    urls = {page.name: address(page.name) for page in PAGES if page.is_for(user, scope)}
    here = max((url for url in urls.values() if url and request.path.startswith(url)), key=len, default="")
    for page in PAGES:
        url = urls.get(page.name)
        if not url:
            continue
        counted = page.count(request, user, scope) if page.count is not None else None
        yield Entry(
            label=str(page.label),
            url=url,
            icon=page.icon,
            count=counted.words if counted is not None else None,
            lamp=counted.lamp if counted is not None else "",
            note=counted.note if counted is not None else "",
            is_active=url == here,
        )


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
