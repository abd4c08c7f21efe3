"""The card of one grid: what it is, who stands there, what waits, what is missing. Phones are masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.command.map.duties import DUTIES
from governance.command.map.reach import covers
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden
from governance.foundation.masking import mask_phone
from governance.foundation.naming import label_of
from grids import scope as scopes
from grids.models import Grid, GridAssignment, GridRevision, MicroGrid
from grids.rules import may_prepare
from grids.territory import Place
from grids.territory import current as territory
from grids.views.ground import box_of
from incidents.models import Ticket
from incidents.queries import TicketFilter, filtered
from incidents.views.faces import unit_name
from incidents.views.links import list_url
from registers.models import KeyPlace
from registers.queries import GridCounts, counts_of_grids
from registers.roles import READERS
from staffing.models import Coordinator, Leave, PartyOrganization, SocialOrganization
from staffing.queries import Vacancy, vacancies_of
from staffing.queries.coordinators import coordinators_of
from staffing.queries.vacancies import away_on
from staffing.querysets import serving
from staffing.rules import READERS as POST_READERS
from staffing.rules import paths_of as post_paths

PLACES_SHOWN = 6
MICRO_SHOWN = 12
REVEALERS = frozenset(Role.values) - {Role.AUDITOR, Role.ADMINISTRATOR, Role.API_CLIENT, Role.LEADER}
"""Whoever works with a grid may need to call it; leaders have it called."""


@dataclass(frozen=True, kw_only=True)
class OnPost:
    """A person on a post of the grid; `away` says so in a leave, with the substitute where there is one."""

    assignment_id: int
    post: str
    duty: str
    name: str
    phone: str
    away: str = ""
    substitute: str = ""

    @property
    def part(self) -> str:
        """Names the part of the page that shows the phone."""
        return str(self.assignment_id)


@dataclass(frozen=True, kw_only=True)
class Doors:
    """What waits in the grid, as numbers with their lists."""

    open: int
    open_url: str
    late: int
    late_url: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is shown. Only `grid`, `place`, `chain` and `box` (its window) where the reader does not cover the grid."""

    grid: Grid
    place: Place
    chain: Sequence[str]
    is_covered: bool
    box: str = ""
    team: str = ""
    people: Sequence[OnPost] = ()
    coordinator: Coordinator | None = None
    may_reveal: bool = False
    vacancies: Sequence[Vacancy] = ()
    tickets: Doors | None = None
    counts: GridCounts | None = None
    micro_grids: Sequence[MicroGrid] = ()
    places: Sequence[KeyPlace] = ()
    party: Sequence[PartyOrganization] = ()
    social: Sequence[SocialOrganization] = ()
    revisions: Sequence[GridRevision] = ()
    may_adjust: bool = False
    posts_url: str = ""
    may_print: bool = False


def card(actor: Actor, place: Place, at: datetime) -> Card:
    """The card of the grid at `place` for this reader."""
    grid = Grid.objects.defer("polygon").get(pk=place.id)
    chain = [label_of(item) for item in territory().chain(place.path)[1:-1]]
    if not covers(actor, place.path):
        return Card(grid=grid, place=place, chain=chain, is_covered=False, box=box_of(place.path))
    today = local(at).date()
    micro = MicroGrid.objects.filter(grid=grid, valid_to=None).select_related("leader").defer("polygon")
    known = KeyPlace.objects.active().visible_to(actor).inside(place.path).order_by("-risk", "name", "id")
    revisions = GridRevision.objects.visible_to(actor).filter(sources__grid=grid, sources__is_open=True)
    return Card(
        grid=grid,
        place=place,
        chain=chain,
        is_covered=True,
        box=box_of(place.path),
        team=unit_name(place.team_id),
        people=people_of(grid, today),
        coordinator=coordinators_of([grid.community_id], on=today).get(grid.community_id),
        may_reveal=revealing_role(actor, place.path) is not None,
        vacancies=vacancies_of([grid.pk], on=today).get(grid.pk, ()),
        tickets=doors(actor, place.path, at),
        counts=counts_of_grids([place.path])[place.path] if may_count(actor, place.path) else None,
        micro_grids=list(micro.order_by("code")[:MICRO_SHOWN]),
        places=list(known[:PLACES_SHOWN]),
        party=list(PartyOrganization.objects.filter(grid=grid, ended_on=None).order_by("kind", "id")),
        social=list(serving(grid, on=today)),
        revisions=list(revisions.order_by("number")),
        posts_url=posts_url(actor, place.code),
        may_print=scopes.of(actor.user).covers(place.path),
        may_adjust=may_prepare(actor, territory().by_path[place.parent_path].path),
    )


def posts_url(actor: Actor, code: str = "") -> str:
    """The list of vacancies (of one grid), for those who may open it."""
    if not post_paths(actor, POST_READERS):
        return ""
    return reverse("staffing:vacancies") + (f"?place={code}" if code else "")


def people_of(grid: Grid, on: date) -> list[OnPost]:
    """The people on the posts of the grid that day: two statements."""
    rows = list(
        GridAssignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=on), post__grid=grid, starts_on__lte=on
        ).select_related("post", "user")
    )
    leaves = Leave.objects.filter(away_on(on), user__in=[row.user_id for row in rows])
    away = {leave.user_id: leave for leave in leaves.select_related("substitute")}
    kinds = list(DUTIES)
    rows.sort(key=lambda row: (kinds.index(row.post.kind), row.user.name, row.pk))
    return [_on_post(row, away.get(row.user_id)) for row in rows]


def _on_post(row: GridAssignment, leave: Leave | None) -> OnPost:
    return OnPost(
        assignment_id=row.pk,
        post=str(row.post.get_kind_display()),
        duty=str(DUTIES[row.post.kind]),
        name=row.user.name,
        phone=mask_phone(row.user.phone or ""),
        away=str(leave.get_kind_display()) if leave else "",
        substitute=leave.substitute.name if leave and leave.substitute else "",
    )


def doors(actor: Actor, path: str, at: datetime) -> Doors:
    """Open and overdue tickets of the grid that this reader may see."""
    waiting, late = TicketFilter(path=path, is_open=True), TicketFilter(path=path, is_late_now=at)
    rows = Ticket.objects.visible_to(actor)
    return Doors(
        open=filtered(rows, waiting).count(),
        open_url=list_url(waiting),
        late=filtered(rows, late).count(),
        late_url=list_url(late),
    )


def may_count(actor: Actor, path: str) -> bool:
    """Whether the registers of that place are open to the reader."""
    return bool(held_over(actor, path) & READERS)


def held_over(actor: Actor, path: str) -> frozenset[str]:
    """The roles that this person holds over the place, by region or by a unit that answers for it."""
    scope = scopes.of(actor.user)
    return scope.roles_over(path) | {reach.role for reach in scope.reaches if reach.unit_id is not None}


def revealing_role(actor: Actor, path: str) -> str | None:
    """The role under which the reader may see a phone of that grid in full; None: masks only."""
    return next((role for role in sorted(held_over(actor, path)) if role in REVEALERS), None)


def must_reveal(actor: Actor, path: str) -> str:
    """As `revealing_role`. Raises Forbidden."""
    role = revealing_role(actor, path)
    if role is None or not covers(actor, path):
        raise Forbidden(_("Personal data is shown masked to this role"))
    return role
