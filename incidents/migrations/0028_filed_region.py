"""Where a ticket outside every grid was filed, if its region has been merged since."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0027_sight"), ("grids", "0007_rollout")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="filed_region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="grids.region",
            ),
        ),
    ]
