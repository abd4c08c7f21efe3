"""How far a long job has come, so that one that was killed goes on where it stopped."""

from datetime import datetime
from typing import ClassVar

from django.db import connection, models
from django.utils.translation import gettext_lazy as _


class Progress(models.Model):
    """One finished part of a job, written in the transaction that did it: done means durable."""

    job = models.CharField(_("job"), max_length=120)
    part = models.CharField(_("part"), max_length=60)
    at = models.DateTimeField(_("time"))
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "part"], name="progress_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.part}"


def one_at_a_time(job: str, part: str) -> None:
    """Wait until no other transaction works on this part; then ask `done_parts` again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 719204))", [f"{job}/{part}"])


def done_parts(job: str) -> set[str]:
    """The parts of a job that are durable."""
    return set(Progress.objects.filter(job=job).values_list("part", flat=True))


def mark_done(job: str, part: str, *, at: datetime, **details: object) -> None:
    """Remember a part; call it in the transaction that did it. IntegrityError when it was done before."""
    Progress.objects.create(job=job, part=part, at=at, details=details)
