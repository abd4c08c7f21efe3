"""The test endpoint: a request goes through everything that a real one goes through, is taken back, and what would be
shown of it is kept for some days. Nobody acts upon it, and nothing about a person stays."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from governance.accounts.actors import Actor
from incidents import intake
from incidents.catalogue import current as catalogue
from incidents.evidence.kinds import examine, size_of
from incidents.evidence.receiving import CAPS, check_size
from incidents.models import Attachment
from open311.asking import Wanted
from open311.editions import BATCH, Edition
from open311.models import TrialReport
from open311.publishing import public_address
from open311.showing import around, request_of
from open311.taking import Sent, report_of

KEPT = timedelta(days=7)
DIGITS = 10


def try_out(sent: Sent, edition: Edition, *, by: Actor, at: datetime, media: Any = None) -> TrialReport:
    """What would be shown of the request. Raises what `taking.take` raises."""
    if media is not None:
        _look_at(media)
    with transaction.atomic():
        made = intake.register(sent.draft, by=by, at=at)
        report = report_of(sent, made, by=by, at=at)
        report.updated_at = at  # type: ignore[attr-defined]  # annotated by the query where it is read
        shown = request_of(report, around([], edition, reader_id=None, origin=""))
        transaction.set_rollback(True)
    number = f"T{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    shown |= {"service_request_id": number, "description": report.words or None}
    if report.address:
        shown["address"] = public_address(report.address)
    with transaction.atomic():
        TrialReport.forget(at - KEPT)
        return TrialReport.objects.create(
            number=number,
            client_id=by.client_id or 0,
            token=secrets.token_hex(12) if sent.service.kind == BATCH else None,
            requested_at=at,
            service_code=sent.service.code,
            shown=shown,
        )


def _look_at(media: Any) -> None:
    """The judgement that `evidence.receive` makes, without storing. Raises TooLarge, UnsupportedMedia."""
    rules = catalogue()
    actual = size_of(media.file)
    check_size(actual, max(rules.policy(key) for key in CAPS.values()))
    found = examine(media.file, actual, unpacked_limit=rules.policy("attachment.max_unpacked_bytes"))
    check_size(actual, rules.policy(CAPS[Attachment.Kind(found.kind)]))


def listed(wanted: Wanted) -> Sequence[dict[str, Any]]:
    """What the test endpoint lists: every request is open."""
    rows = TrialReport.objects.order_by("-requested_at", "-id")
    if wanted.numbers:
        rows = rows.filter(number__in=wanted.numbers)
    else:
        rows = rows.filter(requested_at__gte=wanted.since, requested_at__lte=wanted.until)
        if wanted.codes:
            rows = rows.filter(service_code__in=wanted.codes)
        if wanted.statuses and "open" not in wanted.statuses:
            rows = rows.none()
        if wanted.updated_since is not None:
            rows = rows.filter(requested_at__gte=wanted.updated_since)
        if wanted.updated_until is not None:
            rows = rows.filter(requested_at__lte=wanted.updated_until)
    return [row.shown for row in rows[wanted.begin : wanted.begin + wanted.page_size]]


def one(number: str) -> dict[str, Any] | None:
    """What is shown of that trial."""
    row = TrialReport.objects.filter(number=number).first()
    return None if row is None else row.shown
