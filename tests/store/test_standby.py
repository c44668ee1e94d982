"""A standby: it is read and verified like any ledger, follows what is recorded, and takes no writing."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from mdfm_ledger import Ledger, errors, open_engine
from tests.support.bookkeeping import ACTOR, receipt
from tests.support.ledgers import RECORDED_AT, open_ledger, rows_of
from tests.support.postgres import Server, server


@pytest.fixture(scope="module")
def standby() -> Iterator[Server]:
    one = Server(data_of=server().folder)
    yield one
    one.remove()


@pytest.fixture
def database(standby: Server) -> Iterator[str]:
    """A small ledger on the server, once the standby has it too."""
    name = server().small_ledger()
    wait_for(standby)
    yield name
    server().drop(name)


def wait_for(standby: Server) -> None:
    """Until the standby has played all that the server has written."""
    with server().connect("postgres") as one, standby.connect("postgres") as other:
        row = one.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        assert row is not None
        for _ in range(600):
            if other.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", row).fetchone() == (True,):
                return
            Event().wait(0.05)
    raise AssertionError("the standby does not follow")


def test_a_standby_is_read_and_verified_and_takes_no_writing(database: str, standby: Server) -> None:
    with open_ledger(standby.url(database)) as ledger:
        assert (ledger.verify().entries, ledger.verify().findings) == (12, ())
        with pytest.raises(errors.StoreUnavailableError, match="read-only"):
            ledger.record(receipt("R-9", "5.00"))
        with open_ledger(server().url(database)) as other:
            other.record_all([receipt(f"M-{at}", "1.00") for at in range(300)])
            wait_for(standby)
            assert rows_of(ledger) == rows_of(other)
        assert (ledger.verify().entries, ledger.verify().findings) == (312, ())
        assert ledger.record(receipt("M-0", "1.00")).was_replayed


def test_a_transaction_of_the_caller_reads_on_a_standby(database: str, standby: Server) -> None:
    engine = open_engine(standby.url(database))
    with engine.connect() as connection, connection.begin():
        ledger = Ledger.on_connection(connection, actor=ACTOR, clock=lambda: RECORDED_AT)
        assert (ledger.verify().entries, ledger.verify().findings) == (12, ())
        with pytest.raises(errors.StoreUnavailableError, match="read-only"):
            ledger.record(receipt("R-9", "5.00"))
    engine.dispose()


def test_no_ledger_is_made_on_a_standby(standby: Server) -> None:
    name = server().empty()
    wait_for(standby)
    with pytest.raises(errors.NotALedgerError, match="no ledger is in the database"):
        open_ledger(standby.url(name))
    server().drop(name)
