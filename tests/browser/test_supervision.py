"""Supervision in a real browser: a day of oversight, a department, a leader and an appeal; each page as its role."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Ticket
from supervision.deeds import announcing, inspecting, watching
from supervision.deeds.ordering import order_now
from supervision.deeds.ruling import NewValue, set_value
from supervision.models import Appeal, LeaderInstruction, RecurrenceWarning, SupervisionTask
from supervision.names import Kind
from tests.browser.test_desk_story import look, sign_in
from tests.cast import Cast, MakeTicket, Photo, jpeg
from tests.supervision.props import inspection_draft, order

__all__ = ["sign_in"]
DAY = timedelta(days=1)
PHONE = {"width": 390, "height": 844}


def sideways(page, name: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, name


def visit(page, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    look(page, f"supervision-{name}")
    sideways(page, name)


def press(page, label: str) -> None:
    """A button of the bar opens its dialog."""
    page.locator(".action-bar a", has_text=label).first.click()
    page.locator("#dialog form").wait_for()


def send(page) -> None:
    """The dialog's own button; the page that follows is waited for."""
    with page.expect_navigation():
        page.locator("#dialog .dialog-foot .btn-primary, #dialog .dialog-foot .btn-danger").click()


def attach(page) -> None:
    page.locator("#dialog input[type=file]").last.set_input_files(
        files=[{"name": "proof.jpg", "mimeType": "image/jpeg", "buffer": jpeg(3)}]
    )
    page.locator("#dialog input[type=hidden][name=files]").last.wait_for(state="attached")


@pytest.mark.slow
def test_a_bad_day(cast: Cast, make_ticket: MakeTicket, sign_in: Callable) -> None:
    now = timezone.now()
    for days in (40, 9, 8, 6):
        make_ticket("handling", to="CG", at=now - days * DAY)
    ticket = Ticket.objects.order_by("pk")[0]
    oversight = sign_in("oversight")
    oversight.goto("/supervision/")
    look(oversight, "supervision-board")
    with oversight.expect_navigation():
        oversight.locator(f".board-card:has-text('{ticket.number}') button").click()
    task = SupervisionTask.objects.get()
    page = f"/supervision/tasks/{task.number}/"

    lead = sign_in("lead")
    lead.goto(page)
    press(lead, "签收并报方案")
    look(lead, "supervision-sign")
    lead.fill("#dialog [name=plan]", "两日内清理到位，落实长效值守")
    lead.fill("#dialog [name=person]", "秦长")
    send(lead)
    press(lead, "上报整改")
    lead.fill("#dialog [name=opinion]", "已清理")
    attach(lead)
    send(lead)

    oversight.goto(page)
    press(oversight, "验收不通过")
    oversight.fill("#dialog [name=opinion]", "现场仍有堆放")
    send(oversight)
    lead.goto(page)
    press(lead, "上报整改")
    lead.fill("#dialog [name=opinion]", "已彻底清理")
    attach(lead)
    send(lead)
    oversight.goto(page)
    press(oversight, "验收通过")
    send(oversight)
    press(oversight, "评分办结")
    oversight.fill("#dialog [name=score]", "88")
    send(oversight)
    look(oversight, "supervision-task")
    task.refresh_from_db()
    assert (task.state, task.score, task.rejected_count) == ("closed", 88, 1)

    leader = sign_in("leader")
    leader.goto(f"/tickets/{ticket.number}/")
    press(leader, "批示")
    leader.fill("#dialog [name=text]", "请城管局一周内彻底解决，结果报我")
    send(leader)
    look(leader, "supervision-instruction")
    assert LeaderInstruction.objects.get().ticket_id == ticket.pk

    other = Ticket.objects.order_by("-pk")[0]
    lead.goto(f"/tickets/{other.number}/")
    lead.locator(".action-bar summary").click()
    lead.locator(".menu-item", has_text="申诉").click()
    lead.locator("#dialog form").wait_for()
    lead.fill("#dialog [name=reason]", "台风期间停止户外作业")
    attach(lead)
    send(lead)
    look(lead, "supervision-appeal")
    assert Appeal.objects.get().ticket_id == other.pk
    lead.goto(f"/tickets/{ticket.number}/")
    look(lead, "supervision-panel")


@pytest.mark.slow
def test_the_pages_of_each_role(cast: Cast, make_ticket: MakeTicket, photo: Photo, sign_in: Callable) -> None:
    at = timezone.now()
    today = timezone.localdate()
    for days in (40, 20):
        make_ticket("handling", to="CG", at=at - days * DAY)
    for kind in ("urge", "listed_supervision", "interview"):
        order_now(order(cast, kind=kind), by=cast.oversight, at=at)
    bulletin = announcing.draft(title="督办通报（第一期）", by=cast.oversight, at=at)
    announcing.edit(
        bulletin.pk, by=cast.oversight, at=at, opening="现将有关情况通报如下。", demands="限期整改。"
    )
    announcing.publish(bulletin.pk, by=cast.oversight, at=at)
    inspecting.set_quota(today.year, 12, note="较上年压减三分之一", by=cast.oversight, at=at)
    dates = {"starts_on": today, "ends_on": today + 7 * DAY}
    running = inspecting.plan(
        inspection_draft(cast, cast.oversight, cast.supervisor, **dates), by=cast.oversight, at=at
    )
    inspecting.begin(running.pk, by=cast.oversight, at=at)
    target = running.targets.filter(inspector=cast.oversight.user).order_by("pk")[0]

    for days in (12, 11):
        make_ticket(at=at - days * DAY)
    watching.watch(at=at)
    place, caller = RecurrenceWarning.objects.order_by("-kind")
    assert (place.kind, caller.kind) == ("place", "person")

    limits = {kind: [5, "workday", "working"] for kind in Kind}
    entry = NewValue(key="limit.rectify", value=limits, starts_on=today + 7 * DAY, reason="年度督查工作要点")
    set_value(entry, by=cast.oversight, at=at)

    page = sign_in("oversight")
    for address, name in (
        ("tasks/", "tasks"),
        ("instructions/", "instructions-empty"),
        ("appeals/", "appeals-empty"),
        ("bulletins/", "bulletins"),
        (f"bulletins/{bulletin.number}/", "bulletin"),
        ("inspections/", "inspections"),
        (f"inspections/{running.number}/", "inspection"),
        ("checklists/", "checklists"),
        ("regular/", "regular-empty"),
        ("recurrence/", "recurrence"),
        (f"recurrence/{place.number}/", "recurrence-place"),
        (f"recurrence/{caller.number}/", "recurrence-person"),
        ("recurrence/?state=resolved", "recurrence-nothing"),
        ("values/", "values"),
        ("values/limit.rectify/", "value"),
        ("values/limit.rectify/new/", "value-form"),
        ("inspections/new/plan/", "inspection-form"),
        ("tasks/new/", "order-form"),
        (f"places/{target.pk}/", "place-form"),
    ):
        visit(page, f"/supervision/{address}", name)
    page.set_viewport_size(PHONE)
    for address, name in (
        ("", "board"),
        ("tasks/", "tasks"),
        ("recurrence/", "recurrences"),
        (f"recurrence/{place.number}/", "recurrence"),
        (f"places/{target.pk}/", "place-form"),
    ):
        visit(page, f"/supervision/{address}", f"{name}-phone")
    unit = sign_in("lead")
    visit(unit, f"/supervision/bulletins/{bulletin.number}/", "bulletin-unit")
    with unit.expect_navigation():
        unit.get_by_role("button", name=re.compile("签阅")).click()
    assert bulletin.receipts.get().read_at is not None
