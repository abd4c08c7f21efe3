"""For those who invite: the groups with their counts, one group with its code, people and reports, taking back."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fieldwork.guests import inviting
from fieldwork.guests.forms import InvitationForm
from fieldwork.guests.models import GuestInvitation, GuestPass, GuestReport
from fieldwork.guests.querysets import INVITERS, NOT_VALID, inviting_paths
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid, NotFound
from governance.foundation.masking import mask_name, mask_phone
from governance.foundation.naming import label_of
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.forms import put_errors
from incidents.models import Ticket
from incidents.views.register import region_words

SIZE: Final = 30
USUAL_DAYS: Final = 180


def must_invite(actor: Actor) -> None:
    """Raises Forbidden for anybody who invites nowhere."""
    if not inviting_paths(actor):
        raise Forbidden(
            pgettext("guest", "Groups are invited by communities, towns and the oversight office"),
            roles=sorted(INVITERS),
        )


def visible_invitation(actor: Actor, pk: int) -> GuestInvitation:
    """The invitation with its counts, if this person sees it. Raises NotFound."""
    rows = GuestInvitation.objects.visible_to(actor).with_counts().select_related("unit", "made_by")
    found: GuestInvitation | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The groups, newest first, with how many people and reports they have."""
    must_invite(actor)
    at = now()
    rows = GuestInvitation.objects.visible_to(actor).with_counts()
    page = page_of(rows, "made_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "page": page,
        "rows": [(row, place_words(row.region_path), row.is_open(at)) for row in page.rows],
    }
    return render(request, "fieldwork/guests/list.html", context)


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [label_of(place) for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Invite a group."""
    must_invite(actor)
    at = now()
    if request.method != "POST":
        start = {
            "kind": GuestInvitation.Kind.COURIER,
            "ends_on": local(at).date() + timedelta(days=USUAL_DAYS),
        }
        return form_answer(request, InvitationForm(initial=start))
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return form_answer(request, form, status=422)
    try:
        row = inviting.invite(form.invited(), by=actor, at=at)
    except Invalid as problem:
        put_errors(form, problem)
        return form_answer(request, form, status=422)
    except Forbidden as problem:
        form.add_error("place_code", str(problem.detail))
        return form_answer(request, form, status=403)
    messages.success(request, pgettext("guest", "The invitation is made: print its code or send its link"))
    return redirect("fieldwork:guest", row.pk)


def form_answer(request: HttpRequest, form: InvitationForm, *, status: int = 200) -> HttpResponse:
    """The form as a page."""
    shown = region_words(str(form["place_code"].value() or ""))
    return render(request, "fieldwork/guests/form.html", {"form": form, "shown": shown}, status=status)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One group: link and code, its people by masked names, its reports as far as this person sees the tickets."""
    row, at = visible_invitation(actor, pk), now()
    reports = GuestReport.objects.filter(guest__invitation=row)
    seen = Ticket.objects.visible_to(actor).order_by().values("pk")
    page = page_of(
        reports.filter(ticket__in=seen).select_related("ticket", "guest").defer("ticket__search"),
        "at",
        request.GET.get("cursor", ""),
        SIZE,
    )
    context = {
        "row": row,
        "place": place_words(row.region_path),
        "is_open": row.is_open(at),
        "address": inviting.address_of(row),
        "code": code_of(inviting.address_of(row)) if row.is_open(at) else "",
        "people": [person_of(guest) for guest in row.passes.order_by("-joined_at")[:200]],
        "page": page,
        "reports": [(report, mask_name(report.guest.name)) for report in page.rows],
        "not_valid": NOT_VALID,
    }
    return render(request, "fieldwork/guests/group.html", context)


def person_of(guest: GuestPass) -> dict[str, Any]:
    """A member without the name in the clear."""
    return {"pass": guest, "name": mask_name(guest.name), "phone": mask_phone(guest.phone)}


def code_of(address: str) -> str:
    """A QR code as SVG."""
    import segno  # read when it is used: it is large

    return str(segno.make(address, error="m").svg_inline(omitsize=True, border=2, dark="#000", light="#fff"))


@require_safe
@desk_page
def poster(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The code on a sheet to be printed and hung up. Raises NotFound for a group that is over."""
    row = visible_invitation(actor, pk)
    if not row.is_open(now()):
        raise NotFound()
    address = inviting.address_of(row)
    context = {
        "row": row,
        "place": place_words(row.region_path),
        "address": address,
        "code": code_of(address),
    }
    return render(request, "fieldwork/guests/poster.html", context)


@require_POST
@desk_page
def revoke(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """Take the whole invitation back: no link of the group opens anything any more."""
    row = visible_invitation(actor, pk)
    inviting.revoke(row, by=actor, at=now())
    messages.success(request, pgettext("guest", "The invitation is taken back"))
    return redirect("fieldwork:guest", pk)


@require_POST
@desk_page
def revoke_pass(request: HttpRequest, actor: Actor, pk: int, pass_id: int) -> HttpResponseBase:
    """Take one person's link back."""
    row = visible_invitation(actor, pk)
    guest = row.passes.filter(pk=pass_id).first()
    if guest is None:
        raise NotFound()
    inviting.revoke(guest, by=actor, at=now())
    messages.success(request, pgettext("guest", "The link of this person is taken back"))
    return redirect("fieldwork:guest", pk)
