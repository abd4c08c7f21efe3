"""Chainable words about calls, consultations and meetings. Every list and every detail starts from `visible_to`.

A call or a consultation is seen where its place is covered and by the units that take part, those that are called or
invited among them; about a sensitive ticket only by roles that read such, and by the units that take part.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from consultation.states import CALL_OPEN, CONSULTATION_OPEN, LINE_OPEN
from consultation.states.who import HOSTS
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from grids.territory import current as territory

if TYPE_CHECKING:
    from consultation.models import (  # noqa: F401  # named in the base classes below
        ActionItem,
        CallLine,
        Consultation,
        Meeting,
        MeetingSeries,
        WhistleCall,
    )

PLANNERS = frozenset(HOSTS)
"""Who plans the meetings of the own unit."""


def _seen(actor: Actor, takes_part: Q, rows: Any) -> Any:
    """Rows whose place is covered, or in which the person's units take part."""
    if actor.is_system:
        return rows
    scope = scopes.of(actor.user)
    if not scope.reaches:
        return rows.none()
    covered = scope.within("region_path")
    if not scope.sees_sensitive:
        covered &= Q(is_sensitive=False)
    return rows.filter(covered | takes_part)


class CallQuerySet(models.QuerySet["WhistleCall"]):
    """Adjectives of calls."""

    def visible_to(self, actor: Actor) -> "CallQuerySet":
        """Covered by place, made or asked for by the own unit, or, once the town has confirmed, calling it or about
        a ticket that it leads.
        """
        from consultation.models import CallLine

        units = sorted(scopes.of(actor.user).unit_ids)
        called = CallLine.objects.filter(unit__in=units).values("call")
        concerned = Q(pk__in=called) | Q(ticket__lead_unit__in=units)
        part = Q(caller__in=units) | Q(asked_by_unit__in=units) | Q(concerned, called_at__isnull=False)
        found: CallQuerySet = _seen(actor, part, self)
        return found

    def open(self) -> "CallQuerySet":
        return self.filter(state__in=sorted(CALL_OPEN))


class LineQuerySet(models.QuerySet["CallLine"]):
    """Adjectives of called departments."""

    def visible_to(self, actor: Actor) -> "LineQuerySet":
        """Those of the calls that are seen."""
        from consultation.models import WhistleCall

        return self.filter(call__in=WhistleCall.objects.visible_to(actor).values("pk"))

    def waiting_for(self, unit_ids: Iterable[int]) -> "LineQuerySet":
        """What these units have to answer, to come to or to report."""
        return self.filter(unit__in=sorted(unit_ids), state__in=sorted(LINE_OPEN))


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Adjectives of consultations."""

    def visible_to(self, actor: Actor) -> "ConsultationQuerySet":
        """Covered by place, or the own unit is invited, convenes, or has been given the matter."""
        from consultation.models import Invitation

        units = sorted(scopes.of(actor.user).unit_ids)
        invited = Invitation.objects.filter(unit__in=units).values("consultation")
        part = Q(centre__in=units) | Q(lead__in=units) | Q(co_handlers__overlap=units) | Q(pk__in=invited)
        found: ConsultationQuerySet = _seen(actor, part, self)
        return found

    def open(self) -> "ConsultationQuerySet":
        return self.filter(state__in=sorted(CONSULTATION_OPEN))


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Adjectives of meetings."""

    def visible_to(self, actor: Actor) -> "MeetingQuerySet":
        """Hosted or attended by the own unit or person, or with something to do for it; leaders: of their area."""
        from consultation.models import ActionItem, Attendee

        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if not scope.reaches:
            return self.none()
        units = sorted(scope.unit_ids)
        led = [
            unit_id
            for reach in scope.reaches
            if reach.role == Role.LEADER
            for unit_id in _units_in(reach.path)
        ]
        expected = Attendee.objects.filter(Q(unit__in=units) | Q(user=actor.user)).values("meeting")
        burdened = ActionItem.objects.filter(unit__in=units).values("meeting")
        return self.filter(Q(host__in=[*units, *led]) | Q(pk__in=expected) | Q(pk__in=burdened))


def _units_in(path: str) -> list[int]:
    """The units that answer for a place inside `path`."""
    areas = territory().areas
    return [
        unit_id for unit_id, places in areas.items() if path and any(item.startswith(path) for item in places)
    ]


class SeriesQuerySet(models.QuerySet["MeetingSeries"]):
    """Adjectives of recurring meetings."""

    def visible_to(self, actor: Actor) -> "SeriesQuerySet":
        """The own unit's, for those who plan its meetings."""
        scope = scopes.of(actor.user)
        if not scope.roles & PLANNERS:
            return self.none()
        return self.filter(host__in=sorted(scope.unit_ids))


class ActionQuerySet(models.QuerySet["ActionItem"]):
    """Adjectives of action items."""

    def visible_to(self, actor: Actor) -> "ActionQuerySet":
        """Those of the meetings that are seen."""
        from consultation.models import Meeting

        return self.filter(meeting__in=Meeting.objects.visible_to(actor).values("pk"))

    def open(self) -> "ActionQuerySet":
        return self.filter(done_at=None)
