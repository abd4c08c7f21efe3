import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="CalendarVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("token", models.UUIDField()),
                    ],
                    options={
                        "verbose_name": "calendar version",
                        "verbose_name_plural": "calendar versions",
                    },
                ),
                migrations.CreateModel(
                    name="CalendarYear",
                    fields=[
                        (
                            "year",
                            models.PositiveSmallIntegerField(
                                primary_key=True, serialize=False, verbose_name="year"
                            ),
                        ),
                        (
                            "confirmed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="confirmed at"),
                        ),
                        (
                            "confirmed_by",
                            models.CharField(blank=True, max_length=150, verbose_name="confirmed by"),
                        ),
                    ],
                    options={
                        "verbose_name": "calendar year",
                        "verbose_name_plural": "calendar years",
                        "ordering": ["-year"],
                    },
                ),
                migrations.CreateModel(
                    name="Horizon",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("table", models.CharField(max_length=63, unique=True)),
                        ("safe_id", models.BigIntegerField(default=0)),
                        ("mark_id", models.BigIntegerField(default=0)),
                        (
                            "on_the_way",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "horizon of a table",
                        "verbose_name_plural": "horizons of tables",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="WorkCalendar",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                        (
                            "is_always_open",
                            models.BooleanField(default=False, verbose_name="open day and night"),
                        ),
                        (
                            "follows_statutory",
                            models.BooleanField(default=True, verbose_name="follows statutory holidays"),
                        ),
                        (
                            "frames",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                help_text='For each day of the week, e.g. {"mon": ["08:30-12:00", "14:00-17:30"]}',
                                verbose_name="working hours",
                            ),
                        ),
                        ("is_default", models.BooleanField(default=False, verbose_name="default calendar")),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "working calendar",
                        "verbose_name_plural": "working calendars",
                        "ordering": ["code"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_default", True)),
                                fields=("is_default",),
                                name="foundation_one_default_calendar",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_always_open", True),
                                    models.Q(("frames", {}), _negated=True),
                                    _connector="OR",
                                ),
                                name="foundation_calendar_has_working_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("date", models.DateField(verbose_name="date")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("holiday", "holiday"),
                                    ("makeup_workday", "make-up workday"),
                                    ("custom", "own hours"),
                                ],
                                max_length=20,
                                verbose_name="kind of day",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                        ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                        (
                            "frames",
                            models.JSONField(
                                blank=True,
                                help_text='Only where they differ, e.g. ["09:00-12:00"]; [] is a closed day',
                                null=True,
                                verbose_name="working hours",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("seed", "from the statutory calendar"),
                                    ("manual", "entered by hand"),
                                ],
                                default="manual",
                                max_length=10,
                                verbose_name="origin",
                            ),
                        ),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                        (
                            "calendar",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: all calendars that follow statutory holidays",
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="foundation.workcalendar",
                                verbose_name="working calendar",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "special day",
                        "verbose_name_plural": "special days",
                        "ordering": ["-date"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("calendar", "date"),
                                name="foundation_one_row_per_calendar_day",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "holiday"), _negated=True),
                                    ("frames__isnull", True),
                                    _connector="OR",
                                ),
                                name="foundation_holiday_has_no_hours",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "custom"), _negated=True),
                                    ("frames__isnull", False),
                                    _connector="OR",
                                ),
                                name="foundation_custom_day_has_hours",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
