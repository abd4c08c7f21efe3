"""Endpoints as pages: the list, one with its latest messages, and a form each for what is done to it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import NotFound
from webhooks import keeping
from webhooks.forms import (
    EndpointForm,
    NewEndpointForm,
    PauseForm,
    ResumeForm,
    SecretForm,
    SureForm,
    initial_of,
)
from webhooks.models import Delivery, Endpoint
from webhooks.queries import counts_of
from webhooks.rules import must_keep, must_read
from webhooks.states import ENDPOINT_TABLE
from webhooks.streams import kinds
from webhooks.views.dialogs import Dialog, posted
from webhooks.views.messages import lines_of
from webhooks.wording import OFF_REASONS, kind_words, outcome_words, state_of

MOST, LATEST = 500, 20
FORM_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One endpoint as the pages show it."""

    endpoint: Endpoint
    state: str
    tone: str
    reason: str
    outcome: str
    kinds: list[str]
    is_all: bool
    waiting: int
    dead: int


def line_of(endpoint: Endpoint, counts: tuple[int, int]) -> Line:
    """The endpoint in words."""
    state, tone = state_of(endpoint, now())
    return Line(
        endpoint=endpoint,
        state=state,
        tone=tone,
        reason=str(OFF_REASONS.get(endpoint.off_reason, "")),
        outcome=outcome_words(endpoint.last_status, endpoint.last_error),
        kinds=[str(kind_words(kind)) for kind in endpoint.kinds],
        is_all=len(endpoint.kinds) == len(kinds()),
        waiting=counts[0],
        dead=counts[1],
    )


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every endpoint with how it answers, and what waits for it."""
    may_write = must_read(actor)
    rows = Endpoint.objects.visible_to(actor).living().select_related("client")
    found = list(rows.order_by("client__code", "name", "pk")[:MOST])
    counts = counts_of(found)
    lines = [line_of(row, counts.get(row.pk, (0, 0))) for row in found]
    return render(
        request, "webhooks/endpoints.html", {"lines": lines, "may_write": may_write, "tab": "endpoints"}
    )


@require_safe
@desk_page
def endpoint_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One endpoint, what can be done to it, and its latest messages."""
    may_write = must_read(actor)
    endpoint = seen(actor, pk)
    rows = Delivery.objects.visible_to(actor).filter(endpoint=endpoint).order_by("-made_at", "-pk")
    context = {
        "line": line_of(endpoint, counts_of([endpoint]).get(pk, (0, 0))),
        "lines": lines_of(rows.defer("tries")[:LATEST]),
        "has_previous": len(endpoint.secrets_at(now())) > 1,
        "verbs": {verb.name for verb in ENDPOINT_TABLE.leaving(endpoint.state)} if may_write else set(),
        "tab": "endpoints",
    }
    return render(request, "webhooks/endpoint.html", context)


def seen(actor: Actor, pk: int) -> Endpoint:
    """The endpoint, if the reader may see it. Raises NotFound."""
    rows = Endpoint.objects.visible_to(actor).living().select_related("client")
    found: Endpoint | None = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def address(pk: int) -> str:
    """The page of an endpoint."""
    return reverse("webhooks:endpoint", args=[pk])


@require_http_methods(FORM_METHODS)
@desk_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new endpoint and its secret."""
    must_keep(actor)
    form = NewEndpointForm(posted(request))
    return Dialog(
        request=request,
        title=pgettext("webhooks", "New endpoint"),
        verb=pgettext("webhooks", "Create and show the secret"),
        back=reverse("webhooks:endpoints"),
        form=form,
        deed=lambda: keeping.create(int(form.cleaned_data["client"]), by=actor, at=now(), **form.facts()),
        note=pgettext("webhooks", "It is told of what happens from now on."),
    ).serve()


@require_http_methods(FORM_METHODS)
@desk_page
def change_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Another name, address or choice of events."""
    must_keep(actor)
    endpoint = seen(actor, pk)
    form = EndpointForm(posted(request), initial=initial_of(endpoint))

    def deed() -> str:
        keeping.change(pk, by=actor, at=now(), **form.facts())
        return pgettext("webhooks", "The endpoint was saved")

    return Dialog(
        request=request, title=endpoint.name, verb=_("Save"), back=address(pk), form=form, deed=deed
    ).serve()


