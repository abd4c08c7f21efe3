"""Who may: reach by region, by tier, by own unit; own work; a client's own source; inactive people."""

from collections.abc import Sequence
from datetime import date

import pytest

from governance.accounts.actors import Actor
from governance.accounts.appointments import Post, appoint
from governance.accounts.models import Appointment
from governance.foundation.errors import Forbidden
from grids import territory
from incidents import rules, transitions
from incidents.ledger import ledger
from incidents.models import Ticket
from incidents.states import TICKET_TABLE
from incidents.states.hands import NOBODY, Hands, hands_of
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db


def names(ticket: Ticket, by: Actor, **more: object) -> set[str]:
    return {verb.name for verb in rules.permitted(ticket, by, **more)}  # type: ignore[arg-type]


def test_the_role_that_permits_is_the_one_recorded(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    assert rules.role_for(TICKET_TABLE["accept"], ticket, cast.duty) == "duty_officer"
    assert rules.role_for(TICKET_TABLE["void"], ticket, cast.oversight) == "oversight_officer"


def test_a_refusal_names_who_could(cast: Cast, make_ticket: MakeTicket) -> None:
    with pytest.raises(Forbidden) as caught:
        rules.role_for(TICKET_TABLE["void"], make_ticket(), cast.worker)
    assert caught.value.extra == {"roles": ["oversight_officer"], "verb": "void"}


def test_buttons_stand_in_table_order(cast: Cast, make_ticket: MakeTicket) -> None:
    shown = [verb.name for verb in rules.permitted(make_ticket(), cast.duty)]
    assert shown == ["reject", "merge", "accept", "urge"]


def test_more_time_is_not_offered_when_it_is_too_late(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    assert ticket.due_at is not None
    for at, is_shown in ((None, True), (ticket.due_at - MINUTE, True), (ticket.due_at, False)):
        shown = [verb.name for verb in rules.permitted(ticket, cast.handler, at=at)]
        assert ("ask_extension" in shown) is is_shown


RETURNS = {"handler": "ask_return", "lead": "return"}


class TestReturnWindow:
    """What was received on a Monday at 09:02 may be returned until the close of Tuesday."""

    END = shanghai(17, 17, 30)

    @pytest.mark.parametrize("state", ["dispatched", "handling"])
    @pytest.mark.parametrize("name", ["handler", "lead"])
    def test_a_return_is_offered_until_it_ends(
        self, cast: Cast, make_ticket: MakeTicket, state: str, name: str
    ) -> None:
        ticket, by, verb = make_ticket(state), getattr(cast, name), RETURNS[name]
        hands = hands_of(list(ticket.steps.order_by("id")))
        assert hands.received_at == ledger().received_at(ticket) == MONDAY + 2 * MINUTE
        assert rules.return_window(ticket, by, hands=hands) == self.END
        assert verb in names(ticket, by, hands=hands, at=self.END)
        assert verb not in names(ticket, by, hands=hands, at=self.END + MINUTE)

    def test_what_was_asked_for_in_time_may_be_decided_later(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("handling")
        words = {"opinion": "不属本单位职责", "basis": "三定规定"}
        asked = transitions.ask_return(ticket.pk, by=cast.handler, at=self.END, **words)
        hands = hands_of(list(ticket.steps.order_by("id")))
        assert {"return", "decline_return"} <= names(asked, cast.lead, hands=hands, at=self.END + DAY)
        assert rules.return_window(asked, cast.lead, hands=hands) is None

    def test_others_have_none(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        for by in (cast.gas, cast.dispatcher, cast.client, cast.system):
            assert rules.return_window(ticket, by, hands=NOBODY) is None
        assert rules.return_window(make_ticket("feedback"), cast.lead, hands=NOBODY) is None

    def test_a_binding_decision_leaves_none(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("returned")
        bound = transitions.refuse_return(ticket.pk, by=cast.dispatcher, at=MONDAY + HOUR, opinion="属本局")
        assert rules.return_window(bound, cast.lead, hands=NOBODY) is None
        assert "return" not in names(bound, cast.lead, at=MONDAY + HOUR)

    def test_whoever_gets_it_next_has_a_window_of_its_own(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("dispatched", to="W1")
        at = shanghai(19, 10)
        up = transitions.escalate(ticket.pk, by=cast.community, at=at, opinion="超出能力", measures="已劝导")
        hands = hands_of(list(ticket.steps.order_by("id")))
        assert hands.received_at == ledger().received_at(up) == at
        assert "return" in names(up, cast.town, hands=hands, at=shanghai(20, 17, 30))
        assert "return" not in names(up, cast.town, hands=hands, at=shanghai(20, 17, 31))

    def test_without_steps_the_first_dispatch_counts(self, cast: Cast, make_ticket: MakeTicket) -> None:
        """As with tickets that were taken over from an earlier system."""
        ticket = make_ticket("handling")
        assert rules.return_window(ticket, cast.lead, hands=NOBODY) == self.END
        ticket.first_dispatched_at = None
        assert rules.return_window(ticket, cast.lead, hands=NOBODY) is None
        assert "return" in names(ticket, cast.lead, at=self.END + DAY)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("dispatcher", {"accept", "mark_pressing", "merge", "reject", "urge"}),
        ("far_dispatcher", set()),
        ("town", {"mark_pressing"}),
        ("community", {"mark_pressing"}),
        ("handler", set()),
        ("outsider", set()),
        ("leader", set()),
        ("administrator", set()),
        ("auditor", set()),
        ("client", set()),
        ("system", {"urge"}),
    ],
)
def test_the_citys_pool_is_not_a_lower_tiers(
    cast: Cast, make_ticket: MakeTicket, name: str, allowed: set[str]
) -> None:
    assert names(make_ticket(), cast.everybody[name]) == allowed


def test_a_tier_may_do_what_lies_in_its_own_pool_or_below(cast: Cast, make_ticket: MakeTicket) -> None:
    own = make_ticket(by=cast.community)
    assert {"accept", "reject"} <= names(own, cast.community) & names(own, cast.town)
    towns = make_ticket(by=cast.town)
    assert "accept" in names(towns, cast.town)
    assert names(towns, cast.community) == {"mark_pressing"}, "which moves nothing"
    assert names(towns, cast.far_town) == set()


def test_a_pool_whose_unit_is_gone_is_no_lower_tiers(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(by=cast.community)
    unit = cast.unit("W1")
    unit.is_active = False
    unit.save()
    territory.forget()
    assert names(ticket, cast.community) == {"mark_pressing"}
    assert "accept" in names(ticket, cast.dispatcher)


@pytest.mark.parametrize("verb", ["check", "rework", "follow_up"])
def test_nobody_judges_his_own_work(cast: Cast, make_ticket: MakeTicket, verb: str) -> None:
    ticket = make_ticket("feedback" if verb != "follow_up" else "follow_up")
    hands = Hands.of([("sign", cast.oversight.user_id)])
    with pytest.raises(Forbidden) as caught:
        rules.role_for(TICKET_TABLE[verb], ticket, cast.oversight, hands=hands)
    assert caught.value.code == "own_work"
    assert verb not in names(ticket, cast.oversight, hands=hands)
    assert "close" in names(ticket, cast.oversight, hands=hands)


@pytest.mark.parametrize("deed", ["check", "rework"])
def test_whoever_checked_does_not_call_but_checks_again(
    cast: Cast, make_ticket: MakeTicket, deed: str
) -> None:
    hands = Hands.of([(deed, cast.oversight.user_id)])
    called, checked = make_ticket("follow_up"), make_ticket("feedback")
    with pytest.raises(Forbidden) as caught:
        rules.role_for(TICKET_TABLE["follow_up"], called, cast.oversight, hands=hands)
    assert caught.value.code == "own_check"
    assert "follow_up" not in names(called, cast.oversight, hands=hands)
    assert "follow_up" in names(called, cast.duty, hands=hands)
    assert {"check", "rework"} <= names(checked, cast.oversight, hands=hands)


def test_what_the_platform_did_was_in_nobodys_hands() -> None:
    assert Hands.of([("sign", None), ("check", None), ("dispatch", 7)]) == NOBODY


def test_a_client_follows_up_tickets_of_its_own_source_only(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("follow_up", source="hotline")
    assert names(ticket, cast.client) == {"follow_up", "redo"}
    assert names(ticket, cast.other_client) == set()


def test_own_reach_needs_the_unit_and_the_role(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="CG")
    assert names(ticket, cast.handler) == {"sign", "ask_return"}
    assert names(ticket, cast.lead) == {"sign", "return"}
    assert names(ticket, cast.gas) == names(ticket, cast.outsider) == names(ticket, cast.mediator) == set()


def test_a_person_lent_to_a_unit_acts_there_too(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("dispatched", to="RQ")
    assert cast.handler.user is not None
    post = Post(
        user=cast.handler.user, role="dept_handler", target=cast.unit("RQ"), starts_on=date(2026, 1, 1)
    )
    appoint(post, at=MONDAY)
    assert names(ticket, cast.again(cast.handler)) == {"sign", "ask_return"}


def test_somebody_who_left_may_nothing(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    assert cast.dispatcher.user is not None
    cast.dispatcher.user.is_active = False
    cast.dispatcher.user.save()
    assert names(ticket, cast.again(cast.dispatcher)) == set()


def test_two_appointments_add_up(cast: Cast, make_ticket: MakeTicket) -> None:
    assert cast.far_dispatcher.user is not None
    ticket = make_ticket()
    appoint(
        Post(
            user=cast.far_dispatcher.user,
            role="duty_officer",
            target=cast.region("990101000000"),
            starts_on=date(2026, 1, 1),
        ),
        at=MONDAY,
    )
    assert Appointment.objects.filter(user=cast.far_dispatcher.user).count() == 2
    # A dispatcher of the other district gains nothing here but what a duty officer may.
    assert names(ticket, cast.again(cast.far_dispatcher)) == {"accept", "merge", "reject", "urge"}
    accepted = make_ticket("accepted")
    assert "dispatch" not in names(accepted, cast.again(cast.far_dispatcher))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("duty", "duty_officer"),
        ("part_timer", "part_time_worker"),
        ("supervisor", "grid_supervisor"),
        ("handler", "dept_handler"),
        ("mediator", "mediator"),
        ("client", "api_client"),
        ("system", "system"),
    ],
)
def test_who_may_register(cast: Cast, name: str, role: str) -> None:
    assert rules.registering_role(TICKET_TABLE["register"], cast.everybody[name]) == role


@pytest.mark.parametrize("name", ["leader", "auditor", "administrator", "outsider"])
def test_who_may_not_register(cast: Cast, name: str) -> None:
    with pytest.raises(Forbidden) as caught:
        rules.registering_role(TICKET_TABLE["register"], cast.everybody[name])
    assert "duty_officer" in caught.value.extra["roles"]


def test_handling_on_the_spot_is_for_the_place_that_one_covers(cast: Cast) -> None:
    verb, path = TICKET_TABLE["self_handle"], cast.grid(0).path
    assert rules.registering_role(verb, cast.worker, path) == "grid_patroller"
    assert rules.registering_role(verb, cast.community, path) == "community_staff"
    assert rules.registering_role(verb, cast.police, path) == "police_grid_officer"
    for actor in (cast.neighbour, cast.part_timer, cast.duty, cast.handler, cast.client, cast.far_community):
        with pytest.raises(Forbidden):
            rules.registering_role(verb, actor, path)


EXPORTING = {"duty", "dispatcher", "oversight", "town", "lead", "leader"}
SILENT = {"leader", "auditor", "administrator", "outsider"}


@pytest.mark.parametrize("name", sorted(EXPORTING | SILENT | {"worker", "handler", "mediator"}))
def test_menus_show_what_somebody_may(cast: Cast, name: str) -> None:
    actor = cast.everybody[name]
    assert rules.may_export(actor) == (name in EXPORTING)
    assert rules.may_register(actor) == (name not in SILENT | {"oversight"})  # row 1 leaves it out


def test_what_binds_cannot_be_given_back(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("handling")
    assert "ask_return" in names(ticket, cast.handler)
    assert "return" in names(ticket, cast.lead)
    ticket.is_final_assignment = True
    assert "ask_return" not in names(ticket, cast.handler)
    assert "return" not in names(ticket, cast.lead)


def test_more_time_is_given_by_somebody_else_and_again_only_by_oversight(
    cast: Cast, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket("handling")
    ticket.asked = ["extension"]
    give = {"extend", "refuse_extension"}
    asked, again = (
        Hands.of([("ask_extension", cast.handler.user_id)]),
        Hands.of([("extend", cast.lead.user_id), ("ask_extension", cast.handler.user_id)]),
    )
    assert names(ticket, cast.lead, hands=asked) >= give
    assert names(ticket, cast.oversight, hands=asked) >= give
    assert not names(ticket, cast.lead, hands=again) & give
    assert names(ticket, cast.oversight, hands=again) >= give
    own = Hands.of([("ask_extension", cast.handler.user_id), ("ask_extension", cast.lead.user_id)])
    assert (own.asked_for_time, own.extended) == (cast.lead.user_id, 0)
    assert not names(ticket, cast.lead, hands=own) & give


@pytest.mark.parametrize(
    ("state", "answers", "offered"),
    [
        ("feedback", (), set()),
        ("checked", (), {"close"}),
        ("follow_up", (), set()),
        ("follow_up", (("unreachable", ""),), {"close"}),
        ("follow_up", (("solved", "5"),), {"close"}),
        ("follow_up", (("solved", "1"),), {"close", "redo"}),
        ("follow_up", (("partly", ""),), {"close", "redo"}),
        ("follow_up", (("unsolved", ""), ("unreachable", "")), {"close", "redo"}),
        ("follow_up", (("unsolved", ""), ("solved", "4")), {"close"}),
    ],
)
def test_what_is_sure_to_be_refused_is_not_offered(
    cast: Cast, make_ticket: MakeTicket, state: str, answers: Sequence[tuple[str, str]], offered: set[str]
) -> None:
    ticket = make_ticket(state, silent=state == "checked")
    at = ticket.feedback_at + DAY
    for turn, (outcome, satisfaction) in enumerate(answers):
        transitions.follow_up(
            ticket.pk, by=cast.duty, at=at + turn * HOUR, outcome=outcome, satisfaction=satisfaction
        )
    ticket.refresh_from_db()
    steps = list(ticket.steps.order_by("id"))
    verbs = [verb for verb in TICKET_TABLE.leaving(ticket.state) if verb.name in {"close", "redo"}]
    assert {verb.name for verb in rules.timely(verbs, ticket, steps)} == offered
