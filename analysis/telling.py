"""Who hears of warnings and projects: in the bell, told once each."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from analysis.models import EarlyWarning, SpecialProject
from grids.territory import current as territory
from incidents.models import Notice
from incidents.telling import tell


def tell_raised(row: EarlyWarning, *, at: datetime) -> None:
    """The command units of the place and of the city: their oversight and duty officers."""
    land = territory()
    found = [land.command_unit(row.region_path, tier) for tier in ("town", "city")]
    units = {unit.id for unit in found if unit is not None}
    with translation.override(settings.LANGUAGE_CODE):
        words = pgettext("early warning", "%(severity)s warning: %(place)s, %(rule)s") % {
            "severity": row.get_severity_display(),
            "place": row.place_name,
            "rule": row.rule.name,
        }
    for audience in (Notice.Audience.OVERSIGHT, Notice.Audience.DUTY):
        tell(
            key=f"warning:{row.pk}",
            kind="warn",
            title=words[:200],
            url=reverse("analysis:warning", args=[row.number]),
            at=at,
            unit_ids=units,
            audience=audience,
        )


def tell_unit(row: SpecialProject, verb: str, *, at: datetime) -> None:
    """The leads of the unit that leads a project: it has begun, it was sent back, it is closed."""
    if row.lead_unit_id is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "start": pgettext("special project", "Your unit leads a special project: %(title)s"),
            "send_back": pgettext("special project", "Sent back from the closing review: %(title)s"),
            "close": pgettext("special project", "Special project closed: %(title)s"),
        }[verb] % {"title": row.title}
    tell(
        key=f"project:{row.pk}:{verb}:{row.version}",
        kind="project",
        title=words[:200],
        url=reverse("analysis:project", args=[row.number]),
        at=at,
        unit_ids=[row.lead_unit_id],
        audience=Notice.Audience.LEADS,
    )
