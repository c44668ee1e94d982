"""Ledgers of other versions: made by the frozen revisions, brought forward whole or not at all."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from mdfm_ledger import errors
from mdfm_ledger.errors import SchemaOutdatedError
from mdfm_ledger.store import dialect, migrations, sqlite
from mdfm_ledger.store.migrations import migrate, schema_at, upgrade
from mdfm_ledger.store.schema import APPLICATION_ID, SCHEMA_VERSION
from mdfm_ledger.store.sqlite import SQLITE, SQLite
from tests.support.bookkeeping import receipt
from tests.support.ledgers import events, open_ledger, small_ledger

# What a second version might do: a column more, and a guard on it.
SECOND = '''
from alembic import op
revision, down_revision = "0002", "0001"
ADDED = """CREATE TRIGGER reason_given BEFORE INSERT ON entry BEGIN
  SELECT RAISE(ABORT, 'mdfm: a reason is given') WHERE NEW.reason = 'none';
END"""
from mdfm_ledger.store.guards import SQLITE_GUARDS
SQLITE_GUARDS = (*SQLITE_GUARDS.values(), ADDED)
def upgrade():
    op.execute("ALTER TABLE entry ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    op.execute("UPDATE entry SET reason = 'before' WHERE number = 1")
'''


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def address(path: Path) -> str:
    return f"sqlite:///{path}"


def made_by(version: int) -> dict[str, str]:
    """The schema of a ledger that version made."""
    with create_engine("sqlite://").connect() as connection:
        return schema_at(connection, version)


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a later version, whose schema is one revision further."""
    folder = tmp_path / "revisions"
    shutil.copytree(migrations.FOLDER, folder)
    added = folder / "versions" / "version_0002.py"
    added.write_text(SECOND)
    monkeypatch.setattr(migrations, "FOLDER", str(folder))
    monkeypatch.setattr(SQLite, "expected_schema", lambda self: made_by(2))
    for module in (migrations, dialect, sqlite):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    return added


def test_the_revisions_make_what_the_package_makes() -> None:
    made, migrated = create_engine("sqlite://"), create_engine("sqlite://")
    with made.connect() as one, migrated.connect() as other:
        SQLITE.make_schema(one)
        upgrade(other, since=0, to=SCHEMA_VERSION)
        assert SQLITE.schema_of(other) == SQLITE.schema_of(one)
        for question in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT code, journal_set FROM account ORDER BY code",
        ):
            assert other.exec_driver_sql(question).all() == one.exec_driver_sql(question).all()
        names = "SELECT name FROM sqlite_master WHERE sql IS NULL ORDER BY name"
        assert other.exec_driver_sql(names).all() == one.exec_driver_sql(names).all()
    made.dispose()
    migrated.dispose()


def test_a_file_of_version_0_becomes_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    with pytest.raises(SchemaOutdatedError) as caught:
        open_ledger(path)
    assert "mdfm migrate LEDGER --backup FILE" in caught.value.remedy
    assert migrate(address(path)) == SCHEMA_VERSION
    with open_ledger(path) as ledger:
        ledger.record_all(events())
        assert (ledger.verify().entries, ledger.verify().findings) == (12, ())


def test_a_current_ledger_is_left_alone(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    before = path.read_bytes()
    assert migrate(address(path)) == SCHEMA_VERSION
    assert path.read_bytes() == before


def test_a_ledger_of_the_version_before_keeps_every_row_and_gets_its_guards(
    tmp_path: Path, second: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (dialect, sqlite):
            patch.setattr(module, "SCHEMA_VERSION", 1)
        path = small_ledger(tmp_path / "l.db")
    with sqlite3.connect(path) as connection:
        before = connection.execute("SELECT number, leaf, seal FROM entry ORDER BY number").fetchall()
        lines = connection.execute("SELECT * FROM line").fetchall()
    with pytest.raises(SchemaOutdatedError, match="has schema 1, this package needs 2"):
        open_ledger(path)
    assert migrate(address(path)) == 2
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT number, leaf, seal FROM entry ORDER BY number").fetchall() == before
        assert connection.execute("SELECT * FROM line").fetchall() == lines
        assert connection.execute("SELECT reason FROM entry WHERE number < 3").fetchall() == [
            ("before",),
            ("",),
        ]
        for attack in ("UPDATE entry SET reason = 'x'", "DELETE FROM line"):
            with pytest.raises(sqlite3.IntegrityError, match="mdfm: "):
                connection.execute(attack)
    assert migrate(address(path)) == 2
    with open_ledger(path) as ledger:
        assert ledger.record(receipt("R-9", "5.00")).number == 13


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        # A revision that fails half-way, one that forgets a guard, one that loses rows others need.
        (SECOND + "    op.execute('SELECT * FROM nowhere')\n", errors.CorruptLedgerError),
        (SECOND.replace(", ADDED)", ",)"), errors.CorruptLedgerError),
        (SECOND + "    op.execute('DELETE FROM subaccount WHERE id = 1')\n", errors.CorruptLedgerError),
    ],
)
def test_a_migration_that_goes_wrong_changes_nothing(
    broken: str,
    error: type[errors.LedgerError],
    tmp_path: Path,
    second: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (dialect, sqlite):
            patch.setattr(module, "SCHEMA_VERSION", 1)
        path = small_ledger(tmp_path / "l.db")
    before, expected = dump(path), made_by(2)
    monkeypatch.setattr(SQLite, "expected_schema", lambda self: expected)
    second.write_text(broken)
    with pytest.raises(error):
        migrate(address(path))
    assert dump(path) == before


def test_missing_guards_are_not_put_back_in_silence(tmp_path: Path, second: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in (dialect, sqlite):
            patch.setattr(module, "SCHEMA_VERSION", 1)
        path = small_ledger(tmp_path / "l.db")
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER line_no_delete")
        connection.execute("CREATE TRIGGER extra AFTER INSERT ON line BEGIN SELECT 1; END")
    with pytest.raises(errors.GuardsMissingError) as caught:
        migrate(address(path))
    assert caught.value.guards == "trigger extra is unknown, trigger line_no_delete is missing"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_what_is_not_a_ledger_is_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with pytest.raises(errors.StoreUnavailableError, match="no such file"):
        migrate(address(path))
    assert not path.exists()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.execute("PRAGMA user_version = 0")
    before = path.read_bytes()
    with pytest.raises(errors.NotALedgerError):
        migrate(address(path))
    newer = small_ledger(tmp_path / "newer.db")
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(errors.SchemaNewerError):
        migrate(address(newer))
    assert path.read_bytes() == before


def test_alembic_is_loaded_only_to_migrate(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    script = (
        "import sys; from mdfm_ledger.store.migrations import migrate;"
        f" migrate('sqlite:///{path}'); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
