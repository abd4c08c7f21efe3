"""Clocks that stand still, time granted on top, and notices for oversight and for whoever tells the citizen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0011_requests"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="paused_at",
            field=models.DateTimeField(null=True, verbose_name="paused"),
        ),
        migrations.AddField(
            model_name="duechange",
            name="amount",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="duechange",
            name="amount_unit",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="deadline",
            name="stage",
            field=models.CharField(
                choices=[
                    ("accept", "To be accepted"),
                    ("dispatch", "To be dispatched"),
                    ("sign", "To be signed"),
                    ("handle", "To be handled"),
                    ("check", "To be checked"),
                    ("follow_up", "To be followed up"),
                    ("decide", "Return to be decided"),
                    ("review", "Suspension to be reviewed"),
                ],
                max_length=10,
                verbose_name="stage",
            ),
        ),
        migrations.AlterField(
            model_name="duechange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("external", "The sender's own due time is earlier"),
                    ("given_back", "Time given back"),
                    ("extended", "Extended"),
                    ("paused", "Paused"),
                    ("resumed", "Resumed"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="audience",
            field=models.CharField(
                choices=[
                    ("handlers", "Handlers"),
                    ("leads", "Unit leads"),
                    ("duty", "Duty officer"),
                    ("oversight", "Oversight officer"),
                    ("citizen", "To be passed on to the citizen"),
                ],
                max_length=10,
            ),
        ),
    ]
