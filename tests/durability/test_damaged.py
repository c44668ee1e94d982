"""Every command on a ledger that was damaged: an answer, or a refusal that names what is wrong."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import Ledger, errors
from mdfm_ledger.cli import cli
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.event import Event
from mdfm_ledger.ledger import recorder
from mdfm_ledger.notary.signing import sign_checkpoint
from mdfm_ledger.posting import Posting
from mdfm_ledger.reports import TERM_REPORTS
from mdfm_ledger.reports.trial_balance import TrialBalance
from tests.support.bookkeeping import allocation, expenditure, receipt
from tests.support.ledgers import RECORDED_AT, open_ledger, small_ledger, without_guards
from tests.support.profile import figure
from tests.support.signing import adoption, key_in_use

SEED = 20260731
DAY = ("--as-of", "2020-12-31")
NUMBER = "2020-2021-ham-001.1"
CERTIFIED = ("--certified-by", "chief@example.org")
APPROVED = ("--on", "2020-08-01", "--approved-by", "director@example.org", "--reason", "asked for")
REVERSAL, REDACTION = (*APPROVED, "--as", "RV-9"), APPROVED
EVENTS = [receipt("N-1", "5.00", pledge="P-1"), allocation("N-2", "100.00"), expenditure("N-3", "10.00")]
NO_VALUE = "entry 0: database: database; expected a sound file, found NULL value in entry."


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger that is signed and has issued a statement, the signer's folder and a note."""
    made = tmp_path_factory.mktemp("made")
    with open_ledger(small_ledger(made / "l.db")) as ledger:
        ledger.record(adoption(key_in_use(made / "signer", "mdfm.example.org")))
        window = {"term": "2020-2021", "as_of": date(2020, 12, 31)}
        ledger.issue_statement("ham", kind="annual", certified_by="chief@example.org", **window)  # type: ignore[arg-type]  # a window
        note = sign_checkpoint(ledger, made / "signer", clock=lambda: RECORDED_AT)
    (made / "note.txt").write_text(note)
    (made / "events.jsonl").write_text("\n".join(json.dumps(event_to_json(one)) for one in EVENTS))
    (made / "key.txt").write_text((made / "signer" / "key.pem").read_text().partition("\n")[0])
    return made


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "here")
    return tmp_path / "here" / "l.db"


def commands(path: Path) -> dict[str, tuple[object, ...]]:
    here, ledger = path.parent, ("--ledger", path)
    proving = ("--checkpoint", here / "note.txt", "--key", (here / "key.txt").read_text())
    keys = ("--keys", here / "signer")
    writing = (*ledger, "--actor", "finance@example.org")
    return {
        "verify": ("verify", *ledger, *keys),
        "quick": ("verify", "--quick", *ledger),
        "doctor": ("doctor", path, *keys),
        "backup": ("backup", path, here / "b.db"),
        "restore": ("restore", path, here / "r.db"),
        "balance": ("report", "trial_balance", *ledger, *DAY),
        "ties": ("report", "tie_out", *ledger, *DAY),
        "statement": ("statement", "ham", *ledger, *DAY),
        "bundle": ("statement", "ham", *ledger, "--number", NUMBER, *proving, "--bundle", here / "b.json"),
        "sign": ("checkpoint", "sign", *ledger, *keys),
        "dry run": ("record", here / "events.jsonl", "--dry-run", *writing),
        "record": ("record", here / "events.jsonl", *writing),
        "reverse": ("reverse", "expenditure", "E-1", *writing, *REVERSAL),
        "due": ("due", "--term", "2020-2021", "--on", "2020-12-31", *writing),
        "issue": ("statement", "med", "--issue", "--kind", "interim", *DAY, *writing, *CERTIFIED),
        "holdings": ("holdings", "H-1", *DAY, *writing),
        "redact": ("redact", "donor", "med", *writing, *REDACTION),
    }


def test_all_answer_of_a_ledger_that_is_sound(path: Path) -> None:
    assert {name: run(*asked).exit_code for name, asked in commands(path).items() if name != "doctor"} == (
        dict.fromkeys(set(commands(path)) - {"doctor"}, 0)
    )


