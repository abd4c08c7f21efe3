"""Meetings: the calendar, one meeting with all that belongs to it, planning, minutes, a sheet to print."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consultation import meetings
from consultation.forms import MeetingForm, MinutesForm, points_of, put_errors
from consultation.meetings import MeetingPlan
from consultation.models import ActionItem, Meeting
from consultation.querysets import MeetingQuerySet
from consultation.rules import may_plan, permitted, role_for
from consultation.states import MEETING_TABLE, MeetingKind, MeetingState
from consultation.states.who import HOSTS
from consultation.views.doors import must_read, visible_item, visible_meeting
from consultation.views.faces import FORWARD, TONES, entries, people_face, units_face
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, Problem, Unprocessable
from grids import scope as scopes
from grids.views.pagers import page_of
from incidents.forms import local_input
from incidents.views.faces import unit_name

SIZE = 40
SPARE_LINES = 3


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By day, the latest first; `?coming=1` those ahead; `?kind=`, `?state=`, `?q=` narrow."""
    must_read(actor)
    at = now()
    visible = Meeting.objects.visible_to(actor)
    rows = wanted(visible, request, at).select_related("host")
    counted = rows.annotate(
        expected=Count("attendees", distinct=True),
        came=Count("attendees", filter=Q(attendees__signed_in_at__isnull=False), distinct=True),
        tasks=Count("actions", distinct=True),
        undone=Count("actions", filter=Q(actions__done_at=None), distinct=True),
    )
    page = page_of(counted, "starts_at", request.GET.get("cursor", ""), SIZE)
    days = groupby(page.rows, key=lambda row: local(row.starts_at).date())
    context = {
        "page": page,
        "days": [(day, [(row, TONES[row.state]) for row in group]) for day, group in days],
        "today": local(at).date(),
        "coming": visible.filter(starts_at__gte=at - timedelta(hours=3), state=MeetingState.PLANNED).count(),
        "kinds": MeetingKind.choices,
        "states": MeetingState.choices,
        "is_filtered": any(request.GET.get(key) for key in ("kind", "state", "q", "coming")),
        "may_plan": may_plan(actor),
    }
    return render(request, "consultation/meetings.html", context)


def wanted(rows: MeetingQuerySet, request: HttpRequest, at: datetime) -> MeetingQuerySet:
    """The filters of the list."""
    if request.GET.get("coming") == "1":
        rows = rows.filter(starts_at__gte=at - timedelta(hours=3), state=MeetingState.PLANNED)
    if kinds := [kind for kind in request.GET.getlist("kind") if kind in MeetingKind.values]:
        rows = rows.filter(kind__in=kinds)
    if states := [state for state in request.GET.getlist("state") if state in MeetingState.values]:
        rows = rows.filter(state__in=states)
    if words := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(place__icontains=words))
    return rows


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """One meeting; opening published minutes is their receipt."""
    row = visible_meeting(actor, number)
    at = now()
    meetings.read(row, by=actor, at=at)
    return render(request, "consultation/meeting.html", facts_of(row, actor, at))


