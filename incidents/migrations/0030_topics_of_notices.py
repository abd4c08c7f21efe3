"""Notices of policies and of online opinion have topics of their own; those that were told before get them."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PLACES = {"/policies/": "policy", "/m/policies/": "policy", "/opinions/": "opinion"}


def name_topics(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """By where they lead."""
    notices = apps.get_model("incidents", "Notice").objects
    for place, topic in PLACES.items():
        notices.filter(topic="other", url__startswith=place).update(topic=topic)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0029_filed_region_counted")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="topic",
            field=models.CharField(
                choices=[
                    ("alarm", "Alarms"),
                    ("work", "New work"),
                    ("decision", "Requests and decisions"),
                    ("citizen", "To be passed on to citizens"),
                    ("oversight", "Supervision"),
                    ("consultation", "Whistles and consultations"),
                    ("follow_up", "Follow-up and appeals"),
                    ("policy", "Policy notices"),
                    ("opinion", "Online opinion"),
                    ("other", "Other notices"),
                ],
                default="other",
                max_length=12,
            ),
        ),
        migrations.RunPython(name_topics, migrations.RunPython.noop),
    ]
