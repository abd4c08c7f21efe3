"""The pages: every number leads to a list of as many, for whoever may read it and nobody else, at a steady cost."""

import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from assessment.drilling import listing, read_key, write_key
from assessment.freezing import freeze_due
from assessment.models import IndicatorDefinition, RollCursor
from assessment.rollup import rebuild
from assessment.rules import covers_city, may_read, must_read, subject_of, units_of
from assessment.running import catch_up
from assessment.subjects import below
from assessment.tickets.reading import SOURCE
from assessment.views.asking import Question, Shown
from assessment.views.table import table_of
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, Unprocessable
from incidents import transitions
from incidents.models import Ticket
from tests.assessment.props import CITY, COMMUNITY, LATER, TOWN, asked, listed, parts, place, take_in
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket, shanghai

pytestmark = pytest.mark.django_db
DAYS = "since=2026-11-01&last=2026-11-30"
TODAY = date(2026, 12, 16)


@pytest.fixture
def month(cast: Cast, make_ticket: MakeTicket) -> None:
    """Some tickets of both towns."""
    make_ticket("closed")
    make_ticket("returned", at=MONDAY + HOUR, column=1)
    make_ticket("dispatched", at=MONDAY + 2 * HOUR, column=3)
    make_ticket("accepted", at=MONDAY + DAY, column=2)
    take_in()


@pytest.fixture
def visit(cast: Cast, client: Client) -> Callable[..., str]:
    """A page as somebody, with its status."""

    def go(who: str, address: str, status: int = 200) -> str:
        client.force_login(User.objects.get(username=who))
        answer = client.get(address)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode()

    return go


READERS = (
    ("leader", ""),
    ("town", ""),
    ("community", ""),
    ("lead", ""),
    ("oversight", "unit=CG&"),
    ("leader", "place=990101001001001&"),
)


def test_every_number_leads_to_a_list_of_as_many(month: None, cast: Cast) -> None:
    for who, query in READERS:
        actor = getattr(cast, who)
        given = dict(part.split("=") for part in f"{query}{DAYS}".split("&"))
        table = table_of(Question.of(actor, given, TODAY))
        seen = 0
        for row in table.rows:
            if row.own.figure.reason or not row.own.figure.whole:
                continue
            for cell in (row.own, *row.cells):
                seen += compare(actor, row.definition.code, cell)
            if row.cells and row.definition.is_rate:
                inside = sum(cell.figure.whole for cell in row.cells)
                assert inside == row.own.figure.whole, row.definition.code
        assert seen > 0, who


def compare(actor: Actor, code: str, cell: Shown) -> int:
    """Each number of the cell beside the length of its list."""
    figure = cell.figure
    sides = {"whole": figure.whole}
    if figure.definition.is_rate:
        sides["part"] = figure.part
    if cell.missing_url:
        sides["missing"] = figure.missing
    for side, count in sides.items():
        assert listed(actor, code, figure.subject, side) == count, (code, side)
    return sum(sides.values())


def test_pages_for_those_who_lead(month: None, visit: Callable[..., str]) -> None:
    page = visit("leader", f"{reverse('assessment:table')}?{DAYS}")
    assert "受理及时率" in page
    assert "文津街道" in page
    assert "重复来件尚未标注" in page
    assert "首次派遣后未被核准退单" in page, "the formula is on hover"
    links = re.findall(r'href="(/assessment/indicators/K02/items/[^"]+)"', page)
    assert links
    listed_page = visit("leader", links[0].replace("&amp;", "&"))
    assert "WG2026" in listed_page
    one = visit("leader", f"{reverse('assessment:indicator', args=['K02'])}?{DAYS}")
    assert "polyline" in one or "circle" in one
    assert "石桥镇" in one
    for code in ("K17", "K21", "K31", "K54"):
        visit("leader", f"{reverse('assessment:indicator', args=[code])}?{DAYS}")
    visit("leader", f"{reverse('assessment:indicator', args=['K02'])}?since=2024-01-01&last=2026-11-30")
    visit("leader", f"{reverse('assessment:indicator', args=['K02'])}?month=2020-02")
    catalogue = visit("town", reverse("assessment:catalogue"))
    assert "GB/T 30428" in catalogue
    assert "待接入" in catalogue
    assert visit("leader", "/assessment/", 302) == ""


