"""Sums of open tickets, and the changes of open tickets that are not in them yet: written down by the database."""

from django.db import migrations, models

OPEN = "'accepted', 'dispatched', 'feedback', 'follow_up', 'handling', 'registered', 'returned', 'suspended', 'verifying'"
NAMES = (
    "sign, town_id, community_id, now_grid_id, source_id, is_moved, state, holder_id, is_sensitive, is_critical,"
    " is_key_report, is_urged, next_due_at, next_warn_at"
)
LINE = """{sign}, coalesce({row}.town_id, 0), coalesce({row}.community_id, 0), coalesce({row}.now_grid_id, 0),
        {row}.source_id,
        {row}.now_grid_id IS NOT NULL OR {row}.filed_grid_id IS NOT NULL OR {row}.filed_region_id IS NOT NULL
            OR ({row}.town_id IS NULL AND split_part({row}.region_path, '/', 3) <> ''),
        {row}.state, coalesce({row}.holder_id, 0), {row}.is_sensitive, {row}.urgency = 'critical', {row}.is_key_report,
        {row}.is_urged, {row}.next_due_at, {row}.next_warn_at"""
WATCHED = (
    "region_path", "town_id", "community_id", "now_grid_id", "filed_grid_id", "filed_region_id", "source_id", "state", "holder_id",
    "is_sensitive", "urgency", "is_key_report", "is_urged", "next_due_at", "next_warn_at",
)  # fmt: skip
OLD, NEW = (", ".join(f"{row}.{name}" for name in WATCHED) for row in ("OLD", "NEW"))
FORWARD = f"""
CREATE FUNCTION ticket_open_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.state IN ({OPEN}) THEN
        INSERT INTO incidents_openchange ({NAMES}) VALUES ({LINE.format(sign=-1, row="OLD")});
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ({OPEN}) THEN
        INSERT INTO incidents_openchange ({NAMES}) VALUES ({LINE.format(sign=1, row="NEW")});
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_open_entered AFTER INSERT OR DELETE ON incidents_ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_open_change();
CREATE TRIGGER ticket_open_changed AFTER UPDATE ON incidents_ticket
    FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION ticket_open_change();
ALTER TABLE incidents_opensum SET (fillfactor = 60);
ALTER TABLE incidents_openchange SET UNLOGGED;
ALTER TABLE incidents_opensum SET UNLOGGED;
ALTER TABLE incidents_openreach SET UNLOGGED;
"""  # noqa: S608  # ours
BACKWARD = """
DROP TRIGGER ticket_open_changed ON incidents_ticket;
DROP TRIGGER ticket_open_entered ON incidents_ticket;
DROP FUNCTION ticket_open_change();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_open_read_alone")]

    operations = [
        migrations.CreateModel(
            name="OpenChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("town_id", models.BigIntegerField()),
                ("community_id", models.BigIntegerField()),
                ("now_grid_id", models.BigIntegerField()),
                ("is_moved", models.BooleanField()),
                ("state", models.CharField(max_length=16)),
                ("holder_id", models.BigIntegerField()),
                ("is_sensitive", models.BooleanField()),
                ("is_critical", models.BooleanField()),
                ("is_key_report", models.BooleanField()),
                ("is_urged", models.BooleanField()),
                ("sign", models.SmallIntegerField()),
                ("source_id", models.BigIntegerField()),
                ("next_due_at", models.DateTimeField(null=True)),
                ("next_warn_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OpenReach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OpenSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("town_id", models.BigIntegerField()),
                ("community_id", models.BigIntegerField()),
                ("now_grid_id", models.BigIntegerField()),
                ("is_moved", models.BooleanField()),
                ("state", models.CharField(max_length=16)),
                ("holder_id", models.BigIntegerField()),
                ("is_sensitive", models.BooleanField()),
                ("is_trial", models.BooleanField()),
                ("many", models.IntegerField()),
                ("critical", models.IntegerField()),
                ("keyed", models.IntegerField()),
                ("urged", models.IntegerField()),
                ("late", models.IntegerField()),
                ("soon", models.IntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("next_warn_at__isnull", False)),
                fields=["next_warn_at"],
                name="ticket_next_warn",
            ),
        ),
        migrations.AddConstraint(
            model_name="opensum",
            constraint=models.UniqueConstraint(
                fields=(
                    "town_id",
                    "community_id",
                    "now_grid_id",
                    "is_trial",
                    "is_moved",
                    "state",
                    "holder_id",
                    "is_sensitive",
                ),
                name="open_sum_once",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
