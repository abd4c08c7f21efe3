"""Policy notices on the phone: what is to be read, one notice, the confirmation."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.foundation.clock import now
from grids.views.pagers import page_of
from incidents.views.case import photo_of
from incidents.views.phone import answer, phone_page
from publicity import writing
from publicity.models import PolicyNotice
from publicity.states import NoticeState
from publicity.views.desk import receipt_of, unread, visible_notice, with_own

SIZE = 20


@require_safe
@phone_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?unread=1` only what is not confirmed."""
    rows = with_own(PolicyNotice.objects.mine(actor), actor).exclude(state=NoticeState.WITHDRAWN)
    is_unread_only = request.GET.get("unread") == "1"
    if is_unread_only:
        rows = unread(rows, actor)
    page = page_of(rows.select_related("unit"), "published_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "rows": page.rows,
        "next": page.next,
        "previous": page.previous,
        "is_unread_only": is_unread_only,
    }
    return answer(request, actor, "phone/policies.html", context, tab="notices")


@require_safe
@phone_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The text and the button to confirm."""
    row = visible_notice(actor, number)
    context = {
        "row": row,
        "receipt": receipt_of(actor, row),
        "shows_text": row.state != NoticeState.WITHDRAWN,
        "file": photo_of(row.attachment) if row.attachment else None,
    }
    return answer(request, actor, "phone/policy.html", context, tab="notices")


@require_POST
@phone_page
def confirm(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The person has read it; back to the same page."""
    row = visible_notice(actor, number)
    writing.confirm(row.pk, by=actor, at=now())
    return redirect("phone-policies:notice", number)
