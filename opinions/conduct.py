"""The verbs after registering: how it spreads, what it is judged to be, who answers and how, what came of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.foundation.errors import Conflict, NotFound, Unprocessable
from grids.territory import latest as territory
from incidents import intake, sides
from incidents.drafts import TicketDraft
from incidents.models import Notice, Ticket
from incidents.places import Spot
from incidents.telling import tell
from opinions.finding import MATTER, count_faults, is_link
from opinions.frame import Move, moving
from opinions.limits import due_at
from opinions.models import OnlineOpinion, OpinionReading, OpinionTicket
from opinions.states import Level, OpinionState, Result

TICKET_SOURCE: Final = "dept_transfer"
BATCH: Final = 200
ANSWERING = (Notice.Audience.LEADS, Notice.Audience.HANDLERS)


def perform(
    name: str, pk: int, *, by: Actor, at: datetime, version: int | None = None, **data: Any
) -> OnlineOpinion:
    """Do one of the verbs. Raises NotFound, StaleVersion, IllegalTransition, Forbidden, Unprocessable, Conflict."""
    if name not in DEEDS:
        raise NotFound()
    with moving(name, pk, by=by, at=at, version=version) as move:
        DEEDS[name](move, data)
    return move.row


def _observe(move: Move, data: dict[str, Any]) -> None:
    counts = {name: int(data.get(name) or 0) for name in ("views", "comments", "shares")}
    if faults := count_faults(**counts):
        raise Unprocessable(fields=faults)
    for name, value in counts.items():
        setattr(move.row, name, value)
    move.data = counts
    OpinionReading.objects.create(opinion=move.row, at=move.at, **counts)


def _assess(move: Move, data: dict[str, Any]) -> None:
    """Level and analysis, as every way of assessing needs them."""
    level = str(data.get("level") or "")
    if level not in Level.values:
        raise Unprocessable(fields={"level": [pgettext_lazy("opinions", "Choose a level")]})
    move.opinion = move.text("opinion", str(data.get("opinion") or ""))
    move.row.level, move.row.analysis = level, move.opinion
    move.row.assessed_at = move.row.assessed_at or move.at
    move.data = {"level": level}


def _assign(move: Move, data: dict[str, Any]) -> None:
    _assess(move, data)
    unit = territory().units.get(int(data.get("unit") or 0))
    if unit is None:
        raise Unprocessable(
            fields={"unit": [pgettext_lazy("opinions", "Choose the unit that has to respond")]}
        )
    row = move.row
    row.unit_id, row.assigned_at = unit.id, move.at
    row.respond_due_at = due_at("respond", row.level, move.at)
    move.data |= {"unit": unit.code, "due": row.respond_due_at.isoformat()}
    _tell(move, "assigned", [unit.id])


def _respond(move: Move, data: dict[str, Any]) -> None:
    row, link = move.row, str(data.get("response_link") or "").strip()
    row.response = move.text("response", str(data.get("response") or ""))
    if link and not is_link(link):
        told = pgettext_lazy("opinions", "This is not a link: it begins with http or https")
        raise Unprocessable(fields={"response_link": [told]})
    row.response_link, row.responded_at = link, move.at
    move.opinion = row.response
    is_late = row.respond_due_at is not None and move.at > row.respond_due_at
    move.data = {"link": link, "late": is_late}
    _tell(move, "responded", centre_of(row))


def _send_back(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", str(data.get("opinion") or ""))
    row = move.row
    row.responded_at, row.respond_due_at = None, due_at("respond", row.level, move.at)
    move.data = {"due": row.respond_due_at.isoformat()}
    units = [row.unit_id] if row.unit_id else []
    _tell(move, "sent_back", units)


def _close(move: Move, data: dict[str, Any]) -> None:
    result = str(data.get("result") or "")
    if result not in Result.values:
        raise Unprocessable(fields={"result": [pgettext_lazy("opinions", "Choose a result")]})
    move.opinion = move.text("opinion", str(data.get("opinion") or ""))
    move.row.result, move.row.closed_at = result, move.at
    move.data = {"result": result}


def _dismiss(move: Move, data: dict[str, Any]) -> None:
    move.opinion = move.text("opinion", str(data.get("opinion") or ""))
    move.row.assessed_at = move.row.closed_at = move.at


def _raise_ticket(move: Move, data: dict[str, Any]) -> None:
    """Register a ticket through the intake that everybody uses; one for each opinion."""
    row = move.row
    if row.tickets.filter(origin=OpinionTicket.Origin.RAISED).exists():
        raise Conflict(pgettext_lazy("opinions", "A ticket has been raised from it already"), code="raised")
    place = territory().by_path.get(row.region_path)
    draft = TicketDraft(
        source=TICKET_SOURCE,
        category=MATTER,
        title=row.title,
        content=f"{row.text}\n\n{row.get_platform_display()} {row.link}".strip(),
        spot=Spot(region_code=place.code if place is not None else ""),
        occurred_at=row.found_at,
        external_no=row.number,
    )
    ticket = intake.register(draft, by=move.by, at=move.at).ticket
    OpinionTicket.objects.create(opinion=row, ticket=ticket, origin=OpinionTicket.Origin.RAISED)
    sides.mark(ticket.pk, "opinions")
    move.data = {"ticket": ticket.number}


DEEDS: Final[dict[str, Callable[[Move, dict[str, Any]], None]]] = {
    "observe": _observe,
    "watch": _assess,
    "assign": _assign,
    "respond": _respond,
    "send_back": _send_back,
    "close": _close,
    "dismiss": _dismiss,
    "raise_ticket": _raise_ticket,
}


def raised_ticket(row: OnlineOpinion) -> Ticket | None:
    """The ticket that the opinion raised."""
    found = row.tickets.filter(origin=OpinionTicket.Origin.RAISED).select_related("ticket").first()
    return found.ticket if found is not None else None


def centre_of(row: OnlineOpinion) -> list[int]:
    """The command unit that answers for the place at town level or above, and that of the city."""
    land = territory()
    units = [land.command_unit(row.region_path, tier) for tier in ("town", "city")]
    return sorted({unit.id for unit in units if unit is not None})


def _tell(move: Move, what: str, unit_ids: list[int]) -> None:
    """In the city's language; those who answer, or those who oversee."""
    row = move.row
    audiences = (Notice.Audience.OVERSIGHT,) if what == "responded" else ANSWERING
    for audience in audiences:
        tell(
            key=f"opinion:{row.pk}:{what}:{row.version}",
            kind=f"opinion_{what}",
            title=words_of(what, row),
            url=reverse("opinions:opinion", args=[row.number]),
            at=move.at,
            unit_ids=unit_ids,
            audience=audience,
            by=move.by,
        )


