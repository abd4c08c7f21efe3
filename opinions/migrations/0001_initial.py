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
    ]

    operations = [
        governance.foundation.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="OnlineOpinion",
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
                                    ("registered", "Registered"),
                                    ("watching", "Under watch"),
                                    ("assigned", "Assigned for response"),
                                    ("responded", "Responded"),
                                    ("closed", "Closed"),
                                    ("dismissed", "Not taken up"),
                                ],
                                default="registered",
                                max_length=12,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "platform",
                            models.CharField(
                                choices=[
                                    ("weibo", "Weibo"),
                                    ("wechat", "WeChat"),
                                    ("short_video", "Short video"),
                                    ("forum", "Forum"),
                                    ("news", "News site"),
                                    ("message_board", "Leaders' message board"),
                                    ("other", "Other platform"),
                                ],
                                max_length=16,
                                verbose_name="platform",
                            ),
                        ),
                        ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                        (
                            "poster",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="account that posted it"
                            ),
                        ),
                        ("title", models.CharField(max_length=120, verbose_name="title")),
                        ("text", models.TextField(verbose_name="text")),
                        ("found_at", models.DateTimeField(verbose_name="found")),
                        (
                            "sentiment",
                            models.CharField(
                                choices=[
                                    ("positive", "Positive"),
                                    ("neutral", "Neutral"),
                                    ("negative", "Negative"),
                                ],
                                default="neutral",
                                max_length=10,
                                verbose_name="sentiment",
                            ),
                        ),
                        ("views", models.PositiveIntegerField(default=0)),
                        ("comments", models.PositiveIntegerField(default=0)),
                        ("shares", models.PositiveIntegerField(default=0)),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        (
                            "level",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("general", "General"),
                                    ("larger", "Larger"),
                                    ("major", "Major"),
                                    ("grave", "Especially major"),
                                ],
                                max_length=10,
                                verbose_name="level",
                            ),
                        ),
                        ("analysis", models.TextField(blank=True)),
                        ("assess_due_at", models.DateTimeField()),
                        ("assessed_at", models.DateTimeField(null=True)),
                        ("assigned_at", models.DateTimeField(null=True)),
                        ("respond_due_at", models.DateTimeField(null=True)),
                        ("response", models.TextField(blank=True)),
                        ("response_link", models.URLField(blank=True, max_length=500)),
                        ("responded_at", models.DateTimeField(null=True)),
                        (
                            "result",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("settled", "Matter solved, calm again"),
                                    ("explained", "Explained and understood"),
                                    ("refuted", "Rumour refuted"),
                                    ("faded", "Faded by itself"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("alarmed_for", models.DateTimeField(editable=False, null=True)),
                        ("registered_at", models.DateTimeField()),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="responsible unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "online opinion",
                        "verbose_name_plural": "online opinions",
                        "indexes": [
                            models.Index(fields=["-found_at", "-id"], name="opinion_newest"),
                            models.Index(fields=["unit", "-found_at"], name="opinion_unit"),
                            models.Index(
                                fields=["region_path"],
                                name="opinion_place",
                                opclasses=["varchar_pattern_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("state", "registered")),
                                fields=["assess_due_at"],
                                name="opinion_to_assess",
                            ),
                            models.Index(
                                condition=models.Q(("state", "assigned")),
                                fields=["respond_due_at"],
                                name="opinion_to_answer",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "registered",
                                            "watching",
                                            "assigned",
                                            "responded",
                                            "closed",
                                            "dismissed",
                                        ],
                                    )
                                ),
                                name="opinion_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["registered", "watching", "closed", "dismissed"]),
                                    models.Q(
                                        ("level__gt", ""),
                                        ("respond_due_at__isnull", False),
                                        ("unit__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="opinion_assigned_to_a_unit",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpinionLimit",
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
                                choices=[("assess", "To assess"), ("respond", "To respond")],
                                max_length=8,
                                verbose_name="stage",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("general", "General"),
                                    ("larger", "Larger"),
                                    ("major", "Major"),
                                    ("grave", "Especially major"),
                                ],
                                help_text="Empty for the limit to assess: the level is not known before",
                                max_length=10,
                                verbose_name="level",
                            ),
                        ),
                        ("amount", models.PositiveSmallIntegerField(verbose_name="amount")),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("minute", "minute"),
                                    ("hour", "hour"),
                                    ("workday", "workday"),
                                    ("day", "day"),
                                ],
                                max_length=10,
                                verbose_name="unit of time",
                            ),
                        ),
                        (
                            "clock",
                            models.CharField(
                                choices=[("working", "working"), ("natural", "natural")],
                                max_length=10,
                                verbose_name="clock",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                    ],
                    options={
                        "verbose_name": "limit of online opinion",
                        "verbose_name_plural": "limits of online opinion",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("stage", "level", "valid_from"), name="opinion_limit_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("level", ""), ("stage", "assess")),
                                    models.Q(("stage", "respond"), models.Q(("level", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="opinion_limit_level",
                                violation_error_message="The limit to respond has a level, the limit to assess has none",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 1)), name="opinion_limit_amount"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpinionPost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("region_path", models.CharField(editable=False, max_length=80)),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="opinion_posts",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "post of online opinion",
                        "verbose_name_plural": "posts of online opinion",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="opinion_post_dates",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpinionReading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("views", models.PositiveIntegerField()),
                        ("comments", models.PositiveIntegerField()),
                        ("shares", models.PositiveIntegerField()),
                        (
                            "opinion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="readings",
                                to="opinions.onlineopinion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reading of the spread",
                        "verbose_name_plural": "readings of the spread",
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="OpinionStep",
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
                        ("opinion_text", models.TextField(blank=True)),
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
                            "opinion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="opinions.onlineopinion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of an opinion",
                        "verbose_name_plural": "steps of opinions",
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="OpinionTicket",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("opened_from", "opened from the ticket"),
                                    ("raised", "raised by the opinion"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "opinion",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tickets",
                                to="opinions.onlineopinion",
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="incidents.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ticket of an opinion",
                        "verbose_name_plural": "tickets of opinions",
                        "default_permissions": (),
                        "constraints": [
                            models.UniqueConstraint(fields=("opinion", "ticket"), name="opinion_ticket_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("origin", "raised")),
                                fields=("opinion",),
                                name="opinion_raises_one_ticket",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
