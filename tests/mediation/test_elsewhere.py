"""What runs at authorities: the clocks of administrative mediation, and of labour arbitration after it has failed."""

from datetime import date, timedelta
from typing import Any

import pytest

from governance.foundation.clock import local
from governance.foundation.errors import Conflict, IllegalTransition, Unprocessable
from incidents.models import Notice
from mediation.archive import faults_of
from mediation.models import CaseClock, MediationBody, Mediator
from mediation.rules import permitted
from mediation.sweep import sweep
from mediation.transitions import perform
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.mediation.props import GUIDED, SINCE, Way, named

pytestmark = pytest.mark.django_db


def office(cast: Cast) -> MediationBody:
    """An administrative body over the town, with the mediator of the town's committee."""
    facts = {"unit": committee().unit, "seal_name": "-", "court": "-", "since": SINCE}
    return MediationBody.objects.get_or_create(
        name="文津街道行政调解室", kind="administrative", region=cast.region("990101001000"), defaults=facts
    )[0]


def committee() -> MediationBody:
    return MediationBody.objects.get(kind="people", level="town")


def at_the_office(cast: Cast) -> Way:
    way = Way(cast)
    way.do("triage", cast.town, level="town", body=office(cast).pk, risk_color=way.row.risk_color, opinion="")
    return way


def clock(way: Way, kind: str) -> CaseClock:
    return CaseClock.objects.get(case=way.row, kind=kind, stopped_at=None)


def refused(way: Way, verb: str, code: str, **data: Any) -> None:
    before = (way.row.steps.count(), list(way.row.clocks.order_by("pk").values()))
    with pytest.raises((Conflict, Unprocessable)) as told:
        perform(verb, way.row.pk, by=data.pop("by", way.me), at=way.at, **data)
    assert code in {told.value.code, *getattr(told.value, "fields", {})}
    assert (way.row.steps.count(), list(way.row.clocks.order_by("pk").values())) == before


def test_an_administrative_body_decides_in_five_workdays_or_ten(cast: Cast) -> None:
    """Monday 09:00 to the next Monday; a complex matter to the Monday after, counted from the first day."""
    way = at_the_office(cast)
    first, passing = clock(way, "statute"), clock(way, "pass_on")
    assert (first.rule, passing.rule) == ("administrative_accept", "administrative_pass")
    assert (local(first.due_at).date() - local(way.at).date(), local(passing.due_at).date()) == (
        timedelta(days=7),
        date(2026, 11, 19),
    )
    assert "第四十五条" in first.source
    assert "第四十六条" in passing.source
    names = {verb.name for verb in permitted(way.row, cast.mediator, way.at)}
    assert {"complicate", "pass_on"} <= names
    refused(way, "complicate", "opinion", opinion="")
    way.do("complicate", opinion="涉及多个部门")
    later = clock(way, "statute")
    assert (later.rule, later.original_due_at) == ("administrative_complex", first.due_at)
    assert local(later.due_at).date() - local(way.at).date() == timedelta(days=14)
    assert later.started_at == first.started_at
    refused(way, "complicate", "extended", opinion="再延长")
    assert sweep(at=passing.due_at + HOUR) >= 1
    told = Notice.objects.filter(title__contains="移送期限")
    assert told.exists()
    assert set(told.values_list("unit", flat=True)) <= {way.row.unit_id}, (
        "the body's own matter, not the town's"
    )
    for key in way.keys:
        way.do("consent", party=key, manner="written")
    way.do("assign", cast.town, mediators=[named(cast.mediator).pk], chosen_by="body")
    way.do("accept", rights_told=True)
    assert not CaseClock.objects.filter(
        case=way.row, kind__in=["statute", "pass_on"], stopped_at=None
    ).exists()
    late = at_the_office(cast)
    late.at = clock(late, "statute").due_at
    refused(late, "complicate", "limit_over", opinion="涉及多个部门")


