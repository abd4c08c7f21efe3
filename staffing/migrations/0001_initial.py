import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.naming
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
                    name="Bulletin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="as of")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "opening",
                            models.TextField(blank=True, max_length=2000, verbose_name="opening text"),
                        ),
                        (
                            "closing",
                            models.TextField(blank=True, max_length=2000, verbose_name="closing text"),
                        ),
                        ("facts", models.JSONField(default=dict, editable=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("published", "Published")],
                                default="draft",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "published_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="published"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                            "previous",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staffing.bulletin",
                            ),
                        ),
                        (
                            "published_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="published by",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="staffing_bulletins",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "staffing bulletin",
                        "verbose_name_plural": "staffing bulletins",
                        "indexes": [models.Index(fields=["-on", "-id"], name="bulletin_newest")],
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "on"), name="bulletin_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("published_at", None), ("state", "draft")),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("published_by__isnull", False),
                                        ("state", "published"),
                                    ),
                                    _connector="OR",
                                ),
                                name="bulletin_published_by_somebody",
                            ),
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
                        ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read")),
                        (
                            "bulletin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="receipts",
                                to="staffing.bulletin",
                            ),
                        ),
                        (
                            "read_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="read by",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bulletin_receipts",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "receipt of a bulletin",
                        "verbose_name_plural": "receipts of bulletins",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("bulletin", "unit"), name="bulletin_receipt_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("read_at", None), ("read_by", None)),
                                    models.Q(("read_at__isnull", False), ("read_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="bulletin_receipt_signed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Coordinator",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                        (
                            "phone",
                            models.CharField(
                                blank=True,
                                help_text="Empty: the person's own",
                                max_length=30,
                                verbose_name="phone",
                            ),
                        ),
                        (
                            "duty",
                            models.CharField(blank=True, max_length=200, verbose_name="what to ask about"),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        (
                            "ends_on",
                            models.DateField(
                                blank=True, help_text="The last day in force", null=True, verbose_name="to"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coordinators",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coordinated",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "coordinator of a community",
                        "verbose_name_plural": "coordinators of communities",
                        "indexes": [models.Index(fields=["region", "starts_on"], name="coordinator_region")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("user__isnull", False),
                                    models.Q(("name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="coordinator_named",
                                violation_error_message="Choose a person, or write down a name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="coordinator_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("region_id"),
                                            models.F("region_id"),
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            models.F("starts_on"),
                                            models.F("ends_on"),
                                            models.Value("[]"),
                                            function="daterange",
                                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="coordinator_one_at_once",
                                violation_error_message="The community has a coordinator on these days already",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyRequirement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "unit_kind",
                            models.CharField(
                                choices=[
                                    ("center", "Linkage centre"),
                                    ("district_center", "District centre"),
                                    ("sub_center", "Sub-centre"),
                                    ("workstation", "Workstation"),
                                    ("grid_team", "Grid team"),
                                    ("department", "Department"),
                                    ("town_enforcement", "Town enforcement bureau"),
                                    ("police", "Police station"),
                                    ("mediation_organization", "Mediation organisation"),
                                    ("utility", "Public utility"),
                                ],
                                max_length=24,
                                verbose_name="kind of unit",
                            ),
                        ),
                        (
                            "opens",
                            models.CharField(
                                default="00:00",
                                max_length=5,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^([01]\\d|2[0-3]):[0-5]\\d\\Z", "A time such as 08:30"
                                    )
                                ],
                                verbose_name="from",
                            ),
                        ),
                        (
                            "closes",
                            models.CharField(
                                default="00:00",
                                max_length=5,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^([01]\\d|2[0-3]):[0-5]\\d\\Z", "A time such as 08:30"
                                    )
                                ],
                                verbose_name="to",
                            ),
                        ),
                        ("needs_backup", models.BooleanField(default=False, verbose_name="a backup as well")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                    ],
                    options={
                        "verbose_name": "duty requirement",
                        "verbose_name_plural": "duty requirements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("unit_kind", "valid_from"), name="duty_requirement_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyShift",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins")),
                        ("ends_at", models.DateTimeField(verbose_name="ends")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("main", "Main"), ("backup", "Backup")],
                                default="main",
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(
                                blank=True,
                                help_text="Empty: the person's own",
                                max_length=30,
                                verbose_name="phone on duty",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_shifts",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duty_shifts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "duty shift",
                        "verbose_name_plural": "duty shifts",
                        "indexes": [models.Index(fields=["unit", "ends_at"], name="shift_unit")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="shift_dates"
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("user_id"),
                                            models.F("user_id"),
                                            models.Value("[]"),
                                            function="int8range",
                                            output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                        ),
                                        "&&",
                                    ),
                                    (
                                        models.Func(
                                            models.F("starts_at"),
                                            models.F("ends_at"),
                                            function="tstzrange",
                                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="shift_one_place_at_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Leave",
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
                                choices=[
                                    ("annual", "Annual leave"),
                                    ("sick", "Sick leave"),
                                    ("personal", "Personal leave"),
                                    ("maternity", "Maternity leave"),
                                    ("training", "Training away"),
                                    ("official", "Official trip"),
                                    ("other", "Other leave"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(help_text="The last day away", verbose_name="to")),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Asked for"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("cancelled", "Taken back"),
                                    ("returned", "Returned early"),
                                ],
                                default="asked",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("asked_at", models.DateTimeField(verbose_name="asked")),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("opinion", models.CharField(blank=True, max_length=200, verbose_name="opinion")),
                        ("returned_on", models.DateField(blank=True, null=True, verbose_name="returned on")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="asked by",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "substitute",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="covers",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="substitute",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leaves",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "leave",
                        "verbose_name_plural": "leaves",
                        "indexes": [models.Index(fields=["user", "starts_on"], name="leave_user")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="leave_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["asked", "approved", "refused", "cancelled", "returned"])
                                ),
                                name="leave_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("substitute", None),
                                    models.Q(("substitute", models.F("user")), _negated=True),
                                    _connector="OR",
                                ),
                                name="leave_other_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeaveCover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "appointment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="leave_cover",
                                to="accounts.appointment",
                            ),
                        ),
                        (
                            "leave",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to="staffing.leave",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "cover of a leave",
                        "verbose_name_plural": "covers of leaves",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="PartyOrganization",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("branch", "Party branch"),
                                    ("group", "Party group"),
                                    ("hub_household", "Party member hub household"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "secretary_name",
                            models.CharField(blank=True, max_length=60, verbose_name="secretary's name"),
                        ),
                        (
                            "member_count",
                            models.PositiveIntegerField(default=0, verbose_name="party members"),
                        ),
                        ("founded_on", models.DateField(verbose_name="founded on")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "grid",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="party_organizations",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="staffing.partyorganization",
                                verbose_name="belongs to",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="party_organizations",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "secretary",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="secretary",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "party organisation",
                        "verbose_name_plural": "party organisations",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("grid", None), ("region__isnull", False)),
                                    models.Q(("grid__isnull", False), ("region", None)),
                                    _connector="OR",
                                ),
                                name="party_has_one_place",
                                violation_error_message="Name either a grid or a region",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None),
                                    ("ended_on__gte", models.F("founded_on")),
                                    _connector="OR",
                                ),
                                name="party_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "branch"), ("parent__isnull", False), _connector="OR"
                                ),
                                name="party_chain_unbroken",
                                violation_error_message="A group or hub household belongs to an organisation above it",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="Presence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        ("is_on_post", models.BooleanField(verbose_name="on post")),
                        (
                            "checked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="checked in"),
                        ),
                        (
                            "whereabouts",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Recorded by staff"),
                                    ("inside", "Inside the own community"),
                                    ("outside", "Outside the own community"),
                                    ("unknown", "Position unknown"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="whereabouts",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="recorded by",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="presences",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "presence",
                        "verbose_name_plural": "presences",
                        "indexes": [models.Index(fields=["on"], name="presence_day")],
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "on"), name="presence_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("checked_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="presence_has_origin",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_on_post", False),
                                    ("whereabouts", "inside"),
                                    ("decided_by__isnull", False),
                                    _connector="OR",
                                ),
                                name="presence_elsewhere_confirmed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecruitmentPlan",
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
                                choices=[
                                    ("grid_leader", "Grid leader"),
                                    ("grid_patroller", "Grid patroller"),
                                    ("grid_supervisor", "Grid supervisor"),
                                    ("part_time_worker", "Part-time grid worker"),
                                    ("police_grid_officer", "Police grid officer"),
                                    ("grid_adviser", "Grid adviser"),
                                    ("grid_mediator", "Grid mediator"),
                                    ("grid_safety_officer", "Grid safety officer"),
                                ],
                                max_length=24,
                                verbose_name="post",
                            ),
                        ),
                        ("planned", models.PositiveIntegerField(verbose_name="planned")),
                        ("hired", models.PositiveIntegerField(default=0, verbose_name="hired")),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("announced", "Announced"),
                                    ("examined", "Examination and interview"),
                                    ("publicised", "Names published"),
                                    ("on_post", "All on post"),
                                ],
                                default="planned",
                                max_length=12,
                                verbose_name="stage",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="begins on")),
                        ("due_on", models.DateField(verbose_name="to be done by")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
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
                        "verbose_name": "recruitment plan",
                        "verbose_name_plural": "recruitment plans",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("starts_on"))),
                                name="recruitment_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hired__lte", models.F("planned"))),
                                name="recruitment_not_over",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceTeam",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("city", "City"),
                                    ("town", "Town or street"),
                                    ("community", "Village or community"),
                                    ("grid", "Grid"),
                                ],
                                max_length=12,
                                verbose_name="level",
                            ),
                        ),
                        ("founded_on", models.DateField(verbose_name="founded on")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "grid",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_teams",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "speciality",
                            models.ForeignKey(
                                limit_choices_to={"kind": "speciality"},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staffing.term",
                                verbose_name="speciality",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "service team",
                        "verbose_name_plural": "service teams",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("grid", None), ("region__isnull", False)),
                                    models.Q(("grid__isnull", False), ("region", None)),
                                    _connector="OR",
                                ),
                                name="team_has_one_place",
                                violation_error_message="Name either a grid or a region",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on", None),
                                    ("ended_on__gte", models.F("founded_on")),
                                    _connector="OR",
                                ),
                                name="team_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="StaffingTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        (
                            "grid_kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("comprehensive", "Comprehensive grid"),
                                    ("exclusive", "Exclusive grid"),
                                ],
                                max_length=16,
                                verbose_name="kind of grid",
                            ),
                        ),
                        (
                            "needs_team",
                            models.BooleanField(default=False, verbose_name="every grid has a service team"),
                        ),
                        (
                            "target_percent",
                            models.PositiveSmallIntegerField(
                                default=100,
                                help_text="In percent; from here on the lamp is green",
                                verbose_name="staffing rate aimed at",
                            ),
                        ),
                        (
                            "warn_percent",
                            models.PositiveSmallIntegerField(
                                default=95,
                                help_text="In percent; below it the lamp is red",
                                verbose_name="staffing rate to be warned below",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "staffing template",
                        "verbose_name_plural": "staffing templates",
                        "ordering": ["grid_kind", "-valid_from"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("grid_kind", "valid_from"), name="staffing_template_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="staffing_template_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("warn_percent__lte", models.F("target_percent"))),
                                name="staffing_template_lines",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="PostRequirement",
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
                                choices=[
                                    ("grid_leader", "Grid leader"),
                                    ("grid_patroller", "Grid patroller"),
                                    ("grid_supervisor", "Grid supervisor"),
                                    ("part_time_worker", "Part-time grid worker"),
                                    ("police_grid_officer", "Police grid officer"),
                                    ("grid_adviser", "Grid adviser"),
                                    ("grid_mediator", "Grid mediator"),
                                    ("grid_safety_officer", "Grid safety officer"),
                                ],
                                max_length=24,
                                verbose_name="post",
                            ),
                        ),
                        (
                            "count",
                            models.PositiveSmallIntegerField(default=1, verbose_name="number of people"),
                        ),
                        (
                            "is_required",
                            models.BooleanField(
                                default=True,
                                help_text="An optional post may be filled; while it is empty it is no vacancy",
                                verbose_name="required",
                            ),
                        ),
                        ("is_full_time", models.BooleanField(default=False, verbose_name="full-time")),
                        (
                            "home_kinds",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="From which kinds of unit the person may come; none ticked: from any",
                                verbose_name="kinds of home unit",
                            ),
                        ),
                        (
                            "held_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("duty_officer", "Duty officer"),
                                    ("dispatcher", "Dispatcher"),
                                    ("oversight_officer", "Oversight officer"),
                                    ("town_staff", "Town staff"),
                                    ("community_staff", "Community staff"),
                                    ("grid_leader", "Grid leader"),
                                    ("grid_patroller", "Grid patroller"),
                                    ("grid_supervisor", "Grid supervisor"),
                                    ("part_time_worker", "Part-time grid worker"),
                                    ("police_grid_officer", "Police grid officer"),
                                    ("dept_handler", "Department handler"),
                                    ("dept_lead", "Department lead"),
                                    ("mediator", "Mediator"),
                                    ("leader", "Leader"),
                                    ("auditor", "Auditor"),
                                    ("administrator", "Administrator"),
                                    ("api_client", "API client"),
                                ],
                                help_text="A role that the person must hold already; empty: none",
                                max_length=24,
                                verbose_name="role to be held",
                            ),
                        ),
                        (
                            "max_per_person",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Empty: no limit",
                                null=True,
                                verbose_name="most grids per person",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requirements",
                                to="staffing.staffingtemplate",
                                verbose_name="template",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "post of a template",
                        "verbose_name_plural": "posts of a template",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("template", "kind"), name="post_requirement_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("count__gte", 1)), name="post_requirement_count"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Stationing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("permanent", "Stationed permanently"),
                                    ("rotating", "Stationed in rotation"),
                                    ("on_call", "Stationed on call"),
                                ],
                                max_length=12,
                                verbose_name="way of being stationed",
                            ),
                        ),
                        ("purpose", models.CharField(blank=True, max_length=200, verbose_name="work there")),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stationings",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stationings",
                                to="accounts.orgunit",
                                verbose_name="sent by",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stationings",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stationed person",
                        "verbose_name_plural": "stationed people",
                        "indexes": [models.Index(fields=["-starts_on", "-id"], name="stationed_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("user__isnull", False),
                                    models.Q(("name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="stationed_named",
                                violation_error_message="Choose a person, or write down a name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="stationed_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StationedDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        ("deed", models.CharField(blank=True, max_length=200, verbose_name="what was done")),
                        (
                            "stationing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="days",
                                to="staffing.stationing",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "day of a stationed person",
                        "verbose_name_plural": "days of stationed people",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("stationing", "on"), name="stationed_day_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Term",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("speciality", "Speciality of a team"),
                                    ("identity", "Identity"),
                                    ("member_role", "Role in a team"),
                                    ("equipment", "Equipment"),
                                    ("training", "Topic of training"),
                                ],
                                max_length=16,
                                verbose_name="dictionary",
                            ),
                        ),
                        ("code", models.SlugField(max_length=40, verbose_name="code")),
                        ("sequence", models.PositiveSmallIntegerField(default=100, verbose_name="sequence")),
                        ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                    ],
                    options={
                        "verbose_name": "dictionary word",
                        "verbose_name_plural": "dictionary words",
                        "ordering": ["kind", "sequence", "id"],
                        "constraints": [models.UniqueConstraint(fields=("kind", "code"), name="term_once")],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="TeamMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                        ("is_lead", models.BooleanField(default=False, verbose_name="leads the team")),
                        ("joined_on", models.DateField(verbose_name="joined on")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="members",
                                to="staffing.serviceteam",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="team_memberships",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "identities",
                            models.ManyToManyField(
                                blank=True,
                                limit_choices_to={"kind": "identity"},
                                related_name="+",
                                to="staffing.term",
                                verbose_name="identities",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                blank=True,
                                limit_choices_to={"kind": "member_role"},
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staffing.term",
                                verbose_name="role in the team",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "team member",
                        "verbose_name_plural": "team members",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_on", None), ("user__isnull", False)),
                                fields=("team", "user"),
                                name="team_member_once",
                                violation_error_message="This person is in the team already",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_lead", True), ("left_on", None)),
                                fields=("team",),
                                name="team_one_lead",
                                violation_error_message="The team has a lead already",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("user__isnull", False),
                                    models.Q(("name", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="team_member_named",
                                violation_error_message="Choose a person, or write down a name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None),
                                    ("left_on__gte", models.F("joined_on")),
                                    _connector="OR",
                                ),
                                name="team_member_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EquipmentIssue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="quantity")),
                        ("serial", models.CharField(blank=True, max_length=60, verbose_name="serial number")),
                        ("issued_on", models.DateField(verbose_name="issued on")),
                        ("returned_on", models.DateField(blank=True, null=True, verbose_name="returned on")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="issued by",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="equipment",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                limit_choices_to={"kind": "equipment"},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staffing.term",
                                verbose_name="equipment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "equipment issue",
                        "verbose_name_plural": "equipment issues",
                        "indexes": [models.Index(fields=["-issued_on", "-id"], name="equipment_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gte", 1)),
                                name="equipment_quantity",
                                violation_error_message="At least one piece",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned_on", None),
                                    ("returned_on__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="equipment_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("returned_on", None), models.Q(("serial", ""), _negated=True)
                                ),
                                fields=("item", "serial"),
                                name="equipment_serial_out_once",
                                violation_error_message="A piece with this serial number is out already",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrainingSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("held_on", models.DateField(verbose_name="held on")),
                        ("hours", models.DecimalField(decimal_places=1, max_digits=4, verbose_name="hours")),
                        ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                        ("note", models.TextField(blank=True, max_length=1000, verbose_name="contents")),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "topic",
                            models.ForeignKey(
                                limit_choices_to={"kind": "training"},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="staffing.term",
                                verbose_name="topic",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="organised by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "training session",
                        "verbose_name_plural": "training sessions",
                        "indexes": [models.Index(fields=["-held_on", "-id"], name="training_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("hours__gt", 0)),
                                name="training_hours",
                                violation_error_message="A training takes more than no time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrainingAttendance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("has_attended", models.BooleanField(default=True, verbose_name="attended")),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[("", "No examination"), ("passed", "Passed"), ("failed", "Failed")],
                                default="",
                                max_length=8,
                                verbose_name="result",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendances",
                                to="staffing.trainingsession",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "attendance",
                        "verbose_name_plural": "attendances",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("session", "user"),
                                name="attendance_once",
                                violation_error_message="This person is on the list already",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("has_attended", True),
                                    models.Q(("result", "passed"), _negated=True),
                                    _connector="OR",
                                ),
                                name="passed_means_attended",
                                violation_error_message="Only somebody who was there can have passed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WorkerProfile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pinyin", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "hire_source",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("integrated", "Integrated from other teams"),
                                    ("transferred", "Transferred from another post"),
                                    ("recruited", "Recruited"),
                                ],
                                max_length=16,
                                verbose_name="hired through",
                            ),
                        ),
                        ("hired_on", models.DateField(blank=True, null=True, verbose_name="hired on")),
                        ("is_full_time", models.BooleanField(default=True, verbose_name="full-time")),
                        ("is_insured", models.BooleanField(default=False, verbose_name="accident insurance")),
                        (
                            "seconded_from",
                            models.DateField(blank=True, null=True, verbose_name="seconded from"),
                        ),
                        (
                            "seconded_to",
                            models.DateField(blank=True, null=True, verbose_name="seconded until"),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "seconded_unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="seconded to",
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="worker_profile",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "worker profile",
                        "verbose_name_plural": "worker profiles",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("seconded_unit", None), ("seconded_from__isnull", False), _connector="OR"
                                ),
                                name="secondment_has_start",
                                violation_error_message="A secondment has its first day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("seconded_to", None),
                                    ("seconded_to__gte", models.F("seconded_from")),
                                    _connector="OR",
                                ),
                                name="secondment_dates",
                                violation_error_message="The end is before the beginning",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
