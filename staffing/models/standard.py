"""What a grid has to be staffed with, as data with effective dates; and the dictionaries of this app."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.accounts.roles import Role
from grids.models import Grid, GridPost, Named


class Term(Named):
    """A word of a dictionary: specialities of teams, identities, roles of members, equipment, topics of training."""

    class Kind(models.TextChoices):
        SPECIALITY = "speciality", _("Speciality of a team")
        IDENTITY = "identity", _("Identity")
        MEMBER_ROLE = "member_role", _("Role in a team")
        EQUIPMENT = "equipment", _("Equipment")
        TRAINING = "training", _("Topic of training")

    kind = models.CharField(_("dictionary"), max_length=16, choices=Kind)
    code = models.SlugField(_("code"), max_length=40)
    sequence = models.PositiveSmallIntegerField(_("sequence"), default=100)
    is_active = models.BooleanField(pgettext_lazy("dictionary", "in use"), default=True)

    class Meta:
        verbose_name = _("dictionary word")
        verbose_name_plural = _("dictionary words")
        ordering: ClassVar = ["kind", "sequence", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "code"], name="term_once")]


class StaffingTemplate(Named):
    """The posts that grids of a kind must have (配备标准). The newest row in force for a kind counts.

    An empty kind stands for every kind that has no template of its own.
    """

    code = models.SlugField(_("code"), max_length=40)
    grid_kind = models.CharField(_("kind of grid"), max_length=16, choices=Grid.Kind, blank=True)
    needs_team = models.BooleanField(_("every grid has a service team"), default=False)
    target_percent = models.PositiveSmallIntegerField(
        _("staffing rate aimed at"), default=100, help_text=_("In percent; from here on the lamp is green")
    )
    warn_percent = models.PositiveSmallIntegerField(
        _("staffing rate to be warned below"), default=95, help_text=_("In percent; below it the lamp is red")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("staffing template")
        verbose_name_plural = _("staffing templates")
        ordering: ClassVar = ["grid_kind", "-valid_from"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid_kind", "valid_from"], name="staffing_template_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="staffing_template_dates"
            ),
            models.CheckConstraint(
                condition=Q(warn_percent__lte=F("target_percent")), name="staffing_template_lines"
            ),
        ]


class PostRequirement(models.Model):
    """One post of a template: how many, who may hold it, in how many grids one person may hold it."""

    template = models.ForeignKey(
        StaffingTemplate, verbose_name=_("template"), on_delete=models.CASCADE, related_name="requirements"
    )
    kind = models.CharField(_("post"), max_length=24, choices=GridPost.Kind)
    count = models.PositiveSmallIntegerField(_("number of people"), default=1)
    is_required = models.BooleanField(
        pgettext_lazy("post", "required"),
        default=True,
        help_text=_("An optional post may be filled; while it is empty it is no vacancy"),
    )
    is_full_time = models.BooleanField(_("full-time"), default=False)
    home_kinds = models.JSONField(
        _("kinds of home unit"),
        default=list,
        blank=True,
        help_text=_("From which kinds of unit the person may come; none ticked: from any"),
    )
    held_role = models.CharField(
        _("role to be held"),
        max_length=24,
        choices=Role,
        blank=True,
        help_text=_("A role that the person must hold already; empty: none"),
    )
    max_per_person = models.PositiveSmallIntegerField(
        _("most grids per person"), null=True, blank=True, help_text=_("Empty: no limit")
    )

    class Meta:
        verbose_name = _("post of a template")
        verbose_name_plural = _("posts of a template")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "kind"], name="post_requirement_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="post_requirement_count"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} × {self.count}"

    @property
    def home_kind_words(self) -> list[str]:
        """The kinds of home unit in words."""
        labels = dict(OrgUnit.Kind.choices)
        return [str(labels[kind]) for kind in self.home_kinds if kind in labels]
