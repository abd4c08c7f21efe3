"""Party organisations: coverage by town, the list, keeping one."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from staffing import keeping, queries
from staffing.forms import PartyForm
from staffing.models import PartyOrganization
from staffing.queries import Rate
from staffing.querysets import narrowed, party_organizations_in
from staffing.rules import KEEPERS, keeping_role, keeps, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, place_filter, run_form, where
from staffing.views.teams import without_table

ORDER = ("kind", "name", "pk")


@require_safe
@desk_page
def party_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Organisations that exist today, and the grids without one."""
    today, query = local(now()).date(), request.GET
    code = query.get("place", "")
    paths = narrowed(reading_paths(actor), code)
    rows = party_organizations_in(paths).filter(Q(ended_on=None) | Q(ended_on__gte=today))
    if query.get("kind") in PartyOrganization.Kind.values:
        rows = rows.filter(kind=query["kind"])
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(name__icontains=words)
    rows = rows.select_related("region", "grid", "parent", "secretary")
    found = key_page(rows, ORDER, query.get("cursor", ""))
    coverage = sum((row.rate for row in queries.party_coverage(paths, on=today)), Rate())
    without = list(queries.grids_without_party(paths, on=today)[:20])
    context = {
        "title": _("Party organisations"),
        "note": _("Grids with a party organisation: %(part)s of %(whole)s, %(rate)s")
        % {"part": coverage.part, "whole": coverage.whole, "rate": coverage.words},
        "table": table(list(found.rows), actor),
        "gap_table": without_table(without, _("Grids without a party organisation")),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "search_hint": _("Name"),
        "filters": [
            place_filter(code),
            Filter(kind="select", name="kind", label=_("Kind"), options=PartyOrganization.Kind.choices),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:party"),
        "buttons": [
            Button(
                label=_("New organisation"), url=reverse("staffing:party-new"), icon="plus", is_primary=True
            )
        ]
        if may_keep(actor)
        else [],
    }
    return page(request, actor, "list", "party", context)


def table(rows: list[PartyOrganization], actor: Actor) -> Table:
    """The rows."""
    return Table(
        name="party",
        heads=(
            (gettext_lazy("Name"), ""),
            (gettext_lazy("Kind"), ""),
            (gettext_lazy("Place"), ""),
            (gettext_lazy("Belongs to"), ""),
            (gettext_lazy("Secretary"), ""),
            (gettext_lazy("Party members"), "num"),
            (gettext_lazy("Founded on"), ""),
        ),
        rows=[
            [
                Cell(
                    text=row.label,
                    url=reverse("staffing:party-edit", args=[row.pk]) if keeps(actor, row.place.path) else "",
                ),
                Cell(text=row.get_kind_display()),
                Cell(text=row.place.label, sub=where(row.place.path) if row.grid_id else ""),
                Cell(text=row.parent or "—"),
                Cell(text=row.secretary_words),
                Cell(text=row.member_count, css="num"),
                Cell(text=day(row.founded_on), css="tnum"),
            ]
            for row in rows
        ],
        empty=_("Branches, groups and hub households appear here."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def party_edit(request: HttpRequest, actor: Actor, organization_id: int | None = None) -> HttpResponse:
    """A new organisation, or a change of one."""
    paths = reading_paths(actor, KEEPERS)
    row, initial = PartyOrganization(), dict[str, Any](founded_on=local(now()).date())
    if organization_id is not None:
        row = visible(actor, organization_id)
        keeping_role(actor, row.place.path)
        names = (
            "version",
            "name",
            "kind",
            "parent",
            "secretary_name",
            "member_count",
            "founded_on",
            "ended_on",
        )
        initial = {name: getattr(row, name) for name in names}
        initial |= {"place_code": row.place.code, "secretary": row.secretary_id, "parent": row.parent_id}
    parents = (
        party_organizations_in(paths).filter(ended_on=None).exclude(kind="hub_household").exclude(pk=row.pk)
    )
    form = PartyForm(
        request.POST or None, initial=initial, by=actor, parents=parents.order_by("kind", "name")
    )
    ask = Ask(
        title=_("Party organisation"),
        verb=_("Save"),
        active="party",
        back=reverse("staffing:party"),
        done=_("Saved."),
    )

    def deed() -> None:
        keeping.keep_placed(form.fill(row), by=actor, at=now(), version=form.cleaned_data["version"])

    return run_form(request, actor, form, ask, deed)


def visible(actor: Actor, organization_id: int) -> PartyOrganization:
    """The organisation, if this person may see it. Raises NotFound."""
    rows = party_organizations_in(reading_paths(actor)).select_related(
        "grid", "region", "parent", "secretary"
    )
    row = rows.filter(pk=organization_id).first()
    if row is None:
        raise NotFound()
    return row
