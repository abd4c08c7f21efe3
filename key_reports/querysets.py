"""Who may read a key report. Every list and every detail starts from `visible_to`.

The centre on duty, oversight and leaders read what lies in their area; everybody else reads what he or she writes,
what the own unit has to report, and what was sent to the own unit or to the person.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from grids.scope import outermost
from key_reports.states import (
    ACCOUNT_OPEN,
    OPEN,
    OVERSEERS,
    READERS,
    SCOPE_READERS,
    SPEAKERS,
    ReportState,
)

if TYPE_CHECKING:
    from key_reports.models import (  # noqa: F401  # named in the base classes below
        AccountabilityCase,
        KeyReport,
        SensitivePeriod,
    )


def inside(paths: Iterable[str]) -> Q:
    """At one of these places; nowhere for none."""
    found = Q(pk__in=[])
    for path in outermost(paths):
        found |= Q(region_path__startswith=path)
    return found


ALONE = frozenset({Role.PART_TIME_WORKER, Role.LEADER})


def unit_ids(actor: Actor) -> list[int]:
    """The units for which the person reads and writes: helpers of a grid and leaders act for themselves alone."""
    scope = scopes.of(actor.user)
    if not scope.roles & (READERS - ALONE):
        return []
    return sorted(scope.unit_ids)


def paths_of(actor: Actor) -> list[str]:
    """The places whose key reports the person reads."""
    return [
        reach.path for reach in scopes.of(actor.user).reaches if reach.path and reach.role in SCOPE_READERS
    ]


class KeyReportQuerySet(models.QuerySet["KeyReport"]):
    """Adjectives of key reports."""

    def visible_to(self, actor: Actor) -> "KeyReportQuerySet":
        """By the rule of this module; nothing for systems and for people without an appointment."""
        if actor.is_system:
            return self
        if actor.user_id is None or not scopes.of(actor.user).roles & READERS:
            return self.none()
        from key_reports.models import ReportRecipient  # whose tables stand on this module

        units = unit_ids(actor)
        sent = ReportRecipient.objects.filter(report=OuterRef("pk"))
        mine = sent.filter(Q(user=actor.user_id) | Q(unit__in=units))
        return self.filter(
            inside(paths_of(actor)) | Q(writer=actor.user_id) | Q(unit__in=units) | Q(Exists(mine))
        )

    def open(self) -> "KeyReportQuerySet":
        return self.filter(state__in=sorted(OPEN))

    def overdue(self, at: datetime) -> "KeyReportQuerySet":
        """A limit that runs has passed."""
        return self.filter(next_due_at__lte=at)

    def late(self, at: datetime) -> "KeyReportQuerySet":
        """The written first report came after its limit, or has not come although it has passed."""
        missing = Q(first_at=None, written_due_at__lt=at) & ~Q(state=ReportState.DOWNGRADED)
        return self.filter(Q(first_at__gt=F("written_due_at")) | missing)


def oversees(actor: Actor) -> list[str]:
    """The places whose accountability cases the person reads in full."""
    return [reach.path for reach in scopes.of(actor.user).reaches if reach.path and reach.role in OVERSEERS]


class AccountabilityQuerySet(models.QuerySet["AccountabilityCase"]):
    """Adjectives of accountability cases."""

    def visible_to(self, actor: Actor) -> "AccountabilityQuerySet":
        """Oversight and leaders of the place; the unit concerned and whoever is named, once they are asked."""
        if actor.is_system:
            return self
        scope = scopes.of(actor.user)
        if actor.user_id is None or not scope.reaches:
            return self.none()
        from key_reports.models import CasePerson  # whose tables stand on this module

        named = CasePerson.objects.filter(case=OuterRef("pk"), user=actor.user_id)
        units = sorted(scope.unit_ids) if scope.roles & set(SPEAKERS) else []
        concerned = Q(unit__in=units) | Exists(named)
        return self.filter(inside(oversees(actor)) | (concerned & Q(notified_at__isnull=False)))

    def open(self) -> "AccountabilityQuerySet":
        return self.filter(state__in=sorted(ACCOUNT_OPEN))


class SensitivePeriodQuerySet(models.QuerySet["SensitivePeriod"]):
    """Sensitive periods."""

    def visible_to(self, actor: Actor) -> "SensitivePeriodQuerySet":
        """The centre, oversight and leaders of the place, and the units that owe."""
        if actor.is_system:
            return self
        from key_reports.models import OwingUnit  # whose tables stand on this module

        owing = OwingUnit.objects.filter(period=OuterRef("pk"), unit__in=unit_ids(actor))
        return self.filter(inside(paths_of(actor)) | Q(Exists(owing)))
