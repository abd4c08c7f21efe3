"""Files in: read whatever they were written in, refused when bombs, one bad row among many, safe under kill."""

import io
import zipfile
from typing import Any

import pytest

from exports import importing, reading, targets, tasks
from exports.models import ImportRow, SavedMapping, TicketImport
from governance.audit.models import AuditEntry
from governance.foundation.errors import Conflict, Forbidden, NotFound, TooLarge, Unprocessable
from incidents.models import Ticket
from tests.cast import DAY, HOUR, MONDAY, Cast, at_once
from tests.exports.props import HEAD, csv_of, line, xlsx_of

pytestmark = pytest.mark.django_db
SOURCE = "dept_transfer"


def read(raw: bytes, **limits: int) -> reading.Sheet:
    return reading.read(raw, **{"most_bytes": 10**7, "most_rows": 1000} | limits)


def checked(cast: Cast, rows: list[list[str]]) -> TicketImport:
    run = importing.bring("诉求.csv", csv_of(rows), by=cast.dispatcher, at=MONDAY)
    return importing.match(run.pk, run.mapping, SOURCE, by=cast.dispatcher, at=MONDAY)


def test_files_are_read_whatever_they_were_written_in() -> None:
    wanted = [["A-0001", "第1件：路灯不亮", "1408", "书院社区", "张三丰", "13812345678", "", "=1+1"]]
    for raw, encoding in (
        (csv_of([line(1)]), "utf-8"),
        (csv_of([line(1)], "gb18030"), "gb18030"),
        (b"\xef\xbb\xbf# mark\r\n" + csv_of([line(1)], "utf-8"), "utf-8"),
        (csv_of([line(1)]).replace(b"=1+1", b"'=1+1"), "utf-8"),
        (xlsx_of([line(1, 备注="'=1+1")]), "xlsx"),
    ):
        sheet = read(raw)
        assert (sheet.head, [cells for _line, cells in sheet.rows], sheet.encoding) == (
            list(HEAD),
            wanted,
            encoding,
        )
    assert read(xlsx_of([[7.0, None, 2.5]], ("a", "b", "c"))).rows == [(2, ["7", "", "2.5"])]
    assert read(b"a,a,,b\n1,2\n").head == ["a", "a (2)", "#3", "b"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/worksheets/sheet1.xml", b"0" * 8_000_000)
    return out.getvalue()


def test_what_is_no_table_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    broken = xlsx_of([line(1)])
    for raw in (
        b"",
        b"\n\n",
        b"a,b\n",
        b"a,b\n1,\x00\n",
        b"\xff\xfe\xff\x81",
        b"PK\x03\x04 nothing",
        broken[: len(broken) // 2],
        bomb(),
        ("a\n" + "x" * 20_001).encode(),
        ",".join(str(number) for number in range(101)).encode() + b"\n1\n",
        b'a,b\n1,"' + b"x" * 200_000 + b'"\n',
    ):
        with pytest.raises(Unprocessable) as refused:
            importing.bring("a.csv", raw, by=cast.dispatcher, at=MONDAY)
        assert list(refused.value.fields) == ["file"], raw[:20]
    with pytest.raises(TooLarge):
        read(b"a\n1\n", most_bytes=2)
    with pytest.raises(Unprocessable):
        read(b"a\n1\n2\n", most_rows=1)
    for by in (cast.worker, cast.handler, cast.leader, cast.auditor):
        with pytest.raises(Forbidden):
            importing.bring("a.csv", csv_of([line(1)]), by=by, at=MONDAY)
    assert not TicketImport.objects.exists()
    assert not ImportRow.objects.exists()


def test_columns_are_guessed_and_remembered(cast: Cast) -> None:
    run = importing.bring("a.csv", csv_of([line(1)]), by=cast.dispatcher, at=MONDAY)
    assert run.mapping == {
        "external_no": 0,
        "content": 1,
        "category": 2,
        "region_code": 3,
        "citizen_name": 4,
        "citizen_phone": 5,
        "urgency": 6,
    }
    assert run.source == ""
    for mapping in (
        {"external_no": 0, "content": 1, "category": 2},
        {"external_no": 0, "content": 0, "category": 2, "place": 3},
        {"external_no": 0, "content": 1, "category": 2, "place": 99},
        {"content": 1, "place": 3},
    ):
        with pytest.raises(Unprocessable):
            importing.match(run.pk, mapping, SOURCE, by=cast.dispatcher, at=MONDAY)
    with pytest.raises(Unprocessable):
        importing.match(run.pk, run.mapping, "nobody", by=cast.dispatcher, at=MONDAY)
    assert not SavedMapping.objects.exists()
    changed = dict(run.mapping) | {"title": 7}
    importing.match(run.pk, changed, SOURCE, by=cast.dispatcher, at=MONDAY)
    again = importing.bring("b.csv", csv_of([line(2)]), by=cast.second_dispatcher, at=MONDAY)
    assert (again.mapping, again.source) == (changed, SOURCE), "of the same unit"
    assert targets.guess(["工单编号（外部）", "诉求内容描述"]) == {"external_no": 0, "content": 1}
    assert set(targets.headings()) == set(targets.LABELS)


BAD: tuple[tuple[dict[str, str], str], ...] = (
    ({"编号": ""}, "编号"),
    ({"编号": "X" * 81}, "编号"),
    ({"内容": ""}, "内容"),
    ({"类别": "不存在"}, "类别"),
    ({"社区": ""}, "地点描述"),
    ({"社区": "火星"}, "社区"),
    ({"紧急程度": "马上"}, "紧急程度"),
    ({"编号": "A-0001"}, "编号"),
)


def test_a_check_names_row_and_column_and_writes_nothing(cast: Cast) -> None:
    rows = [line(1), *(line(number, **change) for number, (change, _column) in enumerate(BAD, 2))]
    run = checked(cast, rows)
    found = importing.check(run)
    assert (found.fresh, found.repeated, found.refused) == (1, 0, len(BAD))
    told = [(item.line, {fault.column for fault in item.faults}) for item in found.faulty]
    assert [line_ for line_, _columns in told] == list(range(3, 3 + len(BAD)))
    for (_line, columns), (_change, column) in zip(told, BAD, strict=True):
        assert column in columns
    assert not Ticket.objects.exists()
    assert found.first[0].draft is not None


def test_more_columns_become_more_of_a_report(cast: Cast) -> None:
    head = ["编号", "内容", "类别", "经度", "纬度", "发生时间", "诉求类型", "标题"]
    mapping = targets.guess(head)
    cells = ["1", "路面破损", "0202", "118.505", "31.105", "2026-11-15 08:30", "投诉", "路面"]
    draft, faults = targets.draft_of(cells, mapping, head, SOURCE)
    assert (draft is not None, faults) == (True, [])
    assert draft is not None
    assert (draft.spot.lon, draft.spot.lat, draft.demand_type, draft.title) == (
        118.505,
        31.105,
        "complaint",
        "路面",
    )
    assert draft.occurred_at is not None
    assert draft.occurred_at.isoformat() == "2026-11-15T08:30:00+08:00"
    for place, bad in ((3, "east"), (5, "yesterday"), (6, "骂人"), (7, "长" * 121)):
        wrong = [*cells[:place], bad, *cells[place + 1 :]]
        _none, found = targets.draft_of(wrong, mapping, head, SOURCE)
        assert head[place] in {fault.column for fault in found}, bad


def test_one_bad_row_among_the_good_ones(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    rows = [line(number) for number in range(1, 10)]
    rows[5] = line(6, 类别="不存在")
    run = checked(cast, rows)
    importing.start(run.pk, by=cast.dispatcher, at=MONDAY)
    with pytest.raises(Conflict):
        importing.start(run.pk, by=cast.dispatcher, at=MONDAY)
    assert importing.continue_all(at=MONDAY) == 4
    run.refresh_from_db()
    assert (run.state, run.taken, run.refused, run.left) == ("running", 4, 0, 5)
    assert [importing.continue_all(at=MONDAY) for _again in range(4)] == [4, 1, 0, 0]
    run.refresh_from_db()
    assert (run.state, run.taken, run.repeated, run.refused) == ("done", 8, 0, 1)
    (bad,) = run.rows.filter(outcome="refused")
    assert (bad.line, bad.faults) == (7, [["类别", "不是目录中的类别"]])
    ticket = Ticket.objects.get(external_no="A-0001")
    assert (ticket.source.code, ticket.content, ticket.reporter_id) == (
        SOURCE,
        "第1件：路灯不亮",
        cast.dispatcher.user_id,
    )
    assert ticket.requesters.get().phone == "13812345678"
    cured = checked(cast, [line(6), line(1)])
    assert [importing.check(cured).fresh, importing.check(cured).repeated] == [1, 1]
    importing.start(cured.pk, by=cast.dispatcher, at=MONDAY)
    assert tasks.take_rows() == 2
    cured.refresh_from_db()
    assert (cured.taken, cured.repeated, cured.refused) == (1, 1, 0)
    assert Ticket.objects.count() == 9
    assert AuditEntry.objects.filter(verb="import.done").count() == 2
    assert importing.forget(at=MONDAY + 29 * DAY) == 0
    assert importing.forget(at=MONDAY + 30 * DAY) == 11


def test_what_is_given_up_takes_nothing_more_in(cast: Cast) -> None:
    run = checked(cast, [line(1), line(2)])
    importing.cancel(run.pk, by=cast.dispatcher, at=MONDAY + HOUR)
    assert not run.rows.exists()
    for deed in (importing.start, importing.cancel):
        with pytest.raises(Conflict):
            deed(run.pk, by=cast.dispatcher, at=MONDAY)
    with pytest.raises(NotFound):
        importing.start(run.pk + 9, by=cast.dispatcher, at=MONDAY)
    assert importing.continue_all(at=MONDAY) == 0
    assert importing.continue_one(run.pk, at=MONDAY) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_each_row_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    run = checked(cast, [line(number) for number in range(1, 9)])
    importing.start(run.pk, by=cast.dispatcher, at=MONDAY)

    def work() -> Any:
        return [importing.continue_all(at=MONDAY) for _again in range(4)]

    results = at_once([work, work])
    assert not [item for item in results if isinstance(item, Exception)], results
    while importing.continue_all(at=MONDAY):
        pass
    run.refresh_from_db()
    assert (run.state, run.taken, run.repeated, run.refused) == ("done", 8, 0, 0)
    assert Ticket.objects.count() == 8
