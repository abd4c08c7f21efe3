"""What a verb costs: at most twelve statements, whatever it does."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grids.territory import current as territory
from incidents import directory, transitions
from incidents.mandate import ruling
from incidents.models import Ticket
from incidents.states import MOVES
from tests.cast import DAY, HOUR, MINUTE, MONDAY, ROAD_DAMAGE, Cast, MakeTicket, Photo

pytestmark = pytest.mark.django_db
MOST = 12
WORDS: dict[str, Any] = {"opinion": "按规定办理"}
BASIS = WORDS | {"basis": "三定规定"}
SUSPENSION = WORDS | {
    "cause": "funds",
    "plan": "年内改造",
    "responsible": "lead",
    "review_on": date(2026, 12, 1),
}
FEEDBACK = WORDS | {"result_kind": "resolved"}

# verb, the state it begins in, who does it, its data, what is done before
WAYS: tuple[tuple[str, str, str, dict[str, Any], tuple[tuple[str, str, dict[str, Any]], ...]], ...] = (
    ("reject", "registered", "dispatcher", WORDS | {"reason_code": "beyond_duty"}, ()),
    ("accept", "registered", "dispatcher", {}, ()),
    ("reclassify", "accepted", "dispatcher", WORDS | {"category": "1104"}, ()),
    ("take_back", "accepted", "dispatcher", WORDS, ()),
    ("dispatch", "accepted", "dispatcher", {"co_handlers": ["RQ", "E1"], "override_reason": "试点"}, ()),
    ("withdraw", "dispatched", "dispatcher", WORDS, ()),
    ("sign", "dispatched", "handler", {}, ()),
    ("ask_return", "dispatched", "handler", BASIS, ()),
    ("return", "dispatched", "lead", BASIS, ()),
    ("decline_return", "dispatched", "lead", WORDS, (("ask_return", "handler", BASIS),)),
    ("grant_return", "returned", "dispatcher", {}, ()),
    ("refuse_return", "returned", "dispatcher", WORDS, ()),
    ("ask_extension", "handling", "handler", WORDS | {"amount": 1}, ()),
    ("extend", "handling", "lead", {}, (("ask_extension", "handler", WORDS | {"amount": 1}),)),
    ("refuse_extension", "handling", "lead", WORDS, (("ask_extension", "handler", WORDS | {"amount": 1}),)),
    ("ask_suspension", "handling", "lead", SUSPENSION, ()),
    ("suspend", "handling", "oversight", {}, (("ask_suspension", "lead", SUSPENSION),)),
    ("refuse_suspension", "handling", "oversight", WORDS, (("ask_suspension", "lead", SUSPENSION),)),
    ("resume", "suspended", "lead", {}, ()),
    ("feedback", "handling", "handler", FEEDBACK, ()),
    ("check", "feedback", "oversight", {}, ()),
    ("rework", "feedback", "oversight", WORDS, ()),
    ("follow_up", "follow_up", "duty", {"outcome": "unsolved"}, ()),
    ("redo", "follow_up", "oversight", WORDS, (("follow_up", "duty", {"outcome": "unsolved"}),)),
    ("close", "called", "dispatcher", {}, ()),
    ("reopen", "closed", "oversight", WORDS, ()),
    ("archive", "closed", "system", {}, ()),
    ("void", "handling", "oversight", WORDS, ()),
    ("split", "handling", "dispatcher", {"content": "另一处同类问题"}, ()),
    ("urge", "handling", "duty", WORDS, ()),
    ("mark_pressing", "handling", "dispatcher", {}, ()),
    ("clear_pressing", "closed", "dispatcher", WORDS, (("mark_pressing", "dispatcher", {}),)),
    ("unmerge", "merged", "dispatcher", WORDS, ()),
)
ELSEWHERE = {"merge", "link", "unlink", "send_verification", "verify", "escalate"}
"""Measured below, with what they need."""


def cost(name: str, ticket: Ticket, by: Any, at: Any, data: dict[str, Any]) -> list[str]:
    """The statements of one verb."""
    with CaptureQueriesContext(connection) as queries:
        transitions.perform(name, ticket.pk, by=by, at=at, data=data)
    return [sql[:90] for query in queries if "SAVEPOINT" not in (sql := query["sql"] or "")]


def test_every_verb_is_measured() -> None:
    assert {way[0] for way in WAYS} | ELSEWHERE == {verb.name for verb in MOVES}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[0])
def test_a_verb_costs_at_most_twelve(cast: Cast, make_ticket: MakeTicket, steady: None, way: Any) -> None:
    name, state, who, data, before = way
    ticket, at = make_ticket(state), MONDAY + HOUR
    for verb, person, said in before:
        transitions.perform(verb, ticket.pk, by=cast.everybody[person], at=at, data=said)
    if name == "dispatch":
        codes = data["co_handlers"]
        data = data | {"to": cast.unit("CG").pk, "co_handlers": [cast.unit(code).pk for code in codes]}
        directory.match(ticket, at=at)  # what a process reads once is not the verb's
        ruling(ticket, territory().unit_by_code["CG"], at=at)
    moment = {"archive": at + 31 * DAY, "take_back": MONDAY + 5 * MINUTE}.get(name, at + HOUR)
    said = cost(name, ticket, cast.everybody[who], moment, data)
    assert len(said) <= MOST, (len(said), said)


def test_the_others_as_well(cast: Cast, make_ticket: MakeTicket, photo: Photo, steady: None) -> None:
    at, picture = MONDAY + HOUR, photo(cast.worker)
    ticket = make_ticket(category=ROAD_DAMAGE)
    here = {"lon": ticket.lon, "lat": ticket.lat}
    report = {"finding": "true", "position": here, "attachments": [picture]}
    measures = WORDS | {"measures": "已劝导"}
    main, child = make_ticket("handling"), make_ticket("accepted")
    ways = (
        ("send_verification", ticket, cast.dispatcher, {}),
        ("verify", ticket, cast.worker, report),
        ("escalate", make_ticket("handling", to="G1"), cast.worker, measures),
        ("merge", make_ticket(), cast.dispatcher, {"target": main.number}),
        ("link", child, cast.dispatcher, {"target": main.number}),
        ("unlink", child, cast.dispatcher, WORDS),
    )
    for name, row, by, data in ways:
        said = cost(name, row, by, at, data)
        assert len(said) <= MOST, (name, len(said), said)
