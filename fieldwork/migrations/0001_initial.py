import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.naming
import governance.foundation.sealed
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("grids", "0001_initial"),
        ("incidents", "0001_initial"),
        ("registers", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Arrival",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="arrived")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("metres", models.PositiveIntegerField(null=True)),
                        ("accuracy", models.PositiveIntegerField(null=True)),
                        ("is_near", models.BooleanField(null=True)),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="arrivals",
                                to="incidents.ticket",
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
                        "verbose_name": "arrival",
                        "verbose_name_plural": "arrivals",
                    },
                ),
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
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=120, verbose_name="English name"),
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
                        ("source", models.CharField(max_length=200, verbose_name="source")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                    ],
                    options={
                        "verbose_name": "field checklist",
                        "verbose_name_plural": "field checklists",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "valid_from"), name="field_checklist_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
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
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("yes_no", "In order or not"),
                                    ("number", "Number"),
                                    ("text", "Words"),
                                ],
                                max_length=8,
                                verbose_name="answer",
                            ),
                        ),
                        ("is_required", models.BooleanField(default=True, verbose_name="required")),
                        (
                            "finding",
                            models.CharField(blank=True, max_length=12, verbose_name="suggested finding"),
                        ),
                        (
                            "category",
                            models.CharField(blank=True, max_length=6, verbose_name="suggested category"),
                        ),
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
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("checklist", "position"), name="checklist_item_once"
                            )
                        ],
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
                                choices=[("patrol", "Patrol"), ("visit", "Visit")],
                                max_length=8,
                                verbose_name="work",
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
                                base_field=models.CharField(max_length=24),
                                blank=True,
                                default=list,
                                size=None,
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
                            models.PositiveSmallIntegerField(
                                default=20, verbose_name="most objects of a task"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="to")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("launched", "Launched"),
                                    ("withdrawn", "Withdrawn"),
                                ],
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
                        "indexes": [models.Index(fields=["-starts_on", "-id"], name="field_campaign_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="field_campaign_dates",
                            )
                        ],
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
                                choices=[("patrol", "Patrol"), ("visit", "Visit")],
                                max_length=8,
                                verbose_name="work",
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
                        (
                            "note",
                            models.CharField(blank=True, max_length=400, verbose_name="what to look at"),
                        ),
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
                        (
                            "run",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="fieldwork.planningrun",
                            ),
                        ),
                        (
                            "rule",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="fieldwork.taskrule",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "field task",
                        "verbose_name_plural": "field tasks",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["assigned", "in_progress", "missed", "sent_back"])
                                ),
                                fields=["assignee", "due_at"],
                                name="field_task_mine",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["assigned", "in_progress", "planned", "sent_back"])
                                ),
                                fields=["due_at", "id"],
                                name="field_task_due",
                            ),
                            models.Index(
                                fields=["region_path", "-ends_on", "-id"],
                                name="field_task_place",
                                opclasses=["varchar_pattern_ops", "date_ops", "int8_ops"],
                            ),
                            models.Index(fields=["-ends_on", "-id"], name="field_task_newest"),
                            models.Index(
                                condition=models.Q(("is_sampled", True), ("state", "submitted")),
                                fields=["review_due_at"],
                                name="field_task_review",
                            ),
                            models.Index(
                                condition=models.Q(("is_sampled", None), ("state", "submitted")),
                                fields=["submitted_at"],
                                name="field_task_undrawn",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
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
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="field_task_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("assignee__isnull", False),
                                    models.Q(
                                        ("state__in", ["assigned", "in_progress", "submitted"]), _negated=True
                                    ),
                                    _connector="OR",
                                ),
                                name="field_task_has_worker",
                            ),
                        ],
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
                    name="GuestInvitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="group")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("courier", "Couriers and riders"),
                                    ("driver", "Drivers"),
                                    ("volunteer", "Volunteers"),
                                    ("persuader", "Civility persuaders"),
                                    ("other", "Others"),
                                ],
                                max_length=12,
                                verbose_name="who",
                            ),
                        ),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        ("nonce", models.CharField(editable=False, max_length=22)),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        ("expires_at", models.DateTimeField(verbose_name="ends")),
                        ("most_members", models.PositiveSmallIntegerField(verbose_name="most people")),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revoked_by",
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
                    ],
                    options={
                        "verbose_name": "invitation of a group",
                        "verbose_name_plural": "invitations of groups",
                        "indexes": [models.Index(fields=["-made_at", "-id"], name="guest_invitation_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                                name="guest_invitation_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuestPass",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("nonce", models.CharField(editable=False, max_length=22)),
                        ("name", governance.foundation.sealed.SealedField(verbose_name="name")),
                        (
                            "phone",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="telephone"
                            ),
                        ),
                        ("joined_at", models.DateTimeField(verbose_name="joined")),
                        ("address_hash", models.CharField(blank=True, editable=False, max_length=64)),
                        ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
                        ("tries_since", models.DateTimeField(editable=False)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "invitation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="passes",
                                to="fieldwork.guestinvitation",
                            ),
                        ),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "pass of a mobile grid worker",
                        "verbose_name_plural": "passes of mobile grid workers",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("address_hash", ""), _negated=True),
                                fields=["address_hash"],
                                name="guest_pass_address",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GuestPhoto",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="incidents.attachment",
                            ),
                        ),
                        (
                            "guest",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="photos",
                                to="fieldwork.guestpass",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "photo of a mobile grid worker",
                        "verbose_name_plural": "photos of mobile grid workers",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="GuestReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField(editable=False)),
                        ("at", models.DateTimeField()),
                        (
                            "guest",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="fieldwork.guestpass",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="guest_reports",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "report of a mobile grid worker",
                        "verbose_name_plural": "reports of mobile grid workers",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["guest", "-at"], name="guest_report_newest")],
                        "constraints": [
                            models.UniqueConstraint(fields=("guest", "key"), name="guest_report_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hazard",
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
                                    ("reported", "To be judged"),
                                    ("rectifying", "Being rectified"),
                                    ("submitted", "To be checked again"),
                                    ("accepted", "Accepted"),
                                    ("dismissed", "No hazard"),
                                ],
                                default="reported",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "grade",
                            models.CharField(
                                blank=True,
                                choices=[("general", "General hazard"), ("major", "Major hazard")],
                                max_length=8,
                                verbose_name="grade",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("report", "Report"),
                                    ("patrol", "Patrol"),
                                    ("visit", "Visit"),
                                    ("inspection", "Inspection"),
                                    ("ticket", "Ticket"),
                                ],
                                default="report",
                                max_length=12,
                                verbose_name="found by",
                            ),
                        ),
                        ("category_code", models.CharField(max_length=6, verbose_name="matter")),
                        (
                            "urgency",
                            models.CharField(
                                choices=[
                                    ("normal", "Normal"),
                                    ("urgent", "Urgent"),
                                    ("critical", "Critical"),
                                ],
                                default="normal",
                                max_length=10,
                            ),
                        ),
                        ("line", models.CharField(blank=True, max_length=12)),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("content", models.TextField(verbose_name="What was found")),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("lon", models.FloatField(null=True)),
                        ("lat", models.FloatField(null=True)),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        ("party", models.CharField(blank=True, max_length=80, verbose_name="Who is liable")),
                        ("key", models.UUIDField(editable=False, null=True, unique=True)),
                        ("occurred_at", models.DateTimeField(verbose_name="Found")),
                        ("reported_at", models.DateTimeField(verbose_name="Reported")),
                        ("measures", models.TextField(blank=True, verbose_name="What has to be done")),
                        ("covering", models.JSONField(blank=True, default=dict)),
                        ("judged_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True, verbose_name="To be rectified by")),
                        ("round_due_at", models.DateTimeField(null=True)),
                        ("warn_at", models.DateTimeField(null=True)),
                        ("control_due_at", models.DateTimeField(null=True)),
                        ("controlled_at", models.DateTimeField(null=True)),
                        ("submitted_at", models.DateTimeField(null=True)),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("extensions", models.PositiveSmallIntegerField(default=0)),
                        ("rounds", models.PositiveSmallIntegerField(default=0)),
                        ("look_due_at", models.DateTimeField(null=True)),
                        ("told_at", models.DateTimeField(editable=False, null=True)),
                        ("alarm_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "reporter",
                            models.ForeignKey(
                                null=True,
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
                                related_name="hazards",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hazard",
                        "verbose_name_plural": "hazards",
                        "indexes": [
                            models.Index(fields=["-reported_at", "-id"], name="hazard_newest"),
                            models.Index(
                                fields=["region_path"], name="hazard_place", opclasses=["varchar_pattern_ops"]
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="hazard_due",
                            ),
                            models.Index(
                                condition=models.Q(("alarm_at__isnull", False)),
                                fields=["alarm_at"],
                                name="hazard_alarm",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["reported", "rectifying", "submitted", "accepted", "dismissed"],
                                    )
                                ),
                                name="hazard_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["reported", "dismissed"]),
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("grade__in", ["general", "major"]),
                                        ("unit__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="hazard_ordered_has_unit_and_due",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "accepted"), _negated=True),
                                    models.Q(("accepted_at__isnull", False), ("submitted_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hazard_accepted_was_submitted",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HazardListing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
                        ("reason", models.TextField()),
                        ("listed_at", models.DateTimeField(verbose_name="Listed")),
                        ("looked_at", models.DateTimeField(null=True)),
                        ("lifted_at", models.DateTimeField(null=True, verbose_name="Lifted")),
                        ("lift_reason", models.TextField(blank=True)),
                        (
                            "hazard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="listings",
                                to="fieldwork.hazard",
                            ),
                        ),
                        (
                            "lifted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "listed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "supervisor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "listing of a major hazard",
                        "verbose_name_plural": "listings of major hazards",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at", None)),
                                fields=("hazard",),
                                name="hazard_listed_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HazardStep",
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
                        ("key", models.UUIDField(editable=False, null=True, unique=True)),
                        ("actor_name", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(blank=True, max_length=24)),
                        ("opinion", models.TextField(blank=True)),
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
                            "hazard",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="fieldwork.hazard",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a hazard",
                        "verbose_name_plural": "steps of hazards",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="HazardProof",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.attachment",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proofs",
                                to="fieldwork.hazardstep",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proof of a hazard",
                        "verbose_name_plural": "proofs of hazards",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="HelpCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="called")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        ("words", models.CharField(max_length=400, verbose_name="what is needed")),
                        ("answered_at", models.DateTimeField(null=True)),
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
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="help_calls",
                                to="incidents.ticket",
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
                        "verbose_name": "call for help",
                        "verbose_name_plural": "calls for help",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("answered_at", None)),
                                fields=["ticket"],
                                name="help_call_open",
                            )
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
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stopped_at", None)),
                                fields=("user",),
                                name="one_open_tour",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stopped_at", None),
                                    ("stopped_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="tour_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PhoneLimit",
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
                                    ("device_days", "Days for which a phone stays trusted"),
                                    ("lock_minutes", "Minutes without a touch until the phone's store locks"),
                                    (
                                        "skew_seconds",
                                        "Seconds that a phone's clock may be wrong without a word",
                                    ),
                                    ("arrive_metres", "Metres within which somebody is at the place"),
                                    ("pack_tasks", "Most tasks that a phone keeps"),
                                    ("pack_places", "Most key places that a phone keeps"),
                                    ("keep_days", "Days for which answers to phones are kept"),
                                ],
                                max_length=24,
                                verbose_name="limit",
                            ),
                        ),
                        (
                            "value",
                            models.PositiveIntegerField(
                                validators=[django.core.validators.MinValueValidator(1)], verbose_name="value"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("source", models.CharField(max_length=200, verbose_name="where it comes from")),
                    ],
                    options={
                        "verbose_name": "limit of the phone",
                        "verbose_name_plural": "limits of the phone",
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "valid_from"), name="phone_limit_once"),
                            models.CheckConstraint(
                                condition=models.Q(("value__gte", 1)), name="phone_limit_positive"
                            ),
                        ],
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
                        (
                            "rule",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="fieldwork.taskrule",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "planning run",
                        "verbose_name_plural": "planning runs",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="SentPhoto",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("key", models.UUIDField(default=uuid.uuid4)),
                        ("sealed", models.CharField(blank=True, max_length=120)),
                        ("name", models.CharField(blank=True, max_length=160)),
                        ("source_sha256", models.CharField(blank=True, max_length=64)),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("received_at", models.DateTimeField()),
                        (
                            "attachment",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sent_photo",
                                to="incidents.attachment",
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
                        "verbose_name": "file of a phone",
                        "verbose_name_plural": "files of phones",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "key"), name="sent_photo_once"),
                            models.CheckConstraint(
                                condition=models.Q(("attachment", None), ("sealed", ""), _connector="XOR"),
                                name="sent_photo_lies_somewhere",
                            ),
                        ],
                    },
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
                        (
                            "note",
                            governance.foundation.sealed.SealedField(
                                blank=True, verbose_name="what was found"
                            ),
                        ),
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
                        (
                            "rule",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="fieldwork.taskrule",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "object of a task",
                        "verbose_name_plural": "objects of tasks",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("household__isnull", False)),
                                fields=["household", "-done_at"],
                                name="task_object_household",
                            ),
                            models.Index(
                                condition=models.Q(("key_person__isnull", False)),
                                fields=["key_person", "-done_at"],
                                name="task_object_key_person",
                            ),
                            models.Index(
                                condition=models.Q(("key_place__isnull", False)),
                                fields=["key_place", "-done_at"],
                                name="task_object_key_place",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("household__isnull", False), ("subject", "household")),
                                    models.Q(("key_person__isnull", False), ("subject", "key_person")),
                                    models.Q(("key_place__isnull", False), ("subject", "key_place")),
                                    models.Q(
                                        ("lat__isnull", False),
                                        ("lon__isnull", False),
                                        ("subject", "hot_spot"),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_object_is_something",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("household__isnull", False),
                                    ("rule__isnull", False),
                                    ("state__in", ["open", "done"]),
                                ),
                                fields=("rule", "period_from", "household"),
                                name="task_object_household_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("key_person__isnull", False),
                                    ("rule__isnull", False),
                                    ("state__in", ["open", "done"]),
                                ),
                                fields=("rule", "period_from", "key_person"),
                                name="task_object_key_person_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("key_place__isnull", False),
                                    ("rule__isnull", False),
                                    ("state__in", ["open", "done"]),
                                ),
                                fields=("rule", "period_from", "key_place"),
                                name="task_object_key_place_once",
                            ),
                        ],
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
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("target", "item", "round"), name="object_answer_once"
                            )
                        ],
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
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=120, verbose_name="English name"),
                        ),
                        (
                            "work",
                            models.CharField(
                                choices=[("patrol", "Patrol"), ("visit", "Visit")],
                                max_length=8,
                                verbose_name="work",
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
                        (
                            "is_spread",
                            models.BooleanField(default=False, verbose_name="handed out week by week"),
                        ),
                        (
                            "per_task",
                            models.PositiveSmallIntegerField(
                                default=20, verbose_name="most objects of a task"
                            ),
                        ),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(default=0, verbose_name="minimum minutes"),
                        ),
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
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
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
                        "indexes": [models.Index(fields=["last_at"], name="track_part_age")],
                    },
                ),
                migrations.CreateModel(
                    name="TrustedDevice",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("label", models.CharField(max_length=80, verbose_name="phone")),
                        ("secret_hash", models.CharField(max_length=64, unique=True)),
                        ("recovery", governance.foundation.sealed.SealedField()),
                        ("trusted_at", models.DateTimeField(verbose_name="trusted since")),
                        ("expires_at", models.DateTimeField(verbose_name="trusted until")),
                        ("seen_at", models.DateTimeField(verbose_name="last seen")),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("wipe_at", models.DateTimeField(null=True)),
                        ("wiped_at", models.DateTimeField(null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "trusted phone",
                        "verbose_name_plural": "trusted phones",
                        "indexes": [models.Index(fields=["user", "-trusted_at"], name="device_of_person")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("wipe_at", None), ("revoked_at__isnull", False), _connector="OR"
                                ),
                                name="device_wiped_is_revoked",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SyncAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.UUIDField()),
                        ("kind", models.CharField(max_length=24)),
                        ("subject", models.CharField(max_length=60)),
                        ("digest", models.CharField(max_length=64)),
                        ("device_at", models.DateTimeField()),
                        ("skew_seconds", models.IntegerField(default=0)),
                        ("occurred_at", models.DateTimeField(verbose_name="occurred")),
                        ("received_at", models.DateTimeField(verbose_name="received")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("sent", "Sent"),
                                    ("refused", "Refused"),
                                    ("conflict", "Changed meanwhile"),
                                    ("sealed", "Kept sealed"),
                                    ("released", "Released"),
                                    ("dropped", "Not used"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("answer", models.JSONField(default=dict)),
                        ("ticket_id", models.BigIntegerField(null=True)),
                        ("version_after", models.PositiveIntegerField(null=True)),
                        ("content", governance.foundation.sealed.SealedField(blank=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settled_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        (
                            "device",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="fieldwork.trusteddevice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action of a phone",
                        "verbose_name_plural": "actions of phones",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("version_after__isnull", False)),
                                fields=["user", "subject", "-id"],
                                name="sync_last_of_subject",
                            ),
                            models.Index(
                                condition=models.Q(("ticket_id__isnull", False)),
                                fields=["ticket_id"],
                                name="sync_of_ticket",
                            ),
                            models.Index(
                                condition=models.Q(("outcome", "sealed")),
                                fields=["user", "id"],
                                name="sync_sealed",
                            ),
                            models.Index(fields=["received_at"], name="sync_received"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "key"), name="sync_action_once"),
                            models.CheckConstraint(
                                condition=models.Q(("outcome", "sealed"), ("content", ""), _connector="OR"),
                                name="sync_content_only_sealed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BlockedTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="Tried")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("hazard", "Rectification of a hazard"),
                                    ("patrol", "Patrol"),
                                    ("visit", "Visit"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("label", models.CharField(max_length=160)),
                        ("matter_code", models.CharField(max_length=6)),
                        ("gap", models.CharField(max_length=12)),
                        ("line", models.CharField(blank=True, max_length=12)),
                        ("place_path", models.CharField(max_length=80)),
                        (
                            "by",
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "blocked task",
                        "verbose_name_plural": "blocked tasks",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["-at", "-id"], name="blocked_task_newest")],
                    },
                ),
            ],
        ),
    ]
