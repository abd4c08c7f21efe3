"""What one telephone brought last, read in that order."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0025_quick_lists")]

    operations = [
        RemoveIndexConcurrently(model_name="requester", name="requester_phone"),
        AddIndexConcurrently(
            model_name="requester",
            index=models.Index(fields=["phone", "-ticket"], condition=~Q(phone=""), name="requester_phone"),
        ),
    ]
