"""Checking in on post, and recording it for others. The only writer of `Presence`.

A position is an argument and nothing else: it decides whether the person is inside the community of one of the own
posts, and is forgotten. It stands in no row and not in the journal.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit import journal
from governance.foundation.calendars import load_calendar
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden
from grids import locator_cache
from grids.models import GridAssignment
from staffing.models import Leave, Presence
from staffing.posting import lock_person, overlapping
from staffing.queries.vacancies import away_on
from staffing.rules import keeping_role, refuse

W = Presence.Whereabouts
COARSE_METRES: Final = 1_000.0


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a phone believes to be, WGS-84, and how many metres it may be wrong."""

    lon: float
    lat: float
    metres: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Today:
    """What the phone shows: whether the day has to be worked, whether one is away, what is recorded already."""

    is_workday: bool
    is_away: bool
    row: Presence | None

    @property
    def is_done(self) -> bool:
        """Whether checking in again would change nothing."""
        return self.row is not None and (self.row.is_on_post or self.row.decided_by_id is not None)


def today_of(user: User, *, at: datetime) -> Today | None:
    """The person's own day; None for somebody without a post."""
    day = local(at).date()
    if not posts_on(user.pk, day):
        return None
    return Today(
        is_workday=load_calendar().is_workday(day),
        is_away=Leave.objects.filter(away_on(day), user=user).exists(),
        row=Presence.objects.filter(user=user, on=day).first(),
    )


def posts_on(user_id: int, day: date) -> list[str]:
    """The paths of the grids in which the person has a post on that day."""
    rows = GridAssignment.objects.filter(overlapping(day, day), user=user_id)
    return sorted(set(rows.values_list("post__grid__path", flat=True)))


@transaction.atomic
def check_in(*, by: Actor, at: datetime, position: Position | None = None) -> Presence:
    """The actor is on post today; once is enough, and a better position later improves the row.

    Raises Forbidden (no post), Conflict (on leave).
    """
    if by.user is None:
        raise Forbidden(_("Only somebody in a post checks in"))
    user, day = lock_person(by.user.pk), local(at).date()
    paths = posts_on(user.pk, day)
    if not paths:
        raise Forbidden(_("Only somebody in a post checks in"))
    if Leave.objects.filter(away_on(day), user=user).exists():
        raise Conflict(_("You are on leave today: return early first"))
    row = Presence.objects.filter(user=user, on=day).first() or Presence(user=user, on=day, is_on_post=False)
    if row.pk and (row.is_on_post or row.decided_by_id is not None):
        return row
    before = facts(row) if row.pk else None
    row.whereabouts, row.checked_at = whereabouts(position, paths), at
    row.is_on_post = row.whereabouts == W.INSIDE
    row.save()
    journal.record("presence.check_in", by=by, obj=row, at=at, before=before, after=facts(row))
    return row


def whereabouts(position: Position | None, paths: list[str]) -> W:
    """Inside when the point, or a grid as near as the phone is exact, lies in a community of these grids."""
    if position is None or position.metres > COARSE_METRES:
        return W.UNKNOWN
    hit = locator_cache.nearest_grid(position.lon, position.lat)
    own = {path.rstrip("/").rsplit("/", 1)[0] + "/" for path in paths}
    if hit is not None and hit.metres <= position.metres and hit.path.startswith(tuple(own)):
        return W.INSIDE
    return W.OUTSIDE


@transaction.atomic
def record(user_id: int, day: date, *, is_on_post: bool, by: Actor, at: datetime, note: str = "") -> Presence:
    """Community or town staff say whether somebody was on post on a day.

    Raises NotFound, Forbidden (not kept by the actor, or the actor's own day), Unprocessable.
    """
    user = lock_person(user_id)
    if user.pk == by.user_id:
        raise Forbidden(_("Nobody records his or her own presence"))
    if day > local(at).date():
        raise refuse("on", _("This day has not come yet"))
    paths = posts_on(user.pk, day)
    if not paths:
        raise refuse("on", _("%(name)s has no post on this day") % {"name": user.name})
    actor = by.acting_as(_role(by, paths))
    if Leave.objects.filter(away_on(day), user=user).exists():
        raise refuse("on", _("%(name)s is on leave on %(day)s") % {"name": user.name, "day": day})
    row = Presence.objects.filter(user=user, on=day).first() or Presence(user=user, on=day)
    if not is_on_post and not note.strip():
        raise refuse("note", _("Please give a reason"))
    before = facts(row) if row.pk else None
    row.is_on_post, row.note = is_on_post, note.strip()
    row.decided_by, row.decided_at = by.user, at
    row.save()
    journal.record("presence.record", by=actor, obj=row, at=at, before=before, after=facts(row))
    return row


def _role(by: Actor, paths: list[str]) -> str:
    """One of the places is enough: who keeps any of somebody's grids sees whether that person is there."""
    for path in paths[:-1]:
        try:
            return keeping_role(by, path)
        except Forbidden:
            continue
    return keeping_role(by, paths[-1])


def facts(row: Presence) -> dict[str, str]:
    """What the journal keeps of a presence."""
    return {
        "user": str(row.user_id),
        "on": str(row.on),
        "is_on_post": str(row.is_on_post),
        "whereabouts": row.whereabouts,
        "note": row.note,
    }
