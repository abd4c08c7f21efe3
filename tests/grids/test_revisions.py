"""The verbs of a revision: the whole matrix of role, verb and state; guards; two people at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from shapely.geometry import mapping, shape

from governance.accounts.actors import Actor
from governance.accounts.models import OrgUnit
from governance.audit.models import AuditEntry
from governance.foundation.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    Problem,
    StaleVersion,
    Unprocessable,
)
from grids import revisions, rules, states
from grids.models import (
    Building,
    Grid,
    GridEdition,
    GridRevision,
    GridStandard,
    GridSuccession,
    GridVersion,
    MicroGrid,
    RevisionSource,
)
from grids.revisions import Draft, MovedSources, TakenElsewhere
from tests import city
from tests.cast import DAY, MONDAY, Cast, at_once
from tests.grids.test_revisions_story import FIRST, SECOND, TODAY, TOMORROW, draft_grid, prepared, split_draft

STATES = list(states.RevisionState.values)
VERBS = ("edit", "submit", "send_back", "approve", "withdraw", "take_effect")
PEOPLE = {
    "community", "far_community", "town", "far_town", "oversight", "far_oversight", "leader", "worker", "grid_leader",
    "supervisor", "part_timer", "police", "duty", "dispatcher", "handler", "lead", "mediator", "auditor",
    "administrator", "outsider", "client", "system",
}  # fmt: skip


def in_state(cast: Cast, state: str) -> GridRevision:
    """A revision driven there by the community and the city."""
    revision = prepared(cast)
    if state in {"submitted", "approved", "effective"}:
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
    if state in {"approved", "effective"}:
        revisions.approve(revision.pk, by=cast.oversight, at=MONDAY)
    if state == "effective":
        revisions.take_effect(revision.pk, at=MONDAY + DAY)
    if state == "withdrawn":
        revisions.withdraw(revision.pk, by=cast.community, at=MONDAY, opinion="不再需要")
    return GridRevision.objects.get(pk=revision.pk)


def do(verb: str, revision: GridRevision, by: Actor) -> Any:
    if verb == "edit":
        return revisions.edit(revision.pk, split_draft(), by=by, at=MONDAY, version=revision.version)
    if verb == "take_effect":
        return revisions.take_effect(revision.pk, at=MONDAY + DAY, by=by)
    return revisions.perform(verb, revision.pk, by=by, at=MONDAY, data={"opinion": "按程序办理"})


def trace() -> tuple[Any, ...]:
    tables = (
        GridRevision,
        RevisionSource,
        Grid,
        GridEdition,
        GridSuccession,
        AuditEntry,
        OrgUnit,
        GridVersion,
    )
    return tuple(list(table.objects.order_by("pk").values()) for table in tables)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_the_whole_matrix(cast: Cast, state: str) -> None:
    """Every verb by everybody in every state: exactly what the table says, and nothing written when refused."""
    revision = in_state(cast, state)
    authors = {"community"}
    for verb in VERBS:
        row = states.REVISION_TABLE[verb]
        for name in sorted(PEOPLE):
            actor = getattr(cast, name)
            covers = {
                "community": {"community_staff"}, "town": {"town_staff"}, "oversight": {"oversight_officer"},
                "leader": {"leader"}, "system": {"system"},
            }.get(name, set())  # fmt: skip
            may = bool(covers & set(row.who)) and not (verb == "approve" and name in authors)
            allowed = may and state in row.sources
            before = trace()
            point = transaction.savepoint()
            if verb == "take_effect" and state == "effective":
                assert do(verb, revision, actor).is_new is False  # a second call does nothing
            elif allowed:
                do(verb, revision, actor)
                assert GridRevision.objects.get(pk=revision.pk).state == row.target
                assert revision.steps.latest("pk").verb == verb
                assert AuditEntry.objects.latest("pk").verb == f"revision.{verb}"
            else:
                expected = IllegalTransition if state not in row.sources else Forbidden
                with pytest.raises(expected):
                    do(verb, revision, actor)
                assert trace() == before, (verb, name)
            transaction.savepoint_rollback(point)
            if actor.user is not None and not actor.is_system:
                names = {item.name for item in rules.permitted(revision, actor)}
                assert (verb in names) == allowed, (verb, name)


@pytest.mark.django_db
class TestPrepare:
    @pytest.mark.parametrize("name", ["community", "town", "oversight"])
    def test_who_may(self, cast: Cast, name: str) -> None:
        revision = revisions.prepare([FIRST, SECOND], title="调整", by=getattr(cast, name), at=MONDAY)
        assert (revision.state, revision.region.code, revision.version) == ("draft", "990101001001", 1)
        assert revision.number.startswith("TZ20261116")
        assert revision.results.count() == 2

    @pytest.mark.parametrize(
        "name",
        ["far_community", "far_town", "far_oversight", "leader", "worker", "dispatcher", "auditor", "client"],
    )
    def test_who_may_not(self, cast: Cast, name: str) -> None:
        before = trace()
        with pytest.raises(Forbidden):
            revisions.prepare([FIRST], title="调整", by=getattr(cast, name), at=MONDAY)
        assert trace() == before

    def test_the_region_is_the_smallest_that_holds_all(self, cast: Cast) -> None:
        across = revisions.prepare([SECOND, city.GRIDS[2]], title="跨社区", by=cast.town, at=MONDAY)
        assert across.region.level == "town"
        whole = revisions.prepare([FIRST, city.GRIDS[3]], title="跨区", by=cast.oversight, at=MONDAY)
        assert whole.region.level == "city"
        revisions.withdraw(across.pk, by=cast.town, at=MONDAY, opinion="重来")
        with pytest.raises(Forbidden):
            revisions.prepare([SECOND, city.GRIDS[2]], title="跨社区", by=cast.community, at=MONDAY)

    def test_a_grid_in_another_draft_names_it(self, cast: Cast) -> None:
        other = prepared(cast)
        before = trace()
        with pytest.raises(TakenElsewhere) as caught:
            revisions.prepare([SECOND, FIRST], title="再调", by=cast.town, at=MONDAY)
        assert other.number in str(caught.value.detail)
        assert trace() == before
        revisions.withdraw(other.pk, by=cast.community, at=MONDAY, opinion="让路")
        assert revisions.prepare([SECOND, FIRST], title="再调", by=cast.town, at=MONDAY).pk

    @pytest.mark.parametrize(
        ("codes", "title"),
        [
            ([], "x"),
            (["990101001001009"], "x"),
            ([FIRST], " "),
            ([FIRST], "长" * 121),
            ([str(n) for n in range(61)], "x"),
        ],
    )
    def test_what_is_not_enough(self, cast: Cast, codes: list[str], title: str) -> None:
        with pytest.raises(Unprocessable):
            revisions.prepare(codes, title=title, by=cast.community, at=MONDAY)


@pytest.mark.django_db
class TestGuards:
    def test_a_day_is_needed_and_has_not_passed(self, cast: Cast) -> None:
        for day, words in ((None, "生效日期"), (TODAY - timedelta(days=1), "已过")):
            revision = prepared(cast, day)
            with pytest.raises(Unprocessable) as caught:
                revisions.submit(revision.pk, by=cast.community, at=MONDAY)
            assert words in str(caught.value.fields["effective_on"][0])
            revisions.withdraw(revision.pk, by=cast.community, at=MONDAY, opinion="重来")

    def test_an_approval_that_comes_too_late(self, cast: Cast) -> None:
        revision = in_state(cast, "submitted")
        with pytest.raises(Unprocessable):
            revisions.approve(revision.pk, by=cast.oversight, at=MONDAY + 3 * DAY)
        assert revisions.approve(revision.pk, by=cast.oversight, at=MONDAY + DAY).state == "approved"

    def test_a_grid_of_today_cannot_have_been_otherwise_yesterday(self, cast: Cast) -> None:
        Grid.objects.filter(code=FIRST).update(valid_from=TOMORROW)
        revision = prepared(cast)
        with pytest.raises(Unprocessable) as caught:
            revisions.submit(revision.pk, by=cast.community, at=MONDAY)
        assert "第1网格" in str(caught.value.fields["effective_on"][0])

    @pytest.mark.parametrize("change", [{"edition": 2}, {"valid_to": TODAY}])
    @pytest.mark.parametrize(
        ("state", "verb"), [("draft", "submit"), ("submitted", "approve"), ("approved", "take_effect")]
    )
    def test_a_grid_that_has_moved_is_named(self, cast: Cast, change: Any, state: str, verb: str) -> None:
        revision = in_state(cast, state)
        Grid.objects.filter(code=FIRST).update(**change)
        before = trace()
        by = {"submit": cast.community, "approve": cast.oversight, "take_effect": cast.system}[verb]
        with pytest.raises(MovedSources) as caught:
            do(verb, revision, by)
        assert f"第1网格({FIRST})" in str(caught.value.detail)
        assert trace() == before

    def test_the_check_is_run_again_at_approval(self, cast: Cast) -> None:
        revision = in_state(cast, "submitted")
        GridStandard.objects.create(valid_from=TODAY, household_min=1, household_max=2, note="新标准")
        approved = revisions.approve(revision.pk, by=cast.oversight, at=MONDAY)
        assert {item["kind"] for item in approved.report["findings"]} == {"households_high"}

    def test_whoever_edited_does_not_approve(self, cast: Cast) -> None:
        revision = prepared(cast)
        revisions.edit(revision.pk, split_draft(), by=cast.oversight, at=MONDAY, version=2)
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
        with pytest.raises(Forbidden) as caught:
            revisions.approve(revision.pk, by=cast.oversight, at=MONDAY)
        assert caught.value.code == "own_work"
        assert revisions.approve(revision.pk, by=cast.leader, at=MONDAY).decided_by == cast.leader.user

    @pytest.mark.parametrize("verb", ["send_back", "withdraw"])
    def test_a_reason_is_needed(self, cast: Cast, verb: str) -> None:
        revision = in_state(cast, "submitted")
        for opinion in ("", "   ", "长" * 2001):
            with pytest.raises(Unprocessable):
                revisions.perform(verb, revision.pk, by=cast.oversight, at=MONDAY, data={"opinion": opinion})

    def test_a_stale_version(self, cast: Cast) -> None:
        revision = prepared(cast)
        with pytest.raises(StaleVersion):
            revisions.submit(revision.pk, by=cast.community, at=MONDAY, version=1)
        with pytest.raises(IllegalTransition):
            revisions.perform("edit", revision.pk, by=cast.community, at=MONDAY)


@pytest.mark.django_db
class TestTakingEffect:
    def test_trouble_stays_on_it_and_stops_nobody(self, cast: Cast) -> None:
        revision = in_state(cast, "approved")
        other = revisions.prepare([SECOND], title="改名", by=cast.community, at=MONDAY)
        renamed = draft_grid(SECOND, shape(city.square(1)), name="桃李网格", heir_of=SECOND)
        draft = Draft(title="改名", reason="", effective_on=TOMORROW, results=[renamed])
        revisions.edit(other.pk, draft, by=cast.community, at=MONDAY, version=1)
        revisions.submit(other.pk, by=cast.community, at=MONDAY)
        revisions.approve(other.pk, by=cast.oversight, at=MONDAY)
        Grid.objects.filter(code=FIRST).update(edition=2)
        for pk in revisions.due(at=MONDAY + DAY):
            try:
                with transaction.atomic():
                    revisions.take_effect(pk, at=MONDAY + DAY)
            except Problem as problem:
                revisions.note_trouble(pk, problem, at=MONDAY + DAY)
                revisions.note_trouble(pk, problem, at=MONDAY + DAY)
        revision.refresh_from_db()
        assert (revision.state, "第1网格" in revision.trouble) == ("approved", True)
        assert AuditEntry.objects.filter(verb="revision.trouble").count() == 1
        assert Grid.objects.get(code=SECOND).name == "桃李网格"
        assert Grid.objects.get(code=SECOND).pinyin
        assert (
            revisions.withdraw(revision.pk, by=cast.community, at=MONDAY + DAY, opinion="重编").state
            == "withdrawn"
        )

    def test_late_is_from_its_day_on(self, cast: Cast) -> None:
        revision = in_state(cast, "approved")
        effect = revisions.take_effect(revision.pk, at=MONDAY + 9 * DAY)
        assert effect.begun[0].valid_from == TOMORROW
        assert GridEdition.objects.get().valid_to == TODAY

    def test_a_second_change_makes_a_second_edition(self, cast: Cast) -> None:
        in_state(cast, "effective")
        second = revisions.prepare([FIRST], title="再改", by=cast.community, at=MONDAY + 2 * DAY)
        west = shape(Grid.objects.get(code=FIRST).polygon)
        renamed = draft_grid(FIRST, west, name="书院西网格", households=210, heir_of=FIRST)
        later = date(2026, 12, 1)
        draft = Draft(title="再改", reason="", effective_on=later, results=[renamed])
        at = MONDAY + 2 * DAY
        revisions.edit(second.pk, draft, by=cast.community, at=at, version=1)
        revisions.submit(second.pk, by=cast.community, at=at)
        revisions.approve(second.pk, by=cast.oversight, at=at)
        revisions.take_effect(second.pk, at=MONDAY + 20 * DAY)
        editions = GridEdition.objects.order_by("number").values_list("number", "valid_from", "valid_to")
        assert list(editions) == [
            (1, city.FOUNDED_ON, TODAY),
            (2, TOMORROW, later - timedelta(days=1)),
        ]

    def test_version_number_and_snapshots_move(self, cast: Cast) -> None:
        before = GridVersion.objects.get().number
        in_state(cast, "effective")
        assert GridVersion.objects.get().number != before

    def test_nothing_is_written_when_the_caller_rolls_back(self, cast: Cast) -> None:
        revision = in_state(cast, "approved")
        before = trace()
        with transaction.atomic():
            revisions.take_effect(revision.pk, at=MONDAY + DAY)
            transaction.set_rollback(True)
        assert trace() == before

    def test_address_points_follow_the_ground(self, cast: Cast) -> None:
        grid = cast.grid(0)
        facts = {"community": grid.community, "name": "楼", "lat": 31.105}
        west = Building.objects.create(code="1", lon=118.502, grid=grid, path=grid.path, **facts)
        east = Building.objects.create(code="2", lon=118.508, grid=grid, path=grid.path, **facts)
        lost = Building.objects.create(code="3", lon=118.507, grid=None, path=grid.community.path, **facts)
        effect = revisions.take_effect(in_state(cast, "approved").pk, at=MONDAY + DAY)
        for row in (west, east, lost):
            row.refresh_from_db()
        fresh = effect.begun[0]
        assert [west.grid_id, east.grid_id, lost.grid_id] == [grid.pk, fresh.pk, fresh.pk]
        assert east.path == fresh.path

    def test_micro_grids_without_a_border_go_with_the_heir(self, cast: Cast) -> None:
        revision = revisions.prepare([FIRST, SECOND], title="合并", by=cast.community, at=MONDAY)
        first = cast.grid(0)
        MicroGrid.objects.create(grid=first, code=f"{FIRST}01", name="甲", valid_from=city.FOUNDED_ON)
        MicroGrid.objects.create(grid=cast.grid(1), code=f"{SECOND}01", name="乙", valid_from=city.FOUNDED_ON)
        whole = draft_grid(SECOND, shape(city.square(0)).union(shape(city.square(1))), heir_of=SECOND)
        draft = Draft(title="合并", reason="", effective_on=TOMORROW, results=[whole])
        revisions.edit(revision.pk, draft, by=cast.community, at=MONDAY, version=1)
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
        revisions.approve(revision.pk, by=cast.oversight, at=MONDAY)
        effect = revisions.take_effect(revision.pk, at=MONDAY + DAY)
        now = (
            MicroGrid.objects.filter(valid_to=None).order_by("code").values_list("name", "code", "grid__code")
        )
        assert list(now) == [("乙", f"{SECOND}01", SECOND), ("甲", f"{SECOND}02", SECOND)]
        assert [share for _grid, share in effect.successors(first.pk)] == [pytest.approx(1)]

    def test_a_fresh_code_names_its_heir(self, cast: Cast) -> None:
        revision = revisions.prepare([FIRST], title="换码", by=cast.community, at=MONDAY)
        area = shape(mapping(shape(city.square(0))))
        fresh = draft_grid("990101001001007", area, name="新一网格", heir_of=FIRST)
        draft = Draft(title="换码", reason="", effective_on=TOMORROW, results=[fresh])
        revisions.edit(revision.pk, draft, by=cast.community, at=MONDAY, version=1)
        revisions.submit(revision.pk, by=cast.community, at=MONDAY)
        revisions.approve(revision.pk, by=cast.oversight, at=MONDAY)
        effect = revisions.take_effect(revision.pk, at=MONDAY + DAY)
        assert [grid.code for grid in effect.ended] == [FIRST]
        assert effect.heir(cast.grid(0).pk).code == "990101001001007"
        assert effect.ended_ids == (cast.grid(0).pk,)
        again = revisions.prepare([SECOND], title="占码", by=cast.community, at=MONDAY + 2 * DAY)
        used = draft_grid(FIRST, shape(city.square(1)), name="x", heir_of=SECOND)
        draft = Draft(title="占码", reason="", effective_on=date(2026, 12, 1), results=[used])
        report = revisions.edit(again.pk, draft, by=cast.community, at=MONDAY + 2 * DAY, version=1)
        assert [(item.kind.value, item.case) for item in report.errors] == [("code_wrong", "spent")]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def outcome(self, deeds: list[Callable[[], Any]]) -> tuple[int, list[Any]]:
        results = at_once(deeds)
        wrong = [item for item in results if isinstance(item, Exception)]
        assert all(isinstance(item, Conflict) for item in wrong), wrong
        return len(results) - len(wrong), wrong

    def test_two_approve(self, cast: Cast) -> None:
        revision = in_state(cast, "submitted")
        deeds = [
            lambda by=by: revisions.approve(revision.pk, by=by, at=MONDAY)
            for by in (cast.oversight, cast.leader)
        ]
        done, _wrong = self.outcome(deeds)
        assert (done, revision.steps.filter(verb="approve").count()) == (1, 1)

    def test_approve_against_withdraw(self, cast: Cast) -> None:
        revision = in_state(cast, "submitted")
        done, _wrong = self.outcome(
            [
                lambda: revisions.approve(revision.pk, by=cast.oversight, at=MONDAY),
                lambda: revisions.withdraw(
                    revision.pk, by=cast.community, at=MONDAY, opinion="撤回", version=3
                ),
            ]
        )
        revision.refresh_from_db()
        assert done >= 1
        assert revision.state in {"approved", "withdrawn"}
        assert revision.steps.count() == revision.version

    def test_two_drafts_on_one_grid(self, cast: Cast) -> None:
        done, wrong = self.outcome(
            [
                lambda: revisions.prepare([FIRST], title="甲", by=cast.community, at=MONDAY),
                lambda: revisions.prepare([SECOND, FIRST], title="乙", by=cast.town, at=MONDAY),
            ]
        )
        assert (done, [item.code for item in wrong]) == (1, ["taken_elsewhere"])
        assert RevisionSource.objects.filter(grid__code=FIRST, is_open=True).count() == 1

    def test_two_edits_of_one_version(self, cast: Cast) -> None:
        revision = prepared(cast)
        deeds = [
            lambda by=by: revisions.edit(revision.pk, split_draft(), by=by, at=MONDAY, version=2)
            for by in (cast.community, cast.town)
        ]
        done, wrong = self.outcome(deeds)
        assert (done, [item.code for item in wrong]) == (1, ["stale_version"])

    def test_it_takes_effect_once(self, cast: Cast) -> None:
        revision = in_state(cast, "approved")
        results = at_once([lambda: revisions.take_effect(revision.pk, at=MONDAY + DAY)] * 2)
        assert sorted(item.is_new for item in results) == [False, True]
        assert GridEdition.objects.count() == 1
        assert Grid.objects.filter(valid_to=None, community__code="990101001001").count() == 3
