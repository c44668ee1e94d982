"""Ledgers carried between a file and a server: the same bytes, verified in full, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from mdfm_ledger import errors
from mdfm_ledger.safekeeping import backup, make_roles, migrate, restore
from mdfm_ledger.store import carrying, dialect, migrations
from mdfm_ledger.store.migrations import schema_at
from mdfm_ledger.store.postgres import dialect as postgres_dialect
from mdfm_ledger.store.postgres import opening
from mdfm_ledger.store.postgres.dialect import PostgreSQL
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, rows_of, small_ledger, without_guards
from tests.support.postgres import server

# What a second version might do: a column and a table more. Its guards are those of the first.
SECOND = """
from alembic import op
from mdfm_ledger.store.postgres.guards import POSTGRESQL_GUARDS as GUARDS
revision, down_revision = "0002", "0001"
POSTGRESQL_GUARDS = tuple(GUARDS.values())
def upgrade():
    op.execute("ALTER TABLE entry ADD COLUMN reason TEXT NOT NULL DEFAULT ''")
    op.execute("CREATE TABLE reason (code integer PRIMARY KEY)")
"""
REASON = {
    "table reason": "r p code integer NOT NULL",
    "constraint reason_pkey of reason": "PRIMARY KEY (code)",
    "index reason_pkey": "CREATE UNIQUE INDEX reason_pkey ON mdfm.reason USING btree (code)",
}


def entries_in(database: str) -> int:
    with open_ledger(server().url(database)) as ledger:
        return ledger.entry_count()


# -- copies ------------------------------------------------------------------------------------------


def test_a_ledger_goes_to_a_file_and_back_to_a_server_with_every_row(
    database: str, empty: str, tmp_path: Path
) -> None:
    url, target = server().url(database), tmp_path / "b.db"
    small_ledger(tmp_path / "seed.db")
    restore(tmp_path / "seed.db", url)
    with open_ledger(url) as ledger:
        ledger.record_all([receipt(f"M-{at}", "0.01", donor="med") for at in range(1_100)])
        ledger.redact("donor", "jp", reason="asked for", approved_by="chief@example.org", on=date(2021, 1, 1))
        rows = rows_of(ledger)
    made = backup(url, target)
    assert (made.entries, made.path, target.stat().st_mode & 0o777) == (1_113, str(target), 0o600)
    with open_ledger(target) as ledger:
        assert rows_of(ledger) == rows
        assert ledger.verify().findings == ()
    put = restore(target, server().url(empty), expect_head=made.head)
    assert put.head == made.head
    with open_ledger(server().url(empty)) as ledger:
        assert rows_of(ledger) == rows
        assert ledger.record(receipt("M-7", "0.01", donor="med")).was_replayed
        assert ledger.record(receipt("N-1", "1.00")).number == 1_114
        assert ledger.verify().findings == ()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".mdfm-")] == []


def test_nothing_on_a_server_is_overwritten(small: str, tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-9", "1.00"))
    for replace in (False, True):
        with pytest.raises(errors.TargetExistsError, match="a ledger with entries"):
            restore(path, server().url(small), replace=replace)
    with pytest.raises(errors.TargetExistsError):
        backup(server().url(small), path)
    assert entries_in(small) == 12


def test_what_does_not_verify_or_is_another_is_not_put_on_a_server(empty: str, tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    with pytest.raises(errors.HeadDiffersError, match="12/"):
        restore(path, server().url(empty), expect_head="13/00")
    without_guards(path, lambda db: db.execute("UPDATE entry SET actor = 'x' WHERE number = 3"))
    with pytest.raises(errors.CorruptLedgerError):
        restore(path, server().url(empty))
    with pytest.raises(errors.NotALedgerError):
        open_ledger(server().url(empty), create=False)


def test_rows_lost_on_the_way_are_noticed_and_nothing_is_kept(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_ledger(tmp_path / "l.db")
    carried = [one for one in carrying._OF_ENTRIES if one.name != "personal_detail"]
    monkeypatch.setattr(carrying, "_OF_ENTRIES", carried)
    with pytest.raises(errors.CorruptLedgerError):
        restore(path, server().url(database))
    assert entries_in(database) == 0


def test_a_ledger_on_a_server_that_does_not_verify_is_not_backed_up(small: str, tmp_path: Path) -> None:
    server().execute("ALTER TABLE mdfm.entry DISABLE TRIGGER entry_no_change", small)
    with pytest.raises(errors.CorruptLedgerError, match="entry_no_change"):
        backup(server().url(small), tmp_path / "b.db")
    assert list(tmp_path.iterdir()) == []


def test_what_is_carried_is_of_one_moment_while_others_post(small: str, tmp_path: Path) -> None:
    with open_ledger(server().url(small)) as ledger, carrying.reading(server().url(small)) as here:
        before = carrying.head_of(here)
        ledger.record(receipt("R-9", "1.00"))
        assert carrying.head_of(here) == before
    with carrying.reading(server().url(small)) as here:
        assert carrying.head_of(here).number == before.number + 1


def test_who_reads_backs_up_and_who_adds_restores(small: str, database: str, tmp_path: Path) -> None:
    for name in (small, database):
        make_roles(server().url(name), owner="copy_owner", poster="copy_poster", auditor="copy_auditor")
    with server().connect(small) as connection:
        for role in ("copier_who_reads", "copier_who_adds"):
            connection.execute(f"DROP ROLE IF EXISTS {role}".encode())
            connection.execute(f"CREATE ROLE {role} LOGIN".encode())
        connection.execute("GRANT copy_auditor TO copier_who_reads")
        connection.execute("GRANT copy_poster TO copier_who_adds")
    made = backup(server().url(small, "copier_who_reads"), tmp_path / "b.db")
    put = restore(tmp_path / "b.db", server().url(database, "copier_who_adds"), expect_head=made.head)
    assert put.entries == 12


# -- a ledger of another version ---------------------------------------------------------------------


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of a later version, whose schema is one revision further."""
    folder = tmp_path / "revisions" / "versions"
    folder.mkdir(parents=True)
    for one in (Path(migrations.FOLDER) / "versions").iterdir():
        if one.is_file():
            (folder / one.name).write_bytes(one.read_bytes())
    (folder / "version_0002.py").write_text(SECOND)
    monkeypatch.setattr(migrations, "FOLDER", str(folder.parent))
    for module in (migrations, dialect, opening, postgres_dialect):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    expected = PostgreSQL().expected_schema()
    made = {**expected, **REASON, "table entry": f"{expected['table entry']} , reason text NOT NULL ''::text"}
    monkeypatch.setattr(PostgreSQL, "expected_schema", lambda self: made)


