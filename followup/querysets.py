"""Chainable words about calls and messages. Every list and every detail starts from `visible_to`."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from followup.states import SAMPLED, CallState
from governance.accounts.actors import Actor
from incidents.models import Ticket

if TYPE_CHECKING:
    from followup.models.calling import CallTask  # noqa: F401  # named in the base class below
    from followup.models.messages import Message  # noqa: F401  # named in the base class below


class CallTaskQuerySet(models.QuerySet["CallTask"]):
    """Adjectives of calls."""

    def visible_to(self, actor: Actor) -> "CallTaskQuerySet":
        """Calls about tickets that this person may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(actor).values("pk"))

    def waiting(self, at: datetime) -> "CallTaskQuerySet":
        """Nobody is calling now: waiting, or taken by somebody who has gone away."""
        return self.filter(Q(state=CallState.WAITING) | Q(state=CallState.TAKEN, taken_until__lte=at))

    def ready(self, at: datetime) -> "CallTaskQuerySet":
        """Waiting, and the next try may be made."""
        return self.waiting(at).filter(next_try_at__lte=at)

    def later(self, at: datetime) -> "CallTaskQuerySet":
        """Waiting for a later try."""
        return self.waiting(at).filter(next_try_at__gt=at)

    def taken_now(self, at: datetime) -> "CallTaskQuerySet":
        """Somebody is calling."""
        return self.filter(state=CallState.TAKEN, taken_until__gt=at)

    def owed(self) -> "CallTaskQuerySet":
        return self.exclude(kind__in=SAMPLED)

    def sampled(self) -> "CallTaskQuerySet":
        return self.filter(kind__in=SAMPLED)


class MessageQuerySet(models.QuerySet["Message"]):
    """Adjectives of messages."""

    def visible_to(self, actor: Actor) -> "MessageQuerySet":
        """Messages about tickets that this person may see."""
        return self.filter(ticket__in=Ticket.objects.visible_to(actor).values("pk"))
