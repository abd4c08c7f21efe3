"""The main job from end to end, told as it happens; one story for each happy path."""

import pytest
from django.db import connection

from governance.audit.journal import verify
from incidents import intake, outbox, rules, transitions
from incidents.intake import Citizen
from incidents.models import Notice, Ticket
from incidents.routing import propose
from incidents.sweep import sweep_all
from tests.cast import (
    DAY,
    GAS_LEAK,
    HOUR,
    LITTER,
    MINUTE,
    ROAD_DAMAGE,
    STREET_TRADE,
    Cast,
    MakeTicket,
    Photo,
    draft,
    shanghai,
)

pytestmark = pytest.mark.django_db

NINE = shanghai(16, 9)


def way(ticket: Ticket) -> list[str]:
    return list(ticket.steps.order_by("id").values_list("verb", flat=True))


def buttons(ticket: Ticket, by: object) -> list[str]:
    fresh = Ticket.objects.select_related("category", "source").get(pk=ticket.pk)
    return [verb.name for verb in rules.permitted(fresh, by)]  # type: ignore[arg-type]


def test_a_worker_clears_it_on_the_spot(cast: Cast, photo: Photo) -> None:
    made = intake.self_handle(
        draft(source="worker", category=LITTER, citizen=None),
        by=cast.worker,
        at=NINE,
        before=[photo(cast.worker)],
        after=[photo(cast.worker, seed=9)],
        opinion="垃圾已清运",
    )
    assert (made.ticket.state, way(made.ticket)) == ("closed", ["self_handle"])
    assert not sweep_all(at=NINE + 30 * DAY), "nothing is ever due"


def test_a_workers_report_goes_through_the_community_to_the_next_grid(cast: Cast, photo: Photo) -> None:
    ticket = intake.register(
        draft(source="worker", category=LITTER, column=1, attachments=[photo(cast.neighbour)], citizen=None),
        by=cast.neighbour,
        at=NINE,
    ).ticket
    assert buttons(ticket, cast.community) == ["reject", "merge", "accept", "mark_pressing"]
    transitions.accept(ticket.pk, by=cast.community, at=NINE + 5 * MINUTE)
    proposal = propose(Ticket.objects.select_related("category").get(pk=ticket.pk), at=NINE)
    assert proposal.lead is not None
    transitions.dispatch(ticket.pk, by=cast.community, to=proposal.lead.id, at=NINE + 6 * MINUTE)
    assert buttons(ticket, cast.neighbour) == ["sign", "escalate"]
    transitions.sign(ticket.pk, by=cast.neighbour, at=NINE + 10 * MINUTE)
    transitions.feedback(
        ticket.pk,
        by=cast.neighbour,
        at=NINE + HOUR,
        result_kind="resolved",
        opinion="已清理",
        attachments=[photo(cast.neighbour, seed=3)],
    )
    transitions.check(ticket.pk, by=cast.supervisor, at=NINE + 2 * HOUR)
    done = transitions.close(ticket.pk, by=cast.community, at=NINE + 2 * HOUR)
    assert (done.state, done.is_overdue) == ("closed", False)
    assert way(done) == ["register", "accept", "dispatch", "sign", "feedback", "check", "close"]


