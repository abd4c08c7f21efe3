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
        ("grids", "0001_initial"),
        ("incidents", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="FieldGrant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reader",
                            models.CharField(
                                choices=[
                                    ("police", "The police read a ticket"),
                                    ("centre", "The centre reads a matter of 110"),
                                ],
                                max_length=8,
                                verbose_name="reader",
                            ),
                        ),
                        ("field", models.CharField(max_length=20, verbose_name="field")),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("clear", "In the clear"),
                                    ("masked", "Masked; shown with a reason"),
                                    ("hidden", "Not shown"),
                                ],
                                max_length=8,
                                verbose_name="level",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                    ],
                    options={
                        "verbose_name": "right to read a field",
                        "verbose_name_plural": "rights to read fields",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("reader", "field", "valid_from"), name="police_grant_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoliceIncident",
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
                                    ("offered", "To be decided"),
                                    ("disputed", "Disputed"),
                                    ("accepted", "With the centre"),
                                    ("joint", "Handled jointly"),
                                    ("refused", "Not accepted"),
                                    ("kept", "Kept by the first receiver"),
                                    ("handing", "Handed over, not taken yet"),
                                    ("taken", "Taken by 110"),
                                    ("withdrawn", "Withdrawn by 110"),
                                ],
                                default="offered",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[("in", "From 110"), ("out", "To 110")],
                                default="in",
                                max_length=4,
                                verbose_name="direction",
                            ),
                        ),
                        (
                            "first_receiver",
                            models.CharField(
                                choices=[("police", "110"), ("centre", "Linkage centre")],
                                default="police",
                                max_length=8,
                                verbose_name="first receiver",
                            ),
                        ),
                        (
                            "external_no",
                            models.CharField(max_length=80, null=True, verbose_name="Number at 110"),
                        ),
                        ("digest", models.CharField(blank=True, editable=False, max_length=64)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("dispute", "Dispute"),
                                    ("help", "Call for help"),
                                    ("facility", "Public facility"),
                                    ("discharge", "Illegal discharge"),
                                    ("nature", "Trees and water"),
                                    ("property", "Property management"),
                                    ("noise", "Noise"),
                                    ("parking", "Moving a car"),
                                    ("other", "Other matter"),
                                ],
                                default="other",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "category_code",
                            models.CharField(blank=True, max_length=6, verbose_name="category"),
                        ),
                        (
                            "urgency",
                            models.CharField(
                                choices=[
                                    ("normal", "Normal"),
                                    ("urgent", "Urgent"),
                                    ("critical", "Critical"),
                                ],
                                default="normal",
                                max_length=10,
                                verbose_name="urgency",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("content", models.TextField(verbose_name="What was reported")),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("lon", models.FloatField(null=True)),
                        ("lat", models.FloatField(null=True)),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        (
                            "caller_name",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="caller"
                            ),
                        ),
                        (
                            "caller_phone",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="telephone"
                            ),
                        ),
                        (
                            "officer",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="officer"
                            ),
                        ),
                        (
                            "police_unit",
                            models.CharField(blank=True, max_length=80, verbose_name="police unit"),
                        ),
                        ("dealt", models.TextField(blank=True, verbose_name="What the police did first")),
                        (
                            "police_note",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="note of the police"
                            ),
                        ),
                        ("received_at", models.DateTimeField(verbose_name="Call received")),
                        ("sent_at", models.DateTimeField(verbose_name="Handed over")),
                        ("day", models.DateField(verbose_name="day")),
                        ("external_due_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("warn_at", models.DateTimeField(null=True)),
                        ("warned_for", models.DateTimeField(editable=False, null=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("is_binding", models.BooleanField(default=False)),
                        ("result", models.TextField(blank=True)),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticketsource",
                                verbose_name="source",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="police_incidents",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "matter of the police link",
                        "verbose_name_plural": "matters of the police link",
                        "indexes": [
                            models.Index(fields=["-sent_at", "-id"], name="police_incident_newest"),
                            models.Index(fields=["day"], name="police_incident_day"),
                            models.Index(
                                fields=["region_path"],
                                name="police_incident_place",
                                opclasses=["varchar_pattern_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("ticket__isnull", False)),
                                fields=["ticket"],
                                name="police_incident_ticket",
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at"],
                                name="police_incident_due",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "offered",
                                            "disputed",
                                            "accepted",
                                            "joint",
                                            "refused",
                                            "kept",
                                            "handing",
                                            "taken",
                                            "withdrawn",
                                        ],
                                    )
                                ),
                                name="police_incident_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("direction", "in")),
                                fields=("source", "external_no"),
                                name="police_incident_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "handing")),
                                fields=("ticket",),
                                name="police_incident_handed_over_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["accepted", "joint", "handing"]), _negated=True),
                                    ("ticket__isnull", False),
                                    _connector="OR",
                                ),
                                name="police_incident_with_us_has_a_ticket",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("direction", "in"), _negated=True),
                                    ("external_no__isnull", False),
                                    _connector="OR",
                                ),
                                name="police_incident_has_its_number",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoliceStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("count", models.PositiveIntegerField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("given_at", models.DateTimeField()),
                        ("given_by", models.CharField(max_length=80)),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticketsource",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "daily statement of 110",
                        "verbose_name_plural": "daily statements of 110",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "day"), name="police_statement_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoliceStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=20)),
                        ("from_state", models.CharField(blank=True, max_length=10)),
                        ("to_state", models.CharField(max_length=10)),
                        ("at", models.DateTimeField()),
                        ("actor_name", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(blank=True, max_length=24)),
                        ("words", models.TextField(blank=True)),
                        ("data", models.JSONField(blank=True, default=dict)),
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
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="police_link.policeincident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of the police link",
                        "verbose_name_plural": "steps of the police link",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="StatementLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("external_no", models.CharField(max_length=80)),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="police_link.policestatement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a statement",
                        "verbose_name_plural": "lines of statements",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "external_no"), name="police_statement_line_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
