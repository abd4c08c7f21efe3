"""Keeping the rules of online opinion: limits of the stages with the day from which they hold, and who holds the post.

Limits hold for the whole city and belong to its oversight officers; the post of a region to the officers over it. What
has begun keeps the limit it began with, so a limit never begins in the past.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.calendars import Clock, Unit
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, Text, Unprocessable
from grids import scope as scopes
from grids.territory import Place
from grids.territory import current as territory
from opinions.limits import shipped
from opinions.models import OpinionLimit, OpinionPost
from opinions.states import Level

KEEPER: Final = Role.OVERSIGHT_OFFICER
STAGES: Final = tuple((stage, level) for stage, levels in shipped().items() for level in levels)
"""The limits that there are: (stage, level), the level empty for the limit to assess."""
LONGEST: Final = 365
MISMATCHED: Final = {Unit.WORKDAY.value: (Clock.NATURAL.value,), Unit.DAY.value: (Clock.WORKING.value,)}
"""Clocks on which a unit of time does not exist."""


def keeps_posts(by: Actor) -> tuple[str, ...]:
    """The places whose holders of the post the person names."""
    return scopes.outermost(
        reach.path for reach in scopes.of(by.user).reaches if reach.path and reach.role == KEEPER
    )


def keeps_limits(by: Actor) -> bool:
    """Whether the person sets limits: an oversight officer of the whole city."""
    land = territory()
    root = next((place.path for place in land.by_path.values() if place.level == "city"), "")
    return bool(root) and KEEPER in scopes.of(by.user).roles_over(root)


def must_keep(by: Actor) -> None:
    """Raises Forbidden for anybody who keeps neither limits nor posts."""
    if not keeps_posts(by):
        raise _refused()


def _refused() -> Forbidden:
    return Forbidden(
        pgettext_lazy("opinions", "Rules of online opinion are kept by the oversight officers of the place"),
        roles=[KEEPER],
    )


@dataclass(frozen=True, kw_only=True)
class NewLimit:
    """How long a stage may take at a level, from which day on, and why."""

    stage: str
    level: str
    amount: int
    unit: str
    clock: str
    valid_from: date
    reason: str

    def faults(self, today: date) -> dict[str, list[Text]]:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if not 1 <= self.amount <= LONGEST:
            found["amount"] = [pgettext_lazy("opinions", "A number from 1 to 365")]
        if self.unit not in {item.value for item in Unit}:
            found["unit"] = [pgettext_lazy("opinions", "Choose a unit of time")]
        if self.clock not in {item.value for item in Clock}:
            found["clock"] = [pgettext_lazy("opinions", "Choose a clock")]
        elif self.clock in MISMATCHED.get(self.unit, ()):
            found["clock"] = [
                pgettext_lazy(
                    "opinions", "Workdays are counted in working time, days of 24 hours by the clock"
                )
            ]
        if self.valid_from < today:
            found["valid_from"] = [
                pgettext_lazy("opinions", "What has begun keeps its limit: choose today or later")
            ]
        if not 0 < len(self.reason.strip()) <= 200:
            found["reason"] = [pgettext_lazy("opinions", "Give the reason, in at most 200 characters")]
        return found


@transaction.atomic
def set_limit(wanted: NewLimit, *, by: Actor, at: datetime) -> OpinionLimit:
    """Add a limit. Raises NotFound, Forbidden, Unprocessable, Conflict (there is one of that day)."""
    if (wanted.stage, wanted.level) not in STAGES:
        raise NotFound()
    if not keeps_limits(by):
        raise _refused()
    if faults := wanted.faults(local(at).date()):
        raise Unprocessable(fields=faults)
    facts = {
        name: getattr(wanted, name) for name in ("stage", "level", "amount", "unit", "clock", "valid_from")
    }
    try:
        with transaction.atomic():
            row = OpinionLimit.objects.create(**facts)
    except IntegrityError:
        told = pgettext_lazy("opinions", "There is a limit that begins on that day already")
        raise Conflict(told, code="same_day") from None
    details = {**facts, "valid_from": str(wanted.valid_from), "reason": wanted.reason.strip()}
    journal.record("opinion.limit.set", by=by, obj=row, at=at, details=details)
    return row


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who shall hold the post for which region, from a day to a day or for good."""

    user: int
    place: str
    starts_on: date
    ends_on: date | None = None

    def faults(self, place: Place | None, person: User | None, today: date) -> dict[str, list[Text]]:
        """What keeps it from being stored."""
        found: dict[str, list[Text]] = {}
        if place is None or place.level == "grid":
            found["place"] = [pgettext_lazy("opinions", "Choose a region")]
        if person is None or not scopes.of(person).reaches:
            found["user"] = [pgettext_lazy("opinions", "Choose somebody who is appointed")]
        if self.starts_on < today:
            found["starts_on"] = [pgettext_lazy("opinions", "Choose today or later")]
        if self.ends_on is not None and self.ends_on < self.starts_on:
            found["ends_on"] = [pgettext_lazy("opinions", "The last day comes after the first")]
        return found


@transaction.atomic
def name_holder(wanted: Holder, *, by: Actor, at: datetime) -> OpinionPost:
    """Name somebody for the post. Raises Forbidden, Unprocessable, Conflict (named for these days already)."""
    must_keep(by)
    place = territory().by_code.get(wanted.place)
    person = User.objects.select_for_update(no_key=True).filter(pk=wanted.user, is_active=True).first()
    faults = wanted.faults(place, person, local(at).date())
    if faults or place is None or person is None:
        raise Unprocessable(fields=faults)
    if not place.path.startswith(keeps_posts(by)):
        raise _refused()
    others = OpinionPost.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=wanted.starts_on), user=person, region=place.id
    )
    if wanted.ends_on is not None:
        others = others.filter(starts_on__lte=wanted.ends_on)
    if others.exists():
        told = pgettext_lazy("opinions", "This person is named for that region and these days already")
        raise Conflict(told, code="named")
    row = OpinionPost(user=person, region_id=place.id, starts_on=wanted.starts_on, ends_on=wanted.ends_on)
    row.save()
    details = {
        "user": person.username,
        "place": place.code,
        "from": str(row.starts_on),
        "to": str(row.ends_on or ""),
    }
    journal.record("opinion.post.name", by=by, obj=row, at=at, details=details)
    return row


@transaction.atomic
def end_post(pk: int, *, last: date, by: Actor, at: datetime) -> OpinionPost:
    """The last day of a holder. Raises NotFound, Forbidden, Unprocessable, Conflict (over already)."""
    must_keep(by)
    row = (
        OpinionPost.objects.select_for_update(of=("self",))
        .select_related("region", "user")
        .filter(pk=pk)
        .first()
    )
    if row is None or not row.region_path.startswith(keeps_posts(by)):
        raise NotFound()
    today = local(at).date()
    if row.ends_on is not None and row.ends_on < today:
        raise Conflict(pgettext_lazy("opinions", "This post has ended already"), code="ended")
    if last < max(row.starts_on, today):
        raise Unprocessable(fields={"ends_on": [pgettext_lazy("opinions", "Choose today or later")]})
    before, row.ends_on = row.ends_on, last
    row.save()
    details = {"user": row.user.username, "before": str(before or ""), "to": str(last)}
    journal.record("opinion.post.end", by=by, obj=row, at=at, details=details)
    return row


def level_words(level: str) -> str:
    """The level, or what stands for the limit to assess."""
    return str(Level(level).label) if level else pgettext("opinions", "All levels")
