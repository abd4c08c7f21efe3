"""A survey among residents, and what each community answered. No answer of a single person is kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from assessment.surveys.querysets import SurveyResultQuerySet


class Survey(models.Model):
    """One survey: its subject, its name, who conducted it. Its share shall lie above the target, not at it."""

    class Kind(models.TextChoices):
        SATISFACTION = "satisfaction", pgettext_lazy("survey", "Satisfaction of residents")
        SAFETY = "safety", pgettext_lazy("survey", "Feeling of safety")

    kind = models.CharField(pgettext_lazy("survey", "kind"), max_length=12, choices=Kind)
    title = models.CharField(pgettext_lazy("survey", "name of the survey"), max_length=80)
    organiser = models.CharField(pgettext_lazy("survey", "conducted by"), max_length=80)
    target = models.DecimalField(
        pgettext_lazy("survey", "target in percent"), max_digits=5, decimal_places=2, default=99
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("survey", "survey among residents")
        verbose_name_plural = pgettext_lazy("survey", "surveys among residents")
        default_permissions = ("view",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "title"], name="survey_title_once")]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="survey_newest")]

    def __str__(self) -> str:
        return self.title


class SurveyResult(models.Model):
    """The questionnaires of one community. The place is kept as it was: a later revision moves no result."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="results")
    region_path = models.CharField(max_length=80)
    code = models.CharField(max_length=12)
    surveyed_on = models.DateField(pgettext_lazy("survey", "day of the survey"))
    sample_size = models.PositiveIntegerField(pgettext_lazy("survey", "sample size"))
    valid = models.PositiveIntegerField(pgettext_lazy("survey", "valid questionnaires"))
    satisfied = models.PositiveIntegerField(pgettext_lazy("survey", "satisfied"))
    basically = models.PositiveIntegerField(pgettext_lazy("survey", "basically satisfied"))
    dissatisfied = models.PositiveIntegerField(pgettext_lazy("survey", "dissatisfied"))
    is_removed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    objects = SurveyResultQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("survey", "result of a community")
        verbose_name_plural = pgettext_lazy("survey", "results of communities")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "code"], name="survey_result_once"),
            models.CheckConstraint(
                condition=Q(valid=F("satisfied") + F("basically") + F("dissatisfied")), name="survey_adds_up"
            ),
            models.CheckConstraint(condition=Q(sample_size__gte=F("valid")), name="survey_sample"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.code}"


class SurveyStep(models.Model):
    """A result was entered, changed or taken out; what the engine reads on from."""

    result = models.ForeignKey(SurveyResult, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = pgettext_lazy("survey", "step of a result")
        verbose_name_plural = pgettext_lazy("survey", "steps of results")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.result_id} {self.verb}"