def words_of(what: str, row: OnlineOpinion) -> str:
    """What the bell says, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "assigned": pgettext("opinions", "Online opinion to be answered: %(title)s"),
            "sent_back": pgettext("opinions", "The answer to an online opinion came back: %(title)s"),
            "responded": pgettext("opinions", "Online opinion answered: %(title)s"),
            "assess_late": pgettext("opinions", "Online opinion not assessed in time: %(title)s"),
            "respond_late": pgettext("opinions", "Online opinion not answered in time: %(title)s"),
        }
        return (words[what] % {"title": row.title})[:200]


def sweep(*, at: datetime) -> int:
    """Tell once of every limit that has passed: the centre, and the unit that has to respond. Safe to run twice."""
    told = Q(state=OpinionState.REGISTERED, alarmed_for=F("assess_due_at"))
    told |= Q(state=OpinionState.ASSIGNED, alarmed_for=F("respond_due_at"))
    rows = OnlineOpinion.objects.late(at).exclude(told)
    return sum(_alarm(pk, at) for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _alarm(pk: int, at: datetime) -> int:
    rows = OnlineOpinion.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    row = rows.filter(pk=pk).first()
    due = row.due_at if row is not None else None
    if row is None or due is None or due > at or row.alarmed_for == due:
        return 0
    what = "assess_late" if row.state == OpinionState.REGISTERED else "respond_late"
    units = {str(Notice.Audience.OVERSIGHT): centre_of(row)}
    if what == "respond_late" and row.unit_id:
        units |= {str(audience): [row.unit_id] for audience in ANSWERING}
    for audience, unit_ids in units.items():
        tell(
            key=f"opinion:{row.pk}:{what}:{due.isoformat()}",
            kind="overdue",
            title=words_of(what, row),
            url=reverse("opinions:opinion", args=[row.number]),
            at=at,
            unit_ids=unit_ids,
            audience=audience,
        )
    OnlineOpinion.objects.filter(pk=pk).update(alarmed_for=due)
    return 1
