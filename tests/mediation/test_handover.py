"""Open cases follow when grids are redrawn or a mediator leaves: with step, journal and notices, no limit anew."""

from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest

from governance.accounts.actors import SYSTEM_ACTOR
from governance.foundation.errors import IllegalTransition
from grids.importing.endings import hangers_on
from grids.models import Grid
from incidents.handover import apply_revision
from incidents.models import Notice
from incidents.places import Spot
from mediation import handover, intake
from mediation.models import CaseStep, GovernanceCentre, MediationBody, MediationCase, Mediator, SessionHold
from mediation.sweep import sweep
from mediation.transitions import perform
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket
from tests.incidents.test_handover_above import EAST, TUESDAY, new, split
from tests.mediation.props import Way, bodies, draft, named
from tests.regrid import EAST_HALF, WEST_HALF

pytestmark = pytest.mark.django_db


def test_cases_go_with_their_ticket_or_to_the_heir_of_their_grid(cast: Cast, make_ticket: MakeTicket) -> None:
    bodies(cast)
    ticket = make_ticket("handling", to="G1", spot=EAST)
    about_ticket = intake.from_ticket(ticket.pk, draft(spot=Spot()), by=cast.community, at=MONDAY)
    going_on = Way(cast).to("mediating")
    over = Way(cast).to("not_mediable").row
    elsewhere = Way(cast, spot=Spot(lon=city.centre(1)[0], lat=city.centre(1)[1])).to("registered").row
    old, clocks = cast.grid(0).path, list(going_on.row.clocks.order_by("pk").values())
    steps = elsewhere.steps.count()
    apply_revision(split(cast).pk, at=TUESDAY)
    for row in (about_ticket, going_on.row, over, elsewhere):
        row.refresh_from_db()
    assert (about_ticket.region_path, about_ticket.region_id) == (
        new(EAST_HALF).path,
        new(EAST_HALF).community_id,
    )
    assert going_on.row.region_path == new(WEST_HALF).path
    assert (over.region_path, elsewhere.steps.count()) == (old, steps)
    step = going_on.row.steps.get(verb="hand_over")
    assert (step.from_state, step.to_state, step.role) == ("mediating", "mediating", "system")
    assert (step.data["from_path"], step.data["to_path"]) == (old, new(WEST_HALF).path)
    assert "第1网格" in step.words
    assert list(going_on.row.clocks.order_by("pk").values()) == clocks, "no limit begins anew"
    assert Notice.objects.filter(title__contains="已移交", title__endswith=going_on.row.number).exists()
    assert hangers_on([Grid.objects.get(path=old)], on=date(2026, 11, 18)) == {}
    version = going_on.row.version
    perform(
        "visit",
        going_on.row.pk,
        by=cast.mediator,
        at=TUESDAY + HOUR,
        version=version,
        visit_kind="joint",
        opinion="走访",
    )


def test_a_case_gets_a_body_of_its_sort_where_its_own_does_not_serve(cast: Cast) -> None:
    way = Way(cast, level="grid").to("mediating")
    far = cast.region("990101001002")
    there = bodies(cast)["community"]
    instead = type(there).objects.create(
        name="别处社区人民调解委员会", kind="people", region=far, unit=cast.unit("W2"), seal_name="-", court="-",
        since=date(2020, 1, 1),
    )  # fmt: skip
    row = perform("hand_over", way.row.pk, by=SYSTEM_ACTOR, at=way.at, path=far.path, region=far.pk)
    assert (row.body, row.unit_id, row.region_id) == (instead, instead.unit_id, far.pk)
    type(there).objects.filter(pk=instead.pk).update(until=date(2026, 1, 1))
    near = cast.region("990101001001")
    Mediator.objects.filter(body=there).update(joined_on=date(2026, 1, 1))
    type(there).objects.filter(pk=there.pk).update(until=date(2026, 1, 1))
    row = perform("hand_over", way.row.pk, by=SYSTEM_ACTOR, at=way.at, path=near.path, region=near.pk)
    assert row.body == instead, "where there is none, it stays"
    fresh = Way(cast).row
    row = perform("hand_over", fresh.pk, by=SYSTEM_ACTOR, at=way.at, path=far.path, region=far.pk)
    assert (row.body, row.region_path) == (None, far.path)
    again = perform("hand_over", fresh.pk, by=SYSTEM_ACTOR, at=way.at, path=far.path, region=far.pk)
    assert "from_path" not in again.steps.order_by("-pk")[0].data


