"""What covers a task: items of lists in force, granted applications, delegated powers, or nothing."""

from datetime import date, timedelta
from typing import Any

import pytest

from grids.models import Region
from mandates import queries, standing
from mandates.models import DutyItem, DutyList
from tests.cast import Cast
from tests.mandates.props import TODAY, application, duty_list, power

pytestmark = pytest.mark.django_db
CODE = "0106"
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def path_of(code: str = "990101001001") -> str:
    return Region.objects.get(code=code).path


def ask(code: str = CODE, level: str = "grid", on: date = TODAY, **more: Any) -> queries.Covering:
    standing.forget()
    return queries.covering(code, level, more.pop("path", path_of()), on, **more)


def test_without_lists_everything_is_covered(cast: Cast) -> None:
    found = ask()
    assert (found.kind, found.is_covered) == ("no_lists", True)
    assert not queries.has_lists(path_of(), TODAY)


class TestItems:
    def test_a_basic_item_covers_its_matter_and_what_lies_below(self, cast: Cast) -> None:
        duty_list([("basic", "01", "市容环境"), ("basic", CODE, "垃圾分类")])
        assert ask("0101").label.endswith("1 市容环境")
        assert ask("010601").label.endswith("2 垃圾分类")
        found = ask()
        assert (found.kind, found.basis) == ("duty_item", "测试依据")
        assert found.reference == str(DutyItem.objects.get(matter_code=CODE).pk)
        assert queries.has_lists(path_of(), TODAY)

    def test_what_no_item_names_is_not_covered(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "垃圾分类"), ("basic", "", "没有编码")])
        found = ask("0202")
        assert (found.kind, found.gap, found.is_covered) == ("none", "unlisted", False)
        assert str(found.why_not)

    def test_an_item_does_not_cover_a_shorter_code(self, cast: Cast) -> None:
        duty_list([("basic", "010601", "细项")])
        assert ask(CODE).gap == "unlisted"

    def test_what_was_taken_back_is_not_covered_and_the_closest_item_decides(self, cast: Cast) -> None:
        duty_list([("basic", "01", "市容环境"), ("taken_back", CODE, "垃圾分类执法")])
        assert ask("0101").is_covered
        found = ask()
        assert (found.gap, found.is_covered) == ("taken_back", False)
        assert "垃圾分类执法" in found.label

    def test_a_cooperating_item_covers_a_co_handler_only(self, cast: Cast) -> None:
        duty_list([("cooperating", CODE, "配合分类")])
        assert ask().gap == "cooperating"
        assert ask(part="co_handler").is_covered
        duty_list([("taken_back", CODE, "收回")], code="B")
        assert not ask(part="co_handler").is_covered

    def test_a_grids_item_covers_its_community_but_not_the_other_way(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "网格事项")])
        duty_list([("basic", "0202", "社区事项")], code="S", level="community")
        assert ask(CODE, "community").is_covered
        assert ask("0202", "community").is_covered
        assert ask("0202", "grid").gap == "unlisted"

    def test_a_list_of_grids_alone_does_not_block_communities(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "网格事项")])
        assert ask("0202", "community").kind == "no_lists"

    def test_the_levels_own_item_goes_before_a_lower_ones(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "网格事项")])
        duty_list([("taken_back", CODE, "社区事项")], code="S", level="community")
        assert not ask(CODE, "community").is_covered

    def test_a_list_holds_in_its_region(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "东湖事项")], region="990101000000")
        assert ask("0202").gap == "unlisted"
        assert ask("0202", path=path_of("990102001001")).kind == "no_lists"


