"""The pages of online opinion: from the finding to the result, who sees what, lists, figures, the ticket's page."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from grids import scope as scopes
from incidents import catalogue
from incidents.models import Ticket
from opinions import conduct, finding, panel
from opinions.models import OnlineOpinion, OpinionPost
from tests.cast import Cast, MakeTicket
from tests.opinions.props import FAR_TOWN, GRID, TOWN, data_for, found, opinion

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"opinions:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def typed(**changes: Any) -> dict[str, Any]:
    facts = vars(found(found_at=now())) | {"found_at": f"{local(now()):%Y-%m-%dT%H:%M}"}
    return {key: value for key, value in (facts | changes).items() if value is not None}


def fresh(cast: Cast, **changes: Any) -> OnlineOpinion:
    """An opinion found just now."""
    at = now()
    return finding.register(found(found_at=at, **changes), by=cast.oversight, at=at)


def test_from_the_finding_to_the_result(cast: Cast, enter: Callable[[str], Client]) -> None:
    boss = enter("oversight")
    assert boss.get(url("new")).status_code == 200
    assert boss.post(url("new"), typed(place="")).status_code == 422
    assert boss.post(url("new"), typed(platform="smoke")).status_code == 422
    assert boss.post(url("new"), typed(link="nowhere")).status_code == 422
    made = boss.post(url("new"), typed())
    row = OnlineOpinion.objects.get()
    assert made["Location"] == url("opinion", row.number)
    page = text(boss.get(url("opinion", row.number)))
    assert "文*****" in page
    assert "文津居民小李" not in page, "the account is masked"
    for name in ("watch", "assign", "observe", "dismiss"):
        assert f"/do/{name}/" in page
        assert boss.get(url("verb", row.number, name)).status_code == 200
    raising = url("verb", row.number, "raise_ticket")
    assert boss.get(raising).status_code == 403, "oversight registers no tickets"
    assert enter("dispatcher").get(raising).status_code == 200
    assert boss.get(url("verb", row.number, "close")).status_code == 409
    assert boss.get(url("verb", row.number, "register")).status_code == 404
    assign = data_for(cast, "assign") | {"version": 1}
    assert boss.post(url("verb", row.number, "assign"), assign | {"level": ""}).status_code == 422
    assert boss.post(url("verb", row.number, "assign"), assign | {"unit": 999_999}).status_code == 422
    done = boss.post(url("verb", row.number, "assign"), assign, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == url("opinion", row.number)
    assert boss.post(url("verb", row.number, "assign"), assign).status_code == 409, "somebody was faster"
    lead = enter("lead")
    assert row.title in text(lead.get(url("list"), {"mine": "1"}))
    assert boss.get(url("verb", row.number, "respond")).status_code == 403
    answer = data_for(cast, "respond") | {"version": 2}
    assert lead.post(url("verb", row.number, "respond"), answer).status_code == 302
    close = data_for(cast, "close") | {"version": 3}
    assert lead.post(url("verb", row.number, "close"), close).status_code == 403
    assert boss.post(url("verb", row.number, "close"), close).status_code == 302
    page = text(boss.get(url("opinion", row.number)))
    assert "已解释说明" in page
    assert "按时回应" in page


def test_few_people_read_it(cast: Cast, enter: Callable[[str], Client]) -> None:
    row = fresh(cast)
    for name in ("oversight", "duty", "dispatcher", "leader", "town"):
        assert enter(name).get(url("opinion", row.number)).status_code == 200, name
    for name in ("far_town", "far_oversight", "lead", "community", "handler"):
        client = enter(name)
        assert client.get(url("opinion", row.number)).status_code == 404, name
        assert client.get(url("verb", row.number, "watch")).status_code == 404
        assert len(client.get(url("list")).context["rows"]) == 0
    for name in ("worker", "auditor", "administrator", "outsider", "mediator"):
        client = enter(name)
        for page in (url("list"), url("figures"), url("new"), url("export")):
            assert client.get(page).status_code == 403, name
        assert client.get(url("opinion", row.number)).status_code == 404
        assert client.get(url("pick-places")).json() == []
    OpinionPost.objects.create(user=cast.worker.user, region=cast.region(TOWN), starts_on=local(now()).date())
    worker = enter("worker")
    assert worker.get(url("opinion", row.number)).status_code == 200
    assert worker.post(url("new"), typed(title="岗位登记")).status_code == 302
    assert enter("town").post(url("new"), typed(place=FAR_TOWN)).status_code == 403
    assert enter("leader").get(url("new")).status_code == 403
    assert enter("lead").get(url("new")).status_code == 403
    assert Client().get(url("list")).status_code == 302


def test_lists_filter_and_do_not_grow_statements(cast: Cast, enter: Callable[[str], Client]) -> None:
    boss, counted = enter("oversight"), []
    boss.get(url("list"))
    for number in (1, 3):
        while OnlineOpinion.objects.count() < number:
            fresh(cast, title=f"舆情{OnlineOpinion.objects.count()}")
        with CaptureQueriesContext(connection) as seen:
            assert len(boss.get(url("list")).context["rows"]) == number
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 10
    old = opinion(cast, "assigned", platform="weibo", title="旧闻")
    today = f"{local(now()):%Y-%m-%d}"
    for query, count in (
        ({"platform": "weibo"}, 1),
        ({"state": "registered"}, 3),
        ({"level": "larger"}, 1),
        ({"sentiment": "positive"}, 0),
        ({"q": "舆情1"}, 1),
        ({"q": old.number}, 1),
        ({"open": "1"}, 4),
        ({"since": today}, 3),
        ({"until": "2026-11-16"}, 1),
        ({"since": "x", "late": "1"}, 1),
        ({"in_time": "1"}, 0),
    ):
        assert len(boss.get(url("list"), query).context["rows"]) == count, query


def test_figures_open_equal_lists(cast: Cast, enter: Callable[[str], Client]) -> None:
    at = now()
    for platform in ("weibo", "weibo", "forum"):
        row = fresh(cast, platform=platform)
        conduct.perform("assign", row.pk, by=cast.oversight, at=at, **data_for(cast, "assign"))
    conduct.perform("respond", row.pk, by=cast.lead, at=now(), **data_for(cast, "respond"))
    boss = enter("oversight")
    page = boss.get(url("figures"))
    assert page.context["found"].total.count == 3
    links = re.findall(rf'<a href="{url("list")}\?([^"]+)">(\d+)</a>', text(page))
    assert len(links) > 10
    for query, shown in links:
        listed = boss.get(f"{url('list')}?{unescape(query)}").context["rows"]
        assert len(listed) == int(shown), query
    assert boss.get(url("figures"), {"since": "2026-11-02", "until": "2026-11-01"}).status_code == 400


def test_the_export_is_harmless_and_journalled(cast: Cast, enter: Callable[[str], Client]) -> None:
    fresh(cast, title="=cmd|' /C calc'!A0")
    answer = enter("oversight").get(url("export"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert "'=cmd" in lines[1]
    assert "居民小李" not in lines[1]
    assert AuditEntry.objects.get(verb="opinion.export").details["rows"] == 1


def test_a_ticket_of_the_matter_leads_there_and_shows_it(
    cast: Cast, enter: Callable[[str], Client], make_ticket: MakeTicket
) -> None:
    at = now()
    ticket, other = make_ticket(category="1703", at=at), make_ticket(at=at)
    bare = Ticket.objects.only("region_path", "number", "category_id").get(pk=ticket.pk)
    for actor in (cast.oversight, cast.far_oversight):
        scopes.of(actor.user)  # read once for each request
    catalogue.current()
    with CaptureQueriesContext(connection) as seen:
        assert len(panel.buttons(bare, cast.oversight, at)) == 1
        assert not panel.buttons(bare, cast.far_oversight, at)
    assert len(seen) == 0, "lists of tickets show these buttons too"
    boss = enter("oversight")
    address = reverse("incidents:ticket", args=[ticket.number])
    new = f"{url('new')}?ticket={ticket.number}"
    assert new in text(boss.get(address))
    assert url("new") not in text(boss.get(reverse("incidents:ticket", args=[other.number])))
    form = boss.get(new, headers={"HX-Request": "true"})
    assert ticket.title in text(form)
    assert form.context["form"]["place"].value() == GRID
    assert boss.get(f"{url('new')}?ticket=WG1").status_code == 404
    sent = boss.post(url("new"), typed(ticket=ticket.number), headers={"HX-Request": "true"})
    row = OnlineOpinion.objects.get()
    assert sent["HX-Redirect"] == url("opinion", row.number)
    assert row.number in text(boss.get(address))
    assert ticket.number in text(boss.get(url("opinion", row.number)))
    assert boss.post(url("new"), typed(ticket=other.number)).status_code == 422


def test_places_are_found_inside_the_own_area(cast: Cast, enter: Callable[[str], Client]) -> None:
    town = enter("town")
    assert town.get(url("pick-places")).json()[0]["value"] == TOWN
    assert town.get(url("pick-places"), {"q": "石桥"}).json() == []
    assert [row["value"] for row in town.get(url("pick-places"), {"q": GRID}).json()] == [GRID]
