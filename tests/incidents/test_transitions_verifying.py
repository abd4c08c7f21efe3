"""Looking before accepting: who is sent, from where the report comes, and whose clock runs meanwhile."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.foundation.errors import Conflict, Forbidden, Unprocessable
from incidents import outbox, transitions
from incidents.models import Deadline, Notice, Ticket
from incidents.sweep import sweep_all
from tests import city
from tests.cast import HOUR, MANHOLE, MONDAY, ROAD_DAMAGE, Cast, MakeTicket, Photo, at_once, shanghai, trace

pytestmark = pytest.mark.django_db

LON, LAT = city.centre(0)
HERE = {"lon": LON, "lat": LAT}


def row_of(ticket: Ticket, stage: str) -> Deadline:
    return Deadline.objects.filter(ticket=ticket, stage=stage).latest("id")


def sent(make_ticket: MakeTicket, **changes: Any) -> Ticket:
    return make_ticket("verifying", category=ROAD_DAMAGE, **changes)


class TestSending:
    def test_the_team_of_the_grid_goes_and_the_accept_clock_waits(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = sent(make_ticket)
        assert (ticket.state, ticket.holder_id) == ("verifying", cast.unit("G1").pk)
        accept, check = row_of(ticket, "accept"), row_of(ticket, "verify")
        assert (accept.paused_at, accept.next_alarm_at) == (check.started_at, None)
        assert check.due_at == shanghai(17, 17, 30) == ticket.next_due_at
        assert ticket.assignments.get(role="verifier").unit.code == "G1"
        assert Ticket.objects.visible_to(cast.worker).filter(pk=ticket.pk).exists()
        outbox.deliver(at=MONDAY + HOUR)
        assert Notice.objects.filter(kind="send_verification", unit__code="G1").exists()

    def test_an_urgent_matter_is_looked_at_in_two_hours(self, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("verifying", category=MANHOLE)
        row = row_of(ticket, "verify")
        assert row.due_at == row.started_at + 2 * HOUR

    def test_another_unit_may_be_chosen(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket(category=ROAD_DAMAGE)
        done = transitions.send_verification(ticket.pk, by=cast.dispatcher, at=MONDAY, to=cast.unit("G2").pk)
        assert done.holder_id == cast.unit("G2").pk

    def test_outside_every_grid_somebody_has_to_be_chosen(self, cast: Cast, make_ticket: MakeTicket) -> None:
        from incidents.places import Spot

        ticket = make_ticket(category=ROAD_DAMAGE, spot=Spot(region_code="990101001001"))
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.send_verification(ticket.pk, by=cast.dispatcher, at=MONDAY)
        assert list(caught.value.fields) == ["to"]
        assert trace(ticket) == before

    def test_nobody_looks_where_it_is_not_asked_for(
        self, cast: Cast, make_ticket: MakeTicket, photo: Photo
    ) -> None:
        reported = make_ticket(
            category=ROAD_DAMAGE,
            source="worker",
            by=cast.worker,
            citizen=None,
            attachments=(photo(cast.worker),),
        )
        for ticket in (make_ticket(), reported):
            before = trace(ticket)
            with pytest.raises(Unprocessable) as caught:
                transitions.send_verification(ticket.pk, by=cast.dispatcher, at=MONDAY)
            assert caught.value.code == "no_need"
            assert trace(ticket) == before


class TestReporting:
    @pytest.mark.parametrize("finding", ["true", "false", "not_found"])
    def test_back_to_the_pool(self, cast: Cast, make_ticket: MakeTicket, photo: Photo, finding: str) -> None:
        ticket = sent(make_ticket)
        due_at = row_of(ticket, "accept").due_at
        done = transitions.verify(
            ticket.pk,
            by=cast.worker,
            at=shanghai(16, 11, 1),
            finding=finding,
            position=HERE | {"accuracy": 12.0},
            attachments=[photo(cast.worker)],
            opinion="已到现场",
        )
        assert (done.state, done.holder_id) == ("registered", cast.unit("CMD").pk)
        accept = row_of(done, "accept")
        assert accept.paused_at is None
        assert accept.due_at == due_at + 2 * HOUR
        assert row_of(done, "verify").outcome == "met"
        data = done.steps.get(verb="verify").data
        assert (data["finding"], data["metres"], data["accuracy"]) == (finding, 0, 12.0)
        assert done.attachments.get().phase == "before"
        assert done.assignments.get(role="verifier").ended_at == shanghai(16, 11, 1)
        accepted = transitions.accept(ticket.pk, by=cast.dispatcher, at=shanghai(16, 11, 2))
        assert accepted.accepted_unit_id == cast.unit("CMD").pk

    @pytest.mark.parametrize(
        ("position", "code"),
        [
            ({"lon": LON + 0.0022, "lat": LAT}, "too_far"),
            ({"lon": LAT, "lat": LON}, "bad_point"),
            ({"lon": LON, "lat": LAT, "coord_system": "mars"}, "bad_point"),
            ({"lon": LON, "lat": LAT, "coord_system": "gcj02"}, "too_far"),
        ],
    )
    def test_from_somewhere_else(
        self, cast: Cast, make_ticket: MakeTicket, photo: Photo, position: Any, code: str
    ) -> None:
        ticket, picture = sent(make_ticket), photo(cast.worker)
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.verify(
                ticket.pk,
                by=cast.worker,
                at=MONDAY + HOUR,
                finding="true",
                position=position,
                attachments=[picture],
            )
        assert (caught.value.code, list(caught.value.fields)) == (code, ["position"])
        assert trace(ticket) == before

    def test_within_the_tolerance(self, cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
        done = transitions.verify(
            sent(make_ticket).pk,
            by=cast.worker,
            at=MONDAY + HOUR,
            finding="true",
            position={"lon": LON + 0.002, "lat": LAT},
            attachments=[photo(cast.worker)],
        )
        assert 185 < done.steps.get(verb="verify").data["metres"] < 195

    def test_a_photo_is_needed_and_a_recording_is_none(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = sent(make_ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.verify(
                ticket.pk, by=cast.worker, at=MONDAY, finding="true", position=HERE, attachments=[]
            )
        assert list(caught.value.fields) == ["attachments"]

    def test_a_place_without_a_point_takes_any_position(
        self, cast: Cast, make_ticket: MakeTicket, photo: Photo
    ) -> None:
        from incidents.places import Spot

        ticket = sent(make_ticket, spot=Spot(region_code=city.GRIDS[0]))
        done = transitions.verify(
            ticket.pk,
            by=cast.worker,
            at=MONDAY + HOUR,
            finding="true",
            position={"lon": LON + 0.004, "lat": LAT},
            attachments=[photo(cast.worker)],
        )
        assert "metres" not in done.steps.get(verb="verify").data

    def test_a_worker_of_another_grid_has_nothing_to_report(
        self, cast: Cast, make_ticket: MakeTicket, photo: Photo
    ) -> None:
        ticket, picture = sent(make_ticket), photo(cast.neighbour)
        before = trace(ticket)
        with pytest.raises(Forbidden):
            transitions.verify(
                ticket.pk, by=cast.neighbour, at=MONDAY, finding="true", position=HERE, attachments=[picture]
            )
        assert trace(ticket) == before

    def test_nobody_goes_and_it_is_late_for_the_team_only(self, make_ticket: MakeTicket) -> None:
        ticket = sent(make_ticket)
        sweep_all(at=shanghai(18, 9))
        assert ticket.steps.filter(verb="overdue", data__stage="verify").exists()
        assert not ticket.steps.filter(data__stage="accept", verb="overdue").exists()


class TestWithdrawing:
    def test_back_before_the_other_side_signs(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        due_at = ticket.due_at
        done = transitions.withdraw(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="派错单位")
        assert (done.state, done.holder_id, done.lead_unit_id) == ("accepted", cast.unit("CMD").pk, None)
        assert (row_of(done, "sign").outcome, row_of(done, "handle").stopped_at) == ("cancelled", None)
        assert (row_of(done, "dispatch").stopped_at, done.due_at) == (None, due_at)
        assert done.assignments.get(role="lead").ended_at == MONDAY + HOUR
        outbox.deliver(at=MONDAY + HOUR)
        assert Notice.objects.filter(kind="withdraw").values_list("unit__code", flat=True).get() == "CG"
        again = transitions.dispatch(
            ticket.pk, by=cast.dispatcher, to=cast.unit("RQ").pk, at=MONDAY + 2 * HOUR
        )
        assert row_of(again, "handle").unit_id == cast.unit("RQ").pk
        assert again.due_at == due_at

    def test_only_by_the_unit_that_sent_it(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched")
        before = trace(ticket)
        for by in (cast.community, cast.town, cast.far_dispatcher, cast.handler, cast.lead):
            with pytest.raises(Forbidden):
                transitions.withdraw(ticket.pk, by=by, at=MONDAY + HOUR, opinion="派错单位")
        assert trace(ticket) == before

    def test_what_was_handed_up_is_not_taken_back(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="G1")
        transitions.escalate(ticket.pk, by=cast.worker, at=MONDAY, opinion="超出能力", measures="已劝导")
        before = trace(ticket)
        with pytest.raises(Unprocessable) as caught:
            transitions.withdraw(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="派错单位")
        assert caught.value.code == "handed_up"
        assert trace(ticket) == before


def test_what_it_costs(cast: Cast, make_ticket: MakeTicket, photo: Photo, steady: None) -> None:
    ticket, dispatched, picture = (
        make_ticket(category=ROAD_DAMAGE),
        make_ticket("dispatched"),
        photo(cast.worker),
    )
    report = {"finding": "true", "position": HERE, "attachments": [picture]}
    way: list[tuple[Any, Ticket, Any, dict[str, Any]]] = [
        (transitions.send_verification, ticket, cast.dispatcher, {}),
        (transitions.verify, ticket, cast.worker, report),
        (transitions.withdraw, dispatched, cast.dispatcher, {"opinion": "派错单位"}),
    ]
    for deed, row, by, data in way:
        with CaptureQueriesContext(connection) as queries:
            deed(row.pk, by=by, at=MONDAY + HOUR, **data)
        said = [query["sql"] or "" for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(said) <= 12, (deed.__name__, len(said), [text[:80] for text in said])


@pytest.mark.django_db(transaction=True)
def test_withdrawn_against_signed(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    results = at_once(
        [
            lambda: transitions.withdraw(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="派错"),
            lambda: transitions.sign(ticket.pk, by=cast.handler, at=MONDAY + HOUR),
        ]
    )
    assert sorted(isinstance(item, Conflict | Forbidden) for item in results) == [False, True]
    assert Ticket.objects.get(pk=ticket.pk).state in {"accepted", "handling"}
