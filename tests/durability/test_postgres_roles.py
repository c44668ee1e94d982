"""Roles on a server: each does what it needs and nothing else; what was taken away is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import Ledger, errors
from mdfm_ledger.cli import cli
from tests.support.bookkeeping import TERM, receipt
from tests.support.ledgers import open_ledger, rows_of
from tests.support.postgres import server


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["roles", *arguments])


@pytest.fixture
def database() -> Iterator[str]:
    """The small ledger with its roles, and one person in each of two."""
    name = server().small_ledger()
    assert run(server().url(name)).exit_code == 0
    with server().connect(name) as connection:
        for role, person in (("mdfm_poster", "ann"), ("mdfm_auditor", "otto"), ("mdfm_owner", "olga")):
            row = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (person,)).fetchone()
            if row is None:
                connection.execute(f"CREATE ROLE {person} LOGIN".encode())
            connection.execute(f"GRANT {role} TO {person}".encode())
    yield name
    server().drop(name)


def opened(database: str, person: str) -> Ledger:
    return open_ledger(server().url(database, person))


def answer(database: str, person: str, *statements: str) -> str:
    """What the server says to statements; empty where it did all."""
    with server().connect(database, person) as connection:
        try:
            with connection.transaction():
                for statement in statements:
                    connection.execute(statement.encode())
        except psycopg.Error as error:
            return str(error.diag.message_primary)
    return ""


def test_who_posts_does_all_that_a_ledger_does(database: str) -> None:
    with opened(database, "ann") as ledger:
        assert ledger.record(receipt("R-9", "5.00")).number == 13
        ledger.record_all([receipt(f"M-{at}", "1.00") for at in range(300)])
        ledger.redact("donor", "ham", reason="asked", approved_by="dpo@example.org", on=date(2021, 5, 1))
        assert ledger.verify().findings == ()
    with opened(database, "otto") as ledger:
        assert (ledger.verify().entries, ledger.verify().findings) == (314, ())
        assert ledger.donor_statement("ham", term=TERM, as_of=date(2021, 12, 31)).donor.name == "[withheld]"
        with pytest.raises(errors.StoreUnavailableError, match="permission denied"):
            ledger.record(receipt("R-10", "5.00"))


DENIED = [
    "UPDATE mdfm.entry SET actor = 'x'",
    "UPDATE mdfm.daily_total SET day = 1",
    "DELETE FROM mdfm.line",
    "DELETE FROM mdfm.daily_total",
    "TRUNCATE mdfm.line",
    "TRUNCATE mdfm.daily_total",
    "INSERT INTO mdfm.account VALUES ('2999', 'trust')",
    "UPDATE mdfm.personal_detail SET detail = 'x'",
    "ALTER TABLE mdfm.line DISABLE TRIGGER ALL",
    "DROP TRIGGER line_no_change ON mdfm.line",
    "DROP TABLE mdfm.line",
    "DROP SCHEMA mdfm CASCADE",
    "ALTER TABLE mdfm.line ADD COLUMN note text",
    "CREATE TABLE mdfm.other (x int)",
    "CREATE TRIGGER extra BEFORE INSERT ON mdfm.line EXECUTE FUNCTION mdfm.refuse_change()",
    "CREATE RULE extra AS ON INSERT TO mdfm.line DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION mdfm.refuse_change() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "CREATE TEMPORARY TABLE line (x int)",
    "CREATE SCHEMA other",
    "SET session_replication_role = replica",
    "COMMENT ON SCHEMA mdfm IS 'x'",
    "CREATE INDEX extra ON mdfm.line (day)",
    "CREATE TABLE public.child () INHERITS (mdfm.line)",
    "SET ROLE mdfm_owner",
]


@pytest.mark.parametrize("statement", DENIED)
def test_who_posts_or_reads_can_do_nothing_else(statement: str, refusing: str) -> None:
    for person in ("ann", "otto"):
        assert answer(refusing, person, statement).startswith(("permission denied", "must be owner")), person


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """One ledger for all that is denied; in the end it is what it was."""
    name = server().small_ledger()
    assert run(server().url(name)).exit_code == 0
    for person, role in (("ann", "mdfm_poster"), ("otto", "mdfm_auditor")):
        server().execute(f"DROP ROLE IF EXISTS {person}")
        server().execute(f"CREATE ROLE {person} LOGIN IN ROLE {role}")
    with open_ledger(server().url(name)) as ledger:
        before = rows_of(ledger)
        yield name
        assert rows_of(ledger) == before
        assert ledger.verify().findings == ()
    server().drop(name)


@pytest.mark.parametrize(
    "taken",
    [
        "INSERT ON mdfm.entry",
        "INSERT ON mdfm.line",
        "UPDATE (debit, credit) ON mdfm.daily_total",
        "SELECT ON mdfm.subaccount",
        "USAGE ON SCHEMA mdfm",
    ],
)
def test_what_was_taken_away_is_named_and_nothing_is_half_done(taken: str, database: str) -> None:
    server().execute(f"REVOKE {taken} FROM mdfm_poster", database)
    with (
        pytest.raises(errors.LedgerError, match=r"permission denied|no right on the schema"),
        opened(database, "ann") as ledger,
    ):
        ledger.record(receipt("R-9", "5.00"))
    assert run(server().url(database)).exit_code == 0
    with opened(database, "ann") as ledger:
        assert ledger.record(receipt("R-9", "5.00")).number == 13
        assert ledger.verify().findings == ()


def test_a_role_without_rights_is_told_so(database: str) -> None:
    with server().connect(database) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN")
    for read_only in (True, False):
        with pytest.raises(errors.ServerUnavailableError, match="no right on the schema mdfm"):
            open_ledger(server().url(database, "stranger"), read_only=read_only)
        # Where temporary tables are allowed, the server would say that ours are not there.
        server().execute(f"GRANT TEMPORARY ON DATABASE {database} TO PUBLIC")
    server().execute("DROP ROLE stranger")
    with opened(database, "ann") as ledger:
        assert ledger.entry_count() == 12


def test_the_owner_is_nobody_who_logs_in(database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        server().connect(database, "mdfm_owner")
    owned = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'mdfm'"
    with server().connect(database) as connection:
        assert connection.execute(owned).fetchall() == [("mdfm_owner",)]


def test_what_the_command_would_do_is_shown_first(database: str) -> None:
    shown = run(server().url(database), "--show", "--owner", "other_owner")
    assert "CREATE ROLE other_owner NOLOGIN;" in shown.output
    assert "CREATE ROLE mdfm_poster" not in shown.output
    with server().connect(database) as connection:
        assert not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'other_owner'").fetchall()


def test_a_file_has_no_roles_and_a_name_is_plain(database: str) -> None:
    assert run("sqlite://").exit_code == 3
    answer = run(server().url(database), "--poster", 'x"; DROP TABLE y; --')
    assert (answer.exit_code, "plain name" in answer.output) == (1, True)
