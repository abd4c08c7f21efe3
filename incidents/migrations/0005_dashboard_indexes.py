"""Two indexes hold what the dashboard counts, so that a day's intake and all open tickets are read without rows.

Flags (late, urged) stay out of them: setting one must not touch an index.
"""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
        ("grids", "0001_initial"),
        ("incidents", "0004_seen_from"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_newest",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_open_place",
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["-registered_at", "-id"],
                include=("source", "town", "community", "grid", "state"),
                name="ticket_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "accepted",
                            "dispatched",
                            "feedback",
                            "follow_up",
                            "handling",
                            "registered",
                            "returned",
                            "suspended",
                            "verifying",
                        ],
                    )
                ),
                fields=["region_path"],
                include=("state", "town", "community", "grid", "next_due_at"),
                name="ticket_open_place",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
    ]
