"""Stationed staff: the list with sums by unit and town, one posting with its days, the forms."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Text
from governance.foundation.naming import label_of
from grids.territory import current as territory
from staffing import keeping, stationing
from staffing.forms import StationedDaysForm, StationedForm
from staffing.models import StationedDay, Stationing
from staffing.queries import StationedSum, sums_by_town, sums_by_unit
from staffing.querysets import narrowed, stationings_in
from staffing.rules import KEEPERS, keeping_role, keeps, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import (
    Ask,
    Button,
    Cell,
    Filter,
    Table,
    csv_answer,
    day,
    page,
    place_filter,
    place_words,
    run_form,
    where,
)

ORDER = ("-starts_on", "-pk")
COUNTS = {"present": Count("days"), "deeds": Count("days", filter=~Q(days__deed=""))}
HEADS: tuple[tuple[Text, str], ...] = (
    (gettext_lazy("Person"), ""),
    (gettext_lazy("Sent by"), ""),
    (gettext_lazy("Community"), ""),
    (gettext_lazy("Way of being stationed"), ""),
    (gettext_lazy("From"), ""),
    (gettext_lazy("To"), ""),
    (pgettext_lazy("stationed", "Days present"), "num"),
    (pgettext_lazy("stationed", "Deeds"), "num"),
)


def wanted(request: HttpRequest, actor: Actor) -> QuerySet[Stationing]:
    """The postings that the filters leave. Raises NotFound for a place that is not read."""
    query, today = request.GET, local(now()).date()
    rows = stationings_in(narrowed(reading_paths(actor), query.get("place", "")))
    if query.get("unit", "").isdigit() and len(query["unit"]) < 18:
        rows = rows.filter(unit=int(query["unit"]))
    is_over = Q(ends_on__lt=today)
    if query.get("state") in {"current", "ended"}:
        rows = rows.filter(is_over) if query["state"] == "ended" else rows.exclude(is_over)
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(Q(name__icontains=words) | Q(user__name__icontains=words))
    return rows


@require_safe
@desk_page
def stationed_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; the sums count what the filters leave."""
    rows, code = wanted(request, actor), request.GET.get("place", "")
    shown = rows.select_related("user", "unit", "region").annotate(**COUNTS)
    found = key_page(shown, ORDER, request.GET.get("cursor", ""))
    senders = OrgUnit.objects.filter(pk__in=stationings_in(reading_paths(actor)).values("unit")).order_by(
        "name", "id"
    )
    context = {
        "title": _("Stationed staff"),
        "by_unit": sum_table(
            "by-unit", _("By sending unit"), gettext_lazy("Unit"), sums_by_unit(rows), "unit"
        ),
        "by_town": sum_table("by-town", _("By town"), gettext_lazy("Town"), sums_by_town(rows), "place"),
        "table": table(list(found.rows)),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "search_hint": _("Name of the person"),
        "filters": [
            place_filter(code),
            Filter(
                kind="select",
                name="unit",
                label=_("Sent by"),
                options=[(unit.pk, str(unit)) for unit in senders],
            ),
            Filter(
                kind="select",
                name="state",
                label=_("State"),
                options=[
                    ("current", pgettext_lazy("stationed", "there now")),
                    ("ended", pgettext_lazy("stationed", "over")),
                ],
            ),
        ],
        "is_filtered": any(key != "cursor" for key in request.GET),
        "clear_url": reverse("staffing:stationed"),
        "export_url": f"{reverse('staffing:stationed-export')}?{request.GET.urlencode()}",
        "buttons": [
            Button(
                label=_("New posting"), url=reverse("staffing:stationed-new"), icon="plus", is_primary=True
            )
        ]
        if may_keep(actor)
        else [],
    }
    return page(request, actor, "stationed", "stationed", context)


def sum_table(name: str, title: str, head: Text, rows: Sequence[StationedSum], key: str) -> Table:
    """Sums; each line leads to its postings."""
    return Table(
        name=name,
        title=title,
        heads=(
            (head, ""),
            (pgettext_lazy("stationed", "Postings"), "num"),
            (pgettext_lazy("stationed", "Days present"), "num"),
            (pgettext_lazy("stationed", "Deeds"), "num"),
        ),
        rows=[
            [
                Cell(
                    text=place_words(row.key) if key == "place" else row.name,
                    url=f"{reverse('staffing:stationed')}?{urlencode({key: row.key})}",
                ),
                Cell(text=row.postings, css="num"),
                Cell(text=row.present, css="num"),
                Cell(text=row.deeds, css="num"),
            ]
            for row in rows
        ],
        empty=_("Sums appear with the first posting."),
    )


def town_of(row: Stationing) -> str:
    """The town of the community."""
    town = territory().at_level(row.region.path, "town")
    return label_of(town) if town is not None else ""


