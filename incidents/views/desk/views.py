"""Saved filters: the bar above list and inbox with counts, the dialogs that save and arrange them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound
from governance.foundation.pages import is_partial
from incidents import saved
from incidents.forms import put_errors
from incidents.models import SavedFilter, Ticket
from incidents.queries import TicketFilter, bounded_counts, filtered, inbox
from incidents.querysets import TicketQuerySet
from incidents.sight import sight_of
from incidents.views.links import filter_from

Page = SavedFilter.Page
COUNT_CAP = 999
NOT_KEPT = frozenset({"cursor", "view", "all"})
HOMES = {Page.LIST: "incidents:list", Page.INBOX: "incidents:inbox"}
SESSION_KEY = "default_views"


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One saved filter with its address and its number."""

    saved: SavedFilter
    url: str
    count: str
    is_here: bool
    is_own: bool


def page_of(request: HttpRequest) -> str:
    """Which page's filters are meant."""
    page = request.GET.get("page") or request.POST.get("page") or Page.LIST
    if page not in Page.values:
        raise NotFound()
    return page


def kept(query: QueryDict) -> str:
    """The query string without what is not a filter, in a fixed order: the same filter is the same text."""
    clean = QueryDict(mutable=True)
    for key in sorted(query):
        if key not in NOT_KEPT:
            clean.setlist(key, [value for value in query.getlist(key) if value])
    return clean.urlencode()


@require_safe
@desk_page
def bar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The filters of a page (`?page=`) with counts; `?here=` is the query that the page shows."""
    page, at = page_of(request), now()
    here = kept(QueryDict(request.GET.get("here", "")))
    context = {
        "chips": chips(actor, page, here, at),
        "page": page,
        "here": here,
        "home": reverse(HOMES[Page(page)]),
        "may_save": bool(here),
    }
    return render(request, "incidents/desk/_views.html", context)


def chips(actor: Actor, page: str, here: str, at: datetime) -> list[Chip]:
    """Each filter with its bounded count."""
    rows = saved.views_of(actor, page)
    home = reverse(HOMES[Page(page)])
    return [
        Chip(
            saved=row,
            url=f"{home}?{row.query}&view={row.pk}",
            count=f"{COUNT_CAP}+" if count > COUNT_CAP else str(count),
            is_here=kept(row.as_query) == here,
            is_own=row.owner_id == actor.user_id,
        )
        for row, count in zip(rows, counted(actor, page, rows, at), strict=True)
    ]


def counted(actor: Actor, page: str, rows: Sequence[SavedFilter], at: datetime) -> list[int]:
    """How many tickets each filter finds for this person, counted up to a bound; those of the list by the list's own
    filter, in one statement."""
    if page == Page.INBOX:
        counts = _inbox_counts(actor, at) if rows else {}
        return [counts.get(row.as_query.get("queue", ""), 0) for row in rows]
    seen = Ticket.objects.visible_to(actor)
    is_wide = sight_of(actor).is_wide
    return bounded_counts([_asked(seen, filter_from(row.as_query, at), is_wide) for row in rows], COUNT_CAP)


def _asked(seen: TicketQuerySet, wanted: TicketFilter, is_wide: bool) -> TicketQuerySet:
    """What a saved filter asks for. In a town or more late tickets lie everywhere: along the list, enough of them are
    found sooner than by putting together all that were late and all that are."""
    rows = filtered(seen, wanted)
    return rows.order_by("-registered_at", "-id") if wanted.is_late and is_wide else rows


def _inbox_counts(actor: Actor, at: datetime) -> dict[str, int]:
    found = inbox(actor, at=at, size=1)
    return {queue.state: queue.count for queue in found.queues} | {"": found.total}


class SaveForm(forms.Form):
    """A name, with whom it is shared, and whether the page begins with it."""

    name = forms.CharField(label=_("Name of the filter"), max_length=saved.MAX_NAME)
    share = forms.ChoiceField(label=_("Shared with"), required=False)
    is_default = forms.BooleanField(label=_("Begin with it"), required=False)

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"auto_id": "view_%s"})
        field = self.fields["share"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Nobody: for me alone")), *saved.share_choices(actor)]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def save(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Save the filter `?here=` of a page under a name."""
    page, at = page_of(request), now()
    here = kept(QueryDict(request.POST.get("here", "") or request.GET.get("here", "")))
    form = SaveForm(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            row = saved.save(actor, page=page, name=data["name"], query=here, at=at)
            if data["share"] or row.is_shared:
                saved.share(actor, row.pk, to=data["share"], at=at)
            if data["is_default"]:
                saved.choose_default(actor, page, row.pk)
                request.session.pop(SESSION_KEY, None)
            return _done(request, f"{reverse(HOMES[Page(page)])}?{row.query}&view={row.pk}")
        except Invalid as problem:
            put_errors(form, problem)
    url = f"{reverse('incidents:view-save')}?{urlencode({'page': page, 'here': here})}"
    context = {"title": _("Save this filter"), "url": url, "form": form, "verb": _("Save"), "page": page}
    template = "parts/_dialog_form.html" if is_partial(request) else "incidents/desk/view_save.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, url: str) -> HttpResponse:
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


@require_safe
@desk_page
def arrange(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The dialog with one's filters: order, sharing, default, deletion."""
    return _arranged(request, actor, page_of(request))


def _arranged(request: HttpRequest, actor: Actor, page: str) -> HttpResponse:
    rows = saved.views_of(actor, page)
    default = saved.default_of(actor, page)
    choices = saved.share_choices(actor)
    context = {
        "page": page,
        "own": [
            (row, f"{row.shared_unit_id or ''}:{row.shared_role}")
            for row in rows
            if row.owner_id == actor.user_id
        ],
        "others": [row for row in rows if row.owner_id != actor.user_id],
        "default_id": default.pk if default else None,
        "choices": choices,
        "home": reverse(HOMES[Page(page)]),
    }
    template = (
        "incidents/desk/_view_arrange.html" if is_partial(request) else "incidents/desk/view_arrange.html"
    )
    return render(request, template, context)


@require_POST
@desk_page
def change(request: HttpRequest, actor: Actor, pk: int, deed: str) -> HttpResponse:
    """`up`, `down`, `delete`, `share` (`?to=`), `default`, `no-default`."""
    page, at = page_of(request), now()
    match deed:
        case "up" | "down":
            saved.move(actor, pk, step=-1 if deed == "up" else 1)
        case "delete":
            saved.delete(actor, pk, at=at)
        case "share":
            to = request.POST.get("to", "")
            saved.share(actor, pk, to="" if to == ":" else to, at=at)
        case "default":
            saved.choose_default(actor, page, pk)
        case "no-default":
            saved.choose_default(actor, page, None)
        case _:
            raise NotFound()
    request.session.pop(SESSION_KEY, None)
    if is_partial(request):
        return _arranged(request, actor, page)
    return redirect(f"{reverse('incidents:view-arrange')}?page={page}")


def default_url(request: HttpRequest, actor: Actor, page: str) -> str:
    """Where a page without a query begins for this person; empty: with everything. A session looks once."""
    if request.GET or is_partial(request):
        return ""
    known: dict[str, str] | None = request.session.get(SESSION_KEY)
    if known is None:
        known = {name: _query_of(saved.default_of(actor, name)) for name in Page.values}
        request.session[SESSION_KEY] = known
    return f"{request.path}?{known[page]}" if known.get(page) else ""


def _query_of(row: SavedFilter | None) -> str:
    return f"{row.query}&view={row.pk}" if row is not None else ""
