"""Quick filters: a row of chips, each of which adds or takes out one value of the present query. No query, no clock."""

from collections.abc import Iterable
from urllib.parse import quote_plus

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from governance.foundation.templatetags.frame import KEYSET_KEYS

register = template.Library()
CHIP = '<a class="chip" href="?{}">{}</a>'
CHIP_ON = '<a class="chip is-on" href="?{}" aria-current="true"><i class="ti ti-check" aria-hidden="true"></i>{}</a>'


@register.simple_tag(takes_context=True)
def chips(context: template.Context, key: str, options: Iterable[tuple[object, object]]) -> SafeString:
    """One chip for each (value, label) of a key that may have several values; paging restarts."""
    pairs = _pairs(context)
    return SafeString("".join(_chip(pairs, key, str(value), label) for value, label in options))


@register.simple_tag(takes_context=True)
def flag_chips(context: template.Context, flags: Iterable[tuple[str, object]]) -> SafeString:
    """One chip for each (key, label) of a flag, which is on as `key=1`; paging restarts."""
    pairs = _pairs(context)
    return SafeString("".join(_chip(pairs, key, "1", label) for key, label in flags))


@register.simple_tag(takes_context=True)
def option_list(context: template.Context, key: str, options: Iterable[tuple[object, object]]) -> SafeString:
    """The options of a `<select>`, (value, label) each; the one that the present query has is chosen."""
    request = context.get("request")
    picked = request.GET.get(key, "") if request is not None else ""
    return SafeString(
        "".join(
            f'<option value="{escape(value)}"{" selected" if str(value) == picked else ""}>{escape(label)}</option>'
            for value, label in options
        )
    )


def _pairs(context: template.Context) -> list[tuple[str, str, str]]:
    """Key, value and their spelling in an address, of what is asked for now."""
    request = context.get("request")
    if request is None:
        return []
    return [
        (key, value, f"{quote_plus(key)}={quote_plus(value)}")
        for key, values in request.GET.lists()
        if key not in KEYSET_KEYS
        for value in values
    ]


def _chip(pairs: list[tuple[str, str, str]], key: str, value: str, label: object) -> str:
    rest = [text for name, present, text in pairs if (name, present) != (key, value)]
    if len(rest) == len(pairs):
        rest.append(f"{quote_plus(key)}={quote_plus(value)}")
        return CHIP.format("&amp;".join(rest), escape(label))
    return CHIP_ON.format("&amp;".join(rest), escape(label))
