"""The people sheet on the desk: template, download (phones masked unless there is a reason), upload."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.audit import journal
from governance.command.posts.columns import MEDIA_TYPE
from governance.command.posts.taking import MOST_BYTES, import_people
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid, TooLarge
from governance.foundation.masking import mask_phone
from grids.models import Grid, GridAssignment
from staffing.disclosure import MIN_REASON, revealing_role
from staffing.rules import KEEPERS, reading_paths

MOST_FAULTS = 200


def keeping_paths(actor: Actor) -> tuple[str, ...]:
    """The places whose posts the actor keeps. Raises Forbidden."""
    return reading_paths(actor, frozenset(KEEPERS))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Template, download and upload; a POST takes a file, without `confirm` only to look it through."""
    keeping_paths(actor)
    context: dict[str, Any] = {"most_mb": MOST_BYTES // 1024 // 1024, "min_reason": MIN_REASON}
    if request.method == "POST":
        report = taken(request, actor)
        faults = sorted(report.faults, key=lambda fault: fault.row)
        context |= {"report": report, "faults": faults[:MOST_FAULTS]}
    return render(request, "command/people_sheet.html", context)


def taken(request: HttpRequest, actor: Actor) -> Any:
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(fields={"file": [_("Choose a file")]})
    if (sent.size or 0) > MOST_BYTES:
        raise TooLarge(limit_bytes=MOST_BYTES)
    with tempfile.TemporaryDirectory(prefix="people-") as folder:
        path = Path(folder) / "people.xlsx"
        with path.open("wb") as file:
            for chunk in sent.chunks():
                file.write(chunk)
        return import_people(path, by=actor, at=now(), dry_run="confirm" not in request.POST)


@require_safe
@desk_page
def blank(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The template, with the grids and units of one's own area to choose from."""
    from governance.command.posts.sheet import template  # read when it is used: its library is large

    inside = _inside(keeping_paths(actor), "path")
    grids = list(Grid.objects.filter(inside, valid_to=None).order_by("code").values_list("code", "name"))
    areas = _inside(keeping_paths(actor), "areas__region__path") | _inside(keeping_paths(actor), "grid__path")
    units = OrgUnit.objects.filter(areas, is_active=True).distinct().order_by("code")
    return answer(template(grids, list(units.values_list("code", "name"))), "people-template")


@require_POST
@desk_page
def download(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is in post today; phones in full only with a reason, which goes into the journal with the download."""
    from governance.command.posts.sheet import filled  # read when it is used: its library is large

    paths, reason = keeping_paths(actor), request.POST.get("reason", "").strip()[:200]
    by = actor
    if reason:
        by = actor.acting_as(revealing_role(actor))
        if len(reason) < MIN_REASON:
            raise Invalid(fields={"reason": [_("Say in a few words what you need it for")]})
    at = now()
    rows = [_row(item, is_clear=bool(reason)) for item in in_post(paths, local(at).date())]
    assert actor.user is not None
    with transaction.atomic():
        details = {"rows": len(rows), "phones": "clear" if reason else "masked", "reason": reason}
        journal.record("people.export", by=by, obj=actor.user, at=at, details=details)
    return answer(filled(rows), f"people-{local(at):%Y%m%d}")


def in_post(paths: Sequence[str], on: Any) -> QuerySet[GridAssignment]:
    """The people in post on a day, by grid."""
    rows = GridAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on), _inside(paths, "post__grid__path"), starts_on__lte=on
    )
    return rows.select_related("user__unit", "post__grid").order_by("post__grid__code", "post__kind", "id")


def _row(item: GridAssignment, *, is_clear: bool) -> tuple[Any, ...]:
    user, phone = item.user, item.user.phone or ""
    return (
        user.name,
        phone if is_clear else mask_phone(phone),
        user.username if is_clear or user.username != phone else mask_phone(phone),
        user.unit.code if user.unit else "",
        item.post.grid.code,
        str(item.post.get_kind_display()),
        item.starts_on,
        item.ends_on,
    )


def _inside(paths: Sequence[str], field: str) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


def answer(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
