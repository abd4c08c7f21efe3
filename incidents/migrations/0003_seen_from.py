"""Who is concerned by a ticket, as one indexed column: the places it lies in and the units that take part.

A person's reach is then a single condition that the planner can estimate, whether it matches ten tickets of a
small department or half of the city. The database keeps the column itself, so that no writer can forget it:
positive numbers are the codes along `region_path`, negative ones the ids of units that take or took part, of the
unit that holds the open ticket, and (beyond 10^15) of the person who reported it. The places of the grids that the
ticket was filed in and lies in now count as well.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ticket_seen_from() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER ticket_seen_from
    BEFORE INSERT OR UPDATE OF seen_from, region_path, state, holder_id, filed_grid_id, now_grid_id
    ON incidents_ticket FOR EACH ROW EXECUTE FUNCTION ticket_seen_from();

CREATE FUNCTION assignment_seen_from() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE incidents_ticket SET seen_from = seen_from
     WHERE id = NEW.ticket_id AND NOT seen_from @> ARRAY[-NEW.unit_id];
    RETURN NULL;
END $$;

CREATE TRIGGER assignment_seen_from AFTER INSERT ON incidents_assignment
    FOR EACH ROW EXECUTE FUNCTION assignment_seen_from();

ALTER TABLE incidents_ticket ALTER COLUMN seen_from SET STATISTICS 1000;
ALTER TABLE incidents_ticket ALTER COLUMN search SET STATISTICS 400;
-- Room in each page, so that a flag (late, urged) is set without touching any index.
ALTER TABLE incidents_ticket SET (fillfactor = 85);
"""

BACKWARD = """
ALTER TABLE incidents_ticket RESET (fillfactor);
ALTER TABLE incidents_ticket ALTER COLUMN search SET STATISTICS -1;
ALTER TABLE incidents_ticket ALTER COLUMN seen_from SET STATISTICS -1;
DROP TRIGGER assignment_seen_from ON incidents_assignment;
DROP TRIGGER ticket_seen_from ON incidents_ticket;
DROP FUNCTION assignment_seen_from();
DROP FUNCTION ticket_seen_from();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_history_fixed")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
