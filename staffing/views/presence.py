"""Presence on post: the rate by place and day, the person-days behind every number, recording one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from governance.accounts.actors import Actor
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.naming import label_of
from staffing import presence as presences
from staffing import queries
from staffing.forms import PresenceForm
from staffing.queries import PersonDay, PresenceDay, PresenceRow, Rate
from staffing.queries.presence import STATES, state_words
from staffing.querysets import narrowed
from staffing.rules import KEEPERS, keeps, may_keep, reading_paths
from staffing.views.keysets import SIZE, pack, read
from staffing.views.overview import level_below
from staffing.views.parts import (
    Ask,
    Button,
    Cell,
    Filter,
    Table,
    csv_answer,
    day,
    page,
    place_filter,
    place_words,
    run_form,
    where,
)
from staffing.views.vacancies import day_of

DAY = timedelta(days=1)
TONES = {"on_post": "green", "absent": "red", "unconfirmed": "amber", "excused": "grey"}


@dataclass(frozen=True)
class Span:
    """The days that are looked at: one, or a month as far as it has come."""

    first: date
    last: date
    is_month: bool


def span_of(request: HttpRequest, today: date) -> Span:
    """`?on=` the day (today), `?period=month` the whole month around it. Raises Invalid."""
    on = min(day_of(request.GET.get("on", "")) or today, today)
    if request.GET.get("period") != "month":
        return Span(on, on, is_month=False)
    first = on.replace(day=1)
    return Span(first, min((first + 31 * DAY).replace(day=1) - DAY, today), is_month=True)


@require_safe
@desk_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """By place, the lowest rate first; by day beside it when a month is shown."""
    code = request.GET.get("place", "")
    paths = narrowed(reading_paths(actor), code)
    span = span_of(request, local(now()).date())
    level = level_below(paths)
    by_day = queries.presence_by_day(paths, first=span.first, last=span.last)
    context = {
        "title": _("Presence on post"),
        "span": span,
        "code": code,
        "place": place_words(code),
        "total": sum((row.rate for row in by_day), Rate()),
        "unconfirmed": sum(row.unconfirmed for row in by_day),
        "excused": sum(row.excused for row in by_day),
        "urls": {state: list_url(span, code, state) for state in ("required", *STATES)},
        "places": place_table(rows_of(paths, span, level), span, level),
        "by_day": day_table(by_day, code) if span.is_month else None,
        "filters": [
            place_filter(code),
            Filter(
                kind="select",
                name="period",
                label=_("Period"),
                options=[("month", _("The month up to today"))],
                none=_("One day"),
            ),
            Filter(kind="date", name="on", label=pgettext("presence", "Day")),
        ],
        "is_filtered": bool(request.GET),
        "clear_url": reverse("staffing:presence"),
        "export_url": f"{reverse('staffing:presence-export')}?{request.GET.urlencode()}",
        "buttons": _record_button(actor),
    }
    return page(request, actor, "presence", "presence", context)


def rows_of(paths: tuple[str, ...], span: Span, level: str) -> list[PresenceRow]:
    """The places, the lowest rate first."""
    rows = queries.presence(paths, first=span.first, last=span.last, level=level)
    return sorted(
        rows, key=lambda row: (-1 if row.rate.percent is None else row.rate.percent, row.place.path)
    )


def list_url(span: Span, code: str, state: str = "") -> str:
    """The person-days that a number counts."""
    query = {"place": code, "from": day(span.first), "to": day(span.last), "state": state}
    return f"{reverse('staffing:presence-days')}?{urlencode({k: v for k, v in query.items() if v})}"


def _record_button(actor: Actor) -> list[Button]:
    if not may_keep(actor):
        return []
    url = reverse("staffing:presence-record")
    return [Button(label=_("Record presence"), url=url, icon="user-check", is_primary=True)]


NUMBERS = (
    (pgettext_lazy("column", "Presence rate"), "num"),
    (pgettext_lazy("presence", "On-post days"), "num"),
    (pgettext_lazy("presence", "Required days"), "num"),
    (pgettext_lazy("presence", "Absent days"), "num"),
    (pgettext_lazy("presence", "To be confirmed"), "num"),
    (pgettext_lazy("presence", "Days on leave"), "num"),
)


def numbers(row: PresenceRow | PresenceDay, span: Span, code: str) -> list[Cell]:
    """The cells of a rate, each leading to its list."""

    def cell(count: int, state: str) -> Cell:
        return Cell(text=count, url=list_url(span, code, state) if count else "", css="num")

    return [
        Cell(text=row.rate.words, css="num"),
        cell(row.rate.part, "on_post"),
        cell(row.rate.whole, "required"),
        cell(row.rate.missing, "absent"),
        cell(row.unconfirmed, "unconfirmed"),
        cell(row.excused, "excused"),
    ]


def place_table(rows: Sequence[PresenceRow], span: Span, level: str) -> Table:
    """One line for each place."""

    def url(row: PresenceRow) -> str:
        query = {"place": row.place.code, "on": day(span.last)} | (
            {"period": "month"} if span.is_month else {}
        )
        return f"{reverse('staffing:presence')}?{urlencode(query)}"

    return Table(
        name="presence",
        title=pgettext("presence", "By place, lowest rate first"),
        heads=((gettext_lazy("Place"), ""), *NUMBERS),
        rows=[
            [
                Cell(
                    text=label_of(row.place),
                    url="" if level == "grid" else url(row),
                    sub=where(row.place.parent_path) if level == "grid" else "",
                ),
                *numbers(row, span, row.place.code),
            ]
            for row in rows
        ],
        empty=_("Nobody has to be on post in this period: no working day, or no full-time post is filled."),
    )


def day_table(rows: Sequence[PresenceDay], code: str) -> Table:
    """One line for each working day, the newest first."""
    return Table(
        name="presence-days",
        title=_("By day"),
        heads=((pgettext_lazy("presence", "Day"), ""), *NUMBERS),
        rows=[
            [Cell(text=day(row.on), css="tnum"), *numbers(row, Span(row.on, row.on, is_month=False), code)]
            for row in reversed(rows)
        ],
        empty=_("Nobody has to be on post in this period: no working day, or no full-time post is filled."),
    )


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The places as CSV, with numerator and denominator."""
    at = now()
    paths = narrowed(reading_paths(actor), request.GET.get("place", ""))
    span = span_of(request, local(at).date())
    head = (
        gettext_lazy("Code"),
        gettext_lazy("Place"),
        gettext_lazy("From"),
        gettext_lazy("To"),
        *(label for label, _css in NUMBERS),
    )
    lines = [
        [
            row.place.code,
            label_of(row.place),
            day(span.first),
            day(span.last),
            row.rate.words,
            row.rate.part,
            row.rate.whole,
            row.rate.missing,
            row.unconfirmed,
            row.excused,
        ]
        for row in rows_of(paths, span, level_below(paths))
    ]
    return csv_answer("presence", head, lines, by=actor, at=at, query=request.GET.urlencode())


