"""Where a ticket stood when it was filed and where its place lies today, beside where it is answered for; notices for
one person alone.

Both new columns are empty unless a revision of grids made a difference, so that a report costs no more than before.
Readers of the grid it was filed under and of the present one see the ticket as well: the trigger says so.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE OR REPLACE FUNCTION ticket_seen_from() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.seen_from := string_to_array(trim(trailing '/' FROM NEW.region_path), '/')::bigint[]
        || ARRAY(SELECT DISTINCT -unit_id FROM incidents_assignment WHERE ticket_id = NEW.id);
    IF NEW.reporter_id IS NOT NULL THEN
        NEW.seen_from := NEW.seen_from || -(1000000000000000 + NEW.reporter_id);
    END IF;
    IF NEW.state NOT IN ('rejected', 'merged', 'closed', 'archived', 'voided')
            AND NOT NEW.seen_from @> ARRAY[-NEW.holder_id] THEN
        NEW.seen_from := NEW.seen_from || -NEW.holder_id;
    END IF;
    IF NEW.filed_grid_id IS NOT NULL OR NEW.now_grid_id IS NOT NULL THEN
        NEW.seen_from := NEW.seen_from || ARRAY(
            SELECT DISTINCT part::bigint
              FROM grids_grid g, unnest(string_to_array(trim(trailing '/' FROM g.path), '/')) AS part
             WHERE g.id IN (NEW.filed_grid_id, NEW.now_grid_id) AND part::bigint <> ALL (NEW.seen_from));
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER ticket_seen_from ON incidents_ticket;
CREATE TRIGGER ticket_seen_from
    BEFORE INSERT OR UPDATE OF seen_from, region_path, state, holder_id, filed_grid_id, now_grid_id
    ON incidents_ticket FOR EACH ROW EXECUTE FUNCTION ticket_seen_from();
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION ticket_seen_from() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.seen_from := string_to_array(trim(trailing '/' FROM NEW.region_path), '/')::bigint[]
        || ARRAY(SELECT DISTINCT -unit_id FROM incidents_assignment WHERE ticket_id = NEW.id);
    IF NEW.reporter_id IS NOT NULL THEN
        NEW.seen_from := NEW.seen_from || -(1000000000000000 + NEW.reporter_id);
    END IF;
    IF NEW.state NOT IN ('rejected', 'merged', 'closed', 'archived', 'voided')
            AND NOT NEW.seen_from @> ARRAY[-NEW.holder_id] THEN
        NEW.seen_from := NEW.seen_from || -NEW.holder_id;
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER ticket_seen_from ON incidents_ticket;
CREATE TRIGGER ticket_seen_from BEFORE INSERT OR UPDATE OF seen_from, region_path, state, holder_id
    ON incidents_ticket FOR EACH ROW EXECUTE FUNCTION ticket_seen_from();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("exchange", "0001_initial"),
        ("grids", "0002_revisions"),
        ("incidents", "0007_one_index_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_once",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_newest",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_open_place",
        ),
        migrations.AddField(
            model_name="notice",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="filed_grid",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="grids.grid",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="now_grid",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="grids.grid",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("user__isnull", False)), fields=["user", "-id"], name="notice_user"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["-registered_at", "-id"],
                include=("source", "town", "community", "grid", "state", "filed_grid", "now_grid"),
                name="ticket_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("filed_grid__isnull", False)),
                fields=["filed_grid", "-registered_at", "-id"],
                name="ticket_filed_grid",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("now_grid__isnull", False)),
                fields=["now_grid", "-registered_at", "-id"],
                name="ticket_now_grid",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "accepted",
                            "dispatched",
                            "feedback",
                            "follow_up",
                            "handling",
                            "registered",
                            "returned",
                            "suspended",
                            "verifying",
                        ],
                    )
                ),
                fields=["region_path"],
                include=("state", "town", "community", "grid", "next_due_at", "filed_grid", "now_grid"),
                name="ticket_open_place",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user", None)), fields=("step", "unit", "audience"), name="notice_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", False)),
                fields=("step", "user", "audience"),
                name="notice_once_person",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
