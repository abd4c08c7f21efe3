"""Staffing bulletins: the list, one bulletin as a printable page and as PDF, drafting, publishing, signing."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import COMMAND_KINDS
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound
from grids.territory import current as territory
from staffing import bulletins, printing
from staffing.forms import BulletinForm, BulletinTextForm, PublishForm
from staffing.models import Bulletin
from staffing.queries.bulletin import lines_of, ranking_of
from staffing.querysets import bulletins_visible_to, narrowed, reads_bulletins
from staffing.rules import paths_of, units_inside
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, place_filter, run_form

ORDER = ("-on", "-pk")


@require_safe
@desk_page
def bulletin_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first: those of the own places, and those that were sent to the own unit."""
    if not reads_bulletins(actor):
        raise NotFound()
    code = request.GET.get("place", "")
    rows = bulletins_visible_to(actor).select_related("region", "published_by")
    if code:
        (path,) = narrowed(paths_of(actor), code)
        rows = rows.filter(region__path__startswith=path)
    if request.GET.get("state") in Bulletin.State.values:
        rows = rows.filter(state=request.GET["state"])
    rows = rows.annotate(
        sent=Count("receipts"),
        signed=Count("receipts", filter=Q(receipts__read_at__isnull=False)),
        mine=Count("receipts", filter=Q(receipts__unit=actor.unit_id, receipts__read_at=None)),
    )
    found = key_page(rows, ORDER, request.GET.get("cursor", ""))
    context = {
        "title": _("Staffing bulletins"),
        "table": table(list(found.rows)),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "filters": [
            *([place_filter(code)] if paths_of(actor) else []),
            Filter(kind="select", name="state", label=_("State"), options=Bulletin.State.choices),
        ],
        "is_filtered": any(key != "cursor" for key in request.GET),
        "clear_url": reverse("staffing:bulletins"),
        "buttons": [
            Button(
                label=_("New bulletin"), url=reverse("staffing:bulletin-new"), icon="plus", is_primary=True
            )
        ]
        if paths_of(actor, {bulletins.WRITER})
        else [],
    }
    return page(request, actor, "list", "bulletins", context)


def table(rows: list[Any]) -> Table:
    """The bulletins; `sent`, `signed` and `mine` are annotated."""
    return Table(
        name="bulletins",
        heads=(
            (gettext_lazy("As of"), ""),
            (gettext_lazy("Title"), ""),
            (gettext_lazy("Region"), ""),
            (gettext_lazy("State"), ""),
            (gettext_lazy("Published"), ""),
            (pgettext_lazy("bulletin", "Read by units"), "num"),
        ),
        rows=[
            [
                Cell(text=day(row.on), css="tnum"),
                Cell(text=row.title, url=reverse("staffing:bulletin", args=[row.pk])),
                Cell(text=row.region.label),
                Cell(text=row.get_state_display(), **_lamp(row)),
                Cell(
                    text=f"{local(row.published_at):%Y-%m-%d %H:%M}" if row.published_at else "", css="tnum"
                ),
                Cell(text=f"{row.signed} / {row.sent}" if row.sent else "", css="num"),
            ]
            for row in rows
        ],
        empty=_("Bulletins about staffing appear here as soon as the oversight officer has published them."),
    )


def _lamp(row: Any) -> dict[str, Any]:
    if not row.is_published:
        return {"lamp": "grey", "word": row.get_state_display()}
    if row.mine:
        return {"lamp": "amber", "word": _("to be signed by your unit")}
    return {"lamp": "green", "word": row.get_state_display()}


def visible_bulletin(actor: Actor, bulletin_id: int) -> Bulletin:
    """The bulletin, if this person may see it. Raises NotFound."""
    rows = bulletins_visible_to(actor).select_related("region", "previous", "published_by__unit")
    row = rows.filter(pk=bulletin_id).first()
    if row is None:
        raise NotFound()
    return row


def written_bulletin(actor: Actor, bulletin_id: int) -> Bulletin:
    """The same for its writer. Raises NotFound, Forbidden."""
    row = visible_bulletin(actor, bulletin_id)
    if not bulletins.writes(actor, row.region.path):
        raise Forbidden(_("Bulletins are written by the oversight officer of the region"))
    return row


@require_safe
@desk_page
def bulletin_page(request: HttpRequest, actor: Actor, bulletin_id: int) -> HttpResponse:
    """One bulletin, ready to be printed; below it who has read it and who has not."""
    row = visible_bulletin(actor, bulletin_id)
    receipts = list(row.receipts.select_related("unit", "read_by").order_by("-read_at", "unit__name", "pk"))
    writes = bulletins.writes(actor, row.region.path)
    is_reader = row.region.path.startswith(paths_of(actor) or ("-",))
    own = next((item for item in receipts if item.unit_id == actor.unit_id), None)
    context = {
        "title": row.title,
        "bulletin": row,
        "lines": [(printing.measure_words()[line.measure], line) for line in lines_of(row)],
        "ranking": ranking_of(row),
        "heads": printing.measure_words(),
        "own": own,
        "read": [item for item in receipts if item.read_at] if is_reader else [],
        "unread": [item for item in receipts if not item.read_at] if is_reader else [],
        "shows_receipts": is_reader and row.is_published,
        "can_renew": writes and not row.is_published,
        "buttons": _buttons(row, writes=writes),
    }
    return page(request, actor, "bulletin", "bulletins", context)


