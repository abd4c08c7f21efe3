"""A revision of grids (网格调整): a draft of what comes, checked, approved, in effect from a date."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.accounts.models import OrgUnit
from grids.models.territory import ExclusiveType, Grid, Named, Region
from grids.querysets import GridRevisionQuerySet
from grids.states import OPEN, RevisionState


class Revision(models.Model):
    """What every revision has, of grids or of regions: the plan's head, who prepared and decided it, how it went."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("title"), max_length=120)
    reason = models.TextField(_("reason"), blank=True)
    region_path = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=RevisionState, default=RevisionState.DRAFT)
    effective_on = models.DateField(_("in effect from"), null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("prepared by"), on_delete=models.PROTECT, related_name="+"
    )
    prepared_unit = models.ForeignKey(OrgUnit, null=True, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("prepared"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    took_effect_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(_("check report"), null=True, blank=True)
    trouble = models.TextField(_("why it could not take effect"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class GridRevision(Revision):
    """Some grids (`sources`) are replaced by others (`results`) from the day `effective_on` on.

    Split, merge, moved boundary, new name and transfer to another community are all this one thing. A result that
    has the code of a source continues it; a source whose code no result has ends. `revisions` is the only
    writer of `state`. One that a revision of regions has made carries that in `region_revision`.
    """

    region = models.ForeignKey(
        Region,
        verbose_name=_("inside"),
        on_delete=models.PROTECT,
        related_name="revisions",
        help_text=_("The smallest region that holds all communities concerned"),
    )
    region_revision = models.OneToOneField(
        "grids.RegionRevision",
        verbose_name=_("made by the revision of regions"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="grid_revision",
    )

    objects = GridRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("grid revision")
        verbose_name_plural = _("grid revisions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RevisionState.values), name="revision_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "effective"]) | Q(effective_on__isnull=False),
                name="revision_has_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["region_path"], name="revision_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["effective_on"], condition=Q(state="approved"), name="revision_due"),
        ]


class RevisionSource(models.Model):
    """A grid in force that the revision takes in, at the edition it had then. In one open revision at a time."""

    revision = models.ForeignKey(GridRevision, on_delete=models.CASCADE, related_name="sources")
    grid = models.ForeignKey(Grid, verbose_name=_("grid"), on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = _("grid of a revision")
        verbose_name_plural = _("grids of a revision")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "grid"], name="revision_source_once"),
            models.UniqueConstraint(
                fields=["grid"], condition=Q(is_open=True), name="grid_in_one_open_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} · {self.grid}"


class RevisionGrid(Named):
    """A grid as it shall be. `heir_of` is the source whose people and household books it takes over."""

    revision = models.ForeignKey(GridRevision, on_delete=models.CASCADE, related_name="results")
    code = models.CharField(_("code"), max_length=15, validators=[RegexValidator(r"^\d{15}\Z")])
    community = models.ForeignKey(
        Region, verbose_name=_("community"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Grid.Kind, default=Grid.Kind.COMPREHENSIVE)
    exclusive_type = models.CharField(_("exclusive type"), max_length=40, blank=True, choices=ExclusiveType)
    polygon = models.JSONField(_("polygon"))
    household_count = models.PositiveIntegerField(_("households"), default=0)
    heir_of = models.ForeignKey(
        Grid,
        verbose_name=_("takes over from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("planned grid")
        verbose_name_plural = _("planned grids")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "code"], name="revision_result_once")
        ]


class StepOfRevision(models.Model):
    """One deed on a revision; never changed."""

    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.revision_id} {self.verb}"  # type: ignore[attr-defined]  # every table of steps has it


class RevisionStep(StepOfRevision):
    """One deed on a revision of grids."""

    revision = models.ForeignKey(GridRevision, on_delete=models.CASCADE, related_name="steps")

    class Meta(StepOfRevision.Meta):
        verbose_name = _("step of a revision")
        verbose_name_plural = _("steps of a revision")


class GridStandard(models.Model):
    """What a grid has to be like (划分标准), from a date on; the newest row in force counts.

    About 500 resident households for a basic grid; tolerances are square metres of a piece that may be ignored.
    """

    household_min = models.PositiveIntegerField(_("least households"), default=300)
    household_max = models.PositiveIntegerField(_("most households"), default=800)
    gap_m2 = models.FloatField(_("tolerated gap in square metres"), default=100.0)
    overlap_m2 = models.FloatField(_("tolerated overlap in square metres"), default=25.0)
    outside_m2 = models.FloatField(
        _("tolerated surface outside the community in square metres"), default=100.0
    )
    overlay_share = models.FloatField(
        _("an overlay is suggested from this share of the professional grid"), default=0.1
    )
    overlay_grid_share = models.FloatField(_("or from this share of the grid"), default=0.5)
    sliver_m = models.FloatField(_("width in metres of a sliver that is closed"), default=0.5)
    valid_from = models.DateField(_("valid from"), unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("grid standard")
        verbose_name_plural = _("grid standards")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(household_min__lte=models.F("household_max")), name="standard_range"
            ),
            models.CheckConstraint(
                condition=Q(overlay_share__gt=0)
                & Q(overlay_share__lte=1)
                & Q(overlay_grid_share__gt=0)
                & Q(overlay_grid_share__lte=1),
                name="standard_overlay_shares",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.household_min} – {self.household_max}"
