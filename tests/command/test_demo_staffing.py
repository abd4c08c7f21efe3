"""The demo city's staff: quick to build, and with something to see on every page."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.audit.models import AuditEntry
from governance.command.demo import founding
from governance.command.demo import staffing as demo
from governance.command.demo import staffing_records as records
from governance.foundation.clock import local
from grids import locator_cache, scope, territory
from incidents import catalogue
from staffing import queries, roster
from staffing.models import Leave, PartyOrganization, WorkerProfile
from staffing.querysets import roster_unit_ids

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_every_page_has_something_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[float] = []

    def timed(build: Callable[..., None]) -> Callable[..., None]:
        def run(*args: object, **options: object) -> None:
            begun = time.perf_counter()
            build(*args, **options)
            took.append(time.perf_counter() - begun)

        return run

    monkeypatch.setattr(founding, "build_staffing", timed(demo.build_staffing))
    monkeypatch.setattr(founding, "build_records", timed(records.build_records))
    assert founding.build_base(at=AT)
    print(f"staffing built in {took[0]:.2f} s, its records in {took[1]:.2f} s")
    today, city = local(AT).date(), ["9901/"]
    (row,) = queries.rates(city, on=today, level="city")
    assert 97 < float(row.total.percent or 0) < 100
    assert row.by_kind["grid_patroller"].missing == queries.count_vacancies(city, on=today)
    party = sum((r.rate for r in queries.party_coverage(city, on=today)), queries.Rate())
    assert party.missing == 2
    assert queries.grids_without_team(city, on=today).count() == 0
    assert len(queries.gaps_by_leave(city, on=today)) == 1
    assert Leave.objects.filter(state="approved", substitute__isnull=False).count() == 2
    boss = User.objects.get(username="oversight")
    gaps = roster.coming_gaps(roster_unit_ids(Actor(user=boss, unit_id=boss.unit_id)), AT)
    assert len(gaps) == 1
    assert gaps[0].starts_at > AT + timedelta(days=2)
    assert WorkerProfile.objects.count() > 500
    assert PartyOrganization.objects.filter(kind="hub_household").exists()
    assert AuditEntry.objects.filter(verb="leave.approve").count() == 3
    at_work = queries.presence_rate(city, first=today - timedelta(days=20), last=today)
    assert 90 < float(at_work.percent or 0) < 100
    stand_in = Leave.objects.filter(substitute__isnull=False, state="approved")[0].substitute
    assert len(scope.of(stand_in).reaches) > 1
    for room in (territory, locator_cache, catalogue):
        room.forget()
