"""One form in a dialog, or as a page where scripts do not run: shown, done, or shown again with what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, Forbidden, Invalid, Problem
from governance.foundation.pages import is_partial
from incidents.forms import IdentifierList, put_errors
from incidents.models import Attachment
from incidents.views.case import photo_of
from incidents.views.faces import unit_name


@dataclass(frozen=True, kw_only=True)
class Face:
    """How one field is asked for."""

    part: str
    bound: Any
    url: str = ""
    shown: str = ""
    have: list[Any] = field(default_factory=list)
    error: str = ""
    is_needed: bool = False


@dataclass(frozen=True, kw_only=True)
class Dialog:
    """What is asked and what happens with the answer. `deed` gives the address to go to and what to say."""

    title: str
    url: str
    back: str
    verb: str
    make: Callable[[Any], forms.Form]
    deed: Callable[[dict[str, Any]], tuple[str, str]]
    note: str = ""
    is_grave: bool = False
    needs_files: bool = False
    path: str = ""
    template: str = "supervision/_dialog.html"
    page: str = "supervision/dialog.html"
    extra: dict[str, Any] = field(default_factory=dict)


def serve(request: HttpRequest, actor: Actor, dialog: Dialog) -> HttpResponse:
    """GET: the form. POST: do it, or show what is wrong with what was typed kept."""
    if request.method != "POST":
        return answer(request, actor, dialog, dialog.make(None))
    form = dialog.make(request.POST)
    if not form.is_valid():
        return answer(request, actor, dialog, form, status=422)
    try:
        url, said = dialog.deed(form.cleaned_data)
    except Invalid as problem:
        show = getattr(form, "show", None)
        show(problem) if show is not None else put_errors(form, problem)
        return answer(request, actor, dialog, form, status=422)
    except (Conflict, Forbidden) as problem:
        return answer(request, actor, dialog, form, status=problem.status, problem=problem)
    messages.success(request, said)
    if is_partial(request):
        return HttpResponse(status=200, headers={"HX-Redirect": url})
    return redirect(url)


def answer(
    request: HttpRequest,
    actor: Actor,
    dialog: Dialog,
    form: forms.Form,
    *,
    status: int = 200,
    problem: Problem | None = None,
) -> HttpResponse:
    """The form as the inside of the dialog or as a page."""
    context = {
        "title": dialog.title,
        "url": dialog.url,
        "back": dialog.back,
        "verb": dialog.verb,
        "note": dialog.note,
        "is_grave": dialog.is_grave,
        "form": form,
        "problem": problem,
        "faces": [face_of(form[name], actor, dialog) for name in form.fields],
        **dialog.extra,
    }
    template = dialog.template if is_partial(request) else dialog.page
    return render(request, template, context, status=status)


def face_of(bound: Any, actor: Actor, dialog: Dialog) -> Face:
    """Units through a combobox, files with the camera, everything else as it is."""
    value = bound.value()
    if isinstance(bound.field, IdentifierList):
        return Face(
            part="photos",
            bound=bound,
            have=uploaded(actor, value),
            error=" ".join(str(text) for text in bound.errors),
            is_needed=dialog.needs_files,
        )
    if bound.name == "unit" and not isinstance(bound.field, forms.ChoiceField):  # that one is a unit of time
        shown = unit_name(int(value)) if str(value or "").isdigit() else ""
        url = reverse("incidents:pick-units") + (f"?path={dialog.path}" if dialog.path else "")
        return Face(part="picker", bound=bound, url=url, shown=shown)
    return Face(part="plain", bound=bound)


def uploaded(actor: Actor, ids: Any) -> list[Any]:
    """Files that this person has sent already and not yet used."""
    wanted = [item for item in (ids if isinstance(ids, list) else []) if item]
    try:
        rows = Attachment.objects.filter(pk__in=wanted, uploader_id=actor.user_id, ticket=None, is_kept=False)
        return [photo_of(row) for row in rows]
    except (ValueError, TypeError, ValidationError):
        return []
