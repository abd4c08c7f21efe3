"""From a report to the archive, every step by the pages: a lift in an old building, five meetings on site, a printed
agreement, the court, performance, callbacks, the volume. The clock of the pages is moved, nothing else.
"""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from governance.accounts.actors import Actor
from governance.foundation.clock import local
from incidents import intake as tickets
from incidents.drafts import TicketDraft
from incidents.models import Notice, Ticket
from incidents.places import Spot
from mediation.archive import faults_of
from mediation.models import Agreement, CaseClock, MediationCase, Obligation, Party, SealedPaper
from mediation.sweep import sweep
from mediation.views import case as case_page
from mediation.views import desks, entering, papers, verbs
from tests import city
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, Photo
from tests.mediation.conftest import BACKEND
from tests.mediation.papers import stroke
from tests.mediation.props import bodies, named

pytestmark = pytest.mark.django_db
MEETINGS = ("grid", "department", "lawyer", "party_member", "mediator")
HX = {"HX-Request": "true"}


class Pages:
    """Whoever signs in, and what each of them does on the pages, at the hour that `at` says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
        self.at, self.number, self.clients = at, "", dict[int, Client]()
        for module in (case_page, desks, entering, papers, verbs):
            monkeypatch.setattr(module, "now", lambda: self.at)

    def of(self, actor: Actor) -> Client:
        assert actor.user is not None
        if actor.user.pk not in self.clients:
            self.clients[actor.user.pk] = Client()
            self.clients[actor.user.pk].force_login(actor.user, backend=BACKEND)
        return self.clients[actor.user.pk]

    def do(self, actor: Actor, verb: str, *, after: timedelta = HOUR, **typed: Any) -> MediationCase:
        """Open the dialog as the page offers it, type, send."""
        self.at += after
        page = self.of(actor).get(f"/mediation/case/{self.number}/")
        offered = {button.verb.name for button in (*page.context["buttons"], *page.context["more"])}
        assert verb in offered, (verb, offered)
        address = f"/mediation/case/{self.number}/do/{verb}/"
        dialog = self.of(actor).get(address, headers=HX)
        assert dialog.status_code == 200, verb
        version = dialog.context["form"].initial.get("version", "")
        answer = self.of(actor).post(address, {"version": version} | typed, headers=HX)
        assert "HX-Redirect" in answer.headers, (verb, answer.content.decode())
        return self.row

    @property
    def row(self) -> MediationCase:
        return MediationCase.objects.get(number=self.number)

    def printed(self, actor: Actor, address: str) -> str:
        """The text of a paper that was given out."""
        answer = self.of(actor).get(f"/mediation/case/{self.number}/{address}")
        assert answer.status_code == 200, address
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_lift_in_an_old_building(
    cast: Cast, photo: Photo, monkeypatch: pytest.MonkeyPatch, keeper_of: Callable[[MediationCase], None]
) -> None:
    pages, known = Pages(monkeypatch, MONDAY + HOUR), bodies(cast)
    lon, lat = city.centre(0)
    report = TicketDraft(
        source="worker",
        category="0404",
        content="7号楼三单元加装电梯，一楼业主阻止施工，双方多次争执",
        spot=Spot(lon=lon, lat=lat, text="7号楼三单元"),
        attachments=[photo(cast.worker)],
    )
    ticket = tickets.register(report, by=cast.worker, at=MONDAY).ticket
    typed = {
        "category": "0404",
        "facts": report.content,
        "claims": "恢复施工；赔偿采光和噪声影响",
        "amount": "30000",
        "people": "10",
        "level": "community",
        "relation": "owners",
        "side1": "applicant",
        "kind1": "crowd",
        "name1": "三单元高层业主",
        "members1": "9",
        "representatives1": "代表甲\n代表乙 13700004041\n代表丙",
        "side2": "respondent",
        "kind2": "person",
        "name2": "马连生",
        "phone2": "13900004040",
    }
    opened = pages.of(cast.community).post(f"/mediation/from-ticket/{ticket.number}/", typed, headers=HX)
    pages.number = opened.headers["HX-Redirect"].strip("/").rpartition("/")[2]
    assert pages.row.is_crowd
    assert pages.row.leader_id == cast.leader.user_id, "a crowd: the town leader owns the case"
    assert Ticket.objects.get(pk=ticket.pk).sides == ["mediation"]
    red = pages.of(cast.leader).get("/mediation/red/").content.decode()
    assert pages.number in red
    pages.do(cast.leader, "acknowledge", opinion="街道牵头，限期化解", after=10 * MINUTE)
    assert pages.number in pages.of(cast.town).get("/mediation/window/").content.decode()
    calm = {"risk_color": "orange", "opinion": "领导已包案，双方情绪平稳"}
    pages.do(cast.town, "triage", level="town", body=known["town"].pk, **calm)
    pages.do(cast.town, "assign", mediators=[named(cast.mediator).pk], chosen_by="parties")
    assert pages.number in pages.of(cast.mediator).get("/mediation/").content.decode()
    me, keys = (
        cast.mediator,
        list(Party.objects.filter(case=pages.row).order_by("number").values_list("pk", flat=True)),
    )
    for key in keys:
        pages.do(me, "consent", party=key, manner="written", after=10 * MINUTE)
    pages.do(me, "accept", rights_told="on")
    for number, kind in enumerate(MEETINGS, 1):
        begins = pages.at + DAY
        pages.do(
            me,
            "plan_session",
            session_kind=kind,
            starts_at=f"{local(begins):%Y-%m-%dT%H:%M}",
            minutes="60",
            place="7号楼三单元门前",
            after=10 * MINUTE,
        )
        planned = pages.row.sessions.get(state="planned")
        assert "7号楼三单元" in pages.printed(me, f"papers/invitation.pdf?session={planned.pk}")
        pages.at = begins + HOUR
        begun = (
            pages.of(me).get(f"/mediation/case/{pages.number}/do/hold_session/", headers=HX).context["form"]
        )
        assert (begun.initial["session"], begun.initial["session_kind"]) == (planned.pk, kind)
        held = pages.do(
            me,
            "hold_session",
            session=planned.pk,
            session_kind=kind,
            starts_at=f"{local(begins):%Y-%m-%dT%H:%M}",
            ends_at=f"{local(begins + HOUR):%Y-%m-%dT%H:%M}",
            place="7号楼三单元门前",
            parties=keys,
            others="社区干部、电梯企业代表",
            minutes="双方陈述意见，查看现场采光和噪声情况",
            result=f"第{number}次现场协调，缩小分歧",
            after=10 * MINUTE,
        )
        assert held.session_count == number
    today = local(pages.at + HOUR).date()
    pages.do(
        me,
        "draft",
        facts=report.content,
        dispute="采光和噪声补偿",
        responsibility="加装程序合法，应予适当补偿",
        place="7号楼三单元",
        copies="3",
        obligor1="1",
        obligee1="2",
        text1="支付补偿款",
        manner1="银行转账",
        amount1="30000",
        days1=f"{today + timedelta(days=10)} 15000\n{today + timedelta(days=20)} 15000",
        obligor2="2",
        obligee2="1",
        text2="不再阻止施工",
        days2=f"{today}",
    )
    keeper_of(pages.row)
    assert "支付补偿款" in pages.printed(me, "papers/agreement.pdf")
    version = str(Agreement.objects.get(case=pages.row, replaced_at=None).version)
    for who in (*keys, "mediator"):
        sent = {"version": version, "picture": stroke()}
        assert pages.of(me).post(f"/mediation/case/{pages.number}/sign/{who}/", sent).status_code == 302
    assert pages.of(me).post(f"/mediation/case/{pages.number}/seal/", {"version": version}).status_code == 302
    paper = SealedPaper.objects.get(agreement__case=pages.row)
    assert len(paper.sha256) == 64
    pages.do(me, "agree_written")
    sealed = pages.printed(me, "sealed.pdf")
    assert "人民调解协议书" in sealed
    assert "文津街道人民调解委员会" in sealed
    due = CaseClock.objects.get(case=pages.row, kind="confirm", stopped_at=None).due_at
    assert timedelta(days=29) < due - pages.at < timedelta(days=38)
    for days in (7, 3):
        assert sweep(at=due - timedelta(days=days) + MINUTE) >= 1
    told = Notice.objects.filter(title__contains="司法确认", title__endswith=pages.number)
    assert told.count() == 2, "seven days before the end, and three"
    assert "东湖区人民法院" in pages.printed(me, "papers/confirmation.pdf")
    pages.do(me, "apply_confirmation", court="东湖区人民法院", parties=keys, after=3 * DAY)
    day = f"{local(pages.at + 5 * DAY):%Y-%m-%d}"
    pages.do(me, "confirm", ruling_no="（2026）民特7号", decided_on=day, after=5 * DAY)
    pages.do(me, "watch")
    for item in Obligation.objects.filter(term__agreement__case=pages.row).order_by("due_on"):
        pages.do(
            me, "receipt", obligation=item.pk, amount=item.amount or "", opinion="凭证已核对", after=3 * DAY
        )
    pages.do(me, "complete")
    for days in (8, 23, 60):
        assert {item.code for item in faults_of(pages.row)} == {"callbacks"}
        said = {"outcome": "stable", "satisfaction": "5", "opinion": "电梯已投用，双方和好"}
        pages.do(cast.community, "call_back", after=days * DAY, **said)
    assert faults_of(pages.row) == []
    pages.do(cast.town, "archive")
    row = pages.row
    assert (row.state, row.next_due_at) == ("archived", None)
    shown = list(row.steps.order_by("pk").values_list("verb", flat=True))
    assert shown.count("hold_session") == 5
    assert (shown[0], shown[-1]) == ("register", "archive")
    volume = pages.printed(cast.town, "volume.pdf")
    for words in (
        "卷内目录",
        "人民调解受理登记表",
        "人民调解笔录",
        "人民调解协议书",
        "（2026）民特7号",
        "回访",
        "达成书面协议，司法确认有效，已履行完毕",
        pages.number,
    ):
        assert words in volume, words


@pytest.fixture
def keeper_of() -> Callable[[MediationCase], None]:
    """Lets the mediator keep the seal of the committee that has the case."""
    from mediation.models import SealKeeper

    def give(row: MediationCase) -> None:
        SealKeeper.objects.create(body=row.body, user_id=row.handled_by[0], since="2020-01-01")

    return give
