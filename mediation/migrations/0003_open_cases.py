"""Indexes of the desks of open cases; kinds of limits that run at other authorities."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0002_serials"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="mediationcase",
            name="mediation_case_red",
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
                    ("perform", "Performance"),
                    ("callback", "Callback"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="mediationcase",
            index=models.Index(
                condition=models.Q(("archived_at", None), ("risk_color", "red")),
                fields=["region_path"],
                name="mediation_case_red",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="mediationcase",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["region_path"],
                name="mediation_case_here",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="mediationcase",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["state", "next_due_at"],
                name="mediation_case_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="mediationcase",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("archived_at", None)), fields=["handled_by"], name="mediation_case_mine"
            ),
        ),
    ]
