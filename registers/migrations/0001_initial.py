import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.sealed
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
                    name="Household",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "confirmed_on",
                            models.DateField(blank=True, null=True, verbose_name="last confirmed"),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("updated_at", models.DateTimeField(editable=False)),
                        ("door", models.CharField(max_length=40, verbose_name="door")),
                        ("path", models.CharField(editable=False, max_length=80)),
                        (
                            "tenure",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("owned", "Owner-occupied"),
                                    ("rented", "Rented out"),
                                    ("borrowed", "Lent"),
                                    ("collective", "Collective quarters"),
                                    ("vacant", "Vacant"),
                                ],
                                max_length=12,
                                verbose_name="tenure",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="exists")),
                        (
                            "visited_on",
                            models.DateField(editable=False, null=True, verbose_name="last visited"),
                        ),
                        (
                            "building",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="households",
                                to="grids.building",
                                verbose_name="building",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="confirmed by",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="households",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "responsible",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="households",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="responsible worker",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "household",
                        "verbose_name_plural": "Households",
                        "indexes": [
                            models.Index(
                                fields=["path", "id"],
                                name="household_path",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("is_active", True),
                                    models.Q(
                                        ("tenure", ""), ("responsible", None), ("grid", None), _connector="OR"
                                    ),
                                ),
                                fields=["path", "id"],
                                name="household_incomplete",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("is_active", True)),
                                fields=["path"],
                                include=("visited_on", "responsible"),
                                name="household_care",
                                opclasses=["varchar_pattern_ops"],
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("building", "door"),
                                name="household_door_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HouseholdLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("member_name", models.CharField(max_length=60, verbose_name="party member")),
                        (
                            "member_phone",
                            governance.foundation.sealed.SealedField(blank=True, verbose_name="phone"),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="registers.household",
                                verbose_name="household",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "household link",
                        "verbose_name_plural": "household links",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ends_on", None)),
                                fields=("household", "member_name"),
                                name="household_link_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="household_link_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HouseholdVisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="visited on")),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("routine", "Routine visit"),
                                    ("care", "Care and help"),
                                    ("safety", "Safety check"),
                                    ("policy", "Explaining policies"),
                                    ("dispute", "Settling a dispute"),
                                ],
                                default="routine",
                                max_length=12,
                                verbose_name="purpose",
                            ),
                        ),
                        ("was_met", models.BooleanField(default=True, verbose_name="somebody was at home")),
                        (
                            "note",
                            governance.foundation.sealed.SealedField(
                                blank=True, verbose_name="what was found"
                            ),
                        ),
                        ("noted_at", models.DateTimeField(verbose_name="noted")),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="visits",
                                to="registers.household",
                                verbose_name="household",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "household visit",
                        "verbose_name_plural": "household visits",
                        "indexes": [
                            models.Index(fields=["household", "-on", "-id"], name="household_visits")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyPerson",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("path", models.CharField(editable=False, max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("community_correction", "Community correction"),
                                    ("resettlement_help", "Help after release"),
                                    ("severe_mental_illness", "Severe mental illness"),
                                    ("drug_rehabilitation", "Drug rehabilitation in the community"),
                                    ("key_youth", "Young person in need of care"),
                                    ("frail_elderly", "Elderly person at high risk"),
                                ],
                                max_length=24,
                                verbose_name="reason for attention",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3")],
                                default="2",
                                max_length=1,
                                verbose_name="level of attention",
                            ),
                        ),
                        ("opened_on", models.DateField(verbose_name="opened on")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                        (
                            "close_reason",
                            governance.foundation.sealed.SealedField(
                                blank=True, verbose_name="why it was closed"
                            ),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("updated_at", models.DateTimeField(editable=False)),
                        (
                            "responsible",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="key_people",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="responsible worker",
                            ),
                        ),
                        (
                            "resident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="registers.resident",
                                verbose_name="resident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "key person",
                        "verbose_name_plural": "key people",
                        "indexes": [
                            models.Index(
                                fields=["path", "id"],
                                name="key_person_path",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_on", None),
                                    ("closed_on__gte", models.F("opened_on")),
                                    _connector="OR",
                                ),
                                name="key_person_dates",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_on", None)),
                                fields=("resident", "kind"),
                                name="key_person_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyPersonNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="time")),
                        ("text", governance.foundation.sealed.SealedField(verbose_name="note")),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="registers.keyperson",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "note of a file",
                        "verbose_name_plural": "notes of files",
                        "indexes": [models.Index(fields=["person", "-id"], name="key_person_note")],
                    },
                ),
                migrations.CreateModel(
                    name="KeyPersonReader",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=200, verbose_name="reason")),
                        ("granted_at", models.DateTimeField()),
                        (
                            "until",
                            models.DateField(
                                blank=True,
                                help_text="The last day; empty: until taken back",
                                null=True,
                                verbose_name="until",
                            ),
                        ),
                        (
                            "granted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readers",
                                to="registers.keyperson",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="reader",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reader of a file",
                        "verbose_name_plural": "readers of files",
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "user"), name="key_person_reader_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyPlace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "confirmed_on",
                            models.DateField(blank=True, null=True, verbose_name="last confirmed"),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("updated_at", models.DateTimeField(editable=False)),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("small_school", "Small school or kindergarten"),
                                    ("small_clinic", "Small clinic"),
                                    ("small_shop", "Small shop"),
                                    ("small_restaurant", "Small restaurant"),
                                    ("small_hotel", "Small hotel"),
                                    ("small_entertainment", "Small place of entertainment"),
                                    ("small_internet_cafe", "Small internet café"),
                                    ("small_beauty", "Small beauty or bath house"),
                                    ("small_workshop", "Small workshop"),
                                    ("school", "School"),
                                    ("hospital", "Hospital"),
                                    ("nursing_home", "Nursing home"),
                                    ("dangerous_goods", "Dangerous goods"),
                                    ("fuel_station", "Fuel or gas station"),
                                    ("construction_site", "Construction site"),
                                    ("market", "Market"),
                                    ("factory", "Factory"),
                                    ("shared_housing", "Shared rental housing"),
                                    ("service_centre", "Community service centre"),
                                    ("convenience_centre", "Convenience service centre"),
                                    ("other", "Other"),
                                ],
                                max_length=24,
                                verbose_name="kind",
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                        ("lon", models.FloatField(verbose_name="longitude")),
                        ("lat", models.FloatField(verbose_name="latitude")),
                        ("path", models.CharField(editable=False, max_length=80)),
                        ("contact_name", models.CharField(blank=True, max_length=60, verbose_name="contact")),
                        (
                            "contact_phone",
                            governance.foundation.sealed.SealedField(
                                blank=True, verbose_name="contact phone"
                            ),
                        ),
                        (
                            "risk",
                            models.CharField(
                                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                                default="low",
                                max_length=8,
                                verbose_name="risk level",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="in operation")),
                        (
                            "community",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="key_places",
                                to="grids.region",
                                verbose_name="community",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="confirmed by",
                            ),
                        ),
                        (
                            "grid",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="key_places",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        (
                            "responsible",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="key_places",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="responsible worker",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "key place",
                        "verbose_name_plural": "key places",
                        "indexes": [
                            models.Index(
                                fields=["path", "id"],
                                name="key_place_path",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinkContact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="contacted on")),
                        (
                            "note",
                            governance.foundation.sealed.SealedField(verbose_name="what was talked about"),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="registers.householdlink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact with a household",
                        "verbose_name_plural": "contacts with households",
                        "indexes": [models.Index(fields=["link", "-on"], name="link_contact")],
                    },
                ),
                migrations.CreateModel(
                    name="LookCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="day")),
                        (
                            "reveals",
                            models.PositiveIntegerField(default=0, verbose_name="values made readable"),
                        ),
                        (
                            "searches",
                            models.PositiveIntegerField(default=0, verbose_name="searches by number"),
                        ),
                        ("exports", models.PositiveIntegerField(default=0, verbose_name="exports")),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "daily count of looks",
                        "verbose_name_plural": "daily counts of looks",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "on"), name="look_count_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegisterRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                choices=[
                                    ("keep_moved_out_days", "Days until a moved-out resident is anonymised"),
                                    ("fresh_days", "Days for which a confirmation counts as fresh"),
                                    ("export_rows", "Most rows of one export"),
                                    ("visit_days", "Days within which every household is visited"),
                                ],
                                max_length=24,
                                verbose_name="rule",
                            ),
                        ),
                        ("value", models.PositiveIntegerField(verbose_name="value")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                    ],
                    options={
                        "verbose_name": "rule value",
                        "verbose_name_plural": "rule values",
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "valid_from"), name="register_rule_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RequiredField",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "register",
                            models.CharField(
                                choices=[
                                    ("households", "Households"),
                                    ("residents", "Residents"),
                                    ("key_places", "Key places"),
                                ],
                                max_length=12,
                                verbose_name="register",
                            ),
                        ),
                        ("field", models.CharField(max_length=40, verbose_name="field")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                    ],
                    options={
                        "verbose_name": "required field",
                        "verbose_name_plural": "required fields",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("register", "field"),
                                name="required_field_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="required_field_dates",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Resident",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "confirmed_on",
                            models.DateField(blank=True, null=True, verbose_name="last confirmed"),
                        ),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("updated_at", models.DateTimeField(editable=False)),
                        ("path", models.CharField(editable=False, max_length=80)),
                        ("name", models.CharField(max_length=60, verbose_name="Name")),
                        (
                            "sex",
                            models.CharField(
                                blank=True,
                                choices=[("male", "Male"), ("female", "Female")],
                                max_length=8,
                                verbose_name="sex",
                            ),
                        ),
                        ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("registered", "Registered and living here"),
                                    ("separated", "Registered here, living elsewhere"),
                                    ("migrant", "Migrant"),
                                    ("overseas", "From abroad"),
                                ],
                                default="registered",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "relation",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("head", "Head of household"),
                                    ("spouse", "Spouse"),
                                    ("child", "Child"),
                                    ("parent", "Parent"),
                                    ("kin", "Other relative"),
                                    ("tenant", "Tenant"),
                                    ("other", "Other"),
                                ],
                                max_length=8,
                                verbose_name="relation to the head",
                            ),
                        ),
                        (
                            "identity_number",
                            governance.foundation.sealed.SealedField(
                                blank=True, verbose_name="identity number"
                            ),
                        ),
                        ("identity_index", governance.foundation.sealed.BlindIndexField()),
                        ("phone", governance.foundation.sealed.SealedField(blank=True, verbose_name="phone")),
                        ("phone_index", governance.foundation.sealed.BlindIndexField()),
                        (
                            "origin",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="registered permanent residence"
                            ),
                        ),
                        ("arrived_on", models.DateField(blank=True, null=True, verbose_name="arrived on")),
                        (
                            "registered_on",
                            models.DateField(blank=True, null=True, verbose_name="registered on"),
                        ),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                        (
                            "cancelled_on",
                            models.DateField(blank=True, null=True, verbose_name="registration cancelled on"),
                        ),
                        (
                            "groups",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("lives_alone", "Elderly person living alone"),
                                        ("disabled", "Person with a disability"),
                                        ("low_income", "Receives the subsistence allowance"),
                                        ("left_behind_child", "Left-behind child"),
                                        ("orphan", "Child without support"),
                                        ("bereaved", "Family that lost its only child"),
                                        ("veteran", "Veteran"),
                                        ("platform_worker", "Platform worker"),
                                        ("unemployed", "Registered unemployed"),
                                    ],
                                    max_length=20,
                                ),
                                default=list,
                                size=None,
                                verbose_name="special groups",
                            ),
                        ),
                        (
                            "is_on_hold",
                            models.BooleanField(default=False, verbose_name="kept for a legal reason"),
                        ),
                        (
                            "hold_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="legal reason"),
                        ),
                        ("anonymised_at", models.DateTimeField(editable=False, null=True)),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="confirmed by",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="residents",
                                to="registers.household",
                                verbose_name="household",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "resident",
                        "verbose_name_plural": "residents",
                        "indexes": [
                            models.Index(
                                fields=["path", "id"],
                                name="resident_path",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("identity_index", ""), _negated=True),
                                fields=["identity_index"],
                                name="resident_identity",
                            ),
                            models.Index(
                                condition=models.Q(("phone_index", ""), _negated=True),
                                fields=["phone_index"],
                                name="resident_phone",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("left_on", None),
                                    models.Q(
                                        ("name", ""),
                                        ("sex", ""),
                                        ("birth_date", None),
                                        ("identity_index", ""),
                                        ("phone_index", ""),
                                        ("relation", ""),
                                        ("origin", ""),
                                        _connector="OR",
                                    ),
                                ),
                                fields=["path", "id"],
                                name="resident_incomplete",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("anonymised_at", None), ("left_on__isnull", False)),
                                fields=["left_on", "id"],
                                name="resident_left",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("left_on", None), models.Q(("identity_index", ""), _negated=True)
                                ),
                                fields=("household", "identity_index"),
                                name="resident_once_in_household",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on", None),
                                    ("arrived_on", None),
                                    ("left_on__gte", models.F("arrived_on")),
                                    _connector="OR",
                                ),
                                name="resident_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("anonymised_at", None),
                                    models.Q(
                                        ("birth_date", None),
                                        ("identity_index", ""),
                                        ("identity_number", ""),
                                        ("name", ""),
                                        ("phone", ""),
                                        ("phone_index", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="resident_anonymous",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CorrectionRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "text",
                            governance.foundation.sealed.SealedField(verbose_name="what is to be corrected"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Corrected"), ("refused", "Refused")],
                                default="open",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "answer",
                            governance.foundation.sealed.SealedField(blank=True, verbose_name="answer"),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "resident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="registers.resident",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "correction request",
                        "verbose_name_plural": "correction requests",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at", None), ("state", "open")),
                                    ("answered_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="correction_answered",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResidentMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="moved on")),
                        ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                        ("noted_at", models.DateTimeField(verbose_name="noted")),
                        ("key", models.UUIDField(editable=False, unique=True)),
                        (
                            "from_household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves_out",
                                to="registers.household",
                                verbose_name="from the household",
                            ),
                        ),
                        (
                            "noted_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="noted by",
                            ),
                        ),
                        (
                            "resident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves",
                                to="registers.resident",
                                verbose_name="resident",
                            ),
                        ),
                        (
                            "to_household",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves_in",
                                to="registers.household",
                                verbose_name="to the household",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "move of a resident",
                        "verbose_name_plural": "moves of residents",
                        "indexes": [models.Index(fields=["resident", "-on", "-id"], name="resident_moves")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_household", models.F("to_household")), _negated=True
                                ),
                                name="resident_move_elsewhere",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
