"""Requests as a list asks for them: the newest first along the index of their time, one page of at most 1,000."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, DateTimeField, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from incidents.models import Step
from incidents.plain_words import TITLES
from incidents.states import FINAL, OPEN, State
from open311.models import OpenReport
from open311.querysets import ReportQuerySet, category_ids

MERGED = Q(ticket__state=State.MERGED)
OPEN_NOW = Q(ticket__state__in=sorted(OPEN)) | (MERGED & Q(ticket__merged_into__state__in=sorted(OPEN)))
"""A merged report is as far as the one that it was merged into."""
READ = (
    "requested_at",
    "client_id",
    "words",
    "address",
    "description",
    "answers",
    "media_url",
    "expected_at",
    *(
        f"ticket__{name}"
        for name in (
            "number",
            "state",
            "category_id",
            "region_path",
            "lon",
            "lat",
            "lead_unit_id",
            "holder_id",
            "accepted_at",
            "closed_at",
            "due_at",
            "is_overdue",
            "reopen_count",
        )
    ),
    *(
        f"ticket__merged_into__{name}"
        for name in ("state", "closed_at", "due_at", "lead_unit_id", "holder_id")
    ),
)
LAST = (
    Step.objects.filter(ticket_id=OuterRef("ticket_id"), verb__in=sorted(TITLES))
    .order_by("-id")
    .values("at")[:1]
)


def updated() -> Coalesce:
    """When a request changed last, as far as people outside learn of it; of a closed one, when it was closed."""
    main = When(MERGED & ~OPEN_NOW, then=F("ticket__merged_into__closed_at"))
    own = When(ticket__state__in=sorted(FINAL - {State.MERGED}), then=F("ticket__closed_at"))
    closed = Case(main, own, default=None, output_field=DateTimeField())
    return Coalesce(closed, Subquery(LAST), F("requested_at"))


def with_updated(rows: ReportQuerySet) -> ReportQuerySet:
    """Each with its ticket and its last change; the columns that answers are made of."""
    found = rows.annotate(updated_at=updated()).select_related("ticket__merged_into")
    return found.only(*READ)


def one(rows: ReportQuerySet, number: str) -> OpenReport | None:
    """The request of that number."""
    return with_updated(rows).filter(ticket__number=number).first()


def numbered(rows: ReportQuerySet, numbers: Sequence[str]) -> list[OpenReport]:
    """Those of the numbers that are there, the newest first."""
    return list(_ordered(with_updated(rows).filter(ticket__number__in=numbers)))


def listed(
    rows: ReportQuerySet,
    *,
    since: datetime,
    until: datetime,
    codes: Sequence[str] = (),
    statuses: Sequence[str] = (),
    updated_since: datetime | None = None,
    updated_until: datetime | None = None,
) -> ReportQuerySet:
    """Those of the time that fit; the caller cuts the page out."""
    found = with_updated(rows).filter(requested_at__gte=since, requested_at__lte=until)
    if codes:
        found = found.filter(ticket__category_id__in=category_ids(codes))
    if len(set(statuses)) == 1:
        found = found.filter(OPEN_NOW) if "open" in statuses else found.exclude(OPEN_NOW)
    if updated_since is not None:
        found = found.filter(GreaterThanOrEqual(F("updated_at"), updated_since))
    if updated_until is not None:
        found = found.filter(LessThanOrEqual(F("updated_at"), updated_until))
    return _ordered(found)


def _ordered(rows: ReportQuerySet) -> ReportQuerySet:
    return rows.order_by("-requested_at", "-id")
