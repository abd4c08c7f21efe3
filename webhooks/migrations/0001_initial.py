import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import governance.foundation.sealed
import governance.foundation.tables
import webhooks.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Endpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("url", models.CharField(max_length=500, verbose_name="address")),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), size=None, verbose_name="events"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "In use"),
                                    ("paused", "Paused"),
                                    ("broken", "Switched off"),
                                    ("removed", "Removed"),
                                ],
                                default="active",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("cursor", models.BigIntegerField(default=0)),
                        ("other_cursor", models.BigIntegerField(default=0)),
                        ("secret", governance.foundation.sealed.SealedField(editable=False)),
                        ("secret_hint", models.CharField(editable=False, max_length=6)),
                        ("secret_at", models.DateTimeField(editable=False)),
                        (
                            "previous_secret",
                            governance.foundation.sealed.SealedField(blank=True, default="", editable=False),
                        ),
                        ("previous_until", models.DateTimeField(editable=False, null=True)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("rest_until", models.DateTimeField(null=True)),
                        ("last_at", models.DateTimeField(null=True)),
                        ("last_ok_at", models.DateTimeField(null=True)),
                        ("last_status", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=24)),
                        ("off_reason", models.CharField(blank=True, max_length=24)),
                        ("created_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="endpoints",
                                to="exchange.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "webhook endpoint",
                        "verbose_name_plural": "webhook endpoints",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["active", "broken", "paused"])),
                                fields=("client", "url"),
                                name="webhooks_endpoint_url_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["active", "paused", "broken", "removed"])),
                                name="webhooks_endpoint_state",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(default=webhooks.models.new_name, max_length=36, unique=True),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        (
                            "stream",
                            models.CharField(
                                choices=[("tickets", "Tickets"), ("others", "Other matters")],
                                default="tickets",
                                max_length=8,
                            ),
                        ),
                        ("event_id", models.BigIntegerField(null=True)),
                        ("ticket", models.CharField(blank=True, max_length=20)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("held", "Behind an earlier one"),
                                    ("waiting", "To be sent"),
                                    ("delivered", "Delivered"),
                                    ("dead", "Dead letter"),
                                    ("cancelled", "Withdrawn"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("event_at", models.DateTimeField()),
                        ("made_at", models.DateTimeField()),
                        ("next_at", models.DateTimeField()),
                        ("give_up_at", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("replays", models.PositiveIntegerField(default=0)),
                        ("last_at", models.DateTimeField(null=True)),
                        ("last_status", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=24)),
                        ("excerpt", models.CharField(blank=True, max_length=500)),
                        ("tries", models.JSONField(default=list)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "endpoint",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="webhooks.endpoint",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "webhook message",
                        "verbose_name_plural": "webhook messages",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["endpoint", "next_at", "id"],
                                name="webhooks_due",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["held", "waiting"])),
                                fields=["endpoint", "ticket", "event_id"],
                                name="webhooks_unfinished",
                            ),
                            models.Index(fields=["-made_at", "-id"], name="webhooks_newest"),
                            models.Index(fields=["endpoint", "-made_at", "-id"], name="webhooks_of_endpoint"),
                            models.Index(
                                condition=models.Q(("state", "dead")),
                                fields=["-made_at", "-id"],
                                name="webhooks_dead",
                            ),
                            models.Index(
                                condition=models.Q(("ticket", ""), _negated=True),
                                fields=["ticket"],
                                name="webhooks_of_ticket",
                            ),
                            models.Index(
                                condition=models.Q(("done_at__isnull", False)),
                                fields=["done_at"],
                                name="webhooks_done",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("endpoint", "stream", "event_id"), name="webhooks_event_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state", "waiting"), models.Q(("ticket", ""), _negated=True)
                                ),
                                fields=("endpoint", "ticket"),
                                name="webhooks_one_of_a_ticket",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["held", "waiting", "delivered", "dead", "cancelled"])
                                ),
                                name="webhooks_message_state",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
