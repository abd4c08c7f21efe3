"""Pages of the systems that connect: the list, one form each for a new client, its rights, its key and its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from followup.views.dialogs import Dialog
from governance.accounts.actors import Actor
from governance.command.connections import choices
from governance.command.connections.access import must_keep, must_read
from governance.command.connections.dialogs import KeyDialog
from governance.command.connections.forms import (
    ClientForm,
    NewClientForm,
    RevokeForm,
    RotateForm,
    initial_of,
)
from governance.exchange import clients
from governance.exchange.doors import desk_page
from governance.exchange.models import ApiClient, ExchangeCall
from governance.foundation.clock import now
from governance.foundation.errors import NotFound

MOST = 500
SOON = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One client as the list shows it."""

    client: ApiClient
    sources: list[str]
    regions: list[str]
    scopes: list[str]
    tone: str
    state: str
    has_previous: bool


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every client with what it may do, when it called last, and whether its key ends soon."""
    may_write, at = must_read(actor.user), now()
    last = ExchangeCall.objects.filter(client=OuterRef("pk")).order_by("-at", "-id")
    rows = ApiClient.objects.annotate(last_at=Subquery(last.values("at")[:1])).order_by("-is_active", "code")
    context = {"lines": [line_of(row, at) for row in rows[:MOST]], "may_write": may_write}
    return render(request, "command/connections/list.html", context)


def line_of(client: ApiClient, at: datetime) -> Line:
    """The client in words."""
    state, tone = state_of(client, at)
    return Line(
        client=client,
        sources=choices.names_of_sources(client.sources),
        regions=choices.names_of_regions(client.regions),
        scopes=choices.names_of_scopes(client.scopes),
        state=state,
        tone=tone,
        has_previous=client.has_previous(at),
    )


def state_of(client: ApiClient, at: datetime) -> tuple[str, str]:
    """Whether its key is taken, in a word, and the tone of the word."""
    if not client.is_active:
        return pgettext("API client", "Revoked"), "stop"
    if not client.is_usable(at):
        return pgettext("API client", "Expired"), "stop"
    if client.expires_at is not None and client.expires_at - at < SOON:
        return pgettext("API client", "Ends soon"), "wait"
    return pgettext("API client", "In use"), "done"


def back() -> str:
    """The list."""
    return reverse("command:clients")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new client and its first key."""
    must_keep(actor.user)
    form = NewClientForm(request.POST if request.method == "POST" else None)
    return KeyDialog(
        request=request,
        title=_("New client"),
        verb=_("Create and show the key"),
        back=back(),
        form=form,
        deed=lambda data: clients.create(data["code"], by=actor, at=now(), facts=form.facts()),  # type: ignore[arg-type, return-value]  # a key dialog shows what was issued
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def change_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What the client may do."""
    must_keep(actor.user)
    client = _client(pk)
    form = ClientForm(request.POST if request.method == "POST" else None, initial=initial_of(client))

    def deed(_data: object) -> str:
        clients.change(pk, by=actor, at=now(), facts=form.facts())
        return _("The rights of %(name)s were saved") % {"name": client.name}

    return PlainDialog(
        request=request, title=client.name, verb=_("Save"), back=back(), form=form, deed=deed
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def rotate_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A new key beside the present one, or in its place."""
    must_keep(actor.user)
    client = _client(pk)
    rotate = partial(clients.rotate, pk, by=actor, at=now())
    return KeyDialog(
        request=request,
        title=_("New key for %(name)s") % {"name": client.name},
        verb=_("Create and show the key"),
        back=back(),
        form=RotateForm(request.POST if request.method == "POST" else None),
        deed=lambda data: rotate(overlap=timedelta(hours=int(data["overlap"]))),  # type: ignore[arg-type, return-value]  # a key dialog shows what was issued
        note=_("A key from an earlier change that is still taken ends at once."),
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def revoke_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """End every key at once."""
    must_keep(actor.user)
    client = _client(pk)
    form = RevokeForm(request.POST if request.method == "POST" else None)

    def deed(_data: object) -> str:
        clients.revoke(pk, by=actor, at=now(), reason=form.cleaned_data["reason"])
        return _("%(name)s can no longer call") % {"name": client.name}

    return PlainDialog(
        request=request,
        title=_("Revoke the keys of %(name)s") % {"name": client.name},
        verb=pgettext("key", "Revoke"),
        back=back(),
        form=form,
        deed=deed,
        note=_("The system cannot report or read any more from this moment on."),
        is_grave=True,
    ).serve()


class PlainDialog(Dialog):
    """A form that leads back to the list."""

    answer = KeyDialog.answer
    facts = KeyDialog.facts


def _client(pk: int) -> ApiClient:
    client = ApiClient.objects.filter(pk=pk).first()
    if client is None:
        raise NotFound()
    return client
