"""A full bad day, told through the pages: every step is offered as a button before it is pressed, none is a dead end.

Refused and granted returns, a consultation that binds, extensions refused and granted, a suspension, rework, a citizen
who is not content, supervision, a whistle and an appeal; each person on the screens that he or she has.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from consultation.following import follow
from consultation.models import Consultation, WhistleCall
from followup import steps
from followup.models import CallTask
from governance.audit.journal import verify
from governance.foundation.clock import now
from incidents.models import Ticket
from supervision.models import Appeal, SupervisionTask
from tests import city
from tests.cast import STREET_TRADE, Cast, Photo

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PHONE = "13812345678"
RETURNS = {"ask_return", "return"}


class Day:
    """People at their screens, and what the platform does in between."""

    def __init__(self, cast: Cast, photo: Photo) -> None:
        self.cast, self.photo = cast, photo
        self.browsers: dict[str, Client] = {}
        steps.read_on(at=now())

    def at(self, who: str) -> Client:
        """The browser of one of the cast."""
        if who not in self.browsers:
            self.browsers[who] = Client(headers={"accept-language": "zh-hans"})
            self.browsers[who].force_login(self.cast.everybody[who].user)
        return self.browsers[who]

    def page(self, who: str, address: str) -> str:
        response = self.at(who).get(address)
        assert response.status_code == 200, (who, address)
        return response.content.decode()

    def sees(self, who: str, address: str, *, on: str) -> bool:
        """Whether a link or button to `address` stands on the page `on`."""
        return f'"{address}' in self.page(who, on)

    def send(self, who: str, address: str, *, on: str, **data: Any) -> None:
        """Press a button that stands on `on`, look at its dialog, fill it in, send it."""
        assert self.sees(who, address, on=on), f"{who} finds no way to {address} on {on}"
        assert self.at(who).get(address, headers=HTMX).status_code == 200
        response = self.at(who).post(address, data, headers=HTMX)
        there = response.headers.get("HX-Redirect") or response.headers.get("Location")
        assert there, response.content.decode()
        assert self.at(who).get(there).status_code == 200

    def report(self, content: str) -> str:
        """A citizen calls, the duty officer writes it down; the ticket's number."""
        lon, lat = city.centre(0)
        data = {
            "key": str(uuid4()), "source": "phone_in", "demand_type": "complaint", "urgency": "normal",
            "category": STREET_TRADE, "content": content, "caller_name": "张三丰", "caller_phone": PHONE,
            "needs_reply": "on", "lon": str(lon), "lat": str(lat), "place": "书院社区东门",
        }  # fmt: skip
        assert self.at("duty").get("/tickets/new/").status_code == 200
        response = self.at("duty").post("/tickets/new/", data)
        assert response.status_code == 302, response.content.decode()
        return response.headers["Location"].split("/")[2]

    def do(self, who: str, verb: str, number: str, **data: Any) -> Ticket:
        """A verb of the ticket, from its page."""
        ticket = Ticket.objects.get(number=number)
        said = {"version": ticket.version} | data
        self.send(who, f"/tickets/{number}/do/{verb}/", on=f"/tickets/{number}/", **said)
        return Ticket.objects.get(number=number)

    def verbs(self, who: str, number: str) -> set[str]:
        """The ticket's own verbs that this person is offered."""
        page = self.page(who, f"/tickets/{number}/")
        pieces = page.split(f'data-dialog="/tickets/{number}/do/')[1:]
        return {piece.split("/", 1)[0] for piece in pieces}

    def dispatch(self, number: str, unit: str, **data: Any) -> Ticket:
        return self.do("dispatcher", "dispatch", number, to=self.cast.unit(unit).pk, **data)

    def feed_back(self, who: str, number: str, words: str) -> Ticket:
        photo = str(self.photo(self.cast.everybody[who], at=now()))
        said = {"result_kind": "resolved", "opinion": words, "attachments": [photo]}
        return self.do(who, "feedback", number, **said)

    def call_back(self, number: str, **answer: Any) -> CallTask:
        """The duty officer takes the call from the queue, reads the script and writes the answer down."""
        while steps.read_on(at=now()):
            pass
        task = CallTask.objects.filter(ticket__number=number).latest("pk")
        assert number in self.page("duty", "/followup/")
        assert self.at("duty").post(f"/followup/calls/{task.pk}/take/").status_code == 302
        assert number in self.page("duty", f"/followup/calls/{task.pk}/")
        response = self.at("duty").post(f"/followup/calls/{task.pk}/", answer)
        assert response.status_code == 302, response.content.decode()
        return task

    def citizen_reads(self, number: str) -> str:
        """What the citizen is told, by number and phone tail."""
        response = Client(headers={"accept-language": "zh-hans"}).post(
            "/c/", {"number": number, "tail": PHONE[-4:]}
        )
        assert response.status_code == 200
        return response.content.decode()


