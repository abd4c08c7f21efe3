"""Coordinators of communities: one at a time, dates in words, who may, where nobody is, and what follows a merger."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.audit.models import AuditEntry
from governance.foundation.clock import local, now
from governance.foundation.errors import Conflict, Forbidden, NotFound, StaleVersion, Unprocessable
from incidents.handover.recasting import apply_region_revision
from staffing import coordinating
from staffing.models import Coordinator
from staffing.queries.coordinators import coordinators_of, count_uncoordinated, uncoordinated
from tests.cast import DAY, MONDAY, Cast, MakeTicket, at_once
from tests.recast import BOOKS, BRIDGE, GARDEN, merged
from tests.staffing.conftest import TODAY

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 2)
CITY = "9901/"


def row(cast: Cast, code: str = BOOKS, **changes: Any) -> Coordinator:
    facts: dict[str, Any] = {"name": "白专人", "phone": "0553-1234567", "starts_on": FIRST}
    return Coordinator(region=cast.region(code), **facts | changes)


def named(cast: Cast, code: str = BOOKS, **changes: Any) -> Coordinator:
    return coordinating.name(row(cast, code, **changes), by=cast.town, at=MONDAY)


class TestNaming:
    def test_a_new_one_takes_the_place_of_the_former(self, cast: Cast) -> None:
        first = named(cast)
        second = named(cast, name="黑专人", starts_on=TODAY)
        first.refresh_from_db()
        assert (first.ends_on, second.ends_on) == (TODAY - timedelta(days=1), None)
        assert coordinators_of([second.region_id], on=FIRST)[second.region_id] == first
        assert coordinators_of([second.region_id], on=TODAY)[second.region_id] == second
        verbs = AuditEntry.objects.filter(verb__startswith="coordinator.").order_by("pk")
        assert list(verbs.values_list("verb", flat=True)) == [
            "coordinator.name",
            "coordinator.end",
            "coordinator.name",
        ]

    def test_somebody_with_an_account_is_reached_by_his_own_phone(self, cast: Cast) -> None:
        found = named(cast, name="", phone="", user=cast.community.user)
        assert (found.shown_name, found.phone_in_full) == ("吴社", cast.community.user.phone)  # type: ignore[union-attr]
        assert found.masked_phone != found.phone_in_full

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"code": "990101001000"}, "place_code"),
            ({"ends_on": FIRST - timedelta(days=1)}, "ends_on"),
        ],
    )
    def test_what_is_refused(self, cast: Cast, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Unprocessable) as refusal:
            named(cast, **changes)
        assert field in refusal.value.fields
        assert not Coordinator.objects.exists()

    def test_an_account_that_is_no_longer_active(self, cast: Cast) -> None:
        user = cast.community.user
        assert user is not None
        user.is_active = False
        user.save()
        with pytest.raises(Unprocessable):
            named(cast, user=user)

    def test_two_on_the_same_days(self, cast: Cast) -> None:
        named(cast, ends_on=TODAY)
        with pytest.raises(Unprocessable) as refusal:
            named(cast, name="黑专人", starts_on=TODAY)
        assert "starts_on" in refusal.value.fields
        assert Coordinator.objects.count() == 1

    def test_a_stale_form_and_an_end(self, cast: Cast) -> None:
        found = named(cast)
        found.duty = "矛盾纠纷"
        coordinating.name(found, by=cast.community, at=MONDAY, version=1)
        with pytest.raises(StaleVersion):
            coordinating.name(found, by=cast.town, at=MONDAY, version=1)
        with pytest.raises(Unprocessable):
            coordinating.end(found.pk, on=FIRST - timedelta(days=1), by=cast.town, at=MONDAY)
        coordinating.end(found.pk, on=TODAY, by=cast.town, at=MONDAY)
        with pytest.raises(Conflict):
            coordinating.end(found.pk, on=TODAY, by=cast.town, at=MONDAY)
        with pytest.raises(NotFound):
            coordinating.end(10**9, on=TODAY, by=cast.town, at=MONDAY)

    @pytest.mark.parametrize("who", ["far_town", "leader", "supervisor", "worker", "outsider", "auditor"])
    def test_others_leave_no_trace(self, cast: Cast, who: str) -> None:
        entries = AuditEntry.objects.count()
        with pytest.raises(Forbidden):
            coordinating.name(row(cast), by=getattr(cast, who), at=MONDAY)
        assert (Coordinator.objects.count(), AuditEntry.objects.count()) == (0, entries)


@pytest.mark.django_db(transaction=True)
def test_two_name_at_once(cast: Cast) -> None:
    found = at_once([lambda: named(cast, name="甲"), lambda: named(cast, name="乙")])
    assert sum(isinstance(item, Coordinator) for item in found) == 1
    assert Coordinator.objects.count() == 1


class TestMissing:
    def test_since_when(self, cast: Cast) -> None:
        named(cast)
        named(cast, GARDEN, ends_on=date(2026, 11, 10))
        rows = uncoordinated([CITY], on=TODAY)
        assert [(item.region.code, item.since) for item in rows] == [
            (GARDEN, date(2026, 11, 11)),
            (BRIDGE, cast.region(BRIDGE).valid_from),
        ]
        assert count_uncoordinated([CITY], on=TODAY) == 2
        assert count_uncoordinated([cast.region(BOOKS).path], on=TODAY) == 0

    def test_the_list_of_vacancies_names_them(self, cast: Cast, enter: Callable, standard: None) -> None:
        page = enter("town").get(reverse("staffing:vacancies")).content.decode()
        assert "未明确专人的社区" in page
        assert "桂园社区" in page
        for code in (BOOKS, GARDEN):
            named(cast, code)
        assert "未明确专人的社区" not in enter("town").get(reverse("staffing:vacancies")).content.decode()


def test_after_a_merger_the_heir_keeps_its_own(cast: Cast) -> None:
    mine, other = named(cast), named(cast, GARDEN, name="黑专人")
    revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
    apply_region_revision(revision.pk, at=MONDAY + DAY)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.ends_on, other.ends_on) == (None, TODAY)
    assert Coordinator.objects.count() == 2


def test_after_a_merger_the_only_one_goes_on(cast: Cast) -> None:
    named(cast, GARDEN, name="黑专人")
    revision = merged(by=cast.town, approver=cast.oversight, at=MONDAY)
    apply_region_revision(revision.pk, at=MONDAY + DAY)
    found = Coordinator.objects.get(region=cast.region(BOOKS))
    assert (found.name, found.starts_on, found.ends_on) == ("黑专人", TODAY + timedelta(days=1), None)


def test_the_ticket_names_who_is_responsible(cast: Cast, make_ticket: MakeTicket, enter: Callable) -> None:
    today = local(now()).date()
    named(cast, starts_on=today - timedelta(days=1))
    ticket = make_ticket("dispatched", to="W1", column=0)
    page = enter("town").get(f"/tickets/{ticket.number}/").content.decode()
    assert "白专人" in page
    assert "0553-1234567" in page


class TestPages:
    def test_from_the_form_to_the_end(self, cast: Cast, enter: Callable) -> None:
        town, today = enter("town"), local(now()).date()
        new = reverse("staffing:coordinator-new")
        assert town.get(f"{new}?place={BOOKS}").status_code == 200
        data = {"place_code": BOOKS, "name": "白专人", "phone": "13912345678", "starts_on": today.isoformat()}
        for bad in (
            {"name": " "},
            {"place_code": "990101001000"},
            {"phone": "abc"},
            {"ends_on": "2020-01-01"},
        ):
            assert town.post(new, data | bad).status_code == 422, bad
        assert town.post(new, data).status_code == 302
        found = Coordinator.objects.get()
        page = reverse("staffing:coordinators-of", args=[BOOKS])
        shown = town.get(page).content.decode()
        assert "白专人" in shown
        assert "13912345678" not in shown
        reveal = reverse("staffing:coordinator-reveal", args=[found.pk])
        assert town.post(reveal, {"reason": "x"}).status_code == 422
        assert "13912345678" in town.post(reveal, {"reason": "联系入户走访"}).content.decode()
        assert AuditEntry.objects.filter(verb="phone.reveal").count() == 1
        edit = reverse("staffing:coordinator-edit", args=[found.pk])
        assert town.get(edit).status_code == 200
        assert town.post(edit, data | {"duty": "矛盾纠纷", "version": 1}).status_code == 302
        assert town.post(edit, data | {"version": 1}).status_code == 409
        assert (
            town.post(
                reverse("staffing:coordinator-end", args=[found.pk]), {"on": today.isoformat()}
            ).status_code
            == 302
        )
        found.refresh_from_db()
        assert (found.duty, found.ends_on) == ("矛盾纠纷", today)

    def test_doors(self, cast: Cast, enter: Callable) -> None:
        found = named(cast)
        for name in ("town", "community", "oversight", "supervisor", "leader"):
            assert enter(name).get(reverse("staffing:coordinators")).status_code == 200
        for name in ("outsider", "handler", "auditor", "worker"):
            assert enter(name).get(reverse("staffing:coordinators")).status_code == 403
        far = enter("far_town")
        assert far.get(reverse("staffing:coordinators-of", args=[BOOKS])).status_code == 404
        assert far.get(reverse("staffing:coordinator-edit", args=[found.pk])).status_code == 404
        assert enter("leader").get(reverse("staffing:coordinator-edit", args=[found.pk])).status_code == 403
        assert (
            far.post(
                reverse("staffing:coordinator-reveal", args=[found.pk]), {"reason": "联系入户走访"}
            ).status_code
            == 404
        )

    @pytest.mark.usefixtures("steady")
    def test_list_and_file(self, cast: Cast, enter: Callable) -> None:
        client = enter("oversight")
        address = reverse("staffing:coordinators")
        client.get(address)
        with CaptureQueriesContext(connection) as none:
            client.get(address)
        for code in (BOOKS, GARDEN, BRIDGE):
            coordinating.name(row(cast, code, name=f"=专人{code}"), by=cast.oversight, at=MONDAY)
        with CaptureQueriesContext(connection) as three:
            client.get(address)
        quiet = [
            sum("grids_gridversion" not in str(query["sql"]) for query in found.captured_queries)
            for found in (none, three)
        ]
        assert quiet[0] == quiet[1]
        for query, count in (
            ({"state": "missing"}, 0),
            ({"state": "named"}, 3),
            ({"q": "桂园"}, 1),
            ({"q": "=专人"}, 3),
        ):
            page = client.get(address, query).content.decode()
            assert page.count("coordinators/of/") == count, query
        answer = client.get(reverse("staffing:coordinators-export"))
        lines = b"".join(answer.streaming_content).decode()
        assert "'=专人" in lines
        assert "0553-1234567" not in lines
