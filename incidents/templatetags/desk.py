"""Words of the desk's lists. Rows are written here, not in a template: fifty of them cost a third of the time."""

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from governance.foundation.templatetags.frame import clock_left, full_time, iso_time, lamp, short_time
from incidents.views.faces import ClockFace, Row

register = template.Library()

NOTHING = SafeString("")


@register.filter
def at_key(query: QueryDict, key: str) -> str:
    """The last value of a key of the query; empty when it is not there."""
    return str(query.get(key, ""))


@register.simple_tag(takes_context=True)
def drop_query(context: template.Context, key: str) -> str:
    """The present query without a key; paging restarts."""
    query = context["request"].GET.copy()
    for name in (key, "cursor"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def inbox_rows(rows: list[Row]) -> SafeString:
    """Lamp, number, title, place, from whom, time left, state."""
    return format_html_join("\n", "{}", ((_row(row, is_list=False),) for row in rows))


@register.simple_tag
def list_rows(rows: list[Row]) -> SafeString:
    """Lamp, number, title, place, source, holder, time left, state, registered."""
    return format_html_join("\n", "{}", ((_row(row, is_list=True),) for row in rows))


ROW = (
    '<tr id="row-{number}" data-row><td class="cell-tight">{lamp}</td>'
    '<td class="cell-tight ticket-no">{number}</td>'
    '<td class="cell-clip">{urgency}<a class="row-link" href="{url}">{title}</a>'
    ' <span class="sub">{category}</span></td>'
    '<td class="cell-place" title="{place}">{place}</td>{who}<td class="cell-tight">{clock}</td>'
    '<td class="cell-tight"><span class="state state-{tone}" data-state="{code}">{state}</span></td>{when}</tr>'
)
WHO = '<td class="cell-from" title="{0}">{0}</td>'
SOURCE_AND_WHO = '<td class="cell-tight">{0}</td><td class="cell-from" title="{1}">{1}</td>'
WHEN = '<td class="cell-tight tnum">{}</td>'


def _row(row: Row, *, is_list: bool) -> SafeString:
    ticket = row.ticket
    who = format_html(SOURCE_AND_WHO, row.source, row.holder) if is_list else format_html(WHO, row.sender)
    return format_html(
        ROW,
        number=ticket.number,
        lamp=lamp(row.lamp),
        urgency=urgency_tag(ticket.urgency),
        url=reverse("incidents:ticket", args=[ticket.number]),
        title=ticket.title,
        category=row.category,
        place=row.place,
        who=who,
        clock=clock_tag(row.clock),
        tone=row.tone,
        code=ticket.state,
        state=row.state,
        when=format_html(WHEN, short_time(ticket.registered_at)) if is_list else NOTHING,
    )


def urgency_tag(urgency: str) -> SafeString:
    """The word of an urgency above normal; as `parts/_urgency.html`."""
    if urgency == "critical":
        return format_html('<span class="tag tag-critical">{}</span>', pgettext("urgency", "Critical"))
    if urgency == "urgent":
        return format_html('<span class="tag tag-urgent">{}</span>', pgettext("urgency", "Urgent"))
    return NOTHING


CLOCK = (
    '<span class="clock clock-{lamp}" data-clock data-due="{due}" data-warn="{warn}" data-left="{left}"'
    ' data-day="{day}"{runs}>{shown}'
    '<time class="clock-text tnum" datetime="{due}" title="{label} {due_words}">{words}</time></span>'
)


def clock_tag(face: ClockFace) -> SafeString:
    """A clock that ticks, as short as a list needs it; the attributes are those of `parts/_clock.html`."""
    if face.due is None:
        return NOTHING
    runs = NOTHING
    if face.runs_until is not None:
        runs = format_html(
            ' data-runs-from="{}" data-runs-until="{}"', iso_time(face.runs_from), iso_time(face.runs_until)
        )
    return format_html(
        CLOCK,
        lamp=face.lamp,
        due=iso_time(face.due),
        warn=iso_time(face.warn),
        left=face.left,
        day=face.day,
        runs=runs,
        shown=lamp(face.lamp),
        label=face.label,
        due_words=full_time(face.due),
        words=clock_left(face.left, face.day),
    )
