"""Pages of bulletins: the list, one bulletin with its receipts, drafting, editing, files."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bulletins import paper, writing
from bulletins.charts import charts_of, ranked
from bulletins.forms import NewForm, TextForm, put_errors
from bulletins.models import Bulletin, BulletinTemplate, UnitReceipt
from bulletins.querysets import making_paths
from bulletins.rules import may_write, permitted, role_for
from bulletins.spans import ended_before
from bulletins.states import BULLETIN_TABLE, WRITERS, BulletinState
from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from grids import scope as scopes
from staffing.views.keysets import key_page

ORDER: Sequence[str] = ("-prepared_at", "-id")
TONES = {"draft": "wait", "submitted": "work", "published": "done", "recalled": "stop"}
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


def must_read(actor: Actor) -> None:
    """Bulletins are for everybody who is appointed in the field. Raises Forbidden."""
    if not scopes.of(actor.user).roles - {Role.AUDITOR, Role.ADMINISTRATOR}:
        raise Forbidden(pgettext("period bulletin", "Bulletins are for those who work in a unit"))


@require_safe
@desk_page
def bulletin_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Bulletins that one makes or has to read, the newest first; `?state=`, `?span=`, `?unread=1` narrow."""
    must_read(actor)
    rows = Bulletin.objects.visible_to(actor).select_related("template").defer("sections")
    if states := [value for value in request.GET.getlist("state") if value in BulletinState.values]:
        rows = rows.filter(state__in=states)
    if spans := [value for value in request.GET.getlist("span") if value in BulletinTemplate.Span.values]:
        rows = rows.filter(template__span__in=spans)
    if request.GET.get("unread") == "1":
        waiting = UnitReceipt.objects.filter(unit=actor.unit_id or 0, read_at=None).values("bulletin")
        rows = rows.filter(state=BulletinState.PUBLISHED, pk__in=waiting)
    counted = rows.annotate(
        units=Count("receipts"), read=Count("receipts", filter=Q(receipts__read_at__isnull=False))
    )
    page = key_page(counted, ORDER, request.GET.get("cursor", ""))
    context = {
        "rows": [(row, TONES[row.state]) for row in page.rows],
        "page": page,
        "states": BulletinState.choices,
        "spans": BulletinTemplate.Span.choices,
        "may_write": may_write(actor),
        "makes": bool(making_paths(actor)),
        "is_filtered": any(key != "cursor" for key in request.GET),
    }
    return render(request, "bulletins/list.html", context)


def visible_bulletin(actor: Actor, number: str) -> Bulletin:
    """The bulletin. Raises NotFound."""
    rows = Bulletin.objects.visible_to(actor).select_related("template", "published_by")
    row: Bulletin | None = rows.filter(number=number).first()
    if row is None:
        raise NotFound()
    return row


def makes(actor: Actor, row: Bulletin) -> bool:
    """Whether the person writes or approves bulletins of that place."""
    return row.region_path.startswith(making_paths(actor) or ("-",))


