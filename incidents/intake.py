"""The first verb, from every source: idempotent on source and external number, durable before the answer."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.accounts.models import COMMAND_KINDS, Tier
from governance.accounts.roles import WORKERS, Role
from governance.audit import journal
from governance.foundation.errors import Conflict, Invalid, Problem, Unprocessable
from governance.foundation.prepared import fresh
from grids.territory import Unit
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.clientele import reaches
from incidents.clocks import Clocks
from incidents.drafts import Citizen, Intake, TicketDraft, opening_of
from incidents.filing import Filing
from incidents.ledger import ledger
from incidents.models import Assignment, Attachment, MatterCategory, Requester, Ticket, TicketSource
from incidents.places import Located, locate
from incidents.repeats import repeat_of
from incidents.rules import registering_role
from incidents.search import document
from incidents.states import TICKET_TABLE, State, Urgency
from incidents.transitions.moving import Move, bind_attachments, event, step_of, topics
from incidents.transitions.taking_in import URGENCY_ORDER, selectable

__all__ = ["Citizen", "Intake", "TicketDraft", "preview", "register", "register_new", "self_handle"]
Files = Mapping[str, Sequence[UUID]]


def register(draft: TicketDraft, *, by: Actor, at: datetime) -> Intake:
    """Make one ticket of one report. A repeat of the same source and external number returns the first
    ticket; changed words are kept as a supplement. Two simultaneous posts make one ticket.

    Raises Forbidden, Invalid, Unprocessable.
    """
    actor = by.acting_as(registering_role(TICKET_TABLE["register"], by))
    source = known_source(draft.source, actor)
    files = {Attachment.Phase.BEFORE.value: draft.attachments} if draft.attachments else {}
    return _once(draft, source, partial(_reported, draft, source, by=actor, at=at), files, by=actor, at=at)


def register_new(drafts: Sequence[TicketDraft], *, by: Actor, at: datetime) -> list[Intake | Problem | None]:
    """What became of each report that is new, all written in one statement; None for one that is there already.

    Every draft has its external number and no files. A refused one is not written; it may still be a repeat.
    """
    moves: list[Move | Problem] = []
    for draft in drafts:
        try:
            actor = by.acting_as(registering_role(TICKET_TABLE["register"], by))
            moves.append(_reported(draft, known_source(draft.source, actor), by=actor, at=at))
        except Problem as problem:
            moves.append(problem)
    filed = [(move, draft) for move, draft in zip(moves, drafts, strict=True) if isinstance(move, Move)]
    written = iter(ledger().file_many([_filing(move, draft) for move, draft in filed]))
    return [move if isinstance(move, Problem) else _told(move) if next(written) else None for move in moves]


def _told(move: Move) -> Intake:
    """A new ticket that is written: open screens hear of it."""
    ledger().nudge(topics(move.ticket), event(move))
    return Intake(move.ticket, created=True)


def preview(draft: TicketDraft, *, by: Actor, at: datetime) -> Ticket:
    """The ticket that `register` would make of a first report, with its place and due times. Nothing is written.

    Raises Forbidden, Invalid, Unprocessable.
    """
    actor = by.acting_as(registering_role(TICKET_TABLE["register"], by))
    move = _reported(draft, known_source(draft.source, actor), by=actor, at=at)
    move.clocks.summarise()
    return move.ticket


def _reported(draft: TicketDraft, source: TicketSource, *, by: Actor, at: datetime) -> Move:
    located = locate(draft.spot)
    if by.is_api_client and not reaches(by, located.place.path):
        raise Unprocessable(
            fields={"point": [_("This place lies outside the regions of this key")]}, code="outside_regions"
        )
    ticket = build(draft, source, located, by=by, at=at)
    ticket.holder_id = pool_unit(ticket.region_path, by).id
    _need_worker_evidence(draft, ticket, by)
    clocks = Clocks(ticket, at)
    clocks.start_accept(unit_id=ticket.holder_id)
    return _first_move("register", ticket, clocks, by=by, at=at)


def self_handle(
    draft: TicketDraft,
    *,
    by: Actor,
    at: datetime,
    before: Sequence[UUID],
    after: Sequence[UUID],
    opinion: str,
) -> Intake:
    """Handled on the spot by the grid itself: registered and closed at once, with photos before and after.

    Only where the matter may be closed in the grid (table 5a row 2).
    """
    located = locate(draft.spot)
    actor = by.acting_as(registering_role(TICKET_TABLE["self_handle"], by, located.place.path))
    source = known_source(draft.source, actor)
    files = {Attachment.Phase.BEFORE.value: before, Attachment.Phase.AFTER.value: after}

    def make() -> Move:
        move = _handled(draft, source, located, files, by=actor, at=at)
        move.say(opinion, required=True)
        return move

    return _once(draft, source, make, files, by=actor, at=at)


def _handled(
    draft: TicketDraft, source: TicketSource, located: Located, files: Files, *, by: Actor, at: datetime
) -> Move:
    ticket = build(draft, source, located, by=by, at=at)
    if ticket.min_level != Tier.GRID:
        raise Unprocessable(
            _("This matter cannot be closed in the grid; please report it"), code="below_level"
        )
    if not all(ledger().has_images(ids, by) for ids in files.values()):
        raise Unprocessable(fields={"attachments": [_("Photos before and after are needed")]})
    ticket.holder_id = pool_unit(ticket.region_path, by, tier=Tier.GRID).id
    ticket.lead_unit_id = ticket.holder_id
    ticket.state, ticket.closure_kind = State.CLOSED, Ticket.ClosureKind.SELF_HANDLED
    ticket.accepted_at = ticket.feedback_at = ticket.checked_at = ticket.closed_at = at
    return _first_move("self_handle", ticket, Clocks(ticket, at), by=by, at=at)


def _first_move(name: str, ticket: Ticket, clocks: Clocks, *, by: Actor, at: datetime) -> Move:
    verb = TICKET_TABLE[name]
    data = {"source": ticket.source.code}
    return Move(ticket=ticket, verb=verb, by=by, at=at, clocks=clocks, to_state=verb.target, data=data)


def _once(
    draft: TicketDraft,
    source: TicketSource,
    make: Callable[[], Move],
    files: Files,
    *,
    by: Actor,
    at: datetime,
) -> Intake:
    """File what `make` makes, unless the report is there already.

    A first report that could no longer be filed (its own due time has passed, its category has gone) is still
    recognised when it comes again.
    """
    try:
        if (made := _file(make(), draft, files)) is not None:
            return made
    except Invalid:
        if (repeat := repeat_of(draft, source, by=by, at=at)) is not None:
            return repeat
        raise
    if (repeat := repeat_of(draft, source, by=by, at=at)) is not None:
        return repeat
    raise Conflict(_("The first report of this matter has just been withdrawn; please send it again"))


def _file(move: Move, draft: TicketDraft, files: Files) -> Intake | None:
    """Write the ticket and everything that belongs to it; None when the report is there already."""
    with ledger().atomic() if files else nullcontext():
        if not ledger().file(_filing(move, draft)):
            return None
        for phase, ids in files.items():
            move.attachment_ids = ids
            bind_attachments(move, phase)
    return _told(move)


def _filing(move: Move, draft: TicketDraft) -> Filing:
    ticket, by, at = move.ticket, move.by, move.at
    move.clocks.summarise()
    move.step = step_of(move, "")
    if ticket.is_confidential and draft.citizen is None:
        move.step.actor_name = ""  # the reporter's own name; the journal knows it
    rows: list[models.Model] = [move.step, *move.clocks.running.values()]
    if draft.citizen is not None and (draft.citizen.name or draft.citizen.phone):
        rows.append(Requester(ticket=ticket, at=at, **vars(draft.citizen)))
    if by.role in {Role.DEPT_HANDLER, Role.DEPT_LEAD, Role.MEDIATOR} and by.unit_id:
        role = Assignment.Role.REGISTRAR
        rows.append(Assignment(ticket=ticket, unit_id=by.unit_id, role=role, at=at))
    return Filing(
        ticket=ticket,
        words=document(ticket.title, ticket.content, ticket.place),
        at=at,
        rows=rows,
        entry=partial(
            journal.entry, f"ticket.{move.verb.name}", by=by, obj=ticket, at=at, after=ticket.facts()
        ),
    )


def known_source(code: str, by: Actor) -> TicketSource:
    """The active source of that code; a client may only use its own. Raises Unprocessable."""
    source = catalogue().sources.get(code)
    if source is None or not source.is_active or (by.is_api_client and code not in by.source_codes):
        raise Unprocessable(fields={"source": [_("Unknown source")]}, code="unknown_source")
    return source


def build(draft: TicketDraft, source: TicketSource, located: Located, *, by: Actor, at: datetime) -> Ticket:
    """The unsaved ticket with every fact frozen on it; its number comes with the filing."""
    category = selectable(draft.category)
    _check_times(draft, at)
    content = draft.content.strip()
    if not content:
        raise Invalid(fields={"content": [_("Describe the matter")]})
    land = territory()
    path = located.place.path
    town, community = land.at_level(path, "town"), land.at_level(path, "community")
    return fresh(
        Ticket,
        query_code=f"{secrets.randbelow(10**6):06d}",
        source=source,
        external_no=draft.external_no or None,
        content_digest=draft.digest(),
        client_id=by.client_id,
        reporter_id=by.user_id,
        reporter_role=by.role,
        demand_type=draft.demand_type,
        category=category,
        urgency=_urgency(draft, category),
        min_level=category.min_level,
        title=(draft.title.strip() or opening_of(content))[:120],
        content=content,
        region_id=located.place.region_id,
        region_path=path,
        town_id=town.id if town else None,
        community_id=community.id if community else None,
        grid_id=located.place.id if located.place.level == "grid" else None,
        place=draft.spot.text.strip(),
        lon=located.lon,
        lat=located.lat,
        datum=draft.spot.coord_system if located.lon is not None else "",
        accuracy=draft.spot.accuracy,
        is_outside_grids=located.is_outside,
        occurred_at=draft.occurred_at,
        registered_at=at,
        external_due_at=draft.external_due_at,
        is_sensitive=category.is_sensitive,
        is_key_report=category.is_key_report,
        is_confidential=draft.is_confidential,
        needs_reply=bool(draft.citizen and draft.citizen.phone and draft.citizen.needs_reply),
    )


def _urgency(draft: TicketDraft, category: MatterCategory) -> str:
    """The reporter may raise the category's urgency, never lower it."""
    wanted = draft.urgency or category.urgency
    return max(wanted, category.urgency, key=lambda item: URGENCY_ORDER[Urgency(item)])


