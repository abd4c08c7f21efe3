"""Words for the staffing pages: bars that need no script, the lamp of a rate, form fields that are searched for."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from governance.foundation.clock import local
from governance.foundation.templatetags.frame import lamp
from staffing.models import DutyShift
from staffing.queries import Rate

register = template.Library()


@register.simple_tag
def rate_bar(rate: Rate, target: int | None = None, warn: int | None = None) -> SafeString:
    """A bar of the rate with its target; decorative: the number stands beside it."""
    share = float(rate.percent or 0)
    tone = rate_tone(rate, target, warn) or "plain"
    mark = (
        format_html('<rect class="bar-line" x="{}" width="0.8" height="10"/>', min(target, 99))
        if target is not None
        else ""
    )
    return format_html(
        '<svg class="bar bar-{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="10"/>'
        '<rect class="bar-value" width="{}" height="10"/>{}</svg>',
        tone,
        f"{min(share, 100.0):.2f}",
        mark,
    )


def rate_tone(rate: Rate, target: int | None, warn: int | None) -> str:
    """green from the target on, amber from the warning line on, red below; empty without a rate or a line."""
    percent = rate.percent
    if percent is None or target is None or warn is None:
        return ""
    return "green" if percent >= Decimal(target) else "amber" if percent >= Decimal(warn) else "red"


@register.simple_tag
def rate_lamp(rate: Rate, target: int | None = None, warn: int | None = None) -> SafeString:
    """The lamp of a rate with its word."""
    words = {
        "green": pgettext("rate", "line met"),
        "amber": pgettext("rate", "just below the line"),
        "red": pgettext("rate", "far below the line"),
    }
    tone = rate_tone(rate, target, warn)
    return lamp(tone, words.get(tone, ""))


@register.filter
def pick_url(field: BoundField) -> str:
    """Where a field that is searched for finds its matches; empty for every other field."""
    name = getattr(field.field, "pick", "")
    return reverse(name) if name else ""


@register.filter
def pick_hint(field: BoundField) -> str:
    """What may be typed into it."""
    return str(getattr(field.field, "hint", ""))


@register.filter
def pick_shown(field: BoundField) -> str:
    """The label of the value it has."""
    return str(getattr(field.form, "shown", {}).get(field.name, ""))


@register.filter
def value_of(query: QueryDict, key: str) -> str:
    """The last value of a key of the query; empty when it is not there."""
    return str(query.get(key, ""))


@register.simple_tag
def is_chosen(request: HttpRequest, key: str, value: object) -> bool:
    """Whether the query has chosen this value."""
    return request.GET.get(key, "") == str(value)


@register.filter
def shift_kind(value: str) -> str:
    """A kind of shift in words."""
    return str(DutyShift.Kind(value).label)


@register.filter
def clock_of(value: datetime) -> str:
    """`20:30` in the city's own time."""
    return f"{local(value):%H:%M}"


@register.filter
def end_clock_of(value: datetime) -> str:
    """The same for an end: midnight is 24:00."""
    text = clock_of(value)
    return "24:00" if text == "00:00" else text


@register.filter
def is_overnight(shift: DutyShift) -> bool:
    """Whether a shift ends on a later day than it begins, beyond midnight itself."""
    ends_at = local(shift.ends_at)
    return ends_at.date() > local(shift.starts_at).date() and bool(ends_at.hour or ends_at.minute)
