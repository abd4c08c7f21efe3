"""Weeks, months and longer from the sums: numbers equal their lists, whoever reads them sees the own places only, a
broken definition is told, and the cost does not depend on the tickets.
"""

import io
import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from assessment.models import IndicatorDefinition
from assessment.periods import DAY, Period
from assessment.rules import subject_of
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.command import views
from governance.command.picture import files, spans
from governance.command.picture.pages import periods_of
from governance.command.picture.spans import before, months_earlier, picture, span, year_before
from tests.assessment.props import COMMUNITY, TOWN, take_in
from tests.cast import HOUR, LITTER, MONDAY, Cast, MakeTicket, Photo

TODAY = date(2026, 11, 18)
NOON = MONDAY + 2 * DAY + 6 * HOUR
LINK = re.compile(r'<a [^>]*href="(/assessment/indicators/[^"]+/items/\?[^"]+)"[^>]*>(\d+)</a>')


@pytest.fixture
def counted(cast: Cast, make_ticket: MakeTicket, photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three weeks of both towns, one report of a worker, some a year ago."""
    for module in (views, files):
        monkeypatch.setattr(module, "now", lambda: NOON)
    for days in (0, 1, 5, 20, 32, 366):
        make_ticket("closed", at=MONDAY - days * DAY, column=days % 4)
        make_ticket("handling", at=MONDAY - days * DAY + HOUR, column=(days + 1) % 4, category=LITTER)
    make_ticket(
        "closed", at=MONDAY, source="worker", by=cast.worker, attachments=[photo(cast.worker)], silent=True
    )
    take_in()


def test_stretches_of_days() -> None:
    assert span("week", TODAY) == Period(since=date(2026, 11, 12), until=date(2026, 11, 19))
    assert span("month", TODAY).since == date(2026, 11, 1)
    assert span("quarter", TODAY).since == date(2026, 10, 1)
    assert span("year", TODAY).since == date(2026, 1, 1)
    assert before("week", span("week", TODAY)) == Period(since=date(2026, 11, 5), until=date(2026, 11, 12))
    assert before("month", span("month", TODAY)) == Period(since=date(2026, 10, 1), until=date(2026, 10, 19))
    assert before("quarter", span("quarter", TODAY)).since == date(2026, 7, 1)
    assert before("year", span("year", TODAY)).until == date(2025, 11, 19)
    assert year_before(span("month", TODAY)) == Period(since=date(2025, 11, 1), until=date(2025, 11, 19))
    assert months_earlier(date(2028, 3, 31), 1) == date(2028, 2, 29)
    assert months_earlier(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months_earlier(date(2026, 1, 31), 1) == date(2025, 12, 31)


@pytest.mark.django_db
def test_each_number_opens_a_list_of_as_many(counted: None, cast: Cast, client: Client) -> None:
    seen = 0
    for who in ("leader", "town", "community", "lead"):
        client.force_login(User.objects.get(username=who))
        for name in spans.SPANS:
            page = client.get("/dashboard/", {"period": name})
            assert page.status_code == 200, (who, name)
            for url, number in LINK.findall(page.content.decode()):
                found = client.get(unescape(url))
                assert found.status_code == 200
                assert found.context["count"] == int(number), (who, name, url)
                if int(number) <= 40:
                    assert len(found.context["lines"]) == int(number), (who, name, url)
                seen += 1
    assert seen > 200


@pytest.mark.django_db
def test_counts_by_hand(counted: None, cast: Cast) -> None:
    found = picture("month", cast.leader, subject_of(cast.leader), TODAY)
    intake = found.tiles["K15"].shown.figure
    assert (intake.part, intake.whole) == (1, 7)
    assert found.tiles["K18.once"].shown.figure.whole == 4
    assert [(item.count, item.words) for item in found.compared] == [(2, "上月同期"), (2, "去年同期")]
    year = picture("year", cast.leader, subject_of(cast.leader), TODAY)
    assert [item.words for item in year.compared] == ["去年同期"], "the year before is last year"
    assert sum(beat.intake.whole for beat in found.beats) == 7
    assert len(found.beats) == 18
    by_place = {line.subject.code: line.cells[0].shown.figure.whole for line in found.lines}
    assert sum(by_place.values()) == 7
    assert by_place[TOWN] > 0
    ranks = [line.rank for line in found.lines if line.rank]
    assert ranks == sorted(ranks)
    year = picture("year", cast.leader, subject_of(cast.leader), TODAY)
    assert [beat.label for beat in year.beats][:2] == ["2026-01", "2026-02"]
    assert not year.is_by_day
    assert year.tiles["K15"].shown.figure.whole == 11


@pytest.mark.django_db
def test_places_beyond_the_own_are_not_there(counted: None, cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(username="town"))
    assert client.get("/dashboard/", {"period": "month", "place": COMMUNITY}).status_code == 200
    assert client.get("/dashboard/", {"period": "month", "place": "990102001000"}).status_code == 404
    assert client.get("/dashboard/", {"period": "month", "place": "nowhere"}).status_code == 404
    assert client.get("/dashboard/file/", {"period": "month", "place": "990102001000"}).status_code == 404
    assert periods_of(cast.worker) == ("today", "yesterday", "week")
    for name in ("month", "decade"):
        client.force_login(User.objects.get(username="worker"))
        page = client.get("/dashboard/", {"period": name})
        assert page.status_code == 200
        assert f"没有您可查看的时段“{name}”" in page.content.decode()


@pytest.mark.django_db
def test_a_broken_definition_says_why_and_the_others_go_on(counted: None, cast: Cast, client: Client) -> None:
    IndicatorDefinition.objects.filter(code="K05").update(
        whole={"kind": "handle_due", "all": ["no_such_fact"]}
    )
    client.force_login(User.objects.get(username="leader"))
    page = client.get("/dashboard/", {"period": "month"}).content.decode()
    assert "no_such_fact" in page
    found = picture("month", cast.leader, subject_of(cast.leader), TODAY)
    assert found.tiles["K05"].reason
    assert found.tiles["K15"].shown.figure.whole == 7
    IndicatorDefinition.objects.all().delete()
    assert client.get("/dashboard/", {"period": "month"}).status_code == 200


@pytest.mark.django_db
def test_the_switch_of_periods_works_for_a_unit_too(counted: None, cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(username="lead"))
    page = client.get("/dashboard/", {"period": "month"}).content.decode()
    links = {unescape(url) for url in re.findall(r'href="(\?period=[^"]+)"', page)}
    assert len(links) > 5
    for url in links:
        assert client.get(f"/dashboard/{url}").status_code == 200, url


@pytest.mark.django_db
def test_files_hold_the_same_and_are_journalled(counted: None, cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(username="leader"))
    text = client.get("/dashboard/file/", {"period": "month"}).content.decode()
    assert TOWN in text
    assert "DC" in text.splitlines()[0], "the watermark carries its number"
    assert "K15" in text.splitlines()[1]
    answer = client.get("/dashboard/file/", {"period": "today", "format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in sheet[1]][1] == "区域代码"
    assert AuditEntry.objects.filter(verb="dashboard.exported").count() == 2
    assert client.get("/dashboard/file/", {"format": "doc"}).status_code == 400
    client.force_login(User.objects.get(username="outsider"))
    assert client.get("/dashboard/file/").status_code == 403
    assert AuditEntry.objects.filter(verb="dashboard.exported").count() == 2


@pytest.mark.usefixtures("steady")
@pytest.mark.django_db
def test_the_cost_does_not_depend_on_the_tickets(cast: Cast, make_ticket: MakeTicket) -> None:
    seen = []
    for many in (1, 3):
        make_ticket("closed", at=MONDAY, column=many)
        take_in()
        subject = subject_of(cast.leader)
        with CaptureQueriesContext(connection) as queries:
            picture("quarter", cast.leader, subject, TODAY)
        statements = [query["sql"] for query in queries if "SET LOCAL" not in (query["sql"] or "")]
        assert not any("incidents_ticket" in (sql or "") for sql in statements)
        seen.append(len(statements))
    assert seen[0] == seen[1] == 11
