"""Service teams: the list, one team with its members, adding and leaving."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Unprocessable
from staffing import disclosure, keeping, queries
from staffing.forms import EndForm, MemberForm, TeamForm
from staffing.models import ServiceTeam, TeamMember, Term
from staffing.querysets import narrowed, teams_in
from staffing.rules import KEEPERS, keeping_role, keeps, may_keep, reading_paths
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, place_filter, run_form, where

ORDER = ("level", "name", "pk")
MAX_REASON = 200
LABELS = ("region", "grid", "speciality")


@require_safe
@desk_page
def team_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Teams that exist today."""
    today, query = local(now()).date(), request.GET
    code = query.get("place", "")
    paths = narrowed(reading_paths(actor), code)
    rows = teams_in(paths).filter(Q(ended_on=None) | Q(ended_on__gte=today)).select_related(*LABELS)
    if query.get("level") in ServiceTeam.Level.values:
        rows = rows.filter(level=query["level"])
    if query.get("speciality", "").isdigit() and len(query["speciality"]) < 18:
        rows = rows.filter(speciality=int(query["speciality"]))
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(name__icontains=words)
    here = Q(members__left_on=None)
    of_systems = Count("members__system", filter=here & ~Q(members__system=""), distinct=True)
    rows = rows.annotate(size=Count("members", filter=here), systems=of_systems)
    found = key_page(rows, ORDER, query.get("cursor", ""))
    without = queries.grids_without_team(paths, on=today)
    context = {
        "title": _("Service teams"),
        "table": team_table(list(found.rows)),
        "gap_table": without_table(list(without[:10]), _("Grids without a service team")),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "search_hint": _("Name"),
        "filters": [
            place_filter(code),
            Filter(kind="select", name="level", label=_("Level"), options=ServiceTeam.Level.choices),
            Filter(
                kind="select",
                name="speciality",
                label=_("Speciality"),
                options=[(term.pk, term.label) for term in Term.objects.filter(kind=Term.Kind.SPECIALITY)],
            ),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:teams"),
        "buttons": [
            Button(label=_("New team"), url=reverse("staffing:team-new"), icon="plus", is_primary=True)
        ]
        if may_keep(actor)
        else [],
    }
    return page(request, actor, "list", "teams", context)


def team_table(rows: list[Any]) -> Table:
    """The rows; `size` and `systems` are annotated."""
    return Table(
        name="teams",
        heads=(
            (gettext_lazy("Team"), ""),
            (gettext_lazy("Level"), ""),
            (gettext_lazy("Serves"), ""),
            (gettext_lazy("Speciality"), ""),
            (gettext_lazy("Members"), "num"),
            (gettext_lazy("Founded on"), ""),
        ),
        rows=[
            [
                Cell(
                    text=row.label,
                    url=reverse("staffing:team", args=[row.pk]),
                    sub=pgettext("system", "Joint team") if row.systems > 1 else "",
                ),
                Cell(text=row.get_level_display()),
                Cell(text=row.place.label, sub=where(row.place.path) if row.grid_id else ""),
                Cell(text=row.speciality.label),
                Cell(text=row.size, css="num"),
                Cell(text=day(row.founded_on), css="tnum"),
            ]
            for row in rows
        ],
        empty=_("Teams that serve the grids appear here."),
    )


def without_table(grids: list[Any], title: str) -> Table | None:
    """Grids that lack something, with the place."""
    if not grids:
        return None
    return Table(
        name="without",
        title=title,
        heads=((pgettext_lazy("column", "Grid"), ""), (pgettext_lazy("column", "Community"), "")),
        rows=[
            [
                Cell(text=grid.label, sub=grid.code, lamp="red", word=_("missing")),
                Cell(text=where(grid.path)),
            ]
            for grid in grids
        ],
        empty="",
    )


def visible_team(actor: Actor, team_id: int) -> ServiceTeam:
    """The team, if this person may see it. Raises NotFound."""
    row = teams_in(reading_paths(actor)).select_related(*LABELS).filter(pk=team_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def team_page(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """One team with its members; phones are masked."""
    row = visible_team(actor, team_id)
    may_keep_here = keeps(actor, row.place.path)
    members = (
        row.members.filter(left_on=None)
        .select_related("user", "role")
        .prefetch_related("identities")
        .order_by("-is_lead", "joined_on", "pk")
    )
    may_reveal = disclosure.may_reveal(actor)
    systems = {member.get_system_display() for member in members if member.system}
    context = {
        "title": row.label,
        "facts": [
            (_("Level"), row.get_level_display(), ""),
            (_("Serves"), f"{row.place.label} {where(row.place.path)}", ""),
            (_("Speciality"), row.speciality.label, ""),
            *(
                [(pgettext("system", "Joint team"), "、".join(sorted(systems)), "")]
                if len(systems) > 1
                else []
            ),
            (_("Founded on"), day(row.founded_on), ""),
            (_("Ended on"), day(row.ended_on), ""),
            (_("Note"), row.note, ""),
        ],
        "members": [
            {
                "member": member,
                "reveal_url": reverse("staffing:member-reveal", args=[member.pk])
                if may_reveal and member.phone_in_full
                else "",
                "leave_url": reverse("staffing:member-leave", args=[member.pk]) if may_keep_here else "",
                "name": f"member-{member.pk}",
            }
            for member in members
        ],
        "buttons": [
            Button(
                label=_("Add a member"),
                url=reverse("staffing:member-new", args=[row.pk]),
                icon="user-plus",
                is_primary=True,
            ),
            Button(label=_("Edit"), url=reverse("staffing:team-edit", args=[row.pk]), icon="edit"),
        ]
        if may_keep_here
        else [],
    }
    return page(request, actor, "team", "teams", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def team_edit(request: HttpRequest, actor: Actor, team_id: int | None = None) -> HttpResponse:
    """A new team, or another name, place or end of one."""
    reading_paths(actor, KEEPERS)
    row = visible_team(actor, team_id) if team_id is not None else ServiceTeam()
    initial: dict[str, Any] = {"founded_on": local(now()).date()}
    if team_id is not None:
        keeping_role(actor, row.place.path)
        initial = {
            "version": row.version,
            "name": row.name,
            "place_code": row.place.code,
            "speciality": row.speciality_id,
            "founded_on": row.founded_on,
            "ended_on": row.ended_on,
            "note": row.note,
        }
    form = TeamForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Service team"),
        verb=_("Save"),
        active="teams",
        back=reverse("staffing:team", args=[row.pk]) if row.pk else reverse("staffing:teams"),
        done=_("Saved."),
    )

    def deed() -> None:
        keeping.keep_placed(form.fill(row), by=actor, at=now(), version=form.cleaned_data["version"])

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def member_new(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """Somebody joins a team."""
    team = visible_team(actor, team_id)
    keeping_role(actor, team.place.path)
    form = MemberForm(request.POST or None, initial={"joined_on": local(now()).date()}, by=actor, team=team)
    ask = Ask(
        title=_("New member of %(team)s") % {"team": team.label},
        verb=_("Add"),
        active="teams",
        back=reverse("staffing:team", args=[team.pk]),
        done=_("Saved."),
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: keeping.add_member(form.fill(), form.cleaned_data["identities"], by=actor, at=now()),
    )


def visible_member(actor: Actor, member_id: int) -> TeamMember:
    """A member of a team that this person sees. Raises NotFound."""
    teams = teams_in(reading_paths(actor)).values("pk")
    rows = TeamMember.objects.select_related("team__grid", "team__region", "user")
    row = rows.filter(team__in=teams, pk=member_id).first()
    if row is None:
        raise NotFound()
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def member_leave(request: HttpRequest, actor: Actor, member_id: int) -> HttpResponse:
    """Somebody leaves a team."""
    row = visible_member(actor, member_id)
    keeping_role(actor, row.team.place.path)
    form = EndForm(request.POST or None, initial={"on": local(now()).date()}, by=actor)
    form.fields["on"].label = _("Last day in the team")
    ask = Ask(
        title=_("%(name)s leaves %(team)s") % {"name": row.shown_name, "team": row.team.label},
        verb=_("Save"),
        active="teams",
        back=reverse("staffing:team", args=[row.team_id]),
        done=_("Saved."),
        is_grave=True,
    )
    return run_form(
        request,
        actor,
        form,
        ask,
        lambda: keeping.remove_member(row.pk, on=form.cleaned_data["on"], by=actor, at=now()),
    )


@require_POST
@desk_page
def member_reveal(request: HttpRequest, actor: Actor, member_id: int) -> HttpResponse:
    """Show a member's phone in full, once, for a reason that goes into the journal."""
    row = visible_member(actor, member_id)
    context: dict[str, Any] = {"name": f"member-{row.pk}", "url": request.path}
    try:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        context["shown"] = disclosure.reveal_member(row, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        context |= {"value": row.masked_phone, "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
