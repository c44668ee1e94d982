"""What a server refuses to any program, and the control: without the guard the same statement works."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from mdfm_ledger.evidence.merkle import leaf_hash
from mdfm_ledger.store.schema import PLACE_COLUMNS
from tests.support.ledgers import open_ledger, rows_of
from tests.support.postgres import server

PLACE = ", ".join(PLACE_COLUMNS)
NEVER = "never changed"
SEAL = leaf_hash(b"x").hex()


def entry(
    number: int, reference: str = "N", *, lines: int = 0, reverses: str = "NULL", day: int = 20200101
) -> str:
    return (
        f"INSERT INTO entry VALUES ({number}, 'receipt', '{reference}', '', {day}, {day},"
        f" 1642239000000000, 'x', '', '', {reverses}, {lines}, 'x', 'x', '\\x{SEAL}')"
    )


# Statements, the guard that refuses them, and words of its message.
BLOCKED: dict[str, tuple[list[str], str, str]] = {
    "change an entry": (["UPDATE entry SET actor = 'x'"], "entry_no_change ON entry", NEVER),
    "remove an entry": (["DELETE FROM entry WHERE number = 12"], "entry_no_change ON entry", NEVER),
    "change a line": (["UPDATE line SET amount = amount * 2"], "line_no_change ON line", NEVER),
    "move a line": (["UPDATE line SET day = 20200101 WHERE number = 7"], "line_no_change ON line", NEVER),
    "remove a line": (["DELETE FROM line WHERE number = 7"], "line_no_change ON line", NEVER),
    "empty the tiles": (["TRUNCATE tile"], "tile_no_truncate ON tile", NEVER),
    "change a place": (
        ["UPDATE subaccount SET donor = 'med' WHERE donor = 'ham'"],
        "subaccount_no_change ON subaccount",
        NEVER,
    ),
    "remove a place": (["DELETE FROM subaccount"], "subaccount_no_change ON subaccount", NEVER),
    "change the chart": (
        ["UPDATE account SET code = '2011' WHERE code = '2010'"],
        "account_no_change ON account",
        NEVER,
    ),
    "remove an account": (
        ["DELETE FROM account WHERE code = '2110'"],
        "account_no_change ON account",
        NEVER,
    ),
    "add an account": (
        ["INSERT INTO account VALUES ('2999', 'trust')"],
        "account_fixed ON account",
        "is fixed",
    ),
    "a late line": (
        ["INSERT INTO line VALUES (7, 99, 1, 20200302, 5), (7, 98, 1, 20200302, -5)"],
        "line_not_late ON line",
        "sealed",
    ),
    "a line before its first": (
        ["INSERT INTO line VALUES (13, 1, 1, 20200302, 5)"],
        "line_not_late ON line",
        "in one go",
    ),
    "a line of no entry": (
        ["INSERT INTO line VALUES (99, 0, 1, 20200302, 5)"],
        "line_sealed_whole ON line",
        "counts it",
    ),
    "upsert a line": (
        [
            "INSERT INTO line SELECT number, position, subaccount, day, amount FROM line WHERE number = 7"
            " ON CONFLICT (number, position) DO UPDATE SET amount = 5"
        ],
        "line_no_change ON line",
        NEVER,
    ),
    "merge into lines": (
        [
            "MERGE INTO line USING (SELECT 7 AS n) AS other ON line.number = other.n"
            " WHEN MATCHED THEN UPDATE SET amount = amount * 2"
        ],
        "line_no_change ON line",
        NEVER,
    ),
    "erase a personal detail": (
        ["DELETE FROM personal_detail"],
        "detail_only_redacted ON personal_detail",
        "redaction only",
    ),
    "empty the personal details": (
        ["TRUNCATE personal_detail"],
        "personal_detail_no_truncate ON personal_detail",
        NEVER,
    ),
    "change a personal detail": (
        ["UPDATE personal_detail SET detail = 'x' WHERE number = 3"],
        "detail_no_update ON personal_detail",
        "stay as they are",
    ),
    "a late personal detail": (
        ["INSERT INTO personal_detail VALUES (7, 'x')"],
        "detail_not_late ON personal_detail",
        "sealed",
    ),
    "a gap in the numbers": ([entry(14)], "entry_in_order ON entry", "no gaps"),
    "fewer lines than it says": ([entry(13, lines=2)], "entry_in_order ON entry", "lines it says"),
    "lines of another day": (
        [
            "INSERT INTO line VALUES (13, 0, 1, 20200302, 5), (13, 1, 1, 20200302, -5)",
            entry(13, lines=2),
        ],
        "entry_in_order ON entry",
        "on its date",
    ),
    "reverse what is to come": ([entry(13, reverses="13")], "entry_in_order ON entry", "earlier entry"),
    "reverse what never was": ([entry(13, reverses="0")], "entry_in_order ON entry", "earlier entry"),
    "a place of no account": (
        ["INSERT INTO subaccount SELECT max(id) + 1, '2999', 'T', 'USD' FROM subaccount"],
        "subaccount_in_order ON subaccount",
        "an account of the chart",
    ),
    "a place with a gap": (
        [f"INSERT INTO subaccount SELECT 9999, {PLACE.replace('donor', chr(39) + 'new' + chr(39))}"
         " FROM subaccount WHERE pledge = '' LIMIT 1"],
        "subaccount_in_order ON subaccount",
        "no gaps",
    ),
}  # fmt: skip

# What two guards refuse, one after the other, or what keys do.
TWICE: dict[str, tuple[list[str], str]] = {
    "empty the entries": (["TRUNCATE entry CASCADE"], NEVER),
    "empty the lines": (["TRUNCATE line, own_amount"], NEVER),
    "a line of no place": (
        ["INSERT INTO line VALUES (13, 0, 9999, 20200101, 5)", entry(13, lines=1)],
        "subaccount that is there",
    ),
    "lines of no place beside others": (
        [
            "INSERT INTO line VALUES (13, 0, 1, 20200101, 5), (13, 1, 1, 20200101, -5),"
            " (13, 2, 9999, 20200101, 5), (13, 3, 9999, 20200101, -5)",
            entry(13, lines=4),
        ],
        "subaccount that is there",
    ),
    "debits without credits": (
        ["INSERT INTO line VALUES (13, 0, 1, 20200101, 5)", entry(13, lines=1)],
        "debits and credits differ",
    ),
    "trust against memorandum": (
        [
            "INSERT INTO line (SELECT 13, 0, id, 20200101, 5 FROM subaccount WHERE account = '1010' LIMIT 1)"
            " UNION ALL (SELECT 13, 1, id, 20200101, -5 FROM subaccount WHERE account = '8110' LIMIT 1)",
            entry(13, lines=2),
        ],
        "debits and credits differ",
    ),
    "a number again": ([entry(7)], "duplicate key"),
    "a reference again": ([entry(13, "R-1")], "duplicate key"),
    "reverse an entry twice": ([entry(13, reverses="11")], "duplicate key"),
    "a place again": (
        [f"INSERT INTO subaccount SELECT (SELECT max(id) + 1 FROM subaccount), {PLACE} FROM subaccount"
         " WHERE pledge = '' LIMIT 1"],
        "duplicate key",
    ),
    "a pledge on an account again, of another donor": (
        ["INSERT INTO subaccount SELECT (SELECT max(id) + 1 FROM subaccount),"
         f" {PLACE.replace('donor', chr(39) + 'med' + chr(39))} FROM subaccount WHERE pledge <> '' LIMIT 1"],
        "duplicate key",
    ),
    "a total of no account": (
        ["INSERT INTO daily_total VALUES ('2999', 'T', 'USD', '', 20200101, 5, 5)"],
        "account_known",
    ),
    "a line without an amount": (["INSERT INTO line VALUES (13, 0, 1, 20200302, 0)"], "amount_range"),
}  # fmt: skip


def attack(database: str, *statements: str) -> str:
    """Run statements in one transaction as another program would; the answer, empty where all was done."""
    with server().connect(database) as connection:
        connection.execute("SET search_path = mdfm")
        try:
            with connection.transaction():
                for statement in statements:
                    connection.execute(statement.encode())
        except psycopg.Error as error:
            return str(error.diag.message_primary)
    return ""


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """One ledger for all that is refused; in the end it is what it was."""
    name = server().small_ledger()
    with open_ledger(server().url(name)) as ledger:
        before = rows_of(ledger)
        yield name
        assert rows_of(ledger) == before
        assert ledger.verify().findings == ()
    server().drop(name)


@pytest.fixture
def database() -> Iterator[str]:
    name = server().small_ledger()
    yield name
    server().drop(name)


@pytest.mark.parametrize("name", BLOCKED)
def test_the_server_refuses(name: str, refusing: str) -> None:
    statements, _, words = BLOCKED[name]
    answer = attack(refusing, *statements)
    assert answer.startswith("mdfm: "), answer
    assert words in answer


@pytest.mark.parametrize("name", TWICE)
def test_the_server_refuses_by_more_than_one_way(name: str, refusing: str) -> None:
    statements, words = TWICE[name]
    assert words in attack(refusing, *statements)


@pytest.mark.parametrize("name", BLOCKED)
def test_without_its_guard_it_is_done_or_refused_by_another_and_seen(name: str, database: str) -> None:
    statements, guard, words = BLOCKED[name]
    assert attack(database, f"DROP TRIGGER {guard}") == ""
    assert words not in attack(database, *statements)
    with open_ledger(server().url(database)) as ledger:
        assert ledger.verify().findings


def test_what_the_first_guard_lets_pass_is_refused_at_the_commit(database: str) -> None:
    """The deferred guard on lines counts once more, whatever came after them."""
    assert attack(database, "DROP TRIGGER entry_in_order ON entry") == ""
    one = "INSERT INTO line VALUES (13, 0, 1, 20200101, 5)"
    assert "counts it" in attack(database, one, entry(13, lines=2))
    assert "debits and credits differ" in attack(database, one, entry(13, lines=1))
    for name in ("a line of no place", "lines of no place beside others", "trust against memorandum"):
        statements, words = TWICE[name]
        assert words in attack(database, *statements)
    assert attack(database, "DROP TRIGGER line_sealed_whole ON line") == ""
    assert attack(database, one, entry(13, lines=1)) == ""
    assert attack(database, "DROP TRIGGER line_not_late ON line") == ""
    assert attack(database, "INSERT INTO line VALUES (7, 99, 1, 20200302, 5)") == ""
    with open_ledger(server().url(database)) as ledger:
        assert {7, 13} <= {finding.number for finding in ledger.verify().findings}
