"""Which field each side may read: in the clear, masked, or not at all; what is masked is shown with a reason.

Rows with a day replace what is shipped; a field that nobody has granted is hidden. The same masks hold on pages and
over REST; a system never sees what is masked in the clear.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import pgettext_lazy

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, Text, Unprocessable
from governance.foundation.masking import mask_name, mask_phone
from grids import scope as scopes
from incidents.disclosure import MIN_REASON, REVEALERS
from incidents.models import Step, Ticket
from incidents.views.faces import unit_name
from police_link.models import FieldGrant, PoliceIncident
from police_link.querysets import centre_paths, police_paths
from police_link.rules import CENTRE_SIDE, POLICE_SIDE

SHIPPED: Final = Path(__file__).parent / "data" / "grants.json"
CLEAR, MASKED, HIDDEN = (str(level) for level in FieldGrant.Level)
SHOWN_OF_TEXT: Final = 12
NAMES: Final[Mapping[str, Text]] = {
    "number": pgettext_lazy("police field", "Number of the ticket"),
    "state": pgettext_lazy("police field", "State"),
    "title": pgettext_lazy("police field", "Title"),
    "category": pgettext_lazy("police field", "Category"),
    "urgency": pgettext_lazy("police field", "Urgency"),
    "place": pgettext_lazy("police field", "Place"),
    "registered_at": pgettext_lazy("police field", "Registered"),
    "due_at": pgettext_lazy("police field", "Due"),
    "closed_at": pgettext_lazy("police field", "Closed"),
    "lead_unit": pgettext_lazy("police field", "Lead unit"),
    "result": pgettext_lazy("police field", "Result"),
    "content": pgettext_lazy("police field", "Content"),
    "citizen_name": pgettext_lazy("police field", "Name of the citizen"),
    "citizen_phone": pgettext_lazy("police field", "Telephone of the citizen"),
    "handler": pgettext_lazy("police field", "Who handled it"),
    "dealt": pgettext_lazy("police field", "What the police did first"),
    "police_unit": pgettext_lazy("police field", "Police unit"),
    "caller_name": pgettext_lazy("police field", "Name of the caller"),
    "caller_phone": pgettext_lazy("police field", "Telephone of the caller"),
    "officer": pgettext_lazy("police field", "Officer on the spot"),
    "police_note": pgettext_lazy("police field", "Internal note of the police"),
}
OWN_MASKED: Final = frozenset({"caller_name", "caller_phone", "citizen_name", "citizen_phone"})
"""Personal data is masked on one's own side as well."""
MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "citizen_name": mask_name,
    "caller_name": mask_name,
    "officer": mask_name,
    "handler": mask_name,
    "citizen_phone": mask_phone,
    "caller_phone": mask_phone,
}


@cache
def shipped() -> Mapping[str, Mapping[str, str]]:
    """What stands where nobody has set anything else."""
    found: Mapping[str, Mapping[str, str]] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return found


def grants(reader: str, on: date) -> dict[str, str]:
    """Field by field, how that side reads the other side's matter on that day: one statement."""
    found = dict(shipped()[reader])
    rows = FieldGrant.objects.filter(reader=reader, valid_from__lte=on).order_by("valid_from", "pk")
    found |= {field: level for field, level in rows.values_list("field", "level") if field in found}
    return found


def own(reader: str) -> dict[str, str]:
    """How one reads one's own matter."""
    other = POLICE_SIDE if reader == CENTRE_SIDE else CENTRE_SIDE
    return {field: MASKED if field in OWN_MASKED else CLEAR for field in shipped()[other]}


def levels(what: str, side: str, on: date) -> dict[str, str]:
    """`what`: `incident` (written by the police) or `ticket` (written by the centre), read by `side`."""
    writer = POLICE_SIDE if what == "incident" else CENTRE_SIDE
    return own(side) if side == writer else grants(side, on)


def masked(field: str, text: str) -> str:
    """A value as it is shown masked: a text by its beginning only."""
    if field in MASKS:
        return MASKS[field](text)
    return text if len(text) <= SHOWN_OF_TEXT else f"{text[:SHOWN_OF_TEXT]}…"


def shown(values: Mapping[str, Any], rights: Mapping[str, str]) -> dict[str, Any]:
    """The values that may be read, as they may be read; hidden ones are left out."""
    found = {}
    for field, level in rights.items():
        if level == HIDDEN or field not in values:
            continue
        plain = values[field]
        found[field] = masked(field, str(plain)) if level == MASKED and plain else plain
    return found


def incident_values(row: PoliceIncident) -> dict[str, Any]:
    """What the police have written."""
    return {field: getattr(row, field) for field in shipped()[CENTRE_SIDE]}


def ticket_values(ticket: Ticket) -> dict[str, Any]:
    """What the centre knows of the ticket: two statements beside the ticket's own."""
    citizen = ticket.requesters.order_by("pk").first()
    done = Step.objects.filter(ticket=ticket, verb="feedback").order_by("-pk").first()
    return {
        "number": ticket.number,
        "state": str(ticket.get_state_display()),
        "title": ticket.title,
        "category": ticket.category.label,
        "urgency": str(ticket.get_urgency_display()),
        "place": ticket.place,
        "registered_at": ticket.registered_at,
        "due_at": ticket.due_at,
        "closed_at": ticket.closed_at,
        "lead_unit": unit_name(ticket.lead_unit_id),
        "result": done.opinion if done is not None else "",
        "content": ticket.content,
        "citizen_name": citizen.name if citizen is not None else "",
        "citizen_phone": citizen.phone if citizen is not None else "",
        "handler": done.actor_name if done is not None else "",
    }


def values_of(row: PoliceIncident, what: str) -> dict[str, Any]:
    """The plain values of one half. Raises NotFound where there is no ticket."""
    if what == "incident":
        return incident_values(row)
    if row.ticket is None:
        raise NotFound()
    return ticket_values(row.ticket)


def revealing_role(row: PoliceIncident, by: Actor) -> str:
    """The role under which `by` may see masked fields. Raises Forbidden: systems and leaders see masks only."""
    if any(row.region_path.startswith(path) for path in (*centre_paths(by), *police_paths(by))):
        held = scopes.of(by.user).roles
        for role in REVEALERS:
            if role in held:
                return role
    raise Forbidden(
        pgettext_lazy("police", "Masked fields stay masked for this role"),
        roles=[str(role) for role in REVEALERS],
    )


def reveal(
    row: PoliceIncident, what: str, field: str, *, by: Actor, side: str, at: datetime, reason: str
) -> str:
    """A masked field in the clear; `row` must be one that `by` may see.

    Raises NotFound (hidden, or not there), Forbidden, Unprocessable (no reason).
    """
    if levels(what, side, local(at).date()).get(field) != MASKED:
        raise NotFound()
    plain = str(values_of(row, what).get(field) or "")
    actor = by.acting_as(revealing_role(row, by))
    reason = reason.strip()
    if len(reason) < MIN_REASON:
        raise Unprocessable(
            fields={"reason": [pgettext_lazy("police", "Say in a few words what you need it for")]}
        )
    with transaction.atomic():
        details = {"what": what, "field": field, "reason": reason[:500], "side": side}
        journal.record("police.reveal", by=actor, obj=row, at=at, details=details)
    return plain
