"""The test bench: paste a document of theirs, see what it becomes under the draft and under the version in force."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adapters import plans, trying, versions
from adapters.access import must_keep, must_read
from adapters.fields import FIELDS
from adapters.forms import BenchForm
from adapters.models import Mapping, MappingSample, MappingVersion
from adapters.states import OPEN
from adapters.views.mappings import mapping_of
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid
from governance.foundation.naming import label_of
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def bench_page(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Nothing that is tried is stored, unless it is kept as a sample."""
    may_write = must_read(actor)
    mapping = mapping_of(code)
    form = (
        BenchForm(request.POST) if request.method == "POST" else BenchForm(initial=_initial(request, mapping))
    )
    context: dict[str, Any] = {"mapping": mapping, "form": form, "may_write": may_write, "name": ""}
    context |= {"samples": MappingSample.objects.filter(mapping=mapping)}
    if request.method != "POST" or not form.is_valid():
        status = 200 if request.method != "POST" else 422
        return render(request, "adapters/bench.html", context, status=status)
    pair = _versions(mapping)
    sent = form.cleaned_data["document"]
    if "keep" in request.POST and pair:
        must_keep(actor)
        name = context["name"] = request.POST.get("name", "")[:80]
        try:
            versions.keep_sample(pair[0].pk, name=name, document=sent, by=actor, at=now())
        except Invalid as problem:
            form.add_error(None, " ".join(str(text) for texts in problem.fields.values() for text in texts))
        else:
            messages.success(request, _("The sample %(name)s was kept") % {"name": name})
            return redirect("adapters:mapping", code)
    context |= {"versions": pair, "results": _results(mapping, pair, sent), "tried": True}
    return render(request, "adapters/bench.html", context)


def _initial(request: HttpRequest, mapping: Mapping) -> dict[str, str]:
    name = request.GET.get("sample", "")
    row = MappingSample.objects.filter(mapping=mapping, name=name).first() if name else None
    return {"document": json.dumps(row.document, ensure_ascii=False, indent=2)} if row else {}


def _versions(mapping: Mapping) -> list[MappingVersion]:
    """The one that is worked on and the one in force, as far as there are such."""
    rows = mapping.versions.filter(state__in=sorted(OPEN)).first(), plans.in_force(mapping.pk, now())
    return [row for row in rows if row is not None]


def _results(mapping: Mapping, pair: list[MappingVersion], sent: Any) -> list[dict[str, Any]]:
    """For each report of the document: the fields side by side, and what each version makes of it."""
    at = now()
    columns = [trying.trials(version, mapping.client, sent, at=at) for version in pair]
    found = []
    for place in range(max((len(column) for column in columns), default=0)):
        trials = [column[place] for column in columns if place < len(column)]
        other = trials[1].mapped if len(trials) > 1 else None
        found.append(
            {
                "index": place,
                "fields": [(row, FIELDS[row.name].label) for row in trying.compared(trials[0].mapped, other)],
                "outcomes": [(trial, ticket_words(trial.ticket)) for trial in trials],
                "has_other": other is not None,
            }
        )
    return found


def ticket_words(ticket: Ticket | None) -> dict[str, Any] | None:
    """The ticket that would be made, in words."""
    if ticket is None:
        return None
    land = territory()
    return {
        "title": ticket.title,
        "category": f"{ticket.category.code} {label_of(ticket.category)}",
        "urgency": ticket.get_urgency_display(),
        "places": " / ".join(label_of(place) for place in land.chain(ticket.region_path)),
        "is_outside": ticket.is_outside_grids,
        "holder": label_of(land.units[ticket.holder_id]) if ticket.holder_id in land.units else "",
        "accept_by": ticket.next_due_at,
        "due_at": ticket.due_at or ticket.external_due_at,
        "limit": catalogue().by_code[ticket.category.code],
    }
