"""What the pages of the registers share: filters, places in words, freshness, files for download."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from governance.accounts.models import User
from governance.foundation.clock import local
from governance.foundation.errors import Problem
from governance.foundation.naming import label_of
from grids.models import GridAssignment
from grids.territory import current as territory
from registers.forms import KeyForm, put_problem

SIZE = 50
MAX_WORDS = 60
NOWHERE = "unknown/"


@dataclass(frozen=True)
class Freshness:
    """How long ago a record was confirmed: a lamp and a date."""

    lamp: str
    on: date | None


def freshness_of(on: date | None, since: date) -> Freshness:
    """Green since the day `since`, amber before it, grey when it never was."""
    if on is None:
        return Freshness("grey", None)
    return Freshness("green" if on >= since else "amber", on)


def place_words(path: str, *, first: str = "community") -> str:
    """The names from level `first` down to the place."""
    chain = territory().chain(path)
    start = next((n for n, place in enumerate(chain) if place.level == first), len(chain) - 1)
    return " / ".join(label_of(place) for place in chain[max(start, 0) :])


def region_path(request: HttpRequest) -> str:
    """The path of `?region=` (a code); empty without one, a path that nothing has for an unknown one."""
    code = request.GET.get("region", "")
    if not code:
        return ""
    place = territory().by_code.get(code)
    return place.path if place else NOWHERE


def region_words(code: str) -> str:
    """The region of a code with what lies above it, as the picker shows it."""
    place = territory().by_code.get(code)
    return place_words(place.path, first="district") if place else ""


def words_of(request: HttpRequest, name: str = "q") -> str:
    """What was typed, cut to a sane length, without what the database cannot hold."""
    return request.GET.get(name, "").replace("\0", "").strip()[:MAX_WORDS]


def filter_context(request: HttpRequest, shown: Iterable[str]) -> dict[str, Any]:
    """What the filter bar needs: the region in words, whether anything is filtered, what to keep."""
    names = set(shown) | {"cursor", "region"}
    return {
        "region_shown": region_words(request.GET.get("region", "")),
        "is_filtered": any(value for key, value in request.GET.items() if key != "cursor"),
        "kept": [
            (key, value) for key in request.GET if key not in names for value in request.GET.getlist(key)
        ],
    }


def workers_near(community_id: int | None, *, present: int | None = None) -> "QuerySet[User]":
    """Who holds a post in a grid of the community now, and whoever is responsible at `present`."""
    posted = GridAssignment.objects.filter(ends_on=None, post__grid__community_id=community_id or 0)
    rows = User.objects.filter(Q(is_active=True, pk__in=posted.values("user_id")) | Q(pk=present or 0))
    return rows.order_by("name", "pk")


def csv_answer(lines: Iterator[str], name: str, at: datetime) -> StreamingHttpResponse:
    """A file for download that no cache keeps."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{local(at):%Y%m%d-%H%M}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def refused(
    request: HttpRequest,
    template: str,
    form: KeyForm,
    problem: Problem,
    context: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The form again, with everything that was typed and what is wrong with it.

    What is not about the form (forbidden, not found) goes on to the page of the problem.
    """
    if problem.status not in {400, 409, 422}:
        raise problem
    put_problem(form, problem, names)
    shown = problem if problem.status == 409 else None
    return render(request, template, {**context, "form": form, "problem": shown}, status=problem.status)
