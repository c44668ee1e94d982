"""What a redaction erased on a server is gone from its disk too, once who may has it written over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import errors
from mdfm_ledger.cli import cli
from mdfm_ledger.safekeeping import make_roles, scrub
from mdfm_ledger.store import sqlite
from mdfm_ledger.store.postgres import scrubbing
from tests.support.bookkeeping import receipt
from tests.support.ledgers import events, open_ledger, small_ledger
from tests.support.postgres import Server, server

SECRET = b"Hamburg"
OWNER, POSTER, AUDITOR = "scrub_owner", "scrub_poster", "scrub_auditor"
PEOPLE = {"scrub_ann": POSTER, "scrub_olga": OWNER}


@pytest.fixture
def roles(small: str) -> Iterator[str]:
    """The small ledger, one who posts, and one who was granted the owner."""
    for role in (*PEOPLE, OWNER, POSTER, AUDITOR):
        server().execute(f"DROP ROLE IF EXISTS {role}")
    make_roles(server().url(small), owner=OWNER, poster=POSTER, auditor=AUDITOR)
    for person, role in PEOPLE.items():
        server().execute(f"CREATE ROLE {person} LOGIN IN ROLE {role}")
    yield small
    server().drop(small)
    for role in (*PEOPLE, OWNER, POSTER, AUDITOR):
        server().execute(f"DROP ROLE {role}")


def redact(url: str) -> str:
    """Redact a donor; what the answer warns of."""
    with open_ledger(url) as ledger:
        done = ledger.redact(
            "donor", "ham", reason="asked", approved_by="dpo@example.org", on=date(2021, 5, 1)
        )
    (notice,) = done.warnings
    assert notice.code == "still-logged"
    return notice.message


def stands_in(folder: Path) -> bool:
    return any(SECRET in file.read_bytes() for file in folder.iterdir() if file.is_file())


def files_of(at: Server, database: str) -> Path:
    with at.connect(database) as connection:
        connection.execute("CHECKPOINT")
        asked = "SELECT oid FROM pg_database WHERE datname = current_database()"
        (oid,) = connection.execute(asked).fetchone() or (0,)
    return at.data / "base" / str(oid)


def run(url: str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["scrub", url, *options])


@pytest.mark.parametrize("person", ["scrub_olga", "postgres"])
def test_the_owner_has_it_gone_from_every_file_of_the_database(person: str, roles: str) -> None:
    files = files_of(server(), roles)
    server().execute("ANALYZE", roles)
    assert "runs mdfm scrub" in redact(server().url(roles, "scrub_ann"))
    # A row that is gone stands in its page still, and a plain VACUUM need not reach it.
    assert stands_in(files_of(server(), roles))
    answer = run(server().url(roles, person))
    assert (answer.exit_code, answer.output.splitlines()[0]) == (
        0,
        "done: the table of personal details was written anew: nothing erased is in its files.",
    )
    assert "not reached: the server's log" in answer.output
    assert not stands_in(files)
    with open_ledger(server().url(roles, "scrub_ann")) as ledger:
        assert ledger.record(receipt("R-9", "1.00")).number == 14
        assert ledger.verify().findings == ()


def test_the_control_a_server_that_samples_details_keeps_them_elsewhere(small: str) -> None:
    """Its statistics hold what stands in a column, unless it is told to take none of that one."""
    server().execute("ALTER TABLE mdfm.personal_detail ALTER COLUMN detail SET STATISTICS -1", small)
    server().execute("ANALYZE", small)
    redact(server().url(small))
    scrub(server().url(small))
    assert stands_in(files_of(server(), small))
    with open_ledger(server().url(small)) as ledger:
        assert [one.check for one in ledger.verify().findings] == ["schema"]


def test_who_posts_may_not_and_is_told_who_may(roles: str) -> None:
    redact(server().url(roles, "scrub_ann"))
    answer = run(server().url(roles, "scrub_ann"), "--json")
    told = json.loads(answer.output)["error"]
    assert (answer.exit_code, told["code"], told["figures"]["owner"]) == (3, "not-owner", OWNER)
    assert stands_in(files_of(server(), roles))
    with pytest.raises(errors.ServerUnavailableError, match="lacks pg_checkpoint, EXECUTE on pg_switch_wal"):
        scrub(server().url(roles, "scrub_olga"), log=True)
    assert stands_in(files_of(server(), roles))


def test_what_somebody_still_reads_of_before_is_named(small: str) -> None:
    reader = server().connect(small)
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    reader.execute("SELECT count(*) FROM mdfm.entry")
    redact(server().url(small))
    with pytest.raises(errors.StillReadError, match=f"process {reader.info.backend_pid}"):
        scrub(server().url(small))
    reader.close()
    # A reader of after is in nobody's way.
    with server().connect(small) as later:
        later.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        later.execute("SELECT count(*) FROM mdfm.entry")
        assert len(scrub(server().url(small)).done) == 1
    assert not stands_in(files_of(server(), small))


def test_the_control_while_it_is_read_of_before_a_row_is_kept(
    small: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = server().connect(small)
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    reader.execute("SELECT count(*) FROM mdfm.entry")
    redact(server().url(small))
    monkeypatch.setattr(scrubbing, "_READING", "SELECT ''")
    scrub(server().url(small))
    assert stands_in(files_of(server(), small))
    reader.close()


def test_what_the_server_passes_over_is_no_clean_answer(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "_FILE", "SELECT 1")
    with pytest.raises(errors.ServerUnavailableError, match="was not written anew"):
        scrub(server().url(small))


def test_an_administrator_has_it_gone_from_the_log_too() -> None:
    own = Server()
    try:
        database = own.empty()
        url = own.url(database)
        with open_ledger(url) as ledger:
            ledger.record_all(events())
        redact(url)
        log = own.data / "pg_wal"
        scrub(url)
        # The control: without going around the log it stands there, whatever checkpoints there are.
        own.execute("SELECT pg_switch_wal()")
        own.execute("CHECKPOINT")
        assert not stands_in(files_of(own, database))
        assert stands_in(log)
        answer = run(url, "--log", "--json")
        told = json.loads(answer.output)
        assert (len(told["done"]), len(told["left"])) == (2, 1)
        assert not stands_in(log)
        assert not any(stands_in(one) for one in own.data.rglob("*") if one.is_dir())
        # What a slot keeps of the log is kept.
        own.execute("SELECT pg_create_physical_replication_slot('kept', true)")
        with open_ledger(url) as ledger:
            ledger.record(receipt("R-9", "1.00"))
            assert ledger.verify().findings == ()
        assert "earlier files of the server's log, kept for" in run(url, "--log").output
    finally:
        own.remove()


def test_in_a_file_it_is_gone_once_nobody_reads_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = tuple(
        ("busy_timeout", "50", 50) if one[0] == "busy_timeout" else one for one in sqlite._SETTINGS
    )
    monkeypatch.setattr(sqlite, "_SETTINGS", impatient)
    path = small_ledger(tmp_path / "l.db")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM entry").fetchone()
    redact(f"sqlite:///{path}")
    answer = run(str(path))
    assert (answer.exit_code, answer.output.partition(":")[0]) == (3, "still-read")
    assert stands_in(tmp_path)
    reader.rollback()
    assert run(str(path)).output.startswith("done: what was erased is overwritten in the file")
    assert not stands_in(tmp_path)
    reader.close()
