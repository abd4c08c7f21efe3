"""Words of the desk's lists. Rows are written here, not in a template: fifty of them cost a third of the time."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape

from django import template
from django.forms import BoundField, Textarea
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from governance.foundation.templatetags.frame import LAMPS, clock_left, lamp
from incidents.models import Ticket
from incidents.states import Urgency
from incidents.views.faces import ClockFace, Row

register = template.Library()

NOTHING = SafeString("")
MARK = "WG0"


@register.filter
def at_key(query: QueryDict, key: str) -> str:
    """The last value of a key of the query; empty when it is not there."""
    return str(query.get(key, ""))


@register.filter
def is_long_text(field: BoundField) -> bool:
    """Whether the field takes more than a line: canned texts can be put into it."""
    return isinstance(field.field.widget, Textarea)


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
    return Pen().rows(rows, is_list=False)


@register.simple_tag
def list_rows(rows: list[Row]) -> SafeString:
    """Lamp, number, title, place, source, holder, time left, state, registered."""
    return Pen().rows(rows, is_list=True)


@register.simple_tag
def clock_words(face: ClockFace) -> SafeString:
    """One clock, as short as the lists show it."""
    return mark_safe(Pen().clock(face))  # noqa: S308  # each part is escaped by the pen


@register.simple_tag
def desk_rows(rows: list[Row]) -> SafeString:
    """The rows of the dispatcher's queue: three short lines each."""
    return Pen().desk_rows(rows)


@register.simple_tag
def earlier_rows(rows: Iterable[Ticket]) -> SafeString:
    """Earlier tickets of one matter: number, title, state and when."""
    pen = Pen()
    return mark_safe("".join(map(pen.earlier_row, rows)))  # noqa: S308  # each part is escaped by the pen