def facts_of(row: Meeting, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the page and the printed sheet show."""
    scope = scopes.of(actor.user)
    mine = meetings.expected(row, actor)
    read = {item.user_id: item for item in row.readings.select_related("user__unit").order_by("pk")}
    attendees = list(row.attendees.select_related("user__unit", "signed_in_by").order_by("unit", "user"))
    units_read = {item.user.unit_id for item in read.values()}
    return {
        "row": row,
        "tone": TONES[row.state],
        "attendees": [
            {
                "row": item,
                "name": unit_name(item.unit_id) if item.user is None else item.user.name,
                "has_read": item.user_id in read if item.user_id else item.unit_id in units_read,
            }
            for item in attendees
        ],
        "came": sum(1 for item in attendees if item.signed_in_at is not None),
        "agenda": list(
            row.agenda.select_related("call", "consultation", "ticket")
            .defer("ticket__search")
            .order_by("position")
        ),
        "actions": [
            {
                "row": item,
                "unit": unit_name(item.unit_id),
                "is_mine": item.unit_id in scope.unit_ids,
                "lamp": lamp_of(item, at),
            }
            for item in row.actions.select_related("done_by").order_by("due_on", "pk")
        ],
        "readings": list(read.values()),
        "entries": entries(row.deeds.select_related("line").order_by("-pk"), MEETING_TABLE),
        "buttons": [(verb, verb_url(row, verb.name), verb.name in FORWARD) for verb in permitted(row, actor)],
        "may_sign": may_sign(row, mine, at),
        "mine": mine,
    }


def agenda_of(row: Meeting) -> Any:
    """The points with what they are about."""
    points = row.agenda.select_related("call", "consultation", "ticket").order_by("position")
    return points.defer("ticket__search", "ticket__content")


def may_sign(row: Meeting, mine: Any, at: datetime) -> bool:
    """Whether the button is shown: expected, not signed yet, and the hour has come."""
    is_time = row.state in {MeetingState.PLANNED, MeetingState.HELD} and at >= row.starts_at - timedelta(
        hours=1
    )
    return mine is not None and mine.signed_in_at is None and is_time


def lamp_of(item: ActionItem, at: datetime) -> str:
    """green, amber on the last day, red when over, grey when done."""
    if item.done_at is not None:
        return "grey"
    today = local(at).date()
    return "red" if today > item.due_on else "amber" if today == item.due_on else "green"


def verb_url(row: Meeting, verb: str) -> str:
    """The plan and the minutes have pages of their own."""
    pages = {"change": "consultation:meeting-change", "minute": "consultation:meeting-minutes"}
    if verb in pages:
        return reverse(pages[verb], args=[row.number])
    return reverse("consultation:meeting-verb", args=[row.number, verb])


@require_safe
@desk_page
def printed(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The minutes as a sheet of paper."""
    row = visible_meeting(actor, number)
    at = now()
    meetings.read(row, by=actor, at=at)
    return render(request, "consultation/print.html", facts_of(row, actor, at))


def hosts_of(actor: Actor) -> list[tuple[int, str]]:
    """The units for which this person plans meetings, the home unit first. Raises Forbidden."""
    scope = scopes.of(actor.user)
    if not scope.roles & set(HOSTS):
        raise Forbidden(
            _("The centre, towns, communities and department leads plan meetings"), roles=sorted(HOSTS)
        )
    ids = sorted(scope.unit_ids, key=lambda unit: (unit != actor.unit_id, unit))
    return [(unit, unit_name(unit)) for unit in ids]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Plan a meeting; `?reference=` puts a ticket, whistle or consultation on the agenda."""
    hosts = hosts_of(actor)
    if request.method != "POST":
        begins = (local(now()) + timedelta(days=1)).replace(hour=9, minute=0)
        begun = {
            "kind": MeetingKind.REGULAR.value,
            "starts_at": local_input(begins),
            "ends_at": local_input(begins + timedelta(hours=1)),
            "agenda": request.GET.get("reference", "")[:20],
        }
        return answer(request, MeetingForm(hosts, initial=begun), None)
    return stored(request, actor, MeetingForm(hosts, request.POST), None)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def change(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Change what is planned."""
    row = visible_meeting(actor, number)
    role_for(MEETING_TABLE.check("change", row.state), row, actor)
    hosts = [(row.host_id, row.host.name)]
    if request.method == "POST":
        return stored(request, actor, MeetingForm(hosts, request.POST), row)
    lines = [" ".join(filter(None, [number_of(item), item.title])) for item in agenda_of(row)]
    begun = {
        "version": row.version,
        "host": row.host_id,
        "kind": row.kind,
        "title": row.title,
        "starts_at": local_input(row.starts_at),
        "ends_at": local_input(row.ends_at),
        "place": row.place,
        "units": [item.unit_id for item in row.attendees.order_by("pk") if item.unit_id],
        "people": [item.user_id for item in row.attendees.order_by("pk") if item.user_id],
        "agenda": "\n".join(lines),
    }
    return answer(request, MeetingForm(hosts, initial=begun), row)


def number_of(item: Any) -> str:
    """The number of what a point of the agenda is about."""
    about = item.ticket or item.call or item.consultation
    return about.number if about is not None else ""


def stored(request: HttpRequest, actor: Actor, form: MeetingForm, row: Meeting | None) -> HttpResponseBase:
    """Store the plan, or show what is wrong with it."""
    if not form.is_valid():
        return answer(request, form, row, status=422)
    data = form.cleaned_data
    names = ("kind", "title", "host", "starts_at", "ends_at", "place", "units", "people")
    draft = MeetingPlan(agenda=points_of(data["agenda"]), **{name: data[name] for name in names})
    try:
        if row is None:
            row = meetings.plan(draft, by=actor, at=now())
        else:
            meetings.change(row.pk, draft, by=actor, at=now(), version=data["version"])
    except (Invalid, Conflict) as problem:
        refuse(form, problem)
        return answer(request, form, row, status=problem.status)
    messages.success(
        request, _("The plan has been stored, everybody is told: %(number)s") % {"number": row.number}
    )
    return redirect("consultation:meeting", row.number)


def refuse(form: Any, problem: Problem) -> None:
    """Put a refusal into the form."""
    if isinstance(problem, Invalid):
        put_errors(form, problem)
    else:
        form.add_error(None, str(problem.detail))


def answer(
    request: HttpRequest, form: MeetingForm, row: Meeting | None, *, status: int = 200
) -> HttpResponse:
    """The form of a plan."""
    context = {
        "form": form,
        "row": row,
        "units": units_face(form["units"], ""),
        "people": people_face(form["people"]),
    }
    return render(request, "consultation/meeting_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def minutes(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """Write the minutes and what was agreed."""
    row = visible_meeting(actor, number)
    role_for(MEETING_TABLE.check("minute", row.state), row, actor)
    units = sorted({row.host_id, *(item.unit_id for item in row.attendees.all() if item.unit_id)})
    items = list(row.actions.order_by("due_on", "pk"))
    choices = [(unit, unit_name(unit)) for unit in sorted({*units, *(item.unit_id for item in items)})]
    lines = len(items) + SPARE_LINES
    if request.method != "POST":
        begun: dict[str, Any] = {"version": row.version, "minutes": row.minutes}
        for number_, item in enumerate(items):
            begun |= {
                f"text_{number_}": item.text,
                f"unit_{number_}": item.unit_id,
                f"due_{number_}": item.due_on,
            }
        return render(
            request,
            "consultation/minutes_form.html",
            {"form": MinutesForm(choices, lines, initial=begun), "row": row},
        )
    form = MinutesForm(choices, lines, request.POST)
    status = 422
    if form.is_valid():
        try:
            meetings.minute(
                row.pk,
                by=actor,
                at=now(),
                minutes=form.cleaned_data["minutes"],
                tasks=form.tasks(),
                version=form.cleaned_data["version"],
            )
        except (Invalid, Conflict) as problem:
            refuse(form, problem)
            status = problem.status
        else:
            messages.success(request, _("The minutes have been stored; they are not published yet"))
            return redirect("consultation:meeting", row.number)
    return render(request, "consultation/minutes_form.html", {"form": form, "row": row}, status=status)


@require_POST
@desk_page
def sign_in(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """I am there, or my unit is."""
    row = visible_meeting(actor, number)
    try:
        meetings.sign_in(row.pk, by=actor, at=now())
    except (Conflict, Unprocessable) as problem:
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("Signed in"))
    return redirect("consultation:meeting", row.number)


@require_safe
@desk_page
def items_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was agreed in meetings: `?mine=1` by us; open ones first, by due day; `?done=1` those that are done."""
    must_read(actor)
    at = now()
    rows = ActionItem.objects.visible_to(actor).filter(meeting__state=MeetingState.PUBLISHED)
    if request.GET.get("mine") == "1":
        rows = rows.filter(unit__in=sorted(scopes.of(actor.user).unit_ids))
    is_done = request.GET.get("done") == "1"
    rows = rows.filter(done_at__isnull=not is_done).select_related("meeting", "unit", "done_by")
    field = "done_at" if is_done else "due_on"
    page = page_of(rows, field, request.GET.get("cursor", ""), SIZE, is_ascending=not is_done)
    mine = scopes.of(actor.user).unit_ids
    context = {
        "page": page,
        "rows": [(item, lamp_of(item, at), item.unit_id in mine) for item in page.rows],
        "is_done": is_done,
        "is_mine": request.GET.get("mine") == "1",
    }
    return render(request, "consultation/items.html", context)


@require_POST
@desk_page
def finish(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """The responsible unit reports an item as done."""
    item = visible_item(actor, pk)
    version = request.POST.get("version", "")
    try:
        meetings.finish(
            item.pk,
            by=actor,
            at=now(),
            note=request.POST.get("note", ""),
            version=int(version) if version.isdigit() and len(version) < 10 else None,  # digits
        )
    except (Conflict, Unprocessable) as problem:
        words = [str(text) for texts in getattr(problem, "fields", {}).values() for text in texts]
        messages.error(request, " ".join(words) or str(problem.detail))
    else:
        messages.success(request, _("Reported as done"))
    return redirect("consultation:meeting", item.meeting.number)
