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
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="GridVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="CoverageRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("begun_at", models.DateTimeField(verbose_name="begun")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                        ("by_name", models.CharField(blank=True, max_length=80, verbose_name="started by")),
                        (
                            "community_count",
                            models.PositiveIntegerField(default=0, verbose_name="communities"),
                        ),
                        ("grid_count", models.PositiveIntegerField(default=0, verbose_name="grids")),
                        (
                            "sound_count",
                            models.PositiveIntegerField(
                                default=0, verbose_name="communities without a fault"
                            ),
                        ),
                        ("error_count", models.PositiveIntegerField(default=0, verbose_name="errors")),
                        ("warning_count", models.PositiveIntegerField(default=0, verbose_name="warnings")),
                        ("open_m2", models.FloatField(default=0.0, verbose_name="uncovered square metres")),
                        ("trouble", models.TextField(blank=True, verbose_name="why it broke off")),
                    ],
                    options={
                        "verbose_name": "coverage check of the city",
                        "verbose_name_plural": "coverage checks of the city",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["-begun_at"], name="coverage_run_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="Grid",
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
                            "code",
                            models.CharField(
                                max_length=15,
                                validators=[django.core.validators.RegexValidator("^\\d{15}\\Z")],
                                verbose_name="code",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("comprehensive", "Comprehensive grid"),
                                    ("exclusive", "Exclusive grid"),
                                ],
                                default="comprehensive",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "exclusive_type",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("business_district", "Business district"),
                                    ("business_building", "Business building"),
                                    ("industrial_park", "Industrial park"),
                                    ("market", "Market"),
                                    ("school", "School"),
                                    ("hospital", "Hospital"),
                                    ("transport_hub", "Transport hub"),
                                    ("scenic_area", "Scenic area"),
                                    ("other", "Other"),
                                ],
                                max_length=40,
                                verbose_name="exclusive type",
                            ),
                        ),
                        ("path", models.CharField(editable=False, max_length=80)),
                        ("pinyin", models.CharField(blank=True, editable=False, max_length=240)),
                        ("polygon", models.JSONField(verbose_name="polygon")),
                        ("edition", models.PositiveIntegerField(default=1, editable=False)),
                        ("lon", models.FloatField(blank=True, null=True)),
                        ("lat", models.FloatField(blank=True, null=True)),
                        (
                            "household_count",
                            models.PositiveIntegerField(default=0, verbose_name="households"),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "team",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grid",
                                to="accounts.orgunit",
                                verbose_name="grid team",
                            ),
                        ),
                        (
                            "community",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grids",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "grid",
                        "verbose_name_plural": "grids",
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
                            models.Index(fields=["path"], name="grid_path", opclasses=["varchar_pattern_ops"])
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)), fields=("code",), name="grid_code_now"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="grid_dates",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="GridPost",
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
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="posts",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "post",
                        "verbose_name_plural": "posts",
                        "indexes": [models.Index(fields=["grid", "kind"], name="grid_post")],
                    },
                ),
                migrations.CreateModel(
                    name="GridAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="grids.gridpost",
                                verbose_name="post",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "post assignment",
                        "verbose_name_plural": "post assignments",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ends_on", None)),
                                fields=("post",),
                                name="post_filled_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GridRevision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("submitted", "Submitted"),
                                    ("approved", "Approved"),
                                    ("effective", "In effect"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "effective_on",
                            models.DateField(blank=True, null=True, verbose_name="in effect from"),
                        ),
                        ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("took_effect_at", models.DateTimeField(blank=True, null=True)),
                        ("report", models.JSONField(blank=True, null=True, verbose_name="check report")),
                        (
                            "trouble",
                            models.TextField(blank=True, verbose_name="why it could not take effect"),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="prepared by",
                            ),
                        ),
                        (
                            "prepared_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                help_text="The smallest region that holds all communities concerned",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revisions",
                                to="grids.region",
                                verbose_name="inside",
                            ),
                        ),
                        (
                            "region_revision",
                            models.OneToOneField(
                                blank=True,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grid_revision",
                                to="grids.regionrevision",
                                verbose_name="made by the revision of regions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "grid revision",
                        "verbose_name_plural": "grid revisions",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "approved")),
                                fields=["effective_on"],
                                name="revision_due",
                            ),
                            models.Index(
                                fields=["region_path"],
                                name="revision_path",
                                opclasses=["varchar_pattern_ops"],
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["draft", "submitted", "approved", "effective", "withdrawn"],
                                    )
                                ),
                                name="revision_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["approved", "effective"]), _negated=True),
                                    ("effective_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="revision_has_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GridEdition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="edition")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("comprehensive", "Comprehensive grid"),
                                    ("exclusive", "Exclusive grid"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "exclusive_type",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("business_district", "Business district"),
                                    ("business_building", "Business building"),
                                    ("industrial_park", "Industrial park"),
                                    ("market", "Market"),
                                    ("school", "School"),
                                    ("hospital", "Hospital"),
                                    ("transport_hub", "Transport hub"),
                                    ("scenic_area", "Scenic area"),
                                    ("other", "Other"),
                                ],
                                max_length=40,
                                verbose_name="exclusive type",
                            ),
                        ),
                        ("polygon", models.JSONField(verbose_name="polygon")),
                        (
                            "household_count",
                            models.PositiveIntegerField(default=0, verbose_name="households"),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(verbose_name="valid to")),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="grids.gridrevision",
                                verbose_name="replaced by the revision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "former state of a grid",
                        "verbose_name_plural": "former states of grids",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(fields=("grid", "number"), name="grid_edition_once"),
                            models.CheckConstraint(
                                condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                                name="grid_edition_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GridStandard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "household_min",
                            models.PositiveIntegerField(default=300, verbose_name="least households"),
                        ),
                        (
                            "household_max",
                            models.PositiveIntegerField(default=800, verbose_name="most households"),
                        ),
                        (
                            "gap_m2",
                            models.FloatField(default=100.0, verbose_name="tolerated gap in square metres"),
                        ),
                        (
                            "overlap_m2",
                            models.FloatField(
                                default=25.0, verbose_name="tolerated overlap in square metres"
                            ),
                        ),
                        (
                            "outside_m2",
                            models.FloatField(
                                default=100.0,
                                verbose_name="tolerated surface outside the community in square metres",
                            ),
                        ),
                        (
                            "overlay_share",
                            models.FloatField(
                                default=0.1,
                                verbose_name="an overlay is suggested from this share of the professional grid",
                            ),
                        ),
                        (
                            "overlay_grid_share",
                            models.FloatField(default=0.5, verbose_name="or from this share of the grid"),
                        ),
                        (
                            "sliver_m",
                            models.FloatField(
                                default=0.5, verbose_name="width in metres of a sliver that is closed"
                            ),
                        ),
                        ("valid_from", models.DateField(unique=True, verbose_name="valid from")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ],
                    options={
                        "verbose_name": "grid standard",
                        "verbose_name_plural": "grid standards",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("household_min__lte", models.F("household_max"))),
                                name="standard_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("overlay_share__gt", 0),
                                    ("overlay_share__lte", 1),
                                    ("overlay_grid_share__gt", 0),
                                    ("overlay_grid_share__lte", 1),
                                ),
                                name="standard_overlay_shares",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GridSuccession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("share", models.FloatField(verbose_name="share of the old area")),
                        ("is_heir", models.BooleanField(default=False, verbose_name="takes over the people")),
                        (
                            "new",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="predecessors",
                                to="grids.grid",
                                verbose_name="after",
                            ),
                        ),
                        (
                            "old",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successors",
                                to="grids.grid",
                                verbose_name="before",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successions",
                                to="grids.gridrevision",
                                verbose_name="revision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "succession of grids",
                        "verbose_name_plural": "successions of grids",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("revision", "old", "new"), name="succession_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("share__gte", 0), ("share__lte", 1)),
                                name="succession_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MicroGrid",
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
                            "code",
                            models.CharField(
                                max_length=17,
                                validators=[django.core.validators.RegexValidator("^\\d{17}\\Z")],
                                verbose_name="code",
                            ),
                        ),
                        ("polygon", models.JSONField(blank=True, null=True, verbose_name="polygon")),
                        (
                            "household_count",
                            models.PositiveIntegerField(default=0, verbose_name="households"),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="micro_grids",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="micro grid leader",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "micro grid",
                        "verbose_name_plural": "micro grids",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("code",),
                                name="micro_grid_now",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="micro_grid_dates",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="ProfessionalGrid",
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
                            "system",
                            models.CharField(
                                choices=[
                                    ("police", "Police grid"),
                                    ("fire", "Fire protection"),
                                    ("emergency", "Emergency management"),
                                    ("environment", "Ecology and environment"),
                                    ("labour", "Labour and social security"),
                                    ("market", "Market supervision"),
                                ],
                                max_length=16,
                                verbose_name="system",
                            ),
                        ),
                        ("code", models.CharField(max_length=30, verbose_name="code")),
                        ("polygon", models.JSONField(verbose_name="polygon")),
                        ("lon", models.FloatField(blank=True, null=True)),
                        ("lat", models.FloatField(blank=True, null=True)),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        (
                            "officer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person in charge",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "town",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="town",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "professional grid",
                        "verbose_name_plural": "professional grids",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("system", "code"),
                                name="professional_grid_now",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="professional_grid_dates",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="GridOverlay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("share", models.FloatField(verbose_name="share of the professional grid")),
                        ("grid_share", models.FloatField(verbose_name="share of the grid")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("suggested", "Suggested"),
                                    ("confirmed", "Confirmed"),
                                    ("refused", "Refused"),
                                ],
                                default="suggested",
                                max_length=12,
                                verbose_name="state",
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
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overlays",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "professional_grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overlays",
                                to="grids.professionalgrid",
                                verbose_name="professional grid",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "overlay of grids",
                        "verbose_name_plural": "overlays of grids",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("professional_grid", "grid"), name="overlay_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("share__gte", 0),
                                    ("share__lte", 1),
                                    ("grid_share__gte", 0),
                                    ("grid_share__lte", 1),
                                ),
                                name="overlay_shares",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoliceGrid",
                    fields=[],
                    options={
                        "verbose_name": "police grid",
                        "verbose_name_plural": "police grids",
                        "proxy": True,
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("grids.professionalgrid",),
                ),
                migrations.CreateModel(
                    name="Region",
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
                            "code",
                            models.CharField(
                                max_length=12,
                                validators=[django.core.validators.RegexValidator("^\\d{12}\\Z")],
                                verbose_name="code",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("city", "City"),
                                    ("district", "District"),
                                    ("town", "Town or street"),
                                    ("community", "Village or community"),
                                ],
                                max_length=12,
                                verbose_name="level",
                            ),
                        ),
                        ("path", models.CharField(editable=False, max_length=64)),
                        ("pinyin", models.CharField(blank=True, max_length=200)),
                        (
                            "urban_rural_class",
                            models.CharField(
                                blank=True,
                                help_text="Statistical class such as 111 (urban core) or 220 (village); empty when unknown",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator("^(11[12]|12[123]|2[12]0)\\Z")
                                ],
                                verbose_name="urban-rural class",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("edition", models.PositiveIntegerField(default=1, editable=False)),
                        ("boundary", models.JSONField(blank=True, null=True, verbose_name="boundary")),
                        ("lon", models.FloatField(blank=True, null=True)),
                        ("lat", models.FloatField(blank=True, null=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="grids.region",
                                verbose_name="parent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "region",
                        "verbose_name_plural": "regions",
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
                                fields=["path"], name="region_path", opclasses=["varchar_pattern_ops"]
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("code",),
                                name="region_code_now",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="region_dates",
                            ),
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="CommunityCoverage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("path", models.CharField(editable=False, max_length=64)),
                        ("checked_at", models.DateTimeField(verbose_name="checked")),
                        ("grid_count", models.PositiveIntegerField(default=0, verbose_name="grids")),
                        (
                            "household_count",
                            models.PositiveIntegerField(default=0, verbose_name="households"),
                        ),
                        ("error_count", models.PositiveIntegerField(default=0, verbose_name="errors")),
                        ("warning_count", models.PositiveIntegerField(default=0, verbose_name="warnings")),
                        ("open_m2", models.FloatField(default=0.0, verbose_name="uncovered square metres")),
                        ("findings", models.JSONField(default=list)),
                        (
                            "community",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverage",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "coverage of a community",
                        "verbose_name_plural": "coverage of communities",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                fields=["path"], name="coverage_path", opclasses=["varchar_pattern_ops"]
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Building",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("residential", "Residential building"),
                                    ("business", "Business building"),
                                    ("public", "Public building"),
                                    ("factory", "Factory or warehouse"),
                                    ("farmhouse", "Farmhouse"),
                                    ("natural_village", "Natural village"),
                                ],
                                default="residential",
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("path", models.CharField(editable=False, max_length=80)),
                        ("lon", models.FloatField(verbose_name="longitude")),
                        ("lat", models.FloatField(verbose_name="latitude")),
                        ("floors", models.PositiveSmallIntegerField(default=1, verbose_name="floors")),
                        (
                            "household_count",
                            models.PositiveIntegerField(default=0, verbose_name="households"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="stands")),
                        (
                            "grid",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="buildings",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "community",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="buildings",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "building",
                        "verbose_name_plural": "buildings",
                        "indexes": [
                            models.Index(
                                fields=["path", "id"],
                                name="building_path",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegionRevision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("reason", models.TextField(blank=True, verbose_name="reason")),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("submitted", "Submitted"),
                                    ("approved", "Approved"),
                                    ("effective", "In effect"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "effective_on",
                            models.DateField(blank=True, null=True, verbose_name="in effect from"),
                        ),
                        ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("took_effect_at", models.DateTimeField(blank=True, null=True)),
                        ("report", models.JSONField(blank=True, null=True, verbose_name="check report")),
                        (
                            "trouble",
                            models.TextField(blank=True, verbose_name="why it could not take effect"),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("town", "Town or street"), ("community", "Village or community")],
                                max_length=12,
                                verbose_name="level",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="decided by",
                            ),
                        ),
                        (
                            "prepared_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="prepared by",
                            ),
                        ),
                        (
                            "prepared_unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                help_text="The smallest region above that holds everything concerned",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="inside",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "revision of regions",
                        "verbose_name_plural": "revisions of regions",
                        "indexes": [
                            models.Index(fields=["prepared_at", "id"], name="region_revision_newest"),
                            models.Index(
                                condition=models.Q(("state", "approved")),
                                fields=["effective_on"],
                                name="region_revision_due",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["draft", "submitted", "approved", "effective", "withdrawn"],
                                    )
                                ),
                                name="region_revision_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["approved", "effective"]), _negated=True),
                                    ("effective_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="region_revision_has_date",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegionResult",
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
                            "code",
                            models.CharField(
                                max_length=12,
                                validators=[django.core.validators.RegexValidator("^\\d{12}\\Z")],
                                verbose_name="code",
                            ),
                        ),
                        (
                            "urban_rural_class",
                            models.CharField(blank=True, max_length=3, verbose_name="urban-rural class"),
                        ),
                        (
                            "heir_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="takes over from",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="parent",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="results",
                                to="grids.regionrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "planned region",
                        "verbose_name_plural": "planned regions",
                        "constraints": [
                            models.UniqueConstraint(fields=("revision", "code"), name="region_result_once")
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="RegionPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=15, verbose_name="code")),
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
                            "result",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="grids.regionresult",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="grids.regionrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "piece in a revision of regions",
                        "verbose_name_plural": "pieces in a revision of regions",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("revision", "grid"), name="region_part_grid_once"
                            ),
                            models.UniqueConstraint(
                                fields=("revision", "region"), name="region_part_region_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("grid", None), ("region__isnull", False)),
                                    models.Q(("grid__isnull", False), ("region", None)),
                                    _connector="OR",
                                ),
                                name="region_part_one_piece",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegionEdition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="edition")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "name_en",
                            models.CharField(blank=True, max_length=160, verbose_name="English name"),
                        ),
                        ("boundary", models.JSONField(blank=True, null=True, verbose_name="boundary")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(verbose_name="valid to")),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="editions",
                                to="grids.regionrevision",
                                verbose_name="replaced by the revision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "former state of a region",
                        "verbose_name_plural": "former states of regions",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "number"), name="region_edition_once"),
                            models.CheckConstraint(
                                condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                                name="region_edition_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegionRevisionStep",
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
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="grids.regionrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a revision of regions",
                        "verbose_name_plural": "steps of revisions of regions",
                        "abstract": False,
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="RegionSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("edition", models.PositiveIntegerField()),
                        ("is_open", models.BooleanField(default=True, editable=False)),
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
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sources",
                                to="grids.regionrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "region of a revision",
                        "verbose_name_plural": "regions of a revision",
                        "constraints": [
                            models.UniqueConstraint(fields=("revision", "region"), name="region_source_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_open", True)),
                                fields=("region",),
                                name="region_in_one_open_revision",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegionSuccession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("share", models.FloatField(verbose_name="share")),
                        ("is_heir", models.BooleanField(default=False, verbose_name="takes over the people")),
                        (
                            "new",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="predecessors",
                                to="grids.region",
                                verbose_name="after",
                            ),
                        ),
                        (
                            "old",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successors",
                                to="grids.region",
                                verbose_name="before",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successions",
                                to="grids.regionrevision",
                                verbose_name="revision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "succession of regions",
                        "verbose_name_plural": "successions of regions",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("revision", "old", "new"), name="region_succession_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("share__gte", 0), ("share__lte", 1)),
                                name="region_succession_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RevisionGrid",
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
                            "code",
                            models.CharField(
                                max_length=15,
                                validators=[django.core.validators.RegexValidator("^\\d{15}\\Z")],
                                verbose_name="code",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("comprehensive", "Comprehensive grid"),
                                    ("exclusive", "Exclusive grid"),
                                ],
                                default="comprehensive",
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "exclusive_type",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("business_district", "Business district"),
                                    ("business_building", "Business building"),
                                    ("industrial_park", "Industrial park"),
                                    ("market", "Market"),
                                    ("school", "School"),
                                    ("hospital", "Hospital"),
                                    ("transport_hub", "Transport hub"),
                                    ("scenic_area", "Scenic area"),
                                    ("other", "Other"),
                                ],
                                max_length=40,
                                verbose_name="exclusive type",
                            ),
                        ),
                        ("polygon", models.JSONField(verbose_name="polygon")),
                        (
                            "household_count",
                            models.PositiveIntegerField(default=0, verbose_name="households"),
                        ),
                        (
                            "community",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                        (
                            "heir_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                                verbose_name="takes over from",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="results",
                                to="grids.gridrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "planned grid",
                        "verbose_name_plural": "planned grids",
                        "constraints": [
                            models.UniqueConstraint(fields=("revision", "code"), name="revision_result_once")
                        ],
                    },
                    bases=(governance.foundation.naming.Labelled, models.Model),
                ),
                migrations.CreateModel(
                    name="RevisionSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("edition", models.PositiveIntegerField()),
                        ("is_open", models.BooleanField(default=True, editable=False)),
                        (
                            "grid",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sources",
                                to="grids.gridrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "grid of a revision",
                        "verbose_name_plural": "grids of a revision",
                        "constraints": [
                            models.UniqueConstraint(fields=("revision", "grid"), name="revision_source_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_open", True)),
                                fields=("grid",),
                                name="grid_in_one_open_revision",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RevisionStep",
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
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="grids.gridrevision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a revision",
                        "verbose_name_plural": "steps of a revision",
                        "abstract": False,
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="TownRollout",
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
                                    ("preparing", "Preparing"),
                                    ("dividing", "Dividing the grids"),
                                    ("staffing", "Filling the posts"),
                                    ("running", "Trial run"),
                                    ("regular", "In regular operation"),
                                ],
                                max_length=12,
                                verbose_name="stage",
                            ),
                        ),
                        ("is_pilot", models.BooleanField(default=False, verbose_name="pilot")),
                        ("begun_on", models.DateField(verbose_name="begun on")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                        (
                            "region",
                            models.ForeignKey(
                                limit_choices_to={"level": "town", "valid_to": None},
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rollouts",
                                to="grids.region",
                                verbose_name="town or street",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "stage of a town",
                        "verbose_name_plural": "stages of towns",
                        "constraints": [
                            models.UniqueConstraint(fields=("region", "begun_on"), name="rollout_once_a_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnitArea",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "duty",
                            models.CharField(
                                choices=[
                                    ("command", "Command unit of the region"),
                                    ("area", "Area of a department"),
                                ],
                                default="area",
                                max_length=12,
                                verbose_name="duty",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="units",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="areas",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "area of a unit",
                        "verbose_name_plural": "areas of units",
                        "constraints": [
                            models.UniqueConstraint(fields=("unit", "region", "duty"), name="unit_area_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("duty", "command")),
                                fields=("region",),
                                name="one_command_unit",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