class TestEditions:
    def test_a_new_edition_replaces_the_old_one_from_its_day_on(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "旧")], since=TODAY - timedelta(days=9))
        duty_list([("basic", "0202", "新")], edition=2, since=TOMORROW)
        assert ask().is_covered
        assert not ask("0202").is_covered
        assert not ask(on=TOMORROW).is_covered
        assert ask("0202", on=TOMORROW).is_covered

    def test_before_its_first_and_after_its_last_day_nothing_is_governed(self, cast: Cast) -> None:
        duty_list([("basic", CODE, "短期")], since=TODAY, until=TODAY)
        assert [ask("0202", on=day).kind for day in (YESTERDAY, TODAY, TOMORROW)] == [
            "no_lists",
            "none",
            "no_lists",
        ]

    def test_the_rows_say_the_same(self, cast: Cast) -> None:
        duty_list([], since=TODAY - timedelta(days=9))
        duty_list([], edition=2, since=TOMORROW)
        assert [row.edition for row in DutyList.objects.in_force(TODAY)] == [1]
        assert [row.edition for row in DutyList.objects.in_force(TOMORROW)] == [2]
        duty_list([], code="E", since=YESTERDAY, until=YESTERDAY)
        assert not DutyList.objects.in_force(TODAY).filter(code="E").exists()


class TestAccess:
    def test_a_granted_application_covers_between_its_dates(self, cast: Cast) -> None:
        duty_list([("taken_back", CODE, "收回")])
        row = application(cast, state="approved", since=TODAY, until=TOMORROW)
        assert [ask(on=day).kind for day in (YESTERDAY, TODAY, TOMORROW, TOMORROW + timedelta(days=1))] == [
            "none",
            "access",
            "access",
            "none",
        ]
        assert ask().reference == row.number

    @pytest.mark.parametrize("state", ["draft", "submitted", "reviewed", "refused", "expired", "withdrawn"])
    def test_nothing_else_covers(self, cast: Cast, state: str) -> None:
        duty_list([])
        application(cast, state=state)
        assert not ask().is_covered

    def test_what_may_reach_a_grid_may_reach_its_community(self, cast: Cast) -> None:
        duty_list([])
        duty_list([], code="S", level="community")
        application(cast, state="in_force", level="community")
        assert not ask().is_covered
        assert ask(level="community").kind == "access"

    def test_only_in_its_region(self, cast: Cast) -> None:
        duty_list([])
        application(cast, state="in_force", region="990102001000")
        assert not ask().is_covered
        assert ask(path=path_of("990102001001")).kind == "access"


class TestPowers:
    def test_an_approved_power_speaks_for_its_towns(self, cast: Cast) -> None:
        row = power(cast, state="approved")
        standing.forget()
        found = queries.delegated("020201", path_of(), TODAY)
        assert found is not None
        assert (found.kind, found.reference) == ("delegated", row.number)
        assert queries.delegated("0202", path_of("990102001001"), TODAY) is None
        assert queries.delegated("0203", path_of(), TODAY) is None
        assert ask("0202", "town").kind == "delegated"
        assert ask("0203", "town").kind == "no_lists"

    def test_the_closest_one_is_named(self, cast: Cast) -> None:
        power(cast, state="approved", code="02")
        close = power(cast, state="approved", code="0202")
        standing.forget()
        found = queries.delegated("0202", path_of(), TODAY)
        assert found is not None
        assert found.reference == close.number

    @pytest.mark.parametrize("state", ["proposed", "withdrawn"])
    def test_others_do_not(self, cast: Cast, state: str) -> None:
        power(cast, state=state)
        standing.forget()
        assert queries.delegated("0202", path_of(), TODAY) is None


def test_the_snapshot_is_read_again_when_the_counter_has_moved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    path = path_of()
    standing.forget()
    assert queries.covering(CODE, "grid", path, TODAY).kind == "no_lists"
    duty_list([("basic", "0202", "新")])
    with django_assert_num_queries(0):
        assert queries.covering(CODE, "grid", path, TODAY).kind == "no_lists"
    monkeypatch.setattr(standing, "CHECK_SECONDS", -1.0)
    assert queries.covering(CODE, "grid", path, TODAY).kind == "none"
    snapshot = standing.current()
    with django_assert_num_queries(1):
        assert standing.current() is snapshot
