"""Nothing that is written takes the place of a ledger, or of what a signer keeps."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import disk
from mdfm_ledger.cli import cli
from mdfm_ledger.notary.signing import sign_checkpoint
from tests.support.ledgers import RECORDED_AT, open_ledger, small_ledger
from tests.support.signing import adoption, key_in_use

DAY = ("--as-of", "2020-12-31")
ISSUE = ("--issue", "--kind", "annual", "--certified-by", "chief@example.org", "--actor", "it@example.org")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger, with the signer's folder ``signer`` beside it: one checkpoint is signed and anchored."""
    path, keys = small_ledger(tmp_path / "l.db"), tmp_path / "signer"
    with open_ledger(path) as ledger:
        ledger.record(adoption(key_in_use(keys, "mdfm.example.org")))
    assert run("checkpoint", "sign", *of(path), "--to", f"folder:{tmp_path / 'held'}").exit_code == 0
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def of(path: Path) -> tuple[object, ...]:
    return ("--ledger", path, "--keys", path.parent / "signer")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "l.db",
        "l.db-wal",
        "l.db-shm",
        "l.db-journal",
        "l.db.backups",
        "link.db",
        "signer/key.pem",
        "signer/next-key.pem",
        "signer/signed.jsonl",
        "signer/anchored.jsonl",
    ],
)
def test_what_is_kept_is_not_written_over(path: Path, name: str) -> None:
    (path.parent / "link.db").symlink_to(path)
    target, before = path.parent / name, contents(path.parent)
    for command in (
        ("report", "trial_balance", "--ledger", path, *DAY),
        ("statement", "ham", "--ledger", path, *DAY),
        ("statement", "ham", "--ledger", path, *DAY, *ISSUE),
        ("checkpoint", "sign", *of(path)),
    ):
        refused = run(*command, "--out", target)
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "kept-file"), command
        assert str(target) in refused.stderr
        assert contents(path.parent) == before


def test_a_refused_place_leaves_nothing_signed_and_nothing_issued(path: Path) -> None:
    with open_ledger(path) as ledger:
        entries = ledger.entry_count()
    run("statement", "ham", "--ledger", path, *DAY, *ISSUE, "--out", path)
    with open_ledger(path) as ledger:
        assert ledger.entry_count() == entries
        ledger.record_due(term="2020-2021", on=RECORDED_AT.date())
    signed = (path.parent / "signer" / "signed.jsonl").read_bytes()
    run("checkpoint", "sign", *of(path), "--out", path)
    assert (path.parent / "signer" / "signed.jsonl").read_bytes() == signed


def test_a_bundle_is_not_written_over_a_ledger(path: Path) -> None:
    year = ("--since", "2020-01-01", *DAY)
    assert run("statement", "ham", "--ledger", path, *year, *ISSUE).exit_code == 0
    note, before = path.parent / "note.txt", path.read_bytes()
    with open_ledger(path) as ledger:
        note.write_text(sign_checkpoint(ledger, path.parent / "signer", clock=lambda: RECORDED_AT))
    key = (path.parent / "signer" / "key.pem").read_text().partition("\n")[0]
    proving = ("--number", "2020-2021-ham-001.1", "--checkpoint", note, "--key", key)
    refused = run("statement", "ham", "--ledger", path, *proving, "--bundle", path)
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "kept-file")
    assert path.read_bytes() == before


def test_an_earlier_output_is_replaced_and_names_alone_are_no_matter(path: Path, tmp_path: Path) -> None:
    for name in ("balance.txt", "balance.txt", "notes-wal"):
        (tmp_path / name).write_text("before")
        assert run("report", "trial_balance", "--ledger", path, *DAY, "--out", tmp_path / name).exit_code == 0
        assert "before" not in (tmp_path / name).read_text()
    assert not list(tmp_path.glob(".mdfm-*"))


def test_only_an_ordinary_file_is_replaced(path: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for target, problem in (
        ("pipe", "not an ordinary file"),
        ("signer", "a folder"),
        ("l.db/x", "directory"),
    ):
        refused = run("report", "trial_balance", "--ledger", path, *DAY, "--out", tmp_path / target)
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "file-unwritable")
        assert problem in refused.stderr
    looped = tmp_path / "loop"
    looped.symlink_to(looped)
    refused = run("report", "trial_balance", "--ledger", path, *DAY, "--out", looped / "x")
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "file-unwritable")


@pytest.mark.parametrize("place", ["l.db", "l.db/x", "/proc/x"])
def test_a_folder_that_cannot_be_made_is_said_plainly(path: Path, place: str) -> None:
    for command in (("statements", "--all", "--ledger", path, *DAY), ("schema",)):
        refused = run(*command, "--out", path.parent / place)
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "file-unwritable")


@pytest.mark.parametrize(("umask", "mode"), [(0o077, 0o600), (0o027, 0o640), (0o022, 0o644)])
def test_who_may_read_what_is_written_is_said_by_the_umask(path: Path, umask: int, mode: int) -> None:
    target, before = path.parent / "statement.txt", os.umask(umask)
    try:
        assert run("statement", "ham", "--ledger", path, *DAY, "--out", target).exit_code == 0
    finally:
        os.umask(before)
    assert target.stat().st_mode & 0o777 == mode


def test_a_name_is_on_the_disk_before_it_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Path] = []
    for module in ("ledger.output", "notary.line_file", "notary.key_file"):
        monkeypatch.setattr(f"mdfm_ledger.{module}.synced", told.append)
    run("report", "trial_balance", "--ledger", path, *DAY, "--out", path.parent / "balance.txt")
    assert told == [path.parent]
    key_in_use(path.parent / "another", "mdfm.example.org")
    assert told == [path.parent, *[path.parent / "another"] * 3]


def test_a_file_system_that_cannot_be_asked_of_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(handle: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refused)
    disk.synced(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Invalid argument"):
        disk.synced(tmp_path / "file")


# -- the signer's folder that is not there ---------------------------------------------------------------


@pytest.mark.parametrize("what", ["folder", "journal", "content", "last line"])
def test_a_journal_that_is_lost_is_no_clean_answer(path: Path, what: str) -> None:
    keys = path.parent / "signer"
    journal = keys / "signed.jsonl"
    if what == "last line":
        with open_ledger(path) as ledger:
            ledger.record_due(term="2020-2021", on=RECORDED_AT.date())
        assert run("checkpoint", "sign", *of(path), "--to", f"folder:{path.parent / 'held'}").exit_code == 0
    lost: dict[str, Callable[[], object]] = {
        "folder": lambda: shutil.rmtree(keys),
        "journal": journal.unlink,
        "content": lambda: journal.write_text(""),
        "last line": lambda: journal.write_text(journal.read_text().splitlines(keepends=True)[0]),
    }
    lost[what]()
    commands = [("verify",), ("verify", "--quick"), ("checkpoint", "show"), ("checkpoint", "sign")]
    for command in commands[:3] if what == "folder" else commands:
        refused = run(*command, *of(path))
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "journal-unusable"), command
        assert str(keys) in refused.stderr
    assert not journal.exists() or len(journal.read_text().splitlines()) < 2


def test_before_the_first_checkpoint_verify_says_that_none_was_signed(tmp_path: Path) -> None:
    path, keys = small_ledger(tmp_path / "l.db"), tmp_path / "signer"
    with open_ledger(path) as ledger:
        ledger.record(adoption(key_in_use(keys, "mdfm.example.org")))
    told = run("verify", *of(path))
    assert told.exit_code == 0
    assert f"none was signed yet by the journal in {keys}" in told.stdout
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT COUNT(*) FROM entry").fetchone() == (13,)