def test_a_mediator_leaves(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    way = Way(cast).to("mediating")
    second = Mediator.objects.create(
        body=way.row.body, user=cast.town.user, name="冯镇", joined_on=date(2020, 1, 1)
    )
    both = [named(cast.mediator).pk, second.pk]
    way.do("assign", cast.town, mediators=both, lead=both[0], chosen_by="body")
    way.do("plan_session", session_kind="mediator", starts_at=way.at + DAY, minutes=60, place="调解室")
    over = Way(cast).to("archived").row
    kept = over.steps.count()
    at = way.at + HOUR
    assert handover.follow_leavers(at=at) == 0
    Mediator.objects.filter(pk=named(cast.mediator).pk).update(left_on=at.date() - DAY)

    def refused(*_args: object, **_facts: object) -> None:
        raise IllegalTransition(verb="hand_over", state="archived", allowed=[])

    with monkeypatch.context() as patch:
        patch.setattr(handover, "perform", refused)
        assert handover.follow_leavers(at=at) == 0
    assert "could not be handed over" in caplog.text
    assert sweep(at=at) >= 1
    row = MediationCase.objects.get(pk=way.row.pk)
    assert row.handled_by == [cast.town.user_id]
    assert cast.mediator.user_id not in row.readers
    lead = row.mediators.get(until=None)
    assert (lead.mediator, lead.is_lead) == (second, True)
    assert set(SessionHold.objects.filter(session__case=row).values_list("mediator", flat=True)) == {
        second.pk
    }
    step = row.steps.get(verb="hand_over")
    assert "何调" in step.words
    assert handover.follow_leavers(at=at + MINUTE) == 0
    assert CaseStep.objects.filter(case=over).count() == kept
    type(cast.town.user).objects.filter(pk=cast.town.user_id).update(is_active=False)
    assert handover.follow_leavers(at=at + MINUTE) == 1
    row.refresh_from_db()
    assert (row.handled_by, row.state) == ([], "mediating"), "whoever mediates for the body takes it"
    assert row.registered_by_id in row.readers


def test_regions_that_are_joined_bring_their_centre_and_their_unit(cast: Cast) -> None:
    """What a revision of regions hands to its followers: places that have ended, and who holds in whose stead."""
    way = Way(cast).to("mediating")
    town, heir = cast.region("990101001000"), cast.region("990102001000")
    facts = {"unit": cast.unit("M1"), "address": "文津路8号", "opens": time(9), "closes": time(17)}
    centre = GovernanceCentre.objects.create(name="文津街道综治中心", region=town, **facts)
    ground: Any = SimpleNamespace(
        regions=SimpleNamespace(ended=[town], heir=lambda _pk: heir),
        effect=SimpleNamespace(ended=[]),
        teams={way.row.unit_id: cast.unit("W1").pk},
    )
    MediationBody.objects.filter(pk=way.row.body_id).update(unit=cast.unit("W1"))
    assert handover.follow(ground, way.at) == 2
    way.row.refresh_from_db()
    centre.refresh_from_db()
    assert way.row.unit_id == cast.unit("W1").pk
    assert (centre.region_id, centre.region_path) == (heir.pk, heir.path)
    ground.teams = {}
    assert handover.follow(ground, way.at) == 0
    second = GovernanceCentre.objects.create(name="又一中心", region=town, **facts)
    assert handover.follow(ground, way.at) == 0
    second.refresh_from_db()
    assert second.region_id == town.pk, "where the heir has one, it stays where it was"
