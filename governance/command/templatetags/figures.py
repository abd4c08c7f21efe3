"""Words for the dashboard's templates: a number under its key with the list behind it, bars without a script, lamps."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from governance.command.figures import Figure, Rate
from governance.command.picture.cells import NO_RATE, lamp_of, rate_words
from governance.foundation.templatetags.frame import rate_word
from incidents.views.links import list_url

register = template.Library()


@register.simple_tag
def number(key: str, figure: Figure) -> SafeString:
    """The number as a link to the list that shows exactly its tickets; the stream changes it under its key."""
    return format_html(
        '<a class="tnum" data-n="{}" href="{}">{}</a>', key, list_url(figure.wanted), figure.count
    )


@register.simple_tag
def rate(key: str, value: Rate) -> SafeString:
    """The percentage, with the list of the numerator; a dash without one where there is no rate."""
    if value.percent is None:
        return format_html('<a class="tnum" data-n="{}.rate">{}</a>', key, NO_RATE)
    url = list_url(value.part.wanted)
    return format_html(
        '<a class="tnum" data-n="{}.rate" href="{}">{}</a>', key, url, rate_words(value.percent)
    )


@register.simple_tag
def bar(
    value: float | None, whole: float, tone: str = "", line: float | None = None, key: str = "", of: str = ""
) -> SafeString:
    """A bar of `value` in `whole`, decorative: the number stands beside it. `line` marks a target.

    `key` and `of`: the cells of both; `of` may be a name with a star in front, for the greatest of its group.
    """
    share = min(100.0, 100 * (value or 0) / whole) if whole else 0.0
    mark = (
        format_html('<rect class="bar-line" x="{}" width="0.8" height="10"/>', line)
        if line is not None
        else ""
    )
    live = format_html(' data-bar="{}" data-of="{}"', key, of) if key else ""
    return format_html(
        '<svg class="bar bar-{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"{}>'
        '<rect class="bar-ground" width="100" height="10"/><rect class="bar-value" width="{}" height="10"/>{}</svg>',
        tone or "plain",
        live,
        f"{share:.2f}",
        mark,
    )


@register.simple_tag
def rate_lamp(rate: Rate, line: Sequence[Any] | None) -> str:
    """green from the line on, amber from its lower edge on, red below; empty without a rate or a line."""
    return lamp_of(rate.percent, line)


register.simple_tag(rate_word)