def _without(column: str, number: int) -> Callable[[sqlite3.Connection], object]:
    """What has no value in a column that always has one, as a page that was hit may have."""

    def attack(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        for old, new in (("BLOB NOT NULL", "BLOB         "), ("BLOB         ", "BLOB NOT NULL")):
            changed = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'entry'"
            connection.execute(changed, (f"{column} {old}", f"{column} {new}"))
            (version,) = connection.execute("PRAGMA schema_version").fetchone()
            connection.execute(f"PRAGMA schema_version = {version + 1}")
            if new.endswith(" "):
                connection.execute(f"UPDATE entry SET {column} = NULL WHERE number = ?", (number,))

    return attack


def _allocation_gone(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM entry WHERE kind = 'allocation'")


@pytest.mark.parametrize(
    ("name", "attack", "said"),
    [
        ("ties", _allocation_gone, "entry 10: numbered: number; expected 9"),
        ("sign", _without("parts", 7), "entry 7: numbered: leaf; expected an entry"),
        ("sign", _without("leaf", 7), NO_VALUE),
        ("bundle", _without("leaf", 7), NO_VALUE),
        ("bundle", _without("seal", 8), NO_VALUE),
        ("record", _without("parts", 6), "entry 6: numbered: leaf; expected an entry"),
        ("dry run", _without("parts", 9), "entry 9: numbered: leaf; expected an entry"),
        ("reverse", _without("leaf", 10), NO_VALUE),
        ("due", _without("parts", 6), "entry 6: numbered: leaf; expected an entry"),
        ("issue", _without("parts", 8), "entry 8: numbered: leaf; expected an entry"),
        ("redact", _without("leaf", 5), NO_VALUE),
    ],
)
def test_what_makes_no_sense_is_told_as_damage_with_its_entry(
    name: str, attack: Callable[[sqlite3.Connection], object], said: str, path: Path
) -> None:
    without_guards(path, attack)
    told = run(*commands(path)[name])
    assert isinstance(told.exception, SystemExit), told.exception
    assert told.exit_code == 3
    assert told.stderr.startswith(f"corrupt-ledger: {said}"), told.stderr


def test_a_fault_of_ours_is_not_told_as_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object, **__: object) -> TrialBalance:
        raise KeyError("a fault")

    monkeypatch.setitem(TERM_REPORTS, "trial_balance", faulty)
    with Ledger.open(f"sqlite:///{path}", read_only=True) as ledger:
        with pytest.raises(KeyError, match="a fault"):
            ledger.report("trial_balance", term="2020-2021")
        with pytest.raises(errors.UnknownDocumentError):
            ledger.donor_statement("nobody", term="2020-2021")


def test_what_the_caller_s_own_iterator_raises_is_theirs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is verified for it, which might take a minute; for a fault of ours it is."""

    def given() -> Iterator[Event]:
        yield EVENTS[0]
        raise KeyError("theirs")

    def faulty(*_: object, **__: object) -> Posting:
        raise KeyError("ours")

    verified: list[int] = []
    with open_ledger(path) as ledger:
        monkeypatch.setattr(ledger._recorder._transactions, "_require_sound", lambda: verified.append(1))
        with pytest.raises(KeyError, match="theirs"):
            ledger.record_all(given())
        assert verified == []
        monkeypatch.setattr(recorder, "post", faulty)
        with pytest.raises(KeyError, match="ours"):
            ledger.record(EVENTS[0])
        with pytest.raises(KeyError, match="ours"):
            ledger.record_all(EVENTS)
        assert len(verified) == 2
        monkeypatch.undo()
        assert ledger.record(EVENTS[0]).number == 15


def damaged(sound: bytes, way: int, lot: Random) -> bytes:
    """A file cut off, with bytes changed, with a page of nonsense, or with a page in the place of another."""
    changed = bytearray(sound)
    page, other = (lot.randrange(len(sound) // 512) * 512 for _ in range(2))
    if way == 0:
        return sound[:page]
    if way == 1:
        for at in lot.choices(range(len(sound)), k=lot.randint(1, 30)):
            changed[at] = lot.randrange(256)
        return bytes(changed)
    changed[page : page + 512] = lot.randbytes(512) if way == 2 else sound[other : other + 512]
    return bytes(changed)


@pytest.mark.tamper
@pytest.mark.slow
def test_a_damaged_file_is_answered_for_by_every_command(path: Path) -> None:
    sound, lot = path.read_bytes(), Random(SEED)
    for position in range(figure(nightly=160, gate=16)):
        changed = damaged(sound, position % 4, lot)
        for name, asked in commands(path).items():
            for one in (f"{path}-wal", f"{path}-shm", path.parent / "b.db", path.parent / "r.db"):
                Path(one).unlink(missing_ok=True)
            path.write_bytes(changed)
            told = run(*asked)
            assert told.exception is None or isinstance(told.exception, SystemExit), (position, name)
