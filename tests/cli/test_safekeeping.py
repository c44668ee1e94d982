"""Backup, restore, migrate and doctor on the command line: plain answers, exit codes, nothing lost."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import doctor, safekeeping
from mdfm_ledger.cli import cli
from mdfm_ledger.diagnosis import is_unsafe
from mdfm_ledger.notary.anchors import anchor
from mdfm_ledger.notary.signing import sign_checkpoint
from mdfm_ledger.safekeeping import backup
from mdfm_ledger.store.workplace import left_in, workplace
from tests.support.bookkeeping import receipt
from tests.support.ledgers import RECORDED_AT, events, open_ledger, small_ledger, without_guards
from tests.support.signing import adoption, key_in_use

LATER = RECORDED_AT + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = small_ledger(tmp_path / "l.db")
    path.chmod(0o600)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_backup_and_restore_say_the_head(path: Path) -> None:
    made = run("backup", path, path.parent / "b.db")
    assert (made.exit_code, made.stdout.splitlines()[0]) == (
        0,
        f"backed up to {path.parent / 'b.db'}; 12 entries, verified.",
    )
    head = made.stdout.splitlines()[1].removeprefix("head ")
    put = run("restore", path.parent / "b.db", path.parent / "r.db", "--expect-head", head, "--json")
    assert (put.exit_code, json.loads(put.stdout)["head"]) == (0, head)
    again = run("restore", path.parent / "b.db", path.parent / "r.db")
    assert (again.exit_code, again.stderr.startswith("target-exists: ")) == (1, True)
    assert run("backup", path.parent / "none.db", path.parent / "c.db").exit_code == 3


def test_migrate_asks_for_a_backup(path: Path) -> None:
    assert run("migrate", path).exit_code == 2
    assert run("migrate", path, "--no-backup", "--backup", path.parent / "b.db").exit_code == 2
    assert run("migrate", path, "--no-backup").stdout.startswith("up to date: ")
    assert run("migrate", path, "--backup", path.parent / "b.db").exit_code == 0
    assert (path.parent / "b.db").exists()


class Case(NamedTuple):
    name: str
    severity: str
    make: Callable[[Path, pytest.MonkeyPatch], object]


def _mounted(kind: str) -> Callable[[Path, pytest.MonkeyPatch], object]:
    def make(path: Path, patch: pytest.MonkeyPatch) -> None:
        mounts = path.parent / "mounts"
        mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {path.parent} {kind} rw 0 0\n")
        patch.setattr(doctor, "MOUNTS", mounts)

    return make


def _old_backup(path: Path, patch: pytest.MonkeyPatch) -> None:
    long_ago = datetime(2021, 1, 1, tzinfo=UTC)
    backup(f"sqlite:///{path}", path.parent / "b.db", clock=lambda: long_ago)


def _backup_gone(path: Path, patch: pytest.MonkeyPatch) -> None:
    run("backup", path, path.parent / "b.db")
    (path.parent / "b.db").unlink()


def _backup_of_another(path: Path, patch: pytest.MonkeyPatch) -> None:
    run("backup", path, path.parent / "b.db")
    (path.parent / "b.db").write_bytes(small_ledger(path.parent / "other.db").read_bytes()[:-8192])


def _backup_posted_to(path: Path, patch: pytest.MonkeyPatch) -> None:
    run("backup", path, path.parent / "b.db")
    with open_ledger(path.parent / "b.db") as ledger:
        ledger.record(receipt("R-7", "1.00"))


def _left_copy(path: Path, patch: pytest.MonkeyPatch) -> None:
    (path.parent / ".mdfm-abc").mkdir()


CASES = (
    Case("anybody-writes", "danger", lambda path, _: path.chmod(0o666)),
    Case("anybody-reads", "warning", lambda path, _: path.chmod(0o644)),
    Case("anybody-replaces", "danger", lambda path, _: path.parent.chmod(0o777)),
    Case("network-disk", "danger", _mounted("nfs4")),
    Case("unfinished", "warning", lambda path, _: Path(f"{path}-journal").write_bytes(b"")),
    Case("stray-log", "danger", lambda path, _: Path(f"{path}-wal").write_bytes(b"x" * 64)),
    Case("no-backup", "warning", lambda path, _: None),
    Case("backup-gone", "warning", _backup_gone),
    Case("backup-gone", "warning", _backup_of_another),
    Case("backup-gone", "warning", _backup_posted_to),
    Case("left-copy", "warning", _left_copy),
    Case("no-signing-key", "warning", lambda path, _: None),
    Case("old-backup", "warning", _old_backup),
    Case("little-space", "warning", lambda _, patch: patch.setattr(doctor, "_LEAST_FREE", 1 << 62)),
    Case("schema-newer", "danger", lambda path, _: without_guards(path, _newer)),
    Case("verify-schema", "danger", lambda path, _: without_guards(path, _a_table_more)),
    Case("not-a-ledger", "danger", lambda path, _: path.write_bytes(b"text" * 100)),
    Case("no-file", "danger", lambda path, _: path.unlink()),
)


def _newer(connection: object) -> None:
    connection.execute("PRAGMA user_version = 99")  # type: ignore[attr-defined]  # a connection


def _a_table_more(connection: object) -> None:
    connection.execute("CREATE TABLE mine (x)")  # type: ignore[attr-defined]  # a connection


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_unsafe_is_found(case: Case, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case.make(path, monkeypatch)
    found = {one.name: one for one in doctor.examine(f"sqlite:///{path}", clock=lambda: LATER)}
    assert found[case.name].severity == case.severity
    assert found[case.name].remedy
    assert is_unsafe(tuple(found.values()))


def test_a_clock_behind_the_last_entry_is_found(path: Path) -> None:
    found = doctor.examine(f"sqlite:///{path}", clock=lambda: RECORDED_AT - timedelta(hours=1))
    assert "clock-back" in {one.name for one in found}


def test_a_log_that_readers_keep_growing_is_found(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-7", "1.00"))
        for most, name in ((1 << 40, "log-in-use"), (100, "large-log")):
            monkeypatch.setattr(doctor, "_LARGE_LOG", most)
            found = {one.name for one in doctor.examine(f"sqlite:///{path}", clock=lambda: LATER)}
            assert found & {"log-in-use", "large-log", "stray-log"} == {name}


def test_a_backup_counts_where_it_is_and_of_this_ledger(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(backups: Path | None = None) -> set[str]:
        found = doctor.examine(f"sqlite:///{path}", backups=backups, clock=lambda: RECORDED_AT)
        return {one.name for one in found if "backup" in one.name}

    moved = path.parent / "moved"
    monkeypatch.chdir(path.parent)
    backup("sqlite:///l.db", "b.db", clock=lambda: RECORDED_AT)
    monkeypatch.chdir("/")
    assert told() == set()
    moved.mkdir()
    (path.parent / "b.db").rename(moved / "b.db")
    assert told() == told(path.parent / "none") == {"backup-gone"}
    assert told(moved) == set()
    backup(f"sqlite:///{path}", path.parent / "c.db", clock=lambda: RECORDED_AT)
    assert told() == set()
    # Another ledger in its place, with the notes of what was there before.
    path.unlink()
    with open_ledger(path, salts=iter(f"{at:032x}" for at in range(10_000)).__next__) as ledger:
        ledger.record_all(events())
    assert told() == {"no-backup"}


def test_what_a_backup_left_that_was_killed_is_named_and_goes_with_the_next(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = os.fork()
    if not child:
        # The copy is whole by then.
        monkeypatch.setattr(safekeeping, "_verified", lambda *_: os.kill(os.getpid(), 9))
        backup(f"sqlite:///{path}", path.parent / "b.db")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == 9
    (left,) = path.parent.glob(".mdfm-*")
    assert b"Hamburg" in (left / "copy.db").read_bytes()
    assert left.stat().st_mode & 0o777 == 0o700
    found = {one.name: one for one in doctor.examine(f"sqlite:///{path}", clock=lambda: LATER)}
    assert str(left) in found["left-copy"].seen
    assert run("backup", path, path.parent / "b.db").exit_code == 0
    assert not list(path.parent.glob(".mdfm-*"))
    assert (path.parent / "b.db").stat().st_mode & 0o777 == 0o600
    assert "left-copy" not in {one.name for one in doctor.examine(f"sqlite:///{path}")}


def test_what_somebody_works_at_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".mdfm-report").write_text("being written")
    with workplace(tmp_path) as place, workplace(tmp_path) as other:
        assert place.is_dir()
        assert other.is_dir()
        assert left_in(tmp_path) == [tmp_path / ".mdfm-report"]
    assert list(tmp_path.iterdir()) == [tmp_path / ".mdfm-report"]
    assert left_in(tmp_path / "none") == []


@pytest.mark.parametrize("when", ["before it is opened", "before it is held"])
def test_a_place_that_was_tidied_away_is_made_again(
    tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    make, hold = tempfile.mkdtemp, fcntl.flock

    def mkdtemp(**options: Any) -> str:
        made.append(Path(make(**options)))
        if len(made) == 1 and when == "before it is opened":
            made[0].rmdir()
        return str(made[-1])

    def flock(handle: int, how: int) -> None:
        hold(handle, how)
        if len(made) == 1:
            made[0].rmdir()

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    monkeypatch.setattr(fcntl, "flock", flock)
    with workplace(tmp_path) as place:
        assert place == made[1]
        assert place.is_dir()


def test_a_synced_folder_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox (Fund)"
    folder.mkdir()
    path = small_ledger(folder / "l.db")
    assert "synced-folder" in {one.name for one in doctor.examine(f"sqlite:///{path}")}


# -- the signer --------------------------------------------------------------------------------------


@pytest.fixture
def keys(path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signer's folder elsewhere: key adopted, one checkpoint signed and put into a folder."""
    keys = tmp_path_factory.mktemp("signer")
    with open_ledger(path) as ledger:
        ledger.record(adoption(key_in_use(keys, "mdfm.example.org")))
        note = sign_checkpoint(ledger, keys, clock=lambda: RECORDED_AT)
    anchor(note, f"folder:{keys / 'anchors'}", keys=keys, now=RECORDED_AT)
    return keys


