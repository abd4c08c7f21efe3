"""The list of tickets: filters as chips and fields, pages by key, counts that stay cheap."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from governance.accounts.actors import Actor
from governance.accounts.models import Tier
from governance.exchange.doors import desk_page
from governance.foundation.clock import now
from governance.foundation.errors import Invalid, Text
from grids.models import Grid, Region
from incidents.bulk import offered
from incidents.catalogue import current as catalogue
from incidents.models import SavedFilter, Ticket
from incidents.queries import Key, TicketFilter, bounded_count, filtered, newest_page
from incidents.querysets import TicketQuerySet
from incidents.rules import may_export, may_register
from incidents.search import is_rare
from incidents.states import TICKET_TABLE, DemandType, RequestKind, State, Urgency
from incidents.views.desk.views import default_url
from incidents.views.faces import rows_of, unit_name
from incidents.views.links import AS_FILED, GROUND, filter_from
from incidents.views.register import region_words
from incidents.views.unread import unread

SIZE, COUNT_CAP = 50, 10_000

FLAGS: tuple[tuple[str, Text], ...] = (
    ("open", gettext_lazy("Open")),
    ("late", gettext_lazy("Late now")),
    ("soon", gettext_lazy("Late soon")),
    ("overdue", gettext_lazy("Was late")),
    ("outside", gettext_lazy("Outside every grid")),
)
# What a ticket carries, or what has happened to it at least once: behind "more filters".
MARKS: tuple[tuple[str, Text], ...] = (
    ("urged", gettext_lazy("Urged")),
    ("waits", gettext_lazy("Citizen waits for an answer")),
    ("returned", pgettext_lazy("filter", "Was returned")),
    ("reworked", pgettext_lazy("filter", "Was reworked")),
    ("reopened", pgettext_lazy("filter", "Was reopened")),
    ("merged", pgettext_lazy("filter", "Has merged reports")),
    ("binding", gettext_lazy("Binding assignment")),
    ("supervised", pgettext_lazy("filter", "Supervised")),
    ("instructed", pgettext_lazy("filter", "Leader's instruction")),
    ("excluded", pgettext_lazy("filter", "Left out of the assessment")),
    ("auto_signed", gettext_lazy("Signed by the platform")),
    ("key", gettext_lazy("Key report")),
    ("pressing", pgettext_lazy("filter", "Urgent worry")),
    ("sensitive", gettext_lazy("Sensitive")),
    ("confidential", gettext_lazy("Confidential")),
)
# States that some verb of today leads to.
REACHED = frozenset(target for verb in TICKET_TABLE if verb.available for target in verb.targets)
# Keys of the form's own fields; those of chips are carried along, as is any other key of a drill-down.
FIELDS = frozenset(
    {
        *("view", "q", "source", "region", "category", "urgency", "demand", "since", "until"),
        *("cursor", "level", "asked"),
    }
)
OTHER: dict[str, Text] = {
    "holder": pgettext_lazy("filter", "Held by"),
    "lead": pgettext_lazy("filter", "Lead unit"),
    "reporter": pgettext_lazy("filter", "Registered by one person"),
    "hour": pgettext_lazy("filter", "Hour of registration"),
    "due_since": pgettext_lazy("filter", "Due from"),
    "due_until": pgettext_lazy("filter", "Due until"),
    "closed_since": pgettext_lazy("filter", "Closed from"),
    "closed_until": pgettext_lazy("filter", "Closed until"),
    "in_time": pgettext_lazy("filter", "In time"),
    "counted": pgettext_lazy("filter", "Counted in rates"),
    "assessed": pgettext_lazy("filter", "Counted in the assessment"),
    "without": pgettext_lazy("filter", "Place not known"),
    "path": pgettext_lazy("filter", "Former place"),
    "area": pgettext_lazy("filter", "In an area drawn on the map"),
}


@dataclass(frozen=True, kw_only=True)
class OtherChip:
    """A restriction that came with a drill-down link."""

    key: str
    label: str


@require_safe
@desk_page
def list_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Newest first; `?cursor=` continues. A list of several pages fetches its count afterwards."""
    if address := default_url(request, actor, SavedFilter.Page.LIST):
        return redirect(address)
    at = now()
    wanted = filter_from(request.GET, at)
    rows = filtered(seen_rows(actor, wanted), wanted, in_order=True)
    after, before = read_cursor(request.GET.get("cursor", ""))
    page = newest_page(rows.for_rows(), size=SIZE, after=after, before=before)
    is_whole = page.next_key is None and page.previous_key is None
    context = {
        "rows": rows_of(page.rows, at),
        "unread": unread(request.GET, wanted),
        "total": len(page.rows) if is_whole else None,
        "next": write_cursor("o", page.next_key),
        "previous": write_cursor("n", page.previous_key),
        "may_export": may_export(actor) and bool(page.rows),
        "may_register": may_register(actor),
        "may_change_many": bool(offered(actor)),
        **controls(request.GET),
    }
    return render(request, "incidents/list.html", context)


