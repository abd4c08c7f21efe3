"""Joint tasks on the phone: the own part is kept, signed, answered and returned without a line, once each."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from fieldwork.models import SyncAction
from fieldwork.sync.packing import pack_of
from fieldwork.sync.reading import RawAction, reread
from fieldwork.sync.taking import take
from governance.foundation.clock import now
from incidents.models import Assignment, Ticket
from tests.cast import HOUR, INJURY, Cast, MakeTicket

pytestmark = pytest.mark.django_db


def helped(make_ticket: MakeTicket) -> tuple[Ticket, Assignment]:
    """A ticket of the city's department in which the worker's team helps."""
    ticket = make_ticket("handling", category=INJURY, to="CG", co_handlers=("G1",), at=now() - HOUR)
    return ticket, Assignment.objects.get(ticket=ticket, role=Assignment.Role.CO_HANDLER)


def action(kind: str, ticket: Ticket, part: object, *, key: Any = None, **data: str) -> RawAction:
    fields = {"number": ticket.number, "part": str(part), **data}
    return reread(
        {
            "id": str(key or uuid4()),
            "kind": kind,
            "subject": f"ticket:{ticket.number}",
            "data": {name: [value] for name, value in fields.items()},
            "device_at": (now() - HOUR / 2).isoformat(),
        },
        skew=0,
    )


ANSWER = {"result_kind": "resolved", "opinion": "已配合清场"}


def test_the_part_is_kept_with_what_may_follow(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket, part = helped(make_ticket)
    client = Client()
    client.force_login(cast.worker.user)
    pack = client.get("/m/api/pack").json()
    (task,) = pack["tasks"]
    assert (task["number"], task["parts"]) == (ticket.number, [[part.pk, "assigned"]])
    base = f"/m/tickets/{ticket.number}/parts/{part.pk}"
    kept = {address for address, _tag in pack["parts"]}
    assert {f"{base}/sign_part/", f"{base}/answer_part/?ahead=1", f"{base}/return_part/"} <= kept
    assert client.get(f"{base}/answer_part/?ahead=1").status_code == 200
    assert client.get(f"{base}/answer_part/").status_code == 409
    page = client.get(f"/m/tickets/{ticket.number}/").content.decode()
    assert f'data-dialog="{base}/sign_part/"' in page
    assert f"/tickets/{ticket.number}/parts/" not in page.replace("/m/tickets/", ""), "no door of the desk"
    assert client.post(f"{base}/sign_part/", {}).headers["Location"] == f"/m/tickets/{ticket.number}/"
    part.refresh_from_db()
    assert part.state == "working"


def test_signed_and_answered_without_a_line_once(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket, part = helped(make_ticket)
    actions = [action("sign_part", ticket, part.pk), action("answer_part", ticket, part.pk, **ANSWER)]
    for _time in range(2):
        answers = take(actions, by=cast.again(cast.worker), at=now())
        assert [answer.outcome for answer in answers] == ["sent", "sent"]
    part.refresh_from_db()
    assert (part.state, part.answer, SyncAction.objects.count()) == ("answered", "已配合清场", 2)
    body, _tag = pack_of(cast.again(cast.worker), now())
    assert ticket.number not in body.decode(), "nothing waits for the team any more"


def test_what_has_happened_meanwhile_is_told(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket, part = helped(make_ticket)
    worker = cast.again(cast.worker)
    (first,) = take([action("sign_part", ticket, part.pk)], by=worker, at=now())
    (second,) = take([action("sign_part", ticket, part.pk)], by=worker, at=now())
    assert (first.outcome, second.outcome) == ("sent", "sent"), "a colleague was quicker: nothing is wrong"
    take([action("answer_part", ticket, part.pk, **ANSWER)], by=worker, at=now())
    (late,) = take([action("return_part", ticket, part.pk, opinion="不属于本队")], by=worker, at=now())
    assert (late.outcome, late.more["changed_by"]) == ("conflict", cast.worker.name)
    for wrong, outcome in ((part.pk + 99, "refused"), ("x", "refused")):
        (answer,) = take([action("answer_part", ticket, wrong, **ANSWER)], by=worker, at=now())
        assert answer.outcome == outcome
    (empty,) = take([action("answer_part", ticket, part.pk)], by=worker, at=now())
    assert set(empty.fields) == {"result_kind", "opinion"}
    (other,) = take([action("sign_part", ticket, part.pk)], by=cast.again(cast.neighbour), at=now())
    assert other.outcome == "refused"
    part.refresh_from_db()
    assert part.state == "answered"