def test_what_is_not_its_matter_is_passed_on(cast: Cast) -> None:
    way = at_the_office(cast)
    town = committee()
    refused(way, "pass_on", "body", body=way.row.body_id, opinion="不属本机关")
    refused(way, "pass_on", "body", body=way.bodies["community"].pk, opinion="不属本机关")
    refused(way, "pass_on", "opinion", body=town.pk, opinion="")
    way.do("assign", cast.town, mediators=[named(cast.mediator).pk], chosen_by="body")
    assert cast.mediator.user_id in way.row.readers
    way.do("pass_on", body=town.pk, opinion="不属本机关职责", after=DAY)
    assert (way.row.body_id, way.row.handled_by, way.row.state) == (town.pk, [], "triaged")
    assert cast.mediator.user_id not in way.row.readers
    assert way.row.steps.order_by("-pk")[0].data["late"] is False
    assert not CaseClock.objects.filter(
        case=way.row, kind__in=["statute", "pass_on"], stopped_at=None
    ).exists()
    refused(way, "pass_on", "not_administrative", body=town.pk, opinion="不属本机关", by=cast.town)
    refused(way, "complicate", "not_administrative", opinion="复杂")
    assert not {"pass_on", "complicate"} & {verb.name for verb in permitted(way.row, cast.mediator, way.at)}
    slow = at_the_office(cast)
    slow.do("pass_on", cast.town, body=town.pk, opinion="不属本机关职责", after=10 * DAY)
    assert slow.row.steps.order_by("-pk")[0].data["late"] is True
    assert Mediator.objects.filter(body=town).exists()


def test_labour_arbitration_runs_its_forty_five_days(cast: Cast) -> None:
    way = Way(cast, category="0405").to("mediating")
    assert clock(way, "statute").rule == "labour"
    assert local(clock(way, "statute").due_at).date() == date(2026, 12, 2), "15 days, the first not counted"
    refused_way = Way(cast).to("failed")
    refused(refused_way, "arbitrate", "not_labour", number="1", accepted_on=local(refused_way.at).date())
    with pytest.raises(IllegalTransition):
        perform("arbitrate", way.row.pk, by=way.me, at=way.at, number="1", accepted_on=MONDAY.date())
    guided = GUIDED | {"way": "arbitration"}
    way.do("fail", reason_code="limit_over", opinion="十五日内未达成协议", after=18 * DAY, **guided)
    day = local(way.at + 3 * DAY).date()
    refused(way, "arbitrate", "accepted_on", number="劳人仲案〔2026〕88号", accepted_on=day)
    refused(way, "arbitrate", "accepted_on", number="劳人仲案〔2026〕88号", accepted_on=MONDAY.date())
    refused(way, "arbitrate", "accepted_on", number="劳人仲案〔2026〕88号", accepted_on="昨天")
    refused(way, "arbitrate", "number", number="", accepted_on=local(way.at).date())
    refused(way, "award", "no_arbitration", result_kind="award", decided_on=day)
    refused(way, "prolong_arbitration", "no_arbitration", opinion="案情复杂")
    way.do("arbitrate", number="劳人仲案〔2026〕88号", accepted_on=day, after=4 * DAY)
    running = clock(way, "arbitration")
    assert (running.rule, local(running.due_at).date()) == ("labour_arbitration", date(2027, 1, 22))
    assert "第四十三条" in running.source
    refused(way, "arbitrate", "under_way", number="2", accepted_on=day)
    assert [item.code for item in faults_of(way.row)][-2:] == ["arbitration", "callbacks"]
    way.do("prolong_arbitration", opinion="案情复杂，经主任批准", after=30 * DAY)
    later = clock(way, "arbitration")
    assert later.original_due_at == running.due_at
    assert local(later.due_at).date() == date(2027, 2, 12), "the fifteenth day falls into the Spring Festival"
    refused(way, "prolong_arbitration", "extended", opinion="再延长")
    assert sweep(at=later.due_at + HOUR) >= 1
    assert Notice.objects.filter(title__contains="劳动仲裁期限").exists()
    refused(way, "award", "result_kind", result_kind="?", decided_on=local(way.at).date())
    refused(way, "award", "decided_on", result_kind="award", decided_on=MONDAY.date())
    way.do("award", result_kind="award", decided_on=local(way.at).date(), opinion="裁决支付工资")
    assert not CaseClock.objects.filter(case=way.row, kind="arbitration", stopped_at=None).exists()
    assert "arbitration" not in {item.code for item in faults_of(way.row)}
    assert way.row.state == "failed"
