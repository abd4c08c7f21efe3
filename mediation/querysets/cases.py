"""Who may read a case. Every list and every detail starts from `visible_to`.

A case is read by those it names (its mediators, the responsible leader, named readers, whoever registered it), by the
mediators of the body that has it while none is named, and by the responsible line: the town and the centre that sorts,
the community and the grid of a case that is not restricted, leaders where it is red, police where there are signs of a
crime. A system reads what it referred and what became of its own tickets. Nobody else reads one.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from grids.scope import outermost
from incidents.clientele import paths_of
from incidents.models import TicketSource
from mediation.states.names import CaseLevel, CaseState, RiskColor

if TYPE_CHECKING:
    from mediation.models.case import MediationCase  # noqa: F401  # named in the base class below

WHOLE_LINE: Final = frozenset({Role.TOWN_STAFF.value, Role.DISPATCHER.value})
"""The town's staff and those who sort at the centre read every case of their place."""
SENDING: Final = (TicketSource.Kind.HOTLINE, TicketSource.Kind.POLICE, TicketSource.Kind.DEPARTMENT)
"""Sources that are systems of others: they hear what becomes of the disputes that they sent as tickets."""
LINE: Final = (
    (WHOLE_LINE, Q()),
    (frozenset({Role.COMMUNITY_STAFF.value}), Q(is_sensitive=False)),
    (frozenset({Role.GRID_LEADER.value}), Q(is_sensitive=False, level=CaseLevel.GRID)),
    (frozenset({Role.DUTY_OFFICER.value}), Q(state=CaseState.REGISTERED, is_sensitive=False)),
    (frozenset({Role.LEADER.value}), Q(risk_color=RiskColor.RED)),
    (frozenset({Role.POLICE_GRID_OFFICER.value}), Q(is_criminal=True) | Q(is_violent=True)),
)
"""The responsible line: which roles read which cases inside the places of their appointments."""
LINE_ROLES: Final = frozenset(role for roles, _rows in LINE for role in roles)
COUNTERS: Final = frozenset({Role.OVERSIGHT_OFFICER.value, Role.LEADER.value})
"""Overseers and leaders read the figures of all cases of their places, also of those that they may not open."""


def inside(paths: Iterable[str]) -> Q:
    """At one of these places; nowhere for none."""
    found = Q(pk__in=[])
    for path in outermost(paths):
        found |= Q(region_path__startswith=path)
    return found


def reads_all(actor: Actor) -> bool:
    """Whether the actor reads every case: the platform, and those of the whole line of the whole city."""
    if actor.is_system or actor.is_api_client:
        return actor.is_system
    reaches = scopes.of(actor.user).reaches
    return any(reach.role in WHOLE_LINE and reach.path.count("/") == 1 for reach in reaches)


def _ways(actor: Actor) -> list[Q]:
    """Each way to see cases that a person has: the line in its places, the body's own, by name."""
    scope = scopes.of(actor.user)
    if not scope.reaches or actor.user_id is None:
        return []
    found = []
    for roles, which in LINE:
        paths = [reach.path for reach in scope.reaches if reach.path and reach.role in roles]
        if paths:
            found.append(inside(paths) & which)
    mine = [reach.unit_id for reach in scope.reaches if reach.role == Role.MEDIATOR and reach.unit_id]
    if mine:
        found.append(Q(unit__in=mine, handled_by=[]))
    return [*found, Q(readers__contains=[actor.user_id])]


class CaseQuerySet(models.QuerySet["MediationCase"]):
    """Adjectives of cases."""

    def visible_to(self, actor: Actor) -> "CaseQuerySet":
        """What this actor may read, by the rule of this module."""
        if reads_all(actor):
            return self  # no condition keeps every index usable
        if actor.is_api_client:
            sent = Q(ticket__source__kind__in=SENDING, ticket__source__code__in=actor.source_codes)
            rows = self.filter(Q(client_id=actor.client_id, client__isnull=False) | sent)
            return rows.filter(inside(paths_of(actor))) if actor.region_codes else rows
        ways = _ways(actor)
        return self.filter(reduce(or_, ways)) if ways else self.none()

    def visible_apart(self, actor: Actor) -> list["CaseQuerySet"]:
        """What `visible_to` finds, in a list for each way to see it and none twice: each goes along its own index."""
        if reads_all(actor) or actor.is_api_client:
            return [self.visible_to(actor)]
        ways = _ways(actor)
        return [self.filter(way, *(~before for before in ways[:place])) for place, way in enumerate(ways)]

    def counted_for(self, actor: Actor) -> "CaseQuerySet":
        """What the actor's figures count: numbers alone, never a row of them."""
        reaches = () if actor.is_system or actor.is_api_client else scopes.of(actor.user).reaches
        paths = [reach.path for reach in reaches if reach.path and reach.role in COUNTERS]
        if not paths or reads_all(actor):
            return self.visible_to(actor)
        return self.filter(reduce(or_, _ways(actor), inside(paths)))

    def open(self) -> "CaseQuerySet":
        """Neither archived nor declined; the empty moment of the archive is what the indexes of open cases go by.

        A list of the open states would say the same, and lead the planner to an index of all of them.
        """
        return self.filter(~Q(state=CaseState.NOT_MEDIABLE), archived_at=None)

    def late(self, at: datetime) -> "CaseQuerySet":
        """A limit that runs is over."""
        return self.filter(next_due_at__lte=at)

    def red(self) -> "CaseQuerySet":
        """Red ones that are still open."""
        return self.open().filter(risk_color=RiskColor.RED)
