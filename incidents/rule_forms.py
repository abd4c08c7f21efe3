"""The form of a routing rule: shape only."""

import hashlib
import json
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit, Tier
from governance.foundation.errors import Invalid
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.directing import RuleDraft
from incidents.models import RoutingRule
from incidents.states import Urgency
from mandates.forms import day, lines, places, prose, region_of

WEEKDAYS = (
    (1, pgettext_lazy("weekday", "Mon")),
    (2, pgettext_lazy("weekday", "Tue")),
    (3, pgettext_lazy("weekday", "Wed")),
    (4, pgettext_lazy("weekday", "Thu")),
    (5, pgettext_lazy("weekday", "Fri")),
    (6, pgettext_lazy("weekday", "Sat")),
    (7, pgettext_lazy("weekday", "Sun")),
)


def ticks(label: Any, choices: Any = ()) -> forms.MultipleChoiceField:
    """Several of a few."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def clock(label: Any) -> forms.TimeField:
    """A time of day."""
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class RuleForm(forms.Form):
    """What a rule says. `tried` is the mark of what was tried on past tickets; only that may be stored."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    tried = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(label=_("name"), max_length=120)
    category_prefix = forms.CharField(
        label=_("Matter or class"), max_length=6, required=False, widget=forms.HiddenInput
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    weekdays = ticks(pgettext_lazy("routing rule", "On weekdays"), WEEKDAYS)
    time_from = clock(pgettext_lazy("routing rule", "From o'clock"))
    time_to = clock(pgettext_lazy("routing rule", "Until o'clock"))
    sources = ticks(_("Source"))
    urgencies = ticks(_("Urgency"), Urgency.choices)
    keywords = forms.CharField(
        label=_("Keywords"),
        required=False,
        max_length=400,
        help_text=_("Separated by spaces or commas; looked for in title and description"),
    )
    keyword_mode = forms.ChoiceField(
        label=_("Of the keywords"), choices=RoutingRule.Mode.choices, widget=forms.RadioSelect, initial="any"
    )
    unit = forms.IntegerField(label=_("Lead unit"), required=False, widget=forms.HiddenInput)
    line = forms.ChoiceField(label=_("Or the department line"), required=False)
    tier = forms.ChoiceField(label=_("At the tier"), required=False)
    co_handlers = ticks(_("Co-handlers"))
    starts_on = day(_("first day"))
    ends_on = day(_("last day"), required=False)
    reason = prose(_("Reason of the rule"), required=False, max_length=400)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        nothing = [("", pgettext_lazy("routing rule", "No restriction"))]
        none = [("", "—")]
        self._choose("region", [*nothing, *places("city", "district", "town", "community")])
        self._choose("sources", [(row.code, row.label) for row in catalogue().sources.values()])
        self._choose("line", [*none, *lines()])
        self._choose("tier", [*none, *Tier.choices])
        self._choose("co_handlers", self._helpers())

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _helpers(self) -> list[tuple[str, str]]:
        """Departments of city and districts; the ones named already stay among them."""
        kept = self.initial.get("co_handlers", ()) if not self.is_bound else ()
        found = [
            unit
            for unit in territory().units.values()
            if unit.code in kept or (unit.line and unit.line != "CMD" and unit.tier in {"city", "district"})
        ]
        return [(unit.code, unit.label) for unit in sorted(found, key=lambda unit: unit.code)[:60]]

    def draft(self) -> RuleDraft:
        """The rule as the directory takes it. Raises Invalid for an unknown unit or region."""
        data = self.cleaned_data
        unit = None
        if data["unit"] is not None:
            unit = OrgUnit.objects.filter(pk=data["unit"], is_active=True).first()
            if unit is None:
                raise Invalid(fields={"unit": [_("Unknown unit")]})
        words = data["keywords"].replace("，", " ").replace(",", " ").replace("、", " ").split()
        names = ("name", "time_from", "time_to", "sources", "urgencies", "keyword_mode", "line", "tier")
        more = ("co_handlers", "starts_on", "ends_on", "reason", "category_prefix")
        return RuleDraft(
            **{name: data[name] for name in (*names, *more)},
            region=region_of(data["region"]) if data["region"] else None,
            weekdays=[int(number) for number in data["weekdays"]],
            keywords=list(dict.fromkeys(words)),
            unit=unit,
        )

    def mark(self) -> str:
        """What a trial was about: the rule's conditions and target."""
        told = {name: str(value) for name, value in self.cleaned_data.items() if name not in NOT_MARKED}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


NOT_MARKED = frozenset({"version", "tried", "name", "reason"})


def initial_of(rule: RoutingRule) -> dict[str, Any]:
    """What the form of a rule starts with."""
    same = ("name", "category_prefix", "sources", "urgencies", "keyword_mode", "line", "tier", "co_handlers")
    return {name: getattr(rule, name) for name in (*same, "reason", "version", "time_from", "time_to")} | {
        "region": rule.region.code if rule.region else "",
        "weekdays": rule.weekdays,
        "keywords": " ".join(rule.keywords),
        "unit": rule.unit_id,
        "starts_on": rule.starts_on.isoformat(),
        "ends_on": rule.ends_on.isoformat() if rule.ends_on else None,
    }


def initial_for(query: Any, today: date) -> dict[str, Any]:
    """A blank form, or one that a proposal of somewhere else has filled in: `?category=&region=&unit=&reason=`."""
    found = {"starts_on": today.isoformat(), "keyword_mode": "any"}
    category, region, unit = query.get("category", ""), query.get("region", ""), query.get("unit", "")
    if category in catalogue().by_code:
        found |= {"category_prefix": category, "name": catalogue().by_code[category].label}
    if region in territory().by_code:
        found["region"] = region
    if unit in territory().unit_by_code:
        found["unit"] = str(territory().unit_by_code[unit].id)
    if reason := query.get("reason", "").strip()[:400]:
        found["reason"] = reason
    return found
