"""The posts of a grid and who fills them."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from grids.models.territory import Grid


class GridPost(models.Model):
    """A post that a grid has to fill."""

    class Kind(models.TextChoices):
        GRID_LEADER = "grid_leader", _("Grid leader")
        GRID_PATROLLER = "grid_patroller", _("Grid patroller")
        GRID_SUPERVISOR = "grid_supervisor", _("Grid supervisor")
        PART_TIME_WORKER = "part_time_worker", _("Part-time grid worker")
        POLICE_GRID_OFFICER = "police_grid_officer", _("Police grid officer")
        GRID_ADVISER = "grid_adviser", _("Grid adviser")
        GRID_MEDIATOR = "grid_mediator", _("Grid mediator")
        GRID_SAFETY_OFFICER = "grid_safety_officer", _("Grid safety officer")

    grid = models.ForeignKey(Grid, verbose_name=_("grid"), on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes: ClassVar = [models.Index(fields=["grid", "kind"], name="grid_post")]

    def __str__(self) -> str:
        return f"{self.grid} · {self.get_kind_display()}"

    @classmethod
    def still_hangs(cls, on: date) -> Q:
        """A post needs its grid as long as somebody fills it; an empty one of an ended grid is history."""
        filled = GridAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), post=OuterRef("pk"))
        return Q(Exists(filled))


class GridAssignment(models.Model):
    """A person fills a post, from one date to another; one person at a time."""

    post = models.ForeignKey(
        GridPost, verbose_name=_("post"), on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="posts"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("post assignment")
        verbose_name_plural = _("post assignments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post"], condition=Q(ends_on=None), name="post_filled_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"
