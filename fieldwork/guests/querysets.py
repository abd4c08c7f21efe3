"""Which invitations a person sees: those of the places where he or she may invite. Every list starts here."""

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from grids import scope as scopes
from incidents.states import State

if TYPE_CHECKING:
    from fieldwork.guests.models import GuestInvitation  # noqa: F401  # named in the base class below

INVITERS: Final = frozenset({Role.COMMUNITY_STAFF, Role.TOWN_STAFF, Role.OVERSIGHT_OFFICER})
NOT_VALID: Final = frozenset({State.REJECTED, State.VOIDED})


class InvitationQuerySet(models.QuerySet["GuestInvitation"]):
    """Adjectives of invitations."""

    def visible_to(self, by: Actor) -> "InvitationQuerySet":
        """Inside the places where the person may invite."""
        seen = Q(pk__in=[])
        for path in inviting_paths(by):
            seen |= Q(region_path__startswith=path)
        return self.filter(seen)

    def with_counts(self) -> "InvitationQuerySet":
        """With `members`, `reports`, and `valid`: reports that were neither rejected nor voided."""
        from fieldwork.guests.models import GuestPass, GuestReport

        passes = GuestPass.objects.filter(invitation=OuterRef("pk"), revoked_at=None).order_by()
        reports = GuestReport.objects.filter(guest__invitation=OuterRef("pk")).order_by()
        valid = reports.exclude(ticket__state__in=sorted(NOT_VALID))
        return self.annotate(
            members=_count(passes, "invitation"),
            reports=_count(reports, "guest__invitation"),
            valid=_count(valid, "guest__invitation"),
        )


def _count(rows: "models.QuerySet[models.Model]", group: str) -> Coalesce:
    counted = rows.values(group).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def inviting_paths(by: Actor) -> tuple[str, ...]:
    """The places in which the person may invite."""
    reaches = scopes.of(by.user).reaches
    return scopes.outermost(reach.path for reach in reaches if reach.path and reach.role in INVITERS)
