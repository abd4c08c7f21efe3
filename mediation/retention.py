"""Forgetting: what the rules let expire is taken out of the cases; what is counted, and that it was done, remains.

Three rules, each with its source (`mediation.retention`): archived volumes, cases that were declined, and versions of
an agreement that another has replaced. A volume within its period is never touched. Each case by itself, in one
transaction: whoever is stopped goes on with the next turn.
"""

import logging
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from mediation.forgetting import clear_agreements
from mediation.models import Agreement, CaseStep, MediationCase
from mediation.querysets.cases import CaseQuerySet
from mediation.states import CaseState
from mediation.transitions import perform
from mediation.values import expiry

BATCH: Final = 100
LOG = logging.getLogger(__name__)


def due(*, at: datetime) -> CaseQuerySet:
    """Cases that are past their time and not forgotten yet."""
    known = CaseStep.objects.filter(case=OuterRef("pk"), verb="forget")
    archived = Q(state=CaseState.ARCHIVED, archived_at__lt=expiry("archived").before(at))
    declined = Q(state=CaseState.NOT_MEDIABLE, ended_at__lt=expiry("declined").before(at))
    return MediationCase.objects.filter(archived | declined).exclude(Exists(known))


def replaced(*, at: datetime) -> "QuerySet[Agreement]":
    """Versions that never took effect, of cases that were archived long enough ago, with something left in them."""
    return Agreement.objects.filter(
        replaced_at__isnull=False,
        effective_at=None,
        case__state=CaseState.ARCHIVED,
        case__archived_at__lt=expiry("drafts").before(at),
        terms__isnull=False,
    ).distinct()


def sweep(*, at: datetime, limit: int = BATCH) -> int:
    """One turn: at most `limit` cases and as many versions; returns how many were forgotten."""
    done = 0
    for pk in list(due(at=at).order_by("archived_at", "pk").values_list("pk", flat=True)[:limit]):
        try:
            perform("forget", pk, by=SYSTEM_ACTOR, at=at)
            done += 1
        except Exception:
            LOG.exception("A case past its time could not be forgotten", extra={"case": pk})
    for pk in list(replaced(at=at).order_by("pk").values_list("pk", flat=True)[:limit]):
        done += _forget_version(pk, at)
    return done


@transaction.atomic
def _forget_version(pk: int, at: datetime) -> int:
    rows = Agreement.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    row = rows.select_related("case").filter(pk=pk, replaced_at__isnull=False, effective_at=None).first()
    if row is None:
        return 0
    clear_agreements(Agreement.objects.filter(pk=pk))
    journal.record(
        "mediation.forget_draft", by=SYSTEM_ACTOR, obj=row.case, at=at, details={"version": row.version}
    )
    return 1
