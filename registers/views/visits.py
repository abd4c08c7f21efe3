"""Noting a household visit on the household's card."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from registers.deeds import visiting
from registers.deeds.visiting import VisitFacts
from registers.forms import VisitForm
from registers.views.households import visible
from registers.views.links import done


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
