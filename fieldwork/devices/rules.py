"""Who may keep a phone trusted, who settles what lies sealed, and whose hands a ticket is in at the place."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import WORKERS, Role
from governance.foundation.errors import Forbidden, Unauthenticated
from grids import scope as scopes
from incidents.models import Assignment, Ticket
from incidents.states import OPEN, OPEN_PARTS

if TYPE_CHECKING:
    from fieldwork.models import TrustedDevice

PHONE_ROLES = frozenset({*WORKERS, Role.COMMUNITY_STAFF})
"""Whose whole work may lie on a phone. Whoever holds another post besides signs in with the password each time."""


def is_administrator(user: User | None) -> bool:
    """Whether the person keeps the system."""
    return user is not None and user.groups.filter(name=Role.ADMINISTRATOR).exists()


def person_of(by: Actor) -> User:
    """The person who acts. Raises Unauthenticated for a system."""
    if by.user is None:
        raise Unauthenticated()
    return by.user


def must_settle(by: Actor) -> Actor:
    """The administrator who settles what lies sealed or calls a phone back. Raises Forbidden."""
    if not is_administrator(by.user):
        raise Forbidden(_("This page is for other roles"), roles=[Role.ADMINISTRATOR.value])
    return by.acting_as(Role.ADMINISTRATOR)


def may_trust(user: User | None) -> bool:
    """Whether a sign-in of this person may last on a phone."""
    roles = scopes.of(user).roles
    return bool(roles) and roles <= PHONE_ROLES


def has_ended(device: "TrustedDevice") -> bool:
    """Whether the phone was called back, or its person's account has ended."""
    return device.revoked_at is not None or not device.user.is_active


def must_be_at_work(ticket: Ticket, by: Actor) -> Actor:
    """Somebody of a unit that has the ticket, or a part of it, in hand. Raises Forbidden."""
    scope = scopes.of(by.user)
    role = next((role for role in sorted(PHONE_ROLES) if role in scope.roles), "")
    if ticket.state not in OPEN or not role or not _is_in_hand(ticket, scope.unit_ids):
        raise Forbidden(_("This ticket is not with your unit"), roles=sorted(PHONE_ROLES))
    return by.acting_as(role)


def _is_in_hand(ticket: Ticket, unit_ids: frozenset[int]) -> bool:
    if ticket.holder_id in unit_ids:
        return True
    parts = Assignment.objects.filter(ticket=ticket, unit_id__in=unit_ids, state__in=OPEN_PARTS)
    return parts.exists()
