import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.sealed
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="OpenTable",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(unique=True, verbose_name="month")),
                        ("made_at", models.DateTimeField()),
                        ("least", models.PositiveSmallIntegerField()),
                        ("rows", models.JSONField()),
                    ],
                    options={
                        "verbose_name": "open data of a month",
                        "verbose_name_plural": "open data of months",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="TicketImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("mapping", "Columns to be matched"),
                                    ("checked", "Checked"),
                                    ("running", "Running"),
                                    ("done", "Finished"),
                                    ("cancelled", "Given up"),
                                ],
                                default="mapping",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("file_name", models.CharField(max_length=120, verbose_name="file")),
                        ("encoding", models.CharField(blank=True, max_length=16)),
                        ("sha256", models.CharField(max_length=64)),
                        ("head", models.JSONField(default=list)),
                        ("row_count", models.PositiveIntegerField(default=0)),
                        ("source", models.CharField(blank=True, max_length=24)),
                        ("mapping", models.JSONField(blank=True, default=dict)),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("taken", models.PositiveIntegerField(default=0)),
                        ("repeated", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ticket_imports",
                                to=settings.AUTH_USER_MODEL,
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
                        "verbose_name": "import of tickets",
                        "verbose_name_plural": "imports of tickets",
                        "indexes": [
                            models.Index(fields=["asked_by", "-asked_at", "-id"], name="import_mine"),
                            models.Index(
                                condition=models.Q(("state", "running")), fields=["id"], name="import_running"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("asked_by__isnull", False), ("client", None)),
                                    models.Q(("asked_by", None), ("client__isnull", False)),
                                    _connector="OR",
                                ),
                                name="import_of_one_asker",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("line", models.PositiveIntegerField()),
                        ("cells", governance.foundation.sealed.SealedField(verbose_name="cells")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("waiting", "Not yet"),
                                    ("taken", "Registered"),
                                    ("repeated", "There already"),
                                    ("refused", "Refused"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("ticket_number", models.CharField(blank=True, max_length=20)),
                        ("faults", models.JSONField(blank=True, default=list)),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="exports.ticketimport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "row of an import",
                        "verbose_name_plural": "rows of imports",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("outcome", "waiting")),
                                fields=["run", "line"],
                                name="import_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("run", "line"), name="import_row_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("head_digest", models.CharField(max_length=64)),
                        ("source", models.CharField(max_length=24)),
                        ("mapping", models.JSONField()),
                        ("saved_at", models.DateTimeField()),
                        (
                            "unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="accounts.orgunit",
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
                        "verbose_name": "saved mapping",
                        "verbose_name_plural": "saved mappings",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "head_digest"), name="mapping_once_a_person"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TicketExport",
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
                                    ("asked", "Waits for approval"),
                                    ("queued", "Being written"),
                                    ("ready", "Ready"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                    ("failed", "Failed"),
                                    ("expired", "Time to download has ended"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("role", models.CharField(max_length=24)),
                        ("reach_path", models.CharField(blank=True, max_length=80)),
                        ("asked_at", models.DateTimeField()),
                        ("filters", models.TextField(blank=True)),
                        (
                            "columns",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=24), size=None
                            ),
                        ),
                        (
                            "format",
                            models.CharField(
                                choices=[("csv", "CSV"), ("xlsx", "XLSX"), ("geojson", "GeoJSON")],
                                max_length=8,
                                verbose_name="format",
                            ),
                        ),
                        ("is_clear", models.BooleanField(default=False)),
                        ("reason", models.CharField(blank=True, max_length=400, verbose_name="reason")),
                        ("expected", models.PositiveIntegerField(default=0)),
                        ("limit", models.PositiveIntegerField(default=0)),
                        ("needs_approval", models.BooleanField(default=False)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("decision", models.CharField(blank=True, max_length=400)),
                        ("claimed_at", models.DateTimeField(editable=False, null=True)),
                        ("attempt", models.PositiveSmallIntegerField(default=0, editable=False)),
                        ("written", models.PositiveIntegerField(default=0)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("file", models.CharField(blank=True, editable=False, max_length=120)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("sha256", models.CharField(blank=True, max_length=64)),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("downloads", models.PositiveIntegerField(default=0)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ticket_exports",
                                to=settings.AUTH_USER_MODEL,
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
                            "decided_by",
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
                        "verbose_name": "export of tickets",
                        "verbose_name_plural": "exports of tickets",
                        "indexes": [
                            models.Index(fields=["asked_by", "-asked_at", "-id"], name="export_mine"),
                            models.Index(
                                condition=models.Q(("state", "queued")), fields=["id"], name="export_queue"
                            ),
                            models.Index(
                                condition=models.Q(("state", "ready")),
                                fields=["expires_at"],
                                name="export_ending",
                            ),
                            models.Index(
                                condition=models.Q(("needs_approval", True)),
                                fields=["-asked_at"],
                                name="export_asked",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "asked",
                                            "queued",
                                            "ready",
                                            "refused",
                                            "withdrawn",
                                            "failed",
                                            "expired",
                                        ],
                                    )
                                ),
                                name="export_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("asked_by__isnull", False), ("client", None)),
                                    models.Q(("asked_by", None), ("client__isnull", False)),
                                    _connector="OR",
                                ),
                                name="export_of_one_asker",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("decided_by", models.F("asked_by")), _negated=True),
                                name="export_decided_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["queued", "ready"]), _negated=True),
                                    ("needs_approval", False),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="export_sensitive_is_approved",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
