"""The shares from which an overlay is suggested: data beside the other tolerances of the standard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0003_spell_grids"),
    ]

    operations = [
        migrations.AddField(
            model_name="gridstandard",
            name="overlay_grid_share",
            field=models.FloatField(default=0.5, verbose_name="or from this share of the grid"),
        ),
        migrations.AddField(
            model_name="gridstandard",
            name="overlay_share",
            field=models.FloatField(
                default=0.1, verbose_name="an overlay is suggested from this share of the professional grid"
            ),
        ),
        migrations.AddConstraint(
            model_name="gridstandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overlay_share__gt", 0),
                    ("overlay_share__lte", 1),
                    ("overlay_grid_share__gt", 0),
                    ("overlay_grid_share__lte", 1),
                ),
                name="standard_overlay_shares",
            ),
        ),
    ]
