import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("grids", "0001_initial"),
        ("incidents", "0001_initial"),
        ("mandates", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="InspectionPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="year")),
                        ("quota", models.PositiveSmallIntegerField(verbose_name="quota")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="basis")),
                    ],
                    options={
                        "verbose_name": "inspection plan",
                        "verbose_name_plural": "inspection plans",
                    },
                ),
                migrations.CreateModel(
                    name="RecurrenceCursor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("last_ticket", models.BigIntegerField()),
                    ],
                    options={
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Appeal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("lodged", "Lodged, to be reviewed"),
                                    ("reviewed", "Reviewed, to be decided"),
                                    ("granted", "Granted"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="lodged",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("overdue", "Counted as overdue"),
                                    ("dissatisfied", "Counted as dissatisfied"),
                                ],
                                max_length=14,
                                verbose_name="against",
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("reason", models.TextField(verbose_name="reason")),
                        ("result_at", models.DateTimeField(verbose_name="result of")),
                        ("advice", models.CharField(blank=True, max_length=8)),
                        ("lodged_at", models.DateTimeField(verbose_name="lodged")),
                        ("due_at", models.DateTimeField(verbose_name="to be decided by")),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("warn_at", models.DateTimeField(editable=False, null=True)),
                        ("next_alarm_at", models.DateTimeField(editable=False, null=True)),
                        ("rung", models.PositiveSmallIntegerField(default=0, editable=False)),
                        (
                            "lodged_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="appeals",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "appeal",
                        "verbose_name_plural": "appeals",
                        "indexes": [
                            models.Index(fields=["lodged_at", "id"], name="appeal_newest"),
                            models.Index(
                                condition=models.Q(("next_alarm_at__isnull", False)),
                                fields=["next_alarm_at"],
                                name="appeal_alarm",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["lodged", "reviewed", "granted", "refused", "withdrawn"])
                                ),
                                name="appeal_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "withdrawn"), _negated=True),
                                fields=("ticket", "kind"),
                                name="appeal_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Checklist",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=24, verbose_name="code")),
                        ("edition", models.PositiveSmallIntegerField(default=1)),
                        ("title", models.CharField(max_length=80, verbose_name="title")),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("town", "Town or street"),
                                    ("community", "Village or community"),
                                    ("grid", "Grid"),
                                ],
                                max_length=12,
                                verbose_name="asked at each",
                            ),
                        ),
                        ("items", models.JSONField(default=list, verbose_name="items")),
                        ("is_active", models.BooleanField(default=True)),
                    ],
                    options={
                        "verbose_name": "checklist",
                        "verbose_name_plural": "checklists",
                        "constraints": [
                            models.UniqueConstraint(fields=("code", "edition"), name="checklist_edition")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Inspection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Outside the plan, to be approved"),
                                    ("planned", "Planned"),
                                    ("refused", "Refused"),
                                    ("running", "Running"),
                                    ("closed", "Closed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="planned",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("inspection", "Inspection"),
                                    ("review_campaign", "Review campaign"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                        ("region_path", models.CharField(max_length=80)),
                        ("year", models.PositiveSmallIntegerField()),
                        ("is_in_plan", models.BooleanField(default=True)),
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        (
                            "every",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("weekly", "Weekly"),
                                    ("monthly", "Monthly"),
                                    ("quarterly", "Quarterly"),
                                    ("yearly", "Yearly"),
                                ],
                                max_length=10,
                                verbose_name="comes again",
                            ),
                        ),
                        (
                            "inspector_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("summary", models.TextField(blank=True)),
                        ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "checklist",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inspections",
                                to="supervision.checklist",
                            ),
                        ),
                        (
                            "follows",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="next",
                                to="supervision.inspection",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "inspection",
                        "verbose_name_plural": "inspections",
                        "indexes": [
                            models.Index(fields=["prepared_at", "id"], name="inspection_newest"),
                            models.Index(fields=["year", "is_in_plan"], name="inspection_year"),
                            models.Index(
                                condition=models.Q(
                                    models.Q(("every", ""), _negated=True),
                                    models.Q(("state", "cancelled"), _negated=True),
                                ),
                                fields=["ends_on"],
                                name="inspection_again",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["proposed", "planned", "refused", "running", "closed", "cancelled"],
                                    )
                                ),
                                name="inspection_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="inspection_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InspectionTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("name", models.CharField(max_length=120)),
                        ("town_name", models.CharField(blank=True, max_length=80)),
                        ("done_at", models.DateTimeField(null=True)),
                        ("note", models.TextField(blank=True)),
                        (
                            "grid",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="supervision.inspection",
                            ),
                        ),
                        (
                            "inspector",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "task",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="found_at",
                                to="supervision.supervisiontask",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "place of an inspection",
                        "verbose_name_plural": "places of inspections",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("done_at", None)),
                                fields=["inspector"],
                                name="inspection_to_do",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("inspection", "region_path"), name="inspection_place_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=24)),
                        ("label", models.CharField(max_length=160)),
                        ("is_in_place", models.BooleanField()),
                        (
                            "severity",
                            models.CharField(
                                blank=True, choices=[("minor", "Minor"), ("serious", "Serious")], max_length=8
                            ),
                        ),
                        ("text", models.CharField(blank=True, max_length=400)),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="findings",
                                to="supervision.inspectiontarget",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "finding",
                        "verbose_name_plural": "findings",
                        "constraints": [
                            models.UniqueConstraint(fields=("target", "code"), name="finding_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("is_in_place", True), ("severity", "")),
                                    models.Q(("is_in_place", False), ("severity__in", ["minor", "serious"])),
                                    _connector="OR",
                                ),
                                name="finding_has_severity",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeaderInstruction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("given", "Given, with oversight"),
                                    ("routed", "Sent to the unit"),
                                    ("answered", "Answered"),
                                    ("concluded", "Concluded"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="given",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("subject", models.CharField(max_length=160, verbose_name="subject")),
                        ("text", models.TextField(verbose_name="instruction")),
                        ("due_on", models.DateField(verbose_name="answer by")),
                        ("answer", models.TextField(blank=True, verbose_name="answer")),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("given_at", models.DateTimeField(verbose_name="given")),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "leader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructions",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructions",
                                to="supervision.supervisiontask",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "leader's instruction",
                        "verbose_name_plural": "leaders' instructions",
                        "indexes": [models.Index(fields=["given_at", "id"], name="instruction_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["given", "routed", "answered", "concluded", "withdrawn"])
                                ),
                                name="instruction_state_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OversightStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=20)),
                        ("from_state", models.CharField(blank=True, max_length=12)),
                        ("to_state", models.CharField(max_length=12)),
                        ("at", models.DateTimeField()),
                        ("actor_name", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(blank=True, max_length=24)),
                        ("opinion", models.TextField(blank=True)),
                        ("data", models.JSONField(blank=True, default=dict)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "appeal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="supervision.appeal",
                            ),
                        ),
                        (
                            "inspection",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="supervision.inspection",
                            ),
                        ),
                        (
                            "instruction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="supervision.leaderinstruction",
                            ),
                        ),
                        (
                            "recurrence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="supervision.recurrencewarning",
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="supervision.supervisionbulletin",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="supervision.supervisiontask",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of oversight",
                        "verbose_name_plural": "steps of oversight",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("appeal__isnull", True),
                                        ("bulletin__isnull", True),
                                        ("inspection__isnull", True),
                                        ("instruction__isnull", True),
                                        ("recurrence__isnull", True),
                                        ("task__isnull", False),
                                    ),
                                    models.Q(
                                        ("appeal__isnull", False),
                                        ("bulletin__isnull", True),
                                        ("inspection__isnull", True),
                                        ("instruction__isnull", True),
                                        ("recurrence__isnull", True),
                                        ("task__isnull", True),
                                    ),
                                    models.Q(
                                        ("appeal__isnull", True),
                                        ("bulletin__isnull", True),
                                        ("inspection__isnull", True),
                                        ("instruction__isnull", False),
                                        ("recurrence__isnull", True),
                                        ("task__isnull", True),
                                    ),
                                    models.Q(
                                        ("appeal__isnull", True),
                                        ("bulletin__isnull", True),
                                        ("inspection__isnull", False),
                                        ("instruction__isnull", True),
                                        ("recurrence__isnull", True),
                                        ("task__isnull", True),
                                    ),
                                    models.Q(
                                        ("appeal__isnull", True),
                                        ("bulletin__isnull", False),
                                        ("inspection__isnull", True),
                                        ("instruction__isnull", True),
                                        ("recurrence__isnull", True),
                                        ("task__isnull", True),
                                    ),
                                    models.Q(
                                        ("appeal__isnull", True),
                                        ("bulletin__isnull", True),
                                        ("inspection__isnull", True),
                                        ("instruction__isnull", True),
                                        ("recurrence__isnull", False),
                                        ("task__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="oversight_step_has_one_owner",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proof",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supervision_proof",
                                to="incidents.attachment",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proofs",
                                to="supervision.oversightstep",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proofs",
                                to="supervision.inspectiontarget",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "proof",
                        "verbose_name_plural": "proofs",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("step", None), ("target__isnull", False)),
                                    models.Q(("step__isnull", False), ("target", None)),
                                    _connector="OR",
                                ),
                                name="proof_has_one_owner",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecurrenceWarning",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "To be taken in hand"),
                                    ("acknowledged", "In hand"),
                                    ("resolved", "Resolved"),
                                    ("expired", "Lapsed"),
                                    ("dismissed", "No recurrence"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("place", "Place"), ("person", "Person")],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("subject", models.CharField(max_length=200, verbose_name="what recurs")),
                        ("category_code", models.CharField(blank=True, editable=False, max_length=6)),
                        ("lon", models.FloatField(editable=False, null=True)),
                        ("lat", models.FloatField(editable=False, null=True)),
                        ("place", models.CharField(blank=True, editable=False, max_length=200)),
                        ("person_key", models.CharField(blank=True, editable=False, max_length=64)),
                        ("region_path", models.CharField(max_length=80)),
                        ("is_sensitive", models.BooleanField(default=False)),
                        ("times", models.PositiveSmallIntegerField()),
                        ("days", models.PositiveSmallIntegerField()),
                        ("count", models.PositiveIntegerField(default=0, verbose_name="tickets")),
                        ("raised_at", models.DateTimeField(verbose_name="raised")),
                        ("last_at", models.DateTimeField(verbose_name="last time")),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "person",
                            models.CharField(blank=True, max_length=60, verbose_name="responsible person"),
                        ),
                        ("measure", models.TextField(blank=True, verbose_name="measure")),
                    ],
                    options={
                        "verbose_name": "recurrence warning",
                        "verbose_name_plural": "recurrence warnings",
                        "indexes": [
                            models.Index(fields=["last_at", "id"], name="recurrence_newest"),
                            models.Index(
                                condition=models.Q(("kind", "place")),
                                fields=["category_code", "lat"],
                                name="recurrence_place",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "person")),
                                fields=["person_key"],
                                name="recurrence_person",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["open", "acknowledged", "resolved", "expired", "dismissed"],
                                    )
                                ),
                                name="recurrence_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "place"), ("person_key", "")),
                                    models.Q(("kind", "person"), models.Q(("person_key", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="recurrence_of_one",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("kind", "person"), ("state__in", ["open", "acknowledged"])
                                ),
                                fields=("person_key",),
                                name="recurrence_of_person_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecurrenceTicket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recurrences",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "warning",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="supervision.recurrencewarning",
                            ),
                        ),
                    ],
                    options={
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("warning", "ticket"), name="recurrence_ticket_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecurringSupervision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("demands", models.TextField(verbose_name="demands")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("urge", "Urge"),
                                    ("supervise", "Supervise"),
                                    ("listed_supervision", "Listed supervision"),
                                    ("interview", "Interview"),
                                ],
                                default="supervise",
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        (
                            "every",
                            models.CharField(
                                choices=[
                                    ("weekly", "Weekly"),
                                    ("monthly", "Monthly"),
                                    ("quarterly", "Quarterly"),
                                    ("yearly", "Yearly"),
                                ],
                                max_length=10,
                                verbose_name="comes again",
                            ),
                        ),
                        ("first_on", models.DateField(verbose_name="first day")),
                        ("next_on", models.DateField(verbose_name="next time")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                        ("is_active", models.BooleanField(default=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "regular supervision",
                        "verbose_name_plural": "regular supervisions",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_active", True)),
                                fields=["next_on"],
                                name="supervision_recurring",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupervisionBulletin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("published", "Published"),
                                    ("discarded", "Discarded"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("opening", models.TextField(blank=True, verbose_name="opening")),
                        ("demands", models.TextField(blank=True, verbose_name="demands")),
                        ("region_path", models.CharField(max_length=80)),
                        ("as_of", models.DateTimeField(verbose_name="as of")),
                        ("published_at", models.DateTimeField(null=True)),
                        (
                            "drafted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bulletin of listed items",
                        "verbose_name_plural": "bulletins of listed items",
                        "indexes": [models.Index(fields=["as_of", "id"], name="supervision_bulletin_new")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["draft", "published", "discarded"])),
                                name="supervision_bulletin_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulletinReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="supervision.supervisionbulletin",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "receipt of a bulletin",
                        "verbose_name_plural": "receipts of bulletins",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("bulletin", "unit"), name="supervision_receipt_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupervisionRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=40, verbose_name="rule")),
                        ("value", models.JSONField(verbose_name="value")),
                        ("valid_from", models.DateTimeField(verbose_name="in force from")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                        ("made_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule value of supervision",
                        "verbose_name_plural": "rule values of supervision",
                        "indexes": [
                            models.Index(fields=["key", "valid_from", "id"], name="supervision_rule_in_force")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupervisionTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("created", "Created, to be sent"),
                                    ("notified", "Sent, to be signed"),
                                    ("rectifying", "Being rectified"),
                                    ("submitted", "Reported, to be checked"),
                                    ("accepted", "Accepted, to be scored"),
                                    ("rejected", "Rejected"),
                                    ("escalated", "Escalated"),
                                    ("closed", "Closed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="created",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("urge", "Urge"),
                                    ("supervise", "Supervise"),
                                    ("listed_supervision", "Listed supervision"),
                                    ("interview", "Interview"),
                                ],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("overdue", "Overdue"),
                                    ("refused", "Refused to take it"),
                                    ("unsolved", "Could be solved and was not"),
                                    ("dissatisfied", "Citizen dissatisfied twice"),
                                    ("rework", "Reworked twice"),
                                    ("repeated", "Repeated complaints"),
                                    ("instruction", "Leader's instruction"),
                                    ("inspection", "Found by an inspection"),
                                    ("bulletin", "Named in a bulletin"),
                                    ("recurring", "Regular supervision"),
                                    ("relapse", "Back after rectification"),
                                ],
                                max_length=16,
                                verbose_name="cause",
                            ),
                        ),
                        ("origin", models.CharField(editable=False, max_length=60, null=True, unique=True)),
                        (
                            "object_kind",
                            models.CharField(
                                choices=[
                                    ("ticket", "Ticket"),
                                    ("unit", "Unit"),
                                    ("grid", "Grid"),
                                    ("region", "Region"),
                                    ("item", "List item"),
                                ],
                                max_length=8,
                                verbose_name="object",
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("title", models.CharField(max_length=160, verbose_name="title")),
                        ("demands", models.TextField(verbose_name="demands")),
                        ("plan", models.TextField(blank=True, verbose_name="plan of rectification")),
                        (
                            "person",
                            models.CharField(blank=True, max_length=60, verbose_name="responsible person"),
                        ),
                        ("limit_on", models.DateField(null=True, verbose_name="to be rectified by")),
                        ("created_at", models.DateTimeField(verbose_name="created")),
                        ("notified_at", models.DateTimeField(null=True)),
                        ("accepted_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                        ("warn_at", models.DateTimeField(null=True)),
                        ("is_auto_signed", models.BooleanField(default=False)),
                        ("rejected_count", models.PositiveSmallIntegerField(default=0)),
                        ("escalated_count", models.PositiveSmallIntegerField(default=0)),
                        ("is_accountable", models.BooleanField(default=False, verbose_name="accountability")),
                        ("interviewed_on", models.DateField(null=True)),
                        ("score", models.PositiveSmallIntegerField(null=True, verbose_name="score")),
                        (
                            "recheck",
                            models.CharField(
                                blank=True,
                                choices=[("held", "Stayed in order"), ("relapsed", "Is back")],
                                max_length=10,
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "duty_item",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mandates.dutyitem",
                            ),
                        ),
                        (
                            "follows",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followers",
                                to="supervision.supervisiontask",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supervision_tasks",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="unit that has to answer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "supervision task",
                        "verbose_name_plural": "supervision tasks",
                        "indexes": [
                            models.Index(fields=["created_at", "id"], name="supervision_newest"),
                            models.Index(fields=["unit", "created_at", "id"], name="supervision_unit"),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "created",
                                            "escalated",
                                            "notified",
                                            "rectifying",
                                            "rejected",
                                            "submitted",
                                        ],
                                    )
                                ),
                                fields=["due_at", "id"],
                                name="supervision_open_due",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("kind__in", ["interview", "listed_supervision"]),
                                    (
                                        "state__in",
                                        [
                                            "accepted",
                                            "created",
                                            "escalated",
                                            "notified",
                                            "rectifying",
                                            "rejected",
                                            "submitted",
                                        ],
                                    ),
                                ),
                                fields=["created_at"],
                                name="supervision_listed",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "created",
                                            "notified",
                                            "rectifying",
                                            "submitted",
                                            "accepted",
                                            "rejected",
                                            "escalated",
                                            "closed",
                                            "withdrawn",
                                        ],
                                    )
                                ),
                                name="supervision_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["urge", "supervise", "listed_supervision", "interview"])
                                ),
                                name="supervision_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("object_kind", "ticket"), ("ticket__isnull", False)),
                                    models.Q(("grid__isnull", False), ("object_kind", "grid")),
                                    models.Q(("object_kind", "region"), ("region__isnull", False)),
                                    models.Q(("duty_item__isnull", False), ("object_kind", "item")),
                                    ("object_kind", "unit"),
                                    _connector="OR",
                                ),
                                name="supervision_has_object",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("score__isnull", True),
                                    models.Q(("score__gte", 1), ("score__lte", 100)),
                                    _connector="OR",
                                ),
                                name="supervision_score_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulletinItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("urge", "Urge"),
                                    ("supervise", "Supervise"),
                                    ("listed_supervision", "Listed supervision"),
                                    ("interview", "Interview"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("title", models.CharField(max_length=160)),
                        ("place", models.CharField(blank=True, max_length=120)),
                        ("due_at", models.DateTimeField()),
                        ("overdue_days", models.PositiveSmallIntegerField()),
                        ("left_out", models.CharField(blank=True, max_length=200)),
                        (
                            "ticket",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="supervision.supervisionbulletin",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="named_in",
                                to="supervision.supervisiontask",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "line of a bulletin",
                        "verbose_name_plural": "lines of bulletins",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ticket__isnull", False)),
                                fields=("bulletin", "ticket"),
                                name="bulletin_ticket_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("task__isnull", False)),
                                fields=("bulletin", "task"),
                                name="bulletin_task_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaskClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("send", "To be sent"),
                                    ("sign", "To be signed"),
                                    ("rectify", "To be rectified"),
                                    ("check", "To be checked"),
                                    ("score", "To be scored"),
                                    ("recheck", "To be looked at again"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("amount", models.PositiveIntegerField()),
                        ("amount_unit", models.CharField(max_length=8)),
                        ("clock", models.CharField(max_length=8)),
                        ("calendar", models.CharField(max_length=40)),
                        ("started_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("warn_at", models.DateTimeField()),
                        ("stopped_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Running"),
                                    ("met", "In time"),
                                    ("late", "Late"),
                                    ("cancelled", "No longer needed"),
                                ],
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("rung", models.PositiveSmallIntegerField(default=0)),
                        ("next_alarm_at", models.DateTimeField(null=True)),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clocks",
                                to="supervision.supervisiontask",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "clock of a supervision task",
                        "verbose_name_plural": "clocks of supervision tasks",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("next_alarm_at__isnull", False)),
                                fields=["next_alarm_at", "id"],
                                name="supervision_alarm",
                            ),
                            models.Index(fields=["stage", "due_at"], name="supervision_clock_due"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stopped_at", None)),
                                fields=("task",),
                                name="supervision_one_clock_runs",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
