"""Bulletins about staffing: drafted from the figures of a day, edited, published to units, signed as read.

The oversight officer of the region writes and publishes; the figures come from the queries only.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion
from grids import scope as scopes
from grids.models import Region
from grids.territory import current as territory
from staffing.models import Bulletin, BulletinReceipt
from staffing.queries.bulletin import BELOW, facts_of
from staffing.queries.rates import Rate
from staffing.rules import refuse

WRITER = Role.OVERSIGHT_OFFICER
LANGUAGE = "zh-hans"


def writes(by: Actor, path: str) -> bool:
    """Whether the actor writes bulletins of that place."""
    return scopes.of(by.user).covers(path, {WRITER})


@transaction.atomic
def draft(region: Region, *, on: date, by: Actor, at: datetime) -> Bulletin:
    """A new bulletin with the figures of that day. Raises Forbidden, Unprocessable."""
    actor = _writer(by, region.path)
    if region.level not in BELOW:
        raise refuse("place_code", _("Choose a region"))
    if on > local(at).date():
        raise refuse("on", _("This day has not come yet"))
    Region.objects.select_for_update(no_key=True, of=("self",)).get(pk=region.pk)
    if Bulletin.objects.filter(region=region, on=on).exists():
        raise refuse("on", _("There is a bulletin of this day already"))
    row = Bulletin(region=region, on=on, created_by=by.user, created_at=at)
    _fill(row)
    row.title, row.opening, row.closing = _texts(row)
    row.save()
    journal.record("bulletin.draft", by=actor, obj=row, at=at, after=facts(row))
    return row


@transaction.atomic
def renew(bulletin_id: int, *, by: Actor, at: datetime) -> Bulletin:
    """Take the figures of the draft anew; its texts stay. Raises NotFound, Forbidden, Conflict."""
    row = _draft(bulletin_id, None)
    actor = _writer(by, row.region.path)
    before = facts(row)
    _fill(row)
    _save(row)
    journal.record("bulletin.renew", by=actor, obj=row, at=at, before=before, after=facts(row))
    return row


@transaction.atomic
def edit(
    bulletin_id: int, *, title: str, opening: str, closing: str, by: Actor, at: datetime, version: int | None
) -> Bulletin:
    """Change the texts of a draft. Raises NotFound, Forbidden, Conflict, StaleVersion."""
    row = _draft(bulletin_id, version)
    actor = _writer(by, row.region.path)
    before = facts(row)
    row.title, row.opening, row.closing = title.strip(), opening.strip(), closing.strip()
    _save(row)
    journal.record("bulletin.edit", by=actor, obj=row, at=at, before=before, after=facts(row))
    return row


@transaction.atomic
def publish(
    bulletin_id: int, *, unit_ids: Collection[int], by: Actor, at: datetime, version: int | None
) -> Bulletin:
    """Send it to units; from now on nothing of it changes. Raises as `edit`, and Unprocessable without a unit."""
    row = _draft(bulletin_id, version)
    actor = _writer(by, row.region.path)
    if not unit_ids:
        raise refuse("units", _("Choose at least one unit"))
    row.state, row.published_by, row.published_at = Bulletin.State.PUBLISHED, by.user, at
    _save(row)
    BulletinReceipt.objects.bulk_create(
        BulletinReceipt(bulletin=row, unit_id=unit_id) for unit_id in sorted(set(unit_ids))
    )
    details = {"units": sorted(set(unit_ids))}
    journal.record("bulletin.publish", by=actor, obj=row, at=at, after=facts(row), details=details)
    return row


@transaction.atomic
def sign(bulletin_id: int, *, by: Actor, at: datetime) -> BulletinReceipt:
    """Somebody of a unit has read it, for the unit; the first one counts. Raises NotFound."""
    rows = BulletinReceipt.objects.select_for_update(of=("self",)).select_related("bulletin")
    row = rows.filter(bulletin=bulletin_id, unit=by.unit_id).first() if by.unit_id and by.user else None
    if row is None:
        raise NotFound()
    if row.read_at is None:
        row.read_by, row.read_at = by.user, at
        row.save(update_fields=["read_by", "read_at"])
        journal.record("bulletin.sign", by=by, obj=row.bulletin, at=at, details={"unit": row.unit_id})
    return row


def _fill(row: Bulletin) -> None:
    """The figures of its day, and the last published bulletin before it."""
    row.facts = facts_of(territory().by_path[row.region.path], on=row.on)
    earlier = Bulletin.objects.filter(region=row.region, on__lt=row.on, state=Bulletin.State.PUBLISHED)
    row.previous = earlier.order_by("-on").first()


def _texts(row: Bulletin) -> tuple[str, str, str]:
    """Title, opening and closing to begin with; bulletins are written in Chinese."""
    staffing, presence = Rate(*row.measure("staffing")), Rate(*row.measure("presence"))
    with translation.override(LANGUAGE):
        words = {
            "region": row.region.name,
            "on": row.on.isoformat(),
            "whole": staffing.whole,
            "part": staffing.part,
            "missing": staffing.missing,
            "rate": staffing.words,
            "presence": presence.words,
        }
        title = _("Staffing of grids in %(region)s as of %(on)s") % words
        opening = _(
            "As of %(on)s the grids of %(region)s need %(whole)s people in posts; %(part)s are there and %(missing)s "
            "are missing, a staffing rate of %(rate)s. The presence rate of this month is %(presence)s."
        )
        closing = _(
            "Places at the end of the ranking fill their vacancies soon and see that people are on post."
        )
        return title, opening % words, closing


def _writer(by: Actor, path: str) -> Actor:
    if not writes(by, path):
        raise Forbidden(
            _("Bulletins are written by the oversight officer of the region"), roles=[str(WRITER)]
        )
    return by.acting_as(WRITER)


def _draft(bulletin_id: int, version: int | None) -> Bulletin:
    rows = Bulletin.objects.select_for_update(of=("self",)).select_related("region")
    row = rows.filter(pk=bulletin_id).first()
    if row is None:
        raise NotFound()
    if version is not None and version != row.version:
        raise StaleVersion(current_version=row.version)
    if row.is_published:
        raise Conflict(_("This bulletin is published and stays as it is"))
    return row


def _save(row: Bulletin) -> None:
    row.version += 1
    row.save()


def facts(row: Bulletin) -> dict[str, object]:
    """What the journal keeps of a bulletin."""
    return {
        "region": str(row.region_id),
        "on": str(row.on),
        "title": row.title,
        "opening": row.opening,
        "closing": row.closing,
        "measures": row.facts["measures"],
        "state": row.state,
    }
