"""The indexes that statistics are counted along also say under which region a ticket was filed."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OPEN = [
    "accepted",
    "dispatched",
    "feedback",
    "follow_up",
    "handling",
    "registered",
    "returned",
    "suspended",
    "verifying",
]
PLACES = ["town", "community", "grid"]
FILED = ["filed_grid", "filed_region", "now_grid"]
REBUILT = (
    models.Index(
        fields=["-registered_at", "-id"], include=["source", *PLACES, "state", *FILED], name="ticket_newest"
    ),
    models.Index(
        fields=["region_path"],
        include=["state", *PLACES, "next_due_at", *FILED],
        condition=Q(state__in=OPEN),
        name="ticket_open_place",
        opclasses=["varchar_pattern_ops"],
    ),
    models.Index(
        fields=["due_at"],
        include=["state", "is_overdue", "feedback_at", *PLACES, *FILED, "excluded_from_assessment"],
        condition=Q(due_at__isnull=False),
        name="ticket_due",
    ),
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0028_filed_region")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["filed_region", "-registered_at", "-id"],
                condition=Q(filed_region__isnull=False),
                name="ticket_filed_region",
            ),
        ),
        *(
            step
            for index in REBUILT
            for step in (
                RemoveIndexConcurrently(model_name="ticket", name=index.name),
                AddIndexConcurrently(model_name="ticket", index=index),
            )
        ),
    ]
