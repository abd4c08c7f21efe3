"""What every report names is watched from the other side: a source, a category, a place, a unit, a client, a person.

A foreign key reads and locks each row that a new ticket names, a dozen of them, most of them the same for every
ticket that comes at that moment. None of these rows is ever deleted by the platform: they end, and stay. So the rule
is kept where it can be broken: deleting one that a ticket, a step or a limit names is refused, at the end of the
transaction as a foreign key would. (Truncating tables and loading rows past the platform are the operator's own.)
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from governance.foundation.tables import Together

NAMED = {
    "incidents_ticketsource": ("incidents_ticket.source_id",),
    "incidents_mattercategory": ("incidents_ticket.category_id",),
    "exchange_apiclient": ("incidents_ticket.client_id",),
    "grids_region": (
        "incidents_ticket.region_id",
        "incidents_ticket.town_id",
        "incidents_ticket.community_id",
    ),
    "grids_grid": ("incidents_ticket.grid_id",),
    "accounts_user": ("incidents_step.actor_id",),
    "accounts_orgunit": (
        "incidents_ticket.holder_id",
        "incidents_step.unit_id",
        "incidents_step.holder_id",
        "incidents_deadline.unit_id",
    ),
}
COLUMNS = [(table, *column.split(".")) for table, columns in NAMED.items() for column in columns]

UNCHECKED = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT c.conname FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND c.conrelid = '{table}'::regclass AND a.attname = '{column}'
    LOOP
        EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', found.conname);
    END LOOP;
END $$
"""
CHECKED = (
    "ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk FOREIGN KEY ({column}) "
    "REFERENCES {parent} (id) DEFERRABLE INITIALLY DEFERRED"
)

GUARD = """
CREATE FUNCTION named_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    place text;
    is_named boolean;
BEGIN
    FOREACH place IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)',
                       split_part(place, '.', 1), split_part(place, '.', 2))
           INTO is_named USING OLD.id;
        IF is_named THEN
            RAISE EXCEPTION 'DELETE on % is refused: %=% names it', TG_TABLE_NAME, place, OLD.id
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""
WATCH = (
    "CREATE CONSTRAINT TRIGGER named_stays AFTER DELETE ON {table} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION named_stays({columns})"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_presence"),
        ("exchange", "0001_initial"),
        ("grids", "0002_serials"),
        ("incidents", "0008_pressing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.SeparateDatabaseAndState(
                    database_operations=[
                        migrations.RunSQL(
                            UNCHECKED.format(table=table, column=column),
                            CHECKED.format(table=table, column=column, parent=parent),
                        )
                        for parent, table, column in COLUMNS
                    ],
                    state_operations=[
                        migrations.AlterField(
                            model_name="deadline",
                            name="unit",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                                verbose_name="unit",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="step",
                            name="actor",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        migrations.AlterField(
                            model_name="step",
                            name="holder",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="step",
                            name="unit",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.orgunit",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="category",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.mattercategory",
                                verbose_name="category",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="client",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="exchange.apiclient",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="community",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="grid",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.grid",
                                verbose_name="grid",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="holder",
                            field=models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="held",
                                to="accounts.orgunit",
                                verbose_name="held by",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="region",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                                verbose_name="region",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="source",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                to="incidents.ticketsource",
                                verbose_name="source",
                            ),
                        ),
                        migrations.AlterField(
                            model_name="ticket",
                            name="town",
                            field=models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="grids.region",
                            ),
                        ),
                    ],
                ),
            ]
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION named_stays()"),
        *(
            migrations.RunSQL(
                WATCH.format(table=table, columns=", ".join(f"'{column}'" for column in columns)),
                f"DROP TRIGGER named_stays ON {table}",
            )
            for table, columns in NAMED.items()
        ),
    ]
