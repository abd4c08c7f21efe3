"""The dispatch directory: conditions, order, the first match, versions, who keeps it, what a dispatch keeps of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from governance.audit.models import AuditEntry
from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Unprocessable
from grids import territory
from grids.models import UnitArea
from incidents import directing, directory, transitions
from incidents.directing import RuleDraft, move, save, switch
from incidents.directory import Facts, first, holds, target_of
from incidents.models import RoutingRule
from incidents.routing import propose
from tests.cast import DAY, HOUR, LITTER, MONDAY, ROAD_DAMAGE, STREET_TRADE, Cast, MakeTicket

pytestmark = pytest.mark.django_db
TODAY = local(MONDAY).date()
FACTS = Facts(
    category="0301",
    path="9901/990101/",
    source="hotline",
    urgency="normal",
    text="夜市占道\n烧烤",
    at=local(MONDAY),
)


def rule(**changes: Any) -> RoutingRule:
    facts: dict[str, Any] = {"name": "夜市", "line": "CG", "tier": "town", "starts_on": TODAY, "position": 1}
    return RoutingRule(**facts | changes)


def draft(**changes: Any) -> RuleDraft:
    facts: dict[str, Any] = {
        "name": "道路",
        "starts_on": TODAY,
        "category_prefix": "02",
        "line": "CG",
        "tier": "city",
    }
    return RuleDraft(**facts | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"category_prefix": "03"}, True),
        ({"category_prefix": "0302"}, False),
        ({"region_path": "9901/"}, True),
        ({"region_path": "9901/990102/"}, False),
        ({"sources": ["app", "hotline"]}, True),
        ({"sources": ["app"]}, False),
        ({"urgencies": ["normal"]}, True),
        ({"urgencies": ["critical"]}, False),
        ({"keywords": ["烧烤", "停车"]}, True),
        ({"keywords": ["停车"]}, False),
        ({"keywords": ["烧烤", "停车"], "keyword_mode": "all"}, False),
        ({"keywords": ["烧烤", "夜市"], "keyword_mode": "all"}, True),
        ({"weekdays": [1]}, True),
        ({"weekdays": [6, 7]}, False),
        ({"starts_on": TODAY + timedelta(days=1)}, False),
        ({"ends_on": TODAY}, True),
        ({"starts_on": date(2020, 1, 1), "ends_on": TODAY - timedelta(days=1)}, False),
    ],
)
def test_conditions(changes: dict[str, Any], expected: bool) -> None:
    assert holds(rule(**changes), FACTS) is expected


@pytest.mark.parametrize(
    ("begin", "end", "clock", "expected"),
    [
        (time(8), time(12), time(9), True),
        (time(8), time(12), time(12), False),
        (time(18), time(6), time(23), True),
        (time(18), time(6), time(5, 59), True),
        (time(18), time(6), time(6), False),
        (time(18), None, time(3), True),
    ],
)
def test_the_window_may_go_past_midnight(begin: time, end: time | None, clock: time, expected: bool) -> None:
    at = datetime.combine(TODAY, clock)
    assert holds(rule(time_from=begin, time_to=end), replace(FACTS, at=at)) is expected


class TestTarget:
    def test_a_line_at_a_tier_is_the_unit_of_the_place(self, cast: Cast) -> None:
        path = cast.grid(0).path
        found = target_of(rule(), path)
        assert found is not None
        assert found.code == "E1"
        assert target_of(rule(), cast.grid(3).path) is None
        named = target_of(rule(unit=cast.unit("RQ")), path)
        assert named is not None
        assert named.code == "RQ"

    def test_the_first_that_holds_and_has_a_unit_is_taken(self, cast: Cast) -> None:
        facts = replace(FACTS, path=cast.grid(3).path)
        rules = [
            rule(name="镇"),
            rule(name="市", tier="city", co_handlers=["RQ", "CG", "gone"]),
            rule(name="后"),
        ]
        found = first(rules, facts)
        assert found is not None
        assert (found.rule.name, found.lead.code) == ("市", "CG")
        assert [unit.code for unit in found.co_handlers] == ["RQ"]
        assert first(rules[:1], facts) is None
        assert found.facts(cast.unit("E1").pk)["is_followed"] is False


class TestKeeping:
    def test_versions_keep_their_place(self, cast: Cast) -> None:
        one = save(draft(), by=cast.dispatcher, at=MONDAY)
        save(draft(name="其次", keywords=["井盖"]), by=cast.oversight, at=MONDAY)
        two = save(draft(name="道路改"), by=cast.dispatcher, at=MONDAY + HOUR, lineage=one.lineage, version=1)
        assert (two.version, two.position, [item.name for item in directory.present()]) == (
            2,
            1,
            ["道路改", "其次"],
        )
        one.refresh_from_db()
        assert one.replaced_at == MONDAY + HOUR
        assert AuditEntry.objects.filter(verb="routing_rule.save").count() == 3
        with pytest.raises(StaleVersion):
            save(draft(), by=cast.dispatcher, at=MONDAY, lineage=one.lineage, version=1)
        with pytest.raises(NotFound):
            save(draft(), by=cast.dispatcher, at=MONDAY, lineage=uuid4())

    def test_order_and_switch(self, cast: Cast) -> None:
        first_, second, third = (
            save(draft(name=name), by=cast.dispatcher, at=MONDAY) for name in ("甲", "乙", "丙")
        )
        move(third.lineage, up=True, by=cast.dispatcher, at=MONDAY)
        move(first_.lineage, up=True, by=cast.dispatcher, at=MONDAY)
        assert [item.name for item in directory.present()] == ["甲", "丙", "乙"]
        move(first_.lineage, up=False, by=cast.dispatcher, at=MONDAY)
        assert [item.name for item in directory.present()] == ["丙", "甲", "乙"]
        assert not switch(second.lineage, is_active=False, by=cast.dispatcher, at=MONDAY).is_active
        kept = save(draft(name="乙二"), by=cast.dispatcher, at=MONDAY, lineage=second.lineage)
        assert not kept.is_active
        assert switch(second.lineage, is_active=True, by=cast.dispatcher, at=MONDAY).is_active
        assert set(
            AuditEntry.objects.filter(verb__startswith="routing_rule.").values_list("verb", flat=True)
        ) == {
            "routing_rule.save",
            "routing_rule.move",
            "routing_rule.off",
            "routing_rule.on",
        }

    def test_who_may(self, cast: Cast) -> None:
        there = draft(region=cast.region("990102000000"))
        assert save(there, by=cast.far_dispatcher, at=MONDAY).version == 1
        for by, wanted in (
            (cast.far_dispatcher, draft()),
            (cast.far_dispatcher, draft(region=cast.region("990101000000"))),
            (cast.town, draft(region=cast.region("990101001000"))),
            (cast.leader, draft()),
            (cast.auditor, draft()),
        ):
            with pytest.raises(Forbidden):
                save(wanted, by=by, at=MONDAY)
        city = save(draft(), by=cast.dispatcher, at=MONDAY)
        for deed in (
            lambda: move(city.lineage, up=True, by=cast.far_dispatcher, at=MONDAY),
            lambda: switch(city.lineage, is_active=False, by=cast.far_dispatcher, at=MONDAY),
            lambda: save(there, by=cast.far_dispatcher, at=MONDAY, lineage=city.lineage),
        ):
            with pytest.raises(Forbidden):
                deed()
        assert RoutingRule.objects.count() == 2
        assert directing.may_read(cast.leader)
        assert not directing.may_read(cast.worker)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": " "}, "name"),
            ({"line": ""}, "unit"),
            ({"tier": "moon"}, "unit"),
            ({"time_from": time(8)}, "time_to"),
            ({"time_from": time(8), "time_to": time(8)}, "time_to"),
            ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
            ({"keywords": ["词"] * 21}, "keywords"),
            ({"keywords": ["长" * 41]}, "keywords"),
            ({"category_prefix": ""}, "category_prefix"),
        ],
    )
    def test_what_cannot_be_is_refused(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as caught:
            save(draft(**changes), by=cast.dispatcher, at=MONDAY)
        assert list(caught.value.fields) == [field]
        assert not RoutingRule.objects.exists()

    def test_a_full_directory(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(directing, "MOST_RULES", 1)
        save(draft(), by=cast.dispatcher, at=MONDAY)
        with pytest.raises(Unprocessable):
            save(draft(), by=cast.dispatcher, at=MONDAY)

    def test_regions_without_a_common_top_leave_the_whole_to_nobody(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert directing.may_keep(cast.dispatcher, "")
        monkeypatch.setattr(directing, "top", lambda: "/")
        assert not directing.may_keep(cast.dispatcher, "")


class TestDispatch:
    @pytest.fixture(autouse=True)
    def _fresh(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(directory, "CHECK_SECONDS", -1.0)

    def test_the_proposal_asks_the_directory_first(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted", category=ROAD_DAMAGE)
        before = propose(ticket, at=MONDAY).lead
        made = save(draft(reason="市管道路", co_handlers=["RQ"]), by=cast.dispatcher, at=MONDAY)
        found = propose(ticket, at=MONDAY)
        assert before is not None
        assert found.lead is not None
        assert (before.code, found.lead.code, [unit.code for unit in found.co_handlers]) == (
            "CG1",
            "CG",
            ["RQ"],
        )
        values = [str(reason.value) for reason in found.reasons]
        assert values[0].startswith("道路 · ")
        assert values[1] == "市管道路"
        other = propose(make_ticket(category=STREET_TRADE), at=MONDAY).lead
        assert other is not None
        assert other.code == "E1"
        switch(made.lineage, is_active=False, by=cast.dispatcher, at=MONDAY + HOUR)
        after = propose(ticket, at=MONDAY).lead
        assert after is not None
        assert after.code == "CG1"

    def test_the_step_keeps_the_rule_and_whether_it_was_followed(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        save(draft(), by=cast.dispatcher, at=MONDAY)
        for unit, is_followed in (("CG", True), ("CG1", False)):
            ticket = make_ticket("accepted", category=ROAD_DAMAGE)
            done = transitions.dispatch(
                ticket.pk, by=cast.dispatcher, to=cast.unit(unit).pk, at=MONDAY + HOUR
            )
            kept = done.steps.get(verb="dispatch").data["rule"]
            assert (kept["name"], kept["version"], kept["to"], kept["is_followed"]) == (
                "道路",
                1,
                "CG",
                is_followed,
            )

    def test_a_rule_does_not_lift_the_protection_of_the_base(
        self, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        save(draft(unit=cast.unit("G1")), by=cast.dispatcher, at=MONDAY)
        ticket = make_ticket("accepted", category=ROAD_DAMAGE)
        with pytest.raises(Unprocessable):
            transitions.dispatch(ticket.pk, by=cast.dispatcher, to=cast.unit("G1").pk, at=MONDAY + HOUR)

    def test_a_rule_whose_unit_is_not_there_gives_way(self, cast: Cast, make_ticket: MakeTicket) -> None:
        save(draft(category_prefix="01", tier="grid"), by=cast.dispatcher, at=MONDAY)
        lead = propose(make_ticket(category=LITTER), at=MONDAY).lead
        assert lead is not None
        assert lead.code == "G1"
        UnitArea.objects.filter(unit__code="CG").delete()
        territory.forget()
        save(draft(), by=cast.dispatcher, at=MONDAY + HOUR)
        lead = propose(make_ticket(category=ROAD_DAMAGE), at=MONDAY + DAY).lead
        assert lead is not None
        assert lead.code == "CG1"
