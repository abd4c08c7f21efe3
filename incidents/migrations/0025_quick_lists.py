"""Indexes for marks that lists are filtered by, what runs out next, and what similar tickets are chosen by. They are
built while the site works on."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

MARKS = {
    "outside": Q(is_outside_grids=True),
    "confidential": Q(is_confidential=True),
    "auto_signed": Q(is_auto_signed=True),
    "was_late": Q(is_overdue=True),
    "of_city": Q(min_level="city"),
    "sensitive": Q(is_sensitive=True),
    "critical": Q(urgency="critical"),
    "asked": ~Q(asked=[]),
}
NEWEST = ["-registered_at", "-id"]


def build(index: models.Index) -> AddIndexConcurrently:
    """An index of tickets, without a lock that anybody would wait for."""
    return AddIndexConcurrently(model_name="ticket", index=index)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0024_assessed")]

    operations = [
        *(
            build(models.Index(fields=NEWEST, condition=condition, name=f"ticket_{name}"))
            for name, condition in MARKS.items()
        ),
        build(
            models.Index(
                fields=["next_due_at", "id"], condition=Q(next_due_at__isnull=False), name="ticket_next_due"
            )
        ),
        build(
            models.Index(
                fields=["community", *NEWEST],
                include=["category", "grid", "lon", "lat"],
                name="ticket_near",
            )
        ),
        RemoveIndexConcurrently(model_name="ticket", name="ticket_community"),
    ]