def test_a_hotline_call_becomes_a_closed_ticket(cast: Cast, photo: Photo) -> None:
    ticket = intake.register(
        draft(source="hotline", external_no="20261116-001", category=ROAD_DAMAGE), by=cast.client, at=NINE
    ).ticket
    transitions.accept(ticket.pk, by=cast.dispatcher, at=NINE + 10 * MINUTE)
    proposal = propose(Ticket.objects.select_related("category").get(pk=ticket.pk), at=NINE)
    assert proposal.lead is not None
    assert proposal.lead.code == "CG1"
    transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("CG").pk, at=NINE + 12 * MINUTE)
    outbox.deliver(at=NINE + 12 * MINUTE)
    assert Notice.objects.get(ticket=ticket).unit_id == cast.unit("CG").pk
    transitions.sign(ticket.pk, by=cast.lead, at=NINE + HOUR)
    transitions.feedback(
        ticket.pk,
        by=cast.handler,
        at=shanghai(18, 16),
        result_kind="resolved",
        opinion="路面已修复",
        attachments=[photo(cast.handler)],
    )
    transitions.check(ticket.pk, by=cast.worker, at=shanghai(18, 17))
    transitions.follow_up(ticket.pk, by=cast.client, at=shanghai(19, 10), outcome="solved", satisfaction="5")
    done = transitions.close(ticket.pk, by=cast.oversight, at=shanghai(19, 11))
    assert (done.state, done.is_overdue, done.original_due_at) == ("closed", False, shanghai(23, 17, 30))
    outcomes = dict(done.deadlines.values_list("stage", "outcome"))
    assert outcomes == dict.fromkeys(("accept", "dispatch", "sign", "handle", "check", "follow_up"), "met")
    archived = transitions.archive(ticket.pk, by=cast.system, at=shanghai(19, 11, month=12))
    assert archived.state == "archived"


def test_a_critical_call_at_night_is_never_silent(cast: Cast) -> None:
    night = shanghai(16, 2, 30)
    ticket = intake.register(
        draft(category=GAS_LEAK, citizen=Citizen(name="李四", phone="13900001111")), by=cast.duty, at=night
    ).ticket
    transitions.accept(ticket.pk, by=cast.duty, at=night + MINUTE)
    transitions.dispatch(
        ticket.pk,
        by=cast.dispatcher,
        to=cast.unit("W1").pk,
        at=night + 2 * MINUTE,
        override_reason="就近先期处置",
    )
    for tick in range(1, 60):
        at = night + (2 + tick) * MINUTE
        sweep_all(at=at)
        outbox.deliver(at=at)
    climbs = Notice.objects.filter(ticket=ticket, kind="climb").order_by("step_id", "audience")
    told = [f"{notice.unit.code}:{notice.audience}" for notice in climbs.select_related("unit")]
    assert told[:6] == ["CMD:duty", "T1:handlers", "CMD:duty", "D1:handlers", "CMD:duty", "CMD:handlers"]
    assert told.count("CMD:duty") == 5
    transitions.sign(ticket.pk, by=cast.community, at=night + 62 * MINUTE)
    assert not Ticket.objects.get(pk=ticket.pk).is_auto_signed
    sweep_all(at=night + 75 * MINUTE)
    assert Notice.objects.filter(ticket=ticket, kind="climb", audience="duty").count() == 5


def test_what_the_grid_cannot_do_goes_up_to_the_city(cast: Cast) -> None:
    ticket = intake.register(draft(category=STREET_TRADE), by=cast.duty, at=NINE).ticket
    transitions.accept(ticket.pk, by=cast.duty, at=NINE)
    transitions.dispatch(
        ticket.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=NINE, override_reason="先行劝导"
    )
    for step, who in enumerate(("worker", "community", "town"), 1):
        at = NINE + step * 10 * MINUTE
        transitions.sign(ticket.pk, by=cast.everybody[who], at=at)
        assert "escalate" in buttons(ticket, cast.everybody[who])
        transitions.escalate(
            ticket.pk, by=cast.everybody[who], at=at, opinion="需执法权", measures="已劝导三次"
        )
    done = Ticket.objects.get(pk=ticket.pk)
    assert done.holder_id == cast.unit("D1").pk
    assert [step.data["to"] for step in done.steps.filter(verb="escalate").order_by("id")] == [
        "W1",
        "T1",
        "D1",
    ]
    assert done.due_at is not None
    assert done.original_due_at is not None
    assert done.due_at > done.original_due_at, "restarted where the level asks for the upper tier"
    for actor in (cast.worker, cast.community, cast.town):
        assert Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists()


