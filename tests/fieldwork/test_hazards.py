"""Reporting, ordering, listing, rectifying, checking hazards: what is stored, told and refused; K42; loads; sight."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from fieldwork import limits
from fieldwork.fairness.loads import base_units, loads_at, loads_of
from fieldwork.fairness.models import BlockedTask
from fieldwork.hazards import deeds, figures, reporting, sweep, timing
from fieldwork.hazards.models import Hazard, HazardListing, HazardStep
from fieldwork.tasks import watch_hazards
from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from grids.territory import current as territory
from incidents.models import Attachment, Notice, Policy
from incidents.places import Spot
from mandates import standing
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once, shanghai
from tests.fieldwork.props_hazards import GENERAL, MAJOR, ORDER, data_for, draft, hazard, picture, trace
from tests.mandates.props import duty_list

pytestmark = pytest.mark.django_db


def notices(row: Hazard, what: str) -> set[str]:
    """Who was told: units by code, people by name."""
    rows = Notice.objects.filter(key__startswith=f"hazard:{row.pk}:{what}:")
    return {item.unit.code if item.unit else item.user.username for item in rows if item.unit or item.user}


class TestReporting:
    def test_it_keeps_place_matter_line_and_photo(self, cast: Cast) -> None:
        row = reporting.report(draft(cast.worker), by=cast.worker, at=MONDAY).hazard
        assert (row.state, row.grade, row.line, row.urgency) == ("reported", "", "YJ", "normal")
        assert row.region_path.endswith("990101001001001/")
        assert row.title == "小作坊疏散通道堆满纸箱，应急灯不亮"
        assert row.number.startswith("YH20261116")
        step = row.steps.get()
        assert (step.verb, step.role, step.proofs.count()) == ("report", "grid_patroller", 1)
        assert Attachment.objects.get(pk=step.proofs.get().attachment_id).is_kept
        assert AuditEntry.objects.filter(verb="hazard.report", object_id=str(row.pk)).exists()
        assert notices(row, "reported") == {"W1", "T1"}
        assert row.alarm_at == timing.judge_by("normal", MONDAY)

    def test_the_same_key_is_the_same_hazard(self, cast: Cast) -> None:
        wanted = draft(cast.worker, key=uuid4())
        first = reporting.report(wanted, by=cast.worker, at=MONDAY)
        again = reporting.report(wanted, by=cast.worker, at=MONDAY + HOUR)
        assert (first.created, again.created) == (True, False)
        assert again.hazard == first.hazard
        assert Hazard.objects.count() == 1
        with pytest.raises(Conflict):
            reporting.report(draft(cast.neighbour, key=wanted.key), by=cast.neighbour, at=MONDAY)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"category": "0106"}, "category"),
            ({"content": "  "}, "content"),
            ({"content": "长" * 2001}, "content"),
            ({"party": "长" * 81}, "party"),
            ({"origin": "dream"}, "origin"),
            ({"spot": Spot(text="长" * 201)}, "place"),
            ({"spot": Spot()}, "place"),
            ({"spot": Spot(lon=2.0, lat=48.0)}, "point"),
            ({"occurred_at": MONDAY + HOUR}, "occurred_at"),
            ({"photos": []}, "photos"),
            ({"photos": [uuid4()]}, "photos"),
            ({"photos": [uuid4() for _number in range(10)]}, "photos"),
        ],
    )
    def test_bad_reports_are_told_beside_the_field(
        self, cast: Cast, changes: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Unprocessable) as refused:
            reporting.report(draft(cast.worker, **changes), by=cast.worker, at=MONDAY)
        assert list(refused.value.fields) == [field]
        assert not Hazard.objects.exists()

    def test_a_photo_proves_one_deed_of_its_own_bringer(self, cast: Cast) -> None:
        mine = picture(cast.worker)
        reporting.report(draft(cast.worker, photos=[mine]), by=cast.worker, at=MONDAY)
        for by in (cast.worker, cast.neighbour):
            with pytest.raises(Unprocessable):
                reporting.report(draft(by, photos=[mine]), by=by, at=MONDAY)
        assert Hazard.objects.count() == 1

    def test_everybody_in_the_field_reports_and_nobody_else(self, cast: Cast) -> None:
        for name in ("far_community", "handler", "police", "part_timer", "duty"):
            by = getattr(cast, name)
            assert reporting.report(draft(by), by=by, at=MONDAY).created
        for name in ("leader", "auditor", "administrator", "outsider", "mediator"):
            by = getattr(cast, name)
            with pytest.raises(Forbidden):
                reporting.report(draft(by), by=by, at=MONDAY)
        with pytest.raises(Forbidden):
            reporting.report(draft(cast.worker, photos=[]), by=Actor(), at=MONDAY)

    def test_one_from_a_ticket_stands_on_its_page(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted")
        row = reporting.report(draft(cast.worker), by=cast.worker, at=MONDAY, ticket=ticket).hazard
        ticket.refresh_from_db()
        assert (row.origin, ticket.sides) == ("ticket", ["hazards"])


class TestGeneral:
    def test_the_loop_from_order_to_acceptance(self, cast: Cast) -> None:
        row = hazard(cast, "rectifying")
        assert row.unit == cast.unit("CG")
        assert row.due_at == row.round_due_at == shanghai(7, 17, 30, month=12), "fifteen workdays"
        assert row.warn_at is not None
        assert row.warn_at < row.due_at
        assert notices(row, "ordered") == {"CG"}
        with pytest.raises(Unprocessable) as refused:
            deeds.perform("submit", row.pk, by=cast.handler, at=MONDAY, opinion="已清空")
        assert "photos" in refused.value.fields
        proof = [picture(cast.handler)]
        row = deeds.perform(
            "submit", row.pk, by=cast.handler, at=MONDAY + DAY, opinion="已清空", photos=proof
        )
        assert notices(row, "submitted") == {"W1", "T1"}
        assert row.alarm_at == timing.recheck_by(row) + timedelta(seconds=1)
        row = deeds.perform("send_back", row.pk, by=cast.worker, at=MONDAY + 2 * DAY, opinion="应急灯仍不亮")
        assert (row.state, row.rounds) == ("rectifying", 1)
        assert row.due_at == shanghai(7, 17, 30, month=12), "it counts by its first date"
        assert row.round_due_at == shanghai(30, 17, 30), "half of the limit, rounded up"
        proof = [picture(cast.handler)]
        deeds.perform("submit", row.pk, by=cast.handler, at=MONDAY + 3 * DAY, opinion="已修复", photos=proof)
        proof = [picture(cast.community)]
        row = deeds.perform(
            "accept", row.pk, by=cast.community, at=MONDAY + 4 * DAY, opinion="合格", photos=proof
        )
        assert (row.state, row.alarm_at, row.lamp(MONDAY + 99 * DAY)) == ("accepted", None, "green")
        assert notices(row, "accepted") == {"CG", "worker"}

    def test_the_day_asked_for_is_kept_within_bounds(self, cast: Cast) -> None:
        row, today = hazard(cast), MONDAY.date()
        data = {**ORDER, "unit": cast.unit("CG").pk}
        for day in (today - DAY, today + timedelta(days=61)):
            with pytest.raises(Unprocessable) as refused:
                deeds.perform("order", row.pk, by=cast.town, at=MONDAY, due_on=day, **data)
            assert "due_on" in refused.value.fields
        row = deeds.perform("order", row.pk, by=cast.town, at=MONDAY, due_on=today + 3 * DAY, **data)
        assert row.due_at == shanghai(19, 23, 59).replace(second=59)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"unit": 0}, "unit"),
            ({"unit": 10**9}, "unit"),
            ({"measures": " "}, "measures"),
            ({"party": "长" * 81}, "party"),
        ],
    )
    def test_orders_are_checked(self, cast: Cast, change: dict[str, Any], field: str) -> None:
        row = hazard(cast)
        before = trace(row)
        with pytest.raises(Unprocessable) as refused:
            deeds.perform(
                "order", row.pk, by=cast.town, at=MONDAY, **{**ORDER, "unit": cast.unit("CG").pk, **change}
            )
        assert list(refused.value.fields) == [field]
        assert trace(row) == before

    def test_more_time_before_not_after_and_not_without_end(self, cast: Cast) -> None:
        row = hazard(cast, "rectifying")
        day = (MONDAY + 30 * DAY).date()
        for bad, at in ((None, MONDAY), (MONDAY.date() + DAY, MONDAY), (day, shanghai(8, 9, month=12))):
            with pytest.raises(Unprocessable) as refused:
                deeds.perform("extend", row.pk, by=cast.oversight, at=at, due_on=bad, opinion="需定制配件")
            assert "due_on" in refused.value.fields
        for number in (1, 2):
            row = deeds.perform(
                "extend",
                row.pk,
                by=cast.oversight,
                at=MONDAY,
                due_on=day + number * DAY,
                opinion="需定制配件",
            )
            assert row.extensions == number
            assert row.due_at == row.round_due_at == timing.end_of(day + number * DAY, MONDAY)
        with pytest.raises(Conflict) as ended:
            deeds.perform(
                "extend", row.pk, by=cast.oversight, at=MONDAY, due_on=day + 9 * DAY, opinion="再延"
            )
        assert ended.value.code == "no_more"

    def test_somebody_else_was_quicker(self, cast: Cast) -> None:
        row = hazard(cast, "rectifying")
        with pytest.raises(StaleVersion):
            deeds.perform(
                "extend", row.pk, by=cast.town, at=MONDAY, version=1, **data_for("extend", cast, cast.town)
            )
        with pytest.raises(NotFound):
            deeds.perform("order", row.pk + 99, by=cast.town, at=MONDAY)
        with pytest.raises(NotFound):
            deeds.perform("report", row.pk, by=cast.town, at=MONDAY)

    def test_words_are_neither_missing_nor_endless(self, cast: Cast) -> None:
        row = hazard(cast)
        for opinion in (" ", "长" * 2001):
            with pytest.raises(Unprocessable) as refused:
                deeds.perform("dismiss", row.pk, by=cast.town, at=MONDAY, opinion=opinion)
            assert "opinion" in refused.value.fields

    def test_a_deed_sent_again_is_done_once(self, cast: Cast) -> None:
        row, key = hazard(cast, "rectifying"), uuid4()
        proof = [picture(cast.handler)]
        for _time in range(2):
            done = deeds.perform(
                "submit",
                row.pk,
                by=cast.handler,
                at=MONDAY + DAY,
                occurred_at=MONDAY + HOUR,
                key=key,
                opinion="已清空",
                photos=proof,
            )
        assert done.state == "submitted"
        assert HazardStep.objects.get(key=key).occurred_at == MONDAY + HOUR
        assert row.steps.filter(verb="submit").count() == 1


class TestMajor:
    def test_it_is_listed_controlled_looked_at_and_lifted(self, cast: Cast) -> None:
        row = hazard(cast, category=MAJOR)
        data = {**ORDER, "unit": cast.unit("CG").pk}
        row = deeds.perform("list", row.pk, by=cast.town, at=MONDAY, opinion="可能群死群伤", **data)
        listing = HazardListing.objects.get(hazard=row)
        assert (listing.number, listing.supervisor.code) == (f"{row.number}-1", "T1")
        assert (row.grade, row.state, row.control_due_at) == ("major", "rectifying", MONDAY + DAY)
        assert (row.due_at, row.look_due_at) == (MONDAY + 30 * DAY, MONDAY + 7 * DAY)
        assert notices(row, "listed") == {"CG", "W1", "T1"}
        assert notices(row, "supervise") == {"T1"}
        with pytest.raises(Conflict) as refused:
            deeds.perform(
                "submit", row.pk, by=cast.handler, at=MONDAY, **data_for("submit", cast, cast.handler)
            )
        assert refused.value.code == "no_control"
        row = deeds.perform("control", row.pk, by=cast.handler, at=MONDAY + HOUR, opinion="停业封控")
        assert row.controlled_at == MONDAY + HOUR
        row = deeds.perform("look", row.pk, by=cast.supervisor, at=MONDAY + 5 * DAY, opinion="已围挡")
        assert row.look_due_at == MONDAY + 12 * DAY
        assert HazardListing.objects.get(hazard=row).looked_at == MONDAY + 5 * DAY
        more = data_for("submit", cast, cast.handler)
        deeds.perform("submit", row.pk, by=cast.handler, at=MONDAY + 6 * DAY, **more)
        with pytest.raises(Conflict) as refused:
            deeds.perform(
                "accept", row.pk, by=cast.community, at=MONDAY, **data_for("accept", cast, cast.community)
            )
        assert refused.value.code == "major"
        row = deeds.perform(
            "lift", row.pk, by=cast.town, at=MONDAY + 7 * DAY, **data_for("lift", cast, cast.town)
        )
        listing.refresh_from_db()
        assert (row.state, listing.lifted_at, listing.lifted_by) == (
            "accepted",
            MONDAY + 7 * DAY,
            cast.town.user,
        )
        assert listing.lift_reason == "现场情况属实"
        assert not Hazard.objects.listed().exists()

    def test_a_general_one_becomes_major_and_is_lowered_again(self, cast: Cast) -> None:
        row = hazard(cast, "submitted")
        row = deeds.perform(
            "list", row.pk, by=cast.town, at=MONDAY + 2 * DAY, **data_for("list", cast, cast.town)
        )
        assert (row.state, row.grade, row.due_at) == ("rectifying", "major", MONDAY + 32 * DAY)
        row = deeds.perform("lower", row.pk, by=cast.oversight, at=MONDAY + 3 * DAY, opinion="专家复核为一般")
        assert (row.grade, row.look_due_at, row.control_due_at) == ("general", None, None)
        assert HazardListing.objects.get(hazard=row).lift_reason == "专家复核为一般"
        row = deeds.perform(
            "list", row.pk, by=cast.town, at=MONDAY + 4 * DAY, **data_for("list", cast, cast.town)
        )
        assert HazardListing.objects.filter(hazard=row).count() == 2
        assert HazardListing.objects.get(hazard=row, lifted_at=None).number.endswith("-2")

    def test_the_supervising_unit_is_another_one(self, cast: Cast) -> None:
        row = hazard(cast)
        before = trace(row)
        data = data_for("list", cast, cast.town) | {"unit": cast.unit("T1").pk}
        with pytest.raises(Unprocessable) as refused:
            deeds.perform("list", row.pk, by=cast.town, at=MONDAY, **data)
        assert "unit" in refused.value.fields
        homeless = Actor(user=cast.town.user)
        with pytest.raises(Unprocessable):
            deeds.perform("list", row.pk, by=homeless, at=MONDAY, **data_for("list", cast, cast.town))
        assert trace(row) == before


class TestFairness:
    def test_the_base_gets_nothing_that_no_item_covers(self, cast: Cast) -> None:
        row = hazard(cast)
        data = {**ORDER, "unit": cast.unit("G1").pk}
        on = MONDAY.date() - 30 * DAY
        duty_list([("basic", "0106", "垃圾分类劝导")], since=on)
        standing.forget()
        before = trace(row)
        with pytest.raises(Unprocessable) as refused:
            deeds.perform("order", row.pk, by=cast.dispatcher, at=MONDAY, **data)
        assert refused.value.code == "not_covered"
        assert trace(row) == before
        stopped = BlockedTask.objects.get()
        assert (stopped.kind, stopped.line, stopped.gap, stopped.unit.code) == (
            "hazard",
            "YJ",
            "unlisted",
            "G1",
        )
        duty_list([("basic", GENERAL, "一般隐患自查")], code="YHSX", since=on)
        standing.forget()
        row = deeds.perform("order", row.pk, by=cast.dispatcher, at=MONDAY, **data)
        assert row.covering["kind"] == "duty_item"
        assert "一般隐患自查" in row.covering["label"]

    def test_without_lists_and_for_departments_nothing_is_asked(self, cast: Cast) -> None:
        assert hazard(cast, "rectifying", unit="G1").covering == {"kind": "no_lists"}
        assert hazard(cast, "rectifying").covering == {}

    def test_loads_by_line_of_the_community(self, cast: Cast, make_ticket: MakeTicket) -> None:
        make_ticket("dispatched", to="G1", category="0106")
        make_ticket("dispatched", to="G2", category="0106", column=1)
        make_ticket("dispatched", to="CG")
        row = hazard(cast, "rectifying", unit="W1")
        found = loads_at(row.region_path, at=MONDAY + DAY)
        assert found is not None
        assert (found.place.code, found.total, found.grids, found.per_grid) == ("990101001001", 3, 2, "1.5")
        assert [(item.line, item.cells, item.total) for item in found.rows] == [
            ("CG", [2, 0, 0], 2),
            ("YJ", [0, 1, 0], 1),
        ]
        assert found.rows[0].name == "城市管理局"
        assert loads_at(row.region_path, at=MONDAY + 60 * DAY).total == 0  # type: ignore[union-attr]  # a known place
        assert loads_at("1/", at=MONDAY) is None
        town = territory().by_code["990101001000"]
        assert loads_of(town, at=MONDAY + DAY).grids == 3
        assert {territory().units[pk].code for pk in base_units(town.path)} == {"G1", "G2", "G3", "W1", "W2"}


class TestAlarms:
    def test_who_is_late_is_told_once(self, cast: Cast) -> None:
        row = hazard(cast)
        late = timing.judge_by("normal", MONDAY)
        assert sweep.sweep(at=late - MINUTE) == 0
        assert sweep.sweep(at=late + MINUTE) == 1
        assert notices(row, "judge") == {"W1", "T1"}
        count = Notice.objects.count()
        assert sweep.sweep(at=late + HOUR) == 0
        assert Notice.objects.count() == count

    def test_rectifying_warns_the_unit_and_tells_the_checkers_when_late(self, cast: Cast) -> None:
        row = hazard(cast, "rectifying")
        assert row.warn_at is not None
        assert row.due_at is not None
        sweep.sweep(at=row.warn_at)
        assert notices(row, "warn") == {"CG"}
        assert row.lamp(row.warn_at) == "amber"
        sweep.sweep(at=row.due_at + MINUTE)
        assert notices(row, "late") == {"CG", "W1", "T1"}
        assert row.lamp(row.due_at) == "red"
        assert Hazard.objects.late(row.due_at + MINUTE).get() == row
        assert Hazard.objects.get(pk=row.pk).alarm_at is None

    def test_a_listed_one_is_asked_for_week_after_week(self, cast: Cast) -> None:
        row = hazard(cast, "rectifying", major=True)
        assert row.look_due_at is not None
        for week in (0, 1, 2):
            sweep.sweep(at=row.look_due_at + 7 * week * DAY + MINUTE)
        assert Notice.objects.filter(key__startswith=f"hazard:{row.pk}:look:", audience="leads").count() == 3
        assert notices(row, "look") == {"T1"}

    def test_control_and_recheck(self, cast: Cast) -> None:
        row = hazard(cast)
        deeds.perform("list", row.pk, by=cast.town, at=MONDAY, **data_for("list", cast, cast.town))
        sweep.sweep(at=MONDAY + DAY + MINUTE)
        assert notices(row, "control") == {"CG", "T1"}
        other = hazard(cast, "submitted", by=cast.neighbour)
        sweep.sweep(at=timing.recheck_by(other) + MINUTE)
        assert notices(other, "recheck") == {"W1", "T1"}

    def test_one_that_cannot_be_worked_out_stops_nobody(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [hazard(cast), hazard(cast)]
        real = sweep._tell

        def broken(row: Hazard, *rest: Any, **more: Any) -> None:
            if row.pk == rows[0].pk:
                raise ValueError("broken")
            real(row, *rest, **more)

        monkeypatch.setattr(sweep, "_tell", broken)
        at = MONDAY + 3 * DAY
        assert sweep.sweep(at=at) == 2
        assert Hazard.objects.get(pk=rows[0].pk).alarm_at == at + sweep.PUSH_FORWARD
        assert notices(rows[1], "judge")

    def test_the_task_asks_for_the_time_itself(self, cast: Cast) -> None:
        hazard(cast, at=MONDAY - 400 * DAY)
        assert watch_hazards() == 1
        assert watch_hazards() == 0


class TestRate:
    def test_met_by_grade_and_town(self, cast: Cast) -> None:
        hazard(cast, "accepted")
        hazard(cast, "rectifying")
        hazard(cast, "accepted", major=True)
        hazard(cast, "dismissed")
        far = hazard(cast, "reported", column=3)
        deeds.perform("order", far.pk, by=cast.far_town, at=MONDAY, **{**ORDER, "unit": cast.unit("CG").pk})
        end = MONDAY + 60 * DAY
        rows = Hazard.objects.all().due_between(MONDAY, end)
        general, major = figures.by_grade(rows)
        assert (general.met, general.due, general.missed, general.percent) == (1, 3, 2, "33.33 %")
        assert (major.key, major.met, major.due, major.percent) == ("major", 1, 1, "100.00 %")
        towns = figures.by_town(rows)
        assert [(line.met, line.due) for line in towns] == [(0, 1), (2, 3)]
        root = territory().by_code["990100000000"].path
        assert figures.rectification([root], MONDAY, end)["general"].due == 3
        assert figures.rectification([], MONDAY, end)["general"].percent == "–"

    def test_late_acceptance_does_not_count(self, cast: Cast) -> None:
        row = hazard(cast, "submitted")
        at = MONDAY + 40 * DAY
        row = deeds.perform("accept", row.pk, by=cast.town, at=at, **data_for("accept", cast, cast.town))
        assert row.lamp(at) == "red"
        assert not Hazard.objects.all().met().exists()


class TestSight:
    def test_area_unit_line_supervisor_and_finder(self, cast: Cast) -> None:
        hazard(cast, "rectifying", unit="CG", by=cast.far_community)
        seen = {name for name, actor in cast.everybody.items() if Hazard.objects.visible_to(actor).exists()}
        assert seen == {
            *("worker", "grid_leader", "part_timer", "supervisor", "police", "community", "town"),
            *("duty", "dispatcher", "second_dispatcher", "oversight", "leader"),
            *("handler", "lead", "far_community", "system"),
        }

    def test_the_department_of_the_line_sees_and_judges_its_matters(self, cast: Cast) -> None:
        row = hazard(cast, category="0708")
        assert row.line == "CG"
        assert Hazard.objects.visible_to(cast.handler).filter(pk=row.pk).exists()
        assert Hazard.objects.visible_to(cast.enforcer).filter(pk=row.pk).exists()
        far = hazard(cast, category="0708", column=3)
        assert not Hazard.objects.visible_to(cast.enforcer).filter(pk=far.pk).exists()
        assert deeds.perform(
            "order", row.pk, by=cast.handler, at=MONDAY, **data_for("order", cast, cast.handler)
        )
        with pytest.raises(Forbidden):
            deeds.perform(
                "order", far.pk, by=cast.enforcer, at=MONDAY, **data_for("order", cast, cast.enforcer)
            )


class TestLimits:
    def test_every_shipped_value_names_its_source(self) -> None:
        for key, row in limits.shipped().items():
            assert row["source"].strip(), key
            assert set(row) == {"value", "source"}, key
        for path in limits.SHIPPED:
            assert json.loads(Path(path).read_text(encoding="utf-8"))

    def test_a_row_in_force_takes_its_place(self, cast: Cast) -> None:
        Policy.objects.create(
            key="hazard.limit",
            value={"general": [2, "workday", "working"], "major": [10, "day", "natural"]},
            valid_from=MONDAY - DAY,
        )
        assert hazard(cast, "rectifying").due_at == shanghai(18, 17, 30)
        with pytest.raises(KeyError):
            limits.value("hazard.unknown")


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once(cast: Cast) -> None:
    """One report from two tries of a phone; one acceptance of two checkers."""
    wanted = draft(cast.worker, key=uuid4())
    found = at_once([lambda: reporting.report(wanted, by=cast.worker, at=MONDAY)] * 2)
    assert len({item.hazard.pk for item in found}) == 1
    assert sorted(item.created for item in found) == [False, True]
    row = hazard(cast, "submitted")
    more = [(by, data_for("accept", cast, by)) for by in (cast.town, cast.community)]
    done = at_once(
        [
            lambda by=by, data=data: deeds.perform("accept", row.pk, by=by, at=MONDAY + 3 * DAY, **data)
            for by, data in more
        ]
    )
    assert sum(isinstance(item, Conflict) for item in done) == 1
    assert row.steps.filter(verb="accept").count() == 1
