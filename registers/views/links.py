"""Party members who look after a household, and what they talked about."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import NotFound, Problem
from registers.deeds import households as deeds
from registers.forms import ContactForm, KeyForm, LinkForm, put_problem
from registers.models import Household, HouseholdLink
from registers.views.households import card_context, visible


@require_POST
@desk_page
def begin(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """A party member begins to look after the household."""
    row, form = visible(actor, pk), LinkForm(request.POST)

    def do() -> object:
        data = form.cleaned_data
        return deeds.link_member(
            pk, name=data["member_name"], phone=data["member_phone"], key=form.form_key, by=actor, at=now()
        )

    return done(request, actor, row, form, {"link_form": form}, do)


@require_POST
@desk_page
def end(request: HttpRequest, actor: Actor, link_id: int) -> HttpResponse:
    """The party member looks after the household no longer."""
    link = deeds.end_link(link_id, by=actor, at=now())
    messages.success(request, _("Saved"))
    return redirect("registers:household", pk=link.household_id)


@require_POST
@desk_page
def contact(request: HttpRequest, actor: Actor, link_id: int) -> HttpResponse:
    """One contact with the household."""
    link = HouseholdLink.objects.visible_to(actor).filter(pk=link_id).first()
    if link is None:
        raise NotFound()
    form = ContactForm(request.POST)

    def do() -> object:
        data = form.cleaned_data
        return deeds.note_contact(
            link_id, on=data["on"], note=data["note"], key=form.form_key, by=actor, at=now()
        )

    more = {"contact_form": form, "contact_link": link_id}
    return done(request, actor, visible(actor, link.household_id), form, more, do)


def done(
    request: HttpRequest, actor: Actor, row: Household, form: KeyForm, more: dict[str, Any], do: Any
) -> HttpResponse:
    """Do it and go back to the card, or show the card with what is wrong in that one form."""
    status = 422
    if form.is_valid():
        try:
            do()
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            put_problem(form, problem)
            status = problem.status
        else:
            messages.success(request, _("Saved"))
            return redirect("registers:household", pk=row.pk)
    return render(request, "registers/household.html", card_context(actor, row, **more), status=status)
