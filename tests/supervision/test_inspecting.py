"""Inspections: plan and quota, a leader's approval beside it, places and inspectors, findings, the next round."""

import pytest

from governance.foundation.errors import Conflict, Forbidden, NotFound, Unprocessable
from incidents.models import Notice
from supervision import checklists
from supervision.deeds import inspecting
from supervision.deeds.inspecting import plan, propose, set_quota
from supervision.deeds.recording import Look, record
from supervision.models import Checklist, Finding, Inspection, InspectionTarget, SupervisionTask
from supervision.periods import next_after, nth
from tests.cast import DAY, HOUR, MONDAY, Cast, Photo, at_once
from tests.supervision.props import TODAY, checklist, in_days, inspection_draft, running

pytestmark = pytest.mark.django_db


def looks(row: Inspection, *bad: tuple[str, str]) -> dict[str, Look]:
    """Everything in place but these (code, severity)."""
    found = {item["code"]: Look(is_in_place=True) for item in row.checklist.items}
    return found | {code: Look(is_in_place=False, severity=severity, text="缺失") for code, severity in bad}


class TestPlan:
    def test_the_quota_is_not_exceeded(self, cast: Cast) -> None:
        with pytest.raises(Conflict) as refused:
            plan(inspection_draft(cast), by=cast.oversight, at=MONDAY)
        assert refused.value.code == "quota"
        set_quota(2026, 1, note="压减三分之一", by=cast.oversight, at=MONDAY)
        row = plan(inspection_draft(cast), by=cast.oversight, at=MONDAY)
        assert (row.state, row.is_in_plan, row.year) == ("planned", True, 2026)
        with pytest.raises(Conflict):
            plan(inspection_draft(cast), by=cast.oversight, at=MONDAY)
        inspecting.cancel(row.pk, by=cast.oversight, at=MONDAY, opinion="合并")
        assert plan(inspection_draft(cast), by=cast.oversight, at=MONDAY).state == "planned"
        with pytest.raises(Unprocessable):
            set_quota(2026, 0, note="", by=cast.oversight, at=MONDAY)

    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_do_not_share_the_last_place(self, cast: Cast) -> None:
        set_quota(2026, 1, note="", by=cast.oversight, at=MONDAY)
        draft = inspection_draft(cast)
        results = at_once([lambda: plan(draft, by=cast.again(cast.oversight), at=MONDAY)] * 3)
        assert sorted(type(item).__name__ for item in results) == ["Conflict", "Conflict", "Inspection"]
        assert Inspection.objects.count() == 1

    def test_outside_the_plan_a_leader_approves(self, cast: Cast) -> None:
        row = propose(inspection_draft(cast), by=cast.lead, at=MONDAY)
        assert (row.state, row.is_in_plan, row.unit.code) == ("proposed", False, "CG")
        with pytest.raises(Conflict):
            inspecting.begin(row.pk, by=cast.lead, at=MONDAY)
        assert inspecting.approve(row.pk, by=cast.leader, at=MONDAY).state == "planned"
        assert inspecting.begin(row.pk, by=cast.lead, at=MONDAY).state == "running"

    @pytest.mark.parametrize("name", ["community", "worker", "dispatcher", "auditor", "outsider"])
    def test_others_do_not_plan(self, cast: Cast, name: str) -> None:
        set_quota(2026, 9, note="", by=cast.oversight, at=MONDAY)
        for deed in (plan, propose):
            with pytest.raises(Forbidden):
                deed(inspection_draft(cast), by=getattr(cast, name), at=MONDAY)
        with pytest.raises(Forbidden):
            set_quota(2026, 9, note="", by=getattr(cast, name), at=MONDAY)
        assert Inspection.objects.count() == 0

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("kind", {"kind": "x"}),
            ("title", {"title": " "}),
            ("every", {"every": "daily"}),
            ("ends_on", {"ends_on": in_days(-1), "starts_on": TODAY}),
            ("ends_on", {"ends_on": in_days(-2), "starts_on": in_days(-3)}),
            ("inspectors", {"inspector_ids": []}),
            ("inspectors", {"inspector_ids": [10**9]}),
        ],
    )
    def test_what_is_wrong_is_named(self, cast: Cast, field: str, changes: dict[str, object]) -> None:
        with pytest.raises(Unprocessable) as refused:
            propose(inspection_draft(cast, **changes), by=cast.oversight, at=MONDAY)
        assert field in refused.value.fields


