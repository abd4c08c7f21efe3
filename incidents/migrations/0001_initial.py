import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import governance.foundation.naming
import governance.foundation.tables
import incidents.models.evidence


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
        ("grids", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="CatalogueVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(unique=True, verbose_name="edition")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("digest", models.CharField(max_length=64)),
                        ("valid_from", models.DateTimeField(verbose_name="valid from")),
                    ],
                    options={
                        "verbose_name": "catalogue edition",
                        "verbose_name_plural": "catalogue editions",
                    },
                ),
                migrations.CreateModel(
                    name="TicketSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=24, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("worker", "Grid worker"),
                                    ("hotline", "Hotline"),
                                    ("police", "Police"),
                                    ("app", "App"),
                                    ("window", "Window"),
                                    ("department", "Department"),
                                    ("device", "Device or patrol"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "source",
                        "verbose_name_plural": "sources",
                        "ordering": ["id"],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead"),
                                    ("co_handler", "Co-handler"),
                                    ("registrar", "Registrar"),
                                    ("verifier", "Verifier"),
                                    ("invited", "Called or consulted"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("is_auto_signed", models.BooleanField(default=False)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("assigned", "To be signed"),
                                    ("working", "At work"),
                                    ("returning", "Return to be decided"),
                                    ("answered", "Answered"),
                                    ("released", "Released"),
                                    ("unfinished", "Not finished"),
                                ],
                                default="",
                                max_length=12,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("warn_at", models.DateTimeField(null=True)),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "result_kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("resolved", "Resolved"),
                                    ("explained", "Explained"),
                                    ("stage_result", "Stage result"),
                                ],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("answer", models.TextField(blank=True, default="")),
                        (
                            "from_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "assignment",
                        "verbose_name_plural": "assignments",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["assigned", "returning", "working"])),
                                fields=["unit", "due_at", "id"],
                                name="assignment_inbox",
                            ),
                            models.Index(fields=["unit", "ticket"], name="assignment_unit"),
                            models.Index(fields=["ticket", "id"], name="assignment_ticket"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("unit_id_of_owner", models.BigIntegerField(null=True)),
                        ("key", models.UUIDField(unique=True)),
                        ("verb", models.CharField(max_length=20)),
                        ("data", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("stopped", "Stopped"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("total", models.PositiveIntegerField()),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "undoes",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undone_by",
                                to="incidents.bulkrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bulk change",
                        "verbose_name_plural": "bulk changes",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["owner", "-id"], name="bulk_owner"),
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "running"])),
                                fields=["id"],
                                name="bulk_unfinished",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CannedText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(blank=True, max_length=20, verbose_name="for the step")),
                        ("title", models.CharField(max_length=40, verbose_name="short name")),
                        ("text", models.TextField(max_length=500, verbose_name="text")),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=100, verbose_name="place in the list"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("changed_at", models.DateTimeField(editable=False)),
                        (
                            "changed_by",
                            models.ForeignKey(
                                editable=False,
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="canned_texts",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="canned_texts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "canned text",
                        "verbose_name_plural": "canned texts",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unit__isnull", False), ("user__isnull", False), _connector="XOR"
                                ),
                                name="canned_text_of_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Deadline",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("accept", "To be accepted"),
                                    ("dispatch", "To be dispatched"),
                                    ("sign", "To be signed"),
                                    ("handle", "To be handled"),
                                    ("check", "To be checked"),
                                    ("follow_up", "To be followed up"),
                                    ("verify", "To be verified"),
                                    ("decide", "Return to be decided"),
                                    ("review", "Suspension to be reviewed"),
                                ],
                                max_length=10,
                                verbose_name="stage",
                            ),
                        ),
                        ("amount", models.PositiveIntegerField(verbose_name="limit")),
                        ("amount_unit", models.CharField(max_length=8)),
                        ("clock", models.CharField(max_length=8)),
                        ("calendar", models.CharField(max_length=40)),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        ("due_at", models.DateTimeField(verbose_name="due")),
                        ("original_due_at", models.DateTimeField(verbose_name="originally due")),
                        ("warn_at", models.DateTimeField(verbose_name="warning")),
                        ("paused_at", models.DateTimeField(null=True, verbose_name="paused")),
                        ("stopped_at", models.DateTimeField(null=True, verbose_name="stopped")),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Running"),
                                    ("met", "In time"),
                                    ("late", "Late"),
                                    ("cancelled", "No longer needed"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="outcome",
                            ),
                        ),
                        ("rung", models.PositiveSmallIntegerField(default=0)),
                        ("next_alarm_at", models.DateTimeField(null=True)),
                        (
                            "assignment",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deadlines",
                                to="incidents.assignment",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deadlines",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "deadline",
                        "verbose_name_plural": "deadlines",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_alarm_at__isnull", False)),
                                fields=["next_alarm_at", "id"],
                                name="deadline_alarm",
                            ),
                            models.Index(
                                fields=["stage", "due_at"], include=("outcome",), name="deadline_stage_due"
                            ),
                            models.Index(fields=["ticket", "id"], name="deadline_ticket"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stopped_at", None)),
                                fields=("ticket", "stage", "assignment"),
                                name="deadline_runs_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatterCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        ("level", models.PositiveSmallIntegerField(verbose_name="level")),
                        ("code", models.CharField(max_length=6, verbose_name="code")),
                        ("parent_code", models.CharField(blank=True, max_length=6)),
                        ("full_name", models.CharField(max_length=300)),
                        ("pinyin", models.CharField(blank=True, max_length=200)),
                        (
                            "lead_line",
                            models.CharField(blank=True, max_length=12, verbose_name="lead department"),
                        ),
                        (
                            "support_lines",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "min_level",
                            models.CharField(
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("district", "District"),
                                    ("city", "City"),
                                ],
                                default="community",
                                max_length=12,
                                verbose_name="lowest level",
                            ),
                        ),
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
                                verbose_name="urgency",
                            ),
                        ),
                        ("accept_amount", models.PositiveIntegerField(default=4)),
                        ("accept_unit", models.CharField(default="hour", max_length=8)),
                        ("accept_clock", models.CharField(default="working", max_length=8)),
                        ("handle_amount", models.PositiveIntegerField(default=5)),
                        ("handle_unit", models.CharField(default="workday", max_length=8)),
                        ("handle_clock", models.CharField(default="working", max_length=8)),
                        (
                            "onsite_verify",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("before", "Before acceptance"),
                                    ("after", "After feedback"),
                                    ("both", "Before and after"),
                                ],
                                default="none",
                                max_length=8,
                            ),
                        ),
                        ("route", models.CharField(default="ticket", max_length=16)),
                        ("is_sensitive", models.BooleanField(default=False)),
                        ("is_key_report", models.BooleanField(default=False)),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="categories",
                                to="incidents.catalogueversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "matter category",
                        "verbose_name_plural": "matter categories",
                        "constraints": [
                            models.UniqueConstraint(fields=("version", "code"), name="category_code_once")
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="MatterStandard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("category_code", models.CharField(max_length=6, verbose_name="matter category")),
                        ("version", models.PositiveIntegerField()),
                        ("filing", models.TextField(max_length=1000, verbose_name="conditions for filing")),
                        ("closing", models.TextField(max_length=1000, verbose_name="conditions for closing")),
                        ("basis", models.CharField(blank=True, max_length=200, verbose_name="basis")),
                        ("valid_from", models.DateTimeField(verbose_name="valid from")),
                        (
                            "created_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "handling standard",
                        "verbose_name_plural": "handling standards",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("category_code", "version"), name="matter_standard_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(blank=True, editable=False, max_length=80)),
                        ("title", models.CharField(blank=True, editable=False, max_length=200)),
                        ("url", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "audience",
                            models.CharField(
                                choices=[
                                    ("handlers", "Handlers"),
                                    ("leads", "Unit leads"),
                                    ("duty", "Duty officer"),
                                    ("oversight", "Oversight officer"),
                                    ("citizen", "To be passed on to the citizen"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("alarm", "Alarms"),
                                    ("work", "New work"),
                                    ("decision", "Requests and decisions"),
                                    ("citizen", "To be passed on to citizens"),
                                    ("oversight", "Supervision"),
                                    ("consultation", "Whistles and consultations"),
                                    ("follow_up", "Follow-up and appeals"),
                                    ("policy", "Policy notices"),
                                    ("opinion", "Online opinion"),
                                    ("other", "Other notices"),
                                ],
                                default="other",
                                max_length=12,
                            ),
                        ),
                        ("is_important", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
                        (
                            "sender",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "stands_in_for",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "notice",
                        "verbose_name_plural": "notices",
                        "indexes": [
                            models.Index(fields=["unit", "-id"], name="notice_unit"),
                            models.Index(
                                condition=models.Q(("user__isnull", False)),
                                fields=["user", "-id"],
                                name="notice_user",
                            ),
                            models.Index(
                                condition=models.Q(("is_important", True), ("sender__isnull", False)),
                                fields=["sender", "-id"],
                                name="notice_sender",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                fields=("key", "unit", "user", "audience"),
                                name="notice_told_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unit__isnull", False), ("user__isnull", False), _connector="OR"
                                ),
                                name="notice_for_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("user", None)),
                                fields=("step", "unit", "audience"),
                                name="notice_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("user__isnull", False)),
                                fields=("step", "user", "audience"),
                                name="notice_once_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("step__isnull", False),
                                    models.Q(("key", ""), _negated=True),
                                    _connector="XOR",
                                ),
                                name="notice_step_or_key",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seen_id", models.BigIntegerField(default=0)),
                        (
                            "muted",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "browser",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "message",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("quiet_from", models.TimeField(blank=True, null=True)),
                        ("quiet_until", models.TimeField(blank=True, null=True)),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_mark",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bell of a person",
                        "verbose_name_plural": "bells of persons",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("muted__overlap", ["alarm"]), _negated=True),
                                name="notice_mark_mandatory",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from", None), ("quiet_until", None)),
                                    models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                                    _connector="OR",
                                ),
                                name="notice_mark_quiet_hours",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("channel", models.CharField(max_length=20)),
                        ("due_at", models.DateTimeField()),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("failed_at", models.DateTimeField(null=True)),
                        ("note", models.CharField(blank=True, max_length=200)),
                        (
                            "notice",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="incidents.notice",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message of a notice",
                        "verbose_name_plural": "messages of notices",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("failed_at", None), ("sent_at", None)),
                                fields=["due_at"],
                                name="notice_message_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "user", "channel"), name="notice_message_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeReading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "notice",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="incidents.notice",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reading of a notice",
                        "verbose_name_plural": "readings of notices",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["user", "notice"], name="notice_reading_user")],
                        "constraints": [
                            models.UniqueConstraint(fields=("notice", "user"), name="notice_reading_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Policy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=60, verbose_name="key")),
                        ("value", models.JSONField(verbose_name="value")),
                        ("valid_from", models.DateTimeField(verbose_name="valid from")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "rule value",
                        "verbose_name_plural": "rule values",
                        "constraints": [
                            models.UniqueConstraint(fields=("key", "valid_from"), name="policy_key_date")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoutingCandidate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("category_code", models.CharField(max_length=6, verbose_name="category")),
                        ("granted", models.PositiveIntegerField(default=0, verbose_name="returns granted")),
                        ("refused", models.PositiveIntegerField(default=0, verbose_name="returns refused")),
                        (
                            "dispatched",
                            models.PositiveIntegerField(default=0, verbose_name="dispatched there"),
                        ),
                        ("first_at", models.DateTimeField(verbose_name="first counted")),
                        ("last_at", models.DateTimeField(verbose_name="last counted")),
                        (
                            "from_unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="from unit",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "to_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="to unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "routing candidate",
                        "verbose_name_plural": "routing candidates",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("category_code", "region", "from_unit", "to_unit"),
                                name="routing_candidate_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoutingRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("lineage", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("position", models.PositiveIntegerField(verbose_name="order")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "category_prefix",
                            models.CharField(blank=True, max_length=6, verbose_name="matter code"),
                        ),
                        ("region_path", models.CharField(blank=True, editable=False, max_length=64)),
                        (
                            "weekdays",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("time_from", models.TimeField(blank=True, null=True, verbose_name="from")),
                        ("time_to", models.TimeField(blank=True, null=True, verbose_name="until")),
                        (
                            "sources",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=24),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "urgencies",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=10),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "keywords",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "keyword_mode",
                            models.CharField(
                                choices=[("any", "any of them"), ("all", "all of them")],
                                default="any",
                                max_length=4,
                            ),
                        ),
                        ("line", models.CharField(blank=True, max_length=12, verbose_name="department line")),
                        (
                            "tier",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("district", "District"),
                                    ("city", "City"),
                                ],
                                max_length=12,
                                verbose_name="tier",
                            ),
                        ),
                        (
                            "co_handlers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("reason", models.CharField(blank=True, max_length=400, verbose_name="reason")),
                        ("created_at", models.DateTimeField()),
                        ("replaced_at", models.DateTimeField(blank=True, null=True)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="lead unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "routing rule",
                        "verbose_name_plural": "routing rules",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("replaced_at", None)),
                                fields=["position"],
                                name="rule_order",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("lineage", "version"), name="rule_version_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at", None)),
                                fields=("lineage",),
                                name="rule_one_present_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unit__isnull", False),
                                    models.Q(
                                        models.Q(("line", ""), _negated=True),
                                        models.Q(("tier", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="rule_has_target",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="rule_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedFilter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                choices=[("list", "Tickets"), ("inbox", "My work")], max_length=8
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="name")),
                        ("query", models.CharField(blank=True, max_length=1000)),
                        (
                            "shared_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("duty_officer", "Duty officer"),
                                    ("dispatcher", "Dispatcher"),
                                    ("oversight_officer", "Oversight officer"),
                                    ("town_staff", "Town staff"),
                                    ("community_staff", "Community staff"),
                                    ("grid_leader", "Grid leader"),
                                    ("grid_patroller", "Grid patroller"),
                                    ("grid_supervisor", "Grid supervisor"),
                                    ("part_time_worker", "Part-time grid worker"),
                                    ("police_grid_officer", "Police grid officer"),
                                    ("dept_handler", "Department handler"),
                                    ("dept_lead", "Department lead"),
                                    ("mediator", "Mediator"),
                                    ("leader", "Leader"),
                                    ("auditor", "Auditor"),
                                    ("administrator", "Administrator"),
                                    ("api_client", "API client"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("position", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_filters",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "shared_unit",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "saved filter",
                        "verbose_name_plural": "saved filters",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("shared_unit__isnull", False)),
                                fields=["shared_unit"],
                                name="saved_filter_unit",
                            ),
                            models.Index(
                                condition=models.Q(("shared_role", ""), _negated=True),
                                fields=["shared_role"],
                                name="saved_filter_role",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("owner", "page", "name"), name="saved_filter_name_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DefaultView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                choices=[("list", "Tickets"), ("inbox", "My work")], max_length=8
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="default_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "saved",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="incidents.savedfilter",
                            ),
                        ),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "page"), name="default_view_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
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
                        ("client", models.CharField(max_length=12)),
                        ("opinion", models.TextField(blank=True)),
                        ("data", models.JSONField(blank=True, default=dict)),
                        ("delivered_at", models.DateTimeField(null=True)),
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
                            "holder",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
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
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step",
                        "verbose_name_plural": "steps",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at", None)), fields=["id"], name="step_outbox"
                            ),
                            models.Index(
                                condition=models.Q(("data__has_key", "covering"), ("verb", "dispatch")),
                                fields=["at"],
                                name="step_covering",
                            ),
                            models.Index(fields=["ticket", "id"], name="step_ticket"),
                            models.Index(
                                condition=models.Q(("verb", "redo")), fields=["ticket"], name="step_redo"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DueChange",
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
                                    ("external", "The sender's own due time is earlier"),
                                    ("given_back", "Time given back"),
                                    ("extended", "Extended"),
                                    ("paused", "Paused"),
                                    ("resumed", "Resumed"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("old_due_at", models.DateTimeField()),
                        ("new_due_at", models.DateTimeField()),
                        ("since", models.DateTimeField(null=True)),
                        ("until", models.DateTimeField(null=True)),
                        ("amount", models.PositiveIntegerField(null=True)),
                        ("amount_unit", models.CharField(blank=True, max_length=8)),
                        ("reason", models.CharField(max_length=200)),
                        (
                            "deadline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="incidents.deadline",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.step",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of a due time",
                        "verbose_name_plural": "changes of due times",
                        "indexes": [models.Index(fields=["deadline"], name="due_change_deadline")],
                    },
                ),
                migrations.CreateModel(
                    name="Ticket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("query_code", models.CharField(editable=False, max_length=8)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "external_no",
                            models.CharField(
                                blank=True, max_length=80, null=True, verbose_name="external number"
                            ),
                        ),
                        ("content_digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("reporter_role", models.CharField(blank=True, max_length=24)),
                        (
                            "demand_type",
                            models.CharField(
                                choices=[
                                    ("enquiry", "Enquiry"),
                                    ("help", "Request for help"),
                                    ("complaint", "Complaint"),
                                    ("report_violation", "Report of a violation"),
                                    ("suggestion", "Suggestion"),
                                    ("praise", "Praise"),
                                ],
                                default="help",
                                max_length=20,
                                verbose_name="demand type",
                            ),
                        ),
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
                                verbose_name="urgency",
                            ),
                        ),
                        (
                            "min_level",
                            models.CharField(
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("district", "District"),
                                    ("city", "City"),
                                ],
                                max_length=12,
                                verbose_name="lowest level",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("content", models.TextField(verbose_name="description")),
                        (
                            "search",
                            django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
                        ),
                        (
                            "seen_from",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, editable=False, size=None
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("lon", models.FloatField(blank=True, null=True)),
                        ("lat", models.FloatField(blank=True, null=True)),
                        (
                            "datum",
                            models.CharField(blank=True, max_length=8, verbose_name="coordinates came in"),
                        ),
                        (
                            "accuracy",
                            models.FloatField(blank=True, null=True, verbose_name="accuracy in metres"),
                        ),
                        (
                            "is_outside_grids",
                            models.BooleanField(default=False, verbose_name="outside every grid"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("registered", "Registered"),
                                    ("verifying", "Being verified"),
                                    ("rejected", "Not accepted"),
                                    ("merged", "Merged"),
                                    ("accepted", "Accepted"),
                                    ("dispatched", "Dispatched, to be signed"),
                                    ("handling", "Being handled"),
                                    ("returned", "Returned, to be decided"),
                                    ("suspended", "Suspended"),
                                    ("feedback", "Fed back, to be checked"),
                                    ("follow_up", "To be followed up"),
                                    ("closed", "Closed"),
                                    ("archived", "Archived"),
                                    ("voided", "Voided"),
                                ],
                                default="registered",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "closure_kind",
                            models.CharField(
                                blank=True,
                                choices=[("self_handled", "Handled on the spot"), ("handled", "Handled")],
                                max_length=16,
                            ),
                        ),
                        ("result_kind", models.CharField(blank=True, max_length=16)),
                        ("occurred_at", models.DateTimeField(blank=True, null=True, verbose_name="occurred")),
                        ("registered_at", models.DateTimeField(verbose_name="registered")),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("first_dispatched_at", models.DateTimeField(null=True)),
                        ("feedback_at", models.DateTimeField(null=True)),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "external_due_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="due by the sender"),
                        ),
                        ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                        ("original_due_at", models.DateTimeField(null=True, verbose_name="originally due")),
                        ("next_due_at", models.DateTimeField(null=True)),
                        ("next_warn_at", models.DateTimeField(null=True)),
                        ("is_overdue", models.BooleanField(default=False, verbose_name="overdue")),
                        ("is_urged", models.BooleanField(default=False, verbose_name="urged")),
                        ("is_sensitive", models.BooleanField(default=False, verbose_name="sensitive")),
                        ("is_key_report", models.BooleanField(default=False)),
                        (
                            "is_confidential",
                            models.BooleanField(default=False, verbose_name="confidential reporter"),
                        ),
                        (
                            "needs_reply",
                            models.BooleanField(default=False, verbose_name="citizen waits for an answer"),
                        ),
                        (
                            "is_auto_signed",
                            models.BooleanField(default=False, verbose_name="signed automatically"),
                        ),
                        ("rework_count", models.PositiveSmallIntegerField(default=0)),
                        ("reopen_count", models.PositiveSmallIntegerField(default=0)),
                        ("return_count", models.PositiveSmallIntegerField(default=0)),
                        (
                            "is_final_assignment",
                            models.BooleanField(default=False, verbose_name="assigned with binding force"),
                        ),
                        (
                            "asked",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                default=list,
                                editable=False,
                                size=None,
                            ),
                        ),
                        (
                            "sides",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=16),
                                default=list,
                                editable=False,
                                size=None,
                            ),
                        ),
                        (
                            "merged_count",
                            models.PositiveIntegerField(
                                default=0, editable=False, verbose_name="reports merged into it"
                            ),
                        ),
                        (
                            "child_count",
                            models.PositiveIntegerField(
                                default=0, editable=False, verbose_name="child tickets"
                            ),
                        ),
                        (
                            "urge_count",
                            models.PositiveIntegerField(
                                default=0, editable=False, verbose_name="times urged"
                            ),
                        ),
                        (
                            "urged_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="urged last"),
                        ),
                        (
                            "is_supervised",
                            models.BooleanField(default=False, editable=False, verbose_name="supervised"),
                        ),
                        (
                            "has_instruction",
                            models.BooleanField(
                                default=False, editable=False, verbose_name="leader's instruction"
                            ),
                        ),
                        (
                            "excluded_from_assessment",
                            models.BooleanField(
                                default=False, editable=False, verbose_name="left out of the assessment"
                            ),
                        ),
                        (
                            "accepted_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.mattercategory",
                                verbose_name="category",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "community",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        (
                            "dispatched_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "filed_grid",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                            ),
                        ),
                        (
                            "filed_region",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "holder",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="held",
                                to="accounts.orgunit",
                                verbose_name="held by",
                            ),
                        ),
                        (
                            "lead_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="lead unit",
                            ),
                        ),
                        (
                            "merged_into",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="incidents.ticket",
                                verbose_name="merged into",
                            ),
                        ),
                        (
                            "now_grid",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="incidents.ticket",
                                verbose_name="main ticket",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "repeat_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repeats",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "reporter",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reported",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="registered by",
                            ),
                        ),
                        (
                            "town",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.ticketsource",
                                verbose_name="source",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ticket",
                        "verbose_name_plural": "tickets",
                        "permissions": [("read_sensitive", "Can read sensitive tickets")],
                        "indexes": [
                            models.Index(
                                models.F("holder"),
                                models.OrderBy(models.F("next_due_at"), nulls_last=True),
                                models.F("id"),
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "dispatched",
                                            "feedback",
                                            "follow_up",
                                            "handling",
                                            "registered",
                                            "returned",
                                            "suspended",
                                            "verifying",
                                        ],
                                    )
                                ),
                                name="ticket_inbox",
                            ),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "dispatched",
                                            "feedback",
                                            "follow_up",
                                            "handling",
                                            "registered",
                                            "returned",
                                            "suspended",
                                            "verifying",
                                        ],
                                    )
                                ),
                                fields=["holder", "state", "next_due_at", "id"],
                                name="ticket_queue",
                            ),
                            models.Index(
                                fields=["-registered_at", "-id"],
                                include=(
                                    "source",
                                    "town",
                                    "community",
                                    "grid",
                                    "state",
                                    "filed_grid",
                                    "filed_region",
                                    "now_grid",
                                ),
                                name="ticket_newest",
                            ),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "dispatched",
                                            "feedback",
                                            "follow_up",
                                            "handling",
                                            "registered",
                                            "returned",
                                            "suspended",
                                            "verifying",
                                        ],
                                    )
                                ),
                                fields=["-registered_at", "-id"],
                                name="ticket_open_newest",
                            ),
                            models.Index(fields=["town", "-registered_at", "-id"], name="ticket_town"),
                            models.Index(
                                fields=["community", "-registered_at", "-id"],
                                include=("category", "grid", "lon", "lat"),
                                name="ticket_near",
                            ),
                            models.Index(fields=["grid", "-registered_at", "-id"], name="ticket_grid"),
                            models.Index(
                                condition=models.Q(("filed_grid__isnull", False)),
                                fields=["filed_grid", "-registered_at", "-id"],
                                name="ticket_filed_grid",
                            ),
                            models.Index(
                                condition=models.Q(("filed_region__isnull", False)),
                                fields=["filed_region", "-registered_at", "-id"],
                                name="ticket_filed_region",
                            ),
                            models.Index(
                                condition=models.Q(("now_grid__isnull", False)),
                                fields=["now_grid", "-registered_at", "-id"],
                                name="ticket_now_grid",
                            ),
                            models.Index(
                                fields=["category", "-registered_at", "-id"], name="ticket_category"
                            ),
                            models.Index(fields=["source", "-registered_at", "-id"], name="ticket_source"),
                            models.Index(fields=["reporter", "-registered_at"], name="ticket_reporter"),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "dispatched",
                                            "feedback",
                                            "follow_up",
                                            "handling",
                                            "registered",
                                            "returned",
                                            "suspended",
                                            "verifying",
                                        ],
                                    )
                                ),
                                fields=["region_path"],
                                include=(
                                    "state",
                                    "town",
                                    "community",
                                    "grid",
                                    "next_due_at",
                                    "filed_grid",
                                    "filed_region",
                                    "now_grid",
                                ),
                                name="ticket_open_place",
                                opclasses=["varchar_pattern_ops"],
                            ),
                            models.Index(fields=["state", "-registered_at", "-id"], name="ticket_state"),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["town", "due_at"],
                                include=(
                                    "state",
                                    "is_overdue",
                                    "feedback_at",
                                    "community",
                                    "grid",
                                    "filed_grid",
                                    "filed_region",
                                    "now_grid",
                                    "excluded_from_assessment",
                                ),
                                name="ticket_town_due",
                            ),
                            models.Index(
                                condition=models.Q(("repeat_of__isnull", False)),
                                fields=["registered_at"],
                                name="ticket_repeats",
                            ),
                            models.Index(
                                condition=models.Q(("merged_into__isnull", False)),
                                fields=["merged_into"],
                                name="ticket_merged_into",
                            ),
                            models.Index(
                                condition=models.Q(("parent__isnull", False)),
                                fields=["parent"],
                                name="ticket_parent",
                            ),
                            models.Index(
                                condition=models.Q(("state", "closed")),
                                fields=["closed_at"],
                                name="ticket_closed",
                            ),
                            models.Index(
                                condition=models.Q(("is_urged", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_urged",
                            ),
                            models.Index(
                                condition=models.Q(("is_key_report", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_key_report",
                            ),
                            models.Index(
                                condition=models.Q(("is_final_assignment", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_final",
                            ),
                            models.Index(
                                condition=models.Q(("return_count__gt", 0)),
                                fields=["-registered_at", "-id"],
                                name="ticket_returned",
                            ),
                            models.Index(
                                condition=models.Q(("rework_count__gt", 0)),
                                fields=["-registered_at", "-id"],
                                name="ticket_reworked",
                            ),
                            models.Index(
                                condition=models.Q(("reopen_count__gt", 0)),
                                fields=["-registered_at", "-id"],
                                name="ticket_reopened",
                            ),
                            models.Index(
                                condition=models.Q(("merged_count__gt", 0)),
                                fields=["-registered_at", "-id"],
                                name="ticket_with_merged",
                            ),
                            models.Index(
                                condition=models.Q(("is_supervised", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_supervised",
                            ),
                            models.Index(
                                condition=models.Q(("has_instruction", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_instructed",
                            ),
                            models.Index(
                                condition=models.Q(("excluded_from_assessment", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_excluded",
                            ),
                            models.Index(
                                condition=models.Q(("is_outside_grids", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_outside",
                            ),
                            models.Index(
                                condition=models.Q(("is_confidential", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_confidential",
                            ),
                            models.Index(
                                condition=models.Q(("is_auto_signed", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_auto_signed",
                            ),
                            models.Index(
                                condition=models.Q(("is_overdue", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_was_late",
                            ),
                            models.Index(
                                condition=models.Q(("min_level", "city")),
                                fields=["-registered_at", "-id"],
                                name="ticket_of_city",
                            ),
                            models.Index(
                                condition=models.Q(("is_sensitive", True)),
                                fields=["-registered_at", "-id"],
                                name="ticket_sensitive",
                            ),
                            models.Index(
                                condition=models.Q(("urgency", "critical")),
                                fields=["-registered_at", "-id"],
                                name="ticket_critical",
                            ),
                            models.Index(
                                condition=models.Q(("asked", []), _negated=True),
                                fields=["-registered_at", "-id"],
                                name="ticket_asked",
                            ),
                            models.Index(
                                condition=models.Q(("next_due_at__isnull", False)),
                                fields=["next_due_at", "id"],
                                name="ticket_next_due",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("due_at__isnull", False),
                                    ("feedback_at__isnull", True),
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "dispatched",
                                            "feedback",
                                            "follow_up",
                                            "handling",
                                            "registered",
                                            "returned",
                                            "suspended",
                                            "verifying",
                                        ],
                                    ),
                                ),
                                fields=["due_at", "id"],
                                name="ticket_running_due",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search", "seen_from"], name="ticket_search"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=False, fields=["seen_from"], name="ticket_seen_from"
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "dispatched",
                                            "feedback",
                                            "follow_up",
                                            "handling",
                                            "registered",
                                            "returned",
                                            "suspended",
                                            "verifying",
                                        ],
                                    )
                                ),
                                fastupdate=False,
                                fields=["seen_from"],
                                name="ticket_open_seen",
                            ),
                            models.Index(
                                condition=models.Q(("closed_at__isnull", False)),
                                fields=["town", "closed_at"],
                                include=(
                                    "state",
                                    "community",
                                    "grid",
                                    "filed_grid",
                                    "filed_region",
                                    "now_grid",
                                    "source",
                                    "min_level",
                                    "closure_kind",
                                    "rework_count",
                                ),
                                name="ticket_town_closed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("external_no__isnull", False)),
                                fields=("source", "external_no"),
                                name="ticket_external_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "registered",
                                            "verifying",
                                            "rejected",
                                            "merged",
                                            "accepted",
                                            "dispatched",
                                            "handling",
                                            "returned",
                                            "suspended",
                                            "feedback",
                                            "follow_up",
                                            "closed",
                                            "archived",
                                            "voided",
                                        ],
                                    )
                                ),
                                name="ticket_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "closed"), _negated=True),
                                    ("closed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="ticket_closed_has_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("parent", None),
                                    models.Q(
                                        models.Q(("parent", models.F("id")), _negated=True),
                                        ("child_count", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="ticket_split_one_level",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Supplement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("digest", models.CharField(max_length=64)),
                        ("content", models.JSONField()),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="supplements",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "supplement",
                        "verbose_name_plural": "supplements",
                        "constraints": [
                            models.UniqueConstraint(fields=("ticket", "digest"), name="supplement_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Requester",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        ("needs_reply", models.BooleanField(default=True)),
                        ("at", models.DateTimeField()),
                        (
                            "carried_from",
                            models.ForeignKey(
                                db_index=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requesters",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "citizen",
                        "verbose_name_plural": "citizens",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=["phone", "-ticket"],
                                name="requester_phone",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("solved", "Solved"),
                                    ("partly", "Partly solved"),
                                    ("unsolved", "Not solved"),
                                    ("unreachable", "Could not be reached"),
                                    ("refused", "Declined to answer"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "satisfaction",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("5", "Very satisfied"),
                                    ("4", "Satisfied"),
                                    ("3", "Basically satisfied"),
                                    ("2", "Dissatisfied"),
                                    ("1", "Very dissatisfied"),
                                ],
                                max_length=1,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "step",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_up",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "indexes": [
                            models.Index(fields=["ticket", "id"], name="follow_up_ticket"),
                            models.Index(
                                condition=models.Q(
                                    ("satisfaction__in", ["1", "2"]),
                                    ("outcome__in", ["partly", "unsolved"]),
                                    _connector="OR",
                                ),
                                fields=["-at", "-id"],
                                name="follow_up_poor",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("data", models.JSONField(default=dict)),
                        ("before", models.JSONField(default=dict)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[("", "Not yet"), ("done", "Done"), ("refused", "Refused")],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=400)),
                        ("version_after", models.PositiveIntegerField(null=True)),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="incidents.bulkrun",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ticket of a bulk change",
                        "verbose_name_plural": "tickets of a bulk change",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("outcome", "")), fields=["run", "id"], name="bulk_waiting"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "ticket"), name="bulk_ticket_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BlockedDispatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("below_level", "Below the lowest level of the matter"),
                                    ("not_covered", "No item in force covers it"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("line", models.CharField(blank=True, max_length=12)),
                        ("region_path", models.CharField(max_length=80)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="blocked_dispatches",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "blocked dispatch",
                        "verbose_name_plural": "blocked dispatches",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["at"], name="blocked_at"),
                            models.Index(fields=["ticket"], name="blocked_ticket"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "phase",
                            models.CharField(
                                choices=[("before", "Before"), ("after", "After"), ("other", "Other")],
                                default="other",
                                max_length=8,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("photo", "Photo"),
                                    ("paper", "Paper"),
                                    ("sound", "Sound recording"),
                                    ("video", "Video"),
                                ],
                                default="photo",
                                max_length=8,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("upload", "Uploaded"), ("body_camera", "Body camera")],
                                default="upload",
                                max_length=12,
                            ),
                        ),
                        (
                            "file",
                            models.FileField(
                                blank=True, max_length=200, upload_to=incidents.models.evidence.stored_name
                            ),
                        ),
                        (
                            "thumbnail",
                            models.FileField(
                                blank=True, max_length=200, upload_to=incidents.models.evidence.stored_name
                            ),
                        ),
                        (
                            "original",
                            models.FileField(
                                blank=True, max_length=200, upload_to=incidents.models.evidence.stored_name
                            ),
                        ),
                        ("is_stored", models.BooleanField(default=True)),
                        ("is_kept", models.BooleanField(default=False)),
                        ("name", models.CharField(max_length=160)),
                        ("media_type", models.CharField(max_length=100)),
                        ("size", models.PositiveBigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("width", models.PositiveIntegerField(null=True)),
                        ("height", models.PositiveIntegerField(null=True)),
                        ("received_at", models.DateTimeField()),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("lon", models.FloatField(null=True)),
                        ("lat", models.FloatField(null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("boxes", models.JSONField(blank=True, default=list)),
                        (
                            "scan",
                            models.CharField(
                                choices=[
                                    ("off", "Not scanned: no scanner is set up"),
                                    ("pending", "Waiting to be scanned"),
                                    ("clean", "Nothing found"),
                                    ("infected", "Harmful content: in quarantine"),
                                ],
                                default="off",
                                max_length=8,
                            ),
                        ),
                        ("scan_tries", models.PositiveSmallIntegerField(default=0)),
                        ("scan_at", models.DateTimeField(null=True)),
                        ("scan_note", models.CharField(blank=True, max_length=120)),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "uploader",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attachment",
                        "verbose_name_plural": "attachments",
                        "indexes": [
                            models.Index(fields=["ticket"], name="attachment_ticket"),
                            models.Index(
                                condition=models.Q(("ticket", None)),
                                fields=["received_at"],
                                name="attachment_unbound",
                            ),
                            models.Index(
                                condition=models.Q(("scan", "pending")),
                                fields=["scan_at"],
                                name="attachment_unscanned",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TicketRequest",
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
                                    ("return", "Return"),
                                    ("extension", "Extension"),
                                    ("suspension", "Suspension"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("reason", models.TextField(blank=True)),
                        ("terms", models.JSONField(blank=True, default=dict)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "To be decided"),
                                    ("granted", "Granted"),
                                    ("refused", "Refused"),
                                    ("lapsed", "Lapsed"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "consented_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requests",
                                to="incidents.ticket",
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
                        "verbose_name": "request of a unit",
                        "verbose_name_plural": "requests of units",
                        "indexes": [models.Index(fields=["ticket", "id"], name="request_ticket")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("outcome", "")),
                                fields=("ticket", "kind"),
                                name="request_waits_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Announcement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("subject", models.CharField(max_length=20)),
                        ("at", models.DateTimeField()),
                        ("external_no", models.CharField(max_length=80, null=True)),
                        ("region_path", models.CharField(max_length=80)),
                        ("from_state", models.CharField(blank=True, max_length=16)),
                        ("state", models.CharField(max_length=16)),
                        ("words", models.TextField(blank=True)),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "source",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticketsource",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event for other systems",
                        "verbose_name_plural": "events for other systems",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["source", "id"], name="announcement_of_source")],
                    },
                ),
                migrations.CreateModel(
                    name="TicketUrge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        ("at", models.DateTimeField()),
                        (
                            "step",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="urges",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "urge",
                        "verbose_name_plural": "urges",
                        "default_permissions": ("view",),
                        "constraints": [models.UniqueConstraint(fields=("ticket", "key"), name="urge_once")],
                    },
                ),
                migrations.CreateModel(
                    name="AttachmentVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("boxes", models.JSONField(blank=True, default=list)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("by_name", models.CharField(blank=True, max_length=80)),
                        ("at", models.DateTimeField()),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("file", models.CharField(blank=True, max_length=200)),
                        ("thumbnail", models.CharField(blank=True, max_length=200)),
                        ("replaced_at", models.DateTimeField(null=True)),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="incidents.attachment",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of an attachment",
                        "verbose_name_plural": "versions of attachments",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("replaced_at__isnull", False), models.Q(("file", ""), _negated=True)
                                ),
                                fields=["id"],
                                name="attachment_version_left",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("attachment", "number"), name="attachment_version_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
