"""Who looked at a person's details, and who did what for them, is written once: triggers refuse anything else.

Django changes a table of SQLite by making it anew, which drops its triggers: a later migration of these tables adds
them again.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("accounts_profilelook", "accounts_delegatedact")
VERBS = ("UPDATE", "DELETE")


def add_triggers(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for verb in VERBS:
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table}_is_append_only'); END",
                    params=None,
                )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {table}_stays() RETURNS trigger AS $$ BEGIN "
                f"RAISE EXCEPTION '{table}_is_append_only' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$ LANGUAGE plpgsql",
                params=None,
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_stays()",
                params=None,
            )


def drop_triggers(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for verb in VERBS:
                schema_editor.execute(f"DROP TRIGGER {table}_{verb.lower()}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_stays ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {table}_stays()", params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_members_cards_kiosks_delegations")]

    operations = [
        migrations.AlterField(
            model_name="profilelook",
            name="profile",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="looks",
                to="accounts.memberprofile",
                verbose_name="会员",
            ),
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
