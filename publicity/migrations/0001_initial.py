import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("incidents", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="PolicyNotice",
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
                                    ("draft", "Draft"),
                                    ("published", "Published"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("policy", "Policy"),
                                    ("work", "Work notice"),
                                    ("service", "Service to residents"),
                                    ("safety", "Safety advice"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("body", models.TextField(verbose_name="text")),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        (
                            "audience",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=24),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(verbose_name="valid to")),
                        ("is_public", models.BooleanField(default=False, verbose_name="public")),
                        ("prepared_at", models.DateTimeField()),
                        ("published_at", models.DateTimeField(null=True)),
                        ("round", models.PositiveSmallIntegerField(default=0)),
                        ("reminded_at", models.DateTimeField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "attachment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.attachment",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "published_by",
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
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "policy notice",
                        "verbose_name_plural": "policy notices",
                        "indexes": [
                            models.Index(fields=["-prepared_at", "-id"], name="policy_newest"),
                            models.Index(
                                condition=models.Q(("state", "published")),
                                fields=["valid_to"],
                                name="policy_in_force",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["draft", "published", "withdrawn"])),
                                name="policy_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                                name="policy_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("published_by__isnull", False),
                                        ("round__gte", 1),
                                    ),
                                    _connector="OR",
                                ),
                                name="policy_published_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("code", models.CharField(max_length=15)),
                        (
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="publicity.policynotice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "target of a notice",
                        "verbose_name_plural": "targets of notices",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                fields=["region_path"],
                                name="policy_target",
                                opclasses=["varchar_pattern_ops"],
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("notice", "region_path"), name="policy_target_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeStep",
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
                            "notice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="publicity.policynotice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a notice",
                        "verbose_name_plural": "steps of notices",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="NoticeReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("told", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "notice",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="publicity.policynotice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "receipt of a notice",
                        "verbose_name_plural": "receipts of notices",
                        "default_permissions": (),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("read_at", None)),
                                fields=["notice", "told"],
                                name="policy_receipt_unread",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("notice", "user"), name="policy_receipt_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeStanding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place_path", models.CharField(max_length=80)),
                        (
                            "receipt",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="standings",
                                to="publicity.noticereceipt",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "place of a reader",
                        "verbose_name_plural": "places of readers",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("receipt", "place_path"), name="policy_standing_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
