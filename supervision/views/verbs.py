"""One verb of a task, an appeal, an instruction, an inspection, a bulletin, a warning: a short form of its needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import TextInput
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict
from governance.foundation.state_machine import Verb
from incidents.forms import VerbForm
from supervision import performing
from supervision.models import SupervisionTask
from supervision.names import Kind
from supervision.performing import Machine
from supervision.views.dialogs import Dialog, answer, serve
from supervision.views.doors import (
    visible_appeal,
    visible_bulletin,
    visible_inspection,
    visible_instruction,
    visible_task,
)
from supervision.views.recurrences import visible_recurrence


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where the verbs of one machine are done."""

    machine: Machine
    find: Callable[[Actor, str], Any]
    page: str


TASK = Desk(machine=performing.TASK, find=visible_task, page="supervision:task")
APPEAL = Desk(machine=performing.APPEAL, find=visible_appeal, page="supervision:appeal")
INSTRUCTION = Desk(machine=performing.INSTRUCTION, find=visible_instruction, page="supervision:instruction")
INSPECTION = Desk(machine=performing.INSPECTION, find=visible_inspection, page="supervision:inspection")
BULLETIN = Desk(machine=performing.BULLETIN, find=visible_bulletin, page="supervision:bulletin")
RECURRENCE = Desk(machine=performing.RECURRENCE, find=visible_recurrence, page="supervision:recurrence")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def task_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a task."""
    return run(request, actor, TASK, number, name)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def appeal_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of an appeal."""
    return run(request, actor, APPEAL, number, name)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def instruction_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of an instruction."""
    return run(request, actor, INSTRUCTION, number, name)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def inspection_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of an inspection."""
    return run(request, actor, INSPECTION, number, name)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def bulletin_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a bulletin."""
    return run(request, actor, BULLETIN, number, name)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def recurrence_verb(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponse:
    """A verb of a recurrence warning."""
    return run(request, actor, RECURRENCE, number, name)


def run(request: HttpRequest, actor: Actor, desk: Desk, number: str, name: str) -> HttpResponse:
    """The dialog of a verb that may be done now; 409 where the state forbids it, 403 where the person may not."""
    row = desk.find(actor, number)
    verb, room = desk.machine.verb(name), desk.machine.room
    dialog = dialog_of(desk, row, verb, actor)
    if request.method != "POST":
        try:
            room.table.check(name, row.state)
        except Conflict as problem:
            return answer(request, actor, dialog, dialog.make(None), status=409, problem=problem)
        room.rule(verb, row, actor)
    return serve(request, actor, dialog)


def dialog_of(desk: Desk, row: Any, verb: Verb, actor: Actor) -> Dialog:
    """The form made from the verb's needs; what the row holds already stands in it."""
    back = reverse(desk.page, args=[row.number])

    def make(data: Any) -> VerbForm:
        form = VerbForm(verb, data, initial=initial_of(verb, row))
        if person := form.fields.get("person"):
            person.widget = TextInput(attrs={"maxlength": "60"})
        return form

    def do(data: dict[str, Any]) -> tuple[str, str]:
        desk.machine.perform(verb.name, row.pk, by=actor, at=now(), data=data, version=data.get("version"))
        return back, pgettext("supervision", "%(verb)s: done, %(number)s") % {
            "verb": verb.label,
            "number": row.number,
        }

    return Dialog(
        title=f"{verb.label} · {row.number}",
        url=reverse(f"{desk.page}-verb", args=[row.number, verb.name]),
        back=back,
        verb=str(verb.label),
        make=make,
        deed=do,
        note=str(verb.guard),
        is_grave=verb.dangerous,
        needs_files=needs_files(verb, row),
        path=getattr(row, "region_path", ""),
    )


def initial_of(verb: Verb, row: Any) -> dict[str, Any]:
    """What the form starts with."""
    found: dict[str, Any] = {"version": row.version}
    for need in verb.needs:
        if need.name == "unit":
            found["unit"] = row.unit_id
        elif need.name in {"demands", "plan", "person", "opening", "measure"}:
            found[need.name] = getattr(row, need.name, "")
    return found


def needs_files(verb: Verb, row: Any) -> bool:
    """Whether the form says that proof is required."""
    if not isinstance(row, SupervisionTask):
        return False
    if verb.name == "submit":
        return row.kind != Kind.URGE
    return verb.name == "accept" and row.object_kind == "grid"
