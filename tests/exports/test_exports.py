"""Exports: masked by right, marked, limited, decided by somebody else, written by batches, kept for a while."""

import csv
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from exports import asking, running, store, tasks, values
from exports.columns import COLUMNS, USUAL
from exports.models import TicketExport
from exports.rules import permitted
from exports.states import EXPORT_TABLE, TONES, ExportState
from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, IllegalTransition, NotFound, StaleVersion, Unprocessable
from incidents.models import Notice
from tests.cast import HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once
from tests.exports.props import ask, content

pytestmark = pytest.mark.django_db
WHOLE = [column.name for column in COLUMNS]
LATER = MONDAY + HOUR


def trace(row: TicketExport) -> dict[str, Any]:
    found = TicketExport.objects.filter(pk=row.pk).values().get()
    return found | {"journal": AuditEntry.objects.count(), "notices": Notice.objects.count()}


def sensitive(cast: Cast) -> TicketExport:
    return ask(cast.dispatcher, columns=WHOLE, is_clear=True, reason="专项核查需要联系诉求人")


def test_a_plain_export_is_masked_marked_and_on_record(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(title="=HYPERLINK(1)")
    row = ask(cast.dispatcher, columns=WHOLE, filters="state=registered", at=LATER)
    assert (row.state, row.needs_approval, row.expected, row.number[:2]) == ("queued", False, 1, "DC")
    assert running.run_due(at=LATER) == 1
    assert running.run_due(at=LATER) == 0
    raw = content(row, cast.dispatcher, at=LATER)
    assert (row.sha256, row.size, row.written) == (hashlib.sha256(raw).hexdigest(), len(raw), 1)
    mark, head, cells = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert mark[0].startswith(f"# 导出编号 {row.number} · 卫派（云泽市网格化联动中心）")
    found = dict(zip(head, cells, strict=True))
    assert (found["标题"], found["工单编号" if "工单编号" in found else head[0]]) == (
        "'=HYPERLINK(1)",
        ticket.number,
    )
    assert "13812345678" not in raw.decode()
    assert found["诉求人电话"] == "138****5678"
    assert ticket.content not in raw.decode()
    entries = AuditEntry.objects.filter(object_label=row.number).order_by("pk")
    assert list(entries.values_list("verb", flat=True)) == ["export.ask", "export.finish", "export.download"]
    assert entries[1].details["sha256"] == row.sha256
    assert entries[0].details["filters"] == "state=registered"
    row.refresh_from_db()
    assert row.downloads == 1
    with default_storage.open(row.file) as file:
        stored = file.read()
    assert ticket.number.encode() not in stored, "sealed in the store"


def test_workbooks_and_maps_carry_their_mark(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(title="-1\x01下水道")
    book_row, map_row = ask(cast.duty, kind="xlsx", at=LATER), ask(cast.duty, kind="geojson", at=LATER)
    assert running.run_due(at=LATER) == 2
    book = load_workbook(io.BytesIO(content(book_row, cast.duty, at=LATER)))
    assert book.sheetnames == ["导出说明", "工单"]
    assert book_row.number in str(book["导出说明"]["A1"].value)
    assert (book.properties.creator, book.properties.identifier) == ("褚值", book_row.number)
    assert book_row.number in book["工单"].oddHeader.center.text
    titles = [cell.value for cell in book["工单"][2]]
    assert "'-1下水道" in titles
    document = json.loads(content(map_row, cast.duty, at=LATER))
    assert document["export"]["number"] == map_row.number
    (feature,) = document["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert (lon, lat) == (round(lon, 3), round(lat, 3)), "coarse unless approved"


def test_personal_data_needs_somebody_else(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket()
    make_ticket(is_confidential=True, title="举报", content="匿名举报")
    with pytest.raises(Unprocessable) as refused:
        ask(cast.dispatcher, columns=WHOLE, is_clear=True, reason="看")
    assert list(refused.value.fields) == ["reason"]
    row = sensitive(cast)
    assert (row.state, row.needs_approval) == ("asked", True)
    assert Notice.objects.filter(kind="export_asked", title__contains=row.number).exists()
    assert running.run_due(at=LATER) == 0
    before = trace(row)
    for by in (
        cast.dispatcher,
        cast.second_dispatcher,
        cast.far_oversight,
        cast.worker,
        cast.auditor,
        cast.town,
    ):
        with pytest.raises(Forbidden):
            asking.decide("approve", row.pk, by=by, at=LATER)
        assert "approve" not in [verb.name for verb in permitted(row, by)]
    assert trace(row) == before
    with pytest.raises(StaleVersion):
        asking.decide("approve", row.pk, by=cast.oversight, at=LATER, version=9)
    with pytest.raises(Unprocessable):
        asking.decide("refuse", row.pk, by=cast.leader, at=LATER)
    assert trace(row) == before
    asking.decide("approve", row.pk, by=cast.oversight, at=LATER, version=1, opinion="同意")
    assert running.run_due(at=LATER) == 1
    text = content(row, cast.dispatcher, at=LATER).decode()
    assert "13812345678" in text
    assert "匿名举报" not in text, "a confidential citizen stays masked"
    assert "含个人信息" in text
    for by in (cast.oversight, cast.second_dispatcher):
        with pytest.raises(NotFound):
            running.download(row, by=by, at=LATER)
    own = ask(cast.oversight, columns=WHOLE, is_clear=True, reason="本人申请本人审批")
    with pytest.raises(Forbidden) as found:
        asking.decide("approve", own.pk, by=cast.oversight, at=LATER)
    assert found.value.code == "own_work"


def test_limits_are_rule_values_by_role(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for column in range(3):
        make_ticket(column=column)
    rules = dict(values.shipped()) | {"export.rows": {"duty_officer": 2}, "export.most_rows": 10}
    monkeypatch.setattr(values, "shipped", lambda: rules)
    row = ask(cast.duty, reason="统计需要全部工单")
    assert (row.state, row.limit, row.expected) == ("asked", 2, 3)
    assert ask(cast.duty, filters="state=closed&state=registered&region=990101001001001").state == "queued"
    rules["export.most_rows"] = 2
    for changes, field in (
        ({}, "filters"),
        ({"filters": "state=closed"}, "filters"),
        ({"columns": []}, "columns"),
        ({"columns": ["password"]}, "columns"),
        ({"kind": "exe", "filters": "region=990101001001001"}, "format"),
    ):
        count = TicketExport.objects.count()
        with pytest.raises(Unprocessable) as refused:
            ask(cast.duty, reason="统计需要全部工单", **changes)
        assert field in refused.value.fields, changes
        assert TicketExport.objects.count() == count
    for by in (cast.worker, cast.handler, cast.community, cast.auditor, cast.administrator):
        with pytest.raises(Forbidden):
            ask(by)


def test_one_sees_in_the_file_what_one_sees_in_the_list(cast: Cast, make_ticket: MakeTicket) -> None:
    near, far = make_ticket(column=0), make_ticket(column=3)
    row = ask(cast.far_town, at=LATER)
    running.run_due(at=LATER)
    text = content(row, cast.far_town, at=LATER).decode()
    assert far.number in text
    assert near.number not in text


def test_batches_cost_the_same_and_nothing_is_left_out_or_twice(
    steady: None, cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for column in range(3):
        make_ticket(column=column)
    row = ask(cast.dispatcher, at=LATER)
    list(running.rows_of(TicketExport.objects.select_related("asked_by").get(pk=row.pk)))
    counted = {}
    for size in (500, 2, 1):
        monkeypatch.setattr(running, "BATCH", size)
        with CaptureQueriesContext(connection) as seen:
            fresh = TicketExport.objects.select_related("asked_by").get(pk=row.pk)
            numbers = [item.ticket.number for item in running.rows_of(fresh)]
        counted[size] = len(seen)
        assert len(numbers) == len(set(numbers)) == 3
    assert counted[1] - counted[2] == counted[2] - counted[500] == 2, "two statements a page"


def test_states_are_guarded_and_files_end(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket()
    assert set(TONES) == set(ExportState.values)
    row = ask(cast.dispatcher, at=LATER)
    for name in ("approve", "refuse"):
        with pytest.raises(IllegalTransition):
            asking.decide(name, row.pk, by=cast.oversight, at=LATER)
    with pytest.raises(NotFound):
        asking.decide("finish", row.pk, by=cast.oversight, at=LATER)
    with pytest.raises(NotFound):
        asking.decide("withdraw", row.pk + 99, by=cast.oversight, at=LATER)
    running.run_due(at=LATER)
    row.refresh_from_db()
    assert row.expires_at == LATER + 72 * HOUR
    with pytest.raises(IllegalTransition):
        asking.decide("withdraw", row.pk, by=cast.dispatcher, at=LATER)
    name = row.file
    assert running.expire(at=LATER + 71 * HOUR) == 0
    with pytest.raises(NotFound):
        running.download(row, by=cast.dispatcher, at=LATER + 72 * HOUR)
    assert running.expire(at=LATER + 72 * HOUR) == 1
    assert not default_storage.exists(name)
    other = sensitive(cast)
    with pytest.raises(Forbidden):
        asking.decide("withdraw", other.pk, by=cast.oversight, at=LATER)
    assert asking.decide("withdraw", other.pk, by=cast.dispatcher, at=LATER).state == "withdrawn"
    third = sensitive(cast)
    done = asking.decide("refuse", third.pk, by=cast.leader, at=LATER, opinion="用途不明")
    assert (done.state, done.decision) == ("refused", "用途不明")
    assert [verb.name for verb in EXPORT_TABLE.leaving("refused")] == []
    with pytest.raises(NotFound):
        list(store.blocks(name, "x"))
    assert tasks.run_due() >= 0


def test_a_killed_run_is_begun_anew_and_a_broken_one_ends(
    cast: Cast, make_ticket: MakeTicket, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ticket()
    row = ask(cast.dispatcher, at=LATER)
    TicketExport.objects.filter(pk=row.pk).update(claimed_at=LATER, attempt=1, written=1)
    assert not running.run(row.pk, at=LATER + MINUTE), "somebody is at it"
    assert running.run(row.pk, at=LATER + running.STALE)
    row.refresh_from_db()
    assert (row.state, row.attempt, row.file.endswith("-2")) == ("ready", 2, True)
    broken = ask(cast.dispatcher, at=LATER)

    def fail(*_given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(store, "put", fail)
    for number in range(running.MOST_ATTEMPTS):
        assert not running.run(broken.pk, at=LATER + number * running.STALE)
    broken.refresh_from_db()
    assert broken.state == "failed"
    assert Notice.objects.filter(kind="export_failed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_file(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket()
    row = ask(cast.dispatcher, at=LATER)
    assert sorted(at_once([lambda: running.run(row.pk, at=LATER)] * 3)) == [False, False, True]
    assert AuditEntry.objects.filter(verb="export.finish").count() == 1
    other = sensitive(cast)
    deeds = [
        lambda: asking.decide("approve", other.pk, by=cast.oversight, at=LATER),
        lambda: asking.decide("refuse", other.pk, by=cast.leader, at=LATER, opinion="不同意"),
    ]
    results = at_once(deeds)
    assert sum(isinstance(item, TicketExport) for item in results) == 1
    assert USUAL[0] == "number"
    assert timedelta(0) < running.STALE
