"""Who signs: the key in its file, the journal, what is refused, and where checkpoints are put."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import AdoptKey, Ledger, RotateKey, errors
from mdfm_ledger.cli import cli
from mdfm_ledger.evidence.checkpoint import open_checkpoint
from mdfm_ledger.evidence.merkle import EMPTY_ROOT
from mdfm_ledger.notary.anchors import anchor, anchor_state, handed_out
from mdfm_ledger.notary.journal import journal
from mdfm_ledger.notary.key_file import make_key, open_key
from mdfm_ledger.notary.public_key import public_key
from mdfm_ledger.notary.signing import sign_checkpoint
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger, without_guards
from tests.support.signing import KEY, adoption, key_in_use

DAY = date(2020, 7, 1)
NOW = datetime(2020, 7, 2, 9, 0, tzinfo=UTC)
NAME = "mdfm.example.org"


def adopted(ledger: Ledger, keys: Path) -> None:
    ledger.record(adoption(key_in_use(keys, NAME)))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_ledger(tmp_path / "l.db")


@pytest.fixture
def ledger(path: Path, keys: Path) -> Iterator[Ledger]:
    with open_ledger(path) as ledger:
        adopted(ledger, keys)
        yield ledger


def sign(ledger: Ledger, keys: Path, passphrase: str = "") -> str:
    return sign_checkpoint(ledger, keys, clock=lambda: NOW, passphrase=passphrase)


# -- the key -----------------------------------------------------------------------------------------


def test_a_key_is_for_its_owner_alone(keys: Path) -> None:
    made = key_in_use(keys, NAME)
    assert (keys / "key.pem").stat().st_mode & 0o777 == 0o600
    assert open_key(keys)[0] == made == public_key(keys)
    with pytest.raises(errors.KeyUnusableError, match="exists"):
        key_in_use(keys, NAME)
    (keys / "key.pem").chmod(0o640)
    with pytest.raises(errors.KeyUnusableError, match="others than its owner"):
        open_key(keys)


def test_a_passphrase_locks_the_key(keys: Path) -> None:
    made = key_in_use(keys, NAME, "correct horse")
    assert open_key(keys, "correct horse")[0] == made
    for wrong in ("", "wrong"):
        with pytest.raises(errors.KeyUnusableError):
            open_key(keys, wrong)
    assert b"ENCRYPTED" in (keys / "key.pem").read_bytes()


def test_halves_that_do_not_belong_together_are_refused(keys: Path, tmp_path: Path) -> None:
    key_in_use(keys, NAME)
    file = keys / "key.pem"
    file.write_text(f"{KEY}\n" + file.read_text().partition("\n")[2])
    with pytest.raises(errors.KeyUnusableError, match="belong together"):
        open_key(keys)
    file.write_text("no key\n")
    for open_it in (open_key, public_key):
        with pytest.raises(errors.KeyUnusableError):
            open_it(keys)
    with pytest.raises(errors.KeyUnusableError):
        open_key(tmp_path / "nowhere")
    with pytest.raises(errors.NoteRefusedError):
        key_in_use(tmp_path, "a name with spaces")


# -- signing -----------------------------------------------------------------------------------------


def test_an_empty_ledger_has_the_root_of_no_entries(ledger: Ledger) -> None:
    empty, now = ledger.checkpoints(NAME, [0])
    assert (empty.size, empty.root, now.size) == (0, EMPTY_ROOT, 13)


def test_what_is_signed_is_the_ledger_as_it_is_and_in_the_journal(ledger: Ledger, keys: Path) -> None:
    note = sign(ledger, keys)
    checkpoint = open_checkpoint(note, public_key(keys))
    assert checkpoint == ledger.checkpoints(NAME)[-1]
    assert checkpoint.size == 13
    assert sign(ledger, keys) == note
    ledger.record(receipt("R-7", "70.00"))
    assert open_checkpoint(sign(ledger, keys), public_key(keys)).size == 14
    with journal(keys) as signed:
        assert [one.signed_at for one in signed.all()] == ["2020-07-02T09:00:00.000000Z"] * 2


def test_a_key_that_the_ledger_does_not_name_signs_nothing(path: Path, keys: Path) -> None:
    key_in_use(keys, NAME)
    with open_ledger(path) as ledger, pytest.raises(errors.SigningRefusedError, match="does not name"):
        sign(ledger, keys)


def test_a_ledger_that_shrank_is_not_signed(ledger: Ledger, keys: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    sqlite3.connect(tmp_path / "l.db").execute(f"VACUUM INTO '{backup}'")
    ledger.record(receipt("R-7", "70.00"))
    sign(ledger, keys)
    with open_ledger(backup) as older:
        with pytest.raises(errors.SigningRefusedError, match="13 entries, the last signed note covers 14"):
            sign(older, keys)
        older.record(receipt("R-7", "71.00"))
        with pytest.raises(errors.ForkedLedgerError) as caught:
            sign(older, keys)
        assert caught.value.first != caught.value.second


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("parts", b"400.00", b"500.00"),
        ("leaf", b'"number":7', b'"number":8'),
        ("leaf", b'"reference"', b'"Reference"'),
        ("seal", b"", b""),
    ],
)
def test_bytes_that_do_not_hold_are_not_signed(
    path: Path, keys: Path, column: str, old: bytes, new: bytes
) -> None:
    with open_ledger(path) as ledger:
        adopted(ledger, keys)
        sign(ledger, keys)

    def attack(connection: sqlite3.Connection) -> None:
        (stored,) = connection.execute(f"SELECT {column} FROM entry WHERE number = 7").fetchone()
        changed = stored.replace(old, new) if old else bytes(32)
        assert changed != stored
        connection.execute(f"UPDATE entry SET {column} = ? WHERE number = 7", (changed,))

    without_guards(path, attack)
    refused = pytest.raises((errors.SigningRefusedError, errors.ForkedLedgerError))
    with open_ledger(path) as ledger, refused:
        sign(ledger, keys)


def test_a_line_not_written_whole_was_never_handed_out(ledger: Ledger, keys: Path) -> None:
    sign(ledger, keys)
    with (keys / "signed.jsonl").open("ab") as file:
        file.write(b'{"note": "half')
    ledger.record(receipt("R-7", "70.00"))
    sign(ledger, keys)
    with journal(keys) as signed:
        assert len(signed.all()) == 2
    (keys / "signed.jsonl").write_text("nonsense\n")
    with pytest.raises(errors.JournalUnusableError, match="a line that is none"):
        sign(ledger, keys)


JOURNAL_LINES = (
    b'{"note": 1, "signed_at": "x"}',
    b'{"note": "no note", "signed_at": "2020-07-02T09:00:00.000000Z"}',
    b"[]",
    b"{}",
    b"1",
    b"\xff",
    b"[" * 100_000,
)
ANCHOR_LINES = (
    b'{"place": 1, "size": 1, "anchored_at": "2020-07-02T09:00:00.000000Z"}',
    b'{"place": "folder:x", "size": "1", "anchored_at": "2020-07-02T09:00:00.000000Z"}',
    b'{"place": "folder:x", "size": 1.5, "anchored_at": "2020-07-02T09:00:00.000000Z"}',
    b'{"place": "folder:x", "size": 1, "anchored_at": "2020-07-02"}',
    b'{"place": "folder:x"}',
    b"\xff",
)


@pytest.mark.parametrize(
    ("name", "line"),
    [("signed.jsonl", line) for line in JOURNAL_LINES] + [("anchored.jsonl", line) for line in ANCHOR_LINES],
    ids=lambda value: value[:40] if isinstance(value, bytes) else value,
)
def test_a_line_of_nobody_is_refused_by_whoever_reads_it(
    ledger: Ledger, path: Path, keys: Path, name: str, line: bytes
) -> None:
    sign(ledger, keys)
    with (keys / name).open("ab") as file:
        file.write(line + b"\n")
    for command in (("checkpoint", "sign"), ("checkpoint", "show"), ("verify",)):
        refused = CliRunner().invoke(cli, [*command, "--ledger", str(path), "--keys", str(keys)])
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "journal-unusable")
        assert f"{name} holds a line that is none" in refused.stderr
    found = CliRunner().invoke(cli, ["doctor", str(path), "--keys", str(keys)])
    assert (found.exit_code, found.exception.__class__) == (1, SystemExit)
    assert "journal-unreadable" in found.stdout


def test_an_anchor_not_written_whole_is_written_anew(ledger: Ledger, keys: Path, tmp_path: Path) -> None:
    note, place = sign(ledger, keys), f"folder:{tmp_path / 'anchors'}"
    anchor(note, place, keys=keys, now=NOW)
    with (keys / "anchored.jsonl").open("ab") as file:
        file.write(b'{"place": "half')
    assert len(anchor_state(keys, 13).anchors) == 1
    anchor(note, f"{place}2", keys=keys, now=NOW)
    assert len(anchor_state(keys, 13).anchors) == 2
    (keys / "anchored.jsonl").unlink()
    (keys / "anchored.jsonl").mkdir()
    with pytest.raises(errors.JournalUnusableError, match="directory"):
        sign(ledger, keys)


def test_a_key_of_whatever_bytes_is_refused(ledger: Ledger, keys: Path, path: Path) -> None:
    sign(ledger, keys)
    (keys / "key.pem").write_bytes(b"\xff\xfe\n\xff")
    with pytest.raises(errors.KeyUnusableError):
        sign(ledger, keys)
    told = CliRunner().invoke(cli, ["doctor", str(path), "--keys", str(keys)]).stdout
    assert "no-key: there is no usable key in" in told
    assert "corrupt" not in told


def test_a_journal_of_another_signer_is_refused(ledger: Ledger, keys: Path, tmp_path: Path) -> None:
    sign(ledger, keys)
    with open_ledger(tmp_path / "other.db") as other:
        adopted(other, tmp_path / "others")
        (tmp_path / "others" / "signed.jsonl").write_bytes((keys / "signed.jsonl").read_bytes())
        with pytest.raises(errors.SigningRefusedError, match="by no key of the ledger"):
            sign(other, tmp_path / "others")


# -- the keys in the ledger --------------------------------------------------------------------------


def rotation(**changes: str) -> RotateKey:
    fields: dict[str, Any] = {
        "public_key": str(KEY),
        "replaces": str(KEY),
        "reason": "lost",
        "approved_by": "chief@example.org",
        "reference": "K-2",
    }
    return RotateKey(on=DAY, **fields | changes)


def test_keys_follow_one_another(ledger: Ledger, keys: Path) -> None:
    old = str(public_key(keys))
    with pytest.raises(errors.InvalidFieldError, match="the key that it replaces"):
        rotation()
    with pytest.raises(errors.InvalidFieldError, match="another name"):
        rotation(replaces="PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    with pytest.raises(errors.InvalidFieldError, match="public_key"):
        rotation(public_key="no key", replaces=old)
    again = AdoptKey(
        reference="K-9", on=DAY, public_key=str(KEY), reason="x", approved_by="chief@example.org"
    )
    with pytest.raises(errors.InvalidFieldError, match="not the first"):
        ledger.record(again)
    ledger.record(rotation(replaces=old))
    with pytest.raises(errors.MismatchError):
        ledger.record(rotation(reference="K-3", public_key=old, replaces=old.replace(old, other_key(old))))
    assert [one.public_key for one in ledger.documents("signing_keys")["ledger"].keys] == [old, str(KEY)]
    assert ledger.verify().findings == ()


def other_key(text: str) -> str:
    from mdfm_ledger.evidence.checkpoint import VerifierKey

    return str(VerifierKey(name=text.partition("+")[0], public=b"\x09" * 32))


# -- anchors -----------------------------------------------------------------------------------------


def test_a_folder_and_a_repository_hold_checkpoints(ledger: Ledger, keys: Path, tmp_path: Path) -> None:
    assert str(anchor_state(keys, 13)) == "not anchored anywhere; 13 entries are not."
    note = sign(ledger, keys)
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    for name, value in (("user.name", "a"), ("user.email", "a@example.org")):
        subprocess.run(["git", "-C", str(repository), "config", name, value], check=True)
    for place in (f"folder:{tmp_path / 'anchors'}", f"git:{repository}", f"git:{repository}"):
        anchor(note, place, keys=keys, now=NOW)
    log = ["git", "-C", str(repository), "log", "--format=%s"]
    assert subprocess.check_output(log, text=True) == "Checkpoint of 13 entries\n"
    assert (tmp_path / "anchors" / "checkpoint-000000013.txt").read_text() == note
    folder, git = f"folder:{tmp_path / 'anchors'}", f"git:{repository}"
    until = "up to entry 13 on 2020-07-02"
    assert str(anchor_state(keys, 15)).splitlines() == [
        f"anchored {until}; 2 entries since are not.",
        f"  {folder}: {until}, there",
        f"  {git}: {until}, there",
    ]
    (repository / "checkpoint-000000013.txt").unlink()
    (tmp_path / "anchors" / "checkpoint-000000013.txt").write_text("another")
    assert str(anchor_state(keys, 15)).splitlines() == [
        "not anchored anywhere; 15 entries are not.",
        f"  {folder}: {until}, another note is there now",
        f"  {git}: {until}, not there any more",
    ]
    with pytest.raises(errors.AnchorFailedError, match="another checkpoint of that size"):
        anchor(note, f"folder:{tmp_path / 'anchors'}", keys=keys, now=NOW)
    with pytest.raises(errors.AnchorFailedError):
        anchor(note, f"git:{tmp_path / 'anchors' / 'none'}", keys=keys, now=NOW)
    with pytest.raises(errors.InvalidFieldError):
        anchor(note, "nowhere", keys=keys, now=NOW)


def test_an_anchor_is_found_from_wherever_it_is_asked(
    ledger: Ledger, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    note = sign(ledger, keys)
    for _ in range(2):
        assert anchor(note, "folder:aud", keys=keys, now=NOW).place == f"folder:{tmp_path / 'aud'}"
        monkeypatch.chdir("/")
        (held,) = anchor_state(keys, 13).anchors
        assert held.is_kept
        monkeypatch.chdir(tmp_path)


def test_statements_with_a_checkpoint_are_anchors(ledger: Ledger, keys: Path, tmp_path: Path) -> None:
    note = sign(ledger, keys)
    ledger.record(receipt("R-7", "70.00"))
    anchor(note, f"folder:{tmp_path / 'anchors'}", keys=keys, now=NOW)
    handed_out(sign(ledger, keys), "2020-2021-ham-001.1", keys=keys, now=NOW)
    handed_out(note, "2020-2021-med-001.1", keys=keys, now=NOW)
    assert str(anchor_state(keys, 15)).splitlines() == [
        "anchored up to entry 14 on 2020-07-02; 1 entry since is not.",
        f"  folder:{tmp_path / 'anchors'}: up to entry 13 on 2020-07-02, there",
        "  statement:2020-2021-ham-001.1: up to entry 14 on 2020-07-02, handed out",
    ]
    with pytest.raises(errors.AnchorFailedError):
        handed_out(note, "2020-2021-med-001.1", keys=tmp_path / "none", now=NOW)


# -- from the command line ---------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["checkpoint", *map(str, arguments)])


def test_keys_signing_and_comparing_from_the_command_line(path: Path, keys: Path, tmp_path: Path) -> None:
    where = ("--ledger", path, "--keys", keys)
    event = ("--actor", "it@example.org", "--approved-by", "chief@example.org", "--on", DAY, "--reason", "x")
    made = run("key", "make", *where, *event, "--reference", "K-1", "--name", NAME)
    assert made.exit_code == 0, made.output
    first, second, place = tmp_path / "first.txt", tmp_path / "second.txt", tmp_path / "anchors"
    done = run("sign", *where, "--out", first, "--to", f"folder:{place}")
    assert (done.exit_code, done.stdout) == (0, first.read_text())
    assert "anchored up to entry 13 on " in done.stderr
    rotated = run("key", "rotate", *where, *event, "--reference", "K-2")
    assert rotated.exit_code == 0, rotated.output
    assert rotated.stdout != made.stdout
    assert run("sign", *where, "--out", second).exit_code == 0
    shown = run("show", *where)
    assert shown.stdout.startswith(second.read_text())
    assert "1 entry since is not." in shown.stdout
    key = rotated.stdout.strip()
    same = run("compare", second, second, "--key", key)
    assert same.stdout == "both are checkpoints of one ledger, which only grew.\n"
    assert run("compare", first, second, "--key", key).exit_code == 3


def make_first(path: Path, keys: Path, *, approved_by: str = "chief@example.org", name: str = NAME) -> Result:
    where = ("--ledger", path, "--keys", keys, "--name", name, "--reference", "K-1", "--on", DAY)
    people = ("--actor", "it@example.org", "--approved-by", approved_by, "--reason", "x")
    return run("key", "make", *where, *people)


def test_a_first_key_that_was_refused_is_taken_up_again(path: Path, keys: Path) -> None:
    refused = make_first(path, keys, approved_by="it@example.org")
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (1, "same-person")
    with pytest.raises(errors.KeyUnusableError):
        public_key(keys)
    waiting = (keys / "next-key.pem").read_text().partition("\n")[0]
    other = make_first(path, keys, name="other.example.org")
    assert (other.exit_code, f"a key for {NAME} waits in" in other.stderr) == (3, True)
    made = make_first(path, keys)
    assert (made.exit_code, made.stdout) == (0, f"{waiting}\n")
    assert str(public_key(keys)) == waiting
    assert not (keys / "next-key.pem").exists()
    again = make_first(path, keys)
    assert (again.exit_code, "rotate replaces it" in again.stderr) == (3, True)
    assert run("sign", "--ledger", path, "--keys", keys).exit_code == 0


def test_a_first_key_cut_off_before_it_was_in_use_is_taken_up_again(
    path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr("mdfm_ledger.notary.key_file.replace_key", lambda _: 1 / 0)
        assert isinstance(make_first(path, keys).exception, ZeroDivisionError)
    assert make_first(path, keys).exit_code == 0
    assert run("sign", "--ledger", path, "--keys", keys).exit_code == 0


def test_rotating_makes_no_journal_that_was_lost(ledger: Ledger, keys: Path) -> None:
    sign(ledger, keys)
    (keys / "signed.jsonl").unlink()
    make_key(keys, NAME)
    assert not (keys / "signed.jsonl").exists()


def test_a_fork_is_shown_whole_from_the_command_line(path: Path, keys: Path, tmp_path: Path) -> None:
    where = ("--ledger", path, "--keys", keys)
    with open_ledger(path) as ledger:
        adopted(ledger, keys)
        first = tmp_path / "first.txt"
        first.write_text(sign(ledger, keys))
        ledger.record(receipt("R-7", "70.00"))
    second, key = tmp_path / "second.txt", str(public_key(keys))
    assert run("sign", *where, "--out", second).exit_code == 0
    assert run("compare", first, second, "--key", key).exit_code == 2
    assert run("compare", first, second, "--key", key, "--ledger", path).exit_code == 0
    other = small_ledger(tmp_path / "other.db")
    forked = run("compare", first, second, "--key", key, "--ledger", other)
    assert (forked.exit_code, forked.stderr.partition(":")[0]) == (3, "forked-ledger")
    assert first.read_text() in forked.stderr
    assert second.read_text() in forked.stderr
