"""Policy notices in a real browser: written and published at the desk, confirmed on the phone, read by residents."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from governance.foundation.clock import local, now
from publicity import writing
from publicity.models import NoticeReceipt, PolicyNotice
from publicity.writing import NoticeDraft
from tests.browser.test_desk_story import look, sign_in
from tests.browser.test_staffing import narrow
from tests.cast import Cast
from tests.publicity.props import CITY

__all__ = ["sign_in"]
BODY = (
    "年满八十周岁的老人，每月发放高龄津贴一百元；年满九十周岁，每月二百元。"
    "\n\n本人或家属持身份证到社区申请，行动不便的由网格员上门代办。"
)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_notice_from_the_desk_to_the_phone(sign_in: Callable, cast: Cast) -> None:
    at = now()
    today = local(at).date()
    draft = NoticeDraft(
        kind="service",
        title="2026年冬季供暖补贴申领须知",
        body=BODY,
        targets=[CITY],
        valid_from=today,
        valid_to=today + timedelta(days=60),
        is_public=True,
    )
    old = writing.prepare(draft, unit_id=cast.oversight.unit_id, by=cast.oversight, at=at)
    old = writing.publish(old.pk, by=cast.oversight, at=at)
    for reader in (cast.worker, cast.town, cast.community):
        writing.confirm(old.pk, by=reader, at=at)

    town = sign_in("town")
    town.goto("/policies/new/")
    town.locator("[name=title]").fill("高龄津贴发放办法")
    town.locator("[name=body]").fill(BODY)
    town.locator("#targets_search").fill("书院")
    town.locator("#targets_list [role=option]").first.click()
    town.locator("[data-units-list] input").first.wait_for()
    look(town, "policy-form")
    with town.expect_navigation():
        town.locator(".form-actions .btn-primary").click()
    row = PolicyNotice.objects.get(title="高龄津贴发放办法")
    town.locator(".action-bar .btn-primary").click()
    town.locator("#dialog[open] form").wait_for()
    with town.expect_navigation():
        town.locator("#dialog .dialog-foot .btn").last.click()
    town.get_by_text("已发布").first.wait_for()
    look(town, "policy-notice")

    boss = sign_in("oversight")
    for name, address in (
        ("policy-list", "/policies/published/"),
        ("policy-shares", f"/policies/{old.number}/"),
        ("policy-readers", f"/policies/{old.number}/readers/?read=0"),
        ("policy-public", "/c/notices/"),
    ):
        boss.goto(address)
        look(boss, name)

    worker = sign_in("worker")
    narrow(worker, "/m/policies/", "policy-phone-list")
    narrow(worker, f"/m/policies/{row.number}/", "policy-phone")
    worker.locator(".phone-row .btn-primary").click()
    worker.get_by_text("您已于").wait_for()
    assert NoticeReceipt.objects.get(notice=row, user=cast.worker.user).read_at is not None
    narrow(worker, f"/c/notices/{old.number}/", "policy-public-phone")
