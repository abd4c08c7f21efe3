"""Entries that answer, questions that wait for a person, what is counted of both. No side effects in save()."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from governance.accounts.models import OrgUnit
from governance.foundation.masking import mask_name, mask_phone
from governance.foundation.sealed import SealedField
from governance.foundation.spelling import Spelled
from incidents.models import Ticket
from knowledge.querysets import EntryQuerySet, QuestionQuerySet
from knowledge.states import EntryState, QuestionState


class KnowledgeEntry(models.Model):
    """One edition of an entry. What is published is never edited: a new edition takes its place under the same number.

    `phrases`: other ways in which people ask it. `region_path`: where the answer holds. `category`: a code of the
    catalogue, which outlives its editions.
    """

    number = models.CharField(pgettext_lazy("knowledge", "number"), max_length=20)
    edition = models.PositiveSmallIntegerField(pgettext_lazy("knowledge", "edition"), default=1)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("knowledge", "state"), max_length=12, choices=EntryState, default=EntryState.DRAFT
    )
    question = models.CharField(pgettext_lazy("knowledge", "question"), max_length=120)
    answer = models.TextField(pgettext_lazy("knowledge", "answer"))
    phrases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    category = models.CharField(pgettext_lazy("knowledge", "category"), max_length=8, blank=True)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=80)
    review_on = models.DateField(pgettext_lazy("knowledge", "to be reviewed by"))
    told_review_on = models.DateField(null=True, editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    helped = models.PositiveIntegerField(default=0, db_default=0)
    failed = models.PositiveIntegerField(default=0, db_default=0)
    pinyin = Spelled(of="question")
    search = SearchVectorField(editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("knowledge", "knowledge entry")
        verbose_name_plural = pgettext_lazy("knowledge", "knowledge entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "edition"], name="knowledge_edition_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="published"), name="knowledge_one_answers"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="draft"), name="knowledge_one_draft"
            ),
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="knowledge_state_known"),
            models.CheckConstraint(
                condition=Q(published_by=None) | ~Q(published_by=models.F("written_by")),
                name="knowledge_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, published_by__isnull=False),
                name="knowledge_published_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="knowledge_words", condition=Q(state="published")),
            models.Index(fields=["-written_at", "-id"], name="knowledge_newest"),
            models.Index(fields=["review_on"], condition=Q(state="published"), name="knowledge_review"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.question}"


class Question(models.Model):
    """What the entries did not answer: asked by a resident, due within the promised hours. `key`: the same form or the
    same number of another system is one question.
    """

    number = models.CharField(pgettext_lazy("knowledge", "number"), max_length=20, unique=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(
        pgettext_lazy("knowledge", "state"), max_length=12, choices=QuestionState, default=QuestionState.ASKED
    )
    key = models.CharField(max_length=100, unique=True, editable=False)
    client_id = models.BigIntegerField(null=True, editable=False)
    words = models.TextField(pgettext_lazy("knowledge", "question"))
    name = SealedField(blank=True)
    phone = SealedField(blank=True)
    region_path = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    alarmed_at = models.DateTimeField(null=True, editable=False)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entry = models.ForeignKey(KnowledgeEntry, null=True, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.PROTECT, related_name="+")
    forgotten_at = models.DateTimeField(null=True, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("knowledge", "question of a resident")
        verbose_name_plural = pgettext_lazy("knowledge", "questions of residents")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="question_state_known"),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(answered_at__isnull=False), name="question_ended_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="asked"), name="question_waiting"),
            models.Index(fields=["-asked_at", "-id"], name="question_newest"),
            models.Index(
                fields=["answered_at"],
                condition=Q(answered_at__isnull=False, forgotten_at=None),
                name="question_to_forget",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def masked_words(self) -> str:
        """Name and phone as everybody who sees the question may see them."""
        return " ".join(part for part in (mask_name(self.name), mask_phone(self.phone)) if part)

    def lamp(self, at: datetime) -> str:
        """Green, amber in the last fifth of the time, red past it; empty once it is over."""
        if self.state != QuestionState.ASKED:
            return ""
        if self.due_at <= at:
            return "red"
        return "amber" if self.due_at - at <= (self.due_at - self.asked_at) / 5 else "green"

    @property
    def took(self) -> timedelta | None:
        """How long the answer took."""
        return self.answered_at - self.asked_at if self.answered_at else None


class KnowledgeStep(models.Model):
    """One deed on an entry or a question; never changed."""

    entry = models.ForeignKey(KnowledgeEntry, null=True, on_delete=models.PROTECT, related_name="steps")
    asked = models.ForeignKey(Question, null=True, on_delete=models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=24, blank=True)
    opinion = models.TextField(blank=True)

    class Meta:
        verbose_name = pgettext_lazy("knowledge", "step of knowledge")
        verbose_name_plural = pgettext_lazy("knowledge", "steps of knowledge")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(entry=None, asked__isnull=False) | Q(entry__isnull=False, asked=None),
                name="knowledge_step_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id or self.asked_id} {self.verb}"


class AskTry(models.Model):
    """How often an address or a number was tried in the running window: a keyed hash, forgotten soon."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = pgettext_lazy("knowledge", "tries of asking")
        verbose_name_plural = pgettext_lazy("knowledge", "tries of asking")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["since"], name="ask_try_since")]

    def __str__(self) -> str:
        return self.key[:8]


class AskingDay(models.Model):
    """What became of a day's questions on the public page: numbers alone, never the words."""

    day = models.DateField(primary_key=True)
    asked = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    handed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = pgettext_lazy("knowledge", "day of asking")
        verbose_name_plural = pgettext_lazy("knowledge", "days of asking")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day}"
