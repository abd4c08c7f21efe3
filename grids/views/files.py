"""The territory as files: downloads of one's own area, and uploads that are checked before they are taken."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, Invalid, NotFound
from grids import scope as scopes
from grids.coordinates import CoordSystem
from grids.exporting import FORMATS, region_lines, write_layer
from grids.importing import import_grids
from grids.importing.pending import MOST_BYTES, find, keep
from grids.importing.report import Report
from grids.models import Grid, Region
from grids.states import PREPARERS
from grids.views.ground import ground_of

MOST_FAULTS = 200
MAPPABLE: tuple[str, ...] = ("code", "name", "kind", "household_count")
WHERE = {
    "wgs84": _("WGS-84 or CGCS2000"),
    "gcj02": _("GCJ-02 (Amap, Tencent)"),
    "bd09": _("BD-09 (Baidu)"),
}


@dataclass(frozen=True)
class Reach:
    """How far a person's files go: `paths` None means everywhere."""

    paths: Sequence[str] | None
    may_import: bool
    may_people: bool = False


def reach_of(actor: Actor) -> Reach:
    """Administrators keep the whole territory, oversight officers their area; others only take it out.

    Raises Forbidden for those without a place.
    """
    user, scope = actor.user, scopes.of(actor.user)
    if user is not None and user.groups.filter(name=Role.ADMINISTRATOR).exists():
        return Reach(None, may_import=True)
    if not scope.paths:
        raise Forbidden(_("Pages about grids are for people who are appointed over a place"))
    own = [reach.path for reach in scope.reaches if reach.path and reach.role == Role.OVERSIGHT_OFFICER]
    may_people = bool(scope.roles & set(PREPARERS))
    return Reach(scopes.outermost(own) if own else scope.paths, bool(own), may_people)


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What can be taken out and brought in."""
    return shown(request, reach_of(actor))


def shown(request: HttpRequest, reach: Reach, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "may_import": reach.may_import,
        "may_people": reach.may_people,
        "forms": [(name, form.suffix) for name, form in FORMATS.items()],
        "systems": WHERE.items(),
        "mappable": [(name, request.POST.get(f"map_{name}", "")) for name in MAPPABLE],
        "coord_system": request.POST.get("coord_system", "wgs84"),
        "most_mb": MOST_BYTES // 1024 // 1024,
        **more,
    }
    return render(request, "grids/files.html", context)


@require_safe
@desk_page
def regions(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The division tree in force as CSV."""
    reach, at = reach_of(actor), now()
    rows = Region.objects.filter(valid_to=None).select_related("parent").defer("boundary", "parent__boundary")
    if reach.paths is not None:
        rows = rows.filter(scopes.of(actor.user).within("path"))
    record(actor, "regions", rows.count())
    response = StreamingHttpResponse(
        region_lines(rows.order_by("code")), content_type="text/csv; charset=utf-8"
    )
    return named(response, f"regions-{local(at):%Y%m%d}.csv")


@require_safe
@desk_page
def grids(request: HttpRequest, actor: Actor, form: str) -> HttpResponseBase:
    """The grids in force of one's own area, in one of the forms that can be brought in."""
    if form not in FORMATS:
        raise NotFound()
    reach, at = reach_of(actor), now()
    rows = Grid.objects.filter(valid_to=None).select_related("community").defer("community__boundary")
    if reach.paths is not None:
        rows = rows.filter(scopes.of(actor.user).within("path"))
    record(actor, form, rows.count())
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"out{FORMATS[form].suffix}"
        write_layer(rows.order_by("code"), form, path)
        response = FileResponse(path.open("rb"), content_type=FORMATS[form].media_type)  # stays open
    return named(response, f"grids-{local(at):%Y%m%d}{FORMATS[form].suffix}")


def named(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def record(actor: Actor, form: str, rows: int) -> None:
    """Taking data out stands in the journal."""
    assert actor.user is not None
    with transaction.atomic():
        journal.record(
            "grids.export", by=actor, obj=actor.user, at=now(), details={"form": form, "rows": rows}
        )


@require_POST
@desk_page
def check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Look a file through without writing anything."""
    reach = importing(actor)
    sent = request.FILES.get("file")
    if sent is None or actor.user is None:
        raise Invalid(fields={"file": [_("Choose a file")]})
    token = keep(sent.name or "", sent.size or 0, sent.chunks(), user_id=actor.user.pk)
    return answered(request, actor, reach, token, sent.name or "", dry_run=True)


@require_POST
@desk_page
def take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Bring in the file that was looked through before."""
    return answered(
        request,
        actor,
        importing(actor),
        request.POST.get("token", ""),
        request.POST.get("file_name", "")[:120],
        dry_run=False,
    )


def importing(actor: Actor) -> Reach:
    """Raises Forbidden for those who do not maintain grids."""
    reach = reach_of(actor)
    if not reach.may_import:
        raise Forbidden(_("Grids are brought in by administrators and oversight officers"))
    return reach


def answered(
    request: HttpRequest, actor: Actor, reach: Reach, token: str, name: str, *, dry_run: bool
) -> HttpResponse:
    assert actor.user is not None
    path = find(token, user_id=actor.user.pk)
    system = request.POST.get("coord_system", "wgs84")
    if system not in WHERE:
        raise Invalid(fields={"coord_system": [_("Choose a coordinate system")]})
    names = {fact: given for fact in MAPPABLE if (given := request.POST.get(f"map_{fact}", "").strip())}
    report = import_grids(
        path,
        coord_system=CoordSystem(system),
        names=names,
        inside=reach.paths,
        by=actor,
        at=now(),
        dry_run=dry_run,
    )
    if not dry_run and not report.faults:
        path.unlink(missing_ok=True)
    return shown(request, reach, report=report, token=token, file_name=name, **faults_of(report))


def faults_of(report: Report) -> dict[str, Any]:
    """The faults in order, and those with a place for the map."""
    rows = sorted(report.faults, key=lambda fault: fault.row)[:MOST_FAULTS]
    return {
        "faults": rows,
        "more_faults": len(report.faults) - len(rows),
        "places": {"type": "FeatureCollection", "features": list(_pins(rows))},
        "has_places": any(fault.place for fault in rows),
        "ground": ground_of(),
    }


def _pins(rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for fault in rows:
        if fault.place:
            yield {
                "type": "Feature",
                "properties": {"label": f"{fault.row}: {fault.words}", "lamp": "red"},
                "geometry": {"type": "Point", "coordinates": list(fault.place)},
            }
