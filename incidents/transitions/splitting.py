"""拆分子工单: what belongs to another place or matter becomes a ticket of its own, with its own lead and clocks.

The reporters stand on the child as well but are called about the main ticket only. The main ticket waits for its
children (`moving`); each that is finished is told to whoever holds the main ticket.
"""

import secrets
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from governance.accounts.actors import Actor
from governance.audit import journal
from governance.foundation.errors import Unprocessable
from grids.territory import current as territory
from incidents.catalogue import current as catalogue
from incidents.clocks import Clocks
from incidents.deadlines import Stage
from incidents.filing import Filing
from incidents.ledger import ledger
from incidents.models import Step, Ticket
from incidents.places import Located, Spot, locate
from incidents.search import document
from incidents.states import State, Urgency
from incidents.transitions.moving import Move, moving, topics
from incidents.transitions.taking_in import URGENCY_ORDER, selectable


def split(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    content: str,
    category: str | None = None,
    region_code: str = "",
    place: str = "",
    version: int | None = None,
) -> Ticket:
    """Split off a child; returns the main ticket. The step names the child."""
    child, main = split_off(
        ticket_id,
        by=by,
        at=at,
        content=content,
        category=category,
        region_code=region_code,
        place=place,
        version=version,
    )
    assert child.parent_id == main.pk
    return main


def split_off(
    ticket_id: int,
    *,
    by: Actor,
    at: datetime,
    content: str,
    category: str | None = None,
    region_code: str = "",
    place: str = "",
    version: int | None = None,
) -> tuple[Ticket, Ticket]:
    """(child, main ticket). The child is accepted with its main ticket and waits to be dispatched."""
    with moving("split", ticket_id, by=by, at=at, version=version) as move:
        main = move.ticket
        if main.parent_id is not None:
            raise Unprocessable(
                _("This is a child ticket itself: split its main ticket instead"), code="is_child"
            )
        if main.child_count >= int(catalogue().policy("split.children")):
            raise Unprocessable(_("It has been split often enough"), code="too_many_children")
        if not content.strip():
            raise Unprocessable(fields={"content": [_("Describe the matter")]})
        child = _child(
            move, content.strip(), category, Spot(region_code=region_code.strip(), text=place.strip())
        )
        main.child_count += 1
        move.data |= {"child": child.number}
        return child, main


def _child(move: Move, content: str, category: str | None, spot: Spot) -> Ticket:
    main = move.ticket
    child = _placed(main, spot)
    if category:
        child.category = selectable(category)
    own = child.category
    child.urgency = max(main.urgency, own.urgency, key=lambda item: URGENCY_ORDER[Urgency(item)])
    child.min_level = own.min_level
    child.is_sensitive = main.is_sensitive or own.is_sensitive
    child.is_key_report = main.is_key_report or own.is_key_report
    child.content, child.title = content, content[:40]
    child.query_code = f"{secrets.randbelow(10**6):06d}"
    child.reporter_id, child.reporter_role = move.by.user_id, move.by.role
    child.state, child.parent = State.ACCEPTED, main
    child.registered_at = child.accepted_at = move.at
    child.holder_id = (
        main.holder_id if main.state == State.ACCEPTED else main.dispatched_unit_id or main.holder_id
    )
    child.accepted_unit_id = child.holder_id
    clocks = Clocks(child, move.at)
    clocks.start_stage(Stage.DISPATCH, unit_id=child.holder_id)
    clocks.summarise()
    _file(move, child, clocks)
    ledger().link_requesters(child, main)
    return child


def _placed(main: Ticket, spot: Spot) -> Ticket:
    """An unsaved ticket from the same source, at its own place, or where the main ticket lies."""
    child = Ticket(
        source=main.source,
        demand_type=main.demand_type,
        category=main.category,
        is_confidential=main.is_confidential,
        place=spot.text or main.place,
    )
    if not spot.region_code:
        for name in ("region_id", "region_path", "town_id", "community_id", "grid_id", "lon", "lat", "datum"):
            setattr(child, name, getattr(main, name))
        child.is_outside_grids = main.is_outside_grids
        return child
    return _located(child, locate(spot))


def _located(child: Ticket, located: Located) -> Ticket:
    land, path = territory(), located.place.path
    town, community = land.at_level(path, "town"), land.at_level(path, "community")
    child.region_id, child.region_path = located.place.region_id, path
    child.town_id = town.id if town else None
    child.community_id = community.id if community else None
    child.grid_id = located.place.id if located.place.level == "grid" else None
    return child


def _file(move: Move, child: Ticket, clocks: Clocks) -> None:
    """The child with its first step and clock, in one statement, and its journal entry."""
    step = Step(
        ticket=child,
        verb="split_off",
        from_state="",
        to_state=child.state,
        at=move.at,
        actor_id=move.by.user_id,
        actor_name=move.by.name[:80],
        role=move.by.role,
        unit_id=move.by.unit_id,
        holder_id=child.holder_id,
        client=move.by.client,
        data={"main": move.ticket.number},
    )
    entry = partial(journal.entry, "ticket.split_off", by=move.by, obj=child, at=move.at, after=child.facts())
    words = document(child.title, child.content, child.place)
    rows = [step, *clocks.running.values()]
    ledger().file(Filing(ticket=child, words=words, at=move.at, rows=rows, entry=entry))
    event = {
        "id": step.pk,
        "number": child.number,
        "verb": step.verb,
        "state": child.state,
        "path": child.region_path,
    }
    ledger().nudge(topics(child), event)
