"""What the wall shows of a place, in sections that are sent when they change: counts and names of places, no more."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.definitions import definitions
from assessment.figures import Asked, Figure, every_day, figures, trend
from assessment.periods import DAY, Period
from assessment.subjects import Subject, of_place
from governance.command.figures import Dashboard, Rate, count
from governance.command.periods import period
from governance.command.picture.boards import Snapshot
from governance.command.picture.cells import lamp_of, line, rate_words
from governance.command.picture.heat import HOURS
from governance.command.picture.readers import reader_of_place
from governance.command.picture.spans import CONTENT, INTAKE, ON_TIME, ONCE, SOLVED
from governance.foundation.clock import local
from governance.foundation.naming import label_of
from governance.foundation.percent import percent_of
from grids.territory import Place

RATES: Final = (INTAKE, ON_TIME, ONCE, SOLVED, CONTENT)
MONTH_KEPT: Final = timedelta(seconds=60)
PLACES: Final = 12
Section = Mapping[str, Any] | Sequence[Any]


class WallPicture:
    """The picture of one place. Figures of the month are sums and change slowly: they are kept for a minute."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._month: Section = {}
        self._month_at: datetime | None = None

    def snapshot(self, at: datetime) -> Snapshot:
        """Count it now."""
        found = count(reader_of_place(self.place), period("today", at))
        if self._month_at is None or not timedelta(0) <= at - self._month_at < MONTH_KEPT:
            self._month, self._month_at = month(self.place, local(at).date()), at
        moment = local(at)
        return Snapshot(
            cells={**sections(found), "month": self._month},
            head={"at": moment.isoformat(), "day": f"{moment:%Y-%m-%d}"},
        )


def sections(found: Dashboard) -> dict[str, Section]:
    """The day: figures, hours, sources, stages, limits, places, classes by hour, and what waits for a decision."""
    on_time = line("on_time")
    return {
        "figures": _figures(found),
        "rhythm": {
            "hours": [f"{beat.starts:%H}" for beat in found.rhythm],
            "now": [
                None if beat.starts > local(found.period.at) else beat.now.count for beat in found.rhythm
            ],
            "then": [beat.before.count for beat in found.rhythm],
        },
        "sources": [[item.name, item.figure.count] for item in found.sources],
        "stages": [[item.name, item.figure.count] for item in found.stages],
        "holders": [[item.name, item.figure.count] for item in found.holders],
        "limits": {
            "late": found.late_now.count,
            "soon": found.due_soon.count,
            "safe": max(0, found.open_now.count - found.late_now.count - found.due_soon.count),
        },
        "places": [
            {
                "name": label_of(row.place),
                "intake": row.intake.count,
                "percent": row.on_time.percent,
                "open": row.open_now.count,
                "late": row.late_now.count,
                "lamp": lamp_of(row.on_time.percent, on_time),
            }
            for row in sorted(
                (row for row in found.places if row.place is not None),
                key=lambda row: (
                    row.on_time.percent is None,
                    -(row.on_time.percent or 0.0),
                    -row.intake.count,
                ),
            )[:PLACES]
            if row.place is not None
        ],
        "heat": {
            "hours": [f"{hour:02d}" for hour in HOURS],
            "rows": list(found.heat.names),
            "cells": [[cell.hour, cell.row, cell.figure.count] for cell in found.heat.cells],
        },
        "deciding": [[item.name, item.figure.count] for item in found.deciding],
    }


def _figures(found: Dashboard) -> list[dict[str, Any]]:
    earlier = [f"{pgettext('wall', 'Yesterday')} {found.intake_before.count}"]
    earlier += [f"{pgettext('wall', 'Last week')} {item.figure.count}" for item in found.compared[:1]]
    return [
        _figure("intake", _("Registered today"), found.intake.count, note="\n".join(earlier)),
        _rated("worker", _("Found by grid workers"), found.worker_share, line("worker_share")),
        _rated("on_time", _("On time, due today"), found.on_time, line("on_time")),
        _figure("open", _("Open now"), found.open_now.count, note=_("from registered to followed up")),
        _figure(
            "late",
            _("Overdue now"),
            found.late_now.count,
            lamp="red" if found.late_now.count else "green",
            note=f"{_('Late soon')} {found.due_soon.count}",
        ),
        _figure("closed", _("Closed today"), found.closed.count, note=_("by the time of closing")),
    ]


def _figure(
    key: str, label: str, value: object, *, unit: str = "", lamp: str = "", note: str = ""
) -> dict[str, Any]:
    return {"key": key, "label": label, "value": f"{value}", "unit": unit, "lamp": lamp, "note": note}


def _rated(key: str, label: str, rate: Rate, limits: list[float] | None) -> dict[str, Any]:
    value = rate_words(rate.percent)
    note = f"{rate.part.count} / {rate.whole.count}"
    if limits:
        note += f"\n{pgettext('wall', 'line')} {limits[0]:g}%"
    return _figure(key, label, value, unit="%", lamp=lamp_of(rate.percent, limits), note=note)


def month(place: Place, today: date) -> dict[str, Any]:
    """The month so far from the sums, without sensitive items: rates, and the days with intake and rate."""
    subject = of_place(place.code, place.level, label_of(place))
    stretch = Period(since=today.replace(day=1), until=today + DAY)
    known = [row for row in definitions() if row.code in RATES]
    asked = Asked(definitions=known, subjects=[subject], period=stretch, sensitive=False)
    waiting = pgettext("indicator", "Is being counted for the first time")
    found = figures(asked, waiting)
    limits = {INTAKE: line("worker_share"), ON_TIME: line("on_time")}
    rates = [
        _rate(found[code, subject.key], limits.get(code)) for code in RATES if (code, subject.key) in found
    ]
    return {"rates": rates, **_days(subject, stretch, known)}


def _rate(figure: Figure, limits: list[float] | None) -> dict[str, Any]:
    percent = figure.percent
    return {
        "label": figure.definition.label,
        "percent": None if percent is None else float(percent),
        "part": figure.part,
        "whole": figure.whole,
        "line": limits[0] if limits else None,
        "lamp": lamp_of(None if percent is None else float(percent), limits),
        "reason": figure.reason,
    }


def _days(subject: Subject, stretch: Period, known: Sequence[Any]) -> dict[str, Any]:
    """Day by day."""
    found = {}
    for code in (INTAKE, ON_TIME):
        rows = [row for row in known if row.code == code]
        asked = Asked(definitions=rows, subjects=[subject], period=stretch, sensitive=False)
        found[code] = every_day(stretch, trend(asked))
    rates = [percent_of(item.part, item.whole) for _day, item in found[ON_TIME]]
    return {
        "days": [f"{day:%m-%d}" for day, _item in found[INTAKE]],
        "intake": [item.whole for _day, item in found[INTAKE]],
        "on_time": [None if rate is None else float(rate) for rate in rates],
    }
