"""The pages of online opinion: the list, one opinion with its story and verbs, registering, figures of a period."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.audit import journal
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from governance.foundation.masking import mask_name
from governance.foundation.pages import is_partial
from governance.foundation.spreadsheets import csv_lines
from grids.territory import current as territory
from grids.views.pagers import page_of
from incidents.models import Ticket
from opinions import conduct, finding, queries
from opinions.forms import FindingForm, VerbForm, put_errors
from opinions.keeping import keeps_posts
from opinions.models import OnlineOpinion
from opinions.panel import TONES
from opinions.querysets import OpinionQuerySet, answering_units
from opinions.rules import may_register, must_read, permitted, role_for
from opinions.states import OPEN, OPINION_TABLE, POST, Level, OpinionState, Platform, Result, Sentiment

SIZE, EXPORT_CAP, DAYS = 50, 20_000, 30
HEADS = (
    pgettext_lazy("opinions", "number"),
    pgettext_lazy("opinions", "platform"),
    pgettext_lazy("opinions", "title"),
    pgettext_lazy("opinions", "level"),
    pgettext_lazy("opinions", "sentiment"),
    pgettext_lazy("opinions", "state"),
    pgettext_lazy("opinions", "region"),
    pgettext_lazy("opinions", "responsible unit"),
    pgettext_lazy("opinions", "found"),
    pgettext_lazy("opinions", "Respond by"),
    pgettext_lazy("opinions", "Responded at"),
)


def seen_by(actor: Actor, at: datetime) -> OpinionQuerySet:
    """What the person may see."""
    rows: OpinionQuerySet = OnlineOpinion.objects.visible_to(actor, on=local(at).date())
    return rows


def visible_opinion(actor: Actor, number: str, at: datetime) -> OnlineOpinion:
    """The opinion, if this person may see it. Raises NotFound."""
    rows = (
        seen_by(actor, at)
        .select_related("region", "unit", "registered_by")
        .prefetch_related("tickets__ticket")
    )
    found: OnlineOpinion | None = rows.filter(number=number).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?state=`, `?platform=`, `?level=`, `?sentiment=`, `?late=1`, `?mine=1`, `?q=`, days narrow."""
    at = now()
    must_read(actor, at)
    rows = wanted(seen_by(actor, at), request.GET, actor, at).select_related("region", "unit")
    page = page_of(rows, "found_at", request.GET.get("cursor", ""), SIZE)
    context = {
        "tab": "list",
        "page": page,
        "rows": [(row, TONES[row.state], row.lamp(at)) for row in page.rows],
        "states": OpinionState.choices,
        "platforms": Platform.choices,
        "levels": Level.choices,
        "is_filtered": any(key != "cursor" for key in request.GET),
        "may_register": may_register(actor, at),
        "may_keep": bool(keeps_posts(actor)),
    }
    return render(request, "opinions/list.html", context)


def wanted(rows: OpinionQuerySet, query: QueryDict, actor: Actor, at: datetime) -> OpinionQuerySet:
    """The filters of the list; figures lead to it with the same words."""
    known: Mapping[str, list[str]] = {
        "state": OpinionState.values,
        "platform": Platform.values,
        "level": Level.values,
        "sentiment": Sentiment.values,
    }
    for name, values in known.items():
        if chosen := [value for value in query.getlist(name) if value in values]:
            rows = rows.filter(**{f"{name}__in": chosen})
    if words := query.get("q", "").strip().replace("\x00", "")[:100]:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    marks = {
        "mine": Q(unit__in=answering_units(actor)),
        "late": OpinionQuerySet.lateness(at),
        "open": Q(state__in=OPEN),
        "in_time": queries.IN_TIME,
        "due": queries.due_by(at) & Q(respond_due_at__isnull=False),
    }
    for name, condition in marks.items():
        if query.get(name) == "1":
            rows = rows.filter(condition)
    return between(rows, query)


def between(rows: OpinionQuerySet, query: QueryDict) -> OpinionQuerySet:
    """What was found from `?since=` until `?until=`, both days included."""
    since, until = (day_of(query.get(name, "")) for name in ("since", "until"))
    if since is not None:
        rows = rows.filter(found_at__gte=since)
    return rows.filter(found_at__lt=until + timedelta(days=1)) if until is not None else rows


