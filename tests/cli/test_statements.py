"""Statements from the command line: a preview, issued, made again; refusals with their code and exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import verify_bundle
from mdfm_ledger.cli import cli
from mdfm_ledger.notary.anchors import anchor_state
from mdfm_ledger.notary.journal import begin_journal
from tests.support.bundles import note_of
from tests.support.ledgers import open_ledger, small_ledger
from tests.support.signing import KEY

CERTIFIED = ("--certified-by", "chief@example.org", "--actor", "finance@example.org")
ISSUE = ("--issue", "--kind", "annual", *CERTIFIED)
YEAR = ("--as-of", "2020-12-31")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return small_ledger(tmp_path / "books.db")


def run(path: Path, *arguments: object) -> Result:
    command = [str(argument) for argument in arguments]
    return CliRunner().invoke(cli, [*command, "--ledger", str(path)])


def entries(path: Path) -> str:
    return run(path, "verify").stdout.partition(" ")[0]


def test_a_preview_issues_nothing(path: Path) -> None:
    before = entries(path)
    assert "has not been issued" in run(path, "statement", "ham", *YEAR).stdout
    assert entries(path) == before


def test_a_statement_is_issued_to_a_file_and_made_again_the_same(path: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    done = run(path, "statement", "ham", *YEAR, *ISSUE, "--json", "--out", first)
    assert done.exit_code == 0, done.output
    assert done.stderr == "issued 2020-2021-ham-001.1 as entry 13\n"
    told = json.loads(first.read_text())["issue"]
    assert (told["number"], told["version"], told["certified_by"]) == (
        "2020-2021-ham-001",
        1,
        "chief@example.org",
    )
    made = run(path, "statement", "ham", "--number", "2020-2021-ham-001.1", "--json", "--out", again)
    assert made.exit_code == 0, made.output
    assert first.read_bytes() == again.read_bytes()


def test_all_are_issued_to_a_folder_once(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = run(path, "statements", "--all", *YEAR, *ISSUE, "--json", "--out", folder)
    assert done.exit_code == 0, done.output
    assert [one["statement"] for one in json.loads(done.stdout)] == [
        "2020-2021-ham-001.1",
        "2020-2021-med-001.1",
    ]
    assert sorted(file.name for file in folder.iterdir()) == [
        "001-2020-2021-ham-001-1.html",
        "002-2020-2021-med-001-1.html",
    ]
    again = run(path, "statements", "--all", *YEAR, *ISSUE, "--out", folder)
    assert again.stdout == f"0 statements issued in {folder}\n"


def test_one_that_stands_is_issued_for_another_certifier(path: Path) -> None:
    assert run(path, "statement", "ham", *YEAR, *ISSUE).exit_code == 0
    other = ("--issue", "--kind", "annual", "--certified-by", "deputy@example.org", *ISSUE[5:])
    answer = run(path, "statement", "ham", *YEAR, *other, "--because", "the wrong name")
    assert answer.exit_code == 0, answer.output
    assert "the wrong name" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("ham", *YEAR, *ISSUE[:-1], "chief@example.org"), "same-person"),
        (("jp", *YEAR, *ISSUE), "nothing-to-state"),
        (("ham", "--as-of", "2999-12-31", *ISSUE), "statement-period"),
        (("ham", *YEAR, "--issue", "--kind", "final", *ISSUE[3:]), "final-statement-open"),
        (("ham", "--number", "2020-2021-ham-009.1"), "unknown-document"),
    ],
)
def test_what_cannot_be_issued_is_refused_with_its_code(
    path: Path, arguments: tuple[str, ...], code: str
) -> None:
    before = entries(path)
    answer = run(path, "statement", *arguments)
    assert (answer.exit_code, answer.stderr.partition(":")[0]) == (1, code)
    assert len(answer.stderr.splitlines()) == 2
    # That somebody was to certify their own statement is on record, and nothing else is.
    assert int(entries(path)) == int(before) + (code == "same-person")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--issue",), "--issue needs --kind, --certified-by, --actor too"),
        ((*ISSUE, "--known-at", "5"), "leave out --known-at"),
        ((*ISSUE, "--number", "x"), "leave out --issue"),
        (("--because", "x"), "--because is for --issue"),
    ],
)
def test_what_does_not_go_together_is_said(path: Path, arguments: tuple[str, ...], message: str) -> None:
    answer = run(path, "statement", "ham", *arguments)
    assert answer.exit_code == 2
    assert message in answer.stderr


def test_a_number_of_another_donor_is_not_shown(path: Path) -> None:
    run(path, "statement", "med", *YEAR, *ISSUE)
    answer = run(path, "statement", "ham", "--number", "2020-2021-med-001.1")
    assert (answer.exit_code, answer.stdout) == (2, "")


def test_a_bundle_is_written_and_the_printed_verifier_checks_it(path: Path, tmp_path: Path) -> None:
    issued = run(path, "statement", "ham", *YEAR, *ISSUE, "--out", tmp_path / "statement.txt")
    assert issued.exit_code == 0, issued.output
    with open_ledger(path) as ledger:
        note = tmp_path / "note.txt"
        note.write_text(note_of(ledger))
    bundle, number = tmp_path / "bundle.json", ("--number", "2020-2021-ham-001.1")
    proving = ("--bundle", bundle, "--checkpoint", note, "--earlier", note, "--key", str(KEY))
    done = run(path, "statement", "ham", *number, *proving)
    assert done.stdout == f"2020-2021-ham-001.1 and its proofs in {bundle}\n"
    printed = tmp_path / "verifier.py"
    printed.write_text(CliRunner().invoke(cli, ["verifier"]).stdout)
    assert printed.read_bytes() == Path(verify_bundle.__file__).read_bytes()
    assert verify_bundle.main([str(bundle), "--key", str(KEY)]) == 0
    begin_journal(tmp_path)
    noted = run(path, "statement", "ham", *number, *proving, "--keys", tmp_path)
    assert noted.stdout.endswith("\nnoted as an anchor of the first 13 entries\n")
    assert "2020-2021-ham-001.1" in str(anchor_state(tmp_path, 13))
    assert run(path, "statement", "ham", *number, "--bundle", bundle).exit_code == 2
    assert run(path, "statement", "med", *number, *proving).exit_code == 2
    note.write_bytes(b"\xff")
    refused = run(path, "statement", "ham", *number, *proving)
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "note-refused")