def test_bad_work_is_sent_back_and_done_again(cast: Cast) -> None:
    ticket = intake.register(draft(), by=cast.duty, at=NINE).ticket
    at = NINE
    transitions.accept(ticket.pk, by=cast.duty, at=at)
    transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("CG").pk, at=at)
    transitions.sign(ticket.pk, by=cast.handler, at=at)
    for _round in range(2):
        at += HOUR
        transitions.feedback(ticket.pk, by=cast.handler, at=at, result_kind="stage_result", opinion="部分")
        transitions.rework(ticket.pk, by=cast.oversight, at=at, opinion="未完成")
    at += HOUR
    transitions.feedback(ticket.pk, by=cast.handler, at=at, result_kind="resolved", opinion="全部完成")
    transitions.check(ticket.pk, by=cast.oversight, at=at)
    transitions.follow_up(ticket.pk, by=cast.duty, at=at, outcome="solved", satisfaction="4")
    done = transitions.close(ticket.pk, by=cast.oversight, at=at)
    assert (done.state, done.rework_count, done.result_kind) == ("closed", 2, "resolved")


def test_a_dissatisfied_citizen_is_served_again(cast: Cast) -> None:
    ticket = intake.register(draft(), by=cast.duty, at=NINE).ticket
    transitions.accept(ticket.pk, by=cast.duty, at=NINE)
    transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("W1").pk, at=NINE)
    transitions.sign(ticket.pk, by=cast.community, at=NINE)
    transitions.feedback(ticket.pk, by=cast.community, at=NINE, result_kind="explained", opinion="已解释")
    transitions.check(ticket.pk, by=cast.oversight, at=NINE)
    transitions.follow_up(ticket.pk, by=cast.duty, at=NINE + HOUR, outcome="unsolved", satisfaction="1")
    transitions.redo(ticket.pk, by=cast.duty, at=NINE + HOUR, opinion="居民不认可")
    assert buttons(ticket, cast.community) == [
        "split",
        "link",
        "return",
        "escalate",
        "ask_extension",
        "ask_suspension",
        "feedback",
        "mark_pressing",
    ]
    later = NINE + DAY
    transitions.feedback(ticket.pk, by=cast.community, at=later, result_kind="resolved", opinion="已办妥")
    transitions.check(ticket.pk, by=cast.oversight, at=later)
    transitions.follow_up(ticket.pk, by=cast.duty, at=later + HOUR, outcome="solved", satisfaction="5")
    assert transitions.close(ticket.pk, by=cast.dispatcher, at=later + HOUR).state == "closed"
    assert [call.satisfaction for call in ticket.follow_ups.order_by("id")] == ["1", "5"]


def test_the_same_matter_comes_back(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed")
    transitions.reopen(ticket.pk, by=cast.oversight, at=NINE + 10 * DAY, opinion="又漏水")
    at = NINE + 11 * DAY
    transitions.feedback(ticket.pk, by=cast.handler, at=at, result_kind="resolved", opinion="换管")
    transitions.check(ticket.pk, by=cast.oversight, at=at)
    transitions.follow_up(ticket.pk, by=cast.duty, at=at, outcome="solved", satisfaction="5")
    done = transitions.close(ticket.pk, by=cast.oversight, at=at)
    assert (done.state, done.reopen_count, done.closed_at) == ("closed", 1, at)


def test_what_is_not_the_governments_is_told_so(cast: Cast) -> None:
    ticket = intake.register(draft(source="hotline", external_no="n-1"), by=cast.client, at=NINE).ticket
    done = transitions.reject(
        ticket.pk, by=cast.dispatcher, at=NINE + HOUR, reason_code="legal_way", opinion="请依法向法院起诉"
    )
    assert (done.state, done.is_final, buttons(done, cast.dispatcher)) == ("rejected", True, [])
    again = intake.register(draft(source="hotline", external_no="n-1"), by=cast.client, at=NINE + DAY)
    assert (again.created, again.ticket.pk) == (False, ticket.pk)
    assert sweep_all(at=NINE + 30 * DAY) == 0


def test_every_story_leaves_a_sound_journal(cast: Cast, make_ticket: MakeTicket) -> None:
    for state in ("archived", "rejected", "voided", "follow_up"):
        make_ticket(state)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    verdict = verify()
    assert verdict.is_sound
    assert verdict.entries == 9 + 2 + 2 + 6
