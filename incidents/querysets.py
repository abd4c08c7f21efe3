"""Chainable words about tickets. Every list and every detail starts from `visible_to`."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayOverlap  # type: ignore[attr-defined]  # not in the stubs
from django.db import models
from django.db.models import Q

from governance.accounts.actors import Actor
from governance.foundation.plain_rows import PlainIterable
from incidents.clientele import paths_of
from incidents.sight import sight_of
from incidents.states import OPEN, State

if TYPE_CHECKING:
    from incidents.models import Announcement, Ticket  # noqa: F401  # named in the base classes below


ROW_FIELDS = (
    "number",
    "title",
    "state",
    "urgency",
    "place",
    "lon",
    "lat",
    "category_id",
    "source_id",
    "community_id",
    "town_id",
    "grid_id",
    "holder_id",
    "dispatched_unit_id",
    "registered_at",
    "next_due_at",
    "next_warn_at",
)


Along = Literal["", "open", "few", "indexed"]


@ArrayField.register_lookup
class Sees(ArrayOverlap):  # type: ignore[misc]  # not in the stubs
    """`&&` that the index of the column does not answer, with the planner's estimate of it."""

    lookup_name = "sees"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The compiler asks for this form first."""
        sql, params = super().as_postgresql(compiler, connection)
        return f"({sql}) IS TRUE", params


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Adjectives of tickets."""

    def visible_to(self, actor: Actor, *, along: Along = "") -> "TicketQuerySet":
        """What this person or client may see: covered by region, reported by him- or herself, or
        the person's unit takes (or took) part: the rule is `sight`'s.

        `along` helps the planner and changes nobody's view: `open` asks for open tickets alone, which have a small
        index of their own; `few` says that other conditions leave few rows.
        """
        if along == "open":
            return self.open().visible_to(actor, along="indexed")
        sight = sight_of(actor)
        if sight.is_whole:
            return self  # no condition keeps every index usable
        if sight.sources is not None:
            rows = self.filter(source__code__in=sight.sources)
            return rows if sight.within is None else rows.filter(seen_from__overlap=list(sight.within))
        keys = [*sight.places, *sight.own]
        if not keys:
            return self.none()
        # Of a town or more, the index of what is seen would fetch too much: other indexes are walked instead.
        is_wide = along == "few" or (along != "indexed" and sight.is_wide)
        rows = self.filter(**{"seen_from__sees" if is_wide else "seen_from__overlap": keys})
        if sight.sees_sensitive:
            return rows
        return rows.filter(Q(is_sensitive=False) | Q(seen_from__overlap=list(sight.own)))

    def open(self) -> "TicketQuerySet":
        return self.filter(state__in=sorted(OPEN))

    def held_by(self, unit_ids: Iterable[int]) -> "TicketQuerySet":
        """Open tickets whose next move is up to one of these units."""
        return self.open().filter(holder_id__in=sorted(unit_ids))

    def overdue(self, at: datetime) -> "TicketQuerySet":
        """Open tickets with a running limit that has passed; `next_due_at` is empty on all others.

        The state is not asked for: the planner would take the two for independent and expect far too few.
        """
        return self.filter(next_due_at__lte=at)

    def due_soon(self, at: datetime) -> "TicketQuerySet":
        """Open tickets whose running limit is nearly used up: warned, and not passed yet."""
        return self.filter(next_due_at__gt=at, next_warn_at__lte=at)

    def late(self, at: datetime) -> "TicketQuerySet":
        """Handled too late, or still not fed back although the whole ticket's due time has passed."""
        return self.filter(lateness(at))

    def in_time(self, at: datetime) -> "TicketQuerySet":
        """The opposite of `late` among tickets that have a due time."""
        return self.exclude(due_at=None).exclude(lateness(at))

    def inside(self, path: str) -> "TicketQuerySet":
        return self.filter(region_path__startswith=path)

    def real(self) -> "TicketQuerySet":
        """Without what came in for trial: see `sandbox`."""
        from incidents.catalogue import current as catalogue  # which knows the tables, as they know this

        trial = catalogue().trial_sources
        return self.exclude(source_id__in=trial) if trial else self

    def counted(self) -> "TicketQuerySet":
        """Without what every rate leaves out: voided and merged tickets, and what came in for trial."""
        return self.exclude(state__in=[State.VOIDED, State.MERGED]).real()

    def assessed(self) -> "TicketQuerySet":
        """Without what a decided appeal has taken out of the assessment of units."""
        return self.filter(excluded_from_assessment=False)

    def for_rows(self) -> "TicketQuerySet":
        """Only what a list row shows; names come from the snapshots of the territory and the catalogue."""
        rows = self.only(*ROW_FIELDS)
        rows._iterable_class = PlainIterable
        return rows

    def with_labels(self) -> "TicketQuerySet":
        """Join what a list row shows, so that a row costs no statement."""
        rows = self.select_related("source", "category", "holder", "lead_unit", "grid", "community", "town")
        return rows.defer("grid__polygon", "community__boundary", "town__boundary")


def lateness(at: datetime) -> Q:
    """The condition of being late; lists and rates use this one."""
    return Q(is_overdue=True) | Q(state__in=sorted(OPEN), feedback_at=None, due_at__lt=at)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Events for other systems."""

    def visible_to(self, actor: Actor) -> "AnnouncementQuerySet":
        """Of a system's own sources, inside its regions where some were chosen; none for people, who have the pages."""
        if not actor.is_api_client:
            return self.none()
        rows = self.filter(source__code__in=actor.source_codes)
        if not actor.region_codes:
            return rows
        inside = Q(pk__in=[])
        for path in paths_of(actor):
            inside |= Q(region_path__startswith=path)
        return rows.filter(inside)
