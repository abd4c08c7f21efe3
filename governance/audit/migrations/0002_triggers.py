"""The journal refuses changes and seals itself.

Linking happens in a deferred trigger, at commit, so that a chain's lock is the last lock that a
transaction takes: it cannot take part in a dead-lock with row locks. A commit takes the first of eight chains that
nobody is writing, so that commits do not wait for one another's disk: it begins with the chain of its server
process and waits only where all eight are busy. All entries of one transaction go into one chain: whoever waits
for a chain holds none, so commits cannot wait in a circle. The digest is taken over a JSON array, in which no
value can hide inside its neighbour.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_digest(previous text, e audit_auditentry) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(previous, e.id, extract(epoch FROM e.at), e.actor_id,
        e.actor_name, e.role, e.unit_id, e.client, e.address, e.request_id, e.verb, e.object_type,
        e.object_id, e.object_label, e.before_digest, e.after_digest, e.details)::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE CONSTRAINT TRIGGER audit_entry_link AFTER INSERT ON audit_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link();
CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE ON audit_auditentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_link_fixed BEFORE UPDATE OR DELETE ON audit_auditlink
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_kept BEFORE TRUNCATE ON audit_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_link_kept BEFORE TRUNCATE ON audit_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACKWARD = """
DROP TRIGGER audit_entry_link ON audit_auditentry;
DROP TRIGGER audit_entry_fixed ON audit_auditentry;
DROP TRIGGER audit_link_fixed ON audit_auditlink;
DROP TRIGGER audit_entry_kept ON audit_auditentry;
DROP TRIGGER audit_link_kept ON audit_auditlink;
DROP FUNCTION refuse_change();
DROP FUNCTION audit_link();
DROP FUNCTION audit_digest(text, audit_auditentry);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
