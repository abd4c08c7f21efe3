"""The search page and its box: what each role finds, telephones on record, bad input, statements that do not grow."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.accounts.actors import Actor
from governance.audit.models import AuditEntry
from governance.command.searching import telephones
from governance.command.searching.finders import FINDERS, Group, groups
from governance.foundation.errors import Forbidden, Unprocessable
from grids.models import GridAssignment, GridPost
from incidents import saved
from incidents.intake import Citizen
from tests import city
from tests.cast import DUTY_OF_GRID, LITTER, MONDAY, Cast, MakeTicket
from tests.registers.props import building, key_place, resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(client: Client) -> Any:
    def ask(by: Actor, url: str, **query: str) -> Any:
        assert by.user is not None
        client.force_login(by.user)
        return client.get(url, query)

    return ask


def found(by: Actor, words: str, *, is_quick: bool = False) -> dict[str, Group]:
    return {group.name: group for group in groups(by, words, MONDAY, is_quick=is_quick)}


def put_on_post(cast: Cast, by: Actor) -> None:
    post = GridPost.objects.create(grid=cast.grid(0), kind="grid_leader")
    GridAssignment.objects.create(post=post, user=by.user, starts_on=date(2026, 1, 1))


class TestFinders:
    def test_ground_and_units_by_name_pinyin_initials_and_code(self, cast: Cast) -> None:
        for words in ("书院社区", "shuyuanshequ", "sysq", "990101001001"):
            assert found(cast.worker, words)["ground"].hits[0].label == "书院社区", words
        hit = found(cast.worker, city.GRIDS[0])["ground"].hits[0]
        assert hit.url == f"/map/?grid={city.GRIDS[0]}"
        assert found(cast.town, "云泽燃气")["units"].hits[0].hint == "RQ"

    def test_people_on_posts_in_the_own_area_with_masked_telephones(self, cast: Cast) -> None:
        put_on_post(cast, cast.grid_leader)
        assert cast.grid_leader.user is not None
        cast.grid_leader.user.phone = "13900001234"
        cast.grid_leader.user.save()
        (hit,) = found(cast.town, "赵格")["posts"].hits
        assert "139****1234" in hit.hint
        assert "13900001234" not in hit.hint
        assert hit.url == f"/staffing/people/{cast.grid_leader.user.pk}/"
        assert found(cast.handler, "赵格")["posts"].hits[0].url == f"/map/?grid={city.GRIDS[0]}"
        for outside in (cast.far_town, cast.outsider, cast.auditor):
            assert "posts" not in found(outside, "赵格")
        assert "posts" not in found(cast.town, "z")
        assert "posts" not in found(cast.town, "1390")

    def test_key_places_and_buildings_of_the_own_area(self, cast: Cast) -> None:
        key_place(name="东湖第一小学", address="学府路 1 号")
        house = building(name="学府苑1栋")
        there = found(cast.community, "学府")
        assert there["places"].hits[0].label == "东湖第一小学"
        assert there["buildings"].hits[0].url == f"/registers/households/?building={house.pk}"
        for outside in (cast.far_community, cast.handler, cast.mediator, cast.administrator):
            assert not {"places", "buildings"} & set(found(outside, "学府"))

    def test_residents_only_for_those_who_keep_them_and_never_while_typing(self, cast: Cast) -> None:
        row = resident(name="欧阳修")
        (hit,) = found(cast.community, "欧阳")["residents"].hits
        assert hit.label == row.masked_name != "欧阳修"
        assert hit.url == f"/registers/residents/{row.pk}/"
        for other in (cast.supervisor, cast.oversight, cast.leader, cast.far_community, cast.handler):
            assert "residents" not in found(other, "欧阳"), other
        assert "residents" not in found(cast.community, "欧阳", is_quick=True)
        assert "residents" not in found(cast.community, "欧")
        assert {finder.name for finder in FINDERS if not finder.is_quick} == {"residents"}

    def test_nothing_for_no_words(self, cast: Cast) -> None:
        assert groups(cast.town, "   ", MONDAY, is_quick=False) == []


class TestPage:
    def test_tickets_as_the_list_shows_them(self, get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
        own = make_ticket("handling", category=LITTER, to="G1", title="书院路 口袋公园垃圾未清")
        far = make_ticket("accepted", category=DUTY_OF_GRID, title="另一件事")
        page = get(cast.worker, "/search/", q="状态:办理中 垃圾")
        assert page.status_code == 200
        assert [row.ticket.number for row in page.context["rows"]] == [own.number]
        listed = get(cast.worker, page.context["list_url"])
        assert [row.ticket.pk for row in listed.context["rows"]] == [own.pk]
        assert far.number not in page.content.decode()

    def test_the_number_of_a_visible_ticket_opens_it(
        self, get: Any, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("accepted")
        assert get(cast.worker, "/search/", q=ticket.number.lower()).url == ticket.get_absolute_url()
        other = get(cast.far_community, "/search/", q=ticket.number)
        assert other.status_code == 200
        assert not other.context["rows"]

    def test_faults_are_explained_with_their_place(self, get: Any, cast: Cast) -> None:
        page = get(cast.town, "/search/", q="垃圾 状态:胡说")
        assert page.status_code == 422
        text = page.content.decode()
        assert "<mark>胡说</mark>" in text
        assert "第 7 个字符处" in text
        assert "rows" not in page.context

    def test_keys_of_the_list_and_saved_filters_become_text(self, get: Any, cast: Cast) -> None:
        moved = get(cast.town, "/search/", state="handling", late="1")
        assert parse_qs(urlsplit(moved.url).query) == {"q": ["状态:办理中 超期:是"]}
        moved = get(cast.town, "/search/", q="垃圾 催办:是", state="handling")
        assert parse_qs(urlsplit(moved.url).query) == {"q": ["垃圾 催办:是 状态:办理中"]}
        assert get(cast.town, "/search/", q="垃圾", other="1").status_code == 200
        own = saved.save(cast.town, page="list", name="超期在办", query="late=1", at=MONDAY)
        assert parse_qs(urlsplit(get(cast.town, "/search/", view=str(own.pk)).url).query)["q"] == ["超期:是"]
        page = get(cast.town, "/search/", q="超期:是")
        assert [chip.is_here for chip in page.context["chips"]] == [True]
        assert get(cast.far_town, "/search/", view=str(own.pk)).status_code == 200, (
            "somebody else's is not told"
        )

    def test_who_has_no_appointment_searches_nothing(self, get: Any, cast: Cast, client: Client) -> None:
        for url in ("/search/?q=1", "/search/box/?q=1", "/search/telephones/?tail=1234"):
            client.logout()
            assert client.get(url).status_code in {302, 401}
            for by in (cast.outsider, cast.auditor, cast.administrator):
                assert get(by, url).status_code == 403

    def test_looking_for_residents_is_on_record(self, get: Any, cast: Cast) -> None:
        resident(name="欧阳修")
        assert "欧阳修" not in get(cast.community, "/search/", q="欧阳").content.decode()
        entry = AuditEntry.objects.get(verb="search.people")
        assert entry.details == {"found": 1}
        get(cast.community, "/search/box/", q="欧阳")
        get(cast.community, "/search/", q="无此人")
        assert AuditEntry.objects.filter(verb="search.people").count() == 1

    @pytest.mark.usefixtures("steady")
    @pytest.mark.parametrize("count", [1, 3])
    def test_statements_do_not_grow(self, get: Any, cast: Cast, make_ticket: MakeTicket, count: int) -> None:
        for turn in range(count):
            make_ticket("accepted", title=f"书院路积水 {turn}")
            key_place(name=f"书院幼儿园{turn}")
        get(cast.community, "/search/", q="书院")
        with CaptureQueriesContext(connection) as asked:
            page = get(cast.community, "/search/", q="书院")
        assert len(page.context["rows"]) == count
        assert len(asked) == PAGE_STATEMENTS, "\n".join(
            str(row["sql"])[:160] for row in asked.captured_queries
        )


PAGE_STATEMENTS = 22


class TestBox:
    def test_filters_that_may_follow_and_what_is_found(
        self, get: Any, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        ticket = make_ticket("accepted", title="书院路 路灯不亮")
        said = get(cast.worker, "/search/box/", q="书院", at="2").json()
        assert [group["label"] for group in said["groups"]][:2] == ["工单", "区域和网格"]
        assert said["groups"][0]["hits"][0]["url"] == ticket.get_absolute_url()
        assert said["groups"][0]["hits"][0]["lamp"] in {"green", "amber", "red", "grey"}
        said = get(cast.worker, "/search/box/", q="状", at="1").json()
        assert said["suggestions"][0]["text"] == "状态:"
        assert get(cast.worker, "/search/box/", q="状态:胡说", at="x").json()["fault"]

    def test_a_telephone_is_only_offered_to_those_who_may(self, get: Any, cast: Cast) -> None:
        assert (
            get(cast.dispatcher, "/search/box/", q="1234").json()["phone"] == "/search/telephones/?tail=1234"
        )
        assert get(cast.leader, "/search/box/", q="1234").json()["phone"] == ""
        assert get(cast.dispatcher, "/search/box/", q="123").json()["phone"] == ""


class TestTelephones:
    def test_by_the_end_of_the_number_on_record(self, get: Any, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = make_ticket("accepted", citizen=Citizen(name="林女士", phone="13800135678"))
        for tail in ("5678", "0135678", "138 0013 5678"):
            page = get(cast.dispatcher, "/search/telephones/", tail=tail)
            assert [row.ticket.pk for row in page.context["rows"]] == [ticket.pk], tail
        assert get(cast.dispatcher, "/search/telephones/", tail="5679").context["rows"] == []
        assert get(cast.far_community, "/search/telephones/", tail="5678").context["rows"] == []
        entries = AuditEntry.objects.filter(verb="search.telephone").order_by("pk")
        assert [row.details["found"] for row in entries] == [1, 1, 1, 0, 0]
        assert "5678" not in str([row.details for row in entries])

    def test_the_end_of_a_telephone_has_an_index(self, cast: Cast) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        assert "using requester_phone_tail" in telephones.named_so("135678").explain()

    def test_refused_to_leaders_and_for_too_few_digits(self, get: Any, cast: Cast) -> None:
        assert get(cast.leader, "/search/telephones/", tail="5678").status_code == 403
        assert get(cast.leader, "/search/telephones/").status_code == 403
        fresh = get(cast.dispatcher, "/search/telephones/")
        assert (fresh.status_code, "error" in fresh.context) == (200, False), "nothing was typed yet"
        page = get(cast.dispatcher, "/search/telephones/", tail="56")
        assert page.status_code == 422
        assert "后四位" in page.content.decode()
        with pytest.raises(Forbidden):
            telephones.look(cast.system, "5678", at=MONDAY)
        with pytest.raises(Unprocessable):
            telephones.look(cast.dispatcher, "路灯", at=MONDAY)
        assert not AuditEntry.objects.filter(verb="search.telephone").exists()

    def test_what_may_be_the_end_of_a_telephone(self) -> None:
        assert telephones.digits_of("1234") == "1234"
        assert telephones.digits_of("139-1234") == "1391234"
        for text in ("123", "WG1234", "2026-11-16 路灯", "1" * 16, ""):
            assert telephones.digits_of(text) == "", text
