"""Naming the coordinator of a community, changing what is written of one, ending with a day."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound, StaleVersion
from grids.models import Region
from staffing.keeping import facts
from staffing.models import Coordinator
from staffing.rules import keeping_role, refuse


@transaction.atomic
def name(row: Coordinator, *, by: Actor, at: datetime, version: int | None = None) -> Coordinator:
    """Write a new coordinator, or what has changed. Whoever is named without an end gives way with the day before.

    Raises Forbidden, NotFound, StaleVersion, Unprocessable.
    """
    old = _locked(row.pk) if row.pk else None
    if old is not None:
        if version is not None and version != old.version:
            raise StaleVersion(current_version=old.version)
        row.version = old.version + 1
    paths = {item.region.path for item in (old, row) if item is not None}
    actor = by.acting_as(keeping_role(by, *sorted(paths)))
    _must_be_sound(row)
    Region.objects.select_for_update(no_key=True).get(pk=row.region_id)
    if old is None:
        _give_way(row, by=actor, at=at)
    before = facts(old) if old is not None else None
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise refuse("starts_on", _("The community has a coordinator on these days already")) from error
    journal.record("coordinator.name", by=actor, obj=row, at=at, before=before, after=facts(row))
    return row


@transaction.atomic
def end(coordinator_id: int, *, on: date, by: Actor, at: datetime) -> Coordinator:
    """The person is coordinator until that day. Raises NotFound, Forbidden, Conflict, Unprocessable."""
    row = _locked(coordinator_id)
    actor = by.acting_as(keeping_role(by, row.region.path))
    if row.ends_on is not None:
        raise Conflict(_("This has ended already"))
    if on < row.starts_on:
        raise refuse("on", _("The end is before the beginning"))
    before = facts(row)
    row.ends_on = on
    row.version += 1
    row.save(update_fields=["ends_on", "version"])
    journal.record("coordinator.end", by=actor, obj=row, at=at, before=before, after=facts(row))
    return row


def _must_be_sound(row: Coordinator) -> None:
    if row.region.level != Region.Level.COMMUNITY or row.region.valid_to is not None:
        raise refuse("place_code", _("Choose a community"))
    if row.user is not None and not row.user.is_active:
        raise refuse("user", _("This account is no longer active"))
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise refuse("ends_on", _("The end is before the beginning"))


def _give_way(row: Coordinator, *, by: Actor, at: datetime) -> None:
    """Whoever is in place without an end until now ends with the day before the new one begins."""
    former = Coordinator.objects.select_for_update(of=("self",)).filter(
        region=row.region_id, ends_on=None, starts_on__lt=row.starts_on
    )
    for item in former:
        before = facts(item)
        item.ends_on = row.starts_on - timedelta(days=1)
        item.version += 1
        item.save(update_fields=["ends_on", "version"])
        journal.record("coordinator.end", by=by, obj=item, at=at, before=before, after=facts(item))


def _locked(coordinator_id: int) -> Coordinator:
    rows = Coordinator.objects.select_for_update(of=("self",)).select_related("region")
    row = rows.defer("region__boundary").filter(pk=coordinator_id).first()
    if row is None:
        raise NotFound()
    return row
