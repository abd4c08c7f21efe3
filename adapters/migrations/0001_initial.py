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
        ("incidents", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Mapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "field mapping",
                        "verbose_name_plural": "field mappings",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("translator", models.CharField(max_length=20, verbose_name="kind of messages")),
                        ("source", models.CharField(max_length=24, verbose_name="source")),
                        ("category", models.CharField(max_length=6, verbose_name="category")),
                        (
                            "region_code",
                            models.CharField(max_length=15, verbose_name="region without a point"),
                        ),
                        (
                            "secret",
                            governance.foundation.sealed.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "app_id",
                            models.CharField(blank=True, default="", max_length=40, verbose_name="AppID"),
                        ),
                        (
                            "sealing_key",
                            governance.foundation.sealed.SealedField(blank=True, default="", editable=False),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="open")),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "mapping",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="adapters.mapping",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message channel",
                        "verbose_name_plural": "message channels",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="MappingVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("checked", "Checked"),
                                    ("released", "Released"),
                                    ("discarded", "Discarded"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("document", models.JSONField()),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="what is new")),
                        ("created_at", models.DateTimeField()),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("released_at", models.DateTimeField(null=True)),
                        ("valid_from", models.DateTimeField(null=True)),
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
                            "mapping",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="adapters.mapping",
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "version of a mapping",
                        "verbose_name_plural": "versions of mappings",
                        "ordering": ["-number"],
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "released")),
                                fields=["mapping", "-valid_from", "-number"],
                                name="adapters_in_force",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mapping", "number"), name="adapters_version_number"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["checked", "draft"])),
                                fields=("mapping",),
                                name="adapters_one_open_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "released"), ("valid_from__gte", models.F("released_at"))
                                    ),
                                    models.Q(
                                        models.Q(("state", "released"), _negated=True),
                                        ("released_at", None),
                                        ("valid_from", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="adapters_released_from",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MappedTicket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("external_category", models.CharField(blank=True, max_length=120)),
                        ("at", models.DateTimeField()),
                        (
                            "channel",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="adapters.channel",
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="adapters.mappingversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mapped ticket",
                        "verbose_name_plural": "mapped tickets",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="MappingSample",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name of the sample")),
                        ("document", models.JSONField()),
                        ("outcome", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                        (
                            "mapping",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="samples",
                                to="adapters.mapping",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sample of a mapping",
                        "verbose_name_plural": "samples of mappings",
                        "ordering": ["name"],
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("mapping", "name"), name="adapters_sample_name")
                        ],
                    },
                ),
            ],
        ),
    ]
