"""The command line as a finance officer uses it: files in, an answer and an exit code out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger.cli import cli
from mdfm_ledger.codec import LONGEST_LINE

EVENTS = Path(__file__).parents[1] / "golden" / "pledge-life" / "events.jsonl"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)


def record(path: Path, lines: bytes | Path, *options: str) -> Result:
    source = path.parent / "events.jsonl"
    source.write_bytes(lines.read_bytes() if isinstance(lines, Path) else lines)
    return run("record", source, "--ledger", path, "--actor", "finance@example.org", *options)


def receipt(**changes: Any) -> dict[str, Any]:
    fields = {
        "event": "receipt",
        "reference": "R-9",
        "pledge": "P-1",
        "amount": "USD 100.00",
        "on": "2021-08-01",
        "bank_account": "uil-usd",
        "bank_reference": "B/9",
    }
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def _write_off(amount: str) -> dict[str, Any]:
    fields = {"event": "pledge_write_off", "reference": "PW-9", "pledge": "P-1", "on": "2021-08-01"}
    return {**fields, "amount": amount, "reason": "cut"}


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def test_a_file_is_recorded_and_again_changes_nothing(path: Path) -> None:
    first = record(path, EVENTS)
    assert (first.exit_code, first.stdout) == (0, "11 events recorded, 0 were already.\n")
    again = record(path, EVENTS)
    assert (again.exit_code, again.stdout) == (0, "0 events recorded, 11 were already.\n")


def test_a_dry_run_writes_nothing(path: Path) -> None:
    record(path, EVENTS)
    answer = record(path, line(receipt()), "--dry-run")
    assert (answer.exit_code, answer.stdout) == (
        0,
        "1 events would be recorded, 0 are already; nothing was written.\n",
    )
    assert "11 entries" in run("verify", "--ledger", path).stdout


def test_every_refused_line_is_named_and_nothing_is_written(path: Path) -> None:
    record(path, EVENTS)
    lines = [
        line(receipt()),
        b"\n",
        line(receipt(reference="R-10", amount="USD 10.005")),
        line(receipt(reference="R-11", pledge="P-NONE")),
        b'{"event": "receipt", "refer',
    ]
    answer = record(path, b"".join(lines))
    assert answer.exit_code == 1
    assert "line 3: invalid-amount" in answer.stderr
    assert "line 4: unknown-document: no pledge with reference P-NONE is recorded" in answer.stderr
    assert "line 5: malformed-input: broken JSON" in answer.stderr
    assert "3 lines refused; nothing was written." in answer.stderr
    assert "11 entries" in run("verify", "--ledger", path).stdout


def test_nothing_is_noted_of_what_was_not_written(path: Path) -> None:
    record(path, EVENTS)
    gift = line(
        receipt(reference="R-10", amount="USD 2000000.00", pledge=None, donor="city", term="2020-2021")
    )
    answer = record(path, gift + b"[1]\n")
    assert "1 line refused; nothing was written." in answer.stderr
    assert "note:" not in answer.stderr
    told = json.loads(record(path, gift + b"[1]\n", "--json").stdout)
    assert (told["written"], told["warnings"], len(told["refusals"])) == (False, [], 1)
    (warned,) = json.loads(record(path, gift, "--dry-run", "--json").stdout)["warnings"]
    assert warned["code"] == "above-target"
    assert "note: above-target" in record(path, gift).stderr


def test_refusals_in_json_carry_line_code_figures_and_remedy(path: Path) -> None:
    record(path, EVENTS)
    answer = record(path, line(_write_off("USD 99999.00")), "--json")
    told = json.loads(answer.stdout)
    assert (answer.exit_code, told["written"]) == (1, False)
    (refusal,) = told["refusals"]
    assert (refusal["line"], refusal["code"]) == (1, "pledge-exceeded")
    assert refusal["figures"] == {"asked": "USD 99999.00", "open": "USD 5000.00", "pledge": "P-1"}
    assert refusal["remedy"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (line(receipt(amount=100.0)), "invalid-amount"),
        (line(receipt(amount=100)), "invalid-amount"),
        (b'{"event":"receipt","amount":NaN}\n', "invalid-amount"),
        (b'{"event":"receipt","amount":1e999999999}\n', "invalid-amount"),
        (line(receipt(amount="USD 1e3")), "invalid-amount"),
        (line(receipt(amount="USD \uff11\uff10\uff10.00")), "invalid-amount"),
        (line(receipt(amount="USD -5.00")), "invalid-amount"),
        (line(receipt(amount="USD 0.00")), "invalid-amount"),
        (line(receipt(amount="JPY 5.5")), "invalid-amount"),
        (line(receipt(amount="DEM 5.00")), "unknown-currency"),
        (line(receipt(on="2024-02-30")), "invalid-date"),
        (line(receipt(on="2021-08-01T10:00:00")), "invalid-date"),
        (line(receipt(on="2999-01-01")), "future-date"),
        (line(receipt(pledge=None, donor="nobody", term="2020-2021")), "unknown-document"),
        (line(receipt(bank_reference="a\u202eb")), "invalid-text"),
        (line(receipt(bank_reference="a\x00b")), "invalid-text"),
        (b'{"event":"receipt","bank_reference":"\\ud800"}\n', "invalid-field"),
        (line(receipt(surprise="x")), "invalid-field"),
        (b"\xff\xfe\n", "malformed-input"),
        (b"[1]\n", "malformed-input"),
        (b"[" * 100_000, "malformed-input"),
        (b'{"a":1,"a":2}\n', "malformed-input"),
        (b'{"event":"receipt"', "malformed-input"),
    ],
)
def test_bad_input_is_refused_by_its_code(path: Path, content: bytes, code: str) -> None:
    record(path, EVENTS)
    answer = record(path, content, "--json")
    assert answer.exit_code == 1, answer.output
    told = json.loads(answer.stdout)
    assert [refusal["code"] for refusal in told["refusals"]] == [code]
    assert "11 entries" in run("verify", "--ledger", path).stdout


def test_a_line_of_a_hundred_megabytes_is_refused_and_the_next_still_counted(path: Path) -> None:
    record(path, EVENTS)
    answer = record(path, b"x" * 100_000_000 + b"\n" + line(receipt()), "--json")
    told = json.loads(answer.stdout)
    assert [refusal["line"] for refusal in told["refusals"]] == [1]
    assert f"{LONGEST_LINE:,}" in told["refusals"][0]["message"]
    assert told["recorded"] == 1
    assert told["written"] is False


def test_a_reference_with_other_content_names_the_fields(path: Path) -> None:
    record(path, EVENTS)
    answer = record(path, line(receipt(reference="R-1")))
    assert answer.exit_code == 1
    assert "reference-conflict: receipt R-1 is already recorded as entry 7" in answer.stderr
    assert "amount" in answer.stderr


def test_a_statement_is_told_as_text_and_as_json(path: Path) -> None:
    record(path, EVENTS)
    text = run("statement", "city", "--ledger", path, "--as-of", "2021-12-31")
    assert text.exit_code == 0
    assert "Donor statement: City" in text.stdout
    told = json.loads(run("statement", "city", "--ledger", path, "--json").stdout)
    assert (told["report"], told["closing"]) == ("donor_statement", "USD 3500.00")


def test_all_statements_are_written_to_a_folder(path: Path, tmp_path: Path) -> None:
    record(path, EVENTS)
    out = tmp_path / "out"
    answer = run("statements", "--all", "--ledger", path, "--out", out)
    assert (answer.exit_code, answer.stdout) == (0, f"2 statements in {out}\n")
    assert sorted(file.name for file in out.iterdir()) == ["001-city.html", "002-jp.html"]


@pytest.mark.parametrize(
    "name",
    [
        "trial_balance",
        "journal",
        "term_target",
        "activity_budget",
        "pledge_ageing",
        "commitments",
        "exchange",
        "bank_accounts",
        "sources_and_uses",
        "fund_financial_report",
        "assets_and_liabilities",
        "changes",
        "host_view",
        "roll_forward",
        "focus",
        "by_cluster",
        "in_kind_register",
        "membership_register",
        "approvals",
        "tie_out",
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_every_report_in_every_format(path: Path, name: str, form: str) -> None:
    record(path, EVENTS)
    answer = run("report", name, "--ledger", path, "--as-of", "2021-12-31", "--format", form)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout


def test_a_report_goes_to_a_file(path: Path, tmp_path: Path) -> None:
    record(path, EVENTS)
    out = tmp_path / "balance.txt"
    answer = run("report", "trial_balance", "--ledger", path, "--out", out)
    assert (answer.exit_code, answer.stdout) == (0, f"written to {out}\n")
    assert "Trial balance" in out.read_text()


def test_what_is_used_wrongly_ends_with_two(path: Path) -> None:
    record(path, EVENTS)
    assert run("report", "no_such", "--ledger", path).exit_code == 2
    assert run("report", "trial_balance", "--ledger", path, "--since", "2020-01-01").exit_code == 2
    assert run("report", "trial_balance", "--ledger", path, "--as-of", "2024-02-30").exit_code == 2
    assert run("verify").exit_code == 2
    assert run("record", path.parent / "missing.jsonl", "--ledger", path, "--actor", "x").exit_code == 2


def test_a_ledger_that_is_not_there_or_not_ours_ends_with_three(path: Path) -> None:
    missing = run("verify", "--ledger", path)
    assert missing.exit_code == 3
    assert "store-unavailable" in missing.stderr
    path.write_bytes(b"not a database, and long enough to look like a file of something else" * 20)
    other = run("verify", "--ledger", path, "--json")
    assert other.exit_code == 3
    assert json.loads(other.stdout)["error"]["code"] == "not-a-ledger"


def test_an_unknown_donor_ends_with_one(path: Path) -> None:
    record(path, EVENTS)
    answer = run("statement", "nobody", "--ledger", path)
    assert answer.exit_code == 1
    assert "no donor with reference nobody is recorded" in answer.stderr


def test_verify_says_what_it_did_and_ends_with_three_where_something_is_wrong(path: Path) -> None:
    record(path, EVENTS)
    clean = run("verify", "--ledger", path, "--json")
    assert (clean.exit_code, json.loads(clean.stdout)["clean"]) == (0, True)
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE daily_total SET debit = debit + 1 WHERE account = '1010'")
    broken = run("verify", "--ledger", path)
    assert broken.exit_code == 3
    assert "daily-totals" in broken.stderr


def test_the_environment_names_ledger_and_actor(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MDFM_LEDGER", str(path))
    monkeypatch.setenv("MDFM_ACTOR", "finance@example.org")
    assert run("record", EVENTS).exit_code == 0
    assert run("verify").exit_code == 0


def test_a_ledger_with_two_terms_asks_which(path: Path) -> None:
    record(path, EVENTS)
    first = json.loads(EVENTS.read_text().splitlines()[0])
    record(path, line({**first, "reference": "2022-2023"}))
    answer = run("report", "trial_balance", "--ledger", path)
    assert answer.exit_code == 2
    assert "2020-2021, 2022-2023" in answer.stderr


def test_schemas_are_listed_printed_written_and_checked(tmp_path: Path) -> None:
    assert "event/receipt.v1.json" in run("schema").stdout
    assert json.loads(run("schema", "receipt").stdout)["title"] == "receipt"
    assert run("schema", "nothing").exit_code == 2
    assert run("schema", "--out", tmp_path).exit_code == 0
    assert run("schema", "--check", tmp_path).exit_code == 0
    (tmp_path / "leaf.v1.json").write_text("{}")
    changed = run("schema", "--check", tmp_path)
    assert changed.exit_code == 1
    assert "leaf.v1.json" in changed.stderr


def test_the_demonstration_fills_a_new_folder_and_refuses_a_used_one(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    answer = run("demo", folder)
    assert answer.exit_code == 0
    assert f"Look first at {folder / 'reports' / 'term_target.html'}" in answer.stdout
    assert len(list((folder / "statements").glob("*.html"))) == 20
    assert run("verify", "--ledger", folder / "mdfm.db").exit_code == 0
    assert run("demo", folder).exit_code == 2


def test_the_module_runs_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mdfm_ledger", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Exit codes" in done.stdout


REVERSING = ("--on", "2021-09-01", "--reason", "booked to the wrong pledge", "--actor", "finance@example.org")


def test_an_entry_is_reversed(path: Path) -> None:
    record(path, EVENTS)
    answer = run("reverse", "receipt", "R-2", "--ledger", path, *REVERSING)
    assert (answer.exit_code, answer.stdout) == (0, "recorded as 12.\n")
    again = run("reverse", "receipt", "R-2", "--ledger", path, *REVERSING, "--json")
    assert json.loads(again.stdout) == [{"number": 12, "was_replayed": True}]
    refused = run("reverse", "receipt", "R-2", "--as", "RV-2", "--ledger", path, *REVERSING)
    assert refused.exit_code == 1
    assert "already-reversed: receipt R-2 has been reversed by entry 12" in refused.stderr


def test_an_entry_is_corrected_by_its_reversal_and_a_replacement(path: Path) -> None:
    record(path, EVENTS)
    right = path.parent / "right.json"
    right.write_bytes(line(receipt(reference="R-2a", amount="USD 900.00")))
    answer = run("correct", "receipt", "R-2", right, "--ledger", path, *REVERSING)
    assert (answer.exit_code, answer.stdout) == (0, "recorded as 12 and 13.\n")
    again = run("correct", "receipt", "R-2", right, "--ledger", path, *REVERSING)
    assert again.stdout == "recorded already as 12 and 13.\n"
    journal = run("report", "journal", "--ledger", path, "--as-of", "2021-12-31").stdout
    assert "Replaced by" in journal
    assert run("verify", "--ledger", path).exit_code == 0


def test_a_reversal_needs_a_date_and_a_reason(path: Path) -> None:
    record(path, EVENTS)
    answer = run("reverse", "receipt", "R-2", "--ledger", path, *REVERSING[2:])
    assert answer.exit_code == 2
    assert "--on" in answer.stderr


def test_what_is_due_is_recorded_once(path: Path) -> None:
    record(path, EVENTS)
    job = ("due", "--ledger", path, "--term", "2020-2021", "--on", "2021-12-31", "--actor", "job")
    assert run(*job).stdout == "recorded as 12.\n"
    again = run(*job)
    assert (again.exit_code, again.stdout) == (0, "nothing new is due by 2021-12-31.\n")
    assert json.loads(run(*job, "--json").stdout) == {"number": None}


def pledge_to_approve(path: Path, folder: Path, reference: str = "P-77") -> Path:
    """A file with a pledge, in a term whose pledges need the director's approval."""
    if not path.exists():
        record(path, EVENTS)
    term = json.loads(EVENTS.read_text().splitlines()[0])["reference"]
    policy = {
        "event": "revise_approval_policy",
        "reference": "AP-1",
        "term": term,
        "on": "2020-03-15",
        "decision": "SC-1",
        "approved_by": "chair",
        "authorities": [{"approver": "director", "kinds": ["pledge"]}],
    }
    (folder / "policy.jsonl").write_text(json.dumps(policy))
    assert run("record", folder / "policy.jsonl", "--ledger", path, "--actor", "finance").exit_code == 0
    pledged = {"event": "pledge", "reference": reference, "term": term, "donor": "city", "on": "2020-04-01"}
    file = folder / f"{reference}.json"
    file.write_text(json.dumps({**pledged, "amount": "USD 5.00"}))
    return file


