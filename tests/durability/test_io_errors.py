"""Each disk operation fails, once or for good: a typed error, nothing half there, retries post once."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection

from mdfm_ledger import Ledger, errors
from mdfm_ledger.store import sqlite
from tests.support.bookkeeping import receipt
from tests.support.disk import Disk, Failing, library, remembering_disk
from tests.support.ledgers import events, open_ledger, small_ledger
from tests.support.profile import figure

STRIDE = figure(nightly=1, gate=4)
"""In the gate every fourth operation is the one that fails; which, each way has its own."""

WRITING = frozenset({"write", "sync", "truncate", "delete", "open", "shm_map"})
READING = frozenset({"read", "file_size", "open", "shm_map"})
UNSOUND = "what is there is not sound"
MANY = [receipt(f"M-{at}", "0.01") for at in range(30)]

# Which operations fail, and how.
WAYS: dict[str, tuple[frozenset[str], dict[str, bool]]] = {
    "once": (WRITING, {}),
    "for good": (WRITING, {"stays": True}),
    "full once": (WRITING, {"full": True}),
    "full for good": (WRITING, {"full": True, "stays": True}),
    "half written": (WRITING, {"short": True}),
    "half written for good": (WRITING, {"short": True, "stays": True}),
    "sync once": (frozenset({"sync"}), {}),
    "sync for good": (frozenset({"sync"}), {"stays": True}),
    "reading once": (READING, {}),
    "reading for good": (READING, {"stays": True}),
}


def record(ledger: Ledger) -> None:
    assert ledger.record(MANY[0]).number == 13


def record_all(ledger: Ledger) -> None:
    assert [done.number for done in ledger.record_all(MANY)] == list(range(13, 43))


def create(ledger: Ledger) -> None:
    ledger.record_all(events())


def verify(ledger: Ledger) -> None:
    """What cannot be read is an error or a finding; never is less than everything called sound."""
    found = ledger.verify()
    assert found.entries == 12 or found.findings
    if found.findings:
        assert all("I/O error" in str(f) or "unable to get the page" in str(f) for f in found.findings[:1])


TASKS: dict[Callable[[Ledger], None], int] = {create: 12, record: 13, record_all: 42, verify: 12}
"""What is done, and how many entries there are afterwards."""

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.skipif(library() is None, reason="SQLite is built into this Python: no layer can be put in"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ledger(tmp_path_factory.mktemp("made") / "l.db")


def was_done(path: Path, task: Callable[[Ledger], None], disk: Disk) -> bool:
    """Open, do it, close, on a disk that fails. Only our own errors may come of it, in whatever place."""
    try:
        with open_ledger(path) as ledger:
            try:
                task(ledger)
            except errors.StoreError:
                # The disk is mended: the same ledger goes on, or says that it does not.
                disk.failing = None
                with suppress(errors.StoreError):
                    task(ledger)
                    return True
                raise
            return True
    except errors.StoreError:
        return False


def what_is_wrong(path: Path, task: Callable[[Ledger], None], disk: Disk) -> str:
    """What of the promises does not hold where an operation fails meanwhile; empty where all do."""
    try:
        done = was_done(path, task, disk)
    except errors.CorruptLedgerError:
        return UNSOUND
    disk.failing = None
    with open_ledger(path) as ledger:
        there = ledger.verify()
        if there.findings:
            return UNSOUND
        if there.entries not in ({TASKS[task]} if done else {0, 12, TASKS[task]}):
            return "something is lost, or there in part"
        task(ledger)
        after = ledger.verify()
        return "" if (after.entries, after.findings) == (TASKS[task], ()) else "a retry did not post once"


def wrongs(task: Callable[[Ledger], None], way: str, made: Path, folder: Path) -> Counter[str]:
    """What is wrong where the first, second, third operation fails, and so on to the last, counted."""
    named, how = WAYS[way]
    path = folder / "l.db"
    found: Counter[str] = Counter()
    for at in itertools.count(1 + list(WAYS).index(way) % STRIDE, STRIDE):
        for old in folder.iterdir():
            old.unlink()
        if task is not create:
            shutil.copy(made, path)
        with remembering_disk() as disk:
            failing = disk.failing = Failing(at=at, of=named, **how)
            wrong = what_is_wrong(path, task, disk)
        if not failing.hit:
            assert not wrong, "nothing failed"
            return found
        found[wrong] += 1
    raise AssertionError("there is always a last one")


@pytest.mark.parametrize(
    ("task", "way"),
    [
        pytest.param(task, way, id=f"{task.__name__}-{way}")
        for task in TASKS
        for way in WAYS
        # What only reads syncs nothing but the log, when the last one leaves.
        if (task, way.split()[0]) != (verify, "sync")
    ],
)
def test_whichever_operation_fails(
    task: Callable[[Ledger], None], way: str, made: Path, tmp_path: Path
) -> None:
    assert set(wrongs(task, way, made, tmp_path)) == {""}


@pytest.mark.parametrize("way", [way for way in WAYS if not way.startswith("reading")])
def test_the_control_without_a_transaction_half_of_it_is_there(
    way: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every statement for itself. Foreign keys would refuse each line before its entry: out too."""
    settings = tuple(
        ("foreign_keys", "OFF", 0) if one[0] == "foreign_keys" else one for one in sqlite._SETTINGS
    )
    begin = sqlite._begin

    def begin_reading_only(connection: Connection) -> None:
        if not connection.get_execution_options().get("mdfm_write", False):
            begin(connection)

    monkeypatch.setattr(sqlite, "_SETTINGS", settings)
    monkeypatch.setattr(sqlite, "_begin", begin_reading_only)
    assert wrongs(record, way, made, tmp_path)[UNSOUND]
