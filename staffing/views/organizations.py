"""Social organisations in grids: the list, one with its grids, keeping them."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Unprocessable
from staffing import disclosure, organizing
from staffing.forms import EndForm, OrganizationForm, ServeForm
from staffing.forms.organizations import WORDS
from staffing.models import ServedGrid, SocialOrganization
from staffing.querysets import narrowed, organizations_in
from staffing.rules import KEEPERS, inside, keeps, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, place_filter, run_form, where

ORDER = ("name", "pk")
MAX_REASON = 200


@require_safe
@desk_page
def organization_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Those that serve a grid inside what the reader reads."""
    query = request.GET
    code = query.get("place", "")
    paths = narrowed(reading_paths(actor), code)
    rows = organizations_in(paths)
    if query.get("kind") in SocialOrganization.Kind.values:
        rows = rows.filter(kind=query["kind"])
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(Q(name__icontains=words) | Q(services__icontains=words))
    here = Count("served", filter=inside("served__grid__path", paths) & Q(served__ends_on=None))
    found = key_page(rows.annotate(grids=here), ORDER, query.get("cursor", ""))
    context = {
        "title": pgettext("staffing", "Social organisations"),
        "table": table(list(found.rows)),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "search_hint": pgettext("social organisation", "Name or service"),
        "filters": [
            place_filter(code),
            Filter(
                kind="select",
                name="kind",
                label=pgettext("social organisation", "Kind"),
                options=SocialOrganization.Kind.choices,
            ),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:organizations"),
        "buttons": [
            Button(
                label=pgettext("social organisation", "New organisation"),
                url=reverse("staffing:organization-new"),
                icon="plus",
                is_primary=True,
            )
        ]
        if may_keep(actor)
        else [],
    }
    return page(request, actor, "list", "organizations", context)


def table(rows: list[Any]) -> Table:
    """The rows; `grids` is annotated."""
    return Table(
        name="organizations",
        heads=(
            (pgettext_lazy("social organisation", "Name"), ""),
            (pgettext_lazy("social organisation", "Kind"), ""),
            (pgettext_lazy("social organisation", "Services offered"), "cell-wrap"),
            (pgettext_lazy("social organisation", "Contact"), ""),
            (pgettext_lazy("social organisation", "Grids"), "num"),
        ),
        rows=[
            [
                Cell(text=row.label, url=reverse("staffing:organization", args=[row.pk])),
                Cell(text=row.get_kind_display()),
                Cell(text=row.services, css="cell-wrap"),
                Cell(text=row.contact, sub=row.masked_phone),
                Cell(text=row.grids, css="num"),
            ]
            for row in rows
        ],
        empty=pgettext("social organisation", "Organisations that serve grids appear here."),
    )


def visible_organization(actor: Actor, organization_id: int) -> SocialOrganization:
    """The organisation, if this person may see it. Raises NotFound."""
    row = organizations_in(reading_paths(actor)).filter(pk=organization_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def organization_page(request: HttpRequest, actor: Actor, organization_id: int) -> HttpResponse:
    """One organisation with the grids that this reader sees."""
    paths = reading_paths(actor)
    row = visible_organization(actor, organization_id)
    served = row.served.filter(inside("grid__path", paths)).select_related("grid")
    rows = list(served.order_by("ends_on", "starts_on", "pk"))
    may_reveal = disclosure.may_reveal(actor)
    context = {
        "title": row.label,
        "organization": row,
        "reveal_url": reverse("staffing:organization-reveal", args=[row.pk]) if may_reveal else "",
        "facts": [
            (pgettext("social organisation", "Kind"), row.get_kind_display(), ""),
            (pgettext("social organisation", "Registration code"), row.registration, ""),
            (pgettext("social organisation", "Services offered"), row.services, ""),
            (pgettext("social organisation", "Contact"), row.contact, ""),
        ],
        "table": served_table(rows, actor),
        "buttons": _buttons(row, actor, rows),
    }
    return page(request, actor, "organization", "organizations", context)


def _buttons(row: SocialOrganization, actor: Actor, rows: list[ServedGrid]) -> list[Button]:
    if not may_keep(actor):
        return []
    found = [
        Button(
            label=pgettext("social organisation", "Serve another grid"),
            url=reverse("staffing:organization-serve", args=[row.pk]),
            icon="plus",
            is_primary=True,
        )
    ]
    if any(keeps(actor, one.grid.path) for one in rows):
        edit = reverse("staffing:organization-edit", args=[row.pk])
        found.append(Button(label=_("Edit"), url=edit, icon="edit"))
    return found


def served_table(rows: list[ServedGrid], actor: Actor) -> Table:
    """The grids, those served now first."""
    return Table(
        name="served",
        title=pgettext_lazy("social organisation", "Grids"),
        heads=(
            (pgettext_lazy("social organisation", "Grid"), ""),
            (pgettext_lazy("social organisation", "From"), ""),
            (pgettext_lazy("social organisation", "To"), ""),
            ("", "num"),
        ),
        rows=[
            [
                Cell(text=one.grid.label, sub=where(one.grid.path)),
                Cell(text=day(one.starts_on), css="tnum"),
                Cell(text=day(one.ends_on) or "—", css="tnum"),
                Cell(
                    text=pgettext("social organisation", "Leaves the grid"),
                    url=reverse("staffing:organization-leave", args=[one.pk]),
                    css="num",
                )
                if one.ends_on is None and keeps(actor, one.grid.path)
                else Cell(),
            ]
            for one in rows
        ],
        empty="",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def organization_edit(request: HttpRequest, actor: Actor, organization_id: int | None = None) -> HttpResponse:
    """A new organisation, or other words about one."""
    reading_paths(actor, KEEPERS)
    row, initial = SocialOrganization(), dict[str, Any](starts_on=local(now()).date())
    if organization_id is not None:
        row = visible_organization(actor, organization_id)
        initial = {name: getattr(row, name) for name in (*WORDS, "version")}
    is_new = row.pk is None
    form = OrganizationForm(request.POST or None, initial=initial, by=actor, is_new=is_new)
    ask = Ask(
        title=pgettext("social organisation", "Social organisation"),
        verb=_("Save"),
        active="organizations",
        back=reverse("staffing:organizations") if is_new else reverse("staffing:organization", args=[row.pk]),
        done=_("Saved."),
    )

    def deed() -> None:
        data = form.cleaned_data
        if is_new:
            organizing.enter(form.fill(row), data["grid_row"], on=data["starts_on"], by=actor, at=now())
        else:
            organizing.change(form.fill(row), by=actor, at=now(), version=data["version"])

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def organization_serve(request: HttpRequest, actor: Actor, organization_id: int) -> HttpResponse:
    """One more grid."""
    reading_paths(actor, KEEPERS)
    row = visible_organization(actor, organization_id)
    form = ServeForm(request.POST or None, initial={"starts_on": local(now()).date()}, by=actor)
    ask = Ask(
        title=pgettext("social organisation", "%(name)s serves another grid") % {"name": row.label},
        verb=_("Save"),
        active="organizations",
        back=reverse("staffing:organization", args=[row.pk]),
        done=_("Saved."),
    )

    def deed() -> None:
        data = form.cleaned_data
        organizing.serve(row.pk, data["grid_row"], on=data["starts_on"], by=actor, at=now())

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def organization_leave(request: HttpRequest, actor: Actor, served_id: int) -> HttpResponse:
    """The last day in a grid."""
    rows = ServedGrid.objects.filter(inside("grid__path", reading_paths(actor, KEEPERS)))
    row = rows.select_related("organization", "grid").filter(pk=served_id).first()
    if row is None:
        raise NotFound()
    form = EndForm(request.POST or None, initial={"on": local(now()).date()}, by=actor)
    form.fields["on"].label = pgettext("social organisation", "Last day in the grid")
    names = {"name": row.organization.label, "grid": row.grid.label}
    ask = Ask(
        title=pgettext("social organisation", "%(name)s leaves %(grid)s") % names,
        verb=_("Save"),
        active="organizations",
        back=reverse("staffing:organizations"),
        done=_("Saved."),
        is_grave=True,
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: organizing.leave(row.pk, on=form.cleaned_data["on"], by=actor, at=now()),
    )


@require_POST
@desk_page
def organization_reveal(request: HttpRequest, actor: Actor, organization_id: int) -> HttpResponse:
    """Show the phone in full, once, for a reason that goes into the journal."""
    row = visible_organization(actor, organization_id)
    context: dict[str, Any] = {"name": "organization-phone", "url": request.path}
    try:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        context["shown"] = disclosure.reveal_organization(row, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        context |= {"value": row.masked_phone, "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
