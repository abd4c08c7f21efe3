"""Mediation points near people's homes, with three posts and one association (三岗一协会)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from grids.models import Region
from mediation.models.bodies import MediationBody
from mediation.querysets.bodies import PointQuerySet


class PointPost(models.TextChoices):
    """The three posts, and the members of the association of volunteer mediators."""

    PARTY = "party", pgettext_lazy("mediation post", "Party member mediation post")
    DEMAND = "demand", pgettext_lazy("mediation post", "Neighbours' demands post")
    OPINION = "opinion", pgettext_lazy("mediation post", "Public opinion post")
    VOLUNTEER = "volunteer", pgettext_lazy("mediation post", "Volunteer mediators' association")


THREE_POSTS = (PointPost.PARTY, PointPost.DEMAND, PointPost.OPINION)


class MediationPoint(models.Model):
    """A place in a community where a quarrel can be brought at once; led by a committee."""

    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=120)
    region = models.ForeignKey(
        Region,
        verbose_name=pgettext_lazy("mediators", "region"),
        on_delete=models.PROTECT,
        related_name="mediation_points",
    )
    region_path = models.CharField(max_length=64, editable=False)
    body = models.ForeignKey(
        MediationBody,
        verbose_name=pgettext_lazy("mediators", "mediation body"),
        on_delete=models.PROTECT,
        related_name="points",
    )
    address = models.CharField(pgettext_lazy("mediators", "address"), max_length=200)
    association = models.CharField(pgettext_lazy("mediators", "association"), max_length=120, blank=True)
    opened_on = models.DateField(pgettext_lazy("mediators", "opened on"))
    closed_on = models.DateField(pgettext_lazy("mediators", "closed on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("mediators", "mediation point")
        verbose_name_plural = pgettext_lazy("mediators", "mediation points")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["region", "name"], condition=Q(closed_on=None), name="mediation_point_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="mediation_point_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.region_path = self.region.path
        super().save(*args, **kwargs)


class PointPerson(models.Model):
    """Somebody at a post of a point, or in its association."""

    point = models.ForeignKey(
        MediationPoint,
        verbose_name=pgettext_lazy("mediators", "mediation point"),
        on_delete=models.CASCADE,
        related_name="people",
    )
    post = models.CharField(pgettext_lazy("mediators", "post"), max_length=12, choices=PointPost)
    name = models.CharField(pgettext_lazy("mediators", "name"), max_length=60)
    phone = models.CharField(pgettext_lazy("mediators", "phone"), max_length=30, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField(pgettext_lazy("mediators", "there since"))
    until = models.DateField(pgettext_lazy("mediators", "there until"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("mediators", "person of a mediation point")
        verbose_name_plural = pgettext_lazy("mediators", "people of mediation points")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["point", "post", "name"], condition=Q(until=None), name="point_person_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="point_person_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_post_display()}"
