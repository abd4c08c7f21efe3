"""Triggers that renew the version of the calendars with every write, whoever writes."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION foundation_renew_calendar_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO foundation_calendarversion (id, token) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET token = EXCLUDED.token;
    RETURN NULL;
END $$;
CREATE TRIGGER renew_version AFTER INSERT OR UPDATE OR DELETE ON foundation_workcalendar
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_renew_calendar_version();
CREATE TRIGGER renew_version AFTER INSERT OR UPDATE OR DELETE ON foundation_calendarday
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_renew_calendar_version();
CREATE TRIGGER renew_version AFTER INSERT OR UPDATE OR DELETE ON foundation_calendaryear
    FOR EACH STATEMENT EXECUTE FUNCTION foundation_renew_calendar_version();
"""

BACKWARD = """
DROP TRIGGER renew_version ON foundation_workcalendar;
DROP TRIGGER renew_version ON foundation_calendarday;
DROP TRIGGER renew_version ON foundation_calendaryear;
DROP FUNCTION foundation_renew_calendar_version();
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
