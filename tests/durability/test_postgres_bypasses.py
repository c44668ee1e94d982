"""Ways around the guards of a server, for who owns all: refused, or found, the first wrong entry named."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from mdfm_ledger import errors
from tests.support.ledgers import open_ledger
from tests.support.postgres import server

pytestmark = pytest.mark.tamper

DOUBLE = "UPDATE line SET amount = amount * 2 WHERE number = 7"
NO_GUARD = "DROP TRIGGER line_no_change ON line"
MADE_AGAIN = (
    "CREATE TRIGGER line_no_change BEFORE DELETE OR UPDATE ON line FOR EACH ROW"
    " EXECUTE FUNCTION refuse_change()"
)
ALWAYS = "ALTER TABLE line ENABLE ALWAYS TRIGGER line_no_change"
LATE = "INSERT INTO line VALUES (7, 9, 1, 20200302, 5), (7, 10, 1, 20200302, -5)"

# What the owner of the database runs, one statement after the other, and the entry that verify names first
# (0: none of them in particular; None: the server refuses).
WAYS: dict[str, tuple[list[str], int | None]] = {
    "as a replica": (["SET session_replication_role = replica", DOUBLE], None),
    "remove as a replica": (["SET session_replication_role = replica", "DELETE FROM line"], None),
    "a late line as a replica": (["SET session_replication_role = replica", LATE], None),
    "a line without an entry as a replica": (
        ["SET session_replication_role = replica", "INSERT INTO line VALUES (99, 0, 1, 20200302, 5)"],
        None,
    ),
    "a line of no place as a replica": (
        ["SET session_replication_role = replica", "INSERT INTO line VALUES (13, 0, 9999, 20200302, 5)"],
        None,
    ),
    "a place of no account as a replica": (
        [
            "SET session_replication_role = replica",
            "INSERT INTO subaccount SELECT max(id) + 1, '2999', 'T', 'USD' FROM subaccount",
        ],
        None,
    ),
    "empty with what depends on it": (["TRUNCATE account CASCADE"], None),
    "empty and begin anew": (["TRUNCATE entry RESTART IDENTITY CASCADE"], None),
    "copy a late line": (["COPY line FROM PROGRAM 'printf \"7\\t9\\t1\\t20200302\\t5\\n\"'"], None),
    "through a view": (
        [
            "BEGIN",
            "CREATE VIEW window AS SELECT * FROM line",
            "UPDATE \"window\" SET amount = 5 WHERE number = 7",
        ],
        None,
    ),
    "through a cursor": (
        [
            "BEGIN",
            "DECLARE c CURSOR FOR SELECT * FROM line WHERE number = 7 FOR UPDATE",
            "FETCH c",
            "UPDATE line SET amount = 5 WHERE CURRENT OF c",
        ],
        None,
    ),
    "in a common table": (["WITH gone AS (DELETE FROM line WHERE number = 7 RETURNING *) SELECT 1"], None),
    "update from another": (["UPDATE line SET amount = entry.day FROM entry WHERE entry.number = 7"], None),
    "through a parent": (
        [
            "BEGIN",
            "CREATE TABLE parent (LIKE line)",
            "ALTER TABLE line INHERIT parent",
            "UPDATE parent SET amount = amount * 2",
        ],
        None,
    ),
    "constraints put off and a line of no entry": (
        [
            "BEGIN",
            "SET CONSTRAINTS ALL DEFERRED",
            "INSERT INTO line VALUES (99, 0, 1, 20200302, 5)",
            "COMMIT",
        ],
        None,
    ),
    "a guard of constraints at once": (
        ["BEGIN", "SET CONSTRAINTS ALL IMMEDIATE", "INSERT INTO line VALUES (13, 0, 1, 20200302, 5)"],
        None,
    ),
    "a dynamic statement": (["DO $$ BEGIN EXECUTE 'DELETE FROM mdfm.line'; END $$"], None),
    "a function with another path": (
        [
            "CREATE SCHEMA evil",
            "CREATE TABLE evil.entry (number bigint)",
            "SET search_path = evil, mdfm",
            "INSERT INTO line VALUES (7, 9, 1, 20200302, 5)",
        ],
        None,
    ),
    "a temporary table in front": (
        [
            "CREATE TEMPORARY TABLE entry (number bigint, line_count int)",
            "SET search_path = pg_temp, mdfm",
            "INSERT INTO mdfm.line VALUES (7, 9, 1, 20200302, 5)",
        ],
        None,
    ),
    "all triggers off": (["ALTER TABLE line DISABLE TRIGGER ALL", DOUBLE], 7),
    "the user's triggers off and on again": (
        ["ALTER TABLE line DISABLE TRIGGER USER", DOUBLE, "ALTER TABLE line ENABLE TRIGGER USER"],
        7,
    ),
    "a guard off": (["ALTER TABLE line DISABLE TRIGGER line_no_change"], 0),
    "a guard no longer always": (["ALTER TABLE line ENABLE TRIGGER line_no_change"], 0),
    "a guard for replicas only": (["ALTER TABLE line ENABLE REPLICA TRIGGER line_no_change"], 0),
    "a guard dropped and put back": ([NO_GUARD, DOUBLE, MADE_AGAIN, ALWAYS], 7),
    "a late line and its guards put back": (
        ["ALTER TABLE line DISABLE TRIGGER USER", LATE,
         "ALTER TABLE line ENABLE ALWAYS TRIGGER line_not_late",
         "ALTER TABLE line ENABLE ALWAYS TRIGGER line_no_change",
         "ALTER TABLE line ENABLE ALWAYS TRIGGER line_no_truncate",
         "ALTER TABLE line ENABLE ALWAYS TRIGGER line_sealed_whole"],
        7,
    ),
    "a guard under another name": (["ALTER TRIGGER line_no_change ON line RENAME TO other"], 0),
    "a guard's function emptied": (
        [
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$",
            DOUBLE,
        ],
        7,
    ),
    "a guard's function with another path": (["ALTER FUNCTION not_late() SET search_path = evil"], 0),
    "a guard's function moved": (["ALTER FUNCTION not_late() RENAME TO other"], 0),
    "a trigger that says nothing": (
        [
            "CREATE FUNCTION ignore() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
            "CREATE TRIGGER aaa BEFORE UPDATE ON line FOR EACH ROW EXECUTE FUNCTION ignore()",
        ],
        0,
    ),
    "a rule that does nothing": (["CREATE RULE quiet AS ON INSERT TO line DO INSTEAD NOTHING"], 0),
    "a rule that does more": (
        ["CREATE RULE more AS ON INSERT TO entry DO ALSO DELETE FROM daily_total"],
        0,
    ),
    "row security": (["ALTER TABLE line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"], 0),
    "a policy": (["CREATE POLICY few ON line USING (number < 7)"], 0),
    "a table that is not logged": (
        ["ALTER TABLE tile SET UNLOGGED"],
        0,
    ),
    "a table renamed and made again": (
        ["ALTER TABLE daily_total RENAME TO old", "CREATE TABLE daily_total AS SELECT * FROM old"],
        0,
    ),
    "a view instead of a table": (
        ["ALTER TABLE daily_total RENAME TO old", "CREATE VIEW daily_total AS SELECT * FROM old"],
        0,
    ),
    "a table in another schema": (["CREATE SCHEMA other", "ALTER TABLE tile SET SCHEMA other"], 0),
    "a column added": (["ALTER TABLE line ADD COLUMN note text"], 0),
    "a column of another type": (["ALTER TABLE tile ALTER COLUMN level TYPE bigint"], 0),
    "a column that is computed": (
        ["ALTER TABLE line ADD COLUMN twice bigint GENERATED ALWAYS AS (amount * 2) STORED"],
        0,
    ),
    "a column that sorts otherwise": (
        ["ALTER TABLE daily_total ALTER COLUMN flow TYPE text COLLATE \"POSIX\""],
        0,
    ),
    "a default": (["ALTER TABLE entry ALTER COLUMN approved_by SET DEFAULT 'x'"], 0),
    "an empty value allowed": (["ALTER TABLE entry ALTER COLUMN actor DROP NOT NULL"], 0),
    "a constraint dropped": (["ALTER TABLE entry DROP CONSTRAINT one_reference"], 0),
    "a constraint that looks at new rows only": (
        [
            "ALTER TABLE line DROP CONSTRAINT amount_range",
            "ALTER TABLE line ADD CONSTRAINT amount_range CHECK (amount <> 0) NOT VALID",
        ],
        0,
    ),
    "a foreign key dropped": (["ALTER TABLE personal_detail DROP CONSTRAINT personal_detail_number_fkey"], 0),
    "an index dropped": (["DROP INDEX one_reversal"], 0),
    "an index of other rows": (
        ["DROP INDEX entry_by_about", "CREATE INDEX entry_by_about ON entry (about) WHERE about > 'm'"],
        0,
    ),
    "an index said to be sound": (
        ["UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'one_reversal'::regclass"],
        0,
    ),
    "a guard struck from the catalogue": (
        [
            "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgname = 'line_no_change'",
            DOUBLE,
            "UPDATE pg_trigger SET tgenabled = 'A' WHERE tgname = 'line_no_change'",
        ],
        7,
    ),
    "a child": (["CREATE TABLE child () INHERITS (line)"], 0),
    "a parent": (["CREATE TABLE parent (LIKE line)", "ALTER TABLE line INHERIT parent"], 0),
    "an entry of another amount": (
        [
            "ALTER TABLE entry DISABLE TRIGGER USER",
            "UPDATE entry SET parts = convert_to(replace(convert_from(parts, 'UTF8'), '400.00', '500.00'),"
            " 'UTF8') WHERE number = 7",
        ],
        7,
    ),
    "the last entry taken away": (
        [
            "ALTER TABLE entry DISABLE TRIGGER USER",
            "ALTER TABLE line DISABLE TRIGGER ALL",
            "DELETE FROM line WHERE number = 12",
            "DELETE FROM entry WHERE number = 12",
        ],
        0,
    ),
    "the mark taken away": (["COMMENT ON SCHEMA mdfm IS NULL"], 0),
    "the schema gone": (["DROP SCHEMA mdfm CASCADE"], 0),
    "the schema under another name": (["ALTER SCHEMA mdfm RENAME TO other"], 0),
}  # fmt: skip


def run(database: str, statements: list[str]) -> str:
    """Run them as the owner of all; the server's answer, empty where it did all."""
    with server().connect(database) as connection:
        connection.execute("SET search_path = mdfm")
        connection.execute("SET allow_system_table_mods = on")
        try:
            for statement in statements:
                connection.execute(statement.encode())
        except psycopg.Error as error:
            return str(error.diag.message_primary)
    return ""


