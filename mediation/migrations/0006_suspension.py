"""Mediation may be suspended: its limits stand still, and what that adds to them is kept."""

import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0005_open_of_a_place"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseclock",
            name="base_due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="stood",
            field=models.DurationField(db_default=datetime.timedelta(0), default=datetime.timedelta(0)),
        ),
        migrations.AddField(
            model_name="mediationcase",
            name="paused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="caseclock",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sort", "Sort"),
                    ("case", "Whole case"),
                    ("level", "At this level"),
                    ("session", "Hold a session"),
                    ("statute", "Statutory limit"),
                    ("pass_on", "Pass on if not competent"),
                    ("arbitration", "Labour arbitration"),
                    ("confirm", "Apply for confirmation"),
                    ("report", "Urgent report"),
                    ("pause", "Suspended until"),
                    ("perform", "Performance"),
                    ("callback", "Callback"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="CasePause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("appraisal", "Appraisal, assessment or test"),
                            ("evidence", "Evidence that others have to give"),
                            ("unable", "A party cannot take part for now"),
                            ("succession", "Waiting for heirs or a legal representative"),
                            ("other_case", "Depends on a case that is not decided yet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("started_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="mediation.mediationcase",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspension of a case",
                "verbose_name_plural": "suspensions of cases",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("case",), name="case_pause_one_runs"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__gt", models.F("started_at")),
                            models.Q(
                                ("ended_at", None),
                                models.Q(
                                    ("ended_at__gte", models.F("started_at")),
                                    ("ended_at__lte", models.F("until")),
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="case_pause_times",
                    ),
                ],
            },
        ),
    ]