def table(rows: list[Any]) -> Table:
    """The postings; `present` and `deeds` are annotated."""
    return Table(
        name="stationed",
        title=_("Postings"),
        heads=HEADS,
        rows=[
            [
                Cell(text=row.shown_name, url=reverse("staffing:stationing", args=[row.pk]), sub=row.purpose),
                Cell(text=row.unit),
                Cell(text=row.region.label, sub=town_of(row)),
                Cell(text=row.get_mode_display()),
                Cell(text=day(row.starts_on), css="tnum"),
                Cell(text=day(row.ends_on) or "—", css="tnum"),
                Cell(text=row.present, css="num"),
                Cell(text=row.deeds, css="num"),
            ]
            for row in rows
        ],
        empty=_("People whom units send into communities appear here, with their days and what they did."),
    )


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The list as CSV."""
    rows: QuerySet[Any] = wanted(request, actor).select_related("user", "unit", "region").annotate(**COUNTS)
    lines = (
        [
            row.shown_name,
            row.unit,
            row.region.label,
            row.get_mode_display(),
            day(row.starts_on),
            day(row.ends_on),
            row.present,
            row.deeds,
        ]
        for row in rows.order_by(*ORDER)
    )
    head = [label for label, _css in HEADS]
    return csv_answer("stationed", head, lines, by=actor, at=now(), query=request.GET.urlencode())


def visible_stationing(actor: Actor, stationing_id: int) -> Stationing:
    """The posting, if this person may see it. Raises NotFound."""
    rows = stationings_in(reading_paths(actor)).select_related("user", "unit", "region")
    row = rows.filter(pk=stationing_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def stationing_page(request: HttpRequest, actor: Actor, stationing_id: int) -> HttpResponse:
    """One posting with its days."""
    row = visible_stationing(actor, stationing_id)
    is_kept = keeps(actor, row.region.path)
    days = list(row.days.order_by("-on")[:500])
    context = {
        "title": f"{row.shown_name} · {row.region.label}",
        "facts": [
            (_("Person"), row.shown_name, ""),
            (_("Sent by"), row.unit, ""),
            (_("Community"), where(row.region.path), ""),
            (_("Way of being stationed"), row.get_mode_display(), ""),
            (_("Work there"), row.purpose, ""),
            (_("From"), day(row.starts_on), ""),
            (_("To"), day(row.ends_on), ""),
            (pgettext_lazy("stationed", "Days present"), len(days), ""),
            (pgettext_lazy("stationed", "Deeds"), sum(bool(item.deed) for item in days), ""),
        ],
        "days": days,
        "is_kept": is_kept,
        "buttons": _buttons(row) if is_kept else [],
    }
    return page(request, actor, "stationing", "stationed", context)


def _buttons(row: Stationing) -> list[Button]:
    return [
        Button(
            label=_("Record days"),
            url=reverse("staffing:stationed-days", args=[row.pk]),
            icon="calendar-plus",
            is_primary=True,
        ),
        Button(label=_("Edit"), url=reverse("staffing:stationed-edit", args=[row.pk]), icon="edit"),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def stationed_edit(request: HttpRequest, actor: Actor, stationing_id: int | None = None) -> HttpResponse:
    """A new posting, or a change of one."""
    reading_paths(actor, KEEPERS)
    row, initial = Stationing(), dict[str, Any](starts_on=local(now()).date())
    if stationing_id is not None:
        row = visible_stationing(actor, stationing_id)
        keeping_role(actor, row.region.path)
        names = ("name", "mode", "purpose", "starts_on", "ends_on", "version")
        initial = {name: getattr(row, name) for name in names}
        initial |= {"user": row.user_id, "unit": row.unit_id, "place_code": row.region.code}
    form = StationedForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Stationed person"),
        verb=_("Save"),
        active="stationed",
        back=reverse("staffing:stationing", args=[row.pk]) if row.pk else reverse("staffing:stationed"),
        done=_("Saved."),
    )

    def deed() -> None:
        version = form.cleaned_data["version"]
        keeping.keep_placed(form.fill(row), by=actor, at=now(), version=version)

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def days_new(request: HttpRequest, actor: Actor, stationing_id: int) -> HttpResponse:
    """On which days the person was there."""
    row = visible_stationing(actor, stationing_id)
    keeping_role(actor, row.region.path)
    form = StationedDaysForm(request.POST or None, initial={"first": local(now()).date()}, by=actor)
    ask = Ask(
        title=_("Record days: %(name)s") % {"name": row.shown_name},
        verb=_("Save"),
        active="stationed",
        back=reverse("staffing:stationing", args=[row.pk]),
        done=_("Saved."),
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: stationing.add_days(row.pk, **form.cleaned_data, by=actor, at=now()),
    )


@require_POST
@desk_page
def day_remove(request: HttpRequest, actor: Actor, day_id: int) -> HttpResponse:
    """A day that was recorded by mistake."""
    item = StationedDay.objects.filter(pk=day_id).first()
    if item is None:
        raise NotFound()
    row = visible_stationing(actor, item.stationing_id)
    stationing.remove_day(item.pk, by=actor, at=now())
    messages.success(request, _("Removed."))
    return redirect("staffing:stationing", row.pk)
