"""Exports as tests need them."""

import io
from typing import Any

from openpyxl import Workbook

from exports import asking, running
from exports.columns import USUAL
from exports.models import TicketExport
from governance.accounts.actors import Actor
from tests.cast import MONDAY

HEAD = ("编号", "内容", "类别", "社区", "诉求人", "联系电话", "紧急程度", "备注")


def ask(by: Actor, **changes: Any) -> TicketExport:
    """The usual columns of everything as CSV."""
    facts: dict[str, Any] = {"filters": "", "columns": list(USUAL), "kind": "csv", "at": MONDAY}
    return asking.ask(by=by, **facts | changes)


def content(row: TicketExport, by: Actor, **when: Any) -> bytes:
    """The file as its owner downloads it."""
    row.refresh_from_db()
    return b"".join(running.download(row, by=by, at=when.get("at", MONDAY)))


def line(number: int, **changes: str) -> list[str]:
    """A row of a file that is good unless it is changed."""
    facts = {
        "编号": f"A-{number:04d}",
        "内容": f"第{number}件：路灯不亮",
        "类别": "1408",
        "社区": "书院社区",
        "诉求人": "张三丰",
        "联系电话": "13812345678",
        "紧急程度": "",
        "备注": "=1+1",
    }
    return list((facts | changes).values())


def csv_of(rows: list[list[str]], encoding: str = "utf-8-sig", head: tuple[str, ...] = HEAD) -> bytes:
    """A CSV as spreadsheets write it."""
    text = "\r\n".join(",".join(cells) for cells in (list(head), *rows))
    return text.encode(encoding)


def xlsx_of(rows: list[list[Any]], head: tuple[str, ...] = HEAD) -> bytes:
    """A workbook."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for cells in (list(head), *rows):
        sheet.append(cells)
    book.save(out)
    return out.getvalue()