def day_of(text: str) -> datetime | None:
    """The beginning of a day in the city's own time; None for what is no day."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), local(now()).tzinfo) if day is not None else None


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """The same list as CSV; the export stands in the journal."""
    at = now()
    must_read(actor, at)
    rows = wanted(seen_by(actor, at), request.GET, actor, at).select_related("region", "unit")
    found = list(rows.order_by("-found_at", "-pk")[:EXPORT_CAP])
    assert actor.user is not None
    details = {"rows": len(found), "filter": request.GET.urlencode()[:400]}
    journal.record("opinion.export", by=actor, obj=actor.user, at=at, details=details)
    lines = csv_lines(HEADS, map(cells, found))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="opinions-{local(at):%Y%m%d-%H%M}.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def cells(row: OnlineOpinion) -> list[Any]:
    """One line of the file."""
    times = (row.found_at, row.respond_due_at, row.responded_at)
    found, due, done = (f"{local(item):%Y-%m-%d %H:%M}" if item else "" for item in times)
    return [
        row.number,
        row.get_platform_display(),
        row.title,
        row.get_level_display(),
        row.get_sentiment_display(),
        row.get_state_display(),
        place_words(row.region_path),
        row.unit.name if row.unit else "",
        found,
        due,
        done,
    ]


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [place.name for place in territory().chain(path)]
    return " · ".join(chain[1:] or chain)


@require_safe
@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """What was said, how it spreads, what it was judged to be, the answer, and what this person may do now."""
    at = now()
    row = visible_opinion(actor, number, at)
    seen = Ticket.objects.visible_to(actor).filter(pk__in=[item.ticket_id for item in row.tickets.all()])
    readable = set(seen.values_list("pk", flat=True))
    context = {
        "row": row,
        "tone": TONES[row.state],
        "lamp": row.lamp(at),
        "place": place_words(row.region_path),
        "poster": mask_name(row.poster),
        "result": str(Result(row.result).label) if row.result else "",
        "is_late": bool(row.responded_at and row.respond_due_at and row.responded_at > row.respond_due_at),
        "readings": list(row.readings.order_by("-pk")[:12]),
        "tickets": [(item, item.ticket_id in readable) for item in row.tickets.all()],
        "entries": entries(row),
        "buttons": [
            (verb, reverse("opinions:verb", args=[row.number, verb.name]))
            for verb in permitted(row, actor, at)
        ],
        "may_register": may_register(actor, at),
    }
    return render(request, "opinions/opinion.html", context)


def entries(row: OnlineOpinion) -> list[dict[str, Any]]:
    """The story, newest first."""
    return [
        {
            "title": OPINION_TABLE[step.verb].label,
            "at": step.at,
            "who": step.actor_name,
            "role": role_words(step.role),
            "text": step.opinion_text,
            "tone": TONES.get(step.to_state, ""),
        }
        for step in row.steps.order_by("-pk")
    ]


def role_words(role: str) -> str:
    """A role, or the post of online opinion."""
    if role == POST:
        return pgettext("opinions", "Post of online opinion")
    return str(Role(role).label) if role in Role.values else ""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Register an opinion; `?ticket=` opens it from a ticket of category 1703."""
    at = now()
    must_read(actor, at)
    if not may_register(actor, at):
        raise Forbidden(
            pgettext("opinions", "Opinions are registered by the centre, towns and the post for it"),
            roles=sorted(OPINION_TABLE["register"].who),
        )
    if request.method != "POST":
        return form_answer(request, FindingForm(initial=first(request, actor, at)))
    form = FindingForm(request.POST)
    if not form.is_valid():
        return form_answer(request, form, status=422)
    try:
        number = form.cleaned_data["ticket"]
        row = finding.register(form.finding(), by=actor, at=at, ticket_number=number)
    except Invalid as problem:
        put_errors(form, problem)
        return form_answer(request, form, status=422)
    except Forbidden as problem:
        form.add_error(None, str(problem.detail))
        return form_answer(request, form, status=problem.status)
    messages.success(request, pgettext("opinions", "Registered as %(number)s") % {"number": row.number})
    url = reverse("opinions:opinion", args=[row.number])
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def first(request: HttpRequest, actor: Actor, at: datetime) -> dict[str, Any]:
    """What an empty form begins with; from a ticket, its words and place."""
    start: dict[str, Any] = {
        "found_at": local(at),
        "sentiment": Sentiment.NEGATIVE.value,
        "views": 0,
        "comments": 0,
        "shares": 0,
    }
    if not (number := request.GET.get("ticket", "")):
        return start
    rows = Ticket.objects.visible_to(actor).defer("search")
    ticket: Ticket | None = rows.filter(number=number[:20]).first()
    if ticket is None:
        raise NotFound()
    place = territory().by_path.get(ticket.region_path)
    return start | {
        "ticket": ticket.number,
        "title": ticket.title,
        "text": ticket.content,
        "place": place.code if place is not None else "",
    }


