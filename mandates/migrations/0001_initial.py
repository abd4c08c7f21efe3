import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("grids", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="MandateVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(default=1)),
                    ],
                    options={
                        "verbose_name": "state of the mandates",
                        "verbose_name_plural": "states of the mandates",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="AccessApplication",
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
                                    ("submitted", "Submitted"),
                                    ("reviewed", "Reviewed"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("in_force", "In force"),
                                    ("expired", "Expired"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "matter_code",
                            models.CharField(
                                max_length=6,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[0-9]{2}([0-9]{2}){0,2}\\Z",
                                        "Two, four or six digits of the matter catalogue",
                                    )
                                ],
                                verbose_name="matter code",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("grid", "Grid"), ("community", "Village or community")],
                                max_length=12,
                                verbose_name="shall reach",
                            ),
                        ),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        ("content", models.TextField(blank=True, verbose_name="what is to be done")),
                        (
                            "legal_basis",
                            models.CharField(blank=True, max_length=400, verbose_name="legal basis"),
                        ),
                        (
                            "money",
                            models.CharField(blank=True, max_length=400, verbose_name="money and people"),
                        ),
                        ("training", models.CharField(blank=True, max_length=400, verbose_name="training")),
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(verbose_name="last day")),
                        ("legal_finding", models.CharField(blank=True, max_length=400)),
                        ("money_finding", models.CharField(blank=True, max_length=400)),
                        ("training_finding", models.CharField(blank=True, max_length=400)),
                        ("level_finding", models.CharField(blank=True, max_length=400)),
                        ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "prepared_by",
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
                                verbose_name="region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="applicant",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "access application",
                        "verbose_name_plural": "access applications",
                        "indexes": [
                            models.Index(fields=["prepared_at", "id"], name="access_newest"),
                            models.Index(
                                condition=models.Q(("state__in", ["approved", "in_force"])),
                                fields=["ends_on"],
                                name="access_granted",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "draft",
                                            "submitted",
                                            "reviewed",
                                            "approved",
                                            "refused",
                                            "in_force",
                                            "expired",
                                            "withdrawn",
                                        ],
                                    )
                                ),
                                name="access_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="access_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelegatedPower",
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
                                    ("proposed", "Proposed"),
                                    ("approved", "Approved"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="proposed",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("title", models.CharField(max_length=160, verbose_name="title")),
                        (
                            "matter_code",
                            models.CharField(
                                max_length=6,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[0-9]{2}([0-9]{2}){0,2}\\Z",
                                        "Two, four or six digits of the matter catalogue",
                                    )
                                ],
                                verbose_name="matter code",
                            ),
                        ),
                        ("from_line", models.CharField(max_length=12, verbose_name="from the department")),
                        ("legal_basis", models.CharField(max_length=400, verbose_name="legal basis")),
                        ("starts_on", models.DateField(verbose_name="first day")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                        ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "towns",
                            models.ManyToManyField(related_name="+", to="grids.region", verbose_name="towns"),
                        ),
                    ],
                    options={
                        "verbose_name": "delegated power",
                        "verbose_name_plural": "delegated powers",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["proposed", "approved", "withdrawn"])),
                                name="power_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="power_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=24,
                                validators=[django.core.validators.RegexValidator("^[\\w.-]+\\Z")],
                                verbose_name="code",
                            ),
                        ),
                        ("edition", models.PositiveIntegerField(verbose_name="edition")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("power", "Power list"), ("service", "Service list")],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                ],
                                max_length=12,
                                verbose_name="level",
                            ),
                        ),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        ("valid_from", models.DateField(verbose_name="in force from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="in force until")),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=400, verbose_name="what has changed and why"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by_name", models.CharField(blank=True, max_length=80)),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "duty list",
                        "verbose_name_plural": "duty lists",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "edition"), name="duty_list_edition_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="duty_list_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        (
                            "item_class",
                            models.CharField(
                                choices=[
                                    ("basic", "Basic"),
                                    ("cooperating", "Cooperating"),
                                    ("taken_back", "Taken back by superiors"),
                                ],
                                db_column="class",
                                max_length=12,
                                verbose_name="class",
                            ),
                        ),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        (
                            "matter_code",
                            models.CharField(
                                blank=True,
                                db_index=True,
                                max_length=6,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[0-9]{2}([0-9]{2}){0,2}\\Z",
                                        "Two, four or six digits of the matter catalogue",
                                    )
                                ],
                                verbose_name="matter code",
                            ),
                        ),
                        (
                            "lead_line",
                            models.CharField(
                                blank=True, max_length=12, verbose_name="responsible department"
                            ),
                        ),
                        (
                            "support_lines",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=12),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="cooperating departments",
                            ),
                        ),
                        (
                            "legal_basis",
                            models.CharField(blank=True, max_length=400, verbose_name="legal basis"),
                        ),
                        (
                            "content",
                            models.CharField(blank=True, max_length=400, verbose_name="what is to be done"),
                        ),
                        (
                            "duty_list",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="mandates.dutylist",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "duty item",
                        "verbose_name_plural": "duty items",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("duty_list", "number"), name="duty_item_number_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MandateStep",
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
                            "application",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="mandates.accessapplication",
                            ),
                        ),
                        (
                            "power",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="mandates.delegatedpower",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a mandate",
                        "verbose_name_plural": "steps of mandates",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("application", None), ("power__isnull", False)),
                                    models.Q(("application__isnull", False), ("power", None)),
                                    _connector="OR",
                                ),
                                name="mandate_step_has_one_object",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
