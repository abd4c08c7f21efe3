"""A bulletin as an official document (GB/T 9704-2012): as PDF by the common typesetter, and as Word.

A4 with margins of 37, 35, 28 and 26 mm; title of size 2 in the middle; text of size 3 with lines of 28 points; heads of
the first order 一、 in hei; page numbers — 1 — below. The Word file names the fonts of the standard; the PDF uses the
song and hei type that it carries.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bulletins.charts import Chart, charts_of, ranked
from bulletins.models import Bulletin
from bulletins.plots import TYPE, width_of
from governance.foundation.clock import local
from grids import typesetting

TEMPLATE: Final = Path(__file__).with_name("bulletin.typ")
DIGITS: Final = "一二三四五六七八九十"
LINE_HEADS: Final = ("指标", "分子", "分母", "本期", "上期")
RANK_HEADS: Final = ("名次", "单位", "分子", "分母", "比率")
XIAOBIAO, FANGSONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
TITLE_PT, TEXT_PT, CELL_PT, LINE_PT, CAPTION_PT = 22, 16, 12, 28, 14
CHART_MM: Final = 156
TITLE_SIGNS: Final = 20
"""Signs of size 2 on one line."""


def sheet_of(row: Bulletin, charts: Sequence[Sequence[Chart]]) -> dict[str, Any]:
    """Everything that is printed; charts by the names of their files."""
    published = row.published_at
    return {
        "title": row.title,
        "lines": title_lines(row.title),
        "issuer": f"{row.place_name}网格化联动指挥中心",
        "on": chinese_day(local(published)) if published else "",
        "state": "" if published else "草稿",
        "number": row.number,
        "sections": [
            {
                "head": f"{DIGITS[number]}、{part['head']}",
                "paragraphs": [text for text in part["text"].split("\n") if text.strip()],
                "lines": [
                    [line["name"], str(line["part"]), str(line["whole"]), line["value"], line["before"]]
                    for line in part["lines"]
                ],
                "ranking": list(ranked(part["ranking"]["rows"])) if part["ranking"] else [],
                "rank_title": f"各单位{part['ranking']['name']}" if part["ranking"] else "",
                "is-last": number == len(row.sections) - 1
                and not (part["lines"] or part["ranking"] or drawn),
                "charts": [
                    {"file": file_of(one), "caption": one.caption, "words": one.words} for one in drawn
                ],
            }
            for number, (part, drawn) in enumerate(zip(row.sections, charts, strict=True))
        ],
        "line_heads": LINE_HEADS,
        "rank_heads": RANK_HEADS,
    }


def title_lines(title: str) -> list[str]:
    """A title that is too long for one line breaks before what stands in brackets, never within a day."""
    place = title.rfind("（")
    if place <= 0 or width_of(title) <= TITLE_SIGNS * TYPE:
        return [title]
    return [title[:place], title[place:]]


def chinese_day(day: Any) -> str:
    """`2026年11月16日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def pdf(row: Bulletin) -> bytes:
    """The bulletin as PDF."""
    charts = charts_of(row)
    files = {file_of(one): one.svg.encode() for part in charts for one in part}
    return typesetting.pdf(TEMPLATE, {"sheet": sheet_of(row, charts)}, files)


def file_of(chart: Chart) -> str:
    """The name of a drawing beside the template."""
    return f"chart-{chart.number}.svg"


def docx(row: Bulletin) -> bytes:
    """The bulletin as Word."""
    import docx as library  # read when it is used: it is large

    charts = charts_of(row)
    sheet, document = sheet_of(row, charts), library.Document()
    _set_page(document)
    for line in sheet["lines"]:
        _put(document.add_paragraph(), line, TITLE_PT, XIAOBIAO, align="center", exact=36)
    if sheet["state"]:
        _put(document.add_paragraph(), f"（{sheet['state']}）", TEXT_PT, KAI, align="center")
    document.add_paragraph()
    for part, drawn in zip(sheet["sections"], charts, strict=True):
        _section(document, part, drawn)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph().paragraph_format.keep_with_next = True
    if sheet["on"]:
        for words in (sheet["issuer"], sheet["on"]):
            _put(document.add_paragraph(), words, TEXT_PT, FANGSONG, align="right")
    document.core_properties.title = sheet["title"]
    document.core_properties.author = sheet["issuer"]
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _section(document: Any, part: dict[str, Any], drawn: Sequence[Chart]) -> None:
    head = document.add_paragraph()
    _put(head, part["head"], TEXT_PT, HEI, indent=True)
    head.paragraph_format.keep_with_next = True
    for text in part["paragraphs"]:
        _put(document.add_paragraph(), text, TEXT_PT, FANGSONG, align="justify", indent=True)
    if part["lines"]:
        _table(document, [list(LINE_HEADS), *part["lines"]])
    if part["ranking"]:
        _put(document.add_paragraph(), part["rank_title"], TEXT_PT, KAI, align="center")
        _table(document, [list(RANK_HEADS), *part["ranking"]])
    for chart in drawn:
        _picture(document, chart)


def _set_page(document: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    foot = section.footer.paragraphs[0]
    _put(foot, "— ", 14, SONG, align="center")
    run = foot.add_run()
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = words
        run._r.append(part)
    _put(foot, " —", 14, SONG)


def _put(
    paragraph: Any,
    words: str,
    size: float,
    font: str,
    *,
    align: str = "",
    indent: bool = False,
    exact: float = LINE_PT,
) -> None:
    """Words in a Chinese font, in lines of a fixed height."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.font.size, run.font.name = Pt(size), "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    paragraph.paragraph_format.line_spacing = Pt(exact)
    paragraph.paragraph_format.space_after = Pt(0)
    if align:
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)


def _picture(document: Any, chart: Chart) -> None:
    """A chart as wide as the text, kept together with its caption; readers of screens get its words."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(10), Pt(0)
    shape = paragraph.add_run().add_picture(io.BytesIO(chart.png()), width=Mm(CHART_MM))
    facts = shape._inline.docPr
    facts.set("name", chart.caption)
    facts.set("descr", chart.words)
    _put(document.add_paragraph(), chart.caption, CAPTION_PT, KAI, align="center")


def _table(document: Any, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for number, cells in enumerate(rows):
        for column, (cell, words) in enumerate(zip(table.add_row().cells, cells, strict=True)):
            font = HEI if number == 0 else SONG
            is_name = column == 0 or (len(cells[1]) > 0 and not cells[1][:1].isdigit() and column == 1)
            align = "center" if number == 0 or not is_name else "left"
            _put(cell.paragraphs[0], words, CELL_PT, font, align=align, exact=20)