def first_found(database: str) -> int | None:
    """The entry verify names first; 0 if it names none or nothing opens, None if all is well."""
    try:
        with open_ledger(server().url(database), create=False) as ledger:
            numbers = [finding.number for finding in ledger.verify().findings]
    except (errors.StoreError, errors.CorruptLedgerError):
        return 0
    return min(filter(None, numbers), default=0) if numbers else None


@pytest.fixture
def database() -> Iterator[str]:
    name = server().small_ledger()
    yield name
    server().drop(name)


@pytest.mark.parametrize("name", WAYS)
def test_a_way_around_the_guards_is_refused_or_found(name: str, database: str) -> None:
    statements, number = WAYS[name]
    answer = run(database, statements)
    assert (answer == "") == (number is not None), answer
    if number is not None:
        assert first_found(database) == number


def test_where_everything_is_refused_nothing_is_found(database: str) -> None:
    for statements, number in WAYS.values():
        if number is None:
            assert run(database, statements)
    assert first_found(database) is None


def test_what_a_server_does_to_keep_itself_well_is_no_finding(database: str) -> None:
    for statement in ("VACUUM FULL", "REINDEX SCHEMA mdfm", "ANALYZE", "CLUSTER line USING line_pkey"):
        assert run(database, [statement]) == ""
        assert first_found(database) is None
