"""Redaction and verification on the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger.audit import CHECKS
from mdfm_ledger.cli import cli
from tests.support.ledgers import small_ledger

REDACTION = ("--reason", "asked for", "--approved-by", "director@example.org", "--on", "2022-01-01")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_ledger(tmp_path / "l.db")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def redact(path: Path, *options: str, kind: str = "donor", reference: str = "ham") -> Result:
    return run("redact", kind, reference, "--ledger", path, "--actor", "finance@example.org", *options)


def test_details_are_erased_and_the_answer_says_what_is_not_reached(path: Path) -> None:
    answer = redact(path, *REDACTION)
    assert answer.exit_code == 0
    first, second = answer.stdout.splitlines()
    assert first == "personal details of donor ham are erased; recorded as 13."
    assert "backups" in second
    assert "recorded already as 13" in redact(path, *REDACTION).stdout
    shown = run("statement", "ham", "--ledger", path).stdout
    assert "[withheld]" in shown
    assert run("verify", "--ledger", path).exit_code == 0


def test_the_answer_as_json(path: Path) -> None:
    answer = json.loads(redact(path, *REDACTION, "--json").stdout)
    assert answer == {"number": 13, "was_replayed": False, "warnings": []}


def test_what_cannot_be_redacted_is_refused_in_plain_words(path: Path) -> None:
    unknown = redact(path, *REDACTION, reference="nobody")
    assert (unknown.exit_code, unknown.stderr.splitlines()[0]) == (
        1,
        "unknown-document: no donor with reference nobody is recorded",
    )
    assert redact(path, "--reason", "x", "--on", "2022-01-01").exit_code == 2
    assert redact(path, *REDACTION, kind="pledge").exit_code == 2
    own = redact(path, *REDACTION[:3], "finance@example.org", *REDACTION[4:])
    assert own.exit_code == 1
    assert own.stderr.startswith("same-person:")
    missing = redact(path.parent / "no.db", *REDACTION)
    assert (missing.exit_code, "no such file" in missing.stderr) == (3, True)
    assert not (path.parent / "no.db").exists()


def test_verify_says_what_it_looked_at(path: Path) -> None:
    full = run("verify", "--ledger", path)
    first, compared = full.stdout.splitlines()
    assert first == f"12 entries, 37 lines, {len(CHECKS)} checks: nothing wrong."
    assert compared.startswith("compared with no signed checkpoint")
    quick = run("verify", "--ledger", path, "--quick")
    assert "37 lines, 11 checks; quick: 12 records read: nothing wrong.\n" in quick.stdout


def test_findings_name_entry_check_expected_and_found(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER entry_no_update")
        connection.execute("UPDATE entry SET actor = 'somebody' WHERE number = 7")
    for options in ((), ("--quick",)):
        answer = json.loads((told := run("verify", "--ledger", path, "--json", *options)).stdout)
        assert (told.exit_code, answer["clean"]) == (3, False)
        assert {
            "check": "columns",
            "number": 7,
            "what": "a column against the leaf",
            "expected": "finance@example.org",
            "found": "somebody",
        } in answer["findings"]
        assert run("verify", "--ledger", path, *options).exit_code == 3
