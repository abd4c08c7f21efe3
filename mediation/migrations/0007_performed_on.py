"""A receipt says on which day was performed; of those that are there, it was the day they were put down."""

from django.db import migrations, models

FILL = """UPDATE mediation_receipt SET performed_on = (at AT TIME ZONE 'Asia/Shanghai')::date"""


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0006_suspension"),
    ]

    operations = [
        migrations.AddField("receipt", "performed_on", models.DateField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("receipt", "performed_on", models.DateField()),
    ]
