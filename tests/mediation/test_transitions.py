"""The way of a case through its table, and what each verb refuses: the rule named, nothing stored."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from governance.foundation.clock import local
from governance.foundation.errors import Forbidden, NotFound, Problem, StaleVersion, Unprocessable
from incidents.models import Notice
from mediation.archive import concerned, faults_of
from mediation.drafts import PartyDraft
from mediation.models import (
    CaseClock,
    Consent,
    JudicialConfirmation,
    MediationBody,
    MediationCase,
    MediatorTie,
    Obligation,
    Party,
    Room,
    Session,
    UrgentReport,
)
from mediation.rules import role_over
from mediation.states import CASE_TABLE, CaseState
from mediation.sweep import sweep
from mediation.transitions import DEEDS, perform
from mediation.transitions.agreeing import AgreementDraft, InstalmentDraft, TermDraft
from mediation.values import value
from tests.cast import DAY, HOUR, MINUTE, Cast
from tests.mediation.props import GUIDED, Way, named, signed, terms, trace

pytestmark = pytest.mark.django_db


def refused(told: Way, verb: str, /, *expected: str, **data: Any) -> None:
    """The verb is refused by a rule: its code or its field is among `expected`, and nothing is stored."""
    before = trace(told.row)
    with pytest.raises(Problem) as found:
        perform(verb, told.row.pk, by=data.pop("by", told.me), at=data.pop("when", told.at + HOUR), **data)
    assert trace(told.row) == before
    assert {found.value.code, *getattr(found.value, "fields", {})} >= set(expected), vars(found.value)


def test_every_state_is_reached_by_verbs(cast: Cast) -> None:
    for state in CaseState.values:
        row = Way(cast).to(state).row
        stored = MediationCase.objects.get(pk=row.pk)
        assert stored.state == state
        running = CaseClock.objects.filter(case=row, stopped_at=None).order_by("due_at").first()
        assert stored.next_due_at == (running.due_at if running else None), state
        assert stored.next_due == (running.kind if running else "")
        assert stored.version == row.steps.count()
    assert set(DEEDS) | {"register"} == set(CASE_TABLE.verbs)


def test_sorting_names_what_is_wrong(cast: Cast) -> None:
    way = Way(cast)
    given = {"level": "town", "body": way.bodies["town"].pk, "risk_color": "yellow", "by": cast.town}
    refused(way, "triage", "level", **given | {"level": "moon"})
    refused(way, "triage", "body", **given | {"body": 0})
    refused(way, "triage", "body", **given | {"body": way.bodies["community"].pk})
    refused(way, "triage", "risk_color", **given | {"risk_color": ""})
    refused(way, "triage", "opinion", **given | {"risk_color": "red"})
    refused(way, "triage", "stale_version", version=99, **given)
    with pytest.raises(NotFound):
        perform("triage", 0, by=cast.town, at=way.at)
    with pytest.raises(NotFound):
        perform("register", way.row.pk, by=cast.town, at=way.at)
    way.to("triaged")
    step = way.row.steps.get(verb="triage")
    assert (step.data["level"], way.row.kind, way.row.unit_id) == ("town", "people", cast.mediator.unit_id)
    assert way.row.risk_confirmed_at is not None
    assert StaleVersion.status == 409


def test_red_goes_to_the_leader_and_signs_of_a_crime_to_the_police(cast: Cast) -> None:
    way = Way(cast, facts="双方多次争吵，一方扬言持刀报复对方")
    row = way.row
    assert (row.risk_color, row.is_violent, row.is_criminal) == ("red", True, True)
    assert cast.leader.user is not None
    assert row.leader_id == cast.leader.user.pk
    assert row.leader_id in row.readers
    causes = set(UrgentReport.objects.filter(case=row).values_list("cause", "to_police"))
    assert causes == {("red", False), ("violence", True), ("crime", True)}
    clock = CaseClock.objects.get(case=row, kind="report")
    assert clock.due_at - clock.started_at == timedelta(minutes=30)
    way.to("triaged")
    refused(way, "own", "leader", by=cast.town, leader=cast.town.user_id)
    refused(way, "own", "leader", by=cast.town, leader="nobody")
    way.do("own", cast.town, leader=cast.leader.user.username)
    way.do("acknowledge", cast.leader, opinion="街道牵头制定化解方案")
    refused(way, "acknowledge", "opinion", by=cast.leader, opinion="再次签阅")
    assert not CaseClock.objects.filter(case=row, kind="report", stopped_at=None).exists()
    refused(way, "recolor", "risk_color", by=cast.town, risk_color="red", opinion="不变")
    way.do("recolor", cast.town, risk_color="orange", opinion="双方情绪已稳定")
    assert way.row.steps.latest("pk").data["risk_before"] == "red"
    swindled, before = Way(cast).to("triaged"), Notice.objects.filter(title__contains="犯罪").count()
    swindled.do("decline", reason_code="crime", opinion="涉嫌诈骗", **GUIDED | {"way": "police"})
    assert swindled.row.is_criminal, "so the police of the place read it"
    assert Notice.objects.filter(title__contains="犯罪").count() > before
    calm = Way(cast)
    calm.do("call_police", cast.town, opinion="发现一方携带管制刀具")
    assert calm.row.is_criminal
    calm.do("call_police", cast.town, opinion="再次发现")
    assert UrgentReport.objects.filter(case=calm.row, cause="crime").count() == 1
    reader = cast.handler
    calm.to("triaged")
    calm.do("name_reader", cast.town, reader=reader.user_id, opinion="参与会商")
    assert MediationCase.objects.visible_to(reader).filter(pk=calm.row.pk).exists()
    refused(calm, "drop_reader", "named", by=cast.town, named=calm.row.registered_by_id, opinion="不需要")
    refused(calm, "drop_reader", by=cast.leader, named=reader.user_id, opinion="不需要")
    calm.do("drop_reader", cast.town, named=reader.user_id, opinion="会商结束")
    assert not MediationCase.objects.visible_to(reader).filter(pk=calm.row.pk).exists()
    refused(calm, "drop_reader", "named", by=cast.town, named=reader.user_id, opinion="再次")
    assert reader.user is not None
    calm.do("name_reader", cast.town, reader=reader.user.name, opinion="按姓名指定")
    assert calm.row.steps.latest("pk").data["reader_name"] == reader.user.name
    type(reader.user).objects.filter(pk=cast.community.user_id).update(name=reader.user.name)
    refused(calm, "name_reader", "reader", by=cast.town, reader=reader.user.name, opinion="同名")


def test_a_mediator_who_is_tied_to_a_party_has_to_go(cast: Cast) -> None:
    way = Way(cast)
    way.do("triage", cast.town, level="town", body=way.bodies["town"].pk, risk_color=way.row.risk_color)
    mediator = named(cast.mediator)
    given = {"mediators": [mediator.pk], "chosen_by": "body", "by": cast.town}
    refused(way, "assign", "mediators", **given | {"mediators": []})
    refused(way, "assign", "mediators", **given | {"mediators": [0]})
    for facts in (
        {"name": "李 四光"},
        {"name": "某人", "phone": "139 1234 5678"},
        {"name": "某人", "identity_number": "110101199003077758"},
    ):
        tie = MediatorTie.objects.create(mediator=mediator, kind="relative", declared_at=way.at, **facts)
        refused(way, "assign", "recusal", **given)
        tie.delete()
    other = {"name": "张三丰", "identity_number": "11010119900307299X"}
    MediatorTie.objects.create(mediator=mediator, kind="relative", declared_at=way.at, **other)
    mediator.phone = "13912345678"
    mediator.save()
    refused(way, "assign", "recusal", **given)
    mediator.phone = ""
    mediator.save()
    second = named(cast.grid_leader)
    given["mediators"] = [mediator.pk, second.pk]
    for lead in (None, "", 0, "x", 10**9):
        refused(way, "assign", "lead", "no_lead", **given | {"lead": lead})
    refused(way, "assign", "no_lead", **given | {"mediators": [mediator.pk], "lead": second.pk})
    way.do("assign", lead=str(second.pk), **given)
    assert set(way.row.mediators.values_list("mediator", "is_lead")) == {
        (mediator.pk, False),
        (second.pk, True),
    }
    way.do("assign", lead=mediator.pk, **given)
    assert way.row.mediators.get(is_lead=True).mediator == mediator, "the order of the names says nothing"
    assert way.row.handled_by == [cast.mediator.user_id, cast.grid_leader.user_id]
    way.do("assign", cast.town, mediators=[mediator.pk], chosen_by="body", opinion="只留一人")
    assert way.row.handled_by == [cast.mediator.user_id]
    assert way.row.mediators.filter(until__isnull=False).count() == 1
    assert not MediationCase.objects.visible_to(cast.grid_leader).filter(pk=way.row.pk).exists()
    MediatorTie.objects.create(mediator=mediator, kind="interest", declared_at=way.at, name="李四光")
    for key in way.keys:
        way.do("consent", party=key, manner="oral")
    refused(way, "accept", "recusal", rights_told=True)


def test_nothing_without_the_consent_of_every_party(cast: Cast) -> None:
    way = Way(cast)
    way.do("triage", cast.town, level="town", body=way.bodies["town"].pk, risk_color=way.row.risk_color)
    refused(way, "accept", "consent_missing", rights_told=True)
    way.do("consent", party=way.keys[0], manner="written", wants_closed=True)
    assert way.row.is_closed
    refused(way, "accept", "consent_missing", rights_told=True)
    refused(way, "consent", "party", party=0, manner="written")
    refused(way, "consent", "manner", party=way.keys[1], manner="sung")
    way.do("consent", party=way.keys[1], manner="oral")
    refused(way, "accept", "no_mediator", rights_told=True)
    way.do("assign", cast.town, mediators=[named(cast.mediator).pk], chosen_by="body")
    refused(way, "accept", "rights", rights_told=False)
    way.do("accept", rights_told=True)
    third = PartyDraft(side="third", name="王五", kind="organisation", identity_number="91310000MA1FL0000X")
    refused(way, "add_party", "party", party=None)
    refused(way, "add_party", "party", party=PartyDraft(side="third", name=""))
    way.do("add_party", party=third)
    facts = {"session_kind": "mediator", "starts_at": way.at + MINUTE, "ends_at": way.at + 30 * MINUTE}
    facts |= {"place": "调解室", "parties": way.keys, "minutes": "记录", "result": "待议"}
    refused(way, "hold_session", "consent_missing", **facts)
    way.do("consent", party=way.keys[2], manner="written")
    way.session()
    assert way.row.state == "mediating"
    way.do("stop", party=way.keys[1], opinion="不再同意调解", **GUIDED)
    assert way.row.state == "failed"
    held = Consent.objects.get(party=way.keys[1], purpose="mediation", superseded_at=None)
    assert held.decision == "withdrawn"
    assert way.row.steps.latest("pk").data["guidance"]
    refusing = Way(cast).to("triaged")
    refused(refusing, "refuse", "guidance", party=refusing.keys[0], opinion="拒绝", way="court", guidance=" ")
    refused(refusing, "refuse", "way", party=refusing.keys[0], opinion="拒绝", way="duel", guidance="告知")


def test_sessions_have_their_hours_rooms_and_numbers(cast: Cast) -> None:
    way = Way(cast).to("accepted")
    room = Room.objects.create(body=way.bodies["town"], name="一室", place="街道一楼")
    start = way.at + 2 * DAY
    plan = {"session_kind": "lawyer", "starts_at": start, "minutes": 90, "room": room.pk}
    refused(way, "plan_session", "starts_at", **plan | {"starts_at": way.at - DAY})
    refused(way, "plan_session", "starts_at", **plan | {"starts_at": None})
    refused(way, "plan_session", "minutes", **plan | {"minutes": 5})
    refused(way, "plan_session", "room", **plan | {"room": "99999"})
    refused(way, "plan_session", "place", **plan | {"room": ""})
    way.do("plan_session", **plan)
    other = Way(cast, level="grid").to("accepted")
    refused(other, "plan_session", "room_taken", **plan)
    refused(way, "plan_session", "mediator_taken", **plan | {"room": "", "place": "现场"})
    planned = Session.objects.get(case=way.row)
    refused(way, "cancel_session", "session", session=0, opinion="取消")
    way.do("cancel_session", session=planned.pk, opinion="一方有事")
    other.do("plan_session", **plan)
    way.do("plan_session", **plan | {"starts_at": start + DAY})
    planned = Session.objects.get(case=way.row, state="planned")
    way.at = planned.starts_at
    facts = {
        "session_kind": "lawyer",
        "starts_at": way.at,
        "ends_at": way.at + 50 * MINUTE,
        "session": planned.pk,
    }
    facts |= {"place": "街道一楼", "parties": way.keys, "minutes": "记录", "result": "待议"}
    refused(way, "hold_session", "parties", **facts | {"parties": []})
    refused(way, "hold_session", "ends_at", **facts | {"ends_at": way.at})
    refused(way, "hold_session", "ends_at", **facts | {"ends_at": way.at + 5 * HOUR})
    refused(
        way,
        "hold_session",
        "starts_at",
        **facts | {"starts_at": way.at - 9 * DAY, "ends_at": way.at - 9 * DAY + HOUR},
    )
    refused(way, "hold_session", "next_at", **facts | {"next_at": way.at})
    refused(way, "hold_session", "minutes", **facts | {"minutes": ""})
    refused(way, "hold_session", "session", **facts | {"session": 99_999_999})
    way.do("hold_session", **facts | {"next_at": way.at + 2 * DAY})
    way.session()
    assert list(
        way.row.sessions.filter(state="held").order_by("number").values_list("number", flat=True)
    ) == [1, 2]
    way.do("confer", units=[cast.unit("CG").pk], opinion="该处违建是否已立案")
    refused(way, "confer", "units", units=[], opinion="问题")
    way.do("visit", visit_kind="reception", opinion="领导接访，承诺限期办理")
    assert way.row.visits.get().kind == "reception"


def test_handing_up_and_extending_keep_their_limits(cast: Cast) -> None:
    way = Way(cast, level="grid").to("mediating")
    case_clock = CaseClock.objects.get(case=way.row, kind="case", stopped_at=None)
    given = {"opinion": "超出网格能力", "tried": "网格长两次上门"}
    way.do("level_up", body=way.bodies["town"].pk, **given)
    assert (way.row.level, way.row.handled_by, way.row.entry_level) == ("town", [], "grid")
    assert CaseClock.objects.get(case=way.row, kind="case", stopped_at=None).pk == case_clock.pk
    level = CaseClock.objects.get(case=way.row, kind="level", stopped_at=None)
    assert (level.rule, level.due_at - level.started_at) == ("level.town", timedelta(days=2))
    way.level = "town"
    way.do("assign", cast.town, mediators=[named(cast.mediator).pk], chosen_by="body")
    refused(way, "level_up", "not_higher", body=way.bodies["town"].pk, **given)
    refused(way, "extend", "consent_missing", parties=way.keys[:1], opinion="需鉴定")
    refused(way, "extend", "limit_over", parties=way.keys, opinion="需鉴定", when=case_clock.due_at + MINUTE)
    way.do("extend", parties=way.keys, opinion="需鉴定")
    longer = CaseClock.objects.get(pk=case_clock.pk)
    assert longer.original_due_at == case_clock.due_at
    assert timedelta(days=29) < longer.due_at - longer.original_due_at <= timedelta(days=40)
    refused(way, "extend", "extended", parties=way.keys, opinion="再延")
    way.do("level_up", body=way.bodies["upper"].pk, **given)
    assert way.row.level == "upper"


def test_another_kind_of_mediation_goes_on_with_the_case(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    own = way.row.body
    assert own is not None
    limits = set(CaseClock.objects.filter(case=way.row, stopped_at=None, kind__in=["case", "level"]))
    office = MediationBody.objects.create(
        name="书院街道行政调解室",
        kind="administrative",
        level=own.level,
        region=own.region,
        unit=own.unit,
        since=own.since,
    )
    given = {"opinion": "涉及行政管理职责"}
    refused(way, "change_kind", "same_kind", body=own.pk, **given)
    refused(way, "change_kind", "same_kind", body=way.bodies["upper"].pk, **given)
    way.do("change_kind", body=office.pk, **given)
    assert (way.row.kind, way.row.body, way.row.state, way.row.handled_by) == (
        "administrative",
        office,
        "mediating",
        [],
    )
    assert limits == set(CaseClock.objects.filter(case=way.row, stopped_at=None, kind__in=["case", "level"]))
    assert way.row.steps.latest("pk").data["from_kind"] == "people"
    assert cast.mediator.user_id in way.row.readers, "whoever mediated it reads on"


def test_an_agreement_adds_up_and_takes_effect_when_signed_and_sealed(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    today = local(way.at + HOUR).date()
    plan = [
        InstalmentDraft(due_on=today, amount=Decimal(1000)),
        InstalmentDraft(due_on=today, amount=Decimal(1999)),
    ]
    term = {"obligor": 2, "obligee": 1, "text": "赔偿", "amount": Decimal(3000), "instalments": plan}

    def drafted(**changes: Any) -> dict[str, Any]:
        return {"agreement": AgreementDraft(**{"facts": "事实", "terms": [TermDraft(**term)]} | changes)}

    refused(way, "draft", "agreement", agreement=None)
    refused(way, "draft", "terms", **drafted())
    refused(way, "draft", "facts", **drafted(facts=" "))
    refused(way, "draft", "remaining", **drafted(is_partial=True))
    refused(way, "draft", "copies", **drafted(copies=2))
    refused(way, "draft", "terms", **drafted(terms=[]))
    for changes in (
        {"text": " "},
        {"obligor": 9},
        {"obligee": 2},
        {"instalments": []},
        {"amount": None},
        {"amount": Decimal(0)},
        {"instalments": [InstalmentDraft(due_on=today - DAY, amount=Decimal(3000))]},
        {"instalments": [InstalmentDraft(due_on=today)]},
    ):
        refused(way, "draft", "terms", **drafted(terms=[TermDraft(**term | changes)]))
    refused(way, "agree_written", "no_agreement")
    way.do("draft", agreement=terms(way.row, way.at + HOUR))
    way.do("draft", agreement=terms(way.row, way.at + HOUR, days=(5,)))
    versions = [(item.version, item.replaced_at is None) for item in way.row.agreements.order_by("version")]
    assert versions == [(1, False), (2, True)]
    agreement = way.row.agreements.get(replaced_at=None)
    for name, field in (
        ("parties", "parties_signed_at"),
        ("mediator", "mediator_signed_at"),
        ("seal", "sealed_at"),
    ):
        refused(way, "agree_written", name)
        setattr(agreement, field, way.at)
        agreement.save()
    way.do("agree_written")
    agreement.refresh_from_db()
    assert agreement.effective_at == max(agreement.parties_signed_at, agreement.sealed_at)
    clock = CaseClock.objects.get(case=way.row, kind="confirm", stopped_at=None)
    assert clock.started_at == agreement.effective_at
    simple = Way(cast).to("mediating")
    spoken = {
        "party": simple.keys[1],
        "content": "当面道歉",
        "due_on": local(simple.at).date() + timedelta(days=3),
    }
    refused(
        simple, "agree_oral", "written", **spoken | {"due_on": local(simple.at).date() + timedelta(days=30)}
    )
    refused(simple, "agree_oral", "due_on", **spoken | {"due_on": None})
    simple.do("agree_oral", **spoken | {"at_once": True})
    assert Obligation.objects.get(term__agreement__case=simple.row).state == "done"
    simple.do("watch")
    simple.do("complete")
    major = Way(cast, amount=Decimal(80_000)).to("mediating")
    refused(
        major,
        "agree_oral",
        "written",
        **spoken | {"party": major.keys[1], "due_on": local(major.at).date() + timedelta(days=2)},
    )


def test_the_court_is_asked_jointly_and_in_time(cast: Cast) -> None:
    way = Way(cast).to("agreed_written")
    given = {"court": "东湖区人民法院", "parties": way.keys}
    due = CaseClock.objects.get(case=way.row, kind="confirm").due_at
    refused(way, "apply_confirmation", "consent_missing", **given | {"parties": way.keys[:1]})
    refused(way, "apply_confirmation", "court", **given | {"court": ""})
    refused(way, "apply_confirmation", "too_late", when=due, **given)
    way.do("apply_confirmation", **given)
    ruling = {"ruling_no": "（2026）民特1号", "decided_on": local(way.at).date()}
    refused(way, "confirm", "decided_on", **ruling | {"decided_on": local(way.at).date() + timedelta(days=9)})
    refused(way, "confirm", "ruling_no", **ruling | {"ruling_no": ""})
    way.do("refuse_confirmation", **ruling, opinion="内容不明确", **GUIDED)
    way.do("draft", agreement=terms(way.row, way.at + HOUR, days=(7,)))
    signed(way.row, way.at)
    way.do("agree_written")
    way.do("apply_confirmation", **given)
    way.do("confirm", **ruling | {"ruling_no": "（2026）民特9号", "decided_on": local(way.at).date()})
    results = JudicialConfirmation.objects.order_by("pk").values_list("result", flat=True)
    assert list(results) == ["refused", "confirmed"]
    way.do("watch")
    refused(way, "breach", "not_overdue", opinion="逾期", **GUIDED)
    enforced = GUIDED | {"way": "enforcement"}
    way.do("breach", after=9 * DAY, opinion="督促后仍未付", **enforced)
    assert way.row.steps.latest("pk").data["path"] == "enforcement"
    plain = Way(cast).to("performing")
    refused(plain, "breach", "way", when=plain.at + 20 * DAY, opinion="逾期", **enforced)
    way.do("watch")
    way.receipts()
    way.do("complete")
    kept = Way(cast).to("confirm_refused")
    assert CaseClock.objects.filter(case=kept.row, kind="perform", stopped_at=None).exists()
    first = Obligation.objects.filter(term__agreement__case=kept.row).order_by("number")[0]
    kept.do("receipt", obligation=first.pk, amount=str(first.amount), opinion="转账")
    runs = CaseClock.objects.get(case=kept.row, kind="perform", stopped_at=None)
    kept.do("watch")
    assert kept.row.state == "performing", "a contract binds without the court"
    assert CaseClock.objects.get(case=kept.row, kind="perform", stopped_at=None) == runs
    refused(kept, "apply_confirmation", "not_confirmable", **given | {"parties": kept.keys})
    kept.receipts()
    kept.do("complete")
    lost = Way(cast).to("confirm_refused")
    lost.do("draft", agreement=terms(lost.row, lost.at + HOUR, days=(7,)))
    refused(lost, "watch", "draft_waits")
    refused(lost, "receipt", "draft_waits", obligation=first.pk, amount="1", opinion="转账")
    assert not CaseClock.objects.filter(case=lost.row, kind="perform", stopped_at=None).exists()
    lost = Way(cast).to("confirm_refused")
    lost.do("give_up", opinion="转诉讼", **GUIDED)
    assert lost.row.state == "failed"


def test_the_court_is_asked_while_performance_is_watched(cast: Cast) -> None:
    """Art. 33 gives 30 days from effect: watching does not end them, nor the court the days of performance."""
    way = Way(cast).to("performing")
    given = {"court": "东湖区人民法院", "parties": way.keys}
    first, second = Obligation.objects.filter(term__agreement__case=way.row).order_by("number")

    def runs(kind: str) -> CaseClock | None:
        return CaseClock.objects.filter(case=way.row, kind=kind, stopped_at=None).first()

    confirm, perform_by = runs("confirm"), runs("perform")
    assert confirm is not None
    assert perform_by is not None
    way.do("receipt", obligation=first.pk, amount="1000", opinion="转账")
    way.do("apply_confirmation", **given)
    assert (way.row.state, runs("confirm"), runs("perform")) == ("confirming", None, perform_by)
    way.do("receipt", obligation=first.pk, amount="2000", opinion="转账")
    later = runs("perform")
    assert later is not None
    assert local(later.due_at).date() == second.due_on + timedelta(days=1)
    assert sweep(at=later.due_at - value("mediation.perform_reminder") * DAY) == 1, (
        "reminded at the court too"
    )
    way.do("confirm", ruling_no="（2026）民特3号", decided_on=local(way.at).date())
    way.do("watch")
    assert (way.row.state, runs("confirm"), runs("perform")) == ("performing", None, later)
    first.refresh_from_db()
    assert (first.state, first.received, first.receipts.count()) == ("done", Decimal(3000), 2)
    refused(way, "apply_confirmation", "not_confirmable", **given)
    oral = Way(cast).to("agreed_oral")
    oral.do("watch")
    refused(oral, "apply_confirmation", "not_confirmable", **given | {"parties": oral.keys})


def test_thirty_days_that_nobody_used_end_by_themselves(cast: Cast) -> None:
    way = Way(cast).to("performing")
    clock = CaseClock.objects.get(case=way.row, kind="confirm", stopped_at=None)
    way.receipts()
    assert (way.row.next_due, way.row.next_due_at) == ("confirm", clock.due_at)
    for days in value("mediation.confirm_reminders"):
        assert sweep(at=clock.due_at - days * DAY) == 1
    refused(way, "apply_confirmation", "too_late", when=clock.due_at, court="法院", parties=way.keys)
    assert sweep(at=clock.due_at) == 0, "not having asked is no fault"
    clock.refresh_from_db()
    assert clock.stopped_at == clock.due_at
    assert MediationCase.objects.get(pk=way.row.pk).next_due == ""


def test_performance_is_proved_to_the_last_cent(cast: Cast) -> None:
    way = Way(cast).to("performing")
    first, second = Obligation.objects.filter(term__agreement__case=way.row).order_by("number")
    given = {"obligation": first.pk, "amount": "3000.00", "opinion": "转账"}
    refused(way, "complete", "receipts_missing")
    refused(way, "receipt", "obligation", **given | {"obligation": 0})
    refused(way, "receipt", "too_much", **given | {"amount": "3000.01"})
    refused(way, "receipt", "too_much", **given | {"amount": None})
    for wrong in ("-1", "0", "1.001", "NaN", "x"):
        refused(way, "receipt", "amount", **given | {"amount": wrong})
    way.do("receipt", **given | {"amount": "1000"})
    first.refresh_from_db()
    assert (first.state, first.received) == ("open", Decimal(1000))
    refused(way, "receipt", "too_much", **given | {"amount": "2000.01"})
    paid_on = local(way.at).date()
    for wrong_day in (local(first.term.agreement.effective_at).date() - DAY, paid_on + DAY):
        refused(way, "receipt", "performed_on", **given | {"amount": "2000", "performed_on": wrong_day})
    way.do("receipt", after=2 * DAY, **given | {"amount": "2000", "performed_on": paid_on})
    first.refresh_from_db()
    assert (first.state, first.done_on) == ("done", paid_on), "paid then, put down two days later"
    assert CaseClock.objects.get(
        case=way.row, kind="perform", stopped_at=None
    ).due_at.date() > second.due_on - timedelta(days=1)
    refused(way, "receipt", "obligation", **given)
    way.do("receipt", obligation=second.pk, amount="3000", opinion="转账")
    way.do("complete")
    assert not CaseClock.objects.filter(case=way.row, kind="perform", stopped_at=None).exists()


def test_callbacks_come_on_their_days_and_a_relapse_reopens(cast: Cast) -> None:
    way = Way(cast).to("performed")
    assert list(way.row.callbacks.order_by("days").values_list("days", flat=True)) == [7, 30, 90]
    red = Way(cast).to("performing")
    MediationCase.objects.filter(pk=red.row.pk).update(risk_color="red")
    red.to("performed")
    weekly = red.row.callbacks.order_by("days").values_list("days", flat=True)
    assert list(weekly) == list(range(7, 91, 7)), "a red case is called every week"
    called = {"outcome": "stable", "satisfaction": "4", "opinion": "稳定", "by": cast.community}
    refused(way, "call_back", "too_early", **called)
    refused(way, "call_back", "own_work", **called | {"by": _as_community(cast, way)})
    MediationCase.objects.filter(pk=way.row.pk).update(handled_by=[cast.mediator.user_id])
    way.at += 7 * DAY
    for _try in range(2):
        way.call(outcome="unreachable", satisfaction="")
        assert way.row.callbacks.get(days=7).called_at is None
    way.call(outcome="unreachable", satisfaction="")
    assert way.row.callbacks.get(days=7).outcome == "unreachable"
    refused(way, "archive", "callbacks", by=cast.town)
    way.call(outcome="relapse", satisfaction="", opinion="又吵起来了")
    assert (way.row.state, way.row.relapses) == ("accepted", 1)
    assert way.row.callbacks.filter(dropped_at__isnull=False).count() == 1
    way.session()
    way.do("fail", reason_code="absent", opinion="一方拒不到场", **GUIDED)
    for days in (7, 23, 60):
        way.call(after=timedelta(days=days))
    refused(way, "call_back", "no_callback", **called)
    assert faults_of(way.row) == []
    way.do("archive", cast.town)
    red = Way(cast, facts="双方扬言斗殴").to("failed")
    assert list(red.row.callbacks.order_by("days").values_list("days", flat=True))[:3] == [7, 14, 21]


def _as_community(cast: Cast, way: Way) -> Any:
    """The community's clerk, as if she had mediated."""
    MediationCase.objects.filter(pk=way.row.pk).update(
        handled_by=[*way.row.handled_by, cast.community.user_id]
    )
    return cast.community


