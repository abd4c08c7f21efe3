"""Serials, and the triggers that keep texts and steps as they were written."""

from django.db import migrations

SERIALS = ("key_report_serial", "accountability_serial")
KEEP = """
CREATE FUNCTION key_reports_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only a change of the key that seals the body may write to a row again.
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'body' = to_jsonb(OLD) - 'body' AND to_jsonb(OLD) ? 'body' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON key_reports_reporttext
    FOR EACH ROW EXECUTE FUNCTION key_reports_keep();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON key_reports_keystep
    FOR EACH ROW EXECUTE FUNCTION key_reports_keep();
"""
UNKEEP = """
DROP TRIGGER keep ON key_reports_keystep;
DROP TRIGGER keep ON key_reports_reporttext;
DROP FUNCTION key_reports_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("key_reports", "0001_initial")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE SEQUENCE {name} MINVALUE 1 MAXVALUE 999999 CYCLE", f"DROP SEQUENCE {name}"
            )
            for name in SERIALS
        ),
        migrations.RunSQL(KEEP, UNKEEP),
    ]
