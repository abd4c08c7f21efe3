"""Noting a household visit on the household's card, and the rate of visits by place and worker."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.naming import label_of
from registers.deeds import visiting
from registers.deeds.visiting import VisitFacts
from registers.forms import VisitForm
from registers.roles import READERS
from registers.rules import may_anywhere
from registers.views.households import NOBODY, visible
from registers.views.links import done
from registers.views.looking import below, place_asked, touches
from registers.visiting import MOST_WORKERS, visit_report


@require_POST
@desk_page
def add(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One visit."""
    row, form = visible(actor, pk), VisitForm(request.POST)

    def do() -> object:
        data = form.cleaned_data
        facts = VisitFacts(on=data["on"], purpose=data["purpose"], was_met=data["was_met"], note=data["note"])
        return visiting.note_visit(pk, facts, key=form.form_key, by=actor, at=now())

    return done(request, actor, row, form, {"visit_form": form}, do)


@require_safe
@desk_page
def rate_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Visited in time, below one place: by place and by worker. Every number opens its list, for those who may."""
    place, paths = place_asked(request, actor)
    found = visit_report(actor, path=place.path, on=local(now()).date())
    lines = [line for line in found.lines if touches(line.place.path, paths)]
    context = {
        **below(place, paths),
        "whole": found.whole,
        "whole_url": _list_url(region=place.code),
        "lines": [
            (line.place, label_of(line.place), _list_url(region=line.place.code), line.tally)
            for line in lines
        ],
        "workers": [
            (worker.name if worker else "", _list_url(region=place.code, responsible=key), tally)
            for worker, tally in found.workers
            for key in (worker.pk if worker else NOBODY,)
        ],
        "is_cut": found.worker_count > MOST_WORKERS,
        "most": MOST_WORKERS,
        "days": found.days,
        "may": may_anywhere(actor, READERS),
    }
    return render(request, "registers/visits.html", context)


def _list_url(**query: object) -> str:
    """The list of households that a number counts; more can be asked for behind it."""
    return f"{reverse('registers:households')}?{urlencode(query)}"
