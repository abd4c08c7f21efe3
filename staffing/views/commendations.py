"""Commendations: the list, a nomination with the figures of the year beside it, the verbs of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from staffing import commending, contributions
from staffing.commending import Nomination
from staffing.forms import CommendationForm, CommendationVerbForm
from staffing.models import Commendation
from staffing.querysets import commendations_visible_to, people_visible_to
from staffing.rules import KEEPERS, may_keep, paths_of, reading_paths
from staffing.states import COMMENDATION_TABLE, CommendationState
from staffing.views.keysets import key_page
from staffing.views.parts import Ask, Button, Cell, Filter, Table, day, page, run_form
from staffing.views.pickers import named

ORDER = ("-year", "-pk")
LAMPS = {
    CommendationState.NOMINATED: "amber",
    CommendationState.PUBLICISED: "amber",
    CommendationState.AWARDED: "green",
}


def lamp_of(row: Commendation) -> dict[str, Any]:
    """The lamp of a commendation with its word."""
    return {"lamp": LAMPS.get(CommendationState(row.state), "grey"), "word": row.get_state_display()}


@require_safe
@desk_page
def commendation_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?year=`, `?state=`, `?q=`; the latest year first."""
    query = request.GET
    rows = commendations_visible_to(actor)
    if query.get("state") in CommendationState.values:
        rows = rows.filter(state=query["state"])
    if query.get("year", "").isdecimal() and len(query["year"]) == 4:
        rows = rows.filter(year=int(query["year"]))
    if words := query.get("q", "").strip().replace("\x00", "")[:60]:
        rows = rows.filter(named(words, prefix="user__"))
    found = key_page(rows.select_related("user__unit"), ORDER, query.get("cursor", ""))
    this_year = local(now()).year
    context = {
        "title": pgettext("staffing", "Commendations"),
        "note": pgettext(
            "commendation",
            "The figures of the year stand beside a nomination; people decide, after publicity.",
        ),
        "table": table(list(found.rows)),
        "next": found.next,
        "previous": found.previous,
        "shown": len(found.rows),
        "search": True,
        "filters": [
            Filter(
                kind="select",
                name="year",
                label=pgettext("commendation", "Year"),
                options=[(year, str(year)) for year in range(this_year, this_year - 6, -1)],
            ),
            Filter(kind="select", name="state", label=_("State"), options=CommendationState.choices),
        ],
        "is_filtered": any(key != "cursor" for key in query),
        "clear_url": reverse("staffing:commendations"),
        "buttons": [
            Button(
                label=pgettext("commendation", "Nominate"),
                url=reverse("staffing:commendation-new"),
                icon="plus",
                is_primary=True,
            )
        ]
        if may_keep(actor)
        else [],
    }
    return page(request, actor, "list", "commendations", context)


def table(rows: list[Commendation]) -> Table:
    """The rows."""
    return Table(
        name="commendations",
        heads=(
            (pgettext_lazy("commendation", "Year"), ""),
            (pgettext_lazy("commendation", "Person"), ""),
            (pgettext_lazy("commendation", "Nominated by"), ""),
            (pgettext_lazy("commendation", "Publicity"), ""),
            (pgettext_lazy("commendation", "Honour"), ""),
            (pgettext_lazy("commendation", "State"), ""),
        ),
        rows=[
            [
                Cell(text=row.year, css="tnum"),
                Cell(
                    text=row.user.name,
                    url=reverse("staffing:commendation", args=[row.pk]),
                    sub=row.user.unit or "",
                ),
                Cell(text=row.nominating_unit),
                Cell(text=publicity(row), css="tnum"),
                Cell(text=row.honour, sub=row.document),
                Cell(text=row.get_state_display(), **lamp_of(row)),
            ]
            for row in rows
        ],
        empty=pgettext("commendation", "Nominations and awards of grid workers appear here."),
    )


def publicity(row: Commendation) -> str:
    """From when to when it was publicised; empty before."""
    return f"{day(row.public_from)} – {day(row.public_until)}" if row.public_from is not None else ""


def visible(actor: Actor, commendation_id: int) -> Commendation:
    """The commendation, if this person may see it. Raises NotFound."""
    rows = commendations_visible_to(actor).select_related("user__unit", "nominated_by", "decided_by")
    row = rows.filter(pk=commendation_id).first()
    if row is None:
        raise NotFound()
    return row


