"""A paper as Word, with Chinese type: song for the text, hei for heads, lines of one and a half, A4.

The library is read when it is used: it is large.
"""

import io
from typing import TYPE_CHECKING, Any, Final

from mediation.documents.paper import (
    Block,
    Facts,
    Line,
    Paper,
    Person,
    Picture,
    Prose,
    Seal,
    Signatures,
    Table,
)
from mediation.documents.pdf import WORDS

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

SONG, HEI = "宋体", "黑体"
TEXT_PT, HEAD_PT, TITLE_PT, CELL_PT = 12, 12, 20, 10.5
INDENT_PT: Final = 24
"""Two characters of the text."""


def docx(paper: Paper) -> bytes:
    """The paper as a .docx file."""
    import docx as library

    document = library.Document()
    _set_page(document, paper)
    _text(document.add_paragraph(), paper.title, size=TITLE_PT, font=HEI, align="center")
    for block in paper.blocks:
        _SETTERS[type(block)](document, block, paper)
    document.core_properties.title = paper.title
    document.core_properties.author = paper.foot
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_page(document: "Document", paper: Paper) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(26)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(TEXT_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    style.paragraph_format.line_spacing = 1.5
    style.paragraph_format.space_after = Pt(0)
    foot = section.footer.paragraphs[0]
    _text(foot, f"{paper.foot}　" if paper.foot else "", size=9, align="center")
    _page_number(foot)


def _page_number(paragraph: "Paragraph") -> None:
    """The number of the page, as a field that Word counts itself."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run: Any = paragraph.add_run()
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = words
        run._r.append(part)


def _text(
    paragraph: "Paragraph",
    words: str,
    *,
    size: float = TEXT_PT,
    font: str = SONG,
    align: str = "",
    indent: bool = False,
) -> "Paragraph":
    """Words in a paragraph, in the Chinese font."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run: Any = paragraph.add_run(words)
    run.font.size, run.font.name = Pt(size), "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if align:
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(INDENT_PT)
    return paragraph


def _head(document: "Document", words: str) -> None:
    if words:
        paragraph = _text(document.add_paragraph(), words, size=HEAD_PT, font=HEI)
        paragraph.paragraph_format.keep_with_next = True


def _line(document: "Document", block: Line, _paper: Paper) -> None:
    _text(document.add_paragraph(), block.text, align=block.align)


def _prose(document: "Document", block: Prose, _paper: Paper) -> None:
    _head(document, block.head)
    for part in block.text.split("\n"):
        if part.strip():
            _text(document.add_paragraph(), part.strip(), align="justify", indent=not block.flush)


def _grid(document: "Document", rows: list[tuple[str, ...]], columns: int) -> None:
    """Cells with borders."""
    table: Any = document.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            _text(cell.paragraphs[0], words, size=CELL_PT)
            cell.paragraphs[0].paragraph_format.line_spacing = 1.15


def _facts(document: "Document", block: Facts | Person, _paper: Paper) -> None:
    if isinstance(block, Person):
        _head(document, block.head)
    _grid(document, [tuple(row) for row in block.rows], 2)
    document.add_paragraph()


def _table(document: "Document", block: Table, _paper: Paper) -> None:
    _head(document, block.head)
    _grid(document, [block.heads, *block.rows], len(block.heads))


def _signatures(document: "Document", block: Signatures, paper: Paper) -> None:
    from docx.shared import Mm

    document.add_paragraph()
    for mark in block.marks:
        line = f"{mark.label}：" + ("" if mark.picture else f"{mark.name}＿＿＿＿＿＿＿＿＿＿")
        paragraph: Any = _text(document.add_paragraph(), line)
        if mark.picture:
            paragraph.add_run().add_picture(io.BytesIO(paper.files[mark.picture]), height=Mm(14))
        if mark.on:
            _text(paragraph, f"　{mark.on}", size=CELL_PT)
        paragraph.paragraph_format.keep_with_next = True


def _seal(document: "Document", block: Seal, _paper: Paper) -> None:
    document.add_paragraph()
    for words in (WORDS["sealed" if block.is_sealed else "seal"], block.name, block.on):
        _text(document.add_paragraph(), words, align="right")


def _picture(document: "Document", block: Picture, paper: Paper) -> None:
    from docx.shared import Mm

    document.add_picture(io.BytesIO(paper.files[block.name]), width=Mm(150))


_SETTERS: Final[dict[type[Block], Any]] = {
    Line: _line,
    Prose: _prose,
    Facts: _facts,
    Person: _facts,
    Table: _table,
    Signatures: _signatures,
    Seal: _seal,
    Picture: _picture,
}
