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
                    name="AuditEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="time")),
                        ("actor_name", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(blank=True, max_length=24)),
                        ("client", models.CharField(max_length=12)),
                        ("address", models.CharField(blank=True, max_length=45)),
                        ("request_id", models.CharField(blank=True, max_length=64)),
                        ("verb", models.CharField(max_length=40, verbose_name="verb")),
                        ("object_type", models.CharField(max_length=40)),
                        ("object_id", models.CharField(max_length=40)),
                        ("object_label", models.CharField(blank=True, max_length=120)),
                        ("before_digest", models.CharField(blank=True, max_length=64)),
                        ("after_digest", models.CharField(blank=True, max_length=64)),
                        ("details", models.JSONField(blank=True, default=dict)),
                        (
                            "actor",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
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
                    ],
                    options={
                        "verbose_name": "journal entry",
                        "verbose_name_plural": "journal",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
                            models.Index(fields=["actor", "-id"], name="audit_actor"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditLink",
                    fields=[
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="link",
                                serialize=False,
                                to="audit.auditentry",
                            ),
                        ),
                        ("chain", models.SmallIntegerField()),
                        ("position", models.BigIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("chain", "position"), name="audit_link_position")
                        ],
                    },
                ),
            ],
        ),
    ]
