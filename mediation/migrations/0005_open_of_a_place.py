"""The index of open cases by place holds what a desk counts: figures of a place need no page of the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0004_words"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="mediationcase",
            name="mediation_case_here",
        ),
        migrations.AddIndex(
            model_name="mediationcase",
            index=models.Index(
                condition=models.Q(("archived_at", None), models.Q(("state", "not_mediable"), _negated=True)),
                fields=["region_path"],
                include=("state", "risk_color", "next_due_at", "handled_by", "id"),
                name="mediation_case_here",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
    ]
