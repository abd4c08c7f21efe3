"""Contributions of a year for the pay office: the page, the file, and the numbers that are entered beside them."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from assessment.pay import values
from assessment.pay.lines import lines_of, people
from assessment.pay.rules import may_enter, must_enter, must_read
from exports import tables
from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Invalid
from staffing import contributions
from staffing.querysets import narrowed

SIZE: Final = 100
MOST_LINES: Final = 20_000
YEARS: Final = 6


class ValueForm(forms.Form):
    """One number for one year, with where it comes from."""

    name = forms.ChoiceField(label=pgettext_lazy("pay", "What"))
    year = forms.IntegerField(label=pgettext_lazy("pay", "Year"), min_value=2000, max_value=2100)
    value = forms.DecimalField(
        label=pgettext_lazy("pay", "Value"), max_digits=10, decimal_places=2, min_value=-1000
    )
    basis = forms.CharField(label=pgettext_lazy("pay", "Basis"), max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        item = self.fields["name"]
        assert isinstance(item, forms.ChoiceField)
        item.choices = values.names()


def year_of(request: HttpRequest) -> int:
    """`?year=`, this year where none or nonsense was sent."""
    asked = request.GET.get("year", "")
    this = local(now()).year
    return int(asked) if asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= this else this


def _page(
    request: HttpRequest, actor: Actor, form: ValueForm | None = None, *, status: int = 200
) -> HttpResponse:
    paths = narrowed(must_read(actor), request.GET.get("place", ""))
    year, this_year = year_of(request), local(now()).year
    held = values.of_year(year)
    pages = Paginator(people(paths, year), SIZE)
    shown = pages.get_page(request.GET.get("page"))
    initial = {"year": year, "name": values.WAGE}
    context = {
        "tab": "pay",
        "may_see_pay": True,
        "may_see_surveys": True,
        "year": year,
        "years": range(this_year, this_year - YEARS, -1),
        "values": held,
        "heads": list(contributions.labels().values()),
        "worth": [held.points.get(code) for code in contributions.labels()],
        "lines": lines_of(list(shown), year, held),
        "page": shown,
        "query": request.GET.urlencode(),
        "place": request.GET.get("place", ""),
        "form": form or (ValueForm(initial=initial) if may_enter(actor) else None),
    }
    return render(request, "assessment/pay.html", context, status=status)


@require_safe
@desk_page
def contributions_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?year=`, `?place=`, `?page=`."""
    return _page(request, actor)


@require_POST
@desk_page
def value_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Enter a number."""
    must_enter(actor)
    form = ValueForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = values.enter(
                data["name"],
                year=data["year"],
                value=data["value"],
                basis=data["basis"],
                by=actor,
                at=now(),
            )
        except Invalid as problem:
            for name, texts in problem.fields.items():
                for text in texts:
                    form.add_error(name, str(text))
        else:
            messages.success(request, pgettext("pay", "Entered for %(year)s") % {"year": row.year})
            return redirect(f"{reverse('assessment:pay')}?year={row.year}")
    return _page(request, actor, form, status=422)


def heads() -> list[str]:
    """The columns of the file."""
    return [
        pgettext("pay", "Year"),
        pgettext("pay", "Person"),
        pgettext("pay", "Home unit"),
        *(str(label) for label in contributions.labels().values()),
        pgettext("pay", "Points"),
        pgettext("pay", "Local average wage, yuan a year"),
        pgettext("pay", "Basis"),
    ]


@require_safe
@desk_page
def file_page(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """`?format=` xlsx or csv, the rest as the page's. Who took it is written into the journal."""
    paths = narrowed(must_read(actor), request.GET.get("place", ""))
    tables.kind_of(request)
    year = year_of(request)
    held = values.of_year(year)
    wage: Sequence[tables.Value] = ("", "")
    if held.wage is not None:
        wage = (float(held.wage.value), held.wage.basis)
    found = lines_of(list(people(paths, year)[:MOST_LINES]), year, held)
    lines: list[list[tables.Value]] = [
        [
            year,
            line.user.name,
            line.user.unit.label if line.user.unit is not None else "",
            *(line.figures[code] for code in contributions.labels()),
            float(line.score) if line.score is not None else "–",
            *wage,
        ]
        for line in found
    ]
    file = tables.Table(
        name=f"contributions-{year}", title=pgettext("pay", "Contributions"), heads=heads(), lines=lines
    )
    details = {"year": year, "place": request.GET.get("place", "")[:15]}
    return tables.answer(request, file, by=actor, verb="contributions.exported", at=now(), details=details)
