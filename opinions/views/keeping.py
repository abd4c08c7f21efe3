"""The pages of those who keep the rules of online opinion: limits with their days, and holders of the post."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from grids.territory import current as territory
from opinions import keeping
from opinions.forms import EndForm, HolderForm, LimitForm, limit_words, put_errors
from opinions.keeping import STAGES, Holder, NewLimit
from opinions.limits import shipped
from opinions.models import OpinionLimit, OpinionPost
from opinions.views.desk import place_words

FORM = "opinions/keeping_form.html"


def lines_of(today: date) -> list[dict[str, Any]]:
    """Every limit: the one in force, the next one, and those before: one statement."""
    rows: dict[tuple[str, str], list[OpinionLimit]] = {key: [] for key in STAGES}
    for row in OpinionLimit.objects.order_by("-valid_from"):
        rows[row.stage, row.level].append(row)
    found = []
    for (stage, level), some in rows.items():
        begun = [row for row in some if row.valid_from <= today]
        present = begun[0] if begun else None
        amount, unit, clock = shipped()[stage][level]
        found.append(
            {
                "stage": stage,
                "level": level,
                "stage_words": OpinionLimit.Stage(stage).label,
                "level_words": keeping.level_words(level),
                "words": limit_words(present.amount, present.unit, present.clock)
                if present is not None
                else limit_words(amount, unit, clock),
                "since": present.valid_from if present is not None else None,
                "coming": [
                    (row.valid_from, limit_words(row.amount, row.unit, row.clock))
                    for row in some
                    if row.valid_from > today
                ],
                "url": reverse("opinions:limit-new", args=[stage, level or "all"]),
            }
        )
    return found


@require_safe
@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Limits for the whole city, holders of the post of the places that one keeps."""
    keeping.must_keep(actor)
    today = local(now()).date()
    inside = Q(pk__in=[])
    for path in keeping.keeps_posts(actor):
        inside |= Q(region_path__startswith=path)
    rows = OpinionPost.objects.filter(inside).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    context = {
        "tab": "rules",
        "limits": lines_of(today),
        "may_set": keeping.keeps_limits(actor),
        "posts": [
            (row, place_words(row.region_path), row.starts_on > today)
            for row in rows.select_related("user__unit").order_by("region_path", "starts_on", "pk")
        ],
    }
    return render(request, "opinions/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def limit_new(request: HttpRequest, actor: Actor, stage: str, level: str) -> HttpResponseBase:
    """A new limit of a stage at a level (`all` for the limit to assess), from a day on, with a reason."""
    key = (stage, "" if level == "all" else level)
    if key not in STAGES:
        raise NotFound()
    if not keeping.keeps_limits(actor):
        keeping.must_keep(actor)
        raise Forbidden(
            pgettext("opinions", "Limits hold for the whole city: its own oversight officers set them")
        )
    at = now()
    line = next(item for item in lines_of(local(at).date()) if (item["stage"], item["level"]) == key)
    amount, unit, clock = shipped()[key[0]][key[1]]
    start = {"amount": amount, "unit": unit, "clock": clock, "valid_from": local(at).date()}

    def do(data: dict[str, Any]) -> str:
        keeping.set_limit(NewLimit(stage=key[0], level=key[1], **data), by=actor, at=at)
        return pgettext("opinions", "The limit is stored")

    title = f"{line['stage_words']} · {line['level_words']}"
    return serve(request, title, lambda data: LimitForm(data, initial=start), do)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def post_new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Somebody for the post of online opinion of a region."""
    keeping.must_keep(actor)
    at = now()

    def do(data: dict[str, Any]) -> str:
        row = keeping.name_holder(Holder(**data), by=actor, at=at)
        return pgettext("opinions", "%(name)s is named for the post") % {"name": row.user.name}

    title = pgettext("opinions", "Name somebody for the post of online opinion")
    return serve(request, title, lambda data: HolderForm(data, initial={"starts_on": local(at).date()}), do)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def post_end(request: HttpRequest, actor: Actor, pk: int) -> HttpResponseBase:
    """The last day of a holder."""
    keeping.must_keep(actor)
    at = now()
    row = OpinionPost.objects.select_related("user").filter(pk=pk).first()
    if row is None or not row.region_path.startswith(keeping.keeps_posts(actor)):
        raise NotFound()

    def do(data: dict[str, Any]) -> str:
        keeping.end_post(pk, last=data["ends_on"], by=actor, at=at)
        return pgettext("opinions", "The last day is stored")

    title = f"{row.user.name} · {place_words(row.region_path)}"
    return serve(request, title, lambda data: EndForm(data, initial={"ends_on": local(at).date()}), do)


def serve(
    request: HttpRequest, title: str, make: Callable[[Any], Any], deed: Callable[[dict[str, Any]], str]
) -> HttpResponseBase:
    """GET: the form. POST: do it and go back, or show what is wrong with what was typed kept."""
    status, problem = 200, None
    form = make(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            if form.is_valid():
                messages.success(request, deed(form.cleaned_data))
                return redirect("opinions:rules")
            status = 422
        except Invalid as error:
            put_errors(form, error)
            status = 422
        except (Conflict, Forbidden) as error:
            status, problem = error.status, error
    place = territory().by_code.get(str(form["place"].value() or "")) if "place" in form.fields else None
    chosen = str(form["user"].value() or "") if "user" in form.fields else ""
    person = User.objects.filter(pk=int(chosen)).first() if chosen.isdigit() and len(chosen) < 18 else None
    context = {
        "tab": "rules",
        "title": title,
        "form": form,
        "problem": problem,
        "place_shown": place_words(place.path) if place is not None else "",
        "person_shown": person.name if person is not None else "",
    }
    return render(request, FORM, context, status=status)
