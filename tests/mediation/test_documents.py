"""Papers as people get them: the text is read back out of PDF and Word; limits of time and memory are measured."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import ImageFont
from pypdf import PdfReader

from governance.foundation.errors import NotFound
from grids import typesetting
from mediation.documents import forms
from mediation.documents.comparing import Piece, compared
from mediation.documents.drafting import first_words, proposals
from mediation.documents.facts import Reader
from mediation.documents.paper import Facts, Line, Mark, Paper, Prose, Seal, Signatures, Table
from mediation.documents.papers import Matter, build
from mediation.documents.pdf import pdf
from mediation.documents.volume import volume
from mediation.documents.word import docx
from mediation.models import Agreement
from tests.cast import Cast
from tests.mediation.papers import drafted, sealed
from tests.mediation.props import GUIDED, Way, terms

AT = datetime(2026, 11, 20, tzinfo=UTC)
RARE = "赟喆龑翀垚犇淼焱镕璟暐曌昉堃锜骉"
"""Characters of names that poor fonts do not have."""


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def word_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())


def timed(make: Callable[[], bytes]) -> tuple[bytes, float]:
    """What is made, and the better of two times: the first one reads the library as well."""
    took = []
    for _turn in range(2):
        began = time.perf_counter()
        content = make()
        took.append(time.perf_counter() - began)
    return content, min(took)


def long_paper(pages: int = 12) -> Paper:
    """About a page for each paragraph, with a different number in each line."""
    body = "".join(
        f"第{n}项：甲方与乙方就{RARE}等事项达成一致，双方自愿遵守，签字后生效。" for n in range(18)
    )
    return Paper(
        title="人民调解协议书",
        foot="TJ20261116000001",
        blocks=(
            Line(text="编号：TJ20261116000001", align="right"),
            Facts(rows=(("姓名", "张三丰"), ("住址", "云泽市东湖区文津街道书院社区东苑小区3号楼5单元502室"))),
            *(Prose(head=f"第{n}部分", text=body) for n in range(pages)),
            Table(head="履行期限：", heads=("序号", "内容"), rows=(("1", "支付补偿款"),)),
            Signatures(marks=(Mark(label="当事人", name="张三丰"),)),
            Seal(name="文津街道人民调解委员会", on="2026年11月16日"),
        ),
    )


class TestSetting:
    def test_ten_pages_without_a_missing_glyph_in_time(self) -> None:
        paper = long_paper()
        content, took = timed(lambda: pdf(paper))
        word, took_word = timed(lambda: docx(paper))
        pages = PdfReader(io.BytesIO(content)).pages
        assert len(pages) >= 10
        said = flat(text_of(content))
        for block in paper.blocks:
            if isinstance(block, Prose):
                assert flat(block.text)[:40] in said
        assert "\ufffd" not in said
        assert {said.count(sign) for sign in RARE} == {12 * 18}
        assert RARE in flat(word_text(word))
        print(f"pdf {took:.2f} s, word {took_word:.2f} s, {len(pages)} pages")
        assert max(took, took_word) < 1.5

    def test_the_fonts_have_every_character_that_papers_use(self) -> None:
        words = RARE + "".join(
            json.dumps(forms._shipped(name), ensure_ascii=False) for name in ("papers", "drafts")
        )
        font = ImageFont.truetype(str(typesetting._fonts() / "NotoSerifSC-Regular.otf"), 24)
        missing = bytes(font.getmask("\U000f0000"))
        assert [
            sign for sign in sorted(set(words)) if sign > " " and bytes(font.getmask(sign)) == missing
        ] == []

    def test_word_is_set_in_chinese_type_on_a4(self) -> None:
        with zipfile.ZipFile(io.BytesIO(docx(long_paper(1)))) as archive:
            body, styles = (
                archive.read("word/document.xml").decode(),
                archive.read("word/styles.xml").decode(),
            )
            foot = archive.read("word/footer1.xml").decode()
        assert 'w:eastAsia="宋体"' in styles
        assert 'w:eastAsia="黑体"' in body
        assert 'w:w="11906"' in body
        assert 'w:firstLine="480"' in body
        assert "PAGE" in foot

    def test_a_picture_is_shown_in_both(self) -> None:
        import base64

        from tests.mediation.papers import stroke

        picture = base64.b64decode(stroke().partition(",")[2])
        paper = replace(
            long_paper(1),
            blocks=(Signatures(marks=(Mark(label="当事人", picture="s.png", on="2026年1月1日"),)),),
            files={"s.png": picture},
        )
        assert len(list(PdfReader(io.BytesIO(pdf(paper))).pages[0].images)) >= 1
        with zipfile.ZipFile(io.BytesIO(docx(paper))) as archive:
            assert any(name.startswith("word/media/") for name in archive.namelist())


class TestForms:
    def test_a_fact_that_is_not_known_leaves_a_line(self) -> None:
        assert forms.filled("{a}与{b}", {"a": "甲", "b": ""}) == f"甲与{forms.BLANK}"

    def test_every_form_is_whole(self, cast: Cast) -> None:
        kinds = {"line", "date", "prose", "facts", "parties", "terms", "table", "signatures", "seal"}
        for kind in forms.kinds():
            assert {spec["block"] for spec in forms.form(kind)["blocks"]} <= kinds

    def test_drafts_fit_the_kind_of_dispute(self, cast: Cast) -> None:
        row = Way(cast, category="0404").row
        found = proposals(row, AT)
        assert [item.code for item in found] == ["lift", "plain"]
        assert "张三丰与李四光" in found[0].facts
        assert found[0].terms[1]["obligor"] == 1, "who asks for the lift pays"
        assert found[0].terms[1]["obligee"] == 2
        assert found[0].terms[0]["obligor"] == 2
        assert [item.code for item in proposals(Way(cast).row, AT)] == ["leak", "plain"], (
            "the facts tell of water"
        )
        assert forms.drafts("0404", on=datetime(2020, 1, 1, tzinfo=UTC).date()) == []

    def test_a_draft_begins_with_a_form_and_goes_on_with_the_version(self, cast: Cast) -> None:
        way = Way(cast).to("mediating")
        start = first_words(way.row, AT, 6)
        assert start["obligor1"] == 2
        assert "渗漏" in str(start["text1"])
        assert way.row.facts in str(start["facts"])
        way.do("draft", agreement=terms(way.row, way.at))
        start = first_words(way.row, AT, 6)
        assert start["text1"] == "赔偿装修损失"
        assert str(start["days1"]).splitlines()[0].endswith(" 3000.00")
        assert (start["obligor1"], start["obligee1"], start["copies"]) == (2, 1, 3)


class TestComparing:
    def test_what_was_taken_out_and_put_in(self) -> None:
        found = compared(["赔偿6000元", "三日内付清", "删去的一行"], ["赔偿5000元", "三日内付清"])
        assert found[0] == [
            Piece("same", "赔偿"),
            Piece("out", "6"),
            Piece("in", "5"),
            Piece("same", "000元"),
        ]
        assert found[1] == [Piece("same", "三日内付清")]
        assert found[2] == [Piece("out", "删去的一行")]

    def test_both_texts_can_be_told_back(self) -> None:
        old, new = ["甲乙丙丁", "戊己"], ["庚辛壬癸", "戊己庚", "新增"]
        found = compared(old, new)
        assert [t for line in found if (t := "".join(p.text for p in line if p.change != "in"))] == old
        assert [t for line in found if (t := "".join(p.text for p in line if p.change != "out"))] == new


class TestPapers:
    def test_an_agreement_says_everything_of_the_law(self, cast: Cast) -> None:
        way = drafted(Way(cast))
        agreement = Agreement.objects.get(case=way.row)
        matter = Matter(row=way.row, at=way.at, agreement=agreement)
        said = flat(text_of(pdf(build("agreement", matter))))
        for words in (
            way.row.number,
            "张三丰",
            "110101199003077758",
            "13812345678",
            "1990-03-07",
            "李四光",
            "2026年10月起楼上渗水",
            "维修责任与赔偿数额",
            "楼上住户承担主要责任",
            "李四光：赔偿装修损失，向张三丰支付人民币6,000.00元（履行方式：银行转账）。",
            "3,000.00",
            "一式3份",
            "文津街道人民调解委员会",
            "东湖区人民法院",
            "（印章）",
            "记录人（签名）",
        ):
            assert words in said, words
        assert flat("张三丰") in flat(word_text(docx(build("agreement", matter))))

    def test_a_masked_copy_names_nobody(self, cast: Cast) -> None:
        way = drafted(Way(cast))
        agreement = Agreement.objects.get(case=way.row)
        agreement.facts = "张三丰（13812345678）家中渗水"
        paper = build("agreement", Matter(row=way.row, at=way.at, agreement=agreement, reader=Reader(True)))
        said = flat(text_of(pdf(paper)))
        for words in ("张三丰", "李四光", "110101199003077758", "13812345678", "13912345678", "502室"):
            assert words not in said, words
        assert "张**（138****5678）家中渗水" in said
        assert paper.watermark == "脱敏副本"

    def test_partial_oral_and_ending_papers(self, cast: Cast) -> None:
        way = drafted(Way(cast))
        agreement = Agreement.objects.get(case=way.row)
        assert "未达成一致" not in text_of(
            pdf(build("agreement", Matter(row=way.row, at=AT, agreement=agreement)))
        )
        agreement.is_partial, agreement.remaining = True, "鉴定费用另行协商"
        said = flat(text_of(pdf(build("agreement", Matter(row=way.row, at=AT, agreement=agreement)))))
        assert "未达成一致的事项：鉴定费用另行协商" in said
        way.do("fail", reason_code="no_agreement", opinion="双方分歧过大", **GUIDED)
        said = flat(text_of(pdf(build("termination", Matter(row=way.row, at=way.at)))))
        assert "双方分歧过大" in said
        assert GUIDED["guidance"][:12] in said
        assert "人民调解法》第二十六条" in said

    def test_an_unknown_kind_is_not_there(self, cast: Cast) -> None:
        with pytest.raises(NotFound):
            build("novel", Matter(row=Way(cast).row, at=AT))


def build_registration(way: Way) -> PdfReader:
    """The registration, set."""
    return PdfReader(io.BytesIO(pdf(build("registration", Matter(row=way.row, at=way.at)))))


class TestVolume:
    def test_one_pdf_with_contents_that_are_true(self, cast: Cast) -> None:
        way = sealed(Way(cast))
        way.do("agree_written")
        began = time.perf_counter()
        content = volume(way.row, way.at)
        print(f"volume {time.perf_counter() - began:.2f} s")
        book = PdfReader(io.BytesIO(content))
        pages = [flat(page.extract_text()) for page in book.pages]
        assert pages[0].startswith("人民调解卷宗")
        row = re.compile(r"^(\d+)\s+(\S+)\s+\d{4}年\d+月\d+日\s+(\d+)(?:-\d+)?$", re.MULTILINE)
        listed = row.findall(book.pages[1].extract_text())
        assert len(listed) >= 6
        for _number, title, page in listed:
            assert title[:6] in pages[int(page) - 1], (title, page)
        for number, page in enumerate(pages, 1):
            assert f"第{number}页共{len(pages)}页" in page
        assert [item.title for item in book.outline][:2] == ["卷宗封面", "卷内目录"]
        assert "尚缺" in pages[-1], "callbacks are still to come"
        assert "终止告知不涉及" in pages[-1], "what the case is not about is not called complete"
        assert "受理登记齐全" in pages[-1]
        assert len(build_registration(way).pages) == 1, "the seal stands on the page that it belongs to"

    def test_a_masked_volume_names_nobody(self, cast: Cast) -> None:
        way = sealed(Way(cast))
        way.do("agree_written")
        said = flat(text_of(volume(way.row, way.at, is_masked=True)))
        assert "张三丰" not in said
        assert "110101199003077758" not in said
