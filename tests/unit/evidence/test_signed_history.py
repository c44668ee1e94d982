"""Verify against signed checkpoints: a rollback, a cut, a fork and a stranger's note are each named."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import Ledger, RotateKey, errors
from mdfm_ledger.audit.signed_history import compared
from mdfm_ledger.audit.verification import Finding, Verification
from mdfm_ledger.cli import cli
from mdfm_ledger.evidence.checkpoint import Checkpoint, signed_note
from mdfm_ledger.notary.key_file import make_key, replace_key
from mdfm_ledger.notary.public_key import public_key
from mdfm_ledger.notary.signing import sign_checkpoint
from tests.support.bookkeeping import receipt
from tests.support.ledgers import events, open_ledger, small_ledger, without_guards
from tests.support.signing import KEY, adoption, key_in_use, sign

DAY = date(2020, 7, 1)
NAME = "mdfm.example.org"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def path(tmp_path: Path, keys: Path) -> Path:
    """A ledger with a key, of which three checkpoints were signed: of 13, 15 and 16 entries."""
    path = small_ledger(tmp_path / "l.db")
    with open_ledger(path) as ledger:
        ledger.record(adoption(key_in_use(keys, NAME)))
        for references in ((), ("R-7", "R-8"), ("R-9",)):
            ledger.record_all(receipt(one, "70.00") for one in references)
            checkpoint_of(ledger, keys)
            if "R-8" in references:
                copy(path, tmp_path / "old.db")
    return path


def checkpoint_of(ledger: Ledger, keys: Path) -> str:
    return sign_checkpoint(ledger, keys, clock=lambda: datetime(2020, 7, 2, tzinfo=UTC))


def copy(path: Path, to: Path) -> None:
    connection, other = sqlite3.connect(path), sqlite3.connect(to)
    connection.backup(other)
    other.close()
    connection.close()


def notes_in(keys: Path) -> list[str]:
    return [json.loads(line)["note"] for line in (keys / "signed.jsonl").read_text().splitlines()]


def findings(
    path: Path, notes: Sequence[str], *, key: str = "", quick: bool = False
) -> list[tuple[int, str]]:
    """Entry and what, of each finding of verify, all of them of checkpoints."""
    with open_ledger(path, read_only=True) as ledger:
        found = ledger.verify(quick=quick, against=notes, key=key)
    assert found.checks[-1] == "checkpoints"
    assert {one.check for one in found.findings} <= {"checkpoints"}
    return [(one.number, one.what) for one in found.findings]


@pytest.mark.parametrize("quick", [False, True])
def test_a_ledger_that_only_grew_has_no_finding(path: Path, keys: Path, quick: bool) -> None:
    notes = notes_in(keys)
    key = str(public_key(keys))
    assert findings(path, notes, key=key, quick=quick) == []
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-10", "70.00"))
        found = ledger.verify(quick=quick, against=notes[::-1])
        assert (found.checkpoints, found.covered, found.entries) == (3, 16, 17)
        assert ledger.verify().checkpoints == 0
    assert findings(path, [], key=key) == []


@pytest.mark.parametrize("quick", [False, True])
def test_an_older_copy_is_a_rollback_from_its_first_missing_entry(
    path: Path, keys: Path, quick: bool
) -> None:
    old = path.parent / "old.db"
    assert findings(old, notes_in(keys), quick=quick) == [(16, "the last signed checkpoint")]


@pytest.mark.parametrize("quick", [False, True])
def test_an_older_copy_that_was_written_on_is_a_fork_after_the_last_kept_checkpoint(
    path: Path, keys: Path, quick: bool
) -> None:
    old = path.parent / "old.db"
    with open_ledger(old) as ledger:
        ledger.record_all(receipt(one, "71.00") for one in ("R-9", "R-10"))
        assert ledger.verify().findings == ()
    expected = [(16, "entries 16 to 16 against a signed checkpoint")]
    assert findings(old, notes_in(keys), quick=quick) == expected
    # Whoever holds the middle one only can tell no more than that.
    assert findings(old, notes_in(keys)[:2]) == []


@pytest.mark.parametrize("quick", [False, True])
def test_entries_cut_off_are_named(path: Path, keys: Path, quick: bool) -> None:
    def attack(connection: sqlite3.Connection) -> None:
        # The last entry is gone as if it had never been: its own sums too.
        for table in ("entry", "line"):
            connection.execute(f"DELETE FROM {table} WHERE number = 16")
        connection.execute("DELETE FROM daily_total")
        connection.execute(
            "INSERT INTO daily_total (account, term, currency, flow, day, debit, credit)"
            " SELECT account, term, currency, flow, line.day, SUM(MAX(amount, 0)), SUM(MAX(-amount, 0))"
            " FROM line JOIN subaccount ON subaccount.id = line.subaccount GROUP BY 1, 2, 3, 4, 5"
        )

    without_guards(path, attack)
    assert findings(path, notes_in(keys), quick=quick) == [(16, "the last signed checkpoint")]


def test_a_ledger_written_anew_as_a_whole_is_found(path: Path, keys: Path) -> None:
    """Its key is the real one, since that is no secret; what it cannot have are its signatures."""
    other = path.parent / "other.db"
    with open_ledger(other) as ledger:
        ledger.record_all([*events()[:6], receipt(amount="300.00", pledge="P-1")])
        ledger.record(adoption(public_key(keys)))
        assert ledger.verify().findings == ()
    assert findings(other, notes_in(keys)) == [(9, "the last signed checkpoint")]
    with open_ledger(other) as ledger:
        ledger.record_all(receipt(f"R-{at}", "1.00") for at in range(10, 20))
    assert findings(other, notes_in(keys)) == [(1, "entries 1 to 13 against a signed checkpoint")]


def test_a_ledger_and_notes_written_anew_with_another_key_are_found_by_the_key_held(
    path: Path, keys: Path, tmp_path: Path
) -> None:
    """The limit, and why the key has to come by another way: all of it verifies without."""
    other, forged = small_ledger(tmp_path / "other.db"), tmp_path / "forged"
    with open_ledger(other) as ledger:
        ledger.record(adoption(key_in_use(forged, NAME)))
        checkpoint_of(ledger, forged)
    assert findings(other, notes_in(forged)) == []
    assert findings(other, notes_in(forged), key=str(public_key(keys))) == [(0, "the key of the ledger")]
    # Against the true notes it is found as well: the ledger does not name the key that signed them.
    strangers = findings(other, notes_in(keys))
    assert strangers == [(0, f"who signed the checkpoint of {size} entries of {NAME}") for size in (13, 16)]


def test_a_note_that_nobody_signed_shows_nothing(path: Path, keys: Path) -> None:
    with open_ledger(path) as ledger:
        (now,) = ledger.checkpoints(NAME)
    true, false = (
        signed_note(Checkpoint(name=NAME, size=16, root=root).text, KEY, sign)
        for root in (now.root, bytes(32))
    )
    strange = [(0, f"who signed the checkpoint of 16 entries of {NAME}")]
    assert findings(path, [true]) == strange
    assert findings(path, [false, *notes_in(keys)]) == strange
    no_key = small_ledger(path.parent / "without.db")
    assert findings(no_key, [true]) == strange
    with open_ledger(path) as ledger:
        for note, key in (("nothing\n", ""), (true, "no key")):
            with pytest.raises(errors.NoteRefusedError):
                ledger.verify(against=[note], key=key)


def test_notes_of_a_key_that_was_replaced_hold(path: Path, keys: Path) -> None:
    with open_ledger(path) as ledger:
        old = public_key(keys)
        new = make_key(keys, NAME)
        ledger.record(
            RotateKey(
                reference="K-2",
                on=DAY,
                public_key=str(new),
                replaces=str(old),
                reason="yearly",
                approved_by="chief@example.org",
            )
        )
        replace_key(keys)
        checkpoint_of(ledger, keys)
    assert findings(path, notes_in(keys), key=str(old)) == []
    assert findings(path, notes_in(keys)[:3]) == []


def test_a_checkpoint_of_nothing_that_has_a_root_is_contradicted(path: Path, keys: Path) -> None:
    empty = signed_note(Checkpoint(name=NAME, size=0, root=bytes(32)).text, KEY, sign)
    with open_ledger(path) as ledger:
        ledger.record(
            RotateKey(
                reference="K-2",
                on=DAY,
                public_key=str(KEY),
                replaces=str(public_key(keys)),
                reason="yearly",
                approved_by="chief@example.org",
            )
        )
    assert findings(path, [empty]) == [(0, "entries 0 to 0 against a signed checkpoint")]


def test_what_cannot_be_read_is_a_finding() -> None:
    note = signed_note(Checkpoint(name=NAME, size=2, root=bytes(32)).text, KEY, sign)
    sound = Verification(entries=2, lines=0, checks=("tiles",), findings=(), records=2)

    def text_for_hashes(level: int, start: int, count: int) -> Sequence[bytes]:
        return ["text"] * count  # type: ignore[list-item]  # as in a damaged file

    found = compared(sound, notes=[note], named=[str(KEY)], given="", hashes=text_for_hashes)
    assert found.findings == (
        Finding(
            check="checkpoints",
            number=1,
            what="entries 1 to 2 against a signed checkpoint",
            expected="the root " + "00" * 32,
            found="the root nothing that can be read",
        ),
    )


def test_keys_that_cannot_be_read_are_none(path: Path, keys: Path) -> None:
    def attack(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE entry SET parts = x'00' WHERE number = 13")

    without_guards(path, attack)
    with open_ledger(path) as ledger:
        found = ledger.verify(against=notes_in(keys)).findings
    assert {"numbered", "checkpoints"} <= {one.check for one in found}


# -- from the command line ---------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_verify_says_what_it_was_compared_with(path: Path, keys: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text(notes_in(keys)[0])
    told = run("verify", "--ledger", path)
    assert "compared with no signed checkpoint: " in told.stdout
    told = run("verify", "--ledger", path, "--keys", keys)
    assert "compared with 3 signed checkpoints, up to entry 16; 0 entries are later.\n" in told.stdout
    told = run("verify", "--ledger", path, "--quick", "--checkpoint", note, "--key", public_key(keys))
    assert "compared with 1 signed checkpoint, up to entry 13; 3 entries are later.\n" in told.stdout
    old = run("verify", "--ledger", path.parent / "old.db", "--keys", keys)
    assert old.exit_code == 3
    expected = "checkpoints: entry 16: the last signed checkpoint; expected 16 entries, as signed, found 15"
    assert old.stderr.startswith(expected)
    as_json = json.loads(run("verify", "--ledger", path, "--keys", keys, "--json").stdout)
    assert (as_json["clean"], as_json["checkpoints"], as_json["covered"]) == (True, 3, 16)


def test_a_journal_that_cannot_be_read_stops_verify(path: Path, keys: Path) -> None:
    (keys / "signed.jsonl").write_text("nonsense\n")
    refused = run("verify", "--ledger", path, "--keys", keys)
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "journal-unusable")
    (keys / "signed.jsonl").unlink()
    (keys / "signed.jsonl").mkdir()
    assert run("verify", "--ledger", path, "--keys", keys).exit_code == 3
