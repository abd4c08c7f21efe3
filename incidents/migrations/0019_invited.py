"""Units that are called or consulted take part in a ticket."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0018_desks")]

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
                    ("invited", "Called or consulted"),
                ],
                max_length=12,
            ),
        ),
    ]
