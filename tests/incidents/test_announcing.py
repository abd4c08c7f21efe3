"""What apps above the ticket tell other systems: in order, none lost to a late commit, own sources and regions only."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from governance.exchange.models import ApiClient
from governance.foundation.errors import Forbidden
from grids.territory import current as territory
from incidents import announcing
from incidents.models import Announcement, TicketSource
from tests import city
from tests.api.conftest import _full_buckets, caller
from tests.cast import MONDAY, Cast
from tests.city import GRIDS

__all__ = ["_full_buckets"]
ADDRESS = "/api/v1/announcements"
KIND = "incident.refused"


def announce(subject: str, *, source: str = "police", grid: int = 0, **facts: Any) -> Announcement:
    return announcing.announce(
        KIND,
        subject=subject,
        source=TicketSource.objects.get(code=source),
        region_path=territory().by_code[GRIDS[grid]].path,
        at=MONDAY,
        state="refused",
        **facts,
    )


def subjects(client: APIClient, **query: Any) -> list[str]:
    return [event["subject"] for event in client.get(ADDRESS, query).json()["events"]]


@pytest.mark.django_db
class TestFeed:
    def test_in_order_and_from_where_one_was(self, cast: Cast) -> None:
        police = caller(city.POLICE_KEY)
        announce("JQ1", external_no="J-1", words="不属职责", facts={"reason_code": "crime"})
        announce("JQ2")
        page = police.get(ADDRESS, {"limit": 1}).json()
        (event,) = page["events"]
        row = Announcement.objects.get(subject="JQ1")
        assert event == {
            "id": row.pk,
            "type": KIND,
            "at": "2026-11-16T09:00:00+08:00",
            "subject": "JQ1",
            "source": "police",
            "external_no": "J-1",
            "from_state": "",
            "state": "refused",
            "words": "不属职责",
            "facts": {"reason_code": "crime"},
        }
        assert page["has_more"] is True
        rest = police.get(ADDRESS, {"after": page["after"]}).json()
        assert [event["subject"] for event in rest["events"]] == ["JQ2"]
        assert rest["has_more"] is False
        assert subjects(police, after=rest["after"]) == []
        newest = police.get(ADDRESS, {"after": "latest"}).json()
        assert (newest["events"], newest["after"]) == ([], rest["after"])

    def test_only_own_sources_and_regions(self, cast: Cast) -> None:
        announce("JQ1")
        announce("JQ2", grid=len(GRIDS) - 1)
        announce("XX1", source="hotline")
        assert subjects(caller(city.API_KEY)) == ["XX1"]
        police = ApiClient.objects.get(code="police")
        assert subjects(caller(city.POLICE_KEY)) == ["JQ1", "JQ2"]
        ApiClient.objects.filter(pk=police.pk).update(regions=[GRIDS[0][:12]])
        assert subjects(caller(city.POLICE_KEY)) == ["JQ1"]
        ApiClient.objects.filter(pk=police.pk).update(regions=["999999999999"])
        assert subjects(caller(city.POLICE_KEY)) == []
        ids = list(Announcement.objects.values_list("pk", flat=True))
        by = replace(cast.other_client, region_codes=frozenset({"999999999999"}))
        assert announcing.chosen(by, ids) == {}

    def test_people_have_the_pages(self, cast: Cast) -> None:
        for ask in (announcing.latest, lambda by: announcing.page(by, after=0, limit=1)):
            with pytest.raises(Forbidden):
                ask(cast.dispatcher)
        announce("JQ1")
        assert not Announcement.objects.visible_to(cast.dispatcher).exists()
        assert announcing.chosen(cast.other_client, [Announcement.objects.get().pk])

    def test_a_client_without_the_right_is_refused(self, cast: Cast) -> None:
        ApiClient.objects.filter(code="police").update(scopes=["read"])
        answer = caller(city.POLICE_KEY).get(ADDRESS)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")

    def test_an_event_that_no_app_has_named_cannot_be_announced(self, cast: Cast) -> None:
        with pytest.raises(LookupError):
            announcing.announce(
                "incident.invented",
                subject="JQ1",
                source=TicketSource.objects.get(code="police"),
                region_path="/",
                at=MONDAY,
                state="x",
            )
        assert not Announcement.objects.exists()

    def test_a_page_looks_at_so_many_at_most(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        first = announce("XX1", source="hotline")
        for number in range(3):
            announce(f"JQ{number}")
        monkeypatch.setattr(announcing, "WINDOW", 2)
        by = cast.other_client
        page = announcing.page(by, after=first.pk - 1, limit=10)
        assert ([event.subject for event in page.events], page.has_more) == (["JQ0"], True)
        page = announcing.page(by, after=page.after, limit=10)
        assert ([event.subject for event in page.events], page.has_more) == (["JQ1", "JQ2"], False)


@pytest.mark.django_db(transaction=True)
def test_one_that_commits_late_is_not_passed_by(cast: Cast) -> None:
    started, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            announce("SLOW")
            started.set()
            assert finish.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert started.wait(20)
    announce("QUICK")
    early = announcing.page(cast.other_client, after=0, limit=10)
    assert early.events == []
    finish.set()
    thread.join(20)
    found = announcing.page(cast.other_client, after=early.after, limit=10)
    assert [event.subject for event in found.events] == ["SLOW", "QUICK"]
