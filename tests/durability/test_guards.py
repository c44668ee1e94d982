"""What the database refuses to any program, and the control: without the guard the same statement works."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mdfm_ledger import errors
from mdfm_ledger.evidence.merkle import leaf_hash
from mdfm_ledger.store.schema import PLACE_COLUMNS
from tests.support.ledgers import open_ledger, small_ledger

ENTRY = (
    "(number, kind, reference, about, day, value_day, recorded_at, actor, approved_by, description,"
    " reverses, line_count, leaf, parts, seal)"
)
PLACE = ", ".join(PLACE_COLUMNS)
NEVER = "never changed"
SEAL = leaf_hash(b"x").hex()

# A second place on the account of another, of no pledge, in another term or currency, and lines of one
# against the other.
FUNDS_PLACE = "(SELECT MIN(id) FROM subaccount WHERE pledge = '')"
BESIDE = {
    other: "INSERT INTO subaccount SELECT (SELECT MAX(id) + 1 FROM subaccount), "
    + ", ".join("'XXX'" if column == other else column for column in PLACE_COLUMNS)
    + f" FROM subaccount WHERE id = {FUNDS_PLACE}"
    for other in ("term", "currency")
}
AGAINST_IT = (
    f"INSERT INTO line SELECT 13, 0, {FUNDS_PLACE}, 20200101, 5;"
    " INSERT INTO line SELECT 13, 1, MAX(id), 20200101, -5 FROM subaccount"
)


def entry(
    number: int, reference: str = "'N'", *, lines: int = 0, reverses: str = "NULL", day: int = 20200101
) -> str:
    return (
        f"INTO entry {ENTRY} VALUES ({number}, 'receipt', {reference}, '', {day}, {day},"
        f" 1642239000000000, 'x', '', '', {reverses}, {lines}, x'78', x'78', x'{SEAL}')"
    )


# Statement or script, the guard that refuses it, and words of its message.
BLOCKED: dict[str, tuple[str, str, str]] = {
    "change an entry": ("UPDATE entry SET actor = 'x'", "entry_no_update", NEVER),
    "change a leaf": ("UPDATE entry SET leaf = x'00' WHERE number = 1", "entry_no_update", NEVER),
    "remove an entry": ("DELETE FROM entry WHERE number = 12", "entry_no_delete", NEVER),
    "change a line": ("UPDATE line SET amount = amount * 2", "line_no_update", NEVER),
    "move a line": ("UPDATE line SET day = 20200101 WHERE number = 7", "line_no_update", NEVER),
    "remove a line": ("DELETE FROM line WHERE number = 7", "line_no_delete", NEVER),
    "remove all lines": ("DELETE FROM line", "line_no_delete", NEVER),
    "change a place": (
        "UPDATE subaccount SET donor = 'med' WHERE donor = 'ham'",
        "subaccount_no_update",
        NEVER,
    ),
    "remove a place": ("DELETE FROM subaccount", "subaccount_no_delete", NEVER),
    "change the chart": ("UPDATE account SET code = '2011' WHERE code = '2010'", "account_no_update", NEVER),
    "remove an account": ("DELETE FROM account WHERE code = '2110'", "account_no_delete", NEVER),
    "add an account": ("INSERT INTO account VALUES ('2999', 'trust')", "account_fixed", "is fixed"),
    "replace an account": (
        "INSERT OR REPLACE INTO account VALUES ('2010', 'trust')",
        "account_fixed",
        "fixed",
    ),
    "a late line": ("INSERT INTO line VALUES (7, 99, 1, 20200302, 5)", "line_not_late", "sealed"),
    "replace a line": (
        "INSERT OR REPLACE INTO line VALUES (7, 0, 1, 20200302, 5)",
        "line_not_late",
        "sealed",
    ),
    "upsert a line": (
        "INSERT INTO line VALUES (7, 0, 1, 20200302, 5) ON CONFLICT DO UPDATE SET amount = 5",
        "line_not_late",
        "sealed",
    ),
    "erase a personal detail": ("DELETE FROM personal_detail", "detail_only_redacted", "redaction only"),
    "change a personal detail": (
        "UPDATE personal_detail SET detail = x'78' WHERE number = 3",
        "detail_no_update",
        "stay as they are",
    ),
    "replace a personal detail": (
        "INSERT OR REPLACE INTO personal_detail VALUES (3, x'78')",
        "detail_not_late",
        "sealed",
    ),
    "a gap in the numbers": (f"INSERT {entry(14)}", "entry_in_order", "no gaps"),
    "a number again": (f"INSERT {entry(7)}", "entry_in_order", "no gaps"),
    "replace an entry by number": (f"INSERT OR REPLACE {entry(7)}", "entry_in_order", "no gaps"),
    "replace an entry by reference": (
        f"INSERT OR REPLACE {entry(13, chr(39) + 'R-1' + chr(39))}",
        "entry_in_order",
        "one entry for a reference",
    ),
    "fewer lines than it says": (f"INSERT {entry(13, lines=2)}", "entry_in_order", "lines it says"),
    "lines of another day": (
        "INSERT INTO line VALUES (13, 0, 1, 20200302, 5), (13, 1, 2, 20200302, -5);"
        f" INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "on its date",
    ),
    "debits without credits": (
        f"INSERT INTO line VALUES (13, 0, 1, 20200101, 5); INSERT {entry(13, lines=1)}",
        "entry_in_order",
        "debits and credits differ",
    ),
    "trust against memorandum": (
        "INSERT INTO line SELECT 13, 0, id, 20200101, 5 FROM subaccount WHERE account = '1010';"
        " INSERT INTO line SELECT 13, 1, id, 20200101, -5 FROM subaccount WHERE account = '8110' LIMIT 1;"
        f" INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "debits and credits differ",
    ),
    "one term against another": (
        f"{BESIDE['term']}; {AGAINST_IT}; INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "debits and credits differ",
    ),
    "one currency against another": (
        f"{BESIDE['currency']}; {AGAINST_IT}; INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "debits and credits differ",
    ),
    "a line of no place": (
        "INSERT INTO line VALUES (13, 0, 1, 20200101, 5), (13, 1, 999, 20200101, -5);"
        f" INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "a subaccount that is there",
    ),
    "lines of no place that balance": (
        "INSERT INTO line VALUES (13, 0, 1, 20200101, 5), (13, 1, 1, 20200101, -5);"
        " INSERT INTO line VALUES (13, 2, 998, 20200101, 5), (13, 3, 999, 20200101, -5);"
        f" INSERT {entry(13, lines=4)}",
        "entry_in_order",
        "a subaccount that is there",
    ),
    "a line of another day too many": (
        "INSERT INTO line VALUES (13, 0, 1, 20200101, 5), (13, 1, 1, 20200101, -5);"
        " INSERT INTO line VALUES (13, 2, 1, 20200102, 5), (13, 3, 1, 20200102, -5);"
        f" INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "lines it says",
    ),
    "an own amount of no line": (
        "INSERT INTO line VALUES (13, 0, 1, 20200101, 5), (13, 1, 1, 20200101, -5);"
        " INSERT INTO own_amount VALUES (13, 2, 'EUR', 5, '1', '1', 'x', 20200101);"
        f" INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "of a line that is there",
    ),
    "a line of no place too many": (
        "INSERT INTO line VALUES (13, 0, 1, 20200101, 5), (13, 1, 1, 20200101, -5);"
        f" INSERT INTO line VALUES (13, 2, 999, 20200101, 5); INSERT {entry(13, lines=2)}",
        "entry_in_order",
        "lines it says",
    ),
    "reverse an entry twice": (f"INSERT {entry(13, reverses='11')}", "entry_in_order", "reversed once"),
    "reverse what is to come": (f"INSERT {entry(13, reverses='13')}", "entry_in_order", "earlier entry"),
    "a place again": (
        f"INSERT OR REPLACE INTO subaccount SELECT (SELECT MAX(id) + 1 FROM subaccount), {PLACE}"
        f" FROM subaccount WHERE id = {FUNDS_PLACE}",
        "subaccount_once",
        "one subaccount for a place",
    ),
    "a pledge on an account again, of another donor": (
        "INSERT OR REPLACE INTO subaccount SELECT (SELECT MAX(id) + 1 FROM subaccount),"
        f" {PLACE.replace('donor', chr(39) + 'med' + chr(39))} FROM subaccount WHERE pledge <> '' LIMIT 1",
        "subaccount_once",
        "one subaccount for a pledge",
    ),
    "replace a place": (
        f"INSERT OR REPLACE INTO subaccount SELECT id, {PLACE.replace('donor', chr(39) + 'med' + chr(39))}"
        " FROM subaccount WHERE id = 1",
        "subaccount_once",
        "no repeats",
    ),
}


def attack(path: Path, script: str, *, without: str = "") -> str:
    """Run a script as another program would; the database's answer, empty where it did it."""
    connection = sqlite3.connect(path, isolation_level=None)
    if without:
        connection.execute(f"DROP TRIGGER {without}")
    try:
        connection.execute("BEGIN")
        for statement in script.split("; ") if "TRIGGER" not in script else [script]:
            connection.execute(statement)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        return str(error)
    finally:
        connection.close()
    return ""


