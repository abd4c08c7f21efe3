"""How matters come in: once for each number of 110, with what is wrong named; how they become tickets."""

from typing import Any

import pytest

from governance.foundation.errors import Forbidden, Unprocessable
from incidents.models import Notice, Supplement, Ticket
from incidents.places import Spot
from police_link import conduct, offering, tasks, values
from police_link.models import PoliceIncident
from tests.cast import DAY, HOUR, MINUTE, MONDAY, Cast, at_once
from tests.police_link.props import NUMBER, data_for, incident, offered, trace

pytestmark = pytest.mark.django_db


def test_an_offer_is_one_matter_however_often_it_comes(cast: Cast) -> None:
    first = offering.offer(offered(), by=cast.other_client, at=MONDAY)
    row = first.row
    assert (first.created, row.state, row.number[:2], row.version) == (True, "offered", "JQ", 1)
    assert row.due_at == MONDAY - MINUTE + 2 * HOUR
    assert row.region_path.endswith("990101001001001/")
    told = Notice.objects.filter(kind="police_offered")
    assert {notice.unit.code for notice in told if notice.unit} == {"T1", "CMD"}
    assert told[0].title.startswith("110 移交待商定：")
    before = trace(row)
    again = offering.offer(offered(sent_at=MONDAY), by=cast.other_client, at=MONDAY + MINUTE)
    assert (again.created, again.is_supplemented, again.row.pk) == (False, False, row.pk)
    assert trace(row) == before
    more = offered(content="报警人再次来电，称楼上仍在漏水")
    for is_new in (True, False):
        done = offering.offer(more, by=cast.other_client, at=MONDAY + MINUTE)
        assert (done.created, done.is_supplemented) == (False, is_new)
    assert row.steps.filter(verb="supplement").count() == 1
    conduct.perform("accept", row.pk, by=cast.dispatcher, at=MONDAY + HOUR, **data_for("accept"))
    ticket = Ticket.objects.get()
    assert (ticket.source.code, ticket.external_no, ticket.category.code) == ("police", NUMBER, "0401")
    assert "仍在漏水" in ticket.content
    assert "police_link" in ticket.sides
    assert ticket.requesters.get().phone == "13812345678"
    later = offered(content="报警人称已找到物业")
    offering.offer(later, by=cast.other_client, at=MONDAY + 2 * HOUR)
    assert Supplement.objects.get().ticket == ticket
    assert Ticket.objects.count() == PoliceIncident.objects.count() == 1


BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"external_no": " "}, "external_no"),
    ({"content": ""}, "content"),
    ({"kind": "war"}, "kind"),
    ({"category": "9999"}, "category"),
    ({"received_at": MONDAY + HOUR, "sent_at": None}, "received_at"),
    ({"sent_at": MONDAY - DAY}, "sent_at"),
    ({"spot": Spot(region_code="1")}, "region_code"),
    ({"source": "hotline"}, "source"),
    ({"source": "nobody"}, "source"),
)


def test_bad_offers_are_told_beside_the_field(cast: Cast) -> None:
    for changes, field in BAD:
        with pytest.raises(Unprocessable) as refused:
            offering.offer(offered(**changes), by=cast.dispatcher, at=MONDAY)
        assert list(refused.value.fields) == [field], changes
    assert not PoliceIncident.objects.exists()


def test_other_systems_and_people_elsewhere_offer_nothing(cast: Cast) -> None:
    for by in (cast.client, cast.far_town, cast.worker, cast.leader, cast.auditor):
        with pytest.raises((Forbidden, Unprocessable)):
            offering.offer(offered(), by=by, at=MONDAY)
    assert not PoliceIncident.objects.exists()
    assert offering.offer(offered(), by=cast.police, at=MONDAY).created
    assert not offering.offer(offered(), by=cast.town, at=MONDAY).created


def test_where_nobody_decides_the_first_receiver_keeps_it(cast: Cast) -> None:
    ours = incident(cast, external_no="J2", first_receiver="centre")
    theirs, handed = incident(cast), incident(cast, "handing", external_no="J3")
    assert conduct.sweep(at=MONDAY + HOUR) == 0
    assert handed.due_at == MONDAY + 2 * MINUTE + 4 * HOUR
    warned = MONDAY + HOUR + 40 * MINUTE
    assert conduct.sweep(at=warned) == 2, "reminded once"
    assert conduct.sweep(at=warned) == 0
    assert Notice.objects.filter(kind="warn", title__startswith="110 移交即将到期").count() == 4
    late = MONDAY + 2 * HOUR
    assert conduct.sweep(at=late) == 2
    states = dict(PoliceIncident.objects.values_list("pk", "state"))
    assert states == {ours.pk: "accepted", theirs.pk: "kept", handed.pk: "handing"}
    assert PoliceIncident.objects.get(pk=ours.pk).ticket is not None
    conduct.sweep(at=handed.due_at)
    assert conduct.sweep(at=handed.due_at) == 0
    handed.refresh_from_db()
    assert (handed.state, handed.due_at) == ("accepted", None)
    assert handed.steps.latest("pk").data["stage"] == "handing"
    assert tasks.sweep_limits() == 0


def test_what_cannot_be_kept_now_waits_and_stops_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = incident(cast, external_no="J2", first_receiver="centre", kind="other")
    fine = incident(cast)
    monkeypatch.setattr(values, "category_of", lambda _kind: "9999")
    late = MONDAY + 3 * HOUR
    assert conduct.sweep(at=late) == 1
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, broken.due_at, fine.state) == ("offered", late + conduct.LATER, "kept")
    assert "could not be ended" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_races_make_one_matter_and_one_decision(cast: Cast) -> None:
    posts = at_once([lambda: offering.offer(offered(), by=cast.other_client, at=MONDAY)] * 3)
    assert sorted(done.created for done in posts) == [False, False, True]
    row = PoliceIncident.objects.get()

    def accept() -> Any:
        return conduct.perform("accept", row.pk, by=cast.dispatcher, at=MONDAY, **data_for("accept"))

    def refuse() -> Any:
        return conduct.perform("refuse", row.pk, by=cast.duty, at=MONDAY, **data_for("refuse"))

    results = at_once([accept, refuse])
    assert sum(isinstance(item, PoliceIncident) for item in results) == 1, results
    row.refresh_from_db()
    assert Ticket.objects.count() == (1 if row.state == "accepted" else 0)
    assert row.steps.exclude(verb="offer").count() == 1
