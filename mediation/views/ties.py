"""The own declared relations of whoever mediates: read, declared and taken back by that person alone."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, Forbidden
from mediation import declaring
from mediation.entry import PHONE
from mediation.forms import words
from mediation.models import TieKind
from mediation.rules import must_read
from mediation.views.frames import frame_of


class TieForm(forms.Form):
    """To whom, and how."""

    kind = forms.ChoiceField(label=pgettext_lazy("mediators", "relation"), choices=TieKind.choices)
    name = words(pgettext_lazy("mediators", "name of the person or organisation"), 60)
    identity_number = words(
        pgettext_lazy("party", "identity number"),
        20,
        required=False,
        help_text=pgettext_lazy("party", "Of an organisation its credit code"),
    )
    phone = forms.RegexField(PHONE, label=pgettext_lazy("party", "phone"), required=False, max_length=30)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def ties(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What I have declared, and one more."""
    must_read(actor)
    at, form, status = now(), TieForm(request.POST or None), 200
    mine = declaring.mediators_of(actor, at)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = declaring.declare(by=actor, at=at, **form.cleaned_data)
            except (Conflict, Forbidden) as problem:
                form.add_error(None, str(problem.detail))
                status = problem.status
            else:
                messages.success(request, pgettext("mediators", "The relation has been declared"))
                if found:
                    said = pgettext("mediators", "Have another mediator named for: %(numbers)s")
                    numbers = "、".join(row.number for row in found)
                    messages.warning(request, said % {"numbers": numbers})
                return redirect("mediation:ties")
    context = {
        "tab": "ties",
        "mine": mine,
        "rows": declaring.declared(mine),
        "form": form,
        **frame_of(actor),
    }
    return render(request, "mediation/ties.html", context, status=status)


@require_POST
@desk_page
def untie(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Take one back."""
    declaring.withdraw(pk, by=actor, at=now())
    messages.success(request, pgettext("mediators", "The relation has been taken back"))
    return redirect("mediation:ties")
