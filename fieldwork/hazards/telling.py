"""Who is told what about a hazard: who judges it, who rectifies it, who supervises it, who found it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from fieldwork.hazards.models import Hazard
from governance.accounts.actors import Actor
from governance.accounts.models import TIER_ORDER, Tier
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell

A = Notice.Audience
UNIT_AUDIENCES = (A.HANDLERS, A.LEADS)
KINDS = {"late": "overdue", "control": "overdue", "judge": "overdue", "warn": "warn", "look": "warn"}


def tell_judges(row: Hazard, what: str, *, at: datetime, by: Actor | None = None, key: str = "") -> int:
    """The workstation and the town of the place, and the departments whose line it is."""
    land = territory()
    desks = (land.command_unit(row.region_path, tier) for tier in (Tier.COMMUNITY, Tier.TOWN))
    lines = land.line_units(row.line, row.region_path)
    nearest = [unit for unit in lines if TIER_ORDER[unit.tier] <= TIER_ORDER[Tier.TOWN]] or lines[-1:]
    units = {unit.id for unit in (*desks, *nearest) if unit is not None}
    return _tell(row, what, units, at=at, by=by, key=key)


def tell_unit(row: Hazard, what: str, *, at: datetime, by: Actor | None = None, key: str = "") -> int:
    """The unit that has to rectify."""
    return _tell(row, what, {row.unit_id} if row.unit_id else (), at=at, by=by, key=key)


def tell_checkers(row: Hazard, what: str, *, at: datetime, by: Actor | None = None, key: str = "") -> int:
    """Who checks it: of a listed hazard the unit that supervises it, else the desks of the place."""
    supervisor = supervisor_of(row)
    if supervisor is not None:
        return _tell(row, what, {supervisor}, at=at, by=by, key=key, audiences=(A.OVERSIGHT, *UNIT_AUDIENCES))
    land = territory()
    desks = (land.command_unit(row.region_path, tier) for tier in (Tier.COMMUNITY, Tier.TOWN))
    return _tell(row, what, {unit.id for unit in desks if unit is not None}, at=at, by=by, key=key)


def tell_finder(row: Hazard, what: str, *, at: datetime) -> int:
    """Whoever has found it."""
    if row.reporter_id is None:
        return 0
    return tell(
        key=f"hazard:{row.pk}:{what}:{row.version}",
        kind=f"hazard_{what}"[:20],
        title=words_of(what, row),
        url=reverse("fieldwork:hazard", args=[row.number]),
        at=at,
        user_ids=[row.reporter_id],
    )


def supervisor_of(row: Hazard) -> int | None:
    """The unit that supervises a listed hazard."""
    return row.listings.filter(lifted_at=None).values_list("supervisor", flat=True).first()


def _tell(
    row: Hazard,
    what: str,
    unit_ids: Iterable[int],
    *,
    at: datetime,
    by: Actor | None,
    key: str,
    audiences: Iterable[str] = UNIT_AUDIENCES,
) -> int:
    return sum(
        tell(
            key=f"hazard:{row.pk}:{what}:{key or row.version}",
            kind=KINDS.get(what, f"hazard_{what}"[:20]),
            title=words_of(what, row),
            url=reverse("fieldwork:hazard", args=[row.number]),
            at=at,
            unit_ids=unit_ids,
            audience=audience,
            by=by,
        )
        for audience in audiences
    )


def words_of(what: str, row: Hazard) -> str:
    """What the bell says."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "reported": pgettext("hazard notice", "Hazard to be judged: %(title)s"),
            "judge": pgettext("hazard notice", "Hazard not judged in time: %(title)s"),
            "ordered": pgettext("hazard notice", "Hazard to be rectified: %(title)s"),
            "listed": pgettext("hazard notice", "Major hazard listed for supervision: %(title)s"),
            "supervise": pgettext("hazard notice", "Your unit supervises a listed hazard: %(title)s"),
            "controlled": pgettext("hazard notice", "Control measures reported: %(title)s"),
            "submitted": pgettext("hazard notice", "Hazard to be checked again: %(title)s"),
            "sent_back": pgettext("hazard notice", "Hazard sent back, not rectified: %(title)s"),
            "accepted": pgettext("hazard notice", "Hazard rectified and accepted: %(title)s"),
            "lifted": pgettext("hazard notice", "Major hazard accepted, listing lifted: %(title)s"),
            "dismissed": pgettext("hazard notice", "Judged to be no hazard: %(title)s"),
            "extended": pgettext("hazard notice", "More time to rectify a hazard: %(title)s"),
            "looked": pgettext("hazard notice", "Supervision visit to a listed hazard: %(title)s"),
            "lowered": pgettext("hazard notice", "Hazard lowered to general, listing lifted: %(title)s"),
            "warn": pgettext("hazard notice", "Hazard to be rectified soon: %(title)s"),
            "late": pgettext("hazard notice", "Hazard not rectified in time: %(title)s"),
            "control": pgettext("hazard notice", "No control measures of a major hazard yet: %(title)s"),
            "recheck": pgettext("hazard notice", "Rectified hazard not checked in time: %(title)s"),
            "look": pgettext("hazard notice", "Listed hazard to be looked at: %(title)s"),
        }
        return (words[what] % {"title": row.title})[:200]
