"""From a report to the archive: a lift in an old building, five meetings, a printed agreement, the court."""

from datetime import timedelta
from decimal import Decimal

import pytest

from governance.foundation.clock import local
from incidents import intake as tickets
from incidents.drafts import TicketDraft
from incidents.models import Ticket
from incidents.places import Spot
from mediation import intake
from mediation.archive import faults_of
from mediation.documents import signing
from mediation.drafts import PartyDraft, RepresentativeDraft
from mediation.models import CaseClock, MediationCase
from mediation.transitions.agreeing import AgreementDraft, InstalmentDraft, TermDraft
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, Photo
from tests.mediation.papers import keeper, stroke
from tests.mediation.props import Way, bodies, draft, named

pytestmark = pytest.mark.django_db
MEETINGS = ("grid", "department", "lawyer", "party_member", "mediator")


def test_a_lift_in_an_old_building(cast: Cast, photo: Photo) -> None:
    lon, lat = city.centre(0)
    report = TicketDraft(
        source="worker",
        category="0404",
        content="7号楼三单元加装电梯，一楼业主阻止施工，双方多次争执",
        spot=Spot(lon=lon, lat=lat, text="7号楼三单元"),
        attachments=[photo(cast.worker)],
    )
    ticket = tickets.register(report, by=cast.worker, at=MONDAY).ticket
    owners = PartyDraft(
        side="applicant",
        kind="crowd",
        name="三单元高层业主",
        members=9,
        representatives=[RepresentativeDraft(name=f"代表{n}", kind="crowd") for n in "甲乙丙"],
    )
    below = PartyDraft(side="respondent", name="马连生", phone="13900004040")
    facts = draft(category="0404", facts=report.content, parties=(owners, below), amount=Decimal(30000))
    way = Way.__new__(Way)
    way.cast, way.level, way.bodies = cast, "town", bodies(cast)
    way.at = MONDAY + HOUR
    way.row = intake.from_ticket(ticket.pk, facts, by=cast.community, at=way.at)
    assert way.row.is_crowd
    assert way.row.leader_id == cast.leader.user_id, "a crowd: the town leader owns the case"
    assert Ticket.objects.get(pk=ticket.pk).sides == ["mediation"]
    way.do("acknowledge", cast.leader, opinion="街道牵头，限期化解", after=10 * MINUTE)
    calm = {"risk_color": "orange", "opinion": "领导已包案，双方情绪平稳"}
    way.do("triage", cast.town, level="town", body=way.bodies["town"].pk, **calm)
    way.do("assign", cast.town, mediators=[named(cast.mediator).pk], chosen_by="parties")
    for key in way.keys:
        way.do("consent", party=key, manner="written")
    way.do("accept", rights_told=True)
    for number, kind in enumerate(MEETINGS, 1):
        way.at += DAY
        way.session(session_kind=kind, place="7号楼三单元门前", result=f"第{number}次现场协调")
        assert way.row.session_count == number
    today = local(way.at + HOUR).date()
    paid = [InstalmentDraft(due_on=today + timedelta(days=10 * n), amount=Decimal(15000)) for n in (1, 2)]
    agreement = AgreementDraft(
        facts=report.content,
        dispute="采光和噪声补偿",
        responsibility="加装程序合法，应予适当补偿",
        place="7号楼三单元",
        terms=[
            TermDraft(
                obligor=1,
                obligee=2,
                text="支付补偿款",
                manner="转账",
                amount=Decimal(30000),
                instalments=paid,
            ),
            TermDraft(obligor=2, obligee=1, text="不再阻止施工", instalments=[InstalmentDraft(due_on=today)]),
        ],
    )
    way.do("draft", agreement=agreement)
    keeper(way)
    for key in way.keys:
        signing.sign_for_party(way.row.pk, key, by=way.me, at=way.at, picture=stroke())
    signing.sign_as_mediator(way.row.pk, by=way.me, at=way.at, picture=stroke())
    paper = signing.seal(way.row.pk, by=way.me, at=way.at)
    assert len(paper.sha256) == 64
    way.do("agree_written")
    due = CaseClock.objects.get(case=way.row, kind="confirm", stopped_at=None).due_at
    assert timedelta(days=29) < due - way.at < timedelta(days=38)
    way.do("apply_confirmation", court="东湖区人民法院", parties=way.keys, after=3 * DAY)
    way.do("confirm", ruling_no="（2026）民特7号", decided_on=local(way.at).date(), after=5 * DAY)
    way.do("watch")
    way.receipts()
    way.do("complete")
    way.call(after=8 * DAY)
    way.call(after=23 * DAY)
    assert {item.code for item in faults_of(way.row)} == {"callbacks"}
    way.call(after=60 * DAY)
    assert faults_of(way.row) == []
    way.do("archive", cast.town)
    row = MediationCase.objects.get(pk=way.row.pk)
    assert (row.state, row.number, row.next_due_at) == ("archived", way.row.number, None)
    verbs = list(row.steps.order_by("pk").values_list("verb", flat=True))
    assert verbs.count("hold_session") == 5
    assert (verbs[0], verbs[-1]) == ("register", "archive")
