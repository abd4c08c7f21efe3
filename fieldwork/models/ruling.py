"""What is data: rules of visits and patrols, numbers, checklists. Each with its dates and its source."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from fieldwork.terms import KIND_BY_WORK, AnswerKind, Coverage, PatrolKind, Period, Subject, Work
from governance.foundation.naming import Labelled


class Checklist(Labelled, models.Model):
    """What is looked at in one kind of place or home. `kinds` empty: every kind of the subject."""

    code = models.SlugField(pgettext_lazy("checklist", "code"), max_length=40)
    name = models.CharField(pgettext_lazy("checklist", "name"), max_length=80)
    name_en = models.CharField(pgettext_lazy("checklist", "English name"), max_length=120, blank=True)
    subject = models.CharField(pgettext_lazy("checklist", "subject"), max_length=12, choices=Subject)
    kinds = ArrayField(
        models.CharField(max_length=24),
        verbose_name=pgettext_lazy("checklist", "kinds"),
        default=list,
        blank=True,
    )
    source = models.CharField(pgettext_lazy("checklist", "source"), max_length=200)
    valid_from = models.DateField(pgettext_lazy("checklist", "valid from"))
    valid_to = models.DateField(pgettext_lazy("checklist", "valid to"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("checklist", "field checklist")
        verbose_name_plural = pgettext_lazy("checklist", "field checklists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="field_checklist_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="field_checklist_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ChecklistItem(Labelled, models.Model):
    """One line. What is not in order suggests the finding named here, with the category."""

    checklist = models.ForeignKey(Checklist, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(pgettext_lazy("checklist", "order"))
    name = models.CharField(pgettext_lazy("checklist", "name"), max_length=120)
    name_en = models.CharField(pgettext_lazy("checklist", "English name"), max_length=160, blank=True)
    kind = models.CharField(pgettext_lazy("checklist", "answer"), max_length=8, choices=AnswerKind)
    is_required = models.BooleanField(pgettext_lazy("checklist", "required"), default=True)
    finding = models.CharField(pgettext_lazy("checklist", "suggested finding"), max_length=12, blank=True)
    category = models.CharField(pgettext_lazy("checklist", "suggested category"), max_length=6, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("checklist", "line of a checklist")
        verbose_name_plural = pgettext_lazy("checklist", "lines of checklists")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checklist", "position"], name="checklist_item_once")
        ]

    def __str__(self) -> str:
        return self.label


class TaskRule(Labelled, models.Model):
    """How often which objects are visited or patrolled, from a day on, and who says so.

    Of several rules that fit one object the one with the lowest `rank` plans it. `is_spread`: the objects of a long
    period are handed out week by week, those left longest first.
    """

    code = models.SlugField(pgettext_lazy("field rule", "code"), max_length=40)
    name = models.CharField(pgettext_lazy("field rule", "name"), max_length=80)
    name_en = models.CharField(pgettext_lazy("field rule", "English name"), max_length=120, blank=True)
    work = models.CharField(pgettext_lazy("field rule", "work"), max_length=8, choices=Work)
    patrol_kind = models.CharField(
        pgettext_lazy("field task", "kind of patrol"), max_length=8, choices=PatrolKind, blank=True
    )
    coverage = models.CharField(pgettext_lazy("field rule", "coverage"), max_length=10, choices=Coverage)
    subject = models.CharField(pgettext_lazy("field rule", "subject"), max_length=12, choices=Subject)
    kinds = ArrayField(
        models.CharField(max_length=24),
        verbose_name=pgettext_lazy("field rule", "kinds"),
        default=list,
        blank=True,
    )
    levels = ArrayField(
        models.CharField(max_length=8),
        verbose_name=pgettext_lazy("field rule", "levels or risks"),
        default=list,
        blank=True,
    )
    rank = models.PositiveSmallIntegerField(pgettext_lazy("field rule", "rank"), default=100)
    period = models.CharField(pgettext_lazy("field rule", "frequency"), max_length=10, choices=Period)
    is_spread = models.BooleanField(pgettext_lazy("field rule", "handed out week by week"), default=False)
    per_task = models.PositiveSmallIntegerField(
        pgettext_lazy("field rule", "most objects of a task"), default=20
    )
    minutes = models.PositiveSmallIntegerField(pgettext_lazy("field rule", "minimum minutes"), default=0)
    threshold = models.PositiveSmallIntegerField(
        pgettext_lazy("field rule", "reports in 30 days that make a hot spot"), default=0
    )
    source = models.CharField(pgettext_lazy("field rule", "source"), max_length=200)
    valid_from = models.DateField(pgettext_lazy("field rule", "valid from"))
    valid_to = models.DateField(pgettext_lazy("field rule", "valid to"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("field rule", "rule of visits and patrols")
        verbose_name_plural = pgettext_lazy("field rule", "rules of visits and patrols")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="field_rule_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="field_rule_dates"
            ),
            models.CheckConstraint(condition=Q(per_task__gte=1), name="field_rule_per_task"),
            models.CheckConstraint(
                condition=KIND_BY_WORK,
                name="field_rule_patrol_kind",
                violation_error_message=pgettext_lazy(
                    "field task", "A patrol needs its kind, visits have none"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class FieldValue(models.Model):
    """A number of fieldwork, from a day on."""

    class Name(models.TextChoices):
        TOLERANCE = "tolerance", pgettext_lazy("field value", "Check-in tolerance in metres")
        MOST_ACCURACY = "most_accuracy", pgettext_lazy("field value", "Accuracy in metres that still counts")
        MAKE_UP_DAYS = "make_up_days", pgettext_lazy("field value", "Workdays to make up a missed task")
        REVIEW_PERCENT = "review_percent", pgettext_lazy("field value", "Percent of tasks that are reviewed")
        REVIEW_DAYS = "review_days", pgettext_lazy("field value", "Workdays for a review")
        TRACK_DAYS = "track_days", pgettext_lazy("field value", "Days for which tracks are kept")
        SKEW_SECONDS = (
            "skew_seconds",
            pgettext_lazy("field value", "Seconds by which a telephone may be wrong"),
        )
        HOT_SPOT_DAYS = "hot_spot_days", pgettext_lazy("field value", "Days that count for hot spots")
        CHANGE_HOURS = "change_hours", pgettext_lazy("field value", "Hours for a visit after a major change")
        REPORT_DAYS = "report_days", pgettext_lazy("field value", "Days for the review of a worker's report")
        TRACK_GAP = "track_gap", pgettext_lazy("field value", "Metres a second that nobody walks or rides")

    name = models.CharField(pgettext_lazy("field value", "number"), max_length=16, choices=Name)
    value = models.PositiveIntegerField(pgettext_lazy("field value", "value"))
    source = models.CharField(pgettext_lazy("field value", "source"), max_length=200)
    valid_from = models.DateField(pgettext_lazy("field value", "valid from"))

    class Meta:
        verbose_name = pgettext_lazy("field value", "number of fieldwork")
        verbose_name_plural = pgettext_lazy("field value", "numbers of fieldwork")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "valid_from"], name="field_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} {self.value}"
