"""Reconciliation by day: the last days at a glance, one day with every difference, the statement of 110 by hand."""

from datetime import date, timedelta
from itertools import pairwise

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid, NotFound
from governance.foundation.spreadsheets import csv_lines
from police_link import reconciling, statements
from police_link.forms import StatementForm, put_errors
from police_link.rules import may_reconcile, must_read
from police_link.states import POLICE, RECONCILERS
from police_link.views.desk import frame_of, parse_day

DAYS = 14
LARGEST = 1024 * 1024
KINDS = {
    "missing_here": pgettext_lazy("reconciliation", "Sent by 110, not received here"),
    "missing_there": pgettext_lazy("reconciliation", "Received here, not in the statement"),
    "not_opened": pgettext_lazy("reconciliation", "Received, no ticket"),
    "not_closed": pgettext_lazy("reconciliation", "Ticket not closed yet"),
}
HEADS = (
    pgettext_lazy("reconciliation", "Difference"),
    pgettext_lazy("police", "Number at 110"),
    pgettext_lazy("police", "number"),
    pgettext_lazy("police", "title"),
    pgettext_lazy("police", "state"),
    pgettext_lazy("police", "Ticket"),
)


def wanted_day(text: str) -> date:
    """The day of an address. Raises NotFound for one that is none or has not come."""
    day: date | None = parse_day(text)
    if day is None or day > local(now()).date():
        raise NotFound()
    return day


@require_safe
@desk_page
def days(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The last two weeks; `?until=` goes back."""
    must_read(actor)
    today = local(now()).date()
    until = min(parse_day(request.GET.get("until", "")) or today, today)
    context = {
        "tab": "days",
        "days": reconciling.latest_days(actor, until, DAYS),
        "earlier": until - timedelta(days=DAYS),
        "later": until + timedelta(days=DAYS) if until < today else None,
        **frame_of(actor),
    }
    return render(request, "police_link/days.html", context)


@require_safe
@desk_page
def day_page(request: HttpRequest, actor: Actor, day: str) -> HttpResponse:
    """One day: four figures and every row that differs."""
    must_read(actor)
    found = reconciling.reconcile(actor, wanted_day(day))
    groups = [
        (kind, words, [item for item in found.differences if item.kind == kind])
        for kind, words in KINDS.items()
    ]
    figures = [
        (pgettext("reconciliation", "Sent by 110"), found.sent),
        (pgettext("reconciliation", "Received"), found.received),
        (pgettext("reconciliation", "Tickets opened"), found.opened),
        (pgettext("reconciliation", "Tickets closed"), found.closed),
    ]
    counts = [count for _name, count in figures]
    signs = ["", *("=" if one == other else "≠" for one, other in pairwise(counts))]
    context = {
        "tab": "days",
        "found": found,
        "groups": [group for group in groups if group[2]],
        "figures": [(name, count, sign) for (name, count), sign in zip(figures, signs, strict=True)],
        **frame_of(actor),
    }
    return render(request, "police_link/day.html", context)


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor, day: str) -> HttpResponseBase:
    """The differences of a day as CSV, without personal data."""
    must_read(actor)
    found, at = reconciling.reconcile(actor, wanted_day(day)), now()
    assert actor.user is not None
    details = {"day": day, "rows": len(found.differences)}
    journal.record("police.reconciliation.export", by=actor, obj=actor.user, at=at, details=details)
    rows = [
        (
            KINDS[item.kind],
            item.external_no,
            item.row.number if item.row else "",
            item.row.title if item.row else "",
            item.row.get_state_display() if item.row else "",
            item.row.ticket.number if item.row and item.row.ticket else "",
        )
        for item in found.differences
    ]
    answer = StreamingHttpResponse(csv_lines(HEADS, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="police-{day}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def statement(request: HttpRequest, actor: Actor, day: str) -> HttpResponseBase:
    """Enter the statement of a day."""
    must_read(actor)
    if not may_reconcile(actor):
        raise Forbidden(
            pgettext("police", "Statements are given by the police and by the desks of the centre"),
            roles=sorted({*POLICE, *RECONCILERS}),
        )
    wanted = wanted_day(day)
    form = StatementForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                numbers = statements.numbers_in(_text_of(form))
                row = statements.state(wanted, numbers, by=actor, at=now())
            except Invalid as problem:
                put_errors(form, problem)
            else:
                said = pgettext("police", "Statement kept: %(count)d numbers")
                messages.success(request, said % {"count": row.count})
                return redirect("police_link:day", day)
    context = {"tab": "days", "form": form, "day": wanted, **frame_of(actor)}
    return render(request, "police_link/statement.html", context, status=status)


def _text_of(form: StatementForm) -> str:
    """What was typed and what the file holds. Raises Invalid for a file that is no text or too large."""
    typed, file = form.cleaned_data["numbers"], form.cleaned_data["file"]
    if file is None:
        return str(typed)
    if file.size > LARGEST:
        raise Invalid(fields={"file": [pgettext_lazy("police", "The file is larger than 1 MB")]})
    raw = file.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return f"{typed}\n{raw.decode(encoding)}"
        except UnicodeDecodeError:
            continue
    raise Invalid(fields={"file": [pgettext_lazy("police", "This is not a text file")]})
