"""The power goes at any moment: what was acknowledged is there, and the rest wholly or not at all."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import Redaction, errors
from mdfm_ledger.event import Event
from mdfm_ledger.store import sqlite
from tests.support.bookkeeping import APPROVER, receipt
from tests.support.disk import Disk, library, remembering_disk
from tests.support.ledgers import events, open_ledger
from tests.support.power import Image, images
from tests.support.profile import figure

IMAGES = figure(nightly=4_000, gate=400)
SEED = 20260101

ERASURE = Redaction(
    reference="RD-1",
    on=date(2020, 7, 1),
    document_kind="donor",
    document_reference="ham",
    reason="asked for",
    approved_by=APPROVER,
)

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.skipif(library() is None, reason="SQLite is built into this Python: no layer can be put in"),
]


def _singles(letter: str, count: int) -> list[list[Event]]:
    return [[receipt(f"{letter}-{at}", "0.01")] for at in range(count)]


STEPS: list[list[Event]] = [
    events(),
    *_singles("P", 12),
    [receipt(f"Q-{at}", "0.01") for at in range(40)],
    [ERASURE],
    *_singles("S", 6),
]
"""What is recorded, one list a transaction: singles, batches, and one that erases."""


def recorded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The steps done on a disk that remembers, in three sittings, with the log carried over now and then."""
    with remembering_disk() as disk:
        fsync = os.fsync

        def fsync_folder(opened: int) -> None:
            fsync(opened)
            disk.sync_folder()

        monkeypatch.setattr(os, "fsync", fsync_folder)
        at = 0
        waiting = list(STEPS)
        for size in (5, 8, len(waiting)):
            with open_ledger(folder / "l.db") as ledger:
                disk.say("opened")
                # The log is carried over into the file after a few pages, not after a thousand.
                ledger._connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {6 * size}")
                ledger._connection.rollback()
                while waiting and at < size:
                    ledger.record_all(waiting.pop(0))
                    disk.say("recorded")
                    at += 1
    return disk


def references(some: list[list[Event]]) -> list[str]:
    return [event.reference for step in some for event in step]


def what_is_wrong(image: Image, folder: Path) -> str:
    """What of the promises does not hold for an image; empty where all do."""
    image.lay_out(folder)
    told = image.said.count("recorded")
    try:
        with open_ledger(folder / "l.db", create="opened" not in image.said) as ledger:
            found = [entry.event.reference for entry in ledger.entries()]
            whole = [len(references(STEPS[:count])) for count in (told, told + 1)]
            if found != references(STEPS)[: len(found)] or len(found) < whole[0]:
                return "an acknowledged entry is lost"
            if len(found) not in whole:
                return "a transaction is there in part"
            if ledger.verify().findings:
                return "verify has findings"
            for _ in range(2):
                for step in STEPS[told : told + 1]:
                    ledger.record_all(step)
            after = ledger.verify()
            if after.findings or after.entries != len(references(STEPS[: told + 1])):
                return "a retry did not post once"
    except errors.StoreError as error:
        return f"it does not open: {error.code}"
    return ""


def test_nothing_acknowledged_is_lost_when_the_power_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, found = tmp_path / "made", tmp_path / "found"
    made.mkdir()
    found.mkdir()
    disk = recorded(made, monkeypatch)
    wrong = Counter(what_is_wrong(image, found) for image in images(disk.done, IMAGES, SEED))
    assert wrong == {"": IMAGES}


def test_the_control_without_waiting_for_the_disk_loses_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_DURABLE", (("journal_mode", "WAL", "wal"), ("synchronous", "NORMAL", 1)))
    made, found = tmp_path / "made", tmp_path / "found"
    made.mkdir()
    found.mkdir()
    disk = recorded(made, monkeypatch)
    count = IMAGES // 3
    wrong = Counter(what_is_wrong(image, found) for image in images(disk.done, count, SEED))
    # How many exactly depends on where the log happens to be cut; where the disk is waited for it is none.
    assert wrong["an acknowledged entry is lost"] > count // 4