def form_answer(request: HttpRequest, form: FindingForm, *, status: int = 200) -> HttpResponse:
    """The form as a page, or inside the dialog of a ticket's page."""
    code = str(form["place"].value() or "")
    place = territory().by_code.get(code)
    context = {
        "form": form,
        "tab": "new",
        "title": pgettext("opinions", "Register an opinion"),
        "url": reverse("opinions:new"),
        "verb": pgettext("opinions", "Register"),
        "shown": place_words(place.path) if place is not None else "",
        "may_register": True,
    }
    template = "opinions/_finding.html" if is_partial(request) else "opinions/form.html"
    return render(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """GET: the form of a verb that may be done now. POST: do it."""
    at = now()
    row = visible_opinion(actor, number, at)
    if name not in conduct.DEEDS:
        raise NotFound()
    wanted_verb = OPINION_TABLE[name]
    context = {
        "row": row,
        "title": f"{wanted_verb.label} · {row.number}",
        "url": reverse("opinions:verb", args=[row.number, name]),
        "back": reverse("opinions:opinion", args=[row.number]),
        "verb": wanted_verb.label,
        "is_grave": wanted_verb.dangerous,
        "note": str(wanted_verb.guard),
    }
    status, problem = 200, None
    start = {"version": row.version, "level": row.level, "views": row.views}
    start |= {"comments": row.comments, "shares": row.shares}
    form = VerbForm(wanted_verb, *([request.POST] if request.method == "POST" else []), initial=start)
    try:
        if request.method != "POST":
            OPINION_TABLE.check(name, row.state)
            role_for(wanted_verb, row, actor, at)
        elif not form.is_valid():
            status = 422
        else:
            conduct.perform(name, row.pk, by=actor, at=at, **form.cleaned_data)
            said = pgettext("opinions", "%(verb)s: done, %(number)s")
            messages.success(request, said % {"verb": wanted_verb.label, "number": row.number})
            if is_partial(request):
                return HttpResponse(status=200, headers={"HX-Redirect": str(context["back"])})
            return redirect(str(context["back"]))
    except Invalid as error:
        put_errors(form, error)
        status = 422
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and request.method != "POST":
            raise
        status, problem = error.status, error
    template = "opinions/_verb.html" if is_partial(request) else "opinions/verb.html"
    return render(request, template, {**context, "form": form, "problem": problem}, status=status)


@require_safe
@desk_page
def figures_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?since=`, `?until=`: by platform and level, with the share that was answered in time."""
    at = now()
    must_read(actor, at)
    today = datetime.combine(local(at).date(), time(), local(at).tzinfo)
    until = day_of(request.GET.get("until", "")) or today
    since = day_of(request.GET.get("since", "")) or until - timedelta(days=DAYS - 1)
    if since > until:
        raise Invalid(pgettext("opinions", "The last day comes after the first"))
    end = until + timedelta(days=1)
    context = {
        "tab": "figures",
        "found": queries.figures(seen_by(actor, at), since=since, until=end, at=at),
        "since": since,
        "until": until,
        "days": f"since={since:%Y-%m-%d}&until={until:%Y-%m-%d}",
        "may_register": may_register(actor, at),
        "may_keep": bool(keeps_posts(actor)),
    }
    return render(request, "opinions/figures.html", context)
