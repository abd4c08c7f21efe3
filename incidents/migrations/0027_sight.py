"""Who sees a ticket, together with the words in it; and a small index of who sees those that are open."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations
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


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0026_newest_of_a_telephone")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=GinIndex(
                fields=["seen_from"],
                condition=Q(state__in=OPEN),
                name="ticket_open_seen",
                fastupdate=False,
            ),
        ),
        RemoveIndexConcurrently(model_name="ticket", name="ticket_search"),
        AddIndexConcurrently(
            model_name="ticket", index=GinIndex(fields=["search", "seen_from"], name="ticket_search")
        ),
    ]
