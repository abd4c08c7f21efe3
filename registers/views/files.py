"""Key people: the list and the file. Whoever opens a file stands in the journal."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden, NotFound, Problem
from grids import scope as scopes
from registers.deeds import files as deeds
from registers.disclosure import may_reveal
from registers.forms import FileForm, KeyForm, ReaderForm, TextForm
from registers.models import KeyPerson, Resident
from registers.paging import page_of
from registers.querysets import KeyPersonQuerySet
from registers.roles import FILE_KEEPERS, FILE_READERS
from registers.rules import keeps, may, may_anywhere
from registers.views.frames import (
    SIZE,
    filter_context,
    place_words,
    refused,
    region_path,
    workers_near,
)

ORDER = ("-id",)
FILTERS = ("kind", "level", "closed")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One file of the list."""

    item: KeyPerson
    name: str
    place: str


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open files that this person may read, newest first."""
    if not may_anywhere(actor, FILE_READERS) and not _is_named(actor):
        raise Forbidden(
            _("Files of key people are open to the line of the place and to named readers"),
            roles=sorted(FILE_READERS),
        )
    rows = wanted(request, actor).select_related("resident", "responsible")
    page = page_of(rows, ORDER, size=SIZE, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": [
            Row(
                item=row,
                name=row.resident.name if keeps(actor, row.path) else row.resident.masked_name,
                place=place_words(row.path),
            )
            for row in page.rows
        ],
        "page": page,
        "kinds": KeyPerson.Kind.choices,
        "levels": KeyPerson.Level.choices,
        **filter_context(request, FILTERS),
    }
    return render(request, "registers/files.html", context)


def _is_named(actor: Actor) -> bool:
    """A reader named for some file, wherever it is."""
    today = local(now()).date()
    return bool(scopes.of(actor.user).reaches) and KeyPerson.objects.visible_to(actor, on=today).exists()


def wanted(request: HttpRequest, actor: Actor) -> KeyPersonQuerySet:
    """What this person may see of what is asked for."""
    query = request.GET
    rows = KeyPerson.objects.visible_to(actor, on=local(now()).date())
    rows = rows.filter(closed_on__isnull=False) if query.get("closed") == "1" else rows.open()
    if path := region_path(request):
        rows = rows.filter(path__startswith=path)
    if query.get("kind") in KeyPerson.Kind.values:
        rows = rows.filter(kind=query["kind"])
    if query.get("level") in KeyPerson.Level.values:
        rows = rows.filter(level=query["level"])
    return rows


@require_safe
@desk_page
def file_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """The file. Opening it is a deed: it goes into the journal."""
    row = deeds.read_file(pk, by=actor, at=now())
    return render(request, "registers/file.html", file_context(actor, row))


def file_context(actor: Actor, row: KeyPerson, **more: Any) -> dict[str, Any]:
    """Everything on the page of a file."""
    today = local(now()).date()
    is_keeper, resident = keeps(actor, row.path), row.resident
    return {
        "item": row,
        "resident": resident,
        "name": resident.name if is_keeper else resident.masked_name,
        "address": resident.household.address if is_keeper else resident.household.masked_address,
        "sees_household": is_keeper,
        "place": place_words(row.path, first="town"),
        "notes": row.notes.select_related("author").order_by("-id"),
        "readers": row.readers.select_related("user__unit", "granted_by").order_by("id"),
        "may_reveal": may_reveal(resident, actor, on=today),
        "may_keep": may(actor, row.path, FILE_KEEPERS),
        "note_form": TextForm(),
        "reader_form": ReaderForm(),
        "close_form": TextForm(initial={"version": row.version}),
        "form": _head(row),
        **more,
    }


def _head(row: KeyPerson, data: Any = None) -> FileForm:
    workers = workers_near(row.resident.household.building.community_id, present=row.responsible_id)
    initial = {
        "kind": row.kind,
        "level": row.level,
        "responsible": row.responsible_id or "",
        "version": row.version,
    }
    return FileForm(data, initial=initial, workers=workers)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def new(request: HttpRequest, actor: Actor, resident_id: int) -> HttpResponse:
    """Open a file about a resident."""
    rows = Resident.objects.visible_to(actor).present().select_related("household__building")
    resident = rows.filter(pk=resident_id).first()
    if resident is None:
        raise NotFound()
    if not may(actor, resident.path, FILE_KEEPERS):
        raise Forbidden(_("Opening a file belongs to other roles"), roles=sorted(FILE_KEEPERS))
    workers = workers_near(resident.household.building.community_id)
    context = {"resident": resident, "household": resident.household}
    if request.method != "POST":
        form = FileForm(workers=workers)
        return render(request, "registers/file_form.html", {**context, "form": form})
    form = FileForm(request.POST, workers=workers)
    if not form.is_valid():
        return render(request, "registers/file_form.html", {**context, "form": form}, status=422)
    try:
        row, is_new = deeds.open_file(resident.pk, form.facts(), key=form.form_key, by=actor, at=now())
    except Problem as problem:
        return refused(request, "registers/file_form.html", form, problem, context)
    messages.success(
        request, _("Opened") if is_new else _("This form was sent before; nothing was done twice")
    )
    return redirect("registers:file", pk=row.pk)


def found(actor: Actor, pk: int) -> KeyPerson:
    """The file, if this person may see it. Raises NotFound."""
    rows = KeyPerson.objects.visible_to(actor, on=local(now()).date())
    row = rows.select_related("resident__household__building", "responsible").filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


@require_POST
@desk_page
def change(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Another level or another responsible worker."""
    row = found(actor, pk)
    form = _head(row, request.POST)
    return _done(
        request,
        actor,
        row,
        form,
        "form",
        lambda: deeds.change_file(pk, form.facts(), version=form.form_version, by=actor, at=now()),
    )


