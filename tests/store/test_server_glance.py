"""The quick check on a server finds what it finds in a file, whatever session changed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mdfm_ledger.audit import quick as quick_audit
from tests.support.ledgers import open_ledger
from tests.support.postgres import server

TABLES = ("account", "entry", "line", "own_amount", "personal_detail", "subaccount", "tile")
GUARDS = (
    "SELECT format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', tgrelid::regclass, tgname) FROM pg_trigger"
    " WHERE NOT tgisinternal"
)


@pytest.fixture
def small() -> Iterator[str]:
    name = server().small_ledger()
    yield name
    server().drop(name)


def without_guards(database: str, attack: str) -> None:
    """Run a statement with the guards taken out, and put them back as they were."""
    with server().connect(database) as connection:
        connection.execute("SET search_path = mdfm")
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        assert connection.execute(attack.encode()).rowcount > 0
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL".encode())
        for (guarded,) in connection.execute(GUARDS).fetchall():
            connection.execute(guarded.encode())


def checks(database: str) -> set[str]:
    with open_ledger(server().url(database), read_only=True) as ledger:
        return {finding.check for finding in ledger.verify(quick=True).findings}


def test_a_sound_ledger_has_no_findings(small: str) -> None:
    with open_ledger(server().url(small)) as ledger:
        quick, full = ledger.verify(quick=True), ledger.verify()
    assert (quick.findings, quick.quick, quick.checks) == ((), True, quick_audit.CHECKS)
    assert (quick.entries, quick.lines, quick.records) == (full.entries, full.lines, full.records)


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        (
            "UPDATE line SET amount = amount + 1 WHERE number = 8 AND position = 0",
            {"lines", "trust-tie-out", "daily-totals"},
        ),
        ("UPDATE daily_total SET debit = debit + 5 WHERE account = '1010'", {"daily-totals"}),
        ("DELETE FROM daily_total WHERE account = '8110'", {"daily-totals"}),
        ("UPDATE entry SET seal = decode(repeat('00', 32), 'hex') WHERE number = 9", {"numbered"}),
        ("UPDATE entry SET actor = 'somebody' WHERE number = 8", {"columns"}),
        ("DELETE FROM entry WHERE number = 4", {"numbered"}),
    ],
)
def test_what_was_changed_is_found_though_the_guards_are_back(
    small: str, attack: str, found: set[str]
) -> None:
    without_guards(small, attack)
    seen = checks(small)
    assert found <= seen
    assert "schema" not in seen
