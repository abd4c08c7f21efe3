"""The burden counter: what counts, by line, place and month, year on year; the list behind a number; who reads what."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from openpyxl import load_workbook

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.command.burden import sources
from governance.command.burden.counting import (
    count_due,
    count_month,
    fill,
    line_words,
    next_month,
    place_words,
    table,
)
from governance.command.burden.sources import register, source_named
from governance.command.models import BurdenCell, BurdenMonth, is_free_for_one
from governance.command.tasks import count_burden, fill_burden
from governance.foundation.errors import Forbidden
from incidents.models import Ticket
from tests.cast import LITTER, MONDAY, STREET_TRADE, Cast, MakeTicket
from tests.mandates.props import application

pytestmark = pytest.mark.django_db
NOVEMBER, LAST_NOVEMBER = date(2026, 11, 1), date(2025, 11, 1)
LATER = MONDAY + timedelta(days=30)
ALL = 1_000
TOWN, FAR = "9901/990101/990101001/", "9901/990102/990102001/"


@pytest.fixture
def get(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("governance.command.burden.views.now", lambda: LATER)

    def ask(by: Actor, url: str, **query: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


@pytest.fixture
def dispatched(make_ticket: MakeTicket) -> list[Ticket]:
    """Two tickets of one line to the town's base this November, one of another line a year before."""
    rows = [
        make_ticket("dispatched", category=STREET_TRADE, to="E1"),
        make_ticket("dispatched", category=STREET_TRADE, to="G1"),
        make_ticket("dispatched", category=LITTER, to="G1"),
        make_ticket("dispatched", category=STREET_TRADE, to="CG"),
    ]
    Ticket.objects.filter(pk=rows[2].pk).update(
        registered_at=MONDAY - timedelta(days=365), first_dispatched_at=MONDAY - timedelta(days=365)
    )
    return rows


def count(by: Actor, **changes: Any) -> Any:
    return table(by, 2026, **{"source": "", "at": LATER} | changes)


class TestCounting:
    def test_by_line_place_and_month_year_on_year(self, cast: Cast, dispatched: list[Ticket]) -> None:
        assert count_due(at=LATER, at_once=ALL) > 0
        found = count(cast.leader, source="tickets")
        (row,) = [row for row in found.lines if row.total]
        assert (row.label, row.months[10], row.total, row.before) == ("城市管理局", 2, 2, 1)
        assert [(place.label, place.total, place.before) for place in found.places] == [("文津街道", 2, 1)]
        assert found.compared == 11
        assert (found.whole.same, found.whole.before, str(found.whole.change)) == (2, 1, "100.00")
        assert count(cast.leader, at=MONDAY).compared == 10

    def test_counting_again_changes_nothing_and_past_months_stand(
        self, cast: Cast, dispatched: list[Ticket], make_ticket: MakeTicket
    ) -> None:
        count_due(at=MONDAY + timedelta(hours=8), at_once=ALL)
        before = sorted(BurdenCell.objects.values_list("month__month", "line", "place_path", "count"))
        count_due(at=MONDAY + timedelta(hours=9), at_once=ALL)
        assert sorted(BurdenCell.objects.values_list("month__month", "line", "place_path", "count")) == before
        heads = dict(BurdenMonth.objects.filter(source="tickets").values_list("month", "counted_at"))
        assert heads[LAST_NOVEMBER] == MONDAY + timedelta(hours=8)
        assert heads[NOVEMBER] == MONDAY + timedelta(hours=9)
        assert count_month(source_named("tickets"), NOVEMBER, at=LATER) == 2  # type: ignore[arg-type]
        assert BurdenMonth.objects.filter(source="tickets", month=NOVEMBER).count() == 1

    def test_one_run_is_bounded_and_the_next_goes_on(self, cast: Cast) -> None:
        first = count_due(at=LATER, at_once=3)
        assert BurdenMonth.objects.count() == first
        assert count_burden() > 0
        assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)

    def test_two_years_are_filled_within_minutes(self, cast: Cast) -> None:
        """Sixty months of sources a turn, a turn every fifteen seconds; the newest first; then nothing is left."""
        months = 13 * len(sources.sources())
        assert fill(at=LATER, at_once=1) == 1
        assert BurdenMonth.objects.get().month == date(2026, 12, 1)
        turns = 0
        while fill_burden():
            turns += 1
        assert BurdenMonth.objects.count() >= months
        assert turns * 15 < 150

    def test_two_runs_do_not_fill_at_once(self, cast: Cast) -> None:
        with ThreadPoolExecutor(1) as other, transaction.atomic():
            assert is_free_for_one("burden", "fill")

            def beside() -> int:
                try:
                    return fill(at=LATER)
                finally:
                    connection.close()

            assert other.submit(beside).result() == 0

    def test_every_source_can_be_asked_and_shown(self, cast: Cast) -> None:
        since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        application(cast, state="in_force", since=NOVEMBER, until=date(2026, 12, 31), at=MONDAY)
        names = [source.name for source in sources.sources()]
        assert names == sorted(names, key=names.index)
        for source in sources.sources():
            rows = source.rows(since, until)
            assert rows.filter(of_town__startswith="9901/", of_line="").count() >= 0
            assert source.seen(rows, cast.leader).count() <= rows.count()
        (row,) = source_named("mandates").rows(since, until)  # type: ignore[union-attr]
        assert row.issued == NOVEMBER
        assert source_named("mandates").show(row).url.startswith("/mandates/access/")  # type: ignore[union-attr]

    def test_another_room_can_register(self, cast: Cast) -> None:
        known = source_named("tickets")
        assert known is not None
        register(known)
        assert source_named("tickets") is known
        assert source_named("none") is None

    def test_words_of_lines_and_places(self, cast: Cast) -> None:
        assert line_words("CG") == "城市管理局"
        assert line_words("") == "指挥中心及属地"
        assert line_words("WY") == "物业服务企业"
        assert line_words("ZZ") == "ZZ"
        assert place_words(TOWN) == "文津街道"
        assert place_words("9901/990101/990101099/") == "990101099"


