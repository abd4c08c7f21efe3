"""Rows of the lists of cases. They are written here, not in a template: fifty of them cost a tenth of the time."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from html import escape

from django import template
from django.template import Context
from django.template.defaultfilters import date as date_words
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from governance.foundation.templatetags.frame import LAMPS, lamp, short_time
from mediation.models import Session
from mediation.views.faces import MaskedLine
from mediation.views.lines import Line, RedLine

register = template.Library()

MARK = "TJ0"
MARKED = re.compile("\x02([a-z]+)\x03")
"""Stands in a part that is rendered once for what is put in afterwards."""
known = lru_cache(8192)(escape)
"""Names and words that come again in other rows, escaped."""


@register.simple_tag
def case_rows(lines: Iterable[Line]) -> SafeString:
    """Lamp; colour, title, code, kind; place; state; next limit."""
    pen = Pen()
    return mark_safe("".join(pen.case(line) for line in lines))  # noqa: S308  # each part is escaped by the pen


@register.simple_tag
def red_rows(lines: Iterable[RedLine]) -> SafeString:
    """Lamp; title, code, people; place; leader; reports that nobody has read; state; next limit."""
    pen = Pen()
    words = {
        "people": pgettext("red case", "%(n)d people"),
        "mine": pgettext("mediation leader", "mine"),
        "nobody": pgettext("mediation leader", "nobody yet"),
        "read": pgettext("urgent report", "all read"),
    }
    return mark_safe("".join(pen.red(line, words) for line in lines))  # noqa: S308  # escaped by the pen


@register.simple_tag
def session_rows(days: Iterable[tuple[date, Iterable[Session]]]) -> SafeString:
    """Day, hours, case, room or place, kind and state of each session."""
    pen = Pen()
    return mark_safe("".join(pen.day(day, items) for day, items in days))  # noqa: S308  # escaped by the pen


@register.simple_tag
def call_rows(calls: Iterable[tuple[str, str, int, datetime]]) -> SafeString:
    """Callbacks to make: case, after how many days, when."""
    pen, words = Pen(), pgettext("callback", "After %(days)s days")
    return mark_safe(  # noqa: S308  # what people wrote is escaped by the pen
        "".join(
            f'<li>{pen.link(number, title)}<span class="sub">{escape(words % {"days": days})} · '
            f"{short_time(due_at)}</span></li>"
            for number, title, days, due_at in calls
        )
    )


@register.simple_tag(takes_context=True)
def masked_lines(context: Context, lines: Iterable[MaskedLine]) -> SafeString:
    """Masked values with their labels; each as `parts/_masked.html` shows it, which is rendered once a language."""
    token = str(context.get("csrf_token", ""))
    return mark_safe("".join(_masked(line, token) for line in lines))  # noqa: S308  # each part is escaped here


def _masked(line: MaskedLine, token: str) -> str:
    values = {"name": line.name, "value": escape(line.value), "url": escape(line.url), "token": escape(token)}
    text = MARKED.sub(lambda found: values[found[1]], _mould(get_language(), bool(line.url)))
    return f"<div><dt>{known(line.label)}</dt><dd>{text}</dd></div>"


@lru_cache(32)
def _mould(_language: str | None, has_url: bool) -> str:
    """The part with marks in the place of what differs."""
    context = {"name": "\x02name\x03", "value": "\x02value\x03", "csrf_token": "\x02token\x03"}
    context["url"] = "\x02url\x03" if has_url else ""
    return render_to_string("parts/_masked.html", context)


@lru_cache(8)
def _lamps(_language: str | None) -> dict[str, str]:
    return {name: str(lamp(name)) for name in ("", *LAMPS)}


class Pen:
    """Writes the rows of one page: words, zone and address are looked up once, what people wrote is escaped."""

    def __init__(self) -> None:
        self.zone = timezone.get_current_timezone()
        self.lamps = _lamps(get_language())
        self.before, self.after = reverse("mediation:case", args=[MARK]).split(MARK)
        self.labels: dict[tuple[str, str], str] = {}

    def case(self, line: Line) -> str:
        """A row of a list."""
        row = line.row
        return (
            f'<tr><td class="cell-tight">{self.lamps[line.lamp]}</td><td class="cell-wrap">'
            f'<span class="tag tag-risk-{known(row.risk_color)}">{known(line.color)}</span> '
            f'{self.link(row.number, row.title)}<br><span class="sub tnum">{escape(row.number)} · '
            f'{known(line.category)}</span></td><td class="cell-wrap">{known(line.place)}</td>'
            f'<td><span class="state state-{known(line.tone)}" data-state="{known(row.state)}">'
            f"{known(line.state)}</span></td><td>{self.when(row.next_due_at)}</td></tr>"
        )

    def red(self, line: RedLine, words: dict[str, str]) -> str:
        """A row of the leader's red cases."""
        row = line.row
        leader = f'<span class="tag tag-urgent">{known(words["nobody"])}</span>'
        if line.leader:
            leader = known(line.leader)
            leader += f' <span class="tag">{known(words["mine"])}</span>' if line.is_mine else ""
        told = "".join(f'<span class="tag tag-critical">{known(cause)}</span> ' for cause in line.unread)
        return (
            f'<tr><td class="cell-tight">{self.lamps[line.lamp]}</td><td class="cell-wrap">'
            f'{self.link(row.number, row.title)}<br><span class="sub tnum">{escape(row.number)} · '
            f'{escape(words["people"] % {"n": row.people})}</span></td><td class="cell-wrap">{known(line.place)}</td>'
            f"<td>{leader}</td><td>{told or _quiet(words['read'])}</td><td>{known(line.state)}</td>"
            f"<td>{self.when(row.next_due_at)}</td></tr>"
        )

    def day(self, day: date, items: Iterable[Session]) -> str:
        """The sessions of a day; the day stands beside the first."""
        name = f"{day:%m-%d} {known(date_words(day, 'D'))}"
        return "".join(self.session(item, "" if place else name) for place, item in enumerate(items))

    def session(self, item: Session, day: str) -> str:
        """A row of the calendar."""
        case, room = item.case, item.room
        begins, ends = item.starts_at.astimezone(self.zone), item.ends_at.astimezone(self.zone)
        return (
            f'<tr><td class="tnum">{day}</td><td class="tnum">{begins:%H:%M}–{ends:%H:%M}</td>'
            f'<td class="cell-wrap">{self.link(case.number, case.title)} '
            f'<span class="sub tnum">{escape(case.number)}</span></td>'
            f'<td class="cell-wrap">{escape(room.name if room is not None else item.place)}</td>'
            f"<td>{self.label(item, 'kind')} "
            f'<span class="tag">{self.label(item, "state")}</span></td></tr>'
        )

    def link(self, number: str, title: str) -> str:
        """To the case."""
        return f'<a class="row-link" href="{self.before}{escape(number)}{self.after}">{escape(title)}</a>'

    def when(self, at: datetime | None) -> str:
        """A moment, or a dash."""
        return str(short_time(at)) if at is not None else "–"

    def label(self, item: Session, name: str) -> str:
        """The word of a choice."""
        key = name, getattr(item, name)
        if key not in self.labels:
            self.labels[key] = escape(str(getattr(item, f"get_{name}_display")()))
        return self.labels[key]


def _quiet(words: str) -> str:
    return f'<span class="quiet">{known(words)}</span>'
