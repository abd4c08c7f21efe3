"""Words for templates: lamps, times, durations, icons, filter links, form controls and the import map.

Pure functions of their arguments: no query, no clock. Times are aware datetimes, shown in the active time zone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

register = template.Library()

LAMPS = ("green", "amber", "red", "grey")
MINUTES_PER_DAY = 1440
KEYSET_KEYS = ("cursor", "after", "before", "page")

SCRIPTS = (
    "canned", "chart", "clock", "dialog", "display", "draft", "drawing", "exif", "htmx", "keys", "live", "map",
    "map-ground", "map-style",
    "notify", "outbox", "page", "photos", "picker", "position", "search", "toast",
)  # fmt: skip

#: Modules that pages may import by a bare name, whatever the static storage calls the file.
MODULES: Mapping[str, str] = {
    "maplibre-gl": "vendor/maplibre-gl/dist/maplibre-gl.mjs",
    "echarts": "vendor/echarts/dist/echarts.esm.min.mjs",
    **{f"governance/{name}": f"governance/js/{name}.mjs" for name in SCRIPTS},
}


def lamp_word(value: object) -> str:
    """The spoken word of a lamp (`green`, `amber`, `red`, `grey`); empty for anything else."""
    words = {
        "green": pgettext("lamp", "on time"),
        "amber": pgettext("lamp", "due soon"),
        "red": pgettext("lamp", "overdue"),
        "grey": pgettext("lamp", "no limit runs"),
    }
    return words.get(str(value), "")


def rate_word(value: object) -> str:
    """What the lamp of a rate says about its line; empty for anything else."""
    words = {
        "green": pgettext("rate", "line met"),
        "amber": pgettext("rate", "just below the line"),
        "red": pgettext("rate", "far below the line"),
    }
    return words.get(str(value), "")


@register.simple_tag
def lamp(value: object, word: str = "") -> SafeString:
    """A lamp: shape by class, word for screen readers. An unknown or empty value shows nothing.

    `word` replaces the usual word where the page knows a better one.
    """
    name = str(value or "")
    if name not in LAMPS:
        return SafeString("")
    return format_html(
        '<span class="lamp lamp-{}" data-lamp="{}"><span class="visually-hidden">{}</span></span>',
        name,
        name,
        word or lamp_word(name),
    )


@register.simple_tag
def line_lamp(value: object) -> SafeString:
    """The lamp of a rate that has a line to meet."""
    return lamp(value, rate_word(value))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the drawn sheet (`governance.icons`); decorative unless `label` says what it means."""
    if label:
        return format_html('<i class="ti ti-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name)


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def full_time(value: datetime | None) -> str:
    """`2026-11-22 16:30:05` in the active time zone; empty for None."""
    return _local(value).strftime("%Y-%m-%d %H:%M:%S") if value else ""


@register.filter
def short_time(value: datetime | None) -> SafeString:
    """A `<time>` reading `11-22 16:30`, with the year and seconds on hover; empty for None."""
    if not value:
        return SafeString("")
    local = _local(value)
    day, clock = local.strftime("%Y-%m-%d"), local.strftime("%H:%M")
    return SafeString(  # hundreds a page, and nothing in it that could need escaping
        f'<time class="tnum" datetime="{local.isoformat(timespec="seconds")}" title="{day} {clock}:{local.second:02}">'
        f"{day[5:]} {clock}</time>"
    )


@register.filter
def iso_time(value: datetime | None) -> str:
    """ISO 8601 with the zone's offset, for data attributes; empty for None."""
    return _local(value).isoformat(timespec="seconds") if value else ""


@register.filter
def duration(minutes: float | None, day: int = MINUTES_PER_DAY) -> str:
    """Minutes as `45 min`, `3.5 h` or `2 d 4 h`; `day` is the length of a day in minutes (480: `2 wd 4 h`, workdays).

    The sign is dropped: the words beside it say whether it is left or over. Empty for None.
    """
    if minutes is None:
        return ""
    whole = abs(round(minutes))
    if whole < 60:
        return pgettext("duration", "{n} min").format(n=whole)
    if whole < day:
        return pgettext("duration", "{n} h").format(n=f"{int(whole / 6 + 0.5) / 10:g}")
    days, rest = divmod(whole, day)
    hours = (rest + 30) // 60
    if hours * 60 >= day:
        days, hours = days + 1, 0
    unit = pgettext("duration", "{n} d") if day == MINUTES_PER_DAY else pgettext("duration", "{n} wd")
    text = unit.format(n=days)
    return f"{text} {pgettext('duration', '{n} h').format(n=hours)}" if hours else text


@register.simple_tag
def clock_left(minutes: float | None, day: int | None = None) -> str:
    """`3.5 h left`, or `12 min over` when the minutes are negative; `day` as for `duration`."""
    if minutes is None:
        return ""
    text = pgettext("clock", "{time} over") if minutes < 0 else pgettext("clock", "{time} left")
    return text.format(time=duration(minutes, day or MINUTES_PER_DAY))


def _query(context: template.Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


@register.simple_tag(takes_context=True)
def toggle_query(context: template.Context, key: str, value: object) -> str:
    """The present query with `value` added to `key`, or taken out when it is there; paging restarts."""
    query, text = _query(context), str(value)
    values = query.getlist(key)
    query.setlist(key, [v for v in values if v != text] if text in values else [*values, text])
    return _without_paging(query)


@register.simple_tag(takes_context=True)
def set_query(context: template.Context, **changes: object) -> str:
    """The present query with some keys replaced (None or "" removes a key); paging restarts unless it is set here."""
    query = _query(context)
    kept = {key: value for key, value in changes.items() if key in KEYSET_KEYS and value}
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return _without_paging(query, kept)


@register.simple_tag(takes_context=True)
def has_query(context: template.Context, key: str, value: object = None) -> bool:
    """Whether the present query has this key (and this value)."""
    values = _query(context).getlist(key)
    return bool(values) if value is None else str(value) in values


def _without_paging(query: QueryDict, kept: Mapping[str, object] | None = None) -> str:
    for key in KEYSET_KEYS:
        query.pop(key, None)
    for key, value in (kept or {}).items():
        query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "choices"  # it lands on the box around them, too
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control"


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The input of a form field with the library's class, its help and its errors tied to it.

    Keyword arguments become HTML attributes; `_` in a name is written `-` (`data_picker` is `data-picker`).
    """
    given = {key.replace("_", "-"): value for key, value in attrs.items()}
    widget_attrs = field.field.widget.attrs
    classes = [_control_class(field), widget_attrs.get("class", ""), str(given.pop("class", ""))]
    described = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        classes.append("is-invalid")
        described.append(f"{field.auto_id}_error")
        given["aria-invalid"] = "true"
    if described:
        given["aria-describedby"] = " ".join(described)
    given["class"] = " ".join(part for part in classes if part)
    return field.as_widget(attrs=given)


@register.simple_tag
def hidden(field: BoundField) -> SafeString:
    """The field as a hidden input that a form's draft keeps (ids chosen by a picker, points on a map)."""
    return field.as_hidden(attrs={"data-draft-keep": ""})


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the field shows several inputs, which belong in a fieldset with a legend."""
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether the field is one tick box, whose label stands beside it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag(takes_context=True)
def import_map(context: template.Context, extra: Iterable[str] = ()) -> SafeString:
    """The import map, with the request's nonce. `extra`: static paths of further `.mjs` files, named `<app>/<stem>`."""
    body = _map_body(tuple(extra))
    nonce = str(getattr(context.get("request"), "csp_nonce", ""))  # lazy: reading it puts it into the policy
    return format_html('<script type="importmap" nonce="{}">{}</script>', nonce, body)


@cache
def _map_body(extra: tuple[str, ...]) -> SafeString:
    """The map as it may stand inside a script element."""
    paths = dict(MODULES)
    for path in extra:
        app, _js, name = path.partition("/js/")
        paths[f"{app}/{name.removesuffix('.mjs')}"] = path
    body = json.dumps({"imports": {name: static(path) for name, path in sorted(paths.items())}})
    safe = body.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(safe)  # noqa: S308  # nothing in it ends the element


@register.filter
def at(values: Sequence[Any], index: int) -> Any:
    """The value at `index` of a list; empty when there is none."""
    return values[index] if 0 <= index < len(values) else ""
