"""How a report looks on a screen: the way it has gone, its clocks, texts, receipts and story."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.accounts.roles import SYSTEM, Role
from grids.territory import current as territory
from incidents.views.faces import unit_name
from key_reports import masks
from key_reports.models import KeyReport, KeyStep, ReportClock, ReportRecipient, ReportText, labels
from key_reports.rules import knows_reporter, may_reveal
from key_reports.states import ENDING, ITEMS, REPORT_TABLE, TONES, ReportState, Stage

WAY = (
    ReportState.DRAFT,
    ReportState.PHONED,
    ReportState.FIRST_REPORTED,
    ReportState.RECEIVED,
    ReportState.RELAYED,
    ReportState.FOLLOWING,
    ReportState.FINAL,
    ReportState.CLOSED,
)


def place_words(path: str) -> str:
    """The places from the town down."""
    chain = [place.name for place in territory().chain(path)]
    return " · ".join(chain[2:] or chain[-1:])


def way_of(row: KeyReport) -> list[dict[str, Any]]:
    """The states of the way, those behind and the present one marked; of a downgraded report none."""
    if row.state == ReportState.DOWNGRADED:
        return []
    here = WAY.index(ReportState(row.state))
    return [
        {"label": state.label, "is_done": place < here, "is_now": place == here}
        for place, state in enumerate(WAY)
    ]


def clock_faces(row: KeyReport, at: datetime) -> list[dict[str, Any]]:
    """The report's own clocks: the latest of each stage, in order; receipts stand with the recipients."""
    latest: dict[str, ReportClock] = {}
    for clock in row.clocks.filter(recipient=None).order_by("pk"):
        latest[clock.stage] = clock
    return [clock_face(latest[stage], at) for stage in Stage.values if stage in latest]


def clock_face(clock: ReportClock, at: datetime) -> dict[str, Any]:
    """One clock in words."""
    return {
        "row": clock,
        "label": clock.get_stage_display(),
        "lamp": clock.lamp(at),
        "is_running": clock.stopped_at is None,
        "is_over": clock.stopped_at is None and clock.due_at <= at,
    }


def text_faces(row: KeyReport, texts: Iterable[ReportText], actor: Actor) -> list[dict[str, Any]]:
    """The texts as they were sent, newest first: numbers of people masked, what has changed since the last marked."""
    shows, knows = may_reveal(actor, row), knows_reporter(actor, row)
    found, before = [], None
    for text in texts:
        items = text.items
        lines = labels(masks.masked_items(items), ITEMS | (ENDING if text.kind == "final" else {}))
        names = [*ITEMS, *ENDING]
        changed = {
            names[place]
            for place in range(len(lines))
            if before is not None and items.get(names[place], "") != before.get(names[place], "")
        }
        marked = [
            {"label": label, "value": value, "is_new": names[place] in changed}
            for place, (label, value) in enumerate(lines)
        ]
        before = items
        found.append(
            {
                "row": text,
                "lines": marked,
                "title": text_title(text),
                "author": text.author.name if knows or text.author_id != row.writer_id else "",
                "may_reveal": shows and masks.has_masked(items),
            }
        )
    return found[::-1]


def text_title(text: ReportText) -> str:
    """`Follow-up report 2`."""
    label = str(text.get_kind_display())
    if text.kind != "follow":
        return label
    return pgettext("key report", "%(kind)s no. %(number)d") % {"kind": label, "number": text.number}


def recipient_faces(rows: Iterable[ReportRecipient], at: datetime) -> list[dict[str, Any]]:
    """Who has it, who has confirmed, who was phoned."""
    return [
        {
            "row": item,
            "name": unit_name(item.unit_id) or item.name,
            "lamp": item.clock.lamp(at),
            "by": item.received_by.name if item.received_by is not None else "",
            "is_late": item.clock.is_late or (item.received_at is None and item.clock.due_at <= at),
        }
        for item in rows
    ]


def entries(row: KeyReport, steps: Iterable[KeyStep]) -> list[dict[str, Any]]:
    """The story, as given. Whoever reported in confidence is not named."""
    return [
        {
            "title": REPORT_TABLE[step.verb].label,
            "at": step.at,
            "who": _who(step),
            "role": str(Role(step.role).label) if step.role in Role.values else "",
            "text": step.words,
            "tone": TONES.get(step.to_state, ""),
            "facts": list(_facts(step.data)),
        }
        for step in steps
    ]


def _who(step: KeyStep) -> str:
    if step.role == SYSTEM:
        return pgettext("key report", "Platform")
    return step.actor_name or pgettext("key report", "Reporter, identity confidential")


def _facts(data: dict[str, Any]) -> Iterable[tuple[str, str]]:
    if data.get("to"):
        yield pgettext("key report", "Phoned"), masks.masked(data["to"])
    units = "、".join(filter(None, (unit_name(pk) for pk in data.get("units", ()))))
    if people := data.get("people"):
        names = User.objects.filter(pk__in=people).order_by("pk").values_list("name", flat=True)
        units = "、".join(filter(None, [units, *names]))
    if units:
        yield pgettext("key report", "Sent to"), units
    if data.get("ticket"):
        yield pgettext("key report", "Ticket"), data["ticket"]
