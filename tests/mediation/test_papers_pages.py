"""Pages of papers, signing, registers and figures: who gets them, what they say, how few statements they need."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import time
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from mediation.models import (
    Agreement,
    GovernanceCentre,
    MediationCase,
    MediationPoint,
    Mediator,
    PointPerson,
    SealedPaper,
    Session,
    Signature,
    StationedUnit,
    Training,
)
from tests.cast import DAY, Cast
from tests.mediation.conftest import BACKEND
from tests.mediation.papers import drafted, keeper, stroke
from tests.mediation.props import Way, terms
from tests.mediation.standing import SINCE

Counted = Callable[..., object]


def client_of(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user, backend=BACKEND)
    return client


@pytest.fixture
def way(cast: Cast) -> Way:
    return drafted(Way(cast))


class TestPapers:
    def test_every_paper_can_be_had(self, way: Way) -> None:
        client, number = client_of(way.me), way.row.number
        page = client.get(f"/mediation/case/{number}/papers/")
        assert page.status_code == 200
        for kind in ("application", "registration", "rights", "consent", "agreement"):
            assert f"/papers/{kind}.pdf" in page.text
            answer = client.get(f"/mediation/case/{number}/papers/{kind}.pdf")
            assert answer.headers["Content-Type"] == "application/pdf"
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert len(PdfReader(io.BytesIO(answer.content)).pages) >= 1
        word = client.get(f"/mediation/case/{number}/papers/agreement.docx")
        assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(word.content)).namelist()
        session = Session.objects.get(state="held")
        assert (
            client.get(f"/mediation/case/{number}/papers/session.pdf?session={session.pk}").status_code == 200
        )
        way.do(
            "plan_session",
            session_kind="court",
            starts_at=way.at + 2 * DAY,
            minutes=60,
            place="文津街道综治中心",
            opinion="",
        )
        planned = Session.objects.get(state="planned")
        paper = client.get(f"/mediation/case/{number}/papers/invitation.pdf?session={planned.pk}")
        assert "文津街道综治中心" in PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
        assert client.get(f"/mediation/case/{number}/volume.pdf").content[:5] == b"%PDF-"
        said = AuditEntry.objects.filter(verb="mediation.print").order_by("-pk")[0]
        assert said.details == {"paper": "volume", "masked": False}

    def test_what_is_not_there(self, way: Way, cast: Cast) -> None:
        client, number = client_of(way.me), way.row.number
        for address in ("papers/cover.pdf", "papers/novel.pdf", "papers/session.pdf?session=7", "sealed.pdf"):
            assert client.get(f"/mediation/case/{number}/{address}").status_code == 404, address
        bare = Way(cast).row.number
        assert client_of(cast.town).get(f"/mediation/case/{bare}/papers/agreement.pdf").status_code == 404
        assert client_of(cast.town).get(f"/mediation/case/{bare}/versions/").status_code == 404

    def test_who_may_not_read_the_case_gets_none(self, way: Way, cast: Cast) -> None:
        before = AuditEntry.objects.filter(verb="mediation.print").count()
        for actor in (cast.far_town, cast.neighbour, cast.auditor, cast.outsider):
            for address in ("papers/", "papers/agreement.pdf", "volume.pdf", "versions/", "sign/mediator/"):
                status = client_of(actor).get(f"/mediation/case/{way.row.number}/{address}").status_code
                assert status in {403, 404}
            assert client_of(actor).post(f"/mediation/case/{way.row.number}/seal/").status_code in {403, 404}
        assert AuditEntry.objects.filter(verb="mediation.print").count() == before
        assert not SealedPaper.objects.exists()

    def test_whoever_sees_masks_only_prints_masks_only(self, way: Way, cast: Cast) -> None:
        MediationCase.objects.filter(pk=way.row.pk).update(risk_color="red")
        client, base = client_of(cast.leader), f"/mediation/case/{way.row.number}"
        before = AuditEntry.objects.filter(verb="mediation.print").count()
        assert "agreement.docx" not in client.get(f"{base}/papers/").text
        for address in ("papers/agreement.pdf", "papers/agreement.docx", "volume.pdf", "sealed.pdf"):
            assert client.get(f"{base}/{address}").status_code == 403, address
        assert AuditEntry.objects.filter(verb="mediation.print").count() == before
        answer = client.get(f"{base}/papers/agreement.pdf?masked=1")
        assert "张三丰" not in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        page = client.get(f"{base}/versions/").text
        assert "张三丰" not in page
        assert "赔偿装修损失" in page

    def test_signed_and_sealed_on_the_page(self, way: Way, cast: Cast) -> None:
        keeper(way)
        client, base = client_of(way.me), f"/mediation/case/{way.row.number}"
        page = client.get(f"{base}/sign/{way.keys[0]}/")
        assert "data-sign-field" in page.text
        assert "赔偿装修损失" in page.text
        empty = client.post(f"{base}/sign/{way.keys[0]}/", {"version": "1", "picture": ""})
        assert empty.status_code == 422
        for who in (*way.keys, "mediator"):
            answer = client.post(f"{base}/sign/{who}/", {"version": "1", "picture": stroke()})
            assert answer.status_code == 302
        assert client.post(f"{base}/sign/mediator/", {"version": "1", "picture": stroke()}).status_code == 409
        assert Signature.objects.count() == 3
        assert client_of(cast.community).get(f"{base}/sign/mediator/").status_code == 403
        assert client_of(cast.community).post(f"{base}/seal/", {"version": "1"}).status_code == 403
        assert client.post(f"{base}/seal/", {"version": "9"}).status_code == 302
        assert not SealedPaper.objects.exists(), "another version than was read"
        assert client.post(f"{base}/seal/", {"version": "1"}).status_code == 302
        paper = SealedPaper.objects.get()
        assert paper.sha256 in client.get(f"{base}/papers/").text
        assert b"".join(client.get(f"{base}/sealed.pdf").streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
        with paper.file.open("rb") as file:
            content = file.read()
        for given, words in ((content, "文件一致"), (content + b" ", "不一致")):
            file = SimpleUploadedFile("a.pdf", given, content_type="application/pdf")
            answer = client.post(f"{base}/sealed/check/", {"file": file}, follow=True)
            assert words in answer.text
        assert client.post(f"{base}/sealed/check/").status_code == 404
        paper.file.delete(save=False)

    def test_versions_are_compared(self, way: Way) -> None:
        way.do("draft", agreement=terms(way.row, way.at, days=(10, 20, 30)))
        assert Agreement.objects.count() == 2
        page = client_of(way.me).get(f"/mediation/case/{way.row.number}/versions/")
        assert "paper-out" in page.text
        assert "paper-in" in page.text
        assert (
            client_of(way.me).get(f"/mediation/case/{way.row.number}/versions/?old=1&new=1").status_code
            == 200
        )


class TestRegisters:
    def test_pages_say_who_mediates(self, way: Way, cast: Cast) -> None:
        client = client_of(cast.town)
        row = Mediator.objects.get(user=way.me.user)
        Mediator.objects.filter(pk=row.pk).update(
            specialities=["neighbour"], languages=["dialect"], most_open=1
        )
        Training.objects.create(mediator=row, on="2026-03-01", course="调解技巧", hours=16)
        assert row.body.name in client.get("/mediation/bodies/?level=town").text
        assert row.body.name not in client.get("/mediation/bodies/?level=upper").text
        page = client.get("/mediation/mediators/?speciality=neighbour").text
        assert row.name in page
        assert "1 / 1" in page
        assert row.name not in client.get("/mediation/mediators/?speciality=medical").text
        assert row.name in client.get(f"/mediation/mediators/?q={row.name}&body={row.body_id}").text

    def test_centres_and_points(self, way: Way, cast: Cast) -> None:
        client = client_of(way.me)
        assert client.get("/mediation/centres/").status_code == 200
        town = cast.region("990101001000")
        centre = GovernanceCentre.objects.create(
            name="文津街道综治中心",
            region=town,
            unit=cast.unit("T1"),
            address="文津路8号",
            opens=time(8),
            closes=time(17),
        )
        unit = StationedUnit.objects.create(
            centre=centre, name="东湖区人民法院", attendance="rotating", weekdays=[2], since=SINCE
        )
        unit.turns.create(on="2026-11-17", turn="morning", name="江法")
        page = client.get("/mediation/centres/?on=2026-11-18").text
        assert "东湖区人民法院" in page
        assert "江法" in page
        point = MediationPoint.objects.create(
            name="书院调解点", region=town, body=way.bodies["town"], address="书院路", opened_on=SINCE
        )
        PointPerson.objects.create(point=point, post="party", name="党员甲", since=SINCE)
        page = client.get("/mediation/points/").text
        assert "党员甲" in page
        assert page.count("tag-urgent") == 2, "two of the three posts are vacant"

    @pytest.mark.usefixtures("steady")
    def test_statements_do_not_grow(self, way: Way) -> None:
        client = client_of(way.me)
        for address in ("bodies", "mediators", "points", "centres", "calendar"):
            client.get(f"/mediation/{address}/")
            with CaptureQueriesContext(connection) as one:
                client.get(f"/mediation/{address}/")
            for number in range(2):
                Mediator.objects.create(body=way.bodies["town"], name=f"{address}{number}", joined_on=SINCE)
            with CaptureQueriesContext(connection) as three:
                client.get(f"/mediation/{address}/")
            assert len(three) == len(one), address


class TestFigures:
    def test_rates_with_both_numbers(self, way: Way) -> None:
        client = client_of(way.me)
        period = "from=2026-11-01&to=2026-12-31"
        page = client.get(f"/mediation/figures/?{period}").text
        assert "K31" in page
        assert "K36" in page
        assert "0.00 %" in page, "one case accepted, none agreed"
        for by in ("level", "kind", "cause", "colour"):
            assert client.get(f"/mediation/figures/?by={by}&{period}").status_code == 200
        assert client.get("/mediation/figures/?from=x").status_code == 200

    def test_a_number_leads_to_its_cases(self, way: Way) -> None:
        other, client = Way(way.cast), client_of(way.cast.town)
        page = unescape(client.get("/mediation/figures/?by=level&from=2026-11-01&to=2026-12-31").text)
        address = next(
            link
            for link in re.findall(r'href="(/mediation/cases/[^"]*)"', page)
            if "K31.up&side=whole" in link
        )
        listed = client.get(address).text
        assert way.row.number in listed
        assert other.row.number not in listed, "it was not accepted"
        assert "纠纷上交率" in listed
        assert 'name="counted" value="K31.up"' in listed, "a filter keeps the number"
        for strange in ("counted=K99", "counted=K31&by=colour", "counted=K31&from=x&by=level&group=x"):
            assert client.get(f"/mediation/cases/?{strange}").status_code == 200

    def test_overseers_and_leaders_read_the_numbers_of_their_place_and_no_case(self, way: Way) -> None:
        period = "from=2026-11-01&to=2026-12-31"
        for person in (way.cast.oversight, way.cast.leader):
            client = client_of(person)
            page = client.get(f"/mediation/figures/?{period}").text
            assert "辖区内的全部案件" in page
            assert '<td class="num tnum">0.00 %</td>' in page, (
                "the one accepted case counts, which nobody here may open"
            )
            assert client.get(f"/mediation/case/{way.row.number}/").status_code == 404
        client = client_of(way.cast.oversight)
        assert "/mediation/cases/?counted" not in client.get(f"/mediation/figures/?{period}").text
        assert "/mediation/figures/" in client.get("/tickets/").text, "in the menu"
        for address in ("bodies", "mediators", "centres", "points", "limits", "again"):
            assert client.get(f"/mediation/{address}/").status_code == 200, address
        for address in ("", "cases/", "window/", "calendar/", "new/"):
            assert client.get(f"/mediation/{address}").status_code == 403, address
        assert client_of(way.cast.auditor).get("/mediation/figures/").status_code == 403

    def test_people_who_come_again_are_for_the_line(self, way: Way, cast: Cast) -> None:
        Way(cast)
        address = "/mediation/again/?from=2026-11-01&to=2026-12-31"
        page = client_of(cast.town).get(address).text
        assert "张**" in page
        assert "张三丰" not in page
        assert AuditEntry.objects.filter(verb="mediation.repeated_people").count() == 1
        assert "张**" not in client_of(cast.leader).get(address).text
        assert AuditEntry.objects.filter(verb="mediation.repeated_people").count() == 1

    def test_tickets_that_tell_of_a_dispute(self, cast: Cast, make_ticket: Counted) -> None:
        make_ticket("registered", content="楼上装修漏水，邻居协商未果，请求调解")
        make_ticket("registered", content="路灯不亮")
        page = client_of(cast.community).get("/mediation/sifted/").text
        assert page.count("/mediation/from-ticket/") == 1
        assert MediationCase.objects.count() == 0
