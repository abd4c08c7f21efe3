"""The index along open tickets holds what the picture of the day counts: it is read without the table."""

from django.db import migrations, models

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
COUNTED = (
    "state",
    "town",
    "now_grid",
    "source",
    "holder",
    "next_due_at",
    "next_warn_at",
    "urgency",
    "is_key_report",
    "is_urged",
)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_points_and_telephones")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="ticket_open_newest"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["-registered_at", "-id"],
                include=COUNTED,
                condition=models.Q(state__in=OPEN),
                name="ticket_open_newest",
            ),
        ),
    ]