def test_who_reads_what(month: None, cast: Cast, visit: Callable[..., str]) -> None:
    for who in ("auditor", "administrator", "outsider", "worker", "handler"):
        visit(who, reverse("assessment:table"), 403)
        visit(who, reverse("assessment:catalogue"), 403)
        visit(who, f"{reverse('assessment:file')}?format=csv", 403)
        assert not may_read(getattr(cast, who))
    for query in ("place=990102001000", "unit=CG", "place=999999999999", "unit=none", f"place={CITY}"):
        for name, more in (
            ("assessment:table", []),
            ("assessment:indicator", ["K02"]),
            ("assessment:items", ["K02"]),
        ):
            visit("town", f"{reverse(name, args=more)}?{query}", 404)
    visit("lead", f"{reverse('assessment:table')}?unit=RQ", 404)
    visit("lead", f"{reverse('assessment:table')}?place={TOWN}", 404)
    assert not AuditEntry.objects.filter(verb="indicators.exported").exists()
    assert covers_city(cast.leader)
    assert not covers_city(cast.town)
    assert units_of(cast.lead) == [cast.unit("CG").pk]
    assert subject_of(cast.lead).key == -cast.unit("CG").pk
    assert subject_of(cast.town).code == TOWN
    with pytest.raises(Forbidden) as refused:
        must_read(cast.worker)
    assert "leader" in refused.value.extra["roles"]


def test_bad_questions_are_explained(month: None, cast: Cast, visit: Callable[..., str]) -> None:
    table, items = reverse("assessment:table"), reverse("assessment:items", args=["K02"])
    for query in ("since=tomorrow", "since=2000-01-01", "month=2026-99", "since=2026-12-01&last=2026-11-01"):
        visit("leader", f"{table}?{query}", 422)
    visit("leader", f"{items}?side=sideways", 404)
    visit("leader", f"{items}?after=yesterday.1.2", 422)
    visit("leader", f"{items}?after=2026-11-16.x.2", 422)
    visit("leader", reverse("assessment:indicator", args=["K99"]), 404)
    visit("leader", f"{reverse('assessment:items', args=['K17'])}?side=whole", 404)
    visit("leader", f"{reverse('assessment:items', args=['K19'])}?side=missing", 404)
    visit("leader", f"{reverse('assessment:items', args=['K21'])}?side=part", 404)
    visit("leader", f"{reverse('assessment:file')}?format=pdf", 400)
    visit("leader", f"{reverse('assessment:adjustments', args=['K02'])}?{DAYS}", 404)
    visit(
        "leader", f"{reverse('assessment:adjustments', args=['K02'])}?since=2026-11-02&last=2026-11-03", 404
    )
    IndicatorDefinition.objects.filter(code="K02").update(whole={"kind": "first_dispatch", "all": ["purple"]})
    assert "purple" in visit("leader", f"{table}?{DAYS}")
    assert "purple" in visit("leader", f"{reverse('assessment:indicator', args=['K02'])}?{DAYS}")
    assert "purple" in visit("leader", reverse("assessment:catalogue"))
    visit("leader", f"{items}?{DAYS}", 404)


def test_a_frozen_month_shows_what_came_later(month: None, cast: Cast, visit: Callable[..., str]) -> None:
    freeze_due(at=shanghai(5, 1, month=12))
    ticket = Ticket.objects.get(state="dispatched")
    transitions.perform(
        "void", ticket.pk, by=cast.oversight, at=shanghai(8, 9, month=12), data={"opinion": "误登记"}
    )
    catch_up(at=shanghai(8, 9, month=12))
    assert "已冻结" in visit("leader", f"{reverse('assessment:indicator', args=['K02'])}?{DAYS}")
    page = visit("leader", f"{reverse('assessment:adjustments', args=['K02'])}?{DAYS}")
    assert ticket.number in page
    assert "-1" in page
    assert "冻结" in visit("leader", f"{reverse('assessment:table')}?{DAYS}")
    assert "2026-11" in visit("leader", reverse("assessment:catalogue"))


def test_what_is_not_open_to_the_reader_is_told_not_shown(
    month: None, cast: Cast, visit: Callable[..., str]
) -> None:
    """A ticket that has just become sensitive: the list is as long as the number until both have it."""
    ticket = Ticket.objects.get(state="accepted")
    Ticket.objects.filter(pk=ticket.pk).update(is_sensitive=True)
    address = f"{reverse('assessment:items', args=['K15'])}?{DAYS}&side=whole"
    page = visit("town", address)
    assert ticket.number not in page
    assert "目前不对您开放" in page
    assert listed(cast.town, "K15", place(TOWN), "whole") == 3
    rebuild(SOURCE)
    catch_up(at=LATER)
    assert "目前不对您开放" not in visit("town", address)
    assert listed(cast.town, "K15", place(TOWN), "whole", sensitive=False) == 2
    assert ticket.number in visit("leader", address)