@require_http_methods(FORM_METHODS)
@desk_page
def secret_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A new secret beside the present one, or in its place."""
    must_keep(actor)
    endpoint = seen(actor, pk)
    form = SecretForm(posted(request))
    return Dialog(
        request=request,
        title=pgettext("webhooks", "New secret for %(name)s") % {"name": endpoint.name},
        verb=pgettext("webhooks", "Create and show the secret"),
        back=address(pk),
        form=form,
        deed=lambda: keeping.rotate(pk, by=actor, at=now(), overlap=form.hours()),
        note=pgettext(
            "webhooks", "Until then each message carries two signatures, and either secret verifies it."
        ),
    ).serve()


@require_http_methods(FORM_METHODS)
@desk_page
def pause_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Tell it nothing for a while."""
    must_keep(actor)
    endpoint = seen(actor, pk)
    form = PauseForm(posted(request))

    def deed() -> str:
        keeping.pause(pk, by=actor, at=now(), reason=form.cleaned_data["reason"])
        return pgettext("webhooks", "%(name)s is paused") % {"name": endpoint.name}

    return Dialog(
        request=request,
        title=pgettext("webhooks", "Pause %(name)s") % {"name": endpoint.name},
        verb=pgettext("webhook verb", "Pause"),
        back=address(pk),
        form=form,
        deed=deed,
        note=pgettext("webhooks", "What happens meanwhile is kept and can be sent afterwards."),
    ).serve()


@require_http_methods(FORM_METHODS)
@desk_page
def resume_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Go on, with what was missed or without."""
    must_keep(actor)
    endpoint = seen(actor, pk)
    form = ResumeForm(posted(request))

    def deed() -> str:
        keeping.resume(pk, by=actor, at=now(), skip=form.cleaned_data["missed"] == "skip")
        return pgettext("webhooks", "%(name)s is told again") % {"name": endpoint.name}

    return Dialog(
        request=request,
        title=pgettext("webhooks", "Resume %(name)s") % {"name": endpoint.name},
        verb=pgettext("webhook verb", "Resume"),
        back=address(pk),
        form=form,
        deed=deed,
    ).serve()


@require_http_methods(FORM_METHODS)
@desk_page
def test_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Send a test."""
    must_keep(actor)
    endpoint = seen(actor, pk)

    def deed() -> str:
        keeping.send_test(pk, by=actor, at=now())
        return pgettext("webhooks", "The test is on its way; what came of it stands below in a moment")

    return Dialog(
        request=request,
        title=pgettext("webhooks", "Test of %(name)s") % {"name": endpoint.name},
        verb=pgettext("webhook verb", "Send test"),
        back=address(pk),
        form=SureForm(posted(request)),
        deed=deed,
        note=pgettext(
            "webhooks", "A signed message that holds no business data is sent once to this address."
        ),
    ).serve()


@require_http_methods(FORM_METHODS)
@desk_page
def remove_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The end of it."""
    must_keep(actor)
    endpoint = seen(actor, pk)

    def deed() -> str:
        keeping.remove(pk, by=actor, at=now())
        return pgettext("webhooks", "%(name)s was removed") % {"name": endpoint.name}

    return Dialog(
        request=request,
        title=pgettext("webhooks", "Remove %(name)s") % {"name": endpoint.name},
        verb=pgettext("webhook verb", "Remove"),
        back=reverse("webhooks:endpoints"),
        form=SureForm(posted(request)),
        deed=deed,
        note=pgettext(
            "webhooks", "What waits for it is withdrawn and its secret is forgotten. This cannot be undone."
        ),
        is_grave=True,
    ).serve()
