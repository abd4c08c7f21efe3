"""Lists of what is open or late, newest first, along an index of open tickets only; better known words."""

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
STATISTICS = "ALTER TABLE incidents_ticket ALTER COLUMN search SET STATISTICS {}"


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_dashboard_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["-registered_at", "-id"],
                condition=models.Q(state__in=OPEN),
                name="ticket_open_newest",
            ),
        ),
        migrations.RunSQL(STATISTICS.format(400), STATISTICS.format(-1)),
    ]
