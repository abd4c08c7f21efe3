"""Showing a phone number in full: to those who work with the person, for a reason, on record."""

from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import Role
from governance.audit import journal
from governance.foundation.errors import Forbidden
from staffing.models import Coordinator, SocialOrganization, TeamMember
from staffing.rules import paths_of, refuse

MIN_REASON: Final = 5
REVEALERS: Final = (Role.OVERSIGHT_OFFICER, Role.TOWN_STAFF, Role.COMMUNITY_STAFF)


def revealing_role(by: Actor) -> str:
    """The role under which `by` sees phones in full. Raises Forbidden: supervisors and leaders see masks."""
    for role in REVEALERS:
        if paths_of(by, {role}):
            return role
    raise Forbidden(_("Personal data is shown masked to this role"), roles=[str(role) for role in REVEALERS])


def may_reveal(by: Actor) -> bool:
    """Whether the button is shown."""
    try:
        revealing_role(by)
    except Forbidden:
        return False
    return True


def reveal_person(user: User, *, by: Actor, at: datetime, reason: str) -> str:
    """The phone of a person whom `by` may see. Raises Forbidden, Unprocessable (a reason that says nothing)."""
    return _reveal(user, user.phone or "", by=by, at=at, reason=reason)


def reveal_member(member: TeamMember, *, by: Actor, at: datetime, reason: str) -> str:
    """The phone of a member of a team that `by` may see."""
    return _reveal(member, member.phone_in_full, by=by, at=at, reason=reason)


def reveal_coordinator(row: Coordinator, *, by: Actor, at: datetime, reason: str) -> str:
    """The phone of a coordinator of a community that `by` may see."""
    return _reveal(row, row.phone_in_full, by=by, at=at, reason=reason)


def reveal_organization(row: SocialOrganization, *, by: Actor, at: datetime, reason: str) -> str:
    """The phone of the contact of a social organisation that `by` may see."""
    return _reveal(row, row.phone, by=by, at=at, reason=reason)


def _reveal(obj: models.Model, phone: str, *, by: Actor, at: datetime, reason: str) -> str:
    actor = by.acting_as(revealing_role(by))
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise refuse("reason", _("Say in a few words what you need it for"))
    with transaction.atomic():
        journal.record("phone.reveal", by=actor, obj=obj, at=at, details={"reason": reason})
    return phone
