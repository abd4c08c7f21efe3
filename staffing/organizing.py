"""Social organisations and the grids that they serve. In one transaction: lock, version, right, write, journal."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Conflict, NotFound, StaleVersion
from grids.models import Grid
from staffing.keeping import facts
from staffing.models import ServedGrid, SocialOrganization
from staffing.rules import keeping_role, keeps, refuse


@transaction.atomic
def enter(row: SocialOrganization, grid: Grid, *, on: date, by: Actor, at: datetime) -> None:
    """A new organisation with the first grid that it serves. Raises Forbidden, Unprocessable."""
    actor = by.acting_as(keeping_role(by, grid.path))
    _check_registration(row)
    row.save()
    ServedGrid.objects.create(organization=row, grid=grid, starts_on=on)
    journal.record(
        "socialorganization.enter", by=actor, obj=row, at=at, after=facts(row), details={"grid": grid.code}
    )


@transaction.atomic
def change(row: SocialOrganization, *, by: Actor, at: datetime, version: int | None = None) -> None:
    """Other words or another contact; whoever keeps one of its grids may. Raises NotFound, Forbidden, StaleVersion."""
    old = _locked(row.pk)
    actor = by.acting_as(_role_anywhere(old, by))
    if version is not None and version != old.version:
        raise StaleVersion(current_version=old.version)
    _check_registration(row)
    row.version = old.version + 1
    row.save()
    journal.record("socialorganization.keep", by=actor, obj=row, at=at, before=facts(old), after=facts(row))


@transaction.atomic
def serve(organization_id: int, grid: Grid, *, on: date, by: Actor, at: datetime) -> ServedGrid:
    """It serves one more grid from that day on. Raises NotFound, Forbidden, Unprocessable."""
    row = _locked(organization_id)
    actor = by.acting_as(keeping_role(by, grid.path))
    if ServedGrid.objects.filter(organization=row, grid=grid, ends_on=None).exists():
        raise refuse("grid_code", pgettext("social organisation", "It serves this grid already"))
    made = ServedGrid.objects.create(organization=row, grid=grid, starts_on=on)
    journal.record("socialorganization.serve", by=actor, obj=row, at=at, details={"grid": grid.code})
    return made


@transaction.atomic
def leave(served_id: int, *, on: date, by: Actor, at: datetime) -> None:
    """The last day in a grid. Raises NotFound, Forbidden, Conflict."""
    rows = ServedGrid.objects.select_for_update(of=("self",)).select_related("grid", "organization")
    row = rows.filter(pk=served_id).first()
    if row is None:
        raise NotFound()
    actor = by.acting_as(keeping_role(by, row.grid.path))
    if row.ends_on is not None:
        raise Conflict(pgettext("social organisation", "It has left this grid already"))
    row.ends_on = max(on, row.starts_on)
    row.save(update_fields=["ends_on"])
    details = {"grid": row.grid.code, "on": str(row.ends_on)}
    journal.record("socialorganization.leave", by=actor, obj=row.organization, at=at, details=details)


def _locked(pk: int) -> SocialOrganization:
    row = SocialOrganization.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def _role_anywhere(row: SocialOrganization, by: Actor) -> str:
    """The role over one of its grids. Raises Forbidden where there is none."""
    paths = sorted(row.served.values_list("grid__path", flat=True))
    return keeping_role(by, next((path for path in paths if keeps(by, path)), paths[0]))


def _check_registration(row: SocialOrganization) -> None:
    same = SocialOrganization.objects.filter(registration=row.registration).exclude(pk=row.pk)
    if row.registration and same.exists():
        words = pgettext("social organisation", "An organisation with this code is on the list already")
        raise refuse("registration", words)
