"""Disputes for the engine: what the steps after a cursor touched, and what a list shows of a case."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from assessment.disputes.deriving import derive
from assessment.disputes.words import TOLD
from assessment.sources import Changes, Item, Source
from governance.accounts.actors import Actor
from governance.foundation.horizon import reach
from mediation.models import CaseStep, MediationCase
from mediation.states import CaseState


def horizon() -> int:
    """The last step up to which none is missing."""
    return reach(CaseStep)


def changed(after: int, upto: int, limit: int) -> Changes:
    """The cases of the next `limit` steps."""
    rows = CaseStep.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk")
    found = list(rows.values_list("pk", "case_id")[:limit])
    reached = found[-1][0] if len(found) == limit else upto
    return Changes(ids=sorted({case_id for _pk, case_id in found}), reached=reached, steps=len(found))


def last_item() -> int:
    """The highest key that a case has."""
    return MediationCase.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def pending(ids: Sequence[int], after: int) -> set[int]:
    """Those of the cases that have a step after the cursor."""
    return set(CaseStep.objects.filter(case_id__in=ids, pk__gt=after).values_list("case_id", flat=True))


def items(by: Actor, ids: Sequence[int]) -> Mapping[int, Item]:
    """Those of the cases that the reader may open. Their titles stay with the case: a list of figures names codes."""
    rows = MediationCase.objects.visible_to(by).filter(pk__in=ids)
    return {
        pk: Item(
            number=number,
            title="",
            url=reverse("mediation:case", args=[number]),
            words=str(CaseState(state).label),
        )
        for pk, number, state in rows.values_list("pk", "number", "state")
    }


SOURCE = Source(
    name="disputes",
    kinds=tuple(told.kind for told in TOLD),
    horizon=horizon,
    changed=changed,
    last_item=last_item,
    pending=pending,
    derive=derive,
    items=items,
)
