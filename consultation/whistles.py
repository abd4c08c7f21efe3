"""The verbs of a whistle call: a town calls (a community through its town), departments answer, come and report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consultation import notices, photos
from consultation.frame import Move, answering, calling, leave_deed
from consultation.limits import WARN, span, whistle_limit
from consultation.models import CallLine, WhistleCall
from consultation.models.whistle import STAGES
from consultation.rules import role_over
from consultation.states import CALL_TABLE, LINE_OPEN, LINE_UNFINISHED, CallKind, CallState, LineState
from governance.accounts.actors import SYSTEM_ACTOR, Actor
from governance.accounts.models import OrgUnit, Tier
from governance.foundation.errors import IllegalTransition, Text, Unprocessable
from governance.foundation.numbers import next_numbers
from governance.foundation.state_machine import Verb
from grids import scope as scopes
from grids.coordinates import metres_between
from grids.territory import Unit
from grids.territory import current as territory
from incidents import sides
from incidents.inviting import invite
from incidents.models import Ticket
from incidents.places import Spot, locate

SIDE = "consultation"
CALLABLE = frozenset(
    {
        OrgUnit.Kind.DEPARTMENT,
        OrgUnit.Kind.TOWN_ENFORCEMENT,
        OrgUnit.Kind.POLICE,
        OrgUnit.Kind.MEDIATION_ORGANIZATION,
        OrgUnit.Kind.UTILITY,
    }
)
"""Whom a town may whistle for: departments and those who work like one, not its own tiers."""
MOST_UNITS = 20


@dataclass(frozen=True, kw_only=True)
class CallDraft:
    """What the town or community writes down. Without a ticket a place is needed."""

    kind: str
    title: str
    content: str
    units: Sequence[int]
    ticket: Ticket | None = None
    spot: Spot | None = None


@transaction.atomic
def whistle(draft: CallDraft, *, by: Actor, at: datetime) -> WhistleCall:
    """Call departments; from a community it is a request that its town confirms. Raises Forbidden, Unprocessable."""
    _must_be_sound(draft)
    row = _placed(draft)
    verb, actor = _entitled(row, by)
    assert by.user is not None
    row.number, row.made_by, row.made_at = next_numbers("CS", at)[0], by.user, at
    row.kind, row.title, row.content = draft.kind, draft.title.strip(), draft.content.strip()
    row.wanted = [unit.id for unit in _units(draft.units)]
    row.state = verb.target
    row.save(force_insert=True)
    move = Move(row, verb, actor, at, data={"units": row.wanted})
    if verb.name == "call":
        _call(move, row.wanted)
        row.save(update_fields=["called_at", "wanted"])
    else:
        notices.told_request(row, at, by=by)
    leave_deed(move, "", None)
    return row


def _must_be_sound(draft: CallDraft) -> None:
    missing: dict[str, list[Text]] = {}
    if draft.kind not in CallKind.values:
        missing["kind"] = [_("Choose for what you whistle")]
    if not draft.title.strip():
        missing["title"] = [_("Give it a title")]
    if not draft.content.strip():
        missing["content"] = [_("Say what is needed, and where to meet")]
    if not draft.units:
        missing["units"] = [_("Choose at least one department")]
    if draft.ticket is None and draft.spot is None:
        missing["region"] = [_("Choose a ticket or a place")]
    if missing:
        raise Unprocessable(fields=missing)


def _placed(draft: CallDraft) -> WhistleCall:
    """The unsaved call at its place, with the town that answers for it."""
    row = WhistleCall(ticket=draft.ticket)
    if draft.ticket is not None:
        ticket = draft.ticket
        if ticket.is_final:
            raise Unprocessable(_("This ticket is finished: nobody can be called for it"), code="finished")
        row.region_id, row.region_path = ticket.region_id, ticket.region_path
        row.place, row.lon, row.lat = ticket.place, ticket.lon, ticket.lat
        row.is_sensitive = ticket.is_sensitive
    else:
        assert draft.spot is not None
        found = locate(draft.spot)
        row.region_id, row.region_path = found.place.region_id, found.place.path
        row.place, row.lon, row.lat = draft.spot.text.strip()[:200], found.lon, found.lat
    town = territory().command_unit(row.region_path, Tier.TOWN)
    if town is None or town.tier != Tier.TOWN:
        raise Unprocessable(fields={"region": [_("No town answers for this place")]})
    row.caller_id = town.id
    return row


def _entitled(row: WhistleCall, by: Actor) -> tuple[Verb, Actor]:
    """A town whistles for its own place; a community of the place asks it to. Raises Forbidden."""
    if row.caller_id in scopes.of(by.user).unit_ids:
        call = CALL_TABLE["call"]
        return call, by.acting_as(role_over(call, by, units=[row.caller_id]))
    request = CALL_TABLE["request"]
    own = territory().command_unit(row.region_path, Tier.COMMUNITY)
    actor = by.acting_as(role_over(request, by, units=[own.id if own is not None else None]))
    row.asked_by_unit_id = own.id if own is not None else None
    return request, actor


def _units(ids: Iterable[int]) -> list[Unit]:
    """The departments of those ids. Raises Unprocessable for others than may be called."""
    land, found = territory(), []
    for unit_id in dict.fromkeys(ids):
        unit = land.units.get(unit_id)
        if unit is None or unit.kind not in CALLABLE:
            raise Unprocessable(fields={"units": [_("Only departments in service can be called")]})
        found.append(unit)
    if len(found) > MOST_UNITS:
        raise Unprocessable(
            fields={"units": [_("At most %(limit)d departments at once") % {"limit": MOST_UNITS}]}
        )
    return found


def _call(move: Move[WhistleCall], ids: Sequence[int]) -> None:
    """Begin the answer clock of every department and tell it."""
    call, at = move.row, move.at
    call.called_at = call.called_at or at
    units = _units(ids)
    for unit in units:
        limit = span(whistle_limit(CallLine.Stage.ANSWER, call.kind), at, unit.id)
        line = CallLine.objects.create(
            call=call,
            unit_id=unit.id,
            called_at=at,
            answer_due_at=limit.due_at,
            due_at=limit.due_at,
            warn_at=limit.warn_at,
            next_alarm_at=limit.warn_at,
        )
        notices.told_call(call, line, at, by=move.by)
    call.wanted = []
    if call.ticket_id is not None:
        invite(call.ticket_id, [unit.id for unit in units], at=at)
        sides.mark(call.ticket_id, SIDE)


def confirm(
    pk: int, *, by: Actor, at: datetime, opinion: str = "", version: int | None = None
) -> WhistleCall:
    """The town makes a community's request its own call."""
    with calling("confirm", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        _call(move, move.row.wanted)
    return move.row


def refuse(
    name: str, pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None
) -> WhistleCall:
    """`reject` by the town, `withdraw` by the community."""
    with calling(name, pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        move.row.finished_at = at
        notices.told_end(move.row, name, at, by=by)
    return move.row


def call_more(
    pk: int, *, by: Actor, at: datetime, units: Sequence[int], opinion: str = "", version: int | None = None
) -> WhistleCall:
    """Call departments that have not been called yet."""
    with calling("call_more", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        known = set(move.row.lines.values_list("unit", flat=True))
        fresh = [unit for unit in dict.fromkeys(units) if unit not in known]
        if not fresh:
            raise Unprocessable(fields={"units": [_("Choose departments that have not been called yet")]})
        move.data["units"] = fresh
        _call(move, fresh)
    return move.row


def end(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> WhistleCall:
    """The caller ends it, with a reason: who is still on the way is released."""
    with calling("end", pk, by=by, at=at, version=version) as move:
        move.say(opinion)
        for line in move.row.lines.select_for_update().filter(state__in=sorted(LINE_OPEN)):
            line.state, line.finished_at = LineState.RELEASED, at
            line.version += 1
            _stop(line)
            line.save()
        move.row.finished_at = at
        notices.told_end(move.row, "end", at, by=by)
    return move.row


def answer(
    name: str,
    pk: int,
    *,
    by: Actor,
    at: datetime,
    opinion: str = "",
    photo_ids: Sequence[UUID] = (),
    position: Mapping[str, float] | None = None,
    version: int | None = None,
) -> CallLine:
    """What a department does: `accept`, `decline`, `arrive`, `report`. The last report completes the call."""
    with answering(name, pk, by=by, at=at, version=version) as move:
        line = move.row
        _must_be_on(line.call)
        move.say(opinion)
        if name in {"accept", "decline"}:
            line.answered_at, line.answer = at, move.opinion
            move.data["late"] = at > line.answer_due_at
        if name == "arrive":
            line.arrived_at = at
            _stand(move, position)
        if name == "report":
            line.result, line.finished_at = move.opinion, at
        _begin_stage(line, move.to_state, at)
        if photo_ids:
            move.afterwards.append(lambda: photos.keep(line, name, photo_ids, by=by, at=at))
        move.afterwards.append(lambda: notices.told_line(line, name, at, by=by))
        move.afterwards.append(lambda: _complete(line.call, at))
    return line


def _must_be_on(call: WhistleCall) -> None:
    if call.state != CallState.CALLED:
        raise IllegalTransition(_("This call is over"), state=call.state)


def _stand(move: Move[CallLine], position: Mapping[str, float] | None) -> None:
    """Where the department reports from, and how far that is from the place. Raises Unprocessable."""
    if not position:
        return
    line = move.row
    lon, lat = position.get("lon"), position.get("lat")
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Unprocessable(fields={"position": [_("This is not a possible position")]})
    line.lon, line.lat, line.accuracy = lon, lat, position.get("accuracy")
    if line.call.lon is not None and line.call.lat is not None:
        move.data["metres"] = round(metres_between(lon, lat, line.call.lon, line.call.lat))


def _begin_stage(line: CallLine, state: str, at: datetime) -> None:
    """The clock of the stage that begins with `state`; none where nothing is due any more."""
    stage = STAGES.get(state)
    if stage is None:
        _stop(line)
        return
    limit = span(whistle_limit(stage, line.call.kind), at, line.unit_id)
    line.due_at, line.warn_at, line.next_alarm_at, line.rung = (
        limit.due_at,
        limit.warn_at,
        limit.warn_at,
        WARN,
    )
    if stage == CallLine.Stage.ANSWER:
        line.answer_due_at = limit.due_at


def _stop(line: CallLine) -> None:
    line.due_at = line.warn_at = line.next_alarm_at = None


def _complete(call: WhistleCall, at: datetime) -> None:
    """With the last result the call is complete: nothing is open, nothing refused, and somebody has done something."""
    states = set(call.lines.values_list("state", flat=True))
    if states & LINE_UNFINISHED or LineState.DONE not in states:
        return
    with calling("complete", call.pk, by=SYSTEM_ACTOR, at=at) as move:
        move.row.finished_at = at
        notices.told_end(move.row, "complete", at, by=SYSTEM_ACTOR)


def overrule(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> CallLine:
    """Oversight does not accept a refusal: the department is called again, with a clock of its own."""
    with answering("overrule", pk, by=by, at=at, version=version) as move:
        line = move.row
        _must_be_on(line.call)
        move.say(opinion)
        move.data["declined"] = line.answer
        line.answer, line.answered_at, line.called_at = "", None, at
        _begin_stage(line, move.to_state, at)
        move.afterwards.append(lambda: notices.told_call(line.call, line, at, by=by))
    return line


def release(pk: int, *, by: Actor, at: datetime, opinion: str, version: int | None = None) -> CallLine:
    """The caller does not need this department any more."""
    with answering("release", pk, by=by, at=at, version=version) as move:
        _must_be_on(move.row.call)
        move.say(opinion)
        move.row.finished_at = at
        _stop(move.row)
        move.afterwards.append(lambda: _complete(move.row.call, at))
    return move.row


def score(
    pk: int, *, by: Actor, at: datetime, score: str | int, opinion: str = "", version: int | None = None
) -> CallLine:
    """The caller scores a department, once; a bad score needs words."""
    with answering("score", pk, by=by, at=at, version=version) as move:
        line = move.row
        points = int(score) if str(score).isdigit() else 0
        if not 1 <= points <= 5:
            raise Unprocessable(fields={"score": [_("Give 1 to 5 points")]})
        if line.score is not None:
            raise Unprocessable(_("This department has been scored already"), code="scored")
        move.say(opinion, required=points < 3)
        line.score, line.score_words, line.scored_at, line.scored_by_id = points, move.opinion, at, by.user_id
        move.data["score"] = points
    return line
