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
                    name="ServiceEdition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(unique=True, verbose_name="edition")),
                        ("valid_from", models.DateTimeField(verbose_name="valid from")),
                        ("content", models.JSONField(verbose_name="content")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "created_by",
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
                        "verbose_name": "edition of open services",
                        "verbose_name_plural": "editions of open services",
                        "ordering": ["-number"],
                    },
                ),
                migrations.CreateModel(
                    name="OpenReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("requested_at", models.DateTimeField()),
                        ("is_shown", models.BooleanField(default=True)),
                        ("token", models.CharField(max_length=32, null=True, unique=True)),
                        ("words", models.TextField(blank=True)),
                        ("address", models.CharField(blank=True, max_length=200)),
                        ("description", models.TextField(blank=True)),
                        ("answers", models.JSONField(default=list)),
                        ("media_url", models.CharField(blank=True, max_length=2000)),
                        ("expected_at", models.DateTimeField()),
                        ("email", governance.foundation.sealed.SealedField(blank=True, default="")),
                        ("account_id", governance.foundation.sealed.SealedField(blank=True, default="")),
                        ("device_id", governance.foundation.sealed.SealedField(blank=True, default="")),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "ticket",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="open_report",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "request",
                        "verbose_name_plural": "requests",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["-requested_at", "-id"], name="open_report_newest"),
                            models.Index(
                                fields=["client", "-requested_at", "-id"], name="open_report_client"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("token", ""), _negated=True),
                                name="open_report_token_is_one",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrialReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True)),
                        ("token", models.CharField(max_length=32, null=True, unique=True)),
                        ("requested_at", models.DateTimeField()),
                        ("service_code", models.CharField(max_length=6)),
                        ("shown", models.JSONField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "trial request",
                        "verbose_name_plural": "trial requests",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["-requested_at", "-id"], name="trial_report_newest")
                        ],
                    },
                ),
            ],
        ),
    ]
