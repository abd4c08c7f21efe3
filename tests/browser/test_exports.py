"""Files in and out in a real browser: an export asked for, approved and ready; a file matched, checked and taken in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from exports import importing, opendata
from exports.models import TicketExport, TicketImport
from governance.foundation.clock import now
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, Cast, MakeTicket
from tests.exports.props import csv_of, line

__all__ = ["sign_in"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_files_out_and_in(sign_in: Callable, cast: Cast, make_ticket: MakeTicket, tmp_path: Path) -> None:
    at = now()
    for number in range(7):
        make_ticket(at=at - 40 * DAY, column=number % 3, content=f"第{number}件路灯不亮")
    opendata.publish(at=at)
    page = sign_in("dispatcher")

    def visit(address: str, name: str) -> None:
        if address:
            page.goto(address)
        look(page, f"exports-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name

    page.goto("/tickets/?state=registered")
    page.locator("a[href^='/exports/new/']").click()
    expect(page.locator(".export-count strong")).to_have_text("7")
    visit("", "new")
    for name in ("citizen_name", "citizen_phone"):
        page.locator(f"input[name=columns][value={name}]").check()
    page.locator("input[name=is_clear]").check()
    page.locator("textarea[name=reason]").fill("专项核查需要联系诉求人")
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("h1 .state")).to_have_text("待审批")
    visit("", "asked")
    row = TicketExport.objects.get()
    page = sign_in("oversight")
    visit("/exports/?decide=1", "approvals")
    page.goto(f"/exports/{row.number}/")
    page.locator(".action-bar a[href$='/do/approve/']").click()
    page.locator("#dialog[open] form").wait_for()
    visit("", "approve")
    page = sign_in("dispatcher")
    page.goto("/tickets/?state=registered")
    page.locator("a[href^='/exports/new/']").click()
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("h1 .state")).to_have_text("可下载")
    visit("", "ready")
    visit("/exports/", "list")
    file = tmp_path / "诉求.csv"
    file.write_bytes(csv_of([line(1), line(2, 类别="不存在"), *(line(number) for number in range(3, 9))]))
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("h1 .state")).to_have_text("待对应列")
    visit("", "match")
    page.locator("select[name=source]").select_option("letters")
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("h1 .state")).to_have_text("已校验")
    visit("", "check")
    page.locator(".import-move .btn-primary").click()
    expect(page.locator("h1 .state")).to_have_text("登记中")
    importing.continue_all(at=now())
    expect(page.locator("#import-progress .figure-value").nth(1)).to_have_text("7")
    page.goto(f"/imports/{TicketImport.objects.get().number}/")
    expect(page.locator("h1 .state")).to_have_text("已完成")
    visit("", "done")
    visit("/imports/", "imports")
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/open-data/", "open")
