import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.naming
import governance.foundation.spelling
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="OrgUnit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        (
                            "pinyin",
                            governance.foundation.spelling.Spelled(
                                blank=True, default="", editable=False, max_length=200, of="name"
                            ),
                        ),
                        (
                            "kind",
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
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "tier",
                            models.CharField(
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("district", "District"),
                                    ("city", "City"),
                                ],
                                max_length=12,
                                verbose_name="tier",
                            ),
                        ),
                        (
                            "line",
                            models.CharField(
                                blank=True,
                                help_text="Such as CG, GA, ZJ",
                                max_length=12,
                                verbose_name="department line",
                            ),
                        ),
                        ("path", models.CharField(editable=False, max_length=240)),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        (
                            "calendar",
                            models.CharField(
                                default="office", max_length=40, verbose_name="working calendar"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="accounts.orgunit",
                                verbose_name="parent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "unit",
                        "verbose_name_plural": "units",
                        "permissions": [
                            ("act_as_duty_officer", "Can act as duty_officer"),
                            ("act_as_dispatcher", "Can act as dispatcher"),
                            ("act_as_oversight_officer", "Can act as oversight_officer"),
                            ("act_as_town_staff", "Can act as town_staff"),
                            ("act_as_community_staff", "Can act as community_staff"),
                            ("act_as_grid_leader", "Can act as grid_leader"),
                            ("act_as_grid_patroller", "Can act as grid_patroller"),
                            ("act_as_grid_supervisor", "Can act as grid_supervisor"),
                            ("act_as_part_time_worker", "Can act as part_time_worker"),
                            ("act_as_police_grid_officer", "Can act as police_grid_officer"),
                            ("act_as_dept_handler", "Can act as dept_handler"),
                            ("act_as_dept_lead", "Can act as dept_lead"),
                            ("act_as_mediator", "Can act as mediator"),
                            ("act_as_leader", "Can act as leader"),
                            ("act_as_auditor", "Can act as auditor"),
                            ("act_as_administrator", "Can act as administrator"),
                            ("act_as_api_client", "Can act as api_client"),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["path"], name="unit_path", opclasses=["varchar_pattern_ops"]
                            ),
                            models.Index(fields=["line", "tier"], name="unit_line"),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                max_length=60,
                                unique=True,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[\\w.@+-]+\\Z", "Letters, digits and . @ + - _ only"
                                    )
                                ],
                                verbose_name="user name",
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(
                                blank=True, max_length=20, null=True, unique=True, verbose_name="phone"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False, verbose_name="may open the administration pages"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="people",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "person",
                        "verbose_name_plural": "people",
                    },
                ),
                migrations.CreateModel(
                    name="Appointment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
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
                                max_length=24,
                                verbose_name="role",
                            ),
                        ),
                        ("target_id", models.PositiveBigIntegerField()),
                        ("starts_on", models.DateField(verbose_name="from")),
                        (
                            "ends_on",
                            models.DateField(
                                blank=True, help_text="The last day in force", null=True, verbose_name="to"
                            ),
                        ),
                        ("is_applied", models.BooleanField(default=False, editable=False)),
                        (
                            "acting_for",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="acting for",
                            ),
                        ),
                        (
                            "target_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, to="contenttypes.contenttype"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="appointments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "appointment",
                        "verbose_name_plural": "appointments",
                        "indexes": [models.Index(fields=["user", "role"], name="appointment_user")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="appointment_ends_after_start",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
