"""Changing many tickets: choose a verb, look at what would happen row by row, do it, watch it, take it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Forbidden, Invalid, NotFound, Problem
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from governance.foundation.state_machine import NeedKind, Verb
from grids import scope as scopes
from incidents import bulk
from incidents.catalogue import current as catalogue
from incidents.forms import VerbForm
from incidents.models import BulkItem, BulkRun, Ticket
from incidents.queries import filtered
from incidents.states import OPEN
from incidents.views.faces import Names
from incidents.views.links import filter_from
from incidents.views.verbs import FieldFace, known

OWN_KEYS = {"verb", "mine", "cursor", "view"}
SHOWN_RUNS, SHOWN_ITEMS = 20, 1000


class BulkForm(VerbForm):
    """What the verb needs once for all tickets."""

    def __init__(self, verb: Verb, *args: Any, **options: Any) -> None:
        super().__init__(verb, *args, **options)
        wanted = {need.name for need in bulk.needs_of(verb)}
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        if verb.name == "dispatch":
            self.fields["to"].required = False
            self.fields["to"].help_text = str(_("Empty: each ticket goes where it is proposed"))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The tickets of a filter (as the list), or of the own units in a state (`?mine=`); POST looks again or starts."""
    verbs = bulk.offered(actor)
    verb = next((item for item in verbs if item.name == request.GET.get("verb")), None)
    at = now()
    found = chosen(request, actor)
    if verb is None:
        return render(
            request, "incidents/desk/bulk_new.html", {"verbs": verbs, "count": len(found), **_limits(found)}
        )
    form = BulkForm(verb, request.POST if request.method == "POST" else None)
    data, status = {}, 200
    if request.method == "POST":
        if form.is_valid():
            data = form.data_of_verb()
        else:
            status = 422
    rows = list(bulk.preview(verb, found, data, by=actor, at=at))
    if request.method == "POST" and status == 200 and "start" in request.POST:
        left_out = set(request.POST.getlist("without"))
        wanted = [row for row in rows if str(row.ticket.pk) not in left_out]
        try:
            versions = versions_of(request.POST.get("tickets", ""))
            run = bulk.start(wanted, verb, data, versions, key=_key(request), by=actor, at=at)
            return redirect("incidents:bulk-run", run.pk)
        except Invalid as problem:
            form.show(problem)
            status = 422
    context = {
        "verbs": verbs,
        "verb": verb,
        "form": form,
        "fields": [face_of(form, name) for name in form.fields],
        "rows": [(row, Names([row.ticket]).place(row.ticket)) for row in rows],
        "ready": sum(not row.obstacle for row in rows),
        "tickets": ",".join(f"{row.ticket.pk}:{row.ticket.version}" for row in rows),
        "key": request.POST.get("key") or uuid4(),
        "without": set(request.POST.getlist("without")),
        "is_looked_at": request.method == "POST" and status == 200,
        "count": len(rows),
        **_limits(found),
    }
    return render(request, "incidents/desk/bulk_new.html", context, status=status)


def _limits(found: list[Ticket]) -> dict[str, Any]:
    return {"most": bulk.most(), "is_cut": len(found) >= bulk.most()}


def chosen(request: HttpRequest, actor: Actor) -> list[Ticket]:
    """The tickets, at most as many as a run takes: on POST exactly those that were shown."""
    rows = Ticket.objects.visible_to(actor).select_related("source", "category").defer("search", "content")
    if request.method == "POST":
        ids = list(versions_of(request.POST.get("tickets", "")))[: bulk.most()]
        return list(rows.filter(pk__in=ids).order_by("id"))
    if mine := request.GET.get("mine"):
        units = scopes.of(actor.user).unit_ids
        rows = rows.held_by(units).filter(state__in={mine} & set(OPEN))
        return list(rows.order_by("next_due_at", "id")[: bulk.most()])
    query = QueryDict(mutable=True)
    for key, values in request.GET.lists():
        if key not in OWN_KEYS:
            query.setlist(key, values)
    wanted = filter_from(query, now())
    return list(filtered(rows, wanted).order_by("-registered_at", "-id")[: bulk.most()])


