"""What city apps have reported over Open311: recent reports of the demo city's app channels, as that door has them."""

from typing import Final

from django.db import transaction

from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.exchange.models import ApiClient, issue_key
from governance.exchange.scopes import ApiScope
from incidents.models import Ticket
from open311 import editions
from open311.expecting import estimate
from open311.models import OpenReport
from open311.publishing import public_words
from open311.querysets import category_ids
from open311.taking import SIDE

PART: Final = "open311"
SOURCES: Final = ("app", "wechat", "volunteer")
MOST: Final = 400


@transaction.atomic
def build_open311() -> int:
    """Write them once; returns how many."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    app = ApiClient(
        code="city-app",
        name="随手拍 APP",
        sources=["app"],
        scopes=[ApiScope.READ.value, ApiScope.REPORT.value],
        key_issued_at=at,
    )
    issue_key(app)
    app.save()
    rows = Ticket.objects.filter(
        source__code__in=SOURCES,
        category_id__in=category_ids(editions.current(at).by_code),
        is_sensitive=False,
        is_key_report=False,
        is_confidential=False,
    )
    rows = rows.select_related("category").prefetch_related("requesters").defer("search")
    made = OpenReport.objects.bulk_create(
        [_report(ticket, app) for ticket in rows.order_by("-registered_at", "-id")[:MOST]]
    )
    marked = [report.ticket for report in made]
    for ticket in marked:
        ticket.sides = [*ticket.sides, SIDE]
    Ticket.objects.bulk_update(marked, ["sides"])
    mark_done(JOB, PART, at=at, requests=len(made))
    return len(made)


def _report(ticket: Ticket, app: ApiClient) -> OpenReport:
    names = [person.name for person in ticket.requesters.all()]
    return OpenReport(
        ticket=ticket,
        client=app,
        requested_at=ticket.registered_at,
        words=public_words(ticket.content, names),
        description=ticket.content,
        address=ticket.place,
        expected_at=estimate(ticket.category, ticket.urgency, ticket.registered_at),
    )
