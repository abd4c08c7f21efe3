"""The pages of knowledge: the public one from the question to the answer, the desk's lists and forms, REST."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from incidents.models import Notice, Ticket
from knowledge.models import KnowledgeEntry, Question
from tests import city
from tests.cast import Cast
from tests.knowledge.props import CITY, PERMIT, TOWN, entry, question, trace

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
KEY = {"authorization": f"Bearer {city.API_KEY}"}


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    facts = {
        "question": "居住证如何办理",
        "phrases": "外地人办暂住证\n\n租房办居住证",
        "answer": "持身份证和租房合同申领。",
        "category": "1602",
        "place": CITY,
        "unit": cast.oversight.unit_id,
        "review_on": f"{local(now()).date() + timedelta(days=200)}",
    }
    return facts | changes


def test_a_resident_asks_says_no_and_reads_the_answer_of_a_person(cast: Cast, steady: None) -> None:
    at = now()
    row = entry(cast, at=at)
    entry(cast, "draft", at=at, **PERMIT)
    client = Client()
    first = client.get("/c/ask/")
    assert first.status_code == 200
    assert row.question in first.content.decode()
    assert PERMIT["question"] not in first.content.decode(), "drafts are nobody's answer"
    found = client.post("/c/ask/", {"words": "老人补贴怎么领", "place": TOWN})
    assert row.answer in found.content.decode()
    assert found["Cache-Control"] == "private, no-store"
    said = client.post(
        "/c/ask/helped/", {"entry": row.number, "helped": "0", "words": "补贴没到账", "place": TOWN}
    )
    assert "补贴没到账" in said.content.decode()
    key = said.context["person"]["key"].value()
    body = {"key": key, "words": "补贴没到账", "place": TOWN, "name": "赵大姐", "phone": "13800001234"}
    assert client.post("/c/ask/person/", body | {"phone": "x"}).status_code == 422
    sent = client.post("/c/ask/person/", body)
    assert client.post("/c/ask/person/", body)["Location"] == sent["Location"], (
        "sent twice it is one question"
    )
    asked = Question.objects.get()
    assert asked.number in client.get(sent["Location"]).content.decode()
    look = {"number": asked.number, "tail": "1234"}
    assert "补贴没到账" in client.post("/c/ask/answer/", look).content.decode()
    assert client.post("/c/ask/answer/", look | {"tail": "4321"}).status_code == 404
    assert client.get(f"/c/ask/{row.number}/").status_code == 200
    assert client.get("/c/ask/ZS20261116999999/").status_code == 404
    assert (
        client.post("/c/ask/helped/", {"entry": row.number, "helped": "1"})["Location"]
        == "/c/ask/thanks/helped/"
    )
    late = [client.post("/c/ask/", {"words": "补贴"}).status_code for _again in range(41)]
    assert late[-1] == 429


def test_staff_write_publish_and_answer_at_the_desk(cast: Cast, enter: Enter) -> None:
    duty, boss = enter("duty"), enter("oversight")
    assert duty.post("/knowledge/new/", form(cast, question="")).status_code == 422
    made = duty.post("/knowledge/new/", form(cast))
    row = KnowledgeEntry.objects.get()
    assert made["Location"] == f"/knowledge/{row.number}/?edition=1"
    assert row.phrases == ["外地人办暂住证", "租房办居住证"]
    page = duty.get(made["Location"]).content.decode()
    assert "/do/publish/" not in page
    do = f"/knowledge/{row.number}/do/publish/?edition=1"
    assert duty.get(do).status_code == 403
    assert boss.post(do, {"version": row.version}).status_code == 302
    assert boss.post(do).status_code == 409
    assert row.question in duty.get("/knowledge/", {"q": "租房怎么办居住证"}).content.decode()
    assert enter("worker").get(f"/knowledge/{row.number}/").status_code == 200
    assert enter("outsider").get("/knowledge/").status_code == 403
    assert duty.post(f"/knowledge/{row.number}/revise/", form(cast, answer="改到线上。")).status_code == 302
    assert boss.get("/knowledge/", {"state": "draft"}).context["rows"][0][0].edition == 2

    asked = question(cast, at=now(), words="办居住证要什么材料")
    url = f"/knowledge/questions/{asked.number}/"
    shown = duty.get(url, {"use": row.number})
    assert shown.context["found"][0].entry.pk == row.pk
    assert shown.context["form"]["answer"].value() == row.answer
    assert "13800001234" not in shown.content.decode()
    reveal = duty.post(f"{url}reveal/", {"reason": "需要电话答复"}, headers={"hx-request": "true"})
    assert "13800001234" in reveal.content.decode()
    assert AuditEntry.objects.filter(verb="question.reveal").exists()
    assert enter("leader").post(f"{url}reveal/", {"reason": "随便看看"}).status_code == 403
    assert enter("far_community").get(url).status_code == 404
    assert enter("worker").get("/knowledge/questions/").status_code == 403
    done = duty.post(url, {"answer": "带身份证。", "entry": row.number, "version": asked.version})
    assert done.status_code == 302
    assert duty.post(url, {"answer": "再答一次。"}).status_code == 409
    assert duty.post(f"{url}do/pass_on/", {"category": "1601"}).status_code == 409
    other = question(cast, at=now(), words="楼道堆物请清理")
    assert duty.get(f"/knowledge/questions/{other.number}/do/pass_on/").status_code == 200
    duty.post(f"/knowledge/questions/{other.number}/do/pass_on/", {"category": "0106"})
    assert Ticket.objects.filter(external_no=other.number).exists()


def test_a_ticket_that_asks_something_leads_to_its_answer(
    cast: Cast, enter: Enter, make_ticket: Callable[..., Ticket]
) -> None:
    entry(cast, at=now())
    asks = make_ticket("registered", demand_type="enquiry", content="高龄津贴怎么申请，麻烦告知")
    other = make_ticket("registered")
    dispatcher = enter("dispatcher")
    url = f"/knowledge/ticket/{asks.number}/"
    assert url in dispatcher.get(f"/tickets/{asks.number}/").content.decode()
    assert (
        f"/knowledge/ticket/{other.number}/"
        not in dispatcher.get(f"/tickets/{other.number}/").content.decode()
    )
    assert "八十岁以上老人" in dispatcher.get(url).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_however_long_they_are(cast: Cast, enter: Enter, count: int) -> None:
    for _again in range(count):
        entry(cast, at=now())
        question(cast, at=now())
    duty = enter("duty")
    for url, most in (("/knowledge/", 8), ("/knowledge/questions/", 10)):
        duty.get(url)
        with CaptureQueriesContext(connection) as asked:
            duty.get(url)
        assert len(asked) == most, [str(item["sql"])[:70] for item in asked.captured_queries]


def test_rest_reads_searches_and_asks(cast: Cast, client: Client) -> None:
    row = entry(cast, at=now())
    entry(cast, at=now(), **PERMIT)
    listed = client.get("/api/v1/knowledge", headers=KEY).json()
    assert len(listed["results"]) == 2
    found = client.get("/api/v1/knowledge", {"q": "老人补贴", "place": TOWN}, headers=KEY).json()["results"]
    assert [(item["number"], item["place"]) for item in found] == [(row.number, CITY)]
    assert 0 < found[0]["score"] <= 1.01
    assert client.get(f"/api/v1/knowledge/{row.number}", headers=KEY).json()["answer"] == row.answer
    assert client.get("/api/v1/knowledge", {"place": "990199999999"}, headers=KEY).status_code == 422
    assert client.get("/api/v1/knowledge").status_code == 401
    body = {"external_no": "H-1", "words": "幼儿园报名时间", "phone": "13800001234"}
    posts = [
        client.post("/api/v1/knowledge-questions", body, content_type="application/json", headers=KEY)
        for _again in range(2)
    ]
    assert [item.status_code for item in posts] == [201, 200]
    number = posts[0].json()["number"]
    told = client.get(f"/api/v1/knowledge-questions/{number}", headers=KEY).json()
    assert (told["state"], "phone" in told) == ("asked", False)
    other = question(cast, at=now())
    assert client.get(f"/api/v1/knowledge-questions/{other.number}", headers=KEY).status_code == 404
    before = trace()
    bad = client.post(
        "/api/v1/knowledge-questions", body | {"phone": "12"}, content_type="application/json", headers=KEY
    )
    assert (bad.status_code, trace()) == (400, before)


def test_a_draft_rings_the_bell_of_those_who_may_publish_it(cast: Cast) -> None:
    row = entry(cast, "draft", at=now())
    told = Notice.objects.filter(key=f"knowledge:{row.pk}:draft")
    assert set(told.values_list("unit", "audience")) == {
        (cast.oversight.unit_id, audience) for audience in ("leads", "oversight", "handlers")
    }
    assert told[0].url.endswith("?edition=1")
    entry(cast, "draft", at=now(), **PERMIT | {"unit_id": cast.handler.unit_id})
    assert not Notice.objects.filter(unit=cast.handler.unit_id, audience="handlers").exists()
