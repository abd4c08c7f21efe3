"""What units that handle ask for, what decided returns teach, and due times whose every change stays on record."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
UPDATE incidents_duechange SET until = new_due_at, reason = 'external' WHERE kind = 'external';

CREATE FUNCTION due_change_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'UPDATE on incidents_duechange is refused: changes of due times are history'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER due_change_fixed BEFORE UPDATE ON incidents_duechange
    FOR EACH ROW EXECUTE FUNCTION due_change_fixed();
"""

BACKWARD = """
DROP TRIGGER due_change_fixed ON incidents_duechange;
DROP FUNCTION due_change_fixed();
UPDATE incidents_duechange SET reason = 'external_due_at' WHERE reason = 'external';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("grids", "0005_coverage"),
        ("incidents", "0010_routing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="duechange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("external", "The sender's own due time is earlier"),
                    ("given_back", "Time given back"),
                ],
                default="external",
                max_length=12,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="duechange",
            name="since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="duechange",
            name="until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="asked",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="is_final_assignment",
            field=models.BooleanField(default=False, verbose_name="assigned with binding force"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="return_count",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="stage",
            field=models.CharField(
                choices=[
                    ("accept", "To be accepted"),
                    ("dispatch", "To be dispatched"),
                    ("sign", "To be signed"),
                    ("handle", "To be handled"),
                    ("check", "To be checked"),
                    ("follow_up", "To be followed up"),
                    ("decide", "Return to be decided"),
                ],
                max_length=10,
                verbose_name="stage",
            ),
        ),
        migrations.CreateModel(
            name="RoutingCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category_code", models.CharField(max_length=6, verbose_name="category")),
                ("granted", models.PositiveIntegerField(default=0, verbose_name="returns granted")),
                ("refused", models.PositiveIntegerField(default=0, verbose_name="returns refused")),
                ("dispatched", models.PositiveIntegerField(default=0, verbose_name="dispatched there")),
                ("first_at", models.DateTimeField(verbose_name="first counted")),
                ("last_at", models.DateTimeField(verbose_name="last counted")),
                (
                    "from_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="from unit",
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
                    "to_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.orgunit",
                        verbose_name="to unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing candidate",
                "verbose_name_plural": "routing candidates",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category_code", "region", "from_unit", "to_unit"),
                        name="routing_candidate_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("return", "Return"),
                            ("extension", "Extension"),
                            ("suspension", "Suspension"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("terms", models.JSONField(blank=True, default=dict)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "To be decided"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consented_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests",
                        to="incidents.ticket",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.orgunit"
                    ),
                ),
            ],
            options={
                "verbose_name": "request of a unit",
                "verbose_name_plural": "requests of units",
                "indexes": [models.Index(fields=["ticket", "id"], name="request_ticket")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("ticket", "kind"),
                        name="request_waits_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
