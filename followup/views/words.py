"""What the centre keeps as data: scripts, words of messages, sampling rates; each in versions."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from followup import wording
from followup.composing import WORDS, template_of
from followup.forms import RateForm, ScriptForm, TemplateForm
from followup.models import CallScript, MessageKind, MessageTemplate, SampleRate
from followup.rules import CENTRE, KEEPERS, has, must
from followup.sampling import shipped
from followup.states import SAMPLED
from followup.views.dialogs import Dialog, posted
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import NotFound
from incidents.catalogue import current as catalogue
from incidents.states import DemandType

MOST_OLD = 200


@require_safe
@desk_page
def words_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything that is in force, with its version."""
    must(CENTRE, actor)
    at = now()
    versions = dict(MessageTemplate.objects.order_by("version").values_list("kind", "version"))
    templates = [
        (kind, label, template_of(kind, at=at), versions.get(kind, 0)) for kind, label in MessageKind.choices
    ]
    context = {
        "scripts": [(script, script_words(script)) for script in wording.scripts()],
        "templates": templates,
        "rates": rates(),
        "shipped_rates": [(kind.label, shipped("sampling")[kind.value]) for kind in SAMPLED],
        "older": CallScript.objects.order_by("-valid_from")[:MOST_OLD],
        "may_write": has(KEEPERS, actor),
        "today": local(at).date(),
    }
    return render(request, "followup/words.html", context)


def script_words(script: wording.Script) -> str:
    """Which calls a script is for."""
    parts = []
    if script.demand_type:
        parts.append(str(DemandType(script.demand_type).label))
    if script.category_prefix:
        parts.append(matter_words(script.category_prefix))
    return " · ".join(parts) or pgettext("call script", "Every demand")


def matter_words(prefix: str) -> str:
    """A class or matter by name."""
    category = catalogue().by_code.get(prefix)
    return f"{prefix} {category.label}" if category else prefix


def rates() -> list[tuple[SampleRate, str]]:
    """The rates, newest first."""
    rows = SampleRate.objects.select_related("written_by").order_by("-valid_from", "kind", "category_prefix")
    every = pgettext("sampling", "Every matter")
    return [
        (row, matter_words(row.category_prefix) if row.category_prefix else every) for row in rows[:MOST_OLD]
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def script(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The next version of a script; `?demand=` and `?category=` begin with the one in force."""
    must(KEEPERS, actor)

    def deed(data: Mapping[str, Any]) -> str:
        row = wording.write_script(**data, by=actor, at=now())
        return _("Version %(n)d is in force") % {"n": row.version}

    initial = begin_script(request.GET.get("demand", ""), request.GET.get("category", ""))
    return Dialog(
        request=request,
        title=pgettext("call script", "Script of a call"),
        verb=pgettext("call script", "Put into force"),
        back=reverse("followup:words"),
        form=ScriptForm(posted(request), initial=initial),
        deed=deed,
        note=_("A new version counts from now on. What was asked before stays on record as it was."),
    ).serve()


def begin_script(demand: str, category: str) -> dict[str, Any]:
    """What the form starts with."""
    found = next(
        (
            item
            for item in wording.scripts()
            if (item.demand_type, item.category_prefix) == (demand, category)
        ),
        None,
    )
    if found is None:
        return {}
    same = ("name", "demand_type", "category_prefix", "greeting", "closing")
    kept = {name: getattr(found, name) for name in same}
    return {**kept, "questions": wording.question_lines(found.questions)}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def template(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """The next version of a message."""
    must(KEEPERS, actor)
    if kind not in MessageKind.values:
        raise NotFound()

    def deed(data: Mapping[str, Any]) -> str:
        row = wording.write_template(kind, data["text"], by=actor, at=now())
        return _("Version %(n)d is in force") % {"n": row.version}

    known = "  ".join(f"{{{name}}}" for name in WORDS)
    return Dialog(
        request=request,
        title=str(MessageKind(kind).label),
        verb=pgettext("call script", "Put into force"),
        back=reverse("followup:words"),
        form=TemplateForm(posted(request), initial={"text": template_of(kind, at=now())}),
        deed=deed,
        note=_("These stand for the facts of the ticket: %(words)s") % {"words": known},
    ).serve()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def rate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A sampling rate from a day on."""
    must(KEEPERS, actor)

    def deed(data: Mapping[str, Any]) -> str:
        row = wording.write_rate(**data, by=actor, at=now())
        return _("From %(day)s on: %(percent)s %%") % {"day": row.valid_from, "percent": row.percent}

    return Dialog(
        request=request,
        title=pgettext("sampling", "Sampling rate"),
        verb=pgettext("sampling", "Set"),
        back=reverse("followup:words"),
        form=RateForm(posted(request), initial={"valid_from": local(now()).date()}),
        deed=deed,
        note=_("Tickets are drawn by their number, so the same ones whoever asks."),
    ).serve()
