"""The phone in a real browser, 390 x 844: report with a photo and a position, sign, feed back; the dashboard.

Every page is looked at: no console error, nothing serious for axe, no sideways scroll, targets of 44 pixels.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from governance.foundation.clock import now
from incidents.models import Ticket
from tests import city
from tests.browser.test_desk_story import QUIET, keep_screen
from tests.cast import HOUR, LITTER, Cast, MakeTicket, earlier_today, jpeg
from tests.faults.processes import wait_for

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DRAFTS = "Object.entries(localStorage).filter(([key]) => key.startsWith('draft:')).join()"
TARGET_PX = 44
PATIENCE_MS = 60_000
SMALL = """() => [...document.querySelectorAll('a, button, summary, label.btn')].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.width && !one.closest('.map-box, .skip-link, .timeline, p') && Math.max(box.height, 0) < %d - 0.5
    && !one.closest('.skip-link');
}).map((one) => one.outerHTML.slice(0, 120))"""


def held_back(page: Any, scripts: "re.Pattern[str]") -> Callable[[], None]:
    """These scripts do not arrive before what this gives is called."""
    held: list[Any] = []
    is_open = False

    def hold(route: Any) -> None:
        if is_open:
            route.continue_()
        else:
            held.append(route)

    def let_go() -> None:
        nonlocal is_open
        is_open = True
        for route in held:
            route.continue_()

    page.route(scripts, hold)
    return let_go


@pytest.fixture
def enter(browser: Any, browser_context_args: Any, live_server: Any, cast: Cast) -> Iterator[Callable]:
    """Signs one of the cast in on a phone (or a desk); `where` is the position that the phone reports."""
    contexts, wrong = [], []

    def listen(message: Any) -> None:
        if message.type == "error" and "status of 422" not in message.text:
            wrong.append(message.text)

    def sign_in(name: str, *, where: tuple[float, float] | None = None, size: Any = PHONE) -> Any:
        options = {**browser_context_args, "viewport": size, "base_url": live_server.url}
        if size is PHONE:
            options |= {"is_mobile": True, "has_touch": True, "device_scale_factor": 2}
        if where is not None:
            options["geolocation"] = {"longitude": where[0], "latitude": where[1], "accuracy": 12}
            options["permissions"] = ["geolocation"]
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(QUIET)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto("/login/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", city.PASSWORD)
        page.locator(".sign-in-card .btn-primary").click()
        page.wait_for_url(re.compile(r"/(inbox|dashboard|m)/"))
        contexts.append(context)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert wrong == []


def look(page: Any, name: str, *, is_phone: bool = True) -> None:
    """A screenshot; axe finds nothing serious; nothing sticks out; what is pressed is big enough."""
    keep_screen(page, name, full_page=True)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (item["id"], [node["html"][:200] for node in item["nodes"]])
        for item in found["violations"]
        if item["impact"] in {"serious", "critical"}
    ]
    assert serious == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if is_phone:
        assert page.evaluate(SMALL % TARGET_PX) == [], name


def shoot(page: Any, tmp_path: Path, field: str = "attachments", seed: int = 0, spare: int = 0) -> None:
    """Take a photo with the phone's camera; `spare` bytes make the file larger."""
    path = tmp_path / f"{field}.jpg"
    path.write_bytes(jpeg(seed) + bytes(spare))
    box = page.locator(f"[data-photos][data-name={field}]")
    box.locator("[data-photo-input]").first.set_input_files(path)
    box.locator("[data-photo-id]").first.wait_for()


@pytest.mark.django_db(transaction=True)
def test_a_report_with_a_photo_and_the_phones_position(enter: Callable, tmp_path: Path) -> None:
    page = enter("worker", where=city.centre(0))
    page.goto("/m/report/")
    shoot(page, tmp_path)
    page.locator("[data-located][data-state=inside]", has_text="第1网格").wait_for()
    page.fill("#id_content", "店外经营占了半条人行道")
    page.locator("[data-suggested] [data-matter]", has_text="店外经营").click()
    expect(page.locator("[data-suggested] [aria-pressed=true]")).to_have_count(1)
    page.locator("[data-matter]").first.click()
    page.locator("#report-map[data-state=ready]").wait_for()
    look(page, "phone-report")
    page.locator("[data-send]").dblclick()
    page.wait_for_url(re.compile(r"/m/tickets/WG\d+/"))
    page.locator("#ticket-map[data-state=ready]").wait_for()
    look(page, "phone-reported")
    ticket = Ticket.objects.get()
    assert (ticket.accuracy, ticket.source.code) == (12, "worker")
    assert abs((ticket.lon or 0) - city.centre(0)[0]) < 1e-6
    page.goto("/m/report/")
    page.locator("[data-located][data-state=inside]").wait_for()
    expect(page.locator("[data-photo-id]")).to_have_count(0)
    page.goto("/m/me/")
    page.locator("a.phone-card").wait_for()
    look(page, "phone-me")


