"""The list of mappings, one mapping with its versions and samples, and the verbs of a version."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adapters import plans, versions
from adapters.access import must_keep, must_read
from adapters.forms import NewMappingForm, ReleaseForm
from adapters.models import MappedTicket, Mapping, MappingSample, MappingVersion
from adapters.states import OPEN, TABLE, VersionState
from adapters.views.dialogs import Dialog
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound

MOST = 200
TONES = {
    VersionState.DRAFT.value: "wait",
    VersionState.CHECKED.value: "work",
    VersionState.RELEASED.value: "done",
    VersionState.DISCARDED.value: "stop",
}


def mapping_of(code: str) -> Mapping:
    """Raises NotFound."""
    found = Mapping.objects.select_related("client").filter(code=code).first()
    if found is None:
        raise NotFound()
    return found


def version_of(code: str, number: int) -> MappingVersion:
    """Raises NotFound."""
    rows = MappingVersion.objects.select_related("mapping__client", "released_by", "created_by")
    found = rows.filter(mapping__code=code, number=number).first()
    if found is None:
        raise NotFound()
    return found


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every mapping with the version in force, the one being worked on, and when it was used last."""
    may_write, at = must_read(actor), now()
    own = MappingVersion.objects.filter(mapping=OuterRef("pk"))
    in_force = own.filter(state=VersionState.RELEASED, valid_from__lte=at).order_by("-valid_from", "-number")
    last = MappedTicket.objects.filter(version__mapping=OuterRef("pk")).order_by("-id")
    rows = (
        Mapping.objects.select_related("client")
        .annotate(
            in_force=Subquery(in_force.values("number")[:1]),
            since=Subquery(in_force.values("valid_from")[:1]),
            open_number=Subquery(own.filter(state__in=sorted(OPEN)).values("number")[:1]),
            last_at=Subquery(last.values("at")[:1]),
            sample_count=Count("samples"),
        )
        .order_by("code")
    )
    context = {"rows": rows[:MOST], "may_write": may_write}
    return render(request, "adapters/mappings.html", context)


@require_safe
@desk_page
def mapping_page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """One mapping: its address, its versions, its samples and how they come out now."""
    may_write, at = must_read(actor), now()
    mapping = mapping_of(code)
    rows = list(mapping.versions.select_related("created_by", "released_by"))
    in_force = plans.in_force(mapping.pk, at)
    open_version = next((row for row in rows if row.state in OPEN), None)
    subject = open_version or in_force
    context = {
        "mapping": mapping,
        "lines": [(row, TONES[row.state], verbs_of(row) if may_write else ()) for row in rows],
        "in_force": in_force,
        "open_version": open_version,
        "samples": MappingSample.objects.filter(mapping=mapping),
        "failing": _failing(subject),
        "subject": subject,
        "address": request.build_absolute_uri(reverse("adapters-api:tickets", args=[code])),
        "may_write": may_write,
    }
    return render(request, "adapters/mapping.html", context)


def _failing(version: MappingVersion | None) -> dict[str, list[str]]:
    if version is None:
        return {}
    try:
        return versions.failing(version)
    except Invalid:
        return {}


def verbs_of(version: MappingVersion) -> list[str]:
    """What can be done with the version now, from the table."""
    return [verb.name for verb in TABLE if version.state in verb.sources and verb.name != "edit"]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new mapping."""
    must_keep(actor)

    def deed(data: Any) -> str:
        made = versions.create(
            data["code"], name=data["name"], client_id=data["client"].pk, by=actor, at=now()
        )
        return _("The mapping %(name)s was created") % {"name": made.name}

    return Dialog(
        request=request,
        title=_("New mapping"),
        verb=_("Create"),
        back=reverse("adapters:mappings"),
        form=NewMappingForm(request.POST if request.method == "POST" else None),
        deed=deed,
    ).serve()


@require_POST
@desk_page
def draft(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Begin a new version."""
    must_keep(actor)
    made = versions.draft(mapping_of(code).pk, by=actor, at=now())
    return redirect("adapters:version", code, made.number)


@require_POST
@desk_page
def check(request: HttpRequest, actor: Actor, code: str, number: int) -> HttpResponse:
    """Look the version through; what is wrong stands on its page."""
    must_keep(actor)
    version = version_of(code, number)
    try:
        versions.check(version.pk, by=actor, at=now())
    except Invalid as problem:
        from adapters.views.editing import editor

        return editor(request, version, faults=problem.fields, may_write=True, status=422)
    messages.success(request, _("Version %(n)d is in order") % {"n": number})
    return redirect("adapters:mapping", code)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def release(request: HttpRequest, actor: Actor, code: str, number: int) -> HttpResponse:
    """Let it count from a moment on."""
    must_keep(actor)
    version = version_of(code, number)

    def deed(data: Any) -> str:
        versions.release(version.pk, valid_from=data["valid_from"], by=actor, at=now())
        return _("Version %(n)d was put into force") % {"n": number}

    return Dialog(
        request=request,
        title=_("Put version %(n)d into force") % {"n": number},
        verb=pgettext("verb of a mapping", "Put into force"),
        back=reverse("adapters:mapping", args=[code]),
        form=ReleaseForm(request.POST if request.method == "POST" else None),
        deed=deed,
        note=_("After that it is never changed; what comes in is read by it from that moment on."),
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def discard(request: HttpRequest, actor: Actor, code: str, number: int) -> HttpResponse:
    """Give up a version that is not released."""
    must_keep(actor)
    version = version_of(code, number)

    def deed(_data: Any) -> str:
        versions.discard(version.pk, by=actor, at=now())
        return _("Version %(n)d was discarded") % {"n": number}

    return Dialog(
        request=request,
        title=_("Discard version %(n)d") % {"n": number},
        verb=pgettext("verb of a mapping", "Discard"),
        back=reverse("adapters:mapping", args=[code]),
        form=forms.Form(request.POST if request.method == "POST" else None),
        deed=deed,
        is_grave=True,
    ).serve()


@require_POST
@desk_page
def drop_sample(request: HttpRequest, actor: Actor, code: str, pk: int) -> HttpResponse:
    """Forget a sample."""
    must_keep(actor)
    if not MappingSample.objects.filter(pk=pk, mapping__code=code).exists():
        raise NotFound()
    versions.drop_sample(pk, by=actor, at=now())
    return redirect("adapters:mapping", code)
