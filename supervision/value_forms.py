"""The form of a new rule value: shape only, one for each kind of value; what is typed becomes what is stored."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import pgettext_lazy

from governance.foundation.calendars import Clock, Unit
from supervision.forms import BaseForm, day
from supervision.kinds_of_value import LIMIT, LIMITS, SHARE, Rule
from supervision.names import LADDER

UNITS: Final = (
    (f"{Unit.MINUTE}:{Clock.NATURAL}", pgettext_lazy("supervision rule", "minutes")),
    (f"{Unit.HOUR}:{Clock.NATURAL}", pgettext_lazy("supervision rule", "hours")),
    (f"{Unit.HOUR}:{Clock.WORKING}", pgettext_lazy("supervision rule", "hours of working time")),
    (f"{Unit.WORKDAY}:{Clock.WORKING}", pgettext_lazy("supervision rule", "workdays")),
    (f"{Unit.DAY}:{Clock.NATURAL}", pgettext_lazy("supervision rule", "days")),
)


class ValueForm(BaseForm):
    """From which day on, and why; the value itself is asked for by its kind."""

    last_id = forms.IntegerField(widget=forms.HiddenInput)
    starts_on = day(pgettext_lazy("supervision rule", "Holds from"))
    reason = forms.CharField(
        label=pgettext_lazy("supervision", "Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=pgettext_lazy("supervision rule", "Such as the document that orders it"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            data["value"] = self.value_of(data)
        return data

    def value_of(self, data: Mapping[str, Any]) -> Any:
        """What was typed, as it is stored."""
        raise NotImplementedError


class NumberForm(ValueForm):
    """A number of days or times."""

    field_order = ("amount",)
    amount = forms.IntegerField(label=pgettext_lazy("supervision rule", "Value"), min_value=1, max_value=365)

    def value_of(self, data: Mapping[str, Any]) -> int:
        return int(data["amount"])


class ShareForm(ValueForm):
    """A share, typed in percent."""

    field_order = ("amount",)
    amount = forms.IntegerField(label=pgettext_lazy("supervision rule", "Percent"), min_value=1, max_value=99)

    def value_of(self, data: Mapping[str, Any]) -> float:
        return int(data["amount"]) / 100


class LimitsForm(ValueForm):
    """One limit, or one for each kind of supervision: amount and unit."""

    def __init__(self, kinds: Mapping[str, Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = kinds
        names = []
        for kind, label in kinds.items():
            amount, unit = f"amount{kind}", f"unit{kind}"
            self.fields[amount] = forms.IntegerField(label=label, min_value=1, max_value=3660)
            self.fields[unit] = forms.ChoiceField(
                label=f"{label} · {pgettext_lazy('supervision rule', 'Unit of time')}", choices=UNITS
            )
            names += [amount, unit]
        self.order_fields(names)

    def value_of(self, data: Mapping[str, Any]) -> Any:
        found = {
            kind.lstrip("_"): [data[f"amount{kind}"], *data[f"unit{kind}"].split(":")] for kind in self.kinds
        }
        return found.get("", found)


def new_value_form(rule: Rule, value: Any, data: Any, *, initial: Mapping[str, Any]) -> ValueForm:
    """The form for a value of that kind, beginning with the one in force."""
    if rule.shape is LIMIT:
        return LimitsForm({"": rule.label}, data, initial={**initial, **_typed("", value)})
    if rule.shape is LIMITS:
        typed = {name: text for kind in LADDER for name, text in _typed(f"_{kind}", value[kind]).items()}
        return LimitsForm({f"_{kind}": kind.label for kind in LADDER}, data, initial={**initial, **typed})
    if rule.shape is SHARE:
        return ShareForm(data, initial={**initial, "amount": round(value * 100)})
    return NumberForm(data, initial={**initial, "amount": value})


def _typed(kind: str, value: Any) -> dict[str, Any]:
    amount, unit, clock = value
    return {f"amount{kind}": amount, f"unit{kind}": f"{unit}:{clock}"}
