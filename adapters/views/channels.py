"""Channels of messages: the list, a form each for a new one and its facts, and a new secret."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adapters import channels
from adapters.access import must_keep, must_read
from adapters.contract import Keys, translator_of
from adapters.forms import ChannelForm, NewChannelForm, initial_of
from adapters.models import Channel
from adapters.views.dialogs import Dialog, Secret
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import NotFound

MOST = 200


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every channel with its address."""
    may_write = must_read(actor)
    rows = Channel.objects.select_related("client", "mapping")[:MOST]
    lines = [(row, _label(row), address_of(request, row.code)) for row in rows]
    return render(request, "adapters/channels.html", {"lines": lines, "may_write": may_write})


def _label(row: Channel) -> str:
    translator = translator_of(row.translator)
    return str(translator.about.label) if translator else row.translator


def address_of(request: HttpRequest, code: str) -> str:
    """Where its messages go."""
    return request.build_absolute_uri(reverse("adapters-api:messages", args=[code]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new channel and its secret."""
    must_keep(actor)
    form = NewChannelForm(request.POST if request.method == "POST" else None)

    def deed(data: Any) -> Secret:
        channel = Channel(code=data["code"])
        given = channels.keep(channel, form.facts(), by=actor, at=now())
        return _shown(request, channel, given or channel.keys)

    return Dialog(
        request=request,
        title=_("New channel"),
        verb=_("Create and show the secret"),
        back=reverse("adapters:channels"),
        form=form,
        deed=deed,
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def change_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """What the channel does."""
    must_keep(actor)
    channel = _channel(pk)
    form = ChannelForm(request.POST if request.method == "POST" else None, initial=initial_of(channel))

    def deed(_data: Any) -> str | Secret:
        given = channels.keep(channel, form.facts(), by=actor, at=now())
        if given is not None:
            return _shown(request, channel, given)
        return _("The channel %(name)s was saved") % {"name": channel.name}

    return Dialog(
        request=request,
        title=channel.name,
        verb=_("Save"),
        back=reverse("adapters:channels"),
        form=form,
        deed=deed,
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def secret_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A new secret; the present one ends at once."""
    must_keep(actor)
    channel = _channel(pk)

    def deed(_data: Any) -> Secret:
        return _shown(request, channel, channels.renew_secret(pk, by=actor, at=now()))

    return Dialog(
        request=request,
        title=_("New secret for %(name)s") % {"name": channel.name},
        verb=_("Create and show the secret"),
        back=reverse("adapters:channels"),
        form=forms.Form(request.POST if request.method == "POST" else None),
        deed=deed,
        note=_("The present secret ends at once: enter the new one at the other side right after."),
        is_grave=True,
    ).serve()


def _shown(request: HttpRequest, channel: Channel, given: Keys) -> Secret:
    return Secret(
        name=channel.name,
        secret=given.secret,
        address=address_of(request, channel.code),
        sealing_key=given.sealing_key,
    )


def _channel(pk: int) -> Channel:
    found = Channel.objects.select_related("client", "mapping").filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found