def examined(path: Path, keys: Path | None, days: int = 1) -> dict[str, str]:
    """The names of what was found about the signer, with how bad each is."""
    found = doctor.examine(f"sqlite:///{path}", keys=keys, clock=lambda: RECORDED_AT + timedelta(days=days))
    return {one.name: one.severity for one in found if one.name not in ("no-backup", "old-sqlite")}


def test_a_signer_in_order_is_no_more_than_a_note(path: Path, keys: Path) -> None:
    assert examined(path, keys, days=365) == {"signer-on-same-disk": "note"}
    assert examined(path, None) == {"signer-not-said": "note"}


def test_checkpoints_and_anchors_grow_old_where_entries_are_later(path: Path, keys: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-7", "1.00"))
    here = {"signer-on-same-disk": "note"}
    assert examined(path, keys, days=7) == here
    assert examined(path, keys, days=8) == here | {"old-checkpoint": "warning"}
    assert examined(path, keys, days=32) == here | {"old-checkpoint": "warning", "old-anchor": "warning"}


def _beside(path: Path, keys: Path) -> Path:
    return shutil.copytree(keys, path.parent / "keys")


def _anchor_gone(path: Path, keys: Path) -> Path:
    shutil.rmtree(keys / "anchors")
    return keys


def _never_anchored(path: Path, keys: Path) -> Path:
    (keys / "anchored.jsonl").unlink()
    return keys


def _nothing_signed(path: Path, keys: Path) -> Path:
    (keys / "signed.jsonl").write_text("")
    (keys / "anchored.jsonl").unlink()
    return keys


def _journal_lost(path: Path, keys: Path) -> Path:
    (keys / "signed.jsonl").unlink()
    return keys


def _journal_emptied(path: Path, keys: Path) -> Path:
    (keys / "signed.jsonl").write_text("")
    return keys


def _anchors_unreadable(path: Path, keys: Path) -> Path:
    (keys / "anchored.jsonl").write_text('{"place": 1}\n')
    return keys


def _unreadable(path: Path, keys: Path) -> Path:
    (keys / "signed.jsonl").write_text("nonsense\n")
    return keys


def _readable(path: Path, keys: Path) -> Path:
    (keys / "key.pem").chmod(0o640)
    return keys


def _another(path: Path, keys: Path) -> Path:
    (keys / "key.pem").unlink()
    key_in_use(keys, "mdfm.example.org")
    return keys


def _no_key(path: Path, keys: Path) -> Path:
    (keys / "key.pem").unlink()
    return keys


def _rolled_back(path: Path, keys: Path) -> Path:
    old = path.read_bytes()
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-7", "1.00"))
        sign_checkpoint(ledger, keys, clock=lambda: RECORDED_AT)
    path.write_bytes(old)
    return keys


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_beside, {"signer-beside-ledger": "warning"}),
        (_anchor_gone, {"anchor-lost": "warning", "not-anchored": "warning"}),
        (_never_anchored, {"not-anchored": "warning"}),
        (_nothing_signed, {"no-checkpoint": "warning"}),
        (_journal_lost, {"journal-unreadable": "danger"}),
        (_journal_emptied, {"journal-unreadable": "danger"}),
        (_anchors_unreadable, {"journal-unreadable": "danger"}),
        (_unreadable, {"journal-unreadable": "danger"}),
        (_readable, {"key-readable": "danger"}),
        (_another, {"other-key": "danger"}),
        (_no_key, {"no-key": "warning"}),
        (_rolled_back, {"verify-checkpoints": "danger"}),
    ],
)
def test_what_is_unsafe_about_the_signer_is_found(
    make: Callable[[Path, Path], Path], expected: dict[str, str], path: Path, keys: Path
) -> None:
    found = examined(path, make(path, keys))
    found.pop("signer-on-same-disk", None)
    assert found == expected


def test_a_safe_installation_is_told_so(path: Path, keys: Path) -> None:
    run("backup", path, path.parent / "b.db")
    answer = run("doctor", path, "--keys", keys)
    assert (answer.exit_code, answer.stdout.splitlines()[-1]) == (0, "nothing unsafe was seen.")
    told = json.loads(run("doctor", path, "--keys", keys, "--json").stdout)
    assert told["safe"] is True
    path.chmod(0o666)
    assert run("doctor", path).exit_code == 1
    assert run("doctor", "postgresql://h/d").exit_code == 1