@pytest.mark.parametrize("name", BLOCKED)
def test_the_database_refuses(name: str, tmp_path: Path) -> None:
    script, _, words = BLOCKED[name]
    path = small_ledger(tmp_path / "l.db")
    answer = attack(path, script)
    assert answer.startswith("mdfm: ")
    assert words in answer
    with open_ledger(path) as ledger:
        assert ledger.verify().findings == ()


@pytest.mark.parametrize("name", BLOCKED)
def test_without_its_guard_it_is_done_or_refused_by_another_and_seen(name: str, tmp_path: Path) -> None:
    script, guard, words = BLOCKED[name]
    path = small_ledger(tmp_path / "l.db")
    assert words not in attack(path, script, without=guard)
    with open_ledger(path) as ledger:
        assert ledger.verify().findings


@pytest.mark.parametrize(
    "script",
    [
        "DROP TRIGGER entry_no_update",
        "DROP INDEX entry_by_about",
        "ALTER TABLE entry ADD COLUMN extra TEXT",
        "CREATE TRIGGER extra AFTER INSERT ON entry BEGIN SELECT 1; END",
        "CREATE VIEW extra AS SELECT 1",
        "PRAGMA user_version = 7",
        "DELETE FROM daily_total",
        "UPDATE daily_total SET debit = 0",
        "INSERT INTO line VALUES (13, 0, 1, 20200302, 5)",
    ],
)
def test_what_the_database_cannot_refuse_is_noticed(script: str, tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    assert attack(path, script) == ""
    if "user_version" in script:
        with pytest.raises(errors.SchemaNewerError):
            open_ledger(path)
    else:
        with open_ledger(path) as ledger:
            assert ledger.verify().findings
