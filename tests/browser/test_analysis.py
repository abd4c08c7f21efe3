"""Analysis and bulletins in a real browser: each page as the oversight officer sees it, and one warning dismissed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from analysis import answering, nightly, projects
from analysis.models import EarlyWarning
from bulletins import writing
from bulletins.models import BulletinTemplate
from tests.analysis.props import copies, daily
from tests.browser.test_desk_story import look, sign_in
from tests.cast import DAY, DUTY_OF_GRID, LITTER, Cast, MakeTicket

__all__ = ["sign_in"]


@pytest.fixture
def analysed(cast: Cast, make_ticket: MakeTicket) -> None:
    """Nine weeks of tickets, a surge yesterday, a project with a measure, a bulletin of the month before."""
    at = timezone.now()
    today: date = timezone.localdate()
    morning = timezone.localtime(at).replace(hour=9, minute=0, second=0, microsecond=0)
    near = make_ticket(at=morning - DAY)
    far = make_ticket(column=3, category=LITTER, at=morning - DAY)
    copies(near, daily(2, 63, 2, at=morning), category=DUTY_OF_GRID)
    copies(far, daily(3, 63, 1, at=morning), category=LITTER)
    copies(near, daily(18, 1, 1, at=morning), category=LITTER)
    nightly.run(at=at, today=today)
    first = EarlyWarning.objects.open().filter(place="990101001000").order_by("severity", "pk").first()
    assert first is not None
    row = answering.begin_project(
        first.pk, by=cast.oversight, at=at, goal="三个月内同类事件下降三成，查清反复发生的原因"
    )
    assert row.project is not None
    due = today + timedelta(days=14)
    projects.add_measure(
        row.project.pk, by=cast.oversight, at=at, words="增设垃圾分类收集点并明确清运时限", due_on=due
    )
    template = BulletinTemplate.objects.get(code="weekly")
    last = today - timedelta(days=1)
    bulletin = writing.prepare(
        template, "990100000000", last - timedelta(days=6), last, by=cast.oversight, at=at
    )
    texts = [part["text"] or "请各单位对照通报查找不足，按时限办结在办工单。" for part in bulletin.sections]
    writing.edit(bulletin.pk, title=bulletin.title, texts=texts, by=cast.oversight, at=at)
    writing.submit(bulletin.pk, by=cast.oversight, at=at)
    writing.publish(bulletin.pk, by=cast.leader, at=at)
    writing.confirm(bulletin.pk, by=cast.handler, at=at)


@pytest.mark.slow
@pytest.mark.usefixtures("analysed")
def test_the_pages_of_analysis_and_bulletins(sign_in: Callable) -> None:
    page = sign_in("oversight")
    for address, name in (
        ("/analysis/warnings/", "warnings"),
        ("/analysis/surges/", "surges"),
        ("/analysis/frequency/", "frequency"),
        ("/analysis/warnings/rules/", "rules"),
        ("/bulletins/", "bulletins"),
    ):
        page.goto(address)
        look(page, f"analysis-{name}")
        sideways = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways <= 0, name
    page.goto("/bulletins/")
    page.locator("a.row-link").first.click()
    expect(page.locator("article.bulletin-paper")).to_be_visible()
    look(page, "analysis-bulletin")
    page.goto("/analysis/projects/")
    page.locator("a.row-link").first.click()
    expect(page.locator(".measure-list")).to_be_visible()
    look(page, "analysis-project")
    number = EarlyWarning.objects.filter(state="open").order_by("pk").values_list("number", flat=True).first()
    page.goto(f"/analysis/warnings/{number}/")
    look(page, "analysis-warning")
    page.locator('a[data-dialog$="/do/dismiss/"]').click()
    page.locator("#verb_opinion").fill("已核实为集中清理期间的重复上报")
    page.locator(".dialog-foot .btn-danger").click()
    expect(page.locator('[data-state="dismissed"]')).to_be_visible()
