"""The newest poor answers of citizens, for the oversight board."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("incidents", "0020_supervision")]

    operations = [
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=Q(satisfaction__in=["1", "2"]) | Q(outcome__in=["partly", "unsolved"]),
                fields=["-at", "-id"],
                name="follow_up_poor",
            ),
        )
    ]
