"""Verify finds what was done to a ledger behind its back, and names the entry and the check."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import Reversal, errors, posting
from mdfm_ledger.audit import CHECKS
from mdfm_ledger.audit.recount import Recount
from mdfm_ledger.audit.recount.own_amounts import StoredLines
from mdfm_ledger.audit.verification import Verification
from mdfm_ledger.sealing.seal import seals_of
from mdfm_ledger.sealing.told import told_by
from tests.support.bookkeeping import Desk, allocation, expenditure, pledge, receipt, usd
from tests.support.ledgers import counted_salts, events, open_ledger, small_ledger, without_guards
from tests.support.records import rewrite

Attack = Callable[[sqlite3.Connection], object]


def found_after(path: Path, attack: Attack) -> set[tuple[str, int]]:
    """The findings after an attack on the small ledger: check and entry number."""
    without_guards(small_ledger(path), attack)
    with open_ledger(path) as ledger:
        verification = ledger.verify()
    with pytest.raises(errors.CorruptLedgerError):
        verification.raise_if_broken()
    assert all(str(finding) for finding in verification.findings)
    return {(finding.check, finding.number) for finding in verification.findings}


def sql(statement: str) -> Attack:
    return lambda connection: connection.execute(statement)


def rewritten(number: int, **changes: Callable[[dict[str, Any]], object]) -> Attack:
    """Changes what a record says, and its digests with it."""
    return lambda connection: rewrite(connection, number, **changes)


def raised(lines: list[dict[str, str]]) -> None:
    """A cent more on both sides."""
    for line in lines:
        line.update(dict.fromkeys({"debit", "credit"} & line.keys(), "USD 400.01"))


def loosened(connection: sqlite3.Connection, table: str, statement: str) -> None:
    """Rewrites a table's own rules, as an editor of the file could, to write what it would refuse."""
    connection.execute("PRAGMA writable_schema = ON")
    without = "replace(sql, 'STRICT', 'WITHOUT ROWID')"
    connection.execute(f"UPDATE sqlite_master SET sql = {without} WHERE name = '{table}'")
    connection.execute("PRAGMA writable_schema = RESET")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(statement)


def text_for_an_amount(connection: sqlite3.Connection) -> None:
    loosened(connection, "line", "UPDATE line SET amount = 'much' WHERE number = 7")


def bytes_for_an_account(connection: sqlite3.Connection) -> None:
    """As a flipped byte in the file can make of it."""
    loosened(connection, "account", "UPDATE account SET code = x'32313130' WHERE code = '2110'")


def test_an_untouched_ledger_has_no_findings(tmp_path: Path) -> None:
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        counted: list[int] = []
        verification = ledger.verify(progress=counted.append)
    assert verification == Verification(entries=12, lines=37, checks=CHECKS, findings=(), records=12)
    verification.raise_if_broken()
    assert verification.is_clean


