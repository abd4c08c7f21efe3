"""Professional grids over ours: suggested by ground, decided by people, in step with revisions."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from shapely.geometry import box

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, Invalid, NotFound, StaleVersion
from grids import locator_cache, overlays
from grids.geometry import to_geojson
from grids.models import Grid, GridOverlay, GridRevision, GridStandard, ProfessionalGrid, Region
from grids.overlays import Match, Thresholds, match, most_of
from tests import city
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
State = GridOverlay.State


def strip(west: float, east: float, *, height: float = 1.0) -> dict[str, Any]:
    """A polygon from column `west` to column `east` of the small city, as high as the grids times `height`."""
    low, high = city.WEST + west * city.SIDE, city.WEST + east * city.SIDE
    return to_geojson(box(low, city.SOUTH, high, city.SOUTH + height * city.SIDE))


def professional(code: str, west: float, east: float, **facts: Any) -> ProfessionalGrid:
    town = Region.objects.get(code=facts.pop("town", "990101001000"))
    return ProfessionalGrid.objects.create(
        system=facts.pop("system", "police"),
        code=code,
        name=f"警务{code}",
        polygon=strip(west, east, height=facts.pop("height", 1.0)),
        town=town,
        valid_from=date(2026, 1, 1),
        **facts,
    )


@pytest.fixture
def beats(cast: Cast) -> dict[str, ProfessionalGrid]:
    """Three police grids: one over two grids, one over the third and a bit of the second, one in the far town."""
    return {
        "A": professional("A", 0, 1.9),
        "B": professional("B", 1.9, 3),
        "C": professional("C", 3, 4, town="990102001000"),
    }


@pytest.fixture
def suggested(beats: dict[str, ProfessionalGrid], cast: Cast) -> dict[tuple[str, int], GridOverlay]:
    overlays.suggest("police", by=cast.oversight, at=MONDAY)
    return {
        (row.professional_grid.code, city.GRIDS.index(row.grid.code) + 1): row
        for row in GridOverlay.objects.select_related("professional_grid", "grid")
    }


class TestMatching:
    def test_pairs_with_enough_ground_are_found_with_both_shares(self) -> None:
        found = match([box(0, 0, 2, 1)], [box(0, 0, 1, 1), box(1, 0, 3, 1), box(3, 0, 4, 1)], Thresholds())
        assert found == [Match(0, 0, 0.5, 1.0), Match(0, 1, 0.5, 0.5)]

    def test_a_small_grid_inside_a_large_one_counts_by_its_own_share(self) -> None:
        assert match([box(0, 0, 100, 1)], [box(0, 0, 1, 1)], Thresholds()) == [Match(0, 0, 0.01, 1.0)]

    def test_a_sliver_is_no_match(self) -> None:
        assert match([box(0, 0, 1, 1)], [box(0.95, 0, 3, 1)], Thresholds()) == []
        assert match([], [box(0, 0, 1, 1)], Thresholds()) == []

    def test_the_holder_of_most_is_found(self) -> None:
        holders = [box(0, 0, 1, 1), box(1, 0, 5, 1)]
        assert most_of([box(0.5, 0, 4, 1), box(0, 0, 0.2, 1), box(8, 8, 9, 9)], holders) == [1, 0, None]


class TestSuggesting:
    def test_each_pair_comes_with_its_shares(self, suggested: dict[tuple[str, int], GridOverlay]) -> None:
        assert set(suggested) == {("A", 1), ("A", 2), ("B", 3), ("C", 4)}
        assert suggested["A", 1].share == pytest.approx(1 / 1.9, abs=1e-4)
        assert suggested["A", 2].grid_share == pytest.approx(0.9, abs=1e-4)
        assert {row.state for row in suggested.values()} == {State.SUGGESTED}
        entry = AuditEntry.objects.get(verb="overlays.suggest")
        assert (entry.details["created"], entry.details["system"]) == (4, "police")

    def test_the_threshold_is_data(self, beats: dict[str, ProfessionalGrid], cast: Cast) -> None:
        GridStandard.objects.create(valid_from=date(2026, 1, 1), overlay_share=0.05, overlay_grid_share=0.05)
        GridStandard.objects.create(valid_from=date(2027, 1, 1), overlay_share=1, overlay_grid_share=1)
        assert overlays.suggest("police", by=cast.oversight, at=MONDAY).created == 5

    def test_again_changes_nothing_and_decisions_stay(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        overlays.decide(suggested["A", 1].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
        assert overlays.suggest("police", by=cast.oversight, at=MONDAY) == overlays.Changed()
        assert GridOverlay.objects.get(pk=suggested["A", 1].pk).state == State.CONFIRMED
        assert AuditEntry.objects.filter(verb="overlays.suggest").count() == 1

    def test_only_one_town_when_asked(self, beats: dict[str, ProfessionalGrid], cast: Cast) -> None:
        far = Region.objects.get(code="990102001000")
        assert overlays.suggest("police", by=cast.oversight, at=MONDAY, town=far).created == 1

    def test_a_professional_grid_that_moved_away_loses_its_overlays(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        overlays.decide(suggested["A", 1].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
        ProfessionalGrid.objects.filter(code="A").update(polygon=strip(1, 1.9))
        changed = overlays.suggest("police", by=cast.oversight, at=MONDAY)
        assert (changed.created, changed.updated, changed.removed, changed.dropped) == (0, 1, 0, 1)


class TestDeciding:
    @pytest.mark.parametrize("name", ["oversight", "town", "police"])
    def test_those_who_answer_for_the_grid_decide(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast, name: str
    ) -> None:
        by = cast.everybody[name]
        row = overlays.decide(
            suggested["A", 1].pk, "refused", seen="suggested", by=by, at=MONDAY, note=" 界线待核 "
        )
        assert (row.state, row.decided_by, row.decided_at, row.note) == (
            State.REFUSED,
            by.user,
            MONDAY,
            "界线待核",
        )
        entry = AuditEntry.objects.get(verb="overlays.refused")
        assert (entry.details["grid"], entry.details["professional_grid"]) == (city.GRIDS[0], "A")

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("worker", Forbidden),
            ("community", Forbidden),
            ("leader", Forbidden),
            ("dispatcher", Forbidden),
            ("far_town", NotFound),
            ("far_oversight", NotFound),
            ("handler", NotFound),
            ("auditor", NotFound),
            ("administrator", NotFound),
            ("outsider", NotFound),
        ],
    )
    def test_nobody_else_does_and_nothing_is_changed(
        self,
        suggested: dict[tuple[str, int], GridOverlay],
        cast: Cast,
        name: str,
        error: type[Exception],
    ) -> None:
        entries = AuditEntry.objects.count()
        with pytest.raises(error):
            overlays.decide(
                suggested["A", 1].pk, "confirmed", seen="suggested", by=cast.everybody[name], at=MONDAY
            )
        assert GridOverlay.objects.get(pk=suggested["A", 1].pk).state == State.SUGGESTED
        assert AuditEntry.objects.count() == entries

    def test_the_police_decide_about_their_own_grids_only(self, cast: Cast) -> None:
        professional("F", 0, 1, system="fire")
        overlays.suggest("fire", by=cast.oversight, at=MONDAY)
        row = GridOverlay.objects.get()
        with pytest.raises(Forbidden):
            overlays.decide(row.pk, "confirmed", seen="suggested", by=cast.police, at=MONDAY)

    def test_a_decision_made_meanwhile_is_not_overwritten(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        pk = suggested["A", 1].pk
        overlays.decide(pk, "refused", seen="suggested", by=cast.town, at=MONDAY)
        with pytest.raises(StaleVersion) as caught:
            overlays.decide(pk, "confirmed", seen="suggested", by=cast.oversight, at=MONDAY)
        assert caught.value.extra["changed_by"] == "冯镇"
        back = overlays.decide(pk, "suggested", seen="refused", by=cast.oversight, at=MONDAY)
        assert (back.decided_by, back.decided_at) == (None, None)

    def test_an_unknown_decision_is_refused(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        with pytest.raises(Invalid):
            overlays.decide(suggested["A", 1].pk, "perhaps", seen="suggested", by=cast.town, at=MONDAY)


class TestBulk:
    def test_all_above_a_share_are_confirmed_as_previewed(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        assert overlays.bulk_candidates(cast.town, "police", share=0.95).count() == 2
        done = overlays.confirm_above("police", share=0.95, expected=2, by=cast.town, at=MONDAY)
        assert done == 2
        confirmed = {
            row.pk for row in GridOverlay.objects.filter(state=State.CONFIRMED, decided_by=cast.town.user)
        }
        assert confirmed == {suggested["A", 1].pk, suggested["B", 3].pk}
        assert AuditEntry.objects.filter(verb="overlays.confirmed").count() == 2

    def test_what_changed_since_the_preview_stops_it(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        with pytest.raises(StaleVersion):
            overlays.confirm_above("police", share=0.5, expected=1, by=cast.town, at=MONDAY)
        assert not GridOverlay.objects.exclude(state=State.SUGGESTED).exists()

    @pytest.mark.parametrize("share", [0, 1.5, float("nan")])
    def test_a_share_that_is_none_is_refused(self, cast: Cast, share: float) -> None:
        with pytest.raises(Invalid):
            overlays.bulk_candidates(cast.town, "police", share=share)

    def test_others_may_not(self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast) -> None:
        with pytest.raises(Forbidden):
            overlays.confirm_above("police", share=0.5, expected=0, by=cast.leader, at=MONDAY)


class TestProgress:
    def test_numbers_are_confirmed_of_all_by_system_and_town(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        overlays.decide(suggested["A", 2].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
        town, far = overlays.progress(cast.oversight)
        assert (town.confirmed, town.waiting, town.total, town.rate) == (1, 1, 2, 0.5)
        assert (far.confirmed, far.waiting, far.unmatched, far.rate) == (0, 1, 0, 0.0)
        assert [row.total for row in overlays.progress(cast.far_town)] == [1]
        assert [row.total for row in overlays.progress(cast.worker)] == [1]
        assert overlays.progress(cast.outsider) == overlays.progress(cast.auditor) == []

    @pytest.mark.usefixtures("steady")
    def test_one_statement_however_many(
        self, suggested: Any, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        overlays.progress(cast.oversight)
        with django_assert_num_queries(1):
            overlays.progress(cast.oversight)


@dataclass
class Done:
    """A revision that has taken effect."""

    revision: GridRevision
    ended: tuple[Grid, ...] = ()
    begun: tuple[Grid, ...] = ()
    continued: tuple[Grid, ...] = field(default=())


def a_revision(by: Actor) -> GridRevision:
    region = Region.objects.get(code="990101001001")
    return GridRevision.objects.create(
        number="TZ1",
        title="拆分",
        region=region,
        region_path=region.path,
        prepared_by=by.user,
        prepared_at=MONDAY,
    )


class TestFollowing:
    def test_overlays_of_ended_grids_go_and_new_grids_are_suggested(
        self, suggested: dict[tuple[str, int], GridOverlay], cast: Cast
    ) -> None:
        overlays.decide(suggested["A", 1].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
        overlays.decide(suggested["B", 3].pk, "confirmed", seen="suggested", by=cast.town, at=MONDAY)
        old, kept = cast.grid(0), cast.grid(1)
        Grid.objects.filter(pk=old.pk).update(valid_to=date(2026, 11, 15))
        kept.polygon = strip(0.5, 2)
        kept.save()
        new = Grid.objects.create(
            code=f"{old.code[:12]}003",
            name="三网格",
            community=old.community,
            polygon=strip(0, 0.5),
            valid_from=date(2026, 11, 16),
        )
        old.refresh_from_db()
        changed = overlays.follow(Done(a_revision(cast.town), (old,), (new,), (kept,)), at=MONDAY)
        assert (changed.created, changed.updated, changed.removed, changed.dropped) == (1, 1, 0, 1)
        found = {
            (row.professional_grid.code, row.grid.code[-3:]): row.state
            for row in GridOverlay.objects.select_related("professional_grid", "grid")
        }
        assert found == {
            ("A", "003"): "suggested",
            ("A", "002"): "suggested",
            ("B", "001"): "confirmed",
            ("C", "001"): "suggested",
        }
        assert AuditEntry.objects.get(verb="overlays.follow").details["dropped"] == 1

    def test_without_professional_grids_nothing_is_done_or_recorded(self, cast: Cast) -> None:
        done = Done(a_revision(cast.town), continued=(cast.grid(0),))
        assert overlays.follow(done, at=MONDAY) == overlays.Changed()
        assert not AuditEntry.objects.filter(verb="overlays.follow").exists()


@pytest.fixture(autouse=True)
def _fresh_areas() -> None:
    locator_cache.forget()