class TestReaders:
    def test_places_for_leaders_and_towns_the_own_line_for_those_who_issue(
        self, cast: Cast, dispatched: list[Ticket]
    ) -> None:
        count_due(at=LATER, at_once=ALL)
        for by, total in (
            (cast.leader, 2),
            (cast.oversight, 2),
            (cast.town, 2),
            (cast.far_town, 0),
            (cast.lead, 2),
        ):
            assert count(by, source="tickets").whole.total == total, by
        assert [row.key for row in count(cast.lead, source="tickets").lines] == ["CG"]
        for by in (cast.worker, cast.handler, cast.mediator, cast.auditor, cast.administrator, cast.outsider):
            with pytest.raises(Forbidden):
                count(by)


class TestPages:
    def test_every_number_leads_to_its_list(self, get: Any, cast: Cast, dispatched: list[Ticket]) -> None:
        count_due(at=LATER, at_once=ALL)
        page = get(cast.leader, "/burden/", source="tickets")
        line = page.context["parts"][0]["rows"][0]
        for number, url in [
            *line["cells"],
            (line["row"].total, line["url"]),
            (line["row"].before, line["before_url"]),
        ]:
            if number:
                listed = get(cast.leader, url)
                assert listed.context["total"] == number, url
                assert listed.context["hidden"] == 0
        place = page.context["parts"][1]["rows"][0]
        listed = get(cast.leader, place["before_url"])
        assert [row["item"].number for row in listed.context["blocks"][0]["rows"]] == [dispatched[2].number]
        assert "上年同期" in page.content.decode()

    def test_what_a_reader_may_not_open_is_counted_and_not_shown(
        self, get: Any, cast: Cast, dispatched: list[Ticket]
    ) -> None:
        count_due(at=LATER, at_once=ALL)
        listed = get(cast.lead, "/burden/list/", year="2026", month="11", source="tickets", line="CG")
        assert listed.context["total"] == 2
        shown = sum(len(block["rows"]) for block in listed.context["blocks"])
        assert shown + listed.context["hidden"] == 2
        assert listed.context["hidden"] > 0
        assert "不在您的查看范围内" in listed.content.decode()
        far = get(cast.far_town, "/burden/list/", year="2026", month="11", place=TOWN)
        assert far.context["total"] == 0
        assert "没有下达" in far.content.decode()

    def test_bad_input_and_strangers(self, get: Any, cast: Cast) -> None:
        assert get(cast.leader, "/burden/", year="1999").status_code == 400
        assert get(cast.leader, "/burden/", year="x").status_code == 400
        for query in ({"month": "13"}, {"month": "x"}, {"upto": "0"}, {"year": "99999"}):
            assert get(cast.leader, "/burden/list/", **query).status_code == 400, query
        assert get(cast.leader, "/burden/list/", source="none").status_code == 404
        assert "尚未统计" in get(cast.leader, "/burden/").content.decode()
        for url in ("/burden/", "/burden/list/", "/burden/export/"):
            assert get(cast.worker, url).status_code == 403

    def test_the_file_is_on_record(
        self, get: Any, cast: Cast, dispatched: list[Ticket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        count_due(at=LATER, at_once=ALL)
        text = get(cast.oversight, "/burden/export/", source="tickets").content.decode("utf-8-sig")
        assert cast.oversight.name in text.splitlines()[0], "the watermark says who took it"
        assert "按下达条线,城市管理局" in text
        assert "100.00" in text
        book = load_workbook(io.BytesIO(get(cast.oversight, "/burden/export/", format="xlsx").content))
        assert ("按下达条线", "城市管理局") in [row[:2] for row in book.active.values]
        assert get(cast.oversight, "/burden/export/", format="pdf").status_code == 400
        monkeypatch.setattr("governance.command.burden.views.may_export", lambda _by: False)
        assert get(cast.oversight, "/burden/export/").status_code == 403
        kept = AuditEntry.objects.filter(verb="burden.export").order_by("id")
        assert [entry.details["format"] for entry in kept] == ["csv", "xlsx"]
