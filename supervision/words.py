"""Who is told what: notices in the words of the city's language, each once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext, pgettext_lazy

from governance.accounts.actors import Actor
from governance.accounts.roles import Role
from governance.foundation.clock import local
from governance.foundation.errors import Text
from incidents.duty import Watch, centre_holding, centre_with, duty_unit
from incidents.models import Notice
from incidents.telling import tell
from supervision.ground import place_unit
from supervision.models import Appeal, RecurrenceWarning, SupervisionTask
from supervision.names import RecurrenceKind

LONGEST: Final = 200
Audience = Notice.Audience

NEWS: Final[dict[str, Text]] = {
    "notify": pgettext_lazy("supervision notice", "%(kind)s: sign and plan by %(due)s"),
    "sign": pgettext_lazy("supervision notice", "%(kind)s was signed by the platform"),
    "submit": pgettext_lazy("supervision notice", "Rectification was reported, to be checked"),
    "reject": pgettext_lazy("supervision notice", "Report rejected, to be rectified again by %(due)s"),
    "accept": pgettext_lazy("supervision notice", "Rectification was accepted"),
    "escalate": pgettext_lazy("supervision notice", "Not rectified in time, escalated: %(kind)s"),
    "close": pgettext_lazy("supervision notice", "Closed with a score of %(score)s"),
    "withdraw": pgettext_lazy("supervision notice", "%(kind)s was withdrawn"),
    "create": pgettext_lazy("supervision notice", "New supervision, to be sent"),
    "warn": pgettext_lazy("supervision notice", "About to be late: %(stage)s"),
    "late": pgettext_lazy("supervision notice", "Overdue: %(stage)s"),
    "recheck": pgettext_lazy("supervision notice", "To be looked at again"),
}


def title_of(name: str, task: SupervisionTask, *, stage: str = "") -> str:
    """What the bell shows of a task."""
    with translation.override(settings.LANGUAGE_CODE):
        facts = {
            "kind": task.get_kind_display(),
            "due": written(task.due_at),
            "score": task.score or "",
            "stage": stage,
        }
        return f"{str(NEWS[name]) % facts} · {task.title}"[:LONGEST]


def in_city_words(news: Text, subject: str) -> str:
    """News of something else than a task, in the city's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{news} · {subject}"[:LONGEST]


def written(at: datetime | None) -> str:
    """An instant as notices write it."""
    return f"{local(at):%m-%d %H:%M}" if at else pgettext("supervision notice", "no date")


def tell_unit(
    name: str, task: SupervisionTask, key: str, *, at: datetime, stage: str = "", by: Actor | None = None
) -> None:
    """Tell everybody of the unit that has to answer."""
    _tell(name, task, key, at=at, unit_ids=[task.unit_id], audience=Audience.HANDLERS, stage=stage, by=by)


def tell_oversight(
    name: str, task: SupervisionTask, key: str, *, at: datetime, stage: str = "", by: Actor | None = None
) -> None:
    """Tell the oversight officers of the nearest centre that has one."""
    centre = centre_with(Role.OVERSIGHT_OFFICER, task.region_path)
    units = [centre] if centre is not None else []
    _tell(name, task, key, at=at, unit_ids=units, audience=Audience.OVERSIGHT, stage=stage, by=by)


def tell_duty(name: str, task: SupervisionTask, key: str, *, at: datetime, stage: str = "") -> None:
    """Tell whoever is on duty; with nobody named, every duty officer of the centre. Never silent."""
    people = [person["user"] for person in Watch(at).named(task.region_path)]
    centre = duty_unit(task.region_path)
    units = [] if people or centre is None else [centre]
    _tell(
        name, task, f"{key}:duty", at=at, unit_ids=units, user_ids=people, audience=Audience.DUTY, stage=stage
    )


APPEAL_NEWS: Final[dict[str, tuple[str, Text]]] = {
    "warn": ("warn", pgettext_lazy("supervision notice", "An appeal has to be decided by %(due)s")),
    "late": ("overdue", pgettext_lazy("supervision notice", "An appeal was not decided by %(due)s")),
}
"""The kind of the notice, which gives it its lamp, and what it says."""


def tell_about_appeal(name: str, row: Appeal, *, at: datetime, is_duty: bool = False) -> None:
    """Tell the oversight officers of the nearest centre that has one, and with `is_duty` whoever is on duty.

    Where no oversight officer is appointed at all the duty roster hears of it from the first time on. Never silent.
    """
    kind, news = APPEAL_NEWS[name]
    with translation.override(settings.LANGUAGE_CODE):
        title = in_city_words(str(news) % {"due": written(row.due_at)}, row.ticket.title)
    said: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "url": reverse("supervision:appeal", args=[row.number]),
        "at": at,
        "ticket_id": row.ticket_id,
    }
    key = f"supervision:appeal:{row.pk}:{row.rung}"
    centre = centre_holding(Role.OVERSIGHT_OFFICER, row.region_path)
    if centre is not None:
        tell(key=key, unit_ids=[centre], audience=Audience.OVERSIGHT, **said)
    if is_duty or centre is None:
        people = [person["user"] for person in Watch(at).named(row.region_path)]
        unit = duty_unit(row.region_path)
        units = [] if people or unit is None else [unit]
        tell(key=f"{key}:duty", unit_ids=units, user_ids=people, audience=Audience.DUTY, **said)


RECURRENCE_NEWS: Final[dict[str, Text]] = {
    "raise": pgettext_lazy("supervision notice", "Recurrence warning: %(count)s times in %(days)s days"),
    "recur": pgettext_lazy("supervision notice", "Recurrence warning, back again after it was closed"),
}


def tell_of_recurrence(name: str, row: RecurrenceWarning, *, at: datetime) -> None:
    """Tell the community and the town that answer for the place, and the oversight of the nearest centre.

    Whoever stands in a unit's bell reads that there is one; about whom, only those whom the warning's page is open to.
    """
    with translation.override(settings.LANGUAGE_CODE):
        news = str(RECURRENCE_NEWS[name]) % {"count": row.count, "days": row.days}
        subject = row.subject if row.kind == RecurrenceKind.PLACE else str(row.get_kind_display())
        title = in_city_words(news, subject)
    said: dict[str, Any] = {
        "kind": "recurrence",
        "title": title,
        "url": reverse("supervision:recurrence", args=[row.number]),
        "at": at,
    }
    key = f"supervision:recurrence:{row.pk}:{name}:{row.version}"
    units = {place_unit(row.region_path), place_unit(row.region_path, "town")} - {None}
    tell(key=key, unit_ids=[unit for unit in units if unit is not None], audience=Audience.HANDLERS, **said)
    centre = centre_with(Role.OVERSIGHT_OFFICER, row.region_path)
    if centre is not None:
        tell(key=key, unit_ids=[centre], audience=Audience.OVERSIGHT, **said)


def _tell(
    name: str,
    task: SupervisionTask,
    key: str,
    *,
    at: datetime,
    audience: str,
    unit_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (),
    stage: str = "",
    by: Actor | None = None,
) -> None:
    tell(
        key=f"supervision:{key}",
        kind=f"supervision_{name}"[:20],
        title=title_of(name, task, stage=stage),
        url=reverse("supervision:task", args=[task.number]),
        at=at,
        unit_ids=unit_ids,
        audience=audience,
        user_ids=user_ids,
        ticket_id=task.ticket_id,
        by=by,
    )