@require_safe
@desk_page
def bulletin(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The bulletin as it is or will be read; for its makers who has read it, and its story."""
    must_read(actor)
    row = visible_bulletin(actor, number)
    is_maker = makes(actor, row)
    receipts = list(row.receipts.select_related("unit", "read_by").order_by("read_at", "unit__code"))
    own = next((one for one in receipts if one.unit_id == actor.unit_id), None)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "shows_text": is_maker or row.state == BulletinState.PUBLISHED,
        "sections": [
            (
                paper.DIGITS[number],
                part,
                list(ranked(part["ranking"]["rows"])) if part["ranking"] else [],
                drawn,
            )
            for number, (part, drawn) in enumerate(zip(row.sections, charts_of(row), strict=True))
        ],
        "own": own,
        "is_maker": is_maker,
        "units": len(receipts),
        "read": [one for one in receipts if one.read_at],
        "unread": [one for one in receipts if not one.read_at],
        "buttons": [(verb, url_of(row, verb.name)) for verb in permitted(row, actor)],
        "steps": steps_of(row) if is_maker else [],
        "picture_kinds": list(PICTURES),
    }
    return render(request, "bulletins/bulletin.html", context)


def url_of(row: Bulletin, verb: str) -> str:
    """Where a verb is done: the text has a page of its own."""
    if verb == "edit":
        return reverse("bulletins:edit", args=[row.number])
    return reverse("bulletins:verb", args=[row.number, verb])


def steps_of(row: Bulletin) -> list[dict[str, Any]]:
    """The story, newest first."""
    return [
        {
            "title": BULLETIN_TABLE[step.verb].label,
            "at": step.at,
            "who": step.actor_name if step.actor_id else pgettext("period bulletin", "By schedule"),
            "role": Role(step.role).label if step.role in Role.values else "",
            "text": step.opinion,
        }
        for step in row.steps.order_by("-pk")
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Draft a bulletin by hand."""
    must_read(actor)
    if not may_write(actor):
        raise Forbidden(
            pgettext("period bulletin", "Bulletins are drafted by oversight officers and towns"),
            roles=sorted(WRITERS),
        )
    form = NewForm(making_paths(actor), request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return redirect("bulletins:bulletin", drafted(form, actor).number)
            except Invalid as problem:
                put_errors(form, problem)
            except (Conflict, Forbidden) as problem:
                form.add_error(None, str(problem.detail))
        status = 422
    return render(
        request, "bulletins/form.html", {"form": form, "back": reverse("bulletins:list")}, status=status
    )


def drafted(form: NewForm, actor: Actor) -> Bulletin:
    """The draft that the form asks for."""
    data, at = form.cleaned_data, now()
    since, last = ended_before(data["template"].span, local(at).date())
    if data["since"] or data["last"]:
        since, last = data["since"] or data["last"], data["last"] or data["since"]
    return writing.prepare(data["template"], data["place"], since, last, by=actor, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Change title and texts of a draft."""
    must_read(actor)
    row = visible_bulletin(actor, number)
    role_for(BULLETIN_TABLE.check("edit", row.state), row, actor)
    form, status = TextForm(row, request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                writing.edit(
                    row.pk,
                    title=data["title"],
                    texts=form.texts(),
                    by=actor,
                    at=now(),
                    version=data["version"],
                )
            except Invalid as problem:
                put_errors(form, problem)
            except (Conflict, Forbidden) as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
            else:
                messages.success(request, pgettext("period bulletin", "The draft is stored"))
                return redirect("bulletins:bulletin", row.number)
    back = reverse("bulletins:bulletin", args=[row.number])
    return render(request, "bulletins/form.html", {"form": form, "row": row, "back": back}, status=status)


@require_POST
@desk_page
def confirm(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The unit has read it."""
    row = visible_bulletin(actor, number)
    writing.confirm(row.pk, by=actor, at=now())
    messages.success(request, pgettext("period bulletin", "Signed as read for your unit"))
    return redirect("bulletins:bulletin", number)


@require_safe
@desk_page
def chart(request: HttpRequest, actor: Actor, number: str, place: int, kind: str) -> HttpResponse:
    """One chart of the bulletin as SVG or PNG, as it is printed; `?save=1` for a file."""
    must_read(actor)
    row = readable_bulletin(actor, number)
    found = next((one for part in charts_of(row) for one in part if one.number == place), None)
    if found is None or kind not in PICTURES:
        raise NotFound()
    answer = HttpResponse(found.svg if kind == "svg" else found.png(), content_type=PICTURES[kind])
    if request.GET.get("save"):
        answer.headers["Content-Disposition"] = f'attachment; filename="{row.number}-{place}.{kind}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def readable_bulletin(actor: Actor, number: str) -> Bulletin:
    """The bulletin, as far as the person may read what it says. Raises NotFound."""
    row = visible_bulletin(actor, number)
    if not (makes(actor, row) or row.state == BulletinState.PUBLISHED):
        raise NotFound()
    return row


@require_safe
@desk_page
def file(request: HttpRequest, actor: Actor, number: str, kind: str) -> HttpResponse:
    """The bulletin as PDF or Word; the journal keeps who took it."""
    must_read(actor)
    row = readable_bulletin(actor, number)
    if kind not in TYPES:
        raise NotFound()
    content = paper.pdf(row) if kind == "pdf" else paper.docx(row)
    journal.record("bulletins.file", by=actor, obj=row, at=now(), details={"kind": kind})
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.number}.{kind}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
