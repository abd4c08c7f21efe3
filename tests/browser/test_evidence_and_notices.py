"""A face is covered on the phone; the notice centre, canned texts and standards on the desk, in a real browser."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from incidents import outbox, wording
from incidents.evidence import receive
from incidents.models import Attachment
from incidents.sweep import sweep_all
from incidents.telling import tell
from tests.browser.test_desk_story import look, sign_in
from tests.browser.test_phone import enter
from tests.browser.test_phone import look as look_at_phone
from tests.cast import Cast, MakeTicket

__all__ = ["enter", "sign_in"]
PHONE = {"width": 390, "height": 844}


def street() -> bytes:
    """A grey street with a bright face in the middle."""
    image, out = Image.new("RGB", (800, 600), "#9aa7b5"), io.BytesIO()
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 420, 800, 600), fill="#5d5f63")
    draw.ellipse((340, 220, 460, 380), fill="#f0c8a0")
    image.save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_face_is_covered_on_the_phone(enter: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    content, at = street(), timezone.now()
    row = receive(io.BytesIO(content), name="门口.jpg", size=len(content), by=cast.worker, at=at)
    ticket = make_ticket(
        "dispatched", to="G1", category="0106", attachments=[row.pk], by=cast.worker, source="worker", at=at
    )
    page = enter("worker")
    page.goto(f"/m/tickets/{ticket.number}/")
    page.locator(".photo-grid a").first.click()
    page.locator("[data-boxes][data-state=ready]").wait_for()
    look_at_phone(page, "phone-evidence")
    page.locator("[data-box-draw]").click()
    picture = page.locator(".box-stage img")
    picture.scroll_into_view_if_needed()
    area = picture.bounding_box()
    x, y = area["x"] + area["width"] * 0.42, area["y"] + area["height"] * 0.36
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + area["width"] * 0.1, y + area["height"] * 0.2, steps=4)
    page.mouse.move(x + area["width"] * 0.16, y + area["height"] * 0.28, steps=4)
    page.mouse.up()
    page.locator(".box-layer rect").wait_for(state="attached")
    expect(page.locator("[data-box-row]")).to_have_count(1)
    look_at_phone(page, "phone-evidence-drawn")
    with page.expect_navigation():
        page.locator("[data-box-form] .btn-primary").click()
    page.locator("[data-boxes][data-state=ready]").wait_for()
    look_at_phone(page, "phone-evidence-covered")
    row = Attachment.objects.get(pk=row.pk)
    left, top, width, height = row.boxes[0]
    assert abs(left - 42) < 2
    assert abs(top - 36) < 2
    assert abs(width - 16) < 2
    assert abs(height - 28) < 2
    with row.file.open("rb") as file:
        shown = Image.open(file).convert("RGB")
    assert max(shown.getpixel((400, 300))) < 40, "the face is gone"
    assert min(shown.getpixel((50, 50))) > 100


@pytest.fixture
def told(cast: Cast, make_ticket: MakeTicket) -> None:
    """Work, alarms and something of another app for the department; texts and a standard."""
    at = timezone.now()
    late = make_ticket("handling", at=at - timedelta(days=20))
    for row in late.deadlines.filter(stopped_at=None):
        for moment in (row.warn_at, row.due_at):
            sweep_all(at=moment)
    make_ticket("dispatched", category="0302", to="CG", at=at, override_reason="节日慰问期间临时安排")
    outbox.deliver(at=at)
    tell(
        key="guest:1", kind="guest", title="督办单 DB20261116000001 已下达，请于今日签收", url="/supervision/", at=at,
        unit_ids=[cast.unit("CG").pk], audience="leads",
    )  # fmt: skip
    for number, words in enumerate(("已派员现场整改完毕，恢复原状。", "经核实不属我局职责，申请退回。")):
        text = wording.Wording(title=words[:6], text=words, unit_id=cast.unit("CG").pk, position=number)
        wording.save_text(text, by=cast.lead, at=at)
    wording.add_standard(
        "1408", filing="行动不便的居民提出上门代办", closing="事项办结并告知本人", basis="便民服务中心工作规范",
        valid_from=at - timedelta(days=30), by=cast.dispatcher, at=at - timedelta(days=30), version=0,
    )  # fmt: skip


def visit(page, address: str, name: str) -> None:
    page.goto(address)
    look(page, f"notices-{name}")
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, name


@pytest.mark.slow
@pytest.mark.usefixtures("told")
def test_the_notice_centre_and_the_texts(sign_in: Callable, cast: Cast, make_ticket: MakeTicket) -> None:
    page = sign_in("lead")
    visit(page, "/notices/", "list")
    count = page.locator("tr.is-new").count()
    assert int(page.locator(".bell-count").inner_text()) == count
    page.locator("tr.is-new .cell-deed button").first.click()
    expect(page.locator("tr.is-new")).to_have_count(count - 1)
    visit(page, "/notices/?lamp=red", "red")
    visit(page, "/notices/choices/", "choices")
    visit(page, "/standards/", "standards")
    visit(page, "/texts/", "texts")
    ticket = make_ticket("handling", at=timezone.now())
    page.goto(f"/tickets/{ticket.number}/")
    page.locator("#case-standard .standard-beside").wait_for()
    look(page, "notices-ticket-standard")
    page.locator(".action-bar a[href$='/do/feedback/']").click()
    page.locator("#dialog[open] [data-canned-open]").first.click()
    page.locator("#dialog [data-canned-text]").first.wait_for()
    look(page, "notices-canned")
    page.keyboard.press("Enter")
    field = page.locator("#dialog textarea").first
    assert field.input_value() == "已派员现场整改完毕，恢复原状。"
    field.press("Alt+2")
    expect(field).to_have_value(re.compile("申请退回"))
    sender = sign_in("dispatcher")
    visit(sender, "/notices/sent/", "sent")
    sender.locator(".row-link").first.click()
    sender.locator("#read-head").wait_for()
    look(sender, "notices-receipt")
    visit(sender, "/standards/1408/", "standard")
    sender.set_viewport_size(PHONE)
    for address, name in (
        ("/notices/", "list-phone"),
        ("/notices/choices/", "choices-phone"),
        ("/texts/", "texts-phone"),
    ):
        visit(sender, address, name)
