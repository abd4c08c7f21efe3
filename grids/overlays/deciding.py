"""Confirming and refusing overlays: one at a time, or all above a share. The only writers of the state."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from grids import scope as scopes
from grids.models import GridOverlay, ProfessionalGrid
from grids.overlays.visible import visible_overlays

State = GridOverlay.State
DECIDERS = (Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF)
"""Those who maintain grids; the police decide about their own grids as well."""
BULK_MOST = 2_000
NOTE_LENGTH = 200


def deciders(system: str) -> tuple[Role, ...]:
    """The roles that decide about grids of that system."""
    is_police = system == ProfessionalGrid.System.POLICE
    return (*DECIDERS, Role.POLICE_GRID_OFFICER) if is_police else DECIDERS


def deciding_role(by: Actor, system: str, path: str) -> str:
    """The role under which `by` decides about the grid at `path`. Raises Forbidden."""
    held = scopes.of(by.user).roles_over(path)
    role = next((role for role in deciders(system) if role in held), None)
    if role is None:
        raise Forbidden(
            _("Overlays are decided by those who maintain the grids there"),
            roles=[item.value for item in deciders(system)],
        )
    return role.value


@transaction.atomic
def decide(overlay_id: int, state: str, *, seen: str, by: Actor, at: datetime, note: str = "") -> GridOverlay:
    """Confirm, refuse, or take a decision back. `seen` is the state that the person decided upon.

    Raises NotFound, Forbidden, Invalid (unknown state), StaleVersion when somebody has decided meanwhile.
    """
    if state not in State.values:
        raise Invalid(fields={"state": [_("Choose a decision")]})
    rows = visible_overlays(by).select_for_update(of=("self",)).select_related("professional_grid", "grid")
    row = rows.filter(pk=overlay_id).first()
    if row is None:
        raise NotFound()
    role = deciding_role(by, row.professional_grid.system, row.grid.path)
    if row.state != seen:
        raise StaleVersion(
            changed_by=str(row.decided_by or ""),
            changed_at=row.decided_at,
            changed_to=str(row.get_state_display()),
        )
    if row.state != state:
        before = {"state": row.state, "note": row.note}
        row.state, row.note = state, note.strip()[:NOTE_LENGTH]
        row.decided_by = by.user if state != State.SUGGESTED else None
        row.decided_at = at if state != State.SUGGESTED else None
        row.save(update_fields=["state", "note", "decided_by", "decided_at"])
        journal.record(
            f"overlays.{state}",
            by=by.acting_as(role),
            obj=row,
            at=at,
            before=before,
            after={"state": row.state, "note": row.note},
            details=_details(row),
        )
    return row


def bulk_candidates(by: Actor, system: str, *, share: float, path: str = "") -> QuerySet[GridOverlay]:
    """The open suggestions of a system, inside `path`, that `by` may confirm at once: one share reaches `share`."""
    if system not in ProfessionalGrid.System.values or not 0 < share <= 1:
        raise Invalid(fields={"share": [_("Give a share between 1 and 100 percent")]})
    scope = scopes.of(by.user)
    mine = Q(pk__in=[])
    for reach in scope.reaches:
        if reach.path and reach.role in deciders(system):
            mine |= Q(grid__path__startswith=reach.path)
    rows = visible_overlays(by).filter(mine, professional_grid__system=system, state=State.SUGGESTED)
    return rows.filter(Q(share__gte=share) | Q(grid_share__gte=share), grid__path__startswith=path).order_by(
        "id"
    )


@transaction.atomic
def confirm_above(
    system: str, *, share: float, expected: int, by: Actor, at: datetime, path: str = ""
) -> int:
    """Confirm every candidate; `expected` is how many the person was shown. Raises Forbidden, StaleVersion."""
    if not scopes.of(by.user).roles & set(deciders(system)):
        raise Forbidden(_("Overlays are decided by those who maintain the grids there"))
    rows = bulk_candidates(by, system, share=share, path=path)
    found = list(
        rows.select_for_update(of=("self",)).select_related("professional_grid", "grid")[: BULK_MOST + 1]
    )
    if len(found) > BULK_MOST:
        raise Conflict(_("Too many at once; choose one town or a larger share"))
    if len(found) != expected:
        raise StaleVersion(_("The suggestions have changed since the preview; please look at them again"))
    entries = []
    for row in found:
        role = deciding_role(by, system, row.grid.path)
        entries.append(
            journal.entry(
                f"overlays.{State.CONFIRMED.value}",
                by=by.acting_as(role),
                obj=row,
                at=at,
                before={"state": row.state, "note": row.note},
                after={"state": State.CONFIRMED.value, "note": row.note},
                details={**_details(row), "above": share},
            )
        )
        row.state, row.decided_by, row.decided_at = State.CONFIRMED, by.user, at
    GridOverlay.objects.bulk_update(found, ["state", "decided_by", "decided_at"], batch_size=500)
    journal.record_many(entries)
    return len(found)


def _details(row: GridOverlay) -> dict[str, object]:
    return {
        "system": row.professional_grid.system,
        "professional_grid": row.professional_grid.code,
        "grid": row.grid.code,
        "share": row.share,
        "grid_share": row.grid_share,
    }
