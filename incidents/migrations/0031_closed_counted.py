"""The index of closed tickets carries what the goal panel counts, so that a month of them is counted from it alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

PLACES = ["town", "community", "grid"]
ELSEWHERE = ["filed_grid", "filed_region", "now_grid"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0030_topics_of_notices")]

    operations = [
        RemoveIndexConcurrently(model_name="ticket", name="ticket_closed_at"),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["closed_at"],
                include=["state", *PLACES, *ELSEWHERE, "source", "min_level", "closure_kind", "rework_count"],
                condition=Q(closed_at__isnull=False),
                name="ticket_closed_at",
            ),
        ),
    ]
