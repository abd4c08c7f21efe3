"""Visits and responsible workers of a whole city are counted along an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("registers", "0006_visited_on")]

    operations = [
        AddIndexConcurrently(
            model_name="household",
            index=models.Index(
                fields=["path"],
                include=["visited_on", "responsible"],
                condition=Q(is_active=True),
                name="household_care",
                opclasses=["varchar_pattern_ops"],
            ),
        )
    ]