@require_safe
@desk_page
def count(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How many tickets the same query finds: exact up to a bound, "more than" beyond it."""
    rows = found_rows(actor, filter_from(request.GET, now()))
    total = bounded_count(rows, COUNT_CAP)
    context = {"total": min(total, COUNT_CAP), "is_more": total > COUNT_CAP}
    return render(request, "incidents/_count.html", context)


def found_rows(actor: Actor, wanted: TicketFilter) -> TicketQuerySet:
    """What this person may see of what is asked for."""
    return filtered(seen_rows(actor, wanted), wanted)


def seen_rows(actor: Actor, wanted: TicketFilter) -> TicketQuerySet:
    """What this person may see, along the index that fits what is asked for."""
    return Ticket.objects.visible_to(actor, along="few" if is_rare(wanted.words) else "")


def controls(query: QueryDict) -> dict[str, Any]:
    """What the filter fields and chips show for this query."""
    category = catalogue().by_code.get(query.get("category", ""))
    found = {
        "states": [(state.value, state.label) for state in State if state in REACHED],
        "flags": FLAGS,
        "marks": MARKS,
        "levels": Tier.choices,
        "requests": RequestKind.choices,
        "has_more_on": any(query.get(key) for key in ("level", "asked", *(key for key, _label in MARKS))),
        "sources": [(row.code, row.label) for row in catalogue().sources.values()],
        "urgencies": Urgency.choices,
        "demands": DemandType.choices,
        "category_shown": category.label if category else query.get("category", ""),
        "region_shown": region_words(query.get("region", "")),
        "others": [
            OtherChip(key=key, label=other_words(key, query.get(key, ""))) for key in query if key in OTHER
        ],
        "kept": [(key, value) for key in query if key not in FIELDS for value in query.getlist(key) if value],
        "has_place": bool(query.get("region") or query.get("path")),
        "ground": (GROUND, AS_FILED),
        "is_filtered": any(key not in {"cursor", "view"} for key in query),
    }
    return {**found, "controls_key": _key(found, query)}


def _key(found: Mapping[str, Any], query: QueryDict) -> str:
    """What tells two forms of filters apart in one language: all that is not the same for everybody always."""
    asked = [(key, value) for key in query if key != "cursor" for value in query.getlist(key)]
    names = [found["category_shown"], found["region_shown"], [chip.label for chip in found["others"]]]
    return repr((asked, names, found["sources"]))


def other_words(key: str, value: str) -> str:
    """A drill-down restriction in words."""
    name = str(OTHER[key])
    if key in {"holder", "lead"}:
        return f"{name} {unit_name(int(value)) if value.isdigit() and len(value) < 19 else ''}".strip()
    if key == "path":
        return f"{name} {former_name(value)}"
    if key == "hour":
        return f"{name} {value.zfill(2)[:2]}:00–{value.zfill(2)[:2]}:59"
    if key in {"in_time", "counted", "assessed"}:
        return name if value == "1" else _("not: %(name)s") % {"name": name}
    return name if key in {"without", "reporter", "area"} else f"{name} {value.replace('T', ' ')[:16]}"


def former_name(path: str) -> str:
    """The name of a grid or region that is no longer in force, else its path."""
    for model in (Grid, Region):
        row = model.objects.filter(path=path).only("name", "name_en").order_by("-valid_from", "-id").first()
        if row is not None:
            return row.label
    return path


def write_cursor(direction: str, key: Key | None) -> str | None:
    """A key as an opaque word: `o` towards older rows, `n` towards newer ones."""
    if key is None:
        return None
    return (
        base64.urlsafe_b64encode(f"{direction}|{key[0].isoformat()}|{key[1]}".encode()).decode().rstrip("=")
    )


def read_cursor(text: str) -> tuple[Key | None, Key | None]:
    """(after, before) of a cursor. Raises Invalid for one that is not ours."""
    if not text:
        return None, None
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        direction, moment, pk = plain.split("|")
        key = (datetime.fromisoformat(moment), int(pk))
        if key[0].tzinfo is None or not 0 < key[1] < 2**63:
            raise ValueError(plain)
    except (ValueError, binascii.Error) as error:
        raise Invalid(_("This page of the list cannot be found; please start from the first one")) from error
    return (None, key) if direction == "n" else (key, None)
