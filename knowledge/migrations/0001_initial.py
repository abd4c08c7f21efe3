"""Entries that answer, questions that wait for a person, and their serials."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.sealed
import governance.foundation.spelling
import governance.foundation.tables

SERIALS = ("knowledge_serial", "question_serial")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_presence"),
        ("incidents", "0008_pressing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="AskingDay",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                        ("asked", models.PositiveIntegerField(default=0)),
                        ("shown", models.PositiveIntegerField(default=0)),
                        ("helped", models.PositiveIntegerField(default=0)),
                        ("failed", models.PositiveIntegerField(default=0)),
                        ("handed", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "day of asking",
                        "verbose_name_plural": "days of asking",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="AskTry",
                    fields=[
                        ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("since", models.DateTimeField()),
                        ("count", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "verbose_name": "tries of asking",
                        "verbose_name_plural": "tries of asking",
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["since"], name="ask_try_since")],
                    },
                ),
                migrations.CreateModel(
                    name="KnowledgeEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, verbose_name="number")),
                        ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("published", "Published"),
                                    ("replaced", "Replaced by a newer edition"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("question", models.CharField(max_length=120, verbose_name="question")),
                        ("answer", models.TextField(verbose_name="answer")),
                        (
                            "phrases",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("category", models.CharField(blank=True, max_length=8, verbose_name="category")),
                        ("region_path", models.CharField(max_length=80)),
                        ("review_on", models.DateField(verbose_name="to be reviewed by")),
                        ("told_review_on", models.DateField(editable=False, null=True)),
                        ("written_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(null=True)),
                        ("helped", models.PositiveIntegerField(db_default=0, default=0)),
                        ("failed", models.PositiveIntegerField(db_default=0, default=0)),
                        (
                            "pinyin",
                            governance.foundation.spelling.Spelled(
                                blank=True, editable=False, max_length=200, of="question"
                            ),
                        ),
                        ("search", django.contrib.postgres.search.SearchVectorField(editable=False)),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "knowledge entry",
                        "verbose_name_plural": "knowledge entries",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("number", "edition"), name="knowledge_edition_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "published")),
                                fields=("number",),
                                name="knowledge_one_answers",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "draft")),
                                fields=("number",),
                                name="knowledge_one_draft",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "published", "replaced", "withdrawn"])
                                ),
                                name="knowledge_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("published_by", None),
                                    models.Q(("published_by", models.F("written_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="knowledge_two_persons",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(
                                        ("published_at__isnull", False), ("published_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="knowledge_published_by_somebody",
                            ),
                        ],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                condition=models.Q(("state", "published")),
                                fields=["search"],
                                name="knowledge_words",
                            ),
                            models.Index(fields=["-written_at", "-id"], name="knowledge_newest"),
                            models.Index(
                                condition=models.Q(("state", "published")),
                                fields=["review_on"],
                                name="knowledge_review",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "To be answered"),
                                    ("answered", "Answered"),
                                    ("passed_on", "Made a ticket"),
                                    ("dropped", "No question"),
                                ],
                                default="asked",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("key", models.CharField(editable=False, max_length=100, unique=True)),
                        ("client_id", models.BigIntegerField(editable=False, null=True)),
                        ("words", models.TextField(verbose_name="question")),
                        ("name", governance.foundation.sealed.SealedField(blank=True)),
                        ("phone", governance.foundation.sealed.SealedField(blank=True)),
                        ("region_path", models.CharField(max_length=80)),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("alarmed_at", models.DateTimeField(editable=False, null=True)),
                        ("answer", models.TextField(blank=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("forgotten_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="knowledge.knowledgeentry",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question of a resident",
                        "verbose_name_plural": "questions of residents",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["asked", "answered", "passed_on", "dropped"])
                                ),
                                name="question_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "asked"), ("answered_at__isnull", False), _connector="OR"
                                ),
                                name="question_ended_once",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "asked")),
                                fields=["due_at"],
                                name="question_waiting",
                            ),
                            models.Index(fields=["-asked_at", "-id"], name="question_newest"),
                            models.Index(
                                condition=models.Q(("answered_at__isnull", False), ("forgotten_at", None)),
                                fields=["answered_at"],
                                name="question_to_forget",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KnowledgeStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=20)),
                        ("from_state", models.CharField(blank=True, max_length=12)),
                        ("to_state", models.CharField(max_length=12)),
                        ("at", models.DateTimeField()),
                        ("actor_name", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(blank=True, max_length=24)),
                        ("opinion", models.TextField(blank=True)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "entry",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="knowledge.knowledgeentry",
                            ),
                        ),
                        (
                            "asked",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="knowledge.question",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of knowledge",
                        "verbose_name_plural": "steps of knowledge",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("asked__isnull", False), ("entry", None)),
                                    models.Q(("asked", None), ("entry__isnull", False)),
                                    _connector="OR",
                                ),
                                name="knowledge_step_of_one",
                            )
                        ],
                    },
                ),
            ]
        ),
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
    ]
