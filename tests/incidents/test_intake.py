"""The first verb: from every source, idempotent, with every fact frozen; and handling on the spot."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, Invalid, Unprocessable
from grids import territory
from grids.models import Grid, UnitArea
from incidents import catalogue, intake, transitions
from incidents.intake import Citizen, register, self_handle
from incidents.models import Attachment, Requester, Step, Supplement, Ticket, TicketSource
from incidents.places import Spot
from tests.cast import (
    ERRAND,
    GAS_LEAK,
    HOUR,
    INJURY,
    LITTER,
    MINUTE,
    MONDAY,
    Cast,
    MakeTicket,
    Photo,
    draft,
    shanghai,
)
from tests.city import centre

pytestmark = pytest.mark.django_db


def nothing_written() -> bool:
    return not (Ticket.objects.exists() or Step.objects.exists() or AuditEntry.objects.exists())


class TestRegister:
    def test_one_report_is_one_ticket_with_everything_on_it(self, cast: Cast) -> None:
        made = register(
            draft(source="hotline", external_no="A-1", occurred_at=MONDAY - HOUR), by=cast.duty, at=MONDAY
        )
        assert made.created
        assert made.supplement is None
        ticket = Ticket.objects.select_related("category").get()
        grid = cast.grid(0)
        assert made.ticket.pk == ticket.pk
        assert ticket.number.startswith("WG20261116")
        assert len(ticket.number) == 16
        assert ticket.query_code.isdigit()
        assert len(ticket.query_code) == 6
        assert (ticket.state, ticket.version) == ("registered", 1)
        assert (ticket.grid_id, ticket.region_id, ticket.region_path) == (
            grid.pk,
            grid.community_id,
            grid.path,
        )
        assert ticket.town_id == cast.region("990101001000").pk
        assert ticket.community_id == cast.region("990101001001").pk
        assert (ticket.category.code, ticket.min_level, ticket.urgency) == (ERRAND, "grid", "normal")
        assert (ticket.reporter_id, ticket.reporter_role, ticket.client_id) == (
            cast.duty.user_id,
            "duty_officer",
            None,
        )
        assert ticket.holder_id == cast.unit("CMD").pk
        assert (ticket.datum, ticket.is_outside_grids, ticket.needs_reply) == ("wgs84", False, True)
        assert ticket.title == ticket.content
        step = ticket.steps.get()
        assert (step.verb, step.from_state, step.to_state) == ("register", "", "registered")
        assert (step.role, step.at, step.data["source"]) == ("duty_officer", MONDAY, "hotline")
        clock = ticket.deadlines.get()
        assert (clock.stage, clock.due_at, clock.unit_id) == ("accept", shanghai(16, 15), ticket.holder_id)
        assert (ticket.next_due_at, ticket.next_warn_at) == (clock.due_at, clock.warn_at)
        citizen = Requester.objects.get(ticket=ticket)
        assert (citizen.masked_name, citizen.masked_phone) == ("张**", "138****5678")
        assert str(citizen) == "张**"
        entry = AuditEntry.objects.get(verb="ticket.register")
        assert (entry.object_id, entry.object_label) == (str(ticket.pk), ticket.number)

    def test_numbers_never_repeat(self, make_ticket: MakeTicket) -> None:
        assert len({make_ticket().number for _count in range(4)}) == 4

    @pytest.mark.parametrize(
        ("name", "pool"),
        [
            ("duty", "CMD"),
            ("town", "T1"),
            ("community", "W1"),
            ("worker", "W1"),
            ("part_timer", "W1"),
            ("police", "W1"),
            ("handler", "CMD"),
            ("mediator", "CMD"),
            ("client", "CMD"),
            ("system", "CMD"),
        ],
    )
    def test_it_lies_in_the_pool_of_the_reporters_tier(self, cast: Cast, name: str, pool: str) -> None:
        source = "hotline" if name == "client" else "walk_in"
        ticket = register(draft(source=source), by=cast.everybody[name], at=MONDAY).ticket
        assert ticket.holder_id == cast.unit(pool).pk

    def test_a_report_is_never_lost_because_it_lies_next_door(self, cast: Cast) -> None:
        ticket = register(draft(source="app"), by=cast.neighbour, at=MONDAY).ticket
        assert ticket.grid_id == cast.grid(0).pk
        far = register(draft(source="app", column=3), by=cast.worker, at=MONDAY).ticket
        assert far.holder_id == cast.unit("W3").pk

    @pytest.mark.parametrize("name", ["leader", "auditor", "administrator", "outsider"])
    def test_who_may_not(self, cast: Cast, name: str) -> None:
        with pytest.raises(Forbidden):
            register(draft(), by=cast.everybody[name], at=MONDAY)
        assert nothing_written()

    def test_a_client_uses_its_own_sources_only(self, cast: Cast) -> None:
        ticket = register(draft(source="hotline"), by=cast.client, at=MONDAY).ticket
        assert (ticket.client_id, ticket.reporter_id) == (cast.client.client_id, None)
        with pytest.raises(Unprocessable) as caught:
            register(draft(source="police"), by=cast.client, at=MONDAY)
        assert caught.value.code == "unknown_source"

    def test_a_department_that_reports_keeps_taking_part(self, cast: Cast) -> None:
        ticket = register(draft(source="dept_transfer"), by=cast.gas, at=MONDAY).ticket
        assert list(ticket.assignments.values_list("unit__code", "role")) == [("RQ", "registrar")]
        assert Ticket.objects.visible_to(cast.gas).get() == ticket
        plain = register(draft(), by=cast.duty, at=MONDAY).ticket
        assert not plain.assignments.exists()

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"source": "pigeon"}, "unknown_source", "source"),
            ({"category": "9999"}, "unknown_category", "category"),
            ({"category": "01"}, "unknown_category", "category"),
            ({"occurred_at": MONDAY + 11 * MINUTE}, "future_time", "occurred_at"),
            ({"external_due_at": MONDAY}, "past_time", "external_due_at"),
            ({"spot": Spot()}, "unprocessable", "place"),
            ({"spot": Spot(region_code="999999999999")}, "unknown_region", "region_code"),
            ({"spot": Spot(lon=31.105, lat=118.505)}, "bad_point", "point"),
            ({"spot": Spot(lon=121.5, lat=31.1)}, "point_far_away", "point"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_whole(
        self, cast: Cast, changes: dict[str, Any], code: str, field: str
    ) -> None:
        with pytest.raises(Unprocessable) as caught:
            register(draft(**changes), by=cast.duty, at=MONDAY)
        assert (caught.value.code, list(caught.value.fields)) == (code, [field])
        assert nothing_written()

    def test_an_empty_description_is_malformed(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as caught:
            register(draft(content=" \n"), by=cast.duty, at=MONDAY)
        assert caught.value.status == 400
        assert nothing_written()

    def test_a_clock_that_runs_a_little_fast_is_forgiven(self, cast: Cast) -> None:
        assert register(draft(occurred_at=MONDAY + 10 * MINUTE), by=cast.duty, at=MONDAY).created

    def test_a_source_that_is_switched_off_is_unknown(self, cast: Cast) -> None:
        TicketSource.objects.filter(code="uav").update(is_active=False)
        catalogue.forget()
        with pytest.raises(Unprocessable) as caught:
            register(draft(source="uav"), by=cast.duty, at=MONDAY)
        assert caught.value.code == "unknown_source"

    @pytest.mark.parametrize(
        ("category", "wanted", "urgency"),
        [(ERRAND, "", "normal"), (ERRAND, "critical", "critical"), (GAS_LEAK, "normal", "critical")],
    )
    def test_a_reporter_may_raise_the_urgency_never_lower_it(
        self, cast: Cast, category: str, wanted: str, urgency: str
    ) -> None:
        ticket = register(draft(category=category, urgency=wanted), by=cast.duty, at=MONDAY).ticket
        assert ticket.urgency == urgency

    @pytest.mark.parametrize(
        ("citizen", "rows", "waits"),
        [
            (None, 0, False),
            (Citizen(), 0, False),
            (Citizen(name="李某"), 1, False),
            (Citizen(phone="13800000000"), 1, True),
            (Citizen(name="李某", phone="13800000000", needs_reply=False), 1, False),
        ],
    )
    def test_who_waits_for_an_answer(
        self, cast: Cast, citizen: Citizen | None, rows: int, waits: bool
    ) -> None:
        ticket = register(draft(citizen=citizen), by=cast.duty, at=MONDAY).ticket
        assert (ticket.requesters.count(), ticket.needs_reply) == (rows, waits)

    def test_rare_characters_and_long_titles(self, cast: Cast) -> None:
        content = "𠮷野家门口🚗占道" * 30
        ticket = register(draft(content=content, title="𠮷" * 200), by=cast.duty, at=MONDAY).ticket
        stored = Ticket.objects.get(pk=ticket.pk)
        assert (stored.content, stored.title) == (content, "𠮷" * 120)

    def test_a_territory_without_units_has_no_pool(self, cast: Cast) -> None:
        UnitArea.objects.all().delete()
        Grid.objects.update(team=None)
        territory.forget()
        with pytest.raises(Unprocessable) as caught:
            register(draft(), by=cast.duty, at=MONDAY)
        assert caught.value.code == "no_pool"
        assert nothing_written()

    @pytest.mark.usefixtures("steady")
    def test_few_statements(self, cast: Cast) -> None:
        register(draft(external_no="w-0", source="hotline"), by=cast.client, at=MONDAY)
        with CaptureQueriesContext(connection) as queries:
            register(draft(external_no="w-1", source="hotline"), by=cast.client, at=MONDAY)
        statements = [query for query in queries if "SAVEPOINT" not in (query["sql"] or "")]
        assert len(statements) <= 8, statements


class TestAWorkersReport:
    def test_needs_a_position_and_a_photo(self, cast: Cast, photo: Photo) -> None:
        picture = photo(cast.worker)
        with pytest.raises(Unprocessable) as caught:
            register(draft(source="worker"), by=cast.worker, at=MONDAY)
        assert list(caught.value.fields) == ["attachments"]
        spot = Spot(region_code="990101001001001")
        with pytest.raises(Unprocessable) as caught:
            register(draft(source="worker", spot=spot, attachments=[picture]), by=cast.worker, at=MONDAY)
        assert list(caught.value.fields) == ["point"]
        assert nothing_written()
        ticket = register(draft(source="worker", attachments=[picture]), by=cast.worker, at=MONDAY).ticket
        bound = Attachment.objects.get(pk=picture)
        assert (bound.ticket_id, bound.phase) == (ticket.pk, "before")
        assert bound.step is not None
        assert bound.step.verb == "register"

    def test_somebody_elses_photo_does_not_count(self, cast: Cast, photo: Photo) -> None:
        with pytest.raises(Unprocessable):
            register(draft(source="worker", attachments=[photo(cast.neighbour)]), by=cast.worker, at=MONDAY)
        assert nothing_written()

    def test_a_file_of_somebody_else_beside_ones_own_is_refused(self, cast: Cast, photo: Photo) -> None:
        files = [photo(cast.worker), photo(cast.neighbour)]
        with pytest.raises(Invalid):
            register(draft(source="worker", attachments=files), by=cast.worker, at=MONDAY)
        assert nothing_written()

    def test_what_the_desk_writes_down_needs_neither(self, cast: Cast) -> None:
        spot = Spot(text="东苑小区东门")
        ticket = register(draft(source="worker", spot=spot), by=cast.duty, at=MONDAY).ticket
        assert ticket.region_path == "9901/"


class TestRepeats:
    def post(self, cast: Cast, **changes: Any) -> intake.Intake:
        return register(draft(source="hotline", external_no="12345-9", **changes), by=cast.client, at=MONDAY)

    def test_the_same_again_is_the_same_ticket_and_nothing_more(self, cast: Cast) -> None:
        first, again = self.post(cast), self.post(cast)
        assert (again.created, again.supplement, again.ticket.pk) == (False, None, first.ticket.pk)
        assert Ticket.objects.count() == Step.objects.count() == AuditEntry.objects.count() == 1

    def test_changed_words_are_kept_as_a_supplement(self, cast: Cast) -> None:
        first = self.post(cast)
        again = self.post(cast, content="又有新的情况：堆放更多")
        assert not again.created
        assert again.supplement is not None
        assert again.supplement.content["content"] == "又有新的情况：堆放更多"
        ticket = Ticket.objects.get()
        assert (ticket.content, ticket.version) == (first.ticket.content, 1)
        step = ticket.steps.get(verb="supplement")
        assert (step.opinion, step.role, step.data) == (
            "又有新的情况：堆放更多",
            "api_client",
            {"supplement": again.supplement.pk},
        )
        assert AuditEntry.objects.filter(verb="ticket.supplement").count() == 1

    def test_a_supplement_is_kept_once(self, cast: Cast) -> None:
        self.post(cast)
        first, second = self.post(cast, content="补充"), self.post(cast, content="补充")
        assert first.supplement == second.supplement
        assert Supplement.objects.count() == 1
        assert Step.objects.filter(verb="supplement").count() == 1

    def test_a_closed_ticket_takes_supplements_too(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("closed", source="hotline", external_no="12345-9")
        again = self.post(cast, content="问题又出现")
        assert (again.ticket.pk, again.created) == (ticket.pk, False)
        assert ticket.steps.get(verb="supplement").to_state == "closed"

    def test_the_same_number_of_another_source_is_another_ticket(self, cast: Cast) -> None:
        self.post(cast)
        other = register(draft(source="police", external_no="12345-9"), by=cast.other_client, at=MONDAY)
        assert other.created

    def test_without_a_number_every_report_counts(self, cast: Cast) -> None:
        for number in (None, "", None):
            assert register(draft(source="hotline", external_no=number), by=cast.client, at=MONDAY).created


def test_a_first_report_that_is_withdrawn_meanwhile_is_a_conflict(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_file", lambda *_: None)
    with pytest.raises(Conflict):
        register(draft(source="hotline", external_no="gone"), by=cast.client, at=MONDAY)
    assert nothing_written()


class TestHandlingOnTheSpot:
    def do(self, cast: Cast, photo: Photo, **changes: Any) -> intake.Intake:
        by = changes.pop("by", cast.worker)
        before = changes.pop("before", None)
        after = changes.pop("after", None)
        return self_handle(
            draft(**{"source": "worker", "category": LITTER, "citizen": None} | changes),
            by=by,
            at=MONDAY,
            before=[photo(by)] if before is None else before,
            after=[photo(by, seed=1)] if after is None else after,
            opinion=changes.pop("opinion", "当场清理"),
        )

    def test_registered_and_closed_at_once(self, cast: Cast, photo: Photo) -> None:
        made = self.do(cast, photo)
        ticket = Ticket.objects.get()
        assert made.created
        assert (ticket.state, ticket.closure_kind, ticket.version) == ("closed", "self_handled", 1)
        assert ticket.closed_at == ticket.accepted_at == ticket.feedback_at == ticket.checked_at == MONDAY
        assert ticket.holder_id == ticket.lead_unit_id == cast.unit("G1").pk
        assert not ticket.deadlines.exists()
        assert (ticket.next_due_at, ticket.due_at) == (None, None)
        step = ticket.steps.get()
        assert (step.verb, step.to_state, step.role, step.opinion) == (
            "self_handle",
            "closed",
            "grid_patroller",
            "当场清理",
        )
        phases = ticket.attachments.order_by("phase").values_list("phase", flat=True)
        assert list(phases) == ["after", "before"]
        assert AuditEntry.objects.get().verb == "ticket.self_handle"

    @pytest.mark.parametrize("name", ["grid_leader", "community", "police"])
    def test_others_who_may(self, cast: Cast, photo: Photo, name: str) -> None:
        assert self.do(cast, photo, by=cast.everybody[name]).ticket.holder_id == cast.unit("G1").pk

    @pytest.mark.parametrize(
        "name",
        ["neighbour", "part_timer", "supervisor", "duty", "handler", "client", "outsider", "far_community"],
    )
    def test_who_may_not(self, cast: Cast, photo: Photo, name: str) -> None:
        with pytest.raises(Forbidden):
            self.do(cast, photo, by=cast.everybody[name], before=[], after=[])
        assert nothing_written()

    def test_only_what_may_be_closed_in_the_grid(self, cast: Cast, photo: Photo) -> None:
        with pytest.raises(Unprocessable) as caught:
            self.do(cast, photo, category=INJURY)
        assert caught.value.code == "below_level"
        assert nothing_written()

    def test_photos_before_and_after(self, cast: Cast, photo: Photo) -> None:
        for missing in ("before", "after"):
            with pytest.raises(Unprocessable) as caught:
                self.do(cast, photo, **{missing: []})
            assert list(caught.value.fields) == ["attachments"]
            with pytest.raises((Unprocessable, Invalid)):
                self.do(cast, photo, **{missing: [photo(cast.neighbour)]})
        assert nothing_written()
        assert not Attachment.objects.exclude(ticket=None).exists()

    def test_words_are_needed(self, cast: Cast, photo: Photo) -> None:
        with pytest.raises(Unprocessable) as caught:
            self_handle(
                draft(source="worker", category=LITTER),
                by=cast.worker,
                at=MONDAY,
                before=[photo(cast.worker)],
                after=[photo(cast.worker)],
                opinion=" ",
            )
        assert list(caught.value.fields) == ["opinion"]
        assert nothing_written()

    def test_sent_twice_it_is_one_ticket(self, cast: Cast, photo: Photo) -> None:
        first = self.do(cast, photo, external_no="phone-1")
        again = self.do(cast, photo, external_no="phone-1")
        assert (again.ticket.pk, again.created) == (first.ticket.pk, False)
        assert Ticket.objects.count() == 1

    def test_it_can_be_reopened(self, cast: Cast, photo: Photo) -> None:
        made = self.do(cast, photo)
        done = transitions.reopen(
            made.ticket.pk, by=cast.oversight, at=MONDAY + timedelta(days=1), opinion="督查未清"
        )
        assert (done.state, done.holder_id) == ("handling", cast.unit("G1").pk)


def test_a_point_between_grids_is_still_a_ticket(cast: Cast) -> None:
    lon, lat = centre(0)
    ticket = register(draft(spot=Spot(lon=lon, lat=lat + 0.02)), by=cast.duty, at=MONDAY).ticket
    assert ticket.is_outside_grids
    assert (ticket.grid_id, ticket.community_id) == (None, cast.region("990101001001").pk)
