"""Similar tickets: what weighs, what is left out, who sees what, what it costs; and the part beside the ticket."""

import pytest
from django.test import Client

from incidents import similar
from incidents.intake import Citizen
from incidents.models import Ticket
from incidents.places import Spot
from incidents.suggesting import suggest
from tests import city
from tests.cast import DAY, HOUR, LITTER, MONDAY, STREET_TRADE, Cast, MakeTicket

pytestmark = pytest.mark.django_db
LAMP = "文津路与书院街路口的路灯不亮，晚上一片漆黑"
FAR_CALLER = Citizen(name="李四", phone="13900001111")


def spot(column: int = 0, metres_east: float = 0.0) -> Spot:
    lon, lat = city.centre(column)
    return Spot(lon=lon + metres_east / 95_400, lat=lat)


def full(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("category").get(pk=ticket.pk)


def test_the_same_words_near_by_come_first_with_reasons(cast: Cast, make_ticket: MakeTicket) -> None:
    twin = make_ticket(at=MONDAY, content="文津路书院街路口路灯不亮", spot=spot(0, 40), citizen=FAR_CALLER)
    make_ticket(at=MONDAY, content="菜市场门口污水横流", spot=spot(), citizen=FAR_CALLER)
    ticket = make_ticket(at=MONDAY + 2 * DAY, content=LAMP, spot=spot())
    found = similar.alike(full(ticket), cast.dispatcher, at=MONDAY + 3 * DAY)
    assert [item.ticket.pk for item in found] == [twin.pk]
    best = found[0]
    assert 60 <= best.likeness.score <= 100
    assert best.obstacle == ""
    words = "，".join(map(str, best.reasons))
    assert "40 米" in words
    assert "相隔 2 天" in words
    assert "同一事项" in words


@pytest.mark.parametrize(
    ("changes", "part", "value"),
    [
        ({"spot": spot(0, 250)}, "place", 0.5),
        ({"spot": Spot(region_code=city.GRIDS[0])}, "place", 0.8),
        ({"spot": Spot(region_code="990101001001")}, "place", 0.5),
        ({"spot": spot(2)}, "place", 0.0),
        ({"category": LITTER}, "category", 0.0),
        ({"category": "1401"}, "category", 0.5),
        ({"content": "完全无关"}, "text", 0.0),
        ({"at": MONDAY - 15 * DAY}, "time", 0.5),
        ({"citizen": FAR_CALLER}, "caller", 0.0),
        ({}, "caller", 1.0),
    ],
)
def test_each_part_of_the_score(
    cast: Cast, make_ticket: MakeTicket, changes: dict, part: str, value: float
) -> None:
    other = {"content": LAMP, "spot": spot(), "at": MONDAY} | changes
    make_ticket(**other)
    mine = spot() if other["spot"].lon else Spot(region_code=city.GRIDS[0])
    ticket = make_ticket(content=LAMP, spot=mine, at=MONDAY)
    (item,) = similar.likenesses(full(ticket), cast.dispatcher)
    assert getattr(item, part) == pytest.approx(value, abs=0.02)


def test_a_score_never_passes_a_hundred(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(content=LAMP)
    ticket = make_ticket(content=LAMP)
    assert similar.likenesses(full(ticket), cast.dispatcher)[0].score == 100


def test_the_words_weigh_between_nothing_and_all() -> None:
    one, other = similar.distinct("路灯不亮"), similar.distinct("路灯坏了")
    weights = similar.Weights(one)
    share = similar._cosine(one, weights.length(one), other, weights)
    assert 0 < share < 1
    assert similar.distinct("灯") == frozenset()


def test_without_a_word_in_common_place_and_caller_say_nothing(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(content="第3栋楼道堆放杂物", title="楼道堆物", spot=Spot(region_code=city.GRIDS[0]))
    ticket = full(make_ticket(content=LAMP, spot=Spot(region_code=city.GRIDS[0])))
    (item,) = similar.likenesses(ticket, cast.dispatcher)
    assert (item.text, item.caller, item.place) == (0.0, 1.0, 0.8)
    assert item.score == 0
    assert similar.alike(ticket, cast.dispatcher, at=MONDAY) == []


def test_old_voided_and_merged_ones_are_left_out(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket("voided", content=LAMP)
    merged = make_ticket("merged", content=LAMP, citizen=FAR_CALLER)
    make_ticket(content=LAMP, at=MONDAY - 31 * DAY)
    ticket = make_ticket(content=LAMP, at=MONDAY + HOUR)
    found = similar.likenesses(full(ticket), cast.dispatcher)
    assert {item.ticket_id for item in found} == {merged.merged_into_id}


def test_nobody_sees_more_than_he_may(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(content=LAMP, spot=spot(3))
    ticket = make_ticket(content=LAMP, spot=spot(0))
    assert similar.likenesses(full(ticket), cast.dispatcher) != []
    assert similar.likenesses(full(ticket), cast.community) == []


def test_whoever_is_confidential_is_not_given_away(cast: Cast, make_ticket: MakeTicket) -> None:
    hidden = make_ticket(content="举报麻将馆赌博", is_confidential=True)
    ticket = make_ticket(content=LAMP)
    (item,) = similar.likenesses(full(ticket), cast.dispatcher)
    assert (item.ticket_id, item.caller) == (hidden.pk, 0.0)
    (item,) = similar.likenesses(full(hidden), cast.dispatcher)
    assert (item.ticket_id, item.caller) == (ticket.pk, 0.0)


def test_a_ticket_of_the_whole_city_finds_rare_words_anywhere(cast: Cast, make_ticket: MakeTicket) -> None:
    far = make_ticket(content=LAMP, spot=spot(3), citizen=FAR_CALLER)
    ticket = make_ticket(content=LAMP, spot=Spot(region_code="990100000000"), citizen=None)
    found = similar.likenesses(full(ticket), cast.dispatcher)
    assert [item.ticket_id for item in found] == [far.pk]
    assert found[0].place == 0


def test_punctuation_only_has_no_words(cast: Cast, make_ticket: MakeTicket) -> None:
    make_ticket(content="，。", title="！", spot=Spot(region_code=city.GRIDS[0]), citizen=None)
    ticket = make_ticket(content="……", title="？", spot=Spot(region_code=city.GRIDS[0]), citizen=None)
    (item,) = similar.likenesses(full(ticket), cast.dispatcher)
    assert item.text == 0


@pytest.mark.usefixtures("steady")
@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_six_statements(
    cast: Cast, make_ticket: MakeTicket, django_assert_num_queries, rows: int
) -> None:
    """Callers, the newest near by, rare words, callers' facts, words, the best ones."""
    for index in range(rows):
        make_ticket(content=f"{LAMP}{index}", spot=spot())
    ticket = full(make_ticket(content=LAMP, spot=spot()))
    similar.alike(ticket, cast.dispatcher, at=MONDAY)
    with django_assert_num_queries(6):
        found = similar.alike(ticket, cast.dispatcher, at=MONDAY)
    assert len(found) == rows


class TestSuggestion:
    def test_alike_reports_vote(self, cast: Cast, make_ticket: MakeTicket) -> None:
        for index in range(2):
            make_ticket("accepted", content=f"{LAMP}第{index}次", category=LITTER, spot=spot())
        make_ticket(content=LAMP, spot=spot())  # not accepted yet: nobody has judged its category
        ticket = full(make_ticket(content=LAMP, spot=spot()))
        found = suggest(ticket, similar.likenesses(ticket, cast.dispatcher))
        assert found is not None
        assert found.category.code == LITTER
        assert not found.is_present
        assert found.reason == "2 件相似工单中有 2 件按此受理"

    def test_the_name_stands_in_the_report(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = full(make_ticket(content="门口有人占道经营", category=STREET_TRADE, title="占道经营"))
        found = suggest(ticket, [])
        assert found is not None
        assert "名称" in found.reason

    def test_nothing_is_said_without_a_sign(self, cast: Cast, make_ticket: MakeTicket) -> None:
        ticket = full(make_ticket(content="甲乙丙丁", title="戊己庚辛"))
        assert suggest(ticket, []) is None


class TestPart:
    def test_score_reasons_and_a_button_that_fills_in_the_dialog(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        twin = make_ticket(content=LAMP, spot=spot())
        ticket = make_ticket(content=LAMP, spot=spot())
        client.force_login(cast.dispatcher.user)
        part = client.get(f"/tickets/{ticket.number}/similar/").content.decode()
        address = f"/tickets/{ticket.number}/do/merge/?target={twin.number}"
        assert f'data-dialog="{address}"' in part
        assert ">100<" in part
        form = client.get(address, headers={"HX-Request": "true"}).content.decode()
        assert f'value="{twin.number}"' in form
        desk = client.get(f"/tickets/{ticket.number}/similar/?room=desk").content.decode()
        assert f"/desk/tickets/{ticket.number}/do/merge/" in desk
        assert "similar-pins" in desk

    def test_what_cannot_be_merged_says_why(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket(content=LAMP, spot=spot(), category=LITTER)
        ticket = make_ticket(content=LAMP, spot=spot())
        client.force_login(cast.dispatcher.user)
        part = client.get(f"/tickets/{ticket.number}/similar/").content.decode()
        assert "data-merge" not in part
        assert "事项类别不同" in part

    def test_readers_without_the_right_see_no_button_and_strangers_nothing(
        self, client: Client, cast: Cast, make_ticket: MakeTicket
    ) -> None:
        make_ticket(content=LAMP, spot=spot())
        ticket = make_ticket(content=LAMP, spot=spot())
        client.force_login(cast.leader.user)
        assert "data-merge" not in client.get(f"/tickets/{ticket.number}/similar/").content.decode()
        client.force_login(cast.far_town.user)
        assert client.get(f"/tickets/{ticket.number}/similar/").status_code == 404
        assert client.get("/tickets/WG1/similar/").status_code == 404
