"""A commit takes the first chain that nobody is writing, so that commits do not wait for one another's disk.

It begins with the chain of its server process and waits only where all eight are busy. All entries of one
transaction go into one chain: whoever waits for a chain holds none, so commits cannot wait in a circle.
"""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own_chain smallint := nullif(current_setting('audit.chain', true), '')::smallint;
    last_position bigint;
    last_digest text;
    is_free boolean := false;
BEGIN
    IF own_chain IS NULL THEN
        FOR turn IN 0..7 LOOP
            own_chain := (pg_backend_pid() + turn) % 8;
            is_free := pg_try_advisory_xact_lock(719203, own_chain);
            EXIT WHEN is_free;
        END LOOP;
        IF NOT is_free THEN
            own_chain := pg_backend_pid() % 8;
            PERFORM pg_advisory_xact_lock(719203, own_chain);
        END IF;
        PERFORM set_config('audit.chain', own_chain::text, true);
    END IF;
    SELECT position, digest INTO last_position, last_digest FROM audit_auditlink
     WHERE chain = own_chain ORDER BY position DESC LIMIT 1;
    INSERT INTO audit_auditlink (entry_id, chain, position, digest)
    VALUES (NEW.id, own_chain, coalesce(last_position, 0) + 1,
            audit_digest(coalesce(last_digest, ''), NEW));
    RETURN NULL;
END $$;
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own_chain smallint := pg_backend_pid() % 8;
    head record;
BEGIN
    PERFORM pg_advisory_xact_lock(719203, own_chain);
    SELECT position, digest INTO head FROM audit_auditlink
     WHERE chain = own_chain ORDER BY position DESC LIMIT 1;
    INSERT INTO audit_auditlink (entry_id, chain, position, digest)
    VALUES (NEW.id, own_chain, coalesce(head.position, 0) + 1,
            audit_digest(coalesce(head.digest, ''), NEW));
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_triggers")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