def wanted_of(request: HttpRequest, today: date) -> dict[str, Any]:
    """The filters of the list. Raises Invalid."""
    first, last = day_of(request.GET.get("from", "")), day_of(request.GET.get("to", ""))
    last = min(last or today, today)
    state, user = request.GET.get("state", ""), request.GET.get("user", "")
    return {
        "first": max(first or last, last - 92 * DAY),
        "last": last,
        "state": state if state in {"required", *STATES} else "",
        "user_id": int(user) if user.isdigit() and len(user) < 18 else None,
    }


@require_safe
@desk_page
def days(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The person-days of at most a quarter, newest first."""
    code = request.GET.get("place", "")
    paths = narrowed(reading_paths(actor), code)
    key = read(request.GET.get("cursor", ""), 2)[1]
    after = (str(key[0]), int(key[1])) if key is not None and is_key(key) else None
    rows = queries.person_days(paths, **wanted_of(request, local(now()).date()), after=after, limit=SIZE + 1)
    more, rows = len(rows) > SIZE, rows[:SIZE]
    context = {
        "title": _("Days on post"),
        "table": days_table(rows, actor),
        "next": pack("n", rows[-1].key) if more else None,
        "previous": "" if after is not None else None,
        "shown": len(rows),
        "filters": [
            place_filter(code),
            Filter(kind="date", name="from", label=_("From")),
            Filter(kind="date", name="to", label=_("To")),
            Filter(
                kind="select",
                name="state",
                label=_("State"),
                options=[("required", pgettext("presence", "required")), *state_words().items()],
            ),
        ],
        "is_filtered": any(key != "cursor" for key in request.GET),
        "clear_url": reverse("staffing:presence-days"),
        "export_url": f"{reverse('staffing:presence-days-export')}?{request.GET.urlencode()}",
        "buttons": _record_button(actor),
    }
    return page(request, actor, "list", "presence", context)


def is_key(key: Sequence[Any]) -> bool:
    """Whether a cursor names a day and a person. Raises Invalid for a day that is none."""
    return day_of(str(key[0])) is not None and isinstance(key[1], int)


DAY_HEADS = (
    (pgettext_lazy("presence", "Day"), ""),
    (gettext_lazy("Person"), ""),
    (pgettext_lazy("column", "Home unit"), ""),
    (pgettext_lazy("column", "Grid"), ""),
    (gettext_lazy("State"), ""),
    (gettext_lazy("Checked in"), ""),
    (gettext_lazy("Recorded by"), ""),
)


def days_table(rows: Sequence[PersonDay], actor: Actor) -> Table:
    """The rows, with the step for those who keep the place."""

    def step(row: PersonDay) -> Cell:
        if row.state in {"on_post", "excused"} or row.user_id == actor.user_id:
            return Cell()
        if not keeps(actor, row.grid_path):
            return Cell()
        query = urlencode({"user": row.user_id, "on": day(row.on)})
        verb = (
            pgettext("presence", "Confirm") if row.state == "unconfirmed" else pgettext("presence", "Record")
        )
        return Cell(text=verb, url=f"{reverse('staffing:presence-record')}?{query}", css="num")

    return Table(
        name="days",
        heads=(*DAY_HEADS, ("", "num")),
        rows=[
            [
                Cell(text=day(row.on), css="tnum"),
                Cell(text=row.name, url=reverse("staffing:person", args=[row.user_id])),
                Cell(text=row.unit),
                Cell(text=row.grid_name, sub=where(row.grid_path)),
                Cell(text=row.state_label, lamp=TONES[row.state], word=row.state_label, sub=row.note),
                Cell(text=clock(row), sub=row.whereabouts_label if row.checked_at else "", css="tnum"),
                Cell(text=row.decided_by),
                step(row),
            ]
            for row in rows
        ],
        empty=_("Working days of people in full-time posts appear here, with who was there."),
    )


def clock(row: PersonDay) -> str:
    """When somebody checked in, by the clock on the wall."""
    return f"{local(row.checked_at):%H:%M}" if row.checked_at else ""


@require_safe
@desk_page
def days_export(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """The person-days as CSV."""
    at = now()
    paths = narrowed(reading_paths(actor), request.GET.get("place", ""))
    rows = queries.person_days(paths, **wanted_of(request, local(at).date()))
    head = (*(label for label, _css in DAY_HEADS), gettext_lazy("Whereabouts"), gettext_lazy("Note"))
    lines = (
        [
            day(row.on),
            row.name,
            row.unit,
            row.grid_name,
            row.state_label,
            clock(row),
            row.decided_by,
            row.whereabouts_label,
            row.note,
        ]
        for row in rows
    )
    return csv_answer("presence-days", head, lines, by=actor, at=at, query=request.GET.urlencode())


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def record(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Somebody was on post, or not: by those who keep one of the person's grids."""
    reading_paths(actor, KEEPERS)
    initial = {
        "user": request.GET.get("user", ""),
        "on": request.GET.get("on") or day(local(now()).date()),
        "is_on_post": "yes",
    }
    form = PresenceForm(request.POST or None, initial=initial, by=actor)
    ask = Ask(
        title=_("Record presence"),
        verb=_("Save"),
        active="presence",
        back=reverse("staffing:presence-days"),
        done=_("Saved."),
        note=_("For somebody who could not check in, or whose check-in came from elsewhere."),
    )

    def deed() -> None:
        data = form.cleaned_data
        presences.record(
            data["person"].pk,
            data["on"],
            is_on_post=data["is_on_post"],
            by=actor,
            at=now(),
            note=data["note"],
        )

    return run_form(request, actor, form, ask, deed)
