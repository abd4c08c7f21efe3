"""Everything that is kept about one person, on one page."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, User
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound, Unprocessable
from governance.foundation.masking import mask_phone
from grids.models import Grid, GridAssignment
from staffing import disclosure, keeping
from staffing.forms import ProfileForm
from staffing.leaves import places_of
from staffing.models import DutyShift, EquipmentIssue, Leave, TeamMember, TrainingAttendance, WorkerProfile
from staffing.queries.vacancies import away_on
from staffing.querysets import leaves_visible_to, people_visible_to
from staffing.rules import keeps
from staffing.states import CommendationState
from staffing.views.parts import (
    Ask,
    Cell,
    Table,
    day,
    page,
    run_form,
    where,
)

MAX_REASON = 200


def visible_person(actor: Actor, user_id: int) -> User:
    """The person, if this reader may see him or her. Raises NotFound."""
    rows = people_visible_to(actor).select_related("unit", "worker_profile__seconded_unit")
    user = rows.filter(pk=user_id).first()
    if user is None:
        raise NotFound()
    return user


@require_safe
@desk_page
def person(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponse:
    """Posts, appointments, leave, shifts, training, equipment, teams."""
    at = now()
    today = local(at).date()
    user = visible_person(actor, user_id)
    places = places_of(user, today)
    may_keep_here = bool(places) and keeps(actor, *places)
    reveal_url = reverse("staffing:person-reveal", args=[user.pk]) if disclosure.may_reveal(actor) else ""
    profile = getattr(user, "worker_profile", None)
    context = {
        "person": user,
        "profile": profile,
        "has_social": profile is not None and profile.has_social_insurance(today),
        "has_accident": profile is not None and profile.has_accident_insurance(today),
        "phone": mask_phone(user.phone or ""),
        "reveal_url": reveal_url if user.phone else "",
        "away": Leave.objects.filter(away_on(today), user=user).select_related("substitute").first(),
        "posts": post_table(user, actor, today),
        "tables": person_tables(user, actor, at),
        "may_keep_here": may_keep_here and user.pk != actor.user_id,
    }
    return page(request, actor, "person", "people", context)


def post_table(user: User, actor: Actor, today: date) -> Table:
    """The posts of a person, present ones first, with what may be done."""
    rows = GridAssignment.objects.filter(user=user).select_related("post__grid").order_by("-starts_on", "-pk")
    return Table(
        name="posts",
        title=_("Posts"),
        heads=(
            (pgettext_lazy("column", "Post"), ""),
            (pgettext_lazy("column", "Grid"), ""),
            (gettext_lazy("From"), ""),
            (gettext_lazy("Until"), ""),
            ("", "num"),
            ("", "num"),
        ),
        rows=[
            [
                Cell(
                    text=row.post.get_kind_display(),
                    lamp="green" if is_held(row, today) else "grey",
                    word=_("in force") if is_held(row, today) else _("not in force"),
                ),
                Cell(text=row.post.grid.label, sub=where(row.post.grid.path)),
                Cell(text=day(row.starts_on), css="tnum"),
                Cell(text=day(row.ends_on) or "—", css="tnum"),
                *deeds(row, actor, today),
            ]
            for row in rows[:50]
        ],
        empty=_("This person is in no post."),
    )


def is_held(row: GridAssignment, today: date) -> bool:
    """Whether the assignment is in force today."""
    return row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)


def deeds(row: GridAssignment, actor: Actor, today: date) -> list[Cell]:
    """Move and end, for what is open and kept by this reader."""
    if row.ends_on is not None or not keeps(actor, row.post.grid.path):
        return [Cell(), Cell()]
    return [
        Cell(text=_("Move"), url=reverse("staffing:move", args=[row.pk]), css="num"),
        Cell(text=_("End"), url=reverse("staffing:end", args=[row.pk]), css="num"),
    ]


def person_tables(user: User, actor: Actor, at: Any) -> list[Table]:
    """What else is kept: each a few newest rows."""
    leaves = leaves_visible_to(actor).filter(user=user).select_related("substitute").order_by("-starts_on")
    shifts = DutyShift.objects.filter(user=user, ends_at__gt=at).select_related("unit").order_by("starts_at")
    return [
        Table(
            name="appointments",
            title=_("Appointments"),
            heads=(
                (_("Role"), ""),
                (_("Over"), ""),
                (_("From"), ""),
                (_("Until"), ""),
                (_("Acting for"), ""),
            ),
            rows=[
                [
                    Cell(text=row.get_role_display()),
                    Cell(text=target_words(row)),
                    Cell(text=day(row.starts_on), css="tnum"),
                    Cell(text=day(row.ends_on) or "—", css="tnum"),
                    Cell(text=row.acting_for or ""),
                ]
                for row in user.appointments.select_related("acting_for")
                .prefetch_related("target")
                .order_by("-starts_on", "-pk")[:20]
            ],
            empty=_("No role has been given."),
        ),
        Table(
            name="leaves",
            title=_("Leave"),
            heads=((_("Kind"), ""), (_("Days"), ""), (_("State"), ""), (_("Substitute"), "")),
            rows=[
                [
                    Cell(text=row.get_kind_display(), url=reverse("staffing:leave", args=[row.pk])),
                    Cell(text=f"{day(row.starts_on)} – {day(row.ends_on)}", css="tnum"),
                    Cell(text=row.get_state_display()),
                    Cell(text=row.substitute or ""),
                ]
                for row in leaves[:10]
            ],
            empty=_("No leave so far."),
        ),
        Table(
            name="shifts",
            title=_("Coming shifts"),
            heads=((_("Unit"), ""), (_("Begins"), ""), (_("Kind"), "")),
            rows=[
                [
                    Cell(text=row.unit),
                    Cell(
                        text=f"{local(row.starts_at):%m-%d %H:%M} – {local(row.ends_at):%m-%d %H:%M}",
                        css="tnum",
                    ),
                    Cell(text=row.get_kind_display()),
                ]
                for row in shifts[:10]
            ],
            empty=_("No shift is planned."),
        ),
        Table(
            name="trainings",
            title=_("Training"),
            heads=((_("Held on"), ""), (_("Title"), ""), (_("Attended"), ""), (_("Result"), "")),
            rows=[
                [
                    Cell(text=day(row.session.held_on), css="tnum"),
                    Cell(text=row.session.title),
                    Cell(text=_("yes") if row.has_attended else _("no")),
                    Cell(text=row.get_result_display()),
                ]
                for row in TrainingAttendance.objects.filter(user=user)
                .select_related("session")
                .order_by("-session__held_on", "-pk")[:10]
            ],
            empty=_("No training so far."),
        ),
        Table(
            name="equipment",
            title=_("Equipment"),
            heads=(
                (_("Equipment"), ""),
                (_("Quantity"), "num"),
                (_("Issued on"), ""),
                (_("Returned on"), ""),
            ),
            rows=[
                [
                    Cell(text=row.item.label, sub=row.serial),
                    Cell(text=row.quantity, css="num"),
                    Cell(text=day(row.issued_on), css="tnum"),
                    Cell(text=day(row.returned_on) or "—", css="tnum"),
                ]
                for row in EquipmentIssue.objects.filter(user=user)
                .select_related("item")
                .order_by("-issued_on", "-pk")[:20]
            ],
            empty=_("Nothing has been issued."),
        ),
        Table(
            name="commendations",
            title=pgettext("staffing", "Commendations"),
            heads=(
                (pgettext_lazy("commendation", "Year"), ""),
                (pgettext_lazy("commendation", "Honour"), ""),
                (pgettext_lazy("commendation", "Document number"), ""),
                (pgettext_lazy("commendation", "Awarded on"), ""),
            ),
            rows=[
                [
                    Cell(text=row.year, css="tnum"),
                    Cell(text=row.honour, url=reverse("staffing:commendation", args=[row.pk])),
                    Cell(text=row.document),
                    Cell(text=day(row.awarded_on), css="tnum"),
                ]
                for row in user.commendations.filter(state=CommendationState.AWARDED).order_by("-year")[:20]
            ],
            empty=pgettext("commendation", "No award so far."),
        ),
        Table(
            name="teams",
            title=_("Service teams"),
            heads=((_("Team"), ""), (_("Role in the team"), ""), (_("Joined on"), "")),
            rows=[
                [
                    Cell(text=row.team.label, url=reverse("staffing:team", args=[row.team_id])),
                    Cell(text=row.role.label if row.role else ""),
                    Cell(text=day(row.joined_on), css="tnum"),
                ]
                for row in TeamMember.objects.filter(user=user, left_on=None).select_related("team", "role")[
                    :10
                ]
            ],
            empty=_("In no team."),
        ),
    ]


def target_words(row: Appointment) -> str:
    """Over what an appointment is held."""
    target = row.target
    return f"{target.label} {where(target.path)}".strip() if isinstance(target, Grid) else str(target or "")


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponse:
    """Show a phone number in full, once, for a reason that goes into the journal."""
    user = visible_person(actor, user_id)
    context: dict[str, Any] = {"name": f"phone-{user.pk}", "url": request.path}
    try:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        context["shown"] = disclosure.reveal_person(user, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        context |= {"value": mask_phone(user.phone or ""), "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def profile(request: HttpRequest, actor: Actor, user_id: int) -> HttpResponse:
    """Change what is known of a person's employment."""
    user = visible_person(actor, user_id)
    row = WorkerProfile.objects.filter(user=user).first() or WorkerProfile(user=user)
    form = ProfileForm(request.POST or None, instance=row, initial={"version": row.version})
    ask = Ask(
        title=_("Profile of %(name)s") % {"name": user.name},
        verb=_("Save"),
        active="people",
        back=reverse("staffing:person", args=[user.pk]),
        done=_("Saved."),
    )

    def deed() -> None:
        keeping.keep_profile(form.instance, by=actor, at=now(), version=form.cleaned_data.get("version"))

    return run_form(request, actor, form, ask, deed)
