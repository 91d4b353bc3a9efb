"""No teacher and no room is in two standing sessions at once, and what was paid doesn't change: held by triggers,
since SQLite knows no exclusion constraint.

Django changes a table of SQLite by making it anew, which drops its triggers: a later migration of `courses_session` or
`courses_teacherfee` adds them again.
"""

from __future__ import annotations

from django.db import migrations


def overlap(what: str) -> str:
    """Whether another standing session has the same `what` while the new one lasts. An hour's end is the next's begin."""
    return f"""
SELECT 1 FROM courses_session AS other
WHERE other.{what}_id = NEW.{what}_id AND other.id <> COALESCE(NEW.id, -1) AND other.cancelled_at IS NULL
AND other.begins_at < NEW.ends_at AND NEW.begins_at < other.ends_at
"""


PAID_CHANGED = """
OLD.paid_on IS NOT NULL AND (NEW.amount <> OLD.amount OR NEW.session_id <> OLD.session_id
OR NEW.teacher_id <> OLD.teacher_id OR NEW.paid_on IS NULL OR NEW.paid_on <> OLD.paid_on)
"""

SQLITE = [
    f"""
CREATE TRIGGER courses_session_{verb.lower()}_{what} BEFORE {verb} ON courses_session
WHEN NEW.cancelled_at IS NULL AND EXISTS ({overlap(what)})
BEGIN SELECT RAISE(ABORT, 'session_{what}_taken'); END
"""
    for verb in ("INSERT", "UPDATE")
    for what in ("teacher", "room")
] + [
    f"""
CREATE TRIGGER courses_teacherfee_paid BEFORE UPDATE ON courses_teacherfee
WHEN {PAID_CHANGED}
BEGIN SELECT RAISE(ABORT, 'fee_paid_never_changes'); END
"""
]

POSTGRESQL = [
    f"""
CREATE FUNCTION courses_session_overlap() RETURNS trigger AS $$
BEGIN
    IF NEW.cancelled_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    -- One writer of a teacher and of a room at a time, or two could miss each other.
    PERFORM 1 FROM courses_teacher WHERE id = NEW.teacher_id FOR NO KEY UPDATE;
    PERFORM 1 FROM places_room WHERE id = NEW.room_id FOR NO KEY UPDATE;
    IF EXISTS ({overlap("teacher")}) THEN
        RAISE EXCEPTION 'session_teacher_taken' USING ERRCODE = 'exclusion_violation';
    END IF;
    IF EXISTS ({overlap("room")}) THEN
        RAISE EXCEPTION 'session_room_taken' USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
""",
    """
CREATE TRIGGER courses_session_overlap BEFORE INSERT OR UPDATE ON courses_session
FOR EACH ROW EXECUTE FUNCTION courses_session_overlap()
""",
    f"""
CREATE FUNCTION courses_teacherfee_paid() RETURNS trigger AS $$
BEGIN
    IF {PAID_CHANGED} THEN
        RAISE EXCEPTION 'fee_paid_never_changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql
""",
    """
CREATE TRIGGER courses_teacherfee_paid BEFORE UPDATE ON courses_teacherfee
FOR EACH ROW EXECUTE FUNCTION courses_teacherfee_paid()
""",
]


def add_triggers(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("insert", "update"):
            for what in ("teacher", "room"):
                schema_editor.execute(f"DROP TRIGGER courses_session_{verb}_{what}", params=None)
        schema_editor.execute("DROP TRIGGER courses_teacherfee_paid", params=None)
        return
    for table, name in (("courses_session", "courses_session_overlap"), ("courses_teacherfee", "courses_teacherfee_paid")):
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
        schema_editor.execute(f"DROP FUNCTION {name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_teachers_and_their_calendar")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
