"""The goal panel and online opinion in a real browser: figures that open lists, a new target, an opinion on its way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assessment.loading import load_shipped
from assessment.running import catch_up
from governance.command.goals import snapshots
from governance.command.models import GoalTarget
from governance.foundation.clock import local, now
from grids.models import CommunityCoverage, GridAssignment, GridPost
from opinions import conduct, finding
from opinions.models import OnlineOpinion
from staffing.loading import load_dictionaries, load_template
from tests.browser.test_desk_story import look, sign_in
from tests.browser.test_staffing import narrow
from tests.cast import DAY, Cast, MakeTicket
from tests.opinions.props import data_for, found, hold_post

__all__ = ["sign_in"]


@pytest.fixture
def busy(cast: Cast, live_server: object, make_ticket: MakeTicket) -> None:
    """Tickets of two months, posts, a coverage check, months counted; opinions in some states."""
    at = now()
    since = local(at).date() - timedelta(days=200)
    load_dictionaries(since=since)
    load_template("leader_worker_team", since=since, at=at)
    for column, actor in ((0, cast.worker), (1, cast.neighbour), (2, cast.part_timer)):
        post = GridPost.objects.create(grid=cast.grid(column), kind="grid_patroller")
        GridAssignment.objects.create(post=post, user=actor.user, starts_on=since)
    for code, errors in (("990101001001", 0), ("990101001002", 0), ("990102001001", 1)):
        region = cast.region(code)
        CommunityCoverage.objects.create(
            community=region, path=region.path, checked_at=at, error_count=errors, findings=[]
        )
    for days in (70, 40, 35, 4, 3, 2):
        make_ticket("closed", at=at - days * DAY, column=days % 4)
    make_ticket("handling", at=at - 3 * DAY, column=1)
    load_shipped()
    catch_up(at=at)
    snapshots.take_due(at=at)
    hold_post(cast.community, cast)
    for title, platform, ways in (
        ("网传文津街道夜市油烟直排、居民多次反映未果", "short_video", ("assign", "respond")),
        ("网友反映书院社区连续停水", "weibo", ("assign",)),
        ("文章点赞网格员冒雨送药", "wechat", ("watch",)),
        ("河道垃圾清理后反弹", "news", ()),
    ):
        row = finding.register(
            found(title=title, platform=platform, found_at=at - DAY), by=cast.oversight, at=at - DAY
        )
        for name in ways:
            by = cast.lead if name == "respond" else cast.oversight
            conduct.perform(name, row.pk, by=by, at=at - DAY, **data_for(cast, name))


@pytest.mark.slow
@pytest.mark.usefixtures("busy")
@pytest.mark.django_db(transaction=True)
def test_goals_and_opinions(sign_in: Callable, cast: Cast) -> None:
    boss = sign_in("oversight")
    boss.goto("/goals/")
    look(boss, "goals")
    shown = boss.locator("#measure-first_time [data-number=whole]")
    count = shown.inner_text()
    shown.click()
    boss.locator(f".pager-count:has-text('{count}')").wait_for()
    boss.goto("/goals/")
    missing = boss.locator("#measure-staffing [data-number=missing]")
    count = missing.inner_text()
    missing.click()
    expect(boss.locator("[data-total]")).to_have_text(count)
    look(boss, "goal-list")
    boss.goto("/goals/targets/")
    look(boss, "goal-targets")
    boss.locator("#target-on_time a.btn").click()
    boss.locator("#dialog[open] form").wait_for()
    boss.locator("#dialog [name=value]").fill("97.5")
    boss.locator("#dialog [name=reason]").fill("市域社会治理年度考核办法")
    look(boss, "goal-target-new")
    with boss.expect_navigation():
        boss.locator("#dialog .dialog-foot .btn").last.click()
    boss.get_by_text("市域社会治理年度考核办法").wait_for()
    assert GoalTarget.objects.get().value == 97.5  # what was typed

    row = OnlineOpinion.objects.get(platform="news")
    pages = {"opinions": "/opinions/", "opinions-figures": "/opinions/figures/"}
    pages["opinion"] = f"/opinions/{OnlineOpinion.objects.get(platform='short_video').number}/"
    for name, address in pages.items():
        boss.goto(address)
        look(boss, name)
    boss.goto(f"/opinions/{row.number}/")
    boss.locator(".action-bar a[href$='/do/assign/']").click()
    boss.locator("#dialog[open] form").wait_for()
    boss.locator("#dialog [name=level][value=major]").check()
    boss.locator("#dialog [role=combobox]").fill("城市管理局")
    boss.locator("#dialog [role=option]").first.click()
    boss.locator("#dialog [name=opinion]").fill("情况属实，请现场核实并公开回应")
    look(boss, "opinion-assign")
    with boss.expect_navigation():
        boss.locator("#dialog .dialog-foot .btn").last.click()
    boss.get_by_text("待回应").first.wait_for()
    row.refresh_from_db()
    assert (row.state, row.level) == ("assigned", "major")
    boss.goto("/opinions/new/")
    look(boss, "opinion-new")
    rules = {"opinions-rules": "", "opinion-post": "posts/new/", "opinion-limit": "limits/respond/major/"}
    for name, address in rules.items():
        boss.goto(f"/opinions/rules/{address}")
        look(boss, name)
    narrow(boss, "/opinions/", "opinions")
    narrow(boss, "/opinions/rules/", "opinions-rules")
    narrow(boss, "/goals/", "goals")
