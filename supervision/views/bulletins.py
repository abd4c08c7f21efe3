"""Bulletins of listed items: the list, one as a printable sheet with its receipts, drafting, leaving out, signing."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from grids import scope as scopes
from grids.views.pagers import page_of
from supervision.deeds import announcing
from supervision.forms import LeaveOutForm, TitleForm
from supervision.models import BulletinItem, SupervisionBulletin
from supervision.names import BulletinState, Kind
from supervision.rules import may_oversee, permitted, role_for_bulletin
from supervision.states import BULLETIN_TABLE
from supervision.views.dialogs import Dialog, serve
from supervision.views.doors import first, must_read, visible_bulletin
from supervision.views.faces import KIND_TONES, TONES

SIZE = 30


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first: drafts for oversight, published ones for the units that are named."""
    must_read(actor)
    rows = (
        SupervisionBulletin.objects.visible_to(actor)
        .select_related("unit")
        .annotate(
            named=Count("receipts", distinct=True),
            signed=Count("receipts", filter=Q(receipts__read_at__isnull=False), distinct=True),
            mine=Count(
                "receipts",
                filter=Q(receipts__unit__in=sorted(scopes.of(actor.user).unit_ids), receipts__read_at=None),
                distinct=True,
            ),
        )
    )
    page = page_of(rows, "as_of", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "may_draft": may_oversee(actor),
    }
    return render(request, "supervision/bulletins.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def draft(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin one: the lines are taken from what is listed and what is long overdue."""
    if not may_oversee(actor):
        raise Forbidden(pgettext("supervision", "Oversight drafts bulletins"), roles=[Role.OVERSIGHT_OFFICER])
    today = local(now()).date()
    title = pgettext("supervision", "Bulletin on supervision %(day)s") % {"day": f"{today:%Y-%m-%d}"}

    def do(data: dict[str, Any]) -> tuple[str, str]:
        row = announcing.draft(title=data["title"], by=actor, at=now())
        said = pgettext("supervision", "Draft %(number)s has been stored") % {"number": row.number}
        return reverse("supervision:bulletin", args=[row.number]), said

    dialog = Dialog(
        title=pgettext("supervision", "Draft a bulletin"),
        url=reverse("supervision:bulletin-draft"),
        back=reverse("supervision:bulletins"),
        verb=pgettext("supervision", "Draft"),
        make=lambda data: TitleForm(data, initial={"title": title}),
        deed=do,
    )
    return serve(request, actor, dialog)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The sheet, and for those who wrote it who has signed."""
    row = visible_bulletin(actor, number)
    is_draft = row.state == BulletinState.DRAFT
    items = row.items.select_related("unit", "task", "ticket").defer("ticket__search", "ticket__content")
    shown = items.order_by("-overdue_days", "pk") if is_draft else items.filter(left_out="")
    units = scopes.of(actor.user).unit_ids
    receipts = list(row.receipts.select_related("unit", "read_by").order_by("-read_at", "unit__code"))
    is_writer = may_oversee(actor)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "is_draft": is_draft,
        "lines": [line_of(item, units) for item in shown.order_by("unit__code", "-overdue_days", "pk")],
        "own": next((item for item in receipts if item.unit_id in units), None),
        "receipts": receipts if is_writer else [],
        "signed": sum(1 for item in receipts if item.read_at is not None),
        "buttons": [
            (verb, verb.name == "publish")
            for verb in permitted(BULLETIN_TABLE, role_for_bulletin, row, actor)
        ],
    }
    return render(request, "supervision/bulletin.html", context)


def line_of(item: BulletinItem, units: frozenset[int]) -> tuple[BulletinItem, str, str, bool]:
    """(line, word of its kind, tone, is it of one of these units)."""
    is_task = item.kind in Kind.values
    word = str(Kind(item.kind).label) if is_task else pgettext("supervision", "Overdue")
    return item, word, KIND_TONES[Kind(item.kind)] if is_task else "red", item.unit_id in units


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def leave_out(request: HttpRequest, actor: Actor, number: str, pk: int) -> HttpResponse:
    """Take a line out of the draft with a reason, or in again."""
    row = visible_bulletin(actor, number)
    item = first(row.items.all(), pk=pk)
    role_for_bulletin(BULLETIN_TABLE.check("edit", row.state), row, actor)

    def do(data: dict[str, Any]) -> tuple[str, str]:
        announcing.leave_out(
            row.pk, pk, by=actor, at=now(), reason=data["reason"], version=data.get("version")
        )
        return reverse("supervision:bulletin", args=[number]), pgettext(
            "supervision", "The draft was changed"
        )

    dialog = Dialog(
        title=item.title,
        url=reverse("supervision:bulletin-leave-out", args=[number, pk]),
        back=reverse("supervision:bulletin", args=[number]),
        verb=pgettext("supervision", "Store"),
        make=lambda data: LeaveOutForm(data, initial={"reason": item.left_out, "version": row.version}),
        deed=do,
    )
    return serve(request, actor, dialog)


@require_POST
@desk_page
def read(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Sign as read for one's own unit."""
    row = visible_bulletin(actor, number)
    announcing.read(row.pk, by=actor, at=now())
    messages.success(request, pgettext("supervision", "Signed as read"))
    return redirect("supervision:bulletin", number)
