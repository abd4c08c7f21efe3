"""Scenes of the wall, and the links by which a screen opens it without anybody signing in."""

from datetime import datetime
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from grids.models import Region

SHORTEST, LONGEST = 5, 600
"""Seconds that a scene may stay."""
LONGEST_TITLE: Final = 30


class WallScene(models.Model):
    """One picture in the rotation: what it shows, how long it stays, and where it stands in the order."""

    class Kind(models.TextChoices):
        TODAY = "today", pgettext_lazy("wall", "Today")
        PLACES = "places", pgettext_lazy("wall", "Ranking of places")
        FLOW = "flow", pgettext_lazy("wall", "Flow and limits")
        HEAT = "heat", pgettext_lazy("wall", "Classes by hour")
        MONTH = "month", pgettext_lazy("wall", "Results of the month")

    kind = models.CharField(pgettext_lazy("wall", "content"), max_length=8, choices=Kind)
    title = models.CharField(pgettext_lazy("wall", "title"), max_length=LONGEST_TITLE, blank=True)
    seconds = models.PositiveSmallIntegerField(pgettext_lazy("wall", "seconds"), default=20)
    position = models.PositiveSmallIntegerField(pgettext_lazy("wall", "order"), default=0)
    is_active = models.BooleanField(pgettext_lazy("wall", "in the rotation"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("wall", "scene of the wall")
        verbose_name_plural = pgettext_lazy("wall", "scenes of the wall")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seconds__gte=SHORTEST, seconds__lte=LONGEST), name="wall_scene_seconds"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """Its own title, else that of what it shows."""
        return self.title or str(WallScene.Kind(self.kind).label)


class WallLink(models.Model):
    """An address that opens the wall of one place, until a day or until somebody ends it. Only its hash is kept."""

    name = models.CharField(pgettext_lazy("wall", "where the screen hangs"), max_length=60)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("wall", "place")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(pgettext_lazy("wall", "valid until"))
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    seen_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("wall", "link of a wall")
        verbose_name_plural = pgettext_lazy("wall", "links of walls")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="wall_link_span")
        ]

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens the wall now."""
        return self.revoked_at is None and at < self.expires_at
