"""The form of a new target: shape only."""

from django import forms
from django.utils.translation import pgettext_lazy


class TargetForm(forms.Form):
    """What shall hold from which day on, and why."""

    last_id = forms.IntegerField(widget=forms.HiddenInput)
    value = forms.DecimalField(
        label=pgettext_lazy("goal", "Target in percent"), max_digits=5, decimal_places=2, min_value=0
    )
    starts_on = forms.DateField(
        label=pgettext_lazy("goal", "Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=pgettext_lazy("goal", "Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=pgettext_lazy("goal", "Such as the document that sets it"),
    )
