"""What the charts of the dashboard are drawn from: values with the key of their cell and the list behind each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from governance.command.figures import Beat, Dashboard
from governance.command.periods import DAY
from governance.command.picture.cells import beat_key, heat_key
from governance.command.picture.heat import HOURS
from governance.command.picture.spans import SpanPicture
from governance.foundation.clock import local
from incidents.views.links import list_url

Data = Mapping[str, Any]


def rhythm_data(found: Dashboard, now: str, then: str) -> Data:
    """What came in by hour or day, beside the period before; hours that lie ahead have no bar."""
    beats = found.rhythm
    pattern = "%H" if found.period.beat < DAY else "%m-%d"
    return {
        "kind": "bar",
        "categories": [beat.starts.strftime(pattern) for beat in beats],
        "series": [
            {
                "name": now,
                "values": [None if _is_ahead(found, beat) else beat.now.count for beat in beats],
                "urls": [list_url(beat.now.wanted) for beat in beats],
                "cells": [beat_key(beat) for beat in beats],
            },
            {
                "name": then,
                "values": [beat.before.count for beat in beats],
                "urls": [list_url(beat.before.wanted) for beat in beats],
                "cells": [f"then.{beat_key(beat)}" for beat in beats],
                "tone": "grey",
            },
        ],
    }


def _is_ahead(found: Dashboard, beat: Beat) -> bool:
    return beat.starts > local(found.period.at)


def sources_data(found: Dashboard) -> Data:
    """Reports by source, the most first."""
    return {
        "kind": "rank",
        "categories": [source.name for source in found.sources],
        "series": [
            {
                "name": _("Reports"),
                "values": [source.figure.count for source in found.sources],
                "urls": [list_url(source.figure.wanted) for source in found.sources],
                "cells": [f"source.{source.key}" for source in found.sources],
            }
        ],
    }


def heat_data(found: Dashboard) -> Data:
    """Classes by hours."""
    heat = found.heat
    return {
        "kind": "heat",
        "categories": [f"{hour:02d}" for hour in HOURS],
        "rows": list(heat.names),
        "series": [
            {
                "name": _("Reports"),
                "values": [[cell.hour, cell.row, cell.figure.count] for cell in heat.cells],
                "urls": [list_url(cell.figure.wanted) for cell in heat.cells],
                "cells": [heat_key(heat.codes[cell.row], cell.hour) for cell in heat.cells],
            }
        ],
    }


def heat_table(found: Dashboard) -> Sequence[tuple[str, Sequence[Any]]]:
    """The same in rows: a name and the cell of each hour, or nothing."""
    heat = found.heat
    by_place = {(cell.row, cell.hour): cell for cell in heat.cells}
    return [
        (
            name,
            [
                (heat_key(heat.codes[row], hour), by_place[row, hour].figure)
                if (row, hour) in by_place
                else None
                for hour in HOURS
            ],
        )
        for row, name in enumerate(heat.names)
    ]


def intake_data(found: SpanPicture) -> Data:
    """Accepted matters by day or month, those of grid workers apart."""
    beats = found.beats
    return {
        "kind": "stack",
        "categories": [beat.label for beat in beats],
        "series": [
            {
                "name": pgettext("dashboard", "Grid workers"),
                "values": [beat.intake.part for beat in beats],
                "urls": [_side(beat.intake_url, "part") for beat in beats],
            },
            {
                "name": _("Other sources"),
                "values": [beat.intake.whole - beat.intake.part for beat in beats],
                "urls": [_side(beat.intake_url, "missing") for beat in beats],
                "tone": "grey",
            },
        ],
    }


def on_time_data(found: SpanPicture) -> Data:
    """The rate of being on time by day or month."""
    beats = found.beats
    return {
        "kind": "line",
        "unit": "%",
        "categories": [beat.label for beat in beats],
        "series": [
            {
                "name": found.tiles["K05"].label if "K05" in found.tiles else "K05",
                "values": [None if beat.percent is None else float(beat.percent) for beat in beats],
                "urls": [beat.on_time_url for beat in beats],
            }
        ],
    }


def _side(url: str, side: str) -> str:
    return url.replace("side=whole", f"side={side}")
