"""Who is told about an export: those who decide, and whoever asked. City's language."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from exports.models import TicketExport
from governance.accounts.actors import Actor
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell


def tell_approvers(row: TicketExport, *, at: datetime, by: Actor) -> int:
    """The oversight officers of the place."""
    unit = territory().command_unit(row.reach_path, "city")
    return _tell(row, "asked", at=at, by=by, unit_ids=[unit.id] if unit is not None else [])


def tell_asker(row: TicketExport, what: str, *, at: datetime, by: Actor | None = None) -> int:
    """Whoever asked; a system asks for the state."""
    if row.asked_by_id is None:
        return 0
    return _tell(row, what, at=at, by=by, user_ids=[row.asked_by_id])


def _tell(
    row: TicketExport,
    what: str,
    *,
    at: datetime,
    by: Actor | None,
    unit_ids: list[int] | None = None,
    user_ids: list[int] | None = None,
) -> int:
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "asked": pgettext("export notice", "Export to be approved: %(number)s"),
            "approve": pgettext("export notice", "Export approved: %(number)s"),
            "refuse": pgettext("export notice", "Export refused: %(number)s"),
            "ready": pgettext("export notice", "Export ready to download: %(number)s"),
            "failed": pgettext("export notice", "Export failed: %(number)s"),
        }[what] % {"number": row.number}
    return tell(
        key=f"export:{row.pk}:{what}",
        kind=f"export_{what}",
        title=words,
        url=reverse("exports:export", args=[row.number]),
        at=at,
        unit_ids=unit_ids or (),
        user_ids=user_ids or (),
        audience=Notice.Audience.OVERSIGHT,
        by=by,
    )
