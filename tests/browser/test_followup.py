"""A citizen asks, adds and evaluates on a phone, the caller works the queue: every page looked at in a browser."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from followup import answers, calls, links, steps
from followup.composing import send_by_hand
from followup.messages.sending import send_due
from followup.models import CallTask, Evaluation, MessageKind, SignedLink
from incidents.models import Ticket
from tests.browser.test_desk_story import look, sign_in
from tests.cast import LITTER, Cast, MakeTicket, jpeg

__all__ = ["sign_in"]
PHONE = {"width": 390, "height": 844}
HOUR = timedelta(hours=1)


@pytest.fixture
def read(cast: Cast) -> Callable[[], None]:
    """Reads the steps so far; what is there at first counts as read."""

    def on() -> None:
        while steps.read_on(at=timezone.now()):
            pass

    on()
    return on


@pytest.fixture
def phone(browser: Any, browser_context_args: dict[str, Any], live_server: Any) -> Iterator[Any]:
    """A citizen's phone; nothing may go wrong on it but refused forms and dead links."""
    context = browser.new_context(
        **browser_context_args | {"viewport": PHONE, "is_mobile": True, "has_touch": True},
        base_url=live_server.url,
    )
    page, wrong = context.new_page(), []

    def listen(message: Any) -> None:
        if message.type == "error" and not re.search(r"status of (404|410|422)", message.text):
            wrong.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def visit(page: Any, address: str, name: str) -> None:
    if address:
        page.goto(address)
    look(page, f"followup-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


@pytest.mark.slow
def test_a_citizen_on_the_phone(
    phone: Any, cast: Cast, make_ticket: MakeTicket, read: Callable[[], None]
) -> None:
    ticket = make_ticket("follow_up", at=timezone.now() - HOUR, content="书院社区路口垃圾成堆，三天没有清运")
    read()
    visit(phone, "/c/", "citizen-query")
    phone.fill("#id_number", ticket.number)
    phone.fill("#id_tail", "0000")
    phone.locator(".citizen-button").click()
    phone.locator(".form-errors").wait_for()
    visit(phone, "", "citizen-wrong")
    phone.fill("#id_tail", "5678")
    phone.locator(".citizen-button").click()
    phone.locator(".citizen-story").wait_for()
    visit(phone, "", "citizen-progress")
    assert "朱办" not in phone.content()
    phone.locator("form", has=phone.locator("[value=supplement]")).locator("button").click()
    phone.wait_for_url(re.compile("/c/s/"))
    phone.fill("#id_words", "垃圾在三号楼东侧，晚上有人偷倒")
    phone.set_input_files("#photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg(9)})
    visit(phone, "", "citizen-supplement")
    phone.locator(".citizen-button").click()
    phone.wait_for_url(re.compile("/c/thanks/supplement/"))
    assert ticket.supplements.count() == 1
    link = SignedLink.objects.get(purpose="evaluate")
    phone.goto(links.path_of(link))
    phone.locator("input[name=solved][value=unsolved]").check()
    phone.locator("input[name=satisfaction][value='2']").check()
    phone.fill("#id_words", "第二天又堆上了")
    visit(phone, "", "citizen-evaluate")
    phone.locator(".citizen-button").click()
    phone.wait_for_url(re.compile("/c/thanks/evaluate/"))
    visit(phone, "", "citizen-thanks")
    assert Evaluation.objects.get().follow_up is not None
    visit(phone, links.path_of(link), "citizen-used")
    visit(phone, "/c/e/forged.word/", "citizen-forged")
    assert CallTask.objects.get(ticket=ticket).state == "to_decide"

    handled = make_ticket("handling", at=timezone.now() - HOUR, content="井盖松动，车过有响声")
    made = links.host(
        handled,
        by=cast.handler,
        at=timezone.now(),
        outside_name="云泽市政养护有限公司",
        task="到现场勘察，更换井盖并反馈照片",
        days=5,
    )
    visit(phone, links.path_of(made), "outside")
    phone.fill("#id_who", "刘工（养护三队）")
    phone.fill("#id_text", "已更换井盖并加固，恢复通行")
    phone.set_input_files("#photos", {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg(4)})
    phone.locator(".citizen-button").click()
    phone.wait_for_url(re.compile("/c/thanks/outside/"))
    assert Ticket.objects.get(pk=handled.pk).state == "handling"


@pytest.mark.slow
def test_the_caller_works_the_queue(
    sign_in: Callable, cast: Cast, make_ticket: MakeTicket, read: Callable[[], None]
) -> None:
    at = timezone.now()
    tickets = [
        make_ticket("follow_up", at=at - HOUR, content=text)
        for text in (
            "书院社区路口垃圾成堆，三天没有清运",
            "路灯不亮，晚上出行不便",
            "小区门口占道经营，早晚拥堵",
        )
    ]
    poor = make_ticket("follow_up", at=at - HOUR, category=LITTER, to="G1", content="绿化带里堆放建筑垃圾")
    handled = make_ticket("handling", at=at - HOUR)
    read()
    send_due(at=(at + 24 * HOUR).replace(hour=4))
    task = CallTask.objects.get(ticket=poor)
    calls.take(task.pk, by=cast.duty, at=at)
    calls.record(task.pk, by=cast.duty, at=at, outcome="unsolved", opinion="还是有人倒")
    made = links.host(
        handled, by=cast.handler, at=at, outside_name="云泽市政养护有限公司", task="更换井盖", days=5
    )
    answers.answer(links.token_of(made), who="刘工", text="已更换井盖", photos=[], by=links.citizen(), at=at)
    send_by_hand(handled, MessageKind.ONE_TIME_NOTICE, "身份证原件、委托书", by=cast.handler, at=at)

    duty = sign_in("duty")
    visit(duty, "/followup/", "queue")
    duty.locator(".page-actions .btn-primary").click()
    duty.wait_for_url(re.compile(r"/followup/calls/\d+/"))
    duty.locator(".call-person button").click()
    duty.locator(".call-number").wait_for()
    visit(duty, "", "call")
    duty.locator("input[name=outcome][value=satisfied]").check()
    duty.locator(".call-form .btn-primary").click()
    duty.locator(".has-error").first.wait_for()
    duty.locator("input[name=satisfaction][value='5']").check()
    duty.fill("#id_opinion", "处理得很快")
    duty.locator(".call-form .btn-primary").click()
    duty.wait_for_url(re.compile(r"/followup/$"))
    assert CallTask.objects.filter(ticket__in=tickets, state="done").count() == 1
    visit(duty, f"/followup/calls/{task.pk}/", "decide")
    duty.locator("a[href$='/decide/excuse/']").click()
    duty.locator("#dialog[open] form").wait_for()
    look(duty, "followup-decide-dialog")
    duty.fill("#dialog #id_opinion", "已多次处理，属偷倒行为，不应计入承办单位")
    with duty.expect_navigation():
        duty.locator("#dialog .dialog-foot .btn").last.click()
    for path, name in (("results/", "results"), ("messages/", "messages"), ("words/", "words")):
        visit(duty, f"/followup/{path}", name)
    duty.set_viewport_size(PHONE)
    visit(duty, "/followup/", "queue-phone")

    handler = sign_in("handler")
    visit(handler, handled.get_absolute_url(), "ticket-panel")
    handler.locator("a[href$='/confirm/']").click()
    handler.locator("#dialog[open] form").wait_for()
    look(handler, "followup-confirm")
    handler.locator("#dialog [name=result_kind][value=resolved]").check()
    with handler.expect_navigation():
        handler.locator("#dialog .dialog-foot .btn").last.click()
    assert Ticket.objects.get(pk=handled.pk).state == "feedback"
