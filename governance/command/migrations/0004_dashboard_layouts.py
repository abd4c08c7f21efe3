"""How people have arranged their dashboards."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("command", "0003_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DashboardLayout",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("pages", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "arrangement of the dashboard",
                "verbose_name_plural": "arrangements of the dashboard",
                "default_permissions": ("view",),
            },
        ),
    ]
