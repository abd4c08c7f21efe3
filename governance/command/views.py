"""The first dashboard: how the day goes, each number a door to its list. It refreshes itself."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.command.figures import Beat, Dashboard, PlaceRow, dashboard
from governance.command.periods import DAY, PERIODS, period
from governance.exchange.doors import desk_page
from governance.foundation.clock import local, now
from governance.foundation.errors import Forbidden
from governance.foundation.naming import label_of
from governance.foundation.pages import is_partial
from grids import scope as scopes
from incidents.catalogue import current as catalogue
from incidents.views.links import AS_FILED, GROUND, list_url

Data = Mapping[str, Any]


@require_safe
@desk_page
def dashboard_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?period=today|yesterday|week&ground=then`; htmx gets the part that refreshes."""
    if not scopes.of(actor.user).reaches:
        raise Forbidden(_("Figures are shown to people with an appointment"))
    as_filed = request.GET.get(GROUND) == AS_FILED
    found = dashboard(actor, period(request.GET.get("period", ""), now()), as_filed=as_filed)
    is_refresh, change = is_partial(request), change_of(found)
    context = {
        "found": found,
        "periods": [(name, name == found.period.name, period_words(name)) for name in PERIODS],
        "grounds": ground_choices(as_filed),
        "query": query_words(found.period.name, as_filed=as_filed),
        "words": WORDS[found.period.name](),
        "rhythm": rhythm_data(found),
        "sources": sources_data(found),
        "places": [(row, place_name(found, row)) for row in found.places],
        "places_title": places_title(found.level),
        "most": max((row.intake.count for row in found.places), default=0),
        "most_open": max((stage.figure.count for stage in found.stages), default=0),
        "change": change,
        "change_words": f"{abs(change or 0):.1f}",
        "on_time_line": line("on_time"),
        "worker_line": line("worker_share"),
        "is_refresh": is_refresh,
    }
    return render(request, "command/_dashboard.html" if is_refresh else "command/dashboard.html", context)


def line(name: str) -> list[float] | None:
    """The rule value of a line, in percent: good from, fair from. None where nobody has set one."""
    found: list[float] | None = catalogue().policies.get(f"line.{name}")
    return found


def change_of(found: Dashboard) -> float | None:
    """Percent more (or less) than in the period before; None when there was nothing to compare with."""
    before = found.intake_before.count
    return 100 * (found.intake.count - before) / before if before else None


def period_words(name: str) -> str:
    """The word on the switch."""
    return {
        "today": pgettext("period", "Today"),
        "yesterday": pgettext("period", "Yesterday"),
        "week": pgettext("period", "Last 7 days"),
    }[name]


def ground_choices(as_filed: bool) -> list[tuple[str, bool, str]]:
    """The readings of the map: key, whether it is on, the word on the switch."""
    return [
        ("", not as_filed, pgettext("reading of the map", "On today's grids")),
        (AS_FILED, as_filed, pgettext("reading of the map", "As it was")),
    ]


def query_words(name: str, *, as_filed: bool) -> str:
    """The query string of this very page."""
    return f"?period={name}" + (f"&{GROUND}={AS_FILED}" if as_filed else "")


WORDS = {
    "today": lambda: {
        "intake": _("Registered today"),
        "before": _("Yesterday by this time"),
        "on_time": _("On time, due today"),
        "closed": _("Closed today"),
        "now": pgettext("period", "Today"),
        "then": pgettext("period", "Yesterday"),
    },
    "yesterday": lambda: {
        "intake": _("Registered yesterday"),
        "before": _("The day before"),
        "on_time": _("On time, due yesterday"),
        "closed": _("Closed yesterday"),
        "now": pgettext("period", "Yesterday"),
        "then": _("The day before"),
    },
    "week": lambda: {
        "intake": _("Registered in 7 days"),
        "before": _("7 days before, by this time"),
        "on_time": _("On time, due in 7 days"),
        "closed": _("Closed in 7 days"),
        "now": pgettext("period", "Last 7 days"),
        "then": _("7 days before"),
    },
}


def rhythm_data(found: Dashboard) -> Data:
    """What came in by hour or day, beside the period before; hours that lie ahead have no bar."""
    beats, words = found.rhythm, WORDS[found.period.name]()
    pattern = "%H" if found.period.beat < DAY else "%m-%d"
    return {
        "kind": "bar",
        "categories": [beat.starts.strftime(pattern) for beat in beats],
        "series": [
            {
                "name": words["now"],
                "values": [None if _is_ahead(found, beat) else beat.now.count for beat in beats],
                "urls": [list_url(beat.now.wanted) for beat in beats],
            },
            {
                "name": words["then"],
                "values": [beat.before.count for beat in beats],
                "urls": [list_url(beat.before.wanted) for beat in beats],
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
            }
        ],
    }


def place_name(found: Dashboard, row: PlaceRow) -> str:
    """The name of a row in the reader's language."""
    if row.place is None:
        return {
            "town": _("No town known"),
            "community": _("No community known"),
            "grid": _("No grid known"),
        }[found.level]
    return label_of(row.place)


def places_title(level: str) -> str:
    """The heading of the table of places."""
    return {
        "town": _("By town or street"),
        "community": _("By village or community"),
        "grid": _("By grid"),
    }[level]
