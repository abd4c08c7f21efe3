"""Chainable words about phones and what they sent. Every list starts from `visible_to`."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from fieldwork.devices.rules import is_administrator, person_of
from governance.accounts.actors import Actor

if TYPE_CHECKING:
    from fieldwork.models import SyncAction, TrustedDevice  # noqa: F401  # named in the base classes below


class TrustedDeviceQuerySet(models.QuerySet["TrustedDevice"]):
    """Adjectives of phones."""

    def visible_to(self, actor: Actor) -> "TrustedDeviceQuerySet":
        """One's own; an administrator sees everybody's, because a lost phone is called back by the office."""
        return self if is_administrator(actor.user) else self.filter(user=person_of(actor))

    def trusted(self, at: datetime) -> "TrustedDeviceQuerySet":
        """Neither called back nor over."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class SyncActionQuerySet(models.QuerySet["SyncAction"]):
    """Adjectives of what phones sent."""

    def visible_to(self, actor: Actor) -> "SyncActionQuerySet":
        """One's own; an administrator sees that something lies sealed, never its content."""
        own = self.filter(user=person_of(actor))
        return own | self.sealed() if is_administrator(actor.user) else own

    def sealed(self) -> "SyncActionQuerySet":
        """Those that wait for an administrator."""
        return self.filter(outcome="sealed")
