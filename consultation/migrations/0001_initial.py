import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import consultation.models.whistle
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("grids", "0001_initial"),
        ("incidents", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="ActionItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="what has to be done")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_at", models.DateTimeField(null=True)),
                        ("done_note", models.CharField(blank=True, max_length=300)),
                        ("next_alarm_at", models.DateTimeField(null=True)),
                        ("rung", models.PositiveSmallIntegerField(default=0)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "done_by",
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
                                verbose_name="responsible unit",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="actions",
                                to="consultation.meeting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action item",
                        "verbose_name_plural": "action items",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["unit", "due_on"],
                                name="action_open",
                            ),
                            models.Index(
                                condition=models.Q(("next_alarm_at__isnull", False)),
                                fields=["next_alarm_at"],
                                name="action_alarm",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("done_at", None), ("next_alarm_at", None), _connector="OR"
                                ),
                                name="action_done_is_not_chased",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("called", "To be answered"),
                                    ("accepted", "Coming"),
                                    ("declined", "Declined"),
                                    ("arrived", "On the spot"),
                                    ("done", "Result given"),
                                    ("released", "No longer needed"),
                                ],
                                default="called",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("called_at", models.DateTimeField()),
                        ("answer_due_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("answer", models.TextField(blank=True)),
                        ("arrived_at", models.DateTimeField(null=True)),
                        ("lon", models.FloatField(null=True)),
                        ("lat", models.FloatField(null=True)),
                        ("accuracy", models.FloatField(null=True)),
                        ("result", models.TextField(blank=True, verbose_name="result")),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("score", models.PositiveSmallIntegerField(null=True, verbose_name="points")),
                        ("score_words", models.TextField(blank=True)),
                        ("scored_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("warn_at", models.DateTimeField(null=True)),
                        ("next_alarm_at", models.DateTimeField(null=True)),
                        ("rung", models.PositiveSmallIntegerField(default=0)),
                        (
                            "scored_by",
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
                                verbose_name="department",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="consultation.whistlecall",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "called department",
                        "verbose_name_plural": "called departments",
                        "indexes": [
                            models.Index(fields=["unit", "state", "-id"], name="line_unit_state"),
                            models.Index(
                                condition=models.Q(("next_alarm_at__isnull", False)),
                                fields=["next_alarm_at"],
                                name="line_alarm",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("score", None),
                                    models.Q(("score__gte", 1), ("score__lte", 5)),
                                    _connector="OR",
                                ),
                                name="line_score_range",
                            ),
                            models.UniqueConstraint(fields=("call", "unit"), name="line_unit_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["called", "accepted", "declined", "arrived", "done", "released"],
                                    )
                                ),
                                name="line_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["accepted", "arrived", "called"]),
                                    ("next_alarm_at", None),
                                    _connector="OR",
                                ),
                                name="line_alarm_while_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallPhoto",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("verb", models.CharField(max_length=20)),
                        (
                            "file",
                            models.FileField(
                                max_length=200, upload_to=consultation.models.whistle.photo_path
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="photos",
                                to="consultation.callline",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "photo of a call",
                        "verbose_name_plural": "photos of calls",
                    },
                ),
                migrations.CreateModel(
                    name="Consultation",
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
                                    ("convened", "Convened"),
                                    ("opinions", "Opinions come in"),
                                    ("decided", "Decided"),
                                    ("closed", "Carried out"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="convened",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        ("is_sensitive", models.BooleanField(default=False)),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("convened", "Convened by the centre"),
                                    ("returned_again", "Returned a second time"),
                                    ("two_units", "Returned by two units"),
                                ],
                                max_length=16,
                                verbose_name="cause",
                            ),
                        ),
                        ("question", models.TextField(verbose_name="question to be settled")),
                        ("convened_at", models.DateTimeField(verbose_name="convened")),
                        ("due_at", models.DateTimeField(verbose_name="decision due")),
                        ("warn_at", models.DateTimeField()),
                        ("next_alarm_at", models.DateTimeField(null=True)),
                        ("rung", models.PositiveSmallIntegerField(default=0)),
                        (
                            "co_handlers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("basis", models.TextField(blank=True, verbose_name="basis")),
                        ("minutes", models.TextField(blank=True, verbose_name="minutes")),
                        ("without", models.TextField(blank=True)),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="convened by",
                            ),
                        ),
                        (
                            "convened_by",
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
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="lead unit",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                                verbose_name="ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "consultation",
                        "verbose_name_plural": "consultations",
                        "indexes": [
                            models.Index(fields=["-convened_at", "-id"], name="consultation_newest"),
                            models.Index(fields=["ticket", "-id"], name="consultation_ticket"),
                            models.Index(
                                condition=models.Q(("next_alarm_at__isnull", False)),
                                fields=["next_alarm_at"],
                                name="consultation_next_alarm",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["convened", "opinions", "decided", "closed", "cancelled"])
                                ),
                                name="consultation_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["convened", "opinions"])),
                                fields=("ticket",),
                                name="consultation_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["decided", "closed"]), _negated=True),
                                    models.Q(("decided_at__isnull", False), ("lead__isnull", False)),
                                    _connector="OR",
                                ),
                                name="consultation_decision_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alarm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stage", models.CharField(blank=True, max_length=12)),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("rung", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("warn", "About to be late"),
                                    ("overdue", "Overdue"),
                                    ("climb", "Raised to the duty roster"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("told", models.JSONField(default=dict)),
                        (
                            "action",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alarms",
                                to="consultation.actionitem",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alarms",
                                to="consultation.callline",
                            ),
                        ),
                        (
                            "consultation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="alarms",
                                to="consultation.consultation",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "alarm",
                        "verbose_name_plural": "alarms",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("action", None), ("consultation", None), ("line__isnull", False)
                                    ),
                                    models.Q(
                                        ("action", None), ("consultation__isnull", False), ("line", None)
                                    ),
                                    models.Q(
                                        ("action__isnull", False), ("consultation", None), ("line", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="alarm_has_one_object",
                            ),
                            models.UniqueConstraint(
                                fields=("line", "consultation", "action", "stage", "round", "rung"),
                                name="alarm_once",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "stance",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("leads", "We should lead"),
                                    ("assists", "We can assist"),
                                    ("not_ours", "Not our matter"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("opinion", models.TextField(blank=True)),
                        ("opined_at", models.DateTimeField(null=True)),
                        (
                            "consultation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invitations",
                                to="consultation.consultation",
                            ),
                        ),
                        (
                            "opined_by",
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
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invited unit",
                        "verbose_name_plural": "invited units",
                        "constraints": [
                            models.UniqueConstraint(fields=("consultation", "unit"), name="invitation_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opined_at", None),
                                    models.Q(
                                        models.Q(("opinion", ""), _negated=True),
                                        models.Q(("stance", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="invitation_opinion_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
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
                                    ("planned", "Planned"),
                                    ("held", "Held, minutes in draft"),
                                    ("published", "Minutes published"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("regular", "Regular work meeting"),
                                    ("inspection", "Periodic inspection"),
                                    ("thematic", "Thematic consultation"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("series_on", models.DateField(null=True)),
                        ("starts_at", models.DateTimeField(verbose_name="begins")),
                        ("ends_at", models.DateTimeField(verbose_name="ends")),
                        ("place", models.CharField(max_length=120, verbose_name="place")),
                        ("minutes", models.TextField(blank=True, verbose_name="minutes")),
                        ("planned_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(null=True)),
                        (
                            "host",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="host",
                            ),
                        ),
                        (
                            "minuted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "planned_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "series",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="consultation.meetingseries",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "meeting",
                        "verbose_name_plural": "meetings",
                        "indexes": [models.Index(fields=["-starts_at", "-id"], name="meeting_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["planned", "held", "published", "cancelled"])
                                ),
                                name="meeting_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="meeting_times",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("series__isnull", False)),
                                fields=("series", "series_on"),
                                name="meeting_of_series_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attendee",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("signed_in_at", models.DateTimeField(null=True)),
                        (
                            "signed_in_by",
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
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendees",
                                to="consultation.meeting",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attendee",
                        "verbose_name_plural": "attendees",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("unit__isnull", False), ("user__isnull", False), _connector="XOR"
                                ),
                                name="attendee_unit_or_person",
                            ),
                            models.UniqueConstraint(
                                fields=("meeting", "unit", "user"), name="attendee_once", nulls_distinct=False
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingSeries",
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
                                    ("regular", "Regular work meeting"),
                                    ("inspection", "Periodic inspection"),
                                    ("thematic", "Thematic consultation"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "every",
                            models.CharField(
                                choices=[("week", "Every week"), ("month", "Every month")],
                                max_length=8,
                                verbose_name="comes again",
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="weekday"),
                        ),
                        (
                            "day",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="day of the month"
                            ),
                        ),
                        ("starts_at", models.TimeField(verbose_name="begins")),
                        (
                            "minutes",
                            models.PositiveSmallIntegerField(default=60, verbose_name="minutes it takes"),
                        ),
                        ("place", models.CharField(max_length=120, verbose_name="place")),
                        (
                            "units",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "people",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("agenda", models.TextField(blank=True, verbose_name="standing agenda")),
                        ("next_on", models.DateField(verbose_name="next on")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "host",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="host",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "recurring meeting",
                        "verbose_name_plural": "recurring meetings",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_active", True)),
                                fields=["next_on"],
                                name="series_next",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("day", None),
                                        ("every", "week"),
                                        ("weekday__gte", 1),
                                        ("weekday__lte", 7),
                                    ),
                                    models.Q(
                                        ("day__gte", 1),
                                        ("day__lte", 31),
                                        ("every", "month"),
                                        ("weekday", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="series_rhythm",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MinutesRead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "meeting",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="consultation.meeting",
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
                        "verbose_name": "reading of minutes",
                        "verbose_name_plural": "readings of minutes",
                        "constraints": [
                            models.UniqueConstraint(fields=("meeting", "user"), name="minutes_read_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recusal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "consultation",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recusals",
                                to="consultation.consultation",
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
                        "verbose_name": "recusal",
                        "verbose_name_plural": "recusals",
                        "constraints": [
                            models.UniqueConstraint(fields=("consultation", "user"), name="recusal_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WhistleCall",
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
                                    ("requested", "To be confirmed by the town"),
                                    ("called", "Departments called"),
                                    ("completed", "All have reported"),
                                    ("ended", "Ended by the caller"),
                                    ("rejected", "Not confirmed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("hard", "Hard problem"),
                                    ("joint_enforcement", "Joint enforcement"),
                                    ("emergency", "Emergency"),
                                ],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("content", models.TextField(verbose_name="what is needed")),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("lon", models.FloatField(blank=True, null=True)),
                        ("lat", models.FloatField(blank=True, null=True)),
                        ("is_sensitive", models.BooleanField(default=False, verbose_name="sensitive")),
                        (
                            "wanted",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="made")),
                        ("called_at", models.DateTimeField(null=True, verbose_name="called")),
                        ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                        (
                            "asked_by_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="asked for by",
                            ),
                        ),
                        (
                            "caller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="whistling town",
                            ),
                        ),
                        (
                            "made_by",
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
                                verbose_name="region",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                                verbose_name="ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "whistle call",
                        "verbose_name_plural": "whistle calls",
                        "indexes": [
                            models.Index(fields=["-made_at", "-id"], name="call_newest"),
                            models.Index(
                                fields=["region_path"], name="call_place", opclasses=["varchar_pattern_ops"]
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "requested",
                                            "called",
                                            "completed",
                                            "ended",
                                            "rejected",
                                            "withdrawn",
                                        ],
                                    )
                                ),
                                name="call_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["hard", "joint_enforcement", "emergency"])),
                                name="call_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["called", "requested"]),
                                    ("finished_at__isnull", False),
                                    _connector="XOR",
                                ),
                                name="call_finished_has_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Deed",
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
                            "consultation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deeds",
                                to="consultation.consultation",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deeds",
                                to="consultation.callline",
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
                            "meeting",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deeds",
                                to="consultation.meeting",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deeds",
                                to="consultation.whistlecall",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "deed",
                        "verbose_name_plural": "deeds",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("call__isnull", False), ("consultation", None), ("meeting", None)
                                    ),
                                    models.Q(
                                        ("call", None), ("consultation__isnull", False), ("meeting", None)
                                    ),
                                    models.Q(
                                        ("call", None), ("consultation", None), ("meeting__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="deed_has_one_object",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("line", None), ("call__isnull", False), _connector="OR"),
                                name="deed_of_line_has_call",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgendaItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
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
                            "consultation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="consultation.consultation",
                            ),
                        ),
                        (
                            "meeting",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="agenda",
                                to="consultation.meeting",
                            ),
                        ),
                        (
                            "call",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="consultation.whistlecall",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "agenda item",
                        "verbose_name_plural": "agenda items",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("meeting", "position"), name="agenda_position_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