def test_a_correction_is_approved_as_it_is_recorded(path: Path, tmp_path: Path) -> None:
    wrong, right = (pledge_to_approve(path, tmp_path, reference) for reference in ("P-77", "P-78"))
    officer, director = (("--ledger", path, "--actor", name) for name in ("finance", "director"))
    assert run("approve", wrong, *director).exit_code == 0
    recorded = run("record", wrong, *officer)
    assert recorded.exit_code == 0, recorded.output
    correct = ("correct", "pledge", "P-77", right, *officer, "--on", "2020-04-02", "--reason", "misread")
    assert run("approve", right, *director).exit_code == 0
    refused = run(*correct)
    assert refused.exit_code == 1
    assert "approval-missing" in refused.stderr
    assert "--corrects" in refused.stderr
    assert run("approve", right, *director, "--corrects", "pledge/P-77").exit_code == 0
    assert run(*correct).stdout.startswith("recorded as ")


def test_a_second_person_approves_and_withdraws(path: Path, tmp_path: Path) -> None:
    new = pledge_to_approve(path, tmp_path)
    answer = run("approve", new, "--ledger", path, "--actor", "director", "--json")
    (approved,) = json.loads(answer.stdout)
    assert approved["outcome"] == "approved"
    again = run("approve", new, "--ledger", path, "--actor", "director")
    assert "already approved by you" in again.stdout
    withdrawn = run(
        "withdraw-approval", approved["digest"], "--ledger", path, "--actor", "director", "--reason", "no"
    )
    assert withdrawn.exit_code == 0, withdrawn.output
    refused = run("approve", new, "--ledger", path, "--actor", "clerk")
    assert refused.exit_code == 1
    assert "not-approver" in refused.stderr
