from django.db import migrations, models

import governance.foundation.naming
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="DayCell",
                    fields=[
                        ("slot", models.IntegerField()),
                        ("subject", models.BigIntegerField()),
                        ("is_sensitive", models.BooleanField()),
                        ("bin", models.IntegerField()),
                        ("whole", models.IntegerField()),
                        ("part", models.IntegerField()),
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "slot",
                                "subject",
                                "day",
                                "is_sensitive",
                                "bin",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("day", models.DateField()),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="MonthCell",
                    fields=[
                        ("slot", models.IntegerField()),
                        ("subject", models.BigIntegerField()),
                        ("is_sensitive", models.BooleanField()),
                        ("bin", models.IntegerField()),
                        ("whole", models.IntegerField()),
                        ("part", models.IntegerField()),
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "slot",
                                "subject",
                                "month",
                                "is_sensitive",
                                "bin",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("month", models.DateField()),
                        ("frozen_whole", models.IntegerField(db_default=0, default=0)),
                        ("frozen_part", models.IntegerField(db_default=0, default=0)),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="MonthFreeze",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(unique=True)),
                        ("frozen_at", models.DateTimeField()),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="RollCursor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=20, unique=True)),
                        ("read_id", models.BigIntegerField(default=0)),
                        ("built_id", models.BigIntegerField(default=0)),
                        ("build_to", models.BigIntegerField(default=0)),
                        ("checked_id", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Adjustment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slot", models.IntegerField()),
                        ("month", models.DateField()),
                        ("item_id", models.BigIntegerField()),
                        ("place", models.BigIntegerField()),
                        ("unit_id", models.BigIntegerField(null=True)),
                        ("is_sensitive", models.BooleanField()),
                        ("bin", models.IntegerField()),
                        ("whole", models.SmallIntegerField()),
                        ("part", models.SmallIntegerField()),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["slot", "month", "place"], name="adjustment_place")],
                    },
                ),
                migrations.CreateModel(
                    name="IndicatorDefinition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=16, verbose_name="code")),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                        (
                            "shape",
                            models.CharField(
                                choices=[("rate", "Rate"), ("duration", "Median and 90th percentile")],
                                max_length=8,
                            ),
                        ),
                        (
                            "better",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("higher", "Higher is better"),
                                    ("lower", "Lower is better"),
                                    ("", "For information"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("whole", models.JSONField()),
                        ("part", models.JSONField(blank=True, default=dict)),
                        ("formula", models.TextField()),
                        ("formula_en", models.TextField()),
                        ("basis", models.CharField(max_length=200)),
                        ("awaits", models.CharField(blank=True, max_length=200)),
                        ("awaits_en", models.CharField(blank=True, max_length=200)),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(null=True, verbose_name="valid to")),
                        ("is_counted", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name": "indicator definition",
                        "verbose_name_plural": "indicator definitions",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "version"), name="indicator_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("code",),
                                name="indicator_last_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gt", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="indicator_days",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="Occasion",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "item_id",
                                "kind",
                                "serial",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("kind", models.SmallIntegerField()),
                        ("item_id", models.BigIntegerField()),
                        ("serial", models.BigIntegerField()),
                        ("at", models.DateTimeField()),
                        ("place", models.BigIntegerField()),
                        ("unit_id", models.BigIntegerField(null=True)),
                        ("day", models.DateField()),
                        ("facts", models.IntegerField()),
                        ("minutes", models.IntegerField(null=True)),
                        ("is_sensitive", models.BooleanField()),
                    ],
                    options={
                        "default_permissions": (),
                        "indexes": [
                            models.Index(fields=["kind", "day", "place"], name="occasion_place"),
                            models.Index(
                                condition=models.Q(("unit_id__isnull", False)),
                                fields=["unit_id", "kind", "day"],
                                name="occasion_unit",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=20)),
                        ("at", models.DateTimeField()),
                        ("items", models.IntegerField()),
                        ("differing_items", models.IntegerField()),
                        ("differing_cells", models.IntegerField()),
                        ("is_repaired", models.BooleanField(default=False)),
                        ("details", models.JSONField(default=list)),
                    ],
                    options={
                        "verbose_name": "recount",
                        "verbose_name_plural": "recounts",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["-at", "-id"], name="recount_newest")],
                    },
                ),
            ],
        ),
    ]
