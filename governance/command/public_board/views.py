"""The public page of figures and its document, without an account; and the page on which they are switched on."""

import time
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from followup.views.dialogs import Dialog, posted
from governance.accounts.actors import Actor
from governance.command.public_board.setting import (
    GREATEST_LEAST,
    KEY,
    LEAST,
    SMALLEST_LEAST,
    Setting,
    current,
    must_set,
    offered,
    read,
    set_up,
)
from governance.command.public_board.table import months, table
from governance.exchange.doors import desk_page, problem_json
from governance.exchange.edges import address_of
from governance.foundation.api.throttling import BUCKETS, SHARED
from governance.foundation.clock import now
from governance.foundation.errors import NotFound, Problem, TooMany
from incidents.models import Policy

PER_MINUTE: Final = 60
KEPT_BY_ALL: Final = "public, max-age=300"
MOST_CHANGES: Final = 20


def public(answer: Callable[[HttpRequest], HttpResponse], refuse: Callable[..., HttpResponse]) -> Any:
    """For everybody at a limited rate; a refusal in the same form."""

    @require_safe
    @wraps(answer)
    def opened(request: HttpRequest) -> HttpResponse:
        try:
            _must_pass(request)
            response = answer(request)
            response.headers["Cache-Control"] = KEPT_BY_ALL
        except Problem as problem:
            response = refuse(request, problem)
            response.headers["Cache-Control"] = "no-store"
            if "retry_after" in problem.extra:
                response.headers["Retry-After"] = str(problem.extra["retry_after"])
        return response

    return opened


def _must_pass(request: HttpRequest) -> None:
    caller, moment = f"b{address_of(request)}", time.monotonic()
    rate = SHARED.take(caller, PER_MINUTE, moment) or BUCKETS.take(caller, PER_MINUTE, moment)
    if rate.wait:
        raise TooMany(
            pgettext("public board", "Too many requests. Please come again in a minute."),
            retry_after=max(1, round(rate.wait)),
        )


def _document(request: HttpRequest) -> tuple[dict[str, Any], list[date]]:
    """The month that is asked for, else the latest. Raises NotFound while nothing is public."""
    setting, at = current(), now()
    if not setting.is_open:
        raise NotFound(pgettext("public board", "The city does not show figures here"))
    there = months(at)
    wanted = request.GET.get("month", "")
    found = next((month for month in there if f"{month:%Y-%m}" == wanted), None)
    if wanted and found is None:
        raise NotFound(pgettext("public board", "There are figures of the last twelve months that are over"))
    return table(setting, found or there[0], at=at), there


def _page(request: HttpRequest) -> HttpResponse:
    """`?month=2026-10`."""
    found, there = _document(request)
    names = list(
        dict.fromkeys(row["name"] for one in (found["accepted"], *found["rates"]) for row in one["places"])
    )
    cells = [
        (
            name,
            next((row for row in found["accepted"]["places"] if row["name"] == name), None),
            [next((row for row in one["places"] if row["name"] == name), None) for one in found["rates"]],
        )
        for name in names
    ]
    most = max((row["count"] or 0 for row in found["classes"]), default=0)
    context = {"found": found, "months": there, "cells": cells, "most": most}
    return render(request, "command/public_board/page.html", context)


def _json(request: HttpRequest) -> HttpResponse:
    """The same as a document; programs in browsers may read it."""
    answer = JsonResponse(_document(request)[0], json_dumps_params={"ensure_ascii": False})
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    return render(request, "command/public_board/refused.html", {"problem": problem}, status=problem.status)


page = public(_page, _refused)
as_json = public(_json, lambda _request, problem: problem_json(problem))


class SettingForm(forms.Form):
    """What is public. Shape only."""

    is_open = forms.BooleanField(label=pgettext_lazy("public board", "Figures are public"), required=False)
    codes = forms.MultipleChoiceField(
        label=pgettext_lazy("public board", "Indicators (at most 8)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    has_classes = forms.BooleanField(
        label=pgettext_lazy("public board", "With matters by class"), required=False
    )
    least = forms.IntegerField(
        label=pgettext_lazy("public board", "Smallest count that is shown"),
        min_value=SMALLEST_LEAST,
        max_value=GREATEST_LEAST,
        initial=LEAST,
    )
    reason = forms.CharField(label=pgettext_lazy("public board", "Reason"), max_length=200)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = choices  # type: ignore[attr-defined]  # a field of choices


@require_safe
@desk_page
def setting_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is public now, and what has been changed by whom."""
    must_set(actor)
    at, setting = now(), current()
    names = {row.code: row.label for row in offered(at)}
    rows = Policy.objects.filter(key=KEY).order_by("-valid_from")[:MOST_CHANGES]
    context = {
        "setting": setting,
        "names": [names.get(code, code) for code in setting.codes],
        "changes": [(row, read(row.value)) for row in rows],
        "public_url": request.build_absolute_uri(reverse("public-figures:page")),
    }
    return render(request, "command/public_board/setting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def setting_change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new value, with a reason."""
    must_set(actor)
    at, known = now(), current()
    choices = [(row.code, f"{row.code} {row.label}") for row in offered(at)]
    form = SettingForm(posted(request), initial=_initial(known), choices=choices)

    def deed(data: Any) -> str:
        set_up(**data, by=actor, at=now())
        return pgettext("public board", "The public figures were set")

    return Dialog(
        request=request,
        title=pgettext("public board", "Public figures"),
        verb=pgettext("public board", "Set"),
        back=reverse("command:public-board"),
        form=form,
        deed=deed,
        note=pgettext(
            "public board", "Everybody can see them without an account, and copies cannot be called back."
        ),
    ).serve()


def _initial(known: Setting) -> dict[str, Any]:
    return {
        "is_open": known.is_open,
        "codes": list(known.codes),
        "least": known.least,
        "has_classes": known.has_classes,
    }
