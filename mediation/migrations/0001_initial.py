import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.sealed
import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
        ("grids", "0001_initial"),
        ("incidents", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Agreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField()),
                        (
                            "form",
                            models.CharField(
                                choices=[("written", "Written"), ("oral", "Oral")],
                                default="written",
                                max_length=8,
                                verbose_name="form",
                            ),
                        ),
                        ("facts", governance.foundation.sealed.SealedField(verbose_name="main facts")),
                        (
                            "dispute",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="matter in dispute"
                            ),
                        ),
                        (
                            "responsibility",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="responsibility"
                            ),
                        ),
                        ("is_partial", models.BooleanField(default=False, verbose_name="partial agreement")),
                        (
                            "remaining",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="what stays open"
                            ),
                        ),
                        (
                            "place",
                            models.CharField(blank=True, max_length=200, verbose_name="place of performance"),
                        ),
                        ("copies", models.PositiveSmallIntegerField(default=3, verbose_name="copies")),
                        ("created_at", models.DateTimeField()),
                        ("replaced_at", models.DateTimeField(null=True)),
                        ("parties_signed_at", models.DateTimeField(null=True)),
                        ("mediator_signed_at", models.DateTimeField(null=True)),
                        ("sealed_at", models.DateTimeField(null=True)),
                        ("effective_at", models.DateTimeField(null=True, verbose_name="in effect since")),
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreements",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediation agreement",
                        "verbose_name_plural": "mediation agreements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "version"), name="case_agreement_version"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("replaced_at", None)),
                                fields=("case",),
                                name="case_agreement_holds",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("effective_at", None),
                                    ("form", "oral"),
                                    models.Q(
                                        ("mediator_signed_at__isnull", False),
                                        ("parties_signed_at__isnull", False),
                                        ("sealed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="case_agreement_signed_and_sealed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgreementTerm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("text", governance.foundation.sealed.SealedField(verbose_name="what")),
                        ("manner", models.CharField(blank=True, max_length=120, verbose_name="how")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=14, null=True, verbose_name="amount (yuan)"
                            ),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms",
                                to="mediation.agreement",
                            ),
                        ),
                        (
                            "obligee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mediation.party",
                                verbose_name="to whom",
                            ),
                        ),
                        (
                            "obligor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mediation.party",
                                verbose_name="who",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "term of an agreement",
                        "verbose_name_plural": "terms of agreements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agreement", "number"), name="agreement_term_number"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount", None), ("amount__gt", 0), _connector="OR"),
                                name="agreement_term_amount",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GovernanceCentre",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        ("address", models.CharField(max_length=200, verbose_name="address")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        ("opens", models.TimeField(verbose_name="opens")),
                        ("closes", models.TimeField(verbose_name="closes")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "region",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="governance_centre",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="governance_centres",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "governance centre",
                        "verbose_name_plural": "governance centres",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("closes__gt", models.F("opens"))),
                                name="governance_centre_hours",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JudicialConfirmation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("court", models.CharField(max_length=120, verbose_name="competent court")),
                        ("applied_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("pending", "With the court"),
                                    ("confirmed", "Confirmed"),
                                    ("refused", "Not confirmed"),
                                ],
                                default="pending",
                                max_length=10,
                            ),
                        ),
                        (
                            "ruling_no",
                            models.CharField(blank=True, max_length=80, verbose_name="ruling number"),
                        ),
                        ("decided_on", models.DateField(null=True)),
                        (
                            "agreement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmation",
                                to="mediation.agreement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "judicial confirmation",
                        "verbose_name_plural": "judicial confirmations",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("result", "pending"),
                                    models.Q(
                                        models.Q(("ruling_no", ""), _negated=True),
                                        ("decided_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="judicial_confirmation_has_its_ruling",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MediationBody",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("people", "People's mediation"),
                                    ("administrative", "Administrative mediation"),
                                    ("judicial", "Judicial mediation"),
                                    ("professional", "Professional mediation"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("upper", "District or city"),
                                ],
                                max_length=12,
                                verbose_name="level",
                            ),
                        ),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        ("field", models.CharField(blank=True, max_length=60, verbose_name="field")),
                        ("seal_name", models.CharField(max_length=120, verbose_name="name on the seal")),
                        ("court", models.CharField(max_length=120, verbose_name="competent court")),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        ("since", models.DateField(verbose_name="at work since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="at work until")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediation_bodies",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediation_bodies",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediation body",
                        "verbose_name_plural": "mediation bodies",
                        "indexes": [
                            models.Index(
                                fields=["region_path"],
                                name="mediation_body_place",
                                opclasses=["varchar_pattern_ops"],
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)),
                                fields=("region", "name"),
                                name="mediation_body_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                                ),
                                name="mediation_body_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["people", "administrative", "judicial", "professional"])
                                ),
                                name="mediation_body_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("level__in", ["community", "town", "upper"])),
                                name="mediation_body_level",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MediationCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20, unique=True, verbose_name="case code")),
                        ("query_code", models.CharField(editable=False, max_length=8)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("registered", "Registered"),
                                    ("triaged", "Sorted"),
                                    ("not_mediable", "Not fit for mediation"),
                                    ("accepted", "Accepted"),
                                    ("refused", "Mediation refused"),
                                    ("mediating", "Mediating"),
                                    ("agreed_oral", "Oral agreement"),
                                    ("agreed_written", "Written agreement"),
                                    ("confirming", "Judicial confirmation applied for"),
                                    ("confirmed", "Confirmed by the court"),
                                    ("confirm_refused", "Not confirmed by the court"),
                                    ("performing", "Performance watched"),
                                    ("performed", "Performed"),
                                    ("breached", "Not performed"),
                                    ("failed", "Mediation failed"),
                                    ("follow_up", "Callbacks"),
                                    ("archived", "Archived"),
                                ],
                                default="registered",
                                max_length=16,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("ticket", "From a ticket"),
                                    ("by_hand", "Asked for by a party"),
                                    ("screening", "Found by screening"),
                                    ("hotline", "Referred by the hotline"),
                                    ("police", "Transferred by the police"),
                                    ("court", "Referred by the court"),
                                    ("petition", "Referred by the petition office"),
                                ],
                                max_length=12,
                                verbose_name="origin",
                            ),
                        ),
                        (
                            "external_no",
                            models.CharField(blank=True, max_length=80, verbose_name="number at the sender"),
                        ),
                        ("digest", models.CharField(blank=True, editable=False, max_length=64)),
                        ("category_code", models.CharField(max_length=6, verbose_name="kind of dispute")),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        (
                            "facts",
                            governance.foundation.sealed.SealedField(verbose_name="facts of the dispute"),
                        ),
                        (
                            "claims",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="what the parties ask"
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=14,
                                null=True,
                                verbose_name="amount in dispute (yuan)",
                            ),
                        ),
                        ("people", models.PositiveIntegerField(verbose_name="people involved")),
                        ("occurred_on", models.DateField(null=True, verbose_name="began on")),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("upper", "District or city"),
                                ],
                                default="community",
                                max_length=12,
                                verbose_name="level",
                            ),
                        ),
                        (
                            "entry_level",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("grid", "Grid"),
                                    ("community", "Village or community"),
                                    ("town", "Town or street"),
                                    ("upper", "District or city"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("people", "People's mediation"),
                                    ("administrative", "Administrative mediation"),
                                    ("judicial", "Judicial mediation"),
                                    ("professional", "Professional mediation"),
                                ],
                                max_length=16,
                                verbose_name="kind of mediation",
                            ),
                        ),
                        (
                            "risk_color",
                            models.CharField(
                                choices=[
                                    ("red", "Red"),
                                    ("orange", "Orange"),
                                    ("yellow", "Yellow"),
                                    ("blue", "Blue"),
                                ],
                                default="blue",
                                max_length=8,
                                verbose_name="risk colour",
                            ),
                        ),
                        ("risk_reasons", models.JSONField(blank=True, default=list)),
                        ("risk_confirmed_at", models.DateTimeField(null=True)),
                        ("is_violent", models.BooleanField(default=False, verbose_name="signs of violence")),
                        ("is_criminal", models.BooleanField(default=False, verbose_name="signs of a crime")),
                        ("is_crowd", models.BooleanField(default=False, verbose_name="crowd")),
                        ("is_sensitive", models.BooleanField(default=False, verbose_name="restricted")),
                        ("is_closed", models.BooleanField(default=False, verbose_name="closed sessions")),
                        (
                            "readers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        (
                            "handled_by",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("registered_at", models.DateTimeField(verbose_name="registered")),
                        ("triaged_at", models.DateTimeField(null=True)),
                        ("accepted_at", models.DateTimeField(null=True, verbose_name="accepted")),
                        ("agreed_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("archived_at", models.DateTimeField(null=True)),
                        (
                            "session_count",
                            models.PositiveSmallIntegerField(default=0, verbose_name="sessions"),
                        ),
                        ("extensions", models.PositiveSmallIntegerField(default=0)),
                        ("relapses", models.PositiveSmallIntegerField(default=0)),
                        ("next_due_at", models.DateTimeField(null=True, verbose_name="next limit")),
                        ("next_due", models.CharField(blank=True, max_length=12)),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="mediation.mediationbody",
                                verbose_name="mediation body",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="responsible leader",
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
                            "registered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediation_cases",
                                to="incidents.ticket",
                                verbose_name="ticket",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediation case",
                        "verbose_name_plural": "mediation cases",
                        "indexes": [
                            models.Index(fields=["-registered_at", "-id"], name="mediation_case_newest"),
                            models.Index(
                                fields=["region_path"],
                                name="mediation_case_place",
                                opclasses=["varchar_pattern_ops"],
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["readers"], name="mediation_case_readers"
                            ),
                            models.Index(
                                condition=models.Q(("next_due_at__isnull", False)),
                                fields=["next_due_at"],
                                name="mediation_case_due",
                            ),
                            models.Index(fields=["unit", "state"], name="mediation_case_unit"),
                            models.Index(
                                condition=models.Q(("ticket__isnull", False)),
                                fields=["ticket"],
                                name="mediation_case_ticket",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("risk_color", "red"),
                                    models.Q(("state__in", ["archived", "not_mediable"]), _negated=True),
                                ),
                                fields=["region_path"],
                                name="mediation_case_red",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "registered",
                                            "triaged",
                                            "not_mediable",
                                            "accepted",
                                            "refused",
                                            "mediating",
                                            "agreed_oral",
                                            "agreed_written",
                                            "confirming",
                                            "confirmed",
                                            "confirm_refused",
                                            "performing",
                                            "performed",
                                            "breached",
                                            "failed",
                                            "follow_up",
                                            "archived",
                                        ],
                                    )
                                ),
                                name="mediation_case_state",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("external_no", ""), _negated=True),
                                fields=("origin", "external_no"),
                                name="mediation_case_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("ticket__isnull", False),
                                    models.Q(("state__in", ["archived", "not_mediable"]), _negated=True),
                                ),
                                fields=("ticket",),
                                name="mediation_case_one_for_a_ticket",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["registered"]), ("body__isnull", False), _connector="OR"
                                ),
                                name="mediation_case_has_its_body",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                                name="mediation_case_amount",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Conferral",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("question", governance.foundation.sealed.SealedField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("answer", governance.foundation.sealed.SealedField(blank=True, default="")),
                        (
                            "answered_by",
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conferrals",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question to a department",
                        "verbose_name_plural": "questions to departments",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("answered_at", None)),
                                fields=["unit"],
                                name="case_conferral_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=20)),
                        ("from_state", models.CharField(blank=True, max_length=16)),
                        ("to_state", models.CharField(max_length=16)),
                        ("at", models.DateTimeField()),
                        ("actor_name", models.CharField(blank=True, max_length=80)),
                        ("role", models.CharField(blank=True, max_length=24)),
                        ("words", governance.foundation.sealed.SealedField(blank=True, default="")),
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
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a case",
                        "verbose_name_plural": "steps of cases",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="CaseClock",
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
                                    ("sort", "Sort"),
                                    ("case", "Whole case"),
                                    ("level", "At this level"),
                                    ("session", "Hold a session"),
                                    ("statute", "Statutory limit"),
                                    ("confirm", "Apply for confirmation"),
                                    ("report", "Urgent report"),
                                    ("perform", "Performance"),
                                    ("callback", "Callback"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("rule", models.CharField(max_length=40)),
                        ("source", models.CharField(blank=True, max_length=200)),
                        ("started_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("original_due_at", models.DateTimeField()),
                        ("stopped_at", models.DateTimeField(null=True)),
                        ("alarm_at", models.DateTimeField(null=True)),
                        ("rung", models.PositiveSmallIntegerField(default=0)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clocks",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "limit of a case",
                        "verbose_name_plural": "limits of cases",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("alarm_at__isnull", False), ("stopped_at", None)),
                                fields=["alarm_at"],
                                name="case_clock_alarm",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("stopped_at", None)),
                                fields=("case", "kind"),
                                name="case_clock_runs_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Callback",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=0)),
                        ("days", models.PositiveSmallIntegerField()),
                        ("due_at", models.DateTimeField()),
                        ("called_at", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("stable", "Settled"),
                                    ("relapse", "The quarrel has come back"),
                                    ("unreachable", "Not reached"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("satisfaction", models.PositiveSmallIntegerField(null=True)),
                        ("words", governance.foundation.sealed.SealedField(blank=True, default="")),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("dropped_at", models.DateTimeField(null=True)),
                        (
                            "called_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="callbacks",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "callback of a case",
                        "verbose_name_plural": "callbacks of cases",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("called_at", None), ("dropped_at", None)),
                                fields=["due_at"],
                                name="case_callback_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case", "round", "days"), name="case_callback_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("satisfaction", None),
                                    models.Q(("satisfaction__gte", 1), ("satisfaction__lte", 5)),
                                    _connector="OR",
                                ),
                                name="case_callback_satisfaction",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MediationPoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("region_path", models.CharField(editable=False, max_length=64)),
                        ("address", models.CharField(max_length=200, verbose_name="address")),
                        (
                            "association",
                            models.CharField(blank=True, max_length=120, verbose_name="association"),
                        ),
                        ("opened_on", models.DateField(verbose_name="opened on")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="points",
                                to="mediation.mediationbody",
                                verbose_name="mediation body",
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediation_points",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediation point",
                        "verbose_name_plural": "mediation points",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_on", None)),
                                fields=("region", "name"),
                                name="mediation_point_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_on", None),
                                    ("closed_on__gte", models.F("opened_on")),
                                    _connector="OR",
                                ),
                                name="mediation_point_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Mediator",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "number",
                            models.CharField(blank=True, max_length=40, verbose_name="mediator's card"),
                        ),
                        ("is_full_time", models.BooleanField(default=False, verbose_name="full-time")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        (
                            "identity_number",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", editable=False, verbose_name="identity number"
                            ),
                        ),
                        ("identity_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "specialities",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("family", "Marriage and family"),
                                        ("neighbour", "Neighbours"),
                                        ("housing", "Housing and property service"),
                                        ("land", "Land and homesteads"),
                                        ("labour", "Labour and wages"),
                                        ("consumer", "Consumers and contracts"),
                                        ("damage", "Damages"),
                                        ("traffic", "Traffic accidents"),
                                        ("medical", "Medical"),
                                        ("campus", "Schools"),
                                        ("environment", "Environment"),
                                        ("debt", "Loans and debts"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="specialities",
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("mandarin", "Mandarin"),
                                        ("dialect", "Local dialect"),
                                        ("cantonese", "Cantonese"),
                                        ("uyghur", "Uyghur"),
                                        ("tibetan", "Tibetan"),
                                        ("mongolian", "Mongolian"),
                                        ("sign", "Sign language"),
                                        ("english", "English"),
                                    ],
                                    max_length=12,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="languages",
                            ),
                        ),
                        (
                            "most_open",
                            models.PositiveSmallIntegerField(default=12, verbose_name="open cases at most"),
                        ),
                        ("joined_on", models.DateField(verbose_name="mediator since")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="mediator until")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediators",
                                to="mediation.mediationbody",
                                verbose_name="mediation body",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediators",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediator",
                        "verbose_name_plural": "mediators",
                        "indexes": [models.Index(fields=["body", "name"], name="mediator_body")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_on", None), ("user__isnull", False)),
                                fields=("body", "user"),
                                name="mediator_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None),
                                    ("left_on__gte", models.F("joined_on")),
                                    _connector="OR",
                                ),
                                name="mediator_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("most_open__gt", 0)), name="mediator_load"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseMediator",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("is_lead", models.BooleanField(default=False)),
                        ("chosen_by", models.CharField(default="body", max_length=8)),
                        ("since", models.DateTimeField()),
                        ("until", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediators",
                                to="mediation.mediationcase",
                            ),
                        ),
                        (
                            "mediator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cases",
                                to="mediation.mediator",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediator of a case",
                        "verbose_name_plural": "mediators of cases",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)),
                                fields=("case", "mediator"),
                                name="case_mediator_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MediatorTie",
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
                                    ("relative", "Close relative"),
                                    ("household", "Same household"),
                                    ("employer", "Employer or employee"),
                                    ("interest", "Interest in the matter"),
                                    ("other", "Other relation that may affect fairness"),
                                ],
                                max_length=12,
                                verbose_name="relation",
                            ),
                        ),
                        (
                            "name",
                            governance.foundation.sealed.SealedField(
                                verbose_name="name of the person or organisation"
                            ),
                        ),
                        ("name_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "identity_number",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="identity number"
                            ),
                        ),
                        ("identity_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "phone",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="phone"
                            ),
                        ),
                        ("phone_index", governance.foundation.sealed.BlindIndexField()),
                        ("declared_at", models.DateTimeField(editable=False)),
                        (
                            "mediator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ties",
                                to="mediation.mediator",
                                verbose_name="mediator",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "declared relation",
                        "verbose_name_plural": "declared relations",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mediator", "name_index", "identity_index"), name="mediator_tie_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Obligation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("due_on", models.DateField(verbose_name="by")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=14, null=True, verbose_name="amount (yuan)"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Performed")],
                                default="open",
                                max_length=6,
                            ),
                        ),
                        ("done_on", models.DateField(null=True)),
                        (
                            "term",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="obligations",
                                to="mediation.agreementterm",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "obligation",
                        "verbose_name_plural": "obligations",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["due_on"],
                                name="obligation_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("term", "number"), name="obligation_number"),
                            models.CheckConstraint(
                                condition=models.Q(("amount", None), ("amount__gt", 0), _connector="OR"),
                                name="obligation_amount",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Party",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "side",
                            models.CharField(
                                choices=[
                                    ("applicant", "Applicant"),
                                    ("respondent", "Respondent"),
                                    ("third", "Third party"),
                                ],
                                max_length=12,
                                verbose_name="side",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("person", "Person"),
                                    ("organisation", "Organisation"),
                                    ("crowd", "Many people, by representatives"),
                                ],
                                default="person",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", governance.foundation.sealed.SealedField(verbose_name="name")),
                        ("name_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "identity_number",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="identity number"
                            ),
                        ),
                        ("identity_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "phone",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="phone"
                            ),
                        ),
                        ("phone_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "address",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="address"
                            ),
                        ),
                        (
                            "sex",
                            models.CharField(
                                blank=True,
                                choices=[("male", "Male"), ("female", "Female")],
                                max_length=8,
                                verbose_name="sex",
                            ),
                        ),
                        ("ethnicity", models.CharField(blank=True, max_length=20, verbose_name="ethnicity")),
                        (
                            "birth_on",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="born"
                            ),
                        ),
                        (
                            "occupation",
                            models.CharField(blank=True, max_length=60, verbose_name="occupation"),
                        ),
                        (
                            "legal_person",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="legal representative"
                            ),
                        ),
                        ("is_minor", models.BooleanField(default=False, verbose_name="minor")),
                        (
                            "guardian",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="guardian"
                            ),
                        ),
                        ("members", models.PositiveIntegerField(default=1, verbose_name="people")),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parties",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "party of a case",
                        "verbose_name_plural": "parties of cases",
                        "indexes": [
                            models.Index(fields=["name_index"], name="case_party_name"),
                            models.Index(
                                condition=models.Q(("phone_index", ""), _negated=True),
                                fields=["phone_index"],
                                name="case_party_phone",
                            ),
                            models.Index(
                                condition=models.Q(("identity_index", ""), _negated=True),
                                fields=["identity_index"],
                                name="case_party_identity",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("case", "number"), name="case_party_number"),
                            models.CheckConstraint(
                                condition=models.Q(("side__in", ["applicant", "respondent", "third"])),
                                name="case_party_side",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("mediation", "Mediation"),
                                    ("extension", "More time"),
                                    ("confirmation", "Judicial confirmation"),
                                ],
                                default="mediation",
                                max_length=12,
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("given", "Agrees"),
                                    ("refused", "Refuses"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "form",
                            models.CharField(
                                choices=[("written", "In writing"), ("oral", "Oral, recorded")], max_length=8
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("note", governance.foundation.sealed.SealedField(blank=True, default="")),
                        ("superseded_at", models.DateTimeField(null=True)),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="mediation.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "consent of a party",
                        "verbose_name_plural": "consents of parties",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at", None)),
                                fields=("party", "purpose"),
                                name="party_consent_holds",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PartyRelation",
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
                                    ("neighbour", "Neighbours"),
                                    ("family", "Family"),
                                    ("employment", "Employer and employee"),
                                    ("trade", "Trade"),
                                    ("owners", "Owners of one building"),
                                    ("other", "Other"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="relations",
                                to="mediation.mediationcase",
                            ),
                        ),
                        (
                            "one",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mediation.party",
                            ),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mediation.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "relation of parties",
                        "verbose_name_plural": "relations of parties",
                        "constraints": [
                            models.UniqueConstraint(fields=("one", "other"), name="party_relation_once"),
                            models.CheckConstraint(
                                condition=models.Q(("one", models.F("other")), _negated=True),
                                name="party_relation_of_two",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PetitionVisit",
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
                                    ("reception", "A leader receives the people"),
                                    ("backlog", "Visit about an old unsolved matter"),
                                    ("key_person", "Visit to a key person"),
                                    ("online", "Received online"),
                                    ("joint", "Joint answer of several units"),
                                ],
                                max_length=12,
                                verbose_name="kind of visit",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("words", governance.foundation.sealed.SealedField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="mediation.mediationcase",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "visit about a case",
                        "verbose_name_plural": "visits about cases",
                    },
                ),
                migrations.CreateModel(
                    name="PointPerson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("party", "Party member mediation post"),
                                    ("demand", "Neighbours' demands post"),
                                    ("opinion", "Public opinion post"),
                                    ("volunteer", "Volunteer mediators' association"),
                                ],
                                max_length=12,
                                verbose_name="post",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        ("since", models.DateField(verbose_name="there since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="there until")),
                        (
                            "point",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="people",
                                to="mediation.mediationpoint",
                                verbose_name="mediation point",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "person of a mediation point",
                        "verbose_name_plural": "people of mediation points",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)),
                                fields=("point", "post", "name"),
                                name="point_person_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                                ),
                                name="point_person_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QueryTry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("since", models.DateTimeField()),
                        ("count", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "tries of the public query",
                        "verbose_name_plural": "tries of the public query",
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["since"], name="mediation_query_since")],
                    },
                ),
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                        ("words", governance.foundation.sealed.SealedField()),
                        (
                            "obligation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="receipts",
                                to="mediation.obligation",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "receipt",
                        "verbose_name_plural": "receipts",
                    },
                ),
                migrations.CreateModel(
                    name="Representative",
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
                                    ("crowd", "Representative of many"),
                                    ("agent", "Authorised agent"),
                                    ("guardian", "Guardian"),
                                    ("lawyer", "Lawyer"),
                                ],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", governance.foundation.sealed.SealedField(verbose_name="name")),
                        (
                            "phone",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="phone"
                            ),
                        ),
                        ("phone_index", governance.foundation.sealed.BlindIndexField()),
                        ("authority", models.CharField(blank=True, max_length=200, verbose_name="authority")),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="representatives",
                                to="mediation.party",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "representative",
                        "verbose_name_plural": "representatives",
                    },
                ),
                migrations.CreateModel(
                    name="Room",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("place", models.CharField(max_length=200, verbose_name="place")),
                        ("seats", models.PositiveSmallIntegerField(default=8, verbose_name="seats")),
                        ("is_open", models.BooleanField(default=True, verbose_name="in use")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rooms",
                                to="mediation.mediationbody",
                                verbose_name="mediation body",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediation room",
                        "verbose_name_plural": "mediation rooms",
                        "constraints": [
                            models.UniqueConstraint(fields=("body", "name"), name="mediation_room_once"),
                            models.CheckConstraint(
                                condition=models.Q(("seats__gt", 0)), name="mediation_room_seats"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningCampaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("aim", models.TextField(blank=True, verbose_name="what to look for")),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        (
                            "tier",
                            models.CharField(
                                choices=[("community", "Every village or community"), ("grid", "Every grid")],
                                max_length=10,
                                verbose_name="who reports",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(verbose_name="until")),
                        (
                            "repeat_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="again after (days)"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("reminded_at", models.DateTimeField(editable=False, null=True)),
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
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        (
                            "repeats",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repeated_by",
                                to="mediation.screeningcampaign",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "screening campaign",
                        "verbose_name_plural": "screening campaigns",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="screening_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("repeat_days", None), ("repeat_days__gte", 7), _connector="OR"
                                ),
                                name="screening_repeats",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningReturn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("region_path", models.CharField(max_length=80)),
                        ("reported_at", models.DateTimeField(null=True)),
                        ("is_zero", models.BooleanField(default=False)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="returns",
                                to="mediation.screeningcampaign",
                            ),
                        ),
                        (
                            "cases",
                            models.ManyToManyField(
                                blank=True, related_name="screenings", to="mediation.mediationcase"
                            ),
                        ),
                        (
                            "reported_by",
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
                        "verbose_name": "report of a screening",
                        "verbose_name_plural": "reports of screenings",
                        "constraints": [
                            models.UniqueConstraint(fields=("campaign", "unit"), name="screening_return_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SealedPaper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("file", models.FileField(max_length=200, upload_to="mediation/sealed/%Y/%m/")),
                        ("sha256", models.CharField(db_index=True, max_length=64)),
                        ("size", models.PositiveIntegerField()),
                        ("sealed_at", models.DateTimeField()),
                        ("seal_name", models.CharField(max_length=120)),
                        (
                            "agreement",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sealed_paper",
                                to="mediation.agreement",
                            ),
                        ),
                        (
                            "sealed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sealed agreement",
                        "verbose_name_plural": "sealed agreements",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="SealKeeper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since", models.DateField(verbose_name="from")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="keepers",
                                to="mediation.mediationbody",
                                verbose_name="mediation body",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "keeper of a seal",
                        "verbose_name_plural": "keepers of seals",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)),
                                fields=("body", "user"),
                                name="seal_keeper_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                                ),
                                name="seal_keeper_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("held", "Held"),
                                    ("cancelled", "Called off"),
                                ],
                                default="planned",
                                max_length=10,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("cadre", "Village or community cadre"),
                                    ("grid", "Grid worker"),
                                    ("party_member", "Party member or elder"),
                                    ("mediator", "People's mediator"),
                                    ("lawyer", "Lawyer or legal adviser"),
                                    ("police", "Community police"),
                                    ("department", "Department, jointly"),
                                    ("court", "Judge"),
                                    ("psychologist", "Psychologist"),
                                ],
                                max_length=14,
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
                                    ("upper", "District or city"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("starts_at", models.DateTimeField(verbose_name="begins")),
                        ("ends_at", models.DateTimeField(verbose_name="ends")),
                        ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("is_closed", models.BooleanField(default=False, verbose_name="closed")),
                        (
                            "others",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="others present"
                            ),
                        ),
                        (
                            "minutes",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="minutes"
                            ),
                        ),
                        (
                            "result",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="result"
                            ),
                        ),
                        ("next_at", models.DateTimeField(null=True)),
                        ("recorded_at", models.DateTimeField(null=True)),
                        ("reminded_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sessions",
                                to="mediation.mediationcase",
                            ),
                        ),
                        (
                            "present",
                            models.ManyToManyField(blank=True, related_name="sessions", to="mediation.party"),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "room",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sessions",
                                to="mediation.room",
                                verbose_name="room",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mediation session",
                        "verbose_name_plural": "mediation sessions",
                        "indexes": [
                            models.Index(fields=["starts_at"], name="case_session_day"),
                            models.Index(
                                condition=models.Q(("state", "planned")),
                                fields=["room", "starts_at"],
                                name="case_session_room",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("number__isnull", False)),
                                fields=("case", "number"),
                                name="case_session_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="case_session_times",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "held"), _negated=True),
                                    ("number__isnull", False),
                                    _connector="OR",
                                ),
                                name="case_session_held_is_numbered",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseFile",
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
                                    ("application", "Application"),
                                    ("evidence", "Evidence"),
                                    ("minutes", "Signed minutes"),
                                    ("consent", "Written consent"),
                                    ("agreement", "Signed agreement"),
                                    ("receipt", "Receipt"),
                                    ("ruling", "Ruling of the court"),
                                    ("other", "Other"),
                                ],
                                default="evidence",
                                max_length=12,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mediation_file",
                                to="incidents.attachment",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="mediation.mediationcase",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="mediation.session",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "file of a case",
                        "verbose_name_plural": "files of cases",
                    },
                ),
                migrations.CreateModel(
                    name="SessionHold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        (
                            "mediator",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mediation.mediator",
                            ),
                        ),
                        (
                            "room",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="mediation.room",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holds",
                                to="mediation.session",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "hold of a session",
                        "verbose_name_plural": "holds of sessions",
                        "default_permissions": (),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("mediator__isnull", False), ("room", None)),
                                    models.Q(("mediator", None), ("room__isnull", False)),
                                    _connector="OR",
                                ),
                                name="session_hold_is_of_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="session_hold_times",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("room_id__isnull", False)),
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("room_id"),
                                            models.F("room_id"),
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
                                name="session_hold_room",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("mediator_id__isnull", False)),
                                expressions=[
                                    (
                                        models.Func(
                                            models.F("mediator_id"),
                                            models.F("mediator_id"),
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
                                name="session_hold_mediator",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "manner",
                            models.CharField(
                                choices=[
                                    ("drawn", "Written on the tablet"),
                                    ("scanned", "On the page that was scanned"),
                                ],
                                max_length=8,
                                verbose_name="signed how",
                            ),
                        ),
                        ("picture", governance.foundation.sealed.SealedField(blank=True, default="")),
                        (
                            "signer",
                            governance.foundation.sealed.SealedField(
                                blank=True, default="", verbose_name="signed for the party by"
                            ),
                        ),
                        ("digest", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                        (
                            "agreement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="mediation.agreement",
                            ),
                        ),
                        (
                            "mediator",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="mediation.mediator",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="mediation.party",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "scan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signatures",
                                to="mediation.casefile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "signature",
                        "verbose_name_plural": "signatures",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("agreement", "party"), name="signature_of_a_party_once"
                            ),
                            models.UniqueConstraint(
                                fields=("agreement", "mediator"), name="signature_of_a_mediator_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("mediator__isnull", False), ("party", None)),
                                    models.Q(("mediator", None), ("party__isnull", False)),
                                    _connector="OR",
                                ),
                                name="signature_is_of_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("manner", "drawn"), ("scan", None)),
                                    models.Q(("manner", "scanned"), ("scan__isnull", False)),
                                    _connector="OR",
                                ),
                                name="signature_has_its_proof",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StationedUnit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "attendance",
                            models.CharField(
                                choices=[
                                    ("resident", "Always there"),
                                    ("rotating", "There in turn"),
                                    ("on_call", "Comes when called"),
                                ],
                                max_length=10,
                                verbose_name="attendance",
                            ),
                        ),
                        ("window", models.CharField(blank=True, max_length=40, verbose_name="window")),
                        (
                            "weekdays",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.PositiveSmallIntegerField(),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="weekdays",
                            ),
                        ),
                        ("contact", models.CharField(blank=True, max_length=60, verbose_name="contact")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        ("since", models.DateField(verbose_name="there since")),
                        ("until", models.DateField(blank=True, null=True, verbose_name="there until")),
                        (
                            "centre",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stationed",
                                to="mediation.governancecentre",
                                verbose_name="governance centre",
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
                    ],
                    options={
                        "verbose_name": "stationed unit",
                        "verbose_name_plural": "stationed units",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until", None)),
                                fields=("centre", "name"),
                                name="stationed_unit_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                                ),
                                name="stationed_unit_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekdays__contained_by", [1, 2, 3, 4, 5, 6, 7])),
                                name="stationed_unit_weekdays",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("attendance", "on_call"), ("weekdays", [])),
                                    models.Q(
                                        models.Q(("attendance", "on_call"), _negated=True),
                                        models.Q(("weekdays", []), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="stationed_unit_has_its_days",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DutyTurn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        (
                            "turn",
                            models.CharField(
                                choices=[("morning", "Morning"), ("afternoon", "Afternoon")],
                                max_length=10,
                                verbose_name="half of the day",
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        (
                            "stationed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turns",
                                to="mediation.stationedunit",
                                verbose_name="stationed unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "turn of duty",
                        "verbose_name_plural": "turns of duty",
                        "indexes": [models.Index(fields=["on"], name="duty_turn_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("stationed", "on", "turn"), name="duty_turn_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=("phone", "on", "turn"),
                                name="duty_turn_one_window",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Training",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="finished on")),
                        ("course", models.CharField(max_length=120, verbose_name="course")),
                        ("organiser", models.CharField(blank=True, max_length=120, verbose_name="organiser")),
                        ("hours", models.PositiveSmallIntegerField(verbose_name="class hours")),
                        (
                            "mediator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="trainings",
                                to="mediation.mediator",
                                verbose_name="mediator",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "training of a mediator",
                        "verbose_name_plural": "training of mediators",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("mediator", "on", "course"), name="mediator_training_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__gt", 0), ("hours__lte", 400)),
                                name="mediator_training_hours",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UrgentReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("red", "Red risk"),
                                    ("crowd", "Crowd"),
                                    ("violence", "Signs of violence"),
                                    ("crime", "Signs of a crime"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("told_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("to_police", models.BooleanField(default=False)),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="mediation.mediationcase",
                            ),
                        ),
                        (
                            "read_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "urgent report of a case",
                        "verbose_name_plural": "urgent reports of cases",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("read_at", None)),
                                fields=("case", "cause"),
                                name="case_report_once",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
