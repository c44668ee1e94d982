"""What is PostgreSQL's own: opening, settings that are refused, races, and the schema made in two ways."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mdfm_ledger import Ledger, errors, open_engine
from mdfm_ledger.store import transactions
from mdfm_ledger.store.migrations import upgrade
from mdfm_ledger.store.postgres import inspection
from mdfm_ledger.store.postgres.dialect import POSTGRESQL, PostgreSQL
from mdfm_ledger.store.schema import SCHEMA_VERSION
from tests.support.bookkeeping import ACTOR, receipt
from tests.support.ledgers import RECORDED_AT, events, open_ledger
from tests.support.postgres import server
from tests.support.server_attacks import without_guards

SCHEMA = Path(inspection.__file__).with_name("schema.json")


# -- the schema --------------------------------------------------------------------------------------


def test_the_file_of_what_is_expected_is_what_is_made(database: str) -> None:
    """To write it anew after a change that is meant: ``python -m tests.support.postgres``."""
    with open_engine(server().url(database)).connect() as connection:
        made = POSTGRESQL.schema_of(connection)
    assert made == json.loads(SCHEMA.read_text())


def test_the_revisions_make_what_the_package_makes(database: str, empty: str) -> None:
    made, migrated = open_engine(server().url(database)), server().connect(empty)
    migrated.close()
    with made.connect() as one:
        expected = POSTGRESQL.schema_of(one)
        chart = one.exec_driver_sql("SELECT code, journal_set FROM account ORDER BY code").all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(POSTGRESQL, "make_schema", lambda connection: upgrade(connection, since=0, to=1))
        with open_engine(server().url(empty)).connect() as other:
            assert POSTGRESQL.schema_of(other) == expected
            assert POSTGRESQL.misplaced_marks(other) == []
            assert other.exec_driver_sql("SELECT code, journal_set FROM account ORDER BY code").all() == chart


def test_guards_are_taken_out_and_put_back_by_a_revision(database: str) -> None:
    with open_engine(server().url(database)).connect() as connection:
        before = POSTGRESQL.schema_of(connection)
        POSTGRESQL.drop_guards(connection)
        left = POSTGRESQL.schema_of(connection)
        assert {name.split(" ")[0] for name in left} == {"table", "index", "constraint"}
        POSTGRESQL.put_guards(connection, POSTGRESQL.guards().values())
        assert POSTGRESQL.schema_of(connection) == before


# -- opening -----------------------------------------------------------------------------------------


def test_an_empty_database_becomes_a_ledger_where_that_is_wanted(empty: str) -> None:
    url = server().url(empty)
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(errors.NotALedgerError, match="no ledger is in the database"):
            Ledger.open(url, **options)  # type: ignore[arg-type]  # options of two calls
    with open_ledger(url) as ledger:
        ledger.record_all(events())
        assert (ledger.verify().entries, ledger.verify().findings) == (12, ())


def test_a_ledger_stands_beside_the_tables_of_another_application(empty: str) -> None:
    with server().connect(empty) as connection:
        connection.execute("CREATE TABLE entry (mine int)")
        connection.execute("INSERT INTO entry VALUES (7)")
        with open_ledger(server().url(empty)) as ledger:
            ledger.record_all(events())
        assert connection.execute("SELECT * FROM entry").fetchall() == [(7,)]


def test_a_schema_that_is_not_ours_is_left_as_it_is(empty: str) -> None:
    server().execute("CREATE SCHEMA mdfm", empty)
    with pytest.raises(errors.NotALedgerError, match="another application"):
        open_ledger(server().url(empty))


@pytest.mark.parametrize(
    ("version", "error"), [(99, errors.SchemaNewerError), (0, errors.SchemaOutdatedError)]
)
def test_another_version_of_the_schema_is_named(
    version: int, error: type[errors.StoreError], database: str
) -> None:
    server().execute(f"COMMENT ON SCHEMA mdfm IS 'mdfm ledger, schema {version}'", database)
    with pytest.raises(error):
        open_ledger(server().url(database))
    server().execute(f"COMMENT ON SCHEMA mdfm IS 'mdfm ledger, schema {SCHEMA_VERSION}'", database)
    open_ledger(server().url(database)).close()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("synchronous_commit = off", "synchronous_commit is off, it must be on"),
        ("session_replication_role = replica", "session_replication_role is replica, it must be origin"),
        ("zero_damaged_pages = on", "zero_damaged_pages is on, it must be off"),
    ],
)
def test_a_setting_by_which_something_could_be_lost_is_refused(
    setting: str, words: str, database: str
) -> None:
    server().execute(f"ALTER DATABASE {database} SET {setting}")
    with pytest.raises(errors.StoreUnavailableError, match=words):
        open_ledger(server().url(database))


@contextmanager
def run_with(setting: str) -> Iterator[None]:
    """The server with another setting, for a while."""
    name, _, value = setting.partition(" = ")

    def reload(statement: str, wanted: str) -> None:
        server().execute(statement)
        server().execute("SELECT pg_reload_conf()")
        for _ in range(200):
            with server().connect("postgres") as connection:
                row = connection.execute(f"SHOW {name}".encode()).fetchone()
            if row == (wanted,):
                return
            threading.Event().wait(0.05)

    reload(f"ALTER SYSTEM SET {name} = {value}", value)
    try:
        yield
    finally:
        reload(f"ALTER SYSTEM RESET {name}", "on")


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_wait_for_its_disk_is_refused(name: str, small: str) -> None:
    with run_with(f"{name} = off"):
        with pytest.raises(errors.StoreUnavailableError, match=f"{name} is off, it must be on"):
            open_ledger(server().url(small))
        # Who only reads loses nothing by it.
        with open_ledger(server().url(small), read_only=True) as ledger:
            assert ledger.verify().findings == ()
    open_ledger(server().url(small)).close()


def test_a_database_of_another_encoding_is_refused() -> None:
    server().execute("CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(errors.StoreUnavailableError, match="server_encoding is SQL_ASCII, it must be UTF8"):
        open_ledger(server().url("bytes"))
    server().drop("bytes")


def test_a_session_that_takes_no_writing_reads(small: str) -> None:
    server().execute(f"ALTER DATABASE {small} SET default_transaction_read_only = on")
    with open_ledger(server().url(small)) as ledger:
        assert (ledger.verify().entries, ledger.verify().findings) == (12, ())
        with pytest.raises(errors.StoreUnavailableError, match="read-only"):
            ledger.record(receipt("R-9", "5.00"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg://nobody@/nowhere?host=/no/such/folder", "No such file"),
        ("postgresql+psycopg2://host/db", "use sqlite:///"),
        ("postgresql://host/db", "use sqlite:///"),
    ],
)
def test_an_address_that_cannot_be_used_says_so(url: str, words: str) -> None:
    with pytest.raises(errors.StoreUnavailableError, match=words):
        Ledger.open(url)


def test_what_to_do_about_a_server_is_said_in_words_for_a_server(tmp_path: Path) -> None:
    with pytest.raises(errors.ServerUnavailableError) as server_gone:
        Ledger.open("postgresql+psycopg://nobody@/nowhere?host=/no/such/folder")
    with pytest.raises(errors.StoreUnavailableError) as file_gone:
        Ledger.open(f"sqlite:///{tmp_path}/none/l.db")
    assert (server_gone.value.code, file_gone.value.code) == ("server-unavailable", "store-unavailable")
    assert "path" in file_gone.value.remedy
    assert "path" not in server_gone.value.remedy
    assert "server's log" in server_gone.value.remedy


def test_a_password_is_never_shown(small: str) -> None:
    url = server().url("none").replace("postgres@", "postgres:secret@")
    with pytest.raises(errors.StoreUnavailableError) as caught:
        Ledger.open(url)
    assert "secret" not in str(caught.value)
    assert "does not exist" in str(caught.value)


def test_without_its_driver_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from mdfm_ledger import Ledger, errors\n"
        "try: Ledger.open('postgresql+psycopg://host/db')\n"
        "except errors.StoreUnavailableError as error: print(error)\n"
        "Ledger.open('sqlite://').close()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "mdfm-ledger[postgres]" in done.stdout


# -- transactions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "is repeatable read"),
        ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "is serializable"),
        ("SET LOCAL search_path = public", "search_path is public"),
        ("SET LOCAL synchronous_commit = off", "synchronous_commit is off"),
    ],
)
def test_a_transaction_of_the_caller_that_could_mislead_is_refused(
    statement: str, words: str, small: str
) -> None:
    with open_engine(server().url(small)).connect() as connection:
        connection.exec_driver_sql(statement)
        ledger = Ledger.on_connection(connection, actor=ACTOR, clock=lambda: RECORDED_AT)
        with pytest.raises(errors.StoreUnavailableError, match=words):
            ledger.record(receipt("R-9", "5.00"))


def test_what_the_caller_reads_does_not_move(small: str) -> None:
    engine = open_engine(server().url(small))
    with open_ledger(server().url(small)) as other, engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            ledger = Ledger.on_connection(connection)
            assert ledger.entry_count() == 12
            other.record(receipt("R-9", "5.00"))
            assert (ledger.entry_count(), ledger.verify().findings) == (12, ())
        connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            assert Ledger.on_connection(connection).entry_count() == 13
            with server().connect(small) as third:
                # Where every statement would see another moment, who writes is kept waiting.
                third.execute("SET lock_timeout = 100")
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    third.execute(f"SELECT {LOCK}")


LOCK = "pg_advisory_xact_lock(1296320077)"


def test_another_writer_is_waited_for_and_then_named(small: str) -> None:
    with server().connect(small) as other, open_ledger(server().url(small)) as ledger:
        with other.transaction():
            other.execute(f"SELECT {LOCK}")
            ledger._connection.exec_driver_sql("SET lock_timeout = 50")
            ledger._connection.commit()
            with pytest.raises(errors.LedgerBusyError) as caught:
                ledger.record(receipt("R-9", "5.00"))
            assert caught.value.is_transient
        assert ledger.record(receipt("R-9", "5.00")).number == 13


class Racing(PostgreSQL):
    """Loses a race a few times before it has the lock."""

    def __init__(self, state: str, times: int) -> None:
        self.state, self.left, self.paused = state, times, 0

    def begin_posting(self, connection: Connection):  # type: ignore[no-untyped-def]  # as in the class above
        transaction = super().begin_posting(connection)
        if self.left:
            self.left -= 1
            connection.exec_driver_sql(
                f"DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '{self.state}',"
                " DETAIL = 'Key (donor)=(secret)'; END $$"
            )
        return transaction

    def pause(self, connection: Connection, attempt: int) -> None:
        self.paused += 1
        super().pause(connection, attempt)


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_a_lost_race_is_run_again_and_not_for_ever(state: str, small: str) -> None:
    with open_ledger(server().url(small)) as ledger:
        ledger._recorder._transactions._dialect = once = Racing(state, 2)
        assert ledger.record(receipt("R-9", "5.00")).number == 13
        assert once.paused == 2
        ledger._recorder._transactions._dialect = always = Racing(state, 99)
        with pytest.raises(errors.RaceLostError) as caught:
            ledger.record_all([receipt("R-10", "5.00")])
        assert (caught.value.sqlstate, caught.value.is_transient) == (state, True)
        assert always.paused == transactions.ATTEMPTS - 1
        ledger._recorder._transactions._dialect = used_up = Racing(state, 1)
        with pytest.raises(errors.RaceLostError):
            ledger.record_all(iter([receipt("R-10", "5.00")]))
        assert used_up.paused == 0
        assert ledger.record(receipt("R-10", "5.00")).number == 14
        assert ledger.verify().findings == ()


def test_what_the_server_says_of_values_goes_nowhere(small: str) -> None:
    with open_ledger(server().url(small)) as ledger:
        ledger._recorder._transactions._dialect = Racing("23505", 99)
        with pytest.raises(errors.RaceLostError) as caught:
            ledger.record(receipt("R-9", "5.00"))
    told, cause = str(caught.value), caught.value.__cause__
    assert told == "another transaction got in the way (23505: lost)"
    while cause is not None:
        assert not isinstance(cause, DBAPIError)
        assert "secret" not in str(cause)
        cause = cause.__cause__


# -- damage ------------------------------------------------------------------------------------------


def test_recording_in_a_damaged_ledger_names_the_first_entry_that_is_wrong(small: str) -> None:
    """As reading it does, with the transaction undone and the connection of use."""
    without_guards(small, lambda one: one.execute("UPDATE mdfm.entry SET parts = '{' WHERE number = 6"))
    with open_ledger(server().url(small)) as ledger:
        for event in (receipt("R-9", "5.00", pledge="P-1"), receipt("R-9", "5.00", pledge="P-1")):
            with pytest.raises(errors.CorruptLedgerError) as caught:
                ledger.record(event)
            assert caught.value.number == 6
        with pytest.raises(errors.CorruptLedgerError, match="entry 6"):
            ledger.plan(receipt("R-9", "5.00", pledge="P-1"))
        assert ledger.entry_count() == 12


def test_what_stands_in_the_way_of_a_row_is_damage(small: str) -> None:
    """Somebody has put a check of theirs on our table: verify finds it."""
    server().execute("ALTER TABLE mdfm.entry ADD CONSTRAINT never CHECK (number < 13)", small)
    with open_ledger(server().url(small)) as ledger, pytest.raises(errors.CorruptLedgerError, match="schema"):
        ledger.record(receipt("R-9", "5.00"))