def test_an_archive_names_what_is_missing(cast: Cast) -> None:
    way = Way(cast).to("follow_up")
    codes = lambda: {item.code for item in faults_of(way.row)}  # noqa: E731  # read again after each change
    assert codes() == {"callbacks"}
    Session.objects.filter(case=way.row).update(state="cancelled")
    way.row.agreements.update(replaced_at=way.at)
    Consent.objects.filter(party=way.keys[0]).delete()
    UrgentReport.objects.create(case=way.row, cause="red", told_at=way.at, due_at=way.at)
    assert codes() == {"callbacks", "records", "agreement", "consent", "reports"}
    with pytest.raises(Unprocessable):
        perform("archive", way.row.pk, by=cast.town, at=way.at)
    declined = Way(cast).to("not_mediable")
    declined.do("archive", cast.town)
    assert declined.row.state == "archived"


def test_each_record_of_the_archive_is_asked_for(cast: Cast) -> None:
    codes = lambda row: [item.code for item in faults_of(row)]  # noqa: E731  # read again after each change
    ended = Way(cast).to("failed")
    assert concerned(ended.row) == {"registration", "consent", "records", "minutes", "guidance", "callbacks"}
    assert codes(ended.row) == ["callbacks"]
    ended.row.sessions.update(minutes="")
    ended.row.steps.filter(verb="fail").update(data={})
    ended.row.steps.filter(verb="register").delete()
    ended.row.callbacks.update(dropped_at=ended.at)
    assert codes(ended.row) == ["registration", "minutes", "guidance", "callbacks"]
    owing = Way(cast).to("performing")
    assert codes(owing.row) == ["receipts", "callbacks"]
    assert {"agreement", "receipts"} <= concerned(owing.row)
    assert "guidance" not in concerned(owing.row)
    declined = Way(cast).to("not_mediable")
    assert (codes(declined.row), concerned(declined.row)) == ([], {"registration", "guidance"})
    turned_down = Way(cast).to("refused")
    assert not {"consent", "records", "agreement"} & concerned(turned_down.row)


def test_rare_refusals(cast: Cast) -> None:
    way = Way(cast).to("mediating")
    refused(way, "visit", "opinion", visit_kind="joint", opinion="多" * 20_001, by=cast.town)
    facts = {"session_kind": "mediator", "starts_at": way.at, "ends_at": way.at + HOUR, "place": "调解室"}
    refused(
        way, "hold_session", "parties", **facts, parties=[way.keys[0], 0], minutes="双方到场", result="再议"
    )
    for number in range(3, 21):
        Party.objects.create(case=way.row, number=number, side="third", name=f"第三人{number}")
    refused(way, "add_party", "party", party=PartyDraft(side="third", name="又一人"))
    oral = Way(cast).to("agreed_oral")
    oral.do("watch")
    owed = Obligation.objects.get(term__agreement__case=oral.row)
    refused(oral, "receipt", "amount", obligation=owed.pk, amount=5, opinion="已修好")
    refused(oral, "receipt", "obligation", obligation=0, opinion="已修好")
    with pytest.raises(Forbidden):
        role_over(CASE_TABLE["triage"], cast.client, way.row.region_path)