class TestBegin:
    def test_places_are_spread_and_nobody_inspects_his_own(self, cast: Cast) -> None:
        row = running(cast, cast.oversight, cast.community)
        targets = list(row.targets.order_by("region_path"))
        assert [target.name for target in targets] == ["第1网格", "第2网格", "第3网格"]
        assert {target.unit.code for target in targets} == {"W1", "W2"}
        for target in targets:
            assert target.inspector.unit_id != target.unit_id
        assert Notice.objects.filter(kind="inspection", user=cast.oversight.user).count() == 1

    def test_a_place_without_an_inspector_from_elsewhere_is_named(self, cast: Cast) -> None:
        set_quota(2026, 5, note="", by=cast.oversight, at=MONDAY)
        row = plan(inspection_draft(cast, cast.community), by=cast.oversight, at=MONDAY)
        with pytest.raises(Unprocessable) as refused:
            inspecting.begin(row.pk, by=cast.oversight, at=MONDAY)
        assert "第1网格" in str(refused.value.fields["inspectors"][0])
        assert InspectionTarget.objects.count() == 0

    def test_towns_are_asked_five_in_place_items(self, cast: Cast) -> None:
        city = cast.region("990100000000")
        row = running(cast, cast.oversight, checklist=checklist("town"), region=city, kind="inspection")
        assert [target.unit.code for target in row.targets.order_by("region_path")] == ["T1", "T2"]
        assert len(row.checklist.items) == 5


class TestRecord:
    def test_findings_become_one_supervision_of_the_unit(self, cast: Cast, photo: Photo) -> None:
        row = running(cast)
        target = row.targets.order_by("pk")[0]
        found = looks(row, ("sign", "minor"), ("worker", "serious"))
        done = record(
            target.pk, found, by=cast.oversight, at=MONDAY + HOUR, note="现场", files=[photo(cast.oversight)]
        )
        task = SupervisionTask.objects.get()
        assert done.task_id == task.pk
        assert (task.kind, task.cause, task.object_kind, task.unit.code) == (
            "supervise",
            "inspection",
            "grid",
            "W1",
        )
        assert task.demands.count("\n") == 1
        assert Finding.objects.filter(target=target, is_in_place=False).count() == 2
        with pytest.raises(Conflict):
            record(target.pk, found, by=cast.oversight, at=MONDAY + HOUR)
        assert SupervisionTask.objects.count() == 1

    def test_minor_ones_are_urged_and_none_begets_nothing(self, cast: Cast, photo: Photo) -> None:
        row = running(cast)
        first, second, _third = row.targets.order_by("pk")
        record(first.pk, looks(row), by=cast.oversight, at=MONDAY)
        assert SupervisionTask.objects.count() == 0
        files = [photo(cast.oversight)]
        record(second.pk, looks(row, ("sign", "minor")), by=cast.oversight, at=MONDAY, files=files)
        assert SupervisionTask.objects.get().kind == "urge"

    def test_what_is_missing_is_named_and_nothing_is_stored(self, cast: Cast, photo: Photo) -> None:
        row = running(cast)
        target = row.targets.order_by("pk")[0]
        with pytest.raises(Unprocessable) as refused:
            record(target.pk, {}, by=cast.oversight, at=MONDAY)
        assert set(refused.value.fields) == {item["code"] for item in row.checklist.items}
        bad = looks(row) | {"sign": Look(is_in_place=False, severity="minor", text=" ")}
        with pytest.raises(Unprocessable) as refused:
            record(target.pk, bad, by=cast.oversight, at=MONDAY)
        assert set(refused.value.fields) == {"sign"}
        with pytest.raises(Unprocessable) as refused:
            record(target.pk, looks(row, ("sign", "minor")), by=cast.oversight, at=MONDAY)
        assert set(refused.value.fields) == {"files"}
        with pytest.raises(Forbidden):
            record(target.pk, looks(row), by=cast.town, at=MONDAY)
        with pytest.raises(NotFound):
            record(0, looks(row), by=cast.oversight, at=MONDAY)
        assert Finding.objects.count() == 0

    def test_it_closes_when_every_place_has_been_looked_at(self, cast: Cast) -> None:
        row = running(cast)
        with pytest.raises(Unprocessable) as refused:
            inspecting.close(row.pk, by=cast.oversight, at=MONDAY, opinion="总结")
        assert refused.value.code == "not_done"
        for target in row.targets.all():
            record(target.pk, looks(row), by=cast.oversight, at=MONDAY)
        done = inspecting.close(row.pk, by=cast.oversight, at=MONDAY + DAY, opinion="总体良好")
        assert (done.state, done.summary) == ("closed", "总体良好")


