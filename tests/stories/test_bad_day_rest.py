"""The same bad day through the API alone: nothing is called that the API has not offered to that caller before.

An answer that was lost, a version that is no longer true, somebody who may not, a button pressed twice: each is told
in a way that a program can act on, and none leaves a trace.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from governance.foundation.api.throttling import BUCKETS
from governance.foundation.clock import now
from incidents.models import FollowUp, Step, Ticket
from supervision.models import Appeal, LeaderInstruction, SupervisionTask
from tests.api.conftest import TICKETS, SignIn, caller, report, upload
from tests.cast import STREET_TRADE, Cast, trace
from tests.city import API_KEY
from tests.stories.test_bad_day import journal_is_sound

pytestmark = pytest.mark.django_db
Told = dict[str, Any]
TAKEN_BACK = {"ask_return", "return"}


class Line:
    """People and systems, each with a client of the API."""

    def __init__(self, cast: Cast) -> None:
        self.sign_in = SignIn(cast)
        self.clients: dict[str, APIClient] = {"hotline": caller(API_KEY)}

    def of(self, who: str) -> APIClient:
        if who not in self.clients:
            self.clients[who] = self.sign_in(who)
        return self.clients[who]

    def get(self, who: str, address: str) -> Any:
        answer = self.of(who).get(address)
        assert answer.status_code == 200, (who, address, answer.content.decode())
        return answer.json()

    def post(self, who: str, address: str, **data: Any) -> Any:
        return self.of(who).post(address, data)

    def ticket(self, who: str, number: str) -> Told:
        found: Told = self.get(who, f"{TICKETS}/{number}")
        return found

    def offers(self, who: str, number: str) -> set[str]:
        """The names of what this caller may do to the ticket now."""
        told = self.ticket(who, number)
        return {item["name"] for item in [*told["verbs"], *told["actions"]]}

    def do(self, who: str, name: str, number: str, **data: Any) -> Told:
        """What the ticket offers to this caller, at the address and with the version that it tells."""
        told = self.ticket(who, number)
        address = offered(told["verbs"], name)
        answer = self.post(who, address, version=told["version"], **data)
        assert answer.status_code == 200, answer.content.decode()
        moved: Told = answer.json()
        assert moved["version"] == told["version"] + 1
        return moved

    def begin(self, who: str, name: str, number: str, **data: Any) -> Told:
        """What is begun beside the ticket: supervision, an instruction, an appeal."""
        address = offered(self.ticket(who, number)["actions"], name)
        answer = self.post(who, address, **data)
        assert answer.status_code == 201, answer.content.decode()
        begun: Told = answer.json()
        assert begun in self.get(who, address)
        return begun

    def carry(self, who: str, name: str, address: str, **data: Any) -> Told:
        """A verb of what was begun, from its own page of the API."""
        told = self.get(who, address)
        answer = self.post(who, offered(told["verbs"], name), version=told["version"], **data)
        assert answer.status_code == 200, answer.content.decode()
        moved: Told = answer.json()
        return moved

    def photo(self, who: str) -> str:
        answer = upload(self.of(who))
        assert answer.status_code == 201
        return str(answer.json()["id"])

    def feed_back(self, who: str, number: str, words: str) -> Told:
        photo = self.photo(who)
        return self.do(who, "feedback", number, result_kind="resolved", opinion=words, attachments=[photo])


def offered(items: list[Told], name: str) -> str:
    """The address of what is offered under that name."""
    found = [item["url"] for item in items if item["name"] == name]
    assert found, (name, [item["name"] for item in items])
    return str(found[0])


@pytest.fixture
def line(cast: Cast) -> Line:
    BUCKETS.clear()
    return Line(cast)


@pytest.fixture
def number(line: Line) -> str:
    """A complaint that the hotline has sent; accepted, and dispatched to the city's management bureau."""
    sent = report(category=STREET_TRADE, content="东门每天都有流动摊贩占道，投诉多次没有改善")
    answer = line.post("hotline", TICKETS, **sent)
    assert answer.status_code == 201
    found = str(answer.json()["number"])
    line.do("dispatcher", "accept", found, urgency="normal")
    line.do("dispatcher", "dispatch", found, to="CG")
    return found


