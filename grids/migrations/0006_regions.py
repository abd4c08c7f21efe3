"""Revisions of regions, what regions were before, and the runs of the coverage check."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("grids", "0005_coverage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE region_revision_serial MINVALUE 1 MAXVALUE 999999 CYCLE",
            "DROP SEQUENCE region_revision_serial",
        ),
        migrations.AddField(
            model_name="region",
            name="edition",
            field=models.PositiveIntegerField(default=1, editable=False),
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
                ("community_count", models.PositiveIntegerField(default=0, verbose_name="communities")),
                ("grid_count", models.PositiveIntegerField(default=0, verbose_name="grids")),
                (
                    "sound_count",
                    models.PositiveIntegerField(default=0, verbose_name="communities without a fault"),
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
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="in effect from")),
                ("prepared_at", models.DateTimeField(verbose_name="prepared")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("took_effect_at", models.DateTimeField(blank=True, null=True)),
                ("report", models.JSONField(blank=True, null=True, verbose_name="check report")),
                ("trouble", models.TextField(blank=True, verbose_name="why it could not take effect")),
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
                ("name_en", models.CharField(blank=True, max_length=160, verbose_name="English name")),
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
            },
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
                ("name_en", models.CharField(blank=True, max_length=160, verbose_name="English name")),
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
            },
        ),
        migrations.AddField(
            model_name="gridrevision",
            name="region_revision",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="grid_revision",
                to="grids.regionrevision",
                verbose_name="made by the revision of regions",
            ),
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
            },
        ),
        migrations.AddIndex(
            model_name="regionrevision",
            index=models.Index(fields=["prepared_at", "id"], name="region_revision_newest"),
        ),
        migrations.AddIndex(
            model_name="regionrevision",
            index=models.Index(
                condition=models.Q(("state", "approved")), fields=["effective_on"], name="region_revision_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="regionrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "submitted", "approved", "effective", "withdrawn"])
                ),
                name="region_revision_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "effective"]), _negated=True),
                    ("effective_on__isnull", False),
                    _connector="OR",
                ),
                name="region_revision_has_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionresult",
            constraint=models.UniqueConstraint(fields=("revision", "code"), name="region_result_once"),
        ),
        migrations.AddConstraint(
            model_name="regionpart",
            constraint=models.UniqueConstraint(fields=("revision", "grid"), name="region_part_grid_once"),
        ),
        migrations.AddConstraint(
            model_name="regionpart",
            constraint=models.UniqueConstraint(fields=("revision", "region"), name="region_part_region_once"),
        ),
        migrations.AddConstraint(
            model_name="regionpart",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grid", None), ("region__isnull", False)),
                    models.Q(("grid__isnull", False), ("region", None)),
                    _connector="OR",
                ),
                name="region_part_one_piece",
            ),
        ),
        migrations.AddConstraint(
            model_name="regionedition",
            constraint=models.UniqueConstraint(fields=("region", "number"), name="region_edition_once"),
        ),
        migrations.AddConstraint(
            model_name="regionedition",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to__gte", models.F("valid_from"))), name="region_edition_dates"
            ),
        ),
        migrations.AddConstraint(
            model_name="regionsource",
            constraint=models.UniqueConstraint(fields=("revision", "region"), name="region_source_once"),
        ),
        migrations.AddConstraint(
            model_name="regionsource",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True)), fields=("region",), name="region_in_one_open_revision"
            ),
        ),
        migrations.AddConstraint(
            model_name="regionsuccession",
            constraint=models.UniqueConstraint(
                fields=("revision", "old", "new"), name="region_succession_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="regionsuccession",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 0), ("share__lte", 1)), name="region_succession_share"
            ),
        ),
    ]
