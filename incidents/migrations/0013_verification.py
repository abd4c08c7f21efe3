"""A stage in which somebody looks before a ticket is accepted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0012_pauses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="role",
            field=models.CharField(
                choices=[
                    ("lead", "Lead"),
                    ("co_handler", "Co-handler"),
                    ("registrar", "Registrar"),
                    ("verifier", "Verifier"),
                ],
                max_length=12,
            ),
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
                    ("verify", "To be verified"),
                    ("decide", "Return to be decided"),
                    ("review", "Suspension to be reviewed"),
                ],
                max_length=10,
                verbose_name="stage",
            ),
        ),
    ]