def _check_times(draft: TicketDraft, at: datetime) -> None:
    tolerance = timedelta(minutes=catalogue().policy("future.tolerance_minutes"))
    if draft.occurred_at is not None and draft.occurred_at > at + tolerance:
        raise Unprocessable(fields={"occurred_at": [_("This time lies in the future")]}, code="future_time")
    if draft.external_due_at is not None and draft.external_due_at <= at:
        raise Unprocessable(
            fields={"external_due_at": [_("This due time has passed already")]}, code="past_time"
        )


def _need_worker_evidence(draft: TicketDraft, ticket: Ticket, by: Actor) -> None:
    """A worker's own report comes with a photo and a position (table 5a row 1)."""
    if by.role not in WORKERS or draft.source != "worker":
        return
    if ticket.lon is None:
        raise Unprocessable(fields={"point": [_("A worker's report needs a position")]})
    if not ledger().has_images(draft.attachments, by):
        raise Unprocessable(fields={"attachments": [_("A worker's report needs a photo")]})


POOL_TIER: dict[str, str] = {
    Role.TOWN_STAFF: Tier.TOWN,
    Role.COMMUNITY_STAFF: Tier.COMMUNITY,
    **dict.fromkeys(WORKERS, Tier.COMMUNITY),
}


def pool_unit(path: str, by: Actor, *, tier: str = "") -> Unit:
    """The intake pool that gets a report at `path`: the reporter's tier, the city's for everybody else."""
    wanted = tier or POOL_TIER.get(by.role, Tier.CITY)
    unit = territory().command_unit(path, wanted)
    if unit is None or (unit.kind not in COMMAND_KINDS and wanted != Tier.GRID):
        raise Unprocessable(_("No unit answers for this place yet"), code="no_pool")
    return unit
