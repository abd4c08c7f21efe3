"""Moves of residents from one household to another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0002_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ResidentMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="moved on")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("noted_at", models.DateTimeField(verbose_name="noted")),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "from_household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves_out",
                        to="registers.household",
                        verbose_name="from the household",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="registers.resident",
                        verbose_name="resident",
                    ),
                ),
                (
                    "to_household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves_in",
                        to="registers.household",
                        verbose_name="to the household",
                    ),
                ),
            ],
            options={
                "verbose_name": "move of a resident",
                "verbose_name_plural": "moves of residents",
                "indexes": [models.Index(fields=["resident", "-on", "-id"], name="resident_moves")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_household", models.F("to_household")), _negated=True),
                        name="resident_move_elsewhere",
                    )
                ],
            },
        ),
    ]
