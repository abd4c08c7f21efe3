"""Words for the dashboard's templates: the list behind a number, bars that need no script, the lamp of a rate."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from governance.command.figures import Figure, Rate
from incidents.views.links import list_url

register = template.Library()


@register.filter
def listed(figure: Figure) -> SafeString:
    """The number as a link to the list that shows exactly its tickets."""
    return format_html('<a class="tnum" href="{}">{}</a>', list_url(figure.wanted), figure.count)


@register.filter
def list_of(figure: Figure) -> str:
    """The address of the list behind a number."""
    return list_url(figure.wanted)


@register.simple_tag
def bar(value: float | None, whole: float, tone: str = "", line: float | None = None) -> SafeString:
    """A bar of `value` in `whole`, decorative: the number stands beside it. `line` marks a target."""
    share = min(100.0, 100 * (value or 0) / whole) if whole else 0.0
    mark = (
        format_html('<rect class="bar-line" x="{}" width="0.8" height="10"/>', line)
        if line is not None
        else ""
    )
    return format_html(
        '<svg class="bar bar-{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="10"/><rect class="bar-value" width="{}" height="10"/>{}</svg>',
        tone or "plain",
        f"{share:.2f}",
        mark,
    )


@register.simple_tag
def rate_lamp(rate: Rate, line: Sequence[Any] | None) -> str:
    """green from the line on, amber from its lower edge on, red below; empty without a rate or a line."""
    if rate.percent is None or not line:
        return ""
    good, fair = line
    return "green" if rate.percent >= good else "amber" if rate.percent >= fair else "red"


@register.simple_tag
def rate_word(lamp: str) -> str:
    """What the lamp of a rate says."""
    words = {
        "green": pgettext("rate", "line met"),
        "amber": pgettext("rate", "just below the line"),
        "red": pgettext("rate", "far below the line"),
    }
    return words.get(lamp, "")
