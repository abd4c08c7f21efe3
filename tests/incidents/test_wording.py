"""Canned texts and handling standards: whose they are, who writes them, which one holds."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from governance.audit.models import AuditEntry
from governance.foundation.errors import Forbidden, NotFound, StaleVersion, Unprocessable
from incidents import wording
from incidents.models import CannedText, MatterStandard
from incidents.wording import Wording
from tests.cast import DAY, HOUR, MONDAY, Cast, MakeTicket

pytestmark = pytest.mark.django_db
TEXT = Wording(title="已整改", text="已派员现场整改完毕，恢复原状。", verb="feedback")


def standard(cast: Cast, code: str = "0106", **more: Any) -> MatterStandard:
    wanted = {
        "filing": "公共区域有散落垃圾", "closing": "垃圾清运完毕", "basis": "市容管理规定", "valid_from": MONDAY,
        "by": cast.dispatcher, "at": MONDAY, "version": 0,
    }  # fmt: skip
    return wording.add_standard(code, **wanted | more)


class TestTexts:
    def test_own_texts_are_ones_own(self, cast: Cast) -> None:
        row = wording.save_text(TEXT, by=cast.handler, at=MONDAY)
        assert list(wording.texts_for(cast.handler)) == [row]
        assert list(wording.texts_for(cast.lead)) == []
        with pytest.raises(NotFound):
            wording.save_text(TEXT, by=cast.lead, at=MONDAY, text_id=row.pk, version=1)
        with pytest.raises(NotFound):
            wording.delete_text(row.pk, by=cast.lead, at=MONDAY, version=1)

    def test_the_units_texts_are_its_leads(self, cast: Cast) -> None:
        unit = Wording(title="已转办", text="已转相关科室办理。", unit_id=cast.unit("CG").pk, position=1)
        with pytest.raises(Forbidden):
            wording.save_text(unit, by=cast.handler, at=MONDAY)
        row = wording.save_text(unit, by=cast.lead, at=MONDAY)
        own = wording.save_text(TEXT, by=cast.handler, at=MONDAY)
        assert list(wording.texts_for(cast.handler)) == [own, row]
        assert list(wording.texts_for(cast.handler, verb="sign")) == [row], "the own one is for feedback"
        assert list(wording.texts_for(cast.gas)) == []
        with pytest.raises(Forbidden):
            wording.delete_text(row.pk, by=cast.handler, at=MONDAY, version=1)
        assert CannedText.objects.count() == 2

    def test_changes_are_kept_in_the_journal(self, cast: Cast) -> None:
        row = wording.save_text(TEXT, by=cast.handler, at=MONDAY)
        again = Wording(title="已办结", text="办结。", position=5)
        changed = wording.save_text(again, by=cast.handler, at=MONDAY + HOUR, text_id=row.pk, version=1)
        assert (changed.version, changed.title, changed.verb) == (2, "已办结", "")
        with pytest.raises(StaleVersion):
            wording.save_text(again, by=cast.handler, at=MONDAY, text_id=row.pk, version=1)
        wording.delete_text(row.pk, by=cast.handler, at=MONDAY, version=2)
        verbs = AuditEntry.objects.filter(verb__startswith="canned_text").order_by("id")
        assert list(verbs.values_list("verb", flat=True)) == [
            "canned_text.write", "canned_text.change", "canned_text.delete",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            (Wording(title=" ", text="x"), "title"),
            (Wording(title="x" * 41, text="x"), "title"),
            (Wording(title="x", text=""), "text"),
            (Wording(title="x", text="x" * 501), "text"),
            (Wording(title="x", text="x", verb="fly"), "verb"),
            (Wording(title="x", text="x", position=-1), "position"),
        ],
    )
    def test_odd_texts(self, cast: Cast, wanted: Wording, field: str) -> None:
        with pytest.raises(Unprocessable) as caught:
            wording.save_text(wanted, by=cast.handler, at=MONDAY)
        assert field in caught.value.fields
        assert not CannedText.objects.exists()

    def test_not_without_end(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wording, "MOST_OWN", 1)
        wording.save_text(TEXT, by=cast.handler, at=MONDAY)
        with pytest.raises(Unprocessable):
            wording.save_text(TEXT, by=cast.handler, at=MONDAY)


class TestStandards:
    def test_the_one_of_the_day_counts(self, cast: Cast) -> None:
        first = standard(cast)
        second = standard(cast, closing="垃圾清运完毕并冲洗", valid_from=MONDAY + 5 * DAY, version=1)
        assert wording.standard_of("0106", at=MONDAY - HOUR) is None
        assert wording.standard_of("0106", at=MONDAY + DAY) == first
        assert wording.standard_of("0106", at=MONDAY + 6 * DAY) == second

    def test_a_detail_has_that_of_its_class(self, cast: Cast) -> None:
        row = standard(cast)
        assert wording.standard_of("010601", at=MONDAY) == row
        assert wording.standard_of("0201", at=MONDAY) is None

    def test_who_may_and_what(self, cast: Cast) -> None:
        for actor in (cast.handler, cast.leader, cast.auditor):
            with pytest.raises(Forbidden):
                standard(cast, by=actor)
        with pytest.raises(NotFound):
            standard(cast, "9999")
        for wrong, field in (
            ({"filing": " "}, "filing"),
            ({"closing": "x" * 1001}, "closing"),
            ({"basis": "x" * 201}, "basis"),
            ({"valid_from": MONDAY - HOUR}, "valid_from"),
        ):
            with pytest.raises(Unprocessable) as caught:
                standard(cast, **wrong)
            assert field in caught.value.fields
        assert not MatterStandard.objects.exists()
        standard(cast)
        with pytest.raises(StaleVersion):
            standard(cast)
        assert AuditEntry.objects.filter(verb="standard.add").count() == 1


class TestPages:
    def test_texts_are_kept_on_a_page(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.lead.user)
        unit = str(cast.unit("CG").pk)
        answer = client.post(
            "/texts/", {"title": "已整改", "text": "已整改。", "verb": "feedback", "unit": unit}
        )
        assert answer.status_code == 302
        row = CannedText.objects.get()
        assert (row.unit.code, row.position) == ("CG", 100)
        assert "已整改" in client.get(f"/texts/?edit={row.pk}").content.decode()
        changed = {"title": "已整改好", "text": "好。", "version": "1", "position": "3"}
        assert client.post(f"/texts/?edit={row.pk}", changed).status_code == 302
        assert client.post(f"/texts/?edit={row.pk}", changed).status_code == 409
        answer = client.post("/texts/", {"title": "", "text": "留着"})
        assert (answer.status_code, "留着" in answer.content.decode()) == (422, True)
        client.force_login(cast.handler.user)
        assert "已整改好" in client.get("/texts/pick/?verb=feedback").content.decode()
        assert client.post(f"/texts/{row.pk}/delete/", {"version": "2"}).status_code == 403
        client.force_login(cast.gas.user)
        assert client.get(f"/texts/?edit={row.pk}").status_code == 404
        assert client.post(f"/texts/{row.pk}/delete/", {"version": "2"}).status_code == 404
        client.force_login(cast.lead.user)
        assert client.post(f"/texts/{row.pk}/delete/", {"version": "1"}).status_code == 409
        assert client.post(f"/texts/{row.pk}/delete/", {"version": "2"}).status_code == 302
        assert not CannedText.objects.exists()

    def test_the_verb_dialog_offers_them(self, client: Client, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("handling")
        client.force_login(cast.handler.user)
        page = client.get(
            f"/tickets/{ticket.number}/do/feedback/", headers={"HX-Request": "true"}
        ).content.decode()
        assert "/texts/pick/?verb=feedback" in page

    def test_standards_are_read_and_kept(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.handler.user)
        assert client.get("/standards/").status_code == 200
        assert (
            client.post("/standards/0106/", {"filing": "a", "closing": "b", "version": "0"}).status_code
            == 403
        )
        client.force_login(cast.dispatcher.user)
        assert client.get("/standards/9999/").status_code == 404
        typed = {"filing": "有垃圾", "closing": "无垃圾", "basis": "", "version": "0"}
        for wrong in ({"valid_from": "soon"}, {"valid_from": "2099-01-01"}, {"valid_from": "2020-01-01"}):
            answer = client.post("/standards/0106/", typed | wrong)
            assert (answer.status_code, "有垃圾" in answer.content.decode()) == (422, True)
        assert client.post("/standards/0106/", typed).status_code == 302
        assert client.post("/standards/0106/", typed).status_code == 409
        assert "有垃圾" in client.get("/standards/?q=0106").content.decode()
        assert "有垃圾" not in client.get("/standards/?missing=1").content.decode()
        assert client.get("/standards/?q=zzzz").status_code == 200
        client.force_login(cast.auditor.user)
        assert client.get("/standards/").status_code == 403

    def test_beside_the_ticket_that_one_may_see(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        standard(cast, valid_from=MONDAY)
        standard(cast, closing="后来的标准", valid_from=MONDAY + timedelta(days=2), version=1)
        ticket = make_ticket("dispatched", category="0106", to="G1")
        url = f"/standards/ticket/{ticket.number}/"
        client.force_login(cast.worker.user)
        assert "垃圾清运完毕" in client.get(url).content.decode()
        assert "后来的标准" not in client.get(url).content.decode()
        client.force_login(cast.far_community.user)
        assert client.get(url).status_code == 404
