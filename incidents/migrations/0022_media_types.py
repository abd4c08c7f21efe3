"""The media types of Word and Excel files are long."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0021_poor_answers")]

    operations = [
        migrations.AlterField(
            model_name="attachment", name="media_type", field=models.CharField(max_length=100)
        )
    ]
