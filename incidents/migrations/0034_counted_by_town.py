"""What falls due and what is closed is counted along town and time: two indexes instead of four.

A town reads its own part of a month; whoever reads the whole city skips from town to town (PostgreSQL 18).
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

PLACES = ["community", "grid", "filed_grid", "filed_region", "now_grid"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0033_announcements")]

    operations = [
        RemoveIndexConcurrently(model_name="ticket", name="ticket_due"),
        RemoveIndexConcurrently(model_name="ticket", name="ticket_town_due"),
        RemoveIndexConcurrently(model_name="ticket", name="ticket_town_closed"),
        RemoveIndexConcurrently(model_name="ticket", name="ticket_closed_at"),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["town", "due_at"],
                include=["state", "is_overdue", "feedback_at", *PLACES, "excluded_from_assessment"],
                condition=Q(due_at__isnull=False),
                name="ticket_town_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["town", "closed_at"],
                include=["state", *PLACES, "source", "min_level", "closure_kind", "rework_count"],
                condition=Q(closed_at__isnull=False),
                name="ticket_town_closed",
            ),
        ),
    ]
