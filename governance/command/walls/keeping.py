"""Pages for who keeps the walls: the links with their screens, and the scenes that take turns."""

from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followup.views.dialogs import Dialog, posted, put_errors
from governance.accounts.actors import Actor
from governance.command.walls import links, scenes
from governance.command.walls.forms import LinkForm, SceneForm, initial_of
from governance.command.walls.models import WallLink, WallScene
from governance.command.walls.rules import PUBLIC_SETTERS, may_keep, must_keep
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound
from governance.foundation.pages import is_partial

MOST = 200


def back() -> str:
    """The page."""
    return reverse("command:walls")


@require_safe
@desk_page
def walls_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Links, those that hold first; scenes in their order."""
    must_keep(actor)
    at = now()
    rows = WallLink.objects.select_related("region", "made_by").defer("region__boundary").order_by("-made_at")
    lines = sorted(
        ((link, *state_of(link, at)) for link in rows[:MOST]), key=lambda line: not line[0].is_valid(at)
    )
    own = scenes.every()
    context = {
        "lines": lines,
        "scenes": own or scenes.shipped(),
        "is_shipped": not own,
        "may_set_public": may_keep(actor, PUBLIC_SETTERS),
    }
    return render(request, "command/walls/keep.html", context)


def state_of(link: WallLink, at: datetime) -> tuple[str, str]:
    """In a word, with its tone."""
    if link.revoked_at is not None:
        return pgettext("wall link", "Ended"), "stop"
    if not link.is_valid(at):
        return pgettext("wall link", "Expired"), "stop"
    return pgettext("wall link", "In use"), "done"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def link_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A link; its address is shown once, in this answer."""
    must_keep(actor)
    form = LinkForm(posted(request))
    dialog = Dialog(
        request=request,
        title=pgettext("wall", "New link"),
        verb=pgettext("wall", "Create and show the address"),
        back=back(),
        form=form,
        deed=lambda data: "",
        note=pgettext(
            "wall",
            "Whoever has the address sees the wall of that place without signing in: counts only, no person.",
        ),
    )
    if request.method != "POST":
        return dialog.answer()
    if not form.is_valid():
        return dialog.answer(status=422)
    data = form.cleaned_data
    try:
        made = links.make(data["name"], data["region"], days=data["days"], by=actor, at=now())
    except Invalid as problem:
        put_errors(form, problem)
        return dialog.answer(status=422)
    url = request.build_absolute_uri(reverse("command:wall-enter", args=[made.token]))
    part = "command/walls/_issued.html"
    template = part if is_partial(request) else "command/connections/page.html"
    facts = {"title": made.link.name, "made": made, "url": url, "back": back(), "part": part}
    answer = render(request, template, facts)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def link_revoke(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """End a link."""
    must_keep(actor)
    link = WallLink.objects.filter(pk=pk).first()
    if link is None:
        raise NotFound()

    def deed(_data: object) -> str:
        links.revoke(pk, by=actor, at=now())
        return pgettext("wall", "The link was ended; its screens go dark within a minute")

    return Dialog(
        request=request,
        title=f"{pgettext('wall', 'End the link')} · {link.name}",
        verb=pgettext("wall", "End the link"),
        back=back(),
        form=forms.Form(posted(request)),
        deed=deed,
        is_grave=True,
        note=pgettext("wall", "Screens that were opened by it show why they are dark."),
    ).serve()


@require_POST
@desk_page
def scenes_set_up(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Store the platform's scenes as the city's own."""
    scenes.set_up(by=actor, at=now())
    return redirect(back())


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def scene_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One more scene."""
    must_keep(actor)
    form = SceneForm(posted(request))

    def deed(_data: object) -> str:
        scenes.add(form.cleaned_data, by=actor, at=now())
        return pgettext("wall", "The scene was saved")

    title = pgettext("wall", "New scene")
    return Dialog(
        request=request, title=title, verb=pgettext("wall", "Save"), back=back(), form=form, deed=deed
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def scene_change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Change one."""
    must_keep(actor)
    row = _scene(pk)
    form = SceneForm(posted(request), initial=initial_of(row))

    def deed(_data: object) -> str:
        facts = form.cleaned_data
        scenes.change(pk, facts, version=facts["version"] or 0, by=actor, at=now())
        return pgettext("wall", "The scene was saved")

    return Dialog(
        request=request,
        title=row.shown_title,
        verb=pgettext("wall", "Save"),
        back=back(),
        form=form,
        deed=deed,
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def scene_remove(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take one out for good."""
    must_keep(actor)
    row = _scene(pk)

    def deed(_data: object) -> str:
        scenes.remove(pk, by=actor, at=now())
        return pgettext("wall", "The scene was removed")

    return Dialog(
        request=request,
        title=f"{pgettext('wall', 'Remove')} · {row.shown_title}",
        verb=pgettext("wall", "Remove"),
        back=back(),
        form=forms.Form(posted(request)),
        deed=deed,
        is_grave=True,
    ).serve()


def _scene(pk: int) -> WallScene:
    row = WallScene.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row