def test_a_revision_of_grids_moves_no_history(month: None, cast: Cast) -> None:
    ticket = Ticket.objects.get(state="accepted")
    here, there, far = cast.grid(2), cast.grid(3), cast.region("990102001001")
    Ticket.objects.filter(pk=ticket.pk).update(
        filed_grid=here, grid=there, community=far, town=far.parent, region=far, region_path=there.path
    )
    rebuild(SOURCE)
    catch_up(at=LATER)
    assert parts("K15", place(TOWN)) == (0, 3)
    assert parts("K15", place("990102001000")) == (0, 1)
    assert listed(cast.town, "K15", place(TOWN), "whole") == 3


def test_pages_go_on_where_the_last_one_ended(month: None, cast: Cast) -> None:
    one = listing(cast.leader, asked(["K15"]), "whole", limit=3)
    assert one.after is not None
    two = listing(cast.leader, asked(["K15"]), "whole", after=read_key(write_key(one.after)), limit=3)
    keys = [(line.item_id, line.serial) for line in (*one.lines, *two.lines)]
    assert len(keys) == len(set(keys)) == 4
    assert two.after is None
    assert read_key("") is None
    with pytest.raises(Unprocessable):
        read_key("2026-11-16")
    with pytest.raises(NotFound):
        listing(cast.leader, asked(["K17"]), "whole")


def test_files(month: None, cast: Cast, client: Client) -> None:
    client.force_login(User.objects.get(username="leader"))
    address = f"{reverse('assessment:file')}?{DAYS}&place={TOWN}"
    text = client.get(f"{address}&format=csv").content.decode("utf-8-sig")
    mark, *lines = text.splitlines()
    assert "DC" in mark
    assert cast.leader.name in mark
    assert lines[0].startswith("代码,指标,版本")
    assert any(
        line.startswith(f"K02,派遣准确率,1,文津街道,{TOWN},2026-11-01,2026-11-30,2,2,100.0") for line in lines
    )
    book = load_workbook(io.BytesIO(client.get(f"{address}&format=xlsx").content))
    rows = list(book.active.values)
    assert len(rows) == len(lines)
    assert rows[0][0] == "代码"
    client.head(f"{address}&format=csv")
    entries = AuditEntry.objects.filter(verb="indicators.exported")
    assert [entry.details["format"] for entry in entries.order_by("id")] == ["csv", "xlsx"]
    assert entries.latest("id").details["lines"] == len(lines) - 1


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_page_costs(
    cast: Cast, make_ticket: MakeTicket, client: Client, steady: None, count: int
) -> None:
    for number in range(count):
        make_ticket("accepted", at=MONDAY + number * HOUR, column=number)
    take_in()
    client.force_login(User.objects.get(username="leader"))
    costs = {}
    for name, arguments in (("table", []), ("catalogue", []), ("indicator", ["K15"]), ("items", ["K15"])):
        address = f"{reverse(f'assessment:{name}', args=arguments)}?{DAYS}"
        client.get(address)
        with CaptureQueriesContext(connection) as asked_for:
            assert client.get(address).status_code == 200
        costs[name] = len(asked_for)
    assert costs == {"table": 14, "catalogue": 8, "indicator": 15, "items": 17}


def test_until_the_past_is_in_the_pages_say_so(cast: Cast, visit: Callable[..., str]) -> None:
    assert "开始统计后" in visit("leader", reverse("assessment:table"))
    RollCursor.objects.create(source="tickets", built_id=45, build_to=100)
    assert "45%" in visit("leader", reverse("assessment:table"))


def test_regions_that_are_no_more_are_listed(month: None, cast: Cast) -> None:
    """A re-cut moves no history: the place of old stays in the table under its own name."""
    gone = cast.region("990102001000")
    type(gone).objects.filter(pk=gone.pk).update(valid_to=date(2026, 11, 20))
    names = [subject.name for subject in below(place(CITY))]
    assert "石桥镇" in names
    assert [subject.name for subject in below(place(TOWN))][-1] == "未落入村社"
    assert [subject.key for subject in below(place(COMMUNITY))][:2] == [990101001001001, 990101001001002]
    assert below(place("990101001001001")) == []
