"""Pages for citizens and outside units: no account, no script, nothing kept by the browser, the same words for every
wrong door.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from followup import answers, asking, links, progress, turnstile
from followup.forms import EvaluationForm, OutsideAnswerForm, QueryForm, SupplementForm
from followup.models import Purpose
from followup.views.dialogs import posted, put_errors
from governance.accounts.actors import Actor
from governance.exchange.edges import address_of, request_id_of
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, NotFound, Problem, TooLarge, UnsupportedMedia
from governance.foundation.masking import mask_phone
from incidents import evidence
from incidents.catalogue import current as catalogue

MOST_UPLOADS = 30
LONG_NUMBER = re.compile(r"\d[\d\- ]{5,}[\dXx]")
THANKS = {"evaluate", "supplement", "outside"}

Page = Callable[..., HttpResponseBase]


def citizen_page(page: Page) -> Page:
    """Never kept, never listed; a refusal is a page of the same kind."""

    @wraps(page)
    def opened(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        try:
            response = page(request, *args, **kwargs)
        except Problem as problem:
            response = refusal(request, problem)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return opened


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Why this page does not open, and what to do."""
    response = render(request, "followup/public/problem.html", {"problem": problem}, status=problem.status)
    if "retry_after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    return response


def actor_of(request: HttpRequest) -> Actor:
    """Whoever holds the link."""
    return links.citizen(address_of(request), request_id_of(request))


@sensitive_post_parameters("tail")
@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def query(request: HttpRequest) -> HttpResponseBase:
    """GET: the form. POST: how far the matter is."""
    if request.method != "POST":
        return render(request, "followup/public/query.html", {"form": QueryForm()})
    form = QueryForm(request.POST)
    if not form.is_valid():
        return render(request, "followup/public/query.html", {"form": form}, status=422)
    data, at = form.cleaned_data, now()
    try:
        found = asking.look_up(data["number"], data["tail"], address=address_of(request), at=at)
    except NotFound as problem:
        form.add_error(None, str(problem.detail))
        return render(request, "followup/public/query.html", {"form": form}, status=404)
    context = {
        "progress": progress.progress_of(found.ticket),
        "proof": asking.proof_of(found),
        "offers": asking.offers(found),
        "has_evaluated": asking.has_evaluated(found),
    }
    return render(request, "followup/public/progress.html", context)


@require_POST
@citizen_page
def go_on(request: HttpRequest) -> HttpResponseBase:
    """From the proved page to the reporter's own link."""
    found = asking.found_again(request.POST.get("proof", ""))
    purpose = request.POST.get("purpose", "")
    link = asking.link_for(found, purpose, by=actor_of(request), at=now())
    return redirect(links.path_of(link))


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def evaluate(request: HttpRequest, token: str) -> HttpResponseBase:
    """Is it solved, how satisfied: once for each link."""
    at = now()
    link = links.find(Purpose.EVALUATE, token, at=at)
    form = EvaluationForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            answers.evaluate(token, **form.cleaned_data, by=actor_of(request), at=at)
        except Invalid as problem:
            put_errors(form, problem)
        else:
            return redirect("citizen:thanks", "evaluate")
    return show(request, "evaluate", link.ticket, form)


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def supplement(request: HttpRequest, token: str) -> HttpResponseBase:
    """Words and up to three photos that the citizen adds."""
    at = now()
    link = links.find(Purpose.SUPPLEMENT, token, at=at)
    form = SupplementForm(posted(request))
    if request.method == "POST" and form.is_valid():
        by = actor_of(request)
        try:
            photos = photos_of(request, link.pk, by)
            answers.add(token, words=form.cleaned_data["words"], photos=photos, by=by, at=at)
        except (Invalid, TooLarge, UnsupportedMedia) as problem:
            tell(form, problem)
        else:
            return redirect("citizen:thanks", "supplement")
    return show(request, "supplement", link.ticket, form, asked=link.task, most=most_photos())


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def outside(request: HttpRequest, token: str) -> HttpResponseBase:
    """The task of an outside unit, without names and numbers, and its answer."""
    at = now()
    link = links.find(Purpose.OUTSIDE, token, at=at)
    by, form = actor_of(request), OutsideAnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            photos = photos_of(request, link.pk, by)
            answers.answer(token, **form.cleaned_data, photos=photos, by=by, at=at)
        except (Invalid, TooLarge, UnsupportedMedia) as problem:
            tell(form, problem)
        else:
            return redirect("citizen:thanks", "outside")
    if request.method == "GET":
        links.note(link, "opened", by=by, at=at)
    ticket = link.ticket
    more = {
        "link": link,
        "content": without_numbers(ticket.content),
        "most": most_photos(),
        "until": link.expires_at,
    }
    return show(request, "outside", ticket, form, **more)


def show(request: HttpRequest, name: str, ticket: object, form: object, **more: object) -> HttpResponse:
    """A form of a link, with 422 when something is wrong with it."""
    status = 422 if getattr(form, "errors", None) else 200
    context = {"ticket": ticket, "form": form, **more}
    return render(request, f"followup/public/{name}.html", context, status=status)


@require_safe
@citizen_page
def thanks(request: HttpRequest, what: str) -> HttpResponseBase:
    """It has been stored."""
    if what not in THANKS:
        raise NotFound()
    return render(request, "followup/public/thanks.html", {"what": what})


def photos_of(request: HttpRequest, link_id: int, by: Actor) -> list[UUID]:
    """Take the pictures in, unbound. Raises Invalid, TooLarge, UnsupportedMedia, TooMany."""
    files = request.FILES.getlist("photos")
    if len(files) > most_photos():
        raise Invalid(fields={"photos": [_("At most %(limit)d photos") % {"limit": most_photos()}]})
    found, at = [], now()
    for file in files:
        turnstile.must_pass("upload", str(link_id), MOST_UPLOADS, at=at)
        row = evidence.receive(cast(BinaryIO, file), name=file.name or "", size=file.size or 0, by=by, at=at)
        if not row.is_image:
            raise Invalid(fields={"photos": [_("Only photos can be added here: JPEG, PNG or WebP")]})
        found.append(row.pk)
    return found


def most_photos() -> int:
    """How many photos go with an answer."""
    return int(catalogue().policy("link.most_photos"))


def tell(form: "SupplementForm | OutsideAnswerForm", problem: Problem) -> None:
    """Say in the form what is wrong with it or its photos."""
    if isinstance(problem, Invalid):
        put_errors(form, problem)
    else:
        form.add_error(None, str(problem.detail))


def without_numbers(text: str) -> str:
    """The words of a matter without phone and identity numbers."""
    return LONG_NUMBER.sub(lambda found: mask_phone(found.group(0)), text)