def versions_of(text: str) -> dict[int, int]:
    """`id:version,…` as the page was shown. Raises Invalid for anything else."""
    try:
        pairs = (part.split(":") for part in text.split(",") if part)
        return {int(key): int(version) for key, version in pairs}
    except ValueError as error:
        raise Invalid(_("The list of tickets cannot be read; please begin again")) from error


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise Invalid(_("The form is incomplete; please begin again")) from error


def face_of(form: BulkForm, name: str) -> FieldFace:
    """How one need is asked for."""
    bound = form[name]
    need = form.verb.need(name)
    kind = need.kind if need else NeedKind.TEXT
    if kind is NeedKind.CATEGORY:
        category = catalogue().by_code.get(str(bound.value() or ""))
        url = reverse("incidents:pick-categories")
        return FieldFace(part="picker", bound=bound, url=url, shown=category.label if category else "")
    if kind is NeedKind.UNIT:
        unit = known(bound.value())
        url = reverse("incidents:pick-units")
        return FieldFace(part="picker", bound=bound, url=url, shown=label_of(unit) if unit else "")
    return FieldFace(part="plain", bound=bound)


def own_run(actor: Actor, pk: int) -> BulkRun:
    """A run of this person's. Raises NotFound."""
    run = BulkRun.objects.filter(pk=pk, owner_id=actor.user_id).select_related("undoes").first()
    if run is None:
        raise NotFound()
    return run


@require_safe
@desk_page
def runs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The person's own runs, the newest first."""
    rows = BulkRun.objects.filter(owner_id=actor.user_id).order_by("-id")[:SHOWN_RUNS]
    return render(request, "incidents/desk/bulk_runs.html", {"runs": list(rows)})


@require_safe
@desk_page
def run_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """How far it is and what became of each ticket; htmx asks again while it runs."""
    run, at = own_run(actor, pk), now()
    context = {"run": run, **progress_of(run), "no_undo": bulk.why_no_undo(run, at=at), "undo_key": uuid4()}
    items = run.items.select_related("ticket").defer("ticket__search", "ticket__content")
    only = request.GET.get("outcome", "")
    if only in {"done", "refused"}:
        items = items.filter(outcome=only)
    context |= {"items": list(items.order_by("-outcome", "id")[:SHOWN_ITEMS]), "chosen": only}
    template = "incidents/desk/_bulk_run.html" if is_partial(request) else "incidents/desk/bulk_run.html"
    return render(request, template, context)


def progress_of(run: BulkRun) -> Mapping[str, Any]:
    """How many are done, refused and left."""
    outcomes = list(run.items.values_list("outcome", flat=True))
    done, refused = outcomes.count(BulkItem.Outcome.DONE), outcomes.count(BulkItem.Outcome.REFUSED)
    return {"done": done, "refused": refused, "left": run.total - done - refused, "looked_at": done + refused}


@require_POST
@desk_page
def change(request: HttpRequest, actor: Actor, pk: int, deed: str) -> HttpResponse:
    """`undo` or `stop`."""
    run, at = own_run(actor, pk), now()
    try:
        if deed == "undo":
            back = bulk.undo(run, key=_key(request), by=actor, at=at)
            return redirect("incidents:bulk-run", back.pk)
        if deed != "stop":
            raise NotFound()
        bulk.stop(run, by=actor, at=at)
    except NotFound:
        raise
    except Problem as problem:
        messages.error(request, problem_words(problem))
    return redirect("incidents:bulk-run", run.pk)


@require_POST
@desk_page
def sign_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Sign everything that waits to be signed by the own units, in one run."""
    at = now()
    verb = next((item for item in bulk.offered(actor) if item.name == "sign"), None)
    if verb is None:
        raise Forbidden(_("This step belongs to another role or unit"))
    rows = Ticket.objects.visible_to(actor).held_by(scopes.of(actor.user).unit_ids).filter(state="dispatched")
    tickets = (
        rows.select_related("source", "category").defer("search", "content").order_by("next_due_at", "id")
    )
    found = list(bulk.preview(verb, tickets[: bulk.most()], {}, by=actor, at=at))
    if not found:
        messages.info(request, _("Nothing waits to be signed."))
        return redirect("incidents:workbench")
    run = bulk.start(found, verb, {}, {}, key=_key(request), by=actor, at=at)
    said = ngettext("%(n)d ticket is being signed", "%(n)d tickets are being signed", run.total)
    messages.success(request, said % {"n": run.total})
    return redirect("incidents:bulk-run", run.pk)