@require_safe
@desk_page
def commendation_page(request: HttpRequest, actor: Actor, commendation_id: int) -> HttpResponse:
    """One nomination: merits, the figures of the year, publicity, award, and what may be done now."""
    row = visible(actor, commendation_id)
    verbs = commending.permitted(row, actor, on=local(now()).date())
    who = f"{row.nominating_unit} {row.nominated_by.name}".strip()
    decided = row.decided_by.name if row.decided_by is not None else ""
    if row.decided_at is not None:
        decided = f"{decided} {local(row.decided_at):%Y-%m-%d %H:%M}"
    context = {
        "title": f"{row.year} · {row.user.name}",
        "lamp": lamp_of(row),
        "state": row.get_state_display(),
        "facts": [
            (
                pgettext("commendation", "Person"),
                f"{row.user.name} {row.user.unit or ''}",
                reverse("staffing:person", args=[row.user_id]) if paths_of(actor) else "",
            ),
            (pgettext("commendation", "Merits"), row.merits, ""),
            (
                pgettext("commendation", "Nominated by"),
                f"{who} {local(row.nominated_at):%Y-%m-%d %H:%M}",
                "",
            ),
            (pgettext("commendation", "Publicity"), publicity(row), ""),
            (pgettext("commendation", "Honour"), row.honour, ""),
            (pgettext("commendation", "Document number"), row.document, ""),
            (pgettext("commendation", "Awarded on"), day(row.awarded_on), ""),
            (_("Decided by"), decided, ""),
            (_("Opinion"), row.opinion, ""),
        ],
        "tables": [
            Table(
                name="figures",
                title=pgettext(
                    "commendation", "Figures of the year, as they were on the day of the nomination"
                ),
                heads=(
                    (pgettext_lazy("commendation", "Figure"), ""),
                    (pgettext_lazy("commendation", "Number"), "num"),
                ),
                rows=[
                    [Cell(text=label), Cell(text=number, css="num")]
                    for label, number in contributions.words(row.figures)
                ],
                empty="",
            )
        ],
        "buttons": [
            Button(
                label=verb.label,
                url=reverse("staffing:commendation-verb", args=[row.pk, verb.name]),
                is_primary=number == 0,
            )
            for number, verb in enumerate(verbs)
        ],
    }
    return page(request, actor, "detail", "commendations", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def commendation_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?user=` and `?year=` fill in and show that person's figures of the year."""
    reading_paths(actor, KEEPERS)
    at = now()
    asked, year = request.GET.get("user", ""), request.GET.get("year", "")
    initial: dict[str, Any] = {
        "user": asked,
        "year": int(year) if year.isdecimal() and len(year) == 4 else local(at).year,
    }
    form = CommendationForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=pgettext("commendation", "Nominate for the commendation of the year"),
        verb=pgettext("commendation", "Nominate"),
        active="commendations",
        back=reverse("staffing:commendations"),
        done=pgettext("commendation", "Nominated; the town publicises it next."),
        note=figures_note(actor, asked, initial["year"]),
    )

    def deed() -> None:
        data = form.cleaned_data
        facts = Nomination(user_id=data["person"].pk, year=data["year"], merits=data["merits"])
        commending.nominate(facts, by=actor, at=at)

    return run_form(request, actor, form, ask, deed)


def figures_note(actor: Actor, asked: str, year: int) -> str:
    """The figures of the person's year in one line; empty where nobody is chosen yet."""
    if not (asked.isdecimal() and len(asked) < 18 and 2000 <= year <= 2100):
        return ""
    user = people_visible_to(actor).filter(pk=int(asked)).first()
    if user is None:
        return ""
    figures = contributions.words(contributions.of_year([user.pk], year)[user.pk])
    said = " · ".join(f"{label} {number}" for label, number in figures)
    return f"{user.name} {year}: {said}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def commendation_verb(request: HttpRequest, actor: Actor, commendation_id: int, verb: str) -> HttpResponse:
    """Publicise, award, do not award, withdraw."""
    row = visible(actor, commendation_id)
    if verb not in commending.DEEDS:
        raise NotFound()
    known = COMMENDATION_TABLE[verb]
    form = CommendationVerbForm(known, request.POST or None, initial={"version": row.version}, by=actor)
    ask = Ask(
        title=f"{known.label} · {row.year} · {row.user.name}",
        verb=known.label,
        active="commendations",
        back=reverse("staffing:commendation", args=[row.pk]),
        done=_("Done."),
        note=known.guard,
        is_grave=known.dangerous,
    )

    def deed() -> None:
        version = form.cleaned_data["version"]
        commending.perform(verb, row.pk, by=actor, at=now(), version=version, **form.data_of_verb)

    return run_form(request, actor, form, ask, deed)