def refused(answer: Any, status: int, code: str) -> Told:
    """A refusal as a problem document."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told: Told = answer.json()
    assert (told["code"], bool(told["detail"])) == (code, True)
    return told


def without_a_trace(number: str, deed: Callable[[], Any]) -> Any:
    """What was refused is as if it had not been asked."""
    ticket = Ticket.objects.get(number=number)
    before = trace(ticket)
    answer = deed()
    assert trace(ticket) == before
    return answer


def test_the_whole_day(line: Line, number: str, cast: Cast) -> None:
    # The department does not want it. The dispatcher says that it is theirs, and that is final.
    line.do("handler", "ask_return", number, opinion="该路段由街道管理", basis="三定规定")
    assert (
        line.do("lead", "return", number, opinion="该路段由街道管理", basis="三定规定")["state"] == "returned"
    )
    kept = line.do("dispatcher", "refuse_return", number, opinion="清单明确由你单位主责")
    assert line.ticket("handler", number)["is_final_assignment"] is True
    assert not line.offers("lead", number) & TAKEN_BACK
    if kept["state"] == "dispatched":
        line.do("handler", "sign", number)

    # More time: whoever asks does not decide, the second time is for oversight, a third there is not.
    due = line.ticket("handler", number)["due_at"]
    line.do("handler", "ask_extension", number, amount=1, opinion="摊贩较多")
    assert "extend" not in line.offers("handler", number)
    assert line.do("lead", "refuse_extension", number, opinion="先行劝离")["due_at"] == due
    line.do("handler", "ask_extension", number, amount=1, opinion="需联合执法")
    later = line.do("lead", "extend", number, opinion="同意一天")
    assert later["due_at"] > due
    line.do("handler", "ask_extension", number, amount=1, opinion="仍需时日")
    assert "extend" not in line.offers("lead", number)
    line.do("oversight", "extend", number, opinion="最后一次")
    again = without_a_trace(
        number,
        lambda: line.post("handler", f"{TICKETS}/{number}/ask_extension", amount=1, opinion="还要一天"),
    )
    assert again.status_code == 422, again.content.decode()

    # Suspended with a plan, and taken up again.
    line.do(
        "lead", "ask_suspension", number, cause="funds", plan="纳入季度整治", responsible="lead",
        review_on=(timezone.localdate() + timedelta(days=20)).isoformat(), opinion="等待便民市场建成",
    )  # fmt: skip
    assert line.do("oversight", "suspend", number, opinion="同意挂账")["state"] == "suspended"
    assert line.do("lead", "resume", number, opinion="市场已建成")["state"] == "handling"

    # Bad work goes back; the hotline calls, the citizen is not content, and it is done once more.
    line.feed_back("handler", number, "已劝离")
    assert line.do("oversight", "rework", number, opinion="现场仍有摊贩")["state"] == "handling"
    line.feed_back("handler", number, "已清理并安排值守")
    assert line.do("oversight", "check", number, opinion="属实")["state"] == "follow_up"
    call = {"solved": "unsolved", "contacted_at": now().isoformat(), "words": "第二天又来了"}
    assert line.post("hotline", f"{TICKETS}/{number}/followups", **call).status_code == 201
    assert line.post("hotline", f"{TICKETS}/{number}/followups", **call).status_code == 200
    assert FollowUp.objects.count() == 1, "a report that is repeated is one call"
    assert line.do("duty", "redo", number, opinion="摊贩回流，确未解决")["state"] == "handling"

    supervised(line, number)
    instructed(line, number)

    # Done once more. What the citizen wants cannot be had; the unit objects, is heard, and it is closed.
    line.feed_back("handler", number, "已引导入市场经营")
    line.do("oversight", "check", number, opinion="现场已清理")
    line.do("duty", "follow_up", number, outcome="solved", satisfaction="1", opinion="希望整条街不许营业")
    appealed(line, number)
    closed = line.do("dispatcher", "close", number)
    assert (closed["state"], closed["lamp"]) == ("closed", "grey")
    assert Ticket.objects.get(number=number).excluded_from_assessment
    assert not line.offers("dispatcher", number) & {"close", "dispatch", "redo"}
    assert journal_is_sound()


def supervised(line: Line, number: str) -> None:
    """Oversight follows it up with the unit that leads, and does not take the first answer."""
    assert "supervise" not in line.offers("handler", number)
    wanted = {
        "kind": "supervise",
        "cause": "unsolved",
        "demands": "三日内建立夜间值守",
        "limit_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
    }
    task = line.begin("oversight", "supervise", number, **wanted)
    assert (task["state"], task["unit"], task["ticket"]) == ("notified", "CG", number)
    address = offered(line.ticket("oversight", number)["actions"], "supervise")
    twice = refused(line.post("oversight", address, **wanted), 409, "supervised")
    assert twice["number"] == task["number"], "who lost the answer finds what was begun"
    there = f"/api/v1/supervision-tasks/{task['number']}"
    plan = {"plan": "增派人员", "person": "秦长"}
    line.carry("lead", "sign", there, **plan)
    early = refused(line.post("lead", f"{there}/submit", opinion="已安排"), 422, "unprocessable")
    assert list(early["errors"]) == ["files"]
    line.carry("lead", "submit", there, opinion="已安排", files=[line.photo("lead")])
    assert line.get("lead", there)["verbs"] == [], "nobody judges the own answer"
    refused(line.post("lead", f"{there}/accept"), 403, "forbidden")
    line.carry("oversight", "reject", there, opinion="值守表缺失")
    line.carry("lead", "plan", there, **plan)
    line.carry("lead", "submit", there, opinion="已补值守表", files=[line.photo("lead")])
    stale = line.get("oversight", there)["version"]
    line.carry("oversight", "accept", there, opinion="属实")
    old = refused(
        line.post("oversight", f"{there}/accept", opinion="属实", version=stale), 409, "stale_version"
    )
    assert old["current_version"] == stale + 1
    assert line.carry("oversight", "close", there, score=90)["state"] == "closed"
    assert (SupervisionTask.objects.count(), line.get("lead", there)["rejected"]) == (1, 1)


def instructed(line: Line, number: str) -> None:
    """The leader writes on it; the words go their way through oversight to the unit, and come back."""
    assert "instruct" not in line.offers("oversight", number)
    wanted = {
        "text": "请城管局举一反三，月底前报告",
        "due_on": (timezone.localdate() + timedelta(days=7)).isoformat(),
    }
    row = line.begin("leader", "instruct", number, **wanted)
    address = offered(line.ticket("leader", number)["actions"], "instruct")
    twice = refused(line.post("leader", address, **wanted), 409, "given")
    assert (twice["number"], LeaderInstruction.objects.count()) == (row["number"], 1)
    there, task = f"/api/v1/instructions/{row['number']}", f"/api/v1/supervision-tasks/{row['task']}"
    line.carry("oversight", "notify", task, unit="CG", demands="举一反三，月底前报告")
    soon = refused(line.post("oversight", f"{there}/answer", opinion="已办"), 422, "not_accepted")
    assert soon["detail"]
    line.carry("lead", "sign", task, plan="全区排查", person="秦长")
    line.carry("lead", "submit", task, opinion="已排查 12 处", files=[line.photo("lead")])
    line.carry("oversight", "accept", task)
    assert line.carry("oversight", "answer", there, opinion="已排查 12 处，均已整改")["state"] == "answered"
    assert line.get("oversight", there)["verbs"] == []
    assert line.carry("leader", "conclude", there)["state"] == "concluded"
    line.carry("oversight", "close", task, score=95)


def appealed(line: Line, number: str) -> None:
    """The unit objects; somebody reviews, somebody else decides."""
    assert "appeal" not in line.offers("handler", number), "the lead speaks for the unit"
    wanted = {"kind": "dissatisfied", "reason": "合法经营不得取缔"}
    address = offered(line.ticket("lead", number)["actions"], "appeal")
    bare = refused(line.post("lead", address, **wanted, files=[]), 422, "unprocessable")
    assert list(bare["errors"]) == ["files"]
    row = line.begin("lead", "appeal", number, **wanted, files=[line.photo("lead")])
    twice = refused(line.post("lead", address, **wanted, files=[line.photo("lead")]), 409, "appealed")
    assert (twice["number"], Appeal.objects.count()) == (row["number"], 1)
    there = f"/api/v1/appeals/{row['number']}"
    line.carry("oversight", "review", there, advice="grant", opinion="属实")
    refused(line.post("oversight", f"{there}/grant"), 403, "own_work")
    assert line.carry("leader", "grant", there)["state"] == "granted"
    assert "appeal" not in line.offers("lead", number)


def test_an_answer_that_was_lost(line: Line, number: str) -> None:
    """Sent once more, a report is the same ticket, and a verb says what has become of the first one."""
    sent = report(category=STREET_TRADE, content="东门每天都有流动摊贩占道，投诉多次没有改善")
    again = line.post("hotline", TICKETS, **sent)
    assert (again.status_code, again.json()["number"], again.json()["created"]) == (200, number, False)
    assert Ticket.objects.count() == 1

    seen = line.ticket("handler", number)["version"]
    line.do("handler", "sign", number)
    told = without_a_trace(number, lambda: line.post("handler", f"{TICKETS}/{number}/sign", version=seen))
    state = refused(told, 409, "stale_version")
    assert (state["current_version"], state["state"]) == (seen + 1, "handling")
    assert Step.objects.filter(ticket__number=number, verb="sign").count() == 1


def test_pressed_twice_without_a_version(line: Line, number: str) -> None:
    """The state table answers, and says what is possible instead."""
    line.do("handler", "sign", number)
    told = without_a_trace(number, lambda: line.post("handler", f"{TICKETS}/{number}/sign"))
    state = refused(told, 409, "illegal_transition")
    assert state["state"] == "handling"
    assert "feedback" in state["allowed"]


def test_what_is_not_offered_is_refused(line: Line, number: str) -> None:
    """Every verb that stands in the table for this state and is not offered: 403 or 409, and without a trace."""
    told = line.ticket("handler", number)
    offered_names = {item["name"] for item in told["verbs"]}
    for name, status in (("withdraw", 403), ("dispatch", 409), ("extend", 409), ("void", 403)):
        assert name not in offered_names
        answer = without_a_trace(
            number,
            lambda name=name: line.post("handler", f"{TICKETS}/{number}/{name}", **BODIES[name]),  # type: ignore[misc]
        )
        assert answer.status_code == status, (name, answer.content.decode())
    assert line.of("outsider").get(f"{TICKETS}/{number}").status_code == 404
    assert (
        line.of("far_dispatcher").post(f"{TICKETS}/{number}/withdraw", BODIES["withdraw"]).status_code == 404
    )
    for who, name in (("hotline", "supervision-tasks"), ("hotline", "appeals"), ("hotline", "instructions")):
        assert line.of(who).get(f"{TICKETS}/{number}/{name}").status_code == 403
    assert line.ticket("hotline", number)["actions"] == []


BODIES: dict[str, Told] = {
    "withdraw": {"opinion": "误派"},
    "dispatch": {"to": "CG"},
    "extend": {"opinion": "同意"},
    "void": {"opinion": "误登"},
}
