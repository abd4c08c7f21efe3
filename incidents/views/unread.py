"""What of an address a list could not read: told in words, so that nobody takes the rest for what was asked.

The rest holds. A day, number or mark that cannot be read does not restrict; a name that is not there fits nothing.
"""

from collections.abc import Iterator
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from governance.accounts.models import Tier
from governance.foundation.errors import Text
from incidents.catalogue import current as catalogue
from incidents.queries import TicketFilter
from incidents.queries.filtering import HOURS, PLACED_BY
from incidents.states import DemandType, RequestKind, State, Urgency
from incidents.views.links import FLAGS, MOMENTS, NUMBERS, SINCES, UNTILS, is_read

LONGEST = 20
DAYS: dict[str, Text] = {
    "since": gettext_lazy("Registered from"),
    "until": gettext_lazy("Registered until"),
    "due_since": pgettext_lazy("filter", "Due from"),
    "due_until": pgettext_lazy("filter", "Due until"),
    "closed_since": pgettext_lazy("filter", "Closed from"),
    "closed_until": pgettext_lazy("filter", "Closed until"),
}
NAMES: dict[str, Text] = {
    "state": gettext_lazy("State"),
    "source": gettext_lazy("Source"),
    "urgency": gettext_lazy("Urgency"),
    "demand": gettext_lazy("Demand type"),
    "level": gettext_lazy("Lowest level"),
    "asked": gettext_lazy("Waits for a decision"),
    "category": gettext_lazy("Category"),
    "region": gettext_lazy("Region"),
}


def unread(query: QueryDict, wanted: TicketFilter) -> list[str]:
    """One sentence for each part of the address that cannot hold; nothing for an address in order."""
    return [*_ignored(query), *_unknown(query, wanted), *_backwards(wanted)]


def _ignored(query: QueryDict) -> Iterator[str]:
    for key in (*SINCES, *UNTILS):
        if not is_read(key, query.get(key, "")):
            words = _("“%(value)s” is not a day; the filter “%(name)s” does not hold.")
            yield words % {"value": query[key][:LONGEST], "name": DAYS[key]}
    strange = [key for key in (*NUMBERS, *FLAGS, *MOMENTS, "in_time") if not is_read(key, query.get(key, ""))]
    if query.get("without") and query["without"] not in PLACED_BY:
        strange.append("without")
    if strange:
        words = _("Parts of this address cannot be read and do not hold: %(parts)s.")
        yield words % {"parts": "、".join(f"{key}={query[key][:LONGEST]}" for key in strange)}


def _unknown(query: QueryDict, wanted: TicketFilter) -> Iterator[str]:
    known = {
        "state": (wanted.states, set(State.values)),
        "source": (wanted.sources, set(catalogue().sources)),
        "urgency": ([wanted.urgency], set(Urgency.values)),
        "demand": ([wanted.demand_type], set(DemandType.values)),
        "level": ([wanted.min_level], set(Tier.values)),
        "asked": ([wanted.asked], set(RequestKind.values)),
    }
    strange = {
        key: next((one for one in some if one and one not in all_), "") for key, (some, all_) in known.items()
    }
    strange["region"] = query.get("region", "") if wanted.path == "unknown/" else ""
    category = wanted.category
    if category and not any(code.startswith(category) for code in catalogue().editions_of):
        strange["category"] = category
    for key, value in strange.items():
        if value:
            words = _("There is no “%(value)s” under “%(name)s”.")
            yield words % {"value": value[:LONGEST], "name": NAMES[key]}


def _backwards(wanted: TicketFilter) -> Iterator[str]:
    spans: list[tuple[datetime | None, datetime | None]] = [
        (wanted.since, wanted.until),
        (wanted.due_since, wanted.due_until),
        (wanted.closed_since, wanted.closed_until),
    ]
    if any(since is not None and until is not None and since >= until for since, until in spans):
        yield _("The last day lies before the first one, so that no ticket fits.")
    if wanted.hour is not None and wanted.hour not in HOURS:
        yield pgettext("filter", "A day has the hours from 0 to 23.")
