"""What supervision writes on a ticket, files that are kept as proof elsewhere, and the indexes of its ladder."""

from django.db import migrations, models
from django.db.models import Q

OPEN = sorted(
    [
        "accepted",
        "dispatched",
        "feedback",
        "follow_up",
        "handling",
        "registered",
        "returned",
        "suspended",
        "verifying",
    ]
)


def rare(name: str, column: str) -> migrations.AddIndex:
    """The index of a filter that few tickets fit."""
    return migrations.AddIndex(
        model_name="ticket",
        index=models.Index(
            condition=Q((column, True)), fields=["-registered_at", "-id"], name=f"ticket_{name}"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0019_invited")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="is_supervised",
            field=models.BooleanField(default=False, editable=False, verbose_name="supervised"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="has_instruction",
            field=models.BooleanField(default=False, editable=False, verbose_name="leader's instruction"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="excluded_from_assessment",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="left out of the assessment"
            ),
        ),
        migrations.AddField(
            model_name="attachment", name="is_kept", field=models.BooleanField(default=False)
        ),
        rare("supervised", "is_supervised"),
        rare("instructed", "has_instruction"),
        rare("excluded", "excluded_from_assessment"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=Q(("due_at__isnull", False), ("feedback_at__isnull", True), ("state__in", OPEN)),
                fields=["due_at", "id"],
                name="ticket_running_due",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=Q(("repeat_of__isnull", False)), fields=["registered_at"], name="ticket_repeats"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(condition=Q(("verb", "redo")), fields=["ticket"], name="step_redo"),
        ),
    ]
