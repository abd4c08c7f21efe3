import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import governance.foundation.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
        ("incidents", "0001_initial"),
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="StepCursor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("read_id", models.BigIntegerField()),
                        ("mark_id", models.BigIntegerField()),
                        ("mark_xid", models.BigIntegerField()),
                    ],
                    options={
                        "verbose_name": "reading mark",
                        "verbose_name_plural": "reading marks",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="CallScript",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "demand_type",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("enquiry", "Enquiry"),
                                    ("help", "Request for help"),
                                    ("complaint", "Complaint"),
                                    ("report_violation", "Report of a violation"),
                                    ("suggestion", "Suggestion"),
                                    ("praise", "Praise"),
                                ],
                                max_length=20,
                                verbose_name="demand type",
                            ),
                        ),
                        (
                            "category_prefix",
                            models.CharField(
                                blank=True,
                                max_length=6,
                                validators=[django.core.validators.RegexValidator("^\\d{0,6}\\Z")],
                                verbose_name="Matter or class",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(verbose_name="version")),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("greeting", models.TextField(verbose_name="greeting")),
                        ("questions", models.JSONField(default=list, verbose_name="questions")),
                        ("closing", models.TextField(verbose_name="closing")),
                        ("valid_from", models.DateTimeField(verbose_name="in force from")),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call script",
                        "verbose_name_plural": "call scripts",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("demand_type", "category_prefix", "version"),
                                name="followup_call_script_version",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallTask",
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
                                    ("owed", "Answer owed"),
                                    ("self_handled", "Sample: handled on the spot"),
                                    ("no_reply", "Sample: no reply asked for"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "To be called"),
                                    ("taken", "Being called"),
                                    ("to_decide", "Answer to be decided on"),
                                    ("done", "Done"),
                                    ("dropped", "No longer needed"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(verbose_name="due")),
                        ("next_try_at", models.DateTimeField(verbose_name="next try")),
                        ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                        ("taken_until", models.DateTimeField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("solved", "Solved"),
                                    ("partly", "Partly solved"),
                                    ("unsolved", "Not solved"),
                                    ("unreachable", "Could not be reached"),
                                    ("refused", "Declined to answer"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "satisfaction",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("5", "Very satisfied"),
                                    ("4", "Satisfied"),
                                    ("3", "Basically satisfied"),
                                    ("2", "Dissatisfied"),
                                    ("1", "Very dissatisfied"),
                                ],
                                max_length=1,
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("redo", "Do it again"),
                                    ("appealable", "Unreasonable: may be appealed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("verdict_reason", models.TextField(blank=True)),
                        ("verdict_at", models.DateTimeField(null=True)),
                        (
                            "step",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "taken_by",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="followup_call_tasks",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "verdict_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call",
                        "verbose_name_plural": "calls",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["waiting", "taken"])),
                                fields=["due_at", "id"],
                                name="followup_call_queue",
                            ),
                            models.Index(
                                condition=models.Q(("state", "taken")),
                                fields=["taken_until"],
                                name="followup_call_taken",
                            ),
                            models.Index(
                                condition=models.Q(("state", "to_decide")),
                                fields=["due_at", "id"],
                                name="followup_call_to_decide",
                            ),
                            models.Index(
                                condition=models.Q(("kind__in", ("self_handled", "no_reply"))),
                                fields=["answered_at"],
                                name="followup_call_sampled",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["waiting", "taken", "to_decide", "done", "dropped"])
                                ),
                                name="followup_call_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["taken", "to_decide", "waiting"])),
                                fields=("ticket",),
                                name="followup_call_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("taken_by", None), ("taken_until", None)),
                                    models.Q(
                                        ("state", "taken"),
                                        ("taken_by__isnull", False),
                                        ("taken_until__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="followup_call_taken_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("satisfied", "Solved, satisfied"),
                                    ("dissatisfied", "Solved, dissatisfied"),
                                    ("unsolved", "Not solved"),
                                    ("unreachable", "Could not be reached"),
                                    ("refused", "Declined to answer"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "satisfaction",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("5", "Very satisfied"),
                                    ("4", "Satisfied"),
                                    ("3", "Basically satisfied"),
                                    ("2", "Dissatisfied"),
                                    ("1", "Very dissatisfied"),
                                ],
                                max_length=1,
                            ),
                        ),
                        ("words", models.TextField(blank=True)),
                        ("answers", models.JSONField(default=list)),
                        ("at", models.DateTimeField()),
                        (
                            "caller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "follow_up",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.followup",
                            ),
                        ),
                        (
                            "script",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="followup.callscript",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="records",
                                to="followup.calltask",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call record",
                        "verbose_name_plural": "call records",
                        "default_permissions": ("view",),
                        "indexes": [models.Index(fields=["at"], name="followup_call_record_at")],
                    },
                ),
                migrations.CreateModel(
                    name="HotlineCall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("contacted_at", models.DateTimeField()),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        (
                            "follow_up",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.followup",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "call of the hotline",
                        "verbose_name_plural": "calls of the hotline",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("ticket", "client", "contacted_at"), name="followup_hotline_call_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageTemplate",
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
                                    ("accepted", "Accepted, with the expected date"),
                                    ("rejected", "Not accepted"),
                                    ("extended", "Extended"),
                                    ("evaluation", "Please evaluate"),
                                    ("closed", "Closed"),
                                    ("supplement", "Please add something"),
                                    ("one_time_notice", "One-time notice"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(verbose_name="version")),
                        ("text", models.TextField(verbose_name="text")),
                        ("valid_from", models.DateTimeField(verbose_name="in force from")),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message template",
                        "verbose_name_plural": "message templates",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "version"), name="followup_message_template_version"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SampleRate",
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
                                    ("self_handled", "Sample: handled on the spot"),
                                    ("no_reply", "Sample: no reply asked for"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "category_prefix",
                            models.CharField(
                                blank=True,
                                max_length=6,
                                validators=[django.core.validators.RegexValidator("^\\d{0,6}\\Z")],
                                verbose_name="Matter or class",
                            ),
                        ),
                        (
                            "percent",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="percent",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="from the day")),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "sampling rate",
                        "verbose_name_plural": "sampling rates",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "category_prefix", "valid_from"),
                                name="followup_sample_rate_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                                name="followup_sample_rate_share",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SignedLink",
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
                                    ("evaluate", "Evaluation"),
                                    ("supplement", "Supplement"),
                                    ("outside", "Answer of an outside unit"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("nonce", models.CharField(editable=False, max_length=22)),
                        ("created_at", models.DateTimeField(verbose_name="made")),
                        ("expires_at", models.DateTimeField(verbose_name="ends")),
                        ("round_at", models.DateTimeField(null=True)),
                        (
                            "outside_name",
                            models.CharField(blank=True, max_length=80, verbose_name="outside unit"),
                        ),
                        ("task", models.TextField(blank=True, verbose_name="what is asked")),
                        ("most_uses", models.PositiveSmallIntegerField(default=1)),
                        ("uses", models.PositiveSmallIntegerField(default=0)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
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
                            "requester",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.requester",
                            ),
                        ),
                        (
                            "revoked_by",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signed_links",
                                to="incidents.ticket",
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
                        "verbose_name": "signed link",
                        "verbose_name_plural": "signed links",
                        "default_permissions": ("view",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("uses__lte", models.F("most_uses"))),
                                name="followup_link_uses_bounded",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutsideAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("who", models.CharField(max_length=60)),
                        ("text", models.TextField()),
                        ("at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "To be confirmed"),
                                    ("confirmed", "Taken into the feedback"),
                                    ("declined", "Not taken"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.TextField(blank=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("photos", models.ManyToManyField(related_name="+", to="incidents.attachment")),
                        (
                            "step",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outside_answers",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="followup.signedlink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer of an outside unit",
                        "verbose_name_plural": "answers of outside units",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="Message",
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
                                    ("accepted", "Accepted, with the expected date"),
                                    ("rejected", "Not accepted"),
                                    ("extended", "Extended"),
                                    ("evaluation", "Please evaluate"),
                                    ("closed", "Closed"),
                                    ("supplement", "Please add something"),
                                    ("one_time_notice", "One-time notice"),
                                ],
                                max_length=16,
                                verbose_name="kind",
                            ),
                        ),
                        ("text", models.TextField()),
                        ("phone", models.CharField(max_length=30, verbose_name="phone")),
                        ("at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "Waiting"),
                                    ("sending", "Being sent"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Not sent any more"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_try_at", models.DateTimeField()),
                        ("claimed_until", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("error", models.CharField(blank=True, max_length=200)),
                        ("receipt", models.CharField(blank=True, max_length=80)),
                        (
                            "requester",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="incidents.requester",
                            ),
                        ),
                        (
                            "resent_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="resent",
                                to="followup.message",
                            ),
                        ),
                        (
                            "step",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.step",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="messages",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "written_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "link",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="followup.signedlink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "message",
                        "verbose_name_plural": "messages",
                        "default_permissions": ("view",),
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["next_try_at", "id"],
                                name="followup_message_waiting",
                            ),
                            models.Index(fields=["-at", "-id"], name="followup_message_newest"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["queued", "sending", "sent", "failed", "cancelled"])
                                ),
                                name="followup_message_state_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("resent_of", None), ("step__isnull", False)),
                                fields=("step", "requester", "kind"),
                                name="followup_message_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "solved",
                            models.CharField(
                                choices=[
                                    ("solved", "Solved"),
                                    ("partly", "Partly solved"),
                                    ("unsolved", "Not solved"),
                                    ("unreachable", "Could not be reached"),
                                    ("refused", "Declined to answer"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "satisfaction",
                            models.CharField(
                                choices=[
                                    ("5", "Very satisfied"),
                                    ("4", "Satisfied"),
                                    ("3", "Basically satisfied"),
                                    ("2", "Dissatisfied"),
                                    ("1", "Very dissatisfied"),
                                ],
                                max_length=1,
                            ),
                        ),
                        ("words", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                        (
                            "follow_up",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.followup",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evaluations",
                                to="incidents.ticket",
                            ),
                        ),
                        (
                            "link",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluation",
                                to="followup.signedlink",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "evaluation",
                        "verbose_name_plural": "evaluations",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="Turnstile",
                    fields=[
                        ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("since", models.DateTimeField()),
                        ("count", models.PositiveIntegerField()),
                    ],
                    options={
                        "verbose_name": "count of tries",
                        "verbose_name_plural": "counts of tries",
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["since"], name="followup_turnstile_since")],
                    },
                ),
            ],
        ),
    ]