def test_a_ledger_of_the_version_before_is_brought_forward(small: str, second: None) -> None:
    url = server().url(small)
    with pytest.raises(errors.SchemaOutdatedError, match="has schema 1, this package needs 2"):
        open_ledger(url)
    made = migrate(url, None)
    assert made.entries == 12
    with open_ledger(url) as ledger:
        assert ledger.record(receipt("R-9", "1.00")).number == 13
        assert ledger.verify().findings == ()
    assert migrate(url, None).entries == 13


@pytest.fixture
def roles(small: str) -> Iterator[str]:
    """The small ledger, and who posts, reads and upgrades."""
    names = ("step_owner", "step_poster", "step_auditor")
    people = ("step_olga", "step_ann", "step_otto")
    for role in (*people, *names):
        server().execute(f"DROP ROLE IF EXISTS {role}")
    make_roles(server().url(small), owner=names[0], poster=names[1], auditor=names[2])
    for person, role in zip(people, names, strict=True):
        server().execute(f"CREATE ROLE {person} LOGIN IN ROLE {role}")
    yield small
    server().drop(small)
    for role in (*people, *names):
        server().execute(f"DROP ROLE {role}")


def answer(database: str, person: str, statement: str) -> str:
    with server().connect(database, person) as connection:
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            return str(error.diag.message_primary)
    return ""


