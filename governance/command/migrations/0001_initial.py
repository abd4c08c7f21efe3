import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="GoalSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("measure", models.CharField(max_length=20)),
                        ("month", models.DateField()),
                        ("place_path", models.CharField(max_length=80)),
                        ("part", models.PositiveIntegerField()),
                        ("whole", models.PositiveIntegerField()),
                        ("taken_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "figure of a month",
                        "verbose_name_plural": "figures of months",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("month", "measure", "place_path"), name="goal_snapshot_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("part__lte", models.F("whole"))),
                                name="goal_snapshot_part",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Progress",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("job", models.CharField(max_length=120, verbose_name="job")),
                        ("part", models.CharField(max_length=60, verbose_name="part")),
                        ("at", models.DateTimeField(verbose_name="time")),
                        ("details", models.JSONField(blank=True, default=dict)),
                    ],
                    options={
                        "verbose_name": "progress",
                        "verbose_name_plural": "progress",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("job", "part"), name="progress_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoalTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("measure", models.CharField(max_length=20, verbose_name="measure")),
                        ("value", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="target")),
                        ("valid_from", models.DateField(verbose_name="in force from")),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        ("made_at", models.DateTimeField(editable=False)),
                        (
                            "made_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "target of a goal",
                        "verbose_name_plural": "targets of goals",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["measure", "valid_from", "id"], name="goal_target_in_force")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("value__gt", 0), ("value__lte", 100)),
                                name="goal_target_percent",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