@pytest.mark.django_db(transaction=True)
def test_a_point_from_the_map_where_the_position_is_refused(enter: Callable, tmp_path: Path) -> None:
    page = enter("worker")
    page.goto("/m/report/")
    shoot(page, tmp_path)
    page.locator(".position-state", has_text="定位").wait_for()
    page.locator("#report-map[data-state=ready]").wait_for()
    page.locator("#report-map .map-canvas").click(position={"x": 60, "y": 110})
    page.locator("[data-located][data-state=inside]").wait_for()
    page.locator(f"[data-matter='{LITTER}']").click()
    wait_for(lambda: LITTER in page.evaluate(DRAFTS))  # kept a moment after the last touch
    page.reload()
    page.locator("[data-located][data-state=inside]").wait_for()
    expect(page.locator("[data-matter][aria-pressed=true]")).to_have_count(1)
    page.locator("[data-photo-id]").first.wait_for()
    page.locator("[data-send]").click()
    page.wait_for_url(re.compile(r"/m/"))
    page.locator(".toast-note", has_text="已上报").wait_for()
    assert Ticket.objects.get().accuracy is None


@pytest.mark.django_db(transaction=True)
def test_handled_on_the_spot(enter: Callable, tmp_path: Path) -> None:
    page = enter("worker", where=city.centre(0))
    page.goto("/m/report/")
    shoot(page, tmp_path)
    page.locator("[data-located][data-state=inside]").wait_for()
    page.locator("#id_category_search").fill("wgxj")
    page.locator(f"[data-matter='{LITTER}']").click()
    page.get_by_role("checkbox", name="已自行处置").check()
    shoot(page, tmp_path, "after", seed=3)
    page.locator("[data-send]").click()
    page.locator(".has-error, .is-invalid").first.wait_for()
    page.fill("#id_opinion", "已清运")
    look(page, "phone-self-handled")
    page.locator("[data-send]").click()
    page.wait_for_url(re.compile(r"/m/tickets/WG\d+/"))
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.closure_kind) == ("closed", "self_handled")


@pytest.mark.django_db(transaction=True)
def test_what_is_done_before_a_script_arrives_is_not_lost(enter: Callable, tmp_path: Path) -> None:
    late = re.compile(r"/(picker|photos)[.\w]*\.mjs")

    page = enter("dispatcher", size={"width": 1440, "height": 900})
    let_go = held_back(page, late)
    page.goto("/tickets/new/", wait_until="commit")
    page.locator("#id_category_search").click()
    page.keyboard.type("bllj")
    path = tmp_path / "early.jpg"
    path.write_bytes(jpeg(5))
    page.locator("[data-photo-input]").last.set_input_files(path)
    expect(page.locator("#id_category_list .picker-option, [data-photo-id]")).to_have_count(0)
    let_go()
    page.locator("#id_category_list .picker-option").first.wait_for()
    page.locator("[data-photo-id]").first.wait_for()


@pytest.mark.django_db(transaction=True)
def test_a_draft_comes_back_beside_what_is_typed_early_and_goes_when_taken(enter: Callable) -> None:
    page = enter("dispatcher", size={"width": 1440, "height": 900})
    page.goto("/tickets/new/")
    page.locator("form.register[data-guarded]").wait_for(state="attached")
    page.fill("#id_content", "路灯不亮")
    page.fill("#id_place", "书院路口")
    wait_for(lambda: "书院路口" in page.evaluate(DRAFTS))
    let_go = held_back(page, re.compile(r"/draft[.\w]*\.mjs"))
    page.goto("/tickets/new/", wait_until="commit")
    page.fill("#id_content", "井盖松动")
    assert page.input_value("#id_place") == ""
    let_go()
    page.locator("form.register[data-guarded]").wait_for(state="attached")
    assert page.input_value("#id_place") == "书院路口"
    assert page.input_value("#id_content") == "井盖松动"
    page.locator("#id_category_search").press_sequentially("bllj")
    page.locator("#id_category_list .picker-option").first.click()
    page.locator(".register [data-send], .register .btn-primary").last.click()
    page.wait_for_url(re.compile(r"/tickets/WG\d+/"))
    wait_for(lambda: not page.evaluate(DRAFTS))
    assert Ticket.objects.get().place == "书院路口"


@pytest.mark.django_db(transaction=True)
def test_sign_and_feed_back(enter: Callable, make_ticket: MakeTicket, tmp_path: Path) -> None:
    ticket = make_ticket("dispatched", to="G1", category=LITTER, at=now() - HOUR)
    page = enter("worker")
    page.goto("/m/")
    look(page, "phone-tasks")
    page.locator(f"#task-{ticket.number}").click()
    for verb in ("sign", "feedback"):
        page.wait_for_load_state()  # before the page's scripts run, a verb opens as a page of its own
        page.locator(f".phone-verbs a[href$='/do/{verb}/']").click()
        page.locator("#dialog[open] form").wait_for()
        if verb == "feedback":
            page.locator("#dialog [name=result_kind]").first.check()
            page.fill("#verb_opinion", "垃圾已清运，地面已冲洗")
            shoot(page, tmp_path)
        look(page, f"phone-{verb}")
        with page.expect_navigation():
            page.locator("#dialog .dialog-foot .btn-primary").click()
        page.locator("#case").wait_for()
    ticket.refresh_from_db()
    assert ticket.state == "feedback"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_dashboard(enter: Callable, make_ticket: MakeTicket, width: int, height: int) -> None:
    for column in range(4):
        make_ticket("handling" if column % 2 else "closed", at=earlier_today(now()), column=column)
    page = enter("leader", size={"width": width, "height": height})
    page.goto("/dashboard/")
    page.locator(".chart-box canvas").first.wait_for()
    look(page, f"dashboard-{width}", is_phone=False)
    page.locator(".figure-value a").first.click()
    page.wait_for_url(re.compile(r"/tickets/\?"))
    expect(page.locator("tr[data-row]")).to_have_count(4)
