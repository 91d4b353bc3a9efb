"""What was sealed or published never changes: held by triggers on SQLite and PostgreSQL alike (ADR 0016).

Django changes a table of SQLite by making it anew, which drops its triggers, and SQLite refuses to rename a table that a
trigger elsewhere names: a later migration that alters one of these tables drops these triggers first (`drop_triggers`)
and adds them again afterwards (`add_triggers`).
"""

from __future__ import annotations

from django.db import migrations

FROZEN = "('sealed', 'published')"

# Table → how to find the edition of a row, with ROW standing for NEW or OLD.
OF_EDITION = {
    "courses_catalogueentry": "ROW.edition_id",
    "courses_cataloguelesson": "(SELECT edition_id FROM courses_catalogueentry WHERE id = ROW.entry_id)",
    "courses_catalogueteacher": "(SELECT edition_id FROM courses_catalogueentry WHERE id = ROW.entry_id)",
    "courses_cataloguesite": "(SELECT edition_id FROM courses_catalogueentry WHERE id = ROW.entry_id)",
    "courses_carryover": "ROW.edition_id",
    "courses_carryover_equivalents": "(SELECT edition_id FROM courses_carryover WHERE id = ROW.carryover_id)",
    "courses_gapanswer": "ROW.edition_id",
}
VERBS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}

# Logs and stores: rows are only added.
ONLY_ADDED = ("courses_cataloguemanifest", "courses_catalogueflip", "courses_editionact")

# A sealed edition may be rescheduled, reopened (which voids the seal) or published; nothing else.
SPOILS_EDITION = """
OLD.state = 'published' OR OLD.half_year <> NEW.half_year OR OLD.number <> NEW.number
OR (OLD.state = 'sealed' AND NOT (
    NEW.state = 'draft'
    OR (NEW.state IN ('sealed', 'published') AND NEW.manifest_id = OLD.manifest_id AND NEW.sealed_at = OLD.sealed_at)
))
OR (NEW.state = 'published' AND OLD.state <> 'sealed')
"""


def _sqlite(name, verb, table, condition, word):
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{word}'); END"
    )


def sqlite_triggers():
    made = {}
    for table, edition in OF_EDITION.items():
        for verb, rows in VERBS.items():
            frozen = " OR ".join(
                f"EXISTS (SELECT 1 FROM courses_catalogueedition WHERE id = {edition.replace('ROW', row)} "
                f"AND state IN {FROZEN})"
                for row in rows
            )
            name = f"{table}_{verb.lower()}_frozen"
            made[name] = (table, _sqlite(name, verb, table, frozen, "sealed_editions_never_change"))
    for table in ONLY_ADDED:
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_{verb.lower()}_kept"
            made[name] = (table, _sqlite(name, verb, table, "1", "rows_are_only_added"))
    table = "courses_catalogueedition"
    for name, verb, condition in (
        (f"{table}_update_frozen", "UPDATE", SPOILS_EDITION),
        (f"{table}_delete_frozen", "DELETE", f"OLD.state IN {FROZEN}"),
    ):
        made[name] = (table, _sqlite(name, verb, table, condition, "sealed_editions_never_change"))
    name = "courses_rollbackdecision_update_made"
    made[name] = (
        "courses_rollbackdecision",
        _sqlite(name, "UPDATE", "courses_rollbackdecision", "OLD.answer <> ''", "decisions_are_made_once"),
    )
    return made


def _refuse(word):
    return f"RAISE EXCEPTION '{word}' USING ERRCODE = 'restrict_violation';"


def _function(name, body):
    return f"CREATE FUNCTION {name}() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql"


def _returning(verb):
    return "RETURN OLD;" if verb == "DELETE" else "RETURN NEW;"


def postgresql_triggers():
    """Name → (table, verb, body). Reading the edition FOR SHARE makes a writer wait for whoever is sealing it."""
    made = {}
    for table, edition in OF_EDITION.items():
        for verb, rows in VERBS.items():
            checks = "".join(
                f"SELECT state INTO stands FROM courses_catalogueedition WHERE id = {edition.replace('ROW', row)} "
                f"FOR SHARE; IF stands IN {FROZEN} THEN {_refuse('sealed_editions_never_change')} END IF; "
                for row in rows
            )
            body = f"DECLARE stands text; BEGIN {checks} {_returning(verb)} END"
            made[f"{table}_{verb.lower()}_frozen"] = (table, verb, body)
    for table in ONLY_ADDED:
        for verb in ("UPDATE", "DELETE"):
            made[f"{table}_{verb.lower()}_kept"] = (table, verb, f"BEGIN {_refuse('rows_are_only_added')} END")
    table = "courses_catalogueedition"
    for verb, condition in (("UPDATE", SPOILS_EDITION), ("DELETE", f"OLD.state IN {FROZEN}")):
        body = f"BEGIN IF {condition} THEN {_refuse('sealed_editions_never_change')} END IF; {_returning(verb)} END"
        made[f"{table}_{verb.lower()}_frozen"] = (table, verb, body)
    body = f"BEGIN IF OLD.answer <> '' THEN {_refuse('decisions_are_made_once')} END IF; RETURN NEW; END"
    made["courses_rollbackdecision_update_made"] = ("courses_rollbackdecision", "UPDATE", body)
    return made


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for _table, statement in sqlite_triggers().values():
            schema_editor.execute(statement, params=None)
        return
    for name, (table, verb, body) in postgresql_triggers().items():
        schema_editor.execute(_function(name, body), params=None)
        schema_editor.execute(
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()", params=None
        )


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in sqlite_triggers():
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)
        return
    for name, (table, _verb, _body) in postgresql_triggers().items():
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
        schema_editor.execute(f"DROP FUNCTION {name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("courses", "0007_catalogue_editions")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