class TestRounds:
    def test_the_next_round_is_put_on_the_plan_once(self, cast: Cast) -> None:
        row = running(cast, every="monthly")
        assert inspecting.follow_rounds(at=MONDAY + 7 * DAY) == 0
        assert inspecting.follow_rounds(at=MONDAY + 8 * DAY) == 1
        assert inspecting.follow_rounds(at=MONDAY + 8 * DAY) == 0
        following = Inspection.objects.get(follows=row)
        assert (following.starts_on, following.ends_on) == (
            nth(TODAY, "monthly", 1),
            nth(in_days(7), "monthly", 1),
        )
        assert (following.state, following.is_in_plan, following.unit_id) == ("planned", True, row.unit_id)

    def test_beyond_the_quota_it_is_proposed(self, cast: Cast) -> None:
        row = running(cast, quota=1, every="weekly")
        assert inspecting.follow_rounds(at=MONDAY + 40 * DAY) == 1
        following = Inspection.objects.get(follows=row)
        assert (following.state, following.is_in_plan) == ("proposed", False)
        assert following.ends_on >= in_days(40), "rounds that were missed are passed over"

    def test_what_was_cancelled_does_not_come_again(self, cast: Cast) -> None:
        row = running(cast, every="weekly")
        inspecting.cancel(row.pk, by=cast.oversight, at=MONDAY, opinion="取消")
        assert inspecting.follow_rounds(at=MONDAY + 40 * DAY) == 0


class TestChecklists:
    def test_the_next_edition_replaces_the_one_before(self, cast: Cast) -> None:
        made = checklists.make(
            code="WGHTK",
            title="网格回头看",
            level="grid",
            lines="!在岗\n\n公示牌\n！无反弹",
            by=cast.oversight,
            at=MONDAY,
        )
        assert made.edition == 2
        assert [(item["text"], item["severity"]) for item in made.items] == [
            ("在岗", "serious"),
            ("公示牌", "minor"),
            ("无反弹", "serious"),
        ]
        assert list(Checklist.objects.filter(code="WGHTK", is_active=True)) == [made]

    @pytest.mark.parametrize("lines", ["", "!\n", "项\n" * 31, "长" * 161])
    def test_wrong_items(self, cast: Cast, lines: str) -> None:
        with pytest.raises(Unprocessable):
            checklists.make(code="X", title="x", level="grid", lines=lines, by=cast.oversight, at=MONDAY)
        assert Checklist.objects.count() == 2

    def test_only_oversight_of_the_city(self, cast: Cast) -> None:
        for name in ("far_oversight", "town", "leader"):
            with pytest.raises(Forbidden):
                checklists.make(
                    code="X", title="x", level="grid", lines="项", by=getattr(cast, name), at=MONDAY
                )


def test_days_that_come_again() -> None:
    assert nth(TODAY.replace(month=1, day=31), "monthly", 1).isoformat() == "2026-02-28"
    assert nth(TODAY, "quarterly", 1).isoformat() == "2027-02-16"
    assert nth(TODAY, "yearly", 2).isoformat() == "2028-11-16"
    assert next_after(TODAY, "weekly", TODAY) == in_days(7)
    assert next_after(TODAY, "weekly", in_days(-30)) == TODAY
