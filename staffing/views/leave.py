"""Leave: the list, asking for it, deciding about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from staffing import leaves
from staffing.forms import LeaveForm, OpinionForm
from staffing.leaves import Absence
from staffing.models import Leave
from staffing.querysets import leaves_visible_to, narrowed
from staffing.rules import may_keep, paths_of
from staffing.states import LEAVE_TABLE, LeaveState
from staffing.views.dossier import target_words
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, place_filter, run_form
from staffing.views.pickers import named

ORDER = ("-starts_on", "-pk")
TONES = {
    LeaveState.ASKED: ("amber", gettext_lazy("to be decided")),
    LeaveState.APPROVED: ("green", gettext_lazy("approved")),
}


def lamp_of(row: Leave) -> dict[str, Any]:
    """The lamp of a leave with its word."""
    tone, word = TONES.get(LeaveState(row.state), ("grey", row.get_state_display()))
    return {"lamp": tone, "word": word}


@require_safe
@desk_page
def leave_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; a worker sees his or her own."""
    code, query = request.GET.get("place", ""), request.GET
    paths = narrowed(paths_of(actor), code) if code else None
    rows = leaves_visible_to(actor, paths)
    if query.get("state") in LeaveState.values:
        rows = rows.filter(state=query["state"])
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(named(words, prefix="user__"))
    found = key_page(rows.select_related("user__unit", "substitute"), ORDER, query.get("cursor", ""))
    context = {
        "title": _("Leave and substitutes"),
        "table": table(list(found.rows)),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "filters": [
            *([place_filter(code)] if may_keep(actor) else []),
            Filter(kind="select", name="state", label=_("State"), options=LeaveState.choices),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:leaves"),
        "buttons": [
            Button(label=_("Ask for leave"), url=reverse("staffing:leave-new"), icon="plus", is_primary=True)
        ],
    }
    return page(request, actor, "list", "leaves", context)


def table(rows: list[Leave]) -> Table:
    """The rows."""
    return Table(
        name="leaves",
        heads=(
            (gettext_lazy("Person"), ""),
            (pgettext_lazy("column", "Home unit"), ""),
            (gettext_lazy("Kind"), ""),
            (gettext_lazy("Days"), ""),
            (gettext_lazy("Substitute"), ""),
            (gettext_lazy("State"), ""),
        ),
        rows=[
            [
                Cell(text=row.user.name, url=reverse("staffing:leave", args=[row.pk])),
                Cell(text=row.user.unit or ""),
                Cell(text=row.get_kind_display()),
                Cell(text=f"{day(row.starts_on)} – {day(row.ends_on)}", css="tnum"),
                Cell(text=row.substitute or _("none"), css="" if row.substitute else "quiet"),
                Cell(text=row.get_state_display(), **lamp_of(row)),
            ]
            for row in rows
        ],
        empty=_("Leave appears here as soon as somebody asks for it."),
    )


def visible_leave(actor: Actor, leave_id: int) -> Leave:
    """The leave, if this person may see it. Raises NotFound."""
    rows = leaves_visible_to(actor).select_related("user__unit", "substitute", "asked_by", "decided_by")
    row = rows.filter(pk=leave_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def leave_page(request: HttpRequest, actor: Actor, leave_id: int) -> HttpResponse:
    """One leave with what follows from it and the verbs that are possible now."""
    row = visible_leave(actor, leave_id)
    covers = (
        Appointment.objects.filter(leave_cover__leave=row)
        .select_related("user")
        .prefetch_related("target")
        .order_by("pk")
    )
    verbs = leaves.permitted(row, actor, on=local(now()).date())
    context = {
        "title": _("Leave of %(name)s") % {"name": row.user.name},
        "lamp": lamp_of(row),
        "state": row.get_state_display(),
        "facts": [
            (_("Person"), row.user.name, person_url(actor, row)),
            (_("Home unit"), row.user.unit or "", ""),
            (_("Kind of leave"), row.get_kind_display(), ""),
            (_("Days"), f"{day(row.starts_on)} – {day(row.ends_on)}", ""),
            (_("Returned on"), day(row.returned_on), ""),
            (_("Reason"), row.reason, ""),
            (_("Substitute"), row.substitute or _("none"), ""),
            (_("Asked by"), f"{row.asked_by.name} {local(row.asked_at):%Y-%m-%d %H:%M}", ""),
            (_("Decided by"), decided(row), ""),
            (_("Opinion"), row.opinion, ""),
        ],
        "tables": [
            Table(
                name="covers",
                title=_("What the substitute may do meanwhile"),
                heads=((_("Role"), ""), (_("Over"), ""), (_("From"), ""), (_("Until"), "")),
                rows=[
                    [
                        Cell(text=given.get_role_display()),
                        Cell(text=target_words(given)),
                        Cell(text=day(given.starts_on), css="tnum"),
                        Cell(text=day(given.ends_on), css="tnum"),
                    ]
                    for given in covers
                ],
                empty=_("With the approval the substitute gets the same roles for these days."),
            )
        ],
        "buttons": [
            Button(
                label=verb.label,
                url=reverse("staffing:leave-verb", args=[row.pk, verb.name]),
                is_primary=number == 0,
            )
            for number, verb in enumerate(verbs)
        ],
    }
    return page(request, actor, "detail", "leaves", context)


def person_url(actor: Actor, row: Leave) -> str:
    """The page of the person, for those who read about him or her."""
    return reverse("staffing:person", args=[row.user_id]) if paths_of(actor) else ""


def decided(row: Leave) -> str:
    """Who decided last, and when."""
    if row.decided_by is None or row.decided_at is None:
        return ""
    return f"{row.decided_by.name} {local(row.decided_at):%Y-%m-%d %H:%M}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def leave_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """For oneself, or for somebody whose posts one keeps."""
    at = now()
    today = local(at).date()
    initial = {"user": request.GET.get("user") or str(actor.user_id), "starts_on": today}
    form = LeaveForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Ask for leave"),
        verb=_("Send"),
        active="leaves",
        back=reverse("staffing:leaves"),
        done=_("The leave waits for its approval."),
        note=_("Whoever keeps the posts of the grid approves it; nobody approves his or her own."),
    )

    def deed() -> None:
        data = form.cleaned_data
        leaves.ask(
            Absence(
                user_id=data["person"].pk,
                kind=data["kind"],
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
                reason=data["reason"],
                substitute_id=data["stand_in"].pk if data["stand_in"] else None,
            ),
            by=actor,
            at=at,
        )

    return run_form(request, actor, form, ask, deed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def leave_verb(request: HttpRequest, actor: Actor, leave_id: int, verb: str) -> HttpResponse:
    """Approve, refuse, take back, return early."""
    row = visible_leave(actor, leave_id)
    if verb not in leaves.DEEDS:
        raise NotFound()
    known = LEAVE_TABLE[verb]
    form = OpinionForm(request.POST or None, initial={"version": row.version}, by=actor)
    need = known.need("opinion")
    form.fields["opinion"].required = need is not None and need.required
    ask = Ask(
        title=f"{known.label} · {row.user.name} · {day(row.starts_on)} – {day(row.ends_on)}",
        verb=known.label,
        active="leaves",
        back=reverse("staffing:leave", args=[row.pk]),
        done=_("Done."),
        note=known.guard,
        is_grave=known.dangerous,
    )

    def deed() -> None:
        data = form.cleaned_data
        leaves.perform(verb, row.pk, by=actor, at=now(), version=data["version"], opinion=data["opinion"])

    return run_form(request, actor, form, ask, deed)
