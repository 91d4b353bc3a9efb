"""Two stretches of one room on one weekday never overlap: held by triggers, since SQLite knows no exclusion constraint.

Django changes a table of SQLite by making it anew, which drops its triggers: a later migration of this table adds them
again.
"""

from __future__ import annotations

from django.db import migrations

OVERLAP = """
SELECT 1 FROM places_roomslot AS other
WHERE other.room_id = NEW.room_id AND other.weekday = NEW.weekday AND other.id <> COALESCE(NEW.id, -1)
AND other.begins < NEW.ends AND NEW.begins < other.ends
"""

SQLITE = [
    f"""
CREATE TRIGGER places_roomslot_{verb.lower()}_overlap BEFORE {verb} ON places_roomslot
WHEN EXISTS ({OVERLAP})
BEGIN SELECT RAISE(ABORT, 'room_slots_never_overlap'); END
"""
    for verb in ("INSERT", "UPDATE")
]

POSTGRESQL = [
    f"""
CREATE FUNCTION places_roomslot_overlap() RETURNS trigger AS $$
BEGIN
    -- One writer of a room at a time, or two could miss each other.
    PERFORM 1 FROM places_room WHERE id = NEW.room_id FOR UPDATE;
    IF EXISTS ({OVERLAP}) THEN
        RAISE EXCEPTION 'room_slots_never_overlap' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
""",
    """
CREATE TRIGGER places_roomslot_overlap BEFORE INSERT OR UPDATE ON places_roomslot
FOR EACH ROW EXECUTE FUNCTION places_roomslot_overlap()
""",
]


def add_triggers(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER places_roomslot_{verb}_overlap", params=None)
        return
    schema_editor.execute("DROP TRIGGER places_roomslot_overlap ON places_roomslot", params=None)
    schema_editor.execute("DROP FUNCTION places_roomslot_overlap()", params=None)


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
