"""Revisions of regions: the table, the check with every finding, who may, two people at once, the command."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, IllegalTransition, StaleVersion, Unprocessable
from grids import regions, revisions
from grids.models import (
    Grid,
    Region,
    RegionEdition,
    RegionPart,
    RegionResult,
    RegionRevision,
    RegionRevisionStep,
)
from grids.regions import Draft, DraftRegion, Way, draft_of, parse_draft
from grids.regions.coding import begins_right, community_codes, grid_codes, proposed
from grids.states import REGION_PREPARERS, REGION_TABLE, REVISION_TABLE
from tests import city
from tests.cast import DAY, MONDAY, Cast, at_once
from tests.recast import BOOKS, BRIDGE, FAR_TOWN, GARDEN, TOWN, approved, begun, edited, merged, split

pytestmark = pytest.mark.django_db
FRESH = "990101001003"
TUESDAY = date(2026, 11, 17)


def kinds(revision: RegionRevision) -> set[str]:
    assert revision.report is not None
    return {finding["kind"] for finding in revision.report["findings"]}


def errors(revision: RegionRevision) -> set[str]:
    assert revision.report is not None
    return {finding["kind"] for finding in revision.report["findings"] if finding["severity"] == "error"}


class TestTable:
    def test_the_same_way_through_the_same_states(self) -> None:
        for name, verb in REGION_TABLE.verbs.items():
            other = REVISION_TABLE[name]
            assert (verb.sources, verb.target) == (other.sources, other.target)

    def test_communities_do_not_prepare_what_changes_communities(self) -> None:
        assert set(REGION_PREPARERS) == {"oversight_officer", "town_staff"}
        assert all("community_staff" not in verb.who for verb in REGION_TABLE.verbs.values())

    @pytest.mark.parametrize("verb", ["submit", "send_back", "approve", "withdraw"])
    @pytest.mark.parametrize("state", ["draft", "submitted", "approved", "effective", "withdrawn"])
    def test_every_verb_in_every_state(self, cast: Cast, verb: str, state: str) -> None:
        revision = begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        RegionRevision.objects.filter(pk=revision.pk).update(state=state, effective_on=TUESDAY)
        allowed = state in REGION_TABLE[verb].sources
        try:
            regions.perform(verb, revision.pk, by=cast.leader, at=MONDAY, data={"opinion": "理由"})
            outcome: type[Exception] | None = None
        except (IllegalTransition, Forbidden, Unprocessable) as refusal:
            outcome = type(refusal)
        assert (outcome is IllegalTransition) != allowed
        revision.refresh_from_db()
        if outcome is not None:
            assert revision.state == state

    def test_verbs_without_a_form_are_none(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        with pytest.raises(IllegalTransition):
            regions.perform("take_effect", revision.pk, by=cast.town, at=MONDAY)


class TestPreparing:
    def test_merge_begins_with_the_largest_going_on(self, cast: Cast) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        draft = draft_of(revision)
        assert [result.code for result in draft.results] == [BOOKS]
        assert set(draft.places.values()) == {BOOKS}
        codes = dict(RegionPart.objects.values_list("grid__code", "code"))
        assert codes == {
            f"{BOOKS}001": f"{BOOKS}001",
            f"{BOOKS}002": f"{BOOKS}002",
            f"{GARDEN}001": f"{BOOKS}003",
        }
        assert (revision.region.code, revision.level, revision.number[:2]) == (TOWN, "community", "QT")

    def test_split_proposes_the_next_code_and_asks_for_a_name(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.town, at=MONDAY)
        assert [result.code for result in draft_of(revision).results] == [BOOKS, FRESH]
        assert errors(revision) == {"name_missing", "nothing_there", "no_change"} - {"no_change"}

    def test_move_keeps_the_serial_where_it_is_free(self, cast: Cast) -> None:
        revision = begun([BRIDGE], Way.MOVE, by=cast.oversight, at=MONDAY, target=TOWN)
        (result,) = draft_of(revision).results
        assert (result.code, result.parent, result.heir_of) == (FRESH, TOWN, BRIDGE)
        assert revision.region.code == "990100000000"

    @pytest.mark.parametrize(
        ("codes", "way", "target", "field"),
        [
            ([], Way.MERGE, "", "regions"),
            (["990199999999"], Way.RENAME, "", "regions"),
            ([BOOKS, TOWN], Way.MERGE, "", "regions"),
            ([city.REGIONS[1][0]], Way.RENAME, "", "regions"),
            ([BOOKS], Way.MERGE, "", "regions"),
            ([BOOKS, GARDEN], Way.SPLIT, "", "regions"),
            ([BOOKS], Way.MOVE, "", "target"),
            ([BOOKS], Way.MOVE, TOWN, "target"),
            ([BOOKS], Way.MOVE, "1", "target"),
            ([BOOKS], "explode", "", "way"),
            ([f"9901010010{n:02d}" for n in range(21)], Way.MERGE, "", "regions"),
        ],
    )
    def test_what_cannot_begin(self, cast: Cast, codes: list[str], way: str, target: str, field: str) -> None:
        with pytest.raises(Unprocessable) as refusal:
            begun(codes, way, by=cast.oversight, at=MONDAY, target=target)
        assert field in refusal.value.fields
        assert not RegionRevision.objects.exists()

    @pytest.mark.parametrize("title", ["", " ", "长" * 121])
    def test_a_title_is_needed(self, cast: Cast, title: str) -> None:
        with pytest.raises(Unprocessable):
            begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY, title=title)

    @pytest.mark.parametrize(
        "who", ["community", "worker", "handler", "far_town", "auditor", "outsider", "leader"]
    )
    def test_others_do_not_prepare(self, cast: Cast, who: str) -> None:
        before = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            begun([BOOKS], Way.RENAME, by=getattr(cast, who), at=MONDAY)
        assert (RegionRevision.objects.count(), AuditEntry.objects.count()) == (0, before)

    def test_a_town_does_not_reach_into_another(self, cast: Cast) -> None:
        with pytest.raises(Forbidden):
            begun([BOOKS], Way.MOVE, by=cast.town, at=MONDAY, target=FAR_TOWN)

    def test_overlapping_drafts(self, cast: Cast) -> None:
        first = begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        for codes in ([BOOKS, GARDEN], [TOWN]):
            with pytest.raises(Conflict, match=first.number) as refusal:
                begun(codes, Way.MERGE if len(codes) > 1 else Way.RENAME, by=cast.oversight, at=MONDAY)
            assert refusal.value.extra["number"] == first.number
        assert begun([BRIDGE], Way.RENAME, by=cast.oversight, at=MONDAY).pk
        regions.withdraw(first.pk, by=cast.town, at=MONDAY, opinion="不做了")
        assert begun([TOWN], Way.RENAME, by=cast.oversight, at=MONDAY).pk

    def test_grids_inside_wait(self, cast: Cast) -> None:
        first = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        with pytest.raises(Conflict, match=first.number):
            revisions.prepare([f"{BOOKS}001"], title="拆分", by=cast.community, at=MONDAY)


class TestCheck:
    def draft(self, cast: Cast, **changes: Any) -> RegionRevision:
        """The second grid goes to a fresh community; `changes` spoil that community."""
        revision = begun([BOOKS], Way.SPLIT, by=cast.oversight, at=MONDAY)
        draft = draft_of(revision)
        fresh = replace(draft.results[1], name="东苑社区", **changes)
        places = dict(draft.places) | {f"{BOOKS}002": fresh.code}
        return edited(
            revision,
            replace(draft, results=[draft.results[0], fresh], places=places),
            by=cast.oversight,
            at=MONDAY,
        )

    def test_a_sound_plan_only_warns(self, cast: Cast) -> None:
        assert (errors(self.draft(cast)), kinds(self.draft_of_one(cast))) == (set(), {"no_people"})

    @staticmethod
    def draft_of_one(cast: Cast) -> RegionRevision:
        return RegionRevision.objects.get()

    @pytest.mark.parametrize(
        ("changes", "kind"),
        [
            ({"code": "990101001013", "parent": FAR_TOWN}, "code_form"),
            ({"code": "990101001000"}, "code_form"),
            ({"code": GARDEN}, "code_spent"),
            ({"name": "桂园社区"}, "name_twice"),
            ({"name": "书院社区"}, "name_twice"),
            ({"name": ""}, "name_missing"),
            ({"parent": "990101000000"}, "parent_level"),
            ({"parent": GARDEN}, "parent_level"),
            ({"heir_of": BOOKS}, "heir_twice"),
        ],
    )
    def test_what_is_wrong_with_a_region(self, cast: Cast, changes: dict[str, str], kind: str) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.oversight, at=MONDAY)
        draft = draft_of(revision)
        fresh = replace(draft.results[1], **({"name": "东苑社区"} | changes))
        places = dict(draft.places) | {f"{BOOKS}002": fresh.code}
        revision = edited(
            revision,
            replace(draft, results=[draft.results[0], fresh], places=places),
            by=cast.oversight,
            at=MONDAY,
        )
        assert kind in errors(revision)
        assert revision.report is not None
        for finding in revision.report["findings"]:
            assert "%(" not in regions.in_words(finding)["message"]
        RegionRevision.objects.update(effective_on=TUESDAY)
        with pytest.raises(Unprocessable):
            regions.submit(revision.pk, by=cast.oversight, at=MONDAY)
        revision.refresh_from_db()
        assert revision.state == "draft"

    def test_a_name_that_a_region_of_the_plan_gives_up_is_free(self, cast: Cast) -> None:
        revision = begun([BOOKS, GARDEN], Way.RENAME, by=cast.town, at=MONDAY)
        draft = draft_of(revision)
        first, second = draft.results
        swapped = [replace(first, name=second.name), replace(second, name=first.name)]
        assert errors(edited(revision, replace(draft, results=swapped), by=cast.town, at=MONDAY)) == set()

    def test_pieces_that_go_nowhere_or_are_not_there(self, cast: Cast) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        draft = draft_of(revision)
        places = {code: place for code, place in draft.places.items() if code != f"{GARDEN}001"}
        assert "piece_nowhere" in errors(
            edited(revision, replace(draft, places=places), by=cast.town, at=MONDAY)
        )
        revision.refresh_from_db()
        places = dict(draft.places) | {"990101001009001": BOOKS}
        assert "piece_unknown" in errors(
            edited(revision, replace(draft, places=places), by=cast.town, at=MONDAY)
        )

    def test_nothing_changes(self, cast: Cast) -> None:
        assert errors(begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)) == {"no_change"}

    def test_grids_that_are_being_revised(self, cast: Cast) -> None:
        grids = revisions.prepare([f"{BOOKS}001"], title="拆分", by=cast.community, at=MONDAY)
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        assert errors(revision) == {"grids_busy"}
        assert revision.report is not None
        assert grids.number in regions.in_words(revision.report["findings"][0])["message"]
        RegionRevision.objects.update(effective_on=TUESDAY)
        with pytest.raises(Unprocessable):
            regions.submit(revision.pk, by=cast.town, at=MONDAY)
        revisions.withdraw(grids.pk, by=cast.community, at=MONDAY, opinion="让路")
        regions.submit(revision.pk, by=cast.town, at=MONDAY)

    def test_ground_in_two_pieces_is_a_warning(self, cast: Cast) -> None:
        Grid.objects.filter(code=f"{GARDEN}001").update(polygon=city.square(5))
        assert kinds(begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)) == {"apart"}

    def test_communities_without_grids(self, cast: Cast) -> None:
        town = Region.objects.get(code=TOWN)
        for serial, name in (("007", "甲村"), ("008", "乙村")):
            Region.objects.create(
                code=f"990101001{serial}",
                level="community",
                name=name,
                parent=town,
                valid_from=city.FOUNDED_ON,
            )
        revision = begun(["990101001007", "990101001008"], Way.MERGE, by=cast.town, at=MONDAY)
        assert errors(revision) == set()
        revision = approved(revision, by=cast.town, approver=cast.oversight, at=MONDAY)
        effect = regions.take_effect(revision.pk, at=MONDAY + DAY)
        assert ([row.code for row in effect.ended], effect.grids) == (["990101001008"], None)
        assert (
            regions.effect_of(RegionRevision.objects.get(pk=revision.pk)).heirs.keys() == effect.heirs.keys()
        )


class TestEditing:
    def test_a_stale_edit_is_told_and_nothing_is_lost(self, cast: Cast) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        draft = draft_of(revision)
        regions.edit(revision.pk, draft, by=cast.town, at=MONDAY, version=revision.version)
        with pytest.raises(StaleVersion):
            regions.edit(
                revision.pk,
                replace(draft, title="别的"),
                by=cast.oversight,
                at=MONDAY,
                version=revision.version,
            )
        assert RegionRevision.objects.get().title == "社区调整"

    def test_a_parent_that_is_closed_cannot_be_stored(self, cast: Cast) -> None:
        revision = begun([BOOKS], Way.SPLIT, by=cast.town, at=MONDAY)
        draft = draft_of(revision)
        for changes in ({"parent": "990101009000"}, {"heir_of": GARDEN}):
            bad = replace(draft.results[1], **changes)
            with pytest.raises(Unprocessable) as refusal:
                edited(revision, replace(draft, results=[draft.results[0], bad]), by=cast.town, at=MONDAY)
            assert "results" in refusal.value.fields
        assert RegionResult.objects.count() == 2

    @pytest.mark.parametrize(
        "results",
        [
            [],
            [DraftRegion(code="12", name="甲", parent=TOWN)],
            [DraftRegion(code=FRESH, name="甲" * 121, parent=TOWN)],
            [DraftRegion(code=FRESH, name="甲", parent=TOWN, urban_rural_class="999")],
            [
                DraftRegion(code=FRESH, name="甲", parent=TOWN),
                DraftRegion(code=FRESH, name="乙", parent=TOWN),
            ],
            [DraftRegion(code=f"990101001{n:03d}", name="甲", parent=TOWN) for n in range(100, 141)],
        ],
    )
    def test_shape(self, cast: Cast, results: list[DraftRegion]) -> None:
        revision = begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        with pytest.raises(Unprocessable):
            edited(revision, replace(draft_of(revision), results=results), by=cast.town, at=MONDAY)
        assert RegionRevisionStep.objects.count() == 1


class TestDeciding:
    def test_the_second_person(self, cast: Cast) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.oversight, at=MONDAY)
        edited(revision, replace(draft_of(revision), effective_on=TUESDAY), by=cast.oversight, at=MONDAY)
        regions.submit(revision.pk, by=cast.oversight, at=MONDAY)
        for who in (cast.oversight, cast.town, cast.far_oversight, cast.community):
            with pytest.raises(Forbidden):
                regions.approve(revision.pk, by=who, at=MONDAY)
        regions.send_back(revision.pk, by=cast.leader, at=MONDAY, opinion="名称再议")
        regions.submit(revision.pk, by=cast.oversight, at=MONDAY)
        done = regions.approve(revision.pk, by=cast.leader, at=MONDAY, opinion="同意")
        assert (done.state, done.decided_by, done.decided_at) == ("approved", cast.leader.user, MONDAY)
        words = [step.verb for step in RegionRevisionStep.objects.order_by("pk")]
        assert words == ["prepare", "edit", "submit", "send_back", "submit", "approve"]
        assert AuditEntry.objects.filter(verb__startswith="region_revision.").count() == len(words)

    @pytest.mark.parametrize("day", [None, date(2026, 11, 15), city.FOUNDED_ON])
    def test_a_day_that_can_come(self, cast: Cast, day: date | None) -> None:
        revision = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        edited(revision, replace(draft_of(revision), effective_on=day), by=cast.town, at=MONDAY)
        with pytest.raises(Unprocessable) as refusal:
            regions.submit(revision.pk, by=cast.town, at=MONDAY)
        assert "effective_on" in refusal.value.fields

    def test_a_region_that_has_changed_since(self, cast: Cast) -> None:
        revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY, on=TUESDAY + timedelta(days=3))
        Region.objects.filter(code=GARDEN).update(edition=2)
        with pytest.raises(Conflict, match="桂园社区"):
            regions.take_effect(revision.pk, at=MONDAY + 5 * DAY)
        assert not RegionEdition.objects.exists()

    def test_before_its_day(self, cast: Cast) -> None:
        revision = split(by=cast.town, approver=cast.oversight, at=MONDAY)
        with pytest.raises(Conflict):
            regions.take_effect(revision.pk, at=MONDAY)
        assert regions.due(at=MONDAY) == []
        assert regions.due(at=MONDAY + DAY) == [revision.pk]

    def test_a_second_one_on_the_same_day(self, cast: Cast) -> None:
        revision = split(by=cast.town, approver=cast.oversight, at=MONDAY)
        regions.take_effect(revision.pk, at=MONDAY + DAY)
        later = begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY + DAY)
        edited(later, replace(draft_of(later), effective_on=TUESDAY), by=cast.town, at=MONDAY + DAY)
        with pytest.raises(Unprocessable):
            regions.submit(later.pk, by=cast.town, at=MONDAY + DAY)


@pytest.mark.django_db(transaction=True)
def test_two_people_prepare_at_once(cast: Cast) -> None:
    def deed() -> RegionRevision:
        return begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)

    found = at_once([deed, deed])
    assert sorted(isinstance(item, RegionRevision) for item in found) == [False, True]
    assert any(isinstance(item, Conflict) for item in found)
    assert RegionRevision.objects.count() == 1


class TestVisible:
    @pytest.mark.parametrize(
        ("who", "sees"),
        [("town", True), ("oversight", True), ("leader", True), ("community", False), ("far_town", False),
         ("worker", False), ("auditor", False), ("administrator", False), ("outsider", False)],
    )  # fmt: skip
    def test_a_draft(self, cast: Cast, who: str, sees: bool) -> None:
        begun([BOOKS, GARDEN], Way.MERGE, by=cast.town, at=MONDAY)
        assert RegionRevision.objects.visible_to(getattr(cast, who)).exists() is sees

    @pytest.mark.parametrize(
        ("who", "sees"),
        [("community", True), ("worker", True), ("far_community", False), ("outsider", False)],
    )
    def test_a_decided_one(self, cast: Cast, who: str, sees: bool) -> None:
        merged(by=cast.town, approver=cast.oversight, at=MONDAY)
        assert RegionRevision.objects.visible_to(getattr(cast, who)).exists() is sees

    def test_inside_a_place(self, cast: Cast) -> None:
        begun([BOOKS], Way.RENAME, by=cast.town, at=MONDAY)
        inside = RegionRevision.objects.inside
        assert inside(Region.objects.get(code=BOOKS).path).exists()
        assert not inside(Region.objects.get(code=BRIDGE).path).exists()


class TestCoding:
    def test_serials_keep_their_kind(self) -> None:
        spent = {"990101001001", "990101001002"}
        assert proposed("community", TOWN, like="990101001001", spent=spent) == "990101001003"
        assert proposed("community", TOWN, like="990102001201", spent=spent) == "990101001200"
        assert proposed("town", "990101000000", like="990102100000", spent=spent) == "990101100000"
        everything = {f"990101001{n:03d}" for n in range(1000)}
        assert proposed("community", TOWN, like="990101001001", spent=everything) == ""

    def test_codes_of_pieces(self) -> None:
        assert grid_codes(BOOKS, [], spent=[]) == {}
        assert grid_codes(BOOKS, ["a", "b"], spent=[f"{BOOKS}001"]) == {
            "a": f"{BOOKS}002",
            "b": f"{BOOKS}003",
        }
        full = [f"{BOOKS}{n:03d}" for n in range(1, 1000)]
        assert grid_codes(BOOKS, ["a"], spent=full) == {"a": ""}
        assert community_codes(TOWN, [BRIDGE, "990103001001"], spent=set()) == {
            BRIDGE: "990101001001",
            "990103001001": "990101001002",
        }

    def test_form(self) -> None:
        assert begins_right(BOOKS, "community", TOWN)
        assert not begins_right(BOOKS, "community", FAR_TOWN)
        assert not begins_right(TOWN, "community", TOWN)
        assert begins_right(TOWN, "town", "990101000000")
        assert not begins_right(BOOKS, "town", "990101000000")


class TestCommand:
    def plan(self, tmp_path: Path, **changes: Any) -> Path:
        document = {
            "title": "书院、桂园合并",
            "effective_on": "2126-12-01",
            "sources": [BOOKS, GARDEN],
            "results": [
                {
                    "code": BOOKS,
                    "name": "书桂社区",
                    "parent": TOWN,
                    "takes_over": BOOKS,
                    "pieces": [f"{BOOKS}001", f"{BOOKS}002", f"{GARDEN}001"],
                }
            ],
        } | changes
        path = tmp_path / "plan.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def test_from_a_plan_to_approval(
        self, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("revise_regions", "--as", "town", "--plan", str(self.plan(tmp_path)))
        revision = RegionRevision.objects.get()
        assert f"{revision.number}: draft, effective 2126-12-01" in capsys.readouterr().out
        for who, verb in (("town", "submit"), ("oversight", "approve")):
            call_command("revise_regions", "--as", who, "--number", revision.number, "--do", verb)
        revision.refresh_from_db()
        assert revision.state == "approved"

    @pytest.mark.parametrize(
        "changes",
        [
            {"results": "none"},
            {"results": [3]},
            {"results": [{"code": BOOKS, "name": "甲", "parent": TOWN, "pieces": 4}]},
            {"effective_on": "soon"},
            {"sources": []},
            {"title": ""},
            {"results": [{"code": BOOKS, "name": "甲", "parent": "1"}]},
        ],
    )
    def test_a_bad_plan_stores_nothing(self, cast: Cast, tmp_path: Path, changes: dict[str, Any]) -> None:
        with pytest.raises(CommandError):
            call_command("revise_regions", "--as", "town", "--plan", str(self.plan(tmp_path, **changes)))
        assert not RegionRevision.objects.exists()

    @pytest.mark.parametrize(
        "options",
        [["--as", "nobody"], ["--as", "town"], ["--as", "town", "--number", "QT1", "--do", "submit"]],
    )
    def test_bad_options(self, cast: Cast, options: list[str]) -> None:
        with pytest.raises(CommandError):
            call_command("revise_regions", *options)

    def test_bad_files(self, cast: Cast, tmp_path: Path) -> None:
        for content in ("{", "[]"):
            path = tmp_path / "plan.json"
            path.write_text(content)
            with pytest.raises(CommandError):
                call_command("revise_regions", "--as", "town", "--plan", str(path))
        with pytest.raises(CommandError, match="no file"):
            call_command("revise_regions", "--as", "town", "--plan", str(tmp_path / "none"))


def test_a_document_is_a_draft() -> None:
    found = parse_draft(
        {"title": "a", "results": [{"code": BOOKS, "name": "甲", "parent": TOWN, "pieces": ["x"]}]}
    )
    assert isinstance(found, Draft)
    assert (found.places, found.effective_on) == ({"x": BOOKS}, None)