ATTACKS: dict[str, tuple[Attack, tuple[str, int]]] = {
    "an amount in the lines": (sql("UPDATE line SET amount = amount + 1 WHERE number = 7"), ("lines", 7)),
    "an amount on one side": (
        sql("UPDATE line SET amount = amount + 1 WHERE number = 7 AND position = 0"),
        ("balanced", 7),
    ),
    "a line gone": (sql("DELETE FROM line WHERE number = 7 AND position = 0"), ("lines", 7)),
    "all lines of an entry gone": (sql("DELETE FROM line WHERE number = 7"), ("lines", 7)),
    "a line on another donor": (
        sql(
            "UPDATE line SET subaccount ="
            " (SELECT id FROM subaccount WHERE account = '2010' AND donor = 'med')"
            " WHERE number = 7 AND position = 1"
        ),
        ("resources-identity", 7),
    ),
    "a line on no place": (
        sql("UPDATE line SET subaccount = 999 WHERE number = 7 AND position = 0"),
        ("no-revenue", 7),
    ),
    "a place renamed to a revenue account": (
        sql("UPDATE subaccount SET account = '4000' WHERE account = '2010' AND donor = 'ham'"),
        ("no-revenue", 7),
    ),
    "a date in the lines": (sql("UPDATE line SET day = 20200401 WHERE number = 7"), ("lines", 7)),
    "a date in the entry": (sql("UPDATE entry SET day = 20200401 WHERE number = 7"), ("columns", 7)),
    "a reference": (sql("UPDATE entry SET reference = 'X' WHERE number = 7"), ("columns", 7)),
    "what it is about": (sql("UPDATE entry SET about = 'x' WHERE number = 7"), ("columns", 7)),
    "the lines in an order that cannot be": (
        rewritten(9, part=lambda part: part.update(order=[1, 1, 1, 1, 1]) if "order" in part else None),
        ("numbered", 9),
    ),
    "an actor": (sql("UPDATE entry SET actor = 'x' WHERE number = 7"), ("columns", 7)),
    "a time": (sql("UPDATE entry SET recorded_at = recorded_at + 1"), ("columns", 7)),
    "a leaf": (
        sql("UPDATE entry SET leaf = CAST(replace(leaf, 'R-1', 'R-9') AS BLOB)"),
        ("numbered", 7),
    ),
    "a part": (sql("UPDATE entry SET parts = CAST(replace(parts, '400', '401') AS BLOB)"), ("numbered", 7)),
    "a part and its digests": (rewritten(7, part=lambda part: raised(part["lines"])), ("lines", 7)),
    "a part in another spelling": (
        sql("UPDATE entry SET parts = CAST(replace(parts, 's\":', 's\": ') AS BLOB) WHERE number = 7"),
        ("numbered", 7),
    ),
    "a salt that is none": (rewritten(7, part=lambda part: part.update(salt="x" * 32)), ("numbered", 7)),
    "lines told to another donor": (
        rewritten(8, part=lambda part: part.update({"donor": "jp"} if "donor" in part else {})),
        ("lines", 8),
    ),
    "an event that says another thing than its leaf": (
        rewritten(9, event=lambda event: event.update(approved_by="chair@example.org")),
        ("columns", 9),
    ),
    "a personal detail": (
        sql("UPDATE personal_detail SET detail = CAST(replace(detail, 'Ham', 'Bam') AS BLOB)"),
        ("personal-details", 3),
    ),
    "a personal detail erased in silence": (
        sql("DELETE FROM personal_detail WHERE number = 3"),
        ("personal-details", 3),
    ),
    "a personal detail for an entry that has none": (
        sql("INSERT INTO personal_detail SELECT 7, detail FROM personal_detail WHERE number = 3"),
        ("personal-details", 7),
    ),
    "a kind that is another's": (
        sql("UPDATE entry SET kind = 'publish_holdings' WHERE number = 7"),
        ("columns", 7),
    ),
    "published holdings that cannot be read": (
        sql("UPDATE entry SET kind = 'publish_holdings', parts = x'00' WHERE number = 7"),
        ("database", 0),
    ),
    "a tile that is none": (sql("INSERT INTO tile VALUES (1, 0, zeroblob(32))"), ("tiles", 0)),
    "a leaf that is nothing": (sql("UPDATE entry SET leaf = x'00' WHERE number = 7"), ("numbered", 7)),
    "a leaf that is no entry": (sql("UPDATE entry SET leaf = CAST('{}' AS BLOB)"), ("numbered", 7)),
    "a leaf in another spelling": (
        sql("UPDATE entry SET leaf = CAST(replace(leaf, ',\"v\":1', ', \"v\":1') AS BLOB) WHERE number = 7"),
        ("numbered", 7),
    ),
    "a leaf and its seal": (
        rewritten(7, leaf=lambda value: value.update(actor="somebody.else@example.org")),
        ("columns", 7),
    ),
    "a leaf dated after it was recorded": (
        rewritten(7, leaf=lambda value: value.update(recorded_at="2019-01-01T00:00:00.000000Z")),
        ("columns", 7),
    ),
    "an entry gone": (sql("DELETE FROM entry WHERE number = 8"), ("numbered", 9)),
    "the last entry gone": (sql("DELETE FROM entry WHERE number = 12"), ("database", 0)),
    "an entry said to reverse another": (
        sql("UPDATE entry SET reverses = 10 WHERE number = 12"),
        ("reversal-exact", 12),
    ),
    "two reversals of one entry": (
        lambda connection: (
            connection.execute("UPDATE entry SET reverses = NULL WHERE number = 12"),
            connection.execute("UPDATE entry SET reverses = 7 WHERE number IN (11)"),
        ),
        ("columns", 11),
    ),
    "a time that is none": (
        sql("UPDATE entry SET recorded_at = 1 << 62 WHERE number = 7"),
        ("numbered", 7),
    ),
    "a day that is none": (sql("UPDATE line SET day = 99999999 WHERE number = 9"), ("lines", 9)),
    "a day before all days": (sql("UPDATE line SET day = 0 WHERE number = 9"), ("lines", 9)),
    "a daily total": (sql("UPDATE daily_total SET credit = credit + 1"), ("daily-totals", 0)),
    "text for an amount": (text_for_an_amount, ("database", 0)),
    "bytes for an account": (bytes_for_an_account, ("schema", 0)),
    "an account added": (sql("INSERT INTO account VALUES ('2999', 'trust')"), ("schema", 0)),
    "a table added": (sql("CREATE TABLE extra (x)"), ("schema", 0)),
    "an index gone": (sql("DROP INDEX line_by_subaccount"), ("schema", 0)),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_was_changed_is_found_and_named(name: str, tmp_path: Path) -> None:
    attack, expected = ATTACKS[name]
    assert expected in found_after(tmp_path / "l.db", attack)


def test_a_guard_that_is_gone_or_altered_is_found(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DROP TRIGGER entry_no_update")
    connection.execute("DROP TRIGGER line_not_late")
    connection.execute("CREATE TRIGGER line_not_late BEFORE INSERT ON line BEGIN SELECT 1; END")
    connection.close()
    with open_ledger(path) as ledger:
        found = {finding.found for finding in ledger.verify().findings}
    assert found == {"trigger entry_no_update is missing", "trigger line_not_late is altered"}


def test_what_the_rules_would_have_refused_is_found(tmp_path: Path) -> None:
    """A program that skips the checks writes entries that balance; verify recounts what they mean."""
    with pytest.MonkeyPatch.context() as patch, open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        patch.setattr(posting, "checks_of", lambda accounts: ())
        patch.setattr(posting, "require_approved", lambda books, entry: None)
        ledger.record(allocation("A-SAME", "1.00", approved_by="finance@example.org"))
        ledger.record(receipt("R-LATE", "1.00", on=date(2022, 2, 1)))
        ledger.record(
            Reversal(
                reference="X-1",
                reversed_kind="receipt",
                reversed_reference="R-2",
                on=date(2020, 7, 1),
                reason="x",
            )
        )
        ledger.record(
            Reversal(
                reference="X-2",
                reversed_kind="allocation",
                reversed_reference="A-1",
                on=date(2020, 8, 1),
                reason="x",
            )
        )
        ledger.record(
            Reversal(
                reference="X-3",
                reversed_kind="pledge",
                reversed_reference="P-1",
                on=date(2020, 7, 1),
                reason="x",
            )
        )
        ledger.record(receipt("R-BIG", "900000.00"))
        ledger.record(allocation("A-BIG", "250000.00"))
        ledger.record(receipt("R-HUGE", "2000000.00"))
        ledger.record(allocation("A-HUGE", "1200000.00"))
        ledger.record(pledge("P-LATER", "10.00", on=date(2021, 1, 1)))
        ledger.record(expenditure("E-BIG", "1.00", allocation="A-BIG"))

        checks = {finding.check for finding in ledger.verify().findings}
    assert checks == {
        "two-people",
        "period-open",
        "donor-not-negative",
        "within-allotment",
        "pledge-identity",
        "within-budget",
        "target-not-a-cap",
    }


def test_earmarked_money_on_another_activity_is_found(tmp_path: Path) -> None:
    """The earmark of an allotted place is changed in place and leaf alike."""

    def attack(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE subaccount SET earmark = '2.1' WHERE earmark = '1.1'")
        for number in range(1, 13):
            rewrite(connection, number, part=moved)

    def moved(part: dict[str, Any]) -> None:
        for line in [*part.get("lines", ()), part.get("event", {})]:
            if line.get("earmark") == "1.1":
                line["earmark"] = "2.1"

    assert ("earmark", 0) in found_after(tmp_path / "l.db", attack)


def test_a_pledge_that_changed_its_amount_is_found(tmp_path: Path) -> None:
    change = rewritten(6, event=lambda value: value.update(amount="USD 2000.00"))
    assert ("pledge-identity", 0) in found_after(tmp_path / "l.db", change)


def test_verify_tells_how_far_it_is(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all([*events(), *(receipt(f"N-{at}", "1.00") for at in range(1000))])
        counted: list[int] = []
        assert ledger.verify(progress=counted.append).is_clean
    assert counted == [1000]


def test_reversals_that_do_not_fit_are_found() -> None:
    """What unique keys of the database would refuse is recounted all the same."""
    from types import SimpleNamespace

    from mdfm_ledger import PledgeAmendment

    desk = Desk(pledge())
    for number in (1, 2):
        desk.post(
            PledgeAmendment(
                reference=f"PA-{number}",
                pledge="P-1",
                amount=usd(f"110{number}.00"),
                on=date(2020, 3, 2),
                reason="more",
            )
        )
    first = desk.books.entries["pledge_amendment", "PA-1"].entry
    undo = told_by(
        Reversal(
            reference="X",
            reversed_kind="pledge_amendment",
            reversed_reference="PA-1",
            on=date(2020, 4, 1),
            reason="x",
        )
    )

    def row_of(number: int, *, about: str, reverses: int | None = None) -> SimpleNamespace:
        return SimpleNamespace(
            number=number, about=about, reverses=reverses, day=20200101, seal=b"", detail=None
        )

    entries = sorted((found.entry for found in desk.books.entries.values()), key=lambda entry: entry.number)

    def history(about: str, number: int) -> list[tuple[bytes, None]]:
        before = [entry for entry in entries if entry.about == about and entry.number < number]
        return [(seals_of([entry], counted_salts())[0].parts, None) for entry in before]

    recount, nothing = Recount(lambda first, count: (), history), StoredLines([], {})
    for entry in entries:
        assert list(recount.add(row_of(entry.number, about=entry.about), nothing, told_by(entry.event))) == []
    row = row_of(90, about=first.about, reverses=first.number)
    assert [found[:2] for found in recount.add(row, nothing, undo)] == [
        ("reversal-exact", "document"),
        # An amendment that posted nothing is put right by another; only a close is taken back without lines.
        ("reversal-exact", f"lines of entry {first.number}"),
    ]
    row = row_of(91, about=first.about, reverses=first.number)
    assert ("reversal-exact", "reversal") in [found[:2] for found in recount.add(row, nothing, undo)]
