"""The frame of every verb: lock, version, journal, step, nothing by halves."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Invalid, NotFound, StaleVersion, Unprocessable
from grids import territory
from grids.models import Grid, GridVersion
from incidents import catalogue, transitions
from incidents.models import Attachment, CatalogueVersion, MatterCategory, Step, Ticket
from incidents.transitions import moving
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, Photo, trace

pytestmark = pytest.mark.django_db


def test_a_step_says_who_in_which_role_from_where(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    by = Actor(
        user=cast.duty.user, unit_id=cast.duty.unit_id, client="phone", address="10.0.0.7", request_id="r-1"
    )
    done = transitions.accept(ticket.pk, by=by, at=MONDAY + HOUR, opinion="  已核对  ")
    step = Step.objects.get(ticket=ticket, verb="accept")
    assert (step.from_state, step.to_state, step.at) == ("registered", "accepted", MONDAY + HOUR)
    assert (step.actor_id, step.actor_name, step.role) == (cast.duty.user_id, "褚值", "duty_officer")
    assert (step.unit_id, step.holder_id, step.client) == (cast.duty.unit_id, done.holder_id, "phone")
    assert step.opinion == "已核对"
    assert step.delivered_at is None
    entry = AuditEntry.objects.get(verb="ticket.accept")
    assert (entry.address, entry.request_id, entry.role) == ("10.0.0.7", "r-1", "duty_officer")
    assert (entry.object_type, entry.object_id, entry.object_label) == (
        "incidents.ticket",
        str(ticket.pk),
        ticket.number,
    )
    assert entry.details == {"step": step.pk}
    assert entry.before_digest != entry.after_digest


def test_each_deed_is_one_version_one_step_one_entry(make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed")
    verbs = ["register", "accept", "dispatch", "sign", "feedback", "check", "follow_up", "close"]
    assert list(ticket.steps.order_by("id").values_list("verb", flat=True)) == verbs
    entries = AuditEntry.objects.filter(object_id=str(ticket.pk), object_type="incidents.ticket")
    assert [entry.verb for entry in entries.order_by("id")] == [f"ticket.{verb}" for verb in verbs]
    assert ticket.version == len(verbs)


def test_the_states_of_the_steps_are_a_chain(make_ticket: MakeTicket) -> None:
    steps = list(make_ticket("archived").steps.order_by("id"))
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]


def test_a_stale_version_is_refused_before_anything_else(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("accepted")
    before = trace(ticket)
    with pytest.raises(StaleVersion) as caught:
        transitions.sign(ticket.pk, by=cast.outsider, at=MONDAY, version=1)
    assert caught.value.extra == {"current_version": 2, "state": "accepted"}
    assert trace(ticket) == before


def test_the_present_version_passes(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    assert transitions.accept(ticket.pk, by=cast.duty, at=MONDAY, version=1).version == 2


def test_a_ticket_that_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotFound):
        transitions.accept(987_654, by=cast.duty, at=MONDAY)


def test_a_guard_that_refuses_leaves_nothing_behind(
    cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket("handling", category="0202")
    before = trace(ticket)
    with pytest.raises(Unprocessable):
        transitions.feedback(ticket.pk, by=cast.handler, at=MONDAY, result_kind="resolved", opinion=" ")
    assert trace(ticket) == before


def test_somebody_elses_file_is_refused_and_stays_free(
    cast: Cast, make_ticket: MakeTicket, photo: Photo
) -> None:
    ticket = make_ticket("handling")
    mine, others = photo(cast.handler), photo(cast.worker)
    before = trace(ticket)
    with pytest.raises(Invalid) as caught:
        transitions.feedback(
            ticket.pk,
            by=cast.handler,
            at=MONDAY + DAY,
            result_kind="resolved",
            opinion="已办",
            attachments=[mine, others],
        )
    assert caught.value.status == 400
    assert list(caught.value.fields) == ["attachments"]
    assert trace(ticket) == before
    assert not Attachment.objects.exclude(ticket=None).exists()


def test_a_file_is_bound_once(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    first, second = make_ticket("handling"), make_ticket("handling")
    picture = photo(cast.handler)
    data: dict[str, Any] = {"result_kind": "resolved", "opinion": "已办", "attachments": [picture]}
    transitions.perform("feedback", first.pk, by=cast.handler, at=MONDAY + HOUR, data=data)
    bound = Attachment.objects.get(pk=picture)
    assert (bound.ticket_id, bound.phase) == (first.pk, "after")
    assert bound.step is not None
    assert bound.step.verb == "feedback"
    with pytest.raises(Invalid):
        transitions.perform("feedback", second.pk, by=cast.handler, at=MONDAY + HOUR, data=data)


def test_the_same_file_named_twice_counts_once(cast: Cast, make_ticket: MakeTicket, photo: Photo) -> None:
    ticket, picture = make_ticket("handling"), photo(cast.handler)
    transitions.feedback(
        ticket.pk,
        by=cast.handler,
        at=MONDAY + HOUR,
        result_kind="resolved",
        opinion="已办",
        attachments=[picture, picture],
    )
    assert Attachment.objects.get(pk=picture).ticket_id == ticket.pk


@pytest.mark.parametrize(("who", "may"), [("client", True), ("other_client", False), ("system", True)])
def test_whose_files_a_client_and_the_system_may_bind(
    cast: Cast, make_ticket: MakeTicket, photo: Photo, who: str, may: bool
) -> None:
    ticket = make_ticket("follow_up", source="hotline")
    picture = photo(cast.client)
    with transaction.atomic():
        with moving("void", ticket.pk, by=cast.oversight, at=MONDAY + DAY) as move:
            move.by, move.attachment_ids = cast.everybody[who], [picture]
            assert move.has_images() is may
            move.attachment_ids = []
        transaction.set_rollback(True)


def test_what_happened_cannot_be_rewritten(make_ticket: MakeTicket) -> None:
    step = make_ticket().steps.get()
    for change in (
        lambda: Step.objects.filter(pk=step.pk).update(opinion="改写"),
        lambda: Step.objects.filter(pk=step.pk).delete(),
        lambda: Step.objects.filter(pk=step.pk).update(delivered_at=MONDAY, role="leader"),
    ):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            change()
    assert Step.objects.filter(pk=step.pk).update(delivered_at=MONDAY) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            cursor.execute("TRUNCATE incidents_step CASCADE")


def test_frozen_facts_survive_the_whole_way(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("closed")
    grid = cast.grid(0)
    assert (ticket.region_path, ticket.grid_id, ticket.community_id) == (
        grid.path,
        grid.pk,
        grid.community_id,
    )
    assert ticket.registered_at == MONDAY
    assert (ticket.lon, ticket.lat) == pytest.approx((118.505, 31.105))


def test_a_recut_grid_does_not_move_old_tickets(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    path = ticket.region_path
    Grid.objects.filter(pk=ticket.grid_id).update(valid_to="2026-11-16")
    GridVersion.bump()
    territory.forget()
    done = transitions.feedback(
        ticket.pk, by=cast.handler, at=MONDAY + HOUR, result_kind="resolved", opinion="已办"
    )
    assert (done.region_path, done.grid_id) == (path, ticket.grid_id)


def test_an_edited_catalogue_does_not_change_limits_that_run(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched")
    due_at = ticket.due_at
    old = ticket.category
    edition = CatalogueVersion.objects.create(
        number=2, name="新版", digest="x", valid_from=MONDAY - 3000 * DAY
    )
    MatterCategory.objects.create(
        version=edition, level=2, code=old.code, name=old.name, handle_amount=9, min_level="town"
    )
    catalogue.forget()
    transitions.sign(ticket.pk, by=cast.handler, at=MONDAY + HOUR)
    kept = Ticket.objects.select_related("category").get(pk=ticket.pk)
    assert (kept.due_at, kept.category_id, kept.min_level) == (due_at, old.pk, "grid")
    fresh = make_ticket()
    assert (fresh.category.version_id, fresh.min_level) == (edition.pk, "town")
