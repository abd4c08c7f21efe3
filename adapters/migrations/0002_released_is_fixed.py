"""A released version of a mapping is never changed: the database refuses it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION adapters_version_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a released version of a mapping is never changed' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER adapters_version_fixed BEFORE UPDATE OR DELETE ON adapters_mappingversion
    FOR EACH ROW WHEN (OLD.state = 'released') EXECUTE FUNCTION adapters_version_fixed();
"""

BACKWARD = """
DROP TRIGGER adapters_version_fixed ON adapters_mappingversion;
DROP FUNCTION adapters_version_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("adapters", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
