"""What is sent to a server before it has answered: nothing of it is lost, and no error of it either."""

from __future__ import annotations

import signal
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import PipelineStatus, TransactionStatus
from sqlalchemy import Connection, Table, exc

from mdfm_ledger import RegisterDonor, errors
from mdfm_ledger.ledger import chunks
from mdfm_ledger.safekeeping import restore
from mdfm_ledger.store.dialect import BUSY_SECONDS, Values
from mdfm_ledger.store.engine import dialect_of, open_engine
from mdfm_ledger.store.postgres import writing
from mdfm_ledger.store.postgres.arrays import WRITERS, taught
from mdfm_ledger.store.postgres.sending import Answer, Sent
from mdfm_ledger.store.schema import ENTRY
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger
from tests.support.postgres import server

LOCK = "SELECT pg_advisory_xact_lock(1296320077)"
LATE = "INSERT INTO line VALUES (7, 9, 1, 20200302, 5)"


@pytest.fixture
def connection(small: str) -> Iterator[Connection]:
    with open_engine(server().url(small)).connect() as connection:
        yield connection


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def is_ahead(connection: Connection) -> bool:
    return driver_of(connection).info.pipeline_status != PipelineStatus.OFF


def count(connection: Connection) -> int:
    number: int = connection.exec_driver_sql("SELECT count(*) FROM subaccount").scalar_one()
    return number


def test_what_is_sent_is_there_for_the_next_question_and_after_the_commit(connection: Connection) -> None:
    dialect = dialect_of(connection)
    dialect.begin_posting(connection)
    assert is_ahead(connection)
    before, cursor = count(connection), dialect.cursor(connection)
    cursor.execute("INSERT INTO subaccount SELECT max(id) + 1, '1010', 'new', 'USD' FROM subaccount")
    assert count(connection) == before + 1
    dialect.commit_posting(connection)
    assert not is_ahead(connection)
    dialect.begin_read(connection)
    assert count(connection) == before + 1


def test_what_is_refused_is_told_at_the_next_question(connection: Connection) -> None:
    dialect = dialect_of(connection)
    dialect.begin_posting(connection)
    dialect.cursor(connection).execute(LATE)
    with pytest.raises(exc.DBAPIError, match="no line is added to an entry that is sealed"):
        count(connection)
    dialect.undo_posting(connection)
    assert not is_ahead(connection)


def test_what_is_refused_is_told_at_the_commit_at_the_latest(connection: Connection) -> None:
    dialect = dialect_of(connection)
    dialect.begin_posting(connection)
    dialect.cursor(connection).execute(LATE)
    with pytest.raises(psycopg.Error, match="no line is added to an entry that is sealed"):
        dialect.commit_posting(connection)
    dialect.undo_posting(connection)
    dialect.begin_posting(connection)
    dialect.commit_posting(connection)


def test_a_commit_of_what_had_failed_is_none(connection: Connection) -> None:
    dialect = dialect_of(connection)
    dialect.begin_posting(connection)
    with pytest.raises(exc.DBAPIError):
        connection.exec_driver_sql(LATE)
    with pytest.raises(psycopg.OperationalError, match="did not commit"):
        dialect.commit_posting(connection)
    dialect.undo_posting(connection)


def test_a_long_answer_may_be_read_amid_a_posting(connection: Connection) -> None:
    dialect = dialect_of(connection)
    dialect.begin_posting(connection)
    before, cursor = count(connection), dialect.cursor(connection)
    cursor.execute("INSERT INTO subaccount SELECT max(id) + 1, '1010', 'new', 'USD' FROM subaccount")
    assert len(list(dialect.stream(connection, "SELECT id FROM subaccount"))) == before + 1
    dialect.commit_posting(connection)
    dialect.begin_read(connection)
    assert count(connection) == before + 1


def test_what_each_post_asks_is_planned_once(small: str) -> None:
    with open_ledger(server().url(small)) as ledger:
        for at in range(20, 32):
            ledger.record(receipt(f"R-{at}", "5.00"))
        planned = ledger._connection.exec_driver_sql(
            "SELECT sum(generic_plans) > 12, sum(custom_plans) FROM pg_prepared_statements"
        ).one()
        assert tuple(planned) == (True, 0)


