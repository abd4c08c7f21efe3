"""Open cases follow: their place when grids or regions are redrawn, and the body's people when a mediator leaves.

Each by the verb `hand_over`, with its step, journal and notices; no limit begins anew. Run twice, nothing.
"""

import logging
from datetime import datetime
from typing import Final

from django.db.models import Q

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.clock import local
from incidents.handover.above import landings_of
from incidents.handover.standing import Ground
from mediation.models import CaseMediator, GovernanceCentre, MediationCase, Mediator
from mediation.states import OPEN
from mediation.transitions import perform

BATCH: Final = 200
LOG = logging.getLogger(__name__)


def follow(ground: Ground, at: datetime) -> int:
    """After a revision, in its transaction: cases go where their ticket went, else to the heir of their place."""
    landings = landings_of(ground)
    named = Q(region_path__in=list(landings)) | Q(unit__in=list(ground.teams))
    rows = MediationCase.objects.filter(named, state__in=OPEN).order_by("pk")
    done = 0
    for pk, path, region_id, path_of_ticket, region_of_ticket in list(
        rows.values_list("pk", "region_path", "region_id", "ticket__region_path", "ticket__region_id")
    ):
        if path in landings and path_of_ticket and path_of_ticket not in landings:
            path, region_id = path_of_ticket, region_of_ticket
        elif path in landings:
            path, region_id = landings[path].path, landings[path].region_id
        perform("hand_over", pk, by=SYSTEM_ACTOR, at=at, path=path, region=region_id)
        done += 1
    for centre in GovernanceCentre.objects.filter(region_path__in=list(landings)):
        landing = landings[centre.region_path]
        if not GovernanceCentre.objects.filter(region=landing.region_id).exists():
            GovernanceCentre.objects.filter(pk=centre.pk).update(
                region=landing.region_id, region_path=landing.path
            )
            done += 1
    return done


def follow_leavers(*, at: datetime) -> int:
    """Open cases of mediators who have left the register or may no longer sign in; returns how many cases."""
    left = Mediator.objects.filter(Q(left_on__lt=local(at).date()) | Q(user__is_active=False))
    rows = CaseMediator.objects.filter(until=None, mediator__in=left.values("pk"), case__state__in=OPEN)
    by_case: dict[int, list[int]] = {}
    for case_id, mediator_id in rows.order_by("case_id", "pk").values_list("case_id", "mediator_id")[:BATCH]:
        by_case.setdefault(case_id, []).append(mediator_id)
    return sum(_without(case_id, gone, at) for case_id, gone in by_case.items())


def _without(case_id: int, gone: list[int], at: datetime) -> int:
    """One case; one that cannot be handed over is reported, and does not stop the others."""
    try:
        perform("hand_over", case_id, by=SYSTEM_ACTOR, at=at, gone=gone)
    except Exception:
        LOG.exception("A case of a mediator who has left could not be handed over", extra={"case": case_id})
        return 0
    return 1
