"""Posts, people and teams follow a revision: an ended grid's go on in the heir, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from governance.accounts.actors import Actor
from governance.accounts.models import Appointment, OrgUnit, User
from governance.audit.models import AuditEntry
from grids import scope
from grids.models import Grid, GridAssignment, GridPost, GridRevision
from staffing import handover, leaves, posting
from staffing.leaves import Absence
from staffing.models import PartyOrganization, ServiceTeam, Term
from staffing.posting import Posting
from tests import city
from tests.cast import DAY, MONDAY, Cast
from tests.staffing.conftest import SINCE, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standard")]
LEADER, PATROLLER = GridPost.Kind.GRID_LEADER, GridPost.Kind.GRID_PATROLLER


@dataclass(frozen=True)
class Effect:
    """A revision in effect, as the grids hand it over."""

    revision: GridRevision
    ended: tuple[Grid, ...]
    begun: tuple[Grid, ...] = ()
    continued: tuple[Grid, ...] = ()
    heirs: tuple[tuple[int, Grid], ...] = ()

    def heir(self, old_grid_id: int) -> Grid:
        return dict(self.heirs)[old_grid_id]


@pytest.fixture
def revision(cast: Cast) -> GridRevision:
    region = cast.region("990101001001")
    return GridRevision.objects.create(
        number="TZ20261116001",
        title="调整",
        region=region,
        region_path=region.path,
        state="effective",
        effective_on=TODAY,
        prepared_by=cast.town.user,
        prepared_at=MONDAY,
    )


@pytest.fixture
def renewed(cast: Cast, revision: GridRevision) -> Effect:
    """The first grid has ended; a new one with a new team came after it."""
    old = cast.grid(0)
    team = OrgUnit.objects.create(
        code="G9", name="新网格队", kind="grid_team", tier="grid", parent=cast.unit("W1")
    )
    new = Grid.objects.create(
        code="990101001001009",
        community=old.community,
        name="新网格",
        polygon=city.square(0),
        team=team,
        valid_from=TODAY,
    )
    Grid.objects.filter(pk=old.pk).update(valid_to=TODAY - timedelta(days=1))
    old.refresh_from_db()
    return Effect(revision, (old,), begun=(new,), heirs=((old.pk, new),))


def post(cast: Cast, user: User, column: int, kind: str = PATROLLER) -> GridAssignment:
    wanted = Posting(user_id=user.pk, grid_id=cast.grid(column).pk, kind=kind, starts_on=SINCE)
    return posting.assign(wanted, by=cast.oversight, at=MONDAY)


def counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (GridAssignment, GridPost, Appointment, ServiceTeam))


class TestRenewed:
    @pytest.fixture
    def staffed(self, cast: Cast, person: Callable) -> tuple[User, User]:
        one, two = person("G1", "原员"), person("W1", "原长")
        post(cast, one, 0)
        post(cast, two, 0, LEADER)
        return one, two

    def test_people_go_on_in_the_heir(self, cast: Cast, staffed: tuple[User, User], renewed: Effect) -> None:
        done = handover.follow(renewed, at=MONDAY)
        assert len(done.assignments) == 2
        assert done.displaced == []
        new = renewed.begun[0]
        for user in staffed:
            old_row, new_row = GridAssignment.objects.filter(user=user).order_by("id")
            assert (old_row.ends_on, new_row.starts_on) == (TODAY - timedelta(days=1), TODAY)
            assert new_row.post.grid == new
        worker = User.objects.get(pk=staffed[0].pk)
        assert worker.unit == new.team
        assert {r.path for r in scope.of(worker).reaches if r.path} == {new.path}
        leader = scope.of(User.objects.get(pk=staffed[1].pk))
        assert new.team_id in leader.unit_ids
        assert AuditEntry.objects.filter(verb="post.follow").count() == 1

    def test_twice_is_once(self, cast: Cast, staffed: tuple[User, User], renewed: Effect) -> None:
        handover.follow(renewed, at=MONDAY)
        before = counted()
        again = handover.follow(renewed, at=MONDAY)
        assert counted() == before
        assert (again.assignments, again.appointments, again.teams) == ([], [], 0)

    def test_teams_and_party_organisations_move(self, cast: Cast, renewed: Effect) -> None:
        old, new = renewed.ended[0], renewed.begun[0]
        word = Term.objects.get(kind="speciality", code="patrol")
        ServiceTeam.objects.create(name="巡防队", level="grid", grid=old, speciality=word, founded_on=SINCE)
        PartyOrganization.objects.create(name="党支部", kind="branch", grid=old, founded_on=SINCE)
        done = handover.follow(renewed, at=MONDAY)
        assert (done.teams, done.party_organizations) == (1, 1)
        assert ServiceTeam.objects.get().grid == new
        assert PartyOrganization.objects.get().grid == new

    def test_a_substitute_stands_in_on_the_heir(
        self, cast: Cast, staffed: tuple[User, User], renewed: Effect, person: Callable
    ) -> None:
        away, stand_in = staffed[0], person("G2")
        by = Actor(user=away, unit_id=away.unit_id)
        row = leaves.ask(
            Absence(
                user_id=away.pk,
                kind="annual",
                starts_on=TODAY - timedelta(days=1),
                ends_on=TODAY + timedelta(days=3),
                reason="返乡",
                substitute_id=stand_in.pk,
            ),
            by=by,
            at=MONDAY - DAY,
        )
        leaves.perform("approve", row.pk, by=cast.town, at=MONDAY - DAY)
        handover.follow(renewed, at=MONDAY)
        new = renewed.begun[0]
        found = scope.of(User.objects.get(pk=stand_in.pk))
        assert {r.path for r in found.reaches if r.path} == {new.path}
        assert new.team_id in found.unit_ids
        leaves.perform("return_early", row.pk, by=by, at=MONDAY + DAY)
        assert not Appointment.objects.filter(acting_for=away, is_applied=True).exists()

    def test_what_has_not_begun_goes_over_whole(self, cast: Cast, renewed: Effect, person: Callable) -> None:
        user = person("G1")
        kept = GridPost.objects.create(grid=renewed.ended[0], kind=PATROLLER)
        row = GridAssignment.objects.create(post=kept, user=user, starts_on=TODAY + timedelta(days=5))
        handover.follow(renewed, at=MONDAY)
        row.refresh_from_db()
        assert (row.post.grid, row.starts_on) == (renewed.begun[0], TODAY + timedelta(days=5))
        assert GridAssignment.objects.filter(user=user).count() == 1


class TestMerged:
    @pytest.fixture
    def merged(self, cast: Cast, revision: GridRevision) -> Effect:
        """The first grid has gone into the second."""
        old, new = cast.grid(0), cast.grid(1)
        Grid.objects.filter(pk=old.pk).update(valid_to=TODAY - timedelta(days=1))
        return Effect(revision, (old,), continued=(new,), heirs=((old.pk, new),))

    def test_who_finds_the_post_filled_is_displaced(
        self, cast: Cast, merged: Effect, person: Callable
    ) -> None:
        stays, goes = person("G2"), person("G1")
        post(cast, stays, 1)
        row = post(cast, goes, 0)
        done = handover.follow(merged, at=MONDAY)
        assert done.displaced == [row]
        assert GridAssignment.objects.filter(user=goes, ends_on=None).count() == 0
        assert scope.of(User.objects.get(pk=goes.pk)).reaches == ()
        assert GridAssignment.objects.get(user=stays).ends_on is None

    def test_a_leader_of_both_leads_the_one(self, cast: Cast, merged: Effect, person: Callable) -> None:
        user = person("W1")
        post(cast, user, 0, LEADER)
        post(cast, user, 1, LEADER)
        done = handover.follow(merged, at=MONDAY)
        assert (done.displaced, done.assignments) == ([], [])
        assert [r.post.grid for r in GridAssignment.objects.filter(user=user, ends_on=None)] == [cast.grid(1)]
        paths = {r.path for r in scope.of(User.objects.get(pk=user.pk)).reaches if r.path}
        assert paths == {cast.grid(1).path}


def test_new_grids_get_the_posts_of_the_template(cast: Cast, renewed: Effect) -> None:
    handover.follow(renewed, at=MONDAY)
    assert sorted(renewed.begun[0].posts.values_list("kind", flat=True)) == [LEADER, PATROLLER]
