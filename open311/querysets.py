"""Chainable words about requests of this door. Every list and every detail starts from `shown_to`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from incidents import sandbox
from incidents.catalogue import current as catalogue
from incidents.states import State

if TYPE_CHECKING:
    from open311.models import OpenReport  # noqa: F401  # named in the base class below


class ReportQuerySet(models.QuerySet["OpenReport"]):
    """Adjectives of requests."""

    def shown_to(self, client_id: int | None, codes: Iterable[str]) -> "ReportQuerySet":
        """What everybody may look up, and what the system that calls has sent itself. `codes` are of open services.

        Everybody: of a service that is open today, not a black box, its ticket neither sensitive nor a key report
        nor of a reporter who asked for confidence, nor for trial. Voided tickets are shown to nobody.
        """
        wanted = sandbox.apart() & Q(
            is_shown=True,
            ticket__is_sensitive=False,
            ticket__is_key_report=False,
            ticket__is_confidential=False,
            ticket__category_id__in=category_ids(codes),
        )
        if client_id is not None:
            wanted |= Q(client_id=client_id)
        return self.filter(wanted).exclude(ticket__state=State.VOIDED)


def category_ids(codes: Iterable[str]) -> list[int]:
    """The keys of these matters in every edition of the catalogue."""
    editions = catalogue().editions_of
    return sorted(key for code in codes for key in editions.get(code, ()))