def journal_is_sound() -> bool:
    """Whether every deed of the day stands in the journal, linked and unchanged."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return verify().is_sound


@pytest.fixture
def day(cast: Cast, photo: Photo) -> Day:
    return Day(cast, photo)


def test_refused_late_suspended_reworked_and_done_again(day: Day, cast: Cast, photo: Photo) -> None:
    number = day.report("东门每天都有流动摊贩占道，投诉多次没有改善")
    assert "受理" in day.citizen_reads(number)
    day.do("dispatcher", "accept", number, category=STREET_TRADE, urgency="normal", demand_type="complaint")
    day.dispatch(number, "CG")

    # The department does not want it; the dispatcher says that it is theirs, and that is final.
    why = {"opinion": "该路段由街道管理", "basis": "三定规定"}
    day.do("handler", "ask_return", number, **why)
    day.do("lead", "return", number, **why)
    ticket = day.do("dispatcher", "refuse_return", number, opinion="清单明确由你单位主责")
    assert ticket.is_final_assignment
    assert not day.verbs("handler", number) & RETURNS
    if ticket.state == "dispatched":
        ticket = day.do("handler", "sign", number)
    assert ticket.state == "handling"

    # More time: refused once, granted once by the lead, the second time by oversight only.
    due = ticket.due_at
    day.do("handler", "ask_extension", number, amount="1", opinion="摊贩较多")
    assert "extend" not in day.verbs("handler", number), "whoever asks does not decide"
    assert day.do("lead", "refuse_extension", number, opinion="先行劝离").due_at == due
    day.do("handler", "ask_extension", number, amount="1", opinion="需联合执法")
    ticket = day.do("lead", "extend", number, opinion="同意一天")
    assert due is not None
    assert ticket.due_at is not None
    assert ticket.due_at > due
    day.do("handler", "ask_extension", number, amount="1", opinion="仍需时日")
    assert "extend" not in day.verbs("lead", number), "the second time is for oversight"
    day.do("oversight", "extend", number, opinion="最后一次")

    # Suspended with a plan, and taken up again before its day.
    day.do(
        "lead", "ask_suspension", number, cause="funds", plan="纳入季度整治", responsible="lead",
        review_on=(timezone.localdate() + timedelta(days=20)).isoformat(), opinion="等待便民市场建成",
    )  # fmt: skip
    assert day.do("oversight", "suspend", number, opinion="同意挂账").state == "suspended"
    assert day.do("lead", "resume", number, opinion="市场已建成").state == "handling"

    # Bad work is sent back, then accepted; the citizen is not content, and it is done once more.
    day.feed_back("handler", number, "已劝离")
    assert day.do("oversight", "rework", number, opinion="现场仍有摊贩").state == "handling"
    day.feed_back("handler", number, "已清理并安排值守")
    assert day.do("oversight", "check", number, opinion="属实").state == "follow_up"
    poor = day.call_back(number, outcome="unsolved", opinion="第二天又来了")
    assert day.page("duty", "/followup/?view=decide").count(number) >= 1
    address = f"/followup/calls/{poor.pk}/decide/redo/"
    day.send("duty", address, on=f"/followup/calls/{poor.pk}/", opinion="摊贩回流，确未解决")
    assert Ticket.objects.get(number=number).state == "handling"
    assert "重新办理" in day.citizen_reads(number)
    day.feed_back("handler", number, "已引导入市场经营")
    day.do("oversight", "check", number, opinion="已入市场")
    day.call_back(number, outcome="satisfied", satisfaction="5", opinion="这次可以")
    assert day.do("oversight", "close", number).state == "closed"

    assert "结" in day.citizen_reads(number)
    assert journal_is_sound()


def test_returned_by_two_units_decided_together_and_appealed(day: Day, cast: Cast, photo: Photo) -> None:
    number = day.report("东门夜市油烟扰民，几个单位都说不归自己管")
    page = f"/tickets/{number}/"
    day.do("dispatcher", "accept", number, category=STREET_TRADE, urgency="normal", demand_type="complaint")
    day.dispatch(number, "CG")
    why = {"opinion": "不属本单位职责", "basis": "权责清单"}
    day.do("lead", "return", number, **why)
    assert day.do("dispatcher", "grant_return", number, opinion="改派").state == "accepted"
    day.dispatch(number, "W1", override_reason="社区先行协调")
    day.do("community", "return", number, **why)

    # Two units have sent it back: the platform convenes those whom it concerns, somebody impartial decides.
    assert follow(at=now()) == 1
    row = Consultation.objects.get()
    held = f"/consultation/consultations/{row.number}/"
    assert day.sees("dispatcher", held, on=page)
    for invited in ("lead", "community", "enforcer"):
        day.send(invited, f"{held}do/opine/", on=held, stance="not_ours", opinion="油烟由执法部门查处")
    row.refresh_from_db()
    assert not row.invitations.filter(opined_at=None).exists(), "everybody who was asked has spoken"
    day.send(
        "second_dispatcher", f"{held}do/decide/", on=held, version=row.version, lead=cast.unit("CG").pk,
        basis="行政处罚权清单", opinion="由城市管理局牵头",
    )  # fmt: skip
    ticket = Ticket.objects.select_related("lead_unit").get(number=number)
    assert (ticket.state, ticket.lead_unit.code, ticket.is_final_assignment) == ("dispatched", "CG", True)
    assert not day.verbs("handler", number) & RETURNS, "a decision of all binds"
    day.do("handler", "sign", number)

    # The town whistles for the department that has to help on the spot.
    day.send(
        "town", f"/consultation/calls/new/?ticket={number}", on=page, kind="joint_enforcement",
        title="夜市联合执法", content="今晚联合清理东门夜市", units=[cast.unit("E1").pk],
    )  # fmt: skip
    call = WhistleCall.objects.get()
    there, line = f"/consultation/calls/{call.number}/", call.lines.get()
    assert call.ticket_id == ticket.pk
    assert "夜市联合执法" in day.page("enforcer", "/consultation/")
    arrival = {"photos": [str(photo(cast.enforcer, at=now()))], "lon": "118.505", "lat": "31.105"}
    for who, verb, said in (
        ("enforcer", "accept", {"opinion": "尤执带队"}),
        ("enforcer", "arrive", arrival),
        ("enforcer", "report", {"opinion": "现场取缔三处"}),
        ("town", "score", {"score": "5", "opinion": "及时"}),
    ):
        line.refresh_from_db()
        address = f"{there}lines/{line.pk}/do/{verb}/"
        day.send(who, address, on=there, version=line.version, **said)
    assert call.number in day.page("town", page)

    # Oversight follows it up with the unit that leads, and does not take the first answer.
    in_three_days = (timezone.localdate() + timedelta(days=3)).isoformat()
    day.send(
        "oversight", f"/supervision/tickets/{number}/order/", on=page, kind="supervise", cause="unsolved",
        unit=cast.unit("CG").pk, demands="三日内建立夜间值守", limit_on=in_three_days,
    )  # fmt: skip
    task = SupervisionTask.objects.get()
    watched = f"/supervision/tasks/{task.number}/"
    plan = {"plan": "增派人员", "person": "秦长"}
    for who, verb, said in (
        ("lead", "sign", plan),
        ("lead", "submit", {"opinion": "已安排", "files": [photo(cast.lead, at=now())]}),
        ("oversight", "reject", {"opinion": "值守表缺失"}),
        ("lead", "plan", plan),
        ("lead", "submit", {"opinion": "已补值守表", "files": [photo(cast.lead, at=now())]}),
        ("oversight", "accept", {"opinion": "属实"}),
        ("oversight", "close", {"score": "90"}),
    ):
        task.refresh_from_db()
        day.send(who, f"{watched}do/{verb}/", on=watched, version=task.version, **said)
    task.refresh_from_db()
    assert (task.state, task.rejected_count) == ("closed", 1)

    # It is done, but the citizen wants what cannot be had; the unit objects and is heard.
    day.feed_back("handler", number, "已取缔并纳入夜间巡查")
    day.do("oversight", "check", number, opinion="现场已清理")
    poor = day.call_back(number, outcome="dissatisfied", satisfaction="1", opinion="希望整条街不许营业")
    asked = f"/followup/calls/{poor.pk}/"
    day.send("duty", f"{asked}decide/excuse/", on=asked, opinion="诉求超出法定职责，已解释")
    day.send(
        "lead", f"/supervision/tickets/{number}/appeal/", on=page, kind="dissatisfied",
        reason="合法经营不得取缔", files=[photo(cast.lead, at=now())],
    )  # fmt: skip
    appeal = Appeal.objects.get()
    heard = f"/supervision/appeals/{appeal.number}/"
    day.send("oversight", f"{heard}do/review/", on=heard, advice="grant", opinion="属实")
    day.send("leader", f"{heard}do/grant/", on=heard)
    assert day.do("dispatcher", "close", number).excluded_from_assessment
    assert Ticket.objects.get(number=number).state == "closed"
    assert journal_is_sound()
