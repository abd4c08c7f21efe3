"""What fell due and what was closed in a town is found without walking through the whole city's."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0031_closed_counted")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["town", "due_at"], condition=Q(due_at__isnull=False), name="ticket_town_due"
            ),
        ),
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                fields=["town", "closed_at"], condition=Q(closed_at__isnull=False), name="ticket_town_closed"
            ),
        ),
    ]