def test_a_post_waits_for_the_server_twice(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the lock with all there is to know, and for the commit; the first time for balance and places."""
    with open_ledger(server().url(small)) as ledger:
        ledger.record(receipt("R-9", "5.00"))
        waits = counted_waits(monkeypatch)
        ledger.record(receipt("R-10", "5.00"))
        assert len(waits) == 2
        ledger.record(receipt("R-11", "5.00", donor="med", earmark="1.1"))
        assert len(waits) == 2 + 4


def counted_waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many answers were still to come, at each time they are waited for from now on."""
    waits, read = list[int](), Sent._read

    def counted(sent: Sent, until: Answer | None) -> Any:
        waits.append(len(sent._awaited))
        return read(sent, until)

    monkeypatch.setattr(Sent, "_read", counted)
    return waits


def test_an_answer_called_for_is_had_without_waiting_for_what_was_sent_after_it(small: str) -> None:
    with server().connect(small) as other, open_engine(server().url(small)).connect() as connection:
        dialect = dialect_of(connection)
        dialect.begin_posting(connection)
        cursor = dialect.cursor(connection)
        first, second = cursor.ask("SELECT 'a' || %s", ("!",)), cursor.ask("SELECT 'b' || %s", ("!",))
        dialect.send_on(connection)
        with other.transaction():
            other.execute(b"LOCK TABLE mdfm.tile")
            cursor.execute("SELECT count(*) FROM tile")
            assert (first(), second()) == ([("a!",)], [("b!",)])
            assert other.info.transaction_status == TransactionStatus.INTRANS
        assert cursor.fetchone() is not None
        dialect.commit_posting(connection)


def test_what_was_refused_before_an_answer_called_for_is_told_with_it(connection: Connection) -> None:
    dialect = dialect_of(connection)
    for _ in range(2):
        dialect.begin_posting(connection)
        cursor = dialect.cursor(connection)
        cursor.execute(LATE)
        asked = cursor.ask("SELECT 'called for' || %s", ("!",))
        dialect.send_on(connection)
        cursor.execute("SELECT 1")
        with pytest.raises(psycopg.Error, match="no line is added to an entry that is sealed"):
            asked()
        dialect.undo_posting(connection)
    dialect.begin_posting(connection)
    assert dialect.cursor(connection).execute("SELECT 'called for' || %s", ("!",)).fetchone() is not None
    dialect.commit_posting(connection)


def test_balances_that_many_events_ask_for_are_asked_together(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits_for(*marks: str) -> int:
        with open_ledger(server().url(small)) as ledger:
            waits = counted_waits(monkeypatch)
            ledger.record_all([receipt(f"R-{mark}", "5.00", donor="med", earmark=mark) for mark in marks])
            assert ledger.verify().findings == ()
            return len(waits)

    assert waits_for("1.2") == waits_for("2.1", "2.2", "2.3", "2.4", "3.1")


def test_a_reference_met_in_the_chunk_before_is_known(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for before that chunk was written."""
    monkeypatch.setattr(chunks, "AT_A_TIME", 2)
    with open_ledger(server().url(small)) as ledger:
        once = [receipt(f"R-{at}", "5.00") for at in range(20, 25)]
        done = ledger.record_all([*once, *once[::-1], *once])
        assert [one.was_replayed for one in done] == [False] * 5 + [True] * 10
        assert [one.number for one in done[5:10]] == [one.number for one in done[4::-1]]


def test_what_did_not_go_at_once_is_sent_on_while_the_next_is_worked_out(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = list[Sent]()

    def counted(one: Sent) -> None:
        sent.append(one)

    monkeypatch.setattr(Sent, "push", counted)
    with open_ledger(server().url(small)) as ledger:
        ledger.record_all([receipt(f"R-{at}", "5.00") for at in range(20, 65)])
        assert len(sent) == 1 + 9 + 2  # the first question, every 5, two tables
        assert ledger.verify().findings == ()


def test_few_are_written_first_then_more_and_in_the_end_few_again(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, insert = list[int](), writing.insert

    def counted(cursor: Any, table: Table, rows: Any) -> None:
        if table is ENTRY:
            sizes.append(len(rows))
        insert(cursor, table, rows)

    monkeypatch.setattr(writing, "insert", counted)
    monkeypatch.setattr(chunks, "AT_A_TIME", 1_000)
    with open_ledger(server().url(small)) as ledger:
        ledger.record_all([receipt(f"R-{at}", "5.00") for at in range(1_000, 4_000)])
        most = sizes.index(max(sizes))
        assert (sizes[0], sizes[most], sum(sizes)) == (50, 400, 3_000)
        assert sorted(sizes[:most]) == sizes[:most]
        assert sorted(sizes[most:], reverse=True) == sizes[most:]
        assert sizes[-1] <= 50
        assert ledger.verify(quick=True).findings == ()


def test_a_document_read_on_the_way_is_as_others_left_it(small: str) -> None:
    with open_ledger(server().url(small)) as one, open_ledger(server().url(small)) as other:
        with pytest.raises(errors.RejectedError):
            one.record(receipt("R-9", "5.00", donor="none"))
        other.record(RegisterDonor(reference="none", name="New", kind="member_city", country="DE"))
        assert one.plan(receipt("R-9", "5.00", donor="none")).entry.number == 14
        assert one.record(receipt("R-9", "5.00", donor="none")).number == 14


@pytest.mark.parametrize(
    ("statement", "values", "found"),
    [
        ("SELECT %(b)s || '%%' || %(a)s || %(b)s", {"a": "1", "b": "ä"}, "ä%1ä"),
        ("SELECT %s + 1", (2**62,), 2**62 + 1),
        ("SELECT %s || '\\x00'::bytea", (b"\xff",), b"\xff\x00"),
        ("SELECT coalesce(%s, 'none')", (None,), "none"),
        ("SELECT sum(%s::int8)", (7,), 7),
        ("SELECT cardinality(%s)", (WRITERS["text"](["a", "b"]),), 2),
    ],
)
def test_a_question_is_sent_with_its_values(
    statement: str, values: Values, found: object, connection: Connection
) -> None:
    dialect = dialect_of(connection)
    dialect.begin_posting(connection)
    assert dialect.asked(connection, statement, values)() == [(found,)]
    assert dialect.cursor(connection).execute(statement, values).fetchone() == (found,)
    dialect.undo_posting(connection)


def test_questions_that_go_along_each_have_their_answer(connection: Connection) -> None:
    dialect = dialect_of(connection)
    for begin in (dialect.begin_posting, dialect.begin_read):
        begin(connection)
        cursor = dialect.cursor(connection)
        first, second = cursor.ask("SELECT %s || ''", ("a",)), cursor.ask("SELECT 2 WHERE %s > 2", (1,))
        assert (second(), first()) == ([], [("a",)])
        assert cursor.fetchone() is None
        dialect.undo_posting(connection)


def test_what_could_not_be_prepared_after_a_failure_is_prepared_anew(connection: Connection) -> None:
    dialect = dialect_of(connection)
    for _ in range(2):
        dialect.begin_posting(connection)
        cursor = dialect.cursor(connection)
        cursor.execute(LATE)
        asked = cursor.ask("SELECT 'asked' || %s", ("!",))
        with pytest.raises(psycopg.Error, match="no line is added to an entry that is sealed"):
            asked()
        with pytest.raises(psycopg.Error):
            asked()
        dialect.undo_posting(connection)
    dialect.begin_posting(connection)
    assert dialect.cursor(connection).execute("SELECT 'asked' || %s", ("!",)).fetchone() == ("asked!",)
    dialect.commit_posting(connection)


def test_who_does_not_know_what_is_still_to_come_goes_on_with_another_connection(small: str) -> None:
    """As who is interrupted between sending a statement and keeping in mind that it was sent."""
    with open_ledger(server().url(small)) as ledger:
        connection, before = ledger._connection, driver_of(ledger._connection)
        dialect = dialect_of(connection)
        dialect.begin_posting(connection)
        before.pgconn.send_query_params(b"SELECT 1", None)
        dialect.undo_posting(connection)
        assert before.closed
        assert ledger.record(receipt("R-9", "5.00")).number == 13
        assert ledger.verify().findings == ()


def test_a_server_that_is_gone_is_an_error(small: str) -> None:
    with open_ledger(server().url(small)) as ledger, server().connect(small) as other:
        gone = "datname = current_database() AND pid <> pg_backend_pid()"
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {gone}".encode())
        with pytest.raises(errors.StoreUnavailableError, match="connection"):
            ledger.record(receipt("R-9", "5.00"))
        assert ledger.record(receipt("R-9", "5.00")).number == 13


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What runs in the background of a shell is set to ignore interruptions."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("held", [LOCK, "LOCK TABLE mdfm.entry", "LOCK TABLE mdfm.subaccount"])
def test_who_is_interrupted_while_waiting_has_written_nothing_and_can_go_on(
    small: str, held: str, caplog: pytest.LogCaptureFixture
) -> None:
    """For the lock, for the first answer, and for a balance."""
    with server().connect(small) as other, open_ledger(server().url(small)) as ledger:
        with other.transaction():
            other.execute(held.encode())
            timer = threading.Timer(0.3, signal.raise_signal, (signal.SIGINT,))
            timer.start()
            with pytest.raises(KeyboardInterrupt):
                ledger.record(receipt("R-9", "5.00"))
            timer.join(BUSY_SECONDS)
        # The driver has nothing to say of it beside: who watches a command sees what we say.
        assert caplog.records == []
        assert ledger.record(receipt("R-9", "5.00")).number == 13
        assert ledger.verify().findings == ()


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("seconds", [0.01, 0.05, 0.15])
def test_who_is_interrupted_amid_many_has_written_nothing_and_can_go_on(small: str, seconds: float) -> None:
    """While entries are worked out, sent or answered, wherever that is."""
    with open_ledger(server().url(small)) as ledger:
        many = [receipt(f"R-{at}", "5.00") for at in range(1_000, 6_000)]
        timer = threading.Timer(seconds, signal.raise_signal, (signal.SIGINT,))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            ledger.record_all(many)
        timer.join(BUSY_SECONDS)
        assert ledger.record(receipt("R-9", "5.00")).number == 13
        assert [one.number for one in ledger.record_all(many[:100])] == list(range(14, 114))
        assert ledger.verify().findings == ()


def test_nothing_goes_by_the_driver_s_own_pipeline(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is broken off it says so on standard error, whatever becomes of it."""

    def refused(*_: object) -> None:
        raise AssertionError("the driver's own pipeline")

    monkeypatch.setattr(psycopg.Pipeline, "__enter__", refused)
    kept = small_ledger(tmp_path / "l.db")
    assert restore(kept, server().url(empty)).entries == 12
    with open_ledger(server().url(empty)) as ledger:
        ledger.record_all([receipt(f"M-{at}", "1.00") for at in range(500)])
        assert ledger.verify().findings == ()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int4", (0, -1, 2**31 - 1, -(2**31))),
        ("int8", (0, None, 2**63 - 1, -(2**63))),
        ("int8", (7,)),
        ("int8", (None,)),
        ("text", ("", "é 中 𝄞", "a,{}\"'\\NULL", " ")),
        ("bytea", (b"", b"\x00\xff", b"\\x00" * 1000)),
    ],
)
def test_an_array_is_read_as_it_was_written(kind: str, values: tuple[object, ...]) -> None:
    with server().connect("postgres") as driver:
        cursor = taught(psycopg.Cursor(driver))
        cursor.execute(f"SELECT unnest(%s::{kind}[])".encode(), (WRITERS[kind](values),))
        assert tuple(value for (value,) in cursor.fetchall()) == values


@pytest.mark.parametrize("value", [1.5, "1", 2**63])
def test_what_is_no_whole_number_of_its_size_is_not_written(value: object) -> None:
    with pytest.raises((struct.error, OverflowError)):
        WRITERS["int8"]((value,))
