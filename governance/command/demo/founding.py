"""The first stage: everything that one needs to sign in, in one transaction of some seconds."""

from datetime import UTC, datetime

from django.core.management import call_command
from django.db import transaction

from governance.accounts.actors import SYSTEM_ACTOR
from governance.audit import journal
from governance.command.demo.adapters import build_adapters
from governance.command.demo.desks import build_filters
from governance.command.demo.exchange import build_systems
from governance.command.demo.knowledge import build_knowledge
from governance.command.demo.mandates import build_mandates
from governance.command.demo.mediators import build_mediators
from governance.command.demo.overlays import build_overlays
from governance.command.demo.people import build_people
from governance.command.demo.plan import (
    API_CLIENT,
    API_KEY,
    BASE,
    HISTORY,
    IN_POST_BEFORE,
    JOB,
    LIFT_AGE,
)
from governance.command.demo.publicity import build_publicity
from governance.command.demo.registers import build_registers
from governance.command.demo.rounds import build_rounds
from governance.command.demo.staffing import build_staffing
from governance.command.demo.staffing_records import build_records
from governance.command.demo.territory import build_territory
from governance.command.demo.wording import build_wording
from governance.command.models import done_parts, mark_done, one_at_a_time
from governance.exchange.models import ApiClient, issue_key
from governance.foundation.clock import local
from governance.foundation.errors import Conflict
from grids.models import Region
from incidents.loading import load_all

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@transaction.atomic
def build_base(*, at: datetime) -> bool:
    """Catalogue, calendars, territory, people and accounts. False when they are there already.

    Raises Conflict in an installation that has a territory of its own: demo accounts must not get in there.
    """
    one_at_a_time(JOB, BASE)
    if BASE in done_parts(JOB):
        return False
    if Region.objects.exists():
        raise Conflict("This database has a territory already; the demo city needs an empty one.")
    load_all(at=BEGINNING)
    call_command("seed_calendars", verbosity=0, stdout=_Silence())
    since = local(at - HISTORY - IN_POST_BEFORE).date()
    land = build_territory(since)
    people = build_people(land, at=at, since=since)
    professional = build_overlays(land, at=at, since=since)
    build_staffing(land, at=at, since=since)
    build_records(land, at=at)
    registered = build_registers(land, at=at)
    walked = build_rounds(at=at)
    mandated = build_mandates(at=at, since=since)
    mediating = build_mediators(land, at=at, since=local(at - LIFT_AGE - IN_POST_BEFORE).date())
    worded = build_wording(at=at, since=at - HISTORY - IN_POST_BEFORE)
    client = ApiClient(code=API_CLIENT, name="12345政务服务便民热线", sources=["hotline"])
    issue_key(client, API_KEY)
    client.key_issued_at = at - HISTORY
    client.save()
    called = build_systems(client, at=at)
    mapped = build_adapters(client, at=at)
    noticed = build_publicity(at=at)
    known = build_knowledge(at=at)
    filters = build_filters(at=at)
    counts = {
        "regions": len(land.regions),
        "grids": len(land.grids),
        "units": len(land.units),
        "people": people,
        "professional_grids": professional,
        "duty_items": mandated,
        "policy_notices": noticed,
        "knowledge_entries": known,
        "saved_filters": filters,
        "calls_of_systems": called,
        "mapping_versions": mapped,
        "standards_and_texts": worded,
        **registered,
        **walked,
        **mediating,
    }
    mark_done(JOB, BASE, at=at, **counts)
    journal.record("demo.base", by=SYSTEM_ACTOR, obj=land.regions[min(land.regions)], at=at, details=counts)
    return True


class _Silence:
    """Takes what a command says."""

    def write(self, _text: str) -> None:
        return None
