"""Who gets a notice: appointments, posts and units of the day; who comes and who leaves; telling in batches."""

from datetime import timedelta

import pytest

from governance.accounts import appointments
from governance.accounts.appointments import Post
from governance.accounts.models import Appointment, User
from governance.foundation.clock import local
from grids.models import GridAssignment, GridPost
from incidents.models import Notice
from publicity import spreading, tasks, writing
from publicity.models import NoticeReceipt, PolicyNotice
from tests.cast import DAY, MONDAY, Cast
from tests.publicity.props import FAR_GRID, GRID, TODAY, TOWN, notice, readers

pytestmark = pytest.mark.django_db


def test_one_grid_reaches_those_who_stand_in_it_only(cast: Cast) -> None:
    assert readers(notice(cast, GRID)) == {"worker", "grid_leader", "part_timer"}


def test_an_audience_narrows_by_role_and_by_post(cast: Cast) -> None:
    assert readers(notice(cast, TOWN, audience=("grid_patroller",))) == {"worker", "neighbour"}
    post = GridPost.objects.create(grid=cast.grid(0), kind="grid_adviser")
    adviser = User.objects.create_user("adviser", "x", name="顾问", unit=cast.unit("G1"))
    GridAssignment.objects.create(post=post, user=adviser, starts_on=TODAY)
    assert readers(notice(cast, TOWN, audience=("grid_adviser",))) == {"adviser"}
    assert "adviser" in readers(notice(cast, GRID)), "a post without a role stands there too"


def test_whoever_comes_gets_it_and_whoever_leaves_unread_counts_no_more(cast: Cast) -> None:
    row = notice(cast, GRID)
    new = User.objects.create_user("newcomer", "x", name="新来", unit=cast.unit("G1"))
    post = Post(user=new, role="grid_patroller", target=cast.grid(0), starts_on=TODAY)
    appointments.appoint(post, at=MONDAY)
    for person in (cast.worker.user, cast.grid_leader.user):
        appointments.end(Appointment.objects.get(user=person), on=TODAY, at=MONDAY + 2 * DAY)
    writing.confirm(row.pk, by=cast.grid_leader, at=MONDAY)
    assert spreading.settle(row.pk, at=MONDAY + 2 * DAY)
    assert readers(row) == {"newcomer", "part_timer", "grid_leader"}, "what was read stays"
    assert spreading.deliver(at=MONDAY + 2 * DAY) == 1
    assert Notice.objects.filter(user=new).count() == 1
    assert spreading.deliver(at=MONDAY + 2 * DAY) == 0
    assert spreading.settle(row.pk, at=MONDAY + 2 * DAY), "again without harm"
    assert readers(row) == {"newcomer", "part_timer", "grid_leader"}


def test_the_inactive_get_nothing(cast: Cast) -> None:
    User.objects.filter(username="worker").update(is_active=False)
    assert readers(notice(cast, GRID)) == {"grid_leader", "part_timer"}


def test_the_first_day_comes_and_the_last_day_goes(cast: Cast) -> None:
    row = notice(cast, GRID, valid_from=TODAY + timedelta(days=2), valid_to=TODAY + timedelta(days=3))
    assert spreading.settle_due(at=MONDAY) == 0
    assert not spreading.settle(row.pk, at=MONDAY)
    assert spreading.settle_due(at=MONDAY + 2 * DAY) == 1
    assert spreading.deliver(at=MONDAY + 2 * DAY) == 3
    assert PolicyNotice.objects.get(pk=row.pk).settled_at == MONDAY + 2 * DAY
    assert spreading.settle_due(at=MONDAY + 4 * DAY) == 0


def test_the_longest_not_settled_come_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = notice(cast, GRID), notice(cast, FAR_GRID)
    PolicyNotice.objects.filter(pk=first.pk).update(settled_at=MONDAY + DAY)
    monkeypatch.setattr(spreading, "MOST_SETTLED", 1)
    assert spreading.settle_due(at=MONDAY + 2 * DAY) == 1
    settled = dict(PolicyNotice.objects.values_list("pk", "settled_at"))
    assert settled == {first.pk: MONDAY + DAY, second.pk: MONDAY + 2 * DAY}


def test_many_readers_are_told_batch_by_batch(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "BATCH", 2)
    row = notice(cast, TOWN)
    whole = len(readers(row))
    assert whole > 5
    assert NoticeReceipt.objects.filter(notice=row, told=1).count() == 2
    monkeypatch.setattr(spreading, "BATCHES", 1)
    assert spreading.deliver_due(at=MONDAY) == 2
    monkeypatch.setattr(spreading, "BATCHES", 10)
    assert spreading.deliver_due(at=MONDAY) == whole - 4
    assert NoticeReceipt.objects.filter(notice=row, told=0).count() == 0
    assert Notice.objects.filter(key__startswith="policy:").count() == whole


def test_tasks_run_at_any_time(cast: Cast) -> None:
    notice(cast, GRID, valid_to=local(MONDAY).date() + timedelta(days=3650))
    assert tasks.settle_notices() == 1
    assert tasks.tell_readers() == 0
