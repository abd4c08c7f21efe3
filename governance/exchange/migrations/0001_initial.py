import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import governance.exchange.networks
import governance.exchange.scopes
import governance.foundation.sealed
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="ApiClient",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "sources",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=24),
                                default=list,
                                size=None,
                                verbose_name="sources",
                            ),
                        ),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("read", "Read tickets and reference data"),
                                        ("report", "Report matters and upload files"),
                                        ("act", "Supplement, urge, send back and act on tickets"),
                                        ("events", "Read the feed of events"),
                                        ("figures", "Read indicators of its regions"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=governance.exchange.scopes.all_scopes,
                                size=None,
                                verbose_name="what it may do",
                            ),
                        ),
                        (
                            "regions",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=15),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="regions",
                            ),
                        ),
                        (
                            "networks",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    max_length=43, validators=[governance.exchange.networks.check_network]
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="networks",
                            ),
                        ),
                        (
                            "per_minute",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="requests a minute"
                            ),
                        ),
                        ("key_hash", models.CharField(editable=False, max_length=64, unique=True)),
                        (
                            "key_hint",
                            models.CharField(editable=False, max_length=6, verbose_name="key ends with"),
                        ),
                        ("key_issued_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "previous_hash",
                            models.CharField(editable=False, max_length=64, null=True, unique=True),
                        ),
                        ("previous_hint", models.CharField(blank=True, editable=False, max_length=6)),
                        ("previous_until", models.DateTimeField(editable=False, null=True)),
                        (
                            "must_sign",
                            models.BooleanField(default=False, verbose_name="every request has to be signed"),
                        ),
                        (
                            "signing_secret",
                            governance.foundation.sealed.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "previous_secret",
                            governance.foundation.sealed.SealedField(blank=True, default="", editable=False),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "API client",
                        "verbose_name_plural": "API clients",
                        "ordering": ["code"],
                    },
                ),
                migrations.CreateModel(
                    name="KeptAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("owner", models.CharField(max_length=24)),
                        ("key", models.CharField(max_length=255)),
                        ("digest", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField()),
                        ("body", governance.foundation.sealed.SealedField(blank=True)),
                        ("at", models.DateTimeField(db_index=True)),
                    ],
                    options={
                        "verbose_name": "kept answer",
                        "verbose_name_plural": "kept answers",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("owner", "key"), name="exchange_answer_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key_hint", models.CharField(max_length=6)),
                        ("at", models.DateTimeField()),
                        ("method", models.CharField(max_length=8)),
                        ("path", models.CharField(max_length=300)),
                        ("status", models.PositiveSmallIntegerField()),
                        ("code", models.CharField(blank=True, max_length=40)),
                        ("took_ms", models.PositiveIntegerField()),
                        ("request_id", models.CharField(max_length=64)),
                        ("address", models.CharField(blank=True, max_length=45)),
                        ("ticket", models.CharField(blank=True, max_length=20)),
                        ("sent_bytes", models.PositiveIntegerField()),
                        ("answered_bytes", models.PositiveIntegerField()),
                        ("sent", models.TextField(blank=True)),
                        ("answered", models.TextField(blank=True)),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="calls",
                                to="exchange.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call of a client",
                        "verbose_name_plural": "calls of clients",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(fields=["-at", "-id"], name="exchange_call_at"),
                            models.Index(fields=["client", "-at", "-id"], name="exchange_call_client"),
                            models.Index(
                                condition=models.Q(("ticket", ""), _negated=True),
                                fields=["ticket"],
                                name="exchange_call_ticket",
                            ),
                            models.Index(fields=["request_id"], name="exchange_call_request"),
                            models.Index(
                                condition=models.Q(("status__gte", 400)),
                                fields=["-at", "-id"],
                                name="exchange_call_refused",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SpentNonce",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("nonce", models.CharField(max_length=64)),
                        ("at", models.DateTimeField(db_index=True)),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "used nonce",
                        "verbose_name_plural": "used nonces",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("client", "nonce"), name="exchange_nonce_once")
                        ],
                    },
                ),
            ],
        ),
    ]