@pytest.mark.parametrize("person", ["step_olga", "postgres"])
def test_after_an_upgrade_all_belongs_to_the_owner_and_roles_are_given_what_is_new(
    person: str, roles: str, second: None
) -> None:
    for other in ("step_ann", "step_otto"):
        with pytest.raises(errors.StoreUnavailableError, match=r"must be owner|permission denied"):
            migrate(server().url(roles, other), None)
    assert migrate(server().url(roles, person), None).entries == 12
    with open_ledger(server().url(roles, "step_otto")) as ledger:
        assert ledger.verify().findings == ()
    with open_ledger(server().url(roles, "step_ann")) as ledger:
        assert ledger.record(receipt("R-9", "1.00")).number == 13
    add, change = "INSERT INTO mdfm.reason VALUES (1)", "UPDATE mdfm.reason SET code = 2"
    assert answer(roles, "step_ann", add) == "permission denied for table reason"
    make_roles(server().url(roles), owner="step_owner", poster="step_poster", auditor="step_auditor")
    assert answer(roles, "step_ann", add) == ""
    drop = "DROP TABLE mdfm.reason"
    for other, statement in (("step_ann", change), ("step_otto", add), ("step_ann", drop)):
        assert answer(roles, other, statement).startswith(("permission denied", "must be owner"))
    assert answer(roles, "step_otto", "SELECT * FROM mdfm.reason") == ""
    with open_ledger(server().url(roles, "step_otto")) as ledger:
        assert ledger.verify().findings == ()


def test_the_control_an_upgrade_that_leaves_things_to_another_is_undone(
    roles: str, second: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PostgreSQL, "act_as_owner", lambda self, connection: None)
    with pytest.raises(errors.CorruptLedgerError, match="ownership of table reason by postgres"):
        migrate(server().url(roles), None)
    with pytest.raises(errors.SchemaOutdatedError):
        open_ledger(server().url(roles))


def test_guards_that_somebody_took_out_are_not_put_back_silently(small: str, second: None) -> None:
    server().execute("DROP TRIGGER entry_no_truncate ON mdfm.entry", small)
    with pytest.raises(errors.GuardsMissingError, match="entry_no_truncate"):
        migrate(server().url(small), None)
    with server().connect(small) as connection:
        found = connection.execute("SELECT obj_description('mdfm'::regnamespace, 'pg_namespace')").fetchone()
        rooms = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'mdfm%'").fetchone()
    assert (found, rooms) == (("mdfm ledger, schema 1",), (1,))


def test_a_revision_that_leaves_something_out_changes_nothing(
    small: str, second: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PostgreSQL, "expected_schema", lambda self: {"table other": "made"})
    with pytest.raises(errors.CorruptLedgerError, match="the migrated schema"):
        migrate(server().url(small), None)
    with server().connect(small) as connection, pytest.raises(Exception, match="reason"):
        connection.execute("SELECT reason FROM mdfm.entry")


def test_a_later_schema_is_refused_and_left(small: str) -> None:
    server().execute("COMMENT ON SCHEMA mdfm IS 'mdfm ledger, schema 9'", small)
    for call in (open_ledger, lambda url: migrate(url, None)):
        with pytest.raises(errors.SchemaNewerError):
            call(server().url(small))


def test_the_schema_of_a_version_is_made_apart_and_nothing_is_left_of_it(small: str) -> None:
    with carrying.reading(server().url(small)) as connection:
        expected = PostgreSQL().schema_of(connection)
    with open_ledger(server().url(small)) as ledger, ledger._connection.begin():
        assert schema_at(ledger._connection, 1) == expected
        assert carrying.head_of(ledger._connection).number == 12
