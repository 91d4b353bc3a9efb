"""An audit row is written once: triggers refuse to change or delete one, on both databases.

Django changes a table of SQLite by making it anew, which drops its triggers: a later migration of this table adds them
again.
"""

from __future__ import annotations

from django.db import migrations

SQLITE = [
    f"""
CREATE TRIGGER accounts_auditentry_{verb.lower()} BEFORE {verb} ON accounts_auditentry
BEGIN SELECT RAISE(ABORT, 'audit_is_append_only'); END
"""
    for verb in ("UPDATE", "DELETE")
]

POSTGRESQL = [
    """
CREATE FUNCTION accounts_auditentry_stays() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'audit_is_append_only' USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql
""",
    """
CREATE TRIGGER accounts_auditentry_stays BEFORE UPDATE OR DELETE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_stays()
""",
]


def add_triggers(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER accounts_auditentry_{verb}", params=None)
        return
    schema_editor.execute("DROP TRIGGER accounts_auditentry_stays ON accounts_auditentry", params=None)
    schema_editor.execute("DROP FUNCTION accounts_auditentry_stays()", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_phones_codes_audit")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
