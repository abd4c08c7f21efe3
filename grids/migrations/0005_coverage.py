"""The last coverage check of each community, the width of slivers, and serials for revisions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0004_overlay_shares"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE revision_serial MINVALUE 1 MAXVALUE 999999 CYCLE",
            "DROP SEQUENCE revision_serial",
        ),
        migrations.AddField(
            model_name="gridstandard",
            name="sliver_m",
            field=models.FloatField(default=0.5, verbose_name="width in metres of a sliver that is closed"),
        ),
        migrations.CreateModel(
            name="CommunityCoverage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=64)),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
                ("grid_count", models.PositiveIntegerField(default=0, verbose_name="grids")),
                ("household_count", models.PositiveIntegerField(default=0, verbose_name="households")),
                ("error_count", models.PositiveIntegerField(default=0, verbose_name="errors")),
                ("warning_count", models.PositiveIntegerField(default=0, verbose_name="warnings")),
                ("open_m2", models.FloatField(default=0.0, verbose_name="uncovered square metres")),
                ("findings", models.JSONField(default=list)),
                (
                    "community",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coverage",
                        to="grids.region",
                        verbose_name="community",
                    ),
                ),
            ],
            options={
                "verbose_name": "coverage of a community",
                "verbose_name_plural": "coverage of communities",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["path"], name="coverage_path", opclasses=["varchar_pattern_ops"])
                ],
            },
        ),
    ]
