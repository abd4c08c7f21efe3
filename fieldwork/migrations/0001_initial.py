"""Tables of patrols and visits, and the first values of what is data: rules, numbers, checklists with their source."""

import json
from datetime import date
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.naming
import governance.foundation.sealed

SINCE = date(2020, 1, 1)
DATA = Path(__file__).resolve().parents[1] / "data"


def shipped(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def fill(apps, schema_editor):
    TaskRule, FieldValue = apps.get_model("fieldwork", "TaskRule"), apps.get_model("fieldwork", "FieldValue")
    Checklist, ChecklistItem = (
        apps.get_model("fieldwork", "Checklist"),
        apps.get_model("fieldwork", "ChecklistItem"),
    )
    TaskRule.objects.bulk_create(TaskRule(valid_from=SINCE, **facts) for facts in shipped("rules.json"))
    FieldValue.objects.bulk_create(
        FieldValue(name=name, value=value, source=source, valid_from=SINCE)
        for name, (value, source) in shipped("values.json").items()
    )
    for facts in shipped("checklists.json"):
        items = facts.pop("items")
        sheet = Checklist.objects.create(valid_from=SINCE, **facts)
        ChecklistItem.objects.bulk_create(
            ChecklistItem(
                checklist=sheet,
                position=number,
                name=name,
                name_en=name_en,
                kind=kind.rstrip("?"),
                is_required=not kind.endswith("?"),
                finding=finding,
                category=category,
            )
            for number, (name, name_en, kind, finding, category) in enumerate(items, 1)
        )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("grids", "0007_rollout"),
        ("incidents", "0032_towns_counted"),
        ("registers", "0007_household_care"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Checklist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("household", "Household"),
                            ("key_person", "Key person"),
                            ("key_place", "Key place"),
                            ("grid", "Grid"),
                            ("hot_spot", "Place with many reports"),
                        ],
                        max_length=12,
                        verbose_name="subject",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="kinds",
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
            ],
            options={
                "verbose_name": "field checklist",
                "verbose_name_plural": "field checklists",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "valid_from"), name="field_checklist_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="field_checklist_dates",
                    ),
                ],
            },
            bases=(governance.foundation.naming.Labelled, models.Model),
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=160, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("yes_no", "In order or not"), ("number", "Number"), ("text", "Words")],
                        max_length=8,
                        verbose_name="answer",
                    ),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                ("finding", models.CharField(blank=True, max_length=12, verbose_name="suggested finding")),
                ("category", models.CharField(blank=True, max_length=6, verbose_name="suggested category")),
                (
                    "checklist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="fieldwork.checklist",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a checklist",
                "verbose_name_plural": "lines of checklists",
            },
            bases=(governance.foundation.naming.Labelled, models.Model),
        ),
        migrations.CreateModel(
            name="FieldCampaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("purpose", models.CharField(max_length=400, verbose_name="purpose")),
                (
                    "work",
                    models.CharField(
                        choices=[("patrol", "Patrol"), ("visit", "Visit")], max_length=8, verbose_name="work"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("household", "Household"),
                            ("key_person", "Key person"),
                            ("key_place", "Key place"),
                            ("grid", "Grid"),
                            ("hot_spot", "Place with many reports"),
                        ],
                        max_length=12,
                        verbose_name="objects",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24), blank=True, default=list, size=None
                    ),
                ),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                    ),
                ),
                ("region_path", models.CharField(editable=False, max_length=80)),
                (
                    "per_task",
                    models.PositiveSmallIntegerField(default=20, verbose_name="most objects of a task"),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("launched", "Launched"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("created_at", models.DateTimeField()),
                ("launched_at", models.DateTimeField(null=True)),
                (
                    "checklist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fieldwork.checklist",
                        verbose_name="checklist",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.region",
                        verbose_name="place",
                    ),
                ),
            ],
            options={
                "verbose_name": "field campaign",
                "verbose_name_plural": "field campaigns",
            },
        ),
        migrations.CreateModel(
            name="FieldTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "work",
                    models.CharField(
                        choices=[("patrol", "Patrol"), ("visit", "Visit")], max_length=8, verbose_name="work"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("regular", "Regular"),
                            ("campaign", "Campaign"),
                            ("hot_spot", "Hot spot"),
                            ("special", "Put by hand"),
                        ],
                        max_length=10,
                        verbose_name="origin",
                    ),
                ),
                (
                    "coverage",
                    models.CharField(
                        choices=[("universal", "Universal"), ("key", "Key objects")],
                        max_length=10,
                        verbose_name="coverage",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("note", models.CharField(blank=True, max_length=400, verbose_name="what to look at")),
                ("part", models.PositiveIntegerField(default=0, editable=False)),
                ("region_path", models.CharField(editable=False, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("assigned", "Assigned"),
                            ("in_progress", "Under way"),
                            ("submitted", "Submitted"),
                            ("reviewed", "Reviewed"),
                            ("sent_back", "Sent back"),
                            ("missed", "Missed"),
                            ("made_up", "Made up"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("minutes_needed", models.PositiveSmallIntegerField(default=0)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("is_short", models.BooleanField(default=False)),
                ("has_doubt", models.BooleanField(default=False)),
                ("object_count", models.PositiveIntegerField(default=0)),
                ("done_count", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                ("missed_at", models.DateTimeField(null=True)),
                ("make_up_until", models.DateTimeField(null=True)),
                ("is_excused", models.BooleanField(default=False)),
                ("is_sampled", models.BooleanField(null=True)),
                ("review_due_at", models.DateTimeField(null=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("planned_at", models.DateTimeField(editable=False)),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="field_tasks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="worker",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="fieldwork.fieldcampaign",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grids.grid",
                        verbose_name="grid",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stands_in_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "field task",
                "verbose_name_plural": "field tasks",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="FieldStep",
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
                ("occurred_at", models.DateTimeField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=80)),
                ("role", models.CharField(blank=True, max_length=24)),
                ("words", models.TextField(blank=True)),
                ("data", models.JSONField(blank=True, default=dict)),
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="fieldwork.fieldtask",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a field task",
                "verbose_name_plural": "steps of field tasks",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="FieldValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("tolerance", "Check-in tolerance in metres"),
                            ("most_accuracy", "Accuracy in metres that still counts"),
                            ("make_up_days", "Workdays to make up a missed task"),
                            ("review_percent", "Percent of tasks that are reviewed"),
                            ("review_days", "Workdays for a review"),
                            ("track_days", "Days for which tracks are kept"),
                            ("skew_seconds", "Seconds by which a telephone may be wrong"),
                            ("hot_spot_days", "Days that count for hot spots"),
                            ("track_gap", "Metres a second that nobody walks or rides"),
                        ],
                        max_length=16,
                        verbose_name="number",
                    ),
                ),
                ("value", models.PositiveIntegerField(verbose_name="value")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("valid_from", models.DateField(verbose_name="valid from")),
            ],
            options={
                "verbose_name": "number of fieldwork",
                "verbose_name_plural": "numbers of fieldwork",
                "constraints": [
                    models.UniqueConstraint(fields=("name", "valid_from"), name="field_value_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PatrolTour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                ("started_received_at", models.DateTimeField()),
                ("stopped_received_at", models.DateTimeField(null=True)),
                ("metres", models.PositiveIntegerField(default=0)),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tours",
                        to="fieldwork.fieldtask",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tour of a patrol",
                "verbose_name_plural": "tours of patrols",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PlanningRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("window_from", models.DateField()),
                ("window_to", models.DateField()),
                ("task_count", models.PositiveIntegerField(default=0)),
                ("object_count", models.PositiveIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="fieldwork.fieldcampaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "planning run",
                "verbose_name_plural": "planning runs",
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="fieldtask",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="fieldwork.planningrun",
            ),
        ),
        migrations.CreateModel(
            name="TaskObject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("household", "Household"),
                            ("key_person", "Key person"),
                            ("key_place", "Key place"),
                            ("grid", "Grid"),
                            ("hot_spot", "Place with many reports"),
                        ],
                        max_length=12,
                    ),
                ),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("label", models.CharField(blank=True, max_length=120)),
                ("period_from", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be visited"),
                            ("done", "Visited"),
                            ("not_met", "Nobody met"),
                            ("dropped", "Not visited"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("note", governance.foundation.sealed.SealedField(blank=True, verbose_name="what was found")),
                (
                    "photos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("key", models.UUIDField(editable=False, null=True, unique=True)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                (
                    "checklist",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fieldwork.checklist",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.household",
                    ),
                ),
                (
                    "key_person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.keyperson",
                    ),
                ),
                (
                    "key_place",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.keyplace",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objects_of",
                        to="fieldwork.fieldtask",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.householdvisit",
                    ),
                ),
            ],
            options={
                "verbose_name": "object of a task",
                "verbose_name_plural": "objects of tasks",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ObjectAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", governance.foundation.sealed.SealedField(verbose_name="answer")),
                ("is_amiss", models.BooleanField(default=False)),
                ("round", models.PositiveSmallIntegerField(default=1)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fieldwork.checklistitem",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="fieldwork.taskobject",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a checklist",
                "verbose_name_plural": "answers to checklists",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="FieldFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ticket", "Ticket"),
                            ("dispute", "Dispute to mediate"),
                            ("hazard", "Hazard"),
                            ("key_report", "Important urgent information"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", governance.foundation.sealed.SealedField(verbose_name="what was found")),
                (
                    "photos",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("hazard_id", models.BigIntegerField(null=True)),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="fieldwork.fieldtask",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="fieldwork.taskobject",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("accuracy", models.FloatField(null=True)),
                ("metres", models.PositiveIntegerField(null=True)),
                (
                    "whereabouts",
                    models.CharField(
                        choices=[
                            ("near", "At the place"),
                            ("far", "Away from the place"),
                            ("unknown", "No position"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200)),
                ("occurred_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_ins",
                        to="fieldwork.fieldtask",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_ins",
                        to="fieldwork.taskobject",
                    ),
                ),
            ],
            options={
                "verbose_name": "check-in at an object",
                "verbose_name_plural": "check-ins at objects",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TaskRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                (
                    "work",
                    models.CharField(
                        choices=[("patrol", "Patrol"), ("visit", "Visit")], max_length=8, verbose_name="work"
                    ),
                ),
                (
                    "coverage",
                    models.CharField(
                        choices=[("universal", "Universal"), ("key", "Key objects")],
                        max_length=10,
                        verbose_name="coverage",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("household", "Household"),
                            ("key_person", "Key person"),
                            ("key_place", "Key place"),
                            ("grid", "Grid"),
                            ("hot_spot", "Place with many reports"),
                        ],
                        max_length=12,
                        verbose_name="subject",
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="kinds",
                    ),
                ),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="levels or risks",
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=100, verbose_name="rank")),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("day", "Every workday"),
                            ("week", "Every week"),
                            ("month", "Every month"),
                            ("quarter", "Every quarter"),
                            ("half_year", "Every half-year"),
                        ],
                        max_length=10,
                        verbose_name="frequency",
                    ),
                ),
                ("is_spread", models.BooleanField(default=False, verbose_name="handed out week by week")),
                (
                    "per_task",
                    models.PositiveSmallIntegerField(default=20, verbose_name="most objects of a task"),
                ),
                ("minutes", models.PositiveSmallIntegerField(default=0, verbose_name="minimum minutes")),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="reports in 30 days that make a hot spot"
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
            ],
            options={
                "verbose_name": "rule of visits and patrols",
                "verbose_name_plural": "rules of visits and patrols",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "valid_from"), name="field_rule_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="field_rule_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per_task__gte", 1)), name="field_rule_per_task"
                    ),
                ],
            },
            bases=(governance.foundation.naming.Labelled, models.Model),
        ),
        migrations.AddField(
            model_name="taskobject",
            name="rule",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="fieldwork.taskrule",
            ),
        ),
        migrations.AddField(
            model_name="planningrun",
            name="rule",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="fieldwork.taskrule",
            ),
        ),
        migrations.AddField(
            model_name="fieldtask",
            name="rule",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="fieldwork.taskrule",
            ),
        ),
        migrations.CreateModel(
            name="TrackPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("points", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "tour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="fieldwork.patroltour",
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a track",
                "verbose_name_plural": "parts of tracks",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="checklistitem",
            constraint=models.UniqueConstraint(fields=("checklist", "position"), name="checklist_item_once"),
        ),
        migrations.AddIndex(
            model_name="fieldcampaign",
            index=models.Index(fields=["-starts_on", "-id"], name="field_campaign_newest"),
        ),
        migrations.AddConstraint(
            model_name="fieldcampaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="field_campaign_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="patroltour",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_at", None)), fields=("user",), name="one_open_tour"
            ),
        ),
        migrations.AddConstraint(
            model_name="patroltour",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_at", None), ("stopped_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="tour_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="objectanswer",
            constraint=models.UniqueConstraint(fields=("target", "item", "round"), name="object_answer_once"),
        ),
        migrations.AddIndex(
            model_name="taskobject",
            index=models.Index(
                condition=models.Q(("household__isnull", False)),
                fields=["household", "-done_at"],
                name="task_object_household",
            ),
        ),
        migrations.AddIndex(
            model_name="taskobject",
            index=models.Index(
                condition=models.Q(("key_person__isnull", False)),
                fields=["key_person", "-done_at"],
                name="task_object_key_person",
            ),
        ),
        migrations.AddIndex(
            model_name="taskobject",
            index=models.Index(
                condition=models.Q(("key_place__isnull", False)),
                fields=["key_place", "-done_at"],
                name="task_object_key_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskobject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("household__isnull", False), ("subject", "household")),
                    models.Q(("key_person__isnull", False), ("subject", "key_person")),
                    models.Q(("key_place__isnull", False), ("subject", "key_place")),
                    models.Q(("lat__isnull", False), ("lon__isnull", False), ("subject", "hot_spot")),
                    _connector="OR",
                ),
                name="task_object_is_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskobject",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("household__isnull", False), ("rule__isnull", False), ("state__in", ["open", "done"])
                ),
                fields=("rule", "period_from", "household"),
                name="task_object_household_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskobject",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("key_person__isnull", False), ("rule__isnull", False), ("state__in", ["open", "done"])
                ),
                fields=("rule", "period_from", "key_person"),
                name="task_object_key_person_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskobject",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("key_place__isnull", False), ("rule__isnull", False), ("state__in", ["open", "done"])
                ),
                fields=("rule", "period_from", "key_place"),
                name="task_object_key_place_once",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldtask",
            index=models.Index(
                condition=models.Q(("state__in", ["assigned", "in_progress", "missed", "sent_back"])),
                fields=["assignee", "due_at"],
                name="field_task_mine",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldtask",
            index=models.Index(
                condition=models.Q(("state__in", ["assigned", "in_progress", "planned", "sent_back"])),
                fields=["due_at", "id"],
                name="field_task_due",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldtask",
            index=models.Index(
                fields=["region_path", "-ends_on", "-id"],
                name="field_task_place",
                opclasses=["varchar_pattern_ops", "date_ops", "int8_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="fieldtask",
            index=models.Index(fields=["-ends_on", "-id"], name="field_task_newest"),
        ),
        migrations.AddIndex(
            model_name="fieldtask",
            index=models.Index(
                condition=models.Q(("is_sampled", True), ("state", "submitted")),
                fields=["review_due_at"],
                name="field_task_review",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldtask",
            index=models.Index(
                condition=models.Q(("is_sampled", None), ("state", "submitted")),
                fields=["submitted_at"],
                name="field_task_undrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "planned",
                            "assigned",
                            "in_progress",
                            "submitted",
                            "reviewed",
                            "sent_back",
                            "missed",
                            "made_up",
                            "cancelled",
                        ],
                    )
                ),
                name="field_task_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldtask",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="field_task_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldtask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("assignee__isnull", False),
                    models.Q(("state__in", ["assigned", "in_progress", "submitted"]), _negated=True),
                    _connector="OR",
                ),
                name="field_task_has_worker",
            ),
        ),
        migrations.AddIndex(
            model_name="trackpart",
            index=models.Index(fields=["last_at"], name="track_part_age"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