class Pen:
    """Writes the rows of one page: words, zone and address are looked up once, what people wrote is escaped."""

    def __init__(self) -> None:
        self.zone = timezone.get_current_timezone()
        self.language = get_language() or ""
        self.lamps = {name: str(lamp(name)) for name in ("", *LAMPS)}
        self.urgencies = {name: str(urgency_tag(name)) for name in Urgency.values}
        self.stretches: dict[datetime, str] = {}
        self.before, self.after = reverse("incidents:ticket", args=[MARK]).split(MARK)

    def rows(self, rows: list[Row], *, is_list: bool) -> SafeString:
        """The rows, one under the other."""
        write = self.list_row if is_list else self.inbox_row
        return mark_safe("\n".join(write(row) for row in rows))  # noqa: S308  # each part is escaped below

    def inbox_row(self, row: Row) -> str:
        """A row of the inbox."""
        sender = known(row.sender)
        return f'{self._first(row)}<td class="cell-from" title="{sender}">{sender}</td>{self._last(row)}</tr>'

    def list_row(self, row: Row) -> str:
        """A row of the list."""
        holder = known(row.holder)
        return (
            f'{self._first(row)}<td class="cell-tight">{known(row.source)}</td>'
            f'<td class="cell-from" title="{holder}">{holder}</td>{self._last(row)}'
            f'<td class="cell-tight tnum">{self._when(row.ticket.registered_at)}</td></tr>'
        )

    def desk_rows(self, rows: list[Row]) -> SafeString:
        """The rows of the dispatcher's queue, one under the other."""
        home = reverse("incidents:desk")
        return mark_safe("\n".join(self.desk_row(row, home) for row in rows))  # noqa: S308  # escaped below

    def desk_row(self, row: Row, home: str) -> str:
        """Number, clock; title; place, category, state."""
        number = escape(row.ticket.number)
        return (
            f'<li class="desk-row" id="row-{number}" data-row><a class="row-link" href="{home}?ticket={number}">'
            f'<span class="desk-row-top"><span>{self.lamps[row.lamp]} <span class="tnum">{number}</span></span>'
            f"{self.clock(row.clock)}</span>"
            f'<span class="desk-row-title">{self.urgencies.get(row.ticket.urgency, "")} '
            f"{escape(row.ticket.title)}</span>"
            f'<span class="desk-row-foot">{escape(row.state)} · {escape(row.place)} · {known(row.category)}</span>'
            f"</a></li>"
        )

    def earlier_row(self, ticket: Ticket) -> str:
        """An earlier ticket beside the one that is read."""
        number, state = escape(ticket.number), known(ticket.get_state_display())
        return (
            f'<li class="part"><div class="part-head"><a class="tnum" href="{self.before}{number}{self.after}">{number}'
            f'</a><span>{escape(ticket.title)}</span><span class="sub">{state} · {self._when(ticket.registered_at)}'
            f"</span></div></li>"
        )

    def _first(self, row: Row) -> str:
        ticket, place = row.ticket, known(row.place)
        number = escape(ticket.number)
        return (
            f'<tr id="row-{number}" data-row><td class="cell-tight">{self.lamps[row.lamp]}</td>'
            f'<td class="cell-tight ticket-no">{number}</td><td class="cell-clip"><div class="two-lines">'
            f"{self.urgencies.get(ticket.urgency, '')}"
            f'<a class="row-link" href="{self.before}{number}{self.after}">{escape(ticket.title)}</a>'
            f' <span class="sub">{known(row.category)}</span></div></td>'
            f'<td class="cell-place" title="{place}">{place}</td>'
        )

    def _last(self, row: Row) -> str:
        return (
            f'<td class="cell-tight">{self.clock(row.clock)}</td><td class="cell-tight">'
            f'<span class="state state-{row.tone}" data-state="{known(row.ticket.state)}">'
            f"{known(row.state)}</span></td>"
        )

    def _when(self, at: datetime) -> str:
        local = at.astimezone(self.zone)
        return (
            f'<time class="tnum" datetime="{local.isoformat(timespec="seconds")}"'
            f' title="{local:%Y-%m-%d %H:%M:%S}">{local:%m-%d %H:%M}</time>'
        )

    def clock(self, face: ClockFace) -> str:
        """A clock that ticks, as short as a list needs it; the attributes are those of `parts/_clock.html`."""
        if face.due is None:
            return ""
        local = face.due.astimezone(self.zone)
        due, runs = local.isoformat(timespec="seconds"), ""
        if face.runs_until is not None:
            runs = self._runs(face.runs_from, face.runs_until)
        return (
            f'<span class="clock clock-{face.lamp}" data-clock data-due="{due}" data-warn="{self._iso(face.warn)}"'
            f' data-left="{face.left}" data-day="{face.day}"{runs}>{self.lamps[face.lamp]}'
            f'<time class="clock-text tnum" datetime="{due}" title="{known(face.label)}'
            f' {local:%Y-%m-%d %H:%M:%S}">{_time_left(self.language, face.left, face.day)}</time></span>'
        )

    def _runs(self, begins: datetime | None, ends: datetime) -> str:
        """The working stretch of now: the same for all clocks of a calendar."""
        found = self.stretches.get(ends)
        if found is None:
            found = f' data-runs-from="{self._iso(begins)}" data-runs-until="{self._iso(ends)}"'
            self.stretches[ends] = found
        return found

    def _iso(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).isoformat(timespec="seconds") if at else ""


known = lru_cache(8192)(escape)
"""Names and words that come again in other rows, escaped."""


@lru_cache(4096)
def _time_left(_language: str, left: int, day: int) -> str:
    """The words of a clock, kept for each language."""
    return escape(clock_left(left, day))


def urgency_tag(urgency: str) -> SafeString:
    """The word of an urgency above normal; as `parts/_urgency.html`."""
    if urgency == "critical":
        return format_html('<span class="tag tag-critical">{}</span>', pgettext("urgency", "Critical"))
    if urgency == "urgent":
        return format_html('<span class="tag tag-urgent">{}</span>', pgettext("urgency", "Urgent"))
    return NOTHING
