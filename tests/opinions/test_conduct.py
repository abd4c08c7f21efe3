"""What the verbs write: limits, spread, answers, tickets; what is refused; alarms told once."""

from datetime import timedelta
from typing import Any

import pytest

from governance.foundation.errors import Conflict, NotFound, StaleVersion, Unprocessable
from incidents.models import Notice, Ticket
from opinions import conduct, finding, tasks
from opinions.limits import limit_at, shipped
from opinions.models import OnlineOpinion, OpinionLimit, OpinionReading, OpinionTicket
from opinions.queries import figures
from opinions.querysets import OpinionQuerySet
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, MakeTicket, at_once
from tests.opinions.props import GRID, TODAY, data_for, found, hold_post, opinion, trace

pytestmark = pytest.mark.django_db
LATER = MONDAY + HOUR


def test_registering_starts_the_limit_to_assess_and_tells_the_post(cast: Cast) -> None:
    hold_post(cast.worker, cast)
    row = opinion(cast)
    assert (row.number[:2], row.assess_due_at) == ("YQ", MONDAY + 2 * HOUR)
    assert row.region_path.endswith(f"{GRID}/")
    assert row.region.code == GRID[:12]
    assert OpinionReading.objects.get().views == 1200
    notice = Notice.objects.get(user=cast.worker.user)
    assert notice.title == "舆情待研判：网传文津街道夜市油烟扰民"
    assert notice.url == f"/opinions/{row.number}/"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"platform": "smoke"}, "platform"),
        ({"sentiment": "loud"}, "sentiment"),
        ({"title": " "}, "title"),
        ({"text": ""}, "text"),
        ({"found_at": MONDAY + DAY}, "found_at"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://a.example.com/" + "x" * 500}, "link"),
        ({"poster": "长" * 61}, "poster"),
        ({"views": -1}, "views"),
        ({"shares": 2_000_000_001}, "shares"),
        ({"place": "1"}, "place"),
    ],
)
def test_bad_findings_are_told_beside_the_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        finding.register(found(**changes), by=cast.oversight, at=MONDAY)
    assert list(refused.value.fields) == [field]
    assert not OnlineOpinion.objects.exists()


def test_the_level_decides_the_limit_to_respond(cast: Cast) -> None:
    row = opinion(cast)
    done = conduct.perform("assign", row.pk, by=cast.duty, at=LATER, **data_for(cast, "assign"))
    assert done.respond_due_at == LATER + 5 * HOUR
    assert (done.unit_id, done.level, done.assessed_at) == (cast.unit("CG").pk, "major", LATER)
    told = Notice.objects.filter(unit=cast.unit("CG"), kind="opinion_assigned")
    assert set(told.values_list("audience", flat=True)) == {"leads", "handlers"}
    OpinionLimit.objects.create(
        stage="respond", level="major", amount=3, unit="hour", clock="natural", valid_from=TODAY
    )
    OpinionLimit.objects.create(
        stage="respond",
        level="major",
        amount=9,
        unit="hour",
        clock="natural",
        valid_from=TODAY + timedelta(days=1),
    )
    assert limit_at("respond", "major", LATER).amount == 3
    assert limit_at("respond", "grave", LATER).amount == shipped()["respond"]["grave"][0]
    assert OnlineOpinion.objects.get(pk=row.pk).respond_due_at == LATER + 5 * HOUR, (
        "what has begun keeps its limit"
    )


def test_an_answer_comes_back_and_is_given_again(cast: Cast) -> None:
    row = opinion(cast, "responded")
    assert row.responded_at is not None
    back = conduct.perform("send_back", row.pk, by=cast.oversight, at=LATER, **data_for(cast, "send_back"))
    assert (back.state, back.responded_at, back.respond_due_at) == ("assigned", None, LATER + 24 * HOUR)
    late = LATER + 25 * HOUR
    again = conduct.perform("respond", row.pk, by=cast.handler, at=late, **data_for(cast, "respond"))
    assert again.steps.latest("pk").data == {"link": "https://www.example.com/n/2", "late": True}
    end = conduct.perform("close", row.pk, by=cast.duty, at=late + HOUR, **data_for(cast, "close"))
    assert (end.result, end.closed_at) == ("explained", late + HOUR)


@pytest.mark.parametrize(
    ("name", "state", "changes", "field"),
    [
        ("observe", "registered", {"views": -1}, "views"),
        ("watch", "registered", {"level": "terrible"}, "level"),
        ("watch", "registered", {"opinion": " "}, "opinion"),
        ("assign", "registered", {"unit": 999_999}, "unit"),
        ("respond", "assigned", {"response": ""}, "response"),
        ("respond", "assigned", {"response": "长" * 2001}, "response"),
        ("respond", "assigned", {"response_link": "ftp://x"}, "response_link"),
        ("send_back", "responded", {"opinion": ""}, "opinion"),
        ("close", "watching", {"result": "luck"}, "result"),
        ("dismiss", "registered", {"opinion": ""}, "opinion"),
    ],
)
def test_bad_words_are_told_beside_the_field(
    cast: Cast, name: str, state: str, changes: dict[str, Any], field: str
) -> None:
    row = opinion(cast, state)
    by, before = cast.lead if name == "respond" else cast.oversight, trace(row)
    with pytest.raises(Unprocessable) as refused:
        conduct.perform(name, row.pk, by=by, at=LATER, **data_for(cast, name) | changes)
    assert list(refused.value.fields) == [field]
    assert trace(row) == before