@require_POST
@desk_page
def note(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Add a note."""
    row, form = found(actor, pk), TextForm(request.POST)
    return _done(
        request,
        actor,
        row,
        form,
        "note_form",
        lambda: deeds.write_note(pk, text=form.cleaned_data["text"], key=form.form_key, by=actor, at=now()),
    )


@require_POST
@desk_page
def close(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Close the file."""
    row, form = found(actor, pk), TextForm(request.POST)
    return _done(
        request,
        actor,
        row,
        form,
        "close_form",
        lambda: deeds.close_file(
            pk, reason=form.cleaned_data["text"], version=form.form_version, by=actor, at=now()
        ),
        {"reason": "text"},
    )


@require_POST
@desk_page
def name_reader(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let somebody read this file."""
    row, form = found(actor, pk), ReaderForm(request.POST)

    def do() -> object:
        data = form.cleaned_data
        who = data["user"].strip()
        person = User.objects.filter(is_active=True, username=who).first()
        person = person or User.objects.filter(is_active=True, phone=who).first()
        return deeds.name_reader(
            pk,
            user_id=person.pk if person else 0,
            reason=data["reason"],
            until=data["until"],
            by=actor,
            at=now(),
        )

    return _done(request, actor, row, form, "reader_form", do)


@require_POST
@desk_page
def drop_reader(request: HttpRequest, actor: Actor, pk: int, user_id: int) -> HttpResponse:
    """The person may read the file no longer."""
    deeds.drop_reader(pk, user_id=user_id, by=actor, at=now())
    messages.success(request, _("Saved"))
    return redirect("registers:file", pk=pk)


def _done(
    request: HttpRequest,
    actor: Actor,
    row: KeyPerson,
    form: KeyForm,
    name: str,
    do: Any,
    names: Any = None,
) -> HttpResponse:
    """Do it and go back to the file, or show the file with what is wrong in that one form."""
    if not form.is_valid():
        return render(request, "registers/file.html", file_context(actor, row, **{name: form}), status=422)
    try:
        do()
    except Problem as problem:
        return refused_part(request, actor, row, form, name, problem, names)
    messages.success(request, _("Saved"))
    return redirect("registers:file", pk=row.pk)


def refused_part(
    request: HttpRequest,
    actor: Actor,
    row: KeyPerson,
    form: KeyForm,
    name: str,
    problem: Problem,
    names: Any,
) -> HttpResponse:
    """The file again; a stale edit says who was faster."""
    if name == "form":
        return refused(request, "registers/file.html", form, problem, file_context(actor, row), names)
    if problem.status not in {409, 422}:
        raise problem
    from registers.forms import put_problem

    put_problem(form, problem, names)
    shown = problem if problem.status == 409 else None
    context = file_context(actor, row, **{name: form, "problem": shown})
    return render(request, "registers/file.html", context, status=problem.status)
