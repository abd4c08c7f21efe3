"""The teams of grids that ended: they hold nothing any more and become inactive; whoever still names one is led to
the team that came after it."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from governance.accounts.actors import SYSTEM_ACTOR
from governance.accounts.models import OrgUnit
from governance.audit import journal
from incidents.handover.standing import Ground
from incidents.models import Ticket
from incidents.states import OPEN


def retire(ground: Ground, *, at: datetime) -> int:
    """Make the idle teams inactive that hold no open ticket; returns how many."""
    held = Ticket.objects.filter(holder=OuterRef("pk"), state__in=sorted(OPEN)).order_by()
    rows = OrgUnit.objects.filter(pk__in=ground.idle_teams, is_active=True).exclude(Exists(held))
    found = list(rows.order_by("pk"))
    for unit in found:
        unit.is_active = False
        unit.save(update_fields=["is_active"])
        journal.record(
            "unit.retire",
            by=SYSTEM_ACTOR,
            obj=unit,
            at=at,
            details={"revision": ground.effect.revision.number},
        )
    return len(found)