def test_the_spread_is_noted_over_time(cast: Cast) -> None:
    row = opinion(cast)
    seen = conduct.perform("observe", row.pk, by=cast.town, at=LATER, version=1, **data_for(cast, "observe"))
    assert (seen.views, seen.comments, seen.shares, seen.state) == (5000, 300, 90, "registered")
    assert row.readings.count() == 2
    with pytest.raises(StaleVersion):
        conduct.perform("observe", row.pk, by=cast.town, at=LATER, version=1, **data_for(cast, "observe"))
    with pytest.raises(NotFound):
        conduct.perform("observe", row.pk + 9, by=cast.town, at=LATER, **data_for(cast, "observe"))
    with pytest.raises(NotFound):
        conduct.perform("register", row.pk, by=cast.town, at=LATER)


def test_one_ticket_is_raised_through_the_intake(cast: Cast) -> None:
    row = opinion(cast)
    conduct.perform("raise_ticket", row.pk, by=cast.dispatcher, at=LATER)
    ticket = Ticket.objects.get()
    assert (ticket.category.code, ticket.external_no, ticket.region_path) == (
        "1703",
        row.number,
        row.region_path,
    )
    assert "opinions" in ticket.sides
    assert conduct.raised_ticket(row) == ticket
    before = trace(row)
    with pytest.raises(Conflict):
        conduct.perform("raise_ticket", row.pk, by=cast.dispatcher, at=LATER)
    assert trace(row) == before


def test_an_opinion_is_opened_from_a_ticket_of_the_matter(cast: Cast, make_ticket: MakeTicket) -> None:
    ticket, other = make_ticket(category="1703"), make_ticket()
    row = finding.register(found(), by=cast.oversight, at=MONDAY, ticket_number=ticket.number)
    assert OpinionTicket.objects.get().origin == "opened_from"
    assert conduct.raised_ticket(row) is None
    assert "opinions" in Ticket.objects.get(pk=ticket.pk).sides
    with pytest.raises(Unprocessable):
        finding.register(found(), by=cast.oversight, at=MONDAY, ticket_number=other.number)
    with pytest.raises(NotFound):
        finding.register(found(), by=cast.oversight, at=MONDAY, ticket_number="WG1")
    assert OnlineOpinion.objects.count() == 1


def test_limits_that_pass_are_told_once(cast: Cast) -> None:
    first, second = opinion(cast), opinion(cast, "assigned")
    assert conduct.sweep(at=MONDAY + 2 * HOUR - MINUTE) == 0
    assert conduct.sweep(at=MONDAY + 2 * HOUR) == 1
    assert conduct.sweep(at=MONDAY + 2 * HOUR) == 0
    late = MONDAY + 25 * HOUR
    assert conduct.sweep(at=late) == 1
    told = Notice.objects.filter(kind="overdue")
    assert {notice.title.partition("：")[0] for notice in told} == {"舆情逾期未研判", "舆情逾期未回应"}
    assert told.filter(unit=cast.unit("CG"), url=f"/opinions/{second.number}/").count() == 2
    assert OnlineOpinion.objects.filter(OpinionQuerySet.lateness(late)).count() == 2
    assert (first.lamp(late), second.lamp(MONDAY), opinion(cast, "closed").lamp(late)) == ("red", "green", "")
    assert tasks.sweep_limits() >= 0


@pytest.mark.django_db(transaction=True)
def test_two_assign_at_once_and_one_does(cast: Cast) -> None:
    row = opinion(cast)
    deed = lambda: conduct.perform(  # noqa: E731  # twice
        "assign", row.pk, by=cast.oversight, at=LATER, version=row.version, **data_for(cast, "assign")
    )
    results = at_once([deed, deed])
    assert sum(isinstance(item, OnlineOpinion) for item in results) == 1
    assert sum(isinstance(item, Conflict) for item in results) == 1
    assert row.steps.filter(verb="assign").count() == 1


def test_figures_add_up(cast: Cast) -> None:
    for state in ("registered", "assigned", "responded", "closed"):
        opinion(cast, state)
    opinion(cast, "responded", platform="weibo", sentiment="neutral")
    seen = figures(OnlineOpinion.objects.all(), since=MONDAY - DAY, until=MONDAY + DAY, at=MONDAY + 30 * HOUR)
    assert (seen.total.count, seen.total.negative, seen.total.open) == (5, 4, 4)
    assert (seen.total.due, seen.total.in_time, seen.total.percent) == (4, 3, "75.00%")
    assert {line.key: line.count for line in seen.platforms} == {"short_video": 4, "weibo": 1}
    assert {line.key: line.count for line in seen.levels} == {"larger": 4}
    nothing = figures(OnlineOpinion.objects.none(), since=MONDAY, until=MONDAY + DAY, at=MONDAY)
    assert nothing.total.percent == "–"
