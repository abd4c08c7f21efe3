"""The roster in the ladder and in the top bar: whoever is on duty is named and told; a hole in the roster is said."""

import pytest
from django.test import Client

from governance.accounts.models import User
from grids import scope
from incidents import outbox
from incidents.duty import Watch, city_centre, duty_unit
from incidents.models import Notice, Step, Ticket
from incidents.queries import sign
from incidents.queries.notices import NoticeFilter, Reader, notice_page
from incidents.sweep import sweep_all
from incidents.views.facts import facts_of
from staffing.models import DutyShift
from tests.cast import GAS_LEAK, HOUR, MINUTE, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
CLIMBS_AT = MONDAY + 13 * MINUTE


def shift(cast: Cast, user: User | None, *, kind: str = "main") -> DutyShift:
    assert user is not None
    return DutyShift.objects.create(
        unit=cast.unit("CMD"), user=user, starts_at=MONDAY - HOUR, ends_at=MONDAY + HOUR, kind=kind
    )


@pytest.fixture
def climbing(make_ticket: MakeTicket) -> Ticket:
    ticket = make_ticket("dispatched", category=GAS_LEAK, to="G1")
    outbox.deliver(at=MONDAY)
    return ticket


def climb() -> Step:
    sweep_all(at=CLIMBS_AT)
    outbox.deliver(at=CLIMBS_AT)
    return Step.objects.get(verb="climb")


def test_whoever_is_on_duty_is_named_and_told(cast: Cast, climbing: Ticket) -> None:
    shift(cast, cast.leader.user)
    shift(cast, cast.dispatcher.user, kind="backup")
    step = climb()
    assert [(row["name"], row["is_lead"]) for row in step.data["duty"]] == [("吕领", True), ("卫派", False)]
    told = Notice.objects.filter(step=step, audience="duty")
    assert set(told.values_list("user", "unit__code")) == {
        (cast.leader.user_id, "CMD"),
        (cast.dispatcher.user_id, "CMD"),
    }
    assert ("值班人员", "吕领、卫派") in list(facts_of(step))
    reader = Reader(scope=scope.of(cast.leader.user), user_id=cast.leader.user_id)
    rows = notice_page(reader, NoticeFilter(), size=9).rows
    assert [row.step_id for row in rows if row.audience == "duty"] == [step.pk], (
        "without being a duty officer"
    )
    reader = Reader(scope=scope.of(cast.duty.user), user_id=cast.duty.user_id)
    rows = notice_page(reader, NoticeFilter(), size=9).rows
    assert [row for row in rows if row.audience == "duty"] == [], "it is another one's shift"


def test_a_hole_in_the_roster_tells_everybody_and_is_said(cast: Cast, climbing: Ticket) -> None:
    DutyShift.objects.filter(pk=shift(cast, cast.leader.user).pk).update(ends_at=CLIMBS_AT)
    step = climb()
    assert step.data["duty"] == []
    told = Notice.objects.get(step=step, audience="duty")
    assert (told.user_id, told.unit.code) == (None, "CMD")
    assert ("值班人员", "值班表无人当班，已通知全部值班员") in list(facts_of(step))


def test_telling_twice_changes_nothing(cast: Cast, climbing: Ticket) -> None:
    shift(cast, cast.leader.user)
    step = climb()
    count = Notice.objects.count()
    Step.objects.filter(pk=step.pk).update(delivered_at=None)
    outbox.deliver(at=CLIMBS_AT)
    assert Notice.objects.count() == count


def test_each_centre_is_asked_once(cast: Cast, steady: None, django_assert_num_queries: object) -> None:
    shift(cast, cast.leader.user)
    watch = Watch(MONDAY)
    path, far = cast.grid(0).path, cast.grid(3).path
    assert duty_unit(path) == city_centre() == cast.unit("CMD").pk
    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture without types
        assert watch.named(path) == watch.named(far)
    assert watch.named("unknown/") == ()


def test_the_top_bar_names_the_shift_else_says_that_there_is_none(cast: Cast, client: Client) -> None:
    assert cast.town.user is not None
    own = scope.of(cast.town.user)
    assert sign(own, cast.town.user_id, at=MONDAY).duty_name == "褚值"
    assert not sign(own, cast.town.user_id, at=MONDAY).is_rostered
    client.force_login(cast.town.user)
    assert "褚值 <small>（未排班）</small>" in client.get("/tickets/").content.decode()
    row = shift(cast, cast.leader.user)
    found = sign(own, cast.town.user_id, at=MONDAY)
    assert (found.duty_name, found.is_rostered) == ("吕领", True)
    DutyShift.objects.filter(pk=row.pk).update(starts_at=MONDAY, ends_at="2100-01-01T00:00:00Z")
    page = client.get("/tickets/").content.decode()
    assert "吕领</span>" in page
    assert "未排班" not in page
