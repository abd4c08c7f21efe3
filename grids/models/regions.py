"""A revision of regions (区划调整): communities or towns merged, split, renamed or moved, in effect from a date.

What regions were before and which came after which is kept beside and never rewritten.
"""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grids.models.revision import Revision, StepOfRevision
from grids.models.territory import Grid, Named, Region
from grids.querysets import RegionRevisionQuerySet
from grids.states import RevisionState


class RegionRevision(Revision):
    """Some regions of one level (`sources`) are replaced by others (`results`) from the day `effective_on` on.

    A result with the code of a source continues it; a source whose code no result has ends. `parts` say where
    each piece directly below goes: grids of communities, communities of towns. `regions` is the only writer of `state`.
    """

    class Level(models.TextChoices):
        TOWN = Region.Level.TOWN.value, Region.Level.TOWN.label
        COMMUNITY = Region.Level.COMMUNITY.value, Region.Level.COMMUNITY.label

    level = models.CharField(_("level"), max_length=12, choices=Level)
    region = models.ForeignKey(
        Region,
        verbose_name=_("inside"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The smallest region above that holds everything concerned"),
    )

    objects = RegionRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision of regions")
        verbose_name_plural = _("revisions of regions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RevisionState.values), name="region_revision_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "effective"]) | Q(effective_on__isnull=False),
                name="region_revision_has_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["prepared_at", "id"], name="region_revision_newest"),
            models.Index(fields=["effective_on"], condition=Q(state="approved"), name="region_revision_due"),
        ]


class RegionSource(models.Model):
    """A region in force that the revision takes in, at the edition it had then. In one open revision at a time."""

    revision = models.ForeignKey(RegionRevision, on_delete=models.CASCADE, related_name="sources")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("region of a revision")
        verbose_name_plural = _("regions of a revision")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "region"], name="region_source_once"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(is_open=True), name="region_in_one_open_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} · {self.region}"


class RegionResult(Named):
    """A region as it shall be. `heir_of` is the source whose command unit it takes over."""

    revision = models.ForeignKey(RegionRevision, on_delete=models.CASCADE, related_name="results")
    code = models.CharField(_("code"), max_length=12, validators=[RegexValidator(r"^\d{12}\Z")])
    parent = models.ForeignKey(Region, verbose_name=_("parent"), on_delete=models.PROTECT, related_name="+")
    urban_rural_class = models.CharField(_("urban-rural class"), max_length=3, blank=True)
    heir_of = models.ForeignKey(
        Region,
        verbose_name=_("takes over from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("planned region")
        verbose_name_plural = _("planned regions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "code"], name="region_result_once")
        ]

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """Plans that are open still need the regions they name."""
        return Q(revision__state__in=["draft", "submitted", "approved"])


class RegionPart(models.Model):
    """Where a piece of the sources goes, and the code it shall have there: a grid, or a community of a town."""

    revision = models.ForeignKey(RegionRevision, on_delete=models.CASCADE, related_name="parts")
    grid = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(RegionResult, on_delete=models.CASCADE, related_name="parts")
    code = models.CharField(_("code"), max_length=15)

    class Meta:
        verbose_name = _("piece in a revision of regions")
        verbose_name_plural = _("pieces in a revision of regions")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "grid"], name="region_part_grid_once"),
            models.UniqueConstraint(fields=["revision", "region"], name="region_part_region_once"),
            models.CheckConstraint(
                condition=Q(grid=None, region__isnull=False) | Q(grid__isnull=False, region=None),
                name="region_part_one_piece",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid or self.region} → {self.code}"

    @classmethod
    def still_hangs(cls, on: object) -> Q:
        """As the results."""
        return Q(revision__state__in=["draft", "submitted", "approved"])


class RegionRevisionStep(StepOfRevision):
    """One deed on a revision of regions."""

    revision = models.ForeignKey(RegionRevision, on_delete=models.CASCADE, related_name="steps")

    class Meta(StepOfRevision.Meta):
        verbose_name = _("step of a revision of regions")
        verbose_name_plural = _("steps of revisions of regions")


class RegionEdition(models.Model):
    """The facts of a region from one date to another, written when a revision or a file replaces them."""

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="editions"
    )
    number = models.PositiveIntegerField(_("edition"))
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    revision = models.ForeignKey(
        RegionRevision,
        verbose_name=_("replaced by the revision"),
        null=True,
        on_delete=models.PROTECT,
        related_name="editions",
    )

    class Meta:
        verbose_name = _("former state of a region")
        verbose_name_plural = _("former states of regions")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "number"], name="region_edition_once"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="region_edition_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.valid_from} – {self.valid_to}"


class RegionSuccession(models.Model):
    """Which region came after which in a revision; `share` is the part of the old one that went to the new one.

    A region that keeps its code succeeds itself. The shares of one old region add up to 1.
    """

    revision = models.ForeignKey(
        RegionRevision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="successions"
    )
    old = models.ForeignKey(
        Region, verbose_name=_("before"), on_delete=models.PROTECT, related_name="successors"
    )
    new = models.ForeignKey(
        Region, verbose_name=_("after"), on_delete=models.PROTECT, related_name="predecessors"
    )
    share = models.FloatField(_("share"))
    is_heir = models.BooleanField(_("takes over the people"), default=False)

    class Meta:
        verbose_name = _("succession of regions")
        verbose_name_plural = _("successions of regions")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "old", "new"], name="region_succession_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0) & Q(share__lte=1), name="region_succession_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
