"""The index of what falls due says what is left out of the assessment: rates are counted from it alone."""

from django.db import migrations, models
from django.db.models import Q

INCLUDE = ("state", "is_overdue", "feedback_at", "town", "community", "grid", "filed_grid", "now_grid")


class Migration(migrations.Migration):
    dependencies = [("incidents", "0023_covering")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_due"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=Q(due_at__isnull=False),
                fields=["due_at"],
                include=(*INCLUDE, "excluded_from_assessment"),
                name="ticket_due",
            ),
        ),
    ]
