"""Ticket serials; steps that nobody can change but for the mark that they were delivered; fixed changes of due times."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE ticket_serial MINVALUE 1 MAXVALUE 999999 CYCLE;

CREATE FUNCTION step_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'delivered_at' IS DISTINCT FROM to_jsonb(OLD) - 'delivered_at' THEN
        RAISE EXCEPTION 'UPDATE on incidents_step is refused: steps are history'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER step_fixed BEFORE UPDATE ON incidents_step FOR EACH ROW EXECUTE FUNCTION step_fixed();
CREATE TRIGGER step_kept BEFORE DELETE ON incidents_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER step_not_emptied BEFORE TRUNCATE ON incidents_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION due_change_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'UPDATE on incidents_duechange is refused: changes of due times are history'
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER due_change_fixed BEFORE UPDATE ON incidents_duechange
    FOR EACH ROW EXECUTE FUNCTION due_change_fixed();
"""

BACKWARD = """
DROP TRIGGER due_change_fixed ON incidents_duechange;
DROP FUNCTION due_change_fixed();
DROP TRIGGER step_fixed ON incidents_step;
DROP TRIGGER step_kept ON incidents_step;
DROP TRIGGER step_not_emptied ON incidents_step;
DROP FUNCTION step_fixed();
DROP SEQUENCE ticket_serial;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("audit", "0002_triggers")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
