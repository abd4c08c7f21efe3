"""The one page part of this app that somebody posts to: a reporter's e-mail in full."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page, problem_words
from governance.foundation.clock import now
from governance.foundation.errors import Unprocessable
from governance.foundation.masking import mask_mail
from incidents.opening import visible_ticket
from open311 import disclosing

MAX_REASON = 500
PART = "open311-email"


@require_POST
@desk_page
def reveal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show it once, for a reason that goes into the journal."""
    ticket = visible_ticket(actor, number)
    context = {"name": PART, "url": request.path}
    try:
        reason = request.POST.get("reason", "")[:MAX_REASON]
        context["shown"] = disclosing.reveal(ticket, by=actor, at=now(), reason=reason)
    except Unprocessable as problem:
        masked = mask_mail(disclosing.report_of(ticket).email)
        context |= {"value": masked, "error": problem_words(problem)}
        return render(request, "parts/_masked.html", context, status=422)
    return render(request, "parts/_masked.html", context)
