"""What a phone sends once the line returns of second looks and joint tasks, and what is pushed to it meanwhile."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from fieldwork.hazards.models import Hazard
from fieldwork.models import PushSubscription, SyncAction
from fieldwork.push import keys
from governance.foundation.clock import now
from incidents import channels
from incidents.models import Assignment, Ticket
from tests.browser.test_phone import look, shoot
from tests.browser.test_phone_offline import STATE, phone, wait_until_kept
from tests.cast import DAY, HOUR, INJURY, LITTER, Cast, MakeTicket
from tests.faults.processes import wait_for
from tests.fieldwork.props_hazards import hazard
from tests.fieldwork.test_push import Browser, Receiver, push_site, receiver, told

__all__ = ["phone", "push_site", "receiver"]


@pytest.mark.django_db(transaction=True)
def test_a_second_look_and_the_own_part_without_a_line(
    phone: Callable[[], Any], cast: Cast, make_ticket: MakeTicket, tmp_path: Path
) -> None:
    row = hazard(cast, "submitted", at=now() - 2 * DAY)
    ticket = make_ticket("handling", category=INJURY, to="CG", co_handlers=("G1",), at=now() - HOUR)
    part = Assignment.objects.get(ticket=ticket, role=Assignment.Role.CO_HANDLER)
    case, base = f"/m/tickets/{ticket.number}/", f"/m/tickets/{ticket.number}/parts/{part.pk}"
    looked_at = f"/m/hazards/{row.number}/"
    page = phone()
    page.goto("/m/")
    wait_until_kept(
        page,
        looked_at,
        case,
        f"part {base}/sign_part/",
        f"part {base}/answer_part/?ahead=1",
        "/m/outbox/",
        "/m/report/",
    )
    page.context.set_offline(True)

    page.goto(looked_at)
    shoot(page, tmp_path, "photos")
    page.get_by_text("复查合格，销号", exact=True).click()
    page.locator(".phone-submit .btn-primary").click()
    page.locator(".has-error [data-phone-error]", has_text="请先填写").wait_for()
    page.fill("[name=opinion]", "通道已清空，应急灯已修复")
    look(page, "phone-offline-second-look")
    page.locator(".phone-submit .btn-primary").click()
    page.wait_for_url("**/m/outbox/")
    page.goto(case)
    page.locator(f"a[data-dialog='{base}/sign_part/']").click()
    page.locator("#dialog[open] .dialog-foot .btn-primary").click()
    page.wait_for_url("**/m/outbox/")
    page.goto(case)
    page.locator("a[data-ahead]").click()
    page.locator("#dialog[open] [name=result_kind]").first.wait_for(state="attached")
    page.locator("#dialog[open] label", has_text="已解决").click()
    page.fill("#dialog[open] [name=opinion]", "已配合清场")
    page.locator("#dialog[open] .dialog-foot .btn-primary").click()
    page.wait_for_url("**/m/outbox/")
    for number in range(2):  # sent the moment that it was typed: the next one begins empty and is another
        page.goto("/m/report/")
        expect(page.locator("[data-draft-note]")).to_be_hidden()
        expect(page.locator("#id_content")).to_have_value("")
        shoot(page, tmp_path, seed=number)
        page.locator(".position-state", has_text="12").wait_for()
        page.locator(f"[data-matter='{LITTER}']").click()
        page.fill("#id_content", f"垃圾满溢{number}")
        page.evaluate("document.querySelector('[data-send]').click()")
        page.wait_for_url("**/m/outbox/")
    expect(page.locator("[data-group=waiting] li")).to_have_count(5)
    part.refresh_from_db()
    assert (part.state, Hazard.objects.get().state) == ("assigned", "submitted"), "nothing has got through"

    page.context.set_offline(False)
    page.locator(STATE.format(state="synced")).wait_for()
    part.refresh_from_db()
    assert (part.state, part.answer) == ("answered", "已配合清场")
    row.refresh_from_db()
    assert (row.state, row.steps.filter(verb="accept").count()) == ("accepted", 1)
    kinds = SyncAction.objects.order_by("id").values_list("kind", "outcome")
    wanted = ["answer_part", "hazard_recheck", "report", "report", "sign_part"]
    assert sorted(kinds) == [(kind, "sent") for kind in wanted]
    reports = Ticket.objects.filter(source__code="worker")
    assert sorted(reports.values_list("content", flat=True)) == ["垃圾满溢0", "垃圾满溢1"]


STANDS_IN = """(told) => {
  let own = null;
  const made = { toJSON: () => told, unsubscribe: async () => { own = null; return true; } };
  PushManager.prototype.subscribe = async (options) => {
    window.pushKey = [...new Uint8Array(options.applicationServerKey)];
    own = made;
    return made;
  };
  PushManager.prototype.getSubscription = async () => own;
}"""
"""The browser's own push service cannot be reached here: a receiver on this machine stands for it."""

NOTED = """() => {
  self.shown = [];
  registration.showNotification = async (title, options) => { shown.push({ title, ...options }); };
}"""
"""A browser without a screen shows nothing: what the service worker asks it to show is noted."""


@pytest.mark.django_db(transaction=True)
def test_a_push_message_reaches_the_phone_and_is_shown(
    phone: Callable[[], Any], cast: Cast, receiver: Receiver, push_site: None
) -> None:
    browser = Browser()
    given = {
        "endpoint": f"{receiver.url}/push/1",
        "keys": {"p256dh": browser.point, "auth": keys.encoded(browser.secret)},
    }
    page = phone()
    page.context.grant_permissions(["geolocation", "notifications"])
    page.add_init_script(f"({STANDS_IN})({json.dumps(given)})")
    page.goto("/m/me/")
    page.locator("[data-push-do=on]").click()
    page.locator("[data-push-on]:not([hidden])").wait_for()
    assert keys.encoded(bytes(page.evaluate("pushKey"))) == keys.public_key()
    assert PushSubscription.objects.get().endpoint == given["endpoint"]
    look(page, "phone-push")

    told(cast)
    assert channels.send_due(at=now()) == 1
    message = browser.opened(receiver.got[0].body)
    session = page.context.new_cdp_session(page)
    found: list[Any] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    origin = page.evaluate("location.origin")
    wait_for(lambda: page.evaluate("true") and any(item["scopeURL"] == f"{origin}/m/" for item in found))
    where = next(item for item in found if item["scopeURL"] == f"{origin}/m/")
    (worker,) = page.context.service_workers
    worker.evaluate(NOTED)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": where["registrationId"], "data": json.dumps(message)},
    )
    wait_for(lambda: worker.evaluate("shown.length"))
    (shown,) = worker.evaluate("shown")
    assert (shown["title"], shown["body"], shown["tag"]) == (
        message["title"],
        message["body"],
        message["tag"],
    )
    assert shown["data"] == {"url": "/m/visits/7/"}
    page.locator("[data-push-do=off]").click()
    page.locator("[data-push-off]:not([hidden])").wait_for()
    assert not PushSubscription.objects.exists()
