"""Rules across tables that no constraint can hold: seats fit the offering, a sealed lottery stays as it was.

Written after every migrate rather than by a migration: Django changes a table of SQLite by making it anew, which drops
its triggers, and fails when a trigger of another table names it meanwhile. So they go before a migrate and come back
after it. Nothing is written while a table is missing.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

OFFERING, ENROLMENT = "courses_offering", "courses_enrolment"
LOTTERY, TICKET = "courses_lottery", "courses_lotteryticket"
TABLES = (OFFERING, ENROLMENT, LOTTERY, TICKET)

# A seat beyond the offering's, a held place without a seat where seats are limited, a seat where they are not.
SEAT_DOES_NOT_FIT = """
NEW.state IN ('claimable', 'enrolled') AND EXISTS (SELECT 1 FROM courses_offering AS o WHERE o.id = NEW.offering_id
AND ((o.seats IS NULL AND NEW.seat IS NOT NULL)
OR (o.seats IS NOT NULL AND (NEW.seat IS NULL OR NEW.seat > o.seats))))
"""
SEATS_ARE_HELD = """
NEW.seats IS DISTINCT FROM OLD.seats AND EXISTS (SELECT 1 FROM courses_enrolment AS e WHERE e.offering_id = NEW.id
AND e.state IN ('claimable', 'enrolled')
AND ((NEW.seats IS NULL AND e.seat IS NOT NULL)
OR (NEW.seats IS NOT NULL AND (e.seat IS NULL OR e.seat > NEW.seats))))
"""
SEATS_ARE_SEALED = """
NEW.seats IS DISTINCT FROM OLD.seats AND EXISTS (SELECT 1 FROM courses_lottery AS l WHERE l.offering_id = NEW.id
AND l.sealed_at IS NOT NULL AND l.drawn_at IS NULL AND l.voided_at IS NULL)
"""
LOTTERY_CHANGED = " OR ".join(
    [
        *(
            f"NEW.{column} <> OLD.{column}"
            for column in ("key", "offering_id", "seats", "list_text", "commitment", "seed_digest", "list_digest")
        ),
        "NEW.sealed_at IS DISTINCT FROM OLD.sealed_at",
        "NEW.draw_at <> OLD.draw_at",
        "(OLD.drawn_at IS NOT NULL AND (NEW.drawn_at IS DISTINCT FROM OLD.drawn_at OR NEW.seed <> OLD.seed))",
        "(OLD.voided_at IS NOT NULL AND NEW.voided_at IS DISTINCT FROM OLD.voided_at)",
    ]
)
LOTTERY_SEALED = f"OLD.sealed_at IS NOT NULL AND ({LOTTERY_CHANGED})"
TICKET_CHANGED = """
EXISTS (SELECT 1 FROM courses_lottery AS l WHERE l.id = OLD.lottery_id AND l.sealed_at IS NOT NULL
AND (NEW.lottery_id <> OLD.lottery_id OR NEW.enrolment_id <> OLD.enrolment_id OR NEW.number <> OLD.number
OR NEW.weight <> OLD.weight
OR (l.drawn_at IS NOT NULL AND (NEW.rank IS DISTINCT FROM OLD.rank OR NEW.won IS DISTINCT FROM OLD.won
OR NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at))))
"""
SEALED = "EXISTS (SELECT 1 FROM courses_lottery AS l WHERE l.id = {row}.lottery_id AND l.sealed_at IS NOT NULL)"

# name → (table, verbs, condition, what is said)
RULES: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "enrolment_seat_fits": (ENROLMENT, ("INSERT", "UPDATE"), SEAT_DOES_NOT_FIT, "seat_fits_the_offering"),
    "offering_seats_held": (OFFERING, ("UPDATE",), SEATS_ARE_HELD, "seats_cover_those_seated"),
    "offering_seats_sealed": (OFFERING, ("UPDATE",), SEATS_ARE_SEALED, "seats_stay_until_the_draw"),
    "lottery_stays": (LOTTERY, ("UPDATE",), LOTTERY_SEALED, "sealed_lottery_stays"),
    "lottery_not_deleted": (LOTTERY, ("DELETE",), "OLD.sealed_at IS NOT NULL", "sealed_lottery_stays"),
    "ticket_stays": (TICKET, ("UPDATE",), TICKET_CHANGED, "sealed_ticket_stays"),
    "ticket_not_added": (TICKET, ("INSERT",), SEALED.format(row="NEW"), "sealed_list_stays"),
    "ticket_not_deleted": (TICKET, ("DELETE",), SEALED.format(row="OLD"), "sealed_list_stays"),
}
# PostgreSQL: whoever takes a seat holds the offering still, or a smaller number of seats could pass at the same time.
HOLD_STILL = f"PERFORM 1 FROM {OFFERING} WHERE id = NEW.offering_id FOR SHARE;"


def write_triggers(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """post_migrate receiver. Safe to run again."""
    connection = connections[using]
    if not set(TABLES) <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        for name, (table, verbs, condition, said) in RULES.items():
            for statement in (_sqlite if connection.vendor == "sqlite" else _postgresql)(
                name, table, verbs, condition, said
            ):
                cursor.execute(statement)


def drop_triggers(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """pre_migrate receiver, for SQLite alone."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name, (_, verbs, _, _) in RULES.items():
                for verb in verbs:
                    cursor.execute(f"DROP TRIGGER IF EXISTS courses_{name}_{verb.lower()}")


def _sqlite(name: str, table: str, verbs: tuple[str, ...], condition: str, said: str) -> list[str]:
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    statements = []
    for verb in verbs:
        trigger = f"courses_{name}_{verb.lower()}"
        statements += [
            f"DROP TRIGGER IF EXISTS {trigger}",
            f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END",
        ]
    return statements


def _postgresql(name: str, table: str, verbs: tuple[str, ...], condition: str, said: str) -> list[str]:
    hold = HOLD_STILL if table == ENROLMENT else ""
    row = "OLD" if verbs == ("DELETE",) else "NEW"
    return [
        f"""
CREATE OR REPLACE FUNCTION courses_{name}() RETURNS trigger AS $$
BEGIN
    {hold}
    IF {condition} THEN
        RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN {row};
END $$ LANGUAGE plpgsql
""",
        f"CREATE OR REPLACE TRIGGER courses_{name} BEFORE {' OR '.join(verbs)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION courses_{name}()",
    ]
