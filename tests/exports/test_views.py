"""The pages of exports, imports and open data: who opens them, what they show, what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exports import importing, opendata, values
from exports.columns import COLUMNS, USUAL
from exports.models import TicketExport, TicketImport
from governance.foundation.clock import now
from incidents.models import Ticket
from tests.cast import DAY, MONDAY, Cast, MakeTicket
from tests.exports.props import ask, csv_of, line

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
NEW = {"format": "csv", "columns": list(USUAL)}


def text(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def test_from_the_list_to_the_file(cast: Cast, enter: Enter, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    make_ticket("closed", column=1)
    boss = enter("dispatcher")
    assert f"{reverse('exports:new')}?state=registered" in text(boss.get("/tickets/?state=registered"))
    address = f"{reverse('exports:new')}?state=registered&nonsense=1"
    page = boss.get(address)
    assert (page.context["count"], page.context["limit"]) == (1, 10000)
    for bad in ({}, NEW | {"format": "exe"}, NEW | {"columns": ["secret"]}, NEW | {"reason": "长" * 401}):
        assert boss.post(address, bad).status_code == 422
    assert boss.post(f"{reverse('exports:new')}?state=voided", NEW).status_code == 422
    made = boss.post(address, NEW)
    row = TicketExport.objects.get()
    assert made["Location"] == reverse("exports:export", args=[row.number])
    assert (row.state, row.filters) == ("ready", "state=registered")
    assert "下载" in text(boss.get(made["Location"]))
    file = boss.get(reverse("exports:download", args=[row.number]))
    raw = b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert ticket.number.encode() in raw
    assert (file["Content-Length"], file["Cache-Control"]) == (str(len(raw)), "private, no-store")
    for other in ("second_dispatcher", "oversight", "auditor"):
        assert enter(other).get(reverse("exports:download", args=[row.number])).status_code == 404


def test_large_ones_wait_for_the_worker(
    cast: Cast, enter: Enter, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ticket()
    rules = dict(values.shipped()) | {"export.direct_rows": 0}
    monkeypatch.setattr(values, "shipped", lambda: rules)
    boss = enter("dispatcher")
    boss.post(reverse("exports:new"), NEW)
    row = TicketExport.objects.get()
    assert row.state == "queued"
    assert "正在生成" in text(boss.get(reverse("exports:export", args=[row.number])))


def test_somebody_else_decides(cast: Cast, enter: Enter, make_ticket: MakeTicket) -> None:
    make_ticket()
    whole = NEW | {"columns": [column.name for column in COLUMNS], "is_clear": "on"}
    dispatcher, boss = enter("dispatcher"), enter("oversight")
    assert dispatcher.post(reverse("exports:new"), whole).status_code == 422
    assert dispatcher.post(reverse("exports:new"), whole | {"reason": "专项核查需要"}).status_code == 302
    row = TicketExport.objects.get()
    page, approve = (
        reverse("exports:export", args=[row.number]),
        reverse("exports:decide", args=[row.number, "approve"]),
    )
    assert "/do/approve/" not in text(dispatcher.get(page))
    assert dispatcher.get(approve).status_code == 403
    assert row.number in text(boss.get(f"{reverse('exports:list')}?decide=1"))
    assert row.number not in text(boss.get(reverse("exports:list")))
    assert enter("far_oversight").get(page).status_code == 404
    assert boss.get(approve, headers={"HX-Request": "true"}).status_code == 200
    refuse = reverse("exports:decide", args=[row.number, "refuse"])
    assert boss.post(refuse, {"opinion": ""}).status_code == 422
    assert boss.post(approve, {"version": 7}).status_code == 409
    assert dispatcher.post(approve, {"version": 1}).status_code == 403
    done = boss.post(approve, {"version": 1, "opinion": "同意"}, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == page
    assert boss.get(refuse).status_code == 409
    assert boss.get(reverse("exports:decide", args=[row.number, "finish"])).status_code == 404


def test_who_opens_these_pages(cast: Cast, enter: Enter) -> None:
    for name, export, bring in (
        ("dispatcher", 200, 200),
        ("leader", 200, 403),
        ("lead", 200, 403),
        ("community", 403, 200),
        ("worker", 403, 403),
        ("auditor", 403, 403),
        ("administrator", 403, 403),
        ("outsider", 403, 403),
    ):
        client = enter(name)
        assert client.get(reverse("exports:new")).status_code == export, name
        assert client.get(reverse("imports:list")).status_code == bring, name
        assert client.get(reverse("exports:list")).status_code == min(export, bring), name
    assert Client().get(reverse("exports:list")).status_code == 302
    assert Client().get(reverse("imports:list")).status_code == 302


def test_lists_do_not_grow_statements(cast: Cast, enter: Enter, make_ticket: MakeTicket) -> None:
    make_ticket()
    boss = enter("dispatcher")
    boss.get(reverse("exports:list"))
    for address, add in (
        ("exports:list", lambda: ask(cast.dispatcher)),
        ("imports:list", lambda: importing.bring("a.csv", csv_of([line(1)]), by=cast.dispatcher, at=MONDAY)),
    ):
        counted = []
        for number in (1, 3):
            while boss.get(reverse(address)).context["page"].rows.__len__() < number:
                add()
            with CaptureQueriesContext(connection) as seen:
                boss.get(reverse(address))
            counted.append(len(seen))
        assert counted[0] == counted[1] <= 8, address


def test_a_file_becomes_tickets(cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, home = enter("community"), reverse("imports:list")
    assert desk.post(home, {}).status_code == 422
    assert desk.post(home, {"file": SimpleUploadedFile("a.csv", b"\xff\xfe\xff\x81")}).status_code == 422
    small = dict(values.shipped()) | {"import.most_bytes": 10}
    with monkeypatch.context() as patch:
        patch.setattr(values, "shipped", lambda: small)
        assert desk.post(home, {"file": SimpleUploadedFile("a.csv", csv_of([line(1)]))}).status_code == 413
    assert not TicketImport.objects.exists()
    given = SimpleUploadedFile("诉求.csv", csv_of([line(1), line(2, 内容=""), line(3)], "gb18030"))
    made = desk.post(home, {"file": given})
    run = TicketImport.objects.get()
    page = reverse("imports:import", args=[run.number])
    assert made["Location"] == page
    shown = text(desk.get(page))
    assert "路灯不亮" in shown
    assert "138****5678" in shown
    assert "13812345678" not in shown
    posted = {f"map_{name}": place for name, place in run.mapping.items()} | {"source": "letters"}
    assert desk.post(page, posted | {"map_content": ""}).status_code == 422
    assert desk.post(page, posted | {"source": "hotline"}).status_code == 422
    assert desk.post(page, posted).status_code == 302
    shown = text(desk.get(page))
    assert "未填写" in shown
    assert "可登记" in shown
    assert desk.get(f"{page}?match=1").context["form"] is not None
    assert not Ticket.objects.exists()
    for other in ("dispatcher", "far_community"):
        assert enter(other).get(page).status_code == 404
        assert enter(other).post(reverse("imports:move", args=[run.number, "start"])).status_code == 404
    assert desk.post(reverse("imports:move", args=[run.number, "dance"])).status_code == 404
    assert desk.post(reverse("imports:move", args=[run.number, "start"])).status_code == 302
    assert 'hx-trigger="every 3s"' in text(desk.get(f"{page}?part=1"))
    importing.continue_all(at=now())
    assert "every 3s" not in text(desk.get(f"{page}?part=1"))
    assert Ticket.objects.count() == 2
    assert desk.post(reverse("imports:move", args=[run.number, "start"])).status_code == 302, (
        "told, nothing done"
    )
    errors = desk.get(reverse("imports:errors", args=[run.number]))
    lines = b"".join(errors.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].endswith("行号,问题说明")
    assert (len(lines), lines[1].endswith(",3,内容 未填写")) == (2, True)
    assert "'=1+1" in lines[1]


def test_open_data_is_for_everybody(cast: Cast, make_ticket: MakeTicket) -> None:
    anybody = Client()
    assert "首月数据" in text(anybody.get(reverse("open-data:page")))
    for number in range(5):
        make_ticket(at=MONDAY - 30 * DAY, content=f"第{number}件")
    opendata.publish(at=MONDAY)
    assert "2026-10" in text(anybody.get(reverse("open-data:page")))
    table = anybody.get(reverse("open-data:csv", args=["2026-10"]))
    assert text(table).splitlines()[0].removeprefix("\ufeff") == ",".join(opendata.COLUMNS)
    body = anybody.get(reverse("open-data:json", args=["2026-10"])).json()
    assert (body["smallest_count_shown"], len(body["columns"])) == (5, 6)
    assert {row["tickets"] for row in body["rows"]} == {5}
    for month in ("2026-11", "2026-13", "x"):
        assert anybody.get(reverse("open-data:csv", args=[month])).status_code == 404
    assert anybody.post(reverse("open-data:page")).status_code == 405
