"""Bulletins of the demo city: schedules, last week's one published and read by some, this day's as a draft."""

from datetime import datetime
from typing import Final

from django.db import transaction

from bulletins import writing
from bulletins.models import Bulletin, BulletinSchedule, BulletinTemplate, UnitReceipt
from bulletins.spans import ended_before
from governance.accounts.actors import Actor
from governance.accounts.models import User
from governance.command.demo.plan import BASE, JOB
from governance.command.models import Progress, done_parts, mark_done, one_at_a_time
from governance.foundation.clock import local
from grids.models import Region

PART: Final = "bulletins"
DEMAND: Final = "请各单位对照通报查找不足，按时限办结在办工单，并做好群众回访。"
READERS: Final = 3


@transaction.atomic
def build_bulletins() -> int:
    """Write once; returns how many bulletins there are, 0 when it was done already."""
    one_at_a_time(JOB, PART)
    if PART in done_parts(JOB):
        return 0
    at = Progress.objects.get(job=JOB, part=BASE).at
    today = local(at).date()
    city = Region.objects.get(level="city", valid_to=None)
    templates = {row.code: row for row in BulletinTemplate.objects.all()}
    for code in ("daily", "weekly", "monthly"):
        BulletinSchedule.objects.create(template=templates[code], region=city, hour=8, valid_from=today)
    writer, approver = _actor("oversight"), _actor("leader")
    for code in ("weekly", "daily"):
        since, last = ended_before(templates[code].span, today)
        row = writing.prepare(templates[code], city.code, since, last, by=writer, at=at)
        if code == "weekly":
            texts = [part["text"] or DEMAND for part in row.sections]
            writing.edit(row.pk, title=row.title, texts=texts, by=writer, at=at)
            writing.submit(row.pk, by=writer, at=at)
            writing.publish(row.pk, by=approver, at=at)
            _read(row, at=at)
    counted = Bulletin.objects.count()
    mark_done(JOB, PART, at=at, bulletins=counted)
    return counted


def _actor(name: str) -> Actor:
    user = User.objects.get(username=name)
    return Actor(user=user, unit_id=user.unit_id)


def _read(row: Bulletin, *, at: datetime) -> None:
    """Some units have signed."""
    waiting = UnitReceipt.objects.filter(bulletin=row).order_by("unit__code")
    people = User.objects.filter(unit__in=waiting.values("unit"), is_active=True).order_by("unit", "pk")
    for user in people.distinct("unit")[:READERS]:
        writing.confirm(row.pk, by=Actor(user=user, unit_id=user.unit_id), at=at)
