"""Parts of co-handlers with clocks of their own; tickets that are split; urging."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
        ("grids", "0005_coverage"),
        ("incidents", "0015_sides"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketUrge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "urge",
                "verbose_name_plural": "urges",
                "default_permissions": ("view",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="deadline",
            name="deadline_runs_once",
        ),
        migrations.AddField(
            model_name="assignment",
            name="answer",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="assignment",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="assignment",
            name="result_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("resolved", "Resolved"),
                    ("explained", "Explained"),
                    ("stage_result", "Stage result"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("assigned", "To be signed"),
                    ("working", "At work"),
                    ("returning", "Return to be decided"),
                    ("answered", "Answered"),
                    ("released", "Released"),
                    ("unfinished", "Not finished"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="assignment",
            name="warn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="deadline",
            name="assignment",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deadlines",
                to="incidents.assignment",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="child_count",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="child tickets"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="parent",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="incidents.ticket",
                verbose_name="main ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="urge_count",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="times urged"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="urged_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="urged last"),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state__in", ["assigned", "returning", "working"])),
                fields=["unit", "due_at", "id"],
                name="assignment_inbox",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["parent"], name="ticket_parent"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_at", None)),
                fields=("ticket", "stage", "assignment"),
                name="deadline_runs_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent", None),
                    models.Q(models.Q(("parent", models.F("id")), _negated=True), ("child_count", 0)),
                    _connector="OR",
                ),
                name="ticket_split_one_level",
            ),
        ),
        migrations.AddField(
            model_name="ticketurge",
            name="step",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.step"
            ),
        ),
        migrations.AddField(
            model_name="ticketurge",
            name="ticket",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="urges",
                to="incidents.ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketurge",
            constraint=models.UniqueConstraint(fields=("ticket", "key"), name="urge_once"),
        ),
    ]
