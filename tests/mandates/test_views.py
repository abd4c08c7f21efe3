"""The pages of the mandates: who sees what, what they show, every form, files in and out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.accounts.actors import Actor
from governance.foundation.clock import local, now
from mandates import standing
from mandates.models import AccessApplication, DelegatedPower, DutyItem, DutyList, MandateStep
from mandates.views import lists as list_views
from tests.cast import Cast
from tests.mandates.props import application, duty_list, power

pytestmark = pytest.mark.django_db
HOME = "/mandates/"
HEAD = "序号,履职类别,事项名称,事项编码\n"
Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    def get(by: Actor, url: str, **query: Any) -> Any:
        client.force_login(by.user)  # type: ignore[arg-type]
        return client.get(url, query)

    return get


@pytest.fixture
def send(client: Client) -> Ask:
    def post(by: Actor, url: str, **data: Any) -> Any:
        client.force_login(by.user)  # type: ignore[arg-type]
        return client.post(url, data)

    return post


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def today() -> Any:
    return local(now()).date()


PAGES = (HOME, f"{HOME}items/", f"{HOME}access/", f"{HOME}powers/")


@pytest.mark.parametrize("url", PAGES)
def test_everybody_who_is_appointed_reads(cast: Cast, ask: Ask, url: str) -> None:
    for name in ("oversight", "town", "community", "lead", "leader", "worker"):
        assert ask(getattr(cast, name), url).status_code == 200
    for name in ("auditor", "administrator", "outsider"):
        assert ask(getattr(cast, name), url).status_code == 403


class TestLists:
    def test_without_lists_it_says_that_nothing_is_blocked(self, cast: Cast, ask: Ask) -> None:
        assert "任务下达不受限制" in text_of(ask(cast.community, HOME))
        duty_list([("basic", "0106", "垃圾分类")], since=today())
        assert "任务下达不受限制" not in text_of(ask(cast.community, HOME))

    def test_filters_and_other_editions(self, cast: Cast, ask: Ask) -> None:
        duty_list([], since=today() - timedelta(days=9))
        coming = duty_list([], edition=2, since=today() + timedelta(days=9))
        duty_list([], code="S", level="community", since=today())
        assert text_of(ask(cast.town, HOME)).count("row-link") == 2
        assert f"/mandates/lists/{coming.pk}/" in text_of(ask(cast.town, HOME, all="1"))
        assert text_of(ask(cast.town, HOME, level="community")).count("row-link") == 1
        assert "row-link" not in text_of(ask(cast.town, HOME, kind="power"))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_statements(
        self, client: Client, cast: Cast, ask: Ask, rows: int, steady: None, django_assert_num_queries: Any
    ) -> None:
        for number in range(rows):
            duty_list([("basic", "0106", "甲")], code=f"L{number}", since=today())
        ask(cast.oversight, HOME)
        with django_assert_num_queries(7):
            client.get(HOME)


class TestItems:
    def test_search(self, cast: Cast, ask: Ask) -> None:
        made = duty_list([("basic", "0106", "垃圾分类"), ("taken_back", "0202", "道路养护")], since=today())
        DutyItem.objects.filter(number=2).update(lead_line="CG")
        url = f"{HOME}items/"
        for query, found in (
            ({}, 2),
            ({"q": "分类"}, 1),
            ({"q": "02"}, 1),
            ({"q": "没有"}, 0),
            ({"class": "taken_back"}, 1),
            ({"line": "CG"}, 1),
            ({"level": "town"}, 0),
        ):
            text = text_of(ask(cast.community, url, **query))
            assert sum(subject in text for subject in ("垃圾分类", "道路养护")) == found, query
        assert f"/mandates/lists/{made.pk}/" in text_of(ask(cast.community, url))

    def test_pages_by_key(self, cast: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(list_views, "SIZE", 2)
        duty_list([("basic", "", f"事项甲{n}") for n in range(5)], since=today())
        pages = [ask(cast.town, f"{HOME}items/")]
        while cursor := pages[-1].context["page"].next:
            pages.append(ask(cast.town, f"{HOME}items/", cursor=cursor))
        assert [len(page.context["rows"]) for page in pages] == [2, 2, 1]
        back = ask(cast.town, f"{HOME}items/", cursor=pages[-1].context["page"].previous)
        assert [item.subject for item, *_names in back.context["rows"]] == ["事项甲2", "事项甲3"]
        assert ask(cast.town, f"{HOME}items/", cursor="x9").status_code == 400


class TestEdition:
    def test_items_and_changes(self, cast: Cast, ask: Ask) -> None:
        duty_list([("basic", "0106", "垃圾分类")], since=today() - timedelta(days=9))
        second = duty_list(
            [("taken_back", "0106", "垃圾分类"), ("basic", "", "新事")], edition=2, since=today()
        )
        text = text_of(ask(cast.worker, f"{HOME}lists/{second.pk}/"))
        assert "新事" in text
        assert "基本履职 → 上级收回" in text
        assert ask(cast.worker, f"{HOME}lists/987654/").status_code == 404

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_files_out(self, cast: Cast, ask: Ask, kind: str) -> None:
        made = duty_list([("basic", "0106", "=垃圾")], since=today())
        answer = ask(cast.lead, f"{HOME}lists/{made.pk}.{kind}")
        assert answer.status_code == 200
        assert f"WGSX-1.{kind}" in answer["Content-Disposition"]
        if kind == "csv":
            assert "'=垃圾" in text_of(answer)


class TestImport:
    url = f"{HOME}import/"

    def data(self, **changes: Any) -> dict[str, Any]:
        file = SimpleUploadedFile("a.csv", (HEAD + "1,基本,垃圾分类,0106\n").encode())
        facts = {
            "code": "WGSX",
            "title": "网格清单",
            "kind": "service",
            "level": "grid",
            "region": "990100000000",
            "valid_from": today().isoformat(),
            "file": file,
        }
        return facts | changes

    def test_checked_first_stored_by_a_second_press(self, cast: Cast, send: Ask) -> None:
        checked = send(cast.oversight, self.url, **self.data())
        assert checked.status_code == 200
        assert "尚未入库" in text_of(checked)
        assert not DutyList.objects.exists()
        rows = checked.context["form"]["rows"].value()
        data = self.data(rows=rows)
        del data["file"]
        assert send(cast.oversight, self.url, **data).status_code == 302
        assert DutyItem.objects.get().subject == "垃圾分类"
        again = send(cast.oversight, self.url, **self.data())
        assert "事项没有变化" in text_of(again)
        too_early = send(cast.oversight, self.url, **data)
        assert too_early.status_code == 422

    def test_faults_are_listed_by_line(self, cast: Cast, send: Ask) -> None:
        file = SimpleUploadedFile("a.csv", (HEAD + "x,基本,甲,\n2,什么,乙,\n").encode())
        text = text_of(send(cast.oversight, self.url, **self.data(file=file)))
        assert "第2行" in text
        assert "第3行" in text
        assert not DutyList.objects.exists()

    def test_what_is_refused(self, cast: Cast, ask: Ask, send: Ask) -> None:
        assert ask(cast.community, self.url).status_code == 403
        assert send(cast.lead, self.url, **self.data()).status_code == 403
        data = self.data(rows="forged")
        del data["file"]
        assert send(cast.oversight, self.url, **data).status_code == 400
        del data["rows"]
        assert send(cast.oversight, self.url, **data).status_code == 422
        wrong = SimpleUploadedFile("a.txt", b"x")
        assert send(cast.oversight, self.url, **self.data(file=wrong)).status_code == 400
        assert not DutyList.objects.exists()

    def test_a_town_stores_only_its_own(self, cast: Cast, send: Ask) -> None:
        checked = send(cast.town, self.url, **self.data())
        data = self.data(rows=checked.context["form"]["rows"].value())
        del data["file"]
        assert send(cast.town, self.url, **data).status_code == 403
        assert not DutyList.objects.exists()

    def test_the_next_edition_begins_with_the_head_of_the_last(self, cast: Cast, ask: Ask) -> None:
        made = duty_list([], since=today())
        assert 'value="WGSX"' in text_of(ask(cast.oversight, self.url, of=made.pk))
        assert ask(cast.oversight, self.url, of="987654").status_code == 404


class TestAccess:
    def form(self, cast: Cast, **changes: Any) -> dict[str, Any]:
        facts = {
            "unit": cast.unit("CG").pk,
            "title": "入户宣传",
            "matter_code": "0106",
            "level": "grid",
            "region": "990101001000",
            "starts_on": today().isoformat(),
            "ends_on": (today() + timedelta(days=9)).isoformat(),
            "content": "入户",
            "legal_basis": "条例",
            "money": "部门承担",
            "training": "两小时",
        }
        return facts | changes

    def test_a_draft_is_stored_and_changed(self, cast: Cast, ask: Ask, send: Ask) -> None:
        assert ask(cast.lead, f"{HOME}access/new/").status_code == 200
        assert send(cast.lead, f"{HOME}access/new/", **self.form(cast)).status_code == 302
        row = AccessApplication.objects.get()
        url = f"{HOME}access/{row.number}/"
        assert "入户宣传" in text_of(ask(cast.lead, url))
        assert "入户宣传" in text_of(ask(cast.lead, f"{url}edit/"))
        assert send(cast.lead, f"{url}edit/", **self.form(cast, title="改名", version=1)).status_code == 302
        row.refresh_from_db()
        assert row.title == "改名"
        assert send(cast.lead, f"{url}edit/", **self.form(cast, title="旧版", version=1)).status_code == 409
        assert (
            send(cast.lead, f"{url}edit/", **self.form(cast, matter_code="x", version=2)).status_code == 422
        )

    def test_what_is_refused(self, cast: Cast, ask: Ask, send: Ask) -> None:
        assert ask(cast.community, f"{HOME}access/new/").status_code == 403
        assert send(cast.lead, f"{HOME}access/new/", **self.form(cast, unit=987654)).status_code == 422
        early = self.form(cast, ends_on="2020-01-01")
        assert send(cast.lead, f"{HOME}access/new/", **early).status_code == 422
        assert not AccessApplication.objects.exists()
        hidden = application(cast, state="draft")
        assert ask(cast.oversight, f"{HOME}access/{hidden.number}/").status_code == 404

    def test_the_list(self, cast: Cast, ask: Ask) -> None:
        for state in ("draft", "submitted", "in_force"):
            application(cast, state=state)
        url = f"{HOME}access/"
        assert text_of(ask(cast.lead, url)).count("row-link") == 3
        assert text_of(ask(cast.lead, url, state="submitted")).count("row-link") == 1
        assert text_of(ask(cast.lead, url, q="没有")).count("row-link") == 0

    @pytest.mark.parametrize("rows", [1, 3])
    def test_statements(
        self, client: Client, cast: Cast, ask: Ask, rows: int, steady: None, django_assert_num_queries: Any
    ) -> None:
        for _number in range(rows):
            application(cast, state="submitted")
        ask(cast.oversight, f"{HOME}access/")
        with django_assert_num_queries(6):
            client.get(f"{HOME}access/")

    def test_verbs(self, cast: Cast, ask: Ask, send: Ask) -> None:
        row = application(cast, state="submitted", until=today() + timedelta(days=9))
        url = f"{HOME}access/{row.number}/do/review/"
        assert ask(cast.oversight, url).status_code == 200
        assert ask(cast.leader, url).status_code == 403
        assert send(cast.oversight, url, version=1, opinion="").status_code == 422
        findings = dict.fromkeys(
            ("legal_finding", "money_finding", "training_finding", "level_finding"), "可行"
        )
        assert send(cast.oversight, url, version=9, **findings).status_code == 409
        assert send(cast.oversight, url, version=1, **findings).status_code == 302
        assert ask(cast.oversight, url).status_code == 409
        assert "可行" in text_of(ask(cast.leader, f"{HOME}access/{row.number}/"))
        assert MandateStep.objects.get().verb == "review"
        for name in ("edit", "take_effect", "expire", "prepare", "nonsense"):
            assert ask(cast.leader, f"{HOME}access/{row.number}/do/{name}/").status_code == 404
        done = send(cast.leader, f"{HOME}access/{row.number}/do/approve/", version=2)
        assert done.status_code == 302
        row.refresh_from_db()
        assert row.state == "in_force"


class TestPowers:
    def test_proposed_and_approved(self, cast: Cast, ask: Ask, send: Ask) -> None:
        url = f"{HOME}powers/new/"
        assert ask(cast.community, url).status_code == 403
        assert ask(cast.lead, url).status_code == 200
        form = {
            "title": "道路破损处罚",
            "matter_code": "0202",
            "from_line": "CG",
            "towns": ["990101001000"],
            "legal_basis": "决定",
            "starts_on": today().isoformat(),
        }
        assert send(cast.lead, url, **form | {"towns": []}).status_code == 422
        assert send(cast.lead, url, **form | {"matter_code": "abc"}).status_code == 422
        assert send(cast.lead, url, **form).status_code == 302
        row = DelegatedPower.objects.get()
        page = f"{HOME}powers/{row.number}/"
        assert "文津街道" in text_of(ask(cast.worker, page))
        assert send(cast.leader, f"{page}do/approve/", version=1).status_code == 302
        standing.forget()
        row.refresh_from_db()
        assert row.state == "approved"
        assert text_of(ask(cast.town, f"{HOME}powers/", state="approved", q="道路")).count("row-link") == 1
        assert text_of(ask(cast.town, f"{HOME}powers/", q="没有")).count("row-link") == 0
        assert ask(cast.town, f"{HOME}powers/XF1/").status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_statements(
        self, client: Client, cast: Cast, ask: Ask, rows: int, steady: None, django_assert_num_queries: Any
    ) -> None:
        for _number in range(rows):
            power(cast, state="approved")
        ask(cast.oversight, f"{HOME}powers/")
        with django_assert_num_queries(7):
            client.get(f"{HOME}powers/")
