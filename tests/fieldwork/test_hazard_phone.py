"""Hazards that a phone reports or checks again without a line: done once, with the time on the spot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from fieldwork.hazards import phone
from fieldwork.hazards.models import Hazard
from fieldwork.sync import kinds
from fieldwork.sync.kinds import Position, Sent
from fieldwork.sync.packing import Section
from governance.accounts.actors import Actor
from governance.foundation.clock import now
from governance.foundation.errors import Conflict, NotFound, StaleVersion, Unprocessable
from tests import city
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.fieldwork.props_hazards import GENERAL, hazard, picture, trace

pytestmark = pytest.mark.django_db


def sent(
    kind: str, *, key: UUID | None = None, at: datetime = MONDAY, point: bool = True, **data: object
) -> Sent:
    lon, lat = city.centre(0)
    lists = {name: value if isinstance(value, list) else [str(value)] for name, value in data.items()}
    return Sent(
        id=key or uuid4(),
        kind=kind,
        subject="hazard",
        data=lists,
        device_at=at,
        occurred_at=at,
        received_at=at + HOUR,
        position=Position(lon=lon, lat=lat, metres=10.0) if point else None,
    )


def ids(*found: UUID) -> Sequence[str]:
    return [str(item) for item in found]


def test_both_kinds_are_known() -> None:
    assert kinds.known()["hazard"].do is phone.report
    assert kinds.known()["hazard_recheck"].do is phone.recheck


def test_a_report_arrives_once_with_its_time(cast: Cast) -> None:
    photos = ids(picture(cast.worker))
    action = sent("hazard", category=GENERAL, content="通道堆物", photos=photos, origin="patrol")
    for _time in range(2):
        done = phone.report(action, by=cast.worker, at=MONDAY + HOUR)
    row = Hazard.objects.get()
    assert (done.number, done.version, done.url) == (row.number, 1, f"/m/hazards/{row.number}/")
    assert (row.occurred_at, row.reported_at, row.origin) == (MONDAY, MONDAY + HOUR, "patrol")
    assert row.region_path.endswith("990101001001001/"), "where the phone was"
    chosen = sent(
        "hazard",
        category=GENERAL,
        content="通道堆物",
        photos=ids(picture(cast.worker)),
        region_code="990101001001002",
    )
    assert phone.report(chosen, by=cast.worker, at=MONDAY + HOUR).number != row.number
    assert Hazard.objects.latest("pk").region_path.endswith("990101001001002/")


def test_what_cannot_be_is_told_in_words(cast: Cast) -> None:
    good = {"category": GENERAL, "content": "通道堆物"}
    for data in ({**good, "photos": ["x"]}, {**good, "lon": "x", "lat": "1"}, {**good, "photos": []}):
        with pytest.raises(Unprocessable):
            phone.report(sent("hazard", **data), by=cast.worker, at=MONDAY + HOUR)
    with pytest.raises(Unprocessable):
        phone.report(sent("hazard", point=False, **good), by=cast.worker, at=MONDAY + HOUR)
    assert not Hazard.objects.exists()


def test_a_second_look_is_taken_once_and_conflicts_are_told(cast: Cast) -> None:
    row = hazard(cast, "submitted")
    key, photos = uuid4(), ids(picture(cast.community))
    facts = {"number": row.number, "opinion": "现场合格", "photos": photos, "version": row.version}
    with pytest.raises(StaleVersion) as stale:
        phone.recheck(
            sent("hazard_recheck", **{**facts, "verb": "accept", "version": 1}), by=cast.community, at=MONDAY
        )
    assert stale.value.extra["changed_by"] == cast.handler.name
    assert stale.value.extra["changed_to"] == "申报整改完成"
    assert stale.value.extra["current_version"] == row.version
    with pytest.raises(Unprocessable):
        phone.recheck(sent("hazard_recheck", **{**facts, "verb": "order"}), by=cast.community, at=MONDAY)
    with pytest.raises(NotFound):
        phone.recheck(sent("hazard_recheck", **{**facts, "verb": "accept"}), by=cast.far_community, at=MONDAY)
    action = sent("hazard_recheck", key=key, at=MONDAY + DAY, **facts, verb="accept")
    for _time in range(2):
        done = phone.recheck(action, by=cast.community, at=MONDAY + 2 * DAY)
    assert done.version == row.version + 1
    step = row.steps.get(verb="accept")
    assert (step.occurred_at, step.at, step.key) == (MONDAY + DAY, MONDAY + 2 * DAY, key)
    late = Hazard.objects.get(pk=row.pk)
    before = trace(late)
    with pytest.raises(Conflict):
        phone.recheck(sent("hazard_recheck", **facts, verb="send_back"), by=cast.town, at=MONDAY + 3 * DAY)
    assert trace(late) == before


def _signed_in(who: Actor) -> Client:
    client = Client()
    assert who.user is not None
    client.force_login(who.user)
    return client


def test_the_phones_own_pages(cast: Cast) -> None:
    worker, (lon, lat) = _signed_in(cast.worker), city.centre(0)
    assert "待复查" in worker.get("/m/hazards/").content.decode()
    facts = {"key": str(uuid4()), "category": GENERAL, "content": "通道堆物", "origin": "patrol"}
    assert worker.post("/m/hazards/new/", facts | {"lon": lon, "lat": lat}).status_code == 422, "no photo"
    facts |= {"lon": str(lon), "lat": str(lat), "photos": str(picture(cast.worker, at=now()))}
    for _time in range(2):
        made = worker.post("/m/hazards/new/", facts)
    row = Hazard.objects.get()
    assert made["Location"] == f"/m/hazards/{row.number}/"
    assert "通道堆物" in worker.get(made["Location"]).content.decode()
    assert _signed_in(cast.outsider).get(made["Location"]).status_code == 404
    assert _signed_in(cast.auditor).get("/m/hazards/").status_code == 403


def test_a_second_look_on_the_phones_page(cast: Cast) -> None:
    row = hazard(cast, "submitted", at=now() - timedelta(days=2))
    page, url = _signed_in(cast.handler), f"/m/hazards/{row.number}/"
    assert 'data-phone-action="hazard_recheck"' not in page.get(url).content.decode(), (
        "nobody judges the own work"
    )
    page = _signed_in(cast.community)
    assert 'data-phone-action="hazard_recheck"' in page.get(url).content.decode()
    facts = {"key": str(uuid4()), "version": row.version, "verb": "accept", "opinion": "现场合格"}
    before = trace(row)
    assert page.post(url, facts).status_code == 422, "accepting needs a photo"
    assert page.post(url, facts | {"verb": "order"}).status_code == 422
    assert page.post(url, facts | {"verb": "send_back", "version": 1}).status_code == 302
    assert trace(row) == before, "somebody else has changed it meanwhile"
    done = page.post(url, facts | {"photos": str(picture(cast.community, at=now()))})
    assert (done.status_code, Hazard.objects.get(pk=row.pk).state) == (302, "accepted")


def test_the_phone_keeps_what_waits_for_this_persons_second_look(cast: Cast) -> None:
    row = hazard(cast, "submitted")
    hazard(cast, "rectifying")
    found = phone.kept(cast.community, MONDAY)
    assert [item["number"] for item in found.data] == [row.number]
    assert (f"/m/hazards/{row.number}/", str(row.version)) in found.pages
    assert "/m/hazards/new/" in found.pages
    assert phone.kept(cast.far_community, MONDAY).data == []
    assert phone.kept(cast.auditor, MONDAY) == Section(data=[])