def _buttons(row: Bulletin, *, writes: bool) -> list[Button]:
    pdf = Button(label="PDF", url=reverse("staffing:bulletin-pdf", args=[row.pk]), icon="file-type-pdf")
    if not writes or row.is_published:
        return [pdf]
    return [
        pdf,
        Button(label=_("Edit"), url=reverse("staffing:bulletin-edit", args=[row.pk]), icon="edit"),
        Button(
            label=pgettext_lazy("bulletin", "Publish"),
            url=reverse("staffing:bulletin-publish", args=[row.pk]),
            icon="send",
            is_primary=True,
        ),
    ]


@require_safe
@desk_page
def bulletin_pdf(request: HttpRequest, actor: Actor, bulletin_id: int) -> HttpResponse:
    """The bulletin as PDF."""
    row = visible_bulletin(actor, bulletin_id)
    answer = HttpResponse(printing.bulletin_pdf(row), content_type="application/pdf")
    answer.headers["Content-Disposition"] = (
        f'inline; filename="staffing-{row.region.code}-{row.on:%Y%m%d}.pdf"'
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def bulletin_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The figures of a region on a day become a draft."""
    paths = paths_of(actor, {bulletins.WRITER})
    if not paths:
        raise Forbidden(_("Bulletins are written by the oversight officer of the region"))
    at = now()
    initial = {"place_code": territory().by_path[paths[0]].code, "on": local(at).date()}
    form = BulletinForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("New bulletin"),
        verb=_("Take the figures"),
        active="bulletins",
        back=reverse("staffing:bulletins"),
        done=_("The draft has the figures of that day; edit its texts and publish it."),
        note=_("Figures are taken once and stay in the bulletin; a draft can take them anew."),
    )

    def deed() -> None:
        data = form.cleaned_data
        bulletins.draft(data["region"], on=data["on"], by=actor, at=at)

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def bulletin_edit(request: HttpRequest, actor: Actor, bulletin_id: int) -> HttpResponse:
    """The words of a draft."""
    row = written_bulletin(actor, bulletin_id)
    initial = {name: getattr(row, name) for name in ("title", "opening", "closing", "version")}
    form = BulletinTextForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Edit the bulletin"),
        verb=_("Save"),
        active="bulletins",
        back=reverse("staffing:bulletin", args=[row.pk]),
        done=_("Saved."),
    )
    return run_form(
        request, actor, form, ask, lambda: bulletins.edit(row.pk, **form.cleaned_data, by=actor, at=now())
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def bulletin_publish(request: HttpRequest, actor: Actor, bulletin_id: int) -> HttpResponse:
    """To which units it goes; the centres below are ticked."""
    row = written_bulletin(actor, bulletin_id)
    units = recipients(row)
    ticked = [unit_id for unit_id, _name, is_centre in units if is_centre]
    form = PublishForm(
        request.POST or None,
        initial={"version": row.version, "units": ticked},
        by=actor,
        units=[(unit_id, name) for unit_id, name, _is_centre in units],
    )
    ask = Ask(
        title=_("Publish: %(title)s") % {"title": row.title},
        verb=pgettext_lazy("bulletin", "Publish"),
        active="bulletins",
        back=reverse("staffing:bulletin", args=[row.pk]),
        done=_("Published."),
        note=_("A published bulletin stays as it is. Each unit signs once that it has read it."),
        is_grave=True,
    )

    def deed() -> None:
        data = form.cleaned_data
        bulletins.publish(row.pk, unit_ids=data["units"], by=actor, at=now(), version=data["version"])

    return run_form(request, actor, form, ask, deed)


def recipients(row: Bulletin) -> list[tuple[int, str, bool]]:
    """(id, name, whether a centre) of the units that work in the region, down to two levels below it."""
    land, found = territory(), []
    is_small = row.region.level in {"town", "community"}
    for unit_id in units_inside([row.region.path]):
        unit = land.units[unit_id]
        if unit.kind == "grid_team" or (unit.tier == "community" and not is_small):
            continue
        found.append((unit.id, unit.label, unit.kind in COMMAND_KINDS))
    return sorted(found, key=lambda item: (not item[2], item[1], item[0]))


@require_POST
@desk_page
def bulletin_renew(request: HttpRequest, actor: Actor, bulletin_id: int) -> HttpResponse:
    """Take the figures of a draft anew."""
    row = written_bulletin(actor, bulletin_id)
    bulletins.renew(row.pk, by=actor, at=now())
    messages.success(request, _("The figures were taken anew."))
    return redirect("staffing:bulletin", row.pk)


@require_POST
@desk_page
def bulletin_sign(request: HttpRequest, actor: Actor, bulletin_id: int) -> HttpResponse:
    """Sign for the own unit that the bulletin was read."""
    row = visible_bulletin(actor, bulletin_id)
    bulletins.sign(row.pk, by=actor, at=now())
    messages.success(request, _("Signed as read for your unit."))
    return redirect("staffing:bulletin", row.pk)
